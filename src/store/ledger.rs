//! The whole ledger at once, in chunks: what reports count, what an import finds there already, what an export writes.
use super::complexes::{Complex, Facts};
use super::schema::{
    case_events, case_marks, case_recurrences, cases, complex_facts, complexes, parties, programmes,
};
use super::{Rx, StoreError, events};
use crate::domain::codes::{Cause, Channel, CommitteeKind, Position, Side, Stage};
use crate::domain::ids::{BodyId, CaseId, ComplexId};
use crate::domain::indicators::{CaseFacts, Pairs};
use crate::domain::mark::Mark;
use crate::domain::step::{Step, StepCode};
use crate::domain::text::Unit;
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use std::collections::HashMap;

/// Cases read at once.
const CHUNK: i64 = 1000;

/// What a report knows of a case, with its row's id.
type Dated = (DateTime<Utc>, Mark);

#[derive(Queryable, Selectable)]
#[diesel(table_name = cases)]
struct FactsRow {
    id: CaseId,
    complex_id: Option<ComplexId>,
    dong_code: Option<String>,
    committee: CommitteeKind,
    received_at: NaiveDateTime,
    channel: Channel,
    cause: Cause,
    position: Position,
    anonymous: bool,
    has_respondent_unit: bool,
    applicant_unit_hash: Option<String>,
    respondent_unit_hash: Option<String>,
}

/// Characters of a door's keyed hash (base64, 96 bits) that tell it from every other.
const TOLD_APART: usize = 16;

/// The same text for the same two doors in either order, of a case whose two homes are `known`; without a 단지, which the hashes know,
/// there is no pair. It begins with the 단지, so that what one 단지 received lies together where pairs are kept in order.
pub(super) fn pair(
    complex: Option<ComplexId>,
    known: bool,
    applicant: Option<&String>,
    respondent: Option<&String>,
) -> Option<String> {
    let short = |hash: &String| hash.get(..TOLD_APART).map(str::to_owned);
    let (complex, one, other) = (complex.filter(|_| known)?.0, short(applicant?)?, short(respondent?)?);
    Some(if one <= other { format!("{complex}:{one}{other}") } else { format!("{complex}:{other}{one}") })
}

/// When each pair of doors of the installation had a case.
///
/// # Errors
/// Database errors.
pub fn pairs(rx: &mut Rx<'_>) -> Result<Pairs, StoreError> {
    type Doors = (Option<ComplexId>, Option<String>, Option<String>, NaiveDateTime);
    let rows: Vec<Doors> = cases::table
        .filter(cases::complex_id.is_not_null())
        .filter(cases::anonymous.eq(false).and(cases::has_respondent_unit.eq(true)))
        .select((
            cases::complex_id,
            cases::applicant_unit_hash,
            cases::respondent_unit_hash,
            cases::received_at,
        ))
        .load(rx.conn())?;
    let of_two = rows.into_iter().filter_map(|(complex, one, other, at)| {
        Some((pair(complex, true, one.as_ref(), other.as_ref())?, at.and_utc()))
    });
    Ok(Pairs::of(of_two))
}

/// A case's own row, the code of its 단지, the name of its programme, and whether it recurs where that was frozen.
type Told = (FactsRow, Option<String>, Option<String>, Option<bool>);

/// Hands every case of the installation to `count`, in order of filing, a chunk in memory at a time.
///
/// # Errors
/// Database errors; an event that is none.
pub fn each_case(rx: &mut Rx<'_>, mut count: impl FnMut(CaseId, &CaseFacts)) -> Result<(), StoreError> {
    let mut last = CaseId(0);
    loop {
        let some = facts_behind(rx, last, CaseId(i64::MAX))?;
        let Some((newest, _)) = some.last() else { return Ok(()) };
        last = *newest;
        some.iter().for_each(|(id, facts)| count(*id, facts));
    }
}

