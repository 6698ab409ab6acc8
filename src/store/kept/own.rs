//! The kept lines of one body's own cases, for the figures of a committee or an NGO.
use super::{CHUNK, Counted, Kept, Of, instant, read, recurring, second};
use crate::domain::indicators::{LineKind, stock_of};
use crate::domain::permission::Own;
use crate::store::schema::case_figures;
use crate::store::{Rx, StoreError, cases};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use std::collections::BTreeMap;

/// Every row of the body's cases, in the order of filing; none where something of them happened after `as_of`.
fn rows(rx: &mut Rx<'_>, own: &Own, as_of: DateTime<Utc>) -> Result<Option<Vec<Counted>>, StoreError> {
    let (mut rows, mut last_us): (Vec<Counted>, Option<i64>) = (Vec::new(), None);
    for ids in cases::of_body(rx, own)?.chunks(CHUNK) {
        let some = case_figures::table
            .filter(case_figures::case_id.eq_any(ids))
            .order((case_figures::case_id, case_figures::ord))
            .select((Counted::as_select(), case_figures::last_us));
        for (row, at) in some.load::<(Counted, Option<i64>)>(rx.conn())? {
            last_us = last_us.max(at);
            rows.push(row);
        }
    }
    Ok(Some(rows).filter(|_| last_us.is_none_or(|at| at <= as_of.timestamp_micros())))
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
    let Some(rows) = rows(rx, own, as_of)? else { return Ok(None) };
    let (from, to) = (since.timestamp_micros(), until.timestamp_micros());
    let (mut lines, mut open): (Vec<Of>, Vec<(String, DateTime<Utc>)>) = (Vec::new(), Vec::new());
    let mut stock: BTreeMap<String, i64> = BTreeMap::new();
    for row in rows {
        let before = row.at_us < from;
        let undone_before = row.undone_us.is_some_and(|at| at < from);
        let change = match LineKind::from_code(&row.kind) {
            Some(LineKind::Received) => stock_of(1, 0, 0),
            Some(LineKind::Closed) => stock_of(0, 1, i64::from(undone_before)),
            Some(LineKind::FollowedUp) | None => 0,
        };
        *stock.entry(row.dong_code.clone()).or_default() += if before { change } else { 0 };
        if let Some(at) = row.open_us {
            open.push((row.dong_code.clone(), instant(at)?));
        }
        // Closings before the period that were undone in it belong to it too.
        let undone_in = row.undone_us.is_some_and(|at| from <= at && at < to);
        if row.at_us < to && (!before || undone_in) {
            lines.push(read(row)?);
        }
    }
    Ok(Some(Kept { recurs: recurring(rx, &lines)?, second: second(rx, &lines)?, stock, open, lines }))
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
    let Some(rows) = rows(rx, own, as_of)? else { return Ok(None) };
    let before = rows.into_iter().filter(|row| row.at_us < until.timestamp_micros());
    Ok(Some(before.map(read).collect::<Result<_, _>>()?))
}
