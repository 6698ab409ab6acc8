//! The people beside the two main parties: joint parties and their representatives, proxies, owners, and the doors that are
//! only suspected; who moved out; what is merged and split.
use super::{Case, Event, Refused};
use crate::domain::codes::{Authority, BindingAct, LinkPurpose, Method, Outcome, PersonKind, Side, Stage};
use crate::domain::history::Entry;
use crate::domain::mark::Mark;
use crate::domain::step::{Seq, Step};

/// Most representatives of one side (공동주택관리법 시행령 §46 as a model), the main party among them.
pub const REPRESENTATIVES_MAX: usize = 3;
/// Most people beside the two main parties.
const PEOPLE_MAX: usize = 30;

/// Somebody beside the main party of a side. Name, door and telephone have a home of their own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The line that added them.
    pub seq: Seq,
    pub side: Side,
    pub kind: PersonKind,
    /// What a proxy may do.
    pub authority: Vec<Authority>,
    /// A joint party who speaks for the side, beside the main party.
    pub represents: bool,
    /// Their address is not told to others of the same household either.
    pub apart: bool,
    pub ended: bool,
}

/// A joint party's written consent to what a representative does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Agreed {
    pub side: Side,
    pub act: BindingAct,
    /// The proposal or the draft; nothing for a withdrawal.
    pub about: Option<Seq>,
    /// None: the main party.
    pub person: Option<Seq>,
}

/// One of those whose case it is, when a representative is about to bind them all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// None: the main party.
    pub person: Option<Seq>,
    pub represents: bool,
    /// Consented in writing to this very act.
    pub agreed: bool,
}

/// Whether `acting` may bind all these parties: they represent the side, and every other one has consented in writing.
#[must_use]
pub fn may_bind(acting: Option<Seq>, parties: &[Standing]) -> bool {
    parties.iter().all(|p| if p.person == acting { p.represents } else { p.agreed })
}

/// For whom a step is taken, by whom, and what a proxy must have been given to take it. THE table of what a proxy may do.
fn acted(step: &Step) -> Vec<(Side, Option<Seq>, Authority)> {
    let one = match step {
        Step::HoldSession { applicant_by, respondent_by, .. } => {
            let (applicant, respondent) = (Side::Applicant, Side::Respondent);
            return vec![
                (applicant, *applicant_by, Authority::Meet),
                (respondent, *respondent_by, Authority::Meet),
            ];
        }
        Step::Consent { side, by, .. } | Step::WithdrawConsent { side, by, .. } => {
            Some((*side, *by, Authority::Join))
        }
        Step::Decline { by, .. } => Some((Side::Respondent, *by, Authority::Join)),
        Step::AnswerSlots { side: Some(side), by, .. } => Some((*side, *by, Authority::Meet)),
        Step::AnswerProposal { side, by, .. } | Step::Sign { side, by, .. } => {
            Some((*side, *by, Authority::Agree))
        }
        Step::Close { outcome: Outcome::Withdrawn, by, .. } => {
            Some((Side::Applicant, *by, Authority::Withdraw))
        }
        _ => None,
    };
    one.into_iter().collect()
}

impl LinkPurpose {
    /// What a proxy must have been given to answer such a link for the party; none where it asks nothing, or several things. As
    /// `acted` says of the steps that it leads to.
    #[must_use]
    pub const fn authority(self) -> Option<Authority> {
        match self {
            Self::Letter => Some(Authority::Join),
            Self::Slots => Some(Authority::Meet),
            Self::Proposal | Self::Signature => Some(Authority::Agree),
            _ => None,
        }
    }
}

