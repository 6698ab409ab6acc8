//! 소음일지 over the wire.
use crate::domain::codes::{Cause, Felt};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Something heard.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HeardBody {
    /// When it began; now, if not said.
    pub at: Option<DateTime<Utc>>,
    #[schemars(range(min = 1, max = 720))]
    pub minutes: u32,
    pub kind: Cause,
    pub felt: Felt,
    #[serde(default)]
    #[schemars(length(max = 300))]
    pub note: String,
}

/// The same by the applicant's link.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HeardLinkBody {
    pub token: String,
    pub at: Option<DateTime<Utc>>,
    #[schemars(range(min = 1, max = 720))]
    pub minutes: u32,
    pub kind: Cause,
    pub felt: Felt,
    #[serde(default)]
    #[schemars(length(max = 300))]
    pub note: String,
}

impl HeardLinkBody {
    /// Without the link.
    #[must_use]
    pub fn heard(&self) -> HeardBody {
        let (at, minutes, kind, felt, note) =
            (self.at, self.minutes, self.kind, self.felt, self.note.clone());
        HeardBody { at, minutes, kind, felt, note }
    }
}

/// An entry to be struck out.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StrikeLinkBody {
    pub token: String,
    /// The device whose ten-minute code has the page open.
    #[schemars(length(min = 16, max = 64))]
    pub device: String,
    pub id: i64,
}

/// What was noted, newest first.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DiaryList {
    pub entries: Vec<DiaryOne>,
}

/// An entry.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DiaryOne {
    pub id: i64,
    pub at: DateTime<Utc>,
    pub minutes: u32,
    pub kind: Cause,
    pub felt: Felt,
    pub note: String,
    /// As what it was written: a `Hat`.
    pub by_role: String,
    pub noted_at: DateTime<Utc>,
}
