//! What comes back: answers and bounces through the real addresses of real mails, the operator's hold, the caps of an hour.

mod unseen;

use crate::databases::fresh;
use crate::mail::letters::{TO, outgoing};
use crate::outbox::{CASE, Post, to};
use chrono::{DateTime, Duration, Utc};
use ieum::casework::inbox::{self, Taken};
use ieum::casework::{CaseworkError, post as mails};
use ieum::domain::codes::{Delivery, DutyKind, Inbound, InboundFate, InboundWhy, MailState, Role};
use ieum::domain::ids::{BodyId, InboundId, MailId, UserId};
use ieum::domain::letter::Letter;
use ieum::domain::permission::{Actor, Grant};
use ieum::jobs::deliver::Done;
use ieum::mail::inbound::{self, Inbox};
use ieum::store::sending::Caps;
use ieum::store::{StoreError, inbox as rows, projection, users};

const INBOX: &str = "ieum@in.example.kr";

/// A post with an inbox.
fn post(base: crate::databases::Fresh) -> Post {
    let mut post = Post::open(base);
    post.courier.inbox = Some(INBOX.to_owned());
    let now = post.now();
    let added = post.db.write_here(|tx| users::add(tx, "desk@example.kr", "담당", "", now)).unwrap();
    assert_eq!(added, UserId(1));
    post
}

fn reopened() -> Letter {
    Letter::Reopened { link: "/r/a.b".to_owned() }
}

fn at(role: Role, body: Option<BodyId>) -> Actor {
    Actor { user: Some(UserId(1)), grants: vec![Grant { role, body }], ..Actor::default() }
}

/// Takes a message in as `ieum mail ingest` does.
async fn bring(post: &Post, raw: &str) -> Taken {
    let own = ["ieum@ieum.example".to_owned(), INBOX.to_owned()];
    let raw = raw.replace('\n', "\r\n").into_bytes();
    let incoming = inbound::read(&raw, None, Inbox { address: INBOX, own: &own, most: 4000 });
    let (named, now) = (incoming.name(&raw), post.now());
    post.db.write(move |tx| inbox::take(tx, &incoming.arrived, &named, 2, now)).await.unwrap()
}

fn answer(from: &str, to: &str, text: &str) -> String {
    format!(
        "From: <{from}>\nTo: {to}\nMessage-ID: <{}@phone>\nContent-Type: text/plain; charset=utf-8\n\
         Content-Transfer-Encoding: 8bit\n\n{text}\n",
        text.bytes().fold(7_u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(u64::from(byte)))
    )
}

fn dsn(to: &str, status: &str, action: &str) -> String {
    format!(
        "From: MAILER-DAEMON@mx\nTo: {to}\nMessage-ID: <{status}.{to}>\nContent-Type: multipart/report; \
         report-type=delivery-status; boundary=b\n\n--b\nContent-Type: text/plain\n\nsorry\n--b\n\
         Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx\n\nAction: {action}\nStatus: {status}\n\n--b--\n"
    )
}

async fn duties(post: &Post) -> Vec<(DutyKind, String)> {
    let duties = post.db.read(|rx| projection::duties_in(rx, CASE)).await.unwrap();
    duties.into_iter().map(|d| (d.kind, d.detail)).collect()
}

/// received = filed + quarantined + refused.
async fn fates(post: &Post) -> Vec<(InboundFate, i64)> {
    post.db.read(|rx| rows::counts(rx, DateTime::<Utc>::UNIX_EPOCH)).await.unwrap()
}

