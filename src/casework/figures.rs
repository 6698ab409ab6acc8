//! Reports over the whole installation, which read every case once and count; the ward's overview of now is added up from what is
//! kept beside each case (`store::kept`).
use crate::domain::codes::{Basis, Dimension};
use crate::domain::indicators::published::{self, Compared};
use crate::domain::indicators::{Added, Counter, Figures, OpenCases, Question, Report, Scope, Trend};
use crate::domain::permission::Own;
use crate::domain::seoul;
use crate::store::kept::{self, Kept};
use crate::store::{Rx, StoreError, bodies, case_links, ledger};
use chrono::{DateTime, Datelike, Months, NaiveDate, Utc};
use std::collections::BTreeMap;

/// The most months that a trend shows; of a longer period the last ones.
const TREND_MONTHS: usize = 24;

/// The report that answers `question`: of now, whole or by 행정동, from what is kept beside the cases, else from every case.
///
/// # Errors
/// Database errors.
pub fn report(rx: &mut Rx<'_>, question: &Question) -> Result<Report, StoreError> {
    rx.at_one_moment(|rx| match added_up(rx, question)? {
        Some(report) => Ok(report),
        None => recount(rx, question),
    })
}

/// The report from every case of the installation.
///
/// # Errors
/// Database errors.
pub fn recount(rx: &mut Rx<'_>, question: &Question) -> Result<Report, StoreError> {
    let pairs = ledger::pairs(rx)?;
    let mut counter = Counter::new(question.clone(), &pairs);
    ledger::each_case(rx, |_, case| counter.add(case))?;
    Ok(counter.report())
}

/// The report from kept lines; none where they cannot answer.
fn added_up(rx: &mut Rx<'_>, question: &Question) -> Result<Option<Report>, StoreError> {
    if !matches!(question.by, None | Some(Dimension::Dong)) {
        return Ok(None);
    }
    let period = (seoul::midnight(question.from), seoul::midnight(question.to));
    let mut added = Added::new(question.clone(), period.0, &BTreeMap::new());
    let mut add = |kept: Kept| {
        added.begin(&kept.stock);
        for (_, dong, line) in &kept.lines {
            added.add(dong, line);
        }
    };
    let answered = match &question.scope {
        None => kept::everywhere(rx, period, question.as_of, add)?,
        Some(scope) => kept::of_scope(rx, scope, period, question.as_of)?.map(&mut add).is_some(),
    };
    Ok(answered.then(|| added.report()))
}

/// Whether there is such a ward, 행정동 or 단지: a slip of the pen must not look like a quiet year.
///
/// # Errors
/// Database errors.
pub fn is_known(rx: &mut Rx<'_>, scope: &Scope) -> Result<bool, StoreError> {
    Ok(match scope {
        Scope::Ward(code) => !bodies::dongs_of(rx, code)?.is_empty(),
        Scope::Dong(code) => bodies::dong_name(rx, code)?.is_some(),
        Scope::Complex(code) => !ledger::complexes_by_code(rx, std::slice::from_ref(code))?.is_empty(),
    })
}

/// What the ward's and the dong's pages show.
#[derive(Debug, Clone, PartialEq)]
pub struct Overview {
    /// Broken down by 행정동.
    pub report: Report,
    /// Month by month, by closing.
    pub months: Vec<(NaiveDate, Figures)>,
    pub open: OpenCases,
    /// Of the agreements counted, those whose paper stands in a cross-complaint: one agreement of two receipts.
    pub second_papers: u32,
}

/// The overview of a scope over a period: of a ward or a 행정동 as of now from what is kept beside the cases, else recounted.
///
/// # Errors
/// Database errors.
pub fn overview(rx: &mut Rx<'_>, question: &Question) -> Result<Overview, StoreError> {
    rx.at_one_moment(|rx| match added(rx, question)? {
        Some(overview) => Ok(overview),
        None => recounted(rx, question),
    })
}

