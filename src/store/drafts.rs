//! Half-filled forms of people without an account, found by a cookie and sealed.
use super::schema::drafts;
use super::{Rx, StoreError, Tx};
use crate::each_backend;
use chrono::{DateTime, Duration, NaiveDateTime, Utc};
use diesel::prelude::*;

/// How long a draft is kept after its last change.
const KEPT_HOURS: i64 = 24;

const PAYLOAD: &str = "drafts.payload";

fn hash(rx: &Rx<'_>, secret: &str) -> String {
    rx.vault().hash("drafts.id", secret)
}

/// The draft of this kind that belongs to the cookie's `secret`, unless it is older than a day.
///
/// # Errors
/// Database errors; `Key` when the draft does not open.
pub fn load(
    rx: &mut Rx<'_>,
    secret: &str,
    kind: &str,
    now: DateTime<Utc>,
) -> Result<Option<String>, StoreError> {
    let id = hash(rx, secret);
    let oldest = (now - Duration::hours(KEPT_HOURS)).naive_utc();
    let sealed: Option<String> = drafts::table
        .filter(drafts::id_hash.eq(id))
        .filter(drafts::kind.eq(kind))
        .filter(drafts::updated_at.gt(oldest))
        .select(drafts::payload)
        .first(rx.conn())
        .optional()?;
    sealed.map(|s| rx.vault().open(PAYLOAD, &s)).transpose()
}

/// Keeps `payload` as the draft of the cookie's `secret`.
///
/// # Errors
/// Database errors.
pub fn save(
    tx: &mut Tx<'_>,
    secret: &str,
    kind: &str,
    payload: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let id = hash(tx, secret);
    let sealed = tx.vault().seal(PAYLOAD, payload)?;
    let at: NaiveDateTime = now.naive_utc();
    let row = (
        drafts::id_hash.eq(&id),
        drafts::kind.eq(kind),
        drafts::payload.eq(&sealed),
        drafts::updated_at.eq(at),
    );
    each_backend!(tx.conn(), |c| diesel::insert_into(drafts::table)
        .values(row)
        .on_conflict(drafts::id_hash)
        .do_update()
        .set((drafts::payload.eq(&sealed), drafts::updated_at.eq(at)))
        .execute(c))?;
    Ok(())
}

/// Destroys the draft of the cookie's `secret`.
///
/// # Errors
/// Database errors.
pub fn delete(tx: &mut Tx<'_>, secret: &str) -> Result<(), StoreError> {
    let id = hash(tx, secret);
    diesel::delete(drafts::table.filter(drafts::id_hash.eq(id))).execute(tx.conn())?;
    Ok(())
}

/// Destroys every draft that is too old to be loaded; returns how many.
///
/// # Errors
/// Database errors.
pub fn purge(tx: &mut Tx<'_>, now: DateTime<Utc>) -> Result<usize, StoreError> {
    let oldest = (now - Duration::hours(KEPT_HOURS)).naive_utc();
    Ok(diesel::delete(drafts::table.filter(drafts::updated_at.le(oldest))).execute(tx.conn())?)
}

/// Takes the draft out, so that only one of two senders of the same form goes on; the caller puts something back.
///
/// # Errors
/// As `load`.
pub fn take(
    tx: &mut Tx<'_>,
    secret: &str,
    kind: &str,
    now: DateTime<Utc>,
) -> Result<Option<String>, StoreError> {
    let id = hash(tx, secret);
    let oldest = (now - Duration::hours(KEPT_HOURS)).naive_utc();
    let row = drafts::table
        .filter(drafts::id_hash.eq(id))
        .filter(drafts::kind.eq(kind))
        .filter(drafts::updated_at.gt(oldest));
    let sealed: Option<String> =
        diesel::delete(row).returning(drafts::payload).get_result(tx.conn()).optional()?;
    sealed.map(|s| tx.vault().open(PAYLOAD, &s)).transpose()
}
