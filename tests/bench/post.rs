//! How fast the outbox empties through a local mail server, beside a bare lettre loop in the same run:
//!   post [MAILS]        `TEST_POSTGRES_URL` adds PostgreSQL; a database of its own is made there and dropped again
//! Ends with 1 when the outbox is slower than half the loop.
#![expect(clippy::disallowed_methods, reason = "the database's address comes as for the tests")]
use diesel::connection::SimpleConnection;
use ieum::app::now;
use ieum::config::{MailSecurity, MailTransport, Settings};
use ieum::domain::case::CaseRules;
use ieum::domain::codes::MeetingKind;
use ieum::domain::letter::{Letter, Meeting, Outgoing};
use ieum::jobs::deliver::Courier;
use ieum::store::{Db, Pools, StoreError, Target, migrate, outbox, sending::Caps, vault::Vault};
use lettre::message::{Mailbox, MultiPart};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use std::error::Error;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::watch;

type Done<T> = Result<T, Box<dyn Error>>;

/// The least share of the bare loop's speed.
const LEAST: f64 = 0.5;

/// A database of its own on the server at `url`.
struct Own {
    server: Target,
    name: String,
    target: Target,
}

impl Own {
    fn new(url: String) -> Done<Self> {
        let name = format!("ieum_post_{}", std::process::id());
        let (start, _) = url.rsplit_once('/').ok_or("TEST_POSTGRES_URL names no database")?;
        let target = Target::Postgres(format!("{start}/{name}"));
        let server = Target::Postgres(url);
        server.connect()?.batch_execute(&format!("CREATE DATABASE {name}"))?;
        Ok(Self { server, name, target })
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        let gone = format!("DROP DATABASE {} WITH (FORCE)", self.name);
        drop(self.server.connect().map(|mut server| server.batch_execute(&gone)));
    }
}

/// Takes every mail, at once.
fn server() -> Done<u16> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let port = listener.local_addr()?.port();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(move || drop(talk(stream)));
        }
    });
    Ok(port)
}

fn talk(stream: TcpStream) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut out = stream.try_clone()?;
    let mut lines = BufReader::new(stream).lines();
    let mut say = move |words: &str| out.write_all(words.as_bytes());
    say("220 bench ESMTP\r\n")?;
    while let Some(line) = lines.next().transpose()? {
        match line.get(..4).unwrap_or_default() {
            "EHLO" => say("250-bench\r\n250 8BITMIME\r\n")?,
            "DATA" => {
                say("354 go on\r\n")?;
                for line in lines.by_ref() {
                    if line? == "." {
                        break;
                    }
                }
                say("250 taken\r\n")?;
            }
            "QUIT" => return say("221 bye\r\n"),
            _ => say("250 ok\r\n")?,
        }
    }
    Ok(())
}

/// A bare loop: mails of the same kind, one after the other.
async fn bare(port: u16, mails: u32) -> Done<f64> {
    let smtp = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous("127.0.0.1").port(port).build();
    let from: Mailbox = "이음 <no-reply@ieum.example>".parse()?;
    let start = Instant::now();
    for n in 0..mails {
        let words = "조정회의가 옮겨졌습니다.\r\n".repeat(20);
        let mail = Message::builder()
            .from(from.clone())
            .to(format!("bench{n}@example.kr").parse()?)
            .subject("조정회의 시간이 바뀌었습니다")
            .multipart(MultiPart::alternative_plain_html(words.clone(), words))?;
        smtp.send(mail).await?;
    }
    Ok(f64::from(mails) / start.elapsed().as_secs_f64())
}

fn moved(n: u32) -> Outgoing {
    let start = now() + chrono::Duration::days(7);
    let meeting = Meeting {
        uid: format!("bench-{n}"),
        sequence: 1,
        kind: MeetingKind::Joint,
        start,
        end: start + chrono::Duration::minutes(90),
        place: Some("천연동주민센터 2층".to_owned()),
        link: "/cases/2026-0001".to_owned(),
    };
    let letter = Letter::SessionMoved { meeting, was: start };
    Outgoing { to: format!("bench{n}@example.kr"), number: Some("2026-0001".to_owned()), letter }
}

async fn emptied(target: &Target, port: u16, mails: u32, workers: u32) -> Done<f64> {
    let pools = Pools { readers: 2, pg_writers: 8, synchronous: "FULL".to_owned(), ..Pools::default() };
    let db = Db::open(target, &pools, Vault::from_base64(&Vault::generate())?, CaseRules::default())?;
    let put = move |tx: &mut ieum::store::Tx<'_>| {
        for n in 0..mails {
            outbox::enqueue(tx, &format!("bench-{workers}-{n}"), None, &moved(n), now())?;
        }
        Ok::<_, StoreError>(())
    };
    db.write(put).await?;
    let mut settings = Settings::in_folder(&std::env::temp_dir())?;
    settings.server.base_url = "https://ieum.example".to_owned();
    settings.mail.transport = MailTransport::Smtp;
    settings.mail.host = "127.0.0.1".to_owned();
    settings.mail.port = port;
    settings.mail.security = MailSecurity::None;
    let (end, stop) = watch::channel(false);
    let start = Instant::now();
    let mut running = Vec::new();
    for _ in 0..workers {
        let mut courier = Courier::of(&settings, db.clone(), Arc::new(now))?;
        courier.caps = Caps { per_recipient: i64::MAX, per_hour: i64::MAX };
        let stop = stop.clone();
        running.push(tokio::spawn(async move { courier.run(Duration::from_millis(5), stop).await }));
    }
    while db.read(outbox::standing).await?.waiting > 0 {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    let rate = f64::from(mails) / start.elapsed().as_secs_f64();
    end.send(true)?;
    for worker in running {
        worker.await?;
    }
    Ok(rate)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Done<ExitCode> {
    let mails = std::env::args().nth(1).map_or(Ok(1000), |n| n.parse())?;
    let port = server()?;
    let folder = std::env::temp_dir().join(format!("ieum-post-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let mut targets = vec![("SQLite", Target::Sqlite(folder.join("bench.db").display().to_string()))];
    let own = std::env::var("TEST_POSTGRES_URL").ok().map(Own::new).transpose()?;
    targets.extend(own.iter().map(|own| ("PostgreSQL", own.target.clone())));
    let mut out = std::io::stdout().lock();
    let mut slow = false;
    for (name, target) in &targets {
        migrate(target)?;
        for workers in [1, 4] {
            let yardstick = bare(port, mails).await?;
            let rate = emptied(target, port, mails, workers).await?;
            let share = rate / yardstick;
            slow |= share < LEAST;
            writeln!(
                out,
                "{name}, workers {workers}: {rate:.0} mails/s, bare lettre loop {yardstick:.0}/s: {share:.2} (at least {LEAST})"
            )?;
        }
    }
    std::fs::remove_dir_all(&folder)?;
    Ok(if slow { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
