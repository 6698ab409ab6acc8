//! What waits with the ward.
use crate::casework::send_on::To;
use crate::domain::ids::{BodyId, ComplexId};
use chrono::{DateTime, NaiveDate, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A page of waiting cases, the oldest first.
#[derive(Debug, Serialize, JsonSchema)]
pub struct WaitingPage {
    pub waiting: Vec<Waiting>,
    pub meta: super::Meta,
}

/// A case that waits to be sent on; the ward sees no more of it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Waiting {
    pub number: String,
    /// The 단지 as it was typed, or its name where it is known but has neither office nor committee.
    pub complex: String,
    /// Whether the 단지 is known; then only `ngo` and `counselled` are left.
    pub placed: bool,
    pub received_on: NaiveDate,
    pub due_at: Option<DateTime<Utc>>,
    /// To be sent along, so that nobody sends on what somebody sent on already.
    pub version: i64,
}

/// Where the case goes.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(tag = "way", rename_all = "snake_case", deny_unknown_fields)]
pub enum ToBody {
    /// A 단지: its office takes the case, else its committee.
    Complex { complex_id: ComplexId },
    /// A partner NGO of the ward.
    Ngo { body_id: BodyId },
    /// Nobody can take it: closed as counselled, with telephone numbers on the applicant's page.
    Counselled {},
}

impl From<ToBody> for To {
    fn from(to: ToBody) -> Self {
        match to {
            ToBody::Complex { complex_id } => Self::Complex(complex_id),
            ToBody::Ngo { body_id } => Self::Ngo(body_id),
            ToBody::Counselled {} => Self::Counselled,
        }
    }
}

/// Sends a case on.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SendBody {
    pub to: ToBody,
    #[schemars(length(max = 200))]
    #[serde(default)]
    pub reason: String,
    pub version: Option<i64>,
}

/// It was sent on.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SentOn {
    pub number: String,
    /// Whether it still waits: the 단지 has neither office nor committee.
    pub waits: bool,
    pub version: i64,
}
