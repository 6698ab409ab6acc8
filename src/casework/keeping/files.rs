//! The file of a case, after its time: proposed two weeks ahead, destroyed when its time is over and nobody held it back. What
//! stays is what figures count: the case's row, its marks, who held it.
use super::CaseworkError;
use crate::domain::case::Case;
use crate::domain::codes::DisposalKind;
use crate::domain::ids::CaseId;
use crate::domain::permission::{Actor, Scope};
use crate::store::disposals::{self, Disposal};
use crate::store::{Rx, StoreError, Tx, cases, events, retention};
use chrono::{DateTime, Duration, Months, Utc};

/// How long before its time is over a file is proposed, and how long somebody has to object where nobody approves.
pub const NOTICE: Duration = Duration::days(14);

/// The cases whose file or confidential notes may have been kept long enough.
///
/// # Errors
/// Database errors.
pub(super) fn waiting(rx: &mut Rx<'_>, now: DateTime<Utc>, limit: i64) -> Result<Vec<CaseId>, StoreError> {
    let keeping = rx.rules().keeping;
    let mut due = retention::notes_due(rx, now - Duration::days(keeping.notes_days), limit)?;
    if let Some(closed_by) = (now + NOTICE).checked_sub_months(Months::new(12 * keeping.case_years)) {
        due.extend(retention::files_due(rx, closed_by, (now, now - NOTICE), limit)?);
    }
    Ok(due)
}

/// Destroys the confidential notes of a case, and proposes or destroys its file.
///
/// # Errors
/// Database errors.
pub(super) fn end(tx: &mut Tx<'_>, case: &Case, now: DateTime<Utc>) -> Result<(), CaseworkError> {
    if let Some(due) = case.notes_end().filter(|end| *end <= now) {
        let n = events::wipe_notes(tx, case.id)?;
        if n > 0 {
            let told = (super::count(n), format!("비밀 메모 {n}건"));
            disposals::by_rule(tx, Some(case.id), DisposalKind::Notes, due, (told.0, &told.1), now)?;
        }
    }
    let Some(due) = case.file_ends() else { return Ok(disposals::take_back(tx, case.id)?) };
    match disposals::waiting(tx, case.id, DisposalKind::File)? {
        Some(waiting) if waiting.due_at.and_utc() != due => disposals::take_back(tx, case.id)?,
        Some(waiting) if due <= now && ripe(&waiting, now) => destroy(tx, case, &waiting, now)?,
        Some(_) => {}
        None if due - NOTICE <= now => disposals::propose(tx, case.id, DisposalKind::File, due, now)?,
        None => {}
    }
    Ok(())
}

/// Approved, or everybody had time to object.
fn ripe(waiting: &Disposal, now: DateTime<Utc>) -> bool {
    waiting.approved_at.is_some() || waiting.proposed_at.and_utc() + NOTICE <= now
}

fn destroy(
    tx: &mut Tx<'_>,
    case: &Case,
    waiting: &Disposal,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    let gone = retention::destroy_file(tx, case.id)?;
    let detail = format!(
        "당사자 {}명, 기록 {}줄, 전자우편 {}통, 증거 {}건, 그 밖의 것 {}건",
        gone.people, gone.lines, gone.mails, gone.things, gone.others
    );
    let amount = super::count(gone.people + gone.lines + gone.mails + gone.things + gone.others);
    disposals::done(tx, waiting.id, (amount, &detail), now)?;
    super::note(tx, crate::domain::codes::AuditAction::FileDestroyed, case, &detail, now)
}

/// Somebody at the desk that answers for the case approves what waits, so that it is not kept a day too long.
///
/// # Errors
/// `NotFound` for others, `Conflict` when it was approved meanwhile, `Invalid` when it is not to be approved.
pub fn approve(tx: &mut Tx<'_>, actor: &Actor, id: i64, now: DateTime<Utc>) -> Result<(), CaseworkError> {
    let (waiting, _, holder) = disposals::find(tx, id)?;
    let theirs = holder.is_some_and(|body| actor.desks().contains(&body));
    if !theirs || waiting.kind != DisposalKind::File {
        return Err(StoreError::NotFound.into());
    }
    let scope = Scope { all: true, ..Scope::default() };
    let Some(case) = waiting.case_id else { return Err(StoreError::NotFound.into()) };
    if cases::find_id(tx, &scope, case)?.file_ends().is_none() {
        return Err(CaseworkError::field("", "다시 열렸거나 파기를 멈춘 사건입니다. 승인할 수 없습니다."));
    }
    Ok(disposals::approve(tx, id, actor.user, now)?)
}
