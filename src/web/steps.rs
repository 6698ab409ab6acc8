//! A step of a case as somebody typed it or sent it as JSON, read into `casework::step::Taking`.
//!
//! Both doors meet in [`from_json`]: a form is first turned into the JSON that the API takes, field by field as
//! `domain::step::form` describes them, so that pages and API check the same things with the same sentences.
pub mod words;

use crate::casework::step::Taking;
use crate::domain::case::TERMS_MAX;
use crate::domain::ids::ComplexId;
use crate::domain::seoul;
use crate::domain::step::form::{self, Choices, Field, Input, LINE_MAX, TEXT_MAX};
use crate::domain::step::{Step, StepCode};
use crate::domain::text::{self, Unit};
use crate::store::parties::Details;
use crate::web::field::Errors;
use crate::web::typed::Typed;
use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};

/// Rows that a form shows for a list of dates or moments.
pub const DATE_ROWS: usize = 3;
pub const MOMENT_ROWS: usize = 5;
/// Rows of terms that a form shows at least.
pub const TERM_ROWS: usize = 3;
/// Most entries of any list that a step carries.
const LIST_MAX: usize = 30;
/// Most hours that one report claims.
const HOURS_MAX: f64 = 500.0;

/// Reads a step from a posted form: the fields by their names, `at_date`/`at_time` for a late entry, `version` for the
/// case that the person saw, `respondent_*` or `person_*` for a person's particulars.
///
/// # Errors
/// A sentence per field, by the field's name on the page.
pub fn from_typed(code: StepCode, typed: &Typed) -> Result<Taking, Errors> {
    let mut errors = Errors::default();
    let mut body = Map::new();
    for field in form::fields(code) {
        match typed_value(&field, typed) {
            Ok(Value::Null) => {}
            Ok(value) => drop(body.insert(field.name.to_owned(), value)),
            Err(sentence) => errors.add(field.name, sentence),
        }
    }
    match moment(typed, "at") {
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
    let at = at_of(body.remove("at"), &mut errors);
    let seen = match body.remove("version") {
        None | Some(Value::Null) => None,
        Some(Value::Number(n)) => n.as_i64(),
        Some(_) => {
            errors.add("version", "숫자를 보내 주세요.");
            None
        }
    };
    let person = member(code).and_then(|m| body.remove(m).map(|typed| (m, typed)));
    let person =
        person.filter(|(_, typed)| !typed.is_null()).map(|(m, typed)| details(m, &typed, &mut errors));
    let step = particulars(code, body, &mut errors);
    match step {
        Some(step) if errors.is_empty() => Ok(Taking { step, at, seen, person }),
        _ => Err(errors),
    }
}

fn at_of(value: Option<Value>, errors: &mut Errors) -> Option<DateTime<Utc>> {
    match value {
        None | Some(Value::Null) => None,
        Some(value) => {
            let at = value.as_str().and_then(|text| DateTime::parse_from_rfc3339(text).ok());
            if at.is_none() {
                errors.add("at", "있었던 날짜와 시각을 적어 주세요.");
            }
            at.map(|at| at.with_timezone(&Utc))
        }
    }
}

/// The step's own members, each checked as its field says, then read by the step's own serde.
fn particulars(code: StepCode, mut body: Map<String, Value>, errors: &mut Errors) -> Option<Step> {
    let mut kept = Map::new();
    kept.insert("step".to_owned(), json!(code.code()));
    for field in form::fields(code) {
        let value = body.remove(field.name).unwrap_or(Value::Null);
        match checked(&field, value) {
            Ok(Value::Null) if field.required => errors.add(field.name, &missing(&field)),
            Ok(Value::Null) => {}
            Ok(value) => drop(kept.insert(field.name.to_owned(), value)),
            Err(sentence) => errors.add(field.name, &sentence),
        }
    }
    for name in body.keys() {
        errors.add(name, "모르는 항목입니다.");
    }
    if !errors.is_empty() {
        return None;
    }
    match serde_json::from_value(Value::Object(kept)) {
        Ok(step) => Some(step),
        Err(e) => {
            // Only a field table that disagrees with the step itself leads here; the test below keeps them together.
            tracing::error!(step = code.code(), error = %e, "a checked step does not read");
            errors.add("", "이 일을 읽지 못했습니다. 다시 적어 주세요.");
            None
        }
    }
}

fn missing(field: &Field) -> String {
    match field.input {
        Input::One(_)
        | Input::Any(_)
        | Input::Number(_)
        | Input::Mediator
        | Input::Members
        | Input::InCharge
        | Input::Body
        | Input::Complex => format!("'{}'에서 하나를 골라 주세요.", field.label),
        Input::Date => "날짜를 적어 주세요.".to_owned(),
        Input::Moment => "날짜와 시각을 모두 적어 주세요.".to_owned(),
        Input::Moments | Input::Dates => "날짜와 시각을 하나 이상 적어 주세요.".to_owned(),
        Input::Terms => "약속을 한 가지 이상 적어 주세요.".to_owned(),
        _ => format!("'{}' 칸을 채워 주세요.", field.label),
    }
}

/// One member, checked and brought into one form; `Null` where nothing was said.
fn checked(field: &Field, value: Value) -> Result<Value, String> {
    if value.is_null() {
        return Ok(if field.input == Input::Tick { Value::Bool(false) } else { Value::Null });
    }
    let wrong = |sentence: &str| Err(sentence.to_owned());
    match &field.input {
        Input::Line | Input::CaseNumber => line(&value, LINE_MAX),
        Input::Text => line(&value, TEXT_MAX),
        Input::Date => date(&value),
        Input::Moment => instant(&value),
        Input::Moments => list(&value, instant),
        Input::Dates => list(&value, date),
        Input::Whole => match value.as_i64() {
            Some(n @ 0..=100_000) => Ok(json!(n)),
            _ => wrong("숫자만 적어 주세요."),
        },
        Input::Decimal => match value.as_f64() {
            Some(n) if (0.0..=HOURS_MAX).contains(&n) => Ok(json!(n)),
            _ => wrong("0에서 500 사이의 숫자를 적어 주세요. 예: 1.5"),
        },
        Input::One(choices) => one_of(&value, choices),
        Input::Any(choices) => list(&value, |v| one_of(v, choices)),
        Input::Tick => match value {
            Value::Bool(_) => Ok(value),
            _ => wrong("true나 false를 보내 주세요."),
        },
        Input::Terms => list(&value, term),
        Input::Members => list(&value, id),
        Input::Mediator | Input::InCharge | Input::Body | Input::Complex | Input::Number(_) => id(&value),
        Input::Hidden => wrong("이음이 정하는 항목입니다. 보내지 말아 주세요."),
    }
}

fn line(value: &Value, max: usize) -> Result<Value, String> {
    let typed = value.as_str().ok_or("글자로 적어 주세요.")?;
    let text = text::free(typed, max)?;
    Ok(if text.is_empty() { Value::Null } else { Value::String(text) })
}

fn date(value: &Value) -> Result<Value, String> {
    let typed = value.as_str().ok_or("날짜를 적어 주세요.")?;
    if typed.is_empty() {
        return Ok(Value::Null);
    }
    let day = seoul::parse_day(typed).ok_or("날짜를 다시 확인해 주세요. 예: 2026-12-03")?;
    Ok(json!(day))
}

fn instant(value: &Value) -> Result<Value, String> {
    let typed = value.as_str().ok_or("날짜와 시각을 적어 주세요.")?;
    if typed.is_empty() {
        return Ok(Value::Null);
    }
    let at = DateTime::parse_from_rfc3339(typed)
        .map_err(|_e| "날짜와 시각을 다시 확인해 주세요. 예: 2026-12-03T14:00:00+09:00")?;
    Ok(json!(at.with_timezone(&Utc)))
}

fn one_of(value: &Value, choices: &Choices) -> Result<Value, String> {
    match value.as_str() {
        Some("") => Ok(Value::Null),
        Some(code) if choices.iter().any(|(known, _)| *known == code) => Ok(value.clone()),
        _ => Err("보기 가운데 하나를 골라 주세요.".to_owned()),
    }
}

fn id(value: &Value) -> Result<Value, String> {
    match value.as_i64() {
        Some(n) if n > 0 => Ok(json!(n)),
        _ => Err("목록에서 골라 주세요.".to_owned()),
    }
}

/// A list without empty or repeated entries; an empty one is as good as none.
fn list(value: &Value, each: impl Fn(&Value) -> Result<Value, String>) -> Result<Value, String> {
    let given = value.as_array().ok_or("목록으로 보내 주세요.")?;
    if given.len() > LIST_MAX {
        return Err(format!("{LIST_MAX}개 안으로 줄여 주세요."));
    }
    let mut kept = Vec::new();
    for item in given {
        let item = each(item)?;
        if !item.is_null() && !kept.contains(&item) {
            kept.push(item);
        }
    }
    Ok(if kept.is_empty() { Value::Null } else { Value::Array(kept) })
}

fn term(value: &Value) -> Result<Value, String> {
    let given = value.as_object().ok_or("약속마다 누가 무엇을 하는지 적어 주세요.")?;
    let mut kept = Map::new();
    for (name, value) in given {
        let value = match (name.as_str(), value) {
            ("who" | "what" | "check", Value::Null) | ("from" | "until", Value::Null) => Value::Null,
            ("who", v) => line(v, LINE_MAX)?,
            ("what" | "check", v) => line(v, TEXT_MAX)?,
            ("from" | "until", v) => date(v)?,
            (other, _) => return Err(format!("모르는 항목입니다: {other}")),
        };
        if !value.is_null() {
            kept.insert(name.clone(), value);
        }
    }
    if kept.is_empty() {
        return Ok(Value::Null);
    }
    if !kept.contains_key("who") || !kept.contains_key("what") {
        return Err("약속마다 누가 무엇을 하는지 적어 주세요.".to_owned());
    }
    Ok(Value::Object(kept))
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

// ---- what a form sends, as JSON ----

fn typed_value(field: &Field, typed: &Typed) -> Result<Value, &'static str> {
    let name = field.name;
    Ok(match &field.input {
        Input::Hidden => Value::Null,
        Input::Tick => json!(typed.ticked(name)),
        Input::Any(_) => Value::Array(typed.all(name).map(|v| json!(v)).collect()),
        Input::Members => {
            Value::Array(typed.all(name).filter_map(|v| v.parse::<i64>().ok()).map(|n| json!(n)).collect())
        }
        Input::Mediator | Input::InCharge | Input::Body | Input::Complex | Input::Number(_) => {
            typed.get(name).parse::<i64>().map_or(Value::Null, |n| json!(n))
        }
        Input::Whole => match typed.some(name) {
            None => Value::Null,
            Some(text) => json!(digits(text).parse::<i64>().map_err(|_e| "숫자만 적어 주세요.")?),
        },
        Input::Decimal => match typed.some(name) {
            None => Value::Null,
            Some(text) => json!(text.parse::<f64>().map_err(|_e| "숫자로 적어 주세요. 예: 1.5")?),
        },
        Input::Moment => moment(typed, name)?.map_or(Value::Null, |at| json!(at)),
        Input::Moments => moments(typed, name)?,
        Input::Dates => {
            let rows = (1..=DATE_ROWS).map(|i| json!(typed.get(&format!("{name}_{i}"))));
            Value::Array(rows.collect())
        }
        Input::Terms => terms(typed, name),
        Input::Line | Input::Text | Input::Date | Input::One(_) | Input::CaseNumber => {
            typed.some(name).map_or(Value::Null, |v| json!(v))
        }
    })
}

/// `60분` is sixty.
fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// A day and a time of day in Seoul (`NAME_date`, `NAME_time`); none when both are empty.
fn moment(typed: &Typed, name: &str) -> Result<Option<DateTime<Utc>>, &'static str> {
    let (date, time) = (typed.get(&format!("{name}_date")), typed.get(&format!("{name}_time")));
    if date.is_empty() && time.is_empty() {
        return Ok(None);
    }
    let day = seoul::parse_day(date).ok_or("날짜를 적어 주세요.")?;
    let time = chrono::NaiveTime::parse_from_str(time, "%H:%M").map_err(|_e| "시각을 골라 주세요.")?;
    Ok(Some(seoul::at(day, time)))
}

