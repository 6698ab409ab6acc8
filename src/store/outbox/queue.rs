//! The queue: a mail is put, taken by a lease, and sent, put off or given up.
use super::{BOUNCED, SENT_TEXT, opened, recipient, sealed, urgent};
use crate::domain::codes::MailState;
use crate::domain::ids::{CaseId, MailId, UserId};
use crate::domain::letter::{self, Outgoing};
use crate::each_backend;
use crate::store::schema::outbox;
use crate::store::{Rx, StoreError, Tx};
use chrono::{DateTime, Duration, NaiveDateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text, Timestamp};

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
    put(tx, key, (case, mail), None, now)
}

/// As [`enqueue`], for what somebody's own step tells people: it waits for as long as they may take it back.
///
/// # Errors
/// When the database refuses.
pub fn enqueue_by(
    tx: &mut Tx<'_>,
    key: &str,
    (case, mail): (CaseId, &Outgoing),
    by: Option<UserId>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let minutes = tx.rules().undo_minutes;
    let by = by.filter(|_| minutes > 0 && mail.letter.may_wait(now));
    put(tx, key, (Some(case), mail), by.map(|by| (now + Duration::minutes(minutes), by)), now)
}

fn put(
    tx: &mut Tx<'_>,
    key: &str,
    (case, mail): (Option<CaseId>, &Outgoing),
    undo: Option<(DateTime<Utc>, UserId)>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let whose = recipient(tx, &mail.to);
    if let (Some(case), None) = (case, undo) {
        urgent::let_go(tx, case, &whose, now)?;
    }
    let row = (
        outbox::message_key.eq(fitting(tx, key)),
        outbox::case_id.eq(case),
        outbox::recipient.eq(whose),
        outbox::template.eq(mail.letter.template()),
        outbox::payload.eq(sealed(tx, mail)?),
        outbox::created_at.eq(now.naive_utc()),
        outbox::not_before.eq(undo.map_or(now, |(until, _)| until).naive_utc()),
        outbox::attempts.eq(0),
        outbox::state.eq(MailState::Waiting),
        outbox::error.eq(""),
        outbox::needed_by.eq(mail.letter.needed_by().map(|by| by.naive_utc())),
        outbox::undo_until.eq(undo.map(|(until, _)| until.naive_utc())),
        outbox::undo_by.eq(undo.map(|(_, by)| by)),
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

/// What waits, as a worker would have it in hand, and from when on it may leave; the longest due first, at most `limit`. As with
/// [`lease`] neither what another worker has nor what stands behind an earlier mail of its case to its recipient. Nothing is taken.
///
/// # Errors
/// When the database refuses.
pub fn waiting(
    rx: &mut Rx<'_>,
    limit: i64,
    now: DateTime<Utc>,
) -> Result<Vec<(Leased, DateTime<Utc>)>, StoreError> {
    let earlier = diesel::alias!(outbox as earlier);
    let before = earlier
        .filter(earlier.field(outbox::case_id).eq(outbox::case_id))
        .filter(earlier.field(outbox::recipient).eq(outbox::recipient))
        .filter(earlier.field(outbox::state).eq(MailState::Waiting))
        .filter(earlier.field(outbox::id).lt(outbox::id));
    let free = outbox::leased_until.is_null().or(outbox::leased_until.lt(now.naive_utc()));
    type Line = (MailId, String, Option<CaseId>, i64, NaiveDateTime, NaiveDateTime, String);
    let lines: Vec<Line> = outbox::table
        .filter(outbox::state.eq(MailState::Waiting))
        .filter(free)
        .filter(diesel::dsl::not(diesel::dsl::exists(before)))
        .order((outbox::not_before, outbox::id))
        .limit(limit)
        .select((
            outbox::id,
            outbox::message_key,
            outbox::case_id,
            outbox::attempts,
            outbox::created_at,
            outbox::not_before,
            outbox::payload,
        ))
        .load(rx.conn())?;
    let in_hand = |(id, key, case, attempts, written, from, payload): Line| {
        let attempt = u32::try_from(attempts).unwrap_or(u32::MAX).saturating_add(1);
        let (written, from) = (written.and_utc(), from.and_utc());
        let outgoing = opened(rx, &payload);
        (Leased { id, key, case, attempt, written, until: from, outgoing }, from)
    };
    Ok(lines.into_iter().map(in_hand).collect())
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

/// The mail, as long as it is the caller's.
#[diesel::dsl::auto_type]
pub(in crate::store) fn held_by(mail: &Leased) -> _ {
    let id: i64 = mail.id.0;
    let waiting: MailState = MailState::Waiting;
    let until: NaiveDateTime = mail.until.naive_utc();
    outbox::table
        .filter(outbox::id.eq(id))
        .filter(outbox::state.eq(waiting))
        .filter(outbox::leased_until.eq(until))
}

/// The mail as it is now, just before it is sent: it may have been given up, or be for another address, since it was taken.
/// `None` when it is not the caller's any more.
///
/// # Errors
/// When the database refuses.
pub fn in_hand(rx: &mut Rx<'_>, mail: &Leased) -> Result<Option<Leased>, StoreError> {
    let payload: Option<String> = held_by(mail).select(outbox::payload).first(rx.conn()).optional()?;
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
            outbox::state.eq(MailState::Sent),
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
    let changed = diesel::update(held_by(mail))
        .set((
            outbox::state.eq(state),
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
    diesel::update(held_by(mail))
        .set((outbox::leased_until.eq(None::<NaiveDateTime>), outbox::attempts.eq(outbox::attempts - 1)))
        .execute(tx.conn())?;
    Ok(())
}

/// Its time was over before it could leave: it would only confuse, and is not sent. Says whether it was still the caller's.
///
/// # Errors
/// When the database refuses.
pub fn too_late(tx: &mut Tx<'_>, mail: &Leased) -> Result<bool, StoreError> {
    let late = (outbox::state.eq(MailState::Late), outbox::leased_until.eq(None::<NaiveDateTime>));
    Ok(diesel::update(held_by(mail)).set(late).execute(tx.conn())? == 1)
}

/// A mail that was sent came back for good. Says whether that is news.
///
/// # Errors
/// When the database refuses.
pub fn came_back(tx: &mut Tx<'_>, id: MailId, status: &str) -> Result<bool, StoreError> {
    let left = outbox::table.filter(outbox::id.eq(id.0)).filter(outbox::state.eq(MailState::Sent));
    let back = (outbox::state.eq(MailState::Dead), outbox::error.eq(format!("{BOUNCED} {status}")));
    Ok(diesel::update(left).set(back).execute(tx.conn())? == 1)
}

/// Whoever's step it tells of takes a mail back before it has left. Says whether it could be: it may have left meanwhile, or be
/// in a worker's hand.
///
/// # Errors
/// When the database refuses.
pub fn take_back(
    tx: &mut Tx<'_>,
    case: CaseId,
    id: MailId,
    by: UserId,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let at = now.naive_utc();
    let own = outbox::table
        .filter(outbox::id.eq(id))
        .filter(outbox::case_id.eq(case))
        .filter(outbox::state.eq(MailState::Waiting))
        // Clocks differ, and a request may have stood still: what a worker has taken is on its way, whatever the time.
        .filter(outbox::leased_until.is_null())
        .filter(outbox::undo_by.eq(by))
        .filter(outbox::undo_until.gt(at));
    Ok(diesel::update(own).set(outbox::state.eq(MailState::Withdrawn)).execute(tx.conn())? == 1)
}

/// A person tries a mail of this case that was given up or taken back once more, at once.
///
/// # Errors
/// [`StoreError::NotFound`] when the case has no such mail.
pub fn revive(tx: &mut Tx<'_>, case: CaseId, id: MailId, now: DateTime<Utc>) -> Result<(), StoreError> {
    let changed = diesel::update(
        outbox::table
            .filter(outbox::id.eq(id.0))
            .filter(outbox::case_id.eq(case.0))
            .filter(outbox::state.eq_any([MailState::Dead, MailState::Withdrawn]))
            .filter(outbox::payload.ne("")),
    )
    .set((
        outbox::state.eq(MailState::Waiting),
        outbox::not_before.eq(now.naive_utc()),
        // The age of a mail is what gives it up; a person's wish makes it young again.
        outbox::created_at.eq(now.naive_utc()),
        outbox::attempts.eq(0),
        // Whether it comes in time this time is told anew.
        outbox::urgent_at.eq(None::<NaiveDateTime>),
        outbox::undo_until.eq(None::<NaiveDateTime>),
    ))
    .execute(tx.conn())?;
    if changed == 1 { Ok(()) } else { Err(StoreError::NotFound) }
}
