//! Counters, the record of who opened what (접속기록), the record of administrative changes, and rate limits.
use super::schema::{access_log, attempts, audit, bodies, cases, counters};
use super::{Rx, StoreError, Tx};
use crate::domain::codes::Side;
use crate::domain::ids::{BodyId, CaseId, UserId};
use crate::each_backend;
use chrono::{DateTime, Duration, NaiveDateTime, Utc};
use diesel::prelude::*;

/// Adds one to the counter and returns it.
///
/// # Errors
/// Database errors.
pub fn count_up(tx: &mut Tx<'_>, name: &str) -> Result<i64, StoreError> {
    let first = (counters::name.eq(name), counters::value.eq(1));
    Ok(each_backend!(tx.conn(), |c| diesel::insert_into(counters::table)
        .values(first)
        .on_conflict(counters::name)
        .do_update()
        .set(counters::value.eq(counters::value + 1))
        .returning(counters::value)
        .get_result(c))?)
}

/// One opening of a case file: who, when, from where, whose case, what, and why for downloads
/// (개인정보의 안전성 확보조치 기준 §8). Kept two years.
#[derive(Debug, Clone, Default)]
pub struct Access<'a> {
    pub user: Option<UserId>,
    /// As what: a hat's or role's code.
    pub actor: &'a str,
    /// The body whose hat that was; none where it is no body's.
    pub body: Option<BodyId>,
    pub ip: &'a str,
    pub case: Option<CaseId>,
    /// Whose data was shown; nobody's where it was no more than a summary.
    pub sides: &'a [Side],
    pub what: &'a str,
    pub reason: &'a str,
}

/// The sides as the column keeps them: their codes in order, a space between.
fn kept(sides: &[Side]) -> String {
    let codes = Side::ALL.iter().filter(|side| sides.contains(side)).map(|side| side.code());
    codes.collect::<Vec<_>>().join(" ")
}

fn read(kept: &str) -> Vec<Side> {
    kept.split(' ').filter_map(Side::from_code).collect()
}

/// Writes an access record.
///
/// # Errors
/// Database errors; the page must then not be shown.
pub fn record(tx: &mut Tx<'_>, access: &Access<'_>, now: DateTime<Utc>) -> Result<(), StoreError> {
    diesel::insert_into(access_log::table)
        .values((
            access_log::at.eq(now.naive_utc()),
            access_log::user_id.eq(access.user),
            access_log::actor.eq(access.actor),
            access_log::body_id.eq(access.body),
            access_log::sides.eq(kept(access.sides)),
            access_log::ip.eq(access.ip),
            access_log::case_id.eq(access.case),
            access_log::what.eq(access.what),
            access_log::reason.eq(access.reason),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Whose data this person, from this place, was shown by this page of this case since `since`; none where they did not open it:
/// the same opening is recorded once.
///
/// # Errors
/// Database errors.
pub fn opened_since(
    rx: &mut Rx<'_>,
    access: &Access<'_>,
    since: DateTime<Utc>,
) -> Result<Option<Vec<Side>>, StoreError> {
    let same = access_log::table
        .filter(access_log::case_id.eq(access.case))
        .filter(access_log::user_id.eq(access.user))
        .filter(access_log::ip.eq(access.ip))
        .filter(access_log::what.eq(access.what))
        .filter(access_log::at.gt(since.naive_utc()));
    let newest = same.order(access_log::id.desc()).select(access_log::sides);
    let newest: Option<String> = newest.first(rx.conn()).optional()?;
    Ok(newest.map(|sides| read(&sides)))
}

/// An opening as the party whose data it was may know it: as what and for which body somebody looked, never who.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    pub at: DateTime<Utc>,
    /// A hat's code.
    pub actor: String,
    /// The body's name.
    pub body: Option<String>,
    pub what: String,
    /// The party's data was shown, and not only a summary without it.
    pub data: bool,
}

/// Who opened the record of this side of the case, newest first, at most `limit`: what showed only the other side's data is not
/// among it, nor what was refused.
///
/// # Errors
/// Database errors.
pub fn of_side(rx: &mut Rx<'_>, case: CaseId, side: Side, limit: i64) -> Result<Vec<Seen>, StoreError> {
    let ours = access_log::sides.eq("").or(access_log::sides.like(format!("%{}%", side.code())));
    let rows: Vec<(NaiveDateTime, String, Option<String>, String, String)> = access_log::table
        .left_join(bodies::table.on(access_log::body_id.eq(bodies::id.nullable())))
        .filter(access_log::case_id.eq(case))
        .filter(access_log::what.ne(RECUSED_ATTEMPT))
        .filter(ours)
        .order(access_log::id.desc())
        .limit(limit)
        .select((
            access_log::at,
            access_log::actor,
            bodies::name.nullable(),
            access_log::what,
            access_log::sides,
        ))
        .load(rx.conn())?;
    let seen = |(at, actor, body, what, sides): (NaiveDateTime, String, Option<String>, String, String)| {
        Seen { at: at.and_utc(), actor, body, what, data: !sides.is_empty() }
    };
    Ok(rows.into_iter().map(seen).collect())
}

/// One line of the access record.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct AccessRow {
    pub at: NaiveDateTime,
    pub user: Option<UserId>,
    pub actor: String,
    pub ip: String,
    /// Whose data was shown, as `Side` codes with a space between.
    pub sides: String,
    pub what: String,
    pub reason: String,
}

/// Who opened this case, newest first, at most `limit`.
///
/// # Errors
/// Database errors.
pub fn of_case(rx: &mut Rx<'_>, case: CaseId, limit: i64) -> Result<Vec<AccessRow>, StoreError> {
    let columns = (
        access_log::at,
        access_log::user_id,
        access_log::actor,
        access_log::ip,
        access_log::sides,
        access_log::what,
        access_log::reason,
    );
    Ok(access_log::table
        .filter(access_log::case_id.eq(case))
        .order(access_log::id.desc())
        .limit(limit)
        .select(columns)
        .load(rx.conn())?)
}

/// A try of a recused member to open a file: when, who, at which committee, of which case.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Attempt {
    pub at: NaiveDateTime,
    pub user: Option<UserId>,
    pub committee: Option<BodyId>,
    pub number: String,
}

