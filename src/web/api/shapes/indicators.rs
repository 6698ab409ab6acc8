//! A report as `exchange.md` prints it. The structs here are its schema; the numbers come from `domain::indicators`.
use crate::domain::codes::{Basis, Dimension};
use crate::domain::indicators;
use chrono::{DateTime, NaiveDate, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What is asked.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReportQuery {
    /// The first day, in Seoul.
    pub from: NaiveDate,
    /// The day after the last.
    pub to: NaiveDate,
    /// By closing, when nothing is said.
    pub basis: Option<Basis>,
    /// What happened later does not exist; now, when nothing is said.
    pub as_of: Option<DateTime<Utc>>,
    pub by: Option<Dimension>,
    /// A 행정동 (ten digits) or a 단지's code; everything of one's own, when nothing is said.
    pub scope: Option<String>,
}

/// A report.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ReportOne {
    #[schemars(with = "Report")]
    pub report: indicators::Report,
}

macro_rules! schema_only { ($( $(#[$doc:meta])* $name:ident { $($(#[$f:meta])* $field:ident : $ty:ty),+ $(,)? } )+) => { $(
    $(#[$doc])*
    #[derive(JsonSchema)]
    #[expect(dead_code, reason = "only its schema is used")]
    pub struct $name { $($(#[$f])* $field: $ty),+ }
)+ } }
schema_only! {
    /// Every figure.
    Report {
        definition_version: String, as_of: DateTime<Utc>, from: NaiveDate, to: NaiveDate, basis: Basis,
        #[serde(flatten)] figures: Figures,
        rows: Vec<Row>,
    }
    /// One key of the breakdown.
    Row { key: String, #[serde(flatten)] figures: Figures }
    /// Every figure of a report or row.
    Figures {
        ledger: Ledger, superseded: Option<u32>, outcomes: BTreeMap<String, u32>, excluded: BTreeMap<String, u32>,
        narrow: Rate, broad: Rate, response: Rate, participation: Rate, initiation: Rate, agreement: Rate, recurrence: Rate,
        fulfilment: Fulfilment, days: Days, mature: Option<bool>,
    }
    /// 전기 이월 + 신규접수 + 재개 + 이관받음 = 종결 + 이관 + 기말 미결.
    Ledger {
        carried_in: u32, received: u32, reopened: u32, transferred_in: u32, closed: u32, transferred_out: u32, open_at_end: u32,
    }
    /// A proportion with its Wilson 95 % interval.
    Rate { numerator: u32, denominator: u32, value: Option<f64>, low: Option<f64>, high: Option<f64> }
    /// How agreements fared.
    Fulfilment {
        kept: u32, partly: u32, broken: u32, unanswered: u32, kept_of_answered: Rate, kept_of_due: Rate,
    }
    /// Days from received to the first such event.
    Days { first_contact: Spread, respondent_contacted: Spread, first_session: Spread, close: Spread }
    /// Nearest-rank percentiles.
    Spread { n: u32, median: Option<f64>, p90: Option<f64> }
}
