//! Cases: filing, reading within a scope, saving a step, listing.
mod scope;
mod twin;

pub use self::twin::twin;

pub(super) use self::scope::visible_by_clause;
use self::scope::{Boxed, reachable, visible};
use super::schema::{cases, disposals};
use super::{Either, Rx, StoreError, Tx, committees, events, kept, programmes};
use crate::domain::case::{Bodies, Case, Intake};
use crate::domain::codes::{
    Cause, Channel, CommitteeKind, DisposalKind, DutyKind, Outcome, Position, ProvisionBasis, Stage,
};
use crate::domain::ids::{BodyId, CaseId, ComplexId, ProgrammeId};
use crate::domain::permission::{Own, Scope};
use crate::domain::seoul;
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

/// Makes every step of this case wait until this transaction ends. SQLite has one writer at a time anyway.
///
/// # Errors
/// Database errors.
pub fn lock(tx: &mut Tx<'_>, case: CaseId) -> Result<(), StoreError> {
    if let Either::Postgres(c) = tx.conn().either() {
        let row = cases::table.find(case).select(cases::id).for_update();
        row.get_result::<CaseId>(c).optional()?;
    }
    Ok(())
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = cases)]
struct Row {
    id: CaseId,
    number: String,
    complex_id: Option<ComplexId>,
    complex_typed: Option<String>,
    ward_code: String,
    dong_code: Option<String>,
    committee: CommitteeKind,
    programme_id: Option<ProgrammeId>,
    received_at: NaiveDateTime,
    channel: Channel,
    cause: Cause,
    position: Position,
    anonymous: bool,
    filed_with_respondent_unit: bool,
    office_id: Option<BodyId>,
    committee_id: Option<BodyId>,
    ngo_id: Option<BodyId>,
    ward_id: Option<BodyId>,
    legacy: bool,
    version: i64,
    created_at: NaiveDateTime,
}

/// What a list shows of a case; no personal data.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = cases)]
pub struct Head {
    pub id: CaseId,
    pub number: String,
    pub complex_id: Option<ComplexId>,
    pub complex_typed: Option<String>,
    pub dong_code: Option<String>,
    pub received_at: NaiveDateTime,
    pub cause: Cause,
    pub position: Position,
    pub stage: Stage,
    pub outcome: Option<Outcome>,
    pub holder_id: Option<BodyId>,
    pub next_duty: Option<DutyKind>,
    pub next_due: Option<NaiveDateTime>,
    pub closed_at: Option<NaiveDateTime>,
    pub version: i64,
}

/// Everything that a new case's row holds.
#[derive(Debug, Clone)]
pub struct NewCase {
    pub intake: Intake,
    pub bodies: Bodies,
    pub ledger_ref: Option<String>,
    pub applicant_unit_hash: Option<String>,
    pub respondent_unit_hash: Option<String>,
}

/// Which cases a list shows.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub stage: Option<Stage>,
    /// Open only, closed only, or both.
    pub open: Option<bool>,
    pub complex: Option<ComplexId>,
    pub cause: Option<Cause>,
    /// Next duty due before this instant.
    pub due_before: Option<DateTime<Utc>>,
    /// Only these cases (a search's hits).
    pub among: Option<Vec<CaseId>>,
    /// Keyset: received before this instant, or at it with a smaller id.
    pub after: Option<(DateTime<Utc>, CaseId)>,
}

/// The case of this number, folded from its whole history.
///
/// # Errors
/// `NotFound` outside the scope.
pub fn find(rx: &mut Rx<'_>, scope: &Scope, number: &str) -> Result<Case, StoreError> {
    let row = reachable(scope).filter(cases::number.eq(number)).select(Row::as_select()).first(rx.conn())?;
    folded(rx, row)
}

/// The same by id.
///
/// # Errors
/// `NotFound` outside the scope.
pub fn find_id(rx: &mut Rx<'_>, scope: &Scope, id: CaseId) -> Result<Case, StoreError> {
    let row = reachable(scope).filter(cases::id.eq(id)).select(Row::as_select()).first(rx.conn())?;
    folded(rx, row)
}

/// The cases that a body's own figures count, in the order of filing.
///
/// # Errors
/// Database errors.
pub fn of_body(rx: &mut Rx<'_>, own: &Own) -> Result<Vec<CaseId>, StoreError> {
    Ok(scope::of_body(own).order(cases::id).select(cases::id).load(rx.conn())?)
}

