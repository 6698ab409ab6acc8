//! What the operator does with people: invites them, gives and ends roles, stops accounts. The operator sees no case.
use super::{AccountRules, doors, note, own};
use crate::casework::CaseworkError;
use crate::domain::codes::{AccountStatus, AuditAction, LinkPurpose, Role};
use crate::domain::ids::{BodyId, GrantId, UserId};
use crate::domain::letter::{Letter, Outgoing};
use crate::domain::permission::{Actor, Grant, seats};
use crate::domain::{seoul, text};
use crate::store::links::{self, NewLink};
use crate::store::mediators::{self, Mediator};
use crate::store::{StoreError, Tx, bodies, logins, outbox, tokens, users};
use chrono::{DateTime, NaiveDate, Utc};

/// A role to be given: at a body (none: the operator's), from a day on, until a day (exclusive; none: until ended).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewGrant {
    pub role: Role,
    pub body: Option<BodyId>,
    /// None: from now on.
    pub from: Option<NaiveDate>,
    pub until: Option<NaiveDate>,
}

/// Somebody to be invited.
#[derive(Debug, Clone)]
pub struct Invite {
    pub email: String,
    pub name: String,
    pub phone: String,
    pub grant: NewGrant,
}

/// An invitation that was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invited {
    pub user: UserId,
    /// The link's path, for those who read no mail.
    pub path: String,
    pub until: DateTime<Utc>,
}

/// Lets nobody but the operator pass.
pub(in crate::casework) fn administer(actor: &Actor) -> Result<(), CaseworkError> {
    if actor.may_administer() { Ok(()) } else { Err(CaseworkError::Denied) }
}

/// Makes an account with its first role and sends the invitation.
///
/// # Errors
/// `Denied`; `Invalid`.
pub fn invite(
    tx: &mut Tx<'_>,
    actor: &Actor,
    rules: &AccountRules,
    invite: &Invite,
    now: DateTime<Utc>,
) -> Result<Invited, CaseworkError> {
    administer(actor)?;
    let mut wrong = Vec::new();
    let email = text::email(&invite.email).map_err(|why| wrong.push(("email".to_owned(), why.to_owned())));
    let details = own::details(&invite.name, &invite.phone);
    if let Err(CaseworkError::Invalid(more)) = &details {
        wrong.extend(more.iter().cloned());
    }
    if let Err(CaseworkError::Invalid(more)) = fitting(tx, &invite.grant, now) {
        wrong.extend(more);
    }
    let (Ok(email), Ok((name, phone)), true) = (email, details, wrong.is_empty()) else {
        return Err(CaseworkError::Invalid(wrong));
    };
    if !doors::is_free(tx, &email)? {
        return Err(CaseworkError::field(
            "email",
            "이미 계정이 있는 주소입니다. 사람 목록에서 찾아 역할을 더해 주세요.",
        ));
    }
    let user = users::add(tx, &email, &name, &phone, now)?;
    note(tx, actor.user, AuditAction::Invited, &format!("user {}", user.0), "", now)?;
    grant_noted(tx, actor, user, &invite.grant, now)?;
    send_invitation(tx, rules, user, now)
}

