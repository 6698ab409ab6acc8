//! A report as `exchange.md` prints it. The structs here are its schema; the numbers come from `domain::indicators`.
use crate::domain::codes::{Basis, Dimension};
use crate::domain::indicators::{self, AGE_BANDS};
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

/// Over which period; the last 24 months of a longer one.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OverviewQuery {
    /// The first day, in Seoul.
    pub from: NaiveDate,
    /// The day after the last.
    pub to: NaiveDate,
    /// A 행정동 (ten digits) or a 단지's code; everything of one's own, when nothing is said.
    pub scope: Option<String>,
}

/// An overview.
#[derive(Debug, Serialize, JsonSchema)]
pub struct OverviewOne {
    pub overview: Overview,
}

/// Figures by month, and what is open now.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Overview {
    pub months: Vec<Month>,
    pub open: Vec<OpenDong>,
}

/// One calendar month, cut at the ends of the period.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Month {
    pub first: NaiveDate,
    #[schemars(with = "Figures")]
    pub figures: indicators::Figures,
}

/// The open cases of a 행정동.
#[derive(Debug, Serialize, JsonSchema)]
pub struct OpenDong {
    pub dong_code: String,
    pub ages: Vec<Age>,
}

/// How many are of an age.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Age {
    /// The first day that no longer belongs to the band; null: no end.
    pub under_days: Option<i64>,
    pub count: u32,
}

/// The open cases by 행정동 and age.
#[must_use]
pub fn ages(open: &indicators::OpenCases) -> Vec<OpenDong> {
    let dong = |(code, counts): (&String, &[u32; AGE_BANDS.len()])| OpenDong {
        dong_code: code.clone(),
        ages: AGE_BANDS.iter().zip(counts).map(|((end, _), n)| Age { under_days: *end, count: *n }).collect(),
    };
    open.dongs.iter().map(dong).collect()
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
