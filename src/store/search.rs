//! Search by name, unit or telephone within one's scope. One sealed text per case holds what it is found by; a search
//! opens the texts of the visible cases and looks, so that no index of personal data exists in the clear.
use super::schema::case_search;
use super::{Rx, StoreError, Tx, cases, parties};
use crate::domain::hangul;
use crate::domain::ids::CaseId;
use crate::domain::permission::Scope;
use crate::each_backend;
use diesel::prelude::*;

const PURPOSE: &str = "case_search.sealed";
/// Newest cases that one search opens; beyond these, a filter by 단지 narrows first.
const OPENED_MAX: i64 = 20_000;

/// Keeps the search text of a case: names, units and telephones of its present parties, one a line.
///
/// # Errors
/// Database errors.
pub fn keep(tx: &mut Tx<'_>, case: CaseId) -> Result<(), StoreError> {
    let mut lines = Vec::new();
    for party in parties::of_case(tx, case)? {
        let d = party.details;
        lines.extend([d.name, d.phone, d.unit.map(|u| u.to_string()).unwrap_or_default()]);
    }
    lines.retain(|l| !l.is_empty());
    let sealed = sealed(tx, &lines)?;
    let row = (case_search::case_id.eq(case), case_search::sealed.eq(&sealed));
    each_backend!(tx.conn(), |c| diesel::insert_into(case_search::table)
        .values(row)
        .on_conflict(case_search::case_id)
        .do_update()
        .set(case_search::sealed.eq(&sealed))
        .execute(c))?;
    Ok(())
}

/// The lines by which a case is found, as they are kept: sealed.
pub(super) fn sealed(rx: &Rx<'_>, lines: &[String]) -> Result<String, StoreError> {
    rx.vault().seal(PURPOSE, &lines.join("\n"))
}

/// The visible cases that a name, a unit, a telephone or a case number finds: whole, half typed, or by 초성.
///
/// # Errors
/// `Key` when a text does not open; database errors.
pub fn find(rx: &mut Rx<'_>, scope: &Scope, query: &str) -> Result<Vec<CaseId>, StoreError> {
    let visible = cases::visible_ids(rx, scope, OPENED_MAX)?;
    let mut found = Vec::new();
    for some in visible.chunks(500) {
        let rows: Vec<(CaseId, String)> = case_search::table
            .filter(case_search::case_id.eq_any(some))
            .select((case_search::case_id, case_search::sealed))
            .load(rx.conn())?;
        for (case, sealed) in rows {
            let text = rx.vault().open(PURPOSE, &sealed)?;
            if text.lines().any(|line| hangul::finds(query, line)) {
                found.push(case);
            }
        }
    }
    if let Ok(head) = cases::head(rx, scope, query.trim()) {
        found.push(head.id);
    }
    Ok(found)
}
