//! 소음일지 of the applicant: a row for each time something was heard; the note sealed. Struck out, a row is gone.
use super::schema::{cases, diary};
use super::{Rx, StoreError, Tx};
use crate::domain::codes::{Cause, Felt};
use crate::domain::diary::Heard;
use crate::domain::ids::{CaseId, UserId};
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

const NOTE: &str = "diary.note";

/// An entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub id: i64,
    pub heard: Heard,
    /// As what it was written: a `Hat`'s code.
    pub by_role: String,
    pub noted_at: DateTime<Utc>,
}

type Row = (i64, NaiveDateTime, i64, Cause, Felt, Option<String>, String, NaiveDateTime);

/// Adds an entry.
///
/// # Errors
/// Database errors.
pub fn add(
    tx: &mut Tx<'_>,
    case: CaseId,
    heard: &Heard,
    (by, by_role): (Option<UserId>, &str),
    now: DateTime<Utc>,
) -> Result<i64, StoreError> {
    let note = Some(heard.note.as_str()).filter(|note| !note.is_empty());
    let row = (
        diary::case_id.eq(case),
        diary::at.eq(heard.at.naive_utc()),
        diary::minutes.eq(i64::from(heard.minutes)),
        diary::kind.eq(heard.kind),
        diary::felt.eq(heard.felt),
        diary::note.eq(note.map(|note| tx.vault().seal(NOTE, note)).transpose()?),
        diary::added_by.eq(by),
        diary::added_as.eq(by_role),
        diary::added_at.eq(now.naive_utc()),
    );
    Ok(diesel::insert_into(diary::table).values(row).returning(diary::id).get_result(tx.conn())?)
}

/// The entries of a case, newest first, `most` at most.
///
/// # Errors
/// Database errors; `Key` where a note does not open.
pub fn of_case(rx: &mut Rx<'_>, case: CaseId, most: i64) -> Result<Vec<Entry>, StoreError> {
    let rows: Vec<Row> = entries(case).limit(most).load(rx.conn())?;
    rows.into_iter().map(|row| entry(rx, row)).collect()
}

/// The rows of a case, newest first.
#[diesel::dsl::auto_type(no_type_alias)]
fn entries(case: CaseId) -> _ {
    let columns = (
        diary::id,
        diary::at,
        diary::minutes,
        diary::kind,
        diary::felt,
        diary::note,
        diary::added_as,
        diary::added_at,
    );
    diary::table.filter(diary::case_id.eq(case)).order((diary::at.desc(), diary::id.desc())).select(columns)
}

fn entry(rx: &Rx<'_>, row: Row) -> Result<Entry, StoreError> {
    let (id, at, minutes, kind, felt, note, by_role, noted) = row;
    let note = note.map(|sealed| rx.vault().open(NOTE, &sealed)).transpose()?.unwrap_or_default();
    let minutes = u32::try_from(minutes).unwrap_or_default();
    let heard = Heard { at: at.and_utc(), minutes, kind, felt, note };
    Ok(Entry { id, heard, by_role, noted_at: noted.and_utc() })
}

/// When something was heard in the cases of a ward in `[from, to)`, and for how many minutes: no kind, no note, nobody's words.
///
/// # Errors
/// Database errors.
pub fn of_ward(
    rx: &mut Rx<'_>,
    ward: &str,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Vec<(CaseId, DateTime<Utc>, u32)>, StoreError> {
    let rows: Vec<(CaseId, NaiveDateTime, i64)> = diary::table
        .inner_join(cases::table.on(cases::id.eq(diary::case_id)))
        .filter(cases::ward_code.eq(ward))
        .filter(diary::at.ge(from.naive_utc()).and(diary::at.lt(to.naive_utc())))
        .select((diary::case_id, diary::at, diary::minutes))
        .load(rx.conn())?;
    let heard = |(case, at, minutes): (CaseId, NaiveDateTime, i64)| {
        (case, at.and_utc(), u32::try_from(minutes).unwrap_or_default())
    };
    Ok(rows.into_iter().map(heard).collect())
}

/// How many entries a case has, and how many of them were noted under this hat since `since`.
///
/// # Errors
/// Database errors.
pub fn count(
    rx: &mut Rx<'_>,
    case: CaseId,
    (by_role, since): (&str, DateTime<Utc>),
) -> Result<(i64, i64), StoreError> {
    let own = diary::table.filter(diary::case_id.eq(case));
    let all = own.count().get_result(rx.conn())?;
    let own = own.filter(diary::added_as.eq(by_role));
    let new = own.filter(diary::added_at.ge(since.naive_utc())).count().get_result(rx.conn())?;
    Ok((all, new))
}

/// What was noted of this kind for this moment already.
///
/// # Errors
/// Database errors; `Key` where a note does not open.
pub fn same(rx: &mut Rx<'_>, case: CaseId, heard: &Heard) -> Result<Option<Heard>, StoreError> {
    let at_that_moment = entries(case).filter(diary::at.eq(heard.at.naive_utc()));
    let row: Option<Row> = at_that_moment.filter(diary::kind.eq(heard.kind)).first(rx.conn()).optional()?;
    Ok(row.map(|row| entry(rx, row)).transpose()?.map(|entry| entry.heard))
}

/// Destroys one entry.
///
/// # Errors
/// Database errors.
pub fn strike(tx: &mut Tx<'_>, case: CaseId, id: i64) -> Result<(), StoreError> {
    let one = diary::table.find(id).filter(diary::case_id.eq(case));
    diesel::delete(one).execute(tx.conn())?;
    Ok(())
}

/// Destroys the diary of a case. Returns how many entries are gone.
///
/// # Errors
/// Database errors.
pub fn destroy(tx: &mut Tx<'_>, case: CaseId) -> Result<usize, StoreError> {
    super::cases::lock(tx, case)?;
    Ok(diesel::delete(diary::table.filter(diary::case_id.eq(case))).execute(tx.conn())?)
}
