//! Floor 3. Backup, verification and restoring of a whole installation: its database and the files beside it.
//!
//! A backup holds every table as `store::dump` says it, sealed once more as a whole (`archive`). The installation's key is
//! never inside: whoever holds only the backup reads nothing, and whoever lost the key has lost the sealed values too.
//! So the key (`data.key_file`) is kept apart from the backups, on paper or in a safe.
mod archive;
mod files;

use crate::store::dump::{self, Said};
use crate::store::shelf::Shelf;
use crate::store::vault::Vault;
use crate::store::{StoreError, Target};
use archive::{Opener, Sealer};
use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{DateTime, Utc};
use rand::RngCore;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, BufWriter, Read};
use std::path::{Path, PathBuf};

const MAGIC: &str = "IEUM-BACKUP 1 ";
/// A first line is never longer than this, so that a foreign file is refused without reading it whole.
const FIRST_LINE: u64 = 4096;

/// Why a backup could not be made, read or restored.
#[derive(Debug)]
pub enum BackupError {
    /// A file that cannot be read or written.
    File(String),
    /// The database refused.
    Store(StoreError),
    /// Not a backup of Ieum, or of a younger format.
    Foreign(String),
    /// The key does not open the file.
    WrongKey,
    /// The file was cut, changed, or is too large.
    Damaged(&'static str),
    /// The backup cannot go there.
    Refused(String),
}

impl std::fmt::Display for BackupError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File(e) => write!(f, "파일을 다룰 수 없습니다: {e}"),
            Self::Store(e) => write!(f, "{e}"),
            Self::Foreign(e) => write!(f, "이음의 백업 파일이 아닙니다: {e}"),
            Self::WrongKey => f.write_str("열쇠가 맞지 않습니다. 백업을 만들 때 쓴 열쇠(또는 암호)를 주세요"),
            Self::Damaged(e) => write!(f, "백업 파일이 손상되었습니다: {e}"),
            Self::Refused(e) => f.write_str(e),
        }
    }
}
impl std::error::Error for BackupError {}
impl From<StoreError> for BackupError {
    fn from(e: StoreError) -> Self {
        Self::Store(e)
    }
}
impl From<std::io::Error> for BackupError {
    fn from(e: std::io::Error) -> Self {
        match e.downcast::<Self>() {
            Ok(ours) => ours,
            Err(e) => Self::File(e.to_string()),
        }
    }
}

/// What locks a backup.
pub enum Lock {
    /// A key: the installation's own, or another one kept in a key file of the same form.
    Key { vault: Box<Vault>, own: bool },
    /// A passphrase of at least 12 characters.
    Passphrase(String),
}

/// Shortest passphrase, in characters.
const PASSPHRASE_MIN: usize = 12;

impl Lock {
    /// The installation's own key.
    #[must_use]
    pub fn own(vault: &Vault) -> Self {
        Self::Key { vault: Box::new(vault.clone()), own: true }
    }

    /// A key file: 32 bytes in base64, as the installation's.
    ///
    /// # Errors
    /// When the file cannot be read or holds no key.
    pub fn key_file(path: &Path) -> Result<Self, BackupError> {
        let text = std::fs::read_to_string(path)
            .map_err(|e| BackupError::File(format!("{}: {e}", path.display())))?;
        Ok(Self::Key { vault: Box::new(Vault::from_base64(&text)?), own: false })
    }

    /// A passphrase.
    ///
    /// # Errors
    /// When it is too short to protect a file that an attacker may try at leisure.
    pub fn passphrase(words: &str) -> Result<Self, BackupError> {
        if words.chars().count() < PASSPHRASE_MIN {
            return Err(BackupError::Refused(format!("암호는 {PASSPHRASE_MIN}자 이상으로 정해 주세요")));
        }
        Ok(Self::Passphrase(words.to_owned()))
    }

