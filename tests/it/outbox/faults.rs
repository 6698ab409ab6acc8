//! A server that fails at every place of the conversation, and a worker that dies in between: what was put is delivered, in its
//! order, and what is repeated is the same.
use super::{Post, fresh, to};
use crate::databases::Fresh;
use crate::dice::Dice;
use crate::mail::letters::{meeting, written};
use crate::mail::smtp_sink::{Fault, How, Place, Received, Sink};
use crate::mail::tls::TlsSink;
use chrono::Duration;
use ieum::config::MailSecurity;
use ieum::domain::codes::MailState;
use ieum::domain::letter::Letter;
use ieum::mail::Transport;
use ieum::store::outbox;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

const PLACES: [Place; 8] = [
    Place::Greeting,
    Place::Hello,
    Place::Sender,
    Place::Recipient,
    Place::Data,
    Place::Body,
    Place::End,
    Place::Quit,
];
const PEOPLE: [&str; 3] = ["kim@example.kr", "lee@example.kr", "park@example.kr"];

fn fault(dice: &mut Dice) -> Fault {
    match dice.below(8) {
        0 => Fault::TakeAndDrop,
        1 => Fault::At(*dice.one(&PLACES), How::Wait(20)),
        2 | 3 => Fault::At(*dice.one(&PLACES), How::Say(*dice.one(&[421, 450, 451, 452]))),
        // The one refusal that is final; which mail it meets is chance.
        4 => Fault::At(*dice.one(&[Place::Recipient, Place::End]), How::Say(550)),
        _ => Fault::At(*dice.one(&PLACES), How::Cut),
    }
}

/// The key in a mail's Message-ID.
fn key(id: &str) -> String {
    id.trim_start_matches("<out.").split('@').next().unwrap().to_owned()
}

/// The server that the worker talks to: in the clear, or after STARTTLS and a login.
enum Server<'s> {
    Plain(&'s Sink),
    Tls(&'s TlsSink),
}

/// The places of a conversation under TLS.
const TLS_PLACES: [&str; 12] = [
    "greeting",
    "hello",
    "starttls",
    "handshake",
    "hello_again",
    "login",
    "sender",
    "recipient",
    "data",
    "body",
    "end",
    "taken",
];

/// As `fault`, of a conversation under TLS.
fn tls_fault(dice: &mut Dice) -> Value {
    // The worst of them, twice as often: it was taken, and nobody knows.
    let at = if dice.below(6) == 0 { "taken" } else { *dice.one(&TLS_PLACES) };
    let how = match dice.below(8) {
        0 | 1 => json!("wait 20"),
        2 | 3 => json!(dice.one(&[421, 450, 451, 454])),
        4 if matches!(at, "recipient" | "end") => json!(550),
        // What a server says while its list of users is gone: the operator's to mend, and no mail is given up for it.
        4 if at == "login" => json!(535),
        _ => json!("cut"),
    };
    json!({"at": at, "how": how})
}

impl Server<'_> {
    fn fail(&self, dice: &mut Dice) {
        let many = dice.below(5);
        match self {
            Self::Plain(sink) => sink.fail(&(0..many).map(|_| fault(dice)).collect::<Vec<_>>()),
            Self::Tls(sink) => {
                sink.fail(&(0..many).map(|_| tls_fault(dice)).collect());
            }
        }
    }

    fn mails(&self) -> Vec<Received> {
        match self {
            Self::Plain(sink) => sink.mails(),
            Self::Tls(sink) => sink.mails(),
        }
    }
}

async fn storm(post: &Post, server: &Server<'_>, dice: &mut Dice) {
    let mut put: Vec<(String, &str)> = Vec::new();
    let mut sequence = 0;
    while put.len() < 20 || post.states().await.iter().any(|(state, _)| *state == MailState::Waiting) {
        if put.len() < 20 {
            for _ in 0..=dice.below(3) {
                let (name, who) = (format!("m-{}", put.len()), *dice.one(&PEOPLE));
                sequence += 1;
                let letter = Letter::SessionMoved { meeting: meeting(sequence), was: written() };
                post.put(&name, to(who, letter)).await;
                put.push((name, who));
            }
            server.fail(dice);
        }
        if dice.below(6) == 0 {
            // A worker takes some, sends one of them and is killed before it can say so.
            let taken = post.lease(4).await;
            if let Some(mail) = taken.first() {
                let (sender, outgoing) = (&post.courier.sender, mail.outgoing.as_ref().unwrap());
                let written = sender.compose(&post.courier.renderer, &mail.key, outgoing, mail.written, None);
                let _ = post.courier.transport.send(&written.unwrap()).await;
            }
        } else {
            post.round().await;
        }
        post.wait(Duration::minutes(i64::try_from(dice.below(90)).unwrap()));
    }
    judge(post, server.mails(), &put).await;
}

