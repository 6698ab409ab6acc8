//! Importing, exporting and reporting through both databases, compared with the second computation.
use super::differential::{LEDGERS, differences, generated, question};
use super::ledger::{data, oracle, questions};
use crate::databases::{Fresh, fresh};
use crate::world::visible_ids;
use chrono::{DateTime, Utc};
use ieum::casework::figures;
use ieum::casework::import::{self, ImportError, Ledger, Summary};
use ieum::domain::case::CaseRules;
use ieum::domain::seoul;
use ieum::exchange;
use ieum::store::vault::Vault;
use ieum::store::{Db, Pools, migrate};
use serde_json::Value;
use std::path::Path;

/// A migrated database with the ward's dongs.
pub(crate) fn open(fresh: &Fresh) -> Db {
    migrate(&fresh.target).unwrap();
    let pools = Pools { readers: 2, pg_writers: 2, synchronous: "OFF".into(), ..Pools::default() };
    let vault = Vault::from_base64(&Vault::generate()).unwrap();
    let db = Db::open(&fresh.target, &pools, vault, CaseRules::default()).unwrap();
    db.write_here(import::seed_dongs).unwrap();
    db
}

pub(crate) fn now() -> DateTime<Utc> {
    seoul::parse("2026-11-22 09:00").unwrap()
}

pub(crate) fn complexes(db: &Db, bytes: &[u8]) -> Result<Summary, ImportError> {
    db.write_here(|tx| {
        let plan = import::plan_complexes(tx, "complexes.csv", &exchange::complexes("complexes.csv", bytes))?;
        import::save_complexes(tx, &plan, now())?;
        Ok(plan.summary)
    })
}

pub(crate) fn cases(db: &Db, cases: &[u8], events: &[u8], legacy: bool) -> Result<Summary, ImportError> {
    let cases = exchange::cases("cases.csv", cases);
    let events = exchange::events("events.csv", events);
    let ledger = Ledger {
        cases_file: "cases.csv",
        cases: &cases,
        events_file: "events.csv",
        events: Some(&events),
        legacy,
        committees: None,
        by: None,
    };
    db.write_here(|tx| {
        let plan = import::plan_cases(tx, &ledger, now(), &mut |_, _, _| {})?;
        Ok(import::save_cases(tx, plan, now(), &mut |_, _, _| {})?)
    })
}

fn read(name: &str) -> Vec<u8> {
    std::fs::read(data(name)).unwrap()
}

pub(crate) fn pilot(db: &Db) -> Summary {
    complexes(db, &read("complexes.csv")).unwrap();
    cases(db, &read("cases.csv"), &read("events.csv"), false).unwrap()
}

fn report(db: &Db, asked: &Value) -> Value {
    let report = db.read_here(|rx| figures::report(rx, &question(asked))).unwrap();
    serde_json::from_str(&exchange::report::json(&report).unwrap()).unwrap()
}

#[test]
fn numbers_the_pilot_ledger_counts_alike_in_both_databases() {
    for fresh in fresh() {
        let db = open(&fresh);
        let summary = pilot(&db);
        assert_eq!((summary.added, summary.known, summary.events_known), (440, 0, 0));
        for asked in questions() {
            let mut found = Vec::new();
            differences(&report(&db, &asked), &oracle(&asked), "", &mut found);
            assert!(found.is_empty(), "{asked}: {found:#?}");
        }
    }
}

#[test]
fn numbers_the_same_rows_again_change_nothing_and_the_export_is_what_came_in() {
    for fresh in fresh() {
        let db = open(&fresh);
        let first = pilot(&db);
        let again = cases(&db, &read("cases.csv"), &read("events.csv"), false).unwrap();
        assert_eq!((again.added, again.known), (0, 440));
        assert_eq!((again.events_added, again.events_known), (0, first.events_added));
        assert_eq!(complexes(&db, &read("complexes.csv")).unwrap().added, 0);
        let files = db.read_here(|rx| import::export(rx, None)).unwrap();
        let plain = |text: &str| text.replace("\r\n", "\n");
        assert_eq!(plain(&files.complexes), String::from_utf8(read("complexes.csv")).unwrap());
        let times = |text: &str| {
            let rows = exchange::cases("", text.as_bytes()).rows;
            rows.into_iter().map(|row| exchange::CaseRow { line: 0, ..row }).collect::<Vec<_>>()
        };
        assert_eq!(times(&files.cases), times(&String::from_utf8(read("cases.csv")).unwrap()));
        let marks = |text: &str| {
            let mut rows: Vec<_> = exchange::events("", text.as_bytes())
                .rows
                .into_iter()
                .map(|row| (row.reference, row.at, row.mark))
                .collect();
            rows.sort_by(|one, other| (&one.0, one.1).cmp(&(&other.0, other.1)));
            rows
        };
        assert_eq!(marks(&files.events), marks(&String::from_utf8(read("events.csv")).unwrap()));
        complexes(&db, files.complexes.as_bytes()).unwrap();
        let own = cases(&db, files.cases.as_bytes(), files.events.as_bytes(), false).unwrap();
        assert_eq!((own.added, own.events_added), (0, 0));
    }
}

