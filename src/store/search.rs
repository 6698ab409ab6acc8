//! Search by name, unit or telephone within one's scope. One sealed text per case holds what it is found by; a search
//! opens the texts of the visible cases and looks, so that no index of personal data exists in the clear. Each line says whose
//! it is, as a case is found only by what the person may know of that side.
use super::schema::{case_search, cases as case_table};
use super::{Rx, StoreError, Tx, cases, parties};
use crate::domain::codes::Side;
use crate::domain::hangul::Query;
use crate::domain::ids::{BodyId, CaseId};
use crate::domain::permission::{Actor, Scope};
use crate::domain::text::Unit;
use crate::each_backend;
use diesel::prelude::*;
use std::collections::BTreeSet;

const PURPOSE: &str = "case_search.sealed";
/// Newest cases of each kind of seeing (office, committee, assignment …) that one search opens; beyond these, a filter by 단지 narrows first.
const OPENED_MAX: i64 = 20_000;

/// Keeps the search text of a case: names, units and telephones of its present parties, one a line.
///
/// # Errors
/// Database errors.
pub fn keep(tx: &mut Tx<'_>, case: CaseId) -> Result<(), StoreError> {
    let mut lines = Vec::new();
    for party in parties::of_case(tx, case)? {
        let d = party.details;
        let known = [d.name, d.phone, d.unit.map(|u| u.to_string()).unwrap_or_default()];
        lines.extend(known.into_iter().filter(|k| !k.is_empty()).map(|k| line(party.side, &k)));
    }
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

/// One line: whose it is, and what is known.
pub(super) fn line(side: Side, known: &str) -> String {
    format!("{}\t{known}", side.code())
}

/// The lines by which a case is found, as they are kept: sealed.
pub(super) fn sealed(rx: &Rx<'_>, lines: &[String]) -> Result<String, StoreError> {
    rx.vault().seal(PURPOSE, &lines.join("\n"))
}

/// The visible cases that a name, a unit, a telephone or a case number finds: whole, half typed, or by 초성. What this person
/// may not see of a side finds nothing for them.
///
/// # Errors
/// `Key` when a text does not open; database errors.
pub fn find(rx: &mut Rx<'_>, actor: &Actor, query: &str) -> Result<Vec<CaseId>, StoreError> {
    let scope = actor.scope();
    // A door is written in many ways; kept it is in one.
    let door =
        Unit::read("", query).ok().filter(|door| !door.building.is_empty()).map(|door| door.to_string());
    let queries: Vec<Query> = std::iter::once(query).chain(door.as_deref()).map(Query::new).collect();
    let (mut opened, mut found) = (BTreeSet::new(), Vec::new());
    for visible in cases::visible_by_clause(&scope) {
        let text = case_search::table
            .filter(case_search::case_id.eq(case_table::id))
            .select(case_search::sealed)
            .single_value();
        let rows: Vec<(CaseId, Option<String>)> = visible
            .order((case_table::received_at.desc(), case_table::id.desc()))
            .limit(OPENED_MAX)
            .select((case_table::id, text))
            .load(rx.conn())?;
        for (case, sealed) in rows {
            if !opened.insert(case) {
                continue;
            }
            let by = found_by(&rx.vault().open(PURPOSE, &sealed.unwrap_or_default())?, &queries);
            if !by.is_empty() && may_find(rx, actor, &scope, case, &by)? {
                found.push(case);
            }
        }
    }
    if let Ok(head) = cases::head(rx, &scope, query.trim()) {
        found.push(head.id);
    }
    Ok(found)
}

/// What these words say of the parties of a committee's cases: their names, doors and telephones, as they stand in the words.
/// Of the newest cases only, as many as one search opens.
///
/// # Errors
/// `Key` when a text does not open; database errors.
pub fn named_in(rx: &mut Rx<'_>, committee: BodyId, words: &str) -> Result<Vec<String>, StoreError> {
    let texts: Vec<String> = case_search::table
        .inner_join(case_table::table.on(case_table::id.eq(case_search::case_id)))
        .filter(case_table::committee_id.eq(committee))
        .order(case_search::case_id.desc())
        .limit(OPENED_MAX)
        .select(case_search::sealed)
        .load(rx.conn())?;
    let mut found = Vec::new();
    for sealed in texts {
        let text = rx.vault().open(PURPOSE, &sealed)?;
        let known = text.lines().filter_map(|line| line.split_once('\t')).map(|(_, known)| known);
        found.extend(known.filter(|known| words.contains(known)).map(str::to_owned));
    }
    found.sort_unstable_by_key(|known| std::cmp::Reverse(known.len()));
    found.dedup();
    Ok(found)
}

/// The sides whose lines any of the queries finds.
fn found_by(text: &str, queries: &[Query]) -> Vec<Side> {
    let lines = text.lines().filter_map(|line| line.split_once('\t'));
    let found = lines.filter(|(_, known)| queries.iter().any(|query| query.finds(known)));
    found.filter_map(|(whose, _)| Side::from_code(whose)).collect()
}

fn may_find(
    rx: &mut Rx<'_>,
    actor: &Actor,
    scope: &Scope,
    case: CaseId,
    by: &[Side],
) -> Result<bool, StoreError> {
    if !actor.finds_case_by_case() {
        return Ok(true);
    }
    let case = cases::find_id(rx, scope, case)?;
    Ok(by.iter().any(|side| actor.may_find_by(*side, &case)))
}
