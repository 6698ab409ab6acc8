//! Many cases at once: what an import writes. The second permitted way to save a case, beside `cases::save_step`: the
//! importer folds each history with the domain's own rules and hands over the result.
use super::schema::{case_events, case_holders, case_marks, case_search, cases, counters, duties, parties};
use super::{Either, Rx, StoreError, Tx, events, kept, ledger, parties as people, projection, search};
use crate::domain::case::{Case, Event, Owner};
use crate::domain::codes::{Side, Visibility};
use crate::domain::ids::CaseId;
use crate::domain::indicators::CaseFacts;
use crate::domain::permission::visibility;
use crate::domain::text::Unit;
use crate::each_backend;
use chrono::{DateTime, Utc};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use std::collections::HashMap;

/// Rows per statement: PostgreSQL takes 65,535 values at once, and a case has some thirty.
const CHUNK: usize = 500;

/// A case as an import makes it: folded, with the doors as the file wrote them.
#[derive(Debug, Clone)]
pub struct Imported {
    /// With its number and history; the id is given by the database.
    pub case: Case,
    pub events: Vec<Event>,
    pub ledger_ref: String,
    pub applicant: Option<Unit>,
    pub respondent: Option<Unit>,
    /// Name and telephone (digits) of each; a ledger has none.
    pub called: (Called, Called),
}

/// By what else a party is known.
#[derive(Debug, Clone, Default)]
pub struct Called {
    pub name: String,
    pub phone: String,
}

/// A case with everything sealed that is kept sealed. Sealing costs as much as writing, and needs no transaction.
#[derive(Debug, Clone)]
pub struct Sealed {
    pub one: Imported,
    doors: Vec<Door>,
    search: String,
    /// The events' payloads.
    lines: Vec<String>,
}

#[derive(Debug, Clone)]
struct Door {
    side: Side,
    name: String,
    phone: String,
    building: String,
    unit: String,
    hash: String,
}

/// Seals a case.
///
/// # Errors
/// As `Vault::seal`.
pub fn seal(rx: &Rx<'_>, one: Imported) -> Result<Sealed, StoreError> {
    let (mut doors, mut known) = (Vec::new(), Vec::new());
    let sides = [
        (Side::Applicant, &one.applicant, &one.called.0),
        (Side::Respondent, &one.respondent, &one.called.1),
    ];
    let seal = |column: &str, value: &str| rx.vault().seal(column, value);
    for (side, unit, called) in sides {
        let Some(unit) = unit else { continue };
        let texts = [&called.name, &called.phone, &unit.to_string()];
        known.extend(texts.iter().filter(|text| !text.is_empty()).map(|text| search::line(side, text)));
        doors.push(Door {
            side,
            name: seal("parties.name", &called.name)?,
            phone: seal("parties.phone", &called.phone)?,
            building: seal("parties.building", &unit.building)?,
            unit: seal("parties.unit", &unit.unit)?,
            hash: people::unit_hash(rx, one.case.intake.complex, unit),
        });
    }
    let lines = one.events.iter().map(|line| events::sealed(rx, &line.step)).collect::<Result<_, _>>()?;
    Ok(Sealed { search: search::sealed(rx, &known)?, doors, lines, one })
}

/// Rows at once, as each database takes them fastest: COPY on PostgreSQL, which also has no limit of values. On SQLite one by one by
/// a statement that stays prepared: a statement of many rows is parsed anew each time, and keeps a journal of its own so that
/// it can be undone alone.
macro_rules! fill {
    ($tx:expr, $table:expr, $rows:expr) => {
        match $tx.conn().either() {
            Either::Postgres(c) => {
                diesel::copy_from($table).from_insertable($rows).execute(c)?;
            }
            Either::Sqlite(c) => {
                for row in $rows {
                    diesel::insert_into($table).values(row).execute(c)?;
                }
            }
        }
    };
}
pub(super) use fill;

/// What a page cache holds while much is written, KiB: indexes by keyed hashes are touched all over.
const ROOM_KIB: u32 = 262_144;
/// Pages after which what was written moves into the database: each page once, not at every thousandth.
const MOVE_AFTER: u32 = 32_768;

/// Lets this writer's session take the memory that a load of many months needs. For the command line, whose process ends.
///
/// # Errors
/// Database errors.
pub fn make_room(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    if tx.conn().is_sqlite() {
        let room = format!("PRAGMA cache_size=-{ROOM_KIB}; PRAGMA wal_autocheckpoint={MOVE_AFTER};");
        tx.conn().batch_execute(&room)?;
    }
    Ok(())
}

/// Takes `n` case numbers of a year at once; returns the first of them.
///
/// # Errors
/// Database errors.
pub fn reserve(tx: &mut Tx<'_>, year: i32, n: i64) -> Result<i64, StoreError> {
    let name = format!("case-{year}");
    let first = (counters::name.eq(&name), counters::value.eq(n));
    let last: i64 = each_backend!(tx.conn(), |c| diesel::insert_into(counters::table)
        .values(first)
        .on_conflict(counters::name)
        .do_update()
        .set(counters::value.eq(counters::value + n))
        .returning(counters::value)
        .get_result(c))?;
    Ok(last - n + 1)
}

