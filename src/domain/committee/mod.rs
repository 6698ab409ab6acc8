//! Committees: the rules they run under, who decides what, who sits on them.
//!
//! All of it is dated data. A meeting and a case keep what was in force when they began.
pub mod appointment;
pub mod compliance;
#[cfg(test)]
mod dates;
pub mod delegation;
pub mod duties;
#[cfg(test)]
mod fixtures;
pub mod form;
pub mod pledge;
pub mod recusal;
pub mod rules;
#[cfg(test)]
mod tests;

use chrono::NaiveDate;

/// A value in force from a day on, until a later one takes its place.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Dated<T> {
    /// The first day, Seoul.
    pub from: NaiveDate,
    pub value: T,
}

/// What is in force on `day`: the newest value that has begun.
#[must_use]
pub fn in_force<T>(all: &[Dated<T>], day: NaiveDate) -> Option<&T> {
    all.iter().filter(|d| d.from <= day).max_by_key(|d| d.from).map(|d| &d.value)
}
