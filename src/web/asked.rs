//! What a form asked for, as somebody typed it or sent it as JSON. One table of fields (`domain::…::form`) makes the page's
//! fields, reads them, checks what a program sent with the same sentences, and is the schema in `openapi.json`.
mod page;

pub(crate) use page::{Options, dressed, page_fields, plain, term_row};

use crate::domain::case::{Gap, TERMS_MAX};
use crate::domain::referral;
use crate::domain::seoul;
use crate::domain::step::form::{Choices, Field, Input, LINE_MAX, TEXT_MAX};
use crate::domain::text;
use crate::web::field::Errors;
use crate::web::typed::Typed;
use chrono::{DateTime, NaiveDate, Utc};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

/// Rows that a form shows for a list of dates or moments.
pub const DATE_ROWS: usize = 3;
pub const MOMENT_ROWS: usize = 5;
/// Rows of terms that a form shows at least.
pub const TERM_ROWS: usize = 3;
/// Most entries of any list that a form carries.
const LIST_MAX: usize = 100;
/// Most won that a field takes: more than any programme of a 구 has.
const WON_MAX: i64 = 1_000_000_000_000;
/// Most hours that one report claims.
const HOURS_MAX: f64 = 500.0;

/// What a posted form says to `fields`, as the JSON that the API takes.
pub fn typed_object(fields: &[Field], typed: &Typed, errors: &mut Errors) -> Map<String, Value> {
    let mut body = Map::new();
    for field in fields {
        match typed_value(field, typed) {
            Ok(Value::Null) => {}
            Ok(value) => drop(body.insert(field.name.to_owned(), value)),
            Err(sentence) => errors.add(field.name, sentence),
        }
    }
    body
}

/// The members of `body`, each checked as its field says and brought into one form; what was not said is left out.
pub fn checked_object(
    fields: &[Field],
    mut body: Map<String, Value>,
    errors: &mut Errors,
) -> Map<String, Value> {
    let mut kept = Map::new();
    for field in fields {
        let value = body.remove(field.name).unwrap_or(Value::Null);
        match checked(field, value) {
            Ok(Value::Null) if field.required => errors.add(field.name, &missing(field)),
            Ok(Value::Null) => {}
            Ok(value) => drop(kept.insert(field.name.to_owned(), value)),
            Err(sentence) => errors.add(field.name, &sentence),
        }
    }
    for name in body.keys() {
        errors.add(name, "모르는 항목입니다.");
    }
    kept
}

/// A checked object as the type that the work takes. Only a table of fields that disagrees with the type leads to the error.
///
/// # Errors
/// What was noted, or a sentence for the whole form.
pub fn into<T: DeserializeOwned>(kept: Map<String, Value>, mut errors: Errors) -> Result<T, Errors> {
    if !errors.is_empty() {
        return Err(errors);
    }
    serde_json::from_value(Value::Object(kept)).map_err(|e| {
        tracing::error!(error = %e, "a checked form does not read");
        errors.add("", "적은 것을 읽지 못했습니다. 다시 적어 주세요.");
        errors
    })
}

