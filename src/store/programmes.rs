//! Programmes (구 공모사업): a name, and what holds of it from a day on. A change is a new line; what held before stays.
use super::schema::{bodies, complex_facts, dongs, programme_lines, programme_terms, programmes};
use super::{Rx, StoreError, Tx};
use crate::domain::codes::{BodyKind, ProgrammeStage};
use crate::domain::ids::{BodyId, ComplexId, ProgrammeId, UserId};
use crate::domain::programme::{self, Agreed, Line, ProgrammeStep};
use crate::domain::step::Seq;
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::prelude::*;

/// A programme as it holds on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Programme {
    pub id: ProgrammeId,
    pub name: String,
    pub year: Option<i64>,
    /// Whose ward added it; none where the operator or a ledger did.
    pub ward_code: Option<String>,
    /// Where it stands on that day; none while nobody writes its stages down.
    pub stage: Option<ProgrammeStage>,
    pub terms: Terms,
}

impl Programme {
    /// Whether a case may begin under it, or be referred by it, on this day.
    #[must_use]
    pub fn takes_cases(&self, day: NaiveDate) -> bool {
        programme::takes_cases(self.stage, &self.terms.agreed(), day)
    }

    /// Whether no case will begin under it from this day on, whatever is still settled.
    #[must_use]
    pub fn is_over(&self, day: NaiveDate) -> bool {
        let settled = self.stage.is_some_and(|stage| stage > ProgrammeStage::Active);
        settled || self.terms.until_on.is_some_and(|until| until <= day)
    }
}

/// What was agreed.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = programme_terms)]
pub struct Terms {
    pub ngo_id: Option<BodyId>,
    pub from_on: Option<NaiveDate>,
    /// The first day on which it does not run any more.
    pub until_on: Option<NaiveDate>,
    /// `consent` (개인정보 보호법 §17) or `entrustment` (§26).
    pub basis: String,
    pub budget_won: Option<i64>,
    pub activities: String,
    /// How many mediators a case needs: 1, or 2 where a lead and a co-mediator are required.
    pub mediators: i64,
}

/// One line of a programme's history.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = programme_terms)]
pub struct Version {
    pub programme_id: ProgrammeId,
    /// From which day the terms hold.
    pub holds_on: NaiveDate,
    pub reason: String,
    pub by_user: Option<UserId>,
    pub created_at: NaiveDateTime,
    #[diesel(embed)]
    pub terms: Terms,
}

impl Terms {
    /// What its stages ask of them.
    #[must_use]
    pub fn agreed(&self) -> Agreed {
        let (ngo, from, until) = (self.ngo_id, self.from_on, self.until_on);
        Agreed { ngo, from, until, budget_won: self.budget_won }
    }

    /// Whether the day lies within what was agreed; an open end runs on.
    #[must_use]
    pub fn is_in_force(&self, day: NaiveDate) -> bool {
        self.agreed().holds(day)
    }
}

/// The line that holds on a day: the last one to begin by then, else the first of all.
fn on(versions: &[Version], id: ProgrammeId, day: NaiveDate) -> Option<&Version> {
    let mut own = versions.iter().filter(|v| v.programme_id == id);
    own.clone().rfind(|v| v.holds_on <= day).or_else(|| own.next())
}

fn versions(rx: &mut Rx<'_>, only: Option<ProgrammeId>) -> Result<Vec<Version>, StoreError> {
    let mut query = programme_terms::table.into_boxed();
    if let Some(id) = only {
        query = query.filter(programme_terms::programme_id.eq(id));
    }
    let oldest_first = (programme_terms::holds_on, programme_terms::id);
    Ok(query.order(oldest_first).limit(10_000).select(Version::as_select()).load(rx.conn())?)
}

/// Every programme as it holds on `day`, by name.
///
/// # Errors
/// Database errors.
pub fn all(rx: &mut Rx<'_>, day: NaiveDate) -> Result<Vec<Programme>, StoreError> {
    let versions = versions(rx, None)?;
    let stages = stages(rx, None)?;
    let by_name = (programmes::name, programmes::id);
    let named: Vec<Named> = programmes::table.order(by_name).limit(1000).load(rx.conn())?;
    let whole = |named: Named| {
        let terms = on(&versions, named.0, day)?.terms.clone();
        Some(named_as(named, &stages, terms, day))
    };
    Ok(named.into_iter().filter_map(whole).collect())
}

/// A programme's own row: number, name, year, ward, when it was added.
type Named = (ProgrammeId, String, Option<i64>, Option<String>, NaiveDateTime);

fn named_as(named: Named, stages: &[Moved], terms: Terms, day: NaiveDate) -> Programme {
    let (id, name, year, ward_code, _) = named;
    let stage = stages.iter().rfind(|moved| moved.0 == id && moved.1 <= day).map(|moved| moved.2);
    Programme { id, name, year, ward_code, stage, terms }
}

