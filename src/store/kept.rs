//! The figures of each case, kept beside it (`domain::indicators::Line`): written in the transaction that changes the case, so that
//! a ward's overview adds up its own lines and never reads the cases. They hold nothing that the case and its events do not,
//! and no two cases share a row: nobody waits for anybody.
use super::schema::{case_figures, case_links, case_marks, case_recurrences, cases, service_hours};
use super::{Conn, Db, Rx, StoreError, Tx, ledger, surveys};
use crate::domain::codes::LinkKind;
use crate::domain::ids::{CaseId, ComplexId, ProgrammeId};
use crate::domain::indicators::{CaseFacts, Line, LineKind, Pairs, Scope, lines, stock_of};
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::dsl::count_star;
use diesel::prelude::*;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// Cases mended in one transaction.
const AT_ONCE: usize = 200;
/// Values asked for at once.
const CHUNK: usize = 500;

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = case_figures, treat_none_as_default_value = false)]
struct Row {
    case_id: CaseId,
    ord: i64,
    kind: String,
    at: NaiveDateTime,
    undone_at: Option<NaiveDateTime>,
    last_at: NaiveDateTime,
    ward_code: String,
    dong_code: String,
    code: String,
    standing: String,
    flags: i64,
    first_contact_us: Option<i64>,
    contacted_us: Option<i64>,
    session_us: Option<i64>,
    closed_us: Option<i64>,
    open_now: bool,
}

/// A ward is told by its 행정동: a case without one is no ward's.
fn ward_of(dong: &str) -> String {
    dong.get(..5).unwrap_or_default().to_owned()
}

fn rows(case: CaseId, facts: &CaseFacts) -> Vec<Row> {
    let last_at = facts.events.iter().map(|(at, _)| *at).chain([facts.received_at]).max();
    let row = |(ord, line): (i64, Line)| {
        let [first_contact_us, contacted_us, session_us, closed_us] = line.waits;
        Row {
            case_id: case,
            ord,
            kind: line.kind.code().to_owned(),
            at: line.at.naive_utc(),
            undone_at: line.undone_at.map(|at| at.naive_utc()),
            last_at: last_at.unwrap_or(line.at).naive_utc(),
            ward_code: ward_of(&facts.dong),
            dong_code: facts.dong.clone(),
            code: line.code,
            standing: line.standing,
            flags: line.flags,
            first_contact_us,
            contacted_us,
            session_us,
            closed_us,
            open_now: line.open,
        }
    };
    (0..).zip(lines(facts)).map(row).collect()
}

fn read(row: Row) -> Result<(CaseId, String, Line), StoreError> {
    let kind = LineKind::from_code(&row.kind);
    let line = Line {
        kind: kind.ok_or_else(|| StoreError::Other(format!("a kept line of kind {}", row.kind)))?,
        at: row.at.and_utc(),
        undone_at: row.undone_at.map(|at| at.and_utc()),
        code: row.code,
        standing: row.standing,
        flags: row.flags,
        waits: [row.first_contact_us, row.contacted_us, row.session_us, row.closed_us],
        open: row.open_now,
    };
    Ok((row.case_id, row.dong_code, line))
}