/// The numbers of these cases, as far as the scope sees them.
///
/// # Errors
/// Database errors.
pub fn numbers(rx: &mut Rx<'_>, scope: &Scope, ids: &[CaseId]) -> Result<Vec<(CaseId, String)>, StoreError> {
    let seen = visible(scope).filter(cases::id.eq_any(ids.to_vec())).select((cases::id, cases::number));
    Ok(seen.load(rx.conn())?)
}

/// What the case was filed with, before its first line, and the version of its row.
///
/// # Errors
/// `NotFound`.
pub fn blank(rx: &mut Rx<'_>, id: CaseId) -> Result<Case, StoreError> {
    let row = cases::table.find(id).select(Row::as_select()).first(rx.conn())?;
    let blank = unfolded(rx, row)?;
    under_committee(rx, blank)
}

/// How often a case is read again that changes while it is read.
const READS_AGAIN: usize = 5;

fn unfolded(rx: &mut Rx<'_>, row: Row) -> Result<Case, StoreError> {
    // The rules under which the case began: nothing that was written into the programme afterwards.
    let day = seoul::day(row.received_at.and_utc());
    let terms = match row.programme_id {
        Some(id) => programmes::under(rx, id, day, row.created_at)?,
        None => None,
    };
    let mediators_needed = terms.as_ref().and_then(|t| usize::try_from(t.mediators).ok()).unwrap_or(1);
    let mut rules = rx.rules();
    rules.basis = terms.and_then(|t| ProvisionBasis::from_code(&t.basis));
    let intake = Intake {
        received_at: row.received_at.and_utc(),
        channel: row.channel,
        cause: row.cause,
        position: row.position,
        complex: row.complex_id,
        complex_typed: row.complex_typed,
        ward_code: row.ward_code,
        dong_code: row.dong_code,
        committee: row.committee,
        programme: row.programme_id,
        mediators_needed,
        has_applicant_unit: !row.anonymous,
        has_respondent_unit: row.filed_with_respondent_unit,
        legacy: row.legacy,
    };
    let bodies =
        Bodies { office: row.office_id, committee: row.committee_id, ngo: row.ngo_id, ward: row.ward_id };
    let mut case = Case::blank(row.id, row.number, intake, bodies, rules);
    case.version = row.version;
    Ok(case)
}

/// What decides about a case beside its history: its ties, and what of the committee. Read after the history: the row and the lines are read
/// in two statements, and nothing may widen the moment between them.
fn under_committee(rx: &mut Rx<'_>, case: Case) -> Result<Case, StoreError> {
    let crossed = super::case_links::is_crossed(rx, case.id)?;
    let case = Case { crossed, ..case };
    let Some(committee) = case.bodies.committee else { return Ok(case) };
    let delegation = committees::delegation_at(rx, committee, case.intake.received_at)?;
    let frozen = committees::is_frozen(rx, case.id)?;
    Ok(Case { delegation, frozen, ..case })
}

fn folded(rx: &mut Rx<'_>, row: Row) -> Result<Case, StoreError> {
    let case = plain(rx, row)?;
    let case = under_committee(rx, case)?;
    let twin_hides_times = twin(rx, &case)?.is_some_and(|twin| twin.hides_times());
    Ok(Case { twin_hides_times, ..case })
}

/// A case as its own history says.
fn plain(rx: &mut Rx<'_>, row: Row) -> Result<Case, StoreError> {
    let blank = unfolded(rx, row)?;
    let (mut version, number) = (blank.version, blank.number.clone());
    let mut events = events::of_case(rx, blank.id)?;
    // Its time was over: what figures count is there, the case is not. (A ledger's case may have no line at all.)
    if events.is_empty() && super::disposals::is_gone(rx, blank.id)? {
        return Err(StoreError::NotFound);
    }
    // The row and the lines are read in two statements: where a step came in between, the lines are read again, so that
    // nobody is refused for what they could not have seen instead of being told that somebody was first.
    for _ in 0..READS_AGAIN {
        let now: i64 = cases::table.find(blank.id).select(cases::version).first(rx.conn())?;
        if now == version {
            break;
        }
        (version, events) = (now, events::of_case(rx, blank.id)?);
    }
    let case = Case::folded(blank, &events);
    let mut case =
        case.map_err(|e| StoreError::Other(format!("history of {number} does not fold: {}", e.code)))?;
    case.version = version;
    Ok(case)
}