/// What reports know of the next cases behind `last`, up to and with `until`, in order of filing; as many as are read at once.
///
/// # Errors
/// Database errors; an event that is none.
pub fn facts_behind(
    rx: &mut Rx<'_>,
    last: CaseId,
    until: CaseId,
) -> Result<Vec<(CaseId, CaseFacts)>, StoreError> {
    let rows: Vec<Told> = cases::table
        .left_join(complexes::table.on(cases::complex_id.eq(complexes::id.nullable())))
        .left_join(programmes::table.on(cases::programme_id.eq(programmes::id.nullable())))
        .left_join(case_recurrences::table.on(case_recurrences::case_id.eq(cases::id)))
        .filter(cases::id.gt(last).and(cases::id.le(until)))
        .order(cases::id)
        .limit(CHUNK)
        .select((
            FactsRow::as_select(),
            complexes::code.nullable(),
            programmes::name.nullable(),
            case_recurrences::recurs.nullable(),
        ))
        .load(rx.conn())?;
    let Some(newest) = rows.last().map(|(row, _, _, _)| row.id) else { return Ok(Vec::new()) };
    let mut marks = marks_between(rx, last, newest)?;
    let facts = rows.into_iter().map(|(row, complex, programme, recurs)| {
        let known = !row.anonymous && row.has_respondent_unit;
        let (one, other) = (row.applicant_unit_hash.as_ref(), row.respondent_unit_hash.as_ref());
        let facts = CaseFacts {
            complex: complex.unwrap_or_default(),
            dong: row.dong_code.unwrap_or_default(),
            committee: row.committee,
            programme: programme.unwrap_or_default(),
            cause: row.cause,
            position: row.position,
            channel: row.channel,
            received_at: row.received_at.and_utc(),
            has_applicant_unit: !row.anonymous,
            has_respondent_unit: row.has_respondent_unit,
            recurs,
            pair: pair(row.complex_id, known, one, other),
            events: marks.remove(&row.id).unwrap_or_default(),
        };
        (row.id, facts)
    });
    Ok(facts.collect())
}

fn marks_between(
    rx: &mut Rx<'_>,
    after: CaseId,
    until: CaseId,
) -> Result<HashMap<CaseId, Vec<Dated>>, StoreError> {
    let rows: Vec<(CaseId, NaiveDateTime, String, String)> = case_marks::table
        .filter(case_marks::case_id.gt(after).and(case_marks::case_id.le(until)))
        .order((case_marks::case_id, case_marks::ord))
        .select((case_marks::case_id, case_marks::at, case_marks::event, case_marks::detail))
        .load(rx.conn())?;
    let mut marks: HashMap<CaseId, Vec<Dated>> = HashMap::new();
    for (case, at, event, detail) in rows {
        marks.entry(case).or_default().push((at.and_utc(), read_mark(&event, &detail)?));
    }
    Ok(marks)
}

fn read_mark(event: &str, detail: &str) -> Result<Mark, StoreError> {
    Mark::parse(event, detail).map_err(|e| StoreError::Other(format!("a kept event {event} {detail}: {e}")))
}

/// The doors of one side of a case: as filed first, and now. Destroyed ones are only known by their hash, while it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Door {
    Known(Unit),
    /// The hash's first characters: equal doors stay equal. `-` once the hash is destroyed too (`store::retention`).
    Destroyed(String),
}

/// A case that is there, as the exchange files would write it.
#[derive(Debug, Clone)]
pub struct Filed {
    pub id: CaseId,
    /// The old ledger's number; for a case filed here, its own number.
    pub reference: String,
    pub complex_code: String,
    pub received_at: DateTime<Utc>,
    pub channel: Channel,
    pub cause: Cause,
    pub position: Position,
    pub filed_with_respondent_unit: bool,
    pub committee: Option<BodyId>,
    /// Every door that the side has had, oldest first.
    pub applicants: Vec<Door>,
    pub respondents: Vec<Door>,
    /// The exchange events that stand now, in order.
    pub marks: Vec<Dated>,
    /// Imported lines that a 정정 has struck out since: an import must not bring them back.
    pub struck: Vec<Dated>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = cases)]
struct FiledRow {
    id: CaseId,
    number: String,
    ledger_ref: Option<String>,
    received_at: NaiveDateTime,
    channel: Channel,
    cause: Cause,
    position: Position,
    filed_with_respondent_unit: bool,
    committee_id: Option<BodyId>,
}

