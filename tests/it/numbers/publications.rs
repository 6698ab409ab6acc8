//! Tables published one after the other, months in quarters in years, late entries and second versions among them: an attacker who holds
//! all of them together must not compute what any of them hides.
use crate::dice::Dice;
use chrono::{DateTime, Duration, NaiveDate, Utc};
use ieum::domain::codes::{Basis, Cause, Channel, CommitteeKind, Dimension, PeriodKind, Position};
use ieum::domain::indicators::{CaseFacts, Earlier, Question, Report, hidden, hidden_beside, report};
use ieum::domain::mark::Mark;
use ieum::domain::publication::{Period, beside, slices, within};
use ieum::domain::seoul;
use ieum::exchange;
use serde_json::{Value, json};
use std::process::Command;

/// A case of one of the dongs (the first ones have most), and the step of publishing at which it has been typed in.
fn case(dice: &mut Dice, dongs: u64, steps: u64, long: bool) -> (u64, CaseFacts) {
    let (begin, days) = if long { ("2021-01-01", 1800) } else { ("2025-01-01", 480) };
    let received =
        seoul::midnight(day(begin)) + Duration::hours(i64::try_from(dice.below(24 * days)).unwrap());
    let mut events = Vec::new();
    let mut put =
        |at: DateTime<Utc>, event: &str, detail: &str| events.push((at, Mark::parse(event, detail).unwrap()));
    let mut now = received;
    let mut go = |dice: &mut Dice, days: u64| {
        now += Duration::hours(i64::try_from(1 + dice.below(24 * days)).unwrap());
        now
    };
    put(go(dice, 5), "first_contact", "");
    let invited = dice.below(10) < 6;
    if invited {
        put(go(dice, 9), "invited", "");
    }
    if dice.below(10) < 6 {
        put(go(dice, 9), "respondent_contacted", "");
    }
    let agreed = invited && dice.below(10) < 4;
    if agreed {
        put(go(dice, 6), "consented", "applicant");
        put(go(dice, 6), "consented", "respondent");
        put(go(dice, 20), "session_held", "joint");
    }
    let outcome = match dice.below(12) {
        0..3 if agreed => "settled",
        0..6 => "counselled",
        6 | 7 => "ceased",
        8 => "withdrawn",
        9 => "transferred",
        10 => "moved_out",
        _ => "",
    };
    if outcome == "settled" {
        put(go(dice, 9), "agreement", "full");
    }
    if outcome == "ceased" && dice.below(2) == 0 {
        put(go(dice, 9), "confirmed", "");
    }
    if !outcome.is_empty() {
        put(go(dice, 40), "closed", outcome);
        if outcome == "settled" {
            put(go(dice, 30), "followup", if dice.below(4) == 0 { "broken" } else { "kept" });
        }
        if dice.below(12) == 0 {
            put(go(dice, 60), "reopened", "again");
            put(go(dice, 40), "closed", "withdrawn");
        }
    }
    let dong = dice.below(dongs).min(dice.below(dongs));
    let typed = if dice.below(25) == 0 { dice.below(steps) } else { 0 };
    let facts = CaseFacts {
        complex: "C1".into(),
        dong: format!("11410{dong:05}"),
        committee: CommitteeKind::Resident,
        programme: String::new(),
        cause: Cause::Footfall,
        position: Position::Above,
        channel: if dice.below(9) == 0 { Channel::Transfer } else { Channel::Phone },
        received_at: received,
        has_applicant_unit: dice.below(20) > 0,
        has_respondent_unit: dice.below(5) > 0,
        pair: None,
        recurs: (dice.below(3) > 0).then(|| dice.below(4) == 0),
        events,
    };
    (typed, facts)
}

fn day(text: &str) -> NaiveDate {
    seoul::parse_day(text).unwrap()
}

fn counted(cases: &[CaseFacts], (from, to): (NaiveDate, NaiveDate)) -> Report {
    let as_of = seoul::midnight(day("2027-01-01"));
    report(
        cases,
        &Question { from, to, basis: Basis::Closing, as_of, by: Some(Dimension::Dong), scope: None },
    )
}

/// What would be published of a period.
fn table(cases: &[CaseFacts], period: &Period) -> Report {
    let mut report = counted(cases, (period.from, period.to));
    if period.by().is_none() {
        report.rows.clear();
    }
    report
}

