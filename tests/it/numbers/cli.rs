//! The same through the binary, as an outsider runs it.
use super::differential::differences;
use super::ledger::{data, oracle, questions};
use crate::databases::{Fresh, fresh};
use ieum::store::Target;
use serde_json::Value;
use std::process::{Command, Output};

fn ieum(fresh: &Fresh, arguments: &[&str]) -> Output {
    let url = match &fresh.target {
        Target::Sqlite(path) => format!("sqlite://{path}"),
        Target::Postgres(url) => url.clone(),
    };
    Command::new(env!("CARGO_BIN_EXE_ieum"))
        .args(arguments)
        .current_dir(&fresh.folder)
        .env("IEUM__DATA__DIR", fresh.folder.join("data"))
        .env("IEUM__DATABASE__URL", url)
        .output()
        .unwrap()
}

fn done(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn numbers_the_command_line_imports_reports_and_exports() {
    let file = |name: &str| data(name).display().to_string();
    for fresh in fresh() {
        done(&ieum(&fresh, &["migrate"]));
        done(&ieum(&fresh, &["import", "complexes", &file("complexes.csv")]));
        let cases = file("cases.csv");
        let events = file("events.csv");
        let dry = ieum(&fresh, &["import", "cases", &cases, "--events", &events, "--dry-run"]);
        assert!(done(&dry).is_empty());
        assert_eq!(done(&ieum(&fresh, &["export", "cases"])).lines().count(), 1, "a dry run writes nothing");
        done(&ieum(&fresh, &["import", "cases", &cases, "--events", &events]));
        for asked in questions().iter().take(4) {
            let mut arguments = vec!["report".to_owned(), "indicators".to_owned()];
            for name in ["from", "to", "basis", "as_of", "by", "scope"] {
                if let Some(value) = asked[name].as_str() {
                    arguments.extend([format!("--{}", name.replace('_', "-")), value.to_owned()]);
                }
            }
            let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            let ours: Value = serde_json::from_str(&done(&ieum(&fresh, &arguments))).unwrap();
            let mut found = Vec::new();
            differences(&ours, &oracle(asked), "", &mut found);
            assert!(found.is_empty(), "{asked}: {found:#?}");
        }
        let year = [
            "report",
            "indicators",
            "--from",
            "2025-01-01",
            "--to",
            "2026-01-01",
            "--by",
            "dong",
            "--suppress",
        ];
        let shown: Value = serde_json::from_str(&done(&ieum(&fresh, &year))).unwrap();
        let hidden = shown["suppressed"].as_array().unwrap();
        assert!(
            hidden.iter().all(|at| shown.pointer(at.as_str().unwrap()).unwrap().is_null())
                && hidden.len() > 9
        );
        let lines = done(&ieum(&fresh, &[&year[..], &["--format", "csv"]].concat()));
        let empty = lines.lines().filter(|line| line.ends_with(",,,")).count();
        assert!(empty >= hidden.len(), "what is null is empty: {empty} of {}", hidden.len());
        done(&ieum(&fresh, &["export", "--dir", "out"]));
        let exported = std::fs::read_to_string(fresh.folder.join("out/events.csv")).unwrap();
        assert_eq!(exported.lines().count(), std::fs::read_to_string(events).unwrap().lines().count());
    }
}

#[test]
fn numbers_the_command_line_names_every_bad_line_and_keeps_its_exit_codes() {
    for fresh in fresh() {
        done(&ieum(&fresh, &["migrate"]));
        done(&ieum(&fresh, &["import", "complexes", &data("complexes.csv").display().to_string()]));
        let rows = "ref,complex_code,received_at,channel,cause,position,applicant_unit,respondent_unit\r\n\
                    A,BGJ-01,2026-01-01 10:00,phone,footfall,above,\"101동\r\n101호\",\r\n\
                    B,BGJ-01,2026-01-01,phone,footfall,above,,\r\n";
        let events =
            "ref,at,event,detail\r\nA,2026-01-02 10:00,invited,\r\nA,2026-01-02 10:00,closed,refused\r\n";
        std::fs::write(fresh.folder.join("k.csv"), rows).unwrap();
        std::fs::write(fresh.folder.join("e.csv"), events).unwrap();
        let output = ieum(&fresh, &["import", "cases", "k.csv", "--events", "e.csv"]);
        assert_eq!(output.status.code(), Some(1));
        let told = String::from_utf8(output.stderr).unwrap();
        let starts: Vec<&str> =
            told.lines().filter_map(|line| line.split_once(": ").map(|(at, _)| at)).collect();
        assert_eq!(
            starts,
            ["k.csv:line 4, received_at", "e.csv:line 2, event", "e.csv:line 3, detail"],
            "{told}"
        );
        assert_eq!(done(&ieum(&fresh, &["export", "cases"])).lines().count(), 1);
        let report = |more: &[&str]| ieum(&fresh, &[&["report", "indicators"], more].concat()).status.code();
        assert_eq!(report(&["--from", "2026-01-01", "--to", "2026-02-01"]), Some(0));
        assert_eq!(report(&["--from", "2026-01-01", "--to", "2026-02-01", "--scope", "99999"]), Some(1));
        assert_eq!(report(&["--from", "2026-03-01", "--to", "2026-02-01"]), Some(2));
        assert_eq!(report(&["--from", "2026-1-1", "--to", "2026-02-01"]), Some(2));
    }
}

#[test]
fn numbers_the_doctor_finds_a_wrong_figure_and_a_recount_mends_it() {
    let nation = ["simulate", "--complexes", "20", "--years", "1", "--seed", "1"];
    for fresh in fresh() {
        done(&ieum(&fresh, &["migrate"]));
        assert!(done(&ieum(&fresh, &nation)).is_empty(), "words go to standard error");
        let again = ieum(&fresh, &nation);
        done(&again);
        assert!(String::from_utf8_lossy(&again.stderr).contains("이미 다 있습니다"));
        let other = ieum(&fresh, &["simulate", "--complexes", "20", "--years", "1", "--seed", "2"]);
        assert_eq!(other.status.code(), Some(1), "another nation");
        let odd = ieum(
            &fresh,
            &["simulate", "--complexes", "20", "--years", "1", "--seed", "1", "--until", "2026-01-02"],
        );
        assert_eq!(odd.status.code(), Some(2), "the end is the first day of a month");
        assert!(done(&ieum(&fresh, &["doctor"])).contains("모두 같습니다"));
        fresh.run("UPDATE case_figures SET flags = flags + 1 WHERE case_id = (SELECT min(id) FROM cases)");
        let sick = ieum(&fresh, &["doctor"]);
        assert_eq!(sick.status.code(), Some(1));
        assert!(String::from_utf8_lossy(&sick.stdout).contains("1건의 집계가 다시 센 것과 다릅니다"));
        done(&ieum(&fresh, &["migrate", "--recount"]));
        assert!(done(&ieum(&fresh, &["doctor"])).contains("모두 같습니다"));
    }
}

#[test]
fn numbers_a_nation_of_bodies_hides_none_of_them() {
    for fresh in fresh() {
        done(&ieum(&fresh, &["migrate"]));
        fresh.run(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 6000) \
             INSERT INTO bodies (kind, name, ward_code, phone, email, controller, created_at) \
             SELECT 'committee', '위원회 ' || i, '90001', '', '', '', '2026-01-01 00:00:00' FROM n",
        );
        fresh.run(
            "INSERT INTO bodies (kind, name, ward_code, phone, email, controller, created_at) \
             VALUES ('ward', '먼 구청', '90001', '', '', '', '2026-01-01 00:00:00')",
        );
        let add =
            ["user", "add", "ward@example.org", "--name", "구청", "--role", "ward", "--body", "먼 구청"];
        assert!(done(&ieum(&fresh, &add)).contains("/account/"));
    }
}
