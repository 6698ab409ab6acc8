//! Published reports: every version as it went out, for good. Rows are added and read; nothing here changes or removes one.
use super::schema::publications;
use super::{Rx, StoreError, Tx};
use crate::domain::codes::{Openness, PeriodKind};
use crate::domain::ids::{PublicationId, UserId};
use crate::domain::publication::Period;
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::prelude::*;

/// Which one: everything but what it says.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = publications)]
pub struct Head {
    pub id: PublicationId,
    pub ward_code: String,
    pub kind: PeriodKind,
    pub from_on: NaiveDate,
    pub to_on: NaiveDate,
    pub version: i64,
    pub openness: Openness,
    /// Of its document, 64 hexadecimal digits.
    pub sha256: String,
    /// None: Ieum itself.
    pub published_by: Option<UserId>,
    pub published_at: NaiveDateTime,
}

impl Head {
    /// Over which period.
    #[must_use]
    pub fn period(&self) -> Period {
        Period { kind: self.kind, from: self.from_on, to: self.to_on }
    }
}

/// What a new one is made of.
#[derive(Debug, Clone)]
pub struct New<'a> {
    pub ward_code: &'a str,
    pub period: Period,
    pub version: u32,
    pub openness: Openness,
    pub document: &'a str,
    pub sha256: &'a str,
    /// The report as it was counted, with what the document hides.
    pub exact: &'a str,
    pub by: Option<UserId>,
}

/// Adds a version.
///
/// # Errors
/// `Conflict` when somebody else published this version.
pub fn add(tx: &mut Tx<'_>, new: &New<'_>, now: DateTime<Utc>) -> Result<PublicationId, StoreError> {
    let row = (
        publications::ward_code.eq(new.ward_code),
        publications::kind.eq(new.period.kind),
        publications::from_on.eq(new.period.from),
        publications::to_on.eq(new.period.to),
        publications::version.eq(i64::from(new.version)),
        publications::openness.eq(new.openness),
        publications::document.eq(new.document),
        publications::sha256.eq(new.sha256),
        publications::exact.eq(new.exact),
        publications::published_by.eq(new.by),
        publications::published_at.eq(now.naive_utc()),
    );
    let id = diesel::insert_into(publications::table).values(row).returning(publications::id);
    Ok(id.get_result(tx.conn())?)
}

/// Everything that a ward published, the newest period first, the newest version first.
///
/// # Errors
/// Database errors.
pub fn of_ward(rx: &mut Rx<'_>, ward: &str) -> Result<Vec<Head>, StoreError> {
    Ok(publications::table
        .filter(publications::ward_code.eq(ward))
        .order((publications::to_on.desc(), publications::from_on.desc(), publications::version.desc()))
        .select(Head::as_select())
        .limit(2000)
        .load(rx.conn())?)
}

/// "publish" as a number: whoever publishes waits for the one who is publishing.
const LOCK: i64 = 7_092_180;

/// Lets nobody else publish until this transaction ends.
///
/// # Errors
/// Database errors.
pub fn lock(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    super::in_turn(tx, LOCK)
}

/// How many versions a ward published.
///
/// # Errors
/// Database errors.
pub fn count(rx: &mut Rx<'_>, ward: &str) -> Result<i64, StoreError> {
    Ok(publications::table.filter(publications::ward_code.eq(ward)).count().get_result(rx.conn())?)
}

/// One, with its document.
///
/// # Errors
/// `NotFound`.
pub fn find(rx: &mut Rx<'_>, id: PublicationId) -> Result<(Head, String), StoreError> {
    let one = publications::table.find(id);
    Ok(one.select((Head::as_select(), publications::document)).first(rx.conn())?)
}

/// What a ward published, with documents and exact reports, in the order of publishing.
///
/// # Errors
/// Database errors.
pub fn whole(rx: &mut Rx<'_>, ward: &str) -> Result<Vec<(Head, String, String)>, StoreError> {
    Ok(publications::table
        .filter(publications::ward_code.eq(ward))
        .order(publications::id)
        .select((Head::as_select(), publications::document, publications::exact))
        .load(rx.conn())?)
}

/// Every document with its hash, for whoever holds one against the other.
///
/// # Errors
/// Database errors.
pub fn all(rx: &mut Rx<'_>) -> Result<Vec<(PublicationId, String, String)>, StoreError> {
    let all = publications::table.order(publications::id);
    Ok(all.select((publications::id, publications::document, publications::sha256)).load(rx.conn())?)
}
