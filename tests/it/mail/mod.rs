//! Mails as a mail client sees them: written by Ieum, carried by a real SMTP conversation, read back by other people's parsers.

mod digest;
pub(crate) mod letters;
mod pages;
pub(crate) mod smtp_sink;
pub(crate) mod tls;
mod wording;

use crate::databases::python;
use chrono::Duration;
use ieum::config::{MailSecurity, MailTransport, Settings};
use ieum::domain::letter::{Letter, Outgoing};
use ieum::mail::{Mail, SendError, Sender, Transport};
use ieum::render::Renderer;
use letters::{TO, every, meeting, outgoing, written};
use serde_json::Value;
use smtp_sink::{Fault, Sink};
use std::path::PathBuf;
use std::process::Command;

pub(crate) fn settings() -> Settings {
    let mut settings = Settings::in_folder(&std::env::temp_dir()).unwrap();
    settings.mail.from = "이음 층간소음 조정 <no-reply@ieum.example>".to_owned();
    settings.mail.reply_to = "간사실 <help@ieum.example>".to_owned();
    settings.server.base_url = "https://ieum.example".to_owned();
    settings.site.phone = "02-330-0000".to_owned();
    settings
}

pub(crate) fn over(sink: &Sink) -> Settings {
    let mut settings = settings();
    settings.mail.transport = MailTransport::Smtp;
    settings.mail.host = "127.0.0.1".to_owned();
    settings.mail.port = sink.port;
    settings.mail.security = MailSecurity::None;
    settings.mail.timeout_seconds = 5;
    settings
}

fn composed(settings: &Settings, key: &str, outgoing: &Outgoing) -> Mail {
    Sender::new(settings).unwrap().compose(&Renderer::new().unwrap(), key, outgoing, written(), None).unwrap()
}

/// What Python's `email`, `icalendar` and `vobject` read in the mail.
fn read_by_others(raw: &[u8]) -> Value {
    static COUNT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    let number = COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    let file = std::env::temp_dir().join(format!("ieum-mail-{}-{number}.eml", std::process::id()));
    std::fs::write(&file, raw).unwrap();
    let home = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let python = python();
    let done = Command::new(&python).arg(home.join("tests/python/read_mail.py")).arg(&file).output();
    let done = done.unwrap_or_else(|e| {
        panic!("{}: {e}; `tests/run rust` makes the Python that reads mails", python.display())
    });
    std::fs::remove_file(&file).unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    serde_json::from_slice(&done.stdout).unwrap()
}

#[tokio::test]
async fn a_mail_arrives_as_it_was_meant() {
    let sink = Sink::start();
    let mut settings = over(&sink);
    settings.mail.user = "ieum".to_owned();
    settings.mail.password = ieum::config::Secret::new("비밀".to_owned());
    let transport = Transport::new(&settings.mail).unwrap();
    let offer = every().into_iter().find(|o| matches!(o.letter, Letter::Offer { .. })).unwrap();
    let answer = transport.send(&composed(&settings, "17", &offer)).await.unwrap();
    assert!(answer.contains("queued as SINK1"), "{answer}");
    assert_eq!(sink.logins().len(), 1);

    let mails = sink.mails();
    assert_eq!(
        (mails[0].from.as_str(), mails[0].to.as_slice()),
        ("no-reply@ieum.example", &[TO.to_owned()][..])
    );
    let read = read_by_others(&mails[0].data);
    assert_eq!(read["defects"], serde_json::json!([]));
    let headers = &read["headers"];
    assert_eq!(headers["subject"], "[조정 배정 요청] 2026-0012 · 천연동 (11/28까지 회신)");
    assert_eq!(headers["from"], "이음 층간소음 조정 <no-reply@ieum.example>");
    assert_eq!(headers["reply-to"], "간사실 <help@ieum.example>");
    assert_eq!(headers["to"], TO);
    assert_eq!(headers["message-id"], "<out.17@ieum.example>");
    assert_eq!(headers["references"], "<case.2026-0012@ieum.example>");
    assert_eq!(headers["auto-submitted"], "auto-generated");
    assert_eq!(headers["x-auto-response-suppress"], "All");
    assert_eq!(headers["content-language"], "ko");
    assert_eq!(headers["x-case-event"], "assignment.requested");
    assert_eq!(headers["date"], "Wed, 25 Nov 2026 01:00:00 +0000");
    assert_eq!(headers["list-unsubscribe"], Value::Null);
    assert_eq!(read["shape"], "multipart/alternative[text/plain text/html]");
    let (text, html) = (read["text"].as_str().unwrap(), read["html"].as_str().unwrap());
    for said in [
        "2026-0012",
        "천연동",
        "발걸음·뛰는 소리, 가구 끄는 소리",
        "11월 28일(토), 12월 5일(토)",
        "11월 28일(토) 10:00",
        "https://ieum.example/r/selector.secret",
    ] {
        assert!(text.contains(said) && html.contains(said), "{said}\n{text}\n{html}");
    }
    assert!(html.contains("<a href=\"https://ieum.example/r/selector.secret\""), "{html}");
}

