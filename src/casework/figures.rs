//! Reports over the whole installation, which read every case once and count; the ward's overview of now is added up from what is
//! kept beside each case (`store::kept`).
use crate::domain::codes::{Basis, BodyKind, Dimension, Stage};
use crate::domain::ids::{BodyId, CaseId};
use crate::domain::indicators::{Added, Counter, Figures, OpenCases, Question, Report, Scope};
use crate::domain::seoul;
use crate::store::{Rx, StoreError, bodies, case_links, kept, ledger};
use chrono::{DateTime, Datelike, Months, NaiveDate, Utc};
use std::collections::BTreeMap;

/// The most months that a trend shows; of a longer period the last ones.
const TREND_MONTHS: usize = 24;

/// The report that answers `question`.
///
/// # Errors
/// Database errors.
pub fn report(rx: &mut Rx<'_>, question: &Question) -> Result<Report, StoreError> {
    rx.at_one_moment(|rx| {
        let pairs = ledger::pairs(rx)?;
        let mut counter = Counter::new(question.clone(), &pairs);
        ledger::each_case(rx, |_, case| counter.add(case))?;
        Ok(counter.report())
    })
}

/// Whether there is such a ward, 행정동 or 단지: a slip of the pen must not look like a quiet year.
///
/// # Errors
/// Database errors.
pub fn is_known(rx: &mut Rx<'_>, scope: &Scope) -> Result<bool, StoreError> {
    Ok(match scope {
        Scope::Ward(code) => bodies::all_dongs(rx)?.iter().any(|(_, _, ward)| ward == code),
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
            for (id, dong, line) in &kept.lines {
                let recurs = kept.recurs.get(id).copied();
                all.iter_mut().for_each(|one| one.add(dong, line, recurs));
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

/// The overview added up from kept lines; none where they cannot answer (`store::kept::of_scope`).
fn added(rx: &mut Rx<'_>, question: &Question) -> Result<Option<Overview>, StoreError> {
    let Some(scope) = &question.scope else { return Ok(None) };
    let (since, until) = (seoul::midnight(question.from), seoul::midnight(question.to));
    let Some(kept) = kept::of_scope(rx, scope, (since, until), question.as_of)? else { return Ok(None) };
    let counting = |question: Question| Added::new(question, since, &kept.stock);
    let mut whole = counting(Question { by: Some(Dimension::Dong), ..question.clone() });
    let mut seconds = counting(question.clone());
    let mut months: Vec<(NaiveDate, Added)> = months(question.from, question.to)
        .into_iter()
        .map(|(from, to)| {
            (from, counting(Question { from, to, basis: Basis::Closing, by: None, ..question.clone() }))
        })
        .collect();
    for (id, dong, line) in &kept.lines {
        let recurs = kept.recurs.get(id).copied();
        whole.add(dong, line, recurs);
        months.iter_mut().for_each(|(_, month)| month.add(dong, line, recurs));
        if kept.second.contains(id) {
            seconds.add(dong, line, recurs);
        }
    }
    let mut open = OpenCases::default();
    for (dong, received_at) in &kept.open {
        open.count(dong, *received_at, question.as_of);
    }
    let months = months.into_iter().map(|(first, month)| (first, month.report().figures)).collect();
    let second_papers = seconds.report().figures.agreement.numerator;
    Ok(Some(Overview { report: whole.report(), months, open, second_papers }))
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

/// One case as the ward may see it: no name, no unit, no number, no words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pseudonymous {
    /// The same for the same case, and meaningless elsewhere.
    pub pseudonym: String,
    pub dong_code: Option<String>,
    /// The first day of the month in which it was received.
    pub month: NaiveDate,
    pub stage: Stage,
    /// Days since then, or until it was closed.
    pub days: i64,
    pub holder: Option<BodyKind>,
}

/// A page of the ward's list, and the place behind which the next one begins.
pub type WardPage = (Vec<Pseudonymous>, Option<String>);

/// What a place in the ward's list is sealed for: ids in the order of filing would tell case numbers.
const PLACE: &str = "ward.after";

/// A place in the ward's list, as it may stand in an address.
fn place_of(rx: &Rx<'_>, row: &ledger::WardRow) -> Result<String, StoreError> {
    let plain = format!("{} {}", row.received_at.and_utc().timestamp_micros(), row.id.0);
    Ok(rx.vault().seal(PLACE, &plain)?.replace('+', "-").replace('/', "_"))
}

fn read_place(rx: &Rx<'_>, place: &str) -> Option<(DateTime<Utc>, CaseId)> {
    let plain = rx.vault().open(PLACE, &place.replace('-', "+").replace('_', "/")).ok()?;
    let (at, id) = plain.split_once(' ')?;
    Some((DateTime::from_timestamp_micros(at.parse().ok()?)?, CaseId(id.parse().ok()?)))
}

/// One page of the ward's cases under pseudonyms, newest first, at most `limit`: those behind the place `after`. `None` for a place
/// that is not ours.
///
/// # Errors
/// Database errors.
pub fn pseudonymous(
    rx: &mut Rx<'_>,
    ward_code: &str,
    dong_code: Option<&str>,
    open: bool,
    after: Option<&str>,
    limit: i64,
    now: DateTime<Utc>,
) -> Result<Option<WardPage>, StoreError> {
    let behind = after.map(|place| read_place(rx, place));
    if behind == Some(None) {
        return Ok(None);
    }
    let mut rows = ledger::of_ward(rx, ward_code, dong_code, open, behind.flatten(), limit + 1)?;
    let size = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = rows.len() > size;
    rows.truncate(size);
    let next = rows.last().filter(|_| more).map(|row| place_of(rx, row)).transpose()?;
    let holders: Vec<BodyId> = rows.iter().filter_map(|row| row.holder_id).collect();
    let kinds: BTreeMap<BodyId, BodyKind> = bodies::kinds(rx, &holders)?.into_iter().collect();
    let pseudonym = |id: CaseId| {
        let mark = rx.vault().mac("ward.pseudonym", &id.0.to_be_bytes());
        let text: String = mark.iter().take(4).map(|byte| format!("{byte:02X}")).collect();
        format!("W-{text}")
    };
    let seen = rows.into_iter().map(|row| {
        let received = row.received_at.and_utc();
        let closed = row.closed_at.filter(|_| row.stage == Stage::Closed).map(|at| at.and_utc());
        let day = seoul::day(received);
        Pseudonymous {
            pseudonym: pseudonym(row.id),
            dong_code: row.dong_code,
            month: day.with_day(1).unwrap_or(day),
            stage: row.stage,
            days: (closed.unwrap_or(now) - received).num_days(),
            holder: row.holder_id.and_then(|id| kinds.get(&id).copied()),
        }
    });
    Ok(Some((seen.collect(), next)))
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
