//! Minutes signed on paper, scanned: put in by whoever keeps the record, read by whoever reads the minutes whole.
use super::account::note;
use super::{CaseworkError, meet};
use crate::domain::case::Refused;
use crate::domain::codes::{AuditAction, MeetingState, ScanKind};
use crate::domain::ids::MeetingId;
use crate::domain::meeting::MeetingStepCode;
use crate::domain::permission::Actor;
use crate::store::scans::{self, Scan};
use crate::store::{Rx, StoreError, Tx};
use chrono::{DateTime, Utc};

/// Bytes of one scan at most.
pub const SCAN_MAX: usize = 10 * 1024 * 1024;
/// Scans of one meeting at most.
const SCANS: usize = 20;

/// Whether this person may put a scan in: whoever writes the minutes or leads, once there are minutes.
#[must_use]
pub fn may_add(actor: &Actor, sheet: &meet::Sheet) -> bool {
    let written = matches!(sheet.meeting.state, Some(MeetingState::Completed | MeetingState::Signed));
    written && sheet.closed.is_empty() && actor.in_meeting(MeetingStepCode::Correct, &sheet.meeting).is_some()
}

/// Keeps a scan. What it is, its bytes say; names and sent types are nobody's word.
///
/// # Errors
/// `NotFound` in other bodies and where the minutes are not whole to this person, `Invalid` at `scan`, `Refused`.
pub fn add(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: MeetingId,
    bytes: &[u8],
    now: DateTime<Utc>,
) -> Result<i64, CaseworkError> {
    let sheet = meet::read(tx, actor, id, now)?;
    if !sheet.closed.is_empty() {
        return Err(StoreError::NotFound.into());
    }
    if !may_add(actor, &sheet) {
        return Err(Refused {
            code: "no_minutes",
            sentence: "회의록을 마친 뒤에 서명한 회의록을 올려 주세요.".to_owned(),
        }
        .into());
    }
    if bytes.len() > SCAN_MAX {
        return Err(CaseworkError::field(
            "scan",
            "10MB까지 올릴 수 있습니다. 해상도를 낮추어 다시 스캔해 주세요.",
        ));
    }
    let Some(kind) = ScanKind::of(bytes) else {
        return Err(CaseworkError::field(
            "scan",
            "PDF, PNG, JPEG 파일만 올릴 수 있습니다. 다시 골라 주세요.",
        ));
    };
    if scans::of_meeting(tx, id)?.len() >= SCANS {
        return Err(CaseworkError::field(
            "scan",
            "한 회의에 20개까지 올릴 수 있습니다. 쪽을 묶어 한 파일로 올려 주세요.",
        ));
    }
    let scan = match scans::add(tx, id, kind, bytes, actor.user, now) {
        Err(StoreError::Conflict(_)) => {
            return Err(CaseworkError::field("scan", "이미 올린 파일입니다."));
        }
        done => done?,
    };
    note(tx, actor.user, AuditAction::Seat, &format!("meeting {}", id.0), "scan", now)?;
    Ok(scan)
}

/// The scans that this person may open: none while an item of the meeting is closed to them.
///
/// # Errors
/// Database errors.
pub fn of_sheet(rx: &mut Rx<'_>, sheet: &meet::Sheet) -> Result<Vec<Scan>, CaseworkError> {
    if sheet.closed.is_empty() { Ok(scans::of_meeting(rx, sheet.meeting.id)?) } else { Ok(Vec::new()) }
}

/// One scan with its bytes.
///
/// # Errors
/// `NotFound` in other bodies, and for whoever has left an item of the meeting.
pub fn open(
    rx: &mut Rx<'_>,
    actor: &Actor,
    id: MeetingId,
    scan: i64,
    now: DateTime<Utc>,
) -> Result<(ScanKind, Vec<u8>), CaseworkError> {
    let sheet = meet::read(rx, actor, id, now)?;
    if !sheet.closed.is_empty() {
        return Err(StoreError::NotFound.into());
    }
    Ok(scans::open(rx, id, scan)?)
}
