//! Whether the same two households had another case in the year before.

use super::{CaseFacts, RECURRENCE_DAYS};
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::HashMap;

/// When each pair's cases were received, over the whole installation.
pub(super) struct Pairs<'a>(HashMap<&'a str, Vec<DateTime<Utc>>>);

impl<'a> Pairs<'a> {
    pub(super) fn of(cases: impl Iterator<Item = &'a CaseFacts>) -> Self {
        let mut pairs: HashMap<&str, Vec<DateTime<Utc>>> = HashMap::new();
        for case in cases {
            if let Some(pair) = &case.pair {
                pairs.entry(pair).or_default().push(case.received_at);
            }
        }
        for times in pairs.values_mut() {
            times.sort_unstable();
        }
        Self(pairs)
    }

    /// None for a case without both units; else whether another case of the pair was received 0 to 365 days before.
    pub(super) fn recurs(&self, case: &CaseFacts) -> Option<bool> {
        let times = self.0.get(case.pair.as_deref()?)?;
        let earliest = case
            .received_at
            .checked_sub_signed(TimeDelta::days(RECURRENCE_DAYS))
            .unwrap_or(DateTime::<Utc>::MIN_UTC);
        let first = times.partition_point(|at| *at < earliest);
        let end = times.partition_point(|at| *at <= case.received_at);
        // The case itself is one of them.
        Some(end.saturating_sub(first) >= 2)
    }
}
