//! Bodies: offices, committees, NGOs, the ward, dongs, outside bodies. Organisations, not persons: nothing is sealed.
use super::schema::{bodies, dongs};
use super::{Rx, StoreError, Tx};
use crate::domain::case::Bodies;
use crate::domain::codes::{BodyKind, Calendar, Venue};
use crate::domain::ids::{BodyId, ComplexId, ProgrammeId};
use crate::domain::referral::{self, Demand, Terms};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;

/// A body.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = bodies)]
pub struct Body {
    pub id: BodyId,
    pub kind: BodyKind,
    pub name: String,
    pub ward_code: String,
    pub dong_code: Option<String>,
    pub complex_id: Option<ComplexId>,
    /// The office's telephone and address, as published.
    pub phone: String,
    pub email: String,
    /// Who answers for the personal data it keeps (개인정보처리자).
    pub controller: String,
    /// Which of the bodies outside it is, where it said so.
    pub venue: Option<Venue>,
    /// Days that it has to answer a referral, and how they are counted, where they are its own.
    pub answer_days: Option<i64>,
    pub calendar: Option<Calendar>,
    pub from_on: Option<NaiveDate>,
    pub until_on: Option<NaiveDate>,
}

/// What a new body is made of.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NewBody {
    pub name: String,
    pub ward_code: String,
    pub dong_code: Option<String>,
    pub complex: Option<ComplexId>,
    pub phone: String,
    pub email: String,
    pub controller: String,
    pub venue: Option<Venue>,
    pub from_on: Option<NaiveDate>,
}

impl Body {
    /// What it is to a case that comes to it.
    #[must_use]
    pub fn venue(&self) -> Venue {
        referral::venue(self.kind, self.venue)
    }

    /// What it demands of a case on `day`.
    #[must_use]
    pub fn demand(&self, day: NaiveDate) -> &'static Demand {
        referral::of(self.venue(), day)
    }

    /// What a referral to it goes out under on `day`: its own days and calendar, else those of its kind.
    #[must_use]
    pub fn terms(&self, day: NaiveDate) -> Terms {
        let usual = self.demand(day).terms();
        let days = self.answer_days.and_then(|days| u32::try_from(days).ok()).unwrap_or(usual.days);
        Terms { days, calendar: self.calendar.unwrap_or(usual.calendar), ..usual }
    }
}

/// Adds a body.
///
/// # Errors
/// Database errors.
pub fn add(tx: &mut Tx<'_>, kind: BodyKind, new: &NewBody, now: DateTime<Utc>) -> Result<BodyId, StoreError> {
    Ok(diesel::insert_into(bodies::table)
        .values((
            bodies::kind.eq(kind),
            bodies::name.eq(&new.name),
            bodies::ward_code.eq(&new.ward_code),
            bodies::dong_code.eq(&new.dong_code),
            bodies::complex_id.eq(new.complex),
            bodies::phone.eq(&new.phone),
            bodies::email.eq(&new.email),
            bodies::controller.eq(&new.controller),
            bodies::venue.eq(new.venue),
            bodies::from_on.eq(new.from_on),
            bodies::created_at.eq(now.naive_utc()),
        ))
        .returning(bodies::id)
        .get_result(tx.conn())?)
}

/// One body.
///
/// # Errors
/// `NotFound`.
pub fn find(rx: &mut Rx<'_>, id: BodyId) -> Result<Body, StoreError> {
    Ok(bodies::table.find(id).select(Body::as_select()).first(rx.conn())?)
}

/// Whom a person is told to ask: the first of these bodies that has a telephone, else the first; name and telephone.
///
/// # Errors
/// `NotFound` for a body that is none; database errors.
pub fn to_ask(rx: &mut Rx<'_>, ids: &[Option<BodyId>]) -> Result<Option<(String, String)>, StoreError> {
    let mut first = None;
    for id in ids.iter().flatten() {
        let body = find(rx, *id)?;
        if !body.phone.is_empty() {
            return Ok(Some((body.name, body.phone)));
        }
        first = first.or(Some((body.name, body.phone)));
    }
    Ok(first)
}

