//! Whose duty it is that a mail did not arrive, that nobody read a reply or made a call: the body that speaks with the person it is
//! about. It goes along when the turn moves, and is never left with a body that may no longer open the case.
use crate::domain::case::Case;
use crate::domain::codes::{DutyKind, Side};
use crate::domain::ids::{CaseId, InboundId, MailId};
use crate::domain::letter::Outgoing;
use crate::domain::notice::Call;
use crate::store::projection::{self, DutyRow};
use crate::store::{Rx, StoreError, Tx, inbox, outbox, parties};

/// The party of the case to whom a mail goes, if it is one of theirs and not a colleague's.
///
/// # Errors
/// Database errors.
pub fn party_of(
    rx: &mut Rx<'_>,
    case: CaseId,
    mail: &Outgoing,
) -> Result<Option<parties::Party>, StoreError> {
    let to = mail.to.trim().to_lowercase();
    let theirs = |party: &parties::Party| {
        let email = party.details.email.trim().to_lowercase();
        mail.party() == Some(party.id) || (!email.is_empty() && email == to)
    };
    Ok(parties::of_case(rx, case)?.into_iter().find(theirs))
}

/// The side whose mail this is, if it is a party's.
///
/// # Errors
/// Database errors.
pub fn side_of_mail(rx: &mut Rx<'_>, case: CaseId, mail: MailId) -> Result<Option<Side>, StoreError> {
    Ok(match outbox::outgoing(rx, case, mail)? {
        Some(outgoing) => party_of(rx, case, &outgoing)?.map(|party| party.side),
        None => None,
    })
}

/// The side of the party of whom a row says that `sender` stands for their address.
///
/// # Errors
/// Database errors.
pub fn side_of_sender(rx: &mut Rx<'_>, case: CaseId, sender: &str) -> Result<Option<Side>, StoreError> {
    let people = parties::of_case(rx, case)?;
    let own = |p: &&parties::Party| {
        let email = Some(p.details.email.trim()).filter(|email| !email.is_empty());
        email.is_some_and(|email| inbox::whose(rx, email) == sender)
            || inbox::whose(rx, &inbox::nameless(p.id)) == sender
    };
    Ok(people.iter().find(own).map(|p| p.side))
}

fn about(rx: &mut Rx<'_>, case: CaseId, duty: &DutyRow) -> Result<Option<Side>, StoreError> {
    let id = duty.detail.parse().ok();
    match (duty.kind, id) {
        (DutyKind::Tell, _) => Ok(Call::parse(&duty.detail).map(|call| call.side)),
        (DutyKind::Mail, Some(id)) => side_of_mail(rx, case, MailId(id)),
        (DutyKind::ReadReply, Some(id)) => match inbox::sender(rx, case, InboundId(id))? {
            Some(sender) => side_of_sender(rx, case, &sender),
            None => Ok(None),
        },
        _ => Ok(None),
    }
}

/// Hands what nobody has seen to on to whoever speaks with those people now, where a step has changed that.
///
/// # Errors
/// Database errors.
pub fn moved(tx: &mut Tx<'_>, before: &Case, after: &Case) -> Result<(), StoreError> {
    let who =
        |case: &Case| [None, Some(Side::Applicant), Some(Side::Respondent)].map(|s| case.answers_for(s));
    if who(before) == who(after) {
        return Ok(());
    }
    for duty in projection::unseen(tx, after.id)? {
        let body = after.answers_for(about(tx, after.id, &duty)?);
        if body.is_some() && body != duty.body_id {
            projection::hand_on(tx, duty.id, body)?;
        }
    }
    Ok(())
}
