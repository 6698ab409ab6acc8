//! Consecutive months added up at once from kept lines: each line goes to the months in which something of it happened, and what
//! is open at a month's begin is summed up over the months before.

use super::figures::Figures;
use super::lines::{Added, Line};
use super::{Question, seoul};
use crate::domain::codes::Basis;
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::BTreeMap;

/// Months by closing, being added up. It must give what [`Added`] gives of each month.
pub struct Trend {
    since: DateTime<Utc>,
    /// First days, begins and what is added up.
    months: Vec<(NaiveDate, DateTime<Utc>, Added)>,
    end: DateTime<Utc>,
    /// Open spans at `since`.
    stock: i64,
    /// Their change before the first month, and from the begin of each month to that of the next.
    moved: Vec<i64>,
}

impl Trend {
    /// Nothing added yet. `months` follow on each other; `stock` and the lines are those of [`Added::new`], for the same `since`.
    #[must_use]
    pub fn new(
        question: &Question,
        months: &[(NaiveDate, NaiveDate)],
        since: DateTime<Utc>,
        stock: &BTreeMap<String, i64>,
    ) -> Self {
        let one = |(from, to): &(NaiveDate, NaiveDate)| {
            let (from, to, basis) = (*from, *to, Basis::Closing);
            let question = Question { from, to, basis, by: None, ..question.clone() };
            let begin = seoul::midnight(from);
            (from, begin, Added::new(question, begin, &BTreeMap::new()))
        };
        Self {
            since,
            months: months.iter().map(one).collect(),
            end: months.last().map_or(since, |(_, to)| seoul::midnight(*to)),
            stock: stock.values().sum(),
            moved: vec![0; months.len() + 1],
        }
    }

    /// Adds a line of the scope.
    pub fn add(&mut self, line: &Line) {
        for (at, by) in line.moves() {
            let begun = self.begun(at);
            if self.since <= at
                && let Some(moved) = self.moved.get_mut(begun)
            {
                *moved += by;
            }
        }
        let at = self.month(line.at);
        let undone = line.undone_at.and_then(|undone| self.month(undone));
        for month in at.into_iter().chain(undone.filter(|undone| at != Some(*undone))) {
            if let Some((_, _, added)) = self.months.get_mut(month) {
                added.add("", line);
            }
        }
    }

    /// How many of the months have begun at `at`.
    fn begun(&self, at: DateTime<Utc>) -> usize {
        self.months.partition_point(|(_, begin, _)| *begin <= at)
    }

    /// The month that holds `at`, where one does.
    fn month(&self, at: DateTime<Utc>) -> Option<usize> {
        self.begun(at).checked_sub(1).filter(|_| at < self.end)
    }

    /// The first day and the figures of each month.
    #[must_use]
    pub fn figures(self) -> Vec<(NaiveDate, Figures)> {
        let mut open = self.stock;
        let mut finished = Vec::new();
        for ((first, _, mut added), moved) in self.months.into_iter().zip(self.moved) {
            open += moved;
            added.begin(&BTreeMap::from([(String::new(), open)]));
            finished.push((first, added.report().figures));
        }
        finished
    }
}

#[cfg(test)]
mod tests {
    use super::super::lines::LineKind;
    use super::*;
    use chrono::TimeDelta;

    #[test]
    fn months_added_at_once_are_those_added_one_by_one() {
        let day = |text: &str| seoul::parse_day(text).unwrap();
        let question = Question {
            from: day("2025-01-01"),
            to: day("2026-01-01"),
            basis: Basis::Closing,
            as_of: seoul::midnight(day("2026-06-01")),
            by: None,
            scope: None,
        };
        let since = seoul::midnight(question.from);
        let stock = BTreeMap::from([("1111051500".to_owned(), 4), ("1111053000".to_owned(), 3)]);
        // The last months only; the lines begin long before them, and some end behind them.
        let firsts: Vec<NaiveDate> = (7..=12).map(|n| day(&format!("2025-{n:02}-01"))).collect();
        let months: Vec<_> =
            firsts.iter().copied().zip(firsts.iter().skip(1).copied().chain([question.to])).collect();
        let mut lines = Vec::new();
        for n in 0..900_i64 {
            let at = since + TimeDelta::hours(n * 10 - 100);
            let line = match n % 3 {
                0 => Line::read(LineKind::Received, at, "", "plain"),
                1 => Line::read(LineKind::Closed, at, "settled", "narrow"),
                _ => Line::read(LineKind::FollowedUp, at, "kept", ""),
            };
            let mut line = line.unwrap();
            // Undone at once, in the same month, later, on the very begin of a month.
            let undone =
                [at, at + TimeDelta::days(3), at + TimeDelta::days(70), since + TimeDelta::days(212)];
            line.undone_at = undone
                .into_iter()
                .nth(usize::try_from(n % 5).unwrap())
                .filter(|undone| n % 3 == 1 && *undone >= at);
            // What is before `since` is given only for what undid it.
            lines.extend((at >= since || line.undone_at.is_some_and(|at| at >= since)).then_some(line));
        }
        let mut trend = Trend::new(&question, &months, since, &stock);
        lines.iter().for_each(|line| trend.add(line));
        let one_by_one = |(from, to): &(NaiveDate, NaiveDate)| {
            let mut one = Added::new(Question { from: *from, to: *to, ..question.clone() }, since, &stock);
            lines.iter().for_each(|line| one.add("", line));
            (*from, one.report().figures)
        };
        let expected: Vec<_> = months.iter().map(one_by_one).collect();
        assert!(expected.iter().any(|(_, figures)| figures.ledger.reopened > 0));
        assert_eq!(trend.figures(), expected);
    }
}
