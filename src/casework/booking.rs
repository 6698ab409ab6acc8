//! A meeting takes a room and people: nothing and nobody is booked twice, however many click at the same time.
use super::CaseworkError;
use crate::domain::case::{Case, Refused, Session, gap_fits};
use crate::domain::codes::{PersonKind, WeekDay};
use crate::domain::ids::RoomId;
use crate::domain::seoul;
use crate::domain::step::Step;
use crate::store::bookings::{self, Clash};
use crate::store::rooms::{self, Room};
use crate::store::{Rx, Tx};
use chrono::{DateTime, Timelike, Utc};

/// The rooms in which a case can meet: its ward's, as long as they can be booked.
///
/// # Errors
/// Database errors.
pub fn rooms_for(rx: &mut Rx<'_>, case: &Case, now: DateTime<Utc>) -> Result<Vec<Room>, CaseworkError> {
    let mut found = rooms::of_ward(rx, &case.intake.ward_code)?;
    found.retain(|r| r.until_on.is_none_or(|until| seoul::day(now) < until));
    Ok(found)
}

/// The step with its place: that of the room, where one is booked; else a place has to be said. Whoever comes in later comes
/// while it lasts.
pub(super) fn placed(
    tx: &mut Tx<'_>,
    case: &Case,
    step: Step,
    now: DateTime<Utc>,
) -> Result<Step, CaseworkError> {
    if let Step::FixSession { minutes, gap, .. } | Step::MoveSession { minutes, gap, .. } = &step {
        let fits = gap_fits(i64::from(*gap), i64::from(*minutes));
        fits.map_err(|refused| CaseworkError::field("gap", &refused.sentence))?;
    }
    Ok(match step {
        Step::FixSession { session, kind, starts_at, minutes, place, side, room, gap } => {
            let place = place_of(tx, case, (room, place), now)?;
            Step::FixSession { session, kind, starts_at, minutes, place, side, room, gap }
        }
        Step::MoveSession { session, starts_at, minutes, place, reason, room, gap } => {
            let place = place_of(tx, case, (room, place), now)?;
            Step::MoveSession { session, starts_at, minutes, place, reason, room, gap }
        }
        other => other,
    })
}

fn place_of(
    tx: &mut Tx<'_>,
    case: &Case,
    (room, place): (Option<RoomId>, String),
    now: DateTime<Utc>,
) -> Result<String, CaseworkError> {
    let Some(id) = room else {
        if place.trim().is_empty() {
            return Err(CaseworkError::field("place", "공유공간을 고르거나 만날 곳을 적어 주세요."));
        }
        return Ok(place);
    };
    let known = rooms_for(tx, case, now)?.into_iter().find(|r| r.id == id);
    let room = known.ok_or_else(|| CaseworkError::field("room", "이 구의 공유공간을 골라 주세요."))?;
    Ok(if room.address.is_empty() { room.name } else { format!("{} ({})", room.name, room.address) })
}

/// Whether every meeting ahead that the step fixes, moves or brings back can take its room and its people: by itself, or because
/// the history is another one after a late entry or a 정정. Called in the transaction that writes it; whoever books at the same
/// time waits.
///
/// # Errors
/// `Refused`: the room is closed, too small or taken, or somebody is elsewhere.
pub(super) fn check(
    tx: &mut Tx<'_>,
    before: &Case,
    after: &Case,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    let ahead = |s: &&Session| s.taking().is_some_and(|t| now < t.span.1);
    // Whoever takes the case on comes to what is fixed already.
    let joined = after.in_charge.iter().any(|p| !before.in_charge.iter().any(|b| b.user == p.user));
    let new = |s: &&Session| joined || before.session(s.seq).and_then(Session::taking) != s.taking();
    for session in after.sessions.iter().filter(ahead).filter(new) {
        check_one(tx, after, session)?;
    }
    Ok(())
}

fn check_one(tx: &mut Tx<'_>, case: &Case, session: &Session) -> Result<(), CaseworkError> {
    if let Some(id) = session.room {
        let room = rooms::find(tx, id)?;
        is_open(&room, session)?;
        if heads(case, session) > room.capacity {
            let sentence =
                format!("{}은(는) {}명까지 들어갑니다. 더 큰 방을 골라 주세요.", room.name, room.capacity);
            return Err(Refused { code: "room_small", sentence }.into());
        }
    }
    bookings::lock(tx)?;
    let people: Vec<_> = case.in_charge.iter().map(|p| p.user).collect();
    let (code, sentence) = match bookings::clash(tx, case.id, session, &people)? {
        None => return Ok(()),
        Some(Clash::Room) => (
            "room_taken",
            "그 시간에 이 방은 다른 회의가 잡혀 있습니다. 다른 방이나 다른 시간을 골라 주세요.",
        ),
        // Not who, nor what for: another case is nobody's business here.
        Some(Clash::Person) => {
            ("person_taken", "그 시간에는 함께하지 못하는 분이 있습니다. 다른 시간을 골라 주세요.")
        }
    };
    Err(Refused { code, sentence: sentence.to_owned() }.into())
}

/// Who sits there: the sides that are invited with those beside them, and whoever is in charge.
fn heads(case: &Case, session: &Session) -> i64 {
    let there = |side: crate::domain::codes::Side| !session.is_kept_from(side);
    let sides = crate::domain::codes::Side::ALL.iter().filter(|side| there(**side)).count();
    let comes = |kind: PersonKind| matches!(kind, PersonKind::Joint | PersonKind::Proxy);
    let beside = case.people.iter().filter(|p| !p.ended && comes(p.kind) && there(p.side)).count();
    i64::try_from(sides + beside + case.in_charge.len().max(1)).unwrap_or(i64::MAX)
}

fn is_open(room: &Room, session: &Session) -> Result<(), Refused> {
    let Some((starts, ends)) = session.span() else { return Ok(()) };
    let minute =
        |at: DateTime<Utc>| i64::from(at.with_timezone(&seoul::ZONE).num_seconds_from_midnight()) / 60;
    let day = WeekDay::of(seoul::day(starts));
    let that_day = room.days.split_whitespace().any(|d| d == day.code());
    let last = minute(starts) + (ends - starts).num_minutes();
    let still = room.until_on.is_none_or(|until| seoul::day(starts) < until);
    if that_day && still && minute(starts) >= room.opens && last <= room.closes {
        return Ok(());
    }
    let sentence = format!("그때 {}은(는) 열지 않습니다. 여는 때: {}.", room.name, hours(room));
    Err(Refused { code: "room_closed", sentence })
}

/// `월 화 수 09:00~18:00`.
#[must_use]
pub fn hours(room: &Room) -> String {
    let days = room.days.split_whitespace().filter_map(WeekDay::from_code).map(WeekDay::label);
    let clock = |m: i64| format!("{:02}:{:02}", m / 60, m % 60);
    format!("{} {}~{}", days.collect::<Vec<_>>().join(" "), clock(room.opens), clock(room.closes))
}
