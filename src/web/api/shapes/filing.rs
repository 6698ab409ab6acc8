//! A complaint as a program sends it: by staff at their desk, or by a resident without an account.
use crate::domain::codes::{
    Cause, Channel, ConsentPurpose, Disclosure, Evidence, Living, Method, Position, Safety, SafetyFlag,
};
use crate::domain::ids::ComplexId;
use crate::web::pages::apply::form::TIMES;
use chrono::{DateTime, Utc};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// A complaint taken at a desk.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FilingBody {
    pub channel: Channel,
    /// When it came in; now, when nothing is said.
    pub received_at: Option<DateTime<Utc>>,
    pub complaint: Complaint,
    /// The safety questions, where they were asked along with it.
    pub screen: Option<ScreenBody>,
}

/// What the applicant answered to the safety questions.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ScreenBody {
    #[serde(default)]
    pub flags: Vec<SafetyFlag>,
    pub result: Safety,
    #[schemars(length(max = 1000))]
    #[serde(default)]
    pub note: String,
}

/// What a complaint is about, and who brings it.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Complaint {
    /// The 단지; null with `complex_typed` where it is not known.
    pub complex_id: Option<ComplexId>,
    #[schemars(length(max = 100))]
    #[serde(default)]
    pub complex_typed: String,
    /// Where the 단지 is not known: the code of the 행정동 (ten digits), or of the ward (five). Needed from a resident where the
    /// installation has several wards.
    #[schemars(length(min = 5, max = 10))]
    pub area: Option<String>,
    pub cause: Cause,
    /// 추정되는 곳, seen from the applicant.
    pub position: Position,
    pub applicant: ApplicantBody,
    /// The door that the noise may come from.
    pub respondent: Option<DoorBody>,
    /// 들리는 때.
    #[serde(default)]
    pub times: Vec<HeardAt>,
    /// 자가 or 임차.
    pub tenure: Option<Living>,
    /// 언제부터, in one's own words.
    #[schemars(length(max = 100))]
    #[serde(default)]
    pub since: String,
    /// What there is to show for it.
    #[serde(default)]
    pub evidence: Vec<Evidence>,
    #[schemars(length(max = 2000))]
    #[serde(default)]
    pub narrative: String,
    /// What the office was told and answered.
    #[schemars(length(max = 600))]
    #[serde(default)]
    pub answered: String,
    #[schemars(length(max = 1000))]
    #[serde(default)]
    pub wishes: String,
    /// Consents that were asked apart; what is not listed was not asked.
    #[serde(default)]
    pub consents: Vec<ConsentBody>,
}

/// Who complains.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ApplicantBody {
    #[schemars(length(max = 40))]
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub phone: String,
    #[serde(default)]
    pub email: String,
    /// 동; empty where a 단지 has only one.
    #[serde(default)]
    pub building: String,
    /// 호; empty: anonymous.
    #[serde(default)]
    pub unit: String,
    pub disclosure: Option<Disclosure>,
    /// 상대방에게 전해도 되는 말.
    #[schemars(length(max = 500))]
    #[serde(default)]
    pub may_tell: String,
}

/// A door.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DoorBody {
    #[serde(default)]
    pub building: String,
    pub unit: String,
}

/// A consent as answered.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ConsentBody {
    pub purpose: ConsentPurpose,
    pub given: bool,
}

/// A time of day at which it is heard.
#[derive(Debug, Clone)]
pub struct HeardAt(pub &'static str);

impl<'de> Deserialize<'de> for HeardAt {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let said = String::deserialize(from)?;
        let known = TIMES.iter().map(|(code, _)| *code).find(|code| *code == said);
        known.map(Self).ok_or_else(|| serde::de::Error::custom("unknown time"))
    }
}

impl JsonSchema for HeardAt {
    fn schema_name() -> Cow<'static, str> {
        "HeardAt".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let times: Vec<_> =
            TIMES.iter().map(|(code, label)| serde_json::json!({"const": code, "title": label})).collect();
        json_schema!({"type": "string", "oneOf": times})
    }
}

/// How consents that come in by this channel were given.
#[must_use]
pub const fn method(channel: Channel) -> Method {
    match channel {
        Channel::Phone => Method::Phone,
        Channel::Paper => Method::Paper,
        Channel::Online => Method::Link,
        _ => Method::Desk,
    }
}

/// A complaint that was filed.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FiledOne {
    pub case: Filed,
}

/// Its number, and the applicant's own page.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Filed {
    /// 접수번호.
    pub number: String,
    pub stage: crate::domain::codes::Stage,
    pub received_at: DateTime<Utc>,
    /// Path of the applicant's own page; opens the case to whoever has it.
    pub receipt: String,
    /// What happens next, in a sentence.
    pub next: String,
    pub version: i64,
}

/// The doors of a complaint not yet filed.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DoorsBody {
    pub complex_id: ComplexId,
    #[schemars(length(min = 1, max = 2))]
    pub doors: Vec<DoorBody>,
}
