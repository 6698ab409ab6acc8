//! The ground that every command stands on: settings, the key, the database, and bringing the schema up to date.
//!
//! A key is made only for an empty database (`product.md` §11). A database whose key is absent or another one is refused:
//! going on would seal new values with a key that opens none of the old ones.
use crate::backup::{self, BackupError, Lock};
use crate::casework::import::seed_dongs;
use crate::config::{MessageChannel, Settings};
use crate::domain::case::{CaseRules, CodeRules, Keeping};
use crate::store::shelf::Shelf;
use crate::store::vault::Vault;
use crate::store::{Db, Pools, StoreError, Target, dump, migrate, newest_migration, pending, settings};
use chrono::{DateTime, Utc};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Why the installation cannot be opened; words for the operator.
#[derive(Debug)]
pub struct Closed(pub String);

impl std::fmt::Display for Closed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}
impl std::error::Error for Closed {}
impl From<StoreError> for Closed {
    fn from(e: StoreError) -> Self {
        Self(e.to_string())
    }
}
impl From<BackupError> for Closed {
    fn from(e: BackupError) -> Self {
        Self(e.to_string())
    }
}
impl From<std::io::Error> for Closed {
    fn from(e: std::io::Error) -> Self {
        Self(e.to_string())
    }
}

/// What bringing the schema up to date did, in the order in which it happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Done {
    KeyMade(PathBuf),
    BackedUp(PathBuf),
    Ran(String),
}

impl std::fmt::Display for Done {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::KeyMade(path) => write!(
                f,
                "설치 열쇠를 만들었습니다: {}\n  잃으면 이름·연락처·기록을 아무도 열 수 없습니다. 서버 밖에도 따로 보관해 주세요.",
                path.display()
            ),
            Self::BackedUp(path) => write!(f, "바꾸기 전에 백업했습니다: {}", path.display()),
            Self::Ran(name) => write!(f, "표를 바꾸었습니다: {name}"),
        }
    }
}

/// Where the settings' database is.
///
/// # Errors
/// When the URL names no database.
pub fn target(settings: &Settings) -> Result<Target, Closed> {
    Ok(Target::parse(settings.database.url.expose())?)
}

/// The installation's key, from the settings or the key file.
///
/// # Errors
/// When there is none, or it is no key.
pub fn key(settings: &Settings) -> Result<Vault, Closed> {
    if !settings.data.key.is_empty() {
        return Ok(Vault::from_base64(settings.data.key.expose())?);
    }
    let path = &settings.data.key_file;
    let text = std::fs::read_to_string(path).map_err(|e| {
        Closed(format!(
            "설치 열쇠를 읽을 수 없습니다: {} ({e}). data.key 또는 data.key_file 을 정해 주세요",
            path.display()
        ))
    })?;
    Ok(Vault::from_base64(&text)?)
}

/// The key for an empty database: the one that is there, else a new one in the key file (mode 0600).
fn key_or_new(settings: &Settings, done: &mut Vec<Done>) -> Result<Vault, Closed> {
    let path = &settings.data.key_file;
    if !settings.data.key.is_empty() || path.exists() {
        return key(settings);
    }
    private_folder_of(path)?;
    let text = Vault::generate();
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    writeln!(file, "{text}")?;
    file.sync_all()?;
    done.push(Done::KeyMade(path.clone()));
    Ok(Vault::from_base64(&text)?)
}

/// Makes the folder that `file` is to stand in, for its owner alone; one that is there stays as it is.
fn private_folder_of(file: &Path) -> Result<(), Closed> {
    let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) else { return Ok(()) };
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    Ok(builder.create(folder)?)
}

/// Brings the database to this binary's schema: an empty one gets a key and its tables, an older one a backup first.
///
/// # Errors
/// When the key is absent or another one, the database is younger than this binary, or a migration fails.
pub fn bring_up(settings: &Settings, now: DateTime<Utc>) -> Result<Vec<Done>, Closed> {
    let target = target(settings)?;
    let mut done = Vec::new();
    let Some(version) = dump::schema_version(&target)? else {
        let vault = key_or_new(settings, &mut done)?;
        if let Target::Sqlite(file) = &target {
            private_folder_of(Path::new(file))?;
        }
        done.extend(migrate(&target)?.into_iter().map(Done::Ran));
        let id = vault.id().to_owned();
        connect(settings, vault)?.write_here(|tx| {
            seed_dongs(tx)?;
            settings::set(tx, settings::KEY_ID, &id)
        })?;
        return Ok(done);
    };
    refuse_younger(&version)?;
    let vault = key(settings)?;
    if pending(&target)?.is_empty() {
        connect(settings, vault).and_then(|db| same_key(&db))?;
        return Ok(done);
    }
    if settings.backup.before_migration {
        let name = format!("before-{version}-{}.backup", now.format("%Y%m%dT%H%M%SZ"));
        let path = settings.backup.dir.join(name);
        backup::create(
            (&target, &Shelf::at(&settings.evidence.folder)),
            &vault,
            &Lock::own(&vault),
            &path,
            now,
            |_, _| {},
        )?;
        forget_old(&settings.backup.dir, settings.backup.keep);
        done.push(Done::BackedUp(path));
    }
    done.extend(migrate(&target)?.into_iter().map(Done::Ran));
    connect(settings, vault).and_then(|db| same_key(&db))?;
    Ok(done)
}

