//! Who wants the weekly summary, and up to which week they had it.
use super::schema::users;
use super::{Rx, StoreError, Tx};
use crate::domain::codes::AccountStatus;
use crate::domain::ids::UserId;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use diesel::prelude::*;
use subtle::ConstantTimeEq;

/// Whether the person wants it.
///
/// # Errors
/// `NotFound`.
pub fn wanted(rx: &mut Rx<'_>, user: UserId) -> Result<bool, StoreError> {
    Ok(users::table.find(user).select(users::digest).first(rx.conn())?)
}

/// Switches it on or off; `week` counts as had.
///
/// # Errors
/// Database errors.
pub fn switch(tx: &mut Tx<'_>, user: UserId, on: bool, week: &str) -> Result<(), StoreError> {
    let row = diesel::update(users::table.find(user));
    row.set((users::digest.eq(on), users::digest_week.eq(week))).execute(tx.conn())?;
    Ok(())
}

/// People with an account in use who want it and have not had it for `week`.
///
/// # Errors
/// Database errors.
pub fn waiting(rx: &mut Rx<'_>, week: &str, limit: i64) -> Result<Vec<UserId>, StoreError> {
    Ok(users::table
        .filter(users::digest.eq(true))
        .filter(users::status.eq(AccountStatus::Active))
        .filter(users::digest_week.ne(week))
        .order(users::id)
        .limit(limit)
        .select(users::id)
        .load(rx.conn())?)
}

/// Takes the week for this person: false when it was taken already, or they do not want it any more.
///
/// # Errors
/// Database errors.
pub fn take(tx: &mut Tx<'_>, user: UserId, week: &str) -> Result<bool, StoreError> {
    let open = users::table
        .filter(users::id.eq(user))
        .filter(users::digest.eq(true))
        .filter(users::digest_week.ne(week));
    Ok(diesel::update(open).set(users::digest_week.eq(week)).execute(tx.conn())? == 1)
}

/// What the unsubscribe address of this person ends with; good as long as the installation's key.
#[must_use]
pub fn token(rx: &Rx<'_>, user: UserId) -> String {
    let mac = rx.vault().mac("unsubscribe", &user.0.to_be_bytes());
    let (secret, _) = mac.split_at(16);
    format!("{}.{}", user.0, URL_SAFE_NO_PAD.encode(secret))
}

/// Whose token it is.
///
/// # Errors
/// `NotFound` for one that is not ours.
pub fn by_token(rx: &Rx<'_>, given: &str) -> Result<UserId, StoreError> {
    let id = given.split_once('.').and_then(|(id, _)| id.parse().ok()).ok_or(StoreError::NotFound)?;
    let right = token(rx, UserId(id));
    if bool::from(right.as_bytes().ct_eq(given.as_bytes())) {
        Ok(UserId(id))
    } else {
        Err(StoreError::NotFound)
    }
}
