//! 조정인 명부, 공유공간 and calendars: what a coordinator, a mediator and the ward keep by a program.
use super::call::{Call, Done, Nothing, told};
use super::shapes::file::Acknowledged;
use super::shapes::roster::*;
use crate::casework::calendar::{self, Of};
use crate::casework::{rooms as wards_rooms, roster};
use crate::domain::ids::{RoomId, UserId};
use crate::store::rooms::Room;
use crate::web::error::WebError;

/// The mediators of the coordinator's NGO, or oneself.
///
/// # Errors
/// 404 for whoever neither coordinates nor mediates.
pub async fn list(call: Call) -> Result<Done<RosterList>, WebError> {
    call.asker
        .read(move |rx, caller| {
            let all = roster::list(rx, &caller.actor, caller.now).map_err(told)?;
            Ok(RosterList { mediators: all.into_iter().map(|e| entry(e, Vec::new())).collect() })
        })
        .await
}

/// One mediator with the trainings.
///
/// # Errors
/// 404.
pub async fn show(call: Call) -> Result<Done<RosterOne>, WebError> {
    let id = UserId(call.id()?);
    call.asker
        .read(move |rx, caller| {
            let (found, trainings) = roster::one(rx, &caller.actor, id, caller.now).map_err(told)?;
            Ok(RosterOne { mediator: entry(found, trainings) })
        })
        .await
}

/// Keeps what is the mediator's own to say.
///
/// # Errors
/// 404; 422 by field.
pub async fn keep(call: Call<Nothing, RosterBody>) -> Result<Done<Acknowledged>, WebError> {
    let (id, b) = (UserId(call.id()?), call.body);
    let kept = roster::Kept {
        hours: b.hours.iter().map(|h| h.code().to_owned()).collect(),
        days: b.days,
        languages: b.languages,
        max_load: b.max_load,
        wishes: b.wishes,
        relations: b.relations,
        conflicts: b.conflicts,
        dongs: b.dongs,
        leave: (b.leave_from, b.leave_until),
    };
    call.asker
        .write(move |tx, caller| {
            roster::keep(tx, &caller.actor, id, &kept, caller.now).map_err(told)?;
            Ok(Acknowledged { ok: true })
        })
        .await
}

/// Writes a training down.
///
/// # Errors
/// 403 for others than the coordinator; 404; 422.
pub async fn train(call: Call<Nothing, TrainingBody>) -> Result<Done<Acknowledged>, WebError> {
    let (id, b) = (UserId(call.id()?), call.body);
    call.asker
        .write(move |tx, caller| {
            let said = (b.on, b.minutes, b.title.as_str());
            roster::train(tx, &caller.actor, id, said, caller.now).map_err(told)?;
            Ok(Acknowledged { ok: true })
        })
        .await
}

/// Work that counts as hours of service, of one month.
///
/// # Errors
/// 404.
pub async fn work(call: Call<MonthQuery>) -> Result<Done<WorkList>, WebError> {
    let (id, month) = (UserId(call.id()?), call.query.month.unwrap_or_default());
    call.asker
        .read(move |rx, caller| {
            let span = roster::month(&month, caller.now);
            let served = roster::work(rx, &caller.actor, id, span, caller.now).map_err(told)?.served;
            let minutes = served.iter().map(|s| s.minutes).sum();
            Ok(WorkList {
                from: span.0,
                until: span.1,
                minutes,
                work: served.into_iter().map(worked).collect(),
            })
        })
        .await
}

/// The ward's rooms.
///
/// # Errors
/// 403 for people of no ward.
pub async fn rooms(call: Call) -> Result<Done<RoomList>, WebError> {
    call.asker
        .read(move |rx, caller| {
            let all = wards_rooms::list(rx, &caller.actor).map_err(told)?;
            Ok(RoomList { rooms: all.into_iter().map(room).collect() })
        })
        .await
}

fn kept(b: RoomBody, id: i64) -> Room {
    Room {
        id: RoomId(id),
        ward_code: String::new(),
        name: b.name,
        address: b.address,
        capacity: b.capacity,
        days: b.days.iter().map(|d| d.code()).collect::<Vec<_>>().join(" "),
        opens: b.opens,
        closes: b.closes,
        until_on: b.until,
    }
}

/// Adds a room.
///
/// # Errors
/// 403; 422.
pub async fn add_room(call: Call<Nothing, RoomBody>) -> Result<Done<RoomOne>, WebError> {
    let new = kept(call.body, 0);
    call.asker
        .write(move |tx, caller| {
            let id = wards_rooms::keep(tx, &caller.actor, new, caller.now).map_err(told)?;
            Ok(RoomOne { room: room(wards_rooms::one(tx, &caller.actor, id).map_err(told)?) })
        })
        .await
}

/// Changes a room.
///
/// # Errors
/// 403; 404; 422.
pub async fn keep_room(call: Call<Nothing, RoomBody>) -> Result<Done<RoomOne>, WebError> {
    let id = call.id()?;
    let changed = kept(call.body, id);
    call.asker
        .write(move |tx, caller| {
            wards_rooms::one(tx, &caller.actor, RoomId(id)).map_err(told)?;
            let id = wards_rooms::keep(tx, &caller.actor, changed, caller.now).map_err(told)?;
            Ok(RoomOne { room: room(wards_rooms::one(tx, &caller.actor, id).map_err(told)?) })
        })
        .await
}

fn of(room: Option<RoomId>, user: Option<UserId>) -> Result<Of, WebError> {
    room.map(Of::Room).or(user.map(Of::Person)).ok_or_else(WebError::denied)
}

/// The address of one's own calendar, or of a room's.
///
/// # Errors
/// 403; 404.
pub async fn calendar(call: Call<CalendarQuery>) -> Result<Done<CalendarOne>, WebError> {
    let room = call.query.room_id;
    call.asker
        .read(move |rx, caller| {
            let of = of(room, caller.actor.user)?;
            Ok(CalendarOne { path: calendar::path(rx, &caller.actor, of, caller.now).map_err(told)? })
        })
        .await
}

/// Makes a fresh address, or ends it.
///
/// # Errors
/// 403; 404.
pub async fn keep_calendar(call: Call<Nothing, CalendarBody>) -> Result<Done<CalendarOne>, WebError> {
    let b = call.body;
    call.asker
        .write(move |tx, caller| {
            let of = of(b.room_id, caller.actor.user)?;
            let path = if b.on {
                Some(calendar::renew(tx, &caller.actor, of, caller.now).map_err(told)?)
            } else {
                calendar::end(tx, &caller.actor, of, caller.now).map_err(told)?;
                None
            };
            Ok(CalendarOne { path })
        })
        .await
}