#[test]
fn numbers_random_ledgers_count_alike_in_both_databases() {
    let folder = generated(1000);
    for seed in 1000..1000 + LEDGERS.min(6) {
        let here = folder.join(seed.to_string());
        let bytes = |name: &str| std::fs::read(here.join(name)).unwrap();
        for fresh in fresh() {
            let db = open(&fresh);
            complexes(&db, &bytes("complexes.csv")).unwrap();
            let legacy = seed % 2 == 0;
            refuses_all_bad_rows(&db, &here, legacy);
            let summary = cases(&db, &bytes("cases.csv"), &bytes("admitted.csv"), legacy).unwrap();
            assert!(legacy || summary.missing.is_empty());
            let expected: Value = serde_json::from_slice(&bytes("expected.json")).unwrap();
            for answer in expected.as_array().unwrap() {
                let mut found = Vec::new();
                differences(&report(&db, &answer["question"]), &answer["report"], "", &mut found);
                assert!(found.is_empty(), "ledger {seed}, {}: {found:#?}", answer["question"]);
            }
        }
    }
}

/// The whole file is refused with exactly the lines that the second judge calls bad, and nothing is imported.
fn refuses_all_bad_rows(db: &Db, here: &Path, legacy: bool) {
    let bytes = |name: &str| std::fs::read(here.join(name)).unwrap();
    let verdicts = String::from_utf8(bytes("verdicts.txt")).unwrap();
    let bad: Vec<u64> =
        (2..).zip(verdicts.lines()).filter(|(_, verdict)| *verdict == "bad").map(|(line, _)| line).collect();
    let Err(ImportError::Problems(problems)) = cases(db, &bytes("cases.csv"), &bytes("events.csv"), legacy)
    else {
        panic!("bad rows were accepted");
    };
    assert_eq!(problems.iter().map(|problem| problem.line).collect::<Vec<_>>(), bad);
    assert_eq!(db.read_here(|rx| import::export(rx, None)).unwrap().count, 0);
}

const CASE_HEAD: &str =
    "ref,complex_code,received_at,channel,cause,position,applicant_unit,respondent_unit\n";
const EVENT_HEAD: &str = "ref,at,event,detail\n";

#[test]
fn numbers_new_rows_continue_what_is_there_and_changed_ones_are_told() {
    for fresh in fresh() {
        let db = open(&fresh);
        complexes(&db, &read("complexes.csv")).unwrap();
        let row = "R1,BGJ-01,2026-01-02 10:00,phone,footfall,above,101-1203,101동 1303호\n";
        let start = "R1,2026-01-03 10:00,first_contact,\nR1,2026-01-04 10:00,closed,counselled\n";
        let go = |rows: &str, events: &str| {
            cases(
                &db,
                format!("{CASE_HEAD}{rows}").as_bytes(),
                format!("{EVENT_HEAD}{events}").as_bytes(),
                false,
            )
        };
        go(row, start).unwrap();
        // The rest alone, and then the whole again with one more.
        let summary = go("", "R1,2026-01-05 10:00,reopened,again\n").unwrap();
        assert_eq!((summary.added, summary.known, summary.events_added), (0, 0, 1));
        let whole = format!("{start}R1,2026-01-05 10:00,reopened,again\nR1,2026-01-05 10:00,invited,\n");
        let summary = go(row, &whole).unwrap();
        assert_eq!((summary.known, summary.events_known, summary.events_added), (1, 3, 1));
        let told = |result: Result<Summary, ImportError>| match result {
            Err(ImportError::Problems(problems)) => {
                problems.iter().map(|p| format!("{}:{} {}", p.file, p.line, p.column)).collect::<Vec<_>>()
            }
            other => panic!("{other:?}"),
        };
        let changed = row.replace("footfall", "pet");
        assert_eq!(told(go(&changed, "")), ["cases.csv:2 cause"]);
        assert_eq!(told(go(&row.replace("1303", "1304"), "")), ["cases.csv:2 respondent_unit"]);
        let twice = format!("{row}{}", row.replace("phone", "visit"));
        assert_eq!(told(go(&twice, "")), ["cases.csv:3 ref"]);
        let elsewhere = row.replace("R1", "R2").replace("BGJ-01", "NOWHERE");
        let events = "R2,2026-01-03 10:00,first_contact,\nR3,2026-01-03 10:00,first_contact,\nR1,2026-01-02 10:00,confirmed,\nR1,2026-02-01 10:00,closed,settled\n";
        assert_eq!(
            told(go(&elsewhere, events)),
            ["cases.csv:2 complex_code", "events.csv:3 ref", "events.csv:4 at", "events.csv:5 detail"]
        );
        let files = db.read_here(|rx| import::export(rx, None)).unwrap();
        assert!(
            files.cases.contains(",101-1203,101동 1303호"),
            "doors are written as they came: {}",
            files.cases
        );
        assert_eq!((files.count, files.events.lines().count()), (1, 5));
    }
}

