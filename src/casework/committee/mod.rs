//! Committees as their own people see them: rules, members (`members`), the desk's own affairs (`desk`), ends of terms (`ends`).
//!
//! What a seat opens follows its dates at once: the grant of the role begins when the seat is active and ends with it.
mod desk;
mod ends;
mod members;
pub mod pledge;
mod work;

pub use desk::{absent, set_rules, set_table, stand_in};
pub use ends::announce as announce_ends;
pub use members::{Nomination, Successor, account, amend, move_on, nominate, renew, substitute, train};
pub(super) use members::{advance, rights};
pub use work::{Tried, attempts, duties_at, duties_for, duties_of};

use super::CaseworkError;
use crate::domain::codes::{Assembly, BodyKind};
use crate::domain::committee::appointment::{self, is_trained, minutes_trained};
use crate::domain::committee::delegation::Delegation;
use crate::domain::committee::rules::BodyRules;
use crate::domain::committee::{Dated, in_force};
use crate::domain::ids::BodyId;
use crate::domain::permission::Actor;
use crate::domain::seoul;
use crate::store::bodies::{self, Body};
use crate::store::seats::{self, Member, Training};
use crate::store::{Rx, StoreError, committees, complexes};
use chrono::{DateTime, NaiveDate, Utc};

/// A member as the committee's page shows them.
#[derive(Debug, Clone)]
pub struct Shown {
    pub member: Member,
    /// Minutes of training this year.
    pub minutes: i64,
    /// Whether the rules ask for more.
    pub untrained: bool,
}

/// A committee as its own people see it.
#[derive(Debug, Clone)]
pub struct Home {
    pub body: Body,
    pub rules: BodyRules,
    /// Every set of rules that was written down, oldest first.
    pub rules_dated: Vec<Dated<BodyRules>>,
    pub delegation: Delegation,
    /// Whether a 전결표 has come into force at all.
    pub delegated: bool,
    pub members: Vec<Shown>,
    pub trainings: Vec<Training>,
}

/// A committee or council of this person's; any other does not exist.
///
/// # Errors
/// `NotFound`.
pub fn body_of(rx: &mut Rx<'_>, actor: &Actor, id: BodyId) -> Result<Body, CaseworkError> {
    if !actor.assemblies().contains(&id) {
        return Err(StoreError::NotFound.into());
    }
    let body = bodies::find(rx, id)?;
    if matches!(body.kind, BodyKind::Committee | BodyKind::Council) {
        Ok(body)
    } else {
        Err(StoreError::NotFound.into())
    }
}

/// The rules in force on a day: what the body wrote down, else what its kind begins with.
///
/// # Errors
/// Database errors.
pub fn rules_on(rx: &mut Rx<'_>, body: &Body, day: NaiveDate) -> Result<BodyRules, CaseworkError> {
    let written = committees::rules_of(rx, body.id)?;
    if let Some(rules) = in_force(&written, day) {
        return Ok(rules.clone());
    }
    let assembly = match (body.kind, body.complex_id) {
        (BodyKind::Council, _) => Assembly::Council,
        (_, Some(complex)) => complexes::facts_at(rx, complex, seoul::midnight(day))
            .map_or(Assembly::Resident, |(facts, _)| Assembly::from(facts.committee)),
        (_, None) => Assembly::Resident,
    };
    Ok(BodyRules::of(assembly))
}

/// A committee's home page.
///
/// # Errors
/// `NotFound` for strangers.
pub fn home(rx: &mut Rx<'_>, actor: &Actor, id: BodyId, now: DateTime<Utc>) -> Result<Home, CaseworkError> {
    let body = body_of(rx, actor, id)?;
    let day = seoul::day(now);
    let rules = rules_on(rx, &body, day)?;
    let trainings = seats::trainings_of(rx, id)?;
    let seated = seats::of_body(rx, id)?;
    let all: Vec<_> = seated.iter().map(|m| m.seat.clone()).collect();
    let had: Vec<appointment::Training> = trainings.iter().map(|t| (t.seat, t.on, t.minutes)).collect();
    let members = seated.into_iter().map(|member| {
        let minutes = minutes_trained(&member.seat, &all, &had, day);
        let asked = member.seat.votes && member.seat.in_office(day);
        let untrained = asked && !is_trained(&member.seat, &all, &had, &rules, day);
        Shown { member, minutes, untrained }
    });
    let members = members.collect();
    let tables = committees::delegations_of(rx, id)?;
    Ok(Home {
        rules_dated: committees::rules_of(rx, id)?,
        delegation: committees::delegation_at(rx, id, now)?,
        delegated: tables.iter().any(|(from, _)| *from <= now),
        body,
        rules,
        members,
        trainings,
    })
}

fn keeper(actor: &Actor, body: BodyId) -> Result<(), CaseworkError> {
    if actor.may_keep(body) { Ok(()) } else { Err(CaseworkError::Denied) }
}