#[tokio::test]
async fn an_answer_finds_its_case_and_a_stranger_does_not() {
    for base in fresh() {
        let post = post(base);
        post.put("a", outgoing(reopened())).await;
        post.round().await;
        let sent = post.sink.mails();
        let back = sent[0].header("Reply-To").unwrap();
        assert!(back.starts_with("ieum+r1.") && back.ends_with("@in.example.kr"), "{back}");
        assert!(String::from_utf8_lossy(&sent[0].data).contains("Message-ID: <out.a@ieum.example>"));
        let words = "토요일에 갈 수 있습니다.";
        let taken = bring(&post, &answer(TO, &back, words)).await;
        assert_eq!((taken.what, taken.fate, taken.again), (Inbound::Reply, InboundFate::Filed, false));
        assert!(bring(&post, &answer(TO, &back, words)).await.again, "the same mail twice is one");
        assert_eq!(duties(&post).await, [(DutyKind::ReadReply, "1".to_owned())]);
        // Another sender, a forged address, no address of ours, a machine.
        let why = |taken: Taken| (taken.fate, taken.why.unwrap());
        assert_eq!(
            why(bring(&post, &answer("lee@x.kr", &back, "저도")).await),
            (InboundFate::Quarantined, InboundWhy::OtherSender)
        );
        let forged = back.replace("r1.", "r1.0");
        assert_eq!(
            why(bring(&post, &answer(TO, &forged, "위조")).await),
            (InboundFate::Quarantined, InboundWhy::NoMail)
        );
        assert_eq!(
            why(bring(&post, &answer(TO, INBOX, "여보세요?")).await),
            (InboundFate::Quarantined, InboundWhy::NoMail)
        );
        let vacation =
            answer(TO, &back, "휴가").replace("Content-Type", "Auto-Submitted: auto-replied\nContent-Type");
        assert_eq!(bring(&post, &vacation).await.what, Inbound::AutoReply);
        assert_eq!(
            why(bring(&post, &answer("ieum@ieum.example", &back, "돌고 돌아")).await),
            (InboundFate::Refused, InboundWhy::Ours)
        );
        let large = answer(TO, &back, &"가".repeat(3000));
        assert_eq!(why(bring(&post, &large).await), (InboundFate::Refused, InboundWhy::TooLarge));
        let counts = fates(&post).await;
        assert_eq!(counts.iter().map(|(_, n)| n).sum::<i64>(), 7, "{counts:?}");
        assert_eq!(duties(&post).await.len(), 1, "nothing else asks anybody for anything");
        // Whoever sent too much is told so, once, by a mail of the case.
        post.round().await;
        let told = post.sink.mails();
        assert_eq!(told.len(), 2);
        assert!(told[1].header("X-Case-Event").unwrap() == "reply.refused" && told[1].to == sent[0].to);
        reads_only_who_may(&post, words).await;
    }
}

#[tokio::test]
async fn of_too_many_answers_in_an_hour_the_sender_is_told_once() {
    for base in fresh() {
        let post = post(base);
        post.put("a", outgoing(reopened())).await;
        post.round().await;
        let back = post.sink.mails()[0].header("Reply-To").unwrap();
        for n in 0..20 {
            let taken = bring(&post, &answer(TO, &back, &format!("답장 {n}"))).await;
            assert_eq!(taken.fate, InboundFate::Filed, "{n}");
        }
        for more in ["하나 더", "또 하나"] {
            let taken = bring(&post, &answer(TO, &back, more)).await;
            assert_eq!((taken.fate, taken.why), (InboundFate::Refused, Some(InboundWhy::TooMany)));
        }
        post.round().await;
        let told = post.sink.mails();
        assert_eq!(told.len(), 2, "one notice for both");
        assert!(told[1].header("X-Case-Event").unwrap() == "reply.refused");
        let stranger = answer("lee@x.kr", &back, "남이 보낸 것");
        assert_ne!(bring(&post, &stranger).await.fate, InboundFate::Filed);
        post.round().await;
        assert_eq!(post.sink.mails().len(), 2, "a stranger is told nothing");
    }
}