/// The reports of a ward by 행정동 over each of these periods, by closing and as of one moment, all counted at once.
///
/// # Errors
/// Database errors.
pub fn by_dong(
    rx: &mut Rx<'_>,
    ward: &str,
    periods: &[(NaiveDate, NaiveDate)],
    as_of: DateTime<Utc>,
) -> Result<Vec<Report>, StoreError> {
    let scope = Scope::Ward(ward.to_owned());
    let question = |(from, to): &(NaiveDate, NaiveDate)| Question {
        from: *from,
        to: *to,
        basis: Basis::Closing,
        as_of,
        by: Some(Dimension::Dong),
        scope: Some(scope.clone()),
    };
    let begin = periods.iter().map(|(from, _)| *from).min().map(seoul::midnight);
    let end = periods.iter().map(|(_, to)| *to).max().map(seoul::midnight);
    let (Some(begin), Some(end)) = (begin, end) else { return Ok(Vec::new()) };
    rx.at_one_moment(|rx| match kept::of_scope(rx, &scope, (begin, end), as_of)? {
        Some(kept) => {
            let all = periods.iter().map(question);
            let mut all: Vec<Added> = all.map(|one| Added::new(one, begin, &kept.stock)).collect();
            for (_, dong, line) in &kept.lines {
                all.iter_mut().for_each(|one| one.add(dong, line));
            }
            Ok(all.into_iter().map(Added::report).collect())
        }
        None => {
            let pairs = ledger::pairs(rx)?;
            let all = periods.iter().map(question);
            let mut all: Vec<Counter<'_>> = all.map(|one| Counter::new(one, &pairs)).collect();
            ledger::each_case(rx, |_, case| all.iter_mut().for_each(|one| one.add(case)))?;
            Ok(all.into_iter().map(Counter::report).collect())
        }
    })
}

/// The figures of a ward or a 행정동 over a period, by closing, by every published definition.
///
/// # Errors
/// Database errors.
pub fn compared(rx: &mut Rx<'_>, question: &Question) -> Result<(Report, Vec<Compared>), StoreError> {
    let question = Question { basis: Basis::Closing, by: None, ..question.clone() };
    let report = report(rx, &question)?;
    let compared = published::compared(&report.figures);
    Ok((report, compared))
}

/// The same period of the year before, as far as this one has gone by, and its report; none where there is no such year.
///
/// # Errors
/// Database errors.
pub fn year_before(rx: &mut Rx<'_>, question: &Question) -> Result<Option<Report>, StoreError> {
    let Some((from, to)) = a_year_before(question) else { return Ok(None) };
    report(rx, &Question { from, to, by: None, ..question.clone() }).map(Some)
}

/// The period of a year before, as far as the question's has gone by.
fn a_year_before(question: &Question) -> Option<(NaiveDate, NaiveDate)> {
    let year = |day: NaiveDate| day.checked_sub_months(Months::new(12));
    let tomorrow = seoul::day(question.as_of).succ_opt();
    let end = tomorrow.filter(|day| question.from < *day && *day < question.to).unwrap_or(question.to);
    Some((year(question.from)?, year(end)?))
}

/// The overview added up from kept lines; none where they cannot answer (`store::kept::of_scope`).
fn added(rx: &mut Rx<'_>, question: &Question) -> Result<Option<Overview>, StoreError> {
    let Some(scope) = &question.scope else { return Ok(None) };
    let (since, until) = (seoul::midnight(question.from), seoul::midnight(question.to));
    let Some(kept) = kept::of_scope(rx, scope, (since, until), question.as_of)? else { return Ok(None) };
    Ok(Some(summed(question, &kept)))
}

/// The overview of what is kept of the question's period.
fn summed(question: &Question, kept: &Kept) -> Overview {
    let since = seoul::midnight(question.from);
    let counting = |question: Question| Added::new(question, since, &kept.stock);
    let mut whole = counting(Question { by: Some(Dimension::Dong), ..question.clone() });
    let mut seconds = counting(question.clone());
    let mut trend = Trend::new(question, &months(question.from, question.to), since, &kept.stock);
    for (id, dong, line) in &kept.lines {
        whole.add(dong, line);
        trend.add(line);
        if kept.second.contains(id) {
            seconds.add(dong, line);
        }
    }
    let mut open = OpenCases::default();
    for (dong, received_at) in &kept.open {
        open.count(dong, *received_at, question.as_of);
    }
    let second_papers = seconds.report().figures.agreement.numerator;
    Overview { report: whole.report(), months: trend.figures(), open, second_papers }
}

