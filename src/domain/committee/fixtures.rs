//! What the tests of a committee's dated rules share.
use chrono::NaiveDate;

/// A day that there is.
pub(super) fn day(y: i32, m: u32, d: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(y, m, d).unwrap()
}
