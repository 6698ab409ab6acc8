//! Mails that could not be sent, or not in time: each becomes somebody's duty, who tries it again or telephones instead.
use super::{CaseworkError, open, tell, unseen};
use crate::domain::case::Case;
use crate::domain::codes::{DutyKind, Side};
use crate::domain::deadline::working_days_after;
use crate::domain::ids::{CaseId, MailId};
use crate::domain::letter::{Letter, Outgoing};
use crate::domain::permission::Actor;
use crate::store::outbox::{self, Listed};
use crate::store::{Rx, StoreError, Tx, cases, parties, projection, sending, users};
use chrono::{DateTime, Duration, Utc};
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

/// So long before a mail is needed somebody is told that it has not left.
const AHEAD: Duration = Duration::minutes(30);
/// The same while the operator holds all mail back: nobody knows when it leaves again, and an offer's deadline goes on.
const HELD_AHEAD: Duration = Duration::hours(24);

/// Makes the duty of a mail that was given up or taken back: whoever speaks with the person looks at it until the next working day. A mail
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
    // A step that moves the turn goes before, and is seen here, or after, and sees this.
    cases::lock(tx, id)?;
    let case = cases::find_id(tx, &Actor::clock().scope(), id)?;
    let side = unseen::side_of_mail(tx, id, mail)?;
    let Some(body) = case.answers_for(side) else { return Ok(()) };
    projection::look_at(tx, case.id, (DutyKind::Mail, mail.0), body, working_days_after(now, 1), now)
}

/// The mails that are not away half an hour before they are needed (a day, while all mail is held back), or are needed since even
/// earlier, and of which nobody was told: the next thing is [`escalate`], for each in a transaction of its own. At most `limit`.
///
/// # Errors
/// Database errors.
pub fn turning_urgent(
    rx: &mut Rx<'_>,
    now: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<(MailId, CaseId)>, StoreError> {
    let ahead = if sending::held(rx)?.is_some() { HELD_AHEAD } else { AHEAD };
    outbox::turning_urgent(rx, now + ahead, limit)
}

/// Somebody telephones now about a mail that may come too late, whatever holds it up; it goes on being tried. Says whether that
/// is news.
///
/// # Errors
/// Database errors.
pub fn escalate(
    tx: &mut Tx<'_>,
    (mail, case): (MailId, CaseId),
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    // The case first, as every step does.
    cases::lock(tx, case)?;
    if !outbox::claim_urgent(tx, mail, now)? {
        return Ok(false);
    }
    let case = cases::find_id(tx, &Actor::clock().scope(), case)?;
    let side = unseen::side_of_mail(tx, case.id, mail)?;
    if let Some(body) = case.answers_for(side) {
        projection::look_at(tx, case.id, (DutyKind::Mail, mail.0), body, now, now)?;
    }
    Ok(true)
}

/// A mail left after all, or is of no use to anybody any more: nobody needs to telephone about it.
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
    /// Somebody is to telephone about it.
    pub duty: bool,
    /// Then the side to whom, and their number, where the person may know it: showing it is to be recorded.
    pub call: Option<(Side, String)>,
    /// What it says of a meeting no longer holds: it is not sent again.
    pub overtaken: bool,
}

/// Some of a case's mails, newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mails {
    pub mails: Vec<Sent>,
    /// There are older ones: those before this one.
    pub older: Option<MailId>,
    /// Since when the operator holds all mail back.
    pub held: Option<DateTime<Utc>>,
}

/// The newest mails of a case before `before`, at most `limit`, for those who handle it.
///
/// # Errors
/// `NotFound` outside the scope or for people who may not see whom to telephone.
pub fn of_case(
    rx: &mut Rx<'_>,
    actor: &Actor,
    number: &str,
    (before, limit): (Option<MailId>, i64),
    now: DateTime<Utc>,
) -> Result<Mails, CaseworkError> {
    let case = handled(rx, actor, number)?;
    let most = usize::try_from(limit).unwrap_or(0);
    let mut rows = outbox::of_case(rx, case.id, before, limit.saturating_add(1), now)?;
    let more = rows.len() > most;
    rows.truncate(most);
    let older = rows.last().filter(|_| more).map(|(mail, _)| mail.id);
    let duties: BTreeSet<i64> = projection::looking_at(rx, case.id, DutyKind::Mail)?.into_iter().collect();
    let mut known: BTreeMap<String, Option<String>> = BTreeMap::new();
    for party in parties::of_case(rx, case.id)? {
        let side = Some(party.side.label().to_owned());
        known.insert(Outgoing::to_party(party.id), side.clone());
        if !party.details.email.is_empty() {
            known.insert(party.details.email.to_lowercase(), side);
        }
    }
    let mut mails = Vec::new();
    for (mail, outgoing) in rows {
        let party = match &outgoing {
            Some(outgoing) if duties.contains(&mail.id.0) => unseen::party_of(rx, case.id, outgoing)?,
            _ => None,
        };
        let overtaken = outgoing.as_ref().is_some_and(|mail| is_overtaken(&case, &mail.letter));
        let to = match outgoing.map(|outgoing| outgoing.to.to_lowercase()) {
            Some(address) => named(rx, &mut known, address)?,
            None => None,
        };
        let duty = duties.contains(&mail.id.0);
        let call = party.filter(|party| duty && actor.may_see(party.side, &case));
        let call = call.filter(|party| !party.details.phone.is_empty());
        let call = call.map(|party| (party.side, party.details.phone));
        mails.push(Sent { to, duty, call, overtaken, mail });
    }
    Ok(Mails { mails, older, held: sending::held(rx)? })
}

