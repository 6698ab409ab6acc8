//! Mail that came in. Every message is one row with one fate, so that received = filed + quarantined + refused; of what was
//! refused no word is kept. `sender` is the same keyed hash as the outbox's `recipient`.

use super::outbox::recipient;
use super::schema::{inbox, outbox};
use super::{Rx, StoreError, Tx};
use crate::domain::codes::{Inbound, InboundFate, InboundWhy};
use crate::domain::ids::{CaseId, InboundId, MailId, PartyId, UserId};
use crate::domain::inbound::{Arrived, Known, Return, Way};
use crate::domain::letter::Outgoing;
use crate::each_backend;
use chrono::{DateTime, Duration, NaiveDateTime, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

const PAYLOAD: &str = "inbox.payload";
/// Characters of the proof in an address: a local part has 64 at most (RFC 5321 §4.5.3.1.1).
const PROOF: usize = 20;

/// What is kept of a mail that came in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// The address of the person who wrote it, as it is known now; empty when they have none any more.
    pub from: String,
    pub subject: String,
    pub text: String,
    /// Files that came with it and were not kept.
    pub attachments: usize,
}

/// The address of the inbox at which this mail's answers (or bounces) are known.
#[must_use]
pub fn return_of(vault: &super::vault::Vault, way: Way, mail: MailId) -> Return {
    let proof = vault.hash("inbox.return", &Return::proven(way, mail)).to_lowercase();
    Return { way, mail, proof: proof.chars().take(PROOF).collect() }
}

/// The mail that one came back for: which, of which case, what it said (`None` when that was destroyed).
pub type Answered = (MailId, Option<CaseId>, Option<Outgoing>);

/// What is known of the mail that this one answers, and that mail.
///
/// # Errors
/// When the database refuses.
pub fn known(
    rx: &mut Rx<'_>,
    arrived: &Arrived,
    now: DateTime<Utc>,
) -> Result<(Known, Option<Answered>), StoreError> {
    let sender = recipient(rx, &arrived.from);
    let since = (now - Duration::hours(1)).naive_utc();
    let lately: i64 = inbox::table
        .filter(inbox::sender.eq(&sender))
        .filter(inbox::received_at.gt(since))
        .filter(inbox::what.eq(Inbound::Reply))
        .count()
        .get_result(rx.conn())?;
    let unknown = (Known { lately, ..Known::default() }, None);
    let Some(to) = &arrived.to else { return Ok(unknown) };
    let proof = return_of(rx.vault(), to.way, to.mail).proof;
    if !bool::from(proof.as_bytes().ct_eq(to.proof.as_bytes())) {
        return Ok(unknown);
    }
    let row: Option<(Option<i64>, String, String)> = outbox::table
        .filter(outbox::id.eq(to.mail.0))
        .select((outbox::case_id, outbox::recipient, outbox::payload))
        .first(rx.conn())
        .optional()?;
    let Some((case, whose, payload)) = row else {
        return Ok((Known { mail: true, gone: true, ..unknown.0 }, None));
    };
    let known = Known {
        mail: true,
        has_case: case.is_some(),
        gone: payload.is_empty() && whose.is_empty(),
        same_person: whose == sender,
        lately,
    };
    let outgoing = super::outbox::opened(rx, &payload);
    Ok((known, Some((to.mail, case.map(CaseId), outgoing))))
}

/// A mail that came in, to be written down.
#[derive(Debug, Clone)]
pub struct NewInbound<'a> {
    /// The Message-ID and the recipient, or the bytes: the same mail twice is one row.
    pub named: &'a str,
    pub arrived: &'a Arrived,
    pub what: Inbound,
    pub fate: InboundFate,
    pub why: Option<InboundWhy>,
    pub mail: Option<MailId>,
    pub case: Option<CaseId>,
}

/// Writes it down. `None`: it was here before.
///
/// # Errors
/// When the database refuses.
pub fn add(
    tx: &mut Tx<'_>,
    new: &NewInbound<'_>,
    now: DateTime<Utc>,
) -> Result<Option<InboundId>, StoreError> {
    let a = new.arrived;
    let said = Said {
        from: a.from.clone(),
        subject: a.subject.clone(),
        text: a.text.clone(),
        attachments: a.attachments,
    };
    let kept = new.what == Inbound::Reply && new.fate != InboundFate::Refused;
    let payload = if kept { sealed(tx, &said)? } else { String::new() };
    let row = (
        inbox::message_hash.eq(tx.vault().hash("inbox.message", new.named)),
        inbox::received_at.eq(now.naive_utc()),
        inbox::what.eq(new.what),
        inbox::fate.eq(new.fate),
        inbox::why.eq(new.why),
        inbox::mail_id.eq(new.mail),
        inbox::case_id.eq(new.case),
        inbox::sender.eq(recipient(tx, &a.from)),
        inbox::status.eq(a.report.as_ref().map(|r| r.status.clone()).unwrap_or_default()),
        inbox::payload.eq(payload),
    );
    Ok(each_backend!(tx.conn(), |conn| diesel::insert_into(inbox::table)
        .values(&row)
        .on_conflict(inbox::message_hash)
        .do_nothing()
        .returning(inbox::id)
        .get_result::<InboundId>(conn)
        .optional())?)
}

