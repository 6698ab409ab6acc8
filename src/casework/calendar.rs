//! Private calendars to subscribe to: one's own meetings, or a room's. The address is the key; it can be renewed and ended, and
//! what it shows names nobody.
use super::{CaseworkError, rooms, tell};
use crate::domain::case::{Case, Session};
use crate::domain::codes::{AccountStatus, LinkPurpose, SessionState};
use crate::domain::ids::{RoomId, UserId};
use crate::domain::letter::Meeting;
use crate::domain::permission::Actor;
use crate::mail::calendar::Entry;
use crate::store::bookings::{self, Booked};
use crate::store::links::{self, Link, NewLink};
use crate::store::{Rx, StoreError, Tx, cases, users};
use chrono::{DateTime, Days, Duration, Utc};

/// Days that an address lives before it has to be renewed, and for how long past meetings stay in it.
const LIVES: u64 = 400;
const PAST: i64 = 30;

/// Whose calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    Person(UserId),
    Room(RoomId),
}

fn owner(link: &Link) -> Option<Of> {
    let room = link.detail.as_deref().and_then(|d| d.parse().ok()).map(|id| Of::Room(RoomId(id)));
    room.or(link.user_id.map(Of::Person)).filter(|_| link.purpose == LinkPurpose::Calendar)
}

/// May this person keep that calendar's address: their own, or a room's of their ward.
fn allowed(rx: &mut Rx<'_>, actor: &Actor, of: Of) -> Result<UserId, CaseworkError> {
    let user = actor.user.ok_or(CaseworkError::Denied)?;
    match of {
        Of::Person(id) if id == user => {}
        Of::Person(_) => return Err(CaseworkError::Denied),
        Of::Room(id) => drop(rooms::one(rx, actor, id)?),
    }
    Ok(user)
}

/// The path of the calendar's address, if there is one.
///
/// # Errors
/// `Denied` for somebody else's.
pub fn path(
    rx: &mut Rx<'_>,
    actor: &Actor,
    of: Of,
    now: DateTime<Utc>,
) -> Result<Option<String>, CaseworkError> {
    allowed(rx, actor, of)?;
    let newest = match of {
        Of::Person(user) => links::calendar(rx, Ok(user), now)?,
        Of::Room(room) => links::calendar(rx, Err(&room.0.to_string()), now)?,
    };
    Ok(newest.map(|id| format!("/calendar/{}", links::token(rx, id))))
}

/// Makes a fresh address; an older one opens nothing any more.
///
/// # Errors
/// `Denied` for somebody else's.
pub fn renew(tx: &mut Tx<'_>, actor: &Actor, of: Of, now: DateTime<Utc>) -> Result<String, CaseworkError> {
    let user = allowed(tx, actor, of)?;
    end(tx, actor, of, now)?;
    let detail = match of {
        Of::Person(_) => None,
        Of::Room(id) => Some(id.0.to_string()),
    };
    let new = NewLink { user: Some(user), detail, ..NewLink::default() };
    let until = now.checked_add_days(Days::new(LIVES)).unwrap_or(now);
    let link = links::make(tx, LinkPurpose::Calendar, &new, until, now)?;
    Ok(format!("/calendar/{}", links::token(tx, link.id)))
}

/// Ends the address.
///
/// # Errors
/// `Denied` for somebody else's.
pub fn end(tx: &mut Tx<'_>, actor: &Actor, of: Of, now: DateTime<Utc>) -> Result<(), CaseworkError> {
    allowed(tx, actor, of)?;
    match of {
        Of::Person(user) => links::end_calendar(tx, Ok(user), now)?,
        Of::Room(room) => links::end_calendar(tx, Err(&room.0.to_string()), now)?,
    }
    Ok(())
}

/// What a calendar shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    pub name: &'static str,
    pub entries: Vec<Entry>,
}

/// What the calendar of a token shows: to whoever is in charge their meetings, of a room that it is taken.
///
/// # Errors
/// `NotFound` for a token that is not ours, was ended, or whose owner may come in no more.
pub fn read(rx: &mut Rx<'_>, token: &str, now: DateTime<Utc>) -> Result<Shown, CaseworkError> {
    let link = links::by_token(rx, token)?;
    let (Some(of), Some(keeper), true) = (owner(&link), link.user_id, link.is_live(now)) else {
        return Err(StoreError::NotFound.into());
    };
    let active = users::find(rx, keeper)?.status == AccountStatus::Active;
    let keeper = users::actor(rx, keeper, now)?;
    // A room's address ends with the office of whoever made it; one's own with the account.
    let may = match of {
        Of::Person(_) => !keeper.grants.is_empty(),
        Of::Room(id) => rooms::one(rx, &keeper, id).is_ok(),
    };
    if !(active && may) {
        return Err(StoreError::NotFound.into());
    }
    let from = now - Duration::days(PAST);
    Ok(match of {
        Of::Person(user) => Shown { name: "이음 조정 일정", entries: own(rx, &keeper, user, from)? },
        Of::Room(room) => {
            let booked = bookings::of_room(rx, room, from)?;
            Shown { name: "이음 공유공간", entries: booked.iter().map(taken).collect() }
        }
    })
}

fn taken(b: &Booked) -> Entry {
    let sequence = u32::try_from(b.sequence).unwrap_or(0);
    Entry::taken(&b.uid, (b.starts_at.and_utc(), b.ends_at.and_utc()), sequence)
}

/// The fixed meetings of the cases that this person is in charge of, and still may be.
fn own(
    rx: &mut Rx<'_>,
    keeper: &Actor,
    user: UserId,
    from: DateTime<Utc>,
) -> Result<Vec<Entry>, CaseworkError> {
    let mut meetings: Vec<(DateTime<Utc>, Entry)> = Vec::new();
    for id in bookings::of_person(rx, user, from)? {
        let case = match cases::find_id(rx, &keeper.scope(), id) {
            Err(StoreError::NotFound) => continue,
            found => found?,
        };
        if keeper.meets_in(&case) {
            let fixed = case.sessions.iter().filter(|s| s.state == SessionState::Fixed);
            meetings.extend(fixed.filter_map(|s| entry(&case, s)).filter(|(start, _)| *start >= from));
        }
    }
    meetings.sort_by_key(|(start, _)| *start);
    Ok(meetings.into_iter().map(|(_, entry)| entry).collect())
}

/// As the mail has it, but for a place in somebody's words and the way they meet, which tells of their safety: an address like
/// this one is easily handed on.
fn entry(case: &Case, session: &Session) -> Option<(DateTime<Utc>, Entry)> {
    let meeting = tell::meeting(case, session, None, String::new())?;
    let place = meeting.place.filter(|_| session.room.is_some());
    let meeting = Meeting { place, ..meeting };
    Some((meeting.start, Entry::of(&meeting, &case.number).brief()))
}
