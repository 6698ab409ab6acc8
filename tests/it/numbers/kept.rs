//! What is kept beside the cases for the ward's overview is what a recount gives, after whatever was done.
use super::import::open;
use crate::databases::fresh;
use crate::dice::Dice;
use chrono::{DateTime, Duration, NaiveDate, Utc};
use ieum::app::simulate;
use ieum::casework::CaseworkError;
use ieum::casework::figures::{overview, recount, recounted, report};
use ieum::casework::import::{self, Ledger};
use ieum::casework::pseudonyms::records;
use ieum::casework::step::{Taking, take_step};
use ieum::domain::codes::{Basis, Dimension, Means, Outcome, ReopenReason, Role, Side, Stage};
use ieum::domain::ids::CaseId;
use ieum::domain::indicators::{Figures, Measure, Question, Scope};
use ieum::domain::permission::{Actor, Grant, Scope as Seen};
use ieum::domain::seoul;
use ieum::domain::simulation::Plan;
use ieum::domain::step::Step;
use ieum::domain::text::Unit;
use ieum::exchange;
use ieum::store::cases::{Filter, Head};
use ieum::store::parties::Details;
use ieum::store::{Db, Rx, StoreError, cases, kept, retention};
use std::collections::BTreeMap;

const WARDS: [&str; 2] = ["90001", "90002"];
const STEPS: usize = 48;

fn day(text: &str) -> NaiveDate {
    seoul::parse_day(text).unwrap()
}

fn now() -> DateTime<Utc> {
    seoul::parse("2026-01-02 10:00").unwrap()
}

/// Everything that a ward's and a dong's page can ask of these 행정동.
fn questions(dongs: &[String]) -> Vec<Question> {
    let scopes = WARDS.map(|ward| Scope::Ward(ward.to_owned())).into_iter();
    let scopes = scopes.chain(dongs.iter().map(|dong| Scope::Dong(dong.clone())));
    let periods = [("2025-01-01", "2026-02-01"), ("2025-05-03", "2025-08-20"), ("2024-01-01", "2024-06-01")];
    let mut found = Vec::new();
    for scope in scopes {
        for (from, to) in periods {
            for basis in [Basis::Closing, Basis::Cohort] {
                let (from, to, scope) = (day(from), day(to), Some(scope.clone()));
                found.push(Question { from, to, basis, as_of: now(), by: None, scope });
            }
        }
    }
    found
}

/// Behind every figure stand as many cases as it says; without a measure, every case of the period once.
fn listed(rx: &mut Rx<'_>, question: &Question, figures: &Figures, after: &str) -> Result<(), StoreError> {
    let every = |rx: &mut Rx<'_>, measure| records(rx, question, measure, None, usize::MAX);
    for measure in Measure::all() {
        let found = every(rx, Some(measure))?.unwrap();
        let times: u32 = found.rows.iter().map(|row| row.times).sum();
        let said = measure.of(figures);
        assert_eq!((found.count, times), (said, said), "after {after}: {measure:?} of {question:?}");
        assert!(found.rows.iter().all(|row| row.times > 0), "{measure:?}");
        if let Measure::Outcome(outcome) = measure
            && question.basis == Basis::Closing
        {
            assert!(found.rows.iter().all(|row| row.outcome == Some(outcome)), "{found:?}");
        }
    }
    let ledger = figures.ledger;
    let at_most = ledger.carried_in + ledger.received + ledger.transferred_in + ledger.reopened;
    let all = every(rx, None)?.unwrap();
    assert!(all.count <= at_most && all.count >= ledger.carried_in + ledger.received, "{all:?}");
    Ok(())
}

/// Both computations of these questions, and the lines against the cases.
fn alike<'q>(db: &Db, asked: impl IntoIterator<Item = &'q Question>, after: &str) {
    let mut asked = asked.into_iter().peekable();
    let asked_first = (*asked.peek().unwrap()).clone();
    for question in asked {
        let since = (seoul::midnight(question.from), seoul::midnight(question.to));
        db.read_here(|rx| {
            let scope = question.scope.as_ref().unwrap();
            assert!(kept::of_scope(rx, scope, since, now())?.is_some(), "the kept lines answer");
            let (ours, theirs) = (overview(rx, question)?, recounted(rx, question)?);
            assert!(ours == theirs, "after {after}: {question:?}\n{ours:#?}\n{theirs:#?}");
            assert!(ours.report.figures.ledger.balances());
            if after == "everything" && matches!(scope, Scope::Ward(_)) {
                listed(rx, question, &ours.report.figures, after)?;
            }
            Ok::<_, StoreError>(())
        })
        .unwrap();
    }
    db.read_here(|rx| nationwide(rx, &asked_first, after)).unwrap();
    let (seen, wrong) = db.read_here(kept::differing).unwrap();
    assert!(seen > 0 && wrong.is_empty(), "after {after}: {wrong:?}");
}

