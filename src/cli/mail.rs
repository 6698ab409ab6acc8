//! `ieum mail`: does mail leave at all? And the door by which mail comes in.
use super::{Context, Failure, data, say};
use crate::app::{self, installation, run};
use crate::casework;
use crate::config::Settings;
use crate::domain::letter::{Letter, Outgoing};
use crate::domain::message;
use crate::domain::notice::letter_label;
use crate::jobs::preview::Prospect;
use crate::mail::inbound::{self, Inbox};
use crate::mail::{Sender, Transport};
use crate::render::Renderer;
use crate::render::korean::Moment;
use std::io::Read;
use std::sync::Arc;

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
    /// 나갈 메일을 보여 주기만 합니다. 아무것도 보내거나 바꾸지 않습니다
    Preview {
        /// 보일 통 수
        #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(i64).range(1..=500))]
        limit: i64,
        /// 본문까지 보입니다 (링크와 코드는 가립니다)
        #[arg(long)]
        text: bool,
    },
    /// 알림톡·문자 대행사에 승인받을 문구를 보입니다
    Templates,
    /// 돌아온 메일 한 통을 표준 입력에서 읽어 사건에 넣습니다 (답장, 반송)
    Ingest {
        /// 메일 서버가 알려 준 받는 주소. 없으면 머리글에서 찾습니다
        #[arg(long, value_name = "ADDRESS")]
        to: Option<String>,
    },
}

pub(super) fn run(context: &Context, args: &Args) -> Result<(), Failure> {
    match &args.command {
        Command::Test { to } => test(&context.settings()?, to),
        Command::Preview { limit, text } => preview(&context.settings()?, *limit, *text),
        Command::Templates => data(&message::ALL.map(|one| format!("{}\t{}\n", one.code, one.text)).concat()),
        Command::Ingest { to } => {
            context.settings().and_then(|s| ingest(&s, to.as_deref())).map_err(Failure::later)
        }
    }
}

/// What would leave now, and what holds the rest.
fn preview(settings: &Settings, limit: i64, text: bool) -> Result<(), Failure> {
    let failed = |e: &dyn std::fmt::Display| Failure::Failed(e.to_string());
    let db = installation::open(settings)?;
    let courier = run::courier(settings, &db, Arc::new(app::now)).map_err(|e| failed(&e))?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mails = runtime.block_on(courier.preview(limit)).map_err(|e| failed(&e))?;
    if mails.is_empty() {
        say(format_args!("나가기를 기다리는 메일이 없습니다."));
    }
    for mail in mails {
        let prospect = match &mail.prospect {
            Prospect::Leaves => "지금 나갑니다".to_owned(),
            Prospect::Held => "멈춤: 운영자가 모든 메일을 멈췄습니다".to_owned(),
            Prospect::Later(at) => format!("{} 뒤에 나갑니다", Moment::from(*at).prose()),
            Prospect::Stopped => "보내지 않음: 되돌아온 주소라 전화로 알려야 합니다".to_owned(),
            Prospect::Late => "보내지 않음: 때가 지났습니다".to_owned(),
            Prospect::Broken(why) => format!("쓸 수 없음: {why}"),
        };
        let what = letter_label(mail.letter);
        let (subject, body) = mail.said.unwrap_or_default();
        say(format_args!("{what} → {}\t{subject}\t{prospect}", mail.to));
        if text {
            say(format_args!("\n{body}\n"));
        }
    }
    Ok(())
}

/// Takes one message in. Whatever fails ends with 75 (`EX_TEMPFAIL`), so that the mail server brings the message again; success
/// means that it is here.
fn ingest(settings: &Settings, to: Option<&str>) -> Result<(), Failure> {
    if settings.mail.inbox.is_empty() {
        return Err(Failure::Usage("mail.inbox: 돌아오는 메일을 받을 주소를 먼저 적어 주세요".to_owned()));
    }
    let most = settings.mail.inbox_mib * 1024 * 1024;
    let mut raw = Vec::new();
    // One byte more than is read tells that it is too large.
    let limit = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
    std::io::stdin().lock().take(limit).read_to_end(&mut raw)?;
    std::io::copy(&mut std::io::stdin().lock(), &mut std::io::sink())?;
    let own = own_addresses(settings);
    let inbox = Inbox { address: &settings.mail.inbox, own: &own, most };
    let incoming = inbound::read(&raw, to, inbox);
    let named = incoming.name(&raw);
    let db = installation::open(settings)?;
    let (hard, at) = (settings.mail.hard_bounces, app::now());
    let taken = db.write_here(|tx| casework::inbox::take(tx, &incoming.arrived, &named, hard, at))?;
    let why = taken.why.map(|why| format!(" ({})", why.label())).unwrap_or_default();
    let again = if taken.again { ", 이미 받은 메일입니다" } else { "" };
    say(format_args!("{}: {}{why}{again}", taken.what.label(), taken.fate.label()));
    Ok(())
}

/// The addresses that Ieum sends from: what comes from one of them goes round in circles.
fn own_addresses(settings: &Settings) -> Vec<String> {
    let mail = &settings.mail;
    let bare = |text: &String| {
        let inside =
            text.rsplit_once('<').map_or(text.as_str(), |(_, address)| address.trim_end_matches('>'));
        inside.trim().to_lowercase()
    };
    [&mail.from, &mail.digest_from, &mail.inbox].into_iter().map(bare).collect()
}

fn test(settings: &Settings, to: &str) -> Result<(), Failure> {
    let failed = |e: &dyn std::fmt::Display| Failure::Failed(e.to_string());
    let renderer = Renderer::new().map_err(|e| failed(&e))?;
    let transport = Transport::new(&settings.mail).map_err(|e| failed(&e))?;
    let outgoing = Outgoing { to: to.to_owned(), number: None, letter: Letter::Test {} };
    let now = app::now();
    let key = format!("test-{}", now.timestamp_micros());
    let sender = Sender::new(settings).map_err(|e| failed(&e))?;
    let mail = sender.compose(&renderer, &key, &outgoing, now, None).map_err(|e| failed(&e))?;
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
