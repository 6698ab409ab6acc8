//! A report as `exchange.md` prints it. The structs here are its schema; the numbers come from `domain::indicators`.
use crate::domain::codes::{Basis, Dimension};
use crate::domain::indicators::{self, AGE_BANDS};
use crate::exchange;
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
    /// `dong`, or nothing: other breakdowns are refused.
    pub by: Option<Dimension>,
    /// A 행정동 (ten digits); everything of one's own, when nothing is said.
    pub scope: Option<String>,
    /// What was published of exactly this period (`publications.list`), without counts of 1 to 4 and whatever they follow from: the
    /// newest version. Of a whole ward, by closing; by `dong` but for months.
    pub suppress: Option<bool>,
}

/// Over which period; the last 24 months of a longer one.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OverviewQuery {
    /// The first day, in Seoul.
    pub from: NaiveDate,
    /// The day after the last.
    pub to: NaiveDate,
    /// A 행정동 (ten digits); everything of one's own, when nothing is said.
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
    pub report: Printed,
}

/// The whole report, or one without its small cells.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Printed {
    Whole(Box<indicators::Report>),
    Suppressed(serde_json::Value),
}

impl ReportOne {
    /// The report.
    #[must_use]
    pub fn whole(report: indicators::Report) -> Self {
        Self { report: Printed::Whole(Box::new(report)) }
    }

    /// The report as it was published.
    #[must_use]
    pub fn published(report: serde_json::Value) -> Self {
        Self { report: Printed::Suppressed(report) }
    }

    /// The report without what is hidden at these JSON pointers.
    #[must_use]
    pub fn hiding(report: indicators::Report, hidden: &[String]) -> Self {
        // A report can be written as JSON; if it ever could not, nothing is shown.
        let shown = exchange::report::suppressed(&report, hidden).unwrap_or_default();
        Self { report: Printed::Suppressed(shown) }
    }
}

macro_rules! schema_only { ($( $(#[$doc:meta])* $name:ident { $($(#[$f:meta])* $field:ident : $ty:ty),+ $(,)? } )+) => { $(
    $(#[$doc])*
    #[derive(JsonSchema)]
    #[expect(dead_code, reason = "only its schema is used")]
    pub struct $name { $($(#[$f])* $field: $ty),+ }
)+ } }
schema_only! {
    /// Every figure; null where it is hidden for its smallness, and `suppressed` (JSON pointers) says where that is.
    Report {
        definition_version: String, as_of: DateTime<Utc>, from: NaiveDate, to: NaiveDate, basis: Basis,
        #[serde(flatten)] figures: Figures,
        rows: Vec<Row>, suppressed: Option<Vec<String>>,
    }
    /// One key of the breakdown.
    Row { key: String, #[serde(flatten)] figures: Figures }
    /// Every figure of a report or row.
    Figures {
        ledger: Ledger, superseded: Option<u32>, outcomes: BTreeMap<String, Option<u32>>, excluded: BTreeMap<String, Option<u32>>,
        narrow: Option<Rate>, broad: Option<Rate>, response: Option<Rate>, participation: Option<Rate>, initiation: Option<Rate>,
        agreement: Option<Rate>, recurrence: Option<Rate>,
        fulfilment: Fulfilment, days: Days, mature: Option<bool>,
    }
    /// 전기 이월 + 신규접수 + 재개 + 이관받음 = 종결 + 이관 + 기말 미결.
    Ledger {
        carried_in: Option<u32>, received: Option<u32>, reopened: Option<u32>, transferred_in: Option<u32>, closed: Option<u32>,
        transferred_out: Option<u32>, open_at_end: Option<u32>,
    }
    /// A proportion with its Wilson 95 % interval.
    Rate { numerator: u32, denominator: u32, value: Option<f64>, low: Option<f64>, high: Option<f64> }
    /// How agreements fared.
    Fulfilment {
        kept: Option<u32>, partly: Option<u32>, broken: Option<u32>, unanswered: Option<u32>, kept_of_answered: Option<Rate>,
        kept_of_due: Option<Rate>,
    }
    /// Days from received to the first such event.
    Days { first_contact: Spread, respondent_contacted: Spread, first_session: Spread, close: Spread }
    /// Nearest-rank percentiles.
    Spread { n: Option<u32>, median: Option<f64>, p90: Option<f64> }
}

/// One data set by every definition.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ComparisonOne {
    pub as_of: DateTime<Utc>,
    /// Ours first.
    pub comparison: Vec<DefinitionOne>,
}

/// The period's cases by one definition.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DefinitionOne {
    pub key: &'static str,
    /// Who publishes it, and as what.
    pub publisher: &'static str,
    pub name: &'static str,
    /// What counts, in words.
    pub numerator_words: String,
    pub denominator_words: String,
    pub numerator: Sum,
    pub denominator: Sum,
    /// More than 1 where closings of a period are divided by its receipts; null for a denominator of 0.
    pub value: Option<f64>,
    /// What was published there; empty for our own.
    pub published: &'static str,
    /// Whence that is known, and how well.
    pub source: &'static str,
}

/// A number of another definition, led from that of 해결률: `from` with every step is `to`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Sum {
    pub from: u32,
    pub steps: Vec<SumStep>,
    pub to: u32,
}

/// Cases that one definition has and the other has not.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SumStep {
    pub what: &'static str,
    /// Less than 0 where they are taken out.
    pub count: i64,
}

impl From<indicators::published::Bridge> for Sum {
    fn from(bridge: indicators::published::Bridge) -> Self {
        let step =
            |(piece, count): (indicators::published::Piece, i64)| SumStep { what: piece.label(), count };
        Self { from: bridge.from, steps: bridge.steps.into_iter().map(step).collect(), to: bridge.to }
    }
}

impl From<indicators::published::Compared> for DefinitionOne {
    fn from(one: indicators::published::Compared) -> Self {
        let definition = one.definition;
        Self {
            key: definition.key,
            publisher: definition.who,
            name: definition.name,
            numerator_words: definition.resolved.words(),
            denominator_words: definition.base.words(),
            numerator: one.numerator.into(),
            denominator: one.denominator.into(),
            value: one.value,
            published: definition.published,
            source: definition.source,
        }
    }
}

/// What becomes of the cases; null where something is recorded after now.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FlowOne {
    pub flow: Option<Flow>,
}

/// What the ward's page of the flow draws.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Flow {
    /// Each quarter by its first day, oldest first.
    pub cohorts: Vec<Cohort>,
    /// Cases that got at least so far within 90 days.
    pub funnel: Vec<ReachedOne>,
    /// Cumulative incidence: a step for each day on which something ended.
    pub curve: Vec<CurveStep>,
    /// The day up to which the curve tells; after it too few cases are watched.
    pub curve_until: u32,
    /// Mediators' answers to the offers of the period.
    pub offers: WaitsOne,
    /// Other bodies' answers to its referrals.
    pub referrals: WaitsOne,
}

