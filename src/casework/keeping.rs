//! Destroying what was kept long enough (`product.md` §10): the contacts of a respondent who did not take part or was not
//! reached, later the keyed hash of their unit; confidential notes; at last the whole file; and, once a day, the records that
//! belong to no case. One transaction per case; every line of it stands in the register (`store::disposals`).
mod files;
mod logs;

pub use files::{NOTICE, approve};
pub use logs::forget as forget_logs;

use super::CaseworkError;
use crate::domain::case::Case;
use crate::domain::codes::{AuditAction, DisposalKind, Side};
use crate::domain::ids::CaseId;
use crate::domain::permission::Scope;
use crate::store::{Rx, StoreError, Tx, access, cases, disposals, outbox, parties, retention, search};
use chrono::{DateTime, Duration, Months, Utc};

/// The cases in which something may have been kept long enough, at most twice `limit`.
///
/// # Errors
/// Database errors.
pub fn waiting(rx: &mut Rx<'_>, now: DateTime<Utc>, limit: i64) -> Result<Vec<CaseId>, StoreError> {
    let keeping = rx.rules().keeping;
    let mut due = retention::contacts_due(rx, now - Duration::days(keeping.respondent_days), limit)?;
    if let Some(closed_by) = now.checked_sub_months(Months::new(keeping.unit_hash_months)) {
        due.extend(retention::unit_hashes_due(rx, closed_by, limit)?);
    }
    due.extend(files::waiting(rx, now, limit)?);
    due.sort_unstable();
    due.dedup();
    Ok(due)
}

/// Destroys in one case what was kept long enough; a case that was opened again meanwhile keeps everything.
///
/// # Errors
/// Database errors.
pub fn end(tx: &mut Tx<'_>, id: CaseId, now: DateTime<Utc>) -> Result<(), CaseworkError> {
    let case = cases::find_id(tx, &Scope { all: true, ..Scope::default() }, id)?;
    let over = |end: Option<DateTime<Utc>>| end.is_some_and(|at| at <= now);
    if over(case.contacts_end()) {
        destroy_contacts(tx, &case, now)?;
    }
    if over(case.unit_hash_ends()) {
        retention::drop_unit_hash(tx, id)?;
        let (counts, due) = ("호수 해시 1", case.unit_hash_ends().unwrap_or(now));
        disposals::by_rule(tx, Some(id), DisposalKind::UnitHash, due, (1, counts), now)?;
        note(tx, AuditAction::UnitHashDestroyed, &case, counts, now)?;
    }
    files::end(tx, &case, now)
}

fn destroy_contacts(tx: &mut Tx<'_>, case: &Case, now: DateTime<Utc>) -> Result<(), CaseworkError> {
    let there = parties::of_case(tx, case.id)?;
    let (mut people, mut mails) = (0, 0);
    for party in there.iter().filter(|p| p.side == Side::Respondent && !p.destroyed) {
        mails += forget(tx, case.id, party, now)?;
        people += 1;
    }
    if people == 0 {
        return Ok(());
    }
    search::keep(tx, case.id)?;
    let counts = format!("상대방 {people}명의 연락처, 전자우편 {mails}통의 내용");
    let due = case.contacts_end().unwrap_or(now);
    disposals::by_rule(tx, Some(case.id), DisposalKind::Respondent, due, (count(people), &counts), now)?;
    note(tx, AuditAction::RespondentDestroyed, case, &counts, now)
}

/// Somebody asked that what is known of their side be destroyed: everybody on it, with what mails to them said.
///
/// # Errors
/// Database errors.
pub fn forget_side(
    tx: &mut Tx<'_>,
    case: &Case,
    side: Side,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    let there = parties::of_case(tx, case.id)?;
    let (mut people, mut mails) = (0, 0);
    for party in there.iter().filter(|p| p.side == side && !p.destroyed) {
        mails += forget(tx, case.id, party, now)?;
        people += 1;
    }
    search::keep(tx, case.id)?;
    let counts = format!("{} {people}명의 정보, 전자우편 {mails}통의 내용", side.label());
    disposals::by_rule(tx, Some(case.id), DisposalKind::Side, now, (count(people), &counts), now)?;
    note(tx, AuditAction::SideDestroyed, case, &counts, now)
}

/// Destroys what is known of a party and what mails to them said; returns how many mails.
///
/// # Errors
/// Database errors.
pub fn forget(
    tx: &mut Tx<'_>,
    case: CaseId,
    party: &parties::Party,
    now: DateTime<Utc>,
) -> Result<usize, CaseworkError> {
    let email = &party.details.email;
    let mails = if email.is_empty() { 0 } else { outbox::destroy(tx, case, email)? };
    parties::destroy(tx, party.id, now)?;
    Ok(mails)
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// Counts, no persons.
fn note(
    tx: &mut Tx<'_>,
    action: AuditAction,
    case: &Case,
    counts: &str,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    Ok(access::note(tx, None, action.code(), &case.number, counts, now)?)
}
