//! The desk's own records: tries to open a closed file, pledges, handed-over desks.
use crate::domain::ids::{BodyId, HandoverId, UserId};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;

/// Tries of recused members, newest first.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AttemptList {
    pub attempts: Vec<Attempt>,
}

/// A recused member tried to open a file: told to the chair, a chair's own to the ward.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Attempt {
    pub at: DateTime<Utc>,
    pub committee: String,
    pub who: String,
    pub chair: bool,
}

/// The committees to which somebody pledged confidentiality just now.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Pledged {
    pub committees: usize,
}

/// The records of handed-over desks.
#[derive(Debug, Serialize, JsonSchema)]
pub struct HandoverList {
    pub handovers: Vec<Handover>,
}

/// One record.
#[derive(Debug, Serialize, JsonSchema)]
pub struct HandoverOne {
    pub handover: Handover,
}

/// What a desk passed to the next person.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Handover {
    pub id: HandoverId,
    pub body_id: BodyId,
    pub giver_id: UserId,
    pub taker_id: UserId,
    pub passed: String,
    /// What waited at the desk when it was written.
    pub duties: Vec<PassedDuty>,
    pub giver_signed_at: Option<DateTime<Utc>>,
    pub taker_signed_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
}

/// A duty that was open then.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PassedDuty {
    pub what: String,
    /// The case's number; empty: none.
    pub case: String,
    pub due: DateTime<Utc>,
}

impl From<crate::store::handovers::Handover> for Handover {
    fn from(h: crate::store::handovers::Handover) -> Self {
        let duty =
            |d: crate::store::handovers::OpenDuty| PassedDuty { what: d.what, case: d.case, due: d.due };
        Self {
            id: h.id,
            body_id: h.body,
            giver_id: h.giver,
            taker_id: h.taker,
            passed: h.passed.text,
            duties: h.passed.duties.into_iter().map(duty).collect(),
            giver_signed_at: h.giver_signed.map(|(at, _)| at.and_utc()),
            taker_signed_at: h.taker_signed.map(|(at, _)| at.and_utc()),
            created_at: h.created_at.and_utc(),
        }
    }
}
