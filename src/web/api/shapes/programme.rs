//! A programme with its stages, its plan, what was held and spent; its result sheet; the survey's summary.
use super::committee::{open_fields, schema_of};
use super::indicators::Printed;
use super::setup::Programme;
use super::step::OpenField;
use crate::casework::programme::{Sheet, Shown};
use crate::domain::case::QUESTIONS;
use crate::domain::codes::{BudgetItem, ProgrammeAct, ProgrammeStage, ProgrammeStepCode, Side};
use crate::domain::ids::{ComplexId, UserId};
use crate::domain::programme::{self as domain, ProgrammeStep, form};
use crate::domain::{step, survey};
use chrono::{DateTime, NaiveDate, Utc};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::borrow::Cow;

/// Something to do with a programme: `act`, and what it asks.
#[derive(Debug, Clone, Deserialize)]
#[serde(transparent)]
pub struct ProgrammeActBody(pub Map<String, Value>);

impl JsonSchema for ProgrammeActBody {
    fn schema_name() -> Cow<'static, str> {
        "ProgrammeActBody".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let kind =
            |act: &ProgrammeAct| schema_of("act", act.code(), act.label(), &form::fields(*act), Map::new());
        let mut schema = Schema::default();
        schema.insert("oneOf".to_owned(), Value::Array(ProgrammeAct::ALL.iter().map(kind).collect()));
        schema
    }
}

/// A programme as the caller sees it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ProgrammeOne {
    pub programme: Programme,
    pub record: Record,
}

/// What was done in it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Record {
    /// Since when it is in this stage.
    pub since: Option<NaiveDate>,
    pub complexes: Vec<Place>,
    pub budget: Vec<BudgetLine>,
    pub lines: Vec<Line>,
    /// What the caller can do now.
    pub open: Vec<OpenAct>,
}

/// A 단지 of the programme.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Place {
    pub complex_id: ComplexId,
    pub name: String,
}

/// A line of the budget; won.
#[derive(Debug, Serialize, JsonSchema)]
pub struct BudgetLine {
    pub item: BudgetItem,
    pub planned_times: i64,
    pub planned_won: i64,
    pub times: i64,
    pub people: i64,
    pub minutes: i64,
    pub spent_won: i64,
    /// Less than 0 where more was spent than planned.
    pub left_won: i64,
}

/// One line of the record, which nobody edits.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Line {
    pub line: step::Seq,
    pub on: NaiveDate,
    pub recorded_at: DateTime<Utc>,
    pub by: Option<UserId>,
    pub what: ProgrammeStepCode,
    /// Of a change of stage: to which.
    pub stage: Option<ProgrammeStage>,
    /// Of what was held or spent: which line of the budget, how much, where, how many people, how long.
    pub item: Option<BudgetItem>,
    pub won: Option<i64>,
    pub complex_id: Option<ComplexId>,
    pub people: Option<i64>,
    pub minutes: Option<i64>,
    /// In words: what was held or bought, why it was taken back or struck.
    pub words: String,
    /// Of a line that strikes another: which.
    pub strikes: Option<step::Seq>,
}

/// Something that can be done now, with what it asks.
#[derive(Debug, Serialize, JsonSchema)]
pub struct OpenAct {
    pub act: ProgrammeAct,
    pub label: &'static str,
    pub fields: Vec<OpenField>,
}

fn line(line: domain::Line) -> Line {
    let (what, stage, costs) = (line.step.code(), line.step.stage(), line.step.costs());
    let mut told = Line {
        line: line.seq,
        on: line.on,
        recorded_at: line.recorded_at,
        by: line.by,
        what,
        stage,
        item: costs.map(|(item, _)| item),
        won: costs.map(|(_, won)| won),
        complex_id: None,
        people: None,
        minutes: None,
        words: String::new(),
        strikes: None,
    };
    match line.step {
        ProgrammeStep::Move { reason, .. } => told.words = reason,
        ProgrammeStep::Plan { .. } => {}
        ProgrammeStep::Held(held) => {
            (told.complex_id, told.people, told.minutes) =
                (held.complex, Some(held.people), Some(held.minutes));
            told.words = held.what;
        }
        ProgrammeStep::Spent { what, .. } => told.words = what,
        ProgrammeStep::Strike { line, reason } => (told.strikes, told.words) = (Some(line), reason),
    }
    told
}

