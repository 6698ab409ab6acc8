//! A ward's 행정동 and what else it starts with.
use super::{WARD_DIGITS, is_ward, keep_body};
use crate::casework::account::note;
use crate::casework::account::people::administer;
use crate::casework::{CaseworkError, import};
use crate::domain::codes::{AuditAction, BodyKind, Venue};
use crate::domain::ids::UserId;
use crate::domain::permission::Actor;
use crate::domain::seoul;
use crate::store::Tx;
use crate::store::bodies::{self, NewBody};
use chrono::{DateTime, Utc};

/// Outside bodies that a ward starts with (`reference/README.md`).
const BODIES: &str = include_str!("../reference/bodies.csv");
/// Digits of a 행정동's code, which begins with its ward's.
const DONG_DIGITS: usize = 10;

/// What a new ward starts with: its 행정동, their offices as bodies (welfare referrals go there), outside bodies.
pub(super) fn begin_ward(
    tx: &mut Tx<'_>,
    by: Option<UserId>,
    ward_code: &str,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    import::seed_dongs(tx)?;
    for (code, name, ward) in bodies::all_dongs(tx)? {
        if ward == ward_code {
            keep_dong(tx, by, &code, &name, ward_code, now)?;
        }
    }
    for line in BODIES.lines().skip(1) {
        let mut parts = line.split(',').map(str::trim);
        let (kind, name, phone) = (parts.next(), parts.next(), parts.next());
        let (from, venue) = (parts.next(), parts.next());
        let (Some(kind), Some(name)) = (kind.and_then(BodyKind::from_code), name) else { continue };
        let new = NewBody {
            name: name.to_owned(),
            ward_code: ward_code.to_owned(),
            phone: phone.unwrap_or_default().to_owned(),
            from_on: from.and_then(seoul::parse_day),
            venue: venue.and_then(Venue::from_code),
            ..NewBody::default()
        };
        keep_body(tx, by, kind, &new, now)?;
    }
    Ok(())
}

/// Adds a 행정동 of a ward that is here, and its office.
///
/// # Errors
/// `Denied`; `Invalid` at `code` or `name`.
pub fn add_dong(
    tx: &mut Tx<'_>,
    actor: &Actor,
    code: &str,
    name: &str,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    administer(actor)?;
    let (code, name) = (code.trim(), name.trim());
    if code.len() != DONG_DIGITS || !code.chars().all(|c| c.is_ascii_digit()) {
        return Err(CaseworkError::field("code", "행정동 코드 열 자리를 적어 주세요. 예: 1141052000"));
    }
    if name.is_empty() || name.chars().count() > 20 {
        return Err(CaseworkError::field("name", "행정동 이름을 20자 안으로 적어 주세요."));
    }
    let ward = code.get(..WARD_DIGITS).unwrap_or_default();
    if is_ward(tx, ward).is_err() {
        return Err(CaseworkError::field("code", "이 코드의 구가 아직 없습니다. 구를 먼저 더해 주세요."));
    }
    if bodies::dong_name(tx, code)?.is_some() {
        return Err(CaseworkError::field("code", "이미 있는 행정동입니다."));
    }
    keep_dong(tx, actor.user, code, name, ward, now)
}

fn keep_dong(
    tx: &mut Tx<'_>,
    by: Option<UserId>,
    code: &str,
    name: &str,
    ward: &str,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    if bodies::dong_name(tx, code)?.is_none() {
        bodies::add_dong(tx, code, name, ward)?;
        note(tx, by, AuditAction::DongAdded, &format!("dong {code}"), "", now)?;
    }
    let office = |b: &bodies::Body| b.kind == BodyKind::Dong && b.dong_code.as_deref() == Some(code);
    if bodies::all(tx, seoul::day(now))?.iter().any(office) {
        return Ok(());
    }
    let new = NewBody {
        name: format!("{name} 주민센터"),
        ward_code: ward.to_owned(),
        dong_code: Some(code.to_owned()),
        ..NewBody::default()
    };
    keep_body(tx, by, BodyKind::Dong, &new, now)?;
    Ok(())
}