/// What is published, in this order: most of it when it is over, some later, some twice.
fn course(dice: &mut Dice) -> Vec<Period> {
    let mut all: Vec<(i64, Period)> = Vec::new();
    let until = day("2026-05-01");
    for kind in [PeriodKind::Month, PeriodKind::Quarter, PeriodKind::Half, PeriodKind::Year] {
        for period in Period::lately(kind, until, 16) {
            let skipped = if kind == PeriodKind::Month { 5 } else { 8 };
            if period.from < day("2025-01-01") || dice.below(10) >= skipped {
                continue;
            }
            let days = (period.to - until).num_days();
            let late = if dice.below(5) == 0 { i64::try_from(dice.below(200)).unwrap() } else { 0 };
            all.push((days + late, period));
            if dice.below(3) == 0 {
                all.push((days + late + 20 + i64::try_from(dice.below(100)).unwrap(), period));
            }
        }
    }
    all.push((-20, Period::of_programme(day("2025-03-10"), day("2026-02-20"))));
    all.sort_by_key(|(when, period)| (*when, period.to - period.from));
    all.into_iter().map(|(_, period)| period).collect()
}

/// A programme of five years, and its first year after it.
fn five_years() -> Vec<Period> {
    let year = |year: i32| {
        Period::beginning(PeriodKind::Year, NaiveDate::from_ymd_opt(year, 1, 1).unwrap()).unwrap()
    };
    let programme = Period::of_programme(day("2021-01-01"), day("2026-01-01"));
    (2022..2026).map(year).chain([programme, year(2021)]).collect()
}

/// A few periods of any kind over five years, in an order of their own, some of them twice.
fn any_few(dice: &mut Dice) -> Vec<Period> {
    let until = day("2026-01-01");
    let mut all: Vec<Period> =
        [(PeriodKind::Year, 5), (PeriodKind::Half, 6), (PeriodKind::Quarter, 8), (PeriodKind::Month, 6)]
            .into_iter()
            .flat_map(|(kind, n)| Period::lately(kind, until, n))
            .collect();
    all.push(Period::of_programme(day("2021-01-01"), until));
    all.push(Period::of_programme(day("2024-03-01"), day("2025-09-01")));
    let n = 3 + dice.below(7);
    let mut found: Vec<Period> = (0..n)
        .map(|_| all[usize::try_from(dice.below(u64::try_from(all.len()).unwrap())).unwrap()])
        .collect();
    if dice.below(3) > 0 {
        found.sort_by_key(|period| (period.to, period.to - period.from));
    }
    found
}

/// Which tables a history publishes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Course {
    Months,
    Years,
    AnyFew,
}

/// One history as the attacker reads it; `alone` hides in each table what it would hide without the others.
fn history(seed: u64, (dongs, cases, which): (u64, u64, Course), alone: bool) -> Value {
    let mut dice = Dice(seed);
    let long = which != Course::Months;
    let course = match which {
        Course::Months => course(&mut dice),
        Course::Years => five_years(),
        Course::AnyFew => any_few(&mut dice),
    };
    let steps = u64::try_from(course.len()).unwrap();
    let all: Vec<(u64, CaseFacts)> = (0..cases).map(|_| case(&mut dice, dongs, steps, long)).collect();
    let known = |step: u64| -> Vec<CaseFacts> {
        all.iter().filter(|(typed, _)| *typed <= step).map(|(_, case)| case.clone()).collect()
    };
    let at_first = known(0);
    let mut published: Vec<(Period, Earlier)> = Vec::new();
    let mut tables = Vec::new();
    for (step, period) in (0..).zip(&course) {
        let known = known(step);
        let own = (period.from, period.to);
        let near = beside(own, published.clone(), |(then, _): &(Period, Earlier)| (then.from, then.to));
        let (near, earlier): (Vec<(NaiveDate, NaiveDate)>, Vec<Earlier>) =
            near.into_iter().map(|(then, table)| ((then.from, then.to), table)).unzip();
        let borders = [near, vec![own]].concat();
        let cut = slices(&borders);
        let exact: Vec<Report> = cut.iter().map(|slice| counted(&known, *slice)).collect();
        let coming: Vec<Report> = within(&cut).into_iter().map(|later| table(&known, &later)).collect();
        let report = table(&known, period);
        let hides = if alone { hidden(&report) } else { hidden_beside(&report, &earlier, &exact, &coming) };
        let shown = exchange::report::suppressed(&report, &hides).unwrap();
        let first = table(&at_first, period);
        tables.push(
            json!({"from": period.from, "to": period.to, "full": report, "shown": shown, "first": first}),
        );
        published.push((*period, Earlier { report, hidden: hides.into_iter().collect() }));
    }
    let borders: Vec<_> = course.iter().map(|period| (period.from, period.to)).collect();
    let last = known(steps);
    let slices: Vec<Report> = slices(&borders).into_iter().map(|slice| counted(&last, slice)).collect();
    json!({"tables": tables, "slices": slices, "cut_later": which == Course::AnyFew})
}

