//! Cases as the ward may see them.
use super::Meta;
use crate::casework::figures::Pseudonymous;
use crate::domain::codes::{BodyKind, Stage};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Which cases.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WardQuery {
    /// true, and when nothing is said: open ones; false: closed ones.
    pub open: Option<bool>,
    /// Ten digits.
    pub dong_code: Option<String>,
    /// How many entries, 1 to 200; 50 when nothing is said.
    #[schemars(range(min = 1, max = 200))]
    pub limit: Option<i64>,
    /// `meta.next` of the page before.
    pub after: Option<String>,
}

/// A page of cases under pseudonyms, newest first.
#[derive(Debug, Serialize, JsonSchema)]
pub struct WardCasePage {
    pub cases: Vec<WardCase>,
    pub meta: Meta,
}

/// A case without number, names, doors or words.
#[derive(Debug, Serialize, JsonSchema)]
pub struct WardCase {
    /// The same for the same case, and meaningless elsewhere.
    pub pseudonym: String,
    pub dong_code: Option<String>,
    pub received_at: DateTime<Utc>,
    pub stage: Stage,
    pub closed_at: Option<DateTime<Utc>>,
    /// What kind of body has its turn.
    pub holder: Option<BodyKind>,
}

impl From<Pseudonymous> for WardCase {
    fn from(c: Pseudonymous) -> Self {
        Self {
            pseudonym: c.pseudonym,
            dong_code: c.dong_code,
            received_at: c.received_at,
            stage: c.stage,
            closed_at: c.closed_at,
            holder: c.holder,
        }
    }
}