/// The open cases of a committee.
///
/// # Errors
/// Database errors.
pub fn open_of_committee(rx: &mut Rx<'_>, committee: BodyId) -> Result<Vec<CaseId>, StoreError> {
    Ok(cases::table
        .filter(cases::committee_id.eq(committee))
        .filter(cases::stage.ne(Stage::Closed))
        .order(cases::id)
        .select(cases::id)
        .load(rx.conn())?)
}

/// The cases whose turn is the ward's: number, typed 단지 name, when received. The ward sees no more of them.
///
/// # Errors
/// Database errors.
pub fn at_ward(rx: &mut Rx<'_>, wards: &[BodyId], limit: i64) -> Result<Vec<Head>, StoreError> {
    let wards: Vec<Option<BodyId>> = wards.iter().copied().map(Some).collect();
    Ok(cases::table
        .filter(cases::holder_id.eq_any(wards))
        .filter(cases::stage.ne(Stage::Closed))
        .order((cases::received_at, cases::id))
        .limit(limit)
        .select(Head::as_select())
        .load(rx.conn())?)
}

/// One page of the visible cases, newest first, at most `limit`.
///
/// # Errors
/// Database errors.
pub fn page(rx: &mut Rx<'_>, scope: &Scope, filter: &Filter, limit: i64) -> Result<Vec<Head>, StoreError> {
    let mut found = Vec::new();
    if filter.stage.is_some_and(|stage| filter.open == Some(stage == Stage::Closed)) {
        // An open stage among the closed cases, or the other way round.
        return Ok(found);
    }
    for query in visible_by_clause(scope) {
        let query = narrowed(query, filter).order((cases::received_at.desc(), cases::id.desc()));
        let heads: Vec<Head> = query.limit(limit).select(Head::as_select()).load(rx.conn())?;
        found.extend(heads);
    }
    Ok(newest(found, limit, |head| (head.received_at, head.id)))
}

/// What several clauses found, each newest first, as one list.
fn newest<T>(mut found: Vec<T>, limit: i64, key: impl Fn(&T) -> (NaiveDateTime, CaseId)) -> Vec<T> {
    found.sort_by_key(|one| std::cmp::Reverse(key(one)));
    found.dedup_by_key(|one| key(one));
    found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    found
}

/// The cases that a list's filter asks for. Conditions that say of an open case that it is open, or of one with a duty that it has
/// one, are written so that the small indexes of those serve: few of a desk's cases are open.
fn narrowed<'q>(mut query: Boxed<'q>, filter: &Filter) -> Boxed<'q> {
    if let Some(stage) = filter.stage {
        query = query.filter(cases::stage.eq(stage));
    }
    match filter.open.or(filter.stage.filter(|stage| *stage != Stage::Closed).map(|_| true)) {
        Some(true) => query = query.filter(cases::closed_at.is_null()),
        Some(false) => query = query.filter(cases::closed_at.is_not_null()),
        None => {}
    }
    if let Some(complex) = filter.complex {
        query = query.filter(cases::complex_id.eq(complex));
    }
    if let Some(cause) = filter.cause {
        query = query.filter(cases::cause.eq(cause));
    }
    if let Some(due) = filter.due_before {
        query = query.filter(cases::next_due.lt(due.naive_utc()));
    }
    if let Some(among) = &filter.among {
        query = query.filter(cases::id.eq_any(among.clone()));
    }
    if let Some((at, id)) = filter.after {
        let at = at.naive_utc();
        query =
            query.filter(cases::received_at.le(at)).filter(cases::received_at.lt(at).or(cases::id.lt(id)));
    }
    // What was destroyed is no case that anybody could open.
    let gone = disposals::table
        .filter(disposals::case_id.eq(cases::id.nullable()))
        .filter(disposals::kind.eq(DisposalKind::File))
        .filter(disposals::done_at.is_not_null());
    query.filter(diesel::dsl::not(diesel::dsl::exists(gone)))
}

/// 단지 of the visible cases, at most `limit`: of whoever has no 단지 of their own.
///
/// # Errors
/// Database errors.
pub fn complexes(rx: &mut Rx<'_>, scope: &Scope, limit: i64) -> Result<Vec<ComplexId>, StoreError> {
    let met = visible(scope).filter(cases::complex_id.is_not_null());
    Ok(met.select(cases::complex_id.assume_not_null()).distinct().limit(limit).load(rx.conn())?)
}

/// What a list shows of one case.
///
/// # Errors
/// `NotFound` outside the scope.
pub fn head(rx: &mut Rx<'_>, scope: &Scope, number: &str) -> Result<Head, StoreError> {
    Ok(visible(scope).filter(cases::number.eq(number)).select(Head::as_select()).first(rx.conn())?)
}

