//! Reference data that a new installation starts with: the fourteen 행정동 of 서대문구.
use crate::store::{StoreError, Tx, bodies};

/// Code and name; the ward is the code's first five digits (행정표준코드).
const DONGS: &str = include_str!("seodaemun_dongs.csv");

/// Adds what is missing; what is there stays as it is.
///
/// # Errors
/// Database errors.
pub fn seed(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    for line in DONGS.lines().skip(1) {
        if let Some((code, name)) = line.split_once(',') {
            let ward = code.get(..5).unwrap_or_default();
            bodies::add_dong(tx, code, name.trim(), ward)?;
        }
    }
    Ok(())
}
