//! Mails that could not be sent: each becomes somebody's duty, who tries it again or telephones instead.
use super::CaseworkError;
use crate::domain::case::Case;
use crate::domain::codes::DutyKind;
use crate::domain::deadline::working_days_after;
use crate::domain::ids::{CaseId, MailId};
use crate::domain::permission::Actor;
use crate::store::outbox::{self, Listed};
use crate::store::{Rx, StoreError, Tx, cases, projection, sending};
use chrono::{DateTime, Utc};

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

/// The mails of a case, for those who handle it.
///
/// # Errors
/// `NotFound` outside the scope or for people who may not see whom to telephone.
pub fn of_case(
    rx: &mut Rx<'_>,
    actor: &Actor,
    number: &str,
    now: DateTime<Utc>,
) -> Result<(Case, Vec<Listed>), CaseworkError> {
    let case = handled(rx, actor, number)?;
    let mails = outbox::of_case(rx, case.id, now)?;
    Ok((case, mails))
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
