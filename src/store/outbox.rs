//! Mail waiting to leave. A row is written in the transaction of the change that causes it, with its letter sealed, and a
//! worker (`jobs::deliver`) takes it by a lease, so that a crash can repeat a mail but never lose one.
//!
//! `message_key` names the mail for good: it refuses a second row for the same occasion, and it is the left side of the
//! Message-ID. `recipient` is a keyed hash, for order and for destroying a person's mails; the address is in the payload.

use super::schema::outbox;
use super::{Rx, StoreError, Tx};
use crate::domain::codes::MailState;
use crate::domain::ids::{CaseId, MailId};
use crate::domain::letter::{self, Letter, Outgoing};
use crate::each_backend;
use chrono::{DateTime, Duration, NaiveDateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text, Timestamp};

/// Why a mail was not sent that would only have confused: its time was over. Nobody needs to see to it.
pub const TOO_LATE: &str = "기한이 지나 보내지 않았습니다";

const PAYLOAD: &str = "outbox.payload";
const SENT_TEXT: &str = "outbox.sent_text";
const RECIPIENT: &str = "outbox.recipient";

/// Puts a letter into the outbox. `key` says for which occasion it is (case, step, recipient): the same one twice is one mail.
///
/// # Errors
/// When the database refuses.
pub fn enqueue(
    tx: &mut Tx<'_>,
    key: &str,
    case: Option<CaseId>,
    mail: &Outgoing,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let plain = serde_json::to_string(mail).map_err(|e| StoreError::Other(e.to_string()))?;
    let row = (
        outbox::message_key.eq(fitting(tx, key)),
        outbox::case_id.eq(case.map(|id| id.0)),
        outbox::recipient.eq(recipient(tx, &mail.to)),
        outbox::template.eq(mail.letter.template()),
        outbox::payload.eq(tx.vault().seal(PAYLOAD, &plain)?),
        outbox::created_at.eq(now.naive_utc()),
        outbox::not_before.eq(now.naive_utc()),
        outbox::attempts.eq(0),
        outbox::state.eq(MailState::Waiting.code()),
        outbox::error.eq(""),
    );
    each_backend!(tx.conn(), |conn| diesel::insert_into(outbox::table)
        .values(&row)
        .on_conflict(outbox::message_key)
        .do_nothing()
        .execute(conn))?;
    Ok(())
}

/// The key as it may stand in a Message-ID, a MIME boundary and a file name; one that does not fit is replaced by its hash.
fn fitting(rx: &Rx<'_>, key: &str) -> String {
    let fits = (1..=48).contains(&key.len())
        && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
        && !key.starts_with('-');
    if fits { key.to_owned() } else { format!("k{}", rx.vault().hash("outbox.key", key)) }
}

/// The keyed hash of an address: whose mails they are.
pub(super) fn recipient(rx: &Rx<'_>, address: &str) -> String {
    rx.vault().hash(RECIPIENT, &address.trim().to_lowercase())
}

/// A mail that belongs to the caller until `until`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leased {
    pub id: MailId,
    pub key: String,
    pub case: Option<CaseId>,
    /// This try counted: 1 at first.
    pub attempt: u32,
    pub written: DateTime<Utc>,
    pub until: DateTime<Utc>,
    /// `None` when the payload was destroyed or does not open.
    pub outgoing: Option<Outgoing>,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Text)]
    message_key: String,
    #[diesel(sql_type = Nullable<BigInt>)]
    case_id: Option<i64>,
    #[diesel(sql_type = BigInt)]
    attempts: i64,
    #[diesel(sql_type = Timestamp)]
    created_at: NaiveDateTime,
    #[diesel(sql_type = Text)]
    payload: String,
}