/// Every body in force on `day`, by kind and name, for choosing one of a ward's some hundreds; of a nation not all.
///
/// # Errors
/// Database errors.
pub fn all(rx: &mut Rx<'_>, day: NaiveDate) -> Result<Vec<Body>, StoreError> {
    Ok(bodies::table
        .filter(bodies::until_on.is_null().or(bodies::until_on.gt(day)))
        .order((bodies::kind, bodies::name, bodies::id))
        .limit(5000)
        .select(Body::as_select())
        .load(rx.conn())?)
}

/// The bodies of these kinds in force on `day`, by name. Of offices and committees a nation has thousands: ask [`around`].
///
/// # Errors
/// Database errors.
pub fn of_kinds(rx: &mut Rx<'_>, day: NaiveDate, kinds: &[BodyKind]) -> Result<Vec<Body>, StoreError> {
    Ok(bodies::table
        .filter(bodies::kind.eq_any(kinds))
        .filter(bodies::until_on.is_null().or(bodies::until_on.gt(day)))
        .order((bodies::kind, bodies::name, bodies::id))
        .select(Body::as_select())
        .load(rx.conn())?)
}

/// The bodies in force on `day` of a ward, of everywhere (those without one), and of this 단지, by kind and name.
///
/// # Errors
/// Database errors.
pub fn around(
    rx: &mut Rx<'_>,
    day: NaiveDate,
    ward: &str,
    complex: Option<ComplexId>,
) -> Result<Vec<Body>, StoreError> {
    let own = bodies::complex_id.eq(complex).and(bodies::complex_id.is_not_null()).assume_not_null();
    Ok(bodies::table
        .filter(bodies::ward_code.eq(ward).or(bodies::ward_code.eq("")).or(own))
        .filter(bodies::until_on.is_null().or(bodies::until_on.gt(day)))
        .order((bodies::kind, bodies::name, bodies::id))
        .select(Body::as_select())
        .load(rx.conn())?)
}

/// The bodies in force on `day` that this names: a number, or the name as it is written.
///
/// # Errors
/// Database errors.
pub fn called(rx: &mut Rx<'_>, day: NaiveDate, typed: &str) -> Result<Vec<Body>, StoreError> {
    let id = BodyId(typed.parse().unwrap_or(0));
    Ok(bodies::table
        .filter(bodies::id.eq(id).or(bodies::name.eq(typed)))
        .filter(bodies::until_on.is_null().or(bodies::until_on.gt(day)))
        .order(bodies::id)
        .select(Body::as_select())
        .load(rx.conn())?)
}

/// Every body, ended ones included, by kind and name: for the operator.
///
/// # Errors
/// Database errors.
pub fn every(rx: &mut Rx<'_>) -> Result<Vec<Body>, StoreError> {
    let by_kind = (bodies::kind, bodies::name, bodies::id);
    Ok(bodies::table.order(by_kind).limit(5000).select(Body::as_select()).load(rx.conn())?)
}

/// Keeps a body's published telephone and address, and who answers for its data.
///
/// # Errors
/// Database errors.
pub fn set_contact(
    tx: &mut Tx<'_>,
    id: BodyId,
    phone: &str,
    email: &str,
    controller: &str,
) -> Result<(), StoreError> {
    let kept = (bodies::phone.eq(phone), bodies::email.eq(email), bodies::controller.eq(controller));
    diesel::update(bodies::table.find(id)).set(kept).execute(tx.conn())?;
    Ok(())
}

/// Keeps what a body is, and by when it answers a referral; where nothing is said, it is as its kind says.
///
/// # Errors
/// Database errors.
pub fn set_terms(
    tx: &mut Tx<'_>,
    id: BodyId,
    (venue, days, calendar): (Option<Venue>, Option<i64>, Option<Calendar>),
) -> Result<(), StoreError> {
    let kept = (bodies::venue.eq(venue), bodies::answer_days.eq(days), bodies::calendar.eq(calendar));
    diesel::update(bodies::table.find(id)).set(kept).execute(tx.conn())?;
    Ok(())
}

/// The names of these bodies.
///
/// # Errors
/// Database errors.
pub fn names(rx: &mut Rx<'_>, ids: &[BodyId]) -> Result<Vec<(BodyId, String)>, StoreError> {
    Ok(bodies::table.filter(bodies::id.eq_any(ids)).select((bodies::id, bodies::name)).load(rx.conn())?)
}

