//! 조정인 명부, 공유공간 and calendars over the wire.
use crate::casework::roster::Entry;
use crate::domain::codes::{ServiceKind, WeekDay, WeekTime};
use crate::domain::ids::{BodyId, RoomId, UserId};
use crate::store::mediators::Training as Had;
use crate::store::rooms;
use crate::store::services::Served;
use chrono::{DateTime, NaiveDate, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The roster.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RosterList {
    pub mediators: Vec<RosterEntry>,
}

/// One of the roster.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RosterOne {
    pub mediator: RosterEntry,
}

/// A mediator on the roster.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RosterEntry {
    pub user_id: UserId,
    pub name: String,
    pub ngo_id: BodyId,
    pub label: String,
    pub hours: Vec<WeekTime>,
    pub days: String,
    pub languages: String,
    /// Open cases, and offers that wait.
    pub load: i64,
    pub max_load: i64,
    /// Cases of the last 365 days.
    pub cases: i64,
    /// Offers declined or let lapse within 90 days.
    pub declines: i64,
    /// Minutes of service in this calendar year.
    pub minutes: i64,
    pub trained_minutes: i64,
    pub trained_until: Option<NaiveDate>,
    pub leave_from: Option<NaiveDate>,
    pub leave_until: Option<NaiveDate>,
    pub dongs: Vec<String>,
    pub conflicts: Vec<String>,
    pub relations: String,
    pub wishes: Vec<UserId>,
    /// Of one alone; empty in a list.
    pub trainings: Vec<Training>,
}

/// A training.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Training {
    pub on: NaiveDate,
    pub minutes: i64,
    pub title: String,
}

pub(crate) fn entry(e: Entry, trainings: Vec<Had>) -> RosterEntry {
    let words = |list: &str| list.split_whitespace().map(str::to_owned).collect();
    let m = e.profile;
    RosterEntry {
        user_id: e.user.id,
        name: e.user.name,
        ngo_id: m.body_id,
        label: m.label,
        hours: m.hours.split_whitespace().filter_map(WeekTime::from_code).collect(),
        days: m.days,
        languages: m.languages,
        load: e.tally.load,
        max_load: m.max_load,
        cases: e.tally.cases,
        declines: e.tally.declines,
        minutes: e.minutes,
        trained_minutes: e.tally.trained_minutes,
        trained_until: m.trained_until,
        leave_from: m.leave_from,
        leave_until: m.leave_until,
        dongs: words(&m.dongs),
        conflicts: words(&m.conflicts),
        relations: m.relations,
        wishes: m.wishes.split_whitespace().filter_map(|w| w.parse().ok()).map(UserId).collect(),
        trainings: trainings.into_iter().map(had).collect(),
    }
}

fn had(t: Had) -> Training {
    Training { on: t.on_date, minutes: t.minutes, title: t.title }
}

/// What is the mediator's own to say.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RosterBody {
    #[serde(default)]
    pub hours: Vec<WeekTime>,
    #[serde(default)]
    #[schemars(length(max = 100))]
    pub days: String,
    #[serde(default)]
    #[schemars(length(max = 100))]
    pub languages: String,
    #[schemars(range(min = 1, max = 50))]
    pub max_load: i64,
    #[serde(default)]
    pub wishes: Vec<UserId>,
    #[serde(default)]
    #[schemars(length(max = 300))]
    pub relations: String,
    #[serde(default)]
    pub conflicts: Vec<String>,
    #[serde(default)]
    pub dongs: Vec<String>,
    pub leave_from: Option<NaiveDate>,
    pub leave_until: Option<NaiveDate>,
}

/// A training that somebody had.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TrainingBody {
    pub on: NaiveDate,
    #[schemars(range(min = 15, max = 12_000))]
    pub minutes: i64,
    #[schemars(length(min = 1, max = 80))]
    pub title: String,
}

/// Which month.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MonthQuery {
    /// `2026-11`; the current one without.
    pub month: Option<String>,
}

/// Work of a month.
#[derive(Debug, Serialize, JsonSchema)]
pub struct WorkList {
    pub from: NaiveDate,
    /// Exclusive.
    pub until: NaiveDate,
    pub minutes: i64,
    pub work: Vec<Work>,
}

/// A piece of work.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Work {
    pub number: String,
    pub kind: ServiceKind,
    pub at: DateTime<Utc>,
    pub minutes: i64,
}

pub(crate) fn worked(s: Served) -> Work {
    Work { number: s.number, kind: s.kind, at: s.at.and_utc(), minutes: s.minutes }
}

/// The ward's rooms.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RoomList {
    pub rooms: Vec<Room>,
}

/// One room.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RoomOne {
    pub room: Room,
}

/// A shared room.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Room {
    pub id: RoomId,
    pub name: String,
    pub address: String,
    pub capacity: i64,
    pub days: Vec<WeekDay>,
    /// Minutes after midnight in Seoul.
    pub opens: i64,
    pub closes: i64,
    /// First day on which it cannot be booked any more.
    pub until: Option<NaiveDate>,
}

pub(crate) fn room(r: rooms::Room) -> Room {
    Room {
        id: r.id,
        name: r.name,
        address: r.address,
        capacity: r.capacity,
        days: r.days.split_whitespace().filter_map(WeekDay::from_code).collect(),
        opens: r.opens,
        closes: r.closes,
        until: r.until_on,
    }
}

/// A room as it is to be kept.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RoomBody {
    #[schemars(length(min = 1, max = 80))]
    pub name: String,
    #[serde(default)]
    #[schemars(length(max = 80))]
    pub address: String,
    #[schemars(range(min = 2, max = 500))]
    pub capacity: i64,
    pub days: Vec<WeekDay>,
    pub opens: i64,
    pub closes: i64,
    pub until: Option<NaiveDate>,
}

/// Whose calendar: a room's, else one's own.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CalendarQuery {
    pub room_id: Option<RoomId>,
}

/// Whether the calendar has an address.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CalendarBody {
    pub room_id: Option<RoomId>,
    /// True makes a fresh address, false ends it.
    pub on: bool,
}

/// The address's path; none where there is none.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CalendarOne {
    pub path: Option<String>,
}
