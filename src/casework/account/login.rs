//! Coming in and going out.
use super::{AccountRules, passwords};
use crate::casework::CaseworkError;
use crate::domain::codes::AccountStatus;
use crate::domain::ids::UserId;
use crate::store::access::{self, Access};
use crate::store::{Db, StoreError, Tx, logins, users};
use chrono::{DateTime, Duration, Utc};

/// What is said to anyone who does not come in, whatever the reason.
const WRONG: &str = "전자우편 주소 또는 비밀번호가 맞지 않습니다. 다시 확인해 주세요.";

/// What a person types to come in.
#[derive(Clone, Default)]
pub struct Credentials {
    pub email: String,
    pub password: String,
}

/// Where they come from.
#[derive(Debug, Clone, Default)]
pub struct Origin {
    pub ip: String,
    pub agent: String,
    /// The login that the browser had before; it ends.
    pub before: Option<String>,
}

/// A login that was begun: the token goes into the cookie and nowhere else.
#[derive(Clone)]
pub struct LoggedIn {
    pub user: UserId,
    pub token: String,
}

/// Begins a login. Attempts are counted per account and per address, right ones only until they turn out right; wrong
/// password, unknown address, an account that is not active: all the same answer in the same time.
///
/// # Errors
/// `Invalid` with one sentence for everything that is wrong; `TooMany`; database errors.
pub async fn log_in(
    db: &Db,
    rules: &AccountRules,
    given: Credentials,
    origin: Origin,
    now: DateTime<Utc>,
) -> Result<LoggedIn, CaseworkError> {
    let keys = Keys::new(&given.email, &origin.ip);
    let (counted, limits, email) = (keys.clone(), rules.clone(), given.email.clone());
    let known = db
        .write(
            move |tx| {
                if counted.within(tx, &limits, now)? { Ok(Some(stored(tx, &email)?)) } else { Ok(None) }
            },
        )
        .await
        .map_err(|e: StoreError| CaseworkError::Store(e))?;
    let Some(known) = known else { return Err(CaseworkError::TooMany) };
    let hash = known.as_ref().map(|(_, hash)| hash.clone());
    let right = passwords::fits(given.password, hash).await?;
    let absolute = rules.absolute();
    db.write(move |tx| finish(tx, known.filter(|_| right), &keys, &origin, absolute, now))
        .await?
        .ok_or_else(|| CaseworkError::field("", WRONG))
}

/// The active person of an address, and the hash of their password.
fn stored(tx: &mut Tx<'_>, email: &str) -> Result<Option<(UserId, String)>, StoreError> {
    let user = match users::by_email(tx, email) {
        Ok(user) => user,
        Err(StoreError::NotFound) => return Ok(None),
        Err(e) => return Err(e),
    };
    let (hash, status) = users::password_hash(tx, user.id)?;
    Ok(hash.filter(|_| status == AccountStatus::Active).map(|hash| (user.id, hash)))
}

fn finish(
    tx: &mut Tx<'_>,
    right: Option<(UserId, String)>,
    keys: &Keys,
    origin: &Origin,
    absolute: Duration,
    now: DateTime<Utc>,
) -> Result<Option<LoggedIn>, CaseworkError> {
    let mut record = Access { ip: &origin.ip, what: "login", ..Access::default() };
    // The account may have been stopped, or its password changed, while the hash was worked out.
    let still = right.map(|(user, hash)| Ok::<_, StoreError>((user, hash, users::password_hash(tx, user)?)));
    let user = match still.transpose()? {
        Some((user, hash, kept)) if kept == (Some(hash.clone()), AccountStatus::Active) => user,
        _ => {
            record.what = "login_failed";
            access::record(tx, &record, now)?;
            return Ok(None);
        }
    };
    access::forget_attempts(tx, &keys.account)?;
    access::give_back_attempt(tx, &keys.address)?;
    if let Some(before) = &origin.before {
        logins::end(tx, before)?;
    }
    let from = logins::From { ip: &origin.ip, agent: &origin.agent };
    let token = logins::begin(tx, user, from, absolute, now)?;
    record.user = Some(user);
    access::record(tx, &record, now)?;
    Ok(Some(LoggedIn { user, token }))
}

/// Ends the login of a cookie.
///
/// # Errors
/// Database errors.
pub fn log_out(tx: &mut Tx<'_>, token: &str) -> Result<(), CaseworkError> {
    Ok(logins::end(tx, token)?)
}

/// Makes sure that the person at the keyboard knows the account's password, before something that a stolen session must
/// not do. Counted like a login.
///
/// # Errors
/// `Invalid` at `password`; `TooMany`.
pub(super) async fn confirm(
    db: &Db,
    rules: &AccountRules,
    user: UserId,
    password: String,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    let limits = rules.clone();
    let (key, hash) = db
        .write(move |tx| {
            let person = users::find(tx, user)?;
            let key = Keys::new(&person.email, "").account;
            let most = i64::from(limits.limits.login_per_account);
            let window = Duration::minutes(limits.limits.login_window_minutes);
            let within = access::attempt(tx, &key, most, window, now)?;
            Ok::<_, StoreError>((key, within.then_some(users::password_hash(tx, user)?.0)))
        })
        .await?;
    let Some(hash) = hash else { return Err(CaseworkError::TooMany) };
    if !passwords::fits(password, hash).await? {
        return Err(CaseworkError::field("password", "지금 비밀번호가 맞지 않습니다. 다시 적어 주세요."));
    }
    Ok(db.write(move |tx| access::forget_attempts(tx, &key)).await?)
}

/// The limits' keys of one attempt.
#[derive(Clone)]
pub(super) struct Keys {
    pub(super) account: String,
    address: String,
}

impl Keys {
    pub(super) fn new(email: &str, ip: &str) -> Self {
        Self {
            account: format!("login:account:{}", email.trim().to_lowercase()),
            address: format!("login:address:{ip}"),
        }
    }

    /// Counts the attempt on both keys and says whether it is within both limits.
    fn within(&self, tx: &mut Tx<'_>, rules: &AccountRules, now: DateTime<Utc>) -> Result<bool, StoreError> {
        let window = Duration::minutes(rules.limits.login_window_minutes);
        let (account, address) =
            (i64::from(rules.limits.login_per_account), i64::from(rules.limits.login_per_address));
        let address = access::attempt(tx, &self.address, address, window, now)?;
        Ok(access::attempt(tx, &self.account, account, window, now)? && address)
    }
}
