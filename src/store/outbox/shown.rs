//! What people see of the queue: never an address or a word, but for the sent text that a dispute asks for.
use super::{SENT_TEXT, opened, recipient};
use crate::domain::codes::{Delivery, MailState};
use crate::domain::ids::{CaseId, MailId, UserId};
use crate::domain::letter::Outgoing;
use crate::store::schema::outbox;
use crate::store::{Rx, StoreError};
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

/// One mail as the case page and the operator see it: no address, no text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    pub id: MailId,
    pub case: Option<CaseId>,
    /// `Letter::template`.
    pub letter: String,
    pub state: MailState,
    /// A worker has it at this moment.
    pub leaving: bool,
    /// It can still be sent: its letter is not destroyed.
    pub whole: bool,
    /// Since when it is known that it may come too late.
    pub urgent: Option<DateTime<Utc>>,
    pub attempts: i64,
    /// The server's last words, addresses masked.
    pub answer: String,
    pub written: DateTime<Utc>,
    pub sent: Option<DateTime<Utc>>,
    /// Until when it waits, and who can take it back until then.
    pub undo: Option<(DateTime<Utc>, UserId)>,
}

/// The words kept with a mail that was sent and came back.
pub const BOUNCED: &str = "반송됨";
/// The words kept with a mail that was not even tried, as mails to its address come back.
pub const SUSPENDED: &str = "반송되어 보내기를 멈춘 주소입니다";
/// How the transport writes that the server will never take it (RFC 5321 §4.2.1).
const REFUSED: &str = "permanent error (5";

/// How a mail fares that is in `state`, `leaving` (a worker has it) and with these last words about it.
#[must_use]
pub fn delivery(state: MailState, leaving: bool, words: &str) -> Delivery {
    match state {
        MailState::Waiting if leaving => Delivery::Leased,
        MailState::Waiting => Delivery::Queued,
        MailState::Sent => Delivery::Accepted,
        MailState::Dead if words.starts_with(BOUNCED) => Delivery::Bounced,
        MailState::Dead if words == SUSPENDED => Delivery::Suspended,
        MailState::Dead if words.contains(REFUSED) => Delivery::Refused,
        MailState::Dead => Delivery::GivenUp,
        MailState::Late => Delivery::Late,
        MailState::Withdrawn => Delivery::Withdrawn,
    }
}

impl Listed {
    /// How it fares.
    #[must_use]
    pub fn delivery(&self) -> Delivery {
        delivery(self.state, self.leaving, &self.answer)
    }
}

/// What is read of a row to list it.
#[derive(Queryable, Selectable)]
#[diesel(table_name = outbox)]
pub(super) struct Row {
    id: MailId,
    case_id: Option<CaseId>,
    template: String,
    state: MailState,
    leased_until: Option<NaiveDateTime>,
    attempts: i64,
    error: String,
    created_at: NaiveDateTime,
    sent_at: Option<NaiveDateTime>,
    urgent_at: Option<NaiveDateTime>,
    undo_until: Option<NaiveDateTime>,
    undo_by: Option<UserId>,
    payload: String,
}

impl Row {
    fn listed(&self, now: DateTime<Utc>) -> Listed {
        let moment = |at: Option<NaiveDateTime>| at.map(|at| at.and_utc());
        Listed {
            id: self.id,
            case: self.case_id,
            letter: self.template.clone(),
            state: self.state,
            leaving: moment(self.leased_until).is_some_and(|until| until > now),
            whole: !self.payload.is_empty(),
            urgent: moment(self.urgent_at),
            attempts: self.attempts,
            answer: self.error.clone(),
            written: self.created_at.and_utc(),
            sent: moment(self.sent_at),
            undo: moment(self.undo_until)
                .filter(|until| *until > now && self.state == MailState::Waiting)
                .zip(self.undo_by),
        }
    }

    fn outgoing(&self, rx: &Rx<'_>) -> Option<Outgoing> {
        opened(rx, &self.payload)
    }
}

/// A mail with its address and letter; none where they are destroyed.
pub type Addressed = (Listed, Option<Outgoing>);

/// The mails of one case, newest first, at most `limit`; only those before `before`, when it is given.
///
/// # Errors
/// When the database refuses.
pub fn of_case(
    rx: &mut Rx<'_>,
    case: CaseId,
    before: Option<MailId>,
    limit: i64,
    now: DateTime<Utc>,
) -> Result<Vec<Addressed>, StoreError> {
    let mut own = outbox::table.filter(outbox::case_id.eq(case)).into_boxed();
    if let Some(before) = before {
        own = own.filter(outbox::id.lt(before));
    }
    let newest = own.order(outbox::id.desc()).limit(limit);
    let rows: Vec<Row> = newest.select(Row::as_select()).load(rx.conn())?;
    Ok(rows.iter().map(|row| (row.listed(now), row.outgoing(rx))).collect())
}