    fn kind(&self) -> &'static str {
        match self {
            Self::Key { own: true, .. } => "installation",
            Self::Key { own: false, .. } => "key_file",
            Self::Passphrase(_) => "passphrase",
        }
    }

    /// The file's own key. Passphrases: Argon2id, m = 47104 KiB, t = 1, p = 1 (OWASP Password Storage).
    fn key(&self, salt: &[u8; 32]) -> Result<[u8; 32], BackupError> {
        match self {
            Self::Key { vault, .. } => Ok(vault.mac("backup", salt)),
            Self::Passphrase(words) => {
                let mut key = [0u8; 32];
                let refused = |e: argon2::Error| BackupError::Refused(format!("암호를 쓸 수 없습니다: {e}"));
                let params = argon2::Params::new(47104, 1, 1, Some(key.len())).map_err(refused)?;
                let slow = argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
                slow.hash_password_into(words.as_bytes(), salt, &mut key).map_err(refused)?;
                Ok(key)
            }
        }
    }
}

/// The first line: what one may know without the key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    pub created_at: DateTime<Utc>,
    /// Ieum's version that wrote the file.
    pub ieum: String,
    /// Id of the installation's key that the values inside are sealed with; not the key.
    pub installation_key: String,
    /// `installation`, `key_file` or `passphrase`.
    pub lock: String,
    /// 32 random bytes, base64.
    pub salt: String,
}

/// The last line inside: what must have been read when the end is reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Newest migration of the database when it was read.
    pub schema: String,
    /// Rows of each table.
    pub rows: BTreeMap<String, u64>,
    /// Files that a row names and that were not there.
    #[serde(default)]
    pub missing_files: u64,
    /// SHA-256 of every line before this one, line ends included, hexadecimal.
    pub sha256: String,
}

/// Writes a backup of the database at `target` and of the files on its shelf to `path`, which must not exist. Until it is complete the file is called
/// `path.part`, so that an interrupted backup is never taken for one. `told` hears each finished table and its rows.
///
/// # Errors
/// When the database is damaged or the file cannot be written; no file is left then.
pub fn create(
    from: (&Target, &Shelf),
    vault: &Vault,
    lock: &Lock,
    path: &Path,
    now: DateTime<Utc>,
    told: impl FnMut(&str, u64),
) -> Result<Manifest, BackupError> {
    if path.exists() {
        return Err(BackupError::Refused(format!("이미 있는 파일입니다: {}", path.display())));
    }
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)?;
    }
    let part = beside(path, "part");
    let made = write_part(from, vault, lock, &part, now, told).and_then(|manifest| {
        std::fs::rename(&part, path)?;
        Ok(manifest)
    });
    if made.is_err() {
        // What is left of a failed try is no backup; that it cannot be removed changes nothing about the failure.
        drop(std::fs::remove_file(&part));
    }
    made
}

fn write_part(
    (target, shelf): (&Target, &Shelf),
    vault: &Vault,
    lock: &Lock,
    part: &Path,
    now: DateTime<Utc>,
    mut told: impl FnMut(&str, u64),
) -> Result<Manifest, BackupError> {
    let mut salt = [0u8; 32];
    rand::rngs::OsRng.fill_bytes(&mut salt);
    let head = Head {
        created_at: now,
        ieum: env!("CARGO_PKG_VERSION").to_owned(),
        installation_key: vault.id().to_owned(),
        lock: lock.kind().to_owned(),
        salt: STANDARD.encode(salt),
    };
    let json = serde_json::to_string(&head).map_err(std::io::Error::other)?;
    let out = BufWriter::new(private(part)?);
    let mut sealer = Sealer::new(out, &lock.key(&salt)?, &format!("{MAGIC}{json}\n"))?;
    let mut lines = Lines::default();
    let mut names = files::Names::default();
    let schema = dump::read(target, |said| -> Result<(), BackupError> {
        let line = match said {
            Said::Table(name) => {
                lines.ended(&mut told);
                format!("# {name}\n")
            }
            Said::Row(row) => format!("{row}\n"),
        };
        names.hear(said)?;
        lines.count(said, &line);
        sealer.write(line.as_bytes())
    })?;
    lines.ended(&mut told);
    let heading = format!("# {}\n", files::FILES);
    lines.count(Said::Table(files::FILES), &heading);
    sealer.write(heading.as_bytes())?;
    files::each(shelf, &names.all, |line| {
        let row = serde_json::to_string(line).map_err(std::io::Error::other)?;
        lines.count(Said::Row(&row), &format!("{row}\n"));
        sealer.write(row.as_bytes())?;
        sealer.write(b"\n")
    })?;
    lines.ended(&mut told);
    let manifest = lines.manifest(schema);
    let json = serde_json::to_string(&manifest).map_err(std::io::Error::other)?;
    sealer.write(format!("= {json}\n").as_bytes())?;
    let file = sealer.finish()?.into_inner().map_err(|e| BackupError::File(e.to_string()))?;
    file.sync_all()?;
    Ok(manifest)
}

