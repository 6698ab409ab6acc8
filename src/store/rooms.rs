//! The ward's shared rooms (공유공간): where, how many people, when open. Nothing about anybody.
use super::schema::rooms;
use super::{Rx, StoreError, Tx};
use crate::domain::ids::RoomId;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;

/// A room.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = rooms)]
pub struct Room {
    pub id: RoomId,
    pub ward_code: String,
    pub name: String,
    pub address: String,
    /// People whom it holds.
    pub capacity: i64,
    /// Codes of `WeekDay`, separated by spaces.
    pub days: String,
    /// Minutes after midnight in Seoul.
    pub opens: i64,
    pub closes: i64,
    /// First day on which it cannot be booked any more.
    pub until_on: Option<NaiveDate>,
}

/// Keeps a room; a new one where `id` is 0.
///
/// # Errors
/// `Conflict` when the ward has a room of this name.
pub fn keep(tx: &mut Tx<'_>, room: &Room, now: DateTime<Utc>) -> Result<RoomId, StoreError> {
    let values = (
        rooms::ward_code.eq(&room.ward_code),
        rooms::name.eq(&room.name),
        rooms::address.eq(&room.address),
        rooms::capacity.eq(room.capacity),
        rooms::days.eq(&room.days),
        rooms::opens.eq(room.opens),
        rooms::closes.eq(room.closes),
        rooms::until_on.eq(room.until_on),
    );
    if room.id.0 == 0 {
        let new = (values, rooms::created_at.eq(now.naive_utc()));
        return Ok(diesel::insert_into(rooms::table)
            .values(new)
            .returning(rooms::id)
            .get_result(tx.conn())?);
    }
    diesel::update(rooms::table.find(room.id)).set(values).execute(tx.conn())?;
    Ok(room.id)
}

/// The rooms of a ward, by name.
///
/// # Errors
/// Database errors.
pub fn of_ward(rx: &mut Rx<'_>, ward: &str) -> Result<Vec<Room>, StoreError> {
    let rows = rooms::table.filter(rooms::ward_code.eq(ward)).order((rooms::name, rooms::id)).limit(300);
    Ok(rows.select(Room::as_select()).load(rx.conn())?)
}

/// A room by id.
///
/// # Errors
/// `NotFound`.
pub fn find(rx: &mut Rx<'_>, id: RoomId) -> Result<Room, StoreError> {
    Ok(rooms::table.find(id).select(Room::as_select()).first(rx.conn())?)
}
