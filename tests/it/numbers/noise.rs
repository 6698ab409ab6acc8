//! `ieum noise judge` as an outsider runs it: a whole day in eighths of a second, and every refusal with its line.
use serde_json::{Value, json};
use std::fmt::Write;
use std::path::PathBuf;
use std::process::{Command, Output};

fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn judge(folder: &PathBuf, file: &str, more: &[&str]) -> Output {
    let mut arguments = vec!["noise", "judge", file, "--kind", "direct", "--building", "standard"];
    arguments.extend(more);
    Command::new(env!("CARGO_BIN_EXE_ieum")).args(arguments).current_dir(folder).output().unwrap()
}

#[test]
fn numbers_a_day_of_eighths_of_a_second_is_judged_across_midnight_and_new_year() {
    let folder = folder("noise-day");
    let mut text = "level,at\n".to_owned();
    for n in 0..691_200u32 {
        // 31 December 12:00 to the next noon, quiet but for one loud minute at 23:00 and one at 02:00.
        let (hour, second) = ((12 + n / 28_800) % 24, n / 8);
        let day = if n / 28_800 < 12 { "2024-12-31" } else { "2025-01-01" };
        let loud = (39_600..39_660).contains(&second) || (50_400..50_460).contains(&second);
        let level = if loud { 37 } else { 30 };
        let (minute, fraction) = (second / 60 % 60, n % 8 * 125);
        writeln!(text, "{level},{day} {hour:02}:{minute:02}:{:02}.{fraction:03}", second % 60).unwrap();
    }
    std::fs::write(folder.join("day.csv"), text).unwrap();
    let output = judge(&folder, "day.csv", &["--format", "json"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let read: Value = serde_json::from_slice(&output.stdout).unwrap();
    for (name, wanted) in [
        ("verdict", json!("exceeded")),
        ("label", json!("reference")),
        ("complete_seconds", json!(86_400)),
        ("windows_complete", json!(1440)),
        ("windows_incomplete", json!(0)),
        ("leq_exceeded_windows", json!(2)),
        ("leq_max_at", json!("2024-12-31T23:00:00+09:00")),
        ("lmax_events", json!(0)),
        ("alternatives", Value::Null),
        (
            "limits",
            json!([{"from": "2023-01-02", "day_leq": 39, "night_leq": 34, "day_lmax": 57, "night_lmax": 52}]),
        ),
    ] {
        assert_eq!(read[name], wanted, "{name}");
    }
    assert!((read["leq_max"].as_f64().unwrap() - 37.0).abs() < 1e-9);
    // An older building: 39 by night until the new year, 36 from then on.
    let args =
        ["noise", "judge", "day.csv", "--kind", "direct", "--building", "unknown", "--source", "official"];
    let output = Command::new(env!("CARGO_BIN_EXE_ieum")).args(args).current_dir(&folder).output().unwrap();
    let read: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&read["verdict"], &read["label"]), (&json!("exceeded"), &json!("official")));
    assert_eq!(read["alternatives"], Value::Null, "both readings say the same");
}

#[test]
fn numbers_a_noise_log_is_refused_with_its_line() {
    let folder = folder("noise-bad");
    let rows = "at,level\n2026-01-01 00:00:00,30\n2026-01-01 00:00:01,쿵\n2026-01-01 00:00:01,30\n2026-01-01 00:00:01,141\n";
    std::fs::write(folder.join("bad.csv"), rows).unwrap();
    std::fs::write(folder.join("empty.csv"), "").unwrap();
    let output = judge(&folder, "bad.csv", &[]);
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    let told = String::from_utf8(output.stderr).unwrap();
    let starts: Vec<&str> = told.lines().filter_map(|line| line.split_once(": ").map(|(at, _)| at)).collect();
    assert_eq!(starts, ["bad.csv:line 3, level", "bad.csv:line 4, at", "bad.csv:line 5, at"], "{told}");
    assert_eq!(judge(&folder, "empty.csv", &[]).status.code(), Some(1));
    assert_eq!(judge(&folder, "none.csv", &[]).status.code(), Some(1));
    for wrong in [["--interval", "0"], ["--background", "loud"], ["--rounding", "up"], ["--source", "me"]] {
        assert_eq!(judge(&folder, "bad.csv", &wrong).status.code(), Some(2), "{wrong:?}");
    }
}
