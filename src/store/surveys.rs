//! Whom the satisfaction survey was asked of and what they answered (`Case::surveyed`): written in the transaction that changes the
//! case, so that no summary opens a case's history. `ieum doctor` holds it against the histories.
use super::schema::{case_events, case_surveys, cases};
use super::{Rx, StoreError, Tx};
use crate::domain::case::{Case, Scores, SurveyAsk, answered_until};
use crate::domain::codes::{Score, Side};
use crate::domain::ids::{BodyId, CaseId, ComplexId, ProgrammeId};
use crate::domain::permission::Scope;
use crate::domain::step::StepCode;
use crate::domain::survey::Asked;
use chrono::{Days, NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use std::collections::BTreeSet;

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = case_surveys, treat_none_as_default_value = false)]
struct Row {
    case_id: CaseId,
    /// Of the case, from 0: a case that was opened again may have asked a side before.
    place: i32,
    side: Side,
    asked_on: NaiveDate,
    answered_at: Option<NaiveDateTime>,
    /// A digit from 1 to 5 for each question, `-` where it was left out; empty without an answer.
    scores: String,
    ward_code: String,
    committee_id: Option<BodyId>,
    /// The NGO that mediated; none where the committee did.
    ngo_id: Option<BodyId>,
    programme_id: Option<ProgrammeId>,
}

fn written(scores: &Scores) -> String {
    scores.iter().map(|score| score.map_or("-", Score::code)).collect()
}

fn scores_of(text: &str) -> Scores {
    let mut scores = [None; 6];
    for (place, digit) in scores.iter_mut().zip(text.chars()) {
        *place = Score::from_code(digit.encode_utf8(&mut [0; 4]));
    }
    scores
}

fn rows(case: &Case) -> Vec<Row> {
    let row = |(place, ask): (i32, &SurveyAsk)| {
        let asked = ask.counted();
        Row {
            case_id: case.id,
            place,
            side: asked.side,
            asked_on: asked.asked_on,
            answered_at: asked.answer.map(|(at, _)| at.naive_utc()),
            scores: asked.answer.map(|(_, scores)| written(&scores)).unwrap_or_default(),
            ward_code: case.intake.ward_code.clone(),
            committee_id: ask.committee,
            ngo_id: ask.ngo,
            programme_id: case.intake.programme,
        }
    };
    (0..).zip(&case.survey_asks).map(row).collect()
}

fn put(tx: &mut Tx<'_>, id: CaseId, rows: Vec<Row>) -> Result<(), StoreError> {
    diesel::delete(case_surveys::table.filter(case_surveys::case_id.eq(id))).execute(tx.conn())?;
    for row in rows {
        diesel::insert_into(case_surveys::table).values(row).execute(tx.conn())?;
    }
    Ok(())
}

/// Brings the rows of a case up to date.
///
/// # Errors
/// Database errors.
pub fn keep(tx: &mut Tx<'_>, before: &Case, case: &Case) -> Result<(), StoreError> {
    let rows = rows(case);
    if self::rows(before) == rows { Ok(()) } else { put(tx, case.id, rows) }
}

fn whole(rx: &mut Rx<'_>, id: CaseId) -> Result<Case, StoreError> {
    super::cases::find_id(rx, &Scope { all: true, ..Scope::default() }, id)
}

/// Makes the rows of a case again from its history.
///
/// # Errors
/// Database errors.
pub fn mend(tx: &mut Tx<'_>, id: CaseId) -> Result<(), StoreError> {
    let rows = match whole(tx, id) {
        Ok(case) => rows(&case),
        Err(StoreError::NotFound) => Vec::new(),
        Err(e) => return Err(e),
    };
    put(tx, id, rows)
}

/// Cases whose rows are not what their histories say: of how many that could have any, and which.
///
/// # Errors
/// Database errors.
pub fn differing(rx: &mut Rx<'_>) -> Result<(usize, Vec<CaseId>), StoreError> {
    rx.at_one_moment(compared)
}

