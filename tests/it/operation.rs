//! The binary as an operator uses it: keys, migrations, backups, exit codes; on both databases.
use crate::databases::{Fresh, fresh};
use ieum::store::Target;
use std::path::Path;
use std::process::{Command, Output};

/// Runs `ieum` with this database and folder and no settings of the machine that tests.
fn ieum(one: &Fresh, words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ieum"));
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("IEUM")) {
        command.env_remove(name);
    }
    let url = match &one.target {
        Target::Sqlite(path) => format!("sqlite://{path}"),
        Target::Postgres(url) => url.clone(),
    };
    command
        .env("IEUM__DATABASE__URL", url)
        .env("IEUM__DATA__DIR", one.folder.join("data"))
        .args(words)
        .output()
        .unwrap()
}
fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}
fn words(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}
fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn an_empty_database_gets_a_key_and_its_tables_and_keeps_to_that_key() {
    for one in fresh() {
        assert_eq!(code(&ieum(&one, &["backup"])), 1, "nothing to back up yet");
        let first = ieum(&one, &["migrate"]);
        assert_eq!(code(&first), 0, "{}", words(&first));
        let key = one.folder.join("data/key");
        assert!(words(&first).contains(text(&key)) && first.stdout.is_empty());
        let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&key).unwrap().permissions());
        assert_eq!(mode & 0o777, 0o600);
        let before = std::fs::read(&key).unwrap();
        assert_eq!(code(&ieum(&one, &["migrate"])), 0);
        assert_eq!(std::fs::read(&key).unwrap(), before, "the key is made once");

        std::fs::write(&key, "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=").unwrap();
        let other = ieum(&one, &["migrate"]);
        assert_eq!(code(&other), 1, "another key");
        std::fs::remove_file(&key).unwrap();
        assert_eq!(code(&ieum(&one, &["migrate"])), 1, "no key");
        assert!(!key.exists(), "a key is never made for a database that has one");
    }
}

/// The same with more settings and something to read.
fn ieum_reading(one: &Fresh, words: &[&str], more: &[(&str, &str)], input: &str) -> Output {
    use std::io::Write;
    let url = match &one.target {
        Target::Sqlite(path) => format!("sqlite://{path}"),
        Target::Postgres(url) => url.clone(),
    };
    let mut child = Command::new(env!("CARGO_BIN_EXE_ieum"))
        .env("IEUM__DATABASE__URL", url)
        .env("IEUM__DATA__DIR", one.folder.join("data"))
        .envs(more.iter().copied())
        .args(words)
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    // One that reads nothing may be gone already.
    drop(child.stdin.take().unwrap().write_all(input.as_bytes()));
    child.wait_with_output().unwrap()
}

#[test]
fn mail_is_taken_in_and_a_test_is_sent_from_the_terminal() {
    for one in fresh() {
        assert_eq!(code(&ieum(&one, &["migrate"])), 0);
        let stranger = "From: <lee@x.kr>\r\nTo: ieum@in.example.kr\r\nMessage-ID: <1@x>\r\n\r\n여보세요\r\n";
        let nowhere = ieum_reading(&one, &["mail", "ingest"], &[], stranger);
        // EX_TEMPFAIL: whoever brings the mail keeps it and comes again.
        assert!(code(&nowhere) == 75 && words(&nowhere).contains("mail.inbox"), "{}", words(&nowhere));
        let inbox = [("IEUM__MAIL__INBOX", "ieum@in.example.kr")];
        let first = ieum_reading(&one, &["mail", "ingest"], &inbox, stranger);
        assert_eq!(code(&first), 0, "{}", words(&first));
        assert!(!words(&first).contains("이미 받은"), "{}", words(&first));
        let again = ieum_reading(&one, &["mail", "ingest"], &inbox, stranger);
        assert!(code(&again) == 0 && words(&again).contains("이미 받은 메일"), "{}", words(&again));
        for told in [words(&first), words(&again)] {
            assert!(!told.contains("lee@x.kr") && !told.contains("여보세요"), "{told}");
        }
        // Without a server a test is a file; with one that nobody answers at it says so and fails.
        let folder = one.folder.join("sent");
        let kept = [("IEUM__MAIL__TRANSPORT", "folder"), ("IEUM__MAIL__FOLDER", text(&folder))];
        let sent = ieum_reading(&one, &["mail", "test", "kim@example.kr"], &kept, "");
        assert!(code(&sent) == 0 && words(&sent).contains(text(&folder)), "{}", words(&sent));
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1);
        let gone = [
            ("IEUM__MAIL__TRANSPORT", "smtp"),
            ("IEUM__MAIL__HOST", "127.0.0.1"),
            ("IEUM__MAIL__PORT", "1"),
            ("IEUM__MAIL__SECURITY", "none"),
        ];
        let failed = ieum_reading(&one, &["mail", "test", "kim@example.kr"], &gone, "");
        assert!(code(&failed) == 1 && words(&failed).contains("보내지 못했습니다"), "{}", words(&failed));
    }
}

