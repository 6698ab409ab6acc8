//! Requests that are done once however often they are sent (`Idempotency-Key`, draft-ietf-httpapi-idempotency-key-header):
//! the key is claimed and the answer kept in the transaction of the change, the answer sealed.
use super::schema::idempotency;
use super::{Rx, StoreError, Tx};
use crate::domain::ids::UserId;
use crate::each_backend;
use chrono::{DateTime, Duration, Utc};
use diesel::prelude::*;

/// How long an answer is kept for repeats.
const KEPT_HOURS: i64 = 24;
const BODY: &str = "idempotency.body";

/// What is known of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// Nobody used it: the caller does the work and keeps the answer under this row.
    Mine(String),
    /// The same request was done: its answer.
    Done(String),
    /// Another request was done under this key.
    Other,
}

/// Claims `key` for `request` (method, path and body). On PostgreSQL a second transaction with the same key waits here
/// until the first has ended; on SQLite there is one writer.
///
/// # Errors
/// Database errors; `Key` when a kept answer does not open.
pub fn claim(
    tx: &mut Tx<'_>,
    user: Option<UserId>,
    key: &str,
    request: &str,
    now: DateTime<Utc>,
) -> Result<Claim, StoreError> {
    let whose = user.map_or(0, |u| u.0);
    let id = tx.vault().hash("idempotency.key", &format!("{whose}|{key}"));
    let request = tx.vault().hash("idempotency.request", request);
    // One that is too old is as good as unknown, whether or not it has been cleared away.
    let stale = idempotency::table.find(&id).filter(idempotency::created_at.le(oldest(now)));
    diesel::delete(stale).execute(tx.conn())?;
    let row = (
        idempotency::key.eq(&id),
        idempotency::user_id.eq(user),
        idempotency::request_hash.eq(&request),
        idempotency::status.eq(0),
        idempotency::body.eq(""),
        idempotency::created_at.eq(now.naive_utc()),
    );
    let claimed = each_backend!(tx.conn(), |c| diesel::insert_into(idempotency::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(c))?;
    if claimed == 1 {
        return Ok(Claim::Mine(id));
    }
    let known = idempotency::table.find(&id).select((idempotency::request_hash, idempotency::body));
    let (before, sealed): (String, String) = known.first(tx.conn())?;
    if before != request {
        return Ok(Claim::Other);
    }
    Ok(Claim::Done(tx.vault().open(BODY, &sealed)?))
}

/// Whether this very request was done under `key`, so that its answer waits to be given again.
///
/// # Errors
/// Database errors.
pub fn is_done(
    rx: &mut Rx<'_>,
    user: Option<UserId>,
    key: &str,
    request: &str,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let whose = user.map_or(0, |u| u.0);
    let id = rx.vault().hash("idempotency.key", &format!("{whose}|{key}"));
    let request = rx.vault().hash("idempotency.request", request);
    let row = idempotency::table
        .find(&id)
        .filter(idempotency::request_hash.eq(request))
        .filter(idempotency::created_at.gt(oldest(now)));
    Ok(diesel::select(diesel::dsl::exists(row)).get_result(rx.conn())?)
}

/// Keeps the answer of a claimed key.
///
/// # Errors
/// Database errors.
pub fn keep(tx: &mut Tx<'_>, id: &str, status: u16, body: &str) -> Result<(), StoreError> {
    let sealed = tx.vault().seal(BODY, body)?;
    let answer = (idempotency::status.eq(i64::from(status)), idempotency::body.eq(sealed));
    diesel::update(idempotency::table.find(id)).set(answer).execute(tx.conn())?;
    Ok(())
}

/// Gives a claimed key back: the request was refused, but what it left behind (a counted try) stays.
///
/// # Errors
/// Database errors.
pub fn release(tx: &mut Tx<'_>, id: &str) -> Result<(), StoreError> {
    diesel::delete(idempotency::table.find(id)).execute(tx.conn())?;
    Ok(())
}

/// Forgets answers that nobody will ask for again.
///
/// # Errors
/// Database errors.
pub fn purge(tx: &mut Tx<'_>, now: DateTime<Utc>) -> Result<usize, StoreError> {
    let old = idempotency::table.filter(idempotency::created_at.le(oldest(now)));
    Ok(diesel::delete(old).execute(tx.conn())?)
}

fn oldest(now: DateTime<Utc>) -> chrono::NaiveDateTime {
    (now - Duration::hours(KEPT_HOURS)).naive_utc()
}