/// What the record calls such a try.
pub const RECUSED_ATTEMPT: &str = "recused_attempt";

/// The tries of recused members at these committees' cases, newest first, at most `limit`.
///
/// # Errors
/// Database errors.
pub fn attempts_at(rx: &mut Rx<'_>, bodies: &[BodyId], limit: i64) -> Result<Vec<Attempt>, StoreError> {
    let wanted: Vec<Option<BodyId>> = bodies.iter().copied().map(Some).collect();
    Ok(access_log::table
        .inner_join(cases::table.on(cases::id.nullable().eq(access_log::case_id)))
        .filter(access_log::what.eq(RECUSED_ATTEMPT))
        .filter(cases::committee_id.eq_any(wanted))
        .order(access_log::id.desc())
        .limit(limit)
        .select((access_log::at, access_log::user_id, cases::committee_id, cases::number))
        .load(rx.conn())?)
}

/// Writes a line of the administrative record: rights, accounts, settings (kept three years).
///
/// # Errors
/// Database errors.
pub fn note(
    tx: &mut Tx<'_>,
    user: Option<UserId>,
    action: &str,
    object: &str,
    detail: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    diesel::insert_into(audit::table)
        .values((
            audit::at.eq(now.naive_utc()),
            audit::user_id.eq(user),
            audit::action.eq(action),
            audit::object.eq(object),
            audit::detail.eq(detail),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// One line of the administrative record.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = audit)]
pub struct AuditRow {
    pub id: i64,
    pub at: NaiveDateTime,
    pub user_id: Option<UserId>,
    pub action: String,
    pub object: String,
    pub detail: String,
}

/// The administrative record, newest first, older than the line `before`, at most `limit`.
///
/// # Errors
/// Database errors.
pub fn notes(rx: &mut Rx<'_>, before: Option<i64>, limit: i64) -> Result<Vec<AuditRow>, StoreError> {
    let older = audit::table.filter(audit::id.lt(before.unwrap_or(i64::MAX)));
    Ok(older.order(audit::id.desc()).limit(limit).select(AuditRow::as_select()).load(rx.conn())?)
}

/// Counts one attempt of `key` (a limit's name and who) and says whether it is within `most` in `window`.
///
/// # Errors
/// Database errors.
pub fn attempt(
    tx: &mut Tx<'_>,
    key: &str,
    most: i64,
    window: Duration,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let key = tx.vault().hash("attempts.key", key);
    let row = attempts::table.find(&key).select((attempts::window_start, attempts::count));
    let known: Option<(NaiveDateTime, i64)> = row.first(tx.conn()).optional()?;
    let now = now.naive_utc();
    match known {
        None => {
            let first = (attempts::key.eq(&key), attempts::window_start.eq(now), attempts::count.eq(1));
            each_backend!(tx.conn(), |c| diesel::insert_into(attempts::table)
                .values(first)
                .on_conflict(attempts::key)
                .do_update()
                .set(attempts::count.eq(attempts::count + 1))
                .execute(c))?;
            Ok(most >= 1)
        }
        Some((start, _)) if start + window <= now => {
            let fresh = (attempts::window_start.eq(now), attempts::count.eq(1));
            diesel::update(attempts::table.find(&key)).set(fresh).execute(tx.conn())?;
            Ok(most >= 1)
        }
        Some((_, count)) => {
            let more = attempts::count.eq(attempts::count + 1);
            diesel::update(attempts::table.find(&key)).set(more).execute(tx.conn())?;
            Ok(count < most)
        }
    }
}

/// Forgets the attempts of `key`, after a success.
///
/// # Errors
/// Database errors.
pub fn forget_attempts(tx: &mut Tx<'_>, key: &str) -> Result<(), StoreError> {
    let key = tx.vault().hash("attempts.key", key);
    diesel::delete(attempts::table.find(&key)).execute(tx.conn())?;
    Ok(())
}

/// Takes one attempt of `key` back: it was a success, and only failures count where many people share an address.
///
/// # Errors
/// Database errors.
pub fn give_back_attempt(tx: &mut Tx<'_>, key: &str) -> Result<(), StoreError> {
    let key = tx.vault().hash("attempts.key", key);
    let counted = attempts::table.find(&key).filter(attempts::count.gt(0));
    diesel::update(counted).set(attempts::count.eq(attempts::count - 1)).execute(tx.conn())?;
    Ok(())
}