#[test]
fn an_older_database_is_backed_up_before_it_is_changed() {
    for one in fresh() {
        assert_eq!(code(&ieum(&one, &["migrate"])), 0);
        let run = |sql: &str| one.run(sql);
        // As if an older Ieum had written it. That its tables are there already makes the migration fail half way.
        run("UPDATE __diesel_schema_migrations SET version = '0000'");
        let served = ieum(&one, &["serve", "--listen", "127.0.0.1:0"]);
        assert!(code(&served) == 1 && words(&served).contains("ieum migrate"), "{}", words(&served));
        let failed = ieum(&one, &["migrate"]);
        assert_eq!(code(&failed), 1, "{}", words(&failed));
        let folder = std::fs::read_dir(one.folder.join("data/backups")).unwrap();
        let kept: Vec<_> = folder.map(|file| file.unwrap().path()).collect();
        let [kept] = kept.as_slice() else { panic!("one backup: {kept:?}") };
        assert!(text(kept).contains("before-0000-"), "{kept:?}");
        assert_eq!(code(&ieum(&one, &["verify", text(kept)])), 0);
        run("UPDATE __diesel_schema_migrations SET version = '0001'");
        assert_eq!(code(&ieum(&one, &["migrate"])), 0, "and what was there still is");
    }
}

#[test]
fn a_backup_goes_back_only_where_nothing_is() {
    for one in fresh() {
        assert_eq!(code(&ieum(&one, &["migrate"])), 0);
        let file = one.folder.join("a.backup");
        let made = ieum(&one, &["backup", text(&file)]);
        assert_eq!(code(&made), 0, "{}", words(&made));
        let report: serde_json::Value = serde_json::from_slice(&made.stdout).unwrap();
        assert_eq!(report["manifest"]["rows"]["settings"], 1);
        assert_eq!(code(&ieum(&one, &["verify", text(&file)])), 0);
        assert_eq!(code(&ieum(&one, &["restore", text(&file)])), 1, "not empty");
        for two in fresh() {
            std::fs::create_dir(two.folder.join("data")).unwrap();
            assert_eq!(code(&ieum(&two, &["restore", text(&file)])), 1, "no key here");
            std::fs::copy(one.folder.join("data/key"), two.folder.join("data/key")).unwrap();
            let back = ieum(&two, &["restore", text(&file)]);
            assert_eq!(code(&back), 0, "{}", words(&back));
            assert_eq!(code(&ieum(&two, &["backup"])), 0);
        }
    }
}

#[test]
fn wrong_usage_ends_with_two_and_says_so_on_standard_error_only() {
    let one = crate::databases::fresh_sqlite();
    for wrong in [
        &["migrat"][..],
        &["config", "check", "--nonsense"],
        &["verify"],
        &[],
        &["--config", "/nowhere.toml", "migrate"],
    ] {
        let refused = ieum(&one, wrong);
        assert_eq!(code(&refused), 2, "{wrong:?}");
        assert!(refused.stdout.is_empty() && !refused.stderr.is_empty(), "{wrong:?}");
    }
    let help = ieum(&one, &["backup", "--help"]);
    assert_eq!(code(&help), 0);
    assert!(String::from_utf8(help.stdout).unwrap().contains("열쇠") && help.stderr.is_empty());
}

#[test]
fn the_doctor_says_what_is_wrong_and_changes_nothing() {
    for one in fresh() {
        let before = ieum(&one, &["doctor"]);
        assert_eq!(code(&before), 1, "an empty database is no installation");
        assert_eq!(code(&ieum(&one, &["migrate"])), 0);
        let healthy = ieum(&one, &["doctor"]);
        assert_eq!(code(&healthy), 0, "{}", String::from_utf8_lossy(&healthy.stdout));
        let key = one.folder.join("data/key");
        std::fs::set_permissions(&key, std::os::unix::fs::PermissionsExt::from_mode(0o644)).unwrap();
        let open = ieum(&one, &["doctor"]);
        assert_eq!(code(&open), 1);
        assert!(String::from_utf8(open.stdout).unwrap().contains("chmod 600"));
    }
}

#[test]
fn accounts_are_made_reset_and_stopped_from_the_terminal() {
    for one in fresh() {
        assert_eq!(code(&ieum(&one, &["migrate"])), 0);
        let add = ["user", "add", "admin@ieum.example", "--name", "차운영", "--role", "admin"];
        let made = ieum(&one, &add);
        assert_eq!(code(&made), 0, "{}", words(&made));
        assert!(String::from_utf8(made.stdout).unwrap().starts_with("http://127.0.0.1:8080/"));
        assert_eq!(code(&ieum(&one, &add)), 1, "the address has an account");
        assert_eq!(code(&ieum(&one, &["user", "reset", "nobody@ieum.example"])), 1);
        assert_eq!(code(&ieum(&one, &["user", "add", "a@b.example", "--name", "가", "--role", "king"])), 2);
    }
    let document = ieum(&crate::databases::fresh_sqlite(), &["openapi"]);
    let document: serde_json::Value = serde_json::from_slice(&document.stdout).unwrap();
    assert_eq!(document["openapi"], "3.1.0");
}
