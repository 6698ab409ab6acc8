//! The figures that a ward sees, exactly as `exchange.md` defines them: pure, from facts and events to numbers.
//!
//! [`report`] takes every case of the installation (recurrence looks outside scope and row) and one [`Question`].
//! Counts are exact; hiding small ones is a later step over the finished [`Report`].

mod ageing;
mod basis;
pub mod control;
mod figures;
pub mod flow;
mod frozen;
pub mod groups;
mod ledger;
mod lines;
mod measure;
pub mod names;
pub mod prevention;
pub mod published;
mod recurrence;
mod suppress;
mod tally;
mod trend;
mod waits;

pub use ageing::{AGE_BANDS, OpenCases};
pub use figures::{Days, Figures, Fulfilment, Ledger, Rate, Report, Row, Spread};
pub use frozen::Frozen;
pub use lines::{Added, Line, LineKind, judged, lines, stock_of};
pub use measure::{Behind, Measure, behind};
pub use recurrence::Pairs;
pub use suppress::{Earlier, SMALL, hidden, hidden_beside, parts};
pub use trend::Trend;
pub use waits::Waits;

use super::codes::{Basis, Cause, Channel, CommitteeKind, Dimension, Position};
use super::mark::Mark;
use super::seoul;
use chrono::{DateTime, Datelike, Months, NaiveDate, TimeDelta, Utc};
use std::collections::BTreeMap;
use tally::Tally;

/// The version of the definitions below, printed with every report. A changed definition gets a new one.
pub const DEFINITION_VERSION: &str = "1";

/// How long a cohort is watched after each reception, and the age from which it is mature.
pub const COHORT_DAYS: i64 = 90;

/// How far back another case of the same pair makes a recurrence.
pub const RECURRENCE_DAYS: i64 = 365;

/// What is known of a case, persons left out. The complex's attributes are those at `received_at`.
#[derive(Debug, Clone)]
pub struct CaseFacts {
    /// K-apt or own code; empty where the 단지 is unknown.
    pub complex: String,
    /// Ten digits; empty where unknown.
    pub dong: String,
    pub committee: CommitteeKind,
    /// The programme's name, or empty.
    pub programme: String,
    pub cause: Cause,
    pub position: Position,
    pub channel: Channel,
    pub received_at: DateTime<Utc>,
    /// Without an applicant's unit the case is anonymous.
    pub has_applicant_unit: bool,
    pub has_respondent_unit: bool,
    /// The same text for the same two units of the same 단지 in either order (a keyed hash will do); none unless both are known.
    pub pair: Option<String>,
    /// Whether the pair had a case in the year before, fixed when a hash by which it is seen was destroyed; else none.
    pub recurs: Option<bool>,
    /// In time order; at equal times in the order of entry.
    pub events: Vec<(DateTime<Utc>, Mark)>,
}

impl CaseFacts {
    /// The case's row key under a dimension.
    pub fn key(&self, by: Dimension) -> &str {
        match by {
            Dimension::Dong => &self.dong,
            Dimension::Complex => &self.complex,
            Dimension::Cause => self.cause.code(),
            Dimension::Position => self.position.code(),
            Dimension::Channel => self.channel.code(),
            Dimension::Committee => self.committee.code(),
            Dimension::Programme => &self.programme,
        }
    }
}

/// What a report leaves in: a ward (five digits), a 행정동 or one 단지.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    Ward(String),
    Dong(String),
    Complex(String),
}

impl Scope {
    /// Five digits are a ward, ten a 행정동, anything else a 단지.
    pub fn parse(code: &str) -> Self {
        let digits = code.bytes().all(|byte| byte.is_ascii_digit());
        match code.len() {
            5 if digits => Self::Ward(code.to_owned()),
            10 if digits => Self::Dong(code.to_owned()),
            _ => Self::Complex(code.to_owned()),
        }
    }

    /// Whether the case lies in it.
    pub fn holds(&self, case: &CaseFacts) -> bool {
        match self {
            Self::Ward(ward) => case.dong.starts_with(ward),
            Self::Dong(dong) => case.dong == *dong,
            Self::Complex(complex) => case.complex == *complex,
        }
    }
}

/// One question: the period `[from, to)` in Seoul days, what is counted, and what was known when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub basis: Basis,
    /// What happened later does not exist.
    pub as_of: DateTime<Utc>,
    pub by: Option<Dimension>,
    pub scope: Option<Scope>,
}

