//! Cases that are open now, by how long ago they were received: the total clock, which nothing stops.

use super::CaseFacts;
use crate::domain::mark::Mark;
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;

/// The bands of age: the first day that no longer belongs to the band (none: no end), and what people read.
pub const AGE_BANDS: [(Option<i64>, &str); 5] = [
    (Some(14), "2주 미만"),
    (Some(30), "2주~30일"),
    (Some(90), "30~90일"),
    (Some(180), "90~180일"),
    (None, "180일 이상"),
];

/// Open cases per 행정동 and band of age.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OpenCases {
    /// By dong code, in order.
    pub dongs: BTreeMap<String, [u32; AGE_BANDS.len()]>,
}

impl OpenCases {
    /// Counts the case if it is open at `as_of`.
    pub fn add(&mut self, case: &CaseFacts, as_of: DateTime<Utc>) {
        if is_open(case, as_of) {
            self.count(&case.dong, case.received_at, as_of);
        }
    }

    /// Counts a case that is open.
    pub fn count(&mut self, dong: &str, received_at: DateTime<Utc>, as_of: DateTime<Utc>) {
        let days = (as_of - received_at).num_days();
        let band = AGE_BANDS.iter().position(|(end, _)| end.is_none_or(|end| days < end));
        let counts = self.dongs.entry(dong.to_owned()).or_default();
        if let Some(count) = band.and_then(|band| counts.get_mut(band)) {
            *count += 1;
        }
    }

    /// Per band, over all dongs.
    pub fn total(&self) -> [u32; AGE_BANDS.len()] {
        let mut total = [0; AGE_BANDS.len()];
        for counts in self.dongs.values() {
            for (sum, count) in total.iter_mut().zip(counts) {
                *sum += count;
            }
        }
        total
    }
}

/// Whether the case is open at `as_of`.
pub(super) fn is_open(case: &CaseFacts, as_of: DateTime<Utc>) -> bool {
    let known = case.events.iter().take_while(|(at, _)| *at <= as_of);
    let last = known.filter(|(_, mark)| matches!(mark, Mark::Closed(_) | Mark::Reopened(_))).last();
    case.received_at <= as_of && !matches!(last, Some((_, Mark::Closed(_))))
}
