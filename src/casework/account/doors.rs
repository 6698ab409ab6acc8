//! The one-use links of accounts: the first set-up, an invitation, a new password, a new address.
//!
//! `GET` on a link looks (`look`) and changes nothing; an explicit `POST` decides, once.
use super::{AccountRules, login, note, passwords};
use crate::casework::CaseworkError;
use crate::domain::codes::{AccountStatus, AuditAction, LinkPurpose, Role};
use crate::domain::ids::UserId;
use crate::domain::letter::{Letter, Outgoing};
use crate::domain::{password, text};
use crate::store::links::{self, Link, NewLink};
use crate::store::{Db, Rx, StoreError, Tx, access, bodies, logins, outbox, tokens, users};
use chrono::{DateTime, Duration, Utc};

/// What an account's link opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Door {
    /// Makes the first operator.
    SetUp,
    /// Sets the first password. `roles` are labels: `천연동 위원회 간사`.
    Invitation { name: String, email: String, roles: Vec<String> },
    /// Sets the password anew.
    Reset { name: String, email: String },
    /// Changes the address to this one.
    Address { email: String },
    /// The link was used, replaced or has run out.
    Closed(LinkPurpose),
}

/// The path of a link's page.
#[must_use]
pub fn path(rx: &Rx<'_>, link: &Link) -> String {
    format!("/account/{}", links::token(rx, link.id))
}

/// What the link of `token` opens now.
///
/// # Errors
/// `NotFound` for a token that is no account's link.
pub fn look(rx: &mut Rx<'_>, token: &str, now: DateTime<Utc>) -> Result<Door, CaseworkError> {
    Ok(opened(rx, token, now)?.1)
}

fn opened(rx: &mut Rx<'_>, token: &str, now: DateTime<Utc>) -> Result<(Link, Door), StoreError> {
    let link = links::by_token(rx, token)?;
    let closed = !link.is_live(now) || link.used_at.is_some();
    let door = match (link.purpose, link.user_id) {
        (LinkPurpose::SetUp | LinkPurpose::Invitation | LinkPurpose::Reset | LinkPurpose::Address, _)
            if closed =>
        {
            Door::Closed(link.purpose)
        }
        (LinkPurpose::SetUp, None) if nobody_operates(rx, now)? => Door::SetUp,
        (LinkPurpose::SetUp, _) => Door::Closed(link.purpose),
        (LinkPurpose::Invitation, Some(user)) => invitation(rx, user, now)?,
        (LinkPurpose::Reset, Some(user)) => {
            let user = users::find(rx, user)?;
            match user.status {
                AccountStatus::Active => Door::Reset { name: user.name, email: user.email },
                AccountStatus::Invited | AccountStatus::Disabled => Door::Closed(link.purpose),
            }
        }
        (LinkPurpose::Address, Some(_)) => {
            let sealed = link.detail.as_deref().ok_or(StoreError::NotFound)?;
            Door::Address { email: rx.vault().open(links::DETAIL, sealed)? }
        }
        _ => return Err(StoreError::NotFound),
    };
    Ok((link, door))
}

fn invitation(rx: &mut Rx<'_>, user: UserId, now: DateTime<Utc>) -> Result<Door, StoreError> {
    let person = users::find(rx, user)?;
    if person.status != AccountStatus::Invited {
        return Ok(Door::Closed(LinkPurpose::Invitation));
    }
    let mut roles = Vec::new();
    for grant in users::grants_of(rx, user)?.into_iter().filter(|g| !g.is_over(now)) {
        let body = grant.body_id.map(|b| bodies::find(rx, b)).transpose()?;
        let label = grant.role.label();
        roles.push(body.map_or_else(|| label.to_owned(), |b| format!("{} {label}", b.name)));
    }
    Ok(Door::Invitation { name: person.name, email: person.email, roles })
}

/// Whether nobody can set up anything yet.
fn nobody_operates(rx: &mut Rx<'_>, now: DateTime<Utc>) -> Result<bool, StoreError> {
    Ok(users::holding(rx, Role::Admin, now)?.is_empty())
}

