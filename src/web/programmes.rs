//! What is done with a programme, as somebody typed it or sent it as JSON; and what its result sheet says, made once for the page, the
//! paper and the spreadsheet. The tables of fields are in `domain::programme::form`.
use super::asked;
use super::field::Errors;
use crate::casework::programme::{Sheet, Wanted};
use crate::domain::case::QUESTIONS;
use crate::domain::codes::{BudgetItem, Outcome, ProgrammeAct, ProgrammeStage, ProvisionBasis};
use crate::domain::ids::{BodyId, ComplexId};
use crate::domain::indicators::{Measure, Rate, names};
use crate::domain::programme::{Activity, Planned, Sum, form};
use crate::domain::step::Seq;
use crate::domain::survey::{Answers, OfSide, Summary};
use crate::render::korean;
use chrono::NaiveDate;
use serde::Deserialize;
use serde_json::{Map, Value};

/// Stands in for what small counts could be computed from.
pub(crate) const HIDDEN: &str = "가림";

#[derive(Deserialize)]
struct On {
    on: NaiveDate,
}

#[derive(Deserialize)]
struct Chosen {
    on: NaiveDate,
    ngo: BodyId,
}

#[derive(Deserialize)]
struct AgreedTo {
    on: NaiveDate,
    from_on: NaiveDate,
    until_on: NaiveDate,
    basis: ProvisionBasis,
    mediators: String,
    budget_won: i64,
}

#[derive(Deserialize)]
struct Explained {
    on: NaiveDate,
    reason: String,
}

#[derive(Deserialize)]
struct WasHeld {
    on: NaiveDate,
    kind: BudgetItem,
    complex: Option<ComplexId>,
    people: i64,
    hours: f64,
    won: i64,
    #[serde(default)]
    what: String,
}

#[derive(Deserialize)]
struct WasSpent {
    on: NaiveDate,
    won: i64,
    what: String,
}

#[derive(Deserialize)]
struct Struck {
    on: NaiveDate,
    line: Seq,
    reason: String,
}

#[derive(Deserialize)]
struct Joined {
    on: NaiveDate,
    complex: ComplexId,
}

/// Reads an act on a programme: its day, and what is wanted.
///
/// # Errors
/// A sentence per member, by its name.
pub fn read(act: ProgrammeAct, mut body: Map<String, Value>) -> Result<(NaiveDate, Wanted), Errors> {
    let mut errors = Errors::default();
    body.remove("act");
    let kept = asked::checked_object(&form::fields(act), body, &mut errors);
    let moved = |kept, errors, to| Ok((asked::into::<On>(kept, errors)?.on, Wanted::Move(to)));
    match act {
        ProgrammeAct::Call => moved(kept, errors, ProgrammeStage::Called),
        ProgrammeAct::Start => moved(kept, errors, ProgrammeStage::Active),
        ProgrammeAct::Settle => moved(kept, errors, ProgrammeStage::Settled),
        ProgrammeAct::Select => {
            let said: Chosen = asked::into(kept, errors)?;
            Ok((said.on, Wanted::Select(said.ngo)))
        }
        ProgrammeAct::Agree => {
            let said: AgreedTo = asked::into(kept, errors)?;
            let (from, until, basis) = (said.from_on, said.until_on, said.basis);
            let mediators = if said.mediators == "2" { 2 } else { 1 };
            Ok((said.on, Wanted::Agree { from, until, basis, mediators, budget_won: said.budget_won }))
        }
        ProgrammeAct::Back => {
            let said: Explained = asked::into(kept, errors)?;
            Ok((said.on, Wanted::Back { reason: said.reason }))
        }
        ProgrammeAct::End => {
            let said: Explained = asked::into(kept, errors)?;
            Ok((said.on, Wanted::End { reason: said.reason }))
        }
        ProgrammeAct::Plan => {
            let lines = planned(&kept);
            Ok((asked::into::<On>(kept, errors)?.on, Wanted::Plan(lines)))
        }
        ProgrammeAct::Held => held(asked::into(kept, errors)?),
        ProgrammeAct::Spend => {
            let said: WasSpent = asked::into(kept, errors)?;
            Ok((said.on, Wanted::Spend { won: said.won, what: said.what }))
        }
        ProgrammeAct::Strike => {
            let said: Struck = asked::into(kept, errors)?;
            Ok((said.on, Wanted::Strike { line: said.line, reason: said.reason }))
        }
        ProgrammeAct::Join => {
            let said: Joined = asked::into(kept, errors)?;
            Ok((said.on, Wanted::Join(said.complex)))
        }
    }
}

