//! Mails that may come too late, and what waits before one that may not wait.
use crate::domain::codes::MailState;
use crate::domain::ids::{CaseId, MailId};
use crate::store::schema::outbox;
use crate::store::{Rx, StoreError, Tx};
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

/// The mails of cases that still wait and are needed by `before`, however long that is past, and of which nobody was told yet;
/// the first needed first, at most `limit`.
///
/// # Errors
/// When the database refuses.
pub fn turning_urgent(
    rx: &mut Rx<'_>,
    before: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<(MailId, CaseId)>, StoreError> {
    let rows: Vec<(i64, i64)> = outbox::table
        .filter(outbox::state.eq(MailState::Waiting))
        .filter(outbox::urgent_at.is_null())
        .filter(outbox::needed_by.le(before.naive_utc()))
        .filter(outbox::case_id.is_not_null())
        .order((outbox::needed_by, outbox::id))
        .limit(limit)
        .select((outbox::id, outbox::case_id.assume_not_null()))
        .load(rx.conn())?;
    Ok(rows.into_iter().map(|(mail, case)| (MailId(mail), CaseId(case))).collect())
}

/// From now on somebody is told of this mail. Says whether that is news: it may have left meanwhile, or another process told.
///
/// # Errors
/// When the database refuses.
pub fn claim_urgent(tx: &mut Tx<'_>, id: MailId, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let still = outbox::table
        .filter(outbox::id.eq(id.0))
        .filter(outbox::state.eq(MailState::Waiting))
        .filter(outbox::urgent_at.is_null());
    Ok(diesel::update(still).set(outbox::urgent_at.eq(now.naive_utc())).execute(tx.conn())? == 1)
}

/// A mail that does not wait goes to this person about this case: what could be taken back before it leaves now, so that the
/// order is kept and nothing is held up.
pub(super) fn let_go(
    tx: &mut Tx<'_>,
    case: CaseId,
    whose: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let before = outbox::table
        .filter(outbox::case_id.eq(case))
        .filter(outbox::recipient.eq(whose))
        .filter(outbox::state.eq(MailState::Waiting))
        .filter(outbox::undo_until.gt(now.naive_utc()));
    let gone = (outbox::not_before.eq(now.naive_utc()), outbox::undo_until.eq(None::<NaiveDateTime>));
    diesel::update(before).set(gone).execute(tx.conn())?;
    Ok(())
}
