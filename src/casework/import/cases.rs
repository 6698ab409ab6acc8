//! Importing cases and their events: every history is folded with the domain's own rules before anything is written.
use super::{ImportError, Progress, Summary};
use crate::domain::case::{Bodies, Case, Event, Intake};
use crate::domain::ids::{BodyId, CaseId, ComplexId, ProgrammeId, UserId};
use crate::domain::mark::Mark;
use crate::domain::permission::{Hat, Scope};
use crate::domain::seoul;
use crate::domain::step::Step;
use crate::domain::text::Unit;
use crate::exchange::{CaseRow, EventRow, Parsed, Problem};
use crate::store::bulk::{self, Imported};

use crate::store::ledger::{self, Door, Filed, Place};
use crate::store::{Rx, StoreError, Tx, bodies, cases, programmes};
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use std::collections::{BTreeMap, HashMap, HashSet};

/// How many rows between two words about the progress.
const TELL_EVERY: usize = 500;
/// New cases after which a database plans its work anew.
const MANY: usize = 1000;

/// The files and how they are to be read.
pub struct Ledger<'a> {
    pub cases_file: &'a str,
    pub cases: &'a Parsed<CaseRow>,
    pub events_file: &'a str,
    pub events: Option<&'a Parsed<EventRow>>,
    /// A missing earlier step is listed instead of refused.
    pub legacy: bool,
    /// Only cases of these committees may be brought in (a 간사's own); none: all.
    pub committees: Option<&'a [BodyId]>,
    pub by: Option<UserId>,
}

/// What is to be written.
#[derive(Debug)]
pub struct CasePlan {
    new: Vec<Imported>,
    extended: Vec<Extended>,
    pub summary: Summary,
}

/// A case that is there and gets more events.
#[derive(Debug)]
struct Extended {
    before: Case,
    after: Case,
    lines: Vec<Event>,
}

/// Where a case of the file goes.
enum Target {
    New(usize),
    /// There already; `recorded` counts what the file may repeat.
    Known {
        id: CaseId,
        recorded: HashMap<(DateTime<Utc>, Mark), u32>,
        extended: Option<usize>,
    },
}

struct Planner<'l, 'a> {
    ledger: &'l Ledger<'a>,
    now: DateTime<Utc>,
    problems: Vec<Problem>,
    targets: HashMap<String, Target>,
    left_out: HashSet<&'l str>,
    homes: HashMap<(ComplexId, String, Option<ProgrammeId>), Bodies>,
    /// Whether cases of a day run under a programme.
    running: HashMap<(ProgrammeId, NaiveDate), bool>,
    plan: CasePlan,
}

/// Compares the files with what is there and folds every history.
///
/// # Errors
/// Every bad row of both files; database errors.
pub fn plan_cases(
    rx: &mut Rx<'_>,
    ledger: &Ledger<'_>,
    now: DateTime<Utc>,
    progress: Progress<'_>,
) -> Result<CasePlan, ImportError> {
    let mut problems = ledger.cases.problems.clone();
    problems.extend(ledger.events.into_iter().flat_map(|events| events.problems.clone()));
    let mut planner = Planner {
        ledger,
        now,
        problems,
        targets: HashMap::new(),
        left_out: ledger.cases.left_out.iter().map(String::as_str).collect(),
        homes: HashMap::new(),
        running: HashMap::new(),
        plan: CasePlan { new: Vec::new(), extended: Vec::new(), summary: Summary::default() },
    };
    planner.cases(rx, progress)?;
    planner.events(rx, progress)?;
    planner.finish()
}