fn compared(rx: &mut Rx<'_>) -> Result<(usize, Vec<CaseId>), StoreError> {
    // Nobody is asked without a meeting or an agreement that was written here, and nobody answers but by this step.
    let causes =
        [StepCode::HoldSession, StepCode::MetWith, StepCode::Draft, StepCode::Propose, StepCode::Survey];
    let told: Vec<CaseId> = case_events::table
        .filter(case_events::step.eq_any(causes))
        .select(case_events::case_id)
        .distinct()
        .load(rx.conn())?;
    let kept: Vec<CaseId> = case_surveys::table.select(case_surveys::case_id).distinct().load(rx.conn())?;
    let all: BTreeSet<CaseId> = told.into_iter().chain(kept).collect();
    let mut wrong = Vec::new();
    for id in &all {
        let mut stored: Vec<Row> = case_surveys::table
            .filter(case_surveys::case_id.eq(id))
            .select(Row::as_select())
            .load(rx.conn())?;
        let mut expected = match whole(rx, *id) {
            Ok(case) => rows(&case),
            Err(StoreError::NotFound) => Vec::new(),
            Err(e) => return Err(e),
        };
        stored.sort_by_key(|row| row.place);
        expected.sort_by_key(|row| row.place);
        if stored != expected {
            wrong.push(*id);
        }
    }
    Ok((all.len(), wrong))
}

/// The cases in which somebody has been asked by today, still has time to answer and has not.
///
/// # Errors
/// Database errors.
pub fn waiting(rx: &mut Rx<'_>, today: NaiveDate, limit: i64) -> Result<Vec<CaseId>, StoreError> {
    // As long as `answered_until` says.
    let days = Days::new((answered_until(today) - today).num_days().unsigned_abs());
    let since = today.checked_sub_days(days).unwrap_or(today);
    Ok(case_surveys::table
        .filter(case_surveys::asked_on.ge(since).and(case_surveys::asked_on.le(today)))
        .filter(case_surveys::answered_at.is_null())
        .select(case_surveys::case_id)
        .distinct()
        .limit(limit)
        .load(rx.conn())?)
}

/// Whose cases to add up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whose {
    Ward(String),
    Committees(Vec<BodyId>),
    Ngos(Vec<BodyId>),
    /// In these 단지 only where some are named.
    Programme(ProgrammeId, Option<Vec<ComplexId>>),
}

/// Everybody who may count in `[from, to)`.
///
/// # Errors
/// Database errors.
pub fn asked(
    rx: &mut Rx<'_>,
    whose: &Whose,
    (from, to): (NaiveDate, NaiveDate),
) -> Result<Vec<Asked>, StoreError> {
    // Whoever was asked up to a month before may count in the period: their time to answer ends in it.
    let since = from.checked_sub_days(Days::new(31)).unwrap_or(from);
    let mut query = case_surveys::table
        .inner_join(cases::table.on(cases::id.eq(case_surveys::case_id)))
        .filter(case_surveys::asked_on.ge(since).and(case_surveys::asked_on.lt(to)))
        .into_boxed();
    query =
        match whose {
            Whose::Ward(code) => query.filter(case_surveys::ward_code.eq(code.clone())),
            Whose::Committees(ids) => query
                .filter(case_surveys::committee_id.eq_any(ids.iter().copied().map(Some).collect::<Vec<_>>())),
            Whose::Ngos(ids) => {
                query.filter(case_surveys::ngo_id.eq_any(ids.iter().copied().map(Some).collect::<Vec<_>>()))
            }
            Whose::Programme(id, only) => {
                let of = query.filter(case_surveys::programme_id.eq(*id));
                match only {
                    Some(only) => of
                        .filter(cases::complex_id.eq_any(only.iter().copied().map(Some).collect::<Vec<_>>())),
                    None => of,
                }
            }
        };
    type Found = (Side, NaiveDate, Option<NaiveDateTime>, String);
    let rows: Vec<Found> = query
        .order((case_surveys::case_id, case_surveys::place))
        .select((case_surveys::side, case_surveys::asked_on, case_surveys::answered_at, case_surveys::scores))
        .load(rx.conn())?;
    let one = |(side, asked_on, at, scores): Found| {
        let answer = at.map(|at| (at.and_utc(), scores_of(&scores)));
        Asked { side, asked_on, answer }
    };
    Ok(rows.into_iter().map(one).collect())
}
