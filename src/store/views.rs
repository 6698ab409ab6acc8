//! Saved views of a person: the page, its filter, and the name, which is theirs and sealed.
use super::schema::saved_views;
use super::{Rx, StoreError, Tx};
use crate::domain::ids::UserId;
use chrono::{DateTime, Utc};
use diesel::prelude::*;

const NAME: &str = "saved_views.name";

/// A view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    pub id: i64,
    pub name: String,
    /// A `domain::view::Kind`'s code.
    pub page: String,
    pub query: String,
}

/// Keeps a view.
///
/// # Errors
/// Database errors.
pub fn add(
    tx: &mut Tx<'_>,
    user: UserId,
    (name, page, query): (&str, &str, &str),
    now: DateTime<Utc>,
) -> Result<i64, StoreError> {
    let row = (
        saved_views::user_id.eq(user),
        saved_views::name.eq(tx.vault().seal(NAME, name)?),
        saved_views::page.eq(page),
        saved_views::query.eq(query),
        saved_views::created_at.eq(now.naive_utc()),
    );
    let made = diesel::insert_into(saved_views::table).values(row).returning(saved_views::id);
    Ok(made.get_result(tx.conn())?)
}

/// A person's views, oldest first.
///
/// # Errors
/// Database errors; `Key` where a name does not open.
pub fn of_user(rx: &mut Rx<'_>, user: UserId) -> Result<Vec<View>, StoreError> {
    let rows: Vec<(i64, String, String, String)> = saved_views::table
        .filter(saved_views::user_id.eq(user))
        .order(saved_views::id)
        .select((saved_views::id, saved_views::name, saved_views::page, saved_views::query))
        .load(rx.conn())?;
    let view = |(id, name, page, query): (i64, String, String, String)| {
        Ok(View { id, name: rx.vault().open(NAME, &name)?, page, query })
    };
    rows.into_iter().map(view).collect()
}

/// Deletes one of a person's views.
///
/// # Errors
/// `NotFound` where it is not theirs.
pub fn remove(tx: &mut Tx<'_>, user: UserId, id: i64) -> Result<(), StoreError> {
    let one = saved_views::table.filter(saved_views::id.eq(id).and(saved_views::user_id.eq(user)));
    match diesel::delete(one).execute(tx.conn())? {
        0 => Err(StoreError::NotFound),
        _ => Ok(()),
    }
}

/// Deletes all of a person's views.
pub(in crate::store) fn forget(tx: &mut Tx<'_>, user: UserId) -> Result<(), StoreError> {
    diesel::delete(saved_views::table.filter(saved_views::user_id.eq(user))).execute(tx.conn())?;
    Ok(())
}
