//! What is destroyed when its time is over (`product.md` §10): which cases wait for it, and the keyed hashes of doors.
use super::schema::{case_holds, case_recurrences, cases, parties};
use super::{Rx, StoreError, Tx};
use crate::domain::codes::{Outcome, Side, Stage};
use crate::domain::ids::CaseId;
use crate::domain::indicators::RECURRENCE_DAYS;
use crate::each_backend;
use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use diesel::prelude::*;

/// What stands where a party's keyed hash was: there was a door.
const GONE: &str = "-";

/// Cases closed without the respondent: they did not take part, or were not reached.
const WITHOUT: [Option<Outcome>; 2] = [Some(Outcome::Refused), Some(Outcome::Unreachable)];

/// The hold of a case, if it has one.
#[diesel::dsl::auto_type]
fn held() -> _ {
    case_holds::table.filter(case_holds::case_id.eq(cases::id))
}

/// Cases closed without the respondent by `closed_by` whose respondent's contacts are still there, at most `limit`.
///
/// # Errors
/// Database errors.
pub fn contacts_due(
    rx: &mut Rx<'_>,
    closed_by: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<CaseId>, StoreError> {
    let there = parties::table
        .filter(parties::case_id.eq(cases::id))
        .filter(parties::side.eq(Side::Respondent))
        .filter(parties::destroyed_at.is_null());
    Ok(cases::table
        .filter(cases::stage.eq(Stage::Closed))
        .filter(cases::outcome.eq_any(WITHOUT))
        .filter(cases::closed_at.le(closed_by.naive_utc()))
        .filter(diesel::dsl::exists(there))
        .filter(diesel::dsl::not(diesel::dsl::exists(held())))
        .order(cases::id)
        .limit(limit)
        .select(cases::id)
        .load(rx.conn())?)
}

/// Cases closed without the respondent by `closed_by` whose respondent's door is still known by its hash, at most `limit`.
///
/// # Errors
/// Database errors.
pub fn unit_hashes_due(
    rx: &mut Rx<'_>,
    closed_by: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<CaseId>, StoreError> {
    Ok(cases::table
        .filter(cases::stage.eq(Stage::Closed))
        .filter(cases::outcome.eq_any(WITHOUT))
        .filter(cases::closed_at.le(closed_by.naive_utc()))
        .filter(cases::respondent_unit_hash.is_not_null())
        .filter(diesel::dsl::not(diesel::dsl::exists(held())))
        .order(cases::id)
        .limit(limit)
        .select(cases::id)
        .load(rx.conn())?)
}

/// Nothing of the case is destroyed from now on.
///
/// # Errors
/// Database errors.
pub fn hold(tx: &mut Tx<'_>, case: CaseId, now: DateTime<Utc>) -> Result<(), StoreError> {
    let row = (case_holds::case_id.eq(case), case_holds::since.eq(now.naive_utc()));
    each_backend!(tx.conn(), |c| diesel::insert_into(case_holds::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(c))?;
    Ok(())
}

/// What waits to be destroyed in the case is destroyed again when its time is over.
///
/// # Errors
/// Database errors.
pub fn release(tx: &mut Tx<'_>, case: CaseId) -> Result<(), StoreError> {
    diesel::delete(case_holds::table.find(case)).execute(tx.conn())?;
    Ok(())
}

/// Destroys the keyed hash of the respondent's door in a case. Whether the case and those of the same pair after it were
/// repeats is fixed first, so that no figure changes.
///
/// # Errors
/// Database errors.
pub fn drop_unit_hash(tx: &mut Tx<'_>, case: CaseId) -> Result<(), StoreError> {
    fix_recurrence(tx, case)?;
    diesel::update(cases::table.find(case))
        .set(cases::respondent_unit_hash.eq(None::<String>))
        .execute(tx.conn())?;
    let theirs = parties::table
        .filter(parties::case_id.eq(case))
        .filter(parties::side.eq(Side::Respondent))
        .filter(parties::unit_hash.is_not_null());
    diesel::update(theirs).set(parties::unit_hash.eq(GONE)).execute(tx.conn())?;
    Ok(())
}

/// As `domain::indicators::Pairs` would see it while the hash is there.
fn fix_recurrence(tx: &mut Tx<'_>, case: CaseId) -> Result<(), StoreError> {
    let doors: (Option<String>, Option<String>) = cases::table
        .find(case)
        .select((cases::applicant_unit_hash, cases::respondent_unit_hash))
        .first(tx.conn())?;
    let (Some(ours), Some(theirs)) = doors else { return Ok(()) };
    let same =
        cases::applicant_unit_hash.eq(ours.clone()).and(cases::respondent_unit_hash.eq(theirs.clone()));
    let crossed = cases::applicant_unit_hash.eq(theirs).and(cases::respondent_unit_hash.eq(ours));
    let pair: Vec<(CaseId, NaiveDateTime)> = cases::table
        .filter(same.or(crossed).assume_not_null())
        .filter(cases::complex_id.is_not_null())
        .filter(cases::anonymous.eq(false).and(cases::has_respondent_unit.eq(true)))
        .select((cases::id, cases::received_at))
        .load(tx.conn())?;
    let year = TimeDelta::days(RECURRENCE_DAYS);
    let follows = |at: NaiveDateTime, other: NaiveDateTime| other <= at && at - other <= year;
    let Some(own) = pair.iter().find(|(id, _)| *id == case).map(|(_, at)| *at) else { return Ok(()) };
    for (id, at) in pair.iter().filter(|(id, at)| *id == case || follows(*at, own)) {
        let recurs = pair.iter().any(|(other, before)| other != id && follows(*at, *before));
        let row = (case_recurrences::case_id.eq(id), case_recurrences::recurs.eq(recurs));
        each_backend!(tx.conn(), |c| diesel::insert_into(case_recurrences::table)
            .values(row)
            .on_conflict_do_nothing()
            .execute(c))?;
    }
    Ok(())
}
