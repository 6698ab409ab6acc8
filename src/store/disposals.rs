//! 파기대장: what waits to be destroyed, who approved it, what was destroyed when, with a number for the certificate. It says
//! of what kind and how much, never what.
use super::schema::{cases, disposals};
use super::{Rx, StoreError, Tx};
use crate::domain::codes::DisposalKind;
use crate::domain::ids::{BodyId, CaseId, UserId};
use crate::domain::seoul;
use chrono::{DateTime, Datelike, NaiveDateTime, Utc};
use diesel::prelude::*;

/// One line of the register.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = disposals)]
pub struct Disposal {
    pub id: i64,
    pub case_id: Option<CaseId>,
    pub kind: DisposalKind,
    pub due_at: NaiveDateTime,
    pub proposed_at: NaiveDateTime,
    pub approved_at: Option<NaiveDateTime>,
    pub approved_by: Option<UserId>,
    pub done_at: Option<NaiveDateTime>,
    /// How many rows or people were destroyed.
    pub amount: i64,
    /// Counts in words; no person.
    pub detail: String,
    pub certificate: Option<String>,
}

/// Writes down that something of a case waits to be destroyed.
///
/// # Errors
/// Database errors.
pub fn propose(
    tx: &mut Tx<'_>,
    case: CaseId,
    kind: DisposalKind,
    due: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    diesel::insert_into(disposals::table)
        .values((
            disposals::case_id.eq(case),
            disposals::kind.eq(kind),
            disposals::due_at.eq(due.naive_utc()),
            disposals::proposed_at.eq(now.naive_utc()),
            disposals::amount.eq(0),
            disposals::detail.eq(""),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// What waits in a case.
///
/// # Errors
/// Database errors.
pub fn waiting(rx: &mut Rx<'_>, case: CaseId, kind: DisposalKind) -> Result<Option<Disposal>, StoreError> {
    Ok(disposals::table
        .filter(disposals::case_id.eq(case))
        .filter(disposals::kind.eq(kind))
        .filter(disposals::done_at.is_null())
        .order(disposals::id.desc())
        .select(Disposal::as_select())
        .first(rx.conn())
        .optional()?)
}

/// Whether everything by which a person of the case could be known was destroyed.
///
/// # Errors
/// Database errors.
pub fn is_gone(rx: &mut Rx<'_>, case: CaseId) -> Result<bool, StoreError> {
    let done = disposals::table
        .filter(disposals::case_id.eq(case))
        .filter(disposals::kind.eq(DisposalKind::File))
        .filter(disposals::done_at.is_not_null());
    let first: Option<i64> = done.select(disposals::id).first(rx.conn()).optional()?;
    Ok(first.is_some())
}

/// What waited waits no more: the case was opened again, or is under a hold.
///
/// # Errors
/// Database errors.
pub fn take_back(tx: &mut Tx<'_>, case: CaseId) -> Result<(), StoreError> {
    let waiting = disposals::table.filter(disposals::case_id.eq(case)).filter(disposals::done_at.is_null());
    diesel::delete(waiting).execute(tx.conn())?;
    Ok(())
}

/// Somebody approved it.
///
/// # Errors
/// `Conflict` when it was approved or done meanwhile.
pub fn approve(tx: &mut Tx<'_>, id: i64, by: Option<UserId>, now: DateTime<Utc>) -> Result<(), StoreError> {
    let open = disposals::table
        .find(id)
        .filter(disposals::approved_at.is_null())
        .filter(disposals::done_at.is_null());
    let changed = diesel::update(open)
        .set((disposals::approved_at.eq(now.naive_utc()), disposals::approved_by.eq(by)))
        .execute(tx.conn())?;
    if changed == 1 { Ok(()) } else { Err(StoreError::Conflict("disposal".into())) }
}

/// It was destroyed: how much, in numbers and words. Gives it the number of its certificate.
///
/// # Errors
/// Database errors.
pub fn done(
    tx: &mut Tx<'_>,
    id: i64,
    (amount, detail): (i64, &str),
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let certificate = next_certificate(tx, now)?;
    diesel::update(disposals::table.find(id))
        .set((
            disposals::done_at.eq(now.naive_utc()),
            disposals::amount.eq(amount),
            disposals::detail.eq(detail),
            disposals::certificate.eq(certificate),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Something was destroyed by a rule that asks nobody: proposed, approved and done at once.
///
/// # Errors
/// Database errors.
pub fn by_rule(
    tx: &mut Tx<'_>,
    case: Option<CaseId>,
    kind: DisposalKind,
    due: DateTime<Utc>,
    (amount, detail): (i64, &str),
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let certificate = next_certificate(tx, now)?;
    let at = now.naive_utc();
    diesel::insert_into(disposals::table)
        .values((
            disposals::case_id.eq(case),
            disposals::kind.eq(kind),
            disposals::due_at.eq(due.naive_utc()),
            disposals::proposed_at.eq(at),
            disposals::approved_at.eq(at),
            disposals::done_at.eq(at),
            disposals::amount.eq(amount),
            disposals::detail.eq(detail),
            disposals::certificate.eq(certificate),
        ))
        .execute(tx.conn())?;
    Ok(())
}

fn next_certificate(tx: &mut Tx<'_>, now: DateTime<Utc>) -> Result<String, StoreError> {
    let year = seoul::day(now).year();
    let n = super::access::count_up(tx, &format!("disposal-{year}"))?;
    Ok(format!("파기-{year}-{n:04}"))
}

/// A line with the number and the holder of its case.
pub type Line = (Disposal, Option<String>, Option<BodyId>);

/// One line.
///
/// # Errors
/// `NotFound`.
pub fn find(rx: &mut Rx<'_>, id: i64) -> Result<Line, StoreError> {
    Ok(lines().filter(disposals::id.eq(id)).first(rx.conn())?)
}

/// The newest lines of the cases that these bodies hold; with `house`, of what belongs to no case.
///
/// # Errors
/// Database errors.
pub fn list(
    rx: &mut Rx<'_>,
    bodies: &[BodyId],
    house: bool,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<Line>, StoreError> {
    let bodies: Vec<Option<BodyId>> = bodies.iter().copied().map(Some).collect();
    let theirs = cases::holder_id.eq_any(bodies);
    let query = lines().filter(disposals::id.lt(before.unwrap_or(i64::MAX)));
    let newest = disposals::id.desc();
    Ok(if house {
        let all = query.filter(theirs.assume_not_null().or(disposals::case_id.is_null()));
        all.order(newest).limit(limit).load(rx.conn())?
    } else {
        query.filter(theirs.assume_not_null()).order(newest).limit(limit).load(rx.conn())?
    })
}

#[diesel::dsl::auto_type]
fn lines() -> _ {
    disposals::table.left_join(cases::table.on(disposals::case_id.eq(cases::id.nullable()))).select((
        (
            disposals::id,
            disposals::case_id,
            disposals::kind,
            disposals::due_at,
            disposals::proposed_at,
            disposals::approved_at,
            disposals::approved_by,
            disposals::done_at,
            disposals::amount,
            disposals::detail,
            disposals::certificate,
        ),
        cases::number.nullable(),
        cases::holder_id.nullable(),
    ))
}
