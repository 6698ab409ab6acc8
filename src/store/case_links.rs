//! How cases belong together: cross-complaints, repeats, duplicates, merged ones. A link is seen from both ends.
use super::schema::{case_links, cases};
use super::{Rx, StoreError, Tx};
use crate::domain::codes::LinkKind;
use crate::domain::ids::CaseId;
use crate::each_backend;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use std::collections::BTreeSet;

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

/// Undoes a tie of one kind to any other case: it holds no more.
///
/// # Errors
/// Database errors.
pub fn remove(tx: &mut Tx<'_>, other: CaseId, kind: LinkKind) -> Result<(), StoreError> {
    let tied = case_links::table.filter(case_links::other_id.eq(other)).filter(case_links::kind.eq(kind));
    diesel::delete(tied).execute(tx.conn())?;
    Ok(())
}

/// Whether a case of the same two doors, the other way round, is tied to this one.
///
/// # Errors
/// Database errors.
pub fn is_crossed(rx: &mut Rx<'_>, case: CaseId) -> Result<bool, StoreError> {
    let either = case_links::case_id.eq(case).or(case_links::other_id.eq(case));
    let cross = case_links::table.filter(case_links::kind.eq(LinkKind::Cross)).filter(either);
    Ok(diesel::select(diesel::dsl::exists(cross)).get_result(rx.conn())?)
}

/// The cases that were ended by an agreement which stands in their cross-complaint: counted as agreements they are the second
/// of two receipts with one paper.
///
/// # Errors
/// Database errors.
pub fn of_one_agreement(rx: &mut Rx<'_>) -> Result<BTreeSet<CaseId>, StoreError> {
    let all = case_links::table.filter(case_links::kind.eq(LinkKind::OneAgreement));
    Ok(all.select(case_links::other_id).load::<CaseId>(rx.conn())?.into_iter().collect())
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