/// The overview of a body's own cases, as of now; none where something of them is dated after now.
///
/// # Errors
/// Database errors.
pub fn overview_of_own(
    rx: &mut Rx<'_>,
    own: &Own,
    question: &Question,
) -> Result<Option<Overview>, StoreError> {
    let period = (seoul::midnight(question.from), seoul::midnight(question.to));
    let kept = rx.at_one_moment(|rx| kept::of_own(rx, own, period, question.as_of))?;
    Ok(kept.map(|kept| summed(question, &kept)))
}

/// The report of a body's own cases over the same period of the year before (`year_before`).
///
/// # Errors
/// Database errors.
pub fn year_before_of_own(
    rx: &mut Rx<'_>,
    own: &Own,
    question: &Question,
) -> Result<Option<Report>, StoreError> {
    let Some((from, to)) = a_year_before(question) else { return Ok(None) };
    let question = Question { from, to, ..question.clone() };
    Ok(overview_of_own(rx, own, &question)?.map(|overview| overview.report))
}

/// The same from every case of the installation: the second computation, by which the first is proved.
///
/// # Errors
/// Database errors.
pub fn recounted(rx: &mut Rx<'_>, question: &Question) -> Result<Overview, StoreError> {
    let pairs = ledger::pairs(rx)?;
    let mut whole = Counter::new(Question { by: Some(Dimension::Dong), ..question.clone() }, &pairs);
    let mut months: Vec<(NaiveDate, Counter<'_>)> = months(question.from, question.to)
        .into_iter()
        .map(|(from, to)| {
            let month = Question { from, to, basis: Basis::Closing, by: None, ..question.clone() };
            (from, Counter::new(month, &pairs))
        })
        .collect();
    let mut open = OpenCases::default();
    let second = case_links::of_one_agreement(rx)?;
    let mut seconds = Counter::new(question.clone(), &pairs);
    ledger::each_case(rx, |id, case| {
        if second.contains(&id) {
            seconds.add(case);
        }
        if question.scope.as_ref().is_none_or(|scope| scope.holds(case)) {
            whole.add(case);
            months.iter_mut().for_each(|(_, month)| month.add(case));
            open.add(case, question.as_of);
        }
    })?;
    let months = months.into_iter().map(|(first, month)| (first, month.report().figures)).collect();
    let second_papers = seconds.report().figures.agreement.numerator;
    Ok(Overview { report: whole.report(), months, open, second_papers })
}

/// The calendar months of `[from, to)`, cut at its ends.
fn months(from: NaiveDate, to: NaiveDate) -> Vec<(NaiveDate, NaiveDate)> {
    let mut found = Vec::new();
    let mut first = from;
    while first < to {
        let next = first.with_day(1).and_then(|day| day.checked_add_months(Months::new(1))).unwrap_or(to);
        found.push((first, next.min(to)));
        first = next;
    }
    found.split_off(found.len().saturating_sub(TREND_MONTHS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_cut_at_the_ends_of_the_period() {
        let day = |text: &str| crate::domain::seoul::parse_day(text).unwrap();
        let found = months(day("2025-11-15"), day("2026-01-10"));
        let expected =
            [("2025-11-15", "2025-12-01"), ("2025-12-01", "2026-01-01"), ("2026-01-01", "2026-01-10")];
        assert_eq!(found, expected.map(|(from, to)| (day(from), day(to))));
        assert_eq!(months(day("2020-01-01"), day("2026-01-01")).len(), TREND_MONTHS);
        assert!(months(day("2026-01-01"), day("2026-01-01")).is_empty());
    }
}
