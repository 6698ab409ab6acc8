//! Meetings: who takes which step of them, who signs, whose committees a person sees and keeps.
use super::Actor;
use crate::domain::codes::{CommitteeDuty, MeetingState, Role};
use crate::domain::committee::duties::{About, Duty};
use crate::domain::ids::{BodyId, CaseId, SeatId};
use crate::domain::meeting::{Meeting, MeetingStepCode, Signer};

/// THE (role × step of a meeting) table.
#[must_use]
pub const fn meeting_takers(step: MeetingStepCode) -> &'static [Role] {
    use MeetingStepCode as Code;
    match step {
        // The demand is the members' own; one on paper is written down by whoever keeps the record.
        Code::Request | Code::Support => &[Role::Member, Role::Chair, Role::Secretary, Role::Clerk],
        // The chair calls; the desk writes it for them. Members call a meeting that enough of them demanded.
        Code::Convene | Code::Add | Code::Move | Code::Cancel => &[Role::Chair, Role::Secretary],
        Code::Notify => &[Role::Chair, Role::Secretary],
        Code::Roster => &[Role::Chair, Role::Secretary, Role::Clerk, Role::Member],
        Code::Open
        | Code::NotOpen
        | Code::Arrive
        | Code::Leave
        | Code::Preside
        | Code::Recuse
        | Code::Substitute
        | Code::Issue
        | Code::Collect
        | Code::Decide
        | Code::Performed
        | Code::Defer
        | Code::Adjourn => &[Role::Chair, Role::Secretary, Role::Clerk],
        Code::Write | Code::Complete => &[Role::Clerk, Role::Secretary],
        Code::Sign => &[Role::Clerk, Role::Chair, Role::Member, Role::Secretary],
        Code::Correct => &[Role::Clerk, Role::Secretary, Role::Chair],
    }
}

impl Actor {
    /// As what this person may take a step of a meeting of `body`, if at all.
    #[must_use]
    pub fn in_meeting(&self, step: MeetingStepCode, meeting: &Meeting) -> Option<Role> {
        let called = step == MeetingStepCode::Convene && meeting.state == Some(MeetingState::Requested);
        let by_demand: &[Role] = if called { &[Role::Member] } else { &[] };
        let roles = meeting_takers(step).iter().chain(by_demand);
        roles.copied().find(|role| self.at(*role, Some(meeting.body)))
    }

    /// Whether this person may put a signature under the minutes: the 서기 theirs, the chair theirs; the desk writes down
    /// what was signed on paper.
    #[must_use]
    pub fn may_sign(&self, signer: Signer, on_paper: bool, meeting: &Meeting) -> bool {
        let own = match signer {
            Signer::Clerk => self.at(Role::Clerk, Some(meeting.body)),
            Signer::Chair => self.at(Role::Chair, Some(meeting.body)),
        };
        let desk = self.at(Role::Secretary, Some(meeting.body)) || self.at(Role::Clerk, Some(meeting.body));
        own || (on_paper && desk)
    }

    /// The bodies whose meetings, members and rules this person sees.
    #[must_use]
    pub fn assemblies(&self) -> Vec<BodyId> {
        let roles = [Role::Secretary, Role::Clerk, Role::Chair, Role::Member];
        let mut bodies: Vec<BodyId> = roles.iter().flat_map(|role| self.bodies(*role)).collect();
        bodies.sort_unstable();
        bodies.dedup();
        bodies
    }

    /// Whether this person keeps the committee's own affairs: members, rules, 전결표, trainings.
    #[must_use]
    pub fn may_keep(&self, body: BodyId) -> bool {
        self.at(Role::Secretary, Some(body)) || self.at(Role::Chair, Some(body))
    }

    /// Whether what waits at a committee is this person's to see to. `own` are their seats. Of a case that they have left not
    /// even the number is named to them.
    #[must_use]
    pub fn minds(&self, duty: &Duty, body: BodyId, own: &[SeatId]) -> bool {
        if matches!(&duty.about, About::Case(case, _) if self.recused.contains(case)) {
            return false;
        }
        match duty.kind {
            CommitteeDuty::OwnTraining => matches!(&duty.about, About::Seat(seat) if own.contains(seat)),
            CommitteeDuty::Record
            | CommitteeDuty::Minutes
            | CommitteeDuty::Signatures
            | CommitteeDuty::Copies => self.may_keep(body) || self.at(Role::Clerk, Some(body)),
            _ => self.may_keep(body),
        }
    }

    /// Whether a duty of a case is this person's to see: not where they work for the body only as somebody of its committee
    /// and have left the case.
    #[must_use]
    pub fn is_told_of(&self, case: CaseId, body: Option<BodyId>) -> bool {
        let by_committee = body.is_some_and(|body| self.assemblies().contains(&body));
        !(by_committee && self.recused.contains(&case))
    }
}
