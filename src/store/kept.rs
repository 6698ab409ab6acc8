//! The figures of each case, kept beside it (`domain::indicators::Line`): written in the transaction that changes the case, so that
//! a ward's overview adds up its own lines and never reads the cases. They hold nothing that the case and its events do not,
//! and no two cases share a row: nobody waits for anybody.
mod own;

pub use own::{of_own, own_lines_before};

use super::bulk::fill;
use super::schema::{case_figures, case_links, case_marks, cases, service_hours};
use super::{Db, Either, Rx, StoreError, Tx, ledger, surveys};
use crate::domain::case::Case;
use crate::domain::codes::{LinkKind, ward_of};
use crate::domain::ids::{CaseId, ComplexId, ProgrammeId};
use crate::domain::indicators::{CaseFacts, Line, LineKind, RECURRENCE_DAYS, Scope, lines, stock_of};
use chrono::{DateTime, Utc};
use diesel::dsl::{case_when, count, count_star, exists};
use diesel::prelude::*;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// Cases mended in one transaction.
const AT_ONCE: usize = 200;
/// Values asked for at once.
const CHUNK: usize = 500;
/// For how long before a reception its pair of doors is looked for.
const RECURRENCE_US: i64 = RECURRENCE_DAYS * 86_400_000_000;

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = case_figures, treat_none_as_default_value = false)]
struct Row {
    case_id: CaseId,
    ord: i64,
    kind: String,
    at_us: i64,
    undone_us: Option<i64>,
    /// Of a reception: when the last thing happened to the case.
    last_us: Option<i64>,
    ward_code: String,
    dong_code: String,
    code: String,
    standing: String,
    flags: i64,
    first_contact_us: Option<i64>,
    contacted_us: Option<i64>,
    session_us: Option<i64>,
    closed_us: Option<i64>,
    /// Of a reception, while the case is open: `at_us`.
    open_us: Option<i64>,
    pair: Option<String>,
    recurs: Option<bool>,
}

fn rows(case: CaseId, facts: &CaseFacts) -> Vec<Row> {
    let last_at = facts.events.iter().map(|(at, _)| *at).fold(facts.received_at, DateTime::max);
    let row = |(ord, line): (i64, Line)| {
        let [first_contact_us, contacted_us, session_us, closed_us] = line.waits;
        Row {
            case_id: case,
            ord,
            kind: line.kind.code().to_owned(),
            at_us: line.at.timestamp_micros(),
            undone_us: line.undone_at.map(|at| at.timestamp_micros()),
            last_us: (line.kind == LineKind::Received).then_some(last_at.timestamp_micros()),
            ward_code: ward_of(&facts.dong).to_owned(),
            dong_code: facts.dong.clone(),
            code: line.code().to_owned(),
            standing: line.standing_code().to_owned(),
            flags: line.flags,
            first_contact_us,
            contacted_us,
            session_us,
            closed_us,
            open_us: line.open.then_some(line.at.timestamp_micros()),
            pair: line.pair,
            recurs: line.recurs,
        }
    };
    (0..).zip(lines(facts)).map(row).collect()
}

/// An instant as the lines keep it: microseconds since 1970, which are read in no time.
fn instant(us: i64) -> Result<DateTime<Utc>, StoreError> {
    DateTime::from_timestamp_micros(us).ok_or_else(|| StoreError::Other(format!("a kept instant of {us} µs")))
}

/// What is read of a row to count it. Not a part of [`Row`]: PostgreSQL's COPY takes no row with another in it.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = case_figures)]
struct Counted {
    case_id: CaseId,
    kind: String,
    at_us: i64,
    undone_us: Option<i64>,
    dong_code: String,
    code: String,
    standing: String,
    flags: i64,
    first_contact_us: Option<i64>,
    contacted_us: Option<i64>,
    session_us: Option<i64>,
    closed_us: Option<i64>,
}

/// The lines of these rows, with what they say of recurrence: what is fixed, else whether the pair of doors, which is kept with
/// each reception and nowhere else, had another case in the time before (`indicators::Pairs` has the rule).
fn load(rx: &mut Rx<'_>, rows: Scoped<'_>) -> Result<Vec<Of>, StoreError> {
    let earlier = diesel::alias!(case_figures as earlier);
    let of_pair = earlier
        .filter(earlier.field(case_figures::pair).eq(case_figures::pair))
        .filter(earlier.field(case_figures::at_us).le(case_figures::at_us))
        .filter(earlier.field(case_figures::at_us).ge(case_figures::at_us - RECURRENCE_US))
        .filter(earlier.field(case_figures::case_id).ne(case_figures::case_id));
    let asked = case_figures::recurs.is_null().and(case_figures::pair.is_not_null());
    let recurs = case_when(asked, exists(of_pair).nullable()).otherwise(case_figures::recurs);
    let rows: Vec<(Counted, Option<bool>)> = rows.select((Counted::as_select(), recurs)).load(rx.conn())?;
    rows.into_iter().map(|(row, recurs)| read(row, recurs)).collect()
}

