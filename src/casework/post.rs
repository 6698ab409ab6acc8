//! Mails that could not be sent, or not in time: each becomes somebody's duty, who tries it again or telephones instead.
use super::CaseworkError;
use crate::domain::case::Case;
use crate::domain::codes::DutyKind;
use crate::domain::deadline::working_days_after;
use crate::domain::ids::{CaseId, MailId};
use crate::domain::permission::Actor;
use crate::store::outbox::{self, Listed};
use crate::store::{Rx, StoreError, Tx, cases, parties, projection, sending, users};
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// Makes the duty of a mail that was given up: the body whose turn it is looks at it until the next working day. A mail
/// about an account makes none: its owner asks again.
///
/// # Errors
/// Database errors.
pub fn gave_up(
    tx: &mut Tx<'_>,
    mail: MailId,
    case: Option<CaseId>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let Some(id) = case else { return Ok(()) };
    let case = cases::find_id(tx, &Actor::clock().scope(), id)?;
    let Some(body) = case.holder.or(case.bodies.ward) else { return Ok(()) };
    projection::look_at(tx, case.id, (DutyKind::Mail, mail.0), body, working_days_after(now, 1), now)
}

/// Mails looked at in one round.
const ROUND: i64 = 500;

/// Mails that are still here half an hour before they are needed, whatever holds them up: somebody telephones now. They go on
/// being tried. Returns how many.
///
/// # Errors
/// Database errors.
pub fn escalate(tx: &mut Tx<'_>, now: DateTime<Utc>) -> Result<usize, StoreError> {
    let late = outbox::turning_urgent(tx, ROUND, now)?;
    for (mail, id) in &late {
        let case = cases::find_id(tx, &Actor::clock().scope(), *id)?;
        if let Some(body) = case.holder.or(case.bodies.ward) {
            projection::look_at(tx, case.id, (DutyKind::Mail, mail.0), body, now, now)?;
        }
    }
    Ok(late.len())
}

/// A mail left after all: nobody needs to telephone about it any more.
///
/// # Errors
/// Database errors.
pub fn left(tx: &mut Tx<'_>, mail: MailId, case: Option<CaseId>) -> Result<(), StoreError> {
    case.map_or(Ok(()), |case| projection::looked_at(tx, case, (DutyKind::Mail, mail.0)))
}

/// A mail of a case, and whom it is for: a side, or a colleague by name. Nobody where the person's data are destroyed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    pub mail: Listed,
    pub to: Option<String>,
}

/// The mails of a case, for those who handle it.
///
/// # Errors
/// `NotFound` outside the scope or for people who may not see whom to telephone.
pub fn of_case(
    rx: &mut Rx<'_>,
    actor: &Actor,
    number: &str,
    now: DateTime<Utc>,
) -> Result<(Case, Vec<Sent>), CaseworkError> {
    let case = handled(rx, actor, number)?;
    let mails = outbox::of_case(rx, case.id, now)?;
    let addresses: BTreeMap<MailId, String> = outbox::addressees(rx, case.id)?.into_iter().collect();
    let mut known: BTreeMap<String, Option<String>> = BTreeMap::new();
    for party in parties::of_case(rx, case.id)?.into_iter().filter(|party| !party.details.email.is_empty()) {
        known.insert(party.details.email.to_lowercase(), Some(party.side.label().to_owned()));
    }
    for address in addresses.values().map(|address| address.to_lowercase()) {
        if let Entry::Vacant(new) = known.entry(address) {
            let user = match users::by_email(rx, new.key()) {
                Ok(user) => Some(user.name),
                Err(StoreError::NotFound) => None,
                Err(e) => return Err(e.into()),
            };
            new.insert(user);
        }
    }
    let to = |mail: &Listed| known.get(&addresses.get(&mail.id)?.to_lowercase()).cloned().flatten();
    Ok((case, mails.into_iter().map(|mail| Sent { to: to(&mail), mail }).collect()))
}

/// Sends a mail that was given up once more.
///
/// # Errors
/// As [`of_case`]; `NotFound` too when the case has no such mail or it was not given up.
pub fn try_again(
    tx: &mut Tx<'_>,
    actor: &Actor,
    number: &str,
    mail: MailId,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    let case = handled(tx, actor, number)?;
    outbox::revive(tx, case.id, mail, now)?;
    if let Some(to) = outbox::addressee(tx, case.id, mail)? {
        sending::trust_again(tx, &to)?;
    }
    Ok(projection::looked_at(tx, case.id, (DutyKind::Mail, mail.0))?)
}

/// The person was told in another way: the duty is done, the mail stays unsent.
///
/// # Errors
/// As [`of_case`].
pub fn told_otherwise(
    tx: &mut Tx<'_>,
    actor: &Actor,
    number: &str,
    mail: MailId,
) -> Result<(), CaseworkError> {
    let case = handled(tx, actor, number)?;
    Ok(projection::looked_at(tx, case.id, (DutyKind::Mail, mail.0))?)
}

pub(super) fn handled(rx: &mut Rx<'_>, actor: &Actor, number: &str) -> Result<Case, CaseworkError> {
    let case = cases::find(rx, &actor.scope(), number)?;
    if actor.may_see_contacts(&case) { Ok(case) } else { Err(StoreError::NotFound.into()) }
}
