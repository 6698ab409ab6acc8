//! Single values that belong to the installation: the id of its key, its schema's birth, and such.
use super::schema::settings;
use super::{Rx, StoreError, Tx};
use crate::each_backend;
use diesel::prelude::*;

/// A value, if it was ever set.
///
/// # Errors
/// Database errors.
pub fn get(rx: &mut Rx<'_>, key: &str) -> Result<Option<String>, StoreError> {
    Ok(settings::table.find(key).select(settings::value).first(rx.conn()).optional()?)
}

/// Sets a value.
///
/// # Errors
/// Database errors.
pub fn set(tx: &mut Tx<'_>, key: &str, value: &str) -> Result<(), StoreError> {
    let row = (settings::key.eq(key), settings::value.eq(value));
    each_backend!(tx.conn(), |c| diesel::insert_into(settings::table)
        .values(row)
        .on_conflict(settings::key)
        .do_update()
        .set(settings::value.eq(value))
        .execute(c))?;
    Ok(())
}
