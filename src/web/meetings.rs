//! A step of a meeting as somebody typed it or sent it as JSON, read into `casework::meet::Meet`.
//!
//! Both doors meet in [`from_json`], as a case step's do in `web::steps`: the table is `domain::meeting::form`.
use super::asked;
use super::field::Errors;
use super::steps;
use super::typed::Typed;
use crate::casework::meet::{Meet, Sheet};
use crate::domain::codes::{MatterKind, RecusalKind};
use crate::domain::ids::{CaseId, SeatId};
use crate::domain::meeting::form;
use crate::domain::meeting::quorum::Tally;
use crate::domain::meeting::{Matter, Meeting, MeetingStep, MeetingStepCode as Code};
use crate::domain::seoul;
use crate::domain::step::Step;
use crate::domain::step::form as case_form;
use chrono::{DateTime, NaiveTime, Utc};
use serde_json::{Map, Value, json};

/// Reads a step from a posted form. `clock` (`19:32`) is a time on the day of the meeting; now where nothing was typed.
///
/// # Errors
/// A sentence per field, by the field's name on the page.
pub fn from_typed(code: Code, typed: &Typed, seen: &Sheet, now: DateTime<Utc>) -> Result<Meet, Errors> {
    let mut errors = Errors::default();
    let mut body = asked::typed_object(&form::fields(code), typed, &mut errors);
    if let Some(at) = moment(typed, &seen.meeting, now, &mut errors) {
        body.insert("at".to_owned(), json!(at));
    }
    if let Some(version) = typed.some("version").and_then(|v| v.parse::<i64>().ok()) {
        body.insert("version".to_owned(), json!(version));
    }
    if let Some(act) = item_of(&body, &seen.meeting).filter(|_| code == Code::Decide) {
        // An unticked box is no answer to a question that a vote may not even come to.
        let mut quiet = Errors::default();
        let taken = asked::typed_object(&case_form::fields(act.step), typed, &mut quiet);
        body.insert("taken".to_owned(), Value::Object(taken));
    }
    match (from_json(code, body, seen, now), errors.is_empty()) {
        (Ok(meet), true) => Ok(meet),
        (Ok(_), false) => Err(errors),
        (Err(more), _) => {
            more.iter().for_each(|(name, sentence)| errors.add(name, sentence));
            Err(errors)
        }
    }
}

fn moment(
    typed: &Typed,
    meeting: &Meeting,
    now: DateTime<Utc>,
    errors: &mut Errors,
) -> Option<DateTime<Utc>> {
    let typed = typed.some("clock")?;
    let day = seoul::day(meeting.starts_at.unwrap_or(now));
    let time = NaiveTime::parse_from_str(typed, "%H:%M").ok();
    if time.is_none() {
        errors.add("clock", "시각을 시:분으로 적어 주세요. 예: 19:32");
    }
    time.map(|time| seoul::at(day, time))
}

fn item_of(
    body: &Map<String, Value>,
    meeting: &Meeting,
) -> Option<crate::domain::committee::delegation::Act> {
    let number = body.get("item").and_then(Value::as_u64).and_then(|n| u32::try_from(n).ok())?;
    meeting.item(number).ok()?.matter.act()
}

/// Reads a step from JSON: its fields, and beside them `at` (RFC 3339), `version`, and for a vote that carries a case's step
/// `taken`, that step's own particulars.
///
/// # Errors
/// A sentence per member, by its name.
pub fn from_json(
    code: Code,
    mut body: Map<String, Value>,
    seen: &Sheet,
    now: DateTime<Utc>,
) -> Result<Meet, Errors> {
    let mut errors = Errors::default();
    body.remove("step");
    let (at, version) = asked::envelope(&mut body, &mut errors);
    let taken = if code == Code::Decide { body.remove("taken") } else { None };
    let kept = asked::checked_object(&form::fields(code), body, &mut errors);
    if !errors.is_empty() {
        return Err(errors);
    }
    let step = match code {
        Code::Decide => decide(&kept, taken, &seen.meeting, at.unwrap_or(now), &mut errors),
        _ => shaped(code, kept, seen, at.unwrap_or(now), &mut errors),
    };
    match step {
        Some(step) if errors.is_empty() => Ok(Meet { step, at, seen: version }),
        _ => Err(errors),
    }
}