/// A report of everything, cases of no known place too, is added up like a ward's, and is a recount.
fn nationwide(rx: &mut Rx<'_>, question: &Question, after: &str) -> Result<(), StoreError> {
    for by in [None, Some(Dimension::Dong)] {
        let question = Question { scope: None, by, ..question.clone() };
        let period = (seoul::midnight(question.from), seoul::midnight(question.to));
        assert!(kept::everywhere(rx, period, question.as_of, |_| ())?, "the kept lines answer");
        let (ours, theirs) = (report(rx, &question)?, recount(rx, &question)?);
        assert!(ours == theirs, "after {after}: {question:?}\n{ours:#?}\n{theirs:#?}");
    }
    Ok(())
}

fn heads(db: &Db) -> Vec<Head> {
    let all = Seen { all: true, ..Seen::default() };
    db.read_here(|rx| cases::page(rx, &all, &Filter::default(), 5000)).unwrap()
}

fn desk(db: &Db, case: CaseId) -> Actor {
    let all = Seen { all: true, ..Seen::default() };
    let case = db.read_here(|rx| cases::find_id(rx, &all, case)).unwrap();
    let roles = [(Role::Secretary, case.bodies.committee), (Role::Manager, case.bodies.office)];
    let grants =
        roles.into_iter().filter(|(_, body)| body.is_some()).map(|(role, body)| Grant { role, body });
    Actor { grants: grants.collect(), ..Actor::default() }
}

fn try_step(db: &Db, head: &Head, step: Step, at: Option<DateTime<Utc>>) -> Result<(), CaseworkError> {
    let actor = desk(db, head.id);
    let taking = Taking { at, ..step.into() };
    db.write_here(|tx| take_step(tx, &actor, &head.number, taking, now()).map(drop))
}

/// Takes the step in the first of a few open (or closed) cases that allows it.
fn on_some(
    db: &Db,
    heads: &[Head],
    open: bool,
    rolls: &mut Dice,
    step: impl Fn() -> Step,
    at: impl Fn(&Head) -> Option<DateTime<Utc>>,
) -> bool {
    let such: Vec<&Head> = heads.iter().filter(|head| (head.stage != Stage::Closed) == open).collect();
    (0..8).any(|_| {
        let head = *rolls.one(&such);
        try_step(db, head, step(), at(head)).is_ok()
    })
}

/// One more row for the ledger's files: a new case, or an event that continues a known one.
fn rows(db: &Db, case_rows: &str, event_rows: &str) -> bool {
    let case_text = format!(
        "ref,complex_code,received_at,channel,cause,position,applicant_unit,respondent_unit\n{case_rows}"
    );
    let (cases, events) = (
        exchange::cases("c", case_text.as_bytes()),
        exchange::events("e", format!("ref,at,event,detail\n{event_rows}").as_bytes()),
    );
    let ledger = Ledger {
        cases_file: "c",
        cases: &cases,
        events_file: "e",
        events: Some(&events),
        legacy: false,
        committees: None,
        by: None,
    };
    let done = db.write_here(|tx| {
        let plan = import::plan_cases(tx, &ledger, now(), &mut |_, _, _| {})?;
        Ok::<_, import::ImportError>(import::save_cases(tx, plan, now(), &mut |_, _, _| {})?)
    });
    done.is_ok()
}

