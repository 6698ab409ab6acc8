//! The weekly summary: wanted, sent once a week, in numbers only, and ended by one click, on both databases.
use super::smtp_sink::Sink;
use super::{over, read_by_others};
use crate::databases::fresh;
use crate::residents::house::House;
use crate::staff::filed;
use chrono::Duration;
use ieum::casework::digest;
use ieum::domain::codes::Role;
use ieum::domain::letter::{Letter, Outgoing};
use ieum::jobs::clock;
use ieum::mail::{Sender, Transport};
use ieum::render::Renderer;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;

/// Lets the clock do a round at the house's time, and gives the summaries that it wrote.
fn round(house: &House) -> Vec<Outgoing> {
    let now = house.now();
    let db = house.db.clone();
    let clock: ieum::jobs::deliver::Clock = Arc::new(move || now);
    actix_web::rt::System::new().block_on(async { clock::round(&db, &clock).await.unwrap() });
    let mails = house.mails().into_iter();
    mails.filter(|mail| matches!(mail.letter, Letter::DutyDigest { .. })).collect()
}

/// Posts as a mail provider does (RFC 8058 §3.1): no cookie, no page before.
fn one_click(house: &House, path: &str, body: &str) -> u16 {
    let mut stream = TcpStream::connect(house.address).unwrap();
    write!(
        stream,
        "POST {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/x-www-form-urlencoded\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    let mut raw = String::new();
    stream.read_to_string(&mut raw).unwrap();
    raw.split(' ').nth(1).unwrap().parse().unwrap()
}

#[test]
fn the_weekly_summary_comes_once_and_ends_by_one_click() {
    for base in fresh() {
        let house = House::open(base);
        let (user, mut office) = house.signed_in("박소장", Role::Manager, house.office);
        filed(&house, &mut office, &[]);
        assert!(round(&house).is_empty(), "nobody asked for it");
        office.get("/settings/digest");
        let (_, shown) = office.post_on("/settings/digest", &[("digest", "on")]);
        assert!(shown.body.contains("월요일부터"), "{}", shown.body);
        assert!(round(&house).is_empty(), "this week is under way");
        // From Friday noon to Monday 08:30 in Seoul.
        house.wait(Duration::minutes((2 * 24 + 20) * 60 + 30));
        let mails = round(&house);
        assert_eq!(mails.len(), 1);
        assert!(round(&house).is_empty(), "once a week");
        house.wait(Duration::days(3));
        assert!(round(&house).is_empty(), "once a week");
        let Letter::DutyDigest { overdue, week, unsubscribe: Some(path), .. } = &mails[0].letter else {
            panic!("{:?}", mails[0].letter)
        };
        assert!(overdue + week > 0);

        // Over a real SMTP conversation, read by other people's parser.
        let sink = Sink::start();
        let settings = over(&sink);
        let mail = Sender::new(&settings).unwrap();
        let mail = mail
            .compose(&Renderer::new().unwrap(), "digest-1-2026-W48", &mails[0], house.now(), None)
            .unwrap();
        let sent = async { Transport::new(&settings.mail).unwrap().send(&mail).await.unwrap() };
        actix_web::rt::System::new().block_on(sent);
        let taken = sink.mails();
        let read = read_by_others(&taken[0].data);
        assert!(read["headers"]["from"].as_str().unwrap().contains("ieum-digest@"), "{read}");
        assert_eq!(read["headers"]["list-unsubscribe"], format!("<https://ieum.example{path}>"));
        let text = read["text"].as_str().unwrap();
        for secret in ["2026-0001", "천연", "김영희", "1203", "발걸음", "확인하고 조사"] {
            assert!(!text.contains(secret), "{secret}: {text}");
        }

        // Looking ends nothing; a stranger's address is none; one click ends it.
        crate::residents::scanned(&house, path);
        let mut reader = house.browser();
        assert!(reader.get(path).body.contains("그만 받기"));
        assert_eq!(reader.get("/unsubscribe/1.AAAAAAAAAAAAAAAAAAAAAA").status, 404);
        assert_eq!(one_click(&house, path, "a=b"), 403, "neither a page's token nor the one click");
        house.wait(Duration::days(7));
        assert_eq!(round(&house).len(), 1, "the week after");
        assert_eq!(one_click(&house, path, "List-Unsubscribe=One-Click"), 200);
        assert!(reader.get(path).body.contains("이제 보내지 않습니다"));
        house.wait(Duration::days(7));
        assert!(round(&house).is_empty());
        // By the page's own button too.
        let mut office = house.browser_of(user);
        office.get("/settings/digest");
        office.post_on("/settings/digest", &[("digest", "on")]);
        reader.get(path);
        assert_eq!(reader.post(path, &[]).status, 200);
        house.wait(Duration::days(7));
        assert!(round(&house).is_empty());
        assert!(house.db.read_here(|rx| digest::waiting(rx, house.now(), 10)).unwrap().is_empty());
    }
}