/// The lines of the plan that say anything.
fn planned(kept: &Map<String, Value>) -> Vec<Planned> {
    let number = |name: &str| kept.get(name).and_then(Value::as_i64).unwrap_or(0);
    let line = |item: &BudgetItem| {
        let (times, won) = form::plan_names(*item);
        Planned { item: *item, times: times.map_or(0, number), won: number(won) }
    };
    BudgetItem::ALL.iter().map(line).filter(|line| line.times > 0 || line.won > 0).collect()
}

fn held(said: WasHeld) -> Result<(NaiveDate, Wanted), Errors> {
    // Five minutes are the smallest unit that anybody writes down.
    let minutes = (0..=6000_i32).map(|n| n * 5).find(|m| (f64::from(*m) / 60.0 - said.hours).abs() < 0.02);
    let Some(minutes) = minutes else {
        let mut errors = Errors::default();
        errors.add("hours", "시간을 숫자로 적어 주세요. 예: 1.5");
        return Err(errors);
    };
    let activity = Activity {
        kind: said.kind,
        complex: said.complex,
        people: said.people,
        minutes: i64::from(minutes),
        won: said.won,
        what: said.what,
    };
    Ok((said.on, Wanted::Held(activity)))
}

/// A table of the result sheet; the first cell of a row names it.
pub(crate) struct Part {
    pub title: &'static str,
    pub columns: Vec<&'static str>,
    pub rows: Vec<Vec<String>>,
}

/// `1시간 30분`.
pub(crate) fn spent(minutes: i64) -> String {
    match (minutes / 60, minutes % 60) {
        (0, m) => format!("{m}분"),
        (h, 0) => format!("{h}시간"),
        (h, m) => format!("{h}시간 {m}분"),
    }
}

/// A count of the report as it may be told.
pub(crate) fn count(sheet: &Sheet, pointer: &str, n: u32) -> String {
    if sheet.tells(pointer) { korean::thousands(i64::from(n)) } else { HIDDEN.to_owned() }
}

fn rate(sheet: &Sheet, name: &str, pointer: &str, rate: &Rate) -> Vec<String> {
    let [value, of] = if sheet.tells(pointer) {
        let value = rate.value.map_or_else(|| "해당 없음".to_owned(), |v| format!("{:.1}%", v * 100.0));
        [value, format!("{}건 중 {}건", rate.denominator, rate.numerator)]
    } else {
        [HIDDEN.to_owned(), HIDDEN.to_owned()]
    };
    vec![name.to_owned(), value, of]
}

/// What the result sheet says, table by table.
pub(crate) fn parts(sheet: &Sheet) -> Vec<Part> {
    let mut all = vec![cases(sheet), outcomes(sheet), rates(sheet), work(sheet), budget(sheet)];
    all.extend(survey(&sheet.survey));
    all
}

fn cases(sheet: &Sheet) -> Part {
    let line = |(key, name): &(&'static str, &'static str)| {
        let measure = Measure::Ledger(key);
        vec![(*name).to_owned(), count(sheet, &measure.pointer(), measure.of(&sheet.report.figures))]
    };
    let rows = names::LEDGER.iter().map(line).collect();
    Part { title: "사건", columns: vec!["구분", "사건"], rows }
}

/// Each outcome with its count, where there is any.
pub(crate) fn by_outcome(sheet: &Sheet) -> Vec<(&'static str, u32, String)> {
    let outcomes = &sheet.report.figures.outcomes;
    let known = Outcome::ALL.iter().filter_map(|outcome| Some((outcome, *outcomes.get(outcome)?)));
    let told = |(outcome, n): (&Outcome, u32)| {
        let pointer = format!("/outcomes/{outcome}");
        let shown = if sheet.tells(&pointer) { n } else { 0 };
        (outcome.label(), shown, count(sheet, &pointer, n))
    };
    known.filter(|(_, n)| *n > 0).map(told).collect()
}

fn outcomes(sheet: &Sheet) -> Part {
    let rows = by_outcome(sheet).into_iter().map(|(name, _, told)| vec![name.to_owned(), told]);
    Part { title: "어떻게 끝났나", columns: vec!["종결 구분", "사건"], rows: rows.collect() }
}

fn rates(sheet: &Sheet) -> Part {
    let figures = &sheet.report.figures;
    // What recurs is asked of a ward, not of what a programme did.
    let own = names::RATES.iter().chain(&names::FULFILMENT).filter(|(key, _)| *key != "recurrence");
    let rows = own.map(|(key, name)| rate(sheet, name, &format!("/{key}"), figures.rate(key))).collect();
    Part { title: "지표", columns: vec!["지표", "값", "무엇 가운데"], rows }
}

