//! The shape of a report; serialised, it is the JSON of `exchange.md`.

use crate::domain::codes::{Basis, Exclusion, Outcome};
use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The 97.5th percentile of the standard normal, as `exchange.md` fixes it.
const Z: f64 = 1.959_964;

/// A proportion with its Wilson 95 % interval; the three values are null when the denominator is 0.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Rate {
    pub numerator: u32,
    pub denominator: u32,
    pub value: Option<f64>,
    pub low: Option<f64>,
    pub high: Option<f64>,
}

impl Rate {
    /// `numerator` of `denominator`; the first never exceeds the second.
    pub fn of(numerator: u32, denominator: u32) -> Self {
        if denominator == 0 {
            return Self { numerator, denominator, value: None, low: None, high: None };
        }
        let p = f64::from(numerator) / f64::from(denominator);
        let (low, high) = wilson(p, denominator);
        Self { numerator, denominator, value: Some(p), low: Some(low), high: Some(high) }
    }
}

/// Wilson's 95 % interval of a share of so many, of which there is at least one (`exchange.md`).
pub(super) fn wilson(p: f64, denominator: u32) -> (f64, f64) {
    let n = f64::from(denominator);
    let spread = Z * Z / n;
    let centre = (p + spread / 2.0) / (1.0 + spread);
    let half = Z / (1.0 + spread) * (p * (1.0 - p) / n + spread / (4.0 * n)).sqrt();
    // Rounding could put an end a hair outside what a proportion can be.
    ((centre - half).clamp(0.0, 1.0), (centre + half).clamp(0.0, 1.0))
}

/// 전기 이월 + 신규접수 + 재개 + 이관받음 = 종결 + 이관 + 기말 미결.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger {
    pub carried_in: u32,
    pub received: u32,
    pub reopened: u32,
    pub transferred_in: u32,
    pub closed: u32,
    pub transferred_out: u32,
    pub open_at_end: u32,
}

impl Ledger {
    /// The identity that holds in every report and row.
    pub fn balances(&self) -> bool {
        let incoming = [self.carried_in, self.received, self.reopened, self.transferred_in];
        let outgoing = [self.closed, self.transferred_out, self.open_at_end];
        incoming.into_iter().map(u64::from).sum::<u64>() == outgoing.into_iter().map(u64::from).sum::<u64>()
    }
}

/// Days (24 h, with fraction) of those that have the event: nearest-rank percentiles, null when there are none.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Spread {
    pub n: u32,
    pub median: Option<f64>,
    pub p90: Option<f64>,
}

/// From received to the first such event; `close` is the closing that gives the outcome.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Days {
    pub first_contact: Spread,
    pub respondent_contacted: Spread,
    pub first_session: Spread,
    pub close: Spread,
}

/// How agreements fared at the due dates in the period.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Fulfilment {
    pub kept: u32,
    pub partly: u32,
    pub broken: u32,
    pub unanswered: u32,
    pub kept_of_answered: Rate,
    pub kept_of_due: Rate,
}

/// How a case of the basis stands in the two rates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Standing {
    /// Not in the denominator, for this reason.
    Out(Exclusion),
    /// In the numerator of both.
    Narrow,
    /// In the numerator of 상담포함 종결률 only.
    Broad,
    /// In the denominator only.
    Plain,
}

impl Standing {
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Out(reason) => reason.code(),
            Self::Narrow => "narrow",
            Self::Broad => "broad",
            Self::Plain => "plain",
        }
    }

    pub(super) fn from_code(code: &str) -> Option<Self> {
        match code {
            "narrow" => Some(Self::Narrow),
            "broad" => Some(Self::Broad),
            "plain" => Some(Self::Plain),
            reason => Exclusion::from_code(reason).map(Self::Out),
        }
    }
}

/// The cases of the basis by outcome (none: still open) and standing: each is in exactly one, and every outcome, exclusion and
/// both rates are sums of them. Not printed.
pub(super) type Grain = BTreeMap<(Option<Outcome>, Standing), u32>;

/// Every figure of a report, or of one of its rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    pub ledger: Ledger,
    /// Closings undone or repeated within the period; null in a cohort.
    pub superseded: Option<u32>,
    pub outcomes: BTreeMap<Outcome, u32>,
    pub excluded: BTreeMap<Exclusion, u32>,
    /// 해결률.
    pub narrow: Rate,
    /// 상담포함 종결률.
    pub broad: Rate,
    /// 상대방 연락률.
    pub response: Rate,
    /// 참여율.
    pub participation: Rate,
    /// 조정개시율.
    pub initiation: Rate,
    /// 합의율.
    pub agreement: Rate,
    /// 재접수율.
    pub recurrence: Rate,
    /// 이행률.
    pub fulfilment: Fulfilment,
    pub days: Days,
    /// Whether the cohort's last case has been watched for its 90 days; null by closing.
    pub mature: Option<bool>,
    #[serde(skip)]
    pub(super) grain: Grain,
}

/// One key of the breakdown.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    pub key: String,
    #[serde(flatten)]
    pub figures: Figures,
}

/// The whole report.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    pub definition_version: &'static str,
    pub as_of: DateTime<FixedOffset>,
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub basis: Basis,
    #[serde(flatten)]
    pub figures: Figures,
    pub rows: Vec<Row>,
}
