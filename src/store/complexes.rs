//! 단지, and the dated facts about them: 행정동, committee kind, programme.
use super::schema::{bodies, committee_obligations, complex_facts, complexes, dongs};
use super::{Either, Rx, StoreError, Tx};
use crate::domain::codes::{CommitteeKind, Permit, Tenure};
use crate::domain::committee::Dated;
use crate::domain::ids::{BodyId, ComplexId, ProgrammeId, UserId};
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::prelude::*;

/// A 단지.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = complexes)]
pub struct Complex {
    pub id: ComplexId,
    /// K-apt code or any own code.
    pub code: String,
    pub name: String,
    pub households: i64,
    pub approved_on: Option<NaiveDate>,
    pub permit: Option<Permit>,
    pub tenure: Tenure,
}

/// What holds of a 단지 from some time on.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = complex_facts)]
pub struct Facts {
    pub dong_code: String,
    pub committee: CommitteeKind,
    pub programme_id: Option<ProgrammeId>,
}

/// What a new 단지 is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewComplex {
    pub code: String,
    pub name: String,
    pub households: i64,
    pub approved_on: Option<NaiveDate>,
    pub permit: Option<Permit>,
    pub tenure: Tenure,
    pub facts: Facts,
}

/// Adds a 단지 with the facts that hold from the beginning.
///
/// # Errors
/// `Conflict` when the code is taken; database errors.
pub fn add(tx: &mut Tx<'_>, new: &NewComplex, now: DateTime<Utc>) -> Result<ComplexId, StoreError> {
    let id: ComplexId = diesel::insert_into(complexes::table)
        .values((
            complexes::code.eq(&new.code),
            complexes::name.eq(&new.name),
            complexes::households.eq(new.households),
            complexes::approved_on.eq(new.approved_on),
            complexes::permit.eq(new.permit),
            complexes::tenure.eq(new.tenure),
            complexes::created_at.eq(now.naive_utc()),
        ))
        .returning(complexes::id)
        .get_result(tx.conn())?;
    set_facts(tx, id, &new.facts, DateTime::UNIX_EPOCH)?;
    Ok(id)
}

