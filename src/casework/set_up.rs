//! What the operator sets up: the ward with its 행정동, 단지 with dated facts, bodies, programmes.
mod complexes;
mod dongs;
mod programmes;

pub use complexes::{ComplexForm, add_complex, oblige, set_facts};
pub use dongs::add_dong;
pub use programmes::{add_programme, change_programme, end_programme};
pub(in crate::casework) use programmes::{ended, unfit};

use super::account::note;
use super::account::people::administer;
use super::{CaseworkError, tell};
use crate::domain::codes::{AuditAction, BodyKind, Calendar, CommitteeKind, Venue};
use crate::domain::ids::{BodyId, ComplexId, UserId};
use crate::domain::permission::Actor;
use crate::domain::{referral, seoul, text};
use crate::store::bodies::{self, NewBody};
use crate::store::complexes::{self as stored, Facts};
use crate::store::{Rx, StoreError, Tx};
use chrono::{DateTime, NaiveDate, Utc};

/// Digits of a ward's code.
const WARD_DIGITS: usize = 5;

/// A new body as the operator types it.
#[derive(Debug, Clone, Default)]
pub struct BodyForm {
    pub name: String,
    /// Of a ward: five digits. Else the ward that it belongs to; a 단지's body takes its 단지's.
    pub ward_code: String,
    pub dong_code: Option<String>,
    /// Of an office or a committee.
    pub complex: Option<ComplexId>,
    /// Of a committee: which kind it is.
    pub committee: Option<CommitteeKind>,
    /// Of a body outside: which one it is.
    pub venue: Option<Venue>,
    pub phone: String,
    pub email: String,
    pub controller: String,
    pub from_on: Option<NaiveDate>,
}

/// Adds a body. A ward brings its 행정동 with their offices and the outside bodies; a committee becomes a dated fact of
/// its 단지.
///
/// # Errors
/// `Denied`; `Invalid`.
pub fn add_body(
    tx: &mut Tx<'_>,
    actor: &Actor,
    kind: BodyKind,
    form: &BodyForm,
    now: DateTime<Utc>,
) -> Result<BodyId, CaseworkError> {
    administer(actor)?;
    let mut new = contact(form)?;
    new.from_on = form.from_on.or_else(|| Some(seoul::day(now)));
    match kind {
        BodyKind::Ward => new.ward_code = ward_code(tx, &form.ward_code)?,
        BodyKind::Office | BodyKind::Committee => {
            let complex =
                form.complex.ok_or_else(|| CaseworkError::field("complex", "단지를 골라 주세요."))?;
            let (facts, ward) = stored::facts_at(tx, complex, now)?;
            (new.complex, new.ward_code, new.dong_code) = (Some(complex), ward, Some(facts.dong_code));
        }
        BodyKind::Council | BodyKind::Dong => {
            let code = form.dong_code.clone().filter(|code| !code.is_empty());
            let code = code.ok_or_else(|| CaseworkError::field("dong", "행정동을 골라 주세요."))?;
            new.ward_code = ward_of(tx, &code)?;
            new.dong_code = Some(code);
        }
        BodyKind::Ngo | BodyKind::Outside | BodyKind::Applied => {
            new.ward_code.clone_from(&form.ward_code);
            is_ward(tx, &new.ward_code)?;
            new.venue = fitting(kind, form.venue)?;
        }
    }
    refuse_a_second(tx, kind, &new, now)?;
    let id = keep_body(tx, actor.user, kind, &new, now)?;
    match kind {
        BodyKind::Ward => dongs::begin_ward(tx, actor.user, &new.ward_code, now)?,
        BodyKind::Committee => becomes_fact(tx, &new, form.committee, now)?,
        _ => {}
    }
    Ok(id)
}

fn keep_body(
    tx: &mut Tx<'_>,
    by: Option<UserId>,
    kind: BodyKind,
    new: &NewBody,
    now: DateTime<Utc>,
) -> Result<BodyId, StoreError> {
    let id = bodies::add(tx, kind, new, now)?;
    note(tx, by, AuditAction::BodyAdded, &format!("body {}", id.0), &format!("kind={kind}"), now)?;
    Ok(id)
}