fn read(row: Counted, recurs: Option<bool>) -> Result<Of, StoreError> {
    let (kind, at) = (LineKind::from_code(&row.kind), instant(row.at_us)?);
    let line = kind.and_then(|kind| Line::read(kind, at, &row.code, &row.standing));
    let Some(mut line) = line else {
        let Counted { kind, code, standing, .. } = row;
        return Err(StoreError::Other(format!("a kept line of {kind}, {code}, {standing}")));
    };
    line.undone_at = row.undone_us.map(instant).transpose()?;
    line.waits = [row.first_contact_us, row.contacted_us, row.session_us, row.closed_us];
    (line.flags, line.recurs) = (row.flags, recurs);
    Ok((row.case_id, row.dong_code, line))
}

fn insert(tx: &mut Tx<'_>, rows: &[Row]) -> Result<(), StoreError> {
    for rows in rows.chunks(CHUNK) {
        fill!(tx, case_figures::table, rows);
    }
    Ok(())
}

/// Keeps the lines of a case as its row and its exchange events stand now in this transaction.
///
/// # Errors
/// Database errors.
pub fn keep(tx: &mut Tx<'_>, case: CaseId) -> Result<(), StoreError> {
    diesel::delete(case_figures::table.filter(case_figures::case_id.eq(case))).execute(tx.conn())?;
    let facts = ledger::facts_behind(tx, CaseId(case.0 - 1), case)?;
    let rows: Vec<Row> = facts.iter().flat_map(|(id, facts)| rows(*id, facts)).collect();
    insert(tx, &rows)
}

/// Keeps the lines of a case after a step. Most steps change nothing of what happened to it, and the lines stand as they are. What
/// else of its row is counted is kept by whoever changes it ([`keep`]).
///
/// # Errors
/// Database errors.
pub fn keep_after(tx: &mut Tx<'_>, before: &Case, after: &Case) -> Result<(), StoreError> {
    let told = |case: &Case| case.history.has_respondent_unit();
    if before.version > 0 && before.marks == after.marks && told(before) == told(after) {
        return Ok(());
    }
    keep(tx, after.id)
}

/// Keeps anew the lines, and the survey's rows, of every case that differ from a recount: after a change of what is counted, and for data from before
/// there were any. Returns how many. Whoever works beside it waits for some cases at most.
///
/// # Errors
/// Database errors; what was done stays, and the next call does the rest.
pub fn mend(db: &Db) -> Result<usize, StoreError> {
    let (lines, answers) = (db.read_here(differing)?.1, db.read_here(surveys::differing)?.1);
    let wrong: BTreeSet<CaseId> = lines.into_iter().chain(answers).collect();
    let wrong: Vec<CaseId> = wrong.into_iter().collect();
    for some in wrong.chunks(AT_ONCE) {
        db.write_here(|tx| {
            some.iter().try_for_each(|id| {
                // A step taken at this moment writes the same lines: it goes before, or after.
                super::cases::lock(tx, *id)?;
                keep(tx, *id)?;
                surveys::mend(tx, *id)
            })
        })?;
    }
    Ok(wrong.len())
}

/// Keeps the lines of new cases.
///
/// # Errors
/// Database errors.
pub fn keep_new(tx: &mut Tx<'_>, some: &[(CaseId, CaseFacts)]) -> Result<(), StoreError> {
    let rows: Vec<Row> = some.iter().flat_map(|(id, facts)| rows(*id, facts)).collect();
    insert(tx, &rows)
}

/// Cases whose kept lines are not those of a recount: of how many, and which.
///
/// # Errors
/// Database errors.
pub fn differing(rx: &mut Rx<'_>) -> Result<(usize, Vec<CaseId>), StoreError> {
    rx.at_one_moment(compared)
}

