//! What goes with a person: their mails lose what they said, or follow them to another address.
use super::shown::to_address;
use super::{Listed, opened, recipient, sealed};
use crate::domain::codes::MailState;
use crate::domain::ids::CaseId;
use crate::domain::letter::Outgoing;
use crate::store::schema::outbox;
use crate::store::{StoreError, Tx};
use diesel::prelude::*;

/// Destroys what the mails of `address` in `case` said, with the person (`product.md` §10); the rows stay as facts. Mails that
/// still wait are not sent. Returns the mails as they were.
///
/// # Errors
/// When the database refuses.
pub fn destroy(tx: &mut Tx<'_>, case: CaseId, address: &str) -> Result<Vec<Listed>, StoreError> {
    let mails = to_address(tx, case, address)?;
    let ids: Vec<i64> = mails.iter().map(|(mail, _)| mail.id.0).collect();
    let theirs = || outbox::table.filter(outbox::id.eq_any(ids.clone()));
    diesel::update(theirs().filter(outbox::state.eq(MailState::Waiting)))
        .set(outbox::state.eq(MailState::Withdrawn))
        .execute(tx.conn())?;
    diesel::update(theirs())
        .set((outbox::payload.eq(""), outbox::sent_text.eq(None::<String>), outbox::recipient.eq("")))
        .execute(tx.conn())?;
    Ok(mails.into_iter().map(|(mail, _)| mail).collect())
}

/// A person's address in `case` changed: what has not left goes to the new one, and no mail keeps the old one.
///
/// # Errors
/// When the database refuses.
pub fn readdress(tx: &mut Tx<'_>, case: CaseId, from: &str, to: &str) -> Result<(), StoreError> {
    let whose = recipient(tx, to);
    for (mail, payload) in to_address(tx, case, from)? {
        let kept = match opened(tx, &payload) {
            Some(outgoing) if mail.state != MailState::Sent => {
                sealed(tx, &Outgoing { to: to.to_owned(), ..outgoing })?
            }
            _ => String::new(),
        };
        diesel::update(outbox::table.filter(outbox::id.eq(mail.id.0)))
            .set((outbox::payload.eq(kept), outbox::recipient.eq(&whose)))
            .execute(tx.conn())?;
    }
    Ok(())
}
