//! The ward's cases one by one, under pseudonyms: how they go on now, and which of them stand behind a figure.
use crate::domain::codes::{BodyKind, Outcome, Stage};
use crate::domain::ids::{BodyId, CaseId};
use crate::domain::indicators::{self, Behind, Line, Measure, Question, Scope};
use crate::domain::seoul;
use crate::store::{Rx, StoreError, bodies, kept, ledger};
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// One case as the ward may see it: no name, no unit, no number, no words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pseudonymous {
    /// The same for the same case in this list, and meaningless elsewhere.
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

/// `W-1F2E3D4C5B6A`: tells a case from others of one list, and nothing of it. A case has another in the other list: what the two
/// say cannot be put together.
fn pseudonym(rx: &Rx<'_>, list: &str, id: CaseId) -> String {
    let mark = rx.vault().mac(list, &id.0.to_be_bytes());
    let text: String = mark.iter().take(6).map(|byte| format!("{byte:02X}")).collect();
    format!("W-{text}")
}

/// What a place in the ward's list is sealed for: ids in the order of filing would tell case numbers.
const PLACE: &str = "ward.after";

/// A place in the ward's list, as it may stand in an address.
fn place_of(rx: &Rx<'_>, (at, id): (DateTime<Utc>, CaseId)) -> Result<String, StoreError> {
    let plain = format!("{} {}", at.timestamp_micros(), id.0);
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
    let last = rows.last().filter(|_| more).map(|row| (row.received_at.and_utc(), row.id));
    let next = last.map(|place| place_of(rx, place)).transpose()?;
    let holders: Vec<BodyId> = rows.iter().filter_map(|row| row.holder_id).collect();
    let kinds: BTreeMap<BodyId, BodyKind> = bodies::kinds(rx, &holders)?.into_iter().collect();
    let seen = rows.into_iter().map(|row| {
        let received = row.received_at.and_utc();
        let closed = row.closed_at.filter(|_| row.stage == Stage::Closed).map(|at| at.and_utc());
        let day = seoul::day(received);
        Pseudonymous {
            pseudonym: pseudonym(rx, "ward.pseudonym", row.id),
            dong_code: row.dong_code,
            month: day.with_day(1).unwrap_or(day),
            stage: row.stage,
            days: (closed.unwrap_or(now) - received).num_days(),
            holder: row.holder_id.and_then(|id| kinds.get(&id).copied()),
        }
    });
    Ok(Some((seen.collect(), next)))
}

/// A case behind a figure as the figure sees it: at the end of the period, or 90 days after its reception. No cause: of one 행정동 and
/// outcome it would be a count of few.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    pub pseudonym: String,
    pub received_on: NaiveDate,
    /// Empty where unknown.
    pub dong_code: String,
    /// None: it was open.
    pub outcome: Option<Outcome>,
    /// Whole days from the reception to that closing, or until then.
    pub days: i64,
    pub came_from_elsewhere: bool,
    pub reopened: u32,
    /// Days (24 h) to what the figure waits for, where it is one of those; in tenths.
    pub waited: Option<f64>,
    /// How often it counts in the figure.
    pub times: u32,
}

/// The cases behind a figure.
#[derive(Debug, Clone, PartialEq)]
pub struct Records {
    /// As the figure says it.
    pub count: u32,
    pub cases: usize,
    pub rows: Vec<Record>,
    /// The place behind which the next page begins.
    pub next: Option<String>,
}

/// The cases of a ward or a 행정동 that a measure counts (without one: that were open at any time of the period), newest first: at most
/// `limit` behind the place `after`. `None` for a place that is not ours.
///
/// # Errors
/// Database errors.
pub fn records(
    rx: &mut Rx<'_>,
    question: &Question,
    measure: Option<Measure>,
    after: Option<&str>,
    limit: usize,
) -> Result<Option<Records>, StoreError> {
    rx.at_one_moment(|rx| {
        let behind = after.map(|place| read_place(rx, place));
        if behind == Some(None) {
            return Ok(None);
        }
        let mut found = counted(rx, question, measure)?;
        found.sort_by_key(|(id, _, case)| Reverse((case.received_at, *id)));
        let (count, cases) = (found.iter().map(|(_, _, case)| case.times).sum(), found.len());
        if let Some(place) = behind.flatten() {
            found.retain(|(id, _, case)| (case.received_at, *id) < place);
        }
        let more = found.len() > limit;
        found.truncate(limit);
        let last = found.last().filter(|_| more).map(|(id, _, case)| (case.received_at, *id));
        let next = last.map(|place| place_of(rx, place)).transpose()?;
        let rows = found.into_iter().map(|(id, dong_code, case)| Record {
            pseudonym: pseudonym(rx, "ward.record", id),
            received_on: seoul::day(case.received_at),
            dong_code,
            outcome: case.outcome,
            days: case.took.num_days(),
            came_from_elsewhere: case.came_from_elsewhere,
            reopened: case.reopened,
            waited: case.waited,
            times: case.times,
        });
        Ok(Some(Records { count, cases, rows: rows.collect(), next }))
    })
}

/// The cases that count, with their 행정동.
fn counted(
    rx: &mut Rx<'_>,
    question: &Question,
    measure: Option<Measure>,
) -> Result<Vec<(CaseId, String, Behind)>, StoreError> {
    let Some(scope) = &question.scope else { return Ok(Vec::new()) };
    let lines = match kept::lines_before(rx, scope, seoul::midnight(question.to), question.as_of)? {
        Some(lines) => lines,
        None => recounted(rx, scope, question.as_of)?,
    };
    Ok(counted_of(lines, question, measure))
}

/// The cases that count of those that have these lines.
pub(super) fn counted_of(
    lines: Vec<kept::Of>,
    question: &Question,
    measure: Option<Measure>,
) -> Vec<(CaseId, String, Behind)> {
    let mut by_case: BTreeMap<CaseId, (String, Vec<Line>)> = BTreeMap::new();
    for (id, dong, line) in lines {
        by_case.entry(id).or_insert_with(|| (dong, Vec::new())).1.push(line);
    }
    let one = |(id, (dong, lines)): (CaseId, (String, Vec<Line>))| {
        let case = indicators::behind(question, measure, (&dong, &lines))?;
        Some((id, dong, case))
    };
    by_case.into_iter().filter_map(one).collect()
}

/// The lines of a past moment, from the cases themselves.
fn recounted(rx: &mut Rx<'_>, scope: &Scope, as_of: DateTime<Utc>) -> Result<Vec<kept::Of>, StoreError> {
    let mut found = Vec::new();
    ledger::each_case(rx, |id, case| {
        if scope.holds(case) && case.received_at <= as_of {
            let mut case = case.clone();
            case.events.retain(|(at, _)| *at <= as_of);
            let lines = indicators::lines(&case);
            found.extend(lines.into_iter().map(|line| (id, case.dong.clone(), line)));
        }
    })?;
    kept::tell_recurring(rx, &mut found)?;
    Ok(found)
}