/// Of which programme, on which day, to which stage.
type Moved = (ProgrammeId, NaiveDate, ProgrammeStage);

fn stages(rx: &mut Rx<'_>, only: Option<ProgrammeId>) -> Result<Vec<Moved>, StoreError> {
    let mut query = programme_lines::table.filter(programme_lines::stage.is_not_null()).into_boxed();
    if let Some(id) = only {
        query = query.filter(programme_lines::programme_id.eq(id));
    }
    let in_order = (programme_lines::programme_id, programme_lines::seq);
    let columns =
        (programme_lines::programme_id, programme_lines::on_day, programme_lines::stage.assume_not_null());
    Ok(query.order(in_order).limit(10_000).select(columns).load(rx.conn())?)
}

/// The name of every programme.
///
/// # Errors
/// Database errors.
pub fn names(rx: &mut Rx<'_>) -> Result<Vec<(ProgrammeId, String)>, StoreError> {
    let by_name = (programmes::name, programmes::id);
    let named = programmes::table.order(by_name).limit(1000);
    Ok(named.select((programmes::id, programmes::name)).load(rx.conn())?)
}

/// One programme as it holds on `day`.
///
/// # Errors
/// `NotFound`.
pub fn find(rx: &mut Rx<'_>, id: ProgrammeId, day: NaiveDate) -> Result<Programme, StoreError> {
    let named: Named = programmes::table.find(id).first(rx.conn())?;
    let versions = versions(rx, Some(id))?;
    let terms = on(&versions, id, day).ok_or(StoreError::NotFound)?.terms.clone();
    Ok(named_as(named, &stages(rx, Some(id))?, terms, day))
}

/// The terms under which a case of that day runs, as they were written at `known`.
///
/// # Errors
/// Database errors.
pub fn under(
    rx: &mut Rx<'_>,
    id: ProgrammeId,
    day: NaiveDate,
    known: NaiveDateTime,
) -> Result<Option<Terms>, StoreError> {
    let mut lines = versions(rx, Some(id))?;
    lines.retain(|v| v.created_at <= known);
    Ok(on(&lines, id, day).map(|v| v.terms.clone()))
}

/// Every line of a programme's history, newest first.
///
/// # Errors
/// Database errors.
pub fn history(rx: &mut Rx<'_>, id: ProgrammeId) -> Result<Vec<Version>, StoreError> {
    let mut lines = versions(rx, Some(id))?;
    lines.reverse();
    Ok(lines)
}

/// Adds a programme; everything but the name may come later.
///
/// # Errors
/// `Conflict` when the name is taken; database errors.
pub fn add(
    tx: &mut Tx<'_>,
    name: &str,
    year: Option<i64>,
    terms: &Terms,
    by: Option<UserId>,
    now: DateTime<Utc>,
) -> Result<ProgrammeId, StoreError> {
    let id: ProgrammeId = diesel::insert_into(programmes::table)
        .values((
            programmes::name.eq(name),
            programmes::year.eq(year),
            programmes::created_at.eq(now.naive_utc()),
        ))
        .returning(programmes::id)
        .get_result(tx.conn())?;
    change(tx, id, terms, crate::domain::seoul::day(now), "", by, now)?;
    Ok(id)
}

