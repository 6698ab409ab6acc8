//! Hours of service: a projection of the cases' meetings and reports, counted for certificates and allowances.
use super::schema::{cases, service_hours};
use super::{Rx, StoreError, Tx};
use crate::domain::case::{Case, Service};
use crate::domain::codes::ServiceKind;
use crate::domain::ids::{BodyId, UserId};
use crate::domain::step::Seq;
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

/// One piece of work.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Served {
    pub user: UserId,
    pub number: String,
    pub seq: Seq,
    pub kind: ServiceKind,
    pub at: NaiveDateTime,
    pub minutes: i64,
}

/// Brings the rows of a case up to date.
///
/// # Errors
/// Database errors.
pub fn keep(tx: &mut Tx<'_>, before: &Case, case: &Case) -> Result<(), StoreError> {
    if before.services == case.services {
        return Ok(());
    }
    diesel::delete(service_hours::table.filter(service_hours::case_id.eq(case.id))).execute(tx.conn())?;
    let row = |s: &Service| {
        (
            service_hours::case_id.eq(case.id),
            service_hours::seq.eq(s.seq),
            service_hours::user_id.eq(s.user),
            service_hours::body_id.eq(s.body),
            service_hours::kind.eq(s.kind),
            service_hours::at.eq(s.at.naive_utc()),
            service_hours::minutes.eq(s.minutes),
        )
    };
    for service in &case.services {
        diesel::insert_into(service_hours::table).values(row(service)).execute(tx.conn())?;
    }
    Ok(())
}

/// Whose work to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// Everybody's for this body.
    Body(BodyId),
    /// One person's for this body.
    Person(UserId, BodyId),
}

/// Work done from one moment until another, in order.
///
/// # Errors
/// Database errors.
pub fn between(
    rx: &mut Rx<'_>,
    whose: Whose,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Vec<Served>, StoreError> {
    let (body, user) = match whose {
        Whose::Body(body) => (body, None),
        Whose::Person(user, body) => (body, Some(user)),
    };
    let mut rows = service_hours::table
        .inner_join(cases::table.on(cases::id.eq(service_hours::case_id)))
        .filter(service_hours::body_id.eq(body))
        .filter(service_hours::at.ge(from.naive_utc()))
        .filter(service_hours::at.lt(until.naive_utc()))
        .order((service_hours::at, service_hours::case_id, service_hours::seq))
        .limit(5000)
        .select((
            service_hours::user_id,
            cases::number,
            service_hours::seq,
            service_hours::kind,
            service_hours::at,
            service_hours::minutes,
        ))
        .into_boxed();
    if let Some(user) = user {
        rows = rows.filter(service_hours::user_id.eq(user));
    }
    Ok(rows.load(rx.conn())?)
}

/// Everybody who ever worked for this body, with the day of their last work.
///
/// # Errors
/// Database errors.
pub fn workers(rx: &mut Rx<'_>, body: BodyId) -> Result<Vec<(UserId, NaiveDateTime)>, StoreError> {
    let rows: Vec<(UserId, Option<NaiveDateTime>)> = service_hours::table
        .filter(service_hours::body_id.eq(body))
        .group_by(service_hours::user_id)
        .select((service_hours::user_id, diesel::dsl::max(service_hours::at)))
        .load(rx.conn())?;
    Ok(rows.into_iter().filter_map(|(user, at)| Some((user, at?))).collect())
}