/// What lists show of these cases, whatever the scope: the caller has them from rows that it may see.
///
/// # Errors
/// Database errors.
pub fn heads(rx: &mut Rx<'_>, ids: &[CaseId]) -> Result<Vec<Head>, StoreError> {
    Ok(cases::table.filter(cases::id.eq_any(ids)).select(Head::as_select()).load(rx.conn())?)
}

/// Other cases of the same door, received since `since`: duplicates and repeats.
///
/// # Errors
/// Database errors.
pub fn with_units(rx: &mut Rx<'_>, hashes: &[String], since: DateTime<Utc>) -> Result<Vec<Head>, StoreError> {
    let hashes: Vec<Option<String>> = hashes.iter().cloned().map(Some).collect();
    Ok(cases::table
        .filter(
            cases::applicant_unit_hash.eq_any(hashes.clone()).or(cases::respondent_unit_hash.eq_any(hashes)),
        )
        .filter(cases::received_at.ge(since.naive_utc()))
        .order(cases::id.desc())
        .limit(20)
        .select(Head::as_select())
        .load(rx.conn())?)
}

/// Takes the next case number of the year, `2026-0012`, within the transaction.
///
/// # Errors
/// Database errors.
pub fn next_number(tx: &mut Tx<'_>, year: i32) -> Result<String, StoreError> {
    let n = super::access::count_up(tx, &format!("case-{year}"))?;
    Ok(format!("{year}-{n:04}"))
}

/// Writes the row of a new case. Its first line is written by the step `file`.
///
/// # Errors
/// Database errors.
pub fn insert(
    tx: &mut Tx<'_>,
    number: &str,
    new: &NewCase,
    now: DateTime<Utc>,
) -> Result<CaseId, StoreError> {
    let intake = &new.intake;
    let received = intake.received_at.naive_utc();
    let facts = (
        cases::number.eq(number),
        cases::ledger_ref.eq(&new.ledger_ref),
        cases::complex_id.eq(intake.complex),
        cases::complex_typed.eq(&intake.complex_typed),
        cases::ward_code.eq(&intake.ward_code),
        cases::dong_code.eq(&intake.dong_code),
        cases::committee.eq(intake.committee),
        cases::programme_id.eq(intake.programme),
        cases::received_at.eq(received),
        cases::channel.eq(intake.channel),
        cases::cause.eq(intake.cause),
        cases::position.eq(intake.position),
        cases::anonymous.eq(!intake.has_applicant_unit),
        cases::filed_with_respondent_unit.eq(intake.has_respondent_unit),
        cases::has_respondent_unit.eq(intake.has_respondent_unit),
    );
    let state = (
        cases::applicant_unit_hash.eq(&new.applicant_unit_hash),
        cases::respondent_unit_hash.eq(&new.respondent_unit_hash),
        cases::office_id.eq(new.bodies.office),
        cases::committee_id.eq(new.bodies.committee),
        cases::ngo_id.eq(new.bodies.ngo),
        cases::ward_id.eq(new.bodies.ward),
        cases::stage.eq(Stage::Received),
        cases::span_started_at.eq(received),
        cases::legacy.eq(intake.legacy),
        cases::version.eq(0),
        cases::created_at.eq(now.naive_utc()),
    );
    Ok(diesel::insert_into(cases::table).values((facts, state)).returning(cases::id).get_result(tx.conn())?)
}

/// Saves what the case came to after a step; refuses if someone else's step came first.
///
/// # Errors
/// `Conflict` when the row's version is no longer `case.version`.
pub fn save_step(tx: &mut Tx<'_>, case: &Case) -> Result<(), StoreError> {
    let conflict = || StoreError::Conflict("case version".into());
    let unchanged = cases::table.find(case.id).filter(cases::version.eq(case.version));
    let stands: Option<Shown> = unchanged.select(Shown::as_select()).first(tx.conn()).optional()?;
    let (shown, version) = (Shown::of(case), cases::version.eq(case.version + 1));
    // Every index of what is written is written along, whether it changes or not: most steps leave a case where it stands.
    let changed = if stands.ok_or_else(conflict)? == shown {
        diesel::update(unchanged).set(version).execute(tx.conn())?
    } else {
        diesel::update(unchanged).set((shown, version)).execute(tx.conn())?
    };
    if changed == 1 { Ok(()) } else { Err(conflict()) }
}

