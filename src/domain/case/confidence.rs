//! What an NGO's people write: which of them read a mediator's confidential note, and under which NGO a line was written. A
//! case may go from one NGO to another; what was told to the first stays there unless a side lets it pass.
use super::{Case, Event};
use crate::domain::codes::{Role, Stage, Visibility};
use crate::domain::ids::{BodyId, UserId};
use crate::domain::permission::{Hat, visibility};
use crate::domain::step::{Seq, Step};

/// A confidential note and the mediators who may read it: those in charge together with its writer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confidence {
    pub seq: Seq,
    pub by: Option<UserId>,
    pub readers: Vec<UserId>,
}

impl Case {
    /// Keeps who wrote `event`, before it changes anything.
    pub(super) fn note_writer(&mut self, event: &Event) {
        let mediator = event.by.and_then(|user| self.ngo_of(user));
        let ngo = match Hat::from_code(&event.by_role) {
            Some(Hat::Mediator) => mediator.or(self.bodies.ngo),
            Some(Hat::Coordinator) => self.holder,
            _ => None,
        };
        if let Some(ngo) = ngo {
            self.lines_at.push((event.seq, ngo));
        }
        // A mediator's reflection is confided to nobody.
        if visibility(&event.step) == Visibility::Mediators && !matches!(event.step, Step::Reflection { .. })
        {
            let team = self.in_charge.iter().filter(|p| p.role == Role::Mediator).map(|p| p.user);
            let readers = team.chain(event.by).collect();
            self.confidences.push(Confidence { seq: event.seq, by: event.by, readers });
        }
    }

    /// A mediator joins: they read what those wrote beside whom they work now.
    pub(super) fn confide_in(&mut self, user: UserId) {
        let team = self.in_charge.clone();
        for note in &mut self.confidences {
            let beside = team.iter().any(|p| p.role == Role::Mediator && Some(p.user) == note.by);
            if beside && !note.readers.contains(&user) {
                note.readers.push(user);
            }
        }
    }

    /// Whether `user` may read this line, if it is a confidential note. Its writer may, struck out or not.
    #[must_use]
    pub fn confided_to(&self, user: UserId, line: &Event) -> bool {
        let told = |note: &Confidence| note.seq == line.seq && note.readers.contains(&user);
        line.by == Some(user) || self.confidences.iter().any(told)
    }

    /// The NGO whose mediator this person is in the case.
    #[must_use]
    pub fn ngo_of(&self, user: UserId) -> Option<BodyId> {
        self.in_charge.iter().find(|p| p.user == user && p.role == Role::Mediator).and_then(|p| p.ngo)
    }

    /// The NGO whose people wrote this line.
    #[must_use]
    pub fn written_at(&self, seq: Seq) -> Option<BodyId> {
        self.lines_at.iter().find(|(line, _)| *line == seq).map(|(_, ngo)| *ngo)
    }

    /// The case leaves an NGO (any of them but `stays`): its mediators leave it too, and somebody is to be found again.
    pub(super) fn mediators_leave(&mut self, stays: Option<BodyId>) {
        let before = self.in_charge.len();
        self.in_charge.retain(|p| p.role != Role::Mediator || (stays.is_some() && p.ngo == stays));
        let fewer = self.in_charge.len() < before;
        if fewer && self.stage == Stage::Mediating && self.in_charge.len() < self.needed_in_charge() {
            self.end_plans();
            self.stage = Stage::Assigning;
        } else if fewer {
            self.company_changed();
        }
    }
}