/// The typed parts that every body has.
fn contact(form: &BodyForm) -> Result<NewBody, CaseworkError> {
    let mut wrong = Vec::new();
    let name = text::free(&form.name, 80).unwrap_or_default();
    if name.is_empty() {
        wrong.push(("name".to_owned(), "기관 이름을 80자 안으로 적어 주세요.".to_owned()));
    }
    let (phone, email, controller) = reach(&form.phone, &form.email, &form.controller, &mut wrong);
    if wrong.is_empty() {
        Ok(NewBody { name, phone, email, controller, ..NewBody::default() })
    } else {
        Err(CaseworkError::Invalid(wrong))
    }
}

fn reach(
    phone: &str,
    email: &str,
    controller: &str,
    wrong: &mut Vec<(String, String)>,
) -> (String, String, String) {
    let or_none = |typed: &str, read: fn(&str) -> Result<String, &'static str>| {
        if typed.trim().is_empty() { Ok(String::new()) } else { read(typed) }
    };
    // Three digits are a public emergency number (112, 119, 120), which no person has.
    let emergency = phone.len() == 3 && phone.chars().all(|c| c.is_ascii_digit());
    let phone = if emergency { Ok(phone.to_owned()) } else { or_none(phone, text::phone) };
    let phone = phone.map_err(|why| wrong.push(("phone".to_owned(), why.to_owned())));
    let email = or_none(email, text::email).map_err(|why| wrong.push(("email".to_owned(), why.to_owned())));
    let controller = text::free(controller, 80).map_err(|why| wrong.push(("controller".to_owned(), why)));
    (phone.unwrap_or_default(), email.unwrap_or_default(), controller.unwrap_or_default())
}

fn ward_code(rx: &mut Rx<'_>, typed: &str) -> Result<String, CaseworkError> {
    let code = typed.trim();
    if code.len() != WARD_DIGITS || !code.chars().all(|c| c.is_ascii_digit()) {
        return Err(CaseworkError::field("ward_code", "구 코드 다섯 자리를 적어 주세요. 예: 서대문구 11410"));
    }
    let known = bodies::every(rx)?.into_iter().any(|b| b.kind == BodyKind::Ward && b.ward_code == code);
    if known {
        return Err(CaseworkError::field("ward_code", "이미 있는 구입니다."));
    }
    Ok(code.to_owned())
}

fn is_ward(rx: &mut Rx<'_>, code: &str) -> Result<(), CaseworkError> {
    let known = bodies::every(rx)?.into_iter().any(|b| b.kind == BodyKind::Ward && b.ward_code == code);
    if known {
        Ok(())
    } else {
        Err(CaseworkError::field("ward_code", "구를 골라 주세요. 없으면 구를 먼저 더해 주세요."))
    }
}

fn ward_of(rx: &mut Rx<'_>, dong: &str) -> Result<String, CaseworkError> {
    let known = bodies::all_dongs(rx)?.into_iter().find(|(code, _, _)| code == dong);
    known.map(|(_, _, ward)| ward).ok_or_else(|| CaseworkError::field("dong", "행정동을 골라 주세요."))
}

/// A 단지 has one office and one committee at a time, as a case goes to *the* office.
fn refuse_a_second(
    rx: &mut Rx<'_>,
    kind: BodyKind,
    new: &NewBody,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    let standing = bodies::all(rx, seoul::day(now))?;
    if new.complex.is_some() && standing.iter().any(|b| b.kind == kind && b.complex_id == new.complex) {
        let why =
            format!("이 단지에는 이미 {}가 있습니다. 바뀌었으면 먼저 있는 것을 끝내 주세요.", kind.label());
        return Err(CaseworkError::field("complex", &why));
    }
    if standing.iter().any(|b| b.kind == kind && b.name == new.name && b.ward_code == new.ward_code) {
        return Err(CaseworkError::field(
            "name",
            "같은 이름의 기관이 있습니다. 구별되는 이름을 적어 주세요.",
        ));
    }
    Ok(())
}