/// Does one thing to the ledger; says what, and whether it was allowed.
fn act(db: &Db, rolls: &mut Dice, n: usize) -> (&'static str, bool) {
    let heads = heads(db);
    let head = rolls.one(&heads);
    let all = Seen { all: true, ..Seen::default() };
    let minutes = i64::try_from(rolls.below(395 * 24 * 60)).unwrap();
    let some_time = seoul::midnight(day("2024-12-01")) + Duration::minutes(minutes);
    match rolls.below(11) {
        0 => ("a new case", new_case(db, rolls, n, some_time)),
        1 => {
            let event = rolls.one(&[
                "closed,withdrawn",
                "reopened,again",
                "confirmed,",
                "respondent_contacted,",
                "followup,kept",
            ]);
            let reference = db.read_here(|rx| {
                let files = import::export(rx, None)?;
                let rows = exchange::cases("", files.cases.as_bytes()).rows;
                Ok::<_, StoreError>(rows)
            });
            let reference = rolls.one(&reference.unwrap()).reference.clone();
            let at = seoul::print(now() - Duration::hours(i64::try_from(rolls.below(30)).unwrap()));
            ("an imported event", rows(db, "", &format!("{reference},{at},{event}\n")))
        }
        2 => {
            let case = db.read_here(|rx| cases::find_id(rx, &all, head.id)).unwrap();
            let Some((line, at, _)) = case.marks.last().cloned() else { return ("a line struck", false) };
            let void = rolls.below(3) > 0;
            let moved_to = (!void).then_some(at - Duration::hours(5));
            let step = Step::Correct { line, moved_to, void, reason: "잘못 적음".to_owned() };
            (if void { "a line struck" } else { "a line moved" }, try_step(db, head, step, None).is_ok())
        }
        3 | 4 => {
            let step =
                || Step::Counsel { side: Side::Applicant, means: Means::Phone, summary: "들음".to_owned() };
            let soon = |head: &Head| Some(head.received_at.and_utc() + Duration::minutes(1));
            ("a late talk", on_some(db, &heads, true, rolls, step, soon))
        }
        5 => {
            let step =
                || Step::Close { outcome: Outcome::Withdrawn, reason: "취하함".to_owned(), by: None };
            ("a closing", on_some(db, &heads, true, rolls, step, |_| None))
        }
        6 => {
            let step = || Step::Reopen { reason: ReopenReason::Again, note: String::new() };
            ("a reopening", on_some(db, &heads, false, rolls, step, |_| None))
        }
        7 => {
            let strikes = rolls.below(2) == 0;
            let of: Vec<&Head> = heads.iter().filter(|head| head.stage != Stage::Closed).collect();
            let done = (0..8).any(|_| {
                let (head, door) = (*rolls.one(&of), rolls.below(3));
                another_door(db, head, door, strikes)
            });
            (if strikes { "another door, struck" } else { "another door" }, done)
        }
        8 => ("a file destroyed", db.write_here(|tx| retention::destroy_file(tx, head.id)).is_ok()),
        9 => ("a person put right", (0..8).any(|_| put_right(db, rolls.one(&heads)))),
        _ => ("a door forgotten", db.write_here(|tx| retention::drop_unit_hash(tx, head.id)).is_ok()),
    }
}

/// A new row of the ledger, every other one with its end.
fn new_case(db: &Db, rolls: &mut Dice, n: usize, at: DateTime<Utc>) -> bool {
    let code = format!("S{:08}", rolls.below(100));
    let (unit, other) = (101 + rolls.below(3), 201 + rolls.below(3));
    let channel = rolls.one(&["phone", "transfer", "online"]);
    let row =
        format!("x{n},{code},{},{channel},footfall,above,101동 {unit}호,101동 {other}호\n", seoul::print(at));
    let end = at + Duration::days(9);
    let events = format!("x{n},{},closed,counselled\n", seoul::print(end));
    rows(db, &row, if end < now() && n.is_multiple_of(2) { &events } else { "" })
}

/// The applicant's particulars are put right.
fn put_right(db: &Db, head: &Head) -> bool {
    let reason = "잘못 들음".to_owned();
    let step = Step::AmendPerson { side: Side::Applicant, reason, unit_known: false };
    let unit = Unit::read("102", "505").ok();
    let person = Some(Details { name: "김새로".to_owned(), unit, ..Details::default() });
    let (actor, taking) = (desk(db, head.id), Taking { person, ..step.into() });
    db.write_here(|tx| take_step(tx, &actor, &head.number, taking, now())).is_ok()
}

/// Another door is found to be the respondent's; `strikes`: and that line is struck again.
fn another_door(db: &Db, head: &Head, door: u64, strikes: bool) -> bool {
    let actor = desk(db, head.id);
    let step = Step::ChangeRespondent { replaces: true, reason: "다른 집".to_owned(), unit_known: false };
    let unit = Unit::read("101", &(201 + door).to_string()).ok();
    let taking = Taking { person: Some(Details { unit, ..Details::default() }), ..step.into() };
    let done = db.write_here(|tx| take_step(tx, &actor, &head.number, taking, now()));
    let Ok(taken) = done else { return false };
    let void = Step::Correct { line: taken.seq, moved_to: None, void: true, reason: "아님".to_owned() };
    !strikes || try_step(db, head, void, None).is_ok()
}