/// How long answers took, in days of 24 hours; null where fewer than five were answered.
#[derive(Debug, Serialize, JsonSchema)]
pub struct WaitsOne {
    pub median: Option<f64>,
    pub p90: Option<f64>,
}

impl From<indicators::Waits> for WaitsOne {
    fn from(waits: indicators::Waits) -> Self {
        Self { median: waits.median, p90: waits.p90 }
    }
}

/// The cases received in a quarter, by what became of them within 90 days.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Cohort {
    pub first: NaiveDate,
    pub narrow_numerator: u32,
    pub narrow_denominator: u32,
    pub broad_numerator: u32,
    pub broad_denominator: u32,
    /// The last case has been watched for its 90 days.
    pub mature: bool,
}

/// How many got so far.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ReachedOne {
    /// `received`, `contacted`, `consented`, `met` or `agreed`.
    pub reached: &'static str,
    pub cases: u32,
}

/// Shares of the cases, from 0 to 1.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CurveStep {
    pub day: u32,
    pub resolved: f64,
    pub left: f64,
    pub other: f64,
    pub open: f64,
    pub at_risk: u32,
}

impl From<crate::casework::flow::Flow> for Flow {
    fn from(flow: crate::casework::flow::Flow) -> Self {
        use crate::domain::indicators::flow::{Reached, Step};
        let cohort = |(first, f): (NaiveDate, crate::domain::indicators::Figures)| Cohort {
            first,
            narrow_numerator: f.narrow.numerator,
            narrow_denominator: f.narrow.denominator,
            broad_numerator: f.broad.numerator,
            broad_denominator: f.broad.denominator,
            mature: f.mature == Some(true),
        };
        let step = |Step { day, ended: [resolved, left, other], open, at_risk }: Step| CurveStep {
            day,
            resolved,
            left,
            other,
            open,
            at_risk,
        };
        let reached = Reached::ALL.iter().zip(flow.funnel);
        Self {
            cohorts: flow.cohorts.into_iter().map(cohort).collect(),
            funnel: reached.map(|(place, cases)| ReachedOne { reached: place.code(), cases }).collect(),
            curve_until: flow.curve.until,
            curve: flow.curve.steps.into_iter().map(step).collect(),
            offers: flow.offers.into(),
            referrals: flow.referrals.into(),
        }
    }
}
