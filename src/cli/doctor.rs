//! `ieum doctor`: looks at everything that an installation needs, and says what to do about what is wrong.
use super::{Context, Failure, data};
use crate::app::{self, installation};
use crate::casework::publications;
use crate::config::Settings;
use crate::mail::{Spool, Transport};
use crate::store::evidence as things;
use crate::store::kept;
use crate::store::newest_migration;
use crate::store::surveys as asked;
use crate::web::condition::free_mib;

#[derive(clap::Args)]
#[command(
    after_help = "살펴보기만 하고 아무것도 바꾸지 않습니다. 하나라도 잘못되어 있으면 종료 코드가 1입니다."
)]
pub(super) struct Args {}

/// A short message that waits so many minutes for the gateway is waiting too long.
const WAITS: i64 = 60;

/// One thing looked at: its name, and what is right or wrong about it.
type Finding = (&'static str, Result<String, String>);

pub(super) fn run(context: &Context, _: &Args) -> Result<(), Failure> {
    let settings = context.settings()?;
    let findings = [
        ("설정", Ok("모르는 항목도 잘못된 값도 없습니다".to_owned())),
        ("열쇠", key(&settings)),
        ("데이터베이스", database(&settings)),
        ("복제 서버", replica(&settings)),
        ("증거 파일", evidence(&settings)),
        ("현황 집계", figures(&settings)),
        ("만족도 집계", surveys(&settings)),
        ("공표한 보고서", published(&settings)),
        ("메일", mail(&settings)),
        ("문자", messages(&settings)),
        ("디스크", disk(&settings)),
        ("주소", address(&settings)),
    ];
    let bad = findings.iter().filter(|(_, found)| found.is_err()).count();
    data(&findings.iter().map(line).collect::<String>())?;
    if bad == 0 { Ok(()) } else { Err(Failure::Failed(format!("{bad}가지를 고쳐 주세요."))) }
}

fn line((name, found): &Finding) -> String {
    match found {
        Ok(words) => format!("좋음\t{name}\t{words}\n"),
        Err(words) => format!("문제\t{name}\t{words}\n"),
    }
}

fn words(e: impl std::fmt::Display) -> String {
    e.to_string()
}

/// The key is there, and nobody but its owner reads its file.
fn key(settings: &Settings) -> Result<String, String> {
    let vault = installation::key(settings).map_err(words)?;
    #[cfg(unix)]
    if settings.data.key.is_empty() {
        let file = &settings.data.key_file;
        let mode = std::fs::metadata(file).map(|m| std::os::unix::fs::PermissionsExt::mode(&m.permissions()));
        if mode.map_err(words)? & 0o077 != 0 {
            return Err(format!("다른 사람도 읽을 수 있습니다: chmod 600 {}", file.display()));
        }
    }
    Ok(format!("번호 {}", vault.id()))
}

/// The database answers, its schema is this binary's and its key is ours.
fn database(settings: &Settings) -> Result<String, String> {
    installation::open(settings).map_err(words)?;
    let kind = if settings.database.is_postgres() { "PostgreSQL" } else { "SQLite" };
    Ok(format!("{kind}, 표가 최신이고 열쇠가 맞습니다"))
}

/// The server from which reports are read answers, and has the same tables.
fn replica(settings: &Settings) -> Result<String, String> {
    if settings.database.replica_url.expose().is_empty() {
        return Ok("쓰지 않습니다".to_owned());
    }
    let db = installation::open(settings).map_err(words)?;
    let newest = newest_migration().map_err(words)?;
    match db.reports_version() {
        Ok(version) if version == newest => Ok("접속되고 표가 데이터베이스와 같습니다".to_owned()),
        Ok(version) => {
            Err(format!("표가 데이터베이스({newest})와 다릅니다({version}). 복제가 따라오는지 봐 주세요"))
        }
        Err(e) => Err(format!(
            "읽을 수 없어 보고서만 열리지 않습니다. 복제 서버와 database.replica_url 을 봐 주세요: {e}"
        )),
    }
}

/// Every file that a row names lies on the shelf.
fn evidence(settings: &Settings) -> Result<String, String> {
    let db = installation::open(settings).map_err(words)?;
    let files = db.read_here(things::files).map_err(words)?;
    let lost = files.iter().filter(|name| db.shelf().lines(name).is_err()).count();
    let folder = settings.evidence.folder.display();
    if lost > 0 {
        return Err(format!(
            "{}개 가운데 {lost}개가 없거나 열 수 없습니다. 폴더를 되살리거나 백업에서 되돌려 주세요: {folder}",
            files.len()
        ));
    }
    Ok(format!("데이터베이스 밖의 {}개가 모두 있습니다: {folder}", files.len()))
}

/// What the ward's overview is added up from is what a recount of every case gives.
fn figures(settings: &Settings) -> Result<String, String> {
    let db = installation::open(settings).map_err(words)?;
    let (cases, wrong) = db.read_here(kept::differing).map_err(words)?;
    if wrong.is_empty() {
        return Ok(format!("사건 {cases}건을 다시 세어 모두 같습니다"));
    }
    Err(format!(
        "사건 {cases}건 가운데 {}건의 집계가 다시 센 것과 다릅니다. ieum migrate --recount 로 다시 만들어 주세요",
        wrong.len()
    ))
}

/// What the survey's summary is added up from is what the histories say.
fn surveys(settings: &Settings) -> Result<String, String> {
    let db = installation::open(settings).map_err(words)?;
    let (cases, wrong) = db.read_here(asked::differing).map_err(words)?;
    if wrong.is_empty() {
        return Ok(format!("여쭐 수 있었던 사건 {cases}건이 기록과 모두 같습니다"));
    }
    Err(format!(
        "사건 {cases}건 가운데 {}건의 집계가 기록과 다릅니다. ieum migrate --recount 로 다시 만들어 주세요",
        wrong.len()
    ))
}

/// Every published report is the one whose hash was kept.
fn published(settings: &Settings) -> Result<String, String> {
    let db = installation::open(settings).map_err(words)?;
    let (reports, wrong) = db.read_here(publications::altered).map_err(words)?;
    if wrong.is_empty() {
        return Ok(format!("{reports}개가 공표한 그대로입니다"));
    }
    let ids: Vec<String> = wrong.iter().map(|id| id.0.to_string()).collect();
    Err(format!(
        "{reports}개 가운데 {}개가 공표한 것과 다릅니다(번호 {}). 백업에서 되돌려 주세요",
        wrong.len(),
        ids.join(", ")
    ))
}

/// The mail server lets us in, or the folder can be written.
fn mail(settings: &Settings) -> Result<String, String> {
    let transport = Transport::new(&settings.mail).map_err(words)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(words)?;
    let place =
        if transport.is_folder() { settings.mail.folder.display().to_string() } else { String::new() };
    runtime.block_on(transport.check()).map_err(|e| format!("{e} {place}").trim_end().to_owned())?;
    Ok(if transport.is_folder() {
        format!("보내지 않고 폴더에 남깁니다: {}", settings.mail.folder.display())
    } else {
        format!("{} 에 접속됩니다", settings.mail.host)
    })
}

/// The gateway's folder can be written, and the gateway takes what lies there.
fn messages(settings: &Settings) -> Result<String, String> {
    let Some(spool) = Spool::new(settings).map_err(words)? else {
        return Ok("보내지 않습니다".to_owned());
    };
    let folder = settings.messages.folder.display();
    let oldest = spool.check().map_err(|e| format!("폴더에 쓸 수 없습니다: {folder}: {e}"))?;
    let Some(oldest) = oldest else {
        return Ok(format!("폴더에 쓸 수 있고 비어 있습니다: {folder}"));
    };
    let minutes = (app::now() - oldest).num_minutes();
    if minutes < WAITS {
        return Ok(format!("폴더에 쓸 수 있고, 가장 오래된 파일은 {minutes}분 되었습니다: {folder}"));
    }
    Err(format!(
        "가장 오래된 파일이 {minutes}분 되었습니다. 대행사의 프로그램이 가져가는지 봐 주세요: {folder}"
    ))
}

/// Free space where the data lies.
fn disk(settings: &Settings) -> Result<String, String> {
    let free = free_mib(&settings.data.dir).map_err(words)?;
    if free < settings.server.ready_free_mib {
        return Err(format!("{free} MiB 남았습니다. 옛 백업과 로그를 지워 주세요"));
    }
    Ok(format!("{free} MiB 남음"))
}

/// People elsewhere reach the server only over TLS.
fn address(settings: &Settings) -> Result<String, String> {
    let (server, base) = (&settings.server, &settings.server.base_url);
    if !server.listen.ip().is_loopback() && !server.tls_on {
        return Err("바깥에서 오는 연결이 암호화되지 않습니다. 앞단에서 TLS를 처리하고 server.tls_on = true 로 해 주세요".to_owned());
    }
    Ok(base.clone())
}
