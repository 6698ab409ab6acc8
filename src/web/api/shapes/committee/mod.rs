//! Committees, their rules and their members; their meetings, what is said to them, and their desk's own records.
mod desk;
mod meeting;
mod rules;
mod said;

pub use desk::*;
pub use meeting::*;
pub use said::*;

use crate::casework::committee::Home;
use crate::domain::codes::*;
use crate::domain::committee::delegation::Act;
use crate::domain::committee::duties;
use crate::domain::committee::rules::BodyRules;
use crate::domain::ids::{BodyId, MeetingId, SeatId};
use crate::store::meetings::Head;
use crate::store::seats::Member as Stored;
use chrono::{DateTime, NaiveDate, Utc};
use schemars::JsonSchema;
use serde::Serialize;

/// The committees of the caller.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CommitteeList {
    pub committees: Vec<Named>,
}

/// A committee by its name.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Named {
    pub id: BodyId,
    pub name: String,
}

/// One committee.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CommitteeOne {
    pub committee: Committee,
}

/// A committee as its own people see it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Committee {
    pub id: BodyId,
    pub name: String,
    pub rules: BodyRules,
    /// Whether a 전결표 has come into force at all; before that 간사 decides throughout.
    pub delegated: bool,
    pub delegation: Vec<Decides>,
    pub members: Vec<Member>,
    pub meetings: Vec<MeetingHead>,
    /// What waits at the desk, for those who keep it.
    pub duties: Vec<Duty>,
    /// What the caller can do, as `act` of `POST …/acts`.
    #[schemars(with = "Vec<String>")]
    pub acts: Vec<&'static str>,
}

/// Who decides one kind of step.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Decides {
    pub act: String,
    pub label: String,
    pub decider: Decider,
}

/// A member in the list.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Member {
    pub seat_id: SeatId,
    pub name: String,
    pub post: Post,
    pub votes: bool,
    pub category: SeatCategory,
    pub state: SeatState,
    pub from: NaiveDate,
    pub last_day: Option<NaiveDate>,
    /// Hours of training this year.
    pub trained: f64,
    pub training_asked: f64,
}

/// A meeting in the list.
#[derive(Debug, Serialize, JsonSchema)]
pub struct MeetingHead {
    pub id: MeetingId,
    pub state: MeetingState,
    pub sort: Sort,
    pub starts_at: Option<DateTime<Utc>>,
}

impl From<Head> for MeetingHead {
    fn from(h: Head) -> Self {
        Self { id: h.id, state: h.state, sort: h.sort, starts_at: h.starts_at.map(|t| t.and_utc()) }
    }
}

impl Committee {
    /// As its page shows it.
    #[must_use]
    pub fn of(
        home: Home,
        held: Vec<Head>,
        waiting: Vec<duties::Duty>,
        acts: Vec<&'static str>,
        today: NaiveDate,
    ) -> Self {
        let decides =
            |act: Act| Decides { act: act.code(), label: act.label(), decider: home.delegation.decider(act) };
        let member = |shown: &crate::casework::committee::Shown| {
            let (seat, person) = (&shown.member.seat, &shown.member.person);
            Member {
                seat_id: seat.id,
                name: person.name.clone(),
                post: seat.post,
                votes: seat.votes,
                category: seat.category,
                state: seat.state(today),
                from: seat.from,
                last_day: seat.last_day(),
                trained: hours(shown.minutes),
                training_asked: f64::from(home.rules.training_hours),
            }
        };
        Self {
            id: home.body.id,
            name: home.body.name.clone(),
            delegated: home.delegated,
            delegation: Act::all().into_iter().map(decides).collect(),
            members: home.members.iter().map(member).collect(),
            meetings: held.into_iter().map(Into::into).collect(),
            duties: waiting.into_iter().map(Into::into).collect(),
            rules: home.rules,
            acts,
        }
    }
}

/// Whole minutes as hours.
fn hours(minutes: i64) -> f64 {
    i32::try_from(minutes).map_or(0.0, f64::from) / 60.0
}

/// One seat.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SeatOne {
    pub seat: Seat,
}

/// A member's seat with its dates.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Seat {
    pub id: SeatId,
    pub committee_id: BodyId,
    pub name: String,
    pub post: Post,
    pub votes: bool,
    pub category: SeatCategory,
    pub selection: Selection,
    pub office: String,
    pub state: SeatState,
    pub from: NaiveDate,
    pub last_day: Option<NaiveDate>,
    pub appointed_on: Option<NaiveDate>,
    pub accepted_on: Option<NaiveDate>,
    pub pledged_on: Option<NaiveDate>,
    pub end: Option<SeatEnd>,
    pub renews_id: Option<SeatId>,
    pub replaces_id: Option<SeatId>,
    /// What can be done with it, as `act` of `POST …/acts`.
    #[schemars(with = "Vec<String>")]
    pub acts: Vec<&'static str>,
}

impl Seat {
    /// As its page shows it.
    #[must_use]
    pub fn of(member: Stored, acts: Vec<&'static str>, today: NaiveDate) -> Self {
        let s = member.seat;
        Self {
            id: s.id,
            committee_id: s.body,
            name: member.person.name,
            post: s.post,
            votes: s.votes,
            category: s.category,
            selection: s.selection,
            state: s.state(today),
            from: s.from,
            last_day: s.last_day(),
            appointed_on: s.appointed_on,
            accepted_on: s.accepted_on,
            pledged_on: s.pledged_on,
            end: s.ended.map(|(_, why)| why),
            renews_id: s.renews,
            replaces_id: s.replaces,
            office: s.office,
            acts,
        }
    }
}

/// What was made.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ActDone {
    pub seat_id: Option<SeatId>,
    pub meeting_id: Option<MeetingId>,
}

/// What the committee as such has to do.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Duty {
    pub kind: CommitteeDuty,
    pub label: &'static str,
    pub due: NaiveDate,
    pub meeting_id: Option<MeetingId>,
    pub seat_id: Option<SeatId>,
    pub case: Option<String>,
}

impl From<duties::Duty> for Duty {
    fn from(d: duties::Duty) -> Self {
        let (mut meeting_id, mut seat_id, mut case) = (None, None, None);
        match d.about {
            duties::About::Body => {}
            duties::About::Meeting(id) => meeting_id = Some(id),
            duties::About::Seat(id) => seat_id = Some(id),
            duties::About::Case(_, number) => case = Some(number),
        }
        Self { kind: d.kind, label: d.kind.label(), due: d.due, meeting_id, seat_id, case }
    }
}