/// Sends a new invitation to somebody who has not come in yet; older ones open nothing any more.
///
/// # Errors
/// `Denied`; `Conflict` when the account is not waiting.
pub fn invite_again(
    tx: &mut Tx<'_>,
    actor: &Actor,
    rules: &AccountRules,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<Invited, CaseworkError> {
    administer(actor)?;
    if users::find(tx, user)?.status != AccountStatus::Invited {
        return Err(StoreError::Conflict("account is not waiting for its owner".into()).into());
    }
    note(tx, actor.user, AuditAction::InvitedAgain, &format!("user {}", user.0), "", now)?;
    send_invitation(tx, rules, user, now)
}

fn send_invitation(
    tx: &mut Tx<'_>,
    rules: &AccountRules,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<Invited, CaseworkError> {
    let person = users::find(tx, user)?;
    let grants = users::grants_of(tx, user)?;
    let grant = grants.iter().find(|g| !g.is_over(now));
    let body = grant.and_then(|g| g.body_id).map(|b| bodies::find(tx, b)).transpose()?.map(|b| b.name);
    let role = grant.map_or("사용자", |g| g.role.label()).to_owned();
    links::revoke_of_user(tx, user, &[LinkPurpose::Invitation], now)?;
    let until = now + rules.invitation();
    let new = NewLink { user: Some(user), ..NewLink::default() };
    let link = links::make(tx, LinkPurpose::Invitation, &new, until, now)?;
    let path = doors::path(tx, &link);
    let letter = Letter::Invitation { role, body, link: path.clone(), until };
    let mail = Outgoing { to: person.email, number: None, letter };
    outbox::enqueue(tx, &format!("invitation-{}", link.id.0), None, &mail, now)?;
    Ok(Invited { user, path, until })
}

/// Sends a link for a new password to a person who cannot ask for it, and returns its path.
///
/// # Errors
/// `Denied`; `Conflict` when the account is not active.
pub fn send_reset(
    tx: &mut Tx<'_>,
    actor: &Actor,
    rules: &AccountRules,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<String, CaseworkError> {
    administer(actor)?;
    if users::find(tx, user)?.status != AccountStatus::Active {
        return Err(StoreError::Conflict("account is not active".into()).into());
    }
    note(tx, actor.user, AuditAction::ResetSent, &format!("user {}", user.0), "", now)?;
    doors::send_reset(tx, rules, user, now)
}

/// Gives a role. Operators give none to themselves, so that nobody opens cases to themselves alone.
///
/// # Errors
/// `Denied`; `Invalid` at `role`, `body`, `from` or `until`.
pub fn give(
    tx: &mut Tx<'_>,
    actor: &Actor,
    user: UserId,
    grant: &NewGrant,
    now: DateTime<Utc>,
) -> Result<GrantId, CaseworkError> {
    administer(actor)?;
    if actor.user == Some(user) {
        return Err(CaseworkError::field(
            "",
            "자기 자신에게는 역할을 줄 수 없습니다. 다른 운영자에게 부탁해 주세요.",
        ));
    }
    fitting(tx, grant, now)?;
    let known = users::grants_of(tx, user)?;
    if known.iter().any(|g| g.role == grant.role && g.body_id == grant.body && !g.is_over(now)) {
        return Err(CaseworkError::field(
            "role",
            "이미 가지고 있는 역할입니다. 기간을 바꾸려면 먼저 끝내 주세요.",
        ));
    }
    grant_noted(tx, actor, user, grant, now)
}

fn grant_noted(
    tx: &mut Tx<'_>,
    actor: &Actor,
    user: UserId,
    new: &NewGrant,
    now: DateTime<Utc>,
) -> Result<GrantId, CaseworkError> {
    let from = new.from.map(seoul::midnight).filter(|from| *from > now).unwrap_or(now);
    let term = (from, new.until.map(seoul::midnight));
    let id = users::grant_from(tx, user, Grant { role: new.role, body: new.body }, term, actor.user, now)?;
    let body = new.body.map(|b| format!(" body={}", b.0)).unwrap_or_default();
    let until = new.until.map(|day| format!(" until={day}")).unwrap_or_default();
    let detail = format!("user={} role={}{body} from={}{until}", user.0, new.role, seoul::day(from));
    note(tx, actor.user, AuditAction::Granted, &format!("grant {}", id.0), &detail, now)?;
    Ok(id)
}

/// Whether the role belongs at the body, and the days make a term.
fn fitting(tx: &mut Tx<'_>, grant: &NewGrant, now: DateTime<Utc>) -> Result<(), CaseworkError> {
    let kinds = seats(grant.role);
    let body = grant.body.map(|b| bodies::find(tx, b)).transpose()?;
    match (&body, kinds.is_empty()) {
        (None, true) => {}
        (Some(body), false) if kinds.contains(&body.kind) => {}
        (_, true) => {
            return Err(CaseworkError::field("body", "운영자는 기관을 고르지 않습니다. 비워 주세요."));
        }
        (_, false) => {
            let kinds: Vec<&str> = kinds.iter().map(|k| k.label()).collect();
            let why = format!("{} 역할은 {}에서 골라 주세요.", grant.role.label(), kinds.join(", "));
            return Err(CaseworkError::field("body", &why));
        }
    }
    let today = seoul::day(now);
    if body.and_then(|b| b.until_on).is_some_and(|until| until <= today) {
        return Err(CaseworkError::field("body", "이미 끝난 기관입니다. 다른 기관을 골라 주세요."));
    }
    if grant.from.is_some_and(|from| from < today) {
        return Err(CaseworkError::field(
            "from",
            "시작하는 날은 오늘이나 그 뒤로 적어 주세요. 비우면 지금부터입니다.",
        ));
    }
    if grant.until.is_some_and(|until| until <= grant.from.unwrap_or(today)) {
        return Err(CaseworkError::field("until", "끝나는 날을 시작하는 날보다 뒤로 적어 주세요."));
    }
    Ok(())
}

/// Ends a role now. The last operator stays.
///
/// # Errors
/// `Denied`; `Conflict` when it is over already; `Invalid` for the last operator's.
pub fn end_grant(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: GrantId,
    now: DateTime<Utc>,
) -> Result<UserId, CaseworkError> {
    administer(actor)?;
    let grant = users::find_grant(tx, id)?;
    let operators = users::holding(tx, Role::Admin, now)?;
    users::end_grant(tx, id, actor.user, now)?;
    some_operator_is_left(tx, &operators, now)?;
    let detail = format!("user={} role={}", grant.user_id.0, grant.role);
    note(tx, actor.user, AuditAction::GrantEnded, &format!("grant {}", id.0), &detail, now)?;
    Ok(grant.user_id)
}

/// Stops an account at once: its logins, tokens and links end. Its roles stay on record.
///
/// # Errors
/// `Denied`; `Invalid` for the last operator.
pub fn disable(
    tx: &mut Tx<'_>,
    actor: &Actor,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    administer(actor)?;
    let operators = users::holding(tx, Role::Admin, now)?;
    users::set_disabled(tx, user, true)?;
    some_operator_is_left(tx, &operators, now)?;
    logins::end_all(tx, user, None)?;
    tokens::revoke_all(tx, user, now)?;
    links::revoke_of_user(tx, user, &doors::PERSONAL, now)?;
    links::revoke_of_user(tx, user, &[LinkPurpose::Calendar], now)?;
    Ok(note(tx, actor.user, AuditAction::Disabled, &format!("user {}", user.0), "", now)?)
}

/// Opens a stopped account again.
///
/// # Errors
/// `Denied`; `NotFound`.
pub fn enable(tx: &mut Tx<'_>, actor: &Actor, user: UserId, now: DateTime<Utc>) -> Result<(), CaseworkError> {
    administer(actor)?;
    users::set_disabled(tx, user, false)?;
    Ok(note(tx, actor.user, AuditAction::Enabled, &format!("user {}", user.0), "", now)?)
}

/// Refuses, and with it undoes, what would leave without an operator an installation that had these.
fn some_operator_is_left(
    tx: &mut Tx<'_>,
    before: &[UserId],
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    if !before.is_empty() && users::holding(tx, Role::Admin, now)?.is_empty() {
        return Err(CaseworkError::field(
            "",
            "마지막 운영자입니다. 다른 사람에게 운영자 역할을 준 뒤에 해 주세요.",
        ));
    }
    Ok(())
}

/// Keeps what the ranking of candidates knows of a mediator.
///
/// # Errors
/// `Denied`; `Invalid`; database errors.
pub fn keep_mediator(
    tx: &mut Tx<'_>,
    actor: &Actor,
    profile: &Mediator,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    administer(actor)?;
    if !(1..=50).contains(&profile.max_load) {
        return Err(CaseworkError::field("max_load", "한꺼번에 맡을 사건 수를 1에서 50 사이로 적어 주세요."));
    }
    mediators::keep(tx, profile)?;
    Ok(note(tx, actor.user, AuditAction::Mediator, &format!("user {}", profile.user_id.0), "", now)?)
}