impl<'l> Planner<'l, '_> {
    fn wrong(&mut self, file: &str, line: u64, column: &str, what: impl Into<String>) {
        let (file, column) = (file.to_owned(), column.to_owned());
        self.problems.push(Problem { file, line, column, what: what.into() });
    }

    fn cases(&mut self, rx: &mut Rx<'_>, progress: Progress<'_>) -> Result<(), StoreError> {
        let (ledger, rows) = (self.ledger, &self.ledger.cases.rows);
        let events = ledger.events.map(|events| events.rows.as_slice()).unwrap_or_default();
        let references: HashSet<&String> =
            rows.iter().map(|row| &row.reference).chain(events.iter().map(|row| &row.reference)).collect();
        let references: Vec<String> = references.into_iter().cloned().collect();
        let mut known = ledger::by_reference(rx, &references)?;
        let codes: HashSet<&String> = rows.iter().map(|row| &row.complex_code).collect();
        let places = ledger::complexes_by_code(rx, &codes.into_iter().cloned().collect::<Vec<_>>())?;
        let wards: HashMap<String, String> =
            bodies::all_dongs(rx)?.into_iter().map(|(code, _, ward)| (code, ward)).collect();
        if let Some(own) = ledger.committees {
            // What another committee holds is no business of this desk: its events count as unknown references.
            known.retain(|_, filed| filed.committee.is_some_and(|committee| own.contains(&committee)));
        }
        let mut seen: HashMap<&str, &CaseRow> = HashMap::new();
        for (done, row) in rows.iter().enumerate() {
            if done % TELL_EVERY == 0 {
                progress("사건 살피기", done, rows.len());
            }
            if let Some(first) = seen.get(row.reference.as_str()) {
                if (CaseRow { line: 0, ..(*first).clone() }) == (CaseRow { line: 0, ..row.clone() }) {
                    self.plan.summary.known += 1;
                } else {
                    let what = format!("{}번째 줄의 같은 번호와 내용이 다릅니다", first.line);
                    self.wrong(ledger.cases_file, row.line, "ref", what);
                }
                continue;
            }
            seen.insert(&row.reference, row);
            if let Some(filed) = known.get(&row.reference) {
                match difference(row, filed) {
                    None => self.plan.summary.known += 1,
                    Some(column) => {
                        let what = "이미 있는 사건과 내용이 다릅니다. 고치려면 사건 화면에서 정정해 주세요";
                        self.wrong(ledger.cases_file, row.line, column, what);
                    }
                }
                continue;
            }
            self.new_case(rx, row, places.get(&row.complex_code), &wards)?;
        }
        for (reference, filed) in known {
            let mut recorded = HashMap::new();
            for event in filed.marks.into_iter().chain(filed.struck) {
                *recorded.entry(event).or_insert(0) += 1;
            }
            self.targets.insert(reference, Target::Known { id: filed.id, recorded, extended: None });
        }
        Ok(())
    }

    fn new_case(
        &mut self,
        rx: &mut Rx<'_>,
        row: &'l CaseRow,
        place: Option<&Place>,
        wards: &HashMap<String, String>,
    ) -> Result<(), StoreError> {
        let file = self.ledger.cases_file;
        let Some((complex, facts)) = place else {
            self.left_out.insert(&row.reference);
            self.wrong(
                file,
                row.line,
                "complex_code",
                "없는 단지입니다. 단지를 먼저 가져와 주세요(ieum import complexes)",
            );
            return Ok(());
        };
        // A 단지 has its facts from the beginning, so there is always one that holds.
        let held = facts.iter().rev().find(|(from, _)| *from <= row.received_at).or(facts.first());
        let Some((_, facts)) = held else {
            return Err(StoreError::Other(format!("단지 {} has no facts", complex.code)));
        };
        let ward = wards.get(&facts.dong_code).cloned().unwrap_or_default();
        let programme = self.under(rx, facts.programme_id, seoul::day(row.received_at))?;
        let bodies = self.home(rx, complex.id, &ward, programme)?;
        if let Some(own) = self.ledger.committees
            && !bodies.committee.is_some_and(|committee| own.contains(&committee))
        {
            self.left_out.insert(&row.reference);
            self.wrong(
                file,
                row.line,
                "complex_code",
                "맡고 있는 위원회의 단지가 아닙니다. 그 단지의 간사에게 부탁해 주세요",
            );
            return Ok(());
        }
        let intake = Intake {
            received_at: row.received_at,
            channel: row.channel,
            cause: row.cause,
            position: row.position,
            complex: Some(complex.id),
            complex_typed: None,
            ward_code: ward,
            dong_code: Some(facts.dong_code.clone()),
            committee: facts.committee,
            programme,
            mediators_needed: 1,
            has_applicant_unit: row.applicant_unit.is_some(),
            has_respondent_unit: row.respondent_unit.is_some(),
            legacy: self.ledger.legacy,
        };
        // The id and the number are given when the plan is saved.
        let case = Case::blank(CaseId(0), String::new(), intake, bodies, rx.rules());
        let unit = |written: &Option<String>| written.as_deref().map(Unit::from_ledger);
        self.targets.insert(row.reference.clone(), Target::New(self.plan.new.len()));
        self.plan.new.push(Imported {
            case,
            events: Vec::new(),
            ledger_ref: row.reference.clone(),
            applicant: unit(&row.applicant_unit),
            respondent: unit(&row.respondent_unit),
            called: Default::default(),
        });
        Ok(())
    }

    /// The programme under which a case received on that day runs, as of one that is filed here.
    fn under(
        &mut self,
        rx: &mut Rx<'_>,
        programme: Option<ProgrammeId>,
        day: NaiveDate,
    ) -> Result<Option<ProgrammeId>, StoreError> {
        let Some(id) = programme else { return Ok(None) };
        let runs = match self.running.get(&(id, day)) {
            Some(runs) => *runs,
            None => programmes::find(rx, id, day)?.takes_cases(day),
        };
        self.running.insert((id, day), runs);
        Ok(programme.filter(|_| runs))
    }

    /// The bodies that exist today: an open case must be held by one that is there.
    fn home(
        &mut self,
        rx: &mut Rx<'_>,
        complex: ComplexId,
        ward: &str,
        programme: Option<ProgrammeId>,
    ) -> Result<Bodies, StoreError> {
        let key = (complex, ward.to_owned(), programme);
        if let Some(found) = self.homes.get(&key) {
            return Ok(*found);
        }
        let found = bodies::for_case(rx, Some(complex), ward, programme, seoul::day(self.now))?;
        self.homes.insert(key, found);
        Ok(found)
    }

    fn events(&mut self, rx: &mut Rx<'_>, progress: Progress<'_>) -> Result<(), StoreError> {
        let (ledger, Some(events)) = (self.ledger, self.ledger.events) else { return Ok(()) };
        for (done, row) in events.rows.iter().enumerate() {
            if done % TELL_EVERY == 0 {
                progress("기록 살피기", done, events.rows.len());
            }
            let (now, legacy) = (self.now, ledger.legacy);
            let line = |case: &Case| Event {
                seq: case.last_seq + 1,
                at: row.at,
                recorded_at: now,
                by: ledger.by,
                by_role: if ledger.by.is_some() { Hat::Desk } else { Hat::Clock }.code().to_owned(),
                step: Step::Recorded {
                    event: row.mark.event().to_owned(),
                    detail: row.mark.detail().to_owned(),
                    legacy,
                },
                late: false,
                voided: false,
            };
            let judged = match self.targets.get_mut(&row.reference) {
                Some(Target::New(index)) => self.plan.new.get_mut(*index).map(|one| {
                    let line = line(&one.case);
                    one.case.after(&line).map(|after| {
                        one.case = after;
                        one.events.push(line);
                    })
                }),
                Some(Target::Known { id, recorded, extended }) => {
                    if let Some(left) = recorded.get_mut(&(row.at, row.mark.clone()))
                        && *left > 0
                    {
                        *left -= 1;
                        self.plan.summary.events_known += 1;
                        continue;
                    }
                    let index = match extended {
                        Some(index) => *index,
                        None => {
                            let more = Extended::of(rx, *id, legacy)?;
                            let index = *extended.insert(self.plan.extended.len());
                            self.plan.extended.push(more);
                            index
                        }
                    };
                    self.plan.extended.get_mut(index).map(|one| {
                        let line = line(&one.after);
                        one.after.after(&line).map(|after| {
                            one.after = after;
                            one.lines.push(line);
                        })
                    })
                }
                None if self.left_out.contains(row.reference.as_str()) => continue,
                None => {
                    let what = "사건 파일에도 이음에도 없는 번호입니다";
                    self.wrong(ledger.events_file, row.line, "ref", what);
                    continue;
                }
            };
            match judged {
                Some(Err(refused)) => {
                    self.wrong(ledger.events_file, row.line, column_of(refused.code), refused.sentence);
                }
                _ => self.plan.summary.events_added += 1,
            }
        }
        Ok(())
    }

    fn finish(mut self) -> Result<CasePlan, ImportError> {
        if !self.problems.is_empty() {
            // The cases' file first, then the events', each in its order of lines.
            let events_file = self.ledger.events_file;
            self.problems.sort_by_key(|problem| (problem.file == events_file, problem.line));
            return Err(ImportError::Problems(self.problems));
        }
        self.plan.extended.retain(|one| !one.lines.is_empty());
        let summary = &mut self.plan.summary;
        summary.added = self.plan.new.len();
        for one in &self.plan.new {
            if !one.case.history.missing().is_empty() {
                summary.missing.push((one.ledger_ref.clone(), one.case.history.missing().to_vec()));
            }
        }
        Ok(self.plan)
    }
}

