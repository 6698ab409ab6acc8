//! A body's own figures.
use super::Meta;
use super::indicators::{Month, OpenDong, Report};
use crate::casework::own::Listed;
use crate::domain::codes::{Basis, Outcome};
use crate::domain::ids::BodyId;
use crate::domain::indicators;
use chrono::{DateTime, NaiveDate, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What is asked.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FiguresQuery {
    /// The first day, in Seoul.
    pub from: NaiveDate,
    /// The day after the last.
    pub to: NaiveDate,
    /// By closing, when nothing is said.
    pub basis: Option<Basis>,
    /// Which committee or NGO; the first of one's own, when nothing is said.
    pub body: Option<BodyId>,
}

/// Over which period.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FiguresFlowQuery {
    /// The first day, in Seoul.
    pub from: NaiveDate,
    /// The day after the last.
    pub to: NaiveDate,
    /// Which committee or NGO; the first of one's own, when nothing is said.
    pub body: Option<BodyId>,
}

/// Which cases.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FiguresCasesQuery {
    /// The first day, in Seoul.
    pub from: NaiveDate,
    /// The day after the last.
    pub to: NaiveDate,
    /// By closing, when nothing is said.
    pub basis: Option<Basis>,
    /// Which committee or NGO; the first of one's own, when nothing is said.
    pub body: Option<BodyId>,
    /// Where the count stands in the report's JSON: `/outcomes/settled`.
    pub measure: Option<String>,
    /// How many entries, 1 to 200; 50 when nothing is said.
    #[schemars(range(min = 1, max = 200))]
    pub limit: Option<i64>,
    /// `meta.next` of the page before.
    pub after: Option<String>,
}

/// The figures of a committee or an NGO.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FiguresOne {
    pub body: BodyId,
    pub name: String,
    /// Null where something of its cases is recorded after now.
    pub figures: Option<Counted>,
    /// Of an NGO, the fewest cases first; nobody is named.
    pub loads: Vec<Load>,
}

/// What is counted.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Counted {
    /// Broken down by 행정동.
    #[schemars(with = "Report")]
    pub report: indicators::Report,
    pub months: Vec<Month>,
    pub open: Vec<OpenDong>,
}

/// A mediator's load.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Load {
    /// Open cases, and offers that wait for their answer.
    pub cases: i64,
    /// How many they take.
    pub most: i64,
}

/// A page of cases, newest first.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FiguresCasePage {
    /// As the figure says it: a case can count more than once.
    pub count: u32,
    pub cases: Vec<FiguresCase>,
    pub meta: Meta,
}

/// A case as the figure sees it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FiguresCase {
    /// Null where one does not see the case any more.
    pub number: Option<String>,
    pub received_at: DateTime<Utc>,
    /// Null: it was open.
    pub outcome: Option<Outcome>,
    /// Whole days until that closing, or until then.
    pub days: i64,
    pub came_from_elsewhere: bool,
    pub reopened: u32,
    /// Days (24 h) from the reception to what the measure waits for (`/days/…/n`), in tenths.
    pub waited_days: Option<f64>,
    /// How often it counts.
    pub times: u32,
}

impl From<Listed> for FiguresCase {
    fn from(Listed { number, case }: Listed) -> Self {
        Self {
            number,
            received_at: case.received_at,
            outcome: case.outcome,
            days: case.took.num_days(),
            came_from_elsewhere: case.came_from_elsewhere,
            reopened: case.reopened,
            waited_days: case.waited,
            times: case.times,
        }
    }
}
