//! Passing the parties' data to the NGO: on the programme's basis (개인정보 보호법 §17 with consent, §26 as an entrustment),
//! and who speaks with a side whose data may not pass yet.
use super::{Case, Event};
use crate::domain::codes::{ProvisionBasis, Side};
use crate::domain::ids::BodyId;
use crate::domain::step::Step;

impl Case {
    pub(super) fn apply_provision(&mut self, event: &Event) {
        match &event.step {
            Step::Provide { side, given, body, .. } => {
                let Some(to) = body.or(self.bodies.ngo) else { return };
                self.provisions.retain(|known| *known != (*side, to));
                self.provisions.extend(given.then_some((*side, to)));
                if Some(to) == self.bodies.ngo {
                    self.side_mut(*side).provision_asked = true;
                }
            }
            Step::Disclose { disclosure, .. } => self.disclosure = Some(*disclosure),
            _ => {}
        }
    }

    /// On what basis the case's NGO may have the parties' data: what the programme states, or what the referral states where
    /// that passes less. By consent where neither says anything.
    #[must_use]
    pub fn basis(&self) -> ProvisionBasis {
        self.basis_of(self.bodies.ngo)
    }

    fn basis_of(&self, ngo: Option<BodyId>) -> ProvisionBasis {
        let newest = self.referrals.iter().rev().find(|r| Some(r.body) == ngo);
        let stated = [self.rules.basis, newest.map(|r| r.basis)].into_iter().flatten();
        let passes_less = |basis: &ProvisionBasis| match basis {
            ProvisionBasis::Entrustment => 0,
            ProvisionBasis::Consent => 1,
            ProvisionBasis::NoPersonalData => 2,
        };
        stated.max_by_key(passes_less).unwrap_or(ProvisionBasis::Consent)
    }

    /// Whether what is known of `side` may pass to `body` on `basis`: a consent is one person's, to one recipient.
    #[must_use]
    pub fn passes(&self, side: Side, body: BodyId, basis: ProvisionBasis) -> bool {
        match basis {
            ProvisionBasis::Entrustment => true,
            ProvisionBasis::Consent => self.provisions.contains(&(side, body)),
            ProvisionBasis::NoPersonalData => false,
        }
    }

    /// Who collected the data and keeps it until it may pass: the committee, else the office. Nobody where the NGO itself
    /// took the case in; then nothing is passed.
    #[must_use]
    pub fn keeper(&self) -> Option<BodyId> {
        self.bodies.committee.or(self.bodies.office)
    }

    /// Whether the people of the case's NGO may have what is known of `side`.
    #[must_use]
    pub fn ngo_may_have(&self, side: Side) -> bool {
        self.may_have(side, self.bodies.ngo)
    }

    /// The same of this NGO: mediators of the one that had the case stay in charge until the next one has accepted.
    #[must_use]
    pub fn may_have(&self, side: Side, ngo: Option<BodyId>) -> bool {
        match (self.keeper(), ngo) {
            (None, _) => true,
            (Some(_), Some(ngo)) => self.passes(side, ngo, self.basis_of(Some(ngo))),
            (Some(_), None) => false,
        }
    }

    /// The NGO has the turn, but what is known of `side` may not pass to it: the keeper speaks with that side.
    #[must_use]
    pub fn is_kept(&self, side: Side) -> bool {
        self.holder.is_some() && self.holder == self.bodies.ngo && !self.ngo_may_have(side)
    }

    /// The body that speaks with `side` now.
    #[must_use]
    pub fn speaks_with(&self, side: Side) -> Option<BodyId> {
        if self.is_kept(side) { self.keeper() } else { self.holder }
    }

    /// The body that sees to what came of a mail, a reply or a call of `side`, or of somebody who is of no side: after an agreement
    /// whoever follows it up; while a body has yet to accept, whoever kept the case so far; else who speaks with that side; and the
    /// ward with which the case waits.
    #[must_use]
    pub fn answers_for(&self, side: Option<Side>) -> Option<BodyId> {
        let asked = self.referrals.iter().any(|r| r.waits() && Some(r.body) == self.holder);
        let first = if !self.is_open() {
            self.follows_up()
        } else if asked {
            self.keeper()
        } else {
            match side {
                Some(side) => self.speaks_with(side),
                // It may be anybody's: who may know both sides sees to it.
                None if Side::ALL.iter().any(|side| self.is_kept(*side)) => self.keeper(),
                None => None,
            }
        };
        first.or(self.holder).or(self.bodies.ward)
    }

    /// Whether this side is to be asked now whether its data may pass to the NGO.
    #[must_use]
    pub fn asks_provision(&self, side: Side) -> bool {
        self.is_kept(side) && self.basis() == ProvisionBasis::Consent
    }
}
