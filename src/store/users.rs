//! People with accounts, and their dated grants of roles. A grant is never edited, only ended.
use super::schema::{grants, users};
use super::{Rx, StoreError, Tx};
use crate::domain::codes::Role;
use crate::domain::ids::{BodyId, GrantId, UserId};
use crate::domain::permission::{Actor, Grant};
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

/// A person with an account; name, address and telephone opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    pub id: UserId,
    pub email: String,
    pub name: String,
    pub phone: String,
    pub active: bool,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = users)]
struct Row {
    id: UserId,
    email: String,
    name: String,
    phone: String,
    status: String,
}

fn opened(rx: &Rx<'_>, row: Row) -> Result<User, StoreError> {
    Ok(User {
        id: row.id,
        email: rx.vault().open("users.email", &row.email)?,
        name: rx.vault().open("users.name", &row.name)?,
        phone: rx.vault().open("users.phone", &row.phone)?,
        active: row.status == "active",
    })
}

/// The keyed hash by which an address is found; addresses are compared without regard to case.
#[must_use]
pub fn email_hash(rx: &Rx<'_>, email: &str) -> String {
    rx.vault().hash("email", &email.trim().to_lowercase())
}

/// Adds a person who has not set a password yet.
///
/// # Errors
/// `Conflict` when the address has an account; database errors.
pub fn add(
    tx: &mut Tx<'_>,
    email: &str,
    name: &str,
    phone: &str,
    now: DateTime<Utc>,
) -> Result<UserId, StoreError> {
    let hash = email_hash(tx, email);
    let sealed = (
        users::email.eq(tx.vault().seal("users.email", email.trim())?),
        users::email_hash.eq(hash),
        users::name.eq(tx.vault().seal("users.name", name)?),
        users::phone.eq(tx.vault().seal("users.phone", phone)?),
        users::status.eq("invited"),
        users::created_at.eq(now.naive_utc()),
    );
    Ok(diesel::insert_into(users::table).values(sealed).returning(users::id).get_result(tx.conn())?)
}

/// One person.
///
/// # Errors
/// `NotFound`.
pub fn find(rx: &mut Rx<'_>, id: UserId) -> Result<User, StoreError> {
    let row = users::table.find(id).select(Row::as_select()).first(rx.conn())?;
    opened(rx, row)
}

/// The person with this address.
///
/// # Errors
/// `NotFound`.
pub fn by_email(rx: &mut Rx<'_>, email: &str) -> Result<User, StoreError> {
    let hash = email_hash(rx, email);
    let row = users::table.filter(users::email_hash.eq(hash)).select(Row::as_select()).first(rx.conn())?;
    opened(rx, row)
}

/// Everyone, by id, at most 5,000.
///
/// # Errors
/// Database errors.
pub fn all(rx: &mut Rx<'_>) -> Result<Vec<User>, StoreError> {
    let rows: Vec<Row> =
        users::table.order(users::id).limit(5000).select(Row::as_select()).load(rx.conn())?;
    rows.into_iter().map(|row| opened(rx, row)).collect()
}

/// Whether nobody has an account yet: the first start of an installation.
///
/// # Errors
/// Database errors.
pub fn none_yet(rx: &mut Rx<'_>) -> Result<bool, StoreError> {
    let first: Option<UserId> = users::table.select(users::id).limit(1).first(rx.conn()).optional()?;
    Ok(first.is_none())
}

/// The stored password hash and whether the account is active.
///
/// # Errors
/// `NotFound`.
pub fn password_hash(rx: &mut Rx<'_>, id: UserId) -> Result<(Option<String>, bool), StoreError> {
    let row: (Option<String>, String) =
        users::table.find(id).select((users::password_hash, users::status)).first(rx.conn())?;
    Ok((row.0, row.1 == "active"))
}