async fn judge(post: &Post, delivered: Vec<Received>, put: &[(String, &str)]) {
    let mut bytes: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    let mut order: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut repeated = 0;
    for mail in delivered {
        let key = key(&mail.header("Message-ID").unwrap());
        match bytes.get(&key) {
            None => {
                order.entry(mail.to[0].clone()).or_default().push(key.clone());
                bytes.insert(key, mail.data);
            }
            Some(first) => {
                assert!(*first == mail.data, "{key} was repeated with other words");
                repeated += 1;
            }
        }
    }
    let now = post.now();
    let listed = post.db.read(move |rx| outbox::of_case(rx, super::CASE, None, 500, now)).await.unwrap();
    let keys: Vec<&String> = put.iter().map(|(key, _)| key).collect();
    let refused: BTreeSet<&String> = listed
        .iter()
        .rev()
        .map(|(mail, _)| mail)
        .zip(&keys)
        .filter(|(mail, _)| mail.state == MailState::Dead)
        .map(|(mail, key)| {
            assert!(mail.answer.contains("550"), "{key} was given up without a refusal: {}", mail.answer);
            *key
        })
        .collect();
    for key in &keys {
        assert!(bytes.contains_key(*key) || refused.contains(key), "{key} is lost");
    }
    assert!(bytes.keys().all(|key| keys.contains(&key)), "something left that nobody put");
    for (who, delivered) in order {
        let wanted = put.iter().filter(|(key, to)| *to == who && bytes.contains_key(key));
        assert!(delivered.iter().eq(wanted.map(|(key, _)| key)), "{who} got {delivered:?}");
    }
    assert!(repeated > 0 && refused.len() < put.len() / 2, "a storm that does nothing proves nothing");
}

#[tokio::test]
async fn nothing_is_lost_in_a_storm() {
    for base in fresh() {
        let mut post = Post::open(base);
        // Who gives up after three days has a test of its own.
        post.courier.patience = Duration::days(1000);
        storm(&post, &Server::Plain(&post.sink), &mut Dice(20_261_122)).await;
    }
}

/// Seconds to wait for an answer where no silence is meant: a busy machine is none.
const LONG: u64 = 30;

/// Talks to this server and waits so many seconds for an answer.
fn patient(sink: &TlsSink, seconds: u64) -> Transport {
    let mut settings = sink.settings(MailSecurity::Starttls);
    settings.mail.timeout_seconds = seconds;
    Transport::new(&settings.mail).unwrap()
}

fn under_tls(base: Fresh, sink: &TlsSink) -> Post {
    let mut post = Post::open(base);
    post.courier.transport = patient(sink, LONG);
    post.courier.patience = Duration::days(1000);
    post
}

#[tokio::test]
async fn nothing_is_lost_in_a_storm_under_tls() {
    for base in fresh() {
        let sink = TlsSink::start("starttls");
        let post = under_tls(base, &sink);
        storm(&post, &Server::Tls(&sink), &mut Dice(20_261_123)).await;
    }
}

/// Each place of a conversation under TLS by itself: refused, cut, late, and so late that nobody waits any more.
#[tokio::test]
async fn a_server_fails_at_each_place_of_starttls_handshake_and_login_and_the_mail_arrives_once() {
    for (n, base) in fresh().into_iter().enumerate() {
        let sink = TlsSink::start("starttls");
        let mut post = under_tls(base, &sink);
        let mut met = Vec::new();
        // The places before a mail begins; the others the storm meets.
        for at in ["starttls", "handshake", "hello_again", "login"] {
            let code = if at == "login" { 535 } else { 454 };
            let mut hows = vec![json!("cut"), json!(code), json!("wait 20")];
            // Nobody waits as long as that, whatever the database is.
            hows.extend((n == 0).then(|| json!("wait 1300")));
            for how in hows {
                sink.fail(&json!([{"at": at, "how": how}]));
                let key = format!("{at}-{}", how.to_string().replace([' ', '"'], ""));
                let letter = Letter::SessionMoved { meeting: meeting(1), was: written() };
                post.put(&key, to(PEOPLE[0], letter)).await;
                met.push(at.to_owned());
                let taken = || {
                    let taken = sink.mails().into_iter().map(|m| self::key(&m.header("Message-ID").unwrap()));
                    taken.filter(|taken| *taken == key).count()
                };
                let wants = met.len();
                for round in 0..4 {
                    let silence = round == 0 && how == json!("wait 1300");
                    post.courier.transport = patient(&sink, if silence { 1 } else { LONG });
                    post.round().await;
                    // The server may have it while the worker has not heard so: what counts is what the worker wrote down.
                    let states = post.states().await;
                    if states.iter().filter(|(state, _)| *state == MailState::Sent).count() == wants {
                        break;
                    }
                    post.wait(Duration::minutes(30));
                }
                assert_eq!(taken(), 1, "{key}");
                assert_eq!(sink.fail(&json!([])), met, "{key}: it happened where it should");
            }
        }
        assert!(post.states().await.iter().all(|(state, _)| *state == MailState::Sent));
    }
}
