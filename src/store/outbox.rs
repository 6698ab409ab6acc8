//! Mail waiting to leave, in rooms: the `queue` and its worker's lease, what turns `urgent` in it, what is `shown` of it to
//! people, and what is `destroyed` with a person. A row is written in the transaction of the change that causes it, with its
//! letter sealed, and a worker (`jobs::deliver`) takes it by a lease, so that a crash can repeat a mail but never lose one.
//!
//! `message_key` names the mail for good: it refuses a second row for the same occasion, and it is the left side of the
//! Message-ID. `recipient` is a keyed hash, for order and for destroying a person's mails; the address is in the payload.

mod destroyed;
mod queue;
mod shown;
mod urgent;

pub use destroyed::{destroy, readdress};
pub(super) use queue::held_by;
pub use queue::{
    Fate, Leased, came_back, enqueue, enqueue_by, failed, give_back, in_hand, lease, revive, sent, take_back,
    too_late, waiting,
};
pub use shown::{
    Addressed, BOUNCED, Listed, Opened, SUSPENDED, Standing, delivery, of_address, of_case, opened_for_demo,
    outgoing, sent_text, standing,
};
pub use urgent::{claim_urgent, turning_urgent};

use super::{Rx, StoreError};
use crate::domain::letter::Outgoing;

const PAYLOAD: &str = "outbox.payload";
const SENT_TEXT: &str = "outbox.sent_text";
const RECIPIENT: &str = "outbox.recipient";

/// The keyed hash of an address: whose mails they are.
pub(super) fn recipient(rx: &Rx<'_>, address: &str) -> String {
    rx.vault().hash(RECIPIENT, &address.trim().to_lowercase())
}

/// What a payload holds; `None` when it was destroyed or does not open.
pub(super) fn opened(rx: &Rx<'_>, payload: &str) -> Option<Outgoing> {
    serde_json::from_str(&rx.vault().open(PAYLOAD, payload).ok()?).ok()
}

/// A letter and its address as a row keeps them.
fn sealed(rx: &Rx<'_>, mail: &Outgoing) -> Result<String, StoreError> {
    let plain = serde_json::to_string(mail).map_err(|e| StoreError::Other(e.to_string()))?;
    rx.vault().seal(PAYLOAD, &plain)
}
