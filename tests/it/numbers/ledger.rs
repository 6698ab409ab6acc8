//! The pilot dongs' ledger in `tests/data`: real enough to demonstrate with, and exactly what its script makes.
use super::differential::{differences, facts, question};
use ieum::domain::history::History;
use ieum::domain::indicators::report;
use ieum::exchange;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::Command;

pub(crate) fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)
}

fn python(script: &str, arguments: &[&str]) -> Vec<u8> {
    let output = Command::new("python3").arg(data("..").join(script)).args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// What the second computation says of the ledger's three files.
pub(crate) fn oracle(asked: &Value) -> Value {
    oracle_of(&data(""), asked)
}

/// What it says of the three files of a folder.
pub(crate) fn oracle_of(folder: &Path, asked: &Value) -> Value {
    let mut arguments: Vec<String> = Vec::new();
    for name in ["complexes", "cases", "events"] {
        arguments.extend([format!("--{name}"), folder.join(format!("{name}.csv")).display().to_string()]);
    }
    for name in ["from", "to", "basis", "as_of", "by", "scope"] {
        if let Some(value) = asked[name].as_str() {
            arguments.extend([format!("--{}", name.replace('_', "-")), value.to_owned()]);
        }
    }
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    serde_json::from_slice(&python("oracle/indicators.py", &arguments)).unwrap()
}

/// Questions worth asking of the ledger.
pub(crate) fn questions() -> Vec<Value> {
    let year = |basis: &str, by: Value, scope: Value| json!({"from": "2025-01-01", "to": "2026-01-01", "basis": basis, "as_of": "2026-11-01 00:00", "by": by, "scope": scope});
    vec![
        year("closing", Value::Null, Value::Null),
        year("cohort", Value::Null, Value::Null),
        year("closing", json!("dong"), json!("11410")),
        year("cohort", json!("cause"), json!("1141052000")),
        year("closing", json!("committee"), Value::Null),
        year("closing", json!("programme"), Value::Null),
        year("cohort", json!("complex"), Value::Null),
        year("closing", json!("position"), json!("BGJ-01")),
        json!({"from": "2026-07-01", "to": "2026-10-01", "basis": "cohort", "as_of": "2026-10-15 12:30:00", "by": "channel", "scope": null}),
    ]
}

#[test]
fn numbers_the_ledger_is_what_its_script_makes() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("ledger-made");
    std::fs::create_dir_all(&folder).unwrap();
    python("data/make_ledger.py", &[folder.to_str().unwrap()]);
    for name in ["complexes.csv", "cases.csv", "events.csv"] {
        assert_eq!(std::fs::read(data(name)).unwrap(), std::fs::read(folder.join(name)).unwrap(), "{name}");
    }
}

#[test]
fn numbers_the_ledger_is_legal_and_counted_alike_twice() {
    let read = |name: &str| std::fs::read(data(name)).unwrap();
    let complexes = exchange::complexes("complexes.csv", &read("complexes.csv"));
    let cases = exchange::cases("cases.csv", &read("cases.csv"));
    let events = exchange::events("events.csv", &read("events.csv"));
    assert!(complexes.problems.is_empty() && cases.problems.is_empty() && events.problems.is_empty());
    assert!(cases.rows.len() >= 300);
    let mut histories: HashMap<&str, History> = HashMap::new();
    for case in &cases.rows {
        let (mine, theirs) = (case.applicant_unit.is_some(), case.respondent_unit.is_some());
        histories.insert(&case.reference, History::new(case.received_at, mine, theirs));
    }
    for event in &events.rows {
        let history = histories.get_mut(event.reference.as_str()).unwrap();
        history.push(event.at, event.mark.clone()).unwrap_or_else(|why| panic!("{event:?}: {why}"));
    }
    let facts = facts(&complexes.rows, &cases.rows, &events.rows);
    for asked in questions() {
        let ours: Value =
            serde_json::from_str(&exchange::report::json(&report(&facts, &question(&asked))).unwrap())
                .unwrap();
        let mut found = Vec::new();
        differences(&ours, &oracle(&asked), "", &mut found);
        assert!(found.is_empty(), "{asked}: {found:#?}");
    }
}

#[test]
fn numbers_the_ledger_has_the_published_shape() {
    use chrono::Datelike;
    let cases = exchange::cases("cases.csv", &std::fs::read(data("cases.csv")).unwrap()).rows;
    let share = |is: &dyn Fn(&exchange::CaseRow) -> bool| {
        100.0 * f64::from(u32::try_from(cases.iter().filter(|case| is(case)).count()).unwrap())
            / f64::from(u32::try_from(cases.len()).unwrap())
    };
    let day = |case: &exchange::CaseRow| ieum::domain::seoul::day(case.received_at);
    let near = |what: &str, is: f64, published: f64, give: f64| {
        assert!((is - published).abs() <= give, "{what}: {is:.1} %, published {published} %");
    };
    near("footfall", share(&|case| case.cause.code() == "footfall"), 68.0, 6.0);
    near("above", share(&|case| case.position.code() == "above"), 77.0, 6.0);
    near("below", share(&|case| case.position.code() == "below"), 17.5, 5.0);
    near("telephone", share(&|case| case.channel.code() == "phone"), 70.0, 7.0);
    near("Monday", share(&|case| day(case).weekday() == chrono::Weekday::Mon), 23.5, 4.0);
    let winter = share(&|case| matches!(day(case).month(), 12 | 1 | 2));
    let summer = share(&|case| matches!(day(case).month(), 6..=8));
    assert!((1.6..2.5).contains(&(winter / summer)), "winter {winter:.1} %, summer {summer:.1} %");
}
