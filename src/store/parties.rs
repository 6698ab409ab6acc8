//! The parties of a case and their consents. Names, telephone numbers, units and addresses are sealed; a keyed hash of
//! the door tells equal ones.
use super::schema::{bodies, cases, consents, parties};
use super::{Rx, StoreError, Tx};
use crate::domain::codes::{Disclosure, Method, PersonKind, Side};
use crate::domain::ids::{CaseId, ComplexId, PartyId};
use crate::domain::step::Seq;
use crate::domain::text::Unit;
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

/// A party as staff see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    pub id: PartyId,
    pub case: CaseId,
    pub side: Side,
    /// None: the main party of the side; otherwise somebody beside them, added by the line `seq`.
    pub kind: Option<PersonKind>,
    pub seq: Option<Seq>,
    pub details: Details,
    pub since: DateTime<Utc>,
    pub until: Option<DateTime<Utc>>,
    pub destroyed: bool,
}

impl Party {
    /// The address that nobody else of the case's people has: mails to one that two gave are both's.
    #[must_use]
    pub fn own_address(&self, people: &[Self]) -> Option<String> {
        let own = self.details.email.trim();
        let same = |o: &Self| o.id != self.id && o.details.email.trim().eq_ignore_ascii_case(own);
        let shared = people.iter().any(same);
        Some(own.to_owned()).filter(|own| !own.is_empty() && !shared)
    }
}

/// What a party told of itself, or what is known of it. Empty texts are "not given".
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Details {
    pub name: String,
    /// Digits only.
    pub phone: String,
    pub email: String,
    pub unit: Option<Unit>,
    /// How much the other side may learn.
    pub disclosure: Option<Disclosure>,
    /// 상대방에게 전해도 되는 말.
    pub may_tell: String,
}

/// What the main party of a side is in the column `kind`; everybody else is a `PersonKind` there.
const MAIN: &str = "main";

#[derive(Queryable, Selectable)]
#[diesel(table_name = parties)]
struct Row {
    id: PartyId,
    case_id: CaseId,
    side: Side,
    kind: String,
    seq: Option<Seq>,
    name: String,
    phone: String,
    email: String,
    building: String,
    unit: String,
    disclosure: String,
    may_tell: String,
    from_at: NaiveDateTime,
    until_at: Option<NaiveDateTime>,
    destroyed_at: Option<NaiveDateTime>,
}

fn opened(rx: &Rx<'_>, row: Row) -> Result<Party, StoreError> {
    let open = |column: &str, value: &str| rx.vault().open(&format!("parties.{column}"), value);
    let (building, unit) = (open("building", &row.building)?, open("unit", &row.unit)?);
    Ok(Party {
        id: row.id,
        case: row.case_id,
        side: row.side,
        kind: PersonKind::from_code(&row.kind),
        seq: row.seq,
        details: Details {
            name: open("name", &row.name)?,
            phone: open("phone", &row.phone)?,
            email: open("email", &row.email)?,
            unit: if unit.is_empty() { None } else { Some(Unit { building, unit }) },
            disclosure: Disclosure::from_code(&row.disclosure),
            may_tell: open("may_tell", &row.may_tell)?,
        },
        since: row.from_at.and_utc(),
        until: row.until_at.map(|t| t.and_utc()),
        destroyed: row.destroyed_at.is_some(),
    })
}

/// The keyed hash of a door within its 단지, by which duplicates and repeats are recognised.
#[must_use]
pub fn unit_hash(rx: &Rx<'_>, complex: Option<ComplexId>, unit: &Unit) -> String {
    let complex = complex.map_or_else(|| "?".to_owned(), |c| c.0.to_string());
    rx.vault().hash("unit", &format!("{complex}|{}", unit.key()))
}

/// The parties of a case who are parties now, applicants first.
///
/// # Errors
/// `Key` when a value does not open; database errors.
pub fn of_case(rx: &mut Rx<'_>, case: CaseId) -> Result<Vec<Party>, StoreError> {
    let rows: Vec<Row> = parties::table
        .filter(parties::case_id.eq(case))
        .filter(parties::until_at.is_null())
        .order((parties::side, parties::id))
        .select(Row::as_select())
        .load(rx.conn())?;
    rows.into_iter().map(|row| opened(rx, row)).collect()
}

/// Keeps how much the other side may learn, as the applicant changed it.
///
/// # Errors
/// Database errors.
pub fn disclose(tx: &mut Tx<'_>, case: CaseId, disclosure: Disclosure) -> Result<(), StoreError> {
    let present = parties::table
        .filter(parties::case_id.eq(case))
        .filter(parties::side.eq(Side::Applicant))
        .filter(parties::until_at.is_null());
    diesel::update(present).set(parties::disclosure.eq(disclosure.code())).execute(tx.conn())?;
    Ok(())
}

/// The main party of one side who is one now.
///
/// # Errors
/// As `of_case`.
pub fn of_side(rx: &mut Rx<'_>, case: CaseId, side: Side) -> Result<Option<Party>, StoreError> {
    Ok(of_case(rx, case)?.into_iter().find(|p| p.side == side && p.kind.is_none()))
}

