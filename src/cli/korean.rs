//! clap's help and errors in Korean.
use super::say;
use clap::{Arg, ArgAction, Command, error::ContextKind, error::ErrorKind};
use std::process::ExitCode;

const HELP: &str = "{about-with-newline}\n사용법: {usage}\n\n{all-args}{after-help}\n";

/// The command tree with Korean headings and a Korean `--help` everywhere.
pub(super) fn dress(command: Command) -> Command {
    let version = command.get_version().is_some();
    let mut command = command
        .help_template(HELP)
        .subcommand_help_heading("명령")
        .subcommand_value_name("명령")
        .disable_help_flag(true)
        .disable_help_subcommand(true)
        .disable_version_flag(true)
        .mut_args(|argument| {
            let heading = if argument.is_positional() { "입력" } else { "선택" };
            argument.help_heading(heading).hide_possible_values(false)
        })
        .arg(flag("help", 'h', ArgAction::Help, "도움말을 봅니다"))
        .mut_subcommands(dress);
    if version {
        command = command.arg(flag("version", 'V', ArgAction::Version, "버전을 봅니다"));
    }
    command
}

fn flag(name: &'static str, short: char, action: ArgAction, help: &'static str) -> Arg {
    Arg::new(name).long(name).short(short).action(action).help(help).help_heading("선택").display_order(1000)
}

/// Prints what clap has to say and gives its exit code: help and version 0, anything else 2.
pub(super) fn explain(e: &clap::Error) -> ExitCode {
    if matches!(e.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        // Help goes to standard output; when nobody reads it, nothing is lost.
        drop(e.print());
        return ExitCode::SUCCESS;
    }
    if e.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        say(e.render());
        return ExitCode::from(2);
    }
    let about = |kind: ContextKind| e.get(kind).map(ToString::to_string);
    let argument =
        about(ContextKind::InvalidArg).or_else(|| about(ContextKind::InvalidSubcommand)).unwrap_or_default();
    let value = about(ContextKind::InvalidValue).unwrap_or_default();
    let words = match e.kind() {
        ErrorKind::InvalidSubcommand => format!("그런 명령은 없습니다: {argument}"),
        ErrorKind::UnknownArgument => format!("모르는 선택 항목입니다: {argument}"),
        ErrorKind::MissingRequiredArgument => format!("꼭 필요한 항목이 빠졌습니다: {argument}"),
        ErrorKind::MissingSubcommand => "어떤 명령인지 적어 주세요.".to_owned(),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation if value.is_empty() => {
            format!("값을 적어 주세요: {argument}")
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            format!("쓸 수 없는 값입니다: {argument} = {value}")
        }
        ErrorKind::ArgumentConflict => format!("함께 쓸 수 없는 항목입니다: {argument}"),
        _ => format!("명령을 이해하지 못했습니다: {argument}"),
    };
    say(words);
    if let Some(valid) = about(ContextKind::ValidValue).or_else(|| about(ContextKind::ValidSubcommand))
        && !valid.is_empty()
    {
        say(format!("쓸 수 있는 것: {valid}"));
    }
    if let Some(suggestion) =
        about(ContextKind::SuggestedSubcommand).or_else(|| about(ContextKind::SuggestedArg))
    {
        say(format!("혹시 이것인가요: {suggestion}"));
    }
    say("사용법은 --help 로 볼 수 있습니다.");
    ExitCode::from(2)
}