/// New terms from a day on.
///
/// # Errors
/// Database errors.
pub fn change(
    tx: &mut Tx<'_>,
    id: ProgrammeId,
    terms: &Terms,
    holds_on: NaiveDate,
    reason: &str,
    by: Option<UserId>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    diesel::insert_into(programme_terms::table)
        .values((
            programme_terms::programme_id.eq(id),
            programme_terms::holds_on.eq(holds_on),
            programme_terms::ngo_id.eq(terms.ngo_id),
            programme_terms::from_on.eq(terms.from_on),
            programme_terms::until_on.eq(terms.until_on),
            programme_terms::basis.eq(&terms.basis),
            programme_terms::budget_won.eq(terms.budget_won),
            programme_terms::activities.eq(&terms.activities),
            programme_terms::mediators.eq(terms.mediators),
            programme_terms::reason.eq(reason),
            programme_terms::by_user.eq(by),
            programme_terms::created_at.eq(now.naive_utc()),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// The ward's own: whoever adds a programme for a ward says so.
///
/// # Errors
/// Database errors.
pub fn keep_ward(tx: &mut Tx<'_>, id: ProgrammeId, ward_code: &str) -> Result<(), StoreError> {
    let one = programmes::table.find(id);
    diesel::update(one).set(programmes::ward_code.eq(ward_code)).execute(tx.conn())?;
    Ok(())
}

/// What was done in a programme, in order.
///
/// # Errors
/// Database errors.
pub fn lines(rx: &mut Rx<'_>, id: ProgrammeId) -> Result<Vec<Line>, StoreError> {
    type Row = (Seq, NaiveDate, String, Option<UserId>, NaiveDateTime);
    let rows: Vec<Row> = programme_lines::table
        .filter(programme_lines::programme_id.eq(id))
        .order(programme_lines::seq)
        .limit(10_000)
        .select((
            programme_lines::seq,
            programme_lines::on_day,
            programme_lines::payload,
            programme_lines::by_user,
            programme_lines::created_at,
        ))
        .load(rx.conn())?;
    let line = |(seq, on, payload, by, at): Row| {
        let step = serde_json::from_str(&payload)
            .map_err(|e| StoreError::Other(format!("a kept line of programme {}: {e}", id.0)))?;
        Ok(Line { seq, on, by, recorded_at: at.and_utc(), step })
    };
    rows.into_iter().map(line).collect()
}

/// Writes one line.
///
/// # Errors
/// `Conflict` when its number is taken: somebody else wrote first.
pub fn append(tx: &mut Tx<'_>, id: ProgrammeId, line: &Line) -> Result<(), StoreError> {
    let text = serde_json::to_string::<ProgrammeStep>(&line.step);
    let row = (
        programme_lines::programme_id.eq(id),
        programme_lines::seq.eq(line.seq),
        programme_lines::on_day.eq(line.on),
        programme_lines::step.eq(line.step.code().code()),
        programme_lines::stage.eq(line.step.stage()),
        programme_lines::payload.eq(text.map_err(|e| StoreError::Other(e.to_string()))?),
        programme_lines::by_user.eq(line.by),
        programme_lines::created_at.eq(line.recorded_at.naive_utc()),
    );
    diesel::insert_into(programme_lines::table).values(row).execute(tx.conn())?;
    Ok(())
}

/// A 단지 of a programme: number, name, the code of its ward, its committee.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub id: ComplexId,
    pub name: String,
    pub ward_code: String,
    pub committee: Option<BodyId>,
}

/// To which programme each 단지 belonged from when on.
#[derive(Debug, Clone, Default)]
pub struct Places(Vec<(NaiveDateTime, Option<ProgrammeId>, Place)>);

impl Places {
    /// The 단지 that belong to a programme at `at`, by name.
    #[must_use]
    pub fn of(&self, programme: ProgrammeId, at: DateTime<Utc>) -> Vec<Place> {
        let mut found: Vec<Place> = Vec::new();
        for (_, of, place) in self.0.iter().filter(|(from, _, _)| *from <= at.naive_utc()) {
            // A later fact takes the place of an earlier one.
            found.retain(|known| known.id != place.id);
            if *of == Some(programme) {
                found.push(place.clone());
            }
        }
        found
    }
}

/// The 단지 that ever belonged to any programme, each with the committee that it has on `day`.
///
/// # Errors
/// Database errors.
pub fn places(rx: &mut Rx<'_>, day: NaiveDate) -> Result<Places, StoreError> {
    use super::schema::complexes;
    let ever = complex_facts::table
        .filter(complex_facts::programme_id.is_not_null())
        .select(complex_facts::complex_id)
        .distinct();
    let ever: Vec<ComplexId> = ever.limit(20_000).load(rx.conn())?;
    type Fact = (NaiveDateTime, ComplexId, String, String, Option<ProgrammeId>);
    let facts: Vec<Fact> = complex_facts::table
        .inner_join(dongs::table.on(dongs::code.eq(complex_facts::dong_code)))
        .inner_join(complexes::table.on(complexes::id.eq(complex_facts::complex_id)))
        .filter(complex_facts::complex_id.eq_any(&ever))
        .order((complexes::name, complex_facts::complex_id, complex_facts::from_at))
        .select((
            complex_facts::from_at,
            complex_facts::complex_id,
            complexes::name,
            dongs::ward_code,
            complex_facts::programme_id,
        ))
        .load(rx.conn())?;
    let seats: Vec<(ComplexId, BodyId)> = bodies::table
        .filter(bodies::kind.eq(BodyKind::Committee).and(bodies::complex_id.is_not_null()))
        .filter(bodies::until_on.is_null().or(bodies::until_on.gt(day)))
        .filter(bodies::complex_id.assume_not_null().eq_any(&ever))
        .order(bodies::id)
        .select((bodies::complex_id.assume_not_null(), bodies::id))
        .load(rx.conn())?;
    let place = |(from, id, name, ward_code, programme): Fact| {
        let committee = seats.iter().find(|(complex, _)| *complex == id).map(|(_, body)| *body);
        (from, programme, Place { id, name, ward_code, committee })
    };
    Ok(Places(facts.into_iter().map(place).collect()))
}