/// The lease test stands in both places on purpose: PostgreSQL re-checks only the outer one after it waited for another
/// worker's row, and without it two workers take the same mail. The inner `NOT EXISTS` keeps a case's mails to one
/// recipient in their order: a calendar must not see a cancellation before the invitation.
const LEASE: &str = "\
UPDATE outbox SET leased_until = $1, attempts = attempts + 1 \
WHERE state = 'waiting' AND (leased_until IS NULL OR leased_until < $2) AND id IN ( \
  SELECT c.id FROM outbox c \
  WHERE c.state = 'waiting' AND c.not_before <= $3 AND (c.leased_until IS NULL OR c.leased_until < $4) \
  AND NOT EXISTS (SELECT 1 FROM outbox e WHERE e.case_id = c.case_id AND e.recipient = c.recipient \
                  AND e.state = 'waiting' AND e.id < c.id) \
  ORDER BY c.not_before, c.id LIMIT $5) \
RETURNING id, message_key, case_id, attempts, created_at, payload";

/// Takes up to `limit` due mails for `lease`, the longest due first.
///
/// # Errors
/// When the database refuses. A payload that does not open is no error here: one bad row must not stop the queue.
pub fn lease(
    tx: &mut Tx<'_>,
    limit: i64,
    lease: Duration,
    now: DateTime<Utc>,
) -> Result<Vec<Leased>, StoreError> {
    let until = now + lease;
    let at = now.naive_utc();
    let mut rows: Vec<Row> = diesel::sql_query(LEASE)
        .bind::<Timestamp, _>(until.naive_utc())
        .bind::<Timestamp, _>(at)
        .bind::<Timestamp, _>(at)
        .bind::<Timestamp, _>(at)
        .bind::<BigInt, _>(limit)
        .load(tx.conn())?;
    rows.sort_by_key(|row| row.id);
    Ok(rows.into_iter().map(|row| leased(tx, row, until)).collect())
}

fn leased(tx: &Tx<'_>, row: Row, until: DateTime<Utc>) -> Leased {
    Leased {
        id: MailId(row.id),
        key: row.message_key,
        case: row.case_id.map(CaseId),
        attempt: u32::try_from(row.attempts).unwrap_or(u32::MAX),
        written: row.created_at.and_utc(),
        until,
        outgoing: opened(tx, &row.payload),
    }
}

pub(super) fn opened(rx: &Rx<'_>, payload: &str) -> Option<Outgoing> {
    serde_json::from_str(&rx.vault().open(PAYLOAD, payload).ok()?).ok()
}

/// The mail as it is now, just before it is sent: it may have been given up, or be for another address, since it was taken.
/// `None` when it is not the caller's any more.
///
/// # Errors
/// When the database refuses.
pub fn in_hand(rx: &mut Rx<'_>, mail: &Leased) -> Result<Option<Leased>, StoreError> {
    let payload: Option<String> = outbox::table
        .filter(outbox::id.eq(mail.id.0))
        .filter(outbox::state.eq(MailState::Waiting.code()))
        .filter(outbox::leased_until.eq(mail.until.naive_utc()))
        .select(outbox::payload)
        .first(rx.conn())
        .optional()?;
    Ok(payload.map(|payload| Leased { outgoing: opened(rx, &payload), ..mail.clone() }))
}

/// Marks a mail as sent and keeps what was said, sealed: it may be asked for in a dispute. A mail that another worker
/// took meanwhile is marked too, because it was sent. Of one whose person was forgotten meanwhile nothing is kept.
///
/// # Errors
/// When the database refuses.
pub fn sent(
    tx: &mut Tx<'_>,
    mail: &Leased,
    text: &str,
    answer: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let text = tx.vault().seal(SENT_TEXT, text)?;
    diesel::update(outbox::table.filter(outbox::id.eq(mail.id.0)))
        .set((
            outbox::state.eq(MailState::Sent.code()),
            outbox::sent_at.eq(now.naive_utc()),
            outbox::error.eq(answer),
            outbox::leased_until.eq(None::<NaiveDateTime>),
        ))
        .execute(tx.conn())?;
    let whole = outbox::table.filter(outbox::id.eq(mail.id.0)).filter(outbox::payload.ne(""));
    diesel::update(whole).set(outbox::sent_text.eq(text)).execute(tx.conn())?;
    Ok(())
}

/// What became of a mail that could not be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It is tried again at this time.
    Again(DateTime<Utc>),
    /// It is given up: somebody must use the telephone.
    Dead,
    /// Another worker has it meanwhile; nothing was changed.
    Taken,
}