/// New facts of a 단지 from `from` on; earlier ones keep holding before.
///
/// # Errors
/// `Conflict` when facts begin at that very instant already; database errors.
pub fn set_facts(
    tx: &mut Tx<'_>,
    id: ComplexId,
    facts: &Facts,
    from: DateTime<Utc>,
) -> Result<(), StoreError> {
    diesel::insert_into(complex_facts::table)
        .values((
            complex_facts::complex_id.eq(id),
            complex_facts::from_at.eq(from.naive_utc()),
            complex_facts::dong_code.eq(&facts.dong_code),
            complex_facts::committee.eq(facts.committee),
            complex_facts::programme_id.eq(facts.programme_id),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Makes everybody who writes facts of this 단지 wait until this transaction ends. SQLite has one writer at a time anyway.
///
/// # Errors
/// Database errors.
pub fn lock(tx: &mut Tx<'_>, id: ComplexId) -> Result<(), StoreError> {
    if let Either::Postgres(c) = tx.conn().either() {
        let row = complexes::table.find(id).select(complexes::id).for_update();
        row.get_result::<ComplexId>(c).optional()?;
    }
    Ok(())
}

/// The facts that hold at `at`, and the ward of the 행정동.
///
/// # Errors
/// `NotFound`.
pub fn facts_at(rx: &mut Rx<'_>, id: ComplexId, at: DateTime<Utc>) -> Result<(Facts, String), StoreError> {
    Ok(complex_facts::table
        .inner_join(dongs::table.on(dongs::code.eq(complex_facts::dong_code)))
        .filter(complex_facts::complex_id.eq(id))
        .filter(complex_facts::from_at.le(at.naive_utc()))
        .order(complex_facts::from_at.desc())
        .select((Facts::as_select(), dongs::ward_code))
        .first(rx.conn())?)
}

/// Every dated fact of a 단지, newest first: from when it holds, and what.
///
/// # Errors
/// Database errors.
pub fn history_of(rx: &mut Rx<'_>, id: ComplexId) -> Result<Vec<(NaiveDateTime, Facts)>, StoreError> {
    let own = complex_facts::table.filter(complex_facts::complex_id.eq(id));
    let newest = own.order(complex_facts::from_at.desc()).limit(200);
    Ok(newest.select((complex_facts::from_at, Facts::as_select())).load(rx.conn())?)
}

/// One 단지.
///
/// # Errors
/// `NotFound`.
pub fn find(rx: &mut Rx<'_>, id: ComplexId) -> Result<Complex, StoreError> {
    Ok(complexes::table.find(id).select(Complex::as_select()).first(rx.conn())?)
}

/// One 단지 by its code.
///
/// # Errors
/// `NotFound`.
pub fn by_code(rx: &mut Rx<'_>, code: &str) -> Result<Complex, StoreError> {
    Ok(complexes::table.filter(complexes::code.eq(code)).select(Complex::as_select()).first(rx.conn())?)
}

/// Every 단지, by name. A ward has some hundreds.
///
/// # Errors
/// Database errors.
pub fn all(rx: &mut Rx<'_>) -> Result<Vec<Complex>, StoreError> {
    let by_name = (complexes::name, complexes::id);
    Ok(complexes::table.order(by_name).limit(5000).select(Complex::as_select()).load(rx.conn())?)
}

/// The names of these 단지.
///
/// # Errors
/// Database errors.
pub fn names(rx: &mut Rx<'_>, ids: &[ComplexId]) -> Result<Vec<(ComplexId, String)>, StoreError> {
    let rows = complexes::table.filter(complexes::id.eq_any(ids));
    Ok(rows.select((complexes::id, complexes::name)).load(rx.conn())?)
}

/// The 단지 of these offices and committees.
///
/// # Errors
/// Database errors.
pub fn of_bodies(rx: &mut Rx<'_>, ids: &[BodyId]) -> Result<Vec<ComplexId>, StoreError> {
    let known = bodies::table.filter(bodies::id.eq_any(ids)).filter(bodies::complex_id.is_not_null());
    Ok(known.select(bodies::complex_id.assume_not_null()).distinct().load(rx.conn())?)
}

/// The 단지 that lie in a ward at `at`, by name, each with its 행정동. A ward has some hundreds.
///
/// # Errors
/// Database errors.
pub fn of_ward(rx: &mut Rx<'_>, ward: &str, at: DateTime<Utc>) -> Result<Vec<(Complex, String)>, StoreError> {
    let ever: Vec<ComplexId> = complex_facts::table
        .inner_join(dongs::table.on(dongs::code.eq(complex_facts::dong_code)))
        .filter(dongs::ward_code.eq(ward))
        .select(complex_facts::complex_id)
        .distinct()
        .limit(MOST_OF_WARD)
        .load(rx.conn())?;
    let facts: Vec<(ComplexId, String, String)> = complex_facts::table
        .inner_join(dongs::table.on(dongs::code.eq(complex_facts::dong_code)))
        .filter(complex_facts::complex_id.eq_any(&ever))
        .filter(complex_facts::from_at.le(at.naive_utc()))
        .order(complex_facts::from_at)
        .select((complex_facts::complex_id, complex_facts::dong_code, dongs::ward_code))
        .load(rx.conn())?;
    // A later fact takes the place of an earlier one.
    let now: std::collections::BTreeMap<ComplexId, (String, String)> =
        facts.into_iter().map(|(id, dong, ward)| (id, (dong, ward))).collect();
    let all: Vec<Complex> = complexes::table
        .filter(complexes::id.eq_any(&ever))
        .order((complexes::name, complexes::id))
        .select(Complex::as_select())
        .load(rx.conn())?;
    let here = |complex: Complex| {
        let (dong, of) = now.get(&complex.id)?;
        (of == ward).then(|| (complex, dong.clone()))
    };
    Ok(all.into_iter().filter_map(here).collect())
}

/// 단지 of a ward that are read at most.
const MOST_OF_WARD: i64 = 5000;

/// A 단지's own answer to whether it must have a committee, from a day on, with the reason (its 관리규약).
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Obligation {
    pub from: NaiveDate,
    pub required: bool,
    pub reason: String,
}

/// Writes an obligation down.
///
/// # Errors
/// `Conflict` when that day has one already.
pub fn oblige(
    tx: &mut Tx<'_>,
    id: ComplexId,
    obligation: &Obligation,
    by: Option<UserId>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = (
        committee_obligations::complex_id.eq(id),
        committee_obligations::from_on.eq(obligation.from),
        committee_obligations::required.eq(obligation.required),
        committee_obligations::reason.eq(&obligation.reason),
        committee_obligations::created_by.eq(by),
        committee_obligations::created_at.eq(now.naive_utc()),
    );
    diesel::insert_into(committee_obligations::table).values(row).execute(tx.conn())?;
    Ok(())
}

/// The obligations of a 단지, oldest first; none: the decree's threshold holds.
///
/// # Errors
/// Database errors.
pub fn obligations_of(rx: &mut Rx<'_>, id: ComplexId) -> Result<Vec<Obligation>, StoreError> {
    Ok(committee_obligations::table
        .filter(committee_obligations::complex_id.eq(id))
        .order(committee_obligations::from_on)
        .select((
            committee_obligations::from_on,
            committee_obligations::required,
            committee_obligations::reason,
        ))
        .load(rx.conn())?)
}

/// The same of every 단지 that has any.
///
/// # Errors
/// Database errors.
pub fn obligations(rx: &mut Rx<'_>) -> Result<Vec<(ComplexId, Dated<bool>)>, StoreError> {
    let rows: Vec<(ComplexId, NaiveDate, bool)> = committee_obligations::table
        .order((committee_obligations::complex_id, committee_obligations::from_on))
        .select((
            committee_obligations::complex_id,
            committee_obligations::from_on,
            committee_obligations::required,
        ))
        .load(rx.conn())?;
    Ok(rows.into_iter().map(|(id, from, value)| (id, Dated { from, value })).collect())
}
