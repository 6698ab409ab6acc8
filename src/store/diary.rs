//! 소음일지 of the applicant: a row for each time something was heard; the note sealed. Struck out, a row is gone.
use super::schema::diary;
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
    let rows: Vec<Row> = diary::table
        .filter(diary::case_id.eq(case))
        .order((diary::at.desc(), diary::id.desc()))
        .limit(most)
        .select((
            diary::id,
            diary::at,
            diary::minutes,
            diary::kind,
            diary::felt,
            diary::note,
            diary::added_as,
            diary::added_at,
        ))
        .load(rx.conn())?;
    let entry = |(id, at, minutes, kind, felt, note, by_role, noted): Row| {
        let note = note.map(|sealed| rx.vault().open(NOTE, &sealed)).transpose()?.unwrap_or_default();
        let minutes = u32::try_from(minutes).unwrap_or_default();
        let heard = Heard { at: at.and_utc(), minutes, kind, felt, note };
        Ok(Entry { id, heard, by_role, noted_at: noted.and_utc() })
    };
    rows.into_iter().map(entry).collect()
}

/// How many entries a case has, and how many of them were noted since `since`.
///
/// # Errors
/// Database errors.
pub fn count(rx: &mut Rx<'_>, case: CaseId, since: DateTime<Utc>) -> Result<(i64, i64), StoreError> {
    let own = diary::table.filter(diary::case_id.eq(case));
    let all = own.count().get_result(rx.conn())?;
    let new = own.filter(diary::added_at.ge(since.naive_utc())).count().get_result(rx.conn())?;
    Ok((all, new))
}

/// Whether this kind was noted for this moment already.
///
/// # Errors
/// Database errors.
pub fn has(rx: &mut Rx<'_>, case: CaseId, heard: &Heard) -> Result<bool, StoreError> {
    let same = diary::table
        .filter(diary::case_id.eq(case))
        .filter(diary::at.eq(heard.at.naive_utc()))
        .filter(diary::kind.eq(heard.kind));
    Ok(diesel::select(diesel::dsl::exists(same)).get_result(rx.conn())?)
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