/// Tells PostgreSQL's planner what a load has put in: until its own clean-up comes round, it plans for the tables as they were.
/// SQLite plans by what the indexes are.
///
/// # Errors
/// Database errors.
pub fn settle(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    if !tx.conn().is_sqlite() {
        tx.conn().batch_execute("ANALYZE")?;
    }
    Ok(())
}

/// Writes new cases with everything that follows from them. Returns how many.
///
/// # Errors
/// `Conflict` when a number or a ledger number is taken; database errors.
pub fn insert(tx: &mut Tx<'_>, new: &[Sealed], now: DateTime<Utc>) -> Result<usize, StoreError> {
    for some in new.chunks(CHUNK) {
        insert_rows(tx, some, now)?;
        let numbers: Vec<&str> = some.iter().map(|sealed| sealed.one.case.number.as_str()).collect();
        let ids: HashMap<String, CaseId> = cases::table
            .filter(cases::number.eq_any(numbers))
            .select((cases::number, cases::id))
            .load(tx.conn())?
            .into_iter()
            .collect();
        let mut with_ids = Vec::with_capacity(some.len());
        for sealed in some {
            let id = ids.get(&sealed.one.case.number).ok_or(StoreError::NotFound)?;
            with_ids.push((*id, sealed));
        }
        insert_parties(tx, &with_ids)?;
        insert_lines(tx, &with_ids)?;
        insert_marks(tx, &with_ids)?;
        insert_projections(tx, &with_ids, now)?;
        let facts: Vec<_> = with_ids.iter().map(|(id, sealed)| (*id, facts_of(sealed))).collect();
        kept::keep_new(tx, &facts)?;
    }
    Ok(new.len())
}

/// What figures know of a case that is not in the database yet. Names of its 단지 and programme play no part in the kept lines.
fn facts_of(sealed: &Sealed) -> CaseFacts {
    let (case, intake) = (&sealed.one.case, &sealed.one.case.intake);
    let hash = |side| sealed.doors.iter().find(|door| door.side == side).map(|door| &door.hash);
    let known = intake.has_applicant_unit && case.history.has_respondent_unit();
    let pair = ledger::pair(intake.complex, known, hash(Side::Applicant), hash(Side::Respondent));
    CaseFacts {
        complex: String::new(),
        dong: intake.dong_code.clone().unwrap_or_default(),
        committee: intake.committee,
        programme: String::new(),
        cause: intake.cause,
        position: intake.position,
        channel: intake.channel,
        received_at: intake.received_at,
        has_applicant_unit: intake.has_applicant_unit,
        has_respondent_unit: case.history.has_respondent_unit(),
        pair,
        recurs: None,
        events: case.marks.iter().map(|(_, at, mark)| (*at, mark.clone())).collect(),
    }
}

/// Adds lines that continue the history of a case that is there already.
///
/// # Errors
/// `Conflict` when somebody else's step came first; database errors.
pub fn extend(
    tx: &mut Tx<'_>,
    before: &Case,
    after: &Case,
    lines: &[Event],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    super::cases::save_step(tx, after)?;
    diesel::update(cases::table.find(after.id))
        .set(cases::legacy.eq(after.intake.legacy))
        .execute(tx.conn())?;
    for line in lines {
        events::append(tx, after.id, line, visibility(&line.step))?;
    }
    let from = lines.first().map_or(after.last_seq, |line| line.seq);
    events::keep_marks(tx, after, false, from)?;
    projection::keep(tx, before, after, &[], now)
}

fn insert_rows(tx: &mut Tx<'_>, some: &[Sealed], now: DateTime<Utc>) -> Result<(), StoreError> {
    let rows: Vec<_> = some
        .iter()
        .map(|Sealed { one, doors, .. }| {
            let (case, intake) = (&one.case, &one.case.intake);
            let hash = |side| doors.iter().find(|door| door.side == side).map(|door| &door.hash);
            let next = case.duties().first().copied();
            (
                cases::number.eq(&case.number),
                cases::ledger_ref.eq(&one.ledger_ref),
                cases::complex_id.eq(intake.complex),
                cases::complex_typed.eq(&intake.complex_typed),
                cases::ward_code.eq(&intake.ward_code),
                cases::dong_code.eq(&intake.dong_code),
                cases::committee.eq(intake.committee),
                cases::programme_id.eq(intake.programme),
                cases::received_at.eq(intake.received_at.naive_utc()),
                cases::channel.eq(intake.channel),
                cases::cause.eq(intake.cause),
                cases::position.eq(intake.position),
                cases::anonymous.eq(!intake.has_applicant_unit),
                cases::filed_with_respondent_unit.eq(intake.has_respondent_unit),
                cases::has_respondent_unit.eq(case.history.has_respondent_unit()),
                cases::applicant_unit_hash.eq(hash(Side::Applicant)),
                cases::respondent_unit_hash.eq(hash(Side::Respondent)),
                cases::office_id.eq(case.bodies.office),
                cases::committee_id.eq(case.bodies.committee),
                cases::ngo_id.eq(case.bodies.ngo),
                cases::ward_id.eq(case.bodies.ward),
                cases::holder_id.eq(case.holder),
                cases::stage.eq(case.stage),
                cases::outcome.eq(case.outcome()),
                cases::span_started_at.eq(case.history.span_start().naive_utc()),
                cases::closed_at.eq(case.history.closed_at().map(|at| at.naive_utc())),
                cases::legacy.eq(intake.legacy),
                cases::next_duty.eq(next.map(|duty| duty.kind)),
                cases::next_due.eq(next.map(|duty| duty.due_at.naive_utc())),
                cases::version.eq(1_i64),
                cases::created_at.eq(now.naive_utc()),
            )
        })
        .collect();
    fill!(tx, cases::table, &rows);
    Ok(())
}