#[test]
fn only_the_digest_can_be_unsubscribed() {
    for outgoing in every() {
        let read = read_by_others(composed(&settings(), "1", &outgoing).raw());
        let digest = matches!(outgoing.letter, Letter::DutyDigest { .. });
        assert_eq!(read["headers"]["list-unsubscribe"] == "<https://ieum.example/unsubscribe/token>", digest);
        assert_eq!(read["headers"]["list-unsubscribe-post"] == "List-Unsubscribe=One-Click", digest);
        let own = read["headers"]["from"].as_str().unwrap().contains("ieum-digest@");
        assert_eq!(own, digest, "the summary has an address of its own");
    }
}

/// (METHOD, STATUS, SEQUENCE) of the three calendar mails of one meeting's life.
#[test]
fn calendars_are_read_alike_by_two_parsers() {
    let life = [
        (Letter::SessionFixed { meeting: meeting(0) }, "REQUEST", "CONFIRMED", 0),
        (Letter::SessionMoved { meeting: meeting(1), was: written() }, "REQUEST", "CONFIRMED", 1),
        (Letter::SessionCancelled { meeting: meeting(2) }, "CANCEL", "CANCELLED", 2),
    ];
    for (letter, method, status, sequence) in life {
        let read = read_by_others(composed(&settings(), "5", &outgoing(letter)).raw());
        assert_eq!(
            read["shape"],
            "multipart/mixed[multipart/alternative[text/plain text/html text/calendar] application/ics]"
        );
        assert_eq!(read["calendar_method"], method, "the MIME parameter");
        assert_eq!(read["attachment_name"], "invite.ics");
        assert_eq!(read["attachment_same"], true);
        assert!(read["longest_line"].as_u64().unwrap() <= 75, "{read}");
        assert_eq!(read["bare_newlines"], 0);
        for parser in ["icalendar", "vobject"] {
            let event = &read[parser];
            assert_eq!(event["method"], method, "{parser}");
            assert_eq!(event["status"], status, "{parser}");
            assert_eq!(event["sequence"], sequence, "{parser}");
            assert_eq!(event["uid"], "session-k3v9x2m7q4@ieum.example", "{parser}");
            assert_eq!(event["start"], "2026-11-28T05:00:00+00:00", "{parser}");
            assert_eq!(event["end"], "2026-11-28T06:30:00+00:00", "{parser}");
            assert_eq!(event["stamp"], "2026-11-25T01:00:00+00:00", "{parser}");
            assert_eq!(event["organizer"], "mailto:no-reply@ieum.example", "{parser}");
            assert_eq!(event["attendees"], serde_json::json!([format!("mailto:{TO}")]), "{parser}");
            assert_eq!(event["rsvp"], "FALSE", "{parser}");
            assert_eq!(event["class"], "PRIVATE", "{parser}");
            assert_eq!(event["summary"], "층간소음 조정회의 (2026-0012)", "{parser}");
            assert_eq!(event["location"], meeting(0).place.unwrap(), "{parser}");
            // Six in the evening of the day before, in Seoul, and two hours before; what is off does not ring.
            let rings: &[&str] =
                if method == "REQUEST" { &["2026-11-27 09:00:00+00:00", "-1 day, 22:00:00"] } else { &[] };
            assert_eq!(event["alarms"], serde_json::json!(rings), "{parser}");
            assert_eq!(event["tzid"], false, "{parser}");
            let told = event["description"].as_str().unwrap();
            assert!(told.contains("11월 28일(토) 14:00 (한국 시간)\n방식: 따로 만나기"), "{parser}: {told}");
            assert!(!told.contains("token"), "calendars are shared: no link in them");
        }
    }
}

#[test]
fn a_mail_written_twice_is_the_same_bytes() {
    for outgoing in every() {
        let (first, second) = (composed(&settings(), "9", &outgoing), composed(&settings(), "9", &outgoing));
        assert_eq!(String::from_utf8_lossy(first.raw()), String::from_utf8_lossy(second.raw()));
    }
}

