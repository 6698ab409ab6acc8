//! Backups: the same lines from both databases, restored into either; what must be refused is refused.
use crate::databases::{Fresh, fresh};
use diesel::connection::SimpleConnection;
use ieum::backup::{BackupError, Lock, create, restore, verify};
use ieum::store::dump::{Said, read};
use ieum::store::shelf::Shelf;
use ieum::store::vault::Vault;
use ieum::store::{StoreError, Target, migrate};
use std::path::PathBuf;

const TRICKY: &str = "INSERT INTO users (id, email, email_hash, name, phone, status, created_at, password_changed_at, digest, digest_week) VALUES \
    (7, 'a', 'h1', '따옴표 \" '' 줄
바꿈 {\"a\":1} \\ 😀', '', 'active', '2026-01-02 03:04:05', NULL, DIGEST, ''), \
    (9007199254740993, 'b', 'h2', '', '', 'active', '2026-01-02 03:04:05.120', '2026-01-02 03:04:05.000007', DIGEST, ''); \
    INSERT INTO grants (id, user_id, role, from_at, granted_by, created_at) VALUES \
    (1, 7, 'admin', '2026-01-02 03:04:05', 9007199254740993, '2026-01-02 03:04:05');";

fn now() -> chrono::DateTime<chrono::Utc> {
    "2026-11-21T00:00:00Z".parse().unwrap()
}
const KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

fn vault() -> Vault {
    Vault::from_base64(KEY).unwrap()
}
fn own() -> Lock {
    Lock::own(&vault())
}
/// A migrated database with rows that are easy to get wrong.
fn filled() -> Vec<Fresh> {
    let all = fresh();
    for one in &all {
        migrate(&one.target).unwrap();
        let no = if matches!(one.target, Target::Sqlite(_)) { "0" } else { "FALSE" };
        one.target.connect().unwrap().batch_execute(&TRICKY.replace("DIGEST", no)).unwrap();
    }
    all
}
fn lines(target: &Target) -> Vec<String> {
    let mut out = Vec::new();
    read(target, |said| -> Result<(), StoreError> {
        out.push(match said {
            Said::Table(name) => format!("# {name}"),
            Said::Row(row) => serde_json::from_str::<serde_json::Value>(row).unwrap().to_string(),
        });
        Ok(())
    })
    .unwrap();
    out
}
fn shelf(one: &Fresh) -> Shelf {
    Shelf::at(&one.folder.join("evidence"))
}
fn path(one: &Fresh, name: &str) -> PathBuf {
    one.folder.join(name)
}

#[test]
fn both_databases_say_the_same_lines_and_restore_into_each_other() {
    let from = filled();
    let said: Vec<_> = from.iter().map(|one| lines(&one.target)).collect();
    assert_eq!(said[0], said[1]);
    assert!(
        said[0].iter().any(|line| line.contains("😀"))
            && said[0].iter().any(|line| line.contains("9007199254740993"))
    );
    for source in &from {
        let file = path(source, "a.backup");
        let made =
            create((&source.target, &shelf(source)), &vault(), &own(), &file, now(), |_, _| {}).unwrap();
        assert_eq!(verify(&file, &own()).unwrap(), made);
        assert_eq!(made.rows["users"], 2);
        for into in fresh() {
            restore(&file, &own(), &vault(), (&into.target, &shelf(&into))).unwrap();
            assert_eq!(lines(&into.target), said[0]);
            // The next id comes behind the restored ones, and the references hold again.
            let mut conn = into.target.connect().unwrap();
            let insert = "INSERT INTO grants (user_id, role, from_at, created_at) VALUES (7, 'x', '2026-01-01', '2026-01-01')";
            conn.batch_execute(insert).unwrap();
            conn.batch_execute("PRAGMA foreign_keys=ON").or_else(|_| conn.batch_execute("SELECT 1")).unwrap();
            assert!(conn.batch_execute(&insert.replace("(7", "(8")).is_err(), "a grant of nobody");
        }
    }
}

#[test]
fn a_backup_holds_no_key_no_plain_text_and_no_half_file() {
    for one in filled() {
        let file = path(&one, "a.backup");
        create((&one.target, &shelf(&one)), &vault(), &own(), &file, now(), |_, _| {}).unwrap();
        let bytes = std::fs::read(&file).unwrap();
        for plain in ["따옴표", "users", "AAECAwQFBgc"] {
            assert!(!bytes.windows(plain.len()).any(|w| w == plain.as_bytes()), "{plain}");
        }
        assert!(!path(&one, "a.backup.part").exists());
        let again = create((&one.target, &shelf(&one)), &vault(), &own(), &file, now(), |_, _| {});
        assert!(matches!(again, Err(BackupError::Refused(_))), "an existing file is kept");
    }
}

#[test]
fn wrong_keys_full_targets_and_damaged_files_are_refused_and_change_nothing() {
    let other = || Vault::from_base64(&Vault::generate()).unwrap();
    for one in filled() {
        let file = path(&one, "a.backup");
        let words = || Lock::passphrase("열두 글자가 넘는 긴 암호").unwrap();
        create((&one.target, &shelf(&one)), &vault(), &words(), &file, now(), |_, _| {}).unwrap();
        assert!(matches!(verify(&file, &own()), Err(BackupError::WrongKey)));
        assert!(
            matches!(
                restore(&file, &words(), &vault(), (&one.target, &shelf(&one))),
                Err(BackupError::Refused(_))
            ),
            "not empty"
        );

        let before = lines(&one.target);
        let mut bytes = std::fs::read(&file).unwrap();
        let last = bytes.len() - 1;
        bytes[last] ^= 1;
        let damaged = path(&one, "damaged.backup");
        std::fs::write(&damaged, &bytes).unwrap();
        for into in fresh() {
            assert!(matches!(
                restore(&file, &own(), &vault(), (&into.target, &shelf(&into))),
                Err(BackupError::WrongKey)
            ));
            assert!(matches!(
                restore(&file, &words(), &other(), (&into.target, &shelf(&into))),
                Err(BackupError::Refused(_))
            ));
            assert!(restore(&damaged, &words(), &vault(), (&into.target, &shelf(&into))).is_err());
            assert_eq!(ieum::store::dump::schema_version(&into.target).unwrap(), None, "still empty");
            restore(&file, &words(), &vault(), (&into.target, &shelf(&into))).unwrap();
            assert_eq!(lines(&into.target), before);
        }
    }
}

#[test]
fn python_opens_a_backup_with_the_key_alone() {
    let home = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    for one in filled() {
        let file = path(&one, "a.backup");
        let made = create((&one.target, &shelf(&one)), &vault(), &own(), &file, now(), |_, _| {}).unwrap();
        std::fs::write(path(&one, "key"), KEY).unwrap();
        let done = std::process::Command::new(crate::databases::python())
            .args([home.join("tests/python/read_backup.py"), file, path(&one, "key")])
            .output()
            .unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        let read: ieum::backup::Manifest = serde_json::from_slice(&done.stdout).unwrap();
        assert_eq!(read, made);
    }
}