/// The cases behind these references, by reference.
///
/// # Errors
/// `Key` when a value does not open; database errors.
pub fn by_reference(rx: &mut Rx<'_>, references: &[String]) -> Result<HashMap<String, Filed>, StoreError> {
    let mut found = HashMap::new();
    for some in references.chunks(500) {
        let rows = filed_query(None)
            .filter(
                cases::ledger_ref
                    .eq_any(some.iter().cloned().map(Some).collect::<Vec<_>>())
                    .assume_not_null()
                    .or(cases::number.eq_any(some.to_vec()).and(cases::ledger_ref.is_null())),
            )
            .load::<(FiledRow, Option<String>)>(rx.conn())?;
        for filed in filed(rx, rows)? {
            found.insert(filed.reference.clone(), filed);
        }
    }
    Ok(found)
}

/// Hands every case to `take`, in order of filing; only those of `committees` where given.
///
/// # Errors
/// As [`by_reference`].
pub fn each_filed(
    rx: &mut Rx<'_>,
    committees: Option<&[BodyId]>,
    mut take: impl FnMut(Filed),
) -> Result<(), StoreError> {
    let mut last = CaseId(0);
    loop {
        let rows = filed_query(committees).filter(cases::id.gt(last)).order(cases::id).limit(CHUNK).load::<(
            FiledRow,
            Option<String>,
        )>(
            rx.conn(),
        )?;
        let Some(newest) = rows.last().map(|(row, _)| row.id) else { return Ok(()) };
        last = newest;
        filed(rx, rows)?.into_iter().for_each(&mut take);
    }
}

type FiledQuery<'a> = diesel::dsl::IntoBoxed<
    'a,
    diesel::dsl::Select<
        diesel::dsl::LeftJoinOn<
            cases::table,
            complexes::table,
            diesel::dsl::Eq<cases::complex_id, diesel::dsl::Nullable<complexes::id>>,
        >,
        (
            diesel::dsl::AsSelect<FiledRow, super::either::MultiBackend>,
            diesel::dsl::Nullable<complexes::code>,
        ),
    >,
    super::either::MultiBackend,
>;

fn filed_query(committees: Option<&[BodyId]>) -> FiledQuery<'static> {
    let all = cases::table
        .left_join(complexes::table.on(cases::complex_id.eq(complexes::id.nullable())))
        .select((FiledRow::as_select(), complexes::code.nullable()))
        .into_boxed();
    match committees {
        Some(bodies) => {
            let bodies: Vec<Option<BodyId>> = bodies.iter().copied().map(Some).collect();
            all.filter(cases::committee_id.eq_any(bodies).assume_not_null())
        }
        None => all,
    }
}

fn filed(rx: &mut Rx<'_>, rows: Vec<(FiledRow, Option<String>)>) -> Result<Vec<Filed>, StoreError> {
    let ids: Vec<CaseId> = rows.iter().map(|(row, _)| row.id).collect();
    let (mut doors, mut marks, mut struck) = (doors(rx, &ids)?, marks_of(rx, &ids)?, struck(rx, &ids)?);
    let filed = rows.into_iter().map(|(row, complex)| Filed {
        id: row.id,
        reference: row.ledger_ref.unwrap_or(row.number),
        complex_code: complex.unwrap_or_default(),
        received_at: row.received_at.and_utc(),
        channel: row.channel,
        cause: row.cause,
        position: row.position,
        filed_with_respondent_unit: row.filed_with_respondent_unit,
        committee: row.committee_id,
        applicants: doors.remove(&(row.id, Side::Applicant)).unwrap_or_default(),
        respondents: doors.remove(&(row.id, Side::Respondent)).unwrap_or_default(),
        marks: marks.remove(&row.id).unwrap_or_default(),
        struck: struck.remove(&row.id).unwrap_or_default(),
    });
    Ok(filed.collect())
}

type DoorRow = (CaseId, Side, String, String, Option<String>, Option<NaiveDateTime>);

