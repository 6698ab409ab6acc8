//! Logins of people with accounts. The browser's cookie holds a random token; the row holds only its keyed hash, so that a
//! copy of the database logs nobody in (OWASP ASVS 5.0 §7).
use super::schema::{logins, users};
use super::users::{User, UserRow};
use super::{Rx, StoreError, Tx};
use crate::domain::codes::{AccountStatus, Role};
use crate::domain::ids::UserId;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Duration, NaiveDateTime, Utc};
use diesel::prelude::*;
use rand::RngCore;

/// A login that stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    /// The token's keyed hash: names the login in its owner's list without opening anything.
    pub id: String,
    pub user: User,
    /// The role whose pages are shown, for people with several; none: the first they hold.
    pub role: Option<Role>,
    /// The secret of this login's forms.
    pub csrf: String,
    pub created_at: NaiveDateTime,
    pub seen_at: NaiveDateTime,
    /// When it ends however much it is used.
    pub expires_at: NaiveDateTime,
}

impl Login {
    /// Whether the last use was noted more than a minute ago; it is noted at most so often, as a note is a write.
    #[must_use]
    pub fn wants_touch(&self, now: DateTime<Utc>) -> bool {
        now.naive_utc() - self.seen_at >= Duration::minutes(1)
    }
}

/// One line of a person's list of their own logins.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = logins)]
pub struct LoginRow {
    pub token_hash: String,
    pub created_at: NaiveDateTime,
    pub seen_at: NaiveDateTime,
    pub ip: String,
    pub agent: String,
}

/// Where a login comes from.
#[derive(Debug, Clone, Copy, Default)]
pub struct From<'a> {
    pub ip: &'a str,
    /// The browser's own name; cut at 200 characters.
    pub agent: &'a str,
}

/// 256 random bits as text that fits a cookie or a header.
#[must_use]
pub fn secret() -> String {
    let mut bytes = [0u8; 32];
    rand::rngs::OsRng.fill_bytes(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

fn hashed(rx: &Rx<'_>, token: &str) -> String {
    rx.vault().hash("login", token)
}

/// Begins a login and returns its token. The token is always new: one known before the login opens nothing after it.
///
/// # Errors
/// Database errors.
pub fn begin(
    tx: &mut Tx<'_>,
    user: UserId,
    from: From<'_>,
    absolute: Duration,
    now: DateTime<Utc>,
) -> Result<String, StoreError> {
    let token = secret();
    let row = (
        logins::token_hash.eq(hashed(tx, &token)),
        logins::user_id.eq(user),
        logins::created_at.eq(now.naive_utc()),
        logins::seen_at.eq(now.naive_utc()),
        logins::expires_at.eq((now + absolute).naive_utc()),
        logins::ip.eq(from.ip),
        logins::agent.eq(from.agent.chars().take(200).collect::<String>()),
        logins::csrf.eq(secret()),
    );
    diesel::insert_into(logins::table).values(row).execute(tx.conn())?;
    Ok(token)
}

/// The login of a token: its person is active, it was used within `idle` and begun within `absolute`.
///
/// # Errors
/// `NotFound` for a token that opens nothing (any more).
pub fn by_token(
    rx: &mut Rx<'_>,
    token: &str,
    now: DateTime<Utc>,
    idle: Duration,
    absolute: Duration,
) -> Result<Login, StoreError> {
    let id = hashed(rx, token);
    let at = now.naive_utc();
    type Own = (Option<Role>, String, NaiveDateTime, NaiveDateTime, NaiveDateTime);
    let (person, (role, csrf, created_at, seen_at, expires_at)): (UserRow, Own) = logins::table
        .inner_join(users::table.on(users::id.eq(logins::user_id)))
        .filter(logins::token_hash.eq(&id))
        .filter(users::status.eq(AccountStatus::Active))
        .filter(logins::expires_at.gt(at))
        .filter(logins::created_at.gt(at - absolute))
        .filter(logins::seen_at.gt(at - idle))
        .select((
            UserRow::as_select(),
            (logins::role, logins::csrf, logins::created_at, logins::seen_at, logins::expires_at),
        ))
        .first(rx.conn())?;
    let user = person.opened(rx)?;
    Ok(Login { id, user, role, csrf, created_at, seen_at, expires_at })
}

/// Notes that a login is in use.
///
/// # Errors
/// Database errors.
pub fn touch(tx: &mut Tx<'_>, id: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
    let row = logins::table.find(id).filter(logins::seen_at.lt(now.naive_utc()));
    diesel::update(row).set(logins::seen_at.eq(now.naive_utc())).execute(tx.conn())?;
    Ok(())
}

/// Chooses the role whose pages are shown; none: of all roles together.
///
/// # Errors
/// Database errors.
pub fn set_role(tx: &mut Tx<'_>, id: &str, role: Option<Role>) -> Result<(), StoreError> {
    diesel::update(logins::table.find(id)).set(logins::role.eq(role)).execute(tx.conn())?;
    Ok(())
}

/// Ends the login of a token, if there is one.
///
/// # Errors
/// Database errors.
pub fn end(tx: &mut Tx<'_>, token: &str) -> Result<(), StoreError> {
    let id = hashed(tx, token);
    diesel::delete(logins::table.find(id)).execute(tx.conn())?;
    Ok(())
}

/// Ends one of a person's own logins by its id.
///
/// # Errors
/// `NotFound` when it is not theirs or has ended.
pub fn end_own(tx: &mut Tx<'_>, user: UserId, id: &str) -> Result<(), StoreError> {
    let own = logins::table.find(id).filter(logins::user_id.eq(user));
    let ended = diesel::delete(own).execute(tx.conn())?;
    if ended == 1 { Ok(()) } else { Err(StoreError::NotFound) }
}

/// Ends every login of a person but `except`, and says how many.
///
/// # Errors
/// Database errors.
pub fn end_all(tx: &mut Tx<'_>, user: UserId, except: Option<&str>) -> Result<usize, StoreError> {
    let all = logins::table.filter(logins::user_id.eq(user));
    let others = all.filter(logins::token_hash.ne(except.unwrap_or_default()));
    Ok(diesel::delete(others).execute(tx.conn())?)
}

/// A person's logins that stand, the last used first.
///
/// # Errors
/// Database errors.
pub fn of_user(
    rx: &mut Rx<'_>,
    user: UserId,
    now: DateTime<Utc>,
    idle: Duration,
) -> Result<Vec<LoginRow>, StoreError> {
    let at = now.naive_utc();
    Ok(logins::table
        .filter(logins::user_id.eq(user))
        .filter(logins::expires_at.gt(at))
        .filter(logins::seen_at.gt(at - idle))
        .order(logins::seen_at.desc())
        .limit(100)
        .select(LoginRow::as_select())
        .load(rx.conn())?)
}

/// Forgets logins that ended by themselves.
///
/// # Errors
/// Database errors.
pub fn forget_ended(tx: &mut Tx<'_>, now: DateTime<Utc>, idle: Duration) -> Result<usize, StoreError> {
    let at = now.naive_utc();
    let ended = logins::table.filter(logins::expires_at.le(at).or(logins::seen_at.le(at - idle)));
    Ok(diesel::delete(ended).execute(tx.conn())?)
}
