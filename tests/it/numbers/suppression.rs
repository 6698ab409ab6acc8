//! Hidden cells stay hidden: an attacker written from the definitions alone tries to compute them.
use super::differential::{LEDGERS, facts, generated, question, read};
use ieum::domain::codes::{Basis, Dimension};
use ieum::domain::history::History;
use ieum::domain::indicators::{Question, hidden, report};
use ieum::domain::seoul;
use ieum::exchange;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::process::Command;

/// The reports of one generated ledger, whole and without their small cells; `copies` puts that many ledgers into one.
fn pairs(folder: &std::path::Path, seeds: std::ops::Range<u32>) -> Vec<Value> {
    let (mut all, mut asked) = (Vec::new(), Vec::new());
    for seed in seeds {
        let here = folder.join(seed.to_string());
        let complexes = read(&here, "complexes.csv", exchange::complexes);
        let cases = read(&here, "cases.csv", exchange::cases);
        let events = read(&here, "events.csv", exchange::events);
        let mut histories: HashMap<&str, History> = HashMap::new();
        for case in &cases {
            let units = (case.applicant_unit.is_some(), case.respondent_unit.is_some());
            histories.insert(&case.reference, History::new(case.received_at, units.0, units.1).legacy());
        }
        let admitted: Vec<_> = events
            .iter()
            .filter(|event| {
                let history = histories.get_mut(event.reference.as_str()).unwrap();
                history.push(event.at, event.mark.clone()).is_ok()
            })
            .cloned()
            .collect();
        all.extend(facts(&complexes, &cases, &admitted));
        let text = std::fs::read_to_string(here.join("expected.json")).unwrap();
        let expected: Value = serde_json::from_str(&text).unwrap();
        asked.extend(expected.as_array().unwrap().iter().map(|answer| question(&answer["question"])));
    }
    // Besides what was asked at random, one output of each kind: by everything that there is, on both bases.
    let as_of = seoul::midnight(seoul::parse_day("2026-04-01").unwrap());
    let year = ["2025-01-01", "2026-01-01"].map(|day| seoul::parse_day(day).unwrap());
    for basis in Basis::ALL {
        asked.extend(Dimension::ALL.iter().map(|by| {
            let [from, to] = year;
            Question { from, to, basis: *basis, as_of, by: Some(*by), scope: None }
        }));
    }
    let answered = asked.iter().map(|question| {
        let report = report(&all, question);
        let hidden = hidden(&report);
        let shown = exchange::report::suppressed(&report, &hidden).unwrap();
        json!({"full": report, "shown": shown})
    });
    answered.collect()
}

#[test]
fn numbers_that_are_hidden_cannot_be_computed() {
    let folder = generated(1001);
    let mut files = Vec::new();
    let seeds = || (1001..1001 + LEDGERS).step_by(12);
    for first in seeds().chain(seeds()) {
        // One ledger is a small ward; twelve together have cells large enough to be shown.
        let many = files.len() < seeds().count();
        let file = folder.join(format!("pairs-{}.json", files.len()));
        let found = pairs(&folder, first..first + if many { 12 } else { 2 });
        std::fs::write(&file, serde_json::to_string(&found).unwrap()).unwrap();
        files.push(file);
    }
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/oracle/suppression.py");
    let out = Command::new("python3").arg(script).args(&files).output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    println!("{}", String::from_utf8_lossy(&out.stdout));
}
