//! Coming in without a password: a mediator types a number that was mailed to them. It is good for ten minutes, five tries and
//! the browser that asked (ASVS 6.5.5), and proves what an invitation proves, so that it also accepts one. Others have a
//! password: what they may open is more.
use super::login::{LoggedIn, Origin};
use super::{AccountRules, note};
use crate::casework::CaseworkError;
use crate::domain::codes::{AccountStatus, AuditAction, LinkPurpose, Role};
use crate::domain::ids::UserId;
use crate::domain::letter::{Letter, Outgoing};
use crate::store::access::{self, Access};
use crate::store::links::{self, NewLink};
use crate::store::unlock::{self, Typed};
use crate::store::users::{self, User};
use crate::store::{Rx, StoreError, Tx, logins, outbox};
use chrono::{DateTime, Duration, Utc};

/// What is said to anyone who does not come in, whatever the reason.
const WRONG: &str = "번호가 맞지 않거나 기한이 지났습니다. 다시 확인하거나 새 번호를 받아 주세요.";

/// Mails a number, if the address is a mediator's; nothing else tells whether it is.
///
/// # Errors
/// `TooMany` per account and per address; database errors. The tries count also when refused: the caller commits.
pub fn ask(
    tx: &mut Tx<'_>,
    rules: &AccountRules,
    email: &str,
    (browser, ip): (&str, &str),
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    let codes = tx.rules().codes;
    let window = Duration::minutes(codes.window_minutes);
    let account = format!("login-code:account:{}", email.trim().to_lowercase());
    let most = i64::from(rules.limits.login_per_address);
    let by_address = access::attempt(tx, &format!("login-code:address:{ip}"), most, window, now)?;
    if !access::attempt(tx, &account, codes.sends, window, now)? || !by_address {
        return Err(CaseworkError::TooMany);
    }
    let Some(person) = mediator(tx, email, now)? else { return Ok(()) };
    links::revoke_of_user(tx, person.id, &[LinkPurpose::Login], now)?;
    let until = now + Duration::minutes(codes.minutes);
    let new = NewLink { user: Some(person.id), ..NewLink::default() };
    let link = links::make(tx, LinkPurpose::Login, &new, until, now)?;
    let code = unlock::make(tx, link.id, Some(browser), now)?;
    let mail = Outgoing { to: person.email, number: None, letter: Letter::Code { code, until } };
    Ok(outbox::enqueue(tx, &format!("login-{}", link.id.0), None, &mail, now)?)
}

/// The person of this address, when they are a mediator and nothing else that could open more.
fn mediator(rx: &mut Rx<'_>, email: &str, now: DateTime<Utc>) -> Result<Option<User>, StoreError> {
    let person = match users::by_email(rx, email) {
        Ok(person) => person,
        Err(StoreError::NotFound) => return Ok(None),
        Err(e) => return Err(e),
    };
    let grants = users::grants_of(rx, person.id)?;
    let mut held = grants.iter().filter(|g| g.is_in_force(now)).peekable();
    let only = held.peek().is_some() && held.all(|g| g.role == Role::Mediator);
    Ok(Some(person).filter(|p| only && p.status != AccountStatus::Disabled))
}

/// Begins a login with the number. The caller commits also what is refused inside (`Ok(Err(…))`), so that the try counts.
///
/// # Errors
/// Inside: `Invalid` at `code` with one sentence for everything that is wrong. Outside: database errors.
pub fn enter(
    tx: &mut Tx<'_>,
    rules: &AccountRules,
    (email, typed): (&str, &str),
    browser: &str,
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<Result<LoggedIn, CaseworkError>, CaseworkError> {
    let refused = || Ok(Err(CaseworkError::field("code", WRONG)));
    let mut record = Access { ip: &origin.ip, what: "login_failed", ..Access::default() };
    let person = mediator(tx, email, now)?;
    let right = match &person {
        Some(person) => match links::live_of_user(tx, person.id, LinkPurpose::Login, now)? {
            Some(link) if unlock::redeem(tx, link.id, browser, typed, now)? == Typed::Right => Some(link),
            _ => None,
        },
        None => None,
    };
    let (Some(person), Some(link)) = (person, right) else {
        access::record(tx, &record, now)?;
        return refused();
    };
    links::answer(tx, link.id, "done", now)?;
    accepted(tx, &person, now)?;
    if let Some(before) = &origin.before {
        logins::end(tx, before)?;
    }
    let from = logins::From { ip: &origin.ip, agent: &origin.agent };
    let token = logins::begin(tx, person.id, from, rules.absolute(), now)?;
    (record.user, record.what) = (Some(person.id), "login");
    access::record(tx, &record, now)?;
    Ok(Ok(LoggedIn { user: person.id, token }))
}

/// Whoever was invited and comes in by their mailbox has accepted.
fn accepted(tx: &mut Tx<'_>, person: &User, now: DateTime<Utc>) -> Result<(), CaseworkError> {
    if person.status != AccountStatus::Invited {
        return Ok(());
    }
    users::activate(tx, person.id)?;
    links::revoke_of_user(tx, person.id, &[LinkPurpose::Invitation], now)?;
    let whose: UserId = person.id;
    note(tx, Some(whose), AuditAction::Accepted, &format!("user {}", whose.0), "전자우편 번호로", now)?;
    Ok(())
}
