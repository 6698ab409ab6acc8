//! What the ranking of candidates needs to know of an NGO's mediators.
use super::schema::{case_offers, case_people, cases, grants, mediator_trainings, mediators};
use super::{Either, Rx, StoreError, Tx};
use crate::domain::codes::{OfferState, Role, Stage};
use crate::domain::ids::{BodyId, UserId};
use crate::each_backend;
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::prelude::*;

/// Makes whoever else asks this mediator wait until this transaction ends, so that two offers of two cases at once do not take the
/// one place that is left. SQLite has one writer at a time anyway.
///
/// # Errors
/// Database errors.
pub fn lock(tx: &mut Tx<'_>, user: UserId) -> Result<(), StoreError> {
    if let Either::Postgres(c) = tx.conn().either() {
        let row =
            mediators::table.filter(mediators::user_id.eq(user)).select(mediators::user_id).for_update();
        row.get_result::<UserId>(c).optional()?;
    }
    Ok(())
}

/// A mediator's profile. Lists are kept as words separated by spaces.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = mediators)]
pub struct Mediator {
    pub user_id: UserId,
    pub body_id: BodyId,
    /// What the NGO calls them: 조정가, 조정위원.
    pub label: String,
    /// Codes of the 행정동 in which they work; empty: everywhere.
    pub dongs: String,
    /// When they can: `평일저녁 토요일`.
    pub days: String,
    pub languages: String,
    pub max_load: i64,
    pub trained_until: Option<NaiveDate>,
    /// Codes of 단지 in which they have an interest (they live or work there).
    pub conflicts: String,
    /// Codes of `WeekTime`.
    pub hours: String,
    /// Ids of the mediators with whom they like to work.
    pub wishes: String,
    /// Relations that they declared beside the 단지, in words; sealed in the table.
    pub relations: String,
    /// First and last day of leave.
    pub leave_from: Option<NaiveDate>,
    pub leave_until: Option<NaiveDate>,
}

const RELATIONS: &str = "mediators.relations";

/// One training that somebody had.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = mediator_trainings)]
pub struct Training {
    pub id: i64,
    pub on_date: NaiveDate,
    pub minutes: i64,
    pub title: String,
}

/// What a mediator had to do with cases of late.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// Open cases, and offers that wait for their answer.
    pub load: i64,
    /// Cases taken since the day asked for, and offers that wait.
    pub cases: i64,
    pub last_case: Option<NaiveDateTime>,
    pub last_asked: Option<NaiveDateTime>,
    /// Offers declined or let lapse since the other day asked for.
    pub declines: i64,
    /// When they came onto the roster.
    pub since: Option<NaiveDateTime>,
    pub trained_minutes: i64,
}

/// Keeps a profile.
///
/// # Errors
/// Database errors.
pub fn keep(tx: &mut Tx<'_>, m: &Mediator) -> Result<(), StoreError> {
    let m = &Mediator { relations: tx.vault().seal(RELATIONS, &m.relations)?, ..m.clone() };
    each_backend!(tx.conn(), |c| diesel::insert_into(mediators::table)
        .values(m)
        .on_conflict(mediators::user_id)
        .do_update()
        .set((
            mediators::body_id.eq(m.body_id),
            mediators::label.eq(&m.label),
            mediators::dongs.eq(&m.dongs),
            mediators::days.eq(&m.days),
            mediators::languages.eq(&m.languages),
            mediators::max_load.eq(m.max_load),
            mediators::trained_until.eq(m.trained_until),
            mediators::conflicts.eq(&m.conflicts),
            mediators::hours.eq(&m.hours),
            mediators::wishes.eq(&m.wishes),
            mediators::relations.eq(&m.relations),
            mediators::leave_from.eq(m.leave_from),
            mediators::leave_until.eq(m.leave_until),
        ))
        .execute(c))?;
    Ok(())
}

/// The mediators of an NGO.
///
/// # Errors
/// Database errors.
pub fn of_body(rx: &mut Rx<'_>, body: BodyId) -> Result<Vec<Mediator>, StoreError> {
    let rows = mediators::table.filter(mediators::body_id.eq(body)).order(mediators::user_id);
    let rows: Vec<Mediator> = rows.select(Mediator::as_select()).load(rx.conn())?;
    rows.into_iter().map(|m| opened(rx, m)).collect()
}

fn opened(rx: &Rx<'_>, m: Mediator) -> Result<Mediator, StoreError> {
    Ok(Mediator { relations: rx.vault().open(RELATIONS, &m.relations)?, ..m })
}

/// The profile of a person, if they have one.
///
/// # Errors
/// Database errors.
pub fn of_user(rx: &mut Rx<'_>, user: UserId) -> Result<Option<Mediator>, StoreError> {
    let row = mediators::table.filter(mediators::user_id.eq(user));
    let row: Option<Mediator> = row.select(Mediator::as_select()).first(rx.conn()).optional()?;
    row.map(|m| opened(rx, m)).transpose()
}

