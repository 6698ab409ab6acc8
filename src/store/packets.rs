//! 의뢰서 as they went out: the very bytes, sealed. They go with the first of the two sides that they name.
use super::schema::referral_packets;
use super::{Rx, StoreError, Tx};
use crate::domain::codes::Side;
use crate::domain::ids::CaseId;
use crate::domain::step::Seq;
use chrono::{DateTime, Utc};
use diesel::prelude::*;

const SEALED: &str = "referral_packets.sealed";

/// Keeps what went along with the referral of line `seq`; `sides` are the ones of which it tells.
///
/// # Errors
/// Database errors.
pub fn add(
    tx: &mut Tx<'_>,
    case: CaseId,
    seq: Seq,
    (sides, text): (&[Side], &str),
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let sides: Vec<&str> = sides.iter().map(|side| side.code()).collect();
    let row = (
        referral_packets::case_id.eq(case),
        referral_packets::seq.eq(seq),
        referral_packets::sides.eq(sides.join(" ")),
        referral_packets::sealed.eq(tx.vault().seal(SEALED, text)?),
        referral_packets::created_at.eq(now.naive_utc()),
    );
    diesel::insert_into(referral_packets::table).values(row).execute(tx.conn())?;
    Ok(())
}

/// What went along with this referral, and of which sides it tells; nothing where it was destroyed or there was none.
///
/// # Errors
/// Database errors; `Key` when it does not open.
pub fn of(rx: &mut Rx<'_>, case: CaseId, seq: Seq) -> Result<Option<(Vec<Side>, String)>, StoreError> {
    let row: Option<(String, String)> = referral_packets::table
        .find((case, seq))
        .select((referral_packets::sides, referral_packets::sealed))
        .first(rx.conn())
        .optional()?;
    let Some((sides, sealed)) = row else { return Ok(None) };
    let text = rx.vault().open(SEALED, &sealed)?;
    Ok(Some((named(&sides), text)))
}

/// The referrals of a case whose 의뢰서 is here still, each with the sides of which it tells.
///
/// # Errors
/// Database errors.
pub fn of_case(rx: &mut Rx<'_>, case: CaseId) -> Result<Vec<(Seq, Vec<Side>)>, StoreError> {
    let own = referral_packets::table.filter(referral_packets::case_id.eq(case));
    let rows: Vec<(Seq, String)> =
        own.select((referral_packets::seq, referral_packets::sides)).load(rx.conn())?;
    Ok(rows.into_iter().map(|(seq, sides)| (seq, named(&sides))).collect())
}

fn named(sides: &str) -> Vec<Side> {
    sides.split(' ').filter_map(Side::from_code).collect()
}

/// Destroys what went out of a case about this side. Returns how many there were.
///
/// # Errors
/// Database errors.
pub fn destroy_of(tx: &mut Tx<'_>, case: CaseId, side: Side) -> Result<usize, StoreError> {
    let about = of_case(tx, case)?.into_iter().filter(|(_, sides)| sides.contains(&side));
    let about: Vec<Seq> = about.map(|(seq, _)| seq).collect();
    let own = referral_packets::table.filter(referral_packets::case_id.eq(case));
    Ok(diesel::delete(own.filter(referral_packets::seq.eq_any(about))).execute(tx.conn())?)
}

/// Destroys what went out of a case. Returns how many there were.
///
/// # Errors
/// Database errors.
pub fn destroy(tx: &mut Tx<'_>, case: CaseId) -> Result<usize, StoreError> {
    let own = referral_packets::table.filter(referral_packets::case_id.eq(case));
    Ok(diesel::delete(own).execute(tx.conn())?)
}