/// The path at which the first operator makes their account, while there is none. The same path until it runs out.
///
/// # Errors
/// Database errors.
pub fn set_up_path(
    tx: &mut Tx<'_>,
    rules: &AccountRules,
    now: DateTime<Utc>,
) -> Result<Option<String>, CaseworkError> {
    if !nobody_operates(tx, now)? {
        return Ok(None);
    }
    let link = match links::unused_set_up(tx, now)? {
        Some(link) => link,
        None => links::make(tx, LinkPurpose::SetUp, &NewLink::default(), now + rules.invitation(), now)?,
    };
    Ok(Some(path(tx, &link)))
}

/// What a first operator types.
#[derive(Clone, Default)]
pub struct FirstOperator {
    pub email: String,
    pub name: String,
    pub password: String,
    pub again: String,
}

/// Makes the first operator and uses the set-up link up.
///
/// # Errors
/// `Invalid`; `Conflict` when the link is used up or there is an operator already.
pub async fn set_up(
    db: &Db,
    token: String,
    given: FirstOperator,
    now: DateTime<Utc>,
) -> Result<UserId, CaseworkError> {
    let mut wrong = Vec::new();
    let mut read = |field: &str, value: Result<String, &'static str>| {
        value.map_err(|why| wrong.push((field.to_owned(), why.to_owned()))).unwrap_or_default()
    };
    let name = read("name", text::name(&given.name));
    let email = read("email", text::email(&given.email));
    let known = [name.as_str(), email.as_str()];
    read("new_password", checked(&given.password, &given.again, &known));
    if !wrong.is_empty() {
        return Err(CaseworkError::Invalid(wrong));
    }
    let hash = passwords::hash(given.password).await?;
    db.write(move |tx| {
        let (link, door) = opened(tx, &token, now)?;
        if door != Door::SetUp {
            return Err(used_up());
        }
        if !is_free(tx, &email)? {
            return Err(CaseworkError::field(
                "email",
                "이미 계정이 있는 주소입니다. 다른 주소를 적어 주세요.",
            ));
        }
        links::answer(tx, link.id, "done", now)?;
        let user = users::add(tx, &email, &name, "", now)?;
        users::set_password(tx, user, &hash, now)?;
        users::grant(tx, user, Role::Admin, None, None, None, now)?;
        note(tx, Some(user), AuditAction::SetUp, &format!("user {}", user.0), "", now)?;
        Ok(user)
    })
    .await
}

/// Sets the password by an invitation or a reset link and uses the link up. Everything that was open on the account
/// before is closed: logins, other links, after a reset the API's tokens too.
///
/// # Errors
/// `Invalid`; `Conflict` when the link is used up.
pub async fn set_password(
    db: &Db,
    token: String,
    password: String,
    again: String,
    now: DateTime<Utc>,
) -> Result<UserId, CaseworkError> {
    let asked = token.clone();
    let (_, door) = db.read(move |rx| opened(rx, &asked, now)).await?;
    let (Door::Invitation { name, email, .. } | Door::Reset { name, email }) = door else {
        return Err(used_up());
    };
    checked(&password, &again, &[&name, &email]).map_err(|why| CaseworkError::field("new_password", why))?;
    let hash = passwords::hash(password).await?;
    db.write(move |tx| keep_password(tx, &token, &hash, now)).await
}

fn keep_password(
    tx: &mut Tx<'_>,
    token: &str,
    hash: &str,
    now: DateTime<Utc>,
) -> Result<UserId, CaseworkError> {
    let (link, door) = opened(tx, token, now)?;
    let (Some(user), Door::Invitation { email, .. } | Door::Reset { email, .. }) = (link.user_id, door)
    else {
        return Err(used_up());
    };
    links::answer(tx, link.id, "done", now)?;
    users::set_password(tx, user, hash, now)?;
    logins::end_all(tx, user, None)?;
    links::revoke_of_user(tx, user, &PERSONAL, now)?;
    access::forget_attempts(tx, &login::Keys::new(&email, "").account)?;
    let mut action = AuditAction::Accepted;
    if link.purpose == LinkPurpose::Reset {
        action = AuditAction::PasswordReset;
        tokens::revoke_all(tx, user, now)?;
        tell(tx, email, "계정의 비밀번호가 바뀌었습니다.", &format!("reset-done-{}", link.id.0), now)?;
    }
    note(tx, Some(user), action, &format!("user {}", user.0), "", now)?;
    Ok(user)
}

/// The purposes of links that open one's own account.
pub(super) const PERSONAL: [LinkPurpose; 4] =
    [LinkPurpose::Invitation, LinkPurpose::Reset, LinkPurpose::Address, LinkPurpose::Login];