/// Ticked moments (RFC 3339), and typed rows `NAME_1_date`, `NAME_1_time`, ….
fn moments(typed: &Typed, name: &str) -> Result<Value, &'static str> {
    let mut found: Vec<Value> = typed.all(name).map(|v| json!(v)).collect();
    for i in 1..=MOMENT_ROWS {
        if let Some(at) = moment(typed, &format!("{name}_{i}"))? {
            found.push(json!(at));
        }
    }
    Ok(Value::Array(found))
}

fn terms(typed: &Typed, name: &str) -> Value {
    let row = |i: usize| {
        let part = |p: &str| typed.get(&format!("{name}_{i}_{p}")).to_owned();
        json!({"who": part("who"), "what": part("what"), "from": part("from"), "until": part("until"), "check": part("check")})
    };
    Value::Array((1..=term_rows(typed, name)).map(row).collect())
}

/// How many rows of terms the form has: what it said, within bounds.
#[must_use]
pub fn term_rows(typed: &Typed, name: &str) -> usize {
    let said = typed.get(&format!("{name}_rows")).parse::<usize>().unwrap_or(TERM_ROWS);
    said.clamp(TERM_ROWS, TERMS_MAX)
}

/// A 단지 chosen in a list.
#[must_use]
pub fn complex(typed: &Typed, name: &str) -> Option<ComplexId> {
    typed.get(name).parse().ok().map(ComplexId)
}

#[cfg(test)]
mod tests;