/// A mail that came in, in a list: no word of it.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = inbox)]
pub struct Received {
    pub id: InboundId,
    pub received_at: NaiveDateTime,
    pub what: Inbound,
    pub fate: InboundFate,
    pub why: Option<InboundWhy>,
    pub mail_id: Option<MailId>,
    pub settled_at: Option<NaiveDateTime>,
}

/// What came in about a case, newest first, at most 200.
///
/// # Errors
/// When the database refuses.
pub fn of_case(rx: &mut Rx<'_>, case: CaseId) -> Result<Vec<Received>, StoreError> {
    let own = inbox::table.filter(inbox::case_id.eq(case)).order(inbox::id.desc()).limit(200);
    Ok(own.select(Received::as_select()).load(rx.conn())?)
}

/// A reply of this case with its words, and whose it is: to be compared with [`whose`].
///
/// # Errors
/// `NotFound` when the case has no such reply or its words were destroyed.
pub fn open(rx: &mut Rx<'_>, case: CaseId, id: InboundId) -> Result<(Received, Said, String), StoreError> {
    let (received, sealed, sender): (Received, String, String) = inbox::table
        .find(id)
        .filter(inbox::case_id.eq(case))
        .filter(inbox::payload.ne(""))
        .select((Received::as_select(), inbox::payload, inbox::sender))
        .first(rx.conn())?;
    Ok((received, opened(rx, &sealed)?, sender))
}

/// What stands for the address from which a mail of the case came.
///
/// # Errors
/// Database errors.
pub fn sender(rx: &mut Rx<'_>, case: CaseId, id: InboundId) -> Result<Option<String>, StoreError> {
    let one = inbox::table.find(id).filter(inbox::case_id.eq(case));
    Ok(one.select(inbox::sender).first(rx.conn()).optional()?)
}

fn opened(rx: &Rx<'_>, sealed: &str) -> Result<Said, StoreError> {
    let said = rx.vault().open(PAYLOAD, sealed)?;
    serde_json::from_str(&said).map_err(|e| StoreError::Other(e.to_string()))
}

fn sealed(rx: &Rx<'_>, said: &Said) -> Result<String, StoreError> {
    let plain = serde_json::to_string(said).map_err(|e| StoreError::Other(e.to_string()))?;
    rx.vault().seal(PAYLOAD, &plain)
}

/// The keyed hash by which a row names its sender: of an address, or of what stands for one ([`nameless`]).
#[must_use]
pub fn whose(rx: &Rx<'_>, sender: &str) -> String {
    recipient(rx, sender)
}

/// Stands for the address of a party who has none of their own any more: what they wrote is still theirs.
#[must_use]
pub fn nameless(party: PartyId) -> String {
    Outgoing::to_party(party)
}

/// The sender `from` of mails in `case` is known as `to` from now on (an address, or [`nameless`]): the words stay theirs, the
/// former address is not kept.
///
/// # Errors
/// When the database refuses, and when a kept mail does not open.
pub fn readdress(tx: &mut Tx<'_>, case: CaseId, from: &str, to: &str) -> Result<(), StoreError> {
    let (was, is) = (whose(tx, from), whose(tx, to));
    let theirs = inbox::table.filter(inbox::case_id.eq(case)).filter(inbox::sender.eq(was));
    let rows: Vec<(InboundId, String)> = theirs.select((inbox::id, inbox::payload)).load(tx.conn())?;
    for (id, payload) in rows {
        let kept = if payload.is_empty() {
            payload
        } else {
            let from = if to.contains('@') { to.to_owned() } else { String::new() };
            let said = Said { from, ..opened(tx, &payload)? };
            sealed(tx, &said)?
        };
        let now = (inbox::sender.eq(&is), inbox::payload.eq(kept));
        diesel::update(inbox::table.find(id)).set(now).execute(tx.conn())?;
    }
    Ok(())
}

/// What came into a case from this address, oldest first, with its words as long as they are kept.
///
/// # Errors
/// When the database refuses, and when a kept mail does not open.
pub fn of_address(
    rx: &mut Rx<'_>,
    case: CaseId,
    address: &str,
) -> Result<Vec<(Received, Option<Said>)>, StoreError> {
    let rows: Vec<(Received, String)> = inbox::table
        .filter(inbox::case_id.eq(case))
        .filter(inbox::sender.eq(recipient(rx, address)))
        .filter(inbox::what.eq(Inbound::Reply))
        .order(inbox::id)
        .select((Received::as_select(), inbox::payload))
        .load(rx.conn())?;
    let read = |(received, sealed): (Received, String)| {
        if sealed.is_empty() {
            return Ok((received, None));
        }
        Ok((received, Some(opened(rx, &sealed)?)))
    };
    rows.into_iter().map(read).collect()
}

