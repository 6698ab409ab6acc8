//! The ward's shared rooms: the ward keeps them, whoever fixes a meeting books them.
use super::CaseworkError;
use crate::domain::codes::{BodyKind, Role, WeekDay};
use crate::domain::ids::RoomId;
use crate::domain::permission::Actor;
use crate::store::rooms::{self, Room};
use crate::store::{Rx, StoreError, Tx, bodies};
use chrono::{DateTime, Utc};

/// Rooms hold so many people, and open within one day.
const CAPACITY: std::ops::RangeInclusive<i64> = 2..=500;
const DAY: i64 = 24 * 60;

/// The wards for which this person works.
///
/// # Errors
/// Database errors.
pub fn wards(rx: &mut Rx<'_>, actor: &Actor) -> Result<Vec<String>, CaseworkError> {
    let mut codes = Vec::new();
    for id in actor.bodies(Role::Ward) {
        let body = bodies::find(rx, id)?;
        if body.kind == BodyKind::Ward {
            codes.push(body.ward_code);
        }
    }
    Ok(codes)
}

/// The rooms of the person's ward.
///
/// # Errors
/// `Denied` for people of no ward.
pub fn list(rx: &mut Rx<'_>, actor: &Actor) -> Result<Vec<Room>, CaseworkError> {
    let wards = wards(rx, actor)?;
    if wards.is_empty() {
        return Err(CaseworkError::Denied);
    }
    let mut all = Vec::new();
    for ward in wards {
        all.extend(rooms::of_ward(rx, &ward)?);
    }
    Ok(all)
}

/// One room of the person's ward.
///
/// # Errors
/// `NotFound` for another ward's.
pub fn one(rx: &mut Rx<'_>, actor: &Actor, id: RoomId) -> Result<Room, CaseworkError> {
    let own = list(rx, actor)?.into_iter().find(|r| r.id == id);
    own.ok_or(CaseworkError::Store(StoreError::NotFound))
}

/// Keeps a room of the person's ward; a new one where `id` is 0.
///
/// # Errors
/// `Denied`; `NotFound`; `Invalid` by field.
pub fn keep(
    tx: &mut Tx<'_>,
    actor: &Actor,
    mut room: Room,
    now: DateTime<Utc>,
) -> Result<RoomId, CaseworkError> {
    let wards = wards(tx, actor)?;
    let ward = wards.first().cloned().ok_or(CaseworkError::Denied)?;
    room.ward_code = if room.id.0 == 0 { ward } else { one(tx, actor, room.id)?.ward_code };
    let mut wrong = Vec::new();
    let mut note = |name: &str, why: &str| wrong.push((name.to_owned(), why.to_owned()));
    let line = |text: &str| crate::domain::text::free(text.trim(), 80);
    match (line(&room.name), line(&room.address)) {
        (Ok(name), Ok(address)) if !name.is_empty() => (room.name, room.address) = (name, address),
        (name, address) => {
            match name {
                Ok(name) if !name.is_empty() => {}
                Ok(_) => note("name", "이름을 적어 주세요. 예: 천연동주민센터 2층 회의실"),
                Err(why) => note("name", &why),
            }
            if let Err(why) = address {
                note("address", &why);
            }
        }
    }
    if !CAPACITY.contains(&room.capacity) {
        note("capacity", "들어갈 수 있는 사람 수를 2에서 500 사이로 적어 주세요.");
    }
    let days: Vec<&str> = room.days.split_whitespace().collect();
    if days.is_empty() || days.iter().any(|d| WeekDay::from_code(d).is_none()) {
        note("days", "여는 요일을 하나 이상 골라 주세요.");
    }
    if !(0..DAY).contains(&room.opens) || room.closes > DAY || room.closes <= room.opens {
        note("closes", "여는 시각보다 늦은 닫는 시각을 골라 주세요.");
    }
    if !wrong.is_empty() {
        return Err(CaseworkError::Invalid(wrong));
    }
    match rooms::keep(tx, &room, now) {
        Err(StoreError::Conflict(_)) => Err(CaseworkError::field("name", "이미 있는 이름입니다.")),
        kept => Ok(kept?),
    }
}
