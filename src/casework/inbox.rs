//! Mail that came in: filed into its case with a duty to read it, kept apart for the operator, or refused; and what the
//! people do with it.
use super::{CaseworkError, post, unseen};
use crate::domain::codes::{AuditAction, DutyKind, Inbound, InboundFate, InboundWhy, Side};
use crate::domain::deadline::working_days_after;
use crate::domain::ids::{CaseId, InboundId};
use crate::domain::inbound::{self, Arrived};
use crate::domain::letter::{Letter, Outgoing};
use crate::domain::permission::Actor;
use crate::store::inbox::{self, Answered, NewInbound, Received, Said};
use crate::store::sending::{self, Health};
use crate::store::{Rx, StoreError, Tx, access, cases, outbox, projection};
use chrono::{DateTime, Duration, Utc};

/// What became of a mail that came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    pub what: Inbound,
    pub fate: InboundFate,
    pub why: Option<InboundWhy>,
    /// It was here before; nothing was done.
    pub again: bool,
}

/// Takes a mail in, once. `named` names the message: the same name twice is the same mail.
///
/// # Errors
/// Database errors; nothing is kept then, and the mail must be brought again.
pub fn take(
    tx: &mut Tx<'_>,
    arrived: &Arrived,
    named: &str,
    hard_bounces: i64,
    now: DateTime<Utc>,
) -> Result<Taken, CaseworkError> {
    let (known, answered) = inbox::known(tx, arrived, now)?;
    let (what, fate, why) = inbound::judged(arrived, known);
    let mail = answered.as_ref().map(|(mail, ..)| *mail);
    let case = answered.as_ref().and_then(|(_, case, _)| *case);
    let filed_in = case.filter(|_| fate == InboundFate::Filed);
    let new = NewInbound { named, arrived, what, fate, why, mail, case: filed_in };
    let taken = Taken { what, fate, why, again: false };
    let Some(id) = inbox::add(tx, &new, now)? else { return Ok(Taken { again: true, ..taken }) };
    match (what, fate) {
        (Inbound::Bounce, InboundFate::Filed) => {
            came_back(tx, arrived, answered.as_ref(), hard_bounces, now)?
        }
        (Inbound::Reply, InboundFate::Filed) => {
            if let Some(case) = case {
                to_be_read(tx, case, id, Some(arrived.from.as_str()), now)?;
            }
        }
        _ => {}
    }
    if let Some(why) = why.filter(|why| inbound::is_told(*why, known)) {
        refusal(tx, arrived, answered.as_ref(), why == InboundWhy::TooMany, now)?;
    }
    Ok(taken)
}

/// Our mail did not arrive: for good it is somebody's duty to telephone, and an address that bounces again and again is left
/// alone. A report of a delay changes nothing: the server goes on trying.
fn came_back(
    tx: &mut Tx<'_>,
    arrived: &Arrived,
    answered: Option<&Answered>,
    hard_bounces: i64,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    let (Some(report), Some((mail, case, outgoing))) = (&arrived.report, answered) else { return Ok(()) };
    if !report.has_failed() {
        return Ok(());
    }
    if outbox::came_back(tx, *mail, &report.status)? {
        post::gave_up(tx, *mail, *case, now)?;
    }
    if let Some(outgoing) = outgoing.as_ref().filter(|_| report.is_hard()) {
        sending::bounced(tx, &outgoing.to, hard_bounces, now)?;
    }
    Ok(())
}

/// The desk that speaks with the sender reads it until the next working day.
fn to_be_read(
    tx: &mut Tx<'_>,
    case: CaseId,
    id: InboundId,
    from: Option<&str>,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    cases::lock(tx, case)?;
    let case = cases::find_id(tx, &Actor::clock().scope(), case)?;
    let side = match from {
        Some(from) => {
            let sender = inbox::whose(tx, from);
            unseen::side_of_sender(tx, case.id, &sender)?
        }
        None => None,
    };
    let Some(body) = case.answers_for(side) else { return Ok(()) };
    let due = working_days_after(now, 1);
    Ok(projection::look_at(tx, case.id, (DutyKind::ReadReply, id.0), body, due, now)?)
}

/// One notice a day: what was too large or too much can be told by telephone.
fn refusal(
    tx: &mut Tx<'_>,
    arrived: &Arrived,
    answered: Option<&Answered>,
    many: bool,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    let Some((_, case, Some(outgoing))) = answered else { return Ok(()) };
    let key = format!("refused {} {}", arrived.from, now.date_naive());
    let mail = Outgoing { letter: Letter::ReplyRefused { many }, ..outgoing.clone() };
    Ok(outbox::enqueue(tx, &key, *case, &mail, now)?)
}