fn insert_parties(tx: &mut Tx<'_>, some: &[(CaseId, &Sealed)]) -> Result<(), StoreError> {
    let mut rows = Vec::new();
    let mut texts = Vec::new();
    for (id, sealed) in some {
        for door in &sealed.doors {
            rows.push((
                parties::case_id.eq(*id),
                parties::side.eq(door.side),
                parties::kind.eq("main"),
                parties::name.eq(&door.name),
                parties::phone.eq(&door.phone),
                parties::email.eq(""),
                parties::building.eq(&door.building),
                parties::unit.eq(&door.unit),
                parties::unit_hash.eq(&door.hash),
                parties::disclosure.eq(""),
                parties::may_tell.eq(""),
                parties::from_at.eq(sealed.one.case.intake.received_at.naive_utc()),
            ));
        }
        texts.push((case_search::case_id.eq(*id), case_search::sealed.eq(&sealed.search)));
    }
    fill!(tx, parties::table, &rows);
    fill!(tx, case_search::table, &texts);
    Ok(())
}

fn insert_lines(tx: &mut Tx<'_>, some: &[(CaseId, &Sealed)]) -> Result<(), StoreError> {
    let mut rows = Vec::new();
    for (id, sealed) in some {
        for (line, payload) in sealed.one.events.iter().zip(&sealed.lines) {
            rows.push((
                case_events::case_id.eq(*id),
                case_events::seq.eq(line.seq),
                case_events::at.eq(line.at.naive_utc()),
                case_events::recorded_at.eq(line.recorded_at.naive_utc()),
                case_events::actor_user.eq(line.by),
                case_events::actor_role.eq(&line.by_role),
                case_events::step.eq(line.step.code()),
                case_events::visibility.eq::<Visibility>(visibility(&line.step)),
                case_events::late.eq(line.late),
                case_events::voided.eq(line.voided),
                case_events::payload.eq(payload),
            ));
        }
    }
    for rows in rows.chunks(CHUNK) {
        fill!(tx, case_events::table, rows);
    }
    Ok(())
}

fn insert_marks(tx: &mut Tx<'_>, some: &[(CaseId, &Sealed)]) -> Result<(), StoreError> {
    let mut rows = Vec::new();
    for (id, sealed) in some {
        for (ord, (seq, at, mark)) in (0_i64..).zip(&sealed.one.case.marks) {
            rows.push((
                case_marks::case_id.eq(*id),
                case_marks::seq.eq(*seq),
                case_marks::ord.eq(ord),
                case_marks::at.eq(at.naive_utc()),
                case_marks::event.eq(mark.event()),
                case_marks::detail.eq(mark.detail()),
                case_marks::missing.eq(false),
            ));
        }
    }
    for rows in rows.chunks(CHUNK) {
        fill!(tx, case_marks::table, rows);
    }
    Ok(())
}

fn insert_projections(
    tx: &mut Tx<'_>,
    some: &[(CaseId, &Sealed)],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let (mut holders, mut tasks) = (Vec::new(), Vec::new());
    for (id, Sealed { one, .. }) in some {
        holders.push((
            case_holders::case_id.eq(*id),
            case_holders::body_id.eq(one.case.holder),
            case_holders::from_at.eq(one.case.intake.received_at.naive_utc()),
        ));
        for duty in one.case.duties() {
            let (body, user) = match duty.owner {
                Owner::Body(body) => (Some(body), None),
                Owner::User(user) => (None, Some(user)),
                Owner::Nobody => (one.case.bodies.ward, None),
            };
            tasks.push((
                duties::case_id.eq(*id),
                duties::kind.eq(duty.kind),
                duties::due_at.eq(duty.due_at.naive_utc()),
                duties::body_id.eq(body),
                duties::user_id.eq(user),
                duties::detail.eq(""),
                duties::created_at.eq(now.naive_utc()),
            ));
        }
    }
    fill!(tx, case_holders::table, &holders);
    fill!(tx, duties::table, &tasks);
    Ok(())
}