/// A new file that only its owner may read.
fn private(path: &Path) -> Result<File, BackupError> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    Ok(options.open(path)?)
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    PathBuf::from(name)
}

/// Counts and hashes the lines, the same way on writing and on reading.
#[derive(Default)]
struct Lines {
    hash: Sha256,
    rows: BTreeMap<String, u64>,
    table: String,
    missing: u64,
}

impl Lines {
    fn count(&mut self, said: Said<'_>, line: &str) {
        self.hash.update(line.as_bytes());
        match said {
            Said::Table(name) => {
                self.rows.insert(name.to_owned(), 0);
                name.clone_into(&mut self.table);
            }
            Said::Row(row) => {
                *self.rows.entry(self.table.clone()).or_default() += 1;
                self.missing += u64::from(self.table == files::FILES && row.ends_with("\"line\":null}"));
            }
        }
    }
    fn ended(&self, told: &mut impl FnMut(&str, u64)) {
        if let Some(rows) = self.rows.get(&self.table) {
            told(&self.table, *rows);
        }
    }
    fn manifest(self, schema: String) -> Manifest {
        let sha256 = self.hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        Manifest { schema, rows: self.rows, missing_files: self.missing, sha256 }
    }
}

/// What a backup says about itself without its key.
///
/// # Errors
/// When the file is no backup.
pub fn head(path: &Path) -> Result<Head, BackupError> {
    Ok(open(path)?.1)
}

fn open(path: &Path) -> Result<(BufReader<File>, Head, String), BackupError> {
    let mut input =
        BufReader::new(File::open(path).map_err(|e| BackupError::File(format!("{}: {e}", path.display())))?);
    let mut line = Vec::new();
    (&mut input).take(FIRST_LINE).read_until(b'\n', &mut line)?;
    let line =
        String::from_utf8(line).map_err(|_binary| BackupError::Foreign("첫 줄이 글자가 아닙니다".into()))?;
    let json = line.strip_prefix(MAGIC).ok_or_else(|| BackupError::Foreign("첫 줄이 다릅니다".into()))?;
    let head = serde_json::from_str(json).map_err(|e| BackupError::Foreign(e.to_string()))?;
    Ok((input, head, line))
}