impl Case {
    pub(super) fn apply_people(&mut self, event: &Event) -> Result<(), Refused> {
        match &event.step {
            Step::AddPerson { side, kind, authority, agreed, apart, .. } => {
                let (side, kind, apart) = (*side, *kind, *apart);
                self.check_person(side, kind, authority, *agreed)?;
                let (seq, authority) = (event.seq, authority.clone());
                self.people.push(Person {
                    seq,
                    side,
                    kind,
                    authority,
                    represents: false,
                    apart,
                    ended: false,
                });
                Ok(())
            }
            Step::EndPerson { person, .. } => {
                let left = self.person_mut(*person)?;
                left.ended = true;
                let side = left.side;
                // Whoever leaves is waited for no more.
                self.joined.retain(|(_, who)| *who != Some(*person));
                self.join_once_all_did(event, side)
            }
            Step::Represent { person, represents, .. } => self.after_choosing(*person, *represents),
            Step::OthersAgree { side, act, person, method } => {
                self.after_others_consent(*side, *act, *person, *method)
            }
            Step::AmendPerson { side: Side::Applicant, unit_known: true, .. } => {
                self.intake.has_applicant_unit = true;
                self.history.applicant_unit_known();
                Ok(())
            }
            Step::AmendPerson { side: Side::Respondent, unit_known: true, .. } => {
                self.history.respondent_unit_known();
                Ok(())
            }
            Step::MoveOut { side, on, .. } => {
                self.side_mut(*side).moved_on = Some(*on);
                self.end_plans();
                Ok(())
            }
            Step::Merge { .. } => self.after_closing(event, Outcome::Merged),
            Step::Split { person, .. } => {
                let leaving = self.person_mut(*person)?;
                if leaving.kind != PersonKind::Joint || leaving.side != Side::Applicant {
                    return Err(Refused::new(
                        "not_joint",
                        "함께 신청한 사람만 새 사건으로 나눌 수 있습니다.",
                    ));
                }
                leaving.ended = true;
                self.joined.retain(|(_, who)| *who != Some(*person));
                self.join_once_all_did(event, Side::Applicant)
            }
            _ => Ok(()),
        }
    }

    fn check_person(
        &self,
        side: Side,
        kind: PersonKind,
        authority: &[Authority],
        agreed: bool,
    ) -> Result<(), Refused> {
        let wrong = |code, sentence: &str| Err(Refused::new(code, sentence));
        if self.people.iter().filter(|p| !p.ended).count() >= PEOPLE_MAX {
            return wrong(
                "people_max",
                "한 사건에 더할 수 있는 사람은 30명까지입니다. 사건을 나누어 주세요.",
            );
        }
        match kind {
            PersonKind::Proxy if authority.is_empty() => {
                wrong("authority", "위임장을 확인하고 대리인이 할 수 있는 일을 하나 이상 골라 주세요.")
            }
            PersonKind::Owner if !agreed => wrong(
                "owner_consent",
                "집주인에게는 그 집에 사는 당사자가 동의했을 때만 알립니다. 동의를 받은 뒤 표시해 주세요.",
            ),
            PersonKind::Candidate if side == Side::Applicant => {
                wrong("candidate_side", "의심되는 집은 상대방 쪽에 적어 주세요.")
            }
            _ => Ok(()),
        }
    }

    fn person_mut(&mut self, seq: Seq) -> Result<&mut Person, Refused> {
        let found = self.people.iter_mut().find(|p| p.seq == seq && !p.ended);
        found.ok_or_else(|| Refused::new("no_person", "이 사건의 사람이 아닙니다. 화면을 새로 고쳐 주세요."))
    }

    fn after_choosing(&mut self, person: Seq, represents: bool) -> Result<(), Refused> {
        let side = self.person_mut(person)?.side;
        let others = self.joint(side).filter(|p| p.represents && p.seq != person).count();
        let chosen = self.person_mut(person)?;
        if chosen.kind != PersonKind::Joint {
            return Err(Refused::new("not_joint", "대표자는 함께하는 당사자 가운데에서 정합니다."));
        }
        // The main party speaks for the side from the start.
        if represents && others + 2 > REPRESENTATIVES_MAX {
            return Err(Refused::new(
                "representatives_max",
                "대표자는 처음 접수한 분을 포함해 세 사람까지입니다. 먼저 다른 대표자를 바꿔 주세요.",
            ));
        }
        chosen.represents = represents;
        Ok(())
    }