/// Notes a failure: back into the queue with a growing wait, or given up when there is no `patience` or the mail would be
/// older than it.
///
/// # Errors
/// When the database refuses.
pub fn failed(
    tx: &mut Tx<'_>,
    mail: &Leased,
    why: &str,
    patience: Option<Duration>,
    now: DateTime<Utc>,
) -> Result<Fate, StoreError> {
    let again = patience.and_then(|most| letter::next_try(mail.id, mail.attempt, mail.written, most, now));
    let state = if again.is_some() { MailState::Waiting } else { MailState::Dead };
    let changed = diesel::update(
        outbox::table
            .filter(outbox::id.eq(mail.id.0))
            .filter(outbox::state.eq(MailState::Waiting.code()))
            .filter(outbox::leased_until.eq(mail.until.naive_utc())),
    )
    .set((
        outbox::state.eq(state.code()),
        outbox::not_before.eq(again.unwrap_or(now).naive_utc()),
        outbox::error.eq(why),
        outbox::leased_until.eq(None::<NaiveDateTime>),
    ))
    .execute(tx.conn())?;
    Ok(match (changed, again) {
        (0, _) => Fate::Taken,
        (_, Some(at)) => Fate::Again(at),
        (_, None) => Fate::Dead,
    })
}

/// Gives a mail back untried: the worker stops or its lease is nearly over.
///
/// # Errors
/// When the database refuses.
pub fn give_back(tx: &mut Tx<'_>, mail: &Leased) -> Result<(), StoreError> {
    diesel::update(
        outbox::table
            .filter(outbox::id.eq(mail.id.0))
            .filter(outbox::state.eq(MailState::Waiting.code()))
            .filter(outbox::leased_until.eq(mail.until.naive_utc())),
    )
    .set((outbox::leased_until.eq(None::<NaiveDateTime>), outbox::attempts.eq(outbox::attempts - 1)))
    .execute(tx.conn())?;
    Ok(())
}

/// A mail that was sent came back for good. Says whether that is news.
///
/// # Errors
/// When the database refuses.
pub fn came_back(tx: &mut Tx<'_>, id: MailId, status: &str) -> Result<bool, StoreError> {
    let left = outbox::table.filter(outbox::id.eq(id.0)).filter(outbox::state.eq(MailState::Sent.code()));
    let back = (outbox::state.eq(MailState::Dead.code()), outbox::error.eq(format!("반송됨 {status}")));
    Ok(diesel::update(left).set(back).execute(tx.conn())? == 1)
}

/// To whom a mail goes. `None` when it was destroyed.
///
/// # Errors
/// When the database refuses.
pub fn addressee(rx: &mut Rx<'_>, case: CaseId, id: MailId) -> Result<Option<String>, StoreError> {
    let own = outbox::table.filter(outbox::id.eq(id.0)).filter(outbox::case_id.eq(case.0));
    let payload: Option<String> = own.select(outbox::payload).first(rx.conn()).optional()?;
    Ok(payload.and_then(|payload| opened(rx, &payload)).map(|outgoing| outgoing.to))
}

/// Mails of cases that wait, are urgent by now, and of which nobody was told yet; they count as told from now on. At most `limit`
/// are looked at.
///
/// # Errors
/// When the database refuses.
pub fn turning_urgent(
    tx: &mut Tx<'_>,
    limit: i64,
    now: DateTime<Utc>,
) -> Result<Vec<(MailId, CaseId)>, StoreError> {
    let rows: Vec<(i64, i64, String)> = outbox::table
        .filter(outbox::state.eq(MailState::Waiting.code()))
        .filter(outbox::urgent_at.is_null())
        .filter(outbox::template.eq_any(Letter::TIMED))
        .filter(outbox::case_id.is_not_null())
        .order(outbox::id)
        .limit(limit)
        .select((outbox::id, outbox::case_id.assume_not_null(), outbox::payload))
        .load(tx.conn())?;
    let urgent = |payload: &str| opened(tx, payload).is_some_and(|mail| mail.letter.is_urgent(now));
    let found: Vec<(MailId, CaseId)> = rows
        .iter()
        .filter(|(_, _, payload)| urgent(payload))
        .map(|(id, case, _)| (MailId(*id), CaseId(*case)))
        .collect();
    let ids: Vec<i64> = found.iter().map(|(id, _)| id.0).collect();
    diesel::update(outbox::table.filter(outbox::id.eq_any(ids)))
        .set(outbox::urgent_at.eq(now.naive_utc()))
        .execute(tx.conn())?;
    Ok(found)
}