impl Extended {
    fn of(rx: &mut Rx<'_>, id: CaseId, legacy: bool) -> Result<Self, StoreError> {
        let before = cases::find_id(rx, &Scope { all: true, ..Scope::default() }, id)?;
        let mut after = before.clone();
        if legacy && !after.intake.legacy {
            after.intake.legacy = true;
            after.history = after.history.legacy();
        }
        Ok(Self { before, after, lines: Vec::new() })
    }
}

/// The column to look at for a refused event.
fn column_of(code: &str) -> &'static str {
    match code {
        "time_backwards" => "at",
        code if code.starts_with("outcome_") => "detail",
        _ => "event",
    }
}

/// The first column in which a row differs from the case that is there.
fn difference(row: &CaseRow, filed: &Filed) -> Option<&'static str> {
    let checks = [
        ("complex_code", row.complex_code == filed.complex_code),
        ("received_at", row.received_at == filed.received_at),
        ("channel", row.channel == filed.channel),
        ("cause", row.cause == filed.cause),
        ("position", row.position == filed.position),
        ("applicant_unit", same_door(row.applicant_unit.as_deref(), &filed.applicants, true)),
        (
            "respondent_unit",
            same_door(row.respondent_unit.as_deref(), &filed.respondents, filed.filed_with_respondent_unit),
        ),
    ];
    checks.into_iter().find(|(_, same)| !same).map(|(column, _)| column)
}