/// The mails of a case to this address, oldest first.
///
/// # Errors
/// When the database refuses.
pub fn of_address(rx: &mut Rx<'_>, case: CaseId, address: &str) -> Result<Vec<Listed>, StoreError> {
    Ok(to_address(rx, case, address)?.into_iter().map(|(mail, _)| mail).collect())
}

/// The mails of a case to this address, each with its sealed payload.
pub(super) fn to_address(
    rx: &mut Rx<'_>,
    case: CaseId,
    address: &str,
) -> Result<Vec<(Listed, String)>, StoreError> {
    let theirs = outbox::table
        .filter(outbox::case_id.eq(case))
        .filter(outbox::recipient.eq(recipient(rx, address)))
        .order(outbox::id);
    let rows: Vec<Row> = theirs.select(Row::as_select()).load(rx.conn())?;
    Ok(rows.into_iter().map(|row| (row.listed(DateTime::UNIX_EPOCH), row.payload)).collect())
}

/// To whom a mail goes and what it says. `None` when it was destroyed.
///
/// # Errors
/// When the database refuses.
pub fn outgoing(rx: &mut Rx<'_>, case: CaseId, id: MailId) -> Result<Option<Outgoing>, StoreError> {
    let own = outbox::table.filter(outbox::id.eq(id.0)).filter(outbox::case_id.eq(case.0));
    let payload: Option<String> = own.select(outbox::payload).first(rx.conn()).optional()?;
    Ok(payload.and_then(|payload| opened(rx, &payload)))
}

/// How the outbox stands: for `/readyz` and `/metrics`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Standing {
    /// Mails that wait to leave.
    pub waiting: i64,
    /// Since when the oldest of them waits.
    pub oldest: Option<DateTime<Utc>>,
    /// Mails given up: each is somebody's duty.
    pub dead: i64,
}

/// Reads it.
///
/// # Errors
/// When the database refuses.
pub fn standing(rx: &mut Rx<'_>) -> Result<Standing, StoreError> {
    let (waiting, oldest): (i64, Option<NaiveDateTime>) = outbox::table
        .filter(outbox::state.eq(MailState::Waiting))
        .select((diesel::dsl::count_star(), diesel::dsl::min(outbox::created_at)))
        .first(rx.conn())?;
    let dead = outbox::table.filter(outbox::state.eq(MailState::Dead)).count().get_result(rx.conn())?;
    Ok(Standing { waiting, oldest: oldest.map(|at| at.and_utc()), dead })
}

/// What was said in a mail that left: subject and text.
///
/// # Errors
/// [`StoreError::NotFound`] when it has not left or its text was destroyed.
pub fn sent_text(rx: &mut Rx<'_>, id: MailId) -> Result<String, StoreError> {
    let sealed: Option<String> =
        outbox::table.filter(outbox::id.eq(id.0)).select(outbox::sent_text).first(rx.conn())?;
    let sealed = sealed.filter(|text| !text.is_empty()).ok_or(StoreError::NotFound)?;
    rx.vault().open(SENT_TEXT, &sealed)
}

/// A mail with everything in it: for the page of `ieum demo` only, where nobody is real.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    pub listed: Listed,
    pub key: String,
    pub to: String,
    /// Subject, blank line, text; `None` until it has left.
    pub said: Option<String>,
}

/// The newest mails, opened, at most `limit`; only the one with `id` when it is given.
///
/// # Errors
/// When the database refuses.
pub fn opened_for_demo(
    rx: &mut Rx<'_>,
    id: Option<MailId>,
    limit: i64,
    now: DateTime<Utc>,
) -> Result<Vec<Opened>, StoreError> {
    let mut query = outbox::table.into_boxed();
    if let Some(id) = id {
        query = query.filter(outbox::id.eq(id));
    }
    let rows: Vec<(Row, String, Option<String>)> = query
        // The demonstration's last year is written after its last weeks.
        .order((outbox::created_at.desc(), outbox::id.desc()))
        .limit(limit)
        .select((Row::as_select(), outbox::message_key, outbox::sent_text))
        .load(rx.conn())?;
    let opened = |(row, key, sent): (Row, String, Option<String>)| {
        let said = sent.map(|sealed| rx.vault().open(SENT_TEXT, &sealed)).transpose()?;
        Ok(Opened {
            listed: row.listed(now),
            key,
            to: row.outgoing(rx).map(|mail| mail.to).unwrap_or_default(),
            said,
        })
    };
    rows.into_iter().map(opened).collect()
}
