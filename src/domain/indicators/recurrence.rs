//! Whether the same two households had another case in the year before.

use super::{CaseFacts, RECURRENCE_DAYS};
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::HashMap;

/// When each pair's cases were received, over the whole installation.
#[derive(Debug, Clone, Default)]
pub struct Pairs(HashMap<String, Vec<DateTime<Utc>>>);

impl Pairs {
    /// From (pair, received) of every case that has both units. Cases unknown at a report's `as_of` do no harm: they
    /// were received after every case that it counts.
    pub fn of(cases: impl IntoIterator<Item = (String, DateTime<Utc>)>) -> Self {
        let mut pairs: HashMap<String, Vec<DateTime<Utc>>> = HashMap::new();
        for (pair, received_at) in cases {
            pairs.entry(pair).or_default().push(received_at);
        }
        for times in pairs.values_mut() {
            times.sort_unstable();
        }
        Self(pairs)
    }

    /// None for a case without both units; what was fixed before a hash was destroyed; else whether another case of the pair was received 0 to 365 days before.
    pub(super) fn recurs(&self, case: &CaseFacts) -> Option<bool> {
        if case.recurs.is_some() {
            return case.recurs;
        }
        self.met_before(case.pair.as_deref()?, case.received_at)
    }

    /// Whether the pair had another case 0 to 365 days before the one received then; none for a pair that never had any.
    pub fn met_before(&self, pair: &str, received_at: DateTime<Utc>) -> Option<bool> {
        let times = self.0.get(pair)?;
        let earliest = received_at
            .checked_sub_signed(TimeDelta::days(RECURRENCE_DAYS))
            .unwrap_or(DateTime::<Utc>::MIN_UTC);
        let first = times.partition_point(|at| *at < earliest);
        let end = times.partition_point(|at| *at <= received_at);
        // The case itself is one of them.
        Some(end.saturating_sub(first) >= 2)
    }
}
