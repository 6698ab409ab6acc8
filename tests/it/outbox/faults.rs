//! A server that fails at every place of the conversation, and a worker that dies in between: what was put is delivered, in its
//! order, and what is repeated is the same.
use super::{Post, fresh, to};
use crate::mail::letters::{meeting, written};
use crate::mail::smtp_sink::{Fault, How, Place};
use chrono::Duration;
use ieum::domain::codes::MailState;
use ieum::domain::letter::Letter;
use ieum::store::outbox;
use std::collections::{BTreeMap, BTreeSet};

/// Numbers by a rule (Knuth's MMIX), so that a failure can be had again.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[usize::try_from(self.below(u64::try_from(of.len()).unwrap())).unwrap()]
    }
}

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
        1 => Fault::At(dice.one(&PLACES), How::Wait(20)),
        2 | 3 => Fault::At(dice.one(&PLACES), How::Say(dice.one(&[421, 450, 451, 452]))),
        // The one refusal that is final; which mail it meets is chance.
        4 => Fault::At(dice.one(&[Place::Recipient, Place::End]), How::Say(550)),
        _ => Fault::At(dice.one(&PLACES), How::Cut),
    }
}

/// The key in a mail's Message-ID.
fn key(id: &str) -> String {
    id.trim_start_matches("<out.").split('@').next().unwrap().to_owned()
}

async fn storm(post: &Post, dice: &mut Dice) {
    let mut put: Vec<(String, &str)> = Vec::new();
    let mut sequence = 0;
    while put.len() < 20 || post.states().await.iter().any(|(state, _)| *state == MailState::Waiting) {
        if put.len() < 20 {
            for _ in 0..=dice.below(3) {
                let (name, who) = (format!("m-{}", put.len()), dice.one(&PEOPLE));
                sequence += 1;
                let letter = Letter::SessionMoved { meeting: meeting(sequence), was: written() };
                post.put(&name, to(who, letter)).await;
                put.push((name, who));
            }
            let faults: Vec<Fault> = (0..dice.below(5)).map(|_| fault(dice)).collect();
            post.sink.fail(&faults);
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
    judge(post, &put).await;
}

async fn judge(post: &Post, put: &[(String, &str)]) {
    let mut bytes: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    let mut order: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut repeated = 0;
    for mail in post.sink.mails() {
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
        storm(&post, &mut Dice(20_261_122)).await;
    }
}
