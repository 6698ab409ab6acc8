//! A step as it is sent: the schema of each kind comes from the table that its form comes from (`domain::step::form`).
use crate::domain::codes::Side;
use crate::domain::ids::LinkId;
use crate::domain::referral;
use crate::domain::step::StepCode;
use crate::domain::step::form::{self, Choices, Field, Input, LINE_MAX, TEXT_MAX, Thing};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::borrow::Cow;

/// The steps that people take: not the filing, and not what Ieum does by itself.
pub fn taken_by_people() -> impl Iterator<Item = StepCode> {
    let by_clock = [
        StepCode::ExpireOffer,
        StepCode::LapseProposal,
        StepCode::EndFollowUp,
        StepCode::LapseOrder,
        StepCode::LapseReferral,
    ];
    let others = [StepCode::File, StepCode::Recorded];
    StepCode::ALL.iter().copied().filter(move |s| !by_clock.contains(s) && !others.contains(s))
}

/// The codes of steps, as a path's part.
#[must_use]
pub fn code_schema() -> Value {
    let codes: Vec<&str> = taken_by_people().map(StepCode::code).collect();
    json!({"type": "string", "enum": codes})
}

/// A step to be taken: `step`, its particulars, and beside them `at` for a late entry and `version` of the case that was seen.
#[derive(Debug, Clone, Deserialize)]
#[serde(transparent)]
pub struct StepBody(pub Map<String, Value>);

impl JsonSchema for StepBody {
    fn schema_name() -> Cow<'static, str> {
        "StepBody".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        drop(generator.subschema_for::<Side>());
        let kinds: Vec<Value> = taken_by_people().map(step_schema).collect();
        let mut schema = Schema::default();
        schema.insert("oneOf".to_owned(), Value::Array(kinds));
        schema
    }
}

fn step_schema(step: StepCode) -> Value {
    let mut members = Map::new();
    let mut required = vec![json!("step")];
    members.insert("step".to_owned(), json!({"const": step.code(), "title": step.label()}));
    for field in form::fields(step).into_iter().filter(|f| f.input != Input::Hidden) {
        if field.required {
            required.push(json!(field.name));
        }
        members.insert(field.name.to_owned(), field_schema(&field));
    }
    if let Some(member) = crate::web::steps::member(step) {
        members.insert(member.to_owned(), person_schema());
    }
    let at =
        json!({"type": ["string", "null"], "format": "date-time", "description": "있었던 때; 없으면 지금"});
    members.insert("at".to_owned(), at);
    let version =
        json!({"type": ["integer", "null"], "format": "int64", "description": "보고 있던 사건의 version"});
    members.insert("version".to_owned(), version);
    json!({
        "type": "object", "title": step.label(), "properties": members, "required": required,
        "additionalProperties": false,
    })
}

fn person_schema() -> Value {
    let text = |label: &str| json!({"type": "string", "description": label});
    json!({
        "type": ["object", "null"], "additionalProperties": false,
        "properties": {"building": text("동"), "unit": text("호"), "name": text("이름"), "phone": text("전화번호"), "email": text("전자우편")},
    })
}

/// What a field of a step takes.
#[must_use]
pub fn field_schema(field: &Field) -> Value {
    let mut schema = match &field.input {
        Input::Line | Input::CaseNumber => json!({"type": "string", "maxLength": LINE_MAX}),
        Input::Text => json!({"type": "string", "maxLength": TEXT_MAX}),
        Input::Date => json!({"type": "string", "format": "date"}),
        Input::Moment | Input::Past => json!({"type": "string", "format": "date-time"}),
        Input::Moments => json!({"type": "array", "items": {"type": "string", "format": "date-time"}}),
        Input::Dates => json!({"type": "array", "items": {"type": "string", "format": "date"}}),
        Input::Whole => json!({"type": "integer", "minimum": 0, "maximum": 100_000}),
        Input::Won => json!({"type": "integer", "minimum": 0, "maximum": 1_000_000_000_000_i64}),
        Input::Decimal => json!({"type": "number", "minimum": 0, "maximum": 500}),
        Input::One(choices) => json!({"type": "string", "oneOf": choices_schema(choices)}),
        Input::Any(choices) | Input::PerTerm(choices) => {
            json!({"type": "array", "items": {"type": "string", "oneOf": choices_schema(choices)}})
        }
        Input::Answers(choices) => json!({"type": "array", "items": {
            "type": "object", "required": ["question", "answer"], "additionalProperties": false,
            "properties": {
                "question": {"type": "string", "enum": referral::questions()},
                "answer": {"type": "string", "oneOf": choices_schema(choices)},
            },
        }}),
        Input::Tick => json!({"type": "boolean"}),
        Input::Terms => json!({"type": "array", "items": term_schema()}),
        Input::Members | Input::Seats | Input::Copies => {
            json!({"type": "array", "items": {"type": "integer", "minimum": 1}})
        }
        Input::Notes => json!({"type": "array", "items": {"type": "string", "maxLength": TEXT_MAX}}),
        Input::Mediator
        | Input::InCharge
        | Input::Body
        | Input::Complex
        | Input::Room
        | Input::Seat
        | Input::Meeting
        | Input::Item
        | Input::Number(_) => {
            json!({"type": "integer", "format": "int64", "minimum": 1})
        }
        Input::Hidden => json!({}),
    };
    if let Value::Object(schema) = &mut schema {
        schema.insert("title".to_owned(), json!(field.label));
        if !field.hint.is_empty() {
            schema.insert("description".to_owned(), json!(field.hint));
        }
    }
    schema
}