    fn after_others_consent(
        &mut self,
        side: Side,
        act: BindingAct,
        person: Option<Seq>,
        method: Method,
    ) -> Result<(), Refused> {
        if method == Method::Phone {
            return Err(Refused::new(
                "written",
                "서면 동의가 필요합니다. 종이, 전자우편, 창구에서 받아 주세요.",
            ));
        }
        if person.is_some_and(|seq| !self.joint(side).any(|p| p.seq == seq)) {
            return Err(Refused::new("no_person", "그쪽의 함께하는 당사자가 아닙니다. 다시 골라 주세요."));
        }
        let about = self.about(act);
        if about.is_none() && act != BindingAct::Withdraw {
            return Err(Refused::new("nothing_to_agree", "답을 기다리는 조정안이나 합의서가 없습니다."));
        }
        let agreed = Agreed { side, act, about, person };
        if !self.agreed.contains(&agreed) {
            self.agreed.push(agreed);
        }
        Ok(())
    }

    /// The proposal or the draft that an act is about now.
    fn about(&self, act: BindingAct) -> Option<Seq> {
        match act {
            BindingAct::Withdraw => None,
            BindingAct::Accept => self.open_proposal().map(|p| p.seq),
            BindingAct::Sign => self.open_agreement().map(|a| a.seq),
        }
    }

    /// The joint parties of a side, the main one aside.
    pub fn joint(&self, side: Side) -> impl Iterator<Item = &Person> {
        self.people.iter().filter(move |p| p.side == side && p.kind == PersonKind::Joint && !p.ended)
    }

    /// Those whose case it is on `side`, the main party first, before a representative does `act`.
    #[must_use]
    pub fn standing(&self, side: Side, act: BindingAct) -> Vec<Standing> {
        let about = self.about(act);
        let agreed = |person| self.agreed.contains(&Agreed { side, act, about, person });
        let main = Standing { person: None, represents: true, agreed: agreed(None) };
        let joint = self.joint(side).map(|p| {
            let person = Some(p.seq);
            Standing { person, represents: p.represents, agreed: agreed(person) }
        });
        std::iter::once(main).chain(joint).collect()
    }

    fn bound(&self, side: Side, act: BindingAct, by: Option<Seq>) -> Result<(), Refused> {
        let parties = self.standing(side, act);
        let acting = self.party_behind(by);
        if may_bind(acting, &parties) {
            return Ok(());
        }
        if parties.iter().any(|p| p.person == acting && !p.represents) {
            return Err(Refused::new(
                "not_representative",
                "함께하는 당사자 가운데 대표자만 그쪽을 대신해 할 수 있습니다. '대표자 정하기'를 먼저 적거나, 처음 접수한 분의 뜻으로 적어 주세요.",
            ));
        }
        let missing = parties.iter().filter(|p| p.person != acting && !p.agreed).count();
        let sentence = format!(
            "{} 쪽은 당사자가 {}명입니다. '{}'은(는) 대표자 한 사람이 하되 나머지 모두의 서면 동의가 있어야 합니다. 아직 {missing}명의 동의가 없습니다. '함께하는 당사자의 서면 동의 기록'을 먼저 적어 주세요.",
            side.label(),
            parties.len(),
            act.label()
        );
        Err(Refused { code: "others_consent", sentence })
    }

    /// The party for whom this person acts: a proxy acts for the main one (None), a joint party for themself.
    #[must_use]
    pub fn party_behind(&self, by: Option<Seq>) -> Option<Seq> {
        by.filter(|seq| self.people.iter().any(|p| p.seq == *seq && p.kind == PersonKind::Joint))
    }

