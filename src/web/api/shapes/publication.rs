//! Published reports.
use crate::casework::publications::Shown;
use crate::domain::codes::{Openness, PeriodKind};
use crate::domain::ids::{ProgrammeId, PublicationId, UserId};
use crate::store::publications::Head;
use chrono::{DateTime, NaiveDate, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Which of them.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PublicationQuery {
    /// Of periods that begin in this year; all, when nothing is said.
    pub year: Option<i32>,
}

/// What was published, the newest period first.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PublicationList {
    pub publications: Vec<Publication>,
}

/// One version of a report.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Publication {
    pub id: PublicationId,
    pub ward_code: String,
    pub kind: PeriodKind,
    pub from: NaiveDate,
    /// The day after the last.
    pub to: NaiveDate,
    pub version: i64,
    pub openness: Openness,
    /// SHA-256 over the canonical form (RFC 8785) of `document`, 64 hexadecimal digits.
    pub sha256: String,
    pub published_at: DateTime<Utc>,
    /// None: Ieum itself.
    pub published_by: Option<UserId>,
}

/// A version with what it says.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PublicationOne {
    pub publication: Publication,
    /// What was published: 문서 형식, 목표값, changes against the version before, and `report` as `indicators.report` gives it, without
    /// its small cells.
    #[schemars(with = "serde_json::Map<String, Value>")]
    pub document: Value,
    /// Whether the document still has its hash.
    pub intact: bool,
    /// Every version of the same period, the newest first.
    pub versions: Vec<PublicationId>,
}

/// Publishes a report.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PublishBody {
    pub kind: PeriodKind,
    /// The first day of a period of the calendar.
    pub from: Option<NaiveDate>,
    /// Of kind `programme`: whose months.
    pub programme_id: Option<ProgrammeId>,
    /// 문서번호.
    #[schemars(length(max = 60))]
    #[serde(default)]
    pub number: String,
    /// 공개구분.
    pub openness: Openness,
    /// 목표값 of 해결률.
    #[schemars(range(max = 100))]
    pub target_percent: Option<u32>,
    /// Why there is a new version, without names.
    #[schemars(length(max = 300))]
    #[serde(default)]
    pub reason: String,
}

/// It was published.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Published {
    pub id: PublicationId,
}

/// Which reports Ieum publishes by itself; none: a person publishes each.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AutomaticBody {
    pub kinds: Vec<PeriodKind>,
}

impl From<Head> for Publication {
    fn from(head: Head) -> Self {
        Self {
            id: head.id,
            ward_code: head.ward_code,
            kind: head.kind,
            from: head.from_on,
            to: head.to_on,
            version: head.version,
            openness: head.openness,
            sha256: head.sha256,
            published_at: head.published_at.and_utc(),
            published_by: head.published_by,
        }
    }
}

impl From<Shown> for PublicationOne {
    fn from(shown: Shown) -> Self {
        Self {
            // Kept as JSON; what could not be read would not have come here.
            document: serde_json::from_str(&shown.text).unwrap_or_default(),
            publication: shown.head.into(),
            intact: shown.intact,
            versions: shown.versions.iter().map(|one| one.id).collect(),
        }
    }
}
