//! The answers to the five pages: what is wrong with them, and what they come to.
use super::{ASKED, Choices, OTHER, Step, TIMES, consent_name};
use crate::domain::codes::{Cause, ConsentPurpose, Disclosure, Position};
use crate::domain::text::{self, Unit};
use crate::web::field::Errors;
use crate::web::typed::Typed;
use chrono::NaiveDate;

/// One consent as answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConsentAnswer {
    pub purpose: ConsentPurpose,
    pub version: &'static str,
    pub given: bool,
}

/// The answers, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answers {
    /// The chosen 단지; none means 단지 미상 and `complex_typed`.
    pub complex: Option<i64>,
    pub complex_typed: Option<String>,
    /// The 동네, where the 단지 is not listed.
    pub area: Option<String>,
    pub home: Unit,
    pub cause: Cause,
    pub position: Position,
    /// 추정되는 곳, when it was given.
    pub suspected: Option<Unit>,
    pub times: Vec<String>,
    pub narrative: String,
    /// What the office was told and answered, as one text.
    pub answered: String,
    pub wishes: String,
    pub disclosure: Disclosure,
    pub may_tell: String,
    pub name: String,
    /// Digits.
    pub phone: String,
    pub email: Option<String>,
    pub consents: Vec<ConsentAnswer>,
}

/// What is wrong with a page's answers; nothing when they will do. `today` is the date in Seoul.
#[must_use]
pub fn check(step: Step, typed: &Typed, choices: &Choices, today: NaiveDate) -> Errors {
    let mut errors = Errors::default();
    match step {
        Step::Start | Step::Check => {}
        Step::Home => check_home(typed, choices, &mut errors),
        Step::Noise => check_noise(typed, &mut errors),
        Step::Wishes => check_wishes(typed, today, &mut errors),
    }
    errors
}

fn check_home(typed: &Typed, choices: &Choices, errors: &mut Errors) {
    match typed.get("complex") {
        "" => errors.add("complex", "단지를 골라 주세요. 없으면 “목록에 없습니다”를 골라 주세요."),
        OTHER if typed.get("complex_typed").is_empty() => {
            errors.add("complex_typed", "단지 이름이나 주소를 적어 주세요.");
        }
        OTHER => {}
        id if choices.complexes.iter().all(|(known, _)| known != id) => {
            errors.add("complex", "단지를 목록에서 다시 골라 주세요.");
        }
        _ => {}
    }
    if typed.get("complex") == OTHER {
        match typed.get("area") {
            "" if choices.areas.needed => {
                errors.add("area", "사시는 동네를 골라 주세요. 동을 모르시면 구만 고르셔도 됩니다.");
            }
            "" => {}
            area if choices.areas.label(area).is_none() => {
                errors.add("area", "동네를 목록에서 다시 골라 주세요.");
            }
            _ => {}
        }
    }
    if let Err(e) = text::free(typed.get("complex_typed"), 100) {
        errors.add("complex_typed", &e);
    }
    if let Err(e) = Unit::read(typed.get("building"), typed.get("unit")) {
        errors.add("unit", e);
    }
}

fn check_noise(typed: &Typed, errors: &mut Errors) {
    if Cause::from_code(typed.get("cause")).is_none() {
        errors.add("cause", "가장 힘든 소리를 하나 골라 주세요. 모르면 “모름”을 골라 주세요.");
    }
    if Position::from_code(typed.get("position")).is_none() {
        errors.add("position", "추정되는 곳을 골라 주세요. 모르면 “모름”을 골라 주세요.");
    }
    if let Err(e) = suspected(typed) {
        errors.add("r_unit", e);
    }
    if typed.all("times").any(|t| TIMES.iter().all(|(code, _)| *code != t)) {
        errors.add("times", "들리는 때를 다시 골라 주세요.");
    }
    if let Err(e) = text::free(typed.get("narrative"), 2000) {
        errors.add("narrative", &e);
    }
}

/// The door that the noise may come from. The building alone says nothing yet.
///
/// # Errors
/// A sentence for the field of the 호.
pub fn suspected(typed: &Typed) -> Result<Option<Unit>, &'static str> {
    let (building, unit) = (typed.get("r_building"), typed.get("r_unit"));
    if unit.is_empty() {
        return Ok(None);
    }
    let building = if building.is_empty() { typed.get("building") } else { building };
    let whole = Unit::read("", unit).ok().filter(|u| !u.building.is_empty());
    match whole {
        Some(unit) => Ok(Some(unit)),
        None => Unit::read(building, unit).map(Some),
    }
}