/// The kinds of these bodies.
///
/// # Errors
/// Database errors.
pub fn kinds(rx: &mut Rx<'_>, ids: &[BodyId]) -> Result<Vec<(BodyId, BodyKind)>, StoreError> {
    Ok(bodies::table.filter(bodies::id.eq_any(ids)).select((bodies::id, bodies::kind)).load(rx.conn())?)
}

/// The bodies that a new case of this 단지 can go to on `day`: its office, its committee, the NGO of its programme
/// (else the ward's only NGO), the ward.
///
/// # Errors
/// Database errors.
pub fn for_case(
    rx: &mut Rx<'_>,
    complex: Option<ComplexId>,
    ward_code: &str,
    programme: Option<ProgrammeId>,
    day: NaiveDate,
) -> Result<Bodies, StoreError> {
    let all: Vec<Body> = bodies::table
        .filter(bodies::ward_code.eq(ward_code))
        .filter(bodies::until_on.is_null().or(bodies::until_on.gt(day)))
        .filter(bodies::complex_id.is_null().or(bodies::complex_id.nullable().eq(complex).assume_not_null()))
        .order(bodies::id)
        .select(Body::as_select())
        .load(rx.conn())?;
    let of = |kind: BodyKind, own: bool| {
        all.iter()
            .find(|b| b.kind == kind && (!own || (complex.is_some() && b.complex_id == complex)))
            .map(|b| b.id)
    };
    let partner: Option<BodyId> = match programme {
        Some(programme) => super::programmes::find(rx, programme, day)?.terms.ngo_id,
        None => None,
    };
    Ok(Bodies {
        office: of(BodyKind::Office, true),
        committee: of(BodyKind::Committee, true),
        ngo: partner.or_else(|| of(BodyKind::Ngo, false)),
        ward: of(BodyKind::Ward, false),
    })
}

/// A body, its kind, its ward's code and its 단지.
pub type BodyHome = (BodyId, BodyKind, String, Option<ComplexId>);

/// The bodies in force on `day` of every 단지 and every ward, by number, for whoever files many cases at once.
///
/// # Errors
/// Database errors.
pub fn homes(rx: &mut Rx<'_>, day: NaiveDate) -> Result<Vec<BodyHome>, StoreError> {
    Ok(bodies::table
        .filter(bodies::until_on.is_null().or(bodies::until_on.gt(day)))
        .order(bodies::id)
        .select((bodies::id, bodies::kind, bodies::ward_code, bodies::complex_id))
        .load(rx.conn())?)
}

/// Ends a body on a day.
///
/// # Errors
/// Database errors.
pub fn end(tx: &mut Tx<'_>, id: BodyId, on: NaiveDate) -> Result<(), StoreError> {
    diesel::update(bodies::table.find(id)).set(bodies::until_on.eq(on)).execute(tx.conn())?;
    Ok(())
}

/// 행정동: code, name, ward code, by code.
///
/// # Errors
/// Database errors.
pub fn all_dongs(rx: &mut Rx<'_>) -> Result<Vec<(String, String, String)>, StoreError> {
    Ok(dongs::table
        .order(dongs::code)
        .select((dongs::code, dongs::name, dongs::ward_code))
        .load(rx.conn())?)
}

/// The 행정동 of a ward: code, name, by code.
///
/// # Errors
/// Database errors.
pub fn dongs_of(rx: &mut Rx<'_>, ward_code: &str) -> Result<Vec<(String, String)>, StoreError> {
    let of_ward = dongs::table.filter(dongs::ward_code.eq(ward_code)).order(dongs::code);
    Ok(of_ward.select((dongs::code, dongs::name)).load(rx.conn())?)
}

/// The name of a 행정동.
///
/// # Errors
/// Database errors.
pub fn dong_name(rx: &mut Rx<'_>, code: &str) -> Result<Option<String>, StoreError> {
    Ok(dongs::table.find(code).select(dongs::name).first(rx.conn()).optional()?)
}

/// Adds a 행정동 unless it is there.
///
/// # Errors
/// Database errors.
pub fn add_dong(tx: &mut Tx<'_>, code: &str, name: &str, ward_code: &str) -> Result<(), StoreError> {
    let row = (dongs::code.eq(code), dongs::name.eq(name), dongs::ward_code.eq(ward_code));
    crate::each_backend!(tx.conn(), |c| diesel::insert_into(dongs::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(c))?;
    Ok(())
}