fn compared(rx: &mut Rx<'_>) -> Result<(usize, Vec<CaseId>), StoreError> {
    let (mut last, mut seen, mut wrong) = (CaseId(0), 0, BTreeSet::new());
    loop {
        let some = ledger::facts_behind(rx, last, CaseId(i64::MAX))?;
        let Some((newest, _)) = some.last() else { break };
        let kept: Vec<Row> = case_figures::table
            .filter(case_figures::case_id.gt(last).and(case_figures::case_id.le(*newest)))
            .order((case_figures::case_id, case_figures::ord))
            .select(Row::as_select())
            .load(rx.conn())?;
        let mut by_case: HashMap<CaseId, Vec<Row>> = HashMap::new();
        for row in kept {
            by_case.entry(row.case_id).or_default().push(row);
        }
        wrong.extend(
            some.iter().filter(|(id, facts)| by_case.remove(id) != Some(rows(*id, facts))).map(|(id, _)| *id),
        );
        // Lines of a case that there is not.
        wrong.extend(by_case.into_keys());
        (last, seen) = (*newest, seen + some.len());
    }
    let beyond = case_figures::table.filter(case_figures::case_id.gt(last));
    wrong.extend(beyond.select(case_figures::case_id).load::<CaseId>(rx.conn())?);
    Ok((seen, wrong.into_iter().collect()))
}

/// A line with its case and the case's 행정동; without the pair of doors, and whether it is open.
pub type Of = (CaseId, String, Line);

/// The lines of one ward or one 행정동 (`scope`), as far as a period asks for them.
pub struct Kept {
    /// In no order.
    pub lines: Vec<Of>,
    /// Open spans at the begin, for every 행정동 that has any case.
    pub stock: BTreeMap<String, i64>,
    /// 행정동 and reception of what is open now.
    pub open: Vec<(String, DateTime<Utc>)>,
    /// Cases that were ended by an agreement which stands in their cross-complaint.
    pub second: HashSet<CaseId>,
}

type Scoped<'a> = diesel::dsl::IntoBoxed<'a, case_figures::table, super::either::MultiBackend>;

/// Both conditions stand on `(ward_code, …)`, so that every question below is answered by one index.
fn scoped<'a>(ward: &str, dong: Option<&str>) -> Scoped<'a> {
    let of_ward = case_figures::table.filter(case_figures::ward_code.eq(ward.to_owned())).into_boxed();
    match dong {
        Some(dong) => of_ward.filter(case_figures::dong_code.eq(dong.to_owned())),
        None => of_ward,
    }
}

/// The ward and the 행정동 of a scope that the lines can answer for: of no 단지, and with nothing that happened after `as_of`.
fn answerable(
    rx: &mut Rx<'_>,
    scope: &Scope,
    as_of: DateTime<Utc>,
) -> Result<Option<(String, Option<String>)>, StoreError> {
    let (ward, dong) = match scope {
        Scope::Ward(ward) => (ward.clone(), None),
        Scope::Dong(dong) => (ward_of(dong).to_owned(), Some(dong.clone())),
        Scope::Complex(_) => return Ok(None),
    };
    let answers = !ward.is_empty() && !is_later(rx, (&ward, dong.as_deref()), as_of)?;
    Ok(answers.then_some((ward, dong)))
}

/// Whether anything of a case of the place happened after `as_of`.
fn is_later(
    rx: &mut Rx<'_>,
    (ward, dong): (&str, Option<&str>),
    as_of: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let later: Option<CaseId> = scoped(ward, dong)
        .filter(case_figures::last_us.gt(as_of.timestamp_micros()).assume_not_null())
        .select(case_figures::case_id)
        .first(rx.conn())
        .optional()?;
    Ok(later.is_some())
}

/// What is kept of the scope for `[since, until)` as of `as_of`. None where the lines cannot answer: for a 단지, or when something
/// of a case happened after `as_of`.
///
/// # Errors
/// Database errors.
pub fn of_scope(
    rx: &mut Rx<'_>,
    scope: &Scope,
    (since, until): (DateTime<Utc>, DateTime<Utc>),
    as_of: DateTime<Utc>,
) -> Result<Option<Kept>, StoreError> {
    let Some((ward, dong)) = answerable(rx, scope, as_of)? else { return Ok(None) };
    of_place(rx, (&ward, dong.as_deref()), (since, until)).map(Some)
}