fn doors(rx: &mut Rx<'_>, ids: &[CaseId]) -> Result<HashMap<(CaseId, Side), Vec<Door>>, StoreError> {
    let rows: Vec<DoorRow> = parties::table
        .filter(parties::case_id.eq_any(ids))
        .order(parties::id)
        .select((
            parties::case_id,
            parties::side,
            parties::building,
            parties::unit,
            parties::unit_hash,
            parties::destroyed_at,
        ))
        .load(rx.conn())?;
    let mut doors: HashMap<(CaseId, Side), Vec<Door>> = HashMap::new();
    for (case, side, building, unit, hash, destroyed) in rows {
        let unit = rx.vault().open("parties.unit", &unit)?;
        let door = if !unit.is_empty() {
            Door::Known(Unit { building: rx.vault().open("parties.building", &building)?, unit })
        } else if let (Some(hash), Some(_)) = (hash, destroyed) {
            Door::Destroyed(hash.chars().take(12).collect())
        } else {
            continue;
        };
        doors.entry((case, side)).or_default().push(door);
    }
    Ok(doors)
}

fn marks_of(rx: &mut Rx<'_>, ids: &[CaseId]) -> Result<HashMap<CaseId, Vec<Dated>>, StoreError> {
    let rows: Vec<(CaseId, NaiveDateTime, String, String)> = case_marks::table
        .filter(case_marks::case_id.eq_any(ids))
        .order((case_marks::case_id, case_marks::ord))
        .select((case_marks::case_id, case_marks::at, case_marks::event, case_marks::detail))
        .load(rx.conn())?;
    let mut marks: HashMap<CaseId, Vec<Dated>> = HashMap::new();
    for (case, at, event, detail) in rows {
        marks.entry(case).or_default().push((at.and_utc(), read_mark(&event, &detail)?));
    }
    Ok(marks)
}

fn struck(rx: &mut Rx<'_>, ids: &[CaseId]) -> Result<HashMap<CaseId, Vec<Dated>>, StoreError> {
    let rows: Vec<(CaseId, NaiveDateTime, String)> = case_events::table
        .filter(case_events::case_id.eq_any(ids))
        .filter(case_events::voided.eq(true))
        .filter(case_events::step.eq(StepCode::Recorded))
        .select((case_events::case_id, case_events::at, case_events::payload))
        .load(rx.conn())?;
    let mut struck: HashMap<CaseId, Vec<Dated>> = HashMap::new();
    for (case, at, payload) in rows {
        if let Step::Recorded { event, detail, .. } = events::step(rx, &payload)? {
            struck.entry(case).or_default().push((at.and_utc(), read_mark(&event, &detail)?));
        }
    }
    Ok(struck)
}

/// Whether there is any 단지 or case.
///
/// # Errors
/// Database errors.
pub fn has_anything(rx: &mut Rx<'_>) -> Result<bool, StoreError> {
    let complex: Option<ComplexId> = complexes::table.select(complexes::id).first(rx.conn()).optional()?;
    let case: Option<CaseId> = cases::table.select(cases::id).first(rx.conn()).optional()?;
    Ok(complex.is_some() || case.is_some())
}

/// A 단지 with its dated facts, oldest first.
pub type Place = (Complex, Vec<(DateTime<Utc>, Facts)>);

/// The 단지 of these codes, by code.
///
/// # Errors
/// Database errors.
pub fn complexes_by_code(rx: &mut Rx<'_>, codes: &[String]) -> Result<HashMap<String, Place>, StoreError> {
    let mut found = HashMap::new();
    for codes in codes.chunks(500) {
        let places: Vec<Complex> = complexes::table
            .filter(complexes::code.eq_any(codes))
            .select(Complex::as_select())
            .load(rx.conn())?;
        let ids: Vec<ComplexId> = places.iter().map(|place| place.id).collect();
        let rows: Vec<(ComplexId, NaiveDateTime, Facts)> = complex_facts::table
            .filter(complex_facts::complex_id.eq_any(ids))
            .order((complex_facts::complex_id, complex_facts::from_at))
            .select((complex_facts::complex_id, complex_facts::from_at, Facts::as_select()))
            .load(rx.conn())?;
        let mut facts: HashMap<ComplexId, Vec<(DateTime<Utc>, Facts)>> = HashMap::new();
        for (id, from, one) in rows {
            facts.entry(id).or_default().push((from.and_utc(), one));
        }
        for place in places {
            let facts = facts.remove(&place.id).unwrap_or_default();
            found.insert(place.code.clone(), (place, facts));
        }
    }
    Ok(found)
}