/// A 단지 that gets a committee has one from that day on, in its dated facts. `none` means its three officers, who act in a
/// committee's place (세 임원 대행): a body that meets and decides, while the 단지 has no committee.
fn becomes_fact(
    tx: &mut Tx<'_>,
    new: &NewBody,
    kind: Option<CommitteeKind>,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    let Some(complex) = new.complex else { return Ok(()) };
    let kind = kind.ok_or_else(|| CaseworkError::field("committee", "어떤 위원회인지 골라 주세요."))?;
    let from = seoul::midnight(new.from_on.unwrap_or_else(|| seoul::day(now)));
    let (facts, _) = stored::facts_at(tx, complex, from)?;
    if facts.committee == kind {
        return Ok(());
    }
    let facts = Facts { committee: kind, ..facts };
    stored::set_facts(tx, complex, &facts, from).map_err(|e| on_conflict(e, "from_on", SAME_DAY))
}

const SAME_DAY: &str = "그날부터 시작하는 단지 정보가 이미 있습니다. 다른 날을 적어 주세요.";

fn on_conflict(e: StoreError, field: &str, why: &str) -> CaseworkError {
    if matches!(e, StoreError::Conflict(_)) { CaseworkError::field(field, why) } else { e.into() }
}

/// Changes how a body is reached and who answers for its data. What stands open with it by a link of the address before goes to the new
/// one.
///
/// # Errors
/// `Denied`; `Invalid`.
pub fn change_body(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: BodyId,
    phone: &str,
    email: &str,
    controller: &str,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    administer(actor)?;
    let before = bodies::find(tx, id)?;
    let mut wrong = Vec::new();
    let (phone, email, controller) = reach(phone, email, controller, &mut wrong);
    if !wrong.is_empty() {
        return Err(CaseworkError::Invalid(wrong));
    }
    bodies::set_contact(tx, id, &phone, &email, &controller)?;
    if before.email != email {
        tell::refer_anew(tx, id, now)?;
    }
    Ok(note(tx, actor.user, AuditAction::BodyChanged, &format!("body {}", id.0), "", now)?)
}

/// Which body outside it is, if it is one of them.
fn fitting(kind: BodyKind, venue: Option<Venue>) -> Result<Option<Venue>, CaseworkError> {
    if venue.is_some_and(|venue| !referral::venues(kind).contains(&venue)) {
        return Err(CaseworkError::field("venue", "이 종류의 기관에는 없는 것입니다. 목록에서 골라 주세요."));
    }
    Ok(venue)
}

/// What a body is to a case, and by when it answers a referral, where that is its own and not what its kind says. Referrals that
/// were sent keep the deadline that they were sent under.
///
/// # Errors
/// `Denied`; `Invalid` at `venue` or `answer_days`.
pub fn set_terms(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: BodyId,
    (venue, days, calendar): (Option<Venue>, Option<i64>, Option<Calendar>),
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    administer(actor)?;
    let body = bodies::find(tx, id)?;
    let venue = fitting(body.kind, venue)?;
    if days.is_some_and(|days| !(1..=i64::from(referral::DAYS_MAX)).contains(&days)) {
        let why = format!("답할 날은 1일에서 {}일 사이로 적어 주세요.", referral::DAYS_MAX);
        return Err(CaseworkError::field("answer_days", &why));
    }
    bodies::set_terms(tx, id, (venue, days, calendar))?;
    let told = format!(
        "venue={} days={} calendar={}",
        venue.map_or("-", Venue::code),
        days.map_or_else(|| "-".to_owned(), |days| days.to_string()),
        calendar.map_or("-", Calendar::code),
    );
    Ok(note(tx, actor.user, AuditAction::BodyChanged, &format!("body {}", id.0), &told, now)?)
}

/// Ends a body on a day: from then on no new case goes to it. What it holds stays with it until it is handed on.
///
/// # Errors
/// `Denied`; `Invalid` at `until_on`; `Conflict` when it has ended.
pub fn end_body(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: BodyId,
    on: NaiveDate,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    administer(actor)?;
    let body = bodies::find(tx, id)?;
    if body.until_on.is_some() {
        return Err(StoreError::Conflict("body has ended".into()).into());
    }
    if body.from_on.is_some_and(|from| on < from) {
        return Err(CaseworkError::field("until_on", "끝나는 날을 시작한 날보다 뒤로 적어 주세요."));
    }
    bodies::end(tx, id, on)?;
    let object = format!("body {}", id.0);
    Ok(note(tx, actor.user, AuditAction::BodyEnded, &object, &format!("on={on}"), now)?)
}
