//! What the installation remembers about itself, as key and value. Nothing secret and nothing personal.
use super::schema::settings::dsl;
use super::{Rx, StoreError, Tx};
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl};

/// Id of the key that this database's values are sealed with.
pub const KEY_ID: &str = "key_id";

/// The value kept under `key`, if any.
///
/// # Errors
/// When the database cannot be read.
pub fn get(rx: &mut Rx<'_>, key: &str) -> Result<Option<String>, StoreError> {
    Ok(dsl::settings.find(key).select(dsl::value).first(rx.conn()).optional()?)
}

/// Keeps `value` under `key`, in place of an earlier one.
///
/// # Errors
/// When the database cannot be written.
pub fn set(tx: &mut Tx<'_>, key: &str, value: &str) -> Result<(), StoreError> {
    let changed = diesel::update(dsl::settings.find(key)).set(dsl::value.eq(value)).execute(tx.conn())?;
    if changed == 0 {
        diesel::insert_into(dsl::settings)
            .values((dsl::key.eq(key), dsl::value.eq(value)))
            .execute(tx.conn())?;
    }
    Ok(())
}
