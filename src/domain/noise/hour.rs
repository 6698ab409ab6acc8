//! Day and night in Seoul, and the limit in force at a moment. Moments are nanoseconds, as a log has hundreds of thousands.
use super::limits::{self, Limits};
use super::{SECOND, seoul};
use chrono::NaiveDate;

const HOUR: i64 = 3600 * SECOND;
const DAY: i64 = 24 * HOUR;
/// Seoul is nine hours ahead of Greenwich, without summer time.
const AHEAD: i64 = 9 * HOUR;
/// The day is `[06:00, 22:00)`.
const MORNING: i64 = 6 * HOUR;
const EVENING: i64 = 22 * HOUR;

/// The limits of one question by moment.
pub(super) struct Clock {
    /// From when on each row holds, in the order of time.
    rows: Vec<(i64, Limits)>,
}

impl Clock {
    pub(super) fn new(all: &[Limits]) -> Self {
        Self { rows: all.iter().map(|l| (Self::midnight(l.from), *l)).collect() }
    }

    /// The moment at which a day begins in Seoul.
    pub(super) fn midnight(day: NaiveDate) -> i64 {
        seoul::midnight(day).timestamp_nanos_opt().unwrap_or(i64::MAX)
    }

    fn row(&self, at: i64) -> Option<&Limits> {
        self.rows.iter().rev().find(|(from, _)| *from <= at).map(|(_, row)| row)
    }

    pub(super) fn leq(&self, at: i64) -> Option<u8> {
        self.row(at).map(|row| if is_day(at) { row.day_leq } else { row.night_leq })
    }

    pub(super) fn lmax(&self, at: i64) -> Option<u8> {
        self.row(at).and_then(|row| if is_day(at) { row.day_lmax } else { row.night_lmax })
    }
}

/// Nanoseconds since midnight in Seoul.
fn time_of_day(at: i64) -> i64 {
    at.saturating_add(AHEAD).rem_euclid(DAY)
}

pub(super) fn is_day(at: i64) -> bool {
    (MORNING..EVENING).contains(&time_of_day(at))
}

/// The next moment after `at` at which windows begin anew: 06:00, 22:00, or a change of limits.
pub(super) fn next_restart(at: i64) -> i64 {
    let time = time_of_day(at);
    let next = [MORNING, EVENING, DAY + MORNING].into_iter().find(|mark| *mark > time);
    let daily = at.saturating_add(next.unwrap_or(DAY) - time);
    let change = limits::changes().map(Clock::midnight).filter(|change| *change > at).min();
    change.map_or(daily, |change| change.min(daily))
}