    /// Whether somebody beside the main party may take this step for the side: a proxy within their authority, a joint party.
    fn has_authority(&self, side: Side, by: Option<Seq>, needed: Authority) -> Result<(), Refused> {
        let Some(seq) = by else { return Ok(()) };
        let found = self.people.iter().find(|p| p.seq == seq && p.side == side && !p.ended);
        let Some(person) = found else {
            return Err(Refused::new(
                "no_person",
                "그쪽의 사람이 아닙니다. 화면을 새로 고친 뒤 다시 골라 주세요.",
            ));
        };
        match person.kind {
            PersonKind::Joint => Ok(()),
            PersonKind::Proxy if person.authority.contains(&needed) => Ok(()),
            PersonKind::Proxy => {
                let sentence = format!(
                    "이 대리인은 '{}' 권한을 받지 않아 {}을(를) 대신할 수 없습니다. 본인에게 직접 확인해 본인의 뜻으로 적거나, 위임장을 새로 받아 '사람 더하기'에 권한을 적어 주세요.",
                    needed.label(),
                    side.label()
                );
                Err(Refused { code: "no_authority", sentence })
            }
            PersonKind::Owner | PersonKind::Candidate => Err(Refused::new(
                "no_authority",
                "집주인이나 의심되는 집은 당사자를 대신할 수 없습니다. 본인이나 대리인을 골라 주세요.",
            )),
        }
    }

    /// Who may do this for a side beside its main party: proxies with that authority, and representatives. Nothing named:
    /// whoever may do anything.
    pub fn acting_for(&self, side: Side, needed: Option<Authority>) -> impl Iterator<Item = &Person> {
        let given = move |p: &Person| needed.is_none_or(|needed| p.authority.contains(&needed));
        let acts = move |p: &&Person| {
            p.side == side && !p.ended && (p.represents || (p.kind == PersonKind::Proxy && given(p)))
        };
        self.people.iter().filter(acts)
    }

    /// The joint parties of a side who have not consented to take part yet.
    pub fn not_joined(&self, side: Side) -> impl Iterator<Item = &Person> {
        self.joint(side).filter(move |p| !self.joined.contains(&(side, Some(p.seq))))
    }

    /// Whether this one of the side (nobody named: the main party) consented to take part.
    #[must_use]
    pub fn has_joined(&self, side: Side, person: Option<Seq>) -> bool {
        self.joined.contains(&(side, person)) || (person.is_none() && self.history.consented(side))
    }

    /// One person's consent: the side takes part once each of its parties consented.
    pub(super) fn after_consent(
        &mut self,
        event: &Event,
        side: Side,
        by: Option<Seq>,
    ) -> Result<(), Refused> {
        let who = self.party_behind(by);
        if self.has_joined(side, who) {
            return Err(Refused::new("consented", "이미 동의가 기록되어 있습니다."));
        }
        self.joined.push((side, who));
        self.side_mut(side).declined = false;
        self.join_once_all_did(event, side)
    }

    fn join_once_all_did(&mut self, event: &Event, side: Side) -> Result<(), Refused> {
        let all = self.joined.contains(&(side, None)) && self.not_joined(side).next().is_none();
        if !all || self.history.consented(side) || !self.is_open() {
            return Ok(());
        }
        self.mark(event, Mark::Consented(side))?;
        self.advance_if_ready();
        Ok(())
    }

    /// One person takes back their consent: the side takes part no more.
    pub(super) fn after_consent_taken_back(
        &mut self,
        event: &Event,
        side: Side,
        by: Option<Seq>,
    ) -> Result<(), Refused> {
        let who = self.party_behind(by);
        if !self.has_joined(side, who) {
            return Err(Refused::new("no_consent", "철회할 동의가 없습니다."));
        }
        self.joined.retain(|joined| *joined != (side, who));
        if self.history.consented(side) {
            self.entry(event, Entry::ConsentWithdrawn(side))?;
            self.end_plans();
            self.stage = Stage::Participation;
        }
        Ok(())
    }