/// Somebody read it.
///
/// # Errors
/// `NotFound` when the case has no such mail.
pub fn settle(
    tx: &mut Tx<'_>,
    case: CaseId,
    id: InboundId,
    by: Option<UserId>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let own = inbox::table.find(id).filter(inbox::case_id.eq(case));
    let read = (inbox::settled_at.eq(now.naive_utc()), inbox::settled_by.eq(by));
    if diesel::update(own).set(read).execute(tx.conn())? == 1 { Ok(()) } else { Err(StoreError::NotFound) }
}

/// What waits for the operator, oldest first, at most `limit`.
///
/// # Errors
/// When the database refuses.
pub fn quarantined(rx: &mut Rx<'_>, limit: i64) -> Result<Vec<Received>, StoreError> {
    Ok(inbox::table
        .filter(inbox::fate.eq(InboundFate::Quarantined))
        .filter(inbox::settled_at.is_null())
        .order(inbox::id)
        .limit(limit)
        .select(Received::as_select())
        .load(rx.conn())?)
}

/// Puts a quarantined mail into a case.
///
/// # Errors
/// `NotFound` when it does not wait, or holds no words.
pub fn place(tx: &mut Tx<'_>, id: InboundId, case: CaseId) -> Result<(), StoreError> {
    let waiting = inbox::table
        .find(id)
        .filter(inbox::fate.eq(InboundFate::Quarantined))
        .filter(inbox::settled_at.is_null())
        .filter(inbox::payload.ne(""));
    let placed = (inbox::fate.eq(InboundFate::Filed), inbox::case_id.eq(case));
    if diesel::update(waiting).set(placed).execute(tx.conn())? == 1 {
        Ok(())
    } else {
        Err(StoreError::NotFound)
    }
}

/// Destroys the words of a quarantined mail; the row stays as a fact.
///
/// # Errors
/// `NotFound` when it does not wait.
pub fn drop_waiting(
    tx: &mut Tx<'_>,
    id: InboundId,
    by: Option<UserId>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let waiting = inbox::table
        .find(id)
        .filter(inbox::fate.eq(InboundFate::Quarantined))
        .filter(inbox::settled_at.is_null());
    let gone = (
        inbox::payload.eq(""),
        inbox::sender.eq(""),
        inbox::settled_at.eq(now.naive_utc()),
        inbox::settled_by.eq(by),
    );
    if diesel::update(waiting).set(gone).execute(tx.conn())? == 1 {
        Ok(())
    } else {
        Err(StoreError::NotFound)
    }
}

/// How many mails came to which fate since `since`.
///
/// # Errors
/// When the database refuses.
pub fn counts(rx: &mut Rx<'_>, since: DateTime<Utc>) -> Result<Vec<(InboundFate, i64)>, StoreError> {
    Ok(inbox::table
        .filter(inbox::received_at.ge(since.naive_utc()))
        .group_by(inbox::fate)
        .order(inbox::fate)
        .select((inbox::fate, diesel::dsl::count_star()))
        .load(rx.conn())?)
}

/// Destroys what a person wrote about a case: what came from their `address`, wherever it was put from, and every answer to the
/// `mails` that they had. Says which it was.
///
/// # Errors
/// When the database refuses.
pub fn destroy(
    tx: &mut Tx<'_>,
    case: CaseId,
    address: &str,
    mails: &[MailId],
) -> Result<Vec<InboundId>, StoreError> {
    let (own, wanted) = (recipient(tx, address), mails.iter().copied().map(Some).collect::<Vec<_>>());
    let from_them = inbox::case_id.eq(case).and(inbox::sender.eq(own)).assume_not_null();
    let to_theirs = inbox::mail_id.eq_any(wanted).assume_not_null();
    let ids: Vec<InboundId> =
        inbox::table.filter(from_them.or(to_theirs)).select(inbox::id).load(tx.conn())?;
    let theirs = inbox::table.filter(inbox::id.eq_any(ids.clone()));
    diesel::update(theirs).set((inbox::payload.eq(""), inbox::sender.eq(""))).execute(tx.conn())?;
    Ok(ids)
}

/// Destroys what could not be placed and came before `until`.
///
/// # Errors
/// When the database refuses.
pub fn drop_old(tx: &mut Tx<'_>, until: DateTime<Utc>, now: DateTime<Utc>) -> Result<usize, StoreError> {
    let unplaced = inbox::table
        .filter(inbox::case_id.is_null())
        .filter(inbox::received_at.lt(until.naive_utc()))
        .filter(inbox::payload.ne("").or(inbox::sender.ne("")));
    let gone = (inbox::payload.eq(""), inbox::sender.eq(""), inbox::settled_at.eq(now.naive_utc()));
    Ok(diesel::update(unplaced).set(gone).execute(tx.conn())?)
}