async fn reads_only_who_may(post: &Post, words: &'static str) {
    let secretary = at(Role::Secretary, Some(post.committee));
    for outsider in [
        Actor::default(),
        at(Role::Secretary, Some(BodyId(99))),
        at(Role::Ward, Some(post.committee)),
        at(Role::Admin, None),
    ] {
        let refused = post.db.read(move |rx| inbox::read(rx, &outsider, "2026-0012", InboundId(1))).await;
        assert!(matches!(refused, Err(CaseworkError::Store(StoreError::NotFound))), "{refused:?}");
    }
    let reader = secretary.clone();
    let (received, said, _) =
        post.db.read(move |rx| inbox::read(rx, &reader, "2026-0012", InboundId(1))).await.unwrap();
    assert_eq!((said.text.as_str(), said.from.as_str(), received.settled_at), (words, TO, None));
    // The operator places a strange one without reading it; the desk reads it then.
    let now = post.now();
    let strange: Vec<_> =
        post.db.read(|rx| rows::quarantined(rx, 9)).await.unwrap().iter().map(|one| one.id).collect();
    let (first, second) = (strange[0], strange[1]);
    let secretary_places = {
        let actor = secretary.clone();
        post.db.write(move |tx| inbox::place(tx, &actor, second, "2026-0012", now)).await
    };
    assert!(matches!(secretary_places, Err(CaseworkError::Denied)));
    let operator = at(Role::Admin, None);
    let (a, b, c) = (operator.clone(), operator.clone(), operator);
    let nowhere = post.db.write(move |tx| inbox::place(tx, &c, second, "2026-9999", now)).await;
    assert!(matches!(nowhere, Err(CaseworkError::Invalid(_))), "{nowhere:?}");
    post.db.write(move |tx| inbox::place(tx, &a, second, "2026-0012", now)).await.unwrap();
    post.db.write(move |tx| inbox::throw_away(tx, &b, first, now)).await.unwrap();
    assert_eq!(duties(post).await.len(), 2);
    let actor = secretary.clone();
    post.db.write(move |tx| inbox::done(tx, &actor, "2026-0012", InboundId(1), now)).await.unwrap();
    assert_eq!(duties(post).await, [(DutyKind::ReadReply, second.0.to_string())]);
    // With the person, their answers are destroyed.
    // Also what the operator put there: it answers no mail that is known, but it is theirs.
    let gone = post.db.write(|tx| rows::destroy(tx, CASE, TO, &[])).await.unwrap();
    assert!(gone.contains(&InboundId(1)) && gone.contains(&second), "{gone:?}");
    let read = post.db.read(move |rx| inbox::read(rx, &secretary, "2026-0012", InboundId(1))).await;
    assert!(matches!(read, Err(CaseworkError::Store(StoreError::NotFound))));
}

#[tokio::test]
async fn a_mail_that_comes_back_is_telephoned_about_and_its_address_left_alone() {
    for base in fresh() {
        let post = post(base);
        for key in ["a", "b", "c"] {
            post.put(key, to("lost@example.kr", reopened())).await;
            post.round().await;
        }
        let paths: Vec<String> = post.sink.mails().iter().map(|m| m.from.clone()).collect();
        assert!(paths[0].contains("ieum+b1."), "{paths:?}");
        let bare = |n: usize| paths[n].trim_start_matches('<').trim_end_matches('>').to_owned();
        // A delay is no failure.
        assert_eq!(bring(&post, &dsn(&bare(0), "4.4.1", "delayed")).await.fate, InboundFate::Filed);
        assert_eq!(duties(&post).await, []);
        bring(&post, &dsn(&bare(0), "5.1.1", "failed")).await;
        assert_eq!(duties(&post).await, [(DutyKind::Mail, "1".to_owned())]);
        assert_eq!(post.states().await[0].0, MailState::Dead);
        // Once is an accident: the next mail leaves. Twice is an address that does not exist.
        post.put("d", to("lost@example.kr", reopened())).await;
        assert_eq!(post.round().await.sent, 1);
        bring(&post, &dsn(&bare(1), "5.1.1", "failed")).await;
        post.put("e", to("Lost@example.kr", reopened())).await;
        post.put("f", to("found@example.kr", reopened())).await;
        assert_eq!(post.round().await, Done { sent: 1, failed: 1, dead: 1, late: 0 });
        assert_eq!(duties(&post).await.len(), 3, "the third is telephoned about, too");
        let (reader, now) = (at(Role::Secretary, Some(post.committee)), post.now());
        let listed = post.db.read(move |rx| mails::of_case(rx, &reader, "2026-0012", (None, 50), now)).await;
        let how: Vec<Delivery> =
            listed.unwrap().mails.iter().rev().map(|sent| sent.mail.delivery()).collect();
        let [back, left, stopped] = [Delivery::Bounced, Delivery::Accepted, Delivery::Suspended];
        assert_eq!(how, [back, back, left, left, stopped, left]);
        let health = post.db.read(move |rx| ieum::store::sending::health(rx, now)).await.unwrap();
        assert_eq!(health.failures(), [(back, 2), (stopped, 1)]);
        assert_eq!(health.month, (5, 2), "what never left does not count");
        // Somebody asked on the telephone, and the address is right after all.
        let (secretary, now) = (at(Role::Secretary, Some(post.committee)), post.now());
        post.db.write(move |tx| mails::try_again(tx, &secretary, "2026-0012", MailId(5), now)).await.unwrap();
        assert_eq!(post.round().await.sent, 1);
        // A report that nobody could know of is kept apart.
        let strange = bring(&post, &dsn(&bare(0).replace("b1.", "b2."), "5.1.1", "failed")).await;
        assert_eq!((strange.what, strange.fate), (Inbound::Bounce, InboundFate::Quarantined));
    }
}