/// `bring_up` for a database without any table; others are left as they are (`ieum migrate` is the operator's decision).
///
/// # Errors
/// As `bring_up`.
pub fn bring_up_if_empty(settings: &Settings, now: DateTime<Utc>) -> Result<Vec<Done>, Closed> {
    match dump::schema_version(&target(settings)?)? {
        None => bring_up(settings, now),
        Some(_) => Ok(Vec::new()),
    }
}

fn refuse_younger(version: &str) -> Result<(), Closed> {
    let newest = newest_migration()?;
    if *version > *newest {
        return Err(Closed(format!(
            "데이터베이스({version})가 이 프로그램({newest})보다 새 판입니다. 새 판의 이음을 쓰거나 백업을 되돌려 주세요"
        )));
    }
    Ok(())
}

/// Removes the oldest automatic backups over `keep`. One that cannot be removed is left for the next time.
fn forget_old(folder: &Path, keep: usize) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let mut ours: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            name.starts_with("before-") && name.ends_with(".backup")
        })
        .collect();
    // The names begin with the version and the time, so that their order is their age.
    ours.sort();
    let surplus = ours.len().saturating_sub(keep);
    ours.iter().take(surplus).for_each(|path| drop(std::fs::remove_file(path)));
}

/// Opens the database of an installation that is up to date.
///
/// # Errors
/// When it is empty or behind (`ieum migrate`), younger than this binary, or its key is absent or another one.
pub fn open(settings: &Settings) -> Result<Db, Closed> {
    let target = target(settings)?;
    let Some(version) = dump::schema_version(&target)? else {
        return Err(Closed("데이터베이스가 비어 있습니다. 먼저 ieum migrate 를 실행해 주세요".into()));
    };
    refuse_younger(&version)?;
    if !pending(&target)?.is_empty() {
        return Err(Closed(
            "데이터베이스의 표가 옛 판입니다. 먼저 ieum migrate 를 실행해 주세요 (자동으로 백업합니다)"
                .into(),
        ));
    }
    let db = connect(settings, key(settings)?)?;
    same_key(&db)?;
    Ok(db)
}

/// The copy from which reports are read, where the settings name one.
fn replica(settings: &Settings) -> Result<Option<Target>, Closed> {
    let url = settings.database.replica_url.expose();
    Ok(if url.is_empty() { None } else { Some(Target::parse(url)?) })
}

fn connect(settings: &Settings, vault: Vault) -> Result<Db, Closed> {
    let synchronous = match settings.database.synchronous {
        crate::config::Synchronous::Full => "FULL",
        crate::config::Synchronous::Normal => "NORMAL",
    };
    let pools = Pools {
        readers: settings.database.readers,
        pg_writers: settings.database.pg_writers,
        synchronous: synchronous.to_owned(),
        statement_seconds: settings.database.statement_seconds,
        busy_seconds: settings.database.busy_seconds,
        replica: replica(settings)?,
    };
    let db = Db::open(&target(settings)?, &pools, vault, rules(settings))?;
    Ok(db.with_shelf(Shelf::at(&settings.evidence.folder)))
}

/// What the settings say about how cases run.
fn rules(settings: &Settings) -> CaseRules {
    let (deadlines, limits) = (&settings.deadlines, &settings.limits);
    CaseRules {
        office_days: deadlines.office_days,
        contact_gap_days: deadlines.contact_days,
        contact_tries: deadlines.contact_tries,
        rights_days: deadlines.rights_days,
        codes: CodeRules {
            tries: i64::from(limits.code_tries),
            sends: i64::from(limits.code_sends),
            window_minutes: limits.code_window_minutes,
            minutes: deadlines.code_minutes,
            hand_in_minutes: deadlines.code_hand_in_minutes,
            letter_days: deadlines.letter_code_days,
        },
        keeping: Keeping {
            respondent_days: settings.retention.respondent_days,
            unit_hash_months: settings.retention.unit_hash_months,
            case_years: settings.retention.case_years,
            notes_days: settings.retention.notes_days,
            access_years: settings.retention.access_years,
            grant_years: settings.retention.grant_years,
        },
        basis: None,
        undo_minutes: settings.mail.undo_minutes,
        report_days: deadlines.report_days,
        messages: settings.messages.channel != MessageChannel::None,
    }
}

fn same_key(db: &Db) -> Result<(), Closed> {
    let kept = db.read_here(|rx| settings::get(rx, settings::KEY_ID))?;
    match kept {
        Some(id) if id != db.vault().id() => Err(Closed(format!(
            "설치 열쇠가 다릅니다: 데이터베이스는 열쇠 {id}, 지금 열쇠는 {}. data.key_file 을 확인해 주세요",
            db.vault().id()
        ))),
        _ => Ok(()),
    }
}
