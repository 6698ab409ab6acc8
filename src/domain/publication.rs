//! Published reports: over which periods, when one is due, and what stands in each.
//!
//! Every period is made of whole calendar months in Seoul, so that periods only ever contain, follow or overlap each other by
//! months (`indicators::hidden_beside` cuts them into slices). A month tells the ward's line alone; longer periods tell the
//! 행정동 too.

use super::codes::{Dimension, Exclusion, FollowUpResult, Outcome, PeriodKind};
use super::deadline;
use super::indicators::names;
use super::seoul;
use chrono::{DateTime, Datelike, Months, NaiveDate, Utc};

/// A period that is or can be published, `[from, to)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Period {
    pub kind: PeriodKind,
    pub from: NaiveDate,
    pub to: NaiveDate,
}

/// How many months a period of the calendar has; a programme's are its own.
const fn months(kind: PeriodKind) -> u32 {
    match kind {
        PeriodKind::Month => 1,
        PeriodKind::Quarter => 3,
        PeriodKind::Half => 6,
        PeriodKind::Year => 12,
        PeriodKind::Programme => 0,
    }
}

fn later(day: NaiveDate, by: u32) -> NaiveDate {
    day.checked_add_months(Months::new(by)).unwrap_or(NaiveDate::MAX)
}

fn first_of_month(day: NaiveDate) -> NaiveDate {
    day.with_day(1).unwrap_or(day)
}

impl Period {
    /// The period of the calendar that begins on this day; none where none does.
    #[must_use]
    pub fn beginning(kind: PeriodKind, from: NaiveDate) -> Option<Self> {
        let months = months(kind);
        let fits = months > 0 && from.day() == 1 && from.month0().is_multiple_of(months);
        fits.then(|| Self { kind, from, to: later(from, months) })
    }

    /// The months in which a programme ran from its first day until the day before `until`, whole.
    #[must_use]
    pub fn of_programme(from: NaiveDate, until: NaiveDate) -> Self {
        let last = until.pred_opt().unwrap_or(until).max(from);
        Self { kind: PeriodKind::Programme, from: first_of_month(from), to: later(first_of_month(last), 1) }
    }

    /// The last period of this kind that was over on `day`; none of a programme.
    #[must_use]
    pub fn last(kind: PeriodKind, day: NaiveDate) -> Option<Self> {
        let months = months(kind);
        let into = day.month0().checked_rem(months)?;
        let to = first_of_month(day).checked_sub_months(Months::new(into))?;
        Self::beginning(kind, to.checked_sub_months(Months::new(months))?)
    }

    /// The last `n` periods of this kind that were over on `day`, the newest first.
    #[must_use]
    pub fn lately(kind: PeriodKind, day: NaiveDate, n: usize) -> Vec<Self> {
        let before = |period: &Self| Self::last(kind, period.from);
        std::iter::successors(Self::last(kind, day), before).take(n).collect()
    }

    /// Whether nothing can happen in it any more.
    #[must_use]
    pub fn is_over(&self, now: DateTime<Utc>) -> bool {
        seoul::midnight(self.to) <= now
    }

    /// By what its table is broken down.
    #[must_use]
    pub fn by(&self) -> Option<Dimension> {
        (self.kind != PeriodKind::Month).then_some(Dimension::Dong)
    }

    /// `2026년 3분기`.
    #[must_use]
    pub fn name(&self) -> String {
        let (year, month) = (self.from.year(), self.from.month());
        match self.kind {
            PeriodKind::Month => format!("{year}년 {month}월"),
            PeriodKind::Quarter => format!("{year}년 {}분기", month / 3 + 1),
            PeriodKind::Half => format!("{year}년 {}반기", if month == 1 { "상" } else { "하" }),
            PeriodKind::Year => format!("{year}년"),
            PeriodKind::Programme => {
                let last = self.to.pred_opt().unwrap_or(self.to);
                format!("{year}년 {month}월 ~ {}년 {}월", last.year(), last.month())
            }
        }
    }