/// The step's own serde reads what the table checked; here it gets the members that the table asks for in another way.
fn shaped(
    code: Code,
    mut kept: Map<String, Value>,
    seen: &Sheet,
    at: DateTime<Utc>,
    errors: &mut Errors,
) -> Option<MeetingStep> {
    let meeting = &seen.meeting;
    let mut members = |name: &str, errors: &mut Errors| {
        let all = kept.remove("all").is_some_and(|v| v == Value::Bool(true));
        if all {
            let everyone: Vec<i64> = match code {
                Code::Issue => meeting
                    .roster
                    .iter()
                    .filter(|s| s.until.is_none_or(|u| at < u))
                    .map(|s| s.seat.0)
                    .collect(),
                _ => meeting.in_office(at).into_iter().map(|s| s.0).collect(),
            };
            kept.insert(name.to_owned(), json!(everyone));
        } else if !kept.contains_key(name) {
            if code != Code::NotOpen {
                errors.add(name, "위원을 골라 주세요. 모두이면 '전원'이나 '모두'를 골라 주세요.");
            }
            kept.insert(name.to_owned(), json!([]));
        }
    };
    match code {
        Code::Open | Code::NotOpen => members("present", errors),
        Code::Issue => members("seats", errors),
        Code::Request | Code::Support => {
            let by = kept.remove("seat").or_else(|| seen.own.map(|own| json!(own.0)));
            match by {
                Some(by) => drop(kept.insert("by".to_owned(), by)),
                None => errors.add("seat", "위원을 골라 주세요."),
            }
        }
        Code::Recuse => drop(kept.insert("kind".to_owned(), json!(RecusalKind::Declared.code()))),
        Code::Convene => drop(kept.insert("items".to_owned(), json!([]))),
        Code::Write => drop(kept.entry("notes").or_insert_with(|| json!([]))),
        Code::Add => {
            return matter(&kept, errors).map(|matter| MeetingStep::Add { matter });
        }
        _ => {}
    }
    if !errors.is_empty() {
        return None;
    }
    kept.insert("step".to_owned(), json!(code.code()));
    match asked::into(kept, Errors::default()) {
        Ok(step) => Some(step),
        Err(more) => {
            *errors = more;
            None
        }
    }
}

fn text(kept: &Map<String, Value>, name: &str) -> String {
    kept.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn matter(kept: &Map<String, Value>, errors: &mut Errors) -> Option<Matter> {
    let (number, title) = (text(kept, "number"), text(kept, "title"));
    let seat = |errors: &mut Errors| {
        let id = kept.get("seat").and_then(Value::as_i64);
        if id.is_none() {
            errors.add("seat", "위원을 골라 주세요.");
        }
        SeatId(id.unwrap_or(0))
    };
    Some(match MatterKind::from_code(&text(kept, "matter"))? {
        MatterKind::Case => {
            if text(kept, "act").is_empty() {
                errors.add("act", "사건에 대해 의결할 일을 골라 주세요.");
            }
            Matter::Case { case: CaseId(0), number, act: text(kept, "act") }
        }
        MatterKind::ChairElection => Matter::ChairElection { candidate: seat(errors) },
        MatterKind::Dismissal => Matter::Dismissal { seat: seat(errors), reason: title },
        MatterKind::RecusalRequest => Matter::RecusalRequest { case: CaseId(0), number, seat: seat(errors) },
        MatterKind::Free | MatterKind::Delegation => Matter::Free { title },
    })
}

fn decide(
    kept: &Map<String, Value>,
    taken: Option<Value>,
    meeting: &Meeting,
    at: DateTime<Utc>,
    errors: &mut Errors,
) -> Option<MeetingStep> {
    let count = |name: &str| {
        let n = kept.get(name).and_then(Value::as_u64).and_then(|n| u32::try_from(n).ok());
        n.unwrap_or(u32::MAX)
    };
    let item = count("item");
    let tally = Tally { yes: count("yes"), no: count("no"), abstain: count("abstain") };
    let ballot = serde_json::from_value(kept.get("ballot").cloned().unwrap_or_default()).ok()?;
    let passing = meeting.judged(item, at).is_ok_and(|q| q.passes(tally));
    let taken = carried(meeting, item, taken.filter(|_| passing), errors);
    Some(MeetingStep::Decide { item, tally, ballot, text: text(kept, "decision"), taken })
}

/// The case's step of a passed item, read as its own form is; nothing where the votes do not carry it.
fn carried(meeting: &Meeting, item: u32, taken: Option<Value>, errors: &mut Errors) -> Option<Step> {
    let act = meeting.item(item).ok()?.matter.act()?;
    let Some(Value::Object(mut taken)) = taken else { return None };
    if let Some(outcome) = act.outcome {
        taken.insert("outcome".to_owned(), json!(outcome.code()));
    }
    match steps::from_json(act.step, Value::Object(taken)) {
        Ok(taking) => Some(taking.step),
        Err(more) => {
            more.iter().for_each(|(name, why)| errors.add(name, why));
            None
        }
    }
}