/// To whom the mails of a case go, at most 200, oldest first; those whose payload was destroyed are left out.
///
/// # Errors
/// When the database refuses.
pub fn addressees(rx: &mut Rx<'_>, case: CaseId) -> Result<Vec<(MailId, String)>, StoreError> {
    let own = outbox::table.filter(outbox::case_id.eq(case.0)).order(outbox::id).limit(200);
    let rows: Vec<(i64, String)> = own.select((outbox::id, outbox::payload)).load(rx.conn())?;
    let to = |(id, payload): (i64, String)| Some((MailId(id), opened(rx, &payload)?.to));
    Ok(rows.into_iter().filter_map(to).collect())
}

/// A person tries a dead mail of this case once more, at once.
///
/// # Errors
/// [`StoreError::NotFound`] when the case has no such dead mail.
pub fn revive(tx: &mut Tx<'_>, case: CaseId, id: MailId, now: DateTime<Utc>) -> Result<(), StoreError> {
    let changed = diesel::update(
        outbox::table
            .filter(outbox::id.eq(id.0))
            .filter(outbox::case_id.eq(case.0))
            .filter(outbox::state.eq(MailState::Dead.code()))
            .filter(outbox::payload.ne("")),
    )
    .set((
        outbox::state.eq(MailState::Waiting.code()),
        outbox::not_before.eq(now.naive_utc()),
        // The age of a mail is what gives it up; a person's wish makes it young again.
        outbox::created_at.eq(now.naive_utc()),
        outbox::attempts.eq(0),
    ))
    .execute(tx.conn())?;
    if changed == 1 { Ok(()) } else { Err(StoreError::NotFound) }
}

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
    /// Since when it is known that it may come too late.
    pub urgent: Option<DateTime<Utc>>,
    pub attempts: i64,
    /// The server's last words, addresses masked.
    pub answer: String,
    pub written: DateTime<Utc>,
    pub sent: Option<DateTime<Utc>>,
}

type Columns = (
    i64,
    Option<i64>,
    String,
    String,
    Option<NaiveDateTime>,
    i64,
    String,
    NaiveDateTime,
    Option<NaiveDateTime>,
    Option<NaiveDateTime>,
);

fn listed(row: Columns, now: DateTime<Utc>) -> Result<Listed, StoreError> {
    let (id, case, letter, state, leased, attempts, answer, written, sent, urgent) = row;
    Ok(Listed {
        id: MailId(id),
        case: case.map(CaseId),
        letter,
        state: MailState::from_code(&state)
            .ok_or_else(|| StoreError::Other(format!("outbox.state {state}")))?,
        leaving: leased.is_some_and(|until| until.and_utc() > now),
        urgent: urgent.map(|at| at.and_utc()),
        attempts,
        answer,
        written: written.and_utc(),
        sent: sent.map(|at| at.and_utc()),
    })
}

macro_rules! columns {
    () => {
        (
            outbox::id,
            outbox::case_id,
            outbox::template,
            outbox::state,
            outbox::leased_until,
            outbox::attempts,
            outbox::error,
            outbox::created_at,
            outbox::sent_at,
            outbox::urgent_at,
        )
    };
}

/// The mails of one case, oldest first, at most 200.
///
/// # Errors
/// When the database refuses.
pub fn of_case(rx: &mut Rx<'_>, case: CaseId, now: DateTime<Utc>) -> Result<Vec<Listed>, StoreError> {
    let rows: Vec<Columns> = outbox::table
        .filter(outbox::case_id.eq(case.0))
        .order(outbox::id)
        .limit(200)
        .select(columns!())
        .load(rx.conn())?;
    rows.into_iter().map(|row| listed(row, now)).collect()
}