    /// Meetings and terms need the consent of every party of both sides, of those who came later too.
    fn everybody_joined(&self) -> Result<(), Refused> {
        for side in Side::ALL {
            let missing = self.not_joined(*side).count();
            if missing > 0 {
                let sentence = format!(
                    "{} 쪽의 함께하는 당사자 {missing}명이 아직 조정 참여에 동의하지 않았습니다. 뜻을 물어 '참여 동의 기록'에서 그 사람을 골라 적거나, 참여하지 않는 사람은 '사람 빼기'를 해 주세요.",
                    side.label()
                );
                return Err(Refused { code: "joint_consent", sentence });
            }
        }
        Ok(())
    }

    /// What a new step must have from the people of its side: authority where a proxy acts, and the joint parties' consents.
    pub(super) fn binds(&self, step: &Step) -> Result<(), Refused> {
        let acting = acted(step);
        for (side, by, authority) in &acting {
            self.has_authority(*side, *by, *authority)?;
        }
        if let Step::HoldSession { applicant: false, applicant_by: Some(_), .. }
        | Step::HoldSession { respondent: false, respondent_by: Some(_), .. } = step
        {
            return Err(Refused::new(
                "came_without",
                "그쪽에서 누가 왔는지 골랐는데 왔다는 표시가 없습니다. 왔으면 '왔습니다'에 표시하고, 오지 않았으면 '본인'으로 두어 주세요.",
            ));
        }
        if let (true, Step::Close { by: Some(_), .. } | Step::AnswerSlots { by: Some(_), .. }) =
            (acting.is_empty(), step)
        {
            return Err(Refused::new(
                "not_theirs",
                "'누가 했습니까'는 당사자 쪽이 한 일에만 적습니다. 비워 두고 다시 눌러 주세요.",
            ));
        }
        match step {
            Step::Close { outcome: Outcome::Withdrawn, by, .. } => {
                self.bound(Side::Applicant, BindingAct::Withdraw, *by)
            }
            Step::AnswerProposal { side, accept: true, by, .. } => self.bound(*side, BindingAct::Accept, *by),
            Step::Sign { side, by, .. } => self.bound(*side, BindingAct::Sign, *by),
            Step::ProposeSession { .. }
            | Step::FixSession { .. }
            | Step::HoldSession { applicant: true, respondent: true, .. }
            | Step::Propose { .. }
            | Step::Draft { .. } => self.everybody_joined(),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn standing(parties: Vec<(bool, bool)>) -> Vec<Standing> {
        let one = |(i, (represents, agreed))| Standing {
            person: (i > 0).then_some(i64::try_from(i).unwrap()),
            represents: represents || i == 0,
            agreed,
        };
        parties.into_iter().enumerate().map(one).collect()
    }

    proptest! {
        /// Against the sentence of the decree, said the other way round: whoever acts represents, and nobody else is left who
        /// has not consented.
        #[test]
        fn one_representative_binds_all_only_with_every_other_consent(
            parties in prop::collection::vec((any::<bool>(), any::<bool>()), 1..8), who in any::<prop::sample::Index>()
        ) {
            let parties = standing(parties);
            let i = who.index(parties.len());
            let left = (0..parties.len()).filter(|j| *j != i && !parties[*j].agreed).count();
            prop_assert_eq!(may_bind(parties[i].person, &parties), parties[i].represents && left == 0);
        }

        /// One more consent never makes an act impossible, one more party never makes it easier.
        #[test]
        fn consents_help_and_parties_do_not(
            parties in prop::collection::vec((any::<bool>(), any::<bool>()), 1..8), who in any::<prop::sample::Index>()
        ) {
            let mut parties = standing(parties);
            let acting = parties[who.index(parties.len())].person;
            let before = may_bind(acting, &parties);
            let mut more = parties.clone();
            more.push(Standing { person: Some(99), represents: false, agreed: false });
            prop_assert!(!may_bind(acting, &more));
            let i = who.index(parties.len());
            parties[i].agreed = true;
            prop_assert!(may_bind(acting, &parties) || !before);
        }
    }
}
