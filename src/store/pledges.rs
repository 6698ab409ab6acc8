//! Pledges of confidentiality by people who work for a committee without a seat of their own, and who keeps the desk of a
//! single case in the 간사's place.
use super::schema::{desk_stand_ins, pledges};
use super::{Rx, StoreError, Tx};
use crate::domain::ids::{BodyId, CaseId, UserId};
use chrono::{DateTime, Utc};
use diesel::prelude::*;

/// The bodies to which this person has pledged.
///
/// # Errors
/// Database errors.
pub fn of_user(rx: &mut Rx<'_>, user: UserId) -> Result<Vec<BodyId>, StoreError> {
    Ok(pledges::table.filter(pledges::user_id.eq(user)).select(pledges::body_id).load(rx.conn())?)
}

/// Keeps a pledge; a second one changes nothing.
///
/// # Errors
/// Database errors.
pub fn sign(
    tx: &mut Tx<'_>,
    user: UserId,
    body: BodyId,
    version: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    if of_user(tx, user)?.contains(&body) {
        return Ok(());
    }
    let row = (
        pledges::user_id.eq(user),
        pledges::body_id.eq(body),
        pledges::version.eq(version),
        pledges::signed_at.eq(now.naive_utc()),
    );
    diesel::insert_into(pledges::table).values(row).execute(tx.conn())?;
    Ok(())
}

/// Puts the desk of one case into this person's hands, and takes it from whoever had it before.
///
/// # Errors
/// Database errors.
pub fn stand_in(
    tx: &mut Tx<'_>,
    case: CaseId,
    user: UserId,
    by: Option<UserId>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let standing = desk_stand_ins::table
        .filter(desk_stand_ins::case_id.eq(case))
        .filter(desk_stand_ins::ended_at.is_null());
    diesel::update(standing).set(desk_stand_ins::ended_at.eq(now.naive_utc())).execute(tx.conn())?;
    let row = (
        desk_stand_ins::case_id.eq(case),
        desk_stand_ins::user_id.eq(user),
        desk_stand_ins::created_by.eq(by),
        desk_stand_ins::created_at.eq(now.naive_utc()),
    );
    diesel::insert_into(desk_stand_ins::table).values(row).execute(tx.conn())?;
    Ok(())
}

/// The cases whose desk this person keeps in the 간사's place.
///
/// # Errors
/// Database errors.
pub fn desks_of(rx: &mut Rx<'_>, user: UserId) -> Result<Vec<CaseId>, StoreError> {
    Ok(desk_stand_ins::table
        .filter(desk_stand_ins::user_id.eq(user))
        .filter(desk_stand_ins::ended_at.is_null())
        .select(desk_stand_ins::case_id)
        .load(rx.conn())?)
}

/// Who keeps this case's desk in the 간사's place.
///
/// # Errors
/// Database errors.
pub fn desk_of(rx: &mut Rx<'_>, case: CaseId) -> Result<Option<UserId>, StoreError> {
    Ok(desk_stand_ins::table
        .filter(desk_stand_ins::case_id.eq(case))
        .filter(desk_stand_ins::ended_at.is_null())
        .select(desk_stand_ins::user_id)
        .first(rx.conn())
        .optional()?)
}
