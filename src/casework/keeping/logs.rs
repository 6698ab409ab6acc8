//! What belongs to no single case: records of openings and of changes, ended rights, used-up codes, ended accounts and
//! appointments. Once a day.
use super::CaseworkError;
use crate::domain::codes::DisposalKind;
use crate::domain::seoul;
use crate::store::{Tx, disposals, inbox, retention, sending};
use chrono::{DateTime, Duration, Months, Utc};

/// Days that a mail which belongs to no case waits for the operator.
const STRANGE_DAYS: i64 = 30;

/// Destroys what was kept long enough outside of cases; returns how many rows.
///
/// # Errors
/// Database errors.
pub fn forget(tx: &mut Tx<'_>, now: DateTime<Utc>) -> Result<usize, CaseworkError> {
    let keeping = tx.rules().keeping;
    let years = |n: u32| now.checked_sub_months(Months::new(12 * n)).unwrap_or(DateTime::<Utc>::MIN_UTC);
    let (access, rights) = (years(keeping.access_years), years(keeping.grant_years));
    let codes = retention::drop_codes(tx, now)?;
    let opened = retention::drop_accesses(tx, access)?;
    let changed = retention::drop_audit(tx, rights)?;
    let grants = retention::drop_grants(tx, rights)?;
    let strange = inbox::drop_old(tx, now - Duration::days(STRANGE_DAYS), now)?;
    let mails = retention::drop_house_mails(tx, years(keeping.case_years))? + strange;
    sending::drop_old(tx, years(1))?;
    let (accounts, seats) =
        (retention::forget_accounts(tx, rights)?, retention::forget_seats(tx, seoul::day(rights))?);
    let logs = opened + changed + grants + mails;
    if logs > 0 {
        let detail = format!(
            "열람 기록 {opened}줄, 변경 기록 {changed}줄, 끝난 역할 {grants}줄, 계정 전자우편 {mails}통"
        );
        disposals::by_rule(tx, None, DisposalKind::Logs, now, (super::count(logs), &detail), now)?;
    }
    if accounts + seats > 0 {
        let detail = format!("끝난 계정 {accounts}개, 끝난 위촉 {seats}건");
        disposals::by_rule(
            tx,
            None,
            DisposalKind::Accounts,
            now,
            (super::count(accounts + seats), &detail),
            now,
        )?;
    }
    Ok(codes + logs + accounts + seats)
}
