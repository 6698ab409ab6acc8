//! A step of a case as somebody typed it or sent it as JSON, read into `casework::step::Taking`.
//!
//! Both doors meet in [`from_json`]: a form is first turned into the JSON that the API takes, field by field as
//! `domain::step::form` describes them, so that pages and API check the same things with the same sentences.
pub mod words;

use crate::casework::step::Taking;
use crate::domain::ids::ComplexId;
use crate::domain::step::form;
use crate::domain::step::{Step, StepCode};
use crate::domain::text::{self, Unit};
use crate::store::parties::Details;
use crate::web::asked;
use crate::web::field::Errors;
use crate::web::typed::Typed;
use serde_json::{Map, Value, json};

/// Reads a step from a posted form: the fields by their names, `at_date`/`at_time` for a late entry, `version` for the
/// case that the person saw, `respondent_*` or `person_*` for a person's particulars.
///
/// # Errors
/// A sentence per field, by the field's name on the page.
pub fn from_typed(code: StepCode, typed: &Typed) -> Result<Taking, Errors> {
    let mut errors = Errors::default();
    let mut body = asked::typed_object(&form::fields(code), typed, &mut errors);
    match asked::moment(typed, "at") {
        Ok(None) => {}
        Ok(Some(at)) => drop(body.insert("at".to_owned(), json!(at))),
        Err(sentence) => errors.add("at", sentence),
    }
    if let Some(version) = typed.some("version").and_then(|v| v.parse::<i64>().ok()) {
        body.insert("version".to_owned(), json!(version));
    }
    if let Some(member) = member(code) {
        let part = |name: &str| typed.get(&format!("{member}_{name}")).to_owned();
        let details = json!({
            "building": part("building"), "unit": part("unit"), "name": part("name"), "phone": part("phone"),
            "email": part("email"),
        });
        body.insert(member.to_owned(), details);
    }
    match (from_json(code, Value::Object(body)), errors.is_empty()) {
        (Ok(taking), true) => Ok(taking),
        (Ok(_), false) => Err(errors),
        (Err(more), _) => {
            for (name, sentence) in more.iter() {
                errors.add(name, sentence);
            }
            Err(errors)
        }
    }
}

/// The member that carries a person's particulars beside those of the step, if the step takes them.
#[must_use]
pub const fn member(code: StepCode) -> Option<&'static str> {
    match code {
        StepCode::ChangeRespondent => Some("respondent"),
        StepCode::AddPerson | StepCode::AmendPerson => Some("person"),
        _ => None,
    }
}

/// Reads a step from JSON: its particulars, and beside them `at` (RFC 3339), `version` and, for `change_respondent`
/// (`respondent`) and steps about a person (`person`), `{building, unit, name, phone, email}`. `step` may be named and must then be `code`.
///
/// # Errors
/// A sentence per member, by its name.
pub fn from_json(code: StepCode, body: Value) -> Result<Taking, Errors> {
    let mut errors = Errors::default();
    let Value::Object(mut body) = body else {
        errors.add("", "JSON 객체 하나를 보내 주세요.");
        return Err(errors);
    };
    if body.remove("step").is_some_and(|named| named.as_str() != Some(code.code())) {
        errors.add("step", "주소의 일과 다릅니다.");
    }
    let (at, seen) = asked::envelope(&mut body, &mut errors);
    let person = member(code).and_then(|m| body.remove(m).map(|typed| (m, typed)));
    let person =
        person.filter(|(_, typed)| !typed.is_null()).map(|(m, typed)| details(m, &typed, &mut errors));
    let step = particulars(code, body, &mut errors);
    match step {
        Some(step) if errors.is_empty() => Ok(Taking { step, at, seen, person }),
        _ => Err(errors),
    }
}

/// The step's own members, each checked as its field says, then read by the step's own serde.
fn particulars(code: StepCode, body: Map<String, Value>, errors: &mut Errors) -> Option<Step> {
    let mut kept = asked::checked_object(&form::fields(code), body, errors);
    kept.insert("step".to_owned(), json!(code.code()));
    match asked::into(kept, errors.clone()) {
        Ok(step) => Some(step),
        Err(more) => {
            *errors = more;
            None
        }
    }
}

/// A person's door, name, telephone and address; what is not known stays empty.
fn details(member: &str, value: &Value, errors: &mut Errors) -> Details {
    let at = |part: &str| format!("{member}_{part}");
    let part = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or("").trim().to_owned();
    let mut details = Details::default();
    let (building, unit) = (part("building"), part("unit"));
    if !(building.is_empty() && unit.is_empty()) {
        match Unit::read(&building, &unit) {
            Ok(unit) => details.unit = Some(unit),
            Err(sentence) => errors.add(&at("unit"), sentence),
        }
    }
    if !part("name").is_empty() {
        match text::name(&part("name")) {
            Ok(name) => details.name = name,
            Err(sentence) => errors.add(&at("name"), sentence),
        }
    }
    if !part("phone").is_empty() {
        match text::phone(&part("phone")) {
            Ok(phone) => details.phone = phone,
            Err(sentence) => errors.add(&at("phone"), sentence),
        }
    }
    if !part("email").is_empty() {
        match text::email(&part("email")) {
            Ok(email) => details.email = email,
            Err(sentence) => errors.add(&at("email"), sentence),
        }
    }
    details
}

/// A 단지 chosen in a list.
#[must_use]
pub fn complex(typed: &Typed, name: &str) -> Option<ComplexId> {
    typed.get(name).parse().ok().map(ComplexId)
}

#[cfg(test)]
mod tests;
