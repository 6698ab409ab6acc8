//! What the ranking of candidates needs to know of an NGO's mediators.
use super::schema::{case_people, mediators};
use super::{Rx, StoreError, Tx};
use crate::domain::codes::Role;
use crate::domain::ids::{BodyId, UserId};
use crate::each_backend;
use chrono::NaiveDate;
use diesel::prelude::*;

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
}

/// Keeps a profile.
///
/// # Errors
/// Database errors.
pub fn keep(tx: &mut Tx<'_>, m: &Mediator) -> Result<(), StoreError> {
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
    Ok(rows.select(Mediator::as_select()).load(rx.conn())?)
}

/// The profile of a person, if they have one.
///
/// # Errors
/// Database errors.
pub fn of_user(rx: &mut Rx<'_>, user: UserId) -> Result<Option<Mediator>, StoreError> {
    let row = mediators::table.filter(mediators::user_id.eq(user));
    Ok(row.select(Mediator::as_select()).first(rx.conn()).optional()?)
}

/// How many open cases each of these people is in charge of.
///
/// # Errors
/// Database errors.
pub fn loads(rx: &mut Rx<'_>, people: &[UserId]) -> Result<Vec<(UserId, i64)>, StoreError> {
    use super::schema::cases;
    use crate::domain::codes::Stage;
    Ok(case_people::table
        .inner_join(cases::table.on(cases::id.eq(case_people::case_id)))
        .filter(case_people::user_id.eq_any(people))
        .filter(case_people::until_at.is_null())
        .filter(case_people::role.eq(Role::Mediator.code()))
        .filter(cases::stage.ne(Stage::Closed))
        .group_by(case_people::user_id)
        .select((case_people::user_id, diesel::dsl::count_star()))
        .load(rx.conn())?)
}
