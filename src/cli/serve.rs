//! `ieum serve`.
use super::{Context, Failure, say};
use crate::app::{installation, now, run};
use crate::casework::account::{AccountRules, doors};
use std::net::SocketAddr;

#[derive(clap::Args)]
#[command(
    after_help = "비어 있는 데이터베이스라면 표와 설치 열쇠를 만들고 시작합니다. 옛 판의 데이터베이스는 ieum migrate 뒤에 시작합니다.
Ctrl-C 나 SIGTERM 으로 끝내면 진행 중인 요청과 보내던 메일을 마치고 끝납니다."
)]
pub(super) struct Args {
    /// 듣는 주소 (server.listen 대신)
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<SocketAddr>,
}

pub(super) fn run(context: &Context, args: &Args) -> Result<(), Failure> {
    let settings = context.settings_with(args.listen)?;
    run::start_logging(&settings)?;
    for one in installation::bring_up_if_empty(&settings, now())? {
        say(one);
    }
    let db = installation::open(&settings)?;
    let base = settings.server.base_url.clone();
    let set_up = db.write_here(|tx| doors::set_up_path(tx, &AccountRules::of(&settings), now()))?;
    Ok(run::serve(settings, db, false, |address| {
        say(format!("{address} 에서 듣고 있습니다: {base}"));
        if let Some(path) = set_up {
            say(format!(
                "아직 계정이 없습니다. 이 주소에서 한 번만 운영자 계정을 만들 수 있습니다:\n{base}{path}"
            ));
        }
    })?)
}
