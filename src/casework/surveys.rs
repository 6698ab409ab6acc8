//! The summary of the satisfaction survey: of the ward, of an NGO's cases, of a committee's. A mediator's own reflection is no part of
//! it, and nobody's but its writer's.
use super::{CaseworkError, rooms};
use crate::domain::codes::Role;
use crate::domain::indicators::last_quarter;
use crate::domain::permission::Actor;
use crate::domain::seoul;
use crate::domain::survey::{Summary, summary};
use crate::store::surveys::{self, Whose};
use crate::store::{Rx, StoreError};
use chrono::{DateTime, Months, NaiveDate, Utc};

/// The four quarters that were over last, as `[from, to)`.
#[must_use]
pub fn period(now: DateTime<Utc>) -> (NaiveDate, NaiveDate) {
    let (_, to) = last_quarter(seoul::day(now));
    (to.checked_sub_months(Months::new(12)).unwrap_or(to), to)
}

/// Whose cases this person's summary is of.
fn whose(rx: &mut Rx<'_>, actor: &Actor) -> Result<Whose, CaseworkError> {
    if !actor.follows_programmes() {
        return Err(CaseworkError::Store(StoreError::NotFound));
    }
    if let Some(ward) = rooms::wards(rx, actor)?.into_iter().next() {
        return Ok(Whose::Ward(ward));
    }
    let ngos = actor.bodies(Role::Coordinator);
    if !ngos.is_empty() {
        return Ok(Whose::Ngos(ngos));
    }
    let seats = [Role::Secretary, Role::Chair].into_iter().flat_map(|role| actor.case_bodies(role));
    Ok(Whose::Committees(seats.collect()))
}

/// The summary in this person's scope.
///
/// # Errors
/// `NotFound` for people who have none.
pub fn own(rx: &mut Rx<'_>, actor: &Actor, now: DateTime<Utc>) -> Result<(Whose, Summary), CaseworkError> {
    let (whose, period) = (whose(rx, actor)?, period(now));
    let asked = surveys::asked(rx, &whose, period)?;
    Ok((whose, summary(&asked, period)))
}
