//! Bearer tokens of the API. A person makes them in their settings for some days; a token is shown once and kept as its
//! keyed hash. What a token may do is what its maker may do at that moment, narrowed by its scope.
use super::schema::{api_tokens, grants, users};
use super::{Rx, StoreError, Tx, logins, users as accounts};
use crate::domain::codes::{AccountStatus, Role, TokenScope};
use crate::domain::ids::{BodyId, TokenId, UserId};
use crate::domain::permission::{Actor, Grant};
use chrono::{DateTime, Duration, NaiveDateTime, Utc};
use diesel::prelude::*;

/// What every token begins with, so that one left in a file is recognised.
pub const PREFIX: &str = "ieum_";

/// A token in its owner's list.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = api_tokens)]
pub struct TokenRow {
    pub id: TokenId,
    pub name: String,
    pub scopes: TokenScope,
    pub created_at: NaiveDateTime,
    pub expires_at: NaiveDateTime,
    pub revoked_at: Option<NaiveDateTime>,
    pub last_used_at: Option<NaiveDateTime>,
}

impl TokenRow {
    /// Whether the token still opens the API.
    #[must_use]
    pub fn is_live(&self, now: DateTime<Utc>) -> bool {
        self.revoked_at.is_none() && now.naive_utc() < self.expires_at
    }
}

fn hashed(rx: &Rx<'_>, token: &str) -> String {
    rx.vault().hash("api token", token)
}

/// Makes a token and returns its text, which is kept nowhere.
///
/// # Errors
/// Database errors.
pub fn make(
    tx: &mut Tx<'_>,
    user: UserId,
    name: &str,
    scope: TokenScope,
    expires_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(TokenId, String), StoreError> {
    let token = format!("{PREFIX}{}", logins::secret());
    let row = (
        api_tokens::user_id.eq(user),
        api_tokens::name.eq(name),
        api_tokens::token_hash.eq(hashed(tx, &token)),
        api_tokens::scopes.eq(scope),
        api_tokens::created_at.eq(now.naive_utc()),
        api_tokens::expires_at.eq(expires_at.naive_utc()),
    );
    let id =
        diesel::insert_into(api_tokens::table).values(row).returning(api_tokens::id).get_result(tx.conn())?;
    Ok((id, token))
}

/// A token that calls, and its maker as an actor: what the API asks before every request, so no sealed value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calling {
    pub token: TokenId,
    pub scope: TokenScope,
    pub actor: Actor,
    pub last_used_at: Option<NaiveDateTime>,
}

impl Calling {
    /// Whether the last use was noted more than a minute ago.
    #[must_use]
    pub fn wants_touch(&self, now: DateTime<Utc>) -> bool {
        self.last_used_at.is_none_or(|at| now.naive_utc() - at >= Duration::minutes(1))
    }
}

/// Who a token speaks for, with the grants in force now.
///
/// # Errors
/// `NotFound` for a token that is not live, or whose maker's account is not active.
pub fn calling(rx: &mut Rx<'_>, token: &str, now: DateTime<Utc>) -> Result<Calling, StoreError> {
    type Row = (TokenId, UserId, TokenScope, Option<NaiveDateTime>, Option<(Role, Option<BodyId>)>);
    let hash = hashed(rx, token);
    let at = now.naive_utc();
    let in_force = grants::user_id
        .eq(api_tokens::user_id)
        .and(grants::from_at.le(at))
        .and(grants::until_at.is_null().or(grants::until_at.gt(at)));
    let rows: Vec<Row> = api_tokens::table
        .inner_join(users::table.on(users::id.eq(api_tokens::user_id)))
        .left_join(grants::table.on(in_force))
        .filter(api_tokens::token_hash.eq(hash))
        .filter(api_tokens::revoked_at.is_null())
        .filter(api_tokens::expires_at.gt(at))
        .filter(users::status.eq(AccountStatus::Active))
        .select((
            api_tokens::id,
            api_tokens::user_id,
            api_tokens::scopes,
            api_tokens::last_used_at,
            (grants::role, grants::body_id).nullable(),
        ))
        .load(rx.conn())?;
    let (token, user, scope, last_used_at, _) = rows.first().cloned().ok_or(StoreError::NotFound)?;
    let grants = rows.into_iter().filter_map(|(.., grant)| grant);
    let grants = grants.map(|(role, body)| Grant { role, body }).collect();
    Ok(Calling { token, scope, actor: accounts::acting(rx, user, grants, now)?, last_used_at })
}

/// Notes that a token was used.
///
/// # Errors
/// Database errors.
pub fn touch(tx: &mut Tx<'_>, id: TokenId, now: DateTime<Utc>) -> Result<(), StoreError> {
    let used = api_tokens::last_used_at.eq(now.naive_utc());
    diesel::update(api_tokens::table.find(id)).set(used).execute(tx.conn())?;
    Ok(())
}

/// A person's tokens, newest first, ended ones included.
///
/// # Errors
/// Database errors.
pub fn of_user(rx: &mut Rx<'_>, user: UserId) -> Result<Vec<TokenRow>, StoreError> {
    let own = api_tokens::table.filter(api_tokens::user_id.eq(user)).order(api_tokens::id.desc());
    Ok(own.limit(100).select(TokenRow::as_select()).load(rx.conn())?)
}

/// Ends one of a person's own tokens.
///
/// # Errors
/// `NotFound` when it is not theirs or has been revoked.
pub fn revoke(tx: &mut Tx<'_>, user: UserId, id: TokenId, now: DateTime<Utc>) -> Result<(), StoreError> {
    let own = api_tokens::table.find(id).filter(api_tokens::user_id.eq(user));
    let live = own.filter(api_tokens::revoked_at.is_null());
    let ended = diesel::update(live).set(api_tokens::revoked_at.eq(now.naive_utc())).execute(tx.conn())?;
    if ended == 1 { Ok(()) } else { Err(StoreError::NotFound) }
}

/// Ends every token of a person and says how many.
///
/// # Errors
/// Database errors.
pub fn revoke_all(tx: &mut Tx<'_>, user: UserId, now: DateTime<Utc>) -> Result<usize, StoreError> {
    let own = api_tokens::table.filter(api_tokens::user_id.eq(user));
    let live = own.filter(api_tokens::revoked_at.is_null());
    Ok(diesel::update(live).set(api_tokens::revoked_at.eq(now.naive_utc())).execute(tx.conn())?)
}
