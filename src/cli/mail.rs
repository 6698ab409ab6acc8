//! `ieum mail`: does mail leave at all?
use super::{Context, Failure, say};
use crate::app;
use crate::config::Settings;
use crate::domain::letter::{Letter, Outgoing};
use crate::mail::{Sender, Transport};
use crate::render::Renderer;

#[derive(clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// 시험 메일을 한 통 보냅니다
    Test {
        /// 받을 메일 주소
        #[arg(value_name = "ADDRESS")]
        to: String,
    },
}

pub(super) fn run(context: &Context, args: &Args) -> Result<(), Failure> {
    let Command::Test { to } = &args.command;
    let settings = Settings::load(context.file.as_deref())?;
    let failed = |e: &dyn std::fmt::Display| Failure::Failed(e.to_string());
    let renderer = Renderer::new().map_err(|e| failed(&e))?;
    let transport = Transport::new(&settings.mail).map_err(|e| failed(&e))?;
    let outgoing = Outgoing { to: to.clone(), number: None, letter: Letter::Test {} };
    let now = app::now();
    let key = format!("test-{}", now.timestamp_micros());
    let sender = Sender::new(&settings).map_err(|e| failed(&e))?;
    let mail = sender.compose(&renderer, &key, &outgoing, now).map_err(|e| failed(&e))?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let answer = runtime
        .block_on(transport.send(&mail))
        .map_err(|e| Failure::Failed(format!("메일을 보내지 못했습니다: {e}")))?;
    if transport.is_folder() {
        say(format_args!(
            "메일 서버가 설정되지 않아 파일로 남겼습니다: {}",
            settings.mail.folder.join(answer).display()
        ));
    } else {
        say(format_args!("메일 서버가 받았습니다: {answer}"));
    }
    Ok(())
}
