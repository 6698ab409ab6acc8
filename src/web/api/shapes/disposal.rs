//! The register of what was destroyed.
use crate::domain::codes::DisposalKind;
use crate::store::disposals::Line;
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;

/// A page of the register, newest first.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DisposalPage {
    pub disposals: Vec<Disposal>,
    pub meta: super::Meta,
}

/// One line.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Disposal {
    pub id: i64,
    /// The case's number; none for what belongs to no case.
    pub number: Option<String>,
    pub kind: DisposalKind,
    /// When its time is over.
    pub due_at: DateTime<Utc>,
    pub proposed_at: DateTime<Utc>,
    pub approved_at: Option<DateTime<Utc>>,
    pub done_at: Option<DateTime<Utc>>,
    /// How much was destroyed.
    pub amount: i64,
    /// The same in words.
    pub detail: String,
    /// The certificate's number.
    pub certificate: Option<String>,
}

impl From<Line> for Disposal {
    fn from((d, number, _): Line) -> Self {
        Self {
            id: d.id,
            number,
            kind: d.kind,
            due_at: d.due_at.and_utc(),
            proposed_at: d.proposed_at.and_utc(),
            approved_at: d.approved_at.map(|t| t.and_utc()),
            done_at: d.done_at.map(|t| t.and_utc()),
            amount: d.amount,
            detail: d.detail,
            certificate: d.certificate,
        }
    }
}