#[test]
fn numbers_what_is_kept_is_a_recount_after_every_step() {
    for (fresh, seed) in fresh().iter().zip([3, 4]) {
        let db = open(fresh);
        let plan = Plan { complexes: 100, years: 1, seed, until: day("2026-01-01") };
        simulate::run(&db, &plan, 12, &mut |_, _| {}).unwrap();
        let dongs = [plan.places()[3].dong_code.clone(), plan.places()[90].dong_code.clone()];
        let questions = questions(&dongs);
        alike(&db, questions.iter().step_by(3), "the simulation");
        let (mut rolls, mut done) = (Dice(seed), BTreeMap::new());
        for n in 0..STEPS {
            let (what, allowed) = act(&db, &mut rolls, n);
            *done.entry(what).or_insert(0) += u32::from(allowed);
            // Two of them each time, others the next.
            alike(&db, questions.iter().cycle().skip(n * 2).take(2), what);
        }
        alike(&db, questions.iter().skip(1).step_by(2), "everything");
        assert!(done.values().all(|n| *n > 0), "everything was done at least once: {done:?}");
        assert!(done.len() >= 10, "{done:?}");
    }
}

#[test]
fn numbers_what_happens_after_the_moment_asked_for_is_recounted() {
    for fresh in fresh() {
        let db = open(&fresh);
        super::import::pilot(&db);
        let ward = Some(Scope::Ward("11410".to_owned()));
        let asked = |as_of: &str| Question {
            from: day("2025-01-01"),
            to: day("2026-01-01"),
            basis: Basis::Closing,
            as_of: seoul::parse(as_of).unwrap(),
            by: None,
            scope: ward.clone(),
        };
        let period = (seoul::midnight(day("2025-01-01")), seoul::midnight(day("2026-01-01")));
        for (as_of, answers) in [("2025-07-01 00:00", false), ("2027-01-01 00:00", true)] {
            let question = asked(as_of);
            db.read_here(|rx| {
                let kept = kept::of_scope(rx, ward.as_ref().unwrap(), period, question.as_of)?;
                assert_eq!(kept.is_some(), answers, "{as_of}");
                assert!(overview(rx, &question)? == recounted(rx, &question)?, "{as_of}");
                Ok::<_, StoreError>(())
            })
            .unwrap();
        }
    }
}

#[test]
fn numbers_a_kept_line_that_is_wrong_is_found_and_made_again() {
    for fresh in fresh() {
        let db = open(&fresh);
        super::import::pilot(&db);
        let id = heads(&db)[7].id;
        for harm in [
            format!("UPDATE case_figures SET flags = flags + 1 WHERE case_id = {} AND ord = 0", id.0),
            format!("DELETE FROM case_figures WHERE case_id = {}", id.0),
        ] {
            fresh.run(&harm);
            assert_eq!(db.read_here(kept::differing).unwrap().1, [id], "{harm}");
            db.write_here(|tx| kept::keep(tx, id)).unwrap();
            assert_eq!(db.read_here(kept::differing).unwrap(), (440, Vec::new()));
        }
    }
}

#[test]
fn two_homes_meet_again_within_a_year_to_the_second() {
    const TIMES: [(&str, &str, &str); 8] = [
        // Exactly 365 days; a second more; at the same moment; never before.
        ("A", "1", "2025-01-10 09:00:00"),
        ("A", "1", "2026-01-10 09:00:00"),
        ("B", "2", "2025-01-10 09:00:00"),
        ("B", "2", "2026-01-10 09:00:01"),
        ("C", "3", "2026-01-10 09:00:00"),
        ("C", "3", "2026-01-10 09:00:00"),
        ("D", "4", "2026-01-10 09:00:00"),
        ("E", "5", "2026-01-11 09:00:00"),
    ];
    let header = "ref,complex_code,received_at,channel,cause,position,applicant_unit,respondent_unit\n";
    let row = |(n, (pair, door, at)): (usize, &(&str, &str, &str))| {
        format!("{pair}{n},P,{at},phone,footfall,above,101-{door}01,101-{door}02\n")
    };
    let cases: String = std::iter::once(header.to_owned()).chain(TIMES.iter().enumerate().map(row)).collect();
    let places = "code,name,dong_code,households,approved_on,permit,tenure,committee,programme\nP,피 아파트,9000151500,900,2001-01-01,plan,sale,none,\n";
    for fresh in fresh() {
        let db = open(&fresh);
        super::import::complexes(&db, places.as_bytes()).unwrap();
        super::import::cases(&db, cases.as_bytes(), b"ref,at,event,detail\n", false).unwrap();
        for by in [None, Some(Dimension::Dong)] {
            let (from, to, scope) = (day("2026-01-01"), day("2026-02-01"), Some(Scope::Ward("90001".into())));
            let as_of = seoul::parse("2026-03-01 10:00").unwrap();
            let question = Question { from, to, basis: Basis::Cohort, as_of, by, scope };
            let kept = db.read_here(|rx| report(rx, &question)).unwrap();
            assert_eq!((kept.figures.recurrence.numerator, kept.figures.recurrence.denominator), (3, 6));
            assert_eq!(kept, db.read_here(|rx| recount(rx, &question)).unwrap());
        }
    }
}
