//! Scans of minutes signed on paper: sealed like every personal value, read one at a time.
use super::schema::meeting_scans;
use super::{Rx, StoreError, Tx};
use crate::domain::codes::ScanKind;
use crate::domain::ids::{MeetingId, UserId};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

const SEALED: &str = "meeting_scans.sealed";

/// A scan without its bytes.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Scan {
    pub id: i64,
    pub kind: ScanKind,
    pub size: i64,
    /// Keyed hash of the bytes: the same file twice is seen.
    pub digest: String,
    pub created_at: NaiveDateTime,
}

/// Keeps a scan.
///
/// # Errors
/// `Conflict` when this very file is there already.
pub fn add(
    tx: &mut Tx<'_>,
    meeting: MeetingId,
    kind: ScanKind,
    bytes: &[u8],
    by: Option<UserId>,
    now: DateTime<Utc>,
) -> Result<i64, StoreError> {
    let text = STANDARD.encode(bytes);
    let digest = tx.vault().hash("meeting_scans.digest", &text);
    if of_meeting(tx, meeting)?.iter().any(|scan| scan.digest == digest) {
        return Err(StoreError::Conflict("the same scan".into()));
    }
    let row = (
        meeting_scans::meeting_id.eq(meeting),
        meeting_scans::kind.eq(kind),
        meeting_scans::size.eq(i64::try_from(bytes.len()).unwrap_or(i64::MAX)),
        meeting_scans::digest.eq(digest),
        meeting_scans::sealed.eq(tx.vault().seal(SEALED, &text)?),
        meeting_scans::created_by.eq(by),
        meeting_scans::created_at.eq(now.naive_utc()),
    );
    Ok(diesel::insert_into(meeting_scans::table)
        .values(row)
        .returning(meeting_scans::id)
        .get_result(tx.conn())?)
}

/// The scans of a meeting, oldest first.
///
/// # Errors
/// Database errors.
pub fn of_meeting(rx: &mut Rx<'_>, meeting: MeetingId) -> Result<Vec<Scan>, StoreError> {
    Ok(meeting_scans::table
        .filter(meeting_scans::meeting_id.eq(meeting))
        .order(meeting_scans::id)
        .limit(20)
        .select((
            meeting_scans::id,
            meeting_scans::kind,
            meeting_scans::size,
            meeting_scans::digest,
            meeting_scans::created_at,
        ))
        .load(rx.conn())?)
}

/// One scan of this meeting, opened.
///
/// # Errors
/// `NotFound`; `Key` when it does not open.
pub fn open(rx: &mut Rx<'_>, meeting: MeetingId, id: i64) -> Result<(ScanKind, Vec<u8>), StoreError> {
    let (kind, sealed): (ScanKind, String) = meeting_scans::table
        .find(id)
        .filter(meeting_scans::meeting_id.eq(meeting))
        .select((meeting_scans::kind, meeting_scans::sealed))
        .first(rx.conn())?;
    let text = rx.vault().open(SEALED, &sealed)?;
    let bytes = STANDARD.decode(text).map_err(|e| StoreError::Other(format!("a scan: {e}")))?;
    Ok((kind, bytes))
}
