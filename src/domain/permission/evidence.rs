//! Who hands evidence in and who opens it: each side its own, by its own page; those who have the whole file of the case and may
//! know that side. The ward, a chair with a summary, whoever is recused or has left: nobody.
use super::{Actor, Hat, View};
use crate::domain::case::Case;
use crate::domain::codes::Side;

impl Actor {
    /// Whether the person may see what this side handed in, and open it.
    #[must_use]
    pub fn reads_evidence(&self, side: Side, case: &Case) -> bool {
        let staff = self.user.is_some() && self.view(case) == View::File && self.may_see(side, case);
        self.is_party(side, case) || staff
    }

    /// Whether the person may see and open the scan of an agreement's paper: both sides, as the agreement is both's, and the staff who
    /// may know both.
    #[must_use]
    pub fn reads_signed_paper(&self, case: &Case) -> bool {
        let party = Side::ALL.iter().any(|side| self.is_party(*side, case));
        party || Side::ALL.iter().all(|side| self.reads_evidence(*side, case))
    }

    /// As what the person takes something back that was handed in as `by_role` for this side: a side its own, a desk what its own
    /// kind put there.
    #[must_use]
    pub fn takes_back(&self, by_role: &str, side: Side, case: &Case) -> Option<Hat> {
        self.hands_in(side, case).filter(|hat| hat.code() == by_role)
    }

    /// As what the person hands something in for this side, if at all. A side hands in while the case is open; a desk also later.
    #[must_use]
    pub fn hands_in(&self, side: Side, case: &Case) -> Option<Hat> {
        let party = self.is_party(side, case);
        if !self.reads_evidence(side, case) || (party && !case.is_open()) {
            return None;
        }
        self.hats(case).into_iter().find(|hat| match hat {
            Hat::Office | Hat::Coordinator => self.holds(*hat, case),
            Hat::Desk | Hat::Member | Hat::Mediator | Hat::Applicant | Hat::Respondent => true,
            _ => false,
        })
    }
}
