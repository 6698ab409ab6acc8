//! What is said to a committee, a seat, a meeting. Each body's schema is made from the table of its form (`domain::…::form`).
use super::super::step::{OpenField, field_schema};
use crate::domain::codes::*;
use crate::domain::committee::form::{self, BodyAct, SeatAct};
use crate::domain::ids::{BodyId, SeatId, UserId};
use crate::domain::meeting::{self, MeetingStepCode};
use crate::domain::step::form::{Field, Input};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::borrow::Cow;

/// The fields of a form, as an open step tells them.
#[must_use]
pub fn open_fields(fields: Vec<Field>) -> Vec<OpenField> {
    let one = |field: Field| OpenField {
        schema: field_schema(&field),
        name: field.name,
        label: field.label,
        hint: field.hint,
        required: field.required,
        choices: None,
    };
    fields.into_iter().filter(|f| f.input != Input::Hidden).map(one).collect()
}

/// The object that a table of fields takes, with the member that names what is done.
pub fn schema_of(
    names: &str,
    code: &str,
    label: &str,
    fields: &[Field],
    beside: Map<String, Value>,
) -> Value {
    let mut members = Map::new();
    let mut required = vec![json!(names)];
    members.insert(names.to_owned(), json!({"const": code, "title": label}));
    for field in fields.iter().filter(|f| f.input != Input::Hidden) {
        if field.required {
            required.push(json!(field.name));
        }
        members.insert(field.name.to_owned(), field_schema(field));
    }
    members.extend(beside);
    json!({
        "type": "object", "title": label, "properties": members, "required": required,
        "additionalProperties": false,
    })
}

macro_rules! said { ($(#[$doc:meta])* $name:ident, $schema:expr) => {
    $(#[$doc])*
    #[derive(Debug, Clone, Deserialize)]
    #[serde(transparent)]
    pub struct $name(pub Map<String, Value>);

    impl JsonSchema for $name {
        fn schema_name() -> Cow<'static, str> {
            stringify!($name).into()
        }
        fn json_schema(_: &mut SchemaGenerator) -> Schema {
            let kinds: Vec<Value> = $schema;
            let mut schema = Schema::default();
            schema.insert("oneOf".to_owned(), Value::Array(kinds));
            schema
        }
    }
} }

said!(
    /// Something to do at a committee: `act`, and what it asks.
    CommitteeActBody,
    BodyAct::ALL
        .iter()
        .map(|act| schema_of("act", act.code(), act.label(), &form::fields(*act), Map::new()))
        .collect()
);
said!(
    /// Something to do with a seat: `act`, and what it asks.
    SeatActBody,
    SeatAct::ALL
        .iter()
        .map(|act| schema_of("act", act.code(), act.label(), &form::seat_fields(*act), Map::new()))
        .collect()
);
said!(
    /// A step of a meeting: `step`, its fields, `at` for when it happened, `version` of the meeting that was seen, and for a
    /// vote that carries a case's step `taken`, that step's own particulars.
    MeetingStepBody,
    meeting::form::taken_by_people().map(meeting_schema).collect()
);

fn meeting_schema(step: MeetingStepCode) -> Value {
    let mut beside = Map::new();
    beside.insert(
        "at".to_owned(),
        json!({"type": ["string", "null"], "format": "date-time", "description": "있었던 때; 없으면 지금"}),
    );
    beside.insert(
        "version".to_owned(),
        json!({"type": ["integer", "null"], "format": "int64", "description": "보고 있던 회의의 version"}),
    );
    if step == MeetingStepCode::Decide {
        beside.insert(
            "taken".to_owned(),
            json!({"type": ["object", "null"], "description": "가결되면 사건에 할 일의 내용(그 일의 StepBody)"}),
        );
    }
    schema_of("step", step.code(), step.label(), &meeting::form::fields(step), beside)
}

/// 회피 or 기피: who leaves a case, and why.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RecusalBody {
    /// The member whom the desk writes about; left out: the caller.
    pub seat_id: Option<SeatId>,
    /// The caller's own ground; of others `kin` is a report (제척), everything else a request (기피).
    pub ground: Option<RecusalGround>,
    #[serde(default)]
    #[schemars(length(max = 500))]
    pub why: String,
    /// The caller was asked (회피 확인) and sees no ground; without `seat_id` and `ground`.
    #[serde(default)]
    pub clear: bool,
}

/// The words must be agreed to.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PledgeBody {
    /// true: read and promised.
    pub agree: bool,
}

/// A new record.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewHandoverBody {
    pub body_id: BodyId,
    pub taker_id: UserId,
    #[schemars(length(min = 1, max = 4000))]
    pub passed: String,
}

/// A signature under a record.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HandoverSignBody {
    /// true: whoever takes the desk over; false: whoever gives it.
    pub taker: bool,
    /// `link` by oneself, `paper` for what was signed on paper.
    pub method: Method,
}
