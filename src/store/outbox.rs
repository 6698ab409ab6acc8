//! Mail waiting to be sent. A row is written in the transaction of the change that caused it; its letter is sealed.
use super::schema::outbox;
use super::{StoreError, Tx};
use crate::domain::ids::CaseId;
use crate::domain::letter::Outgoing;
use crate::each_backend;
use chrono::{DateTime, Utc};
use diesel::prelude::*;

const RECIPIENT: &str = "outbox.recipient";
const PAYLOAD: &str = "outbox.payload";

/// Puts a letter into the outbox. `key` says which letter it is (case, step, recipient): the same one twice is one mail.
///
/// # Errors
/// Database errors.
pub fn enqueue(
    tx: &mut Tx<'_>,
    key: &str,
    case: Option<CaseId>,
    mail: &Outgoing,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let text = serde_json::to_string(mail).map_err(|e| StoreError::Other(e.to_string()))?;
    let row = (
        outbox::message_key.eq(key),
        outbox::case_id.eq(case),
        outbox::recipient.eq(tx.vault().seal(RECIPIENT, &mail.to)?),
        outbox::template.eq(mail.letter.template()),
        outbox::payload.eq(tx.vault().seal(PAYLOAD, &text)?),
        outbox::created_at.eq(now.naive_utc()),
        outbox::not_before.eq(now.naive_utc()),
        outbox::attempts.eq(0),
        outbox::state.eq("waiting"),
        outbox::error.eq(""),
    );
    each_backend!(tx.conn(), |c| diesel::insert_into(outbox::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(c))?;
    Ok(())
}
