//! A mediator's profile, a 단지's dated facts, the record of changed rights.
use crate::domain::codes::CommitteeKind;
use crate::domain::ids::{BodyId, ProgrammeId, UserId};
use crate::store::access::AuditRow;
use crate::store::mediators;
use chrono::{DateTime, NaiveDate, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Everything that held of a 단지.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FactsList {
    pub facts: Vec<Facts>,
    /// Where the 단지 answers for itself whether it must have a committee; none: the decree's threshold holds.
    pub obligations: Vec<Obligation>,
}

/// Whether a 단지 must have a committee, from a day on.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Obligation {
    pub from: NaiveDate,
    pub required: bool,
    #[schemars(length(min = 1, max = 200))]
    pub reason: String,
}

/// What holds of a 단지 from an instant on.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Facts {
    pub from: DateTime<Utc>,
    pub dong_code: String,
    pub committee: CommitteeKind,
    pub programme_id: Option<ProgrammeId>,
}

/// A mediator's profile.
#[derive(Debug, Serialize, JsonSchema)]
pub struct MediatorOne {
    pub mediator: Mediator,
}

/// What the ranking of candidates knows of a mediator.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Mediator {
    pub user_id: UserId,
    pub ngo_id: BodyId,
    /// What the NGO calls them.
    pub label: String,
    /// 행정동 in which they work; empty: everywhere.
    pub dongs: Vec<String>,
    pub days: String,
    pub languages: String,
    /// Open cases that they take at most.
    pub max_load: i64,
    pub trained_until: Option<NaiveDate>,
    /// Codes of 단지 in which they have an interest.
    pub conflicts: Vec<String>,
}

impl From<mediators::Mediator> for Mediator {
    fn from(m: mediators::Mediator) -> Self {
        let words = |list: &str| list.split_whitespace().map(str::to_owned).collect();
        Self {
            user_id: m.user_id,
            ngo_id: m.body_id,
            dongs: words(&m.dongs),
            conflicts: words(&m.conflicts),
            label: m.label,
            days: m.days,
            languages: m.languages,
            max_load: m.max_load,
            trained_until: m.trained_until,
        }
    }
}

/// A profile to be kept, whole.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MediatorBody {
    /// At which they hold the role.
    pub ngo_id: BodyId,
    #[schemars(length(min = 1, max = 40))]
    pub label: String,
    #[serde(default)]
    pub dongs: Vec<String>,
    #[serde(default)]
    pub days: String,
    #[serde(default)]
    pub languages: String,
    #[schemars(range(min = 1, max = 50))]
    pub max_load: i64,
    pub trained_until: Option<NaiveDate>,
    #[serde(default)]
    pub conflicts: Vec<String>,
}

/// A page of the record, newest first.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AuditPage {
    pub audit: Vec<Audit>,
    pub meta: super::Meta,
}

/// A line of the record.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Audit {
    pub id: i64,
    pub at: DateTime<Utc>,
    /// null: the command line, or Ieum itself.
    pub user_id: Option<UserId>,
    pub action: String,
    pub object: String,
    pub detail: String,
}

impl From<AuditRow> for Audit {
    fn from(row: AuditRow) -> Self {
        Self {
            id: row.id,
            at: row.at.and_utc(),
            user_id: row.user_id,
            action: row.action,
            object: row.object,
            detail: row.detail,
        }
    }
}