#[test]
fn numbers_a_legacy_ledger_lists_what_has_no_record() {
    for fresh in fresh() {
        let db = open(&fresh);
        complexes(&db, &read("complexes.csv")).unwrap();
        let rows = format!("{CASE_HEAD}R1,BGJ-01,2026-01-02 10:00,phone,footfall,above,101-1203,101-1303\n");
        let events = format!("{EVENT_HEAD}R1,2026-01-04 10:00,closed,settled\n");
        assert!(cases(&db, rows.as_bytes(), events.as_bytes(), false).is_err());
        let summary = cases(&db, rows.as_bytes(), events.as_bytes(), true).unwrap();
        let missing: Vec<&str> = summary.missing[0].1.iter().map(|step| step.code()).collect();
        assert_eq!((summary.missing[0].0.as_str(), missing), ("R1", vec!["agreement"]));
    }
}

#[test]
fn numbers_unknown_dongs_and_programmes_come_with_their_complex() {
    for fresh in fresh() {
        let db = open(&fresh);
        let text = "code,name,dong_code,households,approved_on,permit,tenure,committee,programme\n\
                    X1,가,1168051000,10,,,sale,none,새 사업\nX2,나,1168051000,10,,,sale,resident,새 사업\n";
        assert_eq!(complexes(&db, text.as_bytes()).unwrap().added, 2);
        let files = db.read_here(|rx| import::export(rx, None)).unwrap();
        assert_eq!(files.complexes.replace("\r\n", "\n"), text);
        let dongs = db.read_here(ieum::store::bodies::all_dongs).unwrap();
        assert!(dongs.contains(&("1168051000".into(), "1168051000".into(), "11680".into())));
        assert_eq!(dongs.len(), 15);
        let changed = text.replace("X1,가", "X1,다");
        assert!(
            matches!(complexes(&db, changed.as_bytes()), Err(ImportError::Problems(p)) if p[0].line == 2)
        );
    }
}

/// The programme of each case by its reference's order.
fn programmes_of(db: &Db) -> Vec<Option<ieum::domain::ids::ProgrammeId>> {
    use ieum::domain::permission::Scope;
    use ieum::store::cases;
    let all = Scope { all: true, ..Scope::default() };
    let found = db.read_here(|rx| {
        let mut ids = visible_ids(rx, &all, 100)?;
        ids.sort_unstable();
        ids.into_iter().map(|id| Ok(cases::find_id(rx, &all, id)?.intake.programme)).collect()
    });
    found.map_err(|e: ieum::store::StoreError| e).unwrap()
}

#[test]
fn numbers_a_case_comes_in_under_its_complexs_programme_within_its_term_only() {
    use ieum::store::programmes;
    for fresh in fresh() {
        let db = open(&fresh);
        let text = "code,name,dong_code,households,approved_on,permit,tenure,committee,programme\n\
                    X1,가,1141055500,10,,,sale,none,새 사업\n";
        let terms = programmes::Terms {
            ngo_id: None,
            from_on: chrono::NaiveDate::from_ymd_opt(2026, 3, 1),
            until_on: chrono::NaiveDate::from_ymd_opt(2026, 6, 1),
            basis: "consent".to_owned(),
            budget_won: None,
            activities: String::new(),
            mediators: 1,
        };
        let id = db.write_here(|tx| programmes::add(tx, "새 사업", None, &terms, None, now())).unwrap();
        complexes(&db, text.as_bytes()).unwrap();
        let row = |name: &str, day: &str, unit: u32| {
            format!("{name},X1,{day} 10:00,phone,footfall,above,101-{unit},101-{}\n", unit + 100)
        };
        let days = ["2026-02-28", "2026-03-01", "2026-05-31", "2026-06-01"];
        let rows = (1..).zip(days).map(|(n, day)| row(&format!("R{n}"), day, n * 10 + 300));
        let rows = format!("{CASE_HEAD}{}", rows.collect::<String>());
        cases(&db, rows.as_bytes(), EVENT_HEAD.as_bytes(), false).unwrap();
        assert_eq!(programmes_of(&db), [None, Some(id), Some(id), None], "the day after its last is out");
    }
}

#[test]
fn numbers_a_body_that_ends_tomorrow_is_in_force_today() {
    use ieum::domain::codes::BodyKind;
    use ieum::store::bodies::{self, NewBody};
    for fresh in fresh() {
        let db = open(&fresh);
        let today = seoul::day(now());
        let tomorrow = today.succ_opt().unwrap();
        let new = NewBody { name: "구청".to_owned(), ward_code: "11410".to_owned(), ..NewBody::default() };
        let id = db.write_here(|tx| {
            let id = bodies::add(tx, BodyKind::Ward, &new, now())?;
            bodies::end(tx, id, tomorrow)?;
            Ok::<_, ieum::store::StoreError>(id)
        });
        let id = id.unwrap();
        let there = |day| db.read_here(|rx| bodies::homes(rx, day)).unwrap().iter().any(|home| home.0 == id);
        assert!(there(today) && !there(tomorrow));
    }
}