/// What came in about a case, for those who handle it.
///
/// # Errors
/// `NotFound` outside the scope or for people who may not see whom to telephone.
pub fn of_case(rx: &mut Rx<'_>, actor: &Actor, number: &str) -> Result<Vec<Received>, CaseworkError> {
    let case = post::handled(rx, actor, number)?;
    Ok(inbox::of_case(rx, case.id)?)
}

/// A reply: what the person wrote, and from which side it is. The caller has recorded the opening (`open::record`) first.
///
/// # Errors
/// As [`of_case`]; `NotFound` too for a reply of a side that this person may not know.
pub fn read(
    rx: &mut Rx<'_>,
    actor: &Actor,
    number: &str,
    id: InboundId,
) -> Result<(Received, Said, Option<Side>), CaseworkError> {
    let case = post::handled(rx, actor, number)?;
    let (received, said, sender) = inbox::open(rx, case.id, id)?;
    let side = unseen::side_of_sender(rx, case.id, &sender)?;
    if side.is_some_and(|side| !actor.sides(&case).contains(&side)) {
        return Err(StoreError::NotFound.into());
    }
    Ok((received, said, side))
}

/// The reply was read and acted upon: the duty is done.
///
/// # Errors
/// As [`of_case`].
pub fn done(
    tx: &mut Tx<'_>,
    actor: &Actor,
    number: &str,
    id: InboundId,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    let case = post::handled(tx, actor, number)?;
    inbox::settle(tx, case.id, id, actor.user, now)?;
    Ok(projection::looked_at(tx, case.id, (DutyKind::ReadReply, id.0))?)
}

fn operator(actor: &Actor) -> Result<(), CaseworkError> {
    if actor.may_administer() { Ok(()) } else { Err(CaseworkError::Denied) }
}

/// How mail stands, for the operator: no address and no word of any mail.
#[derive(Debug, Clone)]
pub struct Standing {
    pub health: Health,
    /// How many of the last thirty days came to which fate.
    pub came: Vec<(InboundFate, i64)>,
    /// What waits for the operator, oldest first, at most a hundred.
    pub waiting: Vec<Received>,
}

/// Reads it.
///
/// # Errors
/// `Denied`; database errors.
pub fn standing(rx: &mut Rx<'_>, actor: &Actor, now: DateTime<Utc>) -> Result<Standing, CaseworkError> {
    operator(actor)?;
    Ok(Standing {
        health: sending::health(rx, now)?,
        came: inbox::counts(rx, now - Duration::days(30))?,
        waiting: inbox::quarantined(rx, 100)?,
    })
}

/// The operator puts a mail that could not be placed into the case it belongs to, without reading it.
///
/// # Errors
/// `Denied`; `Invalid` at `number` when there is no such case; `NotFound` for a mail that does not wait, or holds no words.
pub fn place(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: InboundId,
    number: &str,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    operator(actor)?;
    let number = number.trim();
    let case = match cases::head(tx, &Actor::clock().scope(), number) {
        Ok(head) => head.id,
        Err(StoreError::NotFound) => {
            let why = "그 접수번호의 사건이 없습니다. 번호를 2026-0012처럼 적었는지 확인해 주세요.";
            return Err(CaseworkError::field("number", why));
        }
        Err(e) => return Err(e.into()),
    };
    inbox::place(tx, id, case)?;
    access::note(tx, actor.user, AuditAction::MailPlaced.code(), number, &id.0.to_string(), now)?;
    to_be_read(tx, case, id, None, now)
}

/// The operator throws such a mail away.
///
/// # Errors
/// `Denied`; `NotFound` for a mail that does not wait.
pub fn throw_away(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: InboundId,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    operator(actor)?;
    inbox::drop_waiting(tx, id, actor.user, now)?;
    Ok(access::note(tx, actor.user, AuditAction::MailDropped.code(), &id.0.to_string(), "", now)?)
}

/// The operator holds all mail back, or lets it leave again.
///
/// # Errors
/// `Denied`.
pub fn hold(tx: &mut Tx<'_>, actor: &Actor, held: bool, now: DateTime<Utc>) -> Result<(), CaseworkError> {
    operator(actor)?;
    if sending::held(tx)?.is_some() == held {
        return Ok(());
    }
    sending::hold(tx, held.then_some(now))?;
    let action = if held { AuditAction::MailHeld } else { AuditAction::MailReleased };
    Ok(access::note(tx, actor.user, action.code(), "mail", "", now)?)
}
