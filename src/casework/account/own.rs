//! What a person changes of their own account.
use super::{AccountRules, doors, login, note, passwords};
use crate::casework::CaseworkError;
use crate::domain::codes::{AuditAction, LinkPurpose, TokenScope};
use crate::domain::ids::{TokenId, UserId};
use crate::domain::letter::{Letter, Outgoing};
use crate::domain::text;
use crate::store::links::{self, NewLink};
use crate::store::logins::Login;
use crate::store::users::User;
use crate::store::{Db, Tx, logins, outbox, tokens, users};
use chrono::{DateTime, Duration, Utc};

/// Days that a token of the API may live.
pub const TOKEN_DAYS: [i64; 4] = [7, 30, 90, 365];
/// Live tokens that one person may have.
const TOKENS: usize = 20;

/// Changes name and telephone number.
///
/// # Errors
/// `Invalid`; database errors.
pub fn set_details(
    tx: &mut Tx<'_>,
    user: UserId,
    name: &str,
    phone: &str,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    let (name, phone) = details(name, phone)?;
    users::set_details(tx, user, &name, &phone)?;
    Ok(note(tx, Some(user), AuditAction::Details, &format!("user {}", user.0), "", now)?)
}

/// A name and a telephone number (which may be missing) as they are kept.
pub(super) fn details(name: &str, phone: &str) -> Result<(String, String), CaseworkError> {
    let mut wrong = Vec::new();
    let name = text::name(name).map_err(|why| wrong.push(("name".to_owned(), why.to_owned())));
    let phone = if phone.trim().is_empty() { Ok(String::new()) } else { text::phone(phone) };
    let phone = phone.map_err(|why| wrong.push(("phone".to_owned(), why.to_owned())));
    match (name, phone) {
        (Ok(name), Ok(phone)) => Ok((name, phone)),
        _ => Err(CaseworkError::Invalid(wrong)),
    }
}

/// A new password as it is typed: the present one, the new one twice.
#[derive(Clone, Default)]
pub struct NewPassword {
    pub password: String,
    pub new: String,
    pub again: String,
}

/// Checks a new password and makes what is kept of it; the present one has to be right.
///
/// # Errors
/// `Invalid` at `password` or `new_password`; `TooMany`.
pub async fn new_password(
    db: &Db,
    rules: &AccountRules,
    own: &User,
    typed: NewPassword,
    now: DateTime<Utc>,
) -> Result<String, CaseworkError> {
    doors::checked(&typed.new, &typed.again, &[&own.name, &own.email])
        .map_err(|why| CaseworkError::field("new_password", why))?;
    login::confirm(db, rules, own.id, typed.password, now).await?;
    passwords::hash(typed.new).await
}

/// Keeps the new password; every login of the person but `except` ends.
///
/// # Errors
/// Database errors.
pub fn keep_password(
    tx: &mut Tx<'_>,
    own: &User,
    hash: &str,
    except: Option<&str>,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    users::set_password(tx, own.id, hash, now)?;
    logins::end_all(tx, own.id, except)?;
    links::revoke_of_user(tx, own.id, &[LinkPurpose::Reset], now)?;
    let key = format!("password-{}-{}", own.id.0, now.timestamp_micros());
    doors::tell(tx, own.email.clone(), "계정의 비밀번호가 바뀌었습니다.", &key, now)?;
    Ok(note(tx, Some(own.id), AuditAction::PasswordChanged, &format!("user {}", own.id.0), "", now)?)
}

/// Changes the password; every other login of the person ends.
///
/// # Errors
/// As `new_password`.
pub async fn change_password(
    db: &Db,
    rules: &AccountRules,
    own: &Login,
    typed: NewPassword,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    let hash = new_password(db, rules, &own.user, typed, now).await?;
    let (user, id) = (own.user.clone(), own.id.clone());
    db.write(move |tx| keep_password(tx, &user, &hash, Some(&id), now)).await
}

/// Checks what is needed to ask for a new address: the address as it is kept, and the password.
///
/// # Errors
/// `Invalid` at `email` or `password`; `TooMany`.
pub async fn new_address(
    db: &Db,
    rules: &AccountRules,
    own: &User,
    email: &str,
    password: String,
    now: DateTime<Utc>,
) -> Result<String, CaseworkError> {
    let email = text::email(email).map_err(|why| CaseworkError::field("email", why))?;
    login::confirm(db, rules, own.id, password, now).await?;
    Ok(email)
}