fn budget(course: &domain::Course) -> Vec<BudgetLine> {
    let one = |(item, sum): (BudgetItem, domain::Sum)| BudgetLine {
        item,
        planned_times: sum.planned_times,
        planned_won: sum.planned_won,
        times: sum.times,
        people: sum.people,
        minutes: sum.minutes,
        spent_won: sum.spent_won,
        left_won: sum.left_won(),
    };
    course.sums().into_iter().map(one).collect()
}

impl From<Shown> for ProgrammeOne {
    fn from(shown: Shown) -> Self {
        let place = |p: &crate::store::programmes::Place| Place { complex_id: p.id, name: p.name.clone() };
        let open = |act: &ProgrammeAct| OpenAct {
            act: *act,
            label: act.label(),
            fields: open_fields(form::fields(*act)),
        };
        Self {
            record: Record {
                since: shown.course.since,
                complexes: shown.places.iter().map(place).collect(),
                budget: budget(&shown.course),
                lines: shown.lines.into_iter().map(line).collect(),
                open: shown.open.iter().map(open).collect(),
            },
            programme: shown.programme.into(),
        }
    }
}

/// A result sheet.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ResultOne {
    pub result: ProgrammeResult,
}

/// What a programme bought. Small counts, and what they could be computed from, are null.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ProgrammeResult {
    /// The cases that began under it, by closing; of a committee those of its own 단지.
    #[schemars(with = "super::indicators::Report")]
    pub report: Printed,
    pub sessions: Option<u32>,
    /// Minutes that mediators worked in these cases.
    pub minutes: Option<i64>,
    pub budget: Vec<BudgetLine>,
    pub survey: SurveySummary,
}

impl From<Sheet> for ResultOne {
    fn from(sheet: Sheet) -> Self {
        let report = super::indicators::ReportOne::hiding(sheet.report, &sheet.hidden).report;
        let (sessions, minutes) = (sheet.sessions, sheet.minutes);
        let budget = budget(&sheet.shown.course);
        Self { result: ProgrammeResult { report, sessions, minutes, budget, survey: sheet.survey.into() } }
    }
}

/// The survey's summary.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SurveyOne {
    pub survey: SurveySummary,
}

/// Of those whose time to answer ended in `[from, to)`. What would tell of few people is null.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SurveySummary {
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub sides: Vec<SurveySide>,
}

/// One side.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SurveySide {
    pub side: Side,
    pub asked: Option<u32>,
    pub answered: Option<u32>,
    pub not_answered: Option<u32>,
    pub questions: Vec<SurveyQuestion>,
}

/// One question.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SurveyQuestion {
    /// `heard`, `fair`, `neutral`, `pressure`, `understood`, `again`.
    pub question: &'static str,
    pub answers: Option<u32>,
    /// From 1 to 5; null where fewer than five answered.
    pub mean: Option<f64>,
    /// How many chose 1, 2, 3, 4, 5.
    pub counts: Option<Vec<u32>>,
}

impl From<survey::Summary> for SurveySummary {
    fn from(summary: survey::Summary) -> Self {
        let question = |((name, _), answers): (&(&'static str, &str), &survey::Answers)| SurveyQuestion {
            question: name,
            answers: answers.n,
            mean: answers.mean,
            counts: answers.counts.map(|counts| counts.to_vec()),
        };
        let side = |side: survey::OfSide| SurveySide {
            side: side.side,
            asked: side.asked,
            answered: side.answered,
            not_answered: side.silent,
            questions: QUESTIONS.iter().zip(&side.questions).map(question).collect(),
        };
        Self { from: summary.from, to: summary.to, sides: summary.sides.into_iter().map(side).collect() }
    }
}