#[test]
fn a_recipient_that_is_no_address_is_refused() {
    let sender = Sender::new(&settings()).unwrap();
    let renderer = Renderer::new().unwrap();
    for bad in ["", "kim", "a@b\r\nBcc: x@y.kr", "a@b.kr, c@d.kr", "김 <a@b.kr>"] {
        let outgoing = Outgoing { to: bad.to_owned(), ..outgoing(Letter::Test {}) };
        let said = sender.compose(&renderer, "1", &outgoing, written(), None).err().unwrap().to_string();
        assert!(bad.is_empty() || !said.contains(bad), "{said}");
    }
}

#[test]
fn a_line_break_in_a_value_stays_inside_its_line() {
    let letter = Letter::OfferReminder {
        dong: "천연동\r\nBcc: x@y.kr\n\n- 가짜: 사실".to_owned(),
        deadline: written(),
        link: "/r/a.b".to_owned(),
    };
    let read = read_by_others(composed(&settings(), "1", &outgoing(letter)).raw());
    assert_eq!(read["headers"]["bcc"], Value::Null);
    assert!(!read["text"].as_str().unwrap().contains("\n- 가짜"), "{read}");
}

#[tokio::test]
async fn faults_are_told_apart_and_hide_the_recipient() {
    let sink = Sink::start();
    let mut settings = over(&sink);
    settings.mail.user = "ieum".to_owned();
    let mail = composed(&settings, "3", &outgoing(Letter::Test {}));
    let cases = [
        (Fault::Recipient(550), true),
        (Fault::Recipient(553), true),
        (Fault::Data(554), true),
        (Fault::Recipient(450), false),
        (Fault::Data(451), false),
        (Fault::Data(503), false),
        (Fault::Drop, false),
        (Fault::TakeAndDrop, false),
        (Fault::Login, false),
    ];
    for (fault, permanent) in cases {
        sink.fail(&[fault]);
        // A new transport each time, so that no kept connection hides the fault from the mail it is meant for.
        let error = Transport::new(&settings.mail).unwrap().send(&mail).await.unwrap_err();
        assert_eq!(matches!(error, SendError::Permanent(_)), permanent, "{fault:?}: {error}");
        assert!(!error.to_string().contains("kim.younghee"), "{error}");
    }
    Transport::new(&settings.mail).unwrap().send(&mail).await.unwrap();
    let mails = sink.mails();
    assert_eq!(mails.len(), 2, "the one taken before the connection dropped, and the last");
    assert_eq!(mails[0].data, mails[1].data, "a repeat is the same mail");
    assert_eq!(mails[0].header("Message-ID").unwrap(), "<out.3@ieum.example>");
}

#[tokio::test]
async fn nobody_listening_is_worth_another_try() {
    let sink = Sink::start();
    let mut settings = over(&sink);
    settings.mail.port = 1;
    let mail = composed(&settings, "3", &outgoing(Letter::Test {}));
    let error = Transport::new(&settings.mail).unwrap().send(&mail).await.unwrap_err();
    assert!(matches!(error, SendError::Temporary(_)), "{error}");
    assert!(Transport::new(&settings.mail).unwrap().check().await.is_err());
    assert!(Transport::new(&over(&sink).mail).unwrap().check().await.is_ok());
}

#[tokio::test]
async fn the_folder_keeps_one_private_file_a_mail() {
    use std::os::unix::fs::PermissionsExt;
    let folder = std::env::temp_dir().join(format!("ieum-folder-{}", std::process::id()));
    let mut settings = settings();
    settings.mail.folder = folder.join("mail");
    let transport = Transport::new(&settings.mail).unwrap();
    assert!(transport.is_folder());
    let mail = composed(&settings, "8", &outgoing(Letter::SessionFixed { meeting: meeting(0) }));
    transport.send(&mail).await.unwrap();
    transport.send(&mail).await.unwrap();
    let files: Vec<_> =
        std::fs::read_dir(&settings.mail.folder).unwrap().map(|f| f.unwrap().path()).collect();
    assert_eq!(files, [settings.mail.folder.join("8.eml")]);
    assert_eq!(std::fs::metadata(&files[0]).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(std::fs::metadata(&settings.mail.folder).unwrap().permissions().mode() & 0o777, 0o700);
    let read = read_by_others(&std::fs::read(&files[0]).unwrap());
    assert_eq!(read["headers"]["message-id"], "<out.8@ieum.example>");
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn an_invitation_names_the_time_the_evening_before() {
    // Whatever the meeting's length.
    let mut long = meeting(0);
    long.end = long.start + Duration::days(1);
    let read =
        read_by_others(composed(&settings(), "1", &outgoing(Letter::SessionFixed { meeting: long })).raw());
    assert_eq!(read["icalendar"]["alarms"][0], "2026-11-27 09:00:00+00:00");
}
