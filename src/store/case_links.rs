//! How cases belong together: cross-complaints, repeats, duplicates, merged ones. A link is seen from both ends.
use super::schema::{case_links, cases};
use super::{Rx, StoreError, Tx};
use crate::domain::codes::LinkKind;
use crate::domain::ids::CaseId;
use crate::each_backend;
use chrono::{DateTime, Utc};
use diesel::prelude::*;

/// Ties two cases together; the same tie twice is one.
///
/// # Errors
/// Database errors.
pub fn add(
    tx: &mut Tx<'_>,
    one: CaseId,
    other: CaseId,
    kind: LinkKind,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = (
        case_links::case_id.eq(one),
        case_links::other_id.eq(other),
        case_links::kind.eq(kind),
        case_links::created_at.eq(now.naive_utc()),
    );
    each_backend!(tx.conn(), |c| diesel::insert_into(case_links::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(c))?;
    Ok(())
}

/// The cases tied to this one: their numbers, and how.
///
/// # Errors
/// Database errors.
pub fn of_case(rx: &mut Rx<'_>, case: CaseId) -> Result<Vec<(String, LinkKind)>, StoreError> {
    let mut found: Vec<(String, LinkKind)> = case_links::table
        .inner_join(cases::table.on(cases::id.eq(case_links::other_id)))
        .filter(case_links::case_id.eq(case))
        .select((cases::number, case_links::kind))
        .load(rx.conn())?;
    let backwards: Vec<(String, LinkKind)> = case_links::table
        .inner_join(cases::table.on(cases::id.eq(case_links::case_id)))
        .filter(case_links::other_id.eq(case))
        .select((cases::number, case_links::kind))
        .load(rx.conn())?;
    found.extend(backwards);
    found.sort();
    found.dedup();
    Ok(found)
}