impl Question {
    /// Whether the ward may ask this: its 구 and 행정동 by period and outcome are its work, and exact. A 단지 and every other
    /// breakdown come from published tables only (`product.md` §7): whoever knows the whole exactly, for any period they like,
    /// finds every hidden cell by subtracting.
    pub fn is_the_wards(&self) -> bool {
        matches!(self.by, None | Some(Dimension::Dong)) && !matches!(self.scope, Some(Scope::Complex(_)))
    }
}

/// The last calendar quarter that was over on `day`: its first day, and the day after its last.
pub fn last_quarter(day: NaiveDate) -> (NaiveDate, NaiveDate) {
    let first = |day: NaiveDate| {
        let into = day.month0() % 3;
        day.with_day(1).and_then(|day| day.checked_sub_months(Months::new(into))).unwrap_or(day)
    };
    let to = first(day);
    (to.checked_sub_months(Months::new(3)).unwrap_or(to), to)
}

/// The question's instants, computed once.
#[derive(Debug, Clone, Copy)]
struct Frame {
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    as_of: DateTime<Utc>,
    basis: Basis,
}

impl Frame {
    fn of(question: &Question) -> Self {
        Self {
            from: seoul::midnight(question.from),
            to: seoul::midnight(question.to),
            as_of: question.as_of,
            basis: question.basis,
        }
    }

    fn holds(&self, at: DateTime<Utc>) -> bool {
        self.from <= at && at < self.to
    }
}

/// A report being counted: cases go in one by one, so that a million need not be in memory at once.
pub struct Counter<'a> {
    question: Question,
    frame: Frame,
    pairs: &'a Pairs,
    total: Tally,
    rows: BTreeMap<String, Tally>,
}

impl<'a> Counter<'a> {
    /// Nothing counted yet. `pairs` must know every case of the installation, also those outside the scope.
    pub fn new(question: Question, pairs: &'a Pairs) -> Self {
        let frame = Frame::of(&question);
        Self { question, frame, pairs, total: Tally::default(), rows: BTreeMap::new() }
    }

    /// Counts one case; one that is outside the scope or not yet known at `as_of` changes nothing.
    pub fn add(&mut self, case: &CaseFacts) {
        let inside = self.question.scope.as_ref().is_none_or(|scope| scope.holds(case));
        if !inside || case.received_at > self.frame.as_of {
            return;
        }
        let part = tally::Part::of(case, &self.frame, self.pairs);
        self.total.add(&part);
        if let Some(by) = self.question.by {
            let key = case.key(by);
            if !self.rows.contains_key(key) {
                self.rows.insert(key.to_owned(), Tally::default());
            }
            if let Some(row) = self.rows.get_mut(key) {
                row.add(&part);
            }
        }
    }

    /// The finished report.
    pub fn report(self) -> Report {
        finished(&self.question, self.frame, self.total, self.rows)
    }
}

fn finished(
    question: &Question,
    frame: Frame,
    total: Tally,
    rows: impl IntoIterator<Item = (String, Tally)>,
) -> Report {
    let mature = match frame.basis {
        Basis::Closing => None,
        Basis::Cohort => Some(frame.as_of >= later(frame.to, COHORT_DAYS)),
    };
    let finish = |tally: Tally| tally.finish(frame.basis, mature);
    Report {
        definition_version: DEFINITION_VERSION,
        as_of: frame.as_of.with_timezone(&seoul::ZONE),
        from: question.from,
        to: question.to,
        basis: frame.basis,
        figures: finish(total),
        rows: rows.into_iter().map(|(key, tally)| Row { key, figures: finish(tally) }).collect(),
    }
}

/// The report over every case of the installation, all of them in memory.
pub fn report(cases: &[CaseFacts], question: &Question) -> Report {
    let pairs = Pairs::of(cases.iter().filter_map(|case| Some((case.pair.clone()?, case.received_at))));
    let mut counter = Counter::new(question.clone(), &pairs);
    for case in cases {
        counter.add(case);
    }
    counter.report()
}

/// So many times 24 hours later (the end of time where that overflows).
fn later(at: DateTime<Utc>, days: i64) -> DateTime<Utc> {
    at.checked_add_signed(TimeDelta::days(days)).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

#[cfg(test)]
mod tests;
