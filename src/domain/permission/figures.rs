//! Whose own figures a person sees: the ward's definitions in the scope of one committee or one NGO.
use super::Actor;
use crate::domain::codes::Role;
use crate::domain::ids::{BodyId, CaseId};

/// What kind of body the figures are of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwnKind {
    /// The cases that are, or were, with the committee.
    Committee,
    /// The cases that the NGO took over and keeps.
    Ngo,
}

/// The cases that the own figures of one body count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Own {
    pub body: BodyId,
    pub kind: OwnKind,
    /// Left out for whoever looks: of a case from which they are recused they are told nothing, nor can subtract it.
    pub without: Vec<CaseId>,
    /// Whether they keep its desk, and so may list the cases behind a figure; its chair sees figures alone.
    pub lists: bool,
}

impl Actor {
    /// The bodies whose own figures this person sees, each once: committees whose 간사 or 위원장 they are, and NGOs whose cases they
    /// coordinate. Members, clerks and mediators have none: what they see is the cases before them.
    #[must_use]
    pub fn own_figures(&self) -> Vec<Own> {
        let desks = self.case_bodies(Role::Secretary);
        let mut committees = [desks.clone(), self.case_bodies(Role::Chair)].concat();
        committees.sort_unstable();
        committees.dedup();
        let of_committee = |body: BodyId| Own {
            body,
            kind: OwnKind::Committee,
            without: self.recused.clone(),
            lists: desks.contains(&body),
        };
        let of_ngo = |body| Own { body, kind: OwnKind::Ngo, without: Vec::new(), lists: true };
        let ngos = self.bodies(Role::Coordinator).into_iter().map(of_ngo);
        committees.into_iter().map(of_committee).chain(ngos).collect()
    }
}