fn attacked(histories: &[Value], name: &str) -> std::process::Output {
    let folder = std::env::temp_dir().join(format!("ieum-publications-{name}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let files: Vec<_> = (0..)
        .zip(histories)
        .map(|(n, history)| {
            let file = folder.join(format!("{n}.json"));
            std::fs::write(&file, history.to_string()).unwrap();
            file
        })
        .collect();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/oracle/publications.py");
    let out = Command::new("python3").arg(script).args(&files).output().unwrap();
    if out.status.success() {
        std::fs::remove_dir_all(&folder).unwrap();
    }
    out
}

#[test]
fn nothing_hidden_follows_from_everything_that_was_published() {
    let sizes = [(5, 400), (6, 1200), (4, 150), (7, 2500), (5, 800)]
        .map(|(dongs, cases)| (dongs, cases, Course::Months));
    let sizes = sizes
        .into_iter()
        .chain([(6, 900), (5, 500), (7, 1500)].map(|(dongs, cases)| (dongs, cases, Course::Years)));
    let histories: Vec<Value> = (1..).zip(sizes).map(|(seed, size)| history(seed, size, false)).collect();
    let out = attacked(&histories, "beside");
    let told = String::from_utf8_lossy(&out.stdout).into_owned();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    println!("{told}");
    // Much is hidden and, beside it, much is told: a rule that hides everything would be no rule.
    let shown = histories.iter().flat_map(|history| history["tables"].as_array().unwrap()).filter(|table| {
        let count = |name: &str| table["shown"]["ledger"][name].is_number();
        count("received") && count("closed") && count("open_at_end")
    });
    let tables: usize = histories.iter().map(|history| history["tables"].as_array().unwrap().len()).sum();
    assert!(shown.count() * 2 > tables, "the ward's own ledger is told in most tables");
}

/// `IEUM_HISTORIES` says how many, `IEUM_FIRST_HISTORY` from which on.
#[test]
#[expect(clippy::disallowed_methods, reason = "how long to look is said from outside")]
fn nothing_hidden_follows_in_any_small_history() {
    let number =
        |name: &str, usual: u64| std::env::var(name).ok().and_then(|n| n.parse().ok()).unwrap_or(usual);
    let first = number("IEUM_FIRST_HISTORY", 1001);
    let seeds = first..first + number("IEUM_HISTORIES", 12);
    let small = |seed: u64| {
        let mut dice = Dice(seed.wrapping_mul(7919));
        // The seeds below were found with one more throw.
        dice.below(2);
        history(seed, (2 + dice.below(5), 40 + dice.below(400), Course::AnyFew), false)
    };
    // These told something once: across a gap between periods, and by a 0 that was printed.
    let histories: Vec<Value> = [24, 220, 272, 274].into_iter().chain(seeds).map(small).collect();
    let out = attacked(&histories, "small");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    println!("{}", String::from_utf8_lossy(&out.stdout));
}

#[test]
fn the_attack_finds_what_tables_hidden_one_by_one_give_away() {
    let out = attacked(&[history(2, (6, 1200, Course::Months), true)], "alone");
    let told = String::from_utf8_lossy(&out.stderr).into_owned();
    assert!(!out.status.success() && told.contains("hidden cells follow"), "{told}");
}

#[test]
fn a_row_that_only_one_version_has_is_no_part_of_the_others_difference() {
    let mut dice = Dice(9);
    let (_, one) = case(&mut dice, 1, 1, false);
    let received_at = seoul::midnight(day("2025-01-10"));
    let cases = |dong: &str, n: usize| {
        let closed = (received_at + Duration::days(3), Mark::parse("closed", "counselled").unwrap());
        let one = CaseFacts { dong: dong.into(), received_at, events: vec![closed], ..one.clone() };
        std::iter::repeat_n(one, n)
    };
    let quarter = (day("2025-01-01"), day("2025-04-01"));
    let first: Vec<CaseFacts> = cases("1141000001", 20).collect();
    // Two more in the first 행정동 must not be told because the whole ward, and so the new 행정동, is.
    let second: Vec<CaseFacts> = cases("1141000001", 22).chain(cases("1141000002", 10)).collect();
    let earlier = Earlier { report: counted(&first, quarter), hidden: std::collections::BTreeSet::new() };
    let report = counted(&second, quarter);
    let exact = [report.clone()];
    let hides = hidden_beside(&report, &[earlier], &exact, &[]);
    let hidden = |pointer: &str| hides.iter().any(|one| one == pointer);
    assert!(hidden("/rows/0/ledger/received") && hidden("/rows/1/ledger/received"), "{hides:?}");
    assert!(!hidden("/ledger/received"), "the ward's line is corrected openly: {hides:?}");
    // And the other way round: of a row that is gone nothing can be hidden.
    let earlier = Earlier { report, hidden: std::collections::BTreeSet::new() };
    let report = counted(&first, quarter);
    let hides = hidden_beside(&report, &[earlier], std::slice::from_ref(&report), &[]);
    assert!(hides.iter().all(|one| !one.starts_with("/rows/1/")), "{hides:?}");
}
