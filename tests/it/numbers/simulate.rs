//! The invented nation: the same for the same seed in both databases, interrupted or not, and legal by every rule there is.
use super::differential::differences;
use super::import::{cases, complexes, open};
use super::ledger::oracle_of;
use crate::databases::{Fresh, fresh, fresh_sqlite};
use ieum::app::simulate;
use ieum::casework::figures;
use ieum::casework::import::{self, Files};
use ieum::domain::permission::Scope;
use ieum::domain::seoul;
use ieum::domain::simulation::Plan;
use ieum::exchange;
use ieum::store::{Db, cases as stored, ledger};
use serde_json::{Value, json};

fn plan(seed: u64) -> Plan {
    Plan { complexes: 90, years: 1, seed, until: seoul::parse_day("2026-01-01").unwrap() }
}

fn made(fresh: &Fresh, plan: &Plan, stops: &[u32]) -> (Db, Files) {
    let db = open(fresh);
    for stop in stops {
        simulate::run(&db, plan, *stop, &mut |_, _| {}).unwrap();
    }
    let files = db.read_here(|rx| import::export(rx, None)).unwrap();
    (db, files)
}

/// Name, telephone and unit of every party, case by case: what no export holds.
fn people(db: &Db) -> Vec<String> {
    let all = Scope { all: true, ..Scope::default() };
    db.read_here(|rx| {
        let mut found = Vec::new();
        for head in stored::page(rx, &all, &stored::Filter::default(), 2000)? {
            for party in ieum::store::parties::of_case(rx, head.id)? {
                found.push(format!("{} {:?} {:?}", head.number, party.side, party.details));
            }
        }
        Ok::<_, ieum::store::StoreError>(found)
    })
    .unwrap()
}

#[test]
fn numbers_a_seed_makes_the_same_nation_in_both_databases_interrupted_or_not() {
    let whole = fresh_sqlite();
    let (db, first) = made(&whole, &plan(5), &[12]);
    assert!(first.count > 300, "{} cases", first.count);
    let people_there = people(&db);
    assert!(people_there.iter().all(|one| one.contains("phone: \"0100")), "{:?}", people_there.first());
    for fresh in fresh() {
        let (db, files) = made(&fresh, &plan(5), &[5, 6, 12]);
        assert!(files == first, "what is exported differs");
        assert!(people(&db) == people_there, "who is in it differs");
        let again = simulate::run(&db, &plan(5), 12, &mut |_, _| {}).unwrap();
        assert_eq!(again, simulate::Made::default(), "it is all there");
    }
    let other = fresh_sqlite();
    assert!(made(&other, &plan(6), &[12]).1.events != first.events, "another seed, another nation");
}

#[test]
fn numbers_an_invented_nation_is_mixed_with_nothing() {
    for fresh in fresh() {
        let db = open(&fresh);
        super::import::pilot(&db);
        let refused = simulate::run(&db, &plan(5), 12, &mut |_, _| {}).unwrap_err();
        assert!(refused.to_string().contains("이미 단지나 사건이 있습니다"), "{refused}");
    }
    let fresh = fresh_sqlite();
    let (db, files) = made(&fresh, &plan(5), &[2]);
    let refused = simulate::run(&db, &plan(6), 12, &mut |_, _| {}).unwrap_err();
    assert!(refused.to_string().contains("다른 조건으로"), "{refused}");
    assert!(db.read_here(|rx| import::export(rx, None)).unwrap() == files, "nothing was added");
}

/// Every history stands by the application's own fold, is taken by the import row by row, and counts as the second computation
/// says.
#[test]
fn numbers_every_invented_history_is_legal_and_counts_alike() {
    for fresh in fresh() {
        let (db, files) = made(&fresh, &plan(9), &[12]);
        let all = Scope { all: true, ..Scope::default() };
        let mut folded = 0;
        db.read_here(|rx| {
            for head in stored::page(rx, &all, &stored::Filter::default(), 5000)? {
                let case = stored::find_id(rx, &all, head.id)?;
                assert_eq!(
                    (case.stage, case.outcome(), case.holder),
                    (head.stage, head.outcome, head.holder_id)
                );
                folded += 1;
            }
            let mut kept = 0;
            ledger::each_case(rx, |_, case| kept += case.events.len())?;
            assert_eq!(kept + 1, files.events.lines().count(), "every event is an exchange event");
            Ok::<_, ieum::store::StoreError>(())
        })
        .unwrap();
        assert_eq!(folded, files.count);

        let other = fresh_sqlite();
        let copy = open(&other);
        complexes(&copy, files.complexes.as_bytes()).unwrap();
        let summary = cases(&copy, files.cases.as_bytes(), files.events.as_bytes(), false).unwrap();
        assert_eq!((summary.added, summary.missing.len()), (files.count, 0));

        for (name, text) in
            [("complexes", &files.complexes), ("cases", &files.cases), ("events", &files.events)]
        {
            std::fs::write(fresh.folder.join(format!("{name}.csv")), text).unwrap();
        }
        for asked in [
            json!({"from": "2025-04-01", "to": "2025-07-01", "basis": "closing", "as_of": "2026-01-01 00:00", "by": "dong", "scope": null}),
            json!({"from": "2025-02-01", "to": "2025-09-01", "basis": "cohort", "as_of": "2026-01-01 00:00", "by": "cause", "scope": "90001"}),
        ] {
            let report =
                db.read_here(|rx| figures::report(rx, &super::differential::question(&asked))).unwrap();
            let ours: Value = serde_json::from_str(&exchange::report::json(&report).unwrap()).unwrap();
            let mut found = Vec::new();
            differences(&ours, &oracle_of(&fresh.folder, &asked), "", &mut found);
            assert!(found.is_empty(), "{asked}: {found:#?}");
        }
    }
}
