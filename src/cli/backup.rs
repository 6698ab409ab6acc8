//! `ieum backup`, `ieum verify` and `ieum restore`.
use super::{Context, Failure, data, say};
use crate::app::{installation, now};
use crate::backup::{self, Lock, Manifest};
use crate::config::Settings;
use crate::store::kept;
use crate::store::shelf::Shelf;
use std::path::{Path, PathBuf};

/// How a backup is locked or opened. Nothing given: by the installation's own key.
#[derive(clap::Args)]
struct Key {
    /// 다른 열쇠로 잠그거나 엽니다 (base64로 쓴 32바이트가 든 파일)
    #[arg(long, value_name = "FILE", conflicts_with = "passphrase_file")]
    key_file: Option<PathBuf>,
    /// 암호로 잠그거나 엽니다 (암호가 첫 줄에 든 파일, 12자 이상)
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
}

#[derive(clap::Args)]
#[command(
    after_help = "백업에는 열쇠가 들어 있지 않습니다. 되돌리려면 백업 파일과 설치 열쇠(data.key_file)가 둘 다 필요하니,
열쇠는 백업과 다른 곳에 보관해 주세요. 암호나 다른 열쇠로 잠근 백업도 안의 개인정보는 설치 열쇠로 열립니다.
쓰는 동안에도 백업할 수 있으며, 중간에 끊기면 파일이 남지 않습니다."
)]
pub(super) struct BackupArgs {
    /// 백업 파일 (없으면 backup.dir 아래에 날짜로)
    file: Option<PathBuf>,
    #[command(flatten)]
    key: Key,
}

#[derive(clap::Args)]
pub(super) struct VerifyArgs {
    /// 백업 파일
    file: PathBuf,
    #[command(flatten)]
    key: Key,
}

#[derive(clap::Args)]
#[command(
    after_help = "비어 있는 데이터베이스에만 되돌립니다. database.url 이 SQLite든 PostgreSQL이든, 어느 쪽에서 만든 백업이든 됩니다."
)]
pub(super) struct RestoreArgs {
    /// 백업 파일
    file: PathBuf,
    #[command(flatten)]
    key: Key,
}

fn lock(key: &Key, settings: &Settings) -> Result<Lock, Failure> {
    if let Some(path) = &key.passphrase_file {
        let text =
            std::fs::read_to_string(path).map_err(|e| Failure::Failed(format!("{}: {e}", path.display())))?;
        return Ok(Lock::passphrase(text.lines().next().unwrap_or_default())?);
    }
    let configured = Some(&settings.backup.key_file).filter(|path| !path.as_os_str().is_empty());
    match key.key_file.as_ref().or(configured) {
        Some(path) => Ok(Lock::key_file(path)?),
        None => Ok(Lock::own(&installation::key(settings)?)),
    }
}

pub(super) fn create(context: &Context, args: &BackupArgs) -> Result<(), Failure> {
    let settings = context.settings()?;
    let now = now();
    let dated = || settings.backup.dir.join(format!("ieum-{}.backup", now.format("%Y%m%dT%H%M%SZ")));
    let file = args.file.clone().unwrap_or_else(dated);
    let db = installation::open(&settings)?;
    let vault = installation::key(&settings)?;
    let told = |table: &str, rows: u64| say(format!("  {table} {rows}행"));
    let made =
        backup::create((db.target(), db.shelf()), &vault, &lock(&args.key, &settings)?, &file, now, told)?;
    say(format!("백업했습니다: {}", file.display()));
    report(&file, &made)
}

pub(super) fn verify(context: &Context, args: &VerifyArgs) -> Result<(), Failure> {
    let settings = context.settings()?;
    let made = backup::verify(&args.file, &lock(&args.key, &settings)?)?;
    say("끝까지 읽었습니다. 온전한 백업입니다.");
    report(&args.file, &made)
}

pub(super) fn restore(context: &Context, args: &RestoreArgs) -> Result<(), Failure> {
    let settings = context.settings()?;
    let (vault, target) = (installation::key(&settings)?, installation::target(&settings)?);
    let shelf = Shelf::at(&settings.evidence.folder);
    let made = backup::restore(&args.file, &lock(&args.key, &settings)?, &vault, (&target, &shelf))?;
    // Opening proves that the restored database and the key fit together.
    let db = installation::open(&settings)?;
    // A backup from before there were any, or from before another way of counting.
    let mended = kept::mend(&db)?;
    if mended > 0 {
        say(format!("사건 {mended}건의 집계를 다시 만들었습니다."));
    }
    say("되돌렸습니다.");
    report(&args.file, &made)
}

/// What the backup holds, as JSON for scripts.
fn report(file: &Path, made: &Manifest) -> Result<(), Failure> {
    if made.missing_files > 0 {
        say(format!(
            "증거 파일 {}개가 그 자리에 없었습니다. evidence.folder 를 확인해 주세요.",
            made.missing_files
        ));
    }
    let head = backup::head(file)?;
    let report = serde_json::json!({ "file": file.display().to_string(), "head": head, "manifest": made });
    data(&format!("{report:#}\n"))
}
