//! The kept lines of one body's own cases, for the figures of a committee or an NGO.
use super::{CHUNK, Kept, Of, instant, load, of_cases, second};
use crate::domain::indicators::{Line, LineKind, stock_of};
use crate::domain::permission::Own;
use crate::store::schema::case_figures;
use crate::store::{Rx, StoreError, cases};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use std::collections::BTreeMap;

/// A body's own lines, in the order of filing, and what is open now.
type All = (Vec<Of>, Vec<(String, DateTime<Utc>)>);

/// Every line of the body's cases; none where something of them happened after `as_of`.
fn lines(rx: &mut Rx<'_>, own: &Own, as_of: DateTime<Utc>) -> Result<Option<All>, StoreError> {
    let (mut lines, mut open): All = (Vec::new(), Vec::new());
    for ids in cases::of_body(rx, own)?.chunks(CHUNK) {
        lines.extend(load(rx, of_cases(ids))?);
        let receptions = of_cases(ids).filter(case_figures::last_us.is_not_null());
        let receptions =
            receptions.select((case_figures::dong_code, case_figures::last_us, case_figures::open_us));
        for (dong, last_us, open_us) in receptions.load::<(String, Option<i64>, Option<i64>)>(rx.conn())? {
            if last_us.is_some_and(|at| at > as_of.timestamp_micros()) {
                return Ok(None);
            }
            open.extend(open_us.map(|at| Ok::<_, StoreError>((dong, instant(at)?))).transpose()?);
        }
    }
    Ok(Some((lines, open)))
}

/// What is kept of a body's own cases for `[since, until)` as of `as_of`, as `of_scope` has it of a place: all of them are read, which a
/// committee or an NGO has thousands of at most. None where the lines cannot answer.
///
/// # Errors
/// Database errors.
pub fn of_own(
    rx: &mut Rx<'_>,
    own: &Own,
    (since, until): (DateTime<Utc>, DateTime<Utc>),
    as_of: DateTime<Utc>,
) -> Result<Option<Kept>, StoreError> {
    let Some((all, open)) = lines(rx, own, as_of)? else { return Ok(None) };
    let mut stock: BTreeMap<String, i64> = BTreeMap::new();
    for (_, dong, line) in &all {
        let change = match line.kind {
            LineKind::Received => stock_of(1, 0, 0),
            LineKind::Closed => stock_of(0, 1, i64::from(line.undone_at.is_some_and(|at| at < since))),
            LineKind::FollowedUp => 0,
        };
        *stock.entry(dong.clone()).or_default() += if line.at < since { change } else { 0 };
    }
    // Closings before the period that were undone in it belong to it too.
    let undone_in = |line: &Line| line.undone_at.is_some_and(|at| since <= at && at < until);
    let counts = |line: &Line| line.at < until && (since <= line.at || undone_in(line));
    let lines: Vec<Of> = all.into_iter().filter(|(_, _, line)| counts(line)).collect();
    Ok(Some(Kept { second: second(rx, &lines)?, stock, open, lines }))
}

/// Every line of a body's own cases before `until`, in the order of filing; none where [`of_own`] has none.
///
/// # Errors
/// Database errors.
pub fn own_lines_before(
    rx: &mut Rx<'_>,
    own: &Own,
    until: DateTime<Utc>,
    as_of: DateTime<Utc>,
) -> Result<Option<Vec<Of>>, StoreError> {
    let Some((lines, _)) = lines(rx, own, as_of)? else { return Ok(None) };
    Ok(Some(lines.into_iter().filter(|(_, _, line)| line.at < until).collect()))
}