/// Sends a link to the new address and a notice to the old one; nothing changes until the link is used. Whether the new
/// address has an account is not told.
///
/// # Errors
/// Database errors.
pub fn send_address(
    tx: &mut Tx<'_>,
    rules: &AccountRules,
    own: &User,
    email: String,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    if !doors::is_free(tx, &email)? {
        return Ok(());
    }
    let (user, until) = (own.id, now + rules.reset());
    links::revoke_of_user(tx, user, &[LinkPurpose::Address], now)?;
    let detail = Some(tx.vault().seal(links::DETAIL, &email)?);
    let new = NewLink { user: Some(user), detail, ..NewLink::default() };
    let link = links::make(tx, LinkPurpose::Address, &new, until, now)?;
    let letter = Letter::AddressChange { link: doors::path(tx, &link), until };
    let mail = Outgoing { to: email, number: None, letter };
    outbox::enqueue(tx, &format!("address-{}", link.id.0), None, &mail, now)?;
    let what = "계정의 메일 주소를 바꾸려는 요청이 있었습니다. 새 주소에서 확인하면 바뀝니다.";
    doors::tell(tx, own.email.clone(), what, &format!("address-asked-{}", link.id.0), now)?;
    Ok(note(tx, Some(user), AuditAction::AddressAsked, &format!("user {}", user.0), "", now)?)
}

/// Asks for a new address.
///
/// # Errors
/// As `new_address`.
pub async fn ask_address(
    db: &Db,
    rules: &AccountRules,
    own: &Login,
    email: &str,
    password: String,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    let email = new_address(db, rules, &own.user, email, password, now).await?;
    let (user, rules) = (own.user.clone(), rules.clone());
    db.write(move |tx| send_address(tx, &rules, &user, email, now)).await
}

/// Ends every login of the person, this one too where `except` is none; says how many.
///
/// # Errors
/// Database errors.
pub fn log_out_everywhere(
    tx: &mut Tx<'_>,
    user: UserId,
    except: Option<&str>,
    now: DateTime<Utc>,
) -> Result<usize, CaseworkError> {
    let ended = logins::end_all(tx, user, except)?;
    note(
        tx,
        Some(user),
        AuditAction::LoggedOut,
        &format!("user {}", user.0),
        &format!("logins={ended}"),
        now,
    )?;
    Ok(ended)
}

/// Makes a token of the API and returns its text, to be shown once.
///
/// # Errors
/// `Invalid` at `name`, `days` or the whole form.
pub fn make_token(
    tx: &mut Tx<'_>,
    user: UserId,
    name: &str,
    scope: TokenScope,
    days: i64,
    now: DateTime<Utc>,
) -> Result<String, CaseworkError> {
    let name = text::free(name, 60).map_err(|why| CaseworkError::field("name", &why))?;
    if name.is_empty() {
        return Err(CaseworkError::field("name", "어디에 쓸 토큰인지 적어 주세요. 예: 월간 통계 프로그램"));
    }
    if !TOKEN_DAYS.contains(&days) {
        return Err(CaseworkError::field("days", "얼마나 쓸지 골라 주세요."));
    }
    let live = tokens::of_user(tx, user)?.into_iter().filter(|t| t.is_live(now)).count();
    if live >= TOKENS {
        return Err(CaseworkError::field(
            "",
            "토큰이 너무 많습니다. 쓰지 않는 토큰을 없앤 뒤에 만들어 주세요.",
        ));
    }
    let (id, token) = tokens::make(tx, user, &name, scope, now + Duration::days(days), now)?;
    let detail = format!("scope={scope} days={days}");
    note(tx, Some(user), AuditAction::TokenMade, &format!("token {}", id.0), &detail, now)?;
    Ok(token)
}

/// Ends one of the person's own tokens.
///
/// # Errors
/// `NotFound`.
pub fn revoke_token(
    tx: &mut Tx<'_>,
    user: UserId,
    id: TokenId,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    tokens::revoke(tx, user, id, now)?;
    Ok(note(tx, Some(user), AuditAction::TokenRevoked, &format!("token {}", id.0), "", now)?)
}

/// Chooses the role whose pages are shown; the person must hold it.
///
/// # Errors
/// `Denied`.
pub fn act_as(
    tx: &mut Tx<'_>,
    own: &Login,
    role: Option<crate::domain::codes::Role>,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    let held = users::actor(tx, own.user.id, now)?;
    if role.is_some_and(|role| !held.has(role)) {
        return Err(CaseworkError::Denied);
    }
    Ok(logins::set_role(tx, &own.id, role)?)
}
