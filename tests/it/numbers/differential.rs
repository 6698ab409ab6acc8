//! Random histories: Rust and Python must agree on which events are allowed and on every figure.
use ieum::domain::codes::{Basis, Dimension};
use ieum::domain::history::History;
use ieum::domain::indicators::{CaseFacts, Question, Scope, report};
use ieum::domain::seoul;
use ieum::exchange::{self, CaseRow, ComplexRow, EventRow};
use serde_json::Value;
use std::collections::HashMap;
use std::path::Path;
use std::process::Command;

/// Ledgers per run; each asks six reports.
pub(crate) const LEDGERS: u32 = 60;

pub(crate) fn facts(complexes: &[ComplexRow], cases: &[CaseRow], events: &[EventRow]) -> Vec<CaseFacts> {
    let places: HashMap<&str, &ComplexRow> = complexes.iter().map(|row| (row.code.as_str(), row)).collect();
    let mut histories: HashMap<&str, Vec<_>> = HashMap::new();
    for event in events {
        histories.entry(&event.reference).or_default().push((event.at, event.mark.clone()));
    }
    let facts = cases.iter().map(|case| {
        let place = places[case.complex_code.as_str()];
        let pair = case.applicant_unit.as_ref().zip(case.respondent_unit.as_ref());
        CaseFacts {
            complex: place.code.clone(),
            dong: place.dong_code.clone(),
            committee: place.committee,
            programme: place.programme.clone().unwrap_or_default(),
            cause: case.cause,
            position: case.position,
            channel: case.channel,
            received_at: case.received_at,
            has_applicant_unit: case.applicant_unit.is_some(),
            has_respondent_unit: case.respondent_unit.is_some(),
            recurs: None,
            pair: pair
                .map(|(mine, theirs)| format!("{}|{}|{}", place.code, mine.min(theirs), mine.max(theirs))),
            events: histories.remove(case.reference.as_str()).unwrap_or_default(),
        }
    });
    facts.collect()
}

pub(crate) fn read<T>(folder: &Path, name: &str, parse: fn(&str, &[u8]) -> exchange::Parsed<T>) -> Vec<T> {
    let parsed = parse(name, &std::fs::read(folder.join(name)).unwrap());
    assert!(parsed.problems.is_empty(), "{:?}", parsed.problems);
    parsed.rows
}

/// The question that an expected report answers.
pub(crate) fn question(asked: &Value) -> Question {
    let day = |name: &str| seoul::parse_day(asked[name].as_str().unwrap()).unwrap();
    Question {
        from: day("from"),
        to: day("to"),
        basis: Basis::from_code(asked["basis"].as_str().unwrap()).unwrap(),
        as_of: seoul::parse(asked["as_of"].as_str().unwrap()).unwrap(),
        by: asked["by"].as_str().map(|by| Dimension::from_code(by).unwrap()),
        scope: asked["scope"].as_str().map(Scope::parse),
    }
}

/// Every place where two reports differ. Floats agree to nine digits; a count of 0 may be left out.
pub(crate) fn differences(ours: &Value, theirs: &Value, path: &str, found: &mut Vec<String>) {
    match (ours, theirs) {
        (Value::Object(one), Value::Object(other)) => {
            let sparse = path.ends_with("outcomes") || path.ends_with("excluded");
            let nothing = if sparse { Value::from(0) } else { Value::from("absent") };
            for key in one.keys().chain(other.keys().filter(|key| !one.contains_key(*key))) {
                if key == "definition_version" || key == "as_of" {
                    continue;
                }
                let (one, other) = (one.get(key).unwrap_or(&nothing), other.get(key).unwrap_or(&nothing));
                differences(one, other, &format!("{path}/{key}"), found);
            }
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            for (index, (one, other)) in one.iter().zip(other).enumerate() {
                differences(one, other, &format!("{path}/{index}"), found);
            }
        }
        _ => {
            let close = matches!((ours.as_f64(), theirs.as_f64()), (Some(one), Some(other))
                if (one - other).abs() <= 1e-9 * one.abs().max(other.abs()) + 1e-12);
            if !close && ours != theirs {
                found.push(format!("{path}: ours {ours}, theirs {theirs}"));
            }
        }
    }
}

/// A folder of its own under the target directory, made by running the generator.
pub(crate) fn generated(first_seed: u32) -> std::path::PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("ledgers-{first_seed}"));
    let _ = std::fs::remove_dir_all(&folder);
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/oracle/random_ledger.py");
    let status = Command::new("python3")
        .arg(script)
        .arg(&folder)
        .args([first_seed.to_string(), LEDGERS.to_string()])
        .status()
        .unwrap();
    assert!(status.success());
    folder
}

#[test]
fn numbers_rust_and_python_agree_on_random_ledgers() {
    let folder = generated(1);
    let mut compared = 0;
    for seed in 1..=LEDGERS {
        let here = folder.join(seed.to_string());
        let complexes = read(&here, "complexes.csv", exchange::complexes);
        let cases = read(&here, "cases.csv", exchange::cases);
        let events = read(&here, "events.csv", exchange::events);
        let verdicts = std::fs::read_to_string(here.join("verdicts.txt")).unwrap();
        let mut histories: HashMap<&str, History> = HashMap::new();
        for case in &cases {
            let new =
                History::new(case.received_at, case.applicant_unit.is_some(), case.respondent_unit.is_some());
            histories.insert(&case.reference, if seed % 2 == 0 { new.legacy() } else { new });
        }
        let mut admitted = Vec::new();
        for (event, verdict) in events.iter().zip(verdicts.lines()) {
            let history = histories.get_mut(event.reference.as_str()).unwrap();
            let ours = history.push(event.at, event.mark.clone());
            assert_eq!(
                ours.is_ok(),
                verdict == "ok",
                "ledger {seed}, line {}: {event:?}: {ours:?}",
                event.line
            );
            if ours.is_ok() {
                admitted.push(event.clone());
            }
        }
        let facts = facts(&complexes, &cases, &admitted);
        let expected: Value =
            serde_json::from_str(&std::fs::read_to_string(here.join("expected.json")).unwrap()).unwrap();
        for answer in expected.as_array().unwrap() {
            let asked = &answer["question"];
            let ours = report(&facts, &question(asked));
            let json: Value = serde_json::from_str(&exchange::report::json(&ours).unwrap()).unwrap();
            let mut found = Vec::new();
            differences(&json, &answer["report"], "", &mut found);
            assert!(found.is_empty(), "ledger {seed}, {asked}: {found:#?}");
            let all = std::iter::once(&ours.figures).chain(ours.rows.iter().map(|row| &row.figures));
            assert!(all.map(|figures| figures.ledger).all(|ledger| ledger.balances()));
            compared += 1;
        }
    }
    assert_eq!(compared, LEDGERS * 6);
}