/// Adds the main party of a side.
///
/// # Errors
/// Database errors.
pub fn add(
    tx: &mut Tx<'_>,
    case: CaseId,
    complex: Option<ComplexId>,
    side: Side,
    details: &Details,
    now: DateTime<Utc>,
) -> Result<PartyId, StoreError> {
    let sealed = sealed(tx, complex, details)?;
    Ok(diesel::insert_into(parties::table)
        .values((
            parties::case_id.eq(case),
            parties::side.eq(side),
            parties::kind.eq(MAIN),
            sealed,
            parties::from_at.eq(now.naive_utc()),
        ))
        .returning(parties::id)
        .get_result(tx.conn())?)
}

/// Adds somebody beside the main party of a side, by the line of the case that says so.
///
/// # Errors
/// Database errors.
pub fn add_beside(
    tx: &mut Tx<'_>,
    case: CaseId,
    complex: Option<ComplexId>,
    (side, kind, seq): (Side, PersonKind, Seq),
    details: &Details,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let sealed = sealed(tx, complex, details)?;
    diesel::insert_into(parties::table)
        .values((
            parties::case_id.eq(case),
            parties::side.eq(side),
            parties::kind.eq(kind.code()),
            parties::seq.eq(seq),
            sealed,
            parties::from_at.eq(now.naive_utc()),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// The person whom a line of the case added, if they belong to it now.
///
/// # Errors
/// As `of_case`.
pub fn by_seq(rx: &mut Rx<'_>, case: CaseId, seq: Seq) -> Result<Option<Party>, StoreError> {
    Ok(of_case(rx, case)?.into_iter().find(|p| p.seq == Some(seq)))
}

/// Replaces what is known of a party.
///
/// # Errors
/// Database errors.
pub fn update(
    tx: &mut Tx<'_>,
    id: PartyId,
    complex: Option<ComplexId>,
    details: &Details,
) -> Result<(), StoreError> {
    let sealed = sealed(tx, complex, details)?;
    diesel::update(parties::table.find(id)).set(sealed).execute(tx.conn())?;
    Ok(())
}

type Sealed = (
    diesel::dsl::Eq<parties::name, String>,
    diesel::dsl::Eq<parties::phone, String>,
    diesel::dsl::Eq<parties::email, String>,
    diesel::dsl::Eq<parties::building, String>,
    diesel::dsl::Eq<parties::unit, String>,
    diesel::dsl::Eq<parties::unit_hash, Option<String>>,
    diesel::dsl::Eq<parties::disclosure, &'static str>,
    diesel::dsl::Eq<parties::may_tell, String>,
);

fn sealed(rx: &Rx<'_>, complex: Option<ComplexId>, d: &Details) -> Result<Sealed, StoreError> {
    let seal = |column: &str, value: &str| rx.vault().seal(&format!("parties.{column}"), value);
    let (building, unit) = d.unit.as_ref().map_or(("", ""), |u| (u.building.as_str(), u.unit.as_str()));
    Ok((
        parties::name.eq(seal("name", &d.name)?),
        parties::phone.eq(seal("phone", &d.phone)?),
        parties::email.eq(seal("email", &d.email)?),
        parties::building.eq(seal("building", building)?),
        parties::unit.eq(seal("unit", unit)?),
        parties::unit_hash.eq(d.unit.as_ref().map(|u| unit_hash(rx, complex, u))),
        parties::disclosure.eq(d.disclosure.map_or("", Disclosure::code)),
        parties::may_tell.eq(seal("may_tell", &d.may_tell)?),
    ))
}

/// A former respondent is no party any more; their data is destroyed at once, the keyed hash of the door stays.
///
/// # Errors
/// Database errors.
pub fn end(tx: &mut Tx<'_>, id: PartyId, now: DateTime<Utc>) -> Result<(), StoreError> {
    diesel::update(parties::table.find(id)).set(parties::until_at.eq(now.naive_utc())).execute(tx.conn())?;
    destroy(tx, id, now)
}

/// Destroys what is known of a party, irrecoverably; the keyed hash of the door stays.
///
/// # Errors
/// Database errors.
pub fn destroy(tx: &mut Tx<'_>, id: PartyId, now: DateTime<Utc>) -> Result<(), StoreError> {
    diesel::update(parties::table.find(id))
        .set((
            parties::name.eq(""),
            parties::phone.eq(""),
            parties::email.eq(""),
            parties::building.eq(""),
            parties::unit.eq(""),
            parties::may_tell.eq(""),
            parties::destroyed_at.eq(now.naive_utc()),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// A consent that was asked, given or not (개인정보 보호법 §15②, §17②, §22).
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Consent {
    pub side: Side,
    /// Whose: somebody beside the main party, by the line that added them; None is the main party.
    pub person: Option<Seq>,
    /// What for: `sensitive`, `provision`, `recording`, `mediation`.
    pub purpose: String,
    /// To whom data goes, for `provision`.
    pub recipient: String,
    /// Who processes the data on this consent (개인정보처리자): the body that had the case then. Filled in when it is kept.
    pub controller: String,
    pub text_version: String,
    pub method: Method,
    pub given: bool,
    pub at: NaiveDateTime,
    pub withdrawn_at: Option<NaiveDateTime>,
}

/// Keeps a consent with its text version, method and time; it is that of the person who is this side now, or beside it.
///
/// # Errors
/// Database errors.
pub fn consent(tx: &mut Tx<'_>, case: CaseId, consent: &Consent) -> Result<(), StoreError> {
    let person = whose(tx, case, consent.side, consent.person)?;
    let controller = controller(tx, case)?;
    diesel::insert_into(consents::table)
        .values((
            consents::case_id.eq(case),
            consents::party_id.eq(person),
            consents::side.eq(consent.side),
            consents::purpose.eq(&consent.purpose),
            consents::recipient.eq(&consent.recipient),
            consents::controller.eq(controller),
            consents::text_version.eq(&consent.text_version),
            consents::method.eq(consent.method),
            consents::given.eq(consent.given),
            consents::at.eq(consent.at),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Who processes the data of a case now (개인정보처리자): what its holder names, else the holder itself.
///
/// # Errors
/// Database errors.
pub fn controller(rx: &mut Rx<'_>, case: CaseId) -> Result<String, StoreError> {
    let holder: Option<(String, String)> = cases::table
        .inner_join(bodies::table.on(cases::holder_id.eq(bodies::id.nullable())))
        .filter(cases::id.eq(case))
        .select((bodies::controller, bodies::name))
        .first(rx.conn())
        .optional()?;
    Ok(holder.map_or_else(String::new, |(named, name)| if named.is_empty() { name } else { named }))
}

/// The party whose consent it is.
fn whose(
    rx: &mut Rx<'_>,
    case: CaseId,
    side: Side,
    person: Option<Seq>,
) -> Result<Option<PartyId>, StoreError> {
    let there = parties::table
        .filter(parties::case_id.eq(case))
        .filter(parties::side.eq(side))
        .filter(parties::until_at.is_null())
        .order(parties::id.desc())
        .select(parties::id)
        .into_boxed();
    let there = match person {
        Some(seq) => there.filter(parties::seq.eq(seq)),
        None => there.filter(parties::kind.eq(MAIN)),
    };
    Ok(there.first(rx.conn()).optional()?)
}

/// Marks one person's consents for a purpose as withdrawn.
///
/// # Errors
/// Database errors.
pub fn end_consents_of(
    tx: &mut Tx<'_>,
    case: CaseId,
    (side, person): (Side, Option<Seq>),
    purpose: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let Some(party) = whose(tx, case, side, person)? else { return Ok(()) };
    let standing = consents::table
        .filter(consents::case_id.eq(case))
        .filter(consents::party_id.eq(party))
        .filter(consents::purpose.eq(purpose))
        .filter(consents::withdrawn_at.is_null());
    diesel::update(standing).set(consents::withdrawn_at.eq(now.naive_utc())).execute(tx.conn())?;
    Ok(())
}

/// Marks every consent of a side for a purpose as withdrawn, to whomever it was given.
///
/// # Errors
/// Database errors.
pub fn end_consents(
    tx: &mut Tx<'_>,
    case: CaseId,
    side: Side,
    purpose: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let standing = consents::table
        .filter(consents::case_id.eq(case))
        .filter(consents::side.eq(side))
        .filter(consents::purpose.eq(purpose))
        .filter(consents::withdrawn_at.is_null());
    diesel::update(standing).set(consents::withdrawn_at.eq(now.naive_utc())).execute(tx.conn())?;
    Ok(())
}

/// Marks a side's consents for a purpose as withdrawn that were given about one recipient alone.
///
/// # Errors
/// Database errors.
pub fn end_consents_to(
    tx: &mut Tx<'_>,
    case: CaseId,
    side: Side,
    (purpose, recipient): (&str, &str),
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let standing = consents::table
        .filter(consents::case_id.eq(case))
        .filter(consents::side.eq(side))
        .filter(consents::purpose.eq(purpose))
        .filter(consents::recipient.eq(recipient))
        .filter(consents::withdrawn_at.is_null());
    diesel::update(standing).set(consents::withdrawn_at.eq(now.naive_utc())).execute(tx.conn())?;
    Ok(())
}

/// Every consent asked in a case, oldest first.
///
/// # Errors
/// Database errors.
pub fn consents_of(rx: &mut Rx<'_>, case: CaseId) -> Result<Vec<Consent>, StoreError> {
    let rows = consents::table
        .left_join(parties::table.on(consents::party_id.eq(parties::id.nullable())))
        .filter(consents::case_id.eq(case))
        .order(consents::id)
        .select((
            consents::side,
            parties::seq.nullable(),
            consents::purpose,
            consents::recipient,
            consents::controller,
            consents::text_version,
            consents::method,
            consents::given,
            consents::at,
            consents::withdrawn_at,
        ));
    Ok(rows.load(rx.conn())?)
}
