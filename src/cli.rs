//! Floor 4. The command line: what can be typed, and what each command prints where.
//!
//! Data goes to standard output, words for people to standard error. Exit codes: 0 done, 1 refused or failed, 2 wrong usage.
mod backup;
mod config;
mod demo;
mod doctor;
mod exchange;
mod korean;
mod mail;
mod migrate;
mod noise;
mod openapi;
mod serve;
mod simulate;
mod user;

use crate::app::installation::Closed;
use crate::backup::BackupError;
use crate::casework::CaseworkError;
use crate::config::{ConfigError, Settings};
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use std::{io::Write, net::SocketAddr, path::PathBuf, process::ExitCode};

/// 이음: 아파트 층간소음 조정 사건을 접수부터 사후점검까지 관리합니다.
#[derive(Parser)]
#[command(name = "ieum", version, disable_help_subcommand = true)]
#[command(after_help = "처음이라면: ieum demo   명령마다 --help 가 있습니다.")]
struct Cli {
    /// 설정 파일 (없으면 환경 변수 IEUM_CONFIG, 그다음 기본값)
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// 지어낸 사람과 사건으로 채운 시연을 시작합니다 (설정이 필요 없습니다)
    Demo(demo::Args),
    /// 서버를 시작합니다
    Serve(serve::Args),
    /// 데이터베이스의 표를 이 판에 맞춥니다 (비어 있으면 만들고, 옛 판이면 먼저 백업합니다)
    Migrate(migrate::Args),
    /// 사람을 초대하고, 비밀번호를 다시 정하게 하고, 계정을 멈춥니다
    #[command(subcommand)]
    User(user::Args),
    /// 잠긴 백업을 만듭니다
    Backup(backup::BackupArgs),
    /// 백업을 빈 데이터베이스에 되돌립니다
    Restore(backup::RestoreArgs),
    /// 백업이 온전한지 끝까지 읽어 봅니다
    Verify(backup::VerifyArgs),
    /// 대장을 가져옵니다 (CSV)
    #[command(subcommand)]
    Import(exchange::ImportArgs),
    /// 대장을 같은 모양으로 내보냅니다 (CSV)
    Export(exchange::ExportArgs),
    /// 지표를 계산합니다
    #[command(subcommand)]
    Report(exchange::ReportArgs),
    /// 지어낸 전국의 사건으로 빈 데이터베이스를 채웁니다 (성능을 재거나 시험할 때)
    Simulate(simulate::Args),
    /// 소음 측정 기록을 그때의 기준에 견주어 봅니다
    #[command(subcommand)]
    Noise(noise::Args),
    /// 설치에 필요한 것이 모두 갖추어졌는지 살펴봅니다
    Doctor(doctor::Args),
    /// 설정을 살펴봅니다
    Config(config::Args),
    /// JSON API의 설명(OpenAPI 3.1)을 내놓습니다
    Openapi,
    /// 메일이 나가는지 시험합니다
    Mail(mail::Args),
}

/// Why a command did not do what was asked; its words go to standard error.
#[derive(Debug)]
pub enum Failure {
    /// Refused or failed: exit code 1.
    Failed(String),
    /// The command line or the settings cannot be used: exit code 2.
    Usage(String),
    /// Worth trying again, and nothing is lost by it: exit code 75, `EX_TEMPFAIL` of mail servers.
    Later(String),
    /// Nobody reads our output any more (`| head`): ends quietly.
    OutputClosed,
}

impl Failure {
    /// The same, to be tried again.
    fn later(self) -> Self {
        match self {
            Self::Failed(words) | Self::Usage(words) | Self::Later(words) => Self::Later(words),
            Self::OutputClosed => Self::OutputClosed,
        }
    }
}