/// `at` and `version` beside the fields: when it happened, and what the person saw.
pub fn envelope(body: &mut Map<String, Value>, errors: &mut Errors) -> (Option<DateTime<Utc>>, Option<i64>) {
    let at = match body.remove("at") {
        None | Some(Value::Null) => None,
        Some(value) => {
            let at = value.as_str().and_then(|text| DateTime::parse_from_rfc3339(text).ok());
            if at.is_none() {
                errors.add("at", "있었던 날짜와 시각을 적어 주세요.");
            }
            at.map(|at| at.with_timezone(&Utc))
        }
    };
    let seen = match body.remove("version") {
        None | Some(Value::Null) => None,
        Some(Value::Number(n)) => n.as_i64(),
        Some(_) => {
            errors.add("version", "숫자를 보내 주세요.");
            None
        }
    };
    (at, seen)
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
        | Input::Complex
        | Input::Room
        | Input::Seat
        | Input::Seats
        | Input::Meeting
        | Input::Item
        | Input::Copies => format!("'{}'에서 하나를 골라 주세요.", field.label),
        Input::Date => "날짜를 적어 주세요.".to_owned(),
        Input::Moment | Input::Past => "날짜와 시각을 모두 적어 주세요.".to_owned(),
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
        Input::Moment | Input::Past => instant(&value),
        Input::Moments => list(&value, instant),
        Input::Dates => list(&value, date),
        Input::Whole => match value.as_i64() {
            Some(n @ 0..=100_000) => Ok(json!(n)),
            _ => wrong("숫자만 적어 주세요."),
        },
        Input::Won => match value.as_i64() {
            Some(n @ 0..=WON_MAX) => Ok(json!(n)),
            _ => wrong("금액을 원 단위 숫자로 적어 주세요. 예: 1200000"),
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
        Input::Members | Input::Seats | Input::Copies => list(&value, id),
        Input::Mediator
        | Input::InCharge
        | Input::Body
        | Input::Complex
        | Input::Room
        | Input::Seat
        | Input::Meeting
        | Input::Item
        | Input::Number(_) => id(&value),
        Input::Notes => notes(&value),
        Input::PerTerm(choices) => per_term(&value, choices),
        Input::Answers(choices) => list(&value, |v| answer(v, choices)),
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

/// One text for each item, the empty ones too: their places are the items' numbers.
fn notes(value: &Value) -> Result<Value, String> {
    let given = value.as_array().ok_or("목록으로 보내 주세요.")?;
    if given.len() > LIST_MAX {
        return Err(format!("{LIST_MAX}개 안으로 줄여 주세요."));
    }
    let each = |note: &Value| match line(note, TEXT_MAX)? {
        Value::Null => Ok::<_, String>(json!("")),
        said => Ok(said),
    };
    Ok(Value::Array(given.iter().map(each).collect::<Result<_, _>>()?))
}

/// One code for each promise, in order; said of all or of none.
fn per_term(value: &Value, choices: &Choices) -> Result<Value, String> {
    let given = value.as_array().ok_or("목록으로 보내 주세요.")?;
    if given.len() > TERMS_MAX {
        return Err(format!("{TERMS_MAX}개 안으로 줄여 주세요."));
    }
    let each: Vec<Value> = given.iter().map(|v| one_of(v, choices)).collect::<Result<_, _>>()?;
    match each.iter().filter(|v| v.is_null()).count() {
        0 if !each.is_empty() => Ok(Value::Array(each)),
        missing if missing == each.len() => Ok(Value::Null),
        missing => Err(Gap::Promise(missing).sentence().to_owned()),
    }
}

/// One answer to what a body asks.
fn answer(value: &Value, choices: &Choices) -> Result<Value, String> {
    let given = value.as_object().filter(|given| given.len() == 2);
    let given = given.ok_or("물음(question)과 답(answer)을 하나씩 보내 주세요.")?;
    let question =
        given.get("question").and_then(Value::as_str).filter(|code| referral::condition(code).is_some());
    let question = question.ok_or("그런 물음이 없습니다.")?;
    let answer = one_of(given.get("answer").unwrap_or(&Value::Null), choices)?;
    Ok(if answer.is_null() { Value::Null } else { json!({"question": question, "answer": answer}) })
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

fn typed_value(field: &Field, typed: &Typed) -> Result<Value, &'static str> {
    let name = field.name;
    Ok(match &field.input {
        Input::Hidden => Value::Null,
        Input::Tick => json!(typed.ticked(name)),
        Input::Any(_) => Value::Array(typed.all(name).map(|v| json!(v)).collect()),
        Input::Members | Input::Seats | Input::Copies => {
            Value::Array(typed.all(name).filter_map(|v| v.parse::<i64>().ok()).map(|n| json!(n)).collect())
        }
        Input::Mediator
        | Input::InCharge
        | Input::Body
        | Input::Complex
        | Input::Room
        | Input::Seat
        | Input::Meeting
        | Input::Item
        | Input::Number(_) => typed.get(name).parse::<i64>().map_or(Value::Null, |n| json!(n)),
        Input::Whole | Input::Won => match typed.some(name) {
            None => Value::Null,
            Some(text) => json!(digits(text).parse::<i64>().map_err(|_e| "숫자만 적어 주세요.")?),
        },
        Input::Decimal => match typed.some(name) {
            None => Value::Null,
            Some(text) => json!(text.parse::<f64>().map_err(|_e| "숫자로 적어 주세요. 예: 1.5")?),
        },
        Input::Moment | Input::Past => moment(typed, name)?.map_or(Value::Null, |at| json!(at)),
        Input::Moments => moments(typed, name)?,
        Input::Dates => Value::Array(day_rows(typed, name).map(|row| json!(row)).collect()),
        Input::Terms => terms(typed, name),
        Input::Notes => {
            let said = typed.pairs().iter().filter(|(n, _)| note_row(n, name).is_some()).count();
            Value::Array((1..=said).map(|n| json!(typed.get(&format!("{name}_{n}")))).collect())
        }
        Input::PerTerm(_) => per_term_typed(typed, name),
        Input::Answers(_) => answers_typed(typed, name),
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
///
/// # Errors
/// A sentence when one of them is missing or unreadable.
pub fn moment(typed: &Typed, name: &str) -> Result<Option<DateTime<Utc>>, &'static str> {
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

/// `NAME_1`, `NAME_2` … up to `NAME_rows`, where nothing was chosen empty.
pub(crate) fn per_term_typed(typed: &Typed, name: &str) -> Value {
    let rows = typed.get(&format!("{name}_rows")).parse::<usize>().unwrap_or(0).min(TERMS_MAX);
    Value::Array((1..=rows).map(|n| json!(typed.get(&format!("{name}_{n}")))).collect())
}

/// `NAME_question` for each that was answered.
fn answers_typed(typed: &Typed, name: &str) -> Value {
    let said = typed.pairs().iter().filter_map(|(field, answer)| {
        let question = field.strip_prefix(name)?.strip_prefix('_')?;
        (!answer.is_empty()).then(|| json!({"question": question, "answer": answer}))
    });
    Value::Array(said.collect())
}

fn day_rows<'t>(typed: &'t Typed, name: &str) -> impl Iterator<Item = &'t str> {
    let rows: Vec<String> = (1..=DATE_ROWS).map(|i| format!("{name}_{i}")).collect();
    rows.into_iter().map(|row| typed.get(&row))
}

/// The days typed so far in the rows of a field of days; what is no day yet is left out.
pub(crate) fn days(typed: &Typed, name: &str) -> Vec<NaiveDate> {
    day_rows(typed, name).filter_map(seoul::parse_day).collect()
}

fn note_row(typed: &str, name: &str) -> Option<usize> {
    typed.strip_prefix(name)?.strip_prefix('_')?.parse().ok()
}

/// How many rows of terms the form has: what it said, within bounds.
#[must_use]
pub fn term_rows(typed: &Typed, name: &str) -> usize {
    let said = typed.get(&format!("{name}_rows")).parse::<usize>().unwrap_or(TERM_ROWS);
    said.clamp(TERM_ROWS, TERMS_MAX)
}
