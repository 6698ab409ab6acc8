//! Programmes (구 공모사업): a name, and what holds of it from a day on. A change is a new line; what held before stays.
use super::schema::{programme_terms, programmes};
use super::{Rx, StoreError, Tx};
use crate::domain::ids::{BodyId, ProgrammeId, UserId};
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::prelude::*;

/// A programme as it holds on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Programme {
    pub id: ProgrammeId,
    pub name: String,
    pub year: Option<i64>,
    pub terms: Terms,
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
    /// Whether the programme runs on this day; an open end runs on.
    #[must_use]
    pub fn is_in_force(&self, day: NaiveDate) -> bool {
        self.from_on.is_none_or(|from| from <= day) && self.until_on.is_none_or(|until| day < until)
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
    let by_name = (programmes::name, programmes::id);
    let named = programmes::table.order(by_name).limit(1000);
    let named: Vec<(ProgrammeId, String, Option<i64>)> =
        named.select((programmes::id, programmes::name, programmes::year)).load(rx.conn())?;
    let whole = |(id, name, year)| {
        let terms = on(&versions, id, day)?.terms.clone();
        Some(Programme { id, name, year, terms })
    };
    Ok(named.into_iter().filter_map(whole).collect())
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
    let (name, year) =
        programmes::table.find(id).select((programmes::name, programmes::year)).first(rx.conn())?;
    let versions = versions(rx, Some(id))?;
    let terms = on(&versions, id, day).ok_or(StoreError::NotFound)?.terms.clone();
    Ok(Programme { id, name, year, terms })
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