/// Somebody had a training.
///
/// # Errors
/// Database errors.
pub fn train(
    tx: &mut Tx<'_>,
    user: UserId,
    (on, minutes, title): (NaiveDate, i64, &str),
    by: Option<UserId>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let values = (
        mediator_trainings::user_id.eq(user),
        mediator_trainings::on_date.eq(on),
        mediator_trainings::minutes.eq(minutes),
        mediator_trainings::title.eq(title),
        mediator_trainings::created_by.eq(by),
        mediator_trainings::created_at.eq(now.naive_utc()),
    );
    diesel::insert_into(mediator_trainings::table).values(values).execute(tx.conn())?;
    Ok(())
}

/// The trainings of a person, newest first.
///
/// # Errors
/// Database errors.
pub fn trainings(rx: &mut Rx<'_>, user: UserId) -> Result<Vec<Training>, StoreError> {
    let rows = mediator_trainings::table.filter(mediator_trainings::user_id.eq(user));
    let rows = rows.order((mediator_trainings::on_date.desc(), mediator_trainings::id.desc())).limit(200);
    Ok(rows.select(Training::as_select()).load(rx.conn())?)
}

pub(in crate::store) fn forget_trainings(tx: &mut Tx<'_>, user: UserId) -> Result<(), StoreError> {
    let own = mediator_trainings::table.filter(mediator_trainings::user_id.eq(user));
    diesel::delete(own).execute(tx.conn())?;
    Ok(())
}

/// What each of these people had to do with cases: taken since `year`, declined since `quarter`.
///
/// # Errors
/// Database errors.
pub fn tallies(
    rx: &mut Rx<'_>,
    people: &[UserId],
    year: DateTime<Utc>,
    quarter: DateTime<Utc>,
) -> Result<Vec<(UserId, Tally)>, StoreError> {
    let mut all: Vec<(UserId, Tally)> = people.iter().map(|id| (*id, Tally::default())).collect();
    let mut put = |user: UserId, change: &dyn Fn(&mut Tally)| {
        all.iter_mut().filter(|(id, _)| *id == user).for_each(|(_, tally)| change(tally));
    };
    for (user, n) in loads(rx, people)? {
        put(user, &|t| t.load = n);
    }
    let taken = taken_as(rx, people, Role::Mediator)?;
    for (user, at) in taken {
        put(user, &|t| {
            t.cases += i64::from(at >= year.naive_utc());
            t.last_case = t.last_case.max(Some(at));
        });
    }
    let asked: Vec<(UserId, OfferState, NaiveDateTime)> = case_offers::table
        .filter(case_offers::user_id.eq_any(people))
        .select((case_offers::user_id, case_offers::state, case_offers::sent_at))
        .load(rx.conn())?;
    for (user, state, at) in asked {
        let waits = i64::from(state == OfferState::Pending);
        let refused = matches!(state, OfferState::Declined | OfferState::Expired);
        put(user, &|t| {
            t.load += waits;
            t.cases += waits;
            t.declines += i64::from(refused && at >= quarter.naive_utc());
            t.last_asked = t.last_asked.max(Some(at));
        });
    }
    let since: Vec<(UserId, NaiveDateTime)> = grants::table
        .filter(grants::user_id.eq_any(people))
        .filter(grants::role.eq(Role::Mediator))
        .select((grants::user_id, grants::from_at))
        .load(rx.conn())?;
    for (user, at) in since {
        put(user, &|t| t.since = Some(t.since.map_or(at, |known| known.min(at))));
    }
    let trained: Vec<(UserId, i64)> = mediator_trainings::table
        .filter(mediator_trainings::user_id.eq_any(people))
        .select((mediator_trainings::user_id, mediator_trainings::minutes))
        .load(rx.conn())?;
    for (user, minutes) in trained {
        put(user, &|t| t.trained_minutes += minutes);
    }
    Ok(all)
}

/// When each of these people came to be in charge of a case as `role`, one row for each time.
///
/// # Errors
/// Database errors.
pub fn taken_as(
    rx: &mut Rx<'_>,
    people: &[UserId],
    role: Role,
) -> Result<Vec<(UserId, NaiveDateTime)>, StoreError> {
    let as_role = case_people::table
        .filter(case_people::user_id.eq_any(people))
        .filter(case_people::role.eq(role.code()));
    Ok(as_role.select((case_people::user_id, case_people::from_at)).load(rx.conn())?)
}

/// How many open cases each of these people is in charge of.
///
/// # Errors
/// Database errors.
pub fn loads(rx: &mut Rx<'_>, people: &[UserId]) -> Result<Vec<(UserId, i64)>, StoreError> {
    loads_as(rx, people, Role::Mediator)
}

/// How many open cases each of these people is in charge of as `role`.
///
/// # Errors
/// Database errors.
pub fn loads_as(rx: &mut Rx<'_>, people: &[UserId], role: Role) -> Result<Vec<(UserId, i64)>, StoreError> {
    Ok(case_people::table
        .inner_join(cases::table.on(cases::id.eq(case_people::case_id)))
        .filter(case_people::user_id.eq_any(people))
        .filter(case_people::until_at.is_null())
        .filter(case_people::role.eq(role.code()))
        .filter(cases::stage.ne(Stage::Closed))
        .group_by(case_people::user_id)
        .select((case_people::user_id, diesel::dsl::count_star()))
        .load(rx.conn())?)
}