/// What lists show and search of where a case stands.
#[derive(PartialEq, Queryable, Selectable, AsChangeset)]
#[diesel(table_name = cases, treat_none_as_null = true)]
struct Shown {
    stage: Stage,
    outcome: Option<Outcome>,
    holder_id: Option<BodyId>,
    span_started_at: NaiveDateTime,
    closed_at: Option<NaiveDateTime>,
    has_respondent_unit: bool,
    next_duty: Option<DutyKind>,
    next_due: Option<NaiveDateTime>,
}

impl Shown {
    fn of(case: &Case) -> Self {
        let next = case.duties().first().copied();
        Self {
            stage: case.stage,
            outcome: case.outcome(),
            holder_id: case.holder,
            span_started_at: case.history.span_start().naive_utc(),
            closed_at: case.history.closed_at().map(|t| t.naive_utc()),
            has_respondent_unit: case.history.has_respondent_unit(),
            next_duty: next.map(|d| d.kind),
            next_due: next.map(|d| d.due_at.naive_utc()),
        }
    }
}

/// Gives a case whose 단지 was unknown its 단지 and what comes with it.
///
/// # Errors
/// Database errors.
pub fn place(tx: &mut Tx<'_>, id: CaseId, intake: &Intake, bodies: Bodies) -> Result<(), StoreError> {
    diesel::update(cases::table.find(id))
        .set((
            cases::complex_id.eq(intake.complex),
            cases::ward_code.eq(&intake.ward_code),
            cases::dong_code.eq(&intake.dong_code),
            cases::committee.eq(intake.committee),
            cases::programme_id.eq(intake.programme),
            cases::office_id.eq(bodies.office),
            cases::committee_id.eq(bodies.committee),
            cases::ngo_id.eq(bodies.ngo),
            cases::ward_id.eq(bodies.ward),
        ))
        .execute(tx.conn())?;
    kept::keep(tx, id)
}

/// Sets the keyed hash of the applicant's door.
///
/// # Errors
/// Database errors.
pub fn set_applicant_hash(tx: &mut Tx<'_>, id: CaseId, hash: Option<&str>) -> Result<(), StoreError> {
    diesel::update(cases::table.find(id)).set(cases::applicant_unit_hash.eq(hash)).execute(tx.conn())?;
    kept::keep(tx, id)
}

/// Sets the keyed hash of the respondent's door, by which repeats are recognised.
///
/// # Errors
/// Database errors.
pub fn set_respondent_hash(tx: &mut Tx<'_>, id: CaseId, hash: Option<&str>) -> Result<(), StoreError> {
    diesel::update(cases::table.find(id)).set(cases::respondent_unit_hash.eq(hash)).execute(tx.conn())?;
    kept::keep(tx, id)
}

/// An anonymous complaint has an applicant now: a fact of units that, once known, stays.
///
/// # Errors
/// Database errors.
pub fn applicant_known(tx: &mut Tx<'_>, id: CaseId) -> Result<(), StoreError> {
    diesel::update(cases::table.find(id)).set(cases::anonymous.eq(false)).execute(tx.conn())?;
    kept::keep(tx, id)
}

/// The id behind a number, whatever the scope: for links that were handed out by number.
///
/// # Errors
/// `NotFound`.
pub fn id_of(rx: &mut Rx<'_>, number: &str) -> Result<CaseId, StoreError> {
    Ok(cases::table.filter(cases::number.eq(number)).select(cases::id).first(rx.conn())?)
}

/// The cases of a pair of doors received since `since`, each with whether it was the other way round.
///
/// # Errors
/// Database errors.
pub fn of_pair(
    rx: &mut Rx<'_>,
    ours: &str,
    theirs: &str,
    since: DateTime<Utc>,
) -> Result<Vec<(CaseId, bool)>, StoreError> {
    let same = cases::applicant_unit_hash.eq(ours).and(cases::respondent_unit_hash.eq(theirs));
    let crossed = cases::applicant_unit_hash.eq(theirs).and(cases::respondent_unit_hash.eq(ours));
    let rows: Vec<(CaseId, Option<String>)> = cases::table
        .filter(cases::received_at.ge(since.naive_utc()))
        .filter(same.or(crossed).assume_not_null())
        .select((cases::id, cases::applicant_unit_hash))
        .limit(100)
        .load(rx.conn())?;
    Ok(rows.into_iter().map(|(id, applicant)| (id, applicant.as_deref() == Some(theirs))).collect())
}