fn work(sheet: &Sheet) -> Part {
    let sessions = sheet.sessions.map_or_else(|| HIDDEN.to_owned(), |n| format!("{n}번"));
    let minutes = sheet.minutes.map_or_else(|| HIDDEN.to_owned(), spent);
    let held = sheet.shown.course.total();
    let rows = vec![
        vec!["조정회의".to_owned(), sessions],
        vec!["조정인이 일한 시간".to_owned(), minutes],
        vec!["교육·워크숍·컨설팅·조정 활동".to_owned(), format!("{}번", held.times)],
        vec!["활동에 참여한 사람(연인원)".to_owned(), format!("{}명", korean::thousands(held.people))],
    ];
    Part { title: "한 일", columns: vec!["구분", "수"], rows }
}

fn budget_line(name: &str, sum: &Sum) -> Vec<String> {
    vec![
        name.to_owned(),
        format!("{}번 / {}번", sum.times, sum.planned_times),
        korean::thousands(sum.people),
        spent(sum.minutes),
        korean::thousands(sum.planned_won),
        korean::thousands(sum.spent_won),
        korean::thousands(sum.left_won()),
    ]
}

/// 정산: each line of the budget against the plan, and all together.
pub(crate) fn budget(sheet: &Sheet) -> Part {
    settlement(&sheet.shown.course)
}

/// The same of a programme as it stands.
pub(crate) fn settlement(course: &crate::domain::programme::Course) -> Part {
    let mut rows: Vec<_> = course
        .sums()
        .iter()
        .map(|(item, sum)| {
            let mut line = budget_line(item.label(), sum);
            if *item == BudgetItem::Running {
                for cell in line.iter_mut().skip(1).take(3) {
                    "-".clone_into(cell);
                }
            }
            line
        })
        .collect();
    rows.push(budget_line("합계", &course.total()));
    let columns =
        vec!["항목", "한 번 / 계획", "사람(명)", "시간", "계획(원)", "쓴 금액(원)", "남은 금액(원)"];
    Part { title: "활동과 정산", columns, rows }
}

fn told(n: Option<u32>) -> String {
    n.map_or_else(|| HIDDEN.to_owned(), |n| korean::thousands(i64::from(n)))
}

fn answer_rate(side: &OfSide) -> String {
    match (side.asked, side.answered) {
        (Some(0), _) => "해당 없음".to_owned(),
        (Some(asked), Some(answered)) => format!("{:.1}%", f64::from(answered) * 100.0 / f64::from(asked)),
        _ => HIDDEN.to_owned(),
    }
}

/// `4.2점`; a question that few answered has no mean to be told.
fn mean(answers: &Answers) -> String {
    match (answers.mean, answers.n) {
        (Some(mean), _) => format!("{mean:.1}점"),
        (None, Some(0)) => "답 없음".to_owned(),
        (None, _) => HIDDEN.to_owned(),
    }
}

/// The survey: who answered, the means, and how the answers are spread where that may be told.
pub(crate) fn survey(summary: &Summary) -> Vec<Part> {
    let rows = summary.sides.iter().map(|side| {
        vec![
            side.side.label().to_owned(),
            told(side.asked),
            told(side.answered),
            told(side.silent),
            answer_rate(side),
        ]
    });
    let columns = vec!["누구", "여쭌 사람", "답한 사람", "답하지 않은 사람", "응답률"];
    let asked = Part { title: "만족도 조사: 응답", columns, rows: rows.collect() };
    let rows = QUESTIONS.iter().enumerate().map(|(at, (_, words))| {
        let of = |side: &OfSide| side.questions.get(at).map_or_else(String::new, mean);
        std::iter::once((*words).to_owned()).chain(summary.sides.iter().map(of)).collect()
    });
    let columns = vec!["문항(5점 만점)", "신청인", "상대방"];
    let means = Part { title: "만족도 조사: 평균", columns, rows: rows.collect() };
    let spread = summary.sides.iter().flat_map(|side| {
        QUESTIONS.iter().zip(&side.questions).filter_map(|((_, words), answers)| {
            let counts = answers.counts.filter(|counts| counts.iter().any(|n| *n > 0))?;
            let name = format!("{}: {words}", side.side.label());
            Some(std::iter::once(name).chain(counts.iter().map(u32::to_string)).collect())
        })
    });
    let columns = vec!["문항", "1점", "2점", "3점", "4점", "5점"];
    let spread = Part { title: "만족도 조사: 답의 분포", columns, rows: spread.collect() };
    [asked, means, spread].into_iter().filter(|part| !part.rows.is_empty()).collect()
}
