//! The pledge of people who work for a committee by a role alone. A member's seat has its own, on paper.
use super::super::CaseworkError;
use super::super::account::note;
use crate::domain::codes::AuditAction;
use crate::domain::committee::pledge::VERSION;
use crate::domain::ids::BodyId;
use crate::domain::permission::Actor;
use crate::store::{Rx, StoreError, Tx, bodies, pledges};
use chrono::{DateTime, Utc};

/// The committees to which this person has still to pledge: id and name.
///
/// # Errors
/// Database errors.
pub fn due(rx: &mut Rx<'_>, actor: &Actor) -> Result<Vec<(BodyId, String)>, CaseworkError> {
    Ok(bodies::names(rx, &actor.pledges_due)?)
}

/// The person pledges to every committee for which they work; returns how many that were.
///
/// # Errors
/// `NotFound` where there is nothing to pledge.
pub fn sign(tx: &mut Tx<'_>, actor: &Actor, now: DateTime<Utc>) -> Result<usize, CaseworkError> {
    let (Some(user), false) = (actor.user, actor.pledges_due.is_empty()) else {
        return Err(StoreError::NotFound.into());
    };
    for body in &actor.pledges_due {
        pledges::sign(tx, user, *body, VERSION, now)?;
        note(tx, Some(user), AuditAction::Seat, &format!("body {}", body.0), "pledge", now)?;
    }
    Ok(actor.pledges_due.len())
}