fn named(
    rx: &mut Rx<'_>,
    known: &mut BTreeMap<String, Option<String>>,
    address: String,
) -> Result<Option<String>, StoreError> {
    Ok(match known.entry(address) {
        Entry::Occupied(known) => known.get().clone(),
        Entry::Vacant(new) => {
            let user = match users::by_email(rx, new.key()) {
                Ok(user) => Some(user.name),
                Err(StoreError::NotFound) => None,
                Err(e) => return Err(e),
            };
            new.insert(user).clone()
        }
    })
}

/// Writes down that somebody was shown whom to telephone about a mail.
///
/// # Errors
/// As [`of_case`].
pub fn record_calls(
    tx: &mut Tx<'_>,
    actor: &Actor,
    number: &str,
    (from, sides): (&str, &BTreeSet<Side>),
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    let case = handled(tx, actor, number)?;
    sides.iter().try_for_each(|side| {
        open::record_of_side(tx, actor, &case, (from, *side), ("contacts", "보내지 못한 메일 대신 전화"), now)
    })
}

/// Whether the meeting of which a letter tells has been moved or called off since: a newer mail told of that, and the older one
/// would put the old time back into calendars.
fn is_overtaken(case: &Case, letter: &Letter) -> bool {
    letter.meeting().is_some_and(|told| {
        let now = case.sessions.iter().find(|session| tell::uid(case, session) == told.uid);
        let now = now.and_then(|session| session.taking().map(|taken| (session, taken.span.1)));
        if matches!(letter, Letter::SessionCancelled { .. }) {
            return now.is_some();
        }
        !now.is_some_and(|(session, end)| {
            let starts = [None, Some(Side::Respondent)].map(|side| session.starts_for(side));
            starts.contains(&Some(told.start))
                && end.max(told.start) == told.end
                && session.place == told.place.as_deref().unwrap_or_default()
        })
    })
}

/// Sends a mail that was given up or taken back once more. Says whether it may be: not when its meeting was moved or called off
/// since.
///
/// # Errors
/// As [`of_case`]; `NotFound` too when the case has no such mail or it was not given up.
pub fn try_again(
    tx: &mut Tx<'_>,
    actor: &Actor,
    number: &str,
    mail: MailId,
    now: DateTime<Utc>,
) -> Result<bool, CaseworkError> {
    let case = handled(tx, actor, number)?;
    let outgoing = outbox::outgoing(tx, case.id, mail)?;
    if outgoing.as_ref().is_some_and(|mail| is_overtaken(&case, &mail.letter)) {
        return Ok(false);
    }
    outbox::revive(tx, case.id, mail, now)?;
    if let Some(outgoing) = outgoing {
        sending::trust_again(tx, &outgoing.to)?;
    }
    projection::looked_at(tx, case.id, (DutyKind::Mail, mail.0))?;
    Ok(true)
}

/// Takes a mail back before it has left, for whoever's step it tells of; the step stands, and so somebody tells the person in
/// another way or sends the mail after all: that is a duty. Says whether it could be: the time may be over, and it is the
/// sender's alone.
///
/// # Errors
/// As [`of_case`].
pub fn take_back(
    tx: &mut Tx<'_>,
    actor: &Actor,
    number: &str,
    mail: MailId,
    now: DateTime<Utc>,
) -> Result<bool, CaseworkError> {
    let case = handled(tx, actor, number)?;
    let Some(by) = actor.user else { return Ok(false) };
    let taken = outbox::take_back(tx, case.id, mail, by, now)?;
    if taken {
        gave_up(tx, mail, Some(case.id), now)?;
    }
    Ok(taken)
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
    if !actor.may_see_contacts(&case) {
        return Err(StoreError::NotFound.into());
    }
    open::pledged(actor, &case)?;
    Ok(case)
}
