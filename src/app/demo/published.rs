//! The reports that the ward published since there were accounts: last year's quarters and the year, and one of them a second time.
use super::NotMade;
use super::people::Town;
use crate::casework::CaseworkError;
use crate::casework::publications::{self, Particulars, Wanted};
use crate::domain::codes::{Openness, PeriodKind};
use crate::domain::publication::Period;
use crate::domain::seoul;
use crate::store::{Tx, users};
use chrono::{DateTime, Duration, Utc};

/// Days before today on which everybody has an account.
const BEGIN: i64 = 390;

/// Publishes them, each on the day when it was due.
pub(super) fn play(tx: &mut Tx<'_>, town: &Town, now: DateTime<Utc>) -> Result<(), NotMade> {
    let Some(year) = Period::last(PeriodKind::Year, seoul::day(now)) else { return Ok(()) };
    let mut quarters = Period::lately(PeriodKind::Quarter, year.to, 4);
    quarters.reverse();
    let days = tx.rules().report_days;
    for (n, period) in (0_i64..).zip(quarters.iter().copied().chain([year])) {
        let begin = now - Duration::days(BEGIN) + Duration::hours(n);
        let at = period.due(days).max(begin) - Duration::minutes(90 - n);
        let said = Particulars {
            number: format!("자치행정과-{}", 1180 + 37 * n),
            target_percent: Some(40),
            openness: Openness::Open,
            reason: String::new(),
        };
        publish(tx, town, period, &said, at)?;
    }
    Ok(())
}

/// The last quarter a second time, after ten of its cases were typed in late.
pub(super) fn again(tx: &mut Tx<'_>, town: &Town, now: DateTime<Utc>) -> Result<(), NotMade> {
    let Some(year) = Period::last(PeriodKind::Year, seoul::day(now)) else { return Ok(()) };
    let Some(quarter) = Period::last(PeriodKind::Quarter, year.to) else { return Ok(()) };
    let reason = "늦게 적은 사건 열 건을 담음".to_owned();
    let said = Particulars { reason, target_percent: Some(40), ..Particulars::default() };
    publish(tx, town, quarter, &said, now - Duration::days(20))
}

fn publish(
    tx: &mut Tx<'_>,
    town: &Town,
    period: Period,
    said: &Particulars,
    at: DateTime<Utc>,
) -> Result<(), NotMade> {
    let actor = users::actor(tx, town.who("ward"), at)?;
    let counted = publications::prepare(tx, &actor, Wanted::Calendar(period), said, at)?;
    match counted.drawn() {
        Ok(ready) => Ok(publications::publish(tx, &actor, &ready, at).map(drop)?),
        // Whatever day it is, the demonstration starts.
        Err(CaseworkError::Refused(refused)) if refused.code == "nothing_changed" => Ok(()),
        Err(e) => Err(e.into()),
    }
}