/// What is kept of every ward in turn, and of the cases whose place is not known, as [`of_scope`] gives it of one. False, whatever was
/// handed over before, where the lines cannot answer.
///
/// # Errors
/// Database errors.
pub fn everywhere(
    rx: &mut Rx<'_>,
    period: (DateTime<Utc>, DateTime<Utc>),
    as_of: DateTime<Utc>,
    mut each: impl FnMut(Kept),
) -> Result<bool, StoreError> {
    let mut last: Option<String> = None;
    loop {
        let mut next = case_figures::table.order(case_figures::ward_code).into_boxed();
        if let Some(last) = last {
            next = next.filter(case_figures::ward_code.gt(last));
        }
        let ward: Option<String> = next.select(case_figures::ward_code).first(rx.conn()).optional()?;
        let Some(ward) = ward else { return Ok(true) };
        if is_later(rx, (&ward, None), as_of)? {
            return Ok(false);
        }
        each(of_place(rx, (&ward, None), period)?);
        last = Some(ward);
    }
}

fn of_place(
    rx: &mut Rx<'_>,
    (ward, dong): (&str, Option<&str>),
    (since, until): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Kept, StoreError> {
    let (from, to) = (since.timestamp_micros(), until.timestamp_micros());
    let within = case_figures::at_us.ge(from).and(case_figures::at_us.lt(to));
    let mut lines = load(rx, scoped(ward, dong).filter(within))?;
    // Closings before the period that were undone in it.
    let undone = case_figures::undone_us.ge(from).and(case_figures::undone_us.lt(to)).assume_not_null();
    lines.extend(load(rx, scoped(ward, dong).filter(undone).filter(case_figures::at_us.lt(from)))?);
    let open: Vec<(String, i64)> = scoped(ward, dong)
        .filter(case_figures::open_us.is_not_null())
        .select((case_figures::dong_code, case_figures::open_us.assume_not_null()))
        .load(rx.conn())?;
    Ok(Kept {
        stock: stock(rx, ward, dong, from)?,
        second: second(rx, &lines)?,
        open: open
            .into_iter()
            .map(|(dong, at)| Ok((dong, instant(at)?)))
            .collect::<Result<_, StoreError>>()?,
        lines,
    })
}

/// Every line of the scope before `until`, in the order of filing; none where [`of_scope`] has none.
///
/// # Errors
/// Database errors.
pub fn lines_before(
    rx: &mut Rx<'_>,
    scope: &Scope,
    until: DateTime<Utc>,
    as_of: DateTime<Utc>,
) -> Result<Option<Vec<Of>>, StoreError> {
    let Some((ward, dong)) = answerable(rx, scope, as_of)? else { return Ok(None) };
    let before = scoped(&ward, dong.as_deref()).filter(case_figures::at_us.lt(until.timestamp_micros()));
    load(rx, before.order((case_figures::case_id, case_figures::ord))).map(Some)
}

/// Every line of the cases that began under a programme, in these 단지 only where some are named.
///
/// # Errors
/// Database errors.
pub fn of_programme(
    rx: &mut Rx<'_>,
    programme: ProgrammeId,
    only: Option<&[ComplexId]>,
) -> Result<Kept, StoreError> {
    let ids = cases_of(rx, programme, only)?;
    let mut lines = Vec::new();
    for ids in ids.chunks(CHUNK) {
        lines.extend(load(rx, of_cases(ids))?);
    }
    Ok(Kept {
        stock: lines.iter().map(|(_, dong, _)| (dong.clone(), 0)).collect(),
        second: second(rx, &lines)?,
        open: Vec::new(),
        lines,
    })
}

/// The lines of these cases, in the order of filing.
fn of_cases(ids: &[CaseId]) -> Scoped<'_> {
    let of_cases = case_figures::table.filter(case_figures::case_id.eq_any(ids));
    of_cases.order((case_figures::case_id, case_figures::ord)).into_boxed()
}

/// The cases that began under a programme, in order of filing.
fn cases_of(
    rx: &mut Rx<'_>,
    programme: ProgrammeId,
    only: Option<&[ComplexId]>,
) -> Result<Vec<CaseId>, StoreError> {
    let mut query = cases::table.filter(cases::programme_id.eq(programme)).into_boxed();
    if let Some(only) = only {
        query = query.filter(cases::complex_id.eq_any(only.iter().copied().map(Some)));
    }
    Ok(query.order(cases::id).select(cases::id).load(rx.conn())?)
}