/// Reads the whole backup, checks it against its manifest and hands each line to `hear`.
fn read_all(
    path: &Path,
    lock: &Lock,
    hear: &mut dyn FnMut(Said<'_>) -> Result<(), StoreError>,
) -> Result<Manifest, BackupError> {
    let (input, head, first_line) = open(path)?;
    let salt = STANDARD.decode(&head.salt).ok().and_then(|salt| <[u8; 32]>::try_from(salt).ok());
    let salt = salt.ok_or_else(|| BackupError::Foreign("salt 가 잘못되었습니다".into()))?;
    let mut input = BufReader::new(Opener::new(input, &lock.key(&salt)?, &first_line));
    let (mut lines, mut line) = (Lines::default(), String::new());
    loop {
        line.clear();
        if input.read_line(&mut line)? == 0 {
            return Err(BackupError::Damaged("끝이 없습니다"));
        }
        let text = line.trim_end_matches('\n');
        if let Some(json) = text.strip_prefix("= ") {
            let promised: Manifest =
                serde_json::from_str(json).map_err(|_e| BackupError::Damaged("목록을 읽을 수 없습니다"))?;
            if lines.manifest(promised.schema.clone()) != promised || input.read_line(&mut line)? != 0 {
                return Err(BackupError::Damaged("내용이 목록과 다릅니다"));
            }
            return Ok(promised);
        }
        let said = text.strip_prefix("# ").map_or(Said::Row(text), Said::Table);
        lines.count(said, &line);
        hear(said)?;
    }
}

/// Reads a backup from end to end and returns what it holds.
///
/// # Errors
/// When the key is wrong or anything was changed.
pub fn verify(path: &Path, lock: &Lock) -> Result<Manifest, BackupError> {
    read_all(path, lock, &mut |_| Ok(()))
}

/// Restores a backup into the empty database at `target`, and its files onto the shelf. The backup is read to its end before anything is written;
/// an interrupted restore leaves the target as empty as it was.
///
/// # Errors
/// When the target is not empty, the lock or the installation's key is wrong, or the file is damaged.
pub fn restore(
    path: &Path,
    lock: &Lock,
    vault: &Vault,
    (target, shelf): (&Target, &Shelf),
) -> Result<Manifest, BackupError> {
    let head = head(path)?;
    if dump::schema_version(target)?.is_some() {
        return Err(BackupError::Refused(
            "데이터베이스가 비어 있지 않습니다. 빈 곳에만 되돌릴 수 있습니다".into(),
        ));
    }
    if head.installation_key != vault.id() {
        return Err(BackupError::Refused(format!(
            "이 백업의 개인정보는 다른 설치 열쇠({})로 잠겨 있습니다. 지금 열쇠는 {} 입니다. data.key_file 에 그 열쇠를 놓아 주세요",
            head.installation_key,
            vault.id()
        )));
    }
    let manifest = verify(path, lock)?;
    match target {
        Target::Postgres(_) => fill(path, lock, (target, shelf), &manifest)?,
        Target::Sqlite(file) => {
            let part = beside(Path::new(file), "restoring");
            let leftovers = ["", "-wal", "-shm", "-journal"];
            let remove = || {
                leftovers
                    .iter()
                    .for_each(|end| drop(std::fs::remove_file(format!("{}{end}", part.display()))))
            };
            remove();
            if let Some(folder) = Path::new(file).parent().filter(|folder| !folder.as_os_str().is_empty()) {
                std::fs::create_dir_all(folder)?;
            }
            drop(private(&part)?);
            let filled = fill(path, lock, (&Target::Sqlite(part.display().to_string()), shelf), &manifest);
            // An old log beside the empty file would be played into the new one.
            let moved = filled.and_then(|()| {
                for end in ["-wal", "-shm"] {
                    drop(std::fs::remove_file(format!("{file}{end}")));
                }
                Ok(std::fs::rename(&part, file)?)
            });
            remove();
            moved?;
        }
    }
    Ok(manifest)
}

fn fill(
    path: &Path,
    lock: &Lock,
    (target, shelf): (&Target, &Shelf),
    manifest: &Manifest,
) -> Result<(), BackupError> {
    dump::write(target, &manifest.schema, |hear| -> Result<(), BackupError> {
        let mut back = files::Back::onto(shelf);
        let again = read_all(path, lock, &mut |said| if back.hear(said)? { Ok(()) } else { hear(said) })?;
        back.finish()?;
        if again == *manifest {
            Ok(())
        } else {
            Err(BackupError::Damaged("읽는 동안 파일이 바뀌었습니다"))
        }
    })
}