    /// How addresses and programs name it: `quarter:2026-07-01`.
    #[must_use]
    pub fn code(&self) -> String {
        format!("{}:{}", self.kind, self.from)
    }

    /// When it is to be published: so many working days after its end.
    #[must_use]
    pub fn due(&self, working_days: u32) -> DateTime<Utc> {
        let last = self.to.pred_opt().unwrap_or(self.to);
        deadline::working_days_after(seoul::midnight(last), working_days)
    }
}

/// The stretches between any two borders of these periods, in the order of time. What lies in none of them is one, too: what was
/// open before a gap and what was carried in after it tell of what happened in it.
#[must_use]
pub fn slices(periods: &[(NaiveDate, NaiveDate)]) -> Vec<(NaiveDate, NaiveDate)> {
    let mut borders: Vec<NaiveDate> = periods.iter().flat_map(|(from, to)| [*from, *to]).collect();
    borders.sort_unstable();
    borders.dedup();
    borders.iter().copied().zip(borders.iter().copied().skip(1)).collect()
}

/// The periods of the calendar that lie between these borders: any of them may be published some day.
#[must_use]
pub fn within(slices: &[(NaiveDate, NaiveDate)]) -> Vec<Period> {
    let mut found = Vec::new();
    for (index, (from, _)) in slices.iter().enumerate() {
        for kind in PeriodKind::ALL {
            let Some(period) = Period::beginning(*kind, *from) else { continue };
            // One slice after the other, without a gap, up to the end.
            let mut reached = *from;
            for (from, to) in slices.iter().skip(index).take_while(|(_, to)| *to <= period.to) {
                if *from == reached {
                    reached = *to;
                }
            }
            found.extend((reached == period.to).then_some(period));
        }
    }
    found
}

/// What of everything that was published a table over these months is held against: whatever [`touch`]es them, or the whole length
/// that published periods which overlap them, and each other, have together. A programme of five years so brings the tables of all
/// its years.
pub fn beside<T>(
    own: (NaiveDate, NaiveDate),
    mut published: Vec<T>,
    span: impl Fn(&T) -> (NaiveDate, NaiveDate),
) -> Vec<T> {
    let mut hull = own;
    loop {
        let overlap = published.iter().map(&span).filter(|(from, to)| *from < hull.1 && hull.0 < *to);
        let wider = overlap.fold(hull, |all, (from, to)| (all.0.min(from), all.1.max(to)));
        if wider == hull {
            break;
        }
        hull = wider;
    }
    published.retain(|one| touch(hull, span(one)));
    published
}

/// Whether tables of these two periods are held against each other: they lie in the same year, in years that follow each other, or
/// with one year between them. What lies farther off has met those between.
fn touch(one: (NaiveDate, NaiveDate), other: (NaiveDate, NaiveDate)) -> bool {
    let first = |year: i32| NaiveDate::from_ymd_opt(year, 1, 1);
    let last = one.1.pred_opt().unwrap_or(one.1).year();
    let (begin, end) = (first(one.0.year() - 1), first(last + 2));
    begin.is_none_or(|begin| begin <= other.1) && end.is_none_or(|end| other.0 <= end)
}

/// What kind of number a measure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    Count,
    Rate,
    Days,
}

/// One line of every form of a published report, in the order in which all of them have it.
#[derive(Debug, Clone)]
pub struct Measure {
    /// JSON pointer below the whole or a row.
    pub pointer: String,
    pub group: &'static str,
    pub label: String,
    pub shape: Shape,
}

impl Measure {
    /// Its name in files, as `exchange.md` has it: `ledger.received`.
    #[must_use]
    pub fn code(&self) -> String {
        self.pointer.trim_start_matches('/').replace('/', ".")
    }
}