fn insert(tx: &mut Tx<'_>, rows: &[Row]) -> Result<(), StoreError> {
    for rows in rows.chunks(CHUNK) {
        match tx.conn() {
            Conn::Postgres(c) => diesel::copy_from(case_figures::table).from_insertable(rows).execute(c)?,
            Conn::Sqlite(c) => diesel::insert_into(case_figures::table).values(rows).execute(c)?,
        };
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

/// A line with its case and the case's 행정동.
pub type Of = (CaseId, String, Line);

/// The lines of one ward or one 행정동 (`scope`), as far as a period asks for them.
pub struct Kept {
    /// With the case and its 행정동.
    pub lines: Vec<(CaseId, String, Line)>,
    /// Open spans at the begin, for every 행정동 that has any case.
    pub stock: BTreeMap<String, i64>,
    /// 행정동 and reception of what is open now.
    pub open: Vec<(String, DateTime<Utc>)>,
    /// Whether a reception recurs, by case, where that can be told.
    pub recurs: HashMap<CaseId, bool>,
    /// Cases that were ended by an agreement which stands in their cross-complaint.
    pub second: HashSet<CaseId>,
}

type Scoped<'a> = diesel::dsl::IntoBoxed<'a, case_figures::table, super::conn::MultiBackend>;

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
        Scope::Dong(dong) => (ward_of(dong), Some(dong.clone())),
        Scope::Complex(_) => return Ok(None),
    };
    let newest: Option<NaiveDateTime> = scoped(&ward, dong.as_deref())
        .filter(case_figures::last_at.gt(as_of.naive_utc()))
        .select(case_figures::last_at)
        .first(rx.conn())
        .optional()?;
    Ok((newest.is_none() && !ward.is_empty()).then_some((ward, dong)))
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
    let dong = dong.as_deref();
    let (from, to) = (since.naive_utc(), until.naive_utc());
    let mut rows: Vec<Row> = scoped(&ward, dong)
        .filter(case_figures::at.ge(from).and(case_figures::at.lt(to)))
        .select(Row::as_select())
        .load(rx.conn())?;
    // Closings before the period that were undone in it.
    let undone: Vec<Row> = scoped(&ward, dong)
        .filter(case_figures::undone_at.ge(from).and(case_figures::undone_at.lt(to)).assume_not_null())
        .filter(case_figures::at.lt(from))
        .select(Row::as_select())
        .load(rx.conn())?;
    rows.extend(undone);
    // In the order of filing, as a recount would meet them.
    rows.sort_by_key(|row| (row.case_id, row.ord));
    let open: Vec<(String, NaiveDateTime)> = scoped(&ward, dong)
        .filter(case_figures::open_now.eq(true))
        .select((case_figures::dong_code, case_figures::at))
        .load(rx.conn())?;
    let lines = rows.into_iter().map(read).collect::<Result<Vec<_>, _>>()?;
    Ok(Some(Kept {
        stock: stock(rx, &ward, dong, from)?,
        recurs: recurring(rx, &lines)?,
        second: second(rx, &lines)?,
        open: open.into_iter().map(|(dong, at)| (dong, at.and_utc())).collect(),
        lines,
    }))
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
    let rows: Vec<Row> = scoped(&ward, dong.as_deref())
        .filter(case_figures::at.lt(until.naive_utc()))
        .order((case_figures::case_id, case_figures::ord))
        .select(Row::as_select())
        .load(rx.conn())?;
    Ok(Some(rows.into_iter().map(read).collect::<Result<Vec<_>, _>>()?))
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
        let rows: Vec<Row> = case_figures::table
            .filter(case_figures::case_id.eq_any(ids))
            .order((case_figures::case_id, case_figures::ord))
            .select(Row::as_select())
            .load(rx.conn())?;
        lines.extend(rows.into_iter().map(read).collect::<Result<Vec<_>, _>>()?);
    }
    Ok(Kept {
        stock: lines.iter().map(|(_, dong, _)| (dong.clone(), 0)).collect(),
        recurs: recurring(rx, &lines)?,
        second: second(rx, &lines)?,
        open: Vec::new(),
        lines,
    })
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
    since: NaiveDateTime,
) -> Result<BTreeMap<String, i64>, StoreError> {
    let dongs: Vec<String> = scoped(ward, dong)
        .filter(case_figures::kind.eq(LineKind::Received.code()))
        .select(case_figures::dong_code)
        .distinct()
        .load(rx.conn())?;
    let mut stock: BTreeMap<String, i64> = dongs.into_iter().map(|dong| (dong, 0)).collect();
    // Codes are digits, which lie between these.
    let between = (dong.unwrap_or(""), dong.unwrap_or("~"));
    let before: Vec<(String, String, i64)> = case_figures::table
        .group_by((case_figures::dong_code, case_figures::kind))
        .filter(case_figures::ward_code.eq(ward))
        .filter(case_figures::dong_code.between(between.0, between.1))
        .filter(case_figures::at.lt(since))
        .select((case_figures::dong_code, case_figures::kind, count_star()))
        .load(rx.conn())?;
    let undone: Vec<(String, i64)> = case_figures::table
        .group_by(case_figures::dong_code)
        .filter(case_figures::ward_code.eq(ward))
        .filter(case_figures::dong_code.between(between.0, between.1))
        .filter(case_figures::undone_at.lt(since))
        .select((case_figures::dong_code, count_star()))
        .load(rx.conn())?;
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

/// A case, the hashes of its two doors, when it was received, whether it recurs where that was fixed.
type Doors = (CaseId, Option<String>, Option<String>, NaiveDateTime, Option<bool>);

/// Whether the receptions among the lines recur: asked of the doors' hashes, which are kept nowhere but with the case.
///
/// # Errors
/// Database errors.
pub fn recurring(
    rx: &mut Rx<'_>,
    lines: &[(CaseId, String, Line)],
) -> Result<HashMap<CaseId, bool>, StoreError> {
    let received = lines.iter().filter(|(_, _, line)| line.kind == LineKind::Received);
    let ids: Vec<CaseId> = received.map(|(id, _, _)| *id).collect();
    let mut own: Vec<Doors> = Vec::new();
    for ids in ids.chunks(CHUNK) {
        own.extend(
            cases::table
                .left_join(case_recurrences::table.on(case_recurrences::case_id.eq(cases::id)))
                .filter(cases::id.eq_any(ids))
                .select((
                    cases::id,
                    cases::applicant_unit_hash,
                    cases::respondent_unit_hash,
                    cases::received_at,
                    case_recurrences::recurs.nullable(),
                ))
                .load::<Doors>(rx.conn())?,
        );
    }
    let hashes: HashSet<&String> =
        own.iter().flat_map(|(_, one, other, _, _)| one.iter().chain(other)).collect();
    let hashes: Vec<Option<String>> = hashes.into_iter().cloned().map(Some).collect();
    let mut pairs = Vec::new();
    for hashes in hashes.chunks(CHUNK) {
        let met: Vec<(Option<String>, Option<String>, NaiveDateTime)> = known_pairs()
            .filter(cases::applicant_unit_hash.eq_any(hashes))
            .select((cases::applicant_unit_hash, cases::respondent_unit_hash, cases::received_at))
            .load(rx.conn())?;
        pairs.extend(
            met.into_iter().filter_map(|(one, other, at)| Some((ledger::pair(one, other)?, at.and_utc()))),
        );
    }
    let pairs = Pairs::of(pairs);
    // A door that a 정정 took out of the case again leaves its hash behind: what is known of the case decides.
    let mut of_two: HashSet<CaseId> = HashSet::new();
    for ids in ids.chunks(CHUNK) {
        let known = known_pairs().filter(cases::id.eq_any(ids)).select(cases::id);
        of_two.extend(known.load::<CaseId>(rx.conn())?);
    }
    let told = own.into_iter().filter_map(|(id, one, other, at, fixed)| {
        let recurs = match fixed {
            Some(recurs) => recurs,
            None if !of_two.contains(&id) => return None,
            None => pairs.met_before(&ledger::pair(one, other)?, at.and_utc())?,
        };
        Some((id, recurs))
    });
    Ok(told.collect())
}

/// Cases of two known doors.
#[diesel::dsl::auto_type]
fn known_pairs() -> _ {
    let of_two = cases::anonymous.eq(false).and(cases::has_respondent_unit.eq(true));
    cases::table.filter(cases::complex_id.is_not_null()).filter(of_two)
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