/// Sends a link for a new password to the address, if it is an active account's. The caller says the same either way.
///
/// # Errors
/// `TooMany`, per account and per address alike; database errors.
pub fn ask_reset(
    tx: &mut Tx<'_>,
    rules: &AccountRules,
    email: &str,
    ip: &str,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    let most = i64::from(rules.limits.reset_per_address);
    let window = Duration::minutes(rules.limits.reset_window_minutes);
    let account = format!("reset:account:{}", email.trim().to_lowercase());
    let by_address = access::attempt(tx, &format!("reset:address:{ip}"), most, window, now)?;
    if !access::attempt(tx, &account, most, window, now)? || !by_address {
        return Err(CaseworkError::TooMany);
    }
    match users::by_email(tx, email) {
        Ok(user) if user.status == AccountStatus::Active => send_reset(tx, rules, user.id, now).map(drop),
        Ok(_) | Err(StoreError::NotFound) => Ok(()),
        Err(e) => Err(e.into()),
    }
}

/// Sends a person a link for a new password, which replaces older ones, and returns its path.
///
/// # Errors
/// `NotFound`; database errors.
pub(super) fn send_reset(
    tx: &mut Tx<'_>,
    rules: &AccountRules,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<String, CaseworkError> {
    let email = users::find(tx, user)?.email;
    links::revoke_of_user(tx, user, &[LinkPurpose::Reset], now)?;
    let until = now + rules.reset();
    let new = NewLink { user: Some(user), ..NewLink::default() };
    let link = links::make(tx, LinkPurpose::Reset, &new, until, now)?;
    let path = path(tx, &link);
    let mail =
        Outgoing { to: email, number: None, letter: Letter::PasswordReset { link: path.clone(), until } };
    outbox::enqueue(tx, &format!("reset-{}", link.id.0), None, &mail, now)?;
    Ok(path)
}

/// Changes the address by the link that was sent to the new one, and tells the old one.
///
/// # Errors
/// `Conflict` when the link is used up; `Invalid` when another account has the address meanwhile.
pub fn confirm_address(tx: &mut Tx<'_>, token: &str, now: DateTime<Utc>) -> Result<(), CaseworkError> {
    let (link, door) = opened(tx, token, now)?;
    let (Some(user), Door::Address { email }) = (link.user_id, door) else { return Err(used_up()) };
    if !is_free(tx, &email)? {
        return Err(CaseworkError::field(
            "",
            "이미 다른 계정이 쓰는 주소입니다. 다른 주소로 다시 해 주세요.",
        ));
    }
    let before = users::find(tx, user)?.email;
    links::answer(tx, link.id, "done", now)?;
    users::set_email(tx, user, &email)?;
    links::revoke_of_user(tx, user, &PERSONAL, now)?;
    let key = format!("address-done-{}", link.id.0);
    tell(tx, before, "계정의 메일 주소가 다른 주소로 바뀌었습니다.", &key, now)?;
    note(tx, Some(user), AuditAction::AddressChanged, &format!("user {}", user.0), "", now)?;
    Ok(())
}

/// Whether no account has this address.
pub(super) fn is_free(rx: &mut Rx<'_>, email: &str) -> Result<bool, StoreError> {
    match users::by_email(rx, email) {
        Ok(_) => Ok(false),
        Err(StoreError::NotFound) => Ok(true),
        Err(e) => Err(e),
    }
}

/// A password typed twice, in one form.
pub(super) fn checked(password: &str, again: &str, known: &[&str]) -> Result<String, &'static str> {
    let normal = passwords::normal(password);
    password::check(&normal, known)?;
    if normal == passwords::normal(again) {
        Ok(normal)
    } else {
        Err("두 번 적은 비밀번호가 서로 다릅니다. 다시 적어 주세요.")
    }
}

/// Tells an account's owner that something changed.
pub(super) fn tell(
    tx: &mut Tx<'_>,
    to: String,
    what: &str,
    key: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let mail = Outgoing { to, number: None, letter: Letter::AccountChanged { what: what.to_owned() } };
    outbox::enqueue(tx, key, None, &mail, now)
}

fn used_up() -> CaseworkError {
    CaseworkError::Store(StoreError::Conflict("link used up".into()))
}