/// While all mail is held back an offer's deadline goes on: a day before it somebody is to telephone, not half an hour before.
#[tokio::test]
async fn an_offer_that_is_held_back_is_telephoned_about_in_time() {
    for base in fresh() {
        let post = post(base);
        let (operator, now) = (at(Role::Admin, None), post.now());
        let actor = operator.clone();
        post.db.write(move |tx| inbox::hold(tx, &actor, true, now)).await.unwrap();
        let deadline = now + Duration::hours(72);
        let (dong, link) = ("천연동".to_owned(), "/r/a.b".to_owned());
        let offer = Letter::Offer { dong, causes: vec![], wanted: vec![], deadline, lead: None, link };
        post.put("offer", outgoing(offer)).await;
        let minute = async || {
            let now = post.now();
            let clock: ieum::jobs::deliver::Clock = std::sync::Arc::new(move || now);
            ieum::jobs::clock::round(&post.db, &clock).await.unwrap();
        };
        post.wait(Duration::hours(47));
        minute().await;
        assert_eq!(post.round().await, Done::default(), "held");
        assert!(!duties(&post).await.iter().any(|(kind, _)| *kind == DutyKind::Mail), "not yet");
        post.wait(Duration::hours(1));
        minute().await;
        assert!(
            duties(&post).await.iter().any(|(kind, _)| *kind == DutyKind::Mail),
            "a day is left to telephone"
        );
        // It leaves after all: nobody needs to telephone any more, and what the server made of it is told.
        let (actor, now) = (operator, post.now());
        post.db.write(move |tx| inbox::hold(tx, &actor, false, now)).await.unwrap();
        assert_eq!(post.round().await.sent, 1);
        assert!(!duties(&post).await.iter().any(|(kind, _)| *kind == DutyKind::Mail));
        let health = post.db.read(move |rx| ieum::store::sending::health(rx, now)).await.unwrap();
        assert_eq!(health.sent.iter().map(|m| m.letter.as_str()).collect::<Vec<_>>(), ["offer"]);
    }
}

#[tokio::test]
async fn what_is_held_waits_and_what_is_too_much_leaves_later() {
    for base in fresh() {
        let mut post = post(base);
        post.courier.caps = Caps { per_recipient: 2, per_hour: 4 };
        let (operator, now) = (at(Role::Admin, None), post.now());
        let hold = |held| {
            let actor = operator.clone();
            post.db.write(move |tx| inbox::hold(tx, &actor, held, now))
        };
        hold(true).await.unwrap();
        for key in ["a", "b", "c"] {
            post.put(key, outgoing(reopened())).await;
        }
        assert_eq!(post.round().await, Done::default());
        let other = at(Role::Secretary, Some(post.committee));
        let refused = post.db.write(move |tx| inbox::hold(tx, &other, false, now)).await;
        assert!(matches!(refused, Err(CaseworkError::Denied)));
        hold(false).await.unwrap();
        for _ in 0..4 {
            post.round().await;
        }
        assert_eq!(post.sink.mails().len(), 2, "two an hour to one address");
        assert_eq!(post.states().await[2], (MailState::Waiting, 0), "waiting costs no try");
        for n in 0..3 {
            post.put(&format!("o{n}"), to(&format!("p{n}@example.kr"), reopened())).await;
        }
        post.round().await;
        assert_eq!(post.sink.mails().len(), 4, "four an hour altogether");
        post.wait(Duration::minutes(61));
        for _ in 0..3 {
            post.round().await;
        }
        let order: Vec<_> = post.sink.mails().iter().map(|m| m.header("Message-ID").unwrap()).collect();
        assert_eq!(order.len(), 6, "nothing is lost: {order:?}");
        assert_eq!(order.iter().filter(|id| id.contains("out.c@")).count(), 1);
    }
}
