//! How often each caller of the API has called in this minute. Kept in memory: a limit against runaway programs, not a
//! security limit; those are counted in the database.
use chrono::{DateTime, Utc};
use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::sync::Mutex;

/// Callers remembered in one minute; beyond these everyone shares one count.
const CALLERS_MAX: usize = 100_000;
/// The count that callers beyond the limit share.
const REST: u64 = 0;

/// Counts by caller. What a caller is called is kept only as a hash that differs with every start.
#[derive(Debug, Default)]
pub struct Meter {
    seeds: RandomState,
    counts: Mutex<(i64, HashMap<u64, u32>)>,
}

impl Meter {
    /// Counts one call of `caller` and says whether it is within `most` in this minute.
    #[must_use]
    pub fn admits(&self, caller: &str, most: u32, now: DateTime<Utc>) -> bool {
        let minute = now.timestamp().div_euclid(60);
        let caller = self.seeds.hash_one(caller);
        // A panic while counting leaves at worst a wrong count.
        let mut counts = self.counts.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if counts.0 != minute {
            *counts = (minute, HashMap::new());
        }
        let room = counts.1.len() < CALLERS_MAX || counts.1.contains_key(&caller);
        let count = counts.1.entry(if room { caller } else { REST }).or_insert(0);
        *count = count.saturating_add(1);
        *count <= most
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caller_has_so_many_calls_a_minute() {
        let meter = Meter::default();
        let at = |second| DateTime::from_timestamp(second, 0).unwrap();
        assert!(meter.admits("a", 2, at(0)) && meter.admits("a", 2, at(59)));
        assert!(!meter.admits("a", 2, at(59)), "the third in a minute is too much");
        assert!(meter.admits("b", 2, at(59)), "callers do not count for each other");
        assert!(meter.admits("a", 2, at(60)), "the next minute begins anew");
    }
}
