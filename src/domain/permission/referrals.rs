//! Who answers a referral: the desk of the body that was asked; where nobody of it works here, its people by the link of their mail,
//! and whoever has the case writes down what it said otherwise (`product.md` §5).
use super::{Actor, Denied, Guest, Hat, Taker, View, desk_role, takers};
use crate::domain::case::{Case, Referral};
use crate::domain::codes::{ReferralState, Role, Side};
use crate::domain::step::{Step, StepCode};

impl Actor {
    /// Whether the person works at the desk of the body to which this referral went, or came by the link that its mail carried. A
    /// recused 간사 is nobody there.
    #[must_use]
    pub fn is_asked(&self, referral: &Referral, case: &Case) -> bool {
        if self.guest == Some(Guest::Body(case.id, referral.seq)) {
            return true;
        }
        match desk_role(referral.kind) {
            None => false,
            Some(Role::Secretary) => {
                let stands_in = Some(referral.body) == case.bodies.committee && self.stands_in(case);
                let recused = self.recused.contains(&case.id);
                !recused && (stands_in || self.at(Role::Secretary, Some(referral.body)))
            }
            Some(role) => self.at(role, Some(referral.body)),
        }
    }

    /// Whether somebody who wears `hat` may take a step of this kind about this referral, as it stands.
    fn answers(&self, step: StepCode, hat: Hat, referral: &Referral, case: &Case) -> bool {
        let own = desk_role(referral.kind).is_some();
        let theirs = match (step, hat) {
            (_, Hat::Referred) => self.is_asked(referral, case),
            // What came of it, whoever has the case may hear and write down.
            (StepCode::ReferralResult | StepCode::ReferralProgress, _) => true,
            // Whoever asks after it takes it back once its body has let its time pass.
            (StepCode::ReturnReferral, Hat::Office | Hat::Desk | Hat::Coordinator) if own => {
                let asks = case.asks_after(referral);
                referral.state == ReferralState::Silent && asks.is_some() && asks == self.body_as(hat, case)
            }
            _ => !own && self.holds(hat, case),
        };
        let waits = match step {
            StepCode::AcceptReferral => referral.waits(),
            // Of what it has not taken, a body has nothing to tell.
            StepCode::ReferralProgress | StepCode::ReferralResult if hat == Hat::Referred => {
                referral.state == ReferralState::Accepted
            }
            StepCode::ReturnReferral | StepCode::ReferralProgress => referral.is_open(),
            _ => referral.state != ReferralState::Returned,
        };
        theirs && waits
    }

    fn answerers(&self, step: StepCode, case: &Case) -> impl Iterator<Item = Hat> {
        let hats = self.hats(case);
        let worn = move |t: &Taker| hats.contains(&t.hat) && (!t.holding || self.holds(t.hat, case));
        takers(step).into_iter().filter(worn).map(|t| t.hat)
    }

    /// Whether the person may take a step of this kind about this referral: what the page offers to choose from.
    #[must_use]
    pub fn may_answer(&self, step: StepCode, referral: &Referral, case: &Case) -> bool {
        self.answerers(step, case).any(|hat| self.answers(step, hat, referral, case))
    }

    /// Whether there is a referral that a step of this kind, under this hat, could be about; true for every other kind of step.
    pub(super) fn answers_one(&self, step: StepCode, hat: Hat, case: &Case) -> bool {
        let about_one = matches!(
            step,
            StepCode::AcceptReferral
                | StepCode::ReturnReferral
                | StepCode::ReferralProgress
                | StepCode::ReferralResult
        );
        !about_one || case.referrals.iter().any(|r| self.answers(step, hat, r, case))
    }

    /// Whether the person may read the 의뢰서 that went along and tells of these sides: those who may know everybody named in it, and
    /// the body that has taken the referral, until its result. A consent that was taken back ends the reading of what went by it.
    #[must_use]
    pub fn reads_packet_of(&self, sides: &[Side], referral: &Referral, case: &Case) -> bool {
        let passes = |side: Side| case.passes(side, referral.body, referral.basis);
        let known = sides.iter().all(|side| passes(*side) || self.may_see(*side, case));
        let took = referral.state == ReferralState::Accepted && self.is_asked(referral, case);
        known && (took || (self.view(case) == View::File && self.sides(case).len() == Side::ALL.len()))
    }

    /// As what this person may take a step about one referral; nothing where it is not about one that waits for them to, so that
    /// the case itself says why not.
    pub(super) fn answering(&self, step: &Step, case: &Case) -> Option<Result<Hat, Denied>> {
        let referral = match step {
            Step::AcceptReferral { referral, .. }
            | Step::ReturnReferral { referral, .. }
            | Step::ReferralProgress { referral, .. }
            | Step::ReferralResult { referral, .. } => case.referral(*referral)?,
            _ => return None,
        };
        let code = step.code();
        let as_it_was = |state| Referral { state, ..referral.clone() };
        let hat = self.answerers(code, case).find(|hat| {
            self.answers(code, *hat, referral, case)
                || self.answers(code, *hat, &as_it_was(ReferralState::Sent), case)
        });
        Some(hat.ok_or(Denied))
    }
}
