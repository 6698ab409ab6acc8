//! People with accounts, and their dated grants of roles. A grant is never edited, only ended.
use super::schema::{bodies, grants, users};
use super::{Rx, StoreError, Tx, committees, meetings, pledges, seats};
use crate::domain::codes::{AccountStatus, BodyKind, Role};
use crate::domain::committee::delegation::Chaired;
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
    pub status: AccountStatus,
}

/// A person's row, sealed.
#[derive(Queryable, Selectable)]
#[diesel(table_name = users)]
pub(super) struct UserRow {
    id: UserId,
    email: String,
    name: String,
    phone: String,
    status: AccountStatus,
}

impl UserRow {
    pub(super) fn opened(self, rx: &Rx<'_>) -> Result<User, StoreError> {
        Ok(User {
            id: self.id,
            email: rx.vault().open("users.email", &self.email)?,
            name: rx.vault().open("users.name", &self.name)?,
            phone: rx.vault().open("users.phone", &self.phone)?,
            status: self.status,
        })
    }
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
        users::status.eq(AccountStatus::Invited),
        users::created_at.eq(now.naive_utc()),
        users::digest.eq(false),
        users::digest_week.eq(""),
    );
    Ok(diesel::insert_into(users::table).values(sealed).returning(users::id).get_result(tx.conn())?)
}

/// One person.
///
/// # Errors
/// `NotFound`.
pub fn find(rx: &mut Rx<'_>, id: UserId) -> Result<User, StoreError> {
    let row = users::table.find(id).select(UserRow::as_select()).first(rx.conn())?;
    row.opened(rx)
}

/// The person with this address.
///
/// # Errors
/// `NotFound`.
pub fn by_email(rx: &mut Rx<'_>, email: &str) -> Result<User, StoreError> {
    let hash = email_hash(rx, email);
    let row =
        users::table.filter(users::email_hash.eq(hash)).select(UserRow::as_select()).first(rx.conn())?;
    row.opened(rx)
}

/// Everyone, by id, at most 5,000.
///
/// # Errors
/// Database errors.
pub fn all(rx: &mut Rx<'_>) -> Result<Vec<User>, StoreError> {
    let rows: Vec<UserRow> =
        users::table.order(users::id).limit(5000).select(UserRow::as_select()).load(rx.conn())?;
    rows.into_iter().map(|row| row.opened(rx)).collect()
}

/// The stored password hash and what the account is.
///
/// # Errors
/// `NotFound`.
pub fn password_hash(rx: &mut Rx<'_>, id: UserId) -> Result<(Option<String>, AccountStatus), StoreError> {
    Ok(users::table.find(id).select((users::password_hash, users::status)).first(rx.conn())?)
}