/// Keeps a new password hash and makes the account active.
///
/// # Errors
/// Database errors.
pub fn set_password(tx: &mut Tx<'_>, id: UserId, hash: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
    diesel::update(users::table.find(id))
        .set((
            users::password_hash.eq(hash),
            users::status.eq("active"),
            users::password_changed_at.eq(now.naive_utc()),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// One dated grant.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = grants)]
pub struct GrantRow {
    pub id: GrantId,
    pub user_id: UserId,
    pub role: Role,
    pub body_id: Option<BodyId>,
    pub from_at: NaiveDateTime,
    pub until_at: Option<NaiveDateTime>,
    pub granted_by: Option<UserId>,
}

/// Grants a role from now on, until an instant or until it is ended.
///
/// # Errors
/// Database errors.
pub fn grant(
    tx: &mut Tx<'_>,
    user: UserId,
    role: Role,
    body: Option<BodyId>,
    until: Option<DateTime<Utc>>,
    by: Option<UserId>,
    now: DateTime<Utc>,
) -> Result<GrantId, StoreError> {
    Ok(diesel::insert_into(grants::table)
        .values((
            grants::user_id.eq(user),
            grants::role.eq(role),
            grants::body_id.eq(body),
            grants::from_at.eq(now.naive_utc()),
            grants::until_at.eq(until.map(|t| t.naive_utc())),
            grants::granted_by.eq(by),
            grants::created_at.eq(now.naive_utc()),
        ))
        .returning(grants::id)
        .get_result(tx.conn())?)
}

/// Ends a grant now.
///
/// # Errors
/// Database errors.
pub fn end_grant(
    tx: &mut Tx<'_>,
    id: GrantId,
    by: Option<UserId>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let now = now.naive_utc();
    diesel::update(grants::table.find(id))
        .set((grants::until_at.eq(now), grants::ended_by.eq(by), grants::ended_at.eq(now)))
        .execute(tx.conn())?;
    Ok(())
}

/// Every grant of a person, in force or not, newest first.
///
/// # Errors
/// Database errors.
pub fn grants_of(rx: &mut Rx<'_>, user: UserId) -> Result<Vec<GrantRow>, StoreError> {
    let rows = grants::table.filter(grants::user_id.eq(user)).order(grants::id.desc());
    Ok(rows.select(GrantRow::as_select()).load(rx.conn())?)
}

/// The person as an actor, with the grants in force at `now`.
///
/// # Errors
/// Database errors.
pub fn actor(rx: &mut Rx<'_>, user: UserId, now: DateTime<Utc>) -> Result<Actor, StoreError> {
    let now = now.naive_utc();
    let in_force: Vec<(Role, Option<BodyId>)> = grants::table
        .filter(grants::user_id.eq(user))
        .filter(grants::from_at.le(now))
        .filter(grants::until_at.is_null().or(grants::until_at.gt(now)))
        .select((grants::role, grants::body_id))
        .load(rx.conn())?;
    let grants = in_force.into_iter().map(|(role, body)| Grant { role, body }).collect();
    Ok(Actor { user: Some(user), grants, ..Actor::default() })
}

/// The active people who hold `role` at `body` now.
///
/// # Errors
/// Database errors.
pub fn with_role(
    rx: &mut Rx<'_>,
    body: BodyId,
    roles: &[Role],
    now: DateTime<Utc>,
) -> Result<Vec<User>, StoreError> {
    let now = now.naive_utc();
    let rows: Vec<Row> = users::table
        .inner_join(grants::table.on(grants::user_id.eq(users::id)))
        .filter(grants::body_id.eq(body))
        .filter(grants::role.eq_any(roles))
        .filter(grants::from_at.le(now))
        .filter(grants::until_at.is_null().or(grants::until_at.gt(now)))
        .filter(users::status.eq("active"))
        .order(users::id)
        .distinct()
        .select(Row::as_select())
        .load(rx.conn())?;
    rows.into_iter().map(|row| opened(rx, row)).collect()
}