/// 원장 · 비율 · 종결 · 제외 · 이행 · 걸린 날.
#[must_use]
pub fn measures() -> Vec<Measure> {
    let mut found = Vec::new();
    let mut put = |group, shape, pointer: String, label: &str| {
        found.push(Measure { pointer, group, label: label.to_owned(), shape });
    };
    for (name, label) in names::LEDGER {
        put("원장", Shape::Count, format!("/ledger/{name}"), label);
    }
    put("원장", Shape::Count, "/superseded".to_owned(), names::SUPERSEDED);
    // 재접수율 closes the list: it is of receptions, not of what came of them.
    let (recurrence, course) =
        names::RATES.split_last().map_or((None, &[][..]), |(last, rest)| (Some(last), rest));
    for (name, label) in course.iter().chain(&names::FULFILMENT).chain(recurrence) {
        put("비율", Shape::Rate, format!("/{name}"), label);
    }
    for outcome in Outcome::ALL {
        put("종결 구분", Shape::Count, format!("/outcomes/{outcome}"), outcome.label());
    }
    for reason in Exclusion::ALL {
        put("분모에서 뺀 사건", Shape::Count, format!("/excluded/{reason}"), reason.label());
    }
    for result in FollowUpResult::ALL {
        put("사후점검", Shape::Count, format!("/fulfilment/{result}"), result.label());
    }
    for (name, label) in names::WAITS {
        put("걸린 날", Shape::Count, format!("/days/{name}/n"), &format!("{label} 사건"));
        put("걸린 날", Shape::Days, format!("/days/{name}/median"), &format!("{label} 가운데값"));
        put("걸린 날", Shape::Days, format!("/days/{name}/p90"), &format!("{label} 90번째 백분위수"));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        seoul::parse_day(text).unwrap()
    }

    #[test]
    fn periods_are_of_whole_months_and_follow_each_other() {
        for (kind, from, to, name) in [
            (PeriodKind::Month, "2026-10-01", "2026-11-01", "2026년 10월"),
            (PeriodKind::Quarter, "2026-07-01", "2026-10-01", "2026년 3분기"),
            (PeriodKind::Half, "2026-01-01", "2026-07-01", "2026년 상반기"),
            (PeriodKind::Year, "2025-01-01", "2026-01-01", "2025년"),
        ] {
            let last = Period::last(kind, day("2026-11-22")).unwrap();
            assert_eq!((last.from, last.to, last.name().as_str()), (day(from), day(to), name));
            let many = Period::lately(kind, day("2026-11-22"), 9);
            assert!(many.len() == 9 && many.windows(2).all(|pair| pair[1].to == pair[0].from), "{many:?}");
            assert_eq!(Period::beginning(kind, day(from)), Some(last));
        }
        assert_eq!(Period::beginning(PeriodKind::Quarter, day("2026-02-01")), None);
        assert_eq!(Period::beginning(PeriodKind::Month, day("2026-02-02")), None);
        assert_eq!(Period::beginning(PeriodKind::Programme, day("2026-01-01")), None);
        let programme = Period::of_programme(day("2026-03-15"), day("2026-12-01"));
        assert_eq!((programme.from, programme.to), (day("2026-03-01"), day("2026-12-01")));
        assert_eq!(programme.name(), "2026년 3월 ~ 2026년 11월");
    }

    #[test]
    fn a_report_is_due_on_a_working_day_after_its_period() {
        let quarter = Period::last(PeriodKind::Quarter, day("2026-11-22")).unwrap();
        assert_eq!(
            seoul::day(quarter.due(5)),
            day("2026-10-08"),
            "1, 2, 6, 7, 8: the quarter ends at midnight, so that the first day counts (민법 §157), and 개천절, a Saturday, takes Monday"
        );
    }

    #[test]
    fn slices_lie_between_all_borders() {
        let pair = |a: &str, b: &str| (day(a), day(b));
        let found = slices(&[
            pair("2026-01-01", "2026-04-01"),
            pair("2026-03-01", "2026-06-01"),
            pair("2026-09-01", "2026-10-01"),
        ]);
        let expected = [
            pair("2026-01-01", "2026-03-01"),
            pair("2026-03-01", "2026-04-01"),
            pair("2026-04-01", "2026-06-01"),
            pair("2026-06-01", "2026-09-01"),
            pair("2026-09-01", "2026-10-01"),
        ];
        assert_eq!(found, expected);
    }
}