/// Mails given up, newest first.
///
/// # Errors
/// When the database refuses.
pub fn dead(rx: &mut Rx<'_>, limit: i64, now: DateTime<Utc>) -> Result<Vec<Listed>, StoreError> {
    let rows: Vec<Columns> = outbox::table
        .filter(outbox::state.eq(MailState::Dead.code()))
        .order(outbox::id.desc())
        .limit(limit)
        .select(columns!())
        .load(rx.conn())?;
    rows.into_iter().map(|row| listed(row, now)).collect()
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

/// # Errors
/// When the database refuses.
pub fn standing(rx: &mut Rx<'_>) -> Result<Standing, StoreError> {
    let (waiting, oldest): (i64, Option<NaiveDateTime>) = outbox::table
        .filter(outbox::state.eq(MailState::Waiting.code()))
        .select((diesel::dsl::count_star(), diesel::dsl::min(outbox::created_at)))
        .first(rx.conn())?;
    let dead = outbox::table
        .filter(outbox::state.eq(MailState::Dead.code()))
        .filter(outbox::error.ne(TOO_LATE))
        .count()
        .get_result(rx.conn())?;
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
        query = query.filter(outbox::id.eq(id.0));
    }
    let rows: Vec<(Columns, String, String, Option<String>)> = query
        .order(outbox::id.desc())
        .limit(limit)
        .select((columns!(), outbox::message_key, outbox::payload, outbox::sent_text))
        .load(rx.conn())?;
    rows.into_iter()
        .map(|(row, key, payload, sent)| {
            let said = sent.map(|sealed| rx.vault().open(SENT_TEXT, &sealed)).transpose()?;
            let to = opened(rx, &payload).map(|outgoing| outgoing.to).unwrap_or_default();
            Ok(Opened { listed: listed(row, now)?, key, to, said })
        })
        .collect()
}

/// Destroys what the mails of `address` in `case` said, with the person (`product.md` §10); the rows stay as facts. Mails that
/// still wait are given up. Returns the mails.
///
/// # Errors
/// When the database refuses.
pub fn destroy(tx: &mut Tx<'_>, case: CaseId, address: &str) -> Result<Vec<Listed>, StoreError> {
    let mails = to_address(tx, case, address)?;
    let ids: Vec<i64> = mails.iter().map(|(mail, _)| mail.id.0).collect();
    let theirs = || outbox::table.filter(outbox::id.eq_any(ids.clone()));
    diesel::update(theirs().filter(outbox::state.eq(MailState::Waiting.code())))
        .set(outbox::state.eq(MailState::Dead.code()))
        .execute(tx.conn())?;
    diesel::update(theirs())
        .set((outbox::payload.eq(""), outbox::sent_text.eq(None::<String>), outbox::recipient.eq("")))
        .execute(tx.conn())?;
    Ok(mails.into_iter().map(|(mail, _)| mail).collect())
}

/// The mails of a case to this address, oldest first.
///
/// # Errors
/// When the database refuses.
pub fn of_address(rx: &mut Rx<'_>, case: CaseId, address: &str) -> Result<Vec<Listed>, StoreError> {
    Ok(to_address(rx, case, address)?.into_iter().map(|(mail, _)| mail).collect())
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
                let moved = Outgoing { to: to.to_owned(), ..outgoing };
                let plain = serde_json::to_string(&moved).map_err(|e| StoreError::Other(e.to_string()))?;
                tx.vault().seal(PAYLOAD, &plain)?
            }
            _ => String::new(),
        };
        diesel::update(outbox::table.filter(outbox::id.eq(mail.id.0)))
            .set((outbox::payload.eq(kept), outbox::recipient.eq(&whose)))
            .execute(tx.conn())?;
    }
    Ok(())
}

/// The mails of a case to this address, each with its sealed payload.
fn to_address(rx: &mut Rx<'_>, case: CaseId, address: &str) -> Result<Vec<(Listed, String)>, StoreError> {
    let whose = recipient(rx, address);
    let rows: Vec<(Columns, String)> = outbox::table
        .filter(outbox::case_id.eq(case.0))
        .filter(outbox::recipient.eq(whose))
        .order(outbox::id)
        .select((columns!(), outbox::payload))
        .load(rx.conn())?;
    rows.into_iter().map(|(row, payload)| Ok((listed(row, DateTime::UNIX_EPOCH)?, payload))).collect()
}