/// What was worked in the cases of a programme in `[from, to)`: meetings held, and the minutes of everybody's service.
///
/// # Errors
/// Database errors.
pub fn worked(
    rx: &mut Rx<'_>,
    programme: ProgrammeId,
    only: Option<&[ComplexId]>,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
) -> Result<(u32, i64), StoreError> {
    let (from, to) = (from.naive_utc(), to.naive_utc());
    let (mut sessions, mut minutes) = (0, 0);
    for ids in cases_of(rx, programme, only)?.chunks(CHUNK) {
        let held: i64 = case_marks::table
            .filter(case_marks::case_id.eq_any(ids).and(case_marks::event.eq("session_held")))
            .filter(case_marks::at.ge(from).and(case_marks::at.lt(to)))
            .count()
            .get_result(rx.conn())?;
        let served: Vec<i64> = service_hours::table
            .filter(service_hours::case_id.eq_any(ids))
            .filter(service_hours::at.ge(from).and(service_hours::at.lt(to)))
            .select(service_hours::minutes)
            .load(rx.conn())?;
        sessions += u32::try_from(held).unwrap_or(u32::MAX);
        minutes += served.into_iter().sum::<i64>();
    }
    Ok((sessions, minutes))
}

fn stock(
    rx: &mut Rx<'_>,
    ward: &str,
    dong: Option<&str>,
    since: i64,
) -> Result<BTreeMap<String, i64>, StoreError> {
    // Codes are digits, which lie between these.
    let between = (dong.unwrap_or(""), dong.unwrap_or("~"));
    let before = count(case_when(case_figures::at_us.lt(since), case_figures::at_us));
    let before: Vec<(String, String, i64)> = case_figures::table
        .group_by((case_figures::dong_code, case_figures::kind))
        .filter(case_figures::ward_code.eq(ward))
        .filter(case_figures::dong_code.between(between.0, between.1))
        .select((case_figures::dong_code, case_figures::kind, before))
        .load(rx.conn())?;
    // Few of a ward, and found by their own index as long as no 행정동 is asked for.
    let mut undone: Vec<(String, i64)> = case_figures::table
        .group_by(case_figures::dong_code)
        .filter(case_figures::ward_code.eq(ward))
        .filter(case_figures::undone_us.lt(since))
        .select((case_figures::dong_code, count_star()))
        .load(rx.conn())?;
    undone.retain(|(of, _)| dong.is_none_or(|dong| dong == of));
    let mut stock = BTreeMap::new();
    for (dong, kind, n) in before {
        let change = match LineKind::from_code(&kind) {
            Some(LineKind::Received) => stock_of(n, 0, 0),
            Some(LineKind::Closed) => stock_of(0, n, 0),
            Some(LineKind::FollowedUp) | None => 0,
        };
        *stock.entry(dong).or_default() += change;
    }
    for (dong, n) in undone {
        *stock.entry(dong).or_default() += stock_of(0, 0, n);
    }
    Ok(stock)
}

/// Tells lines that were made of cases whether they recur, as lines that are read are told.
///
/// # Errors
/// Database errors.
pub fn tell_recurring(rx: &mut Rx<'_>, lines: &mut [Of]) -> Result<(), StoreError> {
    let is_reception = |(_, _, line): &&Of| line.kind == LineKind::Received;
    let ids: Vec<CaseId> = lines.iter().filter(is_reception).map(|(id, _, _)| *id).collect();
    let mut told: HashMap<CaseId, Option<bool>> = HashMap::new();
    for ids in ids.chunks(CHUNK) {
        let read = load(rx, of_cases(ids))?;
        told.extend(read.iter().filter(is_reception).map(|(id, _, line)| (*id, line.recurs)));
    }
    for (id, _, line) in lines.iter_mut().filter(|(_, _, line)| line.kind == LineKind::Received) {
        line.recurs = told.get(id).copied().flatten();
    }
    Ok(())
}

fn second(rx: &mut Rx<'_>, lines: &[(CaseId, String, Line)]) -> Result<HashSet<CaseId>, StoreError> {
    let agreed: BTreeSet<CaseId> =
        lines.iter().filter(|(_, _, line)| line.agreed()).map(|(id, _, _)| *id).collect();
    let agreed: Vec<CaseId> = agreed.into_iter().collect();
    let mut found = HashSet::new();
    for ids in agreed.chunks(CHUNK) {
        let tied = case_links::table
            .filter(case_links::kind.eq(LinkKind::OneAgreement))
            .filter(case_links::other_id.eq_any(ids))
            .select(case_links::other_id);
        found.extend(tied.load::<CaseId>(rx.conn())?);
    }
    Ok(found)
}