fn check_wishes(typed: &Typed, today: NaiveDate, errors: &mut Errors) {
    if !["yes", "no"].contains(&typed.get("told")) {
        errors.add("told", "관리사무소에 알리셨는지 골라 주세요.");
    }
    match typed.get("told_on") {
        "" => {}
        day => match day.parse::<NaiveDate>() {
            Ok(day) if day > today => errors.add("told_on", "오늘이나 지난 날짜를 골라 주세요."),
            Ok(_) => {}
            Err(_) => errors.add("told_on", "날짜를 다시 골라 주세요. 예: 2026-11-01"),
        },
    }
    if typed.get("wishes").is_empty() {
        errors.add("wishes", "바라시는 점을 한 줄이라도 적어 주세요.");
    }
    for (name, max) in [("told_answer", 500), ("wishes", 1000), ("may_tell", 500)] {
        if let Err(e) = text::free(typed.get(name), max) {
            errors.add(name, &e);
        }
    }
    if Disclosure::from_code(typed.get("disclosure")).is_none() {
        errors.add("disclosure", "상대방이 어디까지 알아도 되는지 골라 주세요.");
    }
    if let Err(e) = text::name(typed.get("name")) {
        errors.add("name", e);
    }
    if let Err(e) = text::phone(typed.get("phone")) {
        errors.add("phone", e);
    }
    if let Some(Err(e)) = typed.some("email").map(text::email) {
        errors.add("email", e);
    }
}

/// All answers, or the first page that is not done yet with what is missing there.
///
/// # Errors
/// The page to go back to.
pub fn read(typed: &Typed, choices: &Choices, today: NaiveDate) -> Result<Answers, (Step, Errors)> {
    // Someone who jumps to the last page has not been shown the basis of processing.
    if typed.get("notice").is_empty() {
        return Err((Step::Start, Errors::default()));
    }
    for step in Step::ALL {
        let errors = check(step, typed, choices, today);
        if !errors.is_empty() {
            return Err((step, errors));
        }
    }
    answers(typed).ok_or_else(|| (Step::Home, Errors::default()))
}

/// Checked answers as values; none only if a check above was forgotten.
fn answers(typed: &Typed) -> Option<Answers> {
    let other = typed.get("complex") == OTHER;
    Some(Answers {
        complex: if other { None } else { Some(typed.get("complex").parse().ok()?) },
        complex_typed: other.then(|| typed.get("complex_typed").to_owned()),
        area: typed.some("area").filter(|_| other).map(str::to_owned),
        home: Unit::read(typed.get("building"), typed.get("unit")).ok()?,
        cause: Cause::from_code(typed.get("cause"))?,
        position: Position::from_code(typed.get("position"))?,
        suspected: suspected(typed).ok()?,
        times: typed.all("times").map(str::to_owned).collect(),
        narrative: typed.get("narrative").to_owned(),
        answered: answered(typed),
        wishes: typed.get("wishes").to_owned(),
        disclosure: Disclosure::from_code(typed.get("disclosure"))?,
        may_tell: typed.get("may_tell").to_owned(),
        name: text::name(typed.get("name")).ok()?,
        phone: text::phone(typed.get("phone")).ok()?,
        email: typed.some("email").and_then(|e| text::email(e).ok()),
        consents: ASKED
            .iter()
            .filter_map(|purpose| {
                let version = purpose.text()?.version;
                Some(ConsentAnswer {
                    purpose: *purpose,
                    version,
                    given: typed.ticked(consent_name(*purpose)),
                })
            })
            .collect(),
    })
}

/// "2026.11.01에 알림: 확인해 보겠다고 함", or that the office has not been told.
#[must_use]
pub fn answered(typed: &Typed) -> String {
    if typed.get("told") != "yes" {
        return "아직 알리지 않음".to_owned();
    }
    let day = match typed.get("told_on").parse::<NaiveDate>() {
        Ok(day) => format!("{}에 알림", crate::domain::seoul::dotted(day)),
        Err(_) => "알림(날짜 모름)".to_owned(),
    };
    match typed.get("told_answer") {
        "" => format!("{day}, 답을 듣지 못함"),
        answer => format!("{day}: {answer}"),
    }
}

/// The labels of the chosen times, for people.
#[must_use]
pub fn times_shown<'t>(times: impl Iterator<Item = &'t str>) -> String {
    let labels: Vec<&str> = times
        .filter_map(|time| TIMES.iter().find(|(code, _)| *code == time).map(|(_, label)| *label))
        .collect();
    labels.join(", ")
}