fn choices_schema(choices: &Choices) -> Value {
    choices.iter().map(|(code, label)| json!({"const": code, "title": label})).collect()
}

fn term_schema() -> Value {
    json!({
        "type": "object", "title": "약속", "required": ["who", "what"], "additionalProperties": false,
        "properties": {
            "who": {"type": "string", "maxLength": LINE_MAX, "title": "누가"},
            "what": {"type": "string", "maxLength": TEXT_MAX, "title": "무엇을"},
            "from": {"type": ["string", "null"], "format": "date", "title": "언제부터"},
            "until": {"type": ["string", "null"], "format": "date", "title": "언제까지"},
            "check": {"type": "string", "maxLength": TEXT_MAX, "title": "확인 방법"},
        },
    })
}

/// The steps that the caller could take now.
#[derive(Debug, Serialize, JsonSchema)]
pub struct OpenSteps {
    pub steps: Vec<OpenStep>,
    /// To be sent with the step.
    pub version: i64,
}

/// A step that is open, with what it asks.
#[derive(Debug, Serialize, JsonSchema)]
pub struct OpenStep {
    #[schemars(with = "StepCode")]
    pub step: &'static str,
    pub label: &'static str,
    /// The heading under which it is offered.
    pub group: &'static str,
    pub fields: Vec<OpenField>,
}

/// A field of an open step.
#[derive(Debug, Serialize, JsonSchema)]
pub struct OpenField {
    pub name: &'static str,
    pub label: &'static str,
    pub hint: &'static str,
    pub required: bool,
    /// JSON Schema of its value.
    pub schema: Value,
    /// What can be chosen in this case: ids, with names.
    pub choices: Option<Vec<Choice>>,
}

/// One thing that can be chosen.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Choice {
    pub value: i64,
    pub label: String,
    /// Why it cannot be chosen; empty: it can.
    pub blocked: Vec<String>,
}

/// A signature on the device of whoever leads the meeting.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SignHereBody {
    /// The agreement's number, of `file.agreements`.
    pub agreement: i64,
    pub side: Side,
    /// As the person present typed it: the party's own, or of somebody who may act for the side.
    pub name: String,
    /// The text that the person read: the agreement's `version`.
    pub version: String,
    /// The person read it and agrees.
    pub agree: bool,
}

/// A step that was taken.
#[derive(Debug, Serialize, JsonSchema)]
pub struct StepTaken {
    pub case: TakenCase,
    /// Number of the line in the case's history; offers, sessions, proposals, agreements and referrals are named by it.
    pub seq: i64,
    /// The letter that was made, to be printed at `/cases/{number}/print/letter`.
    pub letter_id: Option<i64>,
}

/// The case as it stands after the step.
#[derive(Debug, Serialize, JsonSchema)]
pub struct TakenCase {
    pub number: String,
    pub stage: crate::domain::codes::Stage,
    pub outcome: Option<crate::domain::codes::Outcome>,
    pub version: i64,
}

/// The kind of thing that a step's number points at, in words.
#[must_use]
pub const fn thing(thing: Thing) -> &'static str {
    match thing {
        Thing::Offer => "배정 요청",
        Thing::Session => "조정회의",
        Thing::Proposal => "조정안",
        Thing::Agreement => "합의서",
        Thing::Referral => "의뢰",
        Thing::Event => "기록",
        Thing::Person | Thing::PersonOf(_) => "함께하는 사람",
        Thing::Order => "보호조치",
        Thing::Request => "개인정보 요청",
    }
}

/// The letter's id.
#[must_use]
pub fn letter(id: Option<LinkId>) -> Option<i64> {
    id.map(|id| id.0)
}