impl From<ConfigError> for Failure {
    fn from(e: ConfigError) -> Self {
        Self::Usage(e.to_string())
    }
}
impl From<Closed> for Failure {
    fn from(e: Closed) -> Self {
        Self::Failed(e.to_string())
    }
}
impl From<CaseworkError> for Failure {
    fn from(e: CaseworkError) -> Self {
        Self::Failed(e.to_string())
    }
}
impl From<BackupError> for Failure {
    fn from(e: BackupError) -> Self {
        Self::Failed(e.to_string())
    }
}
impl From<std::io::Error> for Failure {
    fn from(e: std::io::Error) -> Self {
        if e.kind() == std::io::ErrorKind::BrokenPipe {
            Self::OutputClosed
        } else {
            Self::Failed(e.to_string())
        }
    }
}

/// What every command is handed. The settings are read by the command, as `config check` must be able to fail on them.
struct Context {
    file: Option<PathBuf>,
}

impl Context {
    fn settings(&self) -> Result<Settings, Failure> {
        Ok(Settings::load(self.file.as_deref())?)
    }

    /// The settings with `--listen` over them; the address that people use follows it unless it is set.
    fn settings_with(&self, listen: Option<SocketAddr>) -> Result<Settings, Failure> {
        let mut settings = self.settings()?;
        if let Some(listen) = listen {
            if settings.server.base_url == format!("http://{}", settings.server.listen) {
                settings.server.base_url = format!("http://{listen}");
            }
            settings.server.listen = listen;
        }
        Ok(settings)
    }
}

/// Writes data to standard output.
fn data(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    Ok(out.flush()?)
}

/// Writes a line for people to standard error.
fn say(words: impl std::fmt::Display) {
    // A closed standard error leaves nobody to tell.
    drop(writeln!(std::io::stderr().lock(), "{words}"));
}

/// Parses the command line, runs the command and turns its end into an exit code.
pub fn main() -> ExitCode {
    let command = korean::dress(Cli::command());
    let cli = command.try_get_matches().and_then(|matches| Cli::from_arg_matches(&matches));
    let cli = match cli {
        Ok(cli) => cli,
        Err(e) => return korean::explain(&e),
    };
    let context = Context { file: cli.config };
    let done = match cli.command {
        Command::Demo(args) => demo::run(&context, &args),
        Command::User(args) => user::run(&context, &args),
        Command::Serve(args) => serve::run(&context, &args),
        Command::Migrate(args) => migrate::run(&context, &args),
        Command::Backup(args) => backup::create(&context, &args),
        Command::Restore(args) => backup::restore(&context, &args),
        Command::Verify(args) => backup::verify(&context, &args),
        Command::Import(args) => exchange::import(&context, &args),
        Command::Export(args) => exchange::export(&context, &args),
        Command::Report(args) => exchange::report(&context, &args),
        Command::Simulate(args) => simulate::run(&context, &args),
        Command::Noise(args) => noise::run(&args),
        Command::Doctor(args) => doctor::run(&context, &args),
        Command::Openapi => openapi::run(),
        Command::Config(args) => config::run(&context, &args),
        Command::Mail(args) => mail::run(&context, &args),
    };
    match done {
        Ok(()) | Err(Failure::OutputClosed) => ExitCode::SUCCESS,
        Err(Failure::Failed(words)) => {
            say(words);
            ExitCode::from(1)
        }
        Err(Failure::Later(words)) => {
            say(words);
            ExitCode::from(75)
        }
        Err(Failure::Usage(words)) => {
            say(words);
            ExitCode::from(2)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// clap's own checks of the whole command tree, and Korean words on every command and argument.
    #[test]
    fn every_command_and_argument_says_in_korean_what_it_does() {
        fn look(command: &clap::Command, path: &str) {
            let korean = |text: String| text.chars().any(|c| ('가'..='힣').contains(&c));
            assert!(korean(command.get_about().map(ToString::to_string).unwrap_or_default()), "{path}");
            for argument in command.get_arguments() {
                let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
                assert!(korean(help), "{path} {}", argument.get_id());
            }
            for below in command.get_subcommands() {
                look(below, &format!("{path} {}", below.get_name()));
            }
        }
        let mut command = korean::dress(Cli::command());
        command.build();
        command.clone().debug_assert();
        look(&command, "ieum");
    }
}
