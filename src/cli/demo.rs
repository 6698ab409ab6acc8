//! `ieum demo`: a complete seeded installation on the embedded database, with nothing configured.
use super::{Context, Failure, data, say};
use crate::app::{demo, installation, now, run};
use crate::config::Settings;
use std::net::SocketAddr;
use std::path::PathBuf;

#[derive(clap::Args)]
#[command(
    after_help = "지어낸 사람과 사건으로 채운 설치를 만들고 시작합니다. 편지는 폴더에 쌓이고 /demo/mail 에서 읽습니다.
--dir 을 주면 그 폴더에 남고, 다시 시작하면 이어서 씁니다. 없으면 임시 폴더를 씁니다."
)]
pub(super) struct Args {
    /// 듣는 주소
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// 설치할 폴더
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

pub(super) fn run(_context: &Context, args: &Args) -> Result<(), Failure> {
    let dir = match &args.dir {
        Some(dir) => dir.clone(),
        None => std::env::temp_dir().join(format!("ieum-demo-{}", std::process::id())),
    };
    std::fs::create_dir_all(&dir)?;
    let mut settings = Settings::for_demo(&dir, &Settings::environment())?;
    settings.server.listen = args.listen;
    settings.server.base_url = format!("http://{}", args.listen);
    // The letters of the weeks before today are delivered at once, however old they are.
    settings.mail.give_up_hours = 24 * 365;
    // Whoever tries a step wants to read its mail now.
    settings.mail.undo_minutes = 0;
    settings.log.level = "warn".to_owned();
    run::start_logging(&settings)?;
    let fresh = !installation::bring_up(&settings, now())?.is_empty();
    let db = installation::open(&settings)?;
    if fresh {
        let at = now();
        demo::fill(&db, at)
            .and_then(|()| demo::last_year(&db, at))
            .map_err(|e| Failure::Failed(e.to_string()))?;
    }
    Ok(run::serve(settings, db, true, |address| drop(welcome(address, &dir)))?)
}

/// The address and one login per role; data, so that a script can read it.
fn welcome(address: SocketAddr, dir: &std::path::Path) -> Result<(), Failure> {
    say(format!("이음 시연을 시작했습니다. 파일은 {} 에 있습니다. Ctrl-C 로 끝냅니다.", dir.display()));
    let mut text = format!("http://{address}\n비밀번호는 모두 같습니다: {}\n", demo::PASSWORD);
    for (email, name, role) in demo::LOGINS {
        text += &format!("{}\t{email}\t{name}\n", role.label());
    }
    data(&text)
}