/// The door as it was filed, or as it is known now. One that was destroyed cannot be compared any more.
fn same_door(written: Option<&str>, doors: &[Door], filed_with: bool) -> bool {
    let Some(written) = written else { return doors.is_empty() || !filed_with };
    let key = Unit::from_ledger(written).key();
    doors.first().into_iter().chain(doors.last()).any(|door| match door {
        Door::Known(unit) => unit.key() == key,
        Door::Destroyed(_) => true,
    })
}

/// Writes what was planned.
///
/// # Errors
/// `Conflict` when a case was changed meanwhile; database errors.
pub fn save_cases(
    tx: &mut Tx<'_>,
    mut plan: CasePlan,
    now: DateTime<Utc>,
    progress: Progress<'_>,
) -> Result<Summary, StoreError> {
    let mut by_year: BTreeMap<i32, i64> = BTreeMap::new();
    for one in &plan.new {
        *by_year.entry(seoul::day(one.case.intake.received_at).year()).or_default() += 1;
    }
    let mut next: HashMap<i32, i64> = HashMap::new();
    for (year, n) in by_year {
        next.insert(year, bulk::reserve(tx, year, n)?);
    }
    for one in &mut plan.new {
        let year = seoul::day(one.case.intake.received_at).year();
        let number = next.entry(year).or_insert(1);
        one.case.number = format!("{year}-{number:04}");
        *number += 1;
    }
    let total = plan.new.len();
    let mut done = 0;
    for some in plan.new.chunks(TELL_EVERY) {
        progress("사건 저장", done, total);
        let sealed = some.iter().map(|one| bulk::seal(tx, one.clone())).collect::<Result<Vec<_>, _>>()?;
        done += bulk::insert(tx, &sealed, now)?;
    }
    for (done, one) in plan.extended.iter().enumerate() {
        if done % TELL_EVERY == 0 {
            progress("기록 잇기", done, plan.extended.len());
        }
        bulk::extend(tx, &one.before, &one.after, &one.lines, now)?;
    }
    if total >= MANY {
        bulk::settle(tx)?;
    }
    Ok(plan.summary)
}
