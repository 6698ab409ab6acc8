//! `ieum config check|default`.
use super::{Context, Failure, data, say};
use crate::config::{DEFAULTS, Settings};
use crate::mail::Spool;

#[derive(clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// 지금 쓰이는 설정을 보여 줍니다 (비밀값은 가리고, 바뀐 값에는 어디서 왔는지 붙입니다)
    Check,
    /// 모든 설정의 기본값과 설명을 보여 줍니다 (설정 파일의 본보기)
    Default,
}

pub(super) fn run(context: &Context, args: &Args) -> Result<(), Failure> {
    match args.command {
        Command::Check => {
            let (settings, shown) = Settings::explain(context.file.as_deref())?;
            data(&shown)?;
            // What the settings alone cannot know: whether the approved texts take them.
            Spool::new(&settings).map_err(|e| Failure::Usage(e.to_string()))?;
            say("설정에 잘못된 곳이 없습니다.");
            Ok(())
        }
        Command::Default => data(DEFAULTS),
    }
}
