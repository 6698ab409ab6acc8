//! Private calendars to subscribe to: one's own meetings, or a room's. The address is the key; it can be renewed and ended, and
//! what it shows names nobody.
use super::{CaseworkError, rooms};
use crate::domain::codes::LinkPurpose;
use crate::domain::ids::{RoomId, UserId};
use crate::domain::permission::Actor;
use crate::store::bookings::{self, Booked};
use crate::store::links::{self, Link, NewLink};
use crate::store::{Rx, StoreError, Tx, users};
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

fn live(rx: &mut Rx<'_>, of: Of, now: DateTime<Utc>) -> Result<Vec<Link>, StoreError> {
    let all = links::calendars(rx, now)?;
    Ok(all.into_iter().filter(|l| owner(l) == Some(of)).collect())
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
    let newest = live(rx, of, now)?.into_iter().next();
    Ok(newest.map(|link| format!("/calendar/{}", links::token(rx, link.id))))
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
    for link in live(tx, of, now)? {
        links::revoke_one(tx, link.id, now)?;
    }
    Ok(())
}

/// What the calendar of a token shows.
///
/// # Errors
/// `NotFound` for a token that is not ours, was ended, or whose owner may come in no more.
pub fn read(rx: &mut Rx<'_>, token: &str, now: DateTime<Utc>) -> Result<Vec<Booked>, CaseworkError> {
    let link = links::by_token(rx, token)?;
    let (Some(of), true) = (owner(&link), link.is_live(now)) else {
        return Err(StoreError::NotFound.into());
    };
    if let Some(user) = link.user_id {
        let keeper = users::actor(rx, user, now)?;
        // A room's address ends with the office of whoever made it; one's own with the account.
        let may = match of {
            Of::Person(_) => !keeper.grants.is_empty(),
            Of::Room(id) => rooms::one(rx, &keeper, id).is_ok(),
        };
        if !may {
            return Err(StoreError::NotFound.into());
        }
    }
    let whose = match of {
        Of::Person(user) => Ok(user),
        Of::Room(room) => Err(room),
    };
    Ok(bookings::calendar(rx, whose, now - Duration::days(PAST))?)
}