/// Every 단지 in order of code, each with its newest facts.
///
/// # Errors
/// Database errors.
pub fn all_complexes(rx: &mut Rx<'_>) -> Result<Vec<(Complex, Option<Facts>)>, StoreError> {
    let codes: Vec<String> =
        complexes::table.order(complexes::code).select(complexes::code).load(rx.conn())?;
    let mut found = complexes_by_code(rx, &codes)?;
    let newest = |code: &String| {
        let (place, mut facts) = found.remove(code)?;
        Some((place, facts.pop().map(|(_, facts)| facts)))
    };
    Ok(codes.iter().filter_map(newest).collect())
}

/// What the ward may know of one case.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = cases)]
pub struct WardRow {
    pub id: CaseId,
    pub dong_code: Option<String>,
    pub received_at: NaiveDateTime,
    pub stage: Stage,
    pub closed_at: Option<NaiveDateTime>,
    pub holder_id: Option<BodyId>,
}

/// The cases of a ward (and one 행정동), open or closed, newest first: at most `limit`, behind the case that was filed then with
/// that id.
///
/// # Errors
/// Database errors.
pub fn of_ward(
    rx: &mut Rx<'_>,
    ward_code: &str,
    dong_code: Option<&str>,
    open: bool,
    after: Option<(DateTime<Utc>, CaseId)>,
    limit: i64,
) -> Result<Vec<WardRow>, StoreError> {
    let mut query = cases::table.filter(cases::ward_code.eq(ward_code)).into_boxed();
    if let Some(dong) = dong_code {
        query = query.filter(cases::dong_code.eq(dong));
    }
    query = if open {
        query.filter(cases::stage.ne(Stage::Closed))
    } else {
        query.filter(cases::stage.eq(Stage::Closed))
    };
    if let Some((at, id)) = after {
        let at = at.naive_utc();
        let older = cases::received_at.lt(at).or(cases::received_at.eq(at).and(cases::id.lt(id)));
        query = query.filter(older);
    }
    let newest_first = (cases::received_at.desc(), cases::id.desc());
    Ok(query.order(newest_first).limit(limit).select(WardRow::as_select()).load(rx.conn())?)
}

/// A case with its 행정동, cause and reception.
pub type Caused = (CaseId, String, Cause, DateTime<Utc>);

/// When the first case of a ward was received.
///
/// # Errors
/// Database errors.
pub fn first_reception(rx: &mut Rx<'_>, ward: &str) -> Result<Option<DateTime<Utc>>, StoreError> {
    let first = cases::table.filter(cases::ward_code.eq(ward)).select(diesel::dsl::min(cases::received_at));
    Ok(first.first::<Option<NaiveDateTime>>(rx.conn())?.map(|at| at.and_utc()))
}

/// 행정동, cause and reception of every case of a ward that was received in `[from, to)`.
///
/// # Errors
/// Database errors.
pub fn causes(
    rx: &mut Rx<'_>,
    ward_code: &str,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Vec<Caused>, StoreError> {
    let rows: Vec<(CaseId, Option<String>, Cause, NaiveDateTime)> = cases::table
        .filter(cases::ward_code.eq(ward_code))
        .filter(cases::received_at.ge(from.naive_utc()).and(cases::received_at.lt(to.naive_utc())))
        .select((cases::id, cases::dong_code, cases::cause, cases::received_at))
        .load(rx.conn())?;
    let read = |(id, dong, cause, at): (CaseId, Option<String>, Cause, NaiveDateTime)| {
        (id, dong.unwrap_or_default(), cause, at.and_utc())
    };
    Ok(rows.into_iter().map(read).collect())
}