/// Keeps a new password hash and makes the account active.
///
/// # Errors
/// Database errors.
pub fn set_password(tx: &mut Tx<'_>, id: UserId, hash: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
    diesel::update(users::table.find(id))
        .set((
            users::password_hash.eq(hash),
            users::status.eq(AccountStatus::Active),
            users::password_changed_at.eq(now.naive_utc()),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Makes an account active whose owner came in without setting a password.
///
/// # Errors
/// Database errors.
pub fn activate(tx: &mut Tx<'_>, id: UserId) -> Result<(), StoreError> {
    diesel::update(users::table.find(id)).set(users::status.eq(AccountStatus::Active)).execute(tx.conn())?;
    Ok(())
}

/// Keeps a new name and telephone number.
///
/// # Errors
/// Database errors.
pub fn set_details(tx: &mut Tx<'_>, id: UserId, name: &str, phone: &str) -> Result<(), StoreError> {
    let sealed = (
        users::name.eq(tx.vault().seal("users.name", name)?),
        users::phone.eq(tx.vault().seal("users.phone", phone)?),
    );
    diesel::update(users::table.find(id)).set(sealed).execute(tx.conn())?;
    Ok(())
}

/// Keeps a new address. The caller has made sure that no other account has it.
///
/// # Errors
/// `Conflict` when it is taken; database errors.
pub fn set_email(tx: &mut Tx<'_>, id: UserId, email: &str) -> Result<(), StoreError> {
    let kept = (
        users::email.eq(tx.vault().seal("users.email", email.trim())?),
        users::email_hash.eq(email_hash(tx, email)),
    );
    diesel::update(users::table.find(id)).set(kept).execute(tx.conn())?;
    Ok(())
}

/// Stops an account, or opens it again: `active` with a password, else `invited`.
///
/// # Errors
/// `NotFound`; database errors.
pub fn set_disabled(tx: &mut Tx<'_>, id: UserId, disabled: bool) -> Result<(), StoreError> {
    let (hash, _) = password_hash(tx, id)?;
    let status = match (disabled, hash) {
        (true, _) => AccountStatus::Disabled,
        (false, Some(_)) => AccountStatus::Active,
        (false, None) => AccountStatus::Invited,
    };
    diesel::update(users::table.find(id)).set(users::status.eq(status)).execute(tx.conn())?;
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
    grant_from(tx, user, Grant { role, body }, (now, until), by, now)
}

/// Grants a role for a time (from, until; half-open).
///
/// # Errors
/// Database errors.
pub fn grant_from(
    tx: &mut Tx<'_>,
    user: UserId,
    Grant { role, body }: Grant,
    (from, until): (DateTime<Utc>, Option<DateTime<Utc>>),
    by: Option<UserId>,
    now: DateTime<Utc>,
) -> Result<GrantId, StoreError> {
    Ok(diesel::insert_into(grants::table)
        .values((
            grants::user_id.eq(user),
            grants::role.eq(role),
            grants::body_id.eq(body),
            grants::from_at.eq(from.naive_utc()),
            grants::until_at.eq(until.map(|t| t.naive_utc())),
            grants::granted_by.eq(by),
            grants::created_at.eq(now.naive_utc()),
        ))
        .returning(grants::id)
        .get_result(tx.conn())?)
}

impl GrantRow {
    /// Whether the grant is over at `now`.
    #[must_use]
    pub fn is_over(&self, now: DateTime<Utc>) -> bool {
        self.until_at.is_some_and(|until| until <= now.naive_utc())
    }

    /// Whether the grant holds at `now`.
    #[must_use]
    pub fn is_in_force(&self, now: DateTime<Utc>) -> bool {
        self.from_at <= now.naive_utc() && !self.is_over(now)
    }
}

/// One grant.
///
/// # Errors
/// `NotFound`.
pub fn find_grant(rx: &mut Rx<'_>, id: GrantId) -> Result<GrantRow, StoreError> {
    Ok(grants::table.find(id).select(GrantRow::as_select()).first(rx.conn())?)
}

/// Ends a grant now. One that is over stays as it is: grants are never edited.
///
/// # Errors
/// `Conflict` when it is over already; database errors.
pub fn end_grant(
    tx: &mut Tx<'_>,
    id: GrantId,
    by: Option<UserId>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let now = now.naive_utc();
    let open = grants::table.find(id).filter(grants::until_at.is_null().or(grants::until_at.gt(now)));
    let ended = diesel::update(open)
        .set((grants::until_at.eq(now), grants::ended_by.eq(by), grants::ended_at.eq(now)))
        .execute(tx.conn())?;
    if ended == 1 { Ok(()) } else { Err(StoreError::Conflict("grant is over".into())) }
}

/// Every grant in force at `now`, by person: for the list of people.
///
/// # Errors
/// Database errors.
pub fn all_in_force(rx: &mut Rx<'_>, now: DateTime<Utc>) -> Result<Vec<GrantRow>, StoreError> {
    let now = now.naive_utc();
    Ok(grants::table
        .filter(grants::from_at.le(now))
        .filter(grants::until_at.is_null().or(grants::until_at.gt(now)))
        .order((grants::user_id, grants::id))
        .limit(20_000)
        .select(GrantRow::as_select())
        .load(rx.conn())?)
}

/// The active people who hold `role` for the whole installation now.
///
/// # Errors
/// Database errors.
pub fn holding(rx: &mut Rx<'_>, role: Role, now: DateTime<Utc>) -> Result<Vec<UserId>, StoreError> {
    let now = now.naive_utc();
    Ok(users::table
        .inner_join(grants::table.on(grants::user_id.eq(users::id)))
        .filter(grants::role.eq(role))
        .filter(grants::from_at.le(now))
        .filter(grants::until_at.is_null().or(grants::until_at.gt(now)))
        .filter(users::status.eq(AccountStatus::Active))
        .select(users::id)
        .distinct()
        .load(rx.conn())?)
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
pub fn actor(rx: &mut Rx<'_>, user: UserId, at: DateTime<Utc>) -> Result<Actor, StoreError> {
    let now = at.naive_utc();
    let in_force: Vec<(Role, Option<BodyId>)> = grants::table
        .filter(grants::user_id.eq(user))
        .filter(grants::from_at.le(now))
        .filter(grants::until_at.is_null().or(grants::until_at.gt(now)))
        .select((grants::role, grants::body_id))
        .load(rx.conn())?;
    acting(rx, user, in_force.into_iter().map(|(role, body)| Grant { role, body }).collect(), at)
}

/// The person with these grants of theirs, and what their seats bring before them and close to them.
///
/// # Errors
/// Database errors.
pub(super) fn acting(
    rx: &mut Rx<'_>,
    user: UserId,
    grants: Vec<Grant>,
    at: DateTime<Utc>,
) -> Result<Actor, StoreError> {
    let actor = Actor { user: Some(user), grants, ..Actor::default() };
    if actor.assemblies().is_empty() { Ok(actor) } else { seated(rx, actor, user, at) }
}

/// The bodies without case rights at which the person is, or was, anything.
fn councils_of(rx: &mut Rx<'_>, user: UserId) -> Result<Vec<BodyId>, StoreError> {
    Ok(grants::table
        .inner_join(bodies::table.on(bodies::id.nullable().eq(grants::body_id)))
        .filter(grants::user_id.eq(user))
        .filter(bodies::kind.eq(BodyKind::Council))
        .select(bodies::id)
        .load(rx.conn())?)
}

/// What committees bring before the person, and what is closed to them.
fn seated(rx: &mut Rx<'_>, actor: Actor, user: UserId, now: DateTime<Utc>) -> Result<Actor, StoreError> {
    let (chairs, members) = (actor.bodies(Role::Chair), actor.bodies(Role::Member));
    let today = crate::domain::seoul::day(now);
    let own = seats::of_user(rx, user)?;
    let sitting: Vec<_> = own.iter().filter(|s| s.in_office(today)).collect();
    let sits = |body: &BodyId| own.iter().any(|s| s.body == *body && s.in_office(today));
    let mut pledges_due: Vec<BodyId> = actor.assemblies().into_iter().filter(|body| !sits(body)).collect();
    if !pledges_due.is_empty() {
        let pledged = pledges::of_user(rx, user)?;
        pledges_due.retain(|body| !pledged.contains(body));
    }
    let mut chairing = Vec::new();
    for body in &chairs {
        chairing.extend(Chaired::by(*body, &committees::delegations_of(rx, *body)?));
    }
    Ok(Actor {
        standing_in: pledges::desks_of(rx, user)?,
        pledges_due,
        // It is a seat that is recused.
        recused: if own.is_empty() { Vec::new() } else { committees::recused_cases(rx, user)? },
        agenda: meetings::shown_cases(rx, &[&chairs[..], &members].concat())?,
        councils: councils_of(rx, user)?,
        chairing,
        // Grants by the operator alone name no seat and ask for no pledge; a seat does.
        unpledged: !sitting.is_empty() && !sitting.iter().any(|s| s.active(today)),
        ..actor
    })
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
    let rows: Vec<UserRow> = users::table
        .inner_join(grants::table.on(grants::user_id.eq(users::id)))
        .filter(grants::body_id.eq(body))
        .filter(grants::role.eq_any(roles))
        .filter(grants::from_at.le(now))
        .filter(grants::until_at.is_null().or(grants::until_at.gt(now)))
        .filter(users::status.eq(AccountStatus::Active))
        .order(users::id)
        .distinct()
        .select(UserRow::as_select())
        .load(rx.conn())?;
    rows.into_iter().map(|row| row.opened(rx)).collect()
}
