//! Mails that may come too late, or did: somebody telephones, and only as long as there is a reason to.
use super::{CASE, Post, fresh, poisoned, secretary, to};
use crate::mail::letters::{meeting, outgoing};
use crate::mail::smtp_sink::Fault;
use crate::residents::house::House;
use crate::staff::filed;
use chrono::{DateTime, Duration, Utc};
use ieum::casework::post as mails;
use ieum::domain::codes::{Cause, DutyKind, MailState, Role};
use ieum::domain::ids::MailId;
use ieum::domain::letter::Letter;
use ieum::jobs::clock;
use ieum::jobs::deliver::{Clock, Done};
use ieum::store::{Db, Tx, projection};
use std::sync::Arc;

impl Post {
    /// The clock does a round, as it does every minute.
    async fn minute(&self) {
        let now = self.now();
        let clock: Clock = Arc::new(move || now);
        clock::round(&self.db, &clock).await.unwrap();
    }

    /// The mails about which somebody is to telephone, and by when.
    async fn calls(&self) -> Vec<(String, DateTime<Utc>)> {
        calls(&self.db)
    }

    async fn listed(&self) -> Vec<mails::Sent> {
        let (actor, now) = (secretary(self), self.now());
        let read = self.db.read(move |rx| mails::of_case(rx, &actor, "2026-0012", (None, 50), now));
        read.await.unwrap().mails
    }
}

pub(super) fn calls(db: &Db) -> Vec<(String, DateTime<Utc>)> {
    let duties = db.read_here(|rx| projection::duties_in(rx, CASE)).unwrap();
    let calls = duties.into_iter().filter(|duty| duty.kind == DutyKind::Mail);
    calls.map(|duty| (duty.detail, duty.due_at.and_utc())).collect()
}

fn offer(deadline: DateTime<Utc>) -> Letter {
    let link = "/r/a.b".to_owned();
    let dong = "천연동".to_owned();
    Letter::Offer { dong, causes: vec![Cause::Footfall], wanted: Vec::new(), deadline, lead: None, link }
}

#[tokio::test]
async fn a_mail_that_may_come_too_late_is_telephoned_about_and_tried_on() {
    for base in fresh() {
        let post = Post::open(base);
        post.wait(Duration::days(1));
        post.put("soon", outgoing(Letter::SessionFixed { meeting: meeting(0) })).await;
        let moved = Letter::SessionMoved { meeting: meeting(1), was: meeting(1).start + Duration::days(2) };
        post.put("later", to("lee@example.kr", moved)).await;
        post.put("whenever", outgoing(Letter::Test {})).await;
        post.wait(meeting(0).start - Duration::minutes(31) - post.now());
        post.minute().await;
        assert_eq!(post.calls().await, []);
        post.wait(Duration::minutes(2));
        let due = post.now();
        let both = [("1".to_owned(), due), ("2".to_owned(), due)];
        post.minute().await;
        assert_eq!(post.calls().await, both, "whatever holds them up");
        post.wait(Duration::minutes(1));
        post.minute().await;
        assert_eq!(post.calls().await, both, "nobody is told twice");
        assert_eq!(post.listed().await.iter().map(|sent| sent.duty).collect::<Vec<_>>(), [false, true, true]);
        // About the second somebody has telephoned; the first leaves after all.
        let actor = secretary(&post);
        post.db.write(move |tx| mails::told_otherwise(tx, &actor, "2026-0012", MailId(2))).await.unwrap();
        let second = post.listed().await.remove(1);
        assert!(second.mail.urgent.is_some() && !second.duty, "it is settled: {second:?}");
        post.sink.fail(&[Fault::Data(451)]);
        assert_eq!(post.round().await, Done { sent: 1, failed: 1, dead: 0, late: 0 });
        post.wait(Duration::minutes(2));
        while post.round().await != Done::default() {}
        post.minute().await;
        assert_eq!(post.calls().await, []);
    }
}

#[tokio::test]
async fn an_offer_that_became_useless_leaves_no_call() {
    for base in fresh() {
        let post = Post::open(base);
        post.put("offer", outgoing(offer(post.now() + Duration::minutes(20)))).await;
        post.minute().await;
        assert_eq!(post.calls().await.len(), 1);
        post.wait(Duration::minutes(21));
        assert_eq!(post.round().await, Done { late: 1, ..Done::default() });
        assert_eq!(post.calls().await, [], "{:?}", post.base.target);
        let sent = post.listed().await.remove(0);
        assert_eq!((sent.mail.state, sent.duty), (MailState::Late, false));
        assert_eq!(post.sink.mails().len(), 0);
    }
}

#[tokio::test]
async fn what_fell_due_while_the_server_was_down_is_not_lost() {
    for base in fresh() {
        let post = Post::open(base);
        post.put("a", outgoing(offer(post.now() + Duration::minutes(40)))).await;
        post.wait(Duration::minutes(15));
        post.minute().await;
        assert_eq!(post.calls().await.len(), 1);
        // Given up by the server and tried by hand: whether it comes in time is a new question.
        post.sink.fail(&[Fault::Recipient(550)]);
        assert_eq!(post.round().await.dead, 1);
        let actor = secretary(&post);
        let now = post.now();
        post.db.write(move |tx| mails::try_again(tx, &actor, "2026-0012", MailId(1), now)).await.unwrap();
        assert_eq!(post.calls().await, []);
        post.minute().await;
        assert_eq!(post.calls().await.len(), 1);
    }
}

#[tokio::test]
async fn a_thing_to_look_at_is_one_duty_due_as_early_as_it_was() {
    for base in fresh() {
        let post = Post::open(base);
        let (now, body) = (post.now(), post.committee);
        for due in [Duration::hours(2), Duration::hours(1), Duration::days(1)] {
            let look =
                |tx: &mut Tx<'_>| projection::look_at(tx, CASE, (DutyKind::Mail, 7), body, now + due, now);
            post.db.write_here(look).unwrap();
        }
        assert_eq!(calls(&post.db), [("7".to_owned(), now + Duration::hours(1))]);
    }
}

#[tokio::test]
async fn the_newest_mails_come_first_and_none_is_left_out() {
    for base in fresh() {
        let post = Post::open(base);
        for n in 0..7 {
            post.put(&format!("m-{n}"), to(&format!("p{n}@example.kr"), Letter::Test {})).await;
        }
        let (mut before, mut seen) = (None, Vec::new());
        loop {
            let (actor, now) = (secretary(&post), post.now());
            let page = post
                .db
                .read(move |rx| mails::of_case(rx, &actor, "2026-0012", (before, 3), now))
                .await
                .unwrap();
            assert!(page.mails.len() <= 3);
            seen.extend(page.mails.iter().map(|sent| sent.mail.id.0));
            before = page.older;
            if before.is_none() {
                break;
            }
        }
        assert_eq!(seen, [7, 6, 5, 4, 3, 2, 1]);
    }
}

/// One mail about which nobody can be told must not keep the others, or the weekly summary, from people.
#[test]
fn what_cannot_be_told_keeps_nothing_else_back() {
    for base in fresh() {
        let target = base.target.clone();
        let house = House::open(base);
        let (_, mut office) = house.signed_in("박소장", Role::Manager, house.office);
        filed(&house, &mut office, &[]);
        office.get("/settings/digest");
        office.post_on("/settings/digest", &[("digest", "on")]);
        house.wait(Duration::days(3));
        let now = house.now();
        poisoned(&house.db, &target, now - Duration::hours(1));
        let letter = offer(now + Duration::minutes(5));
        let put = house
            .db
            .write_here(|tx| ieum::store::outbox::enqueue(tx, "good", Some(CASE), &outgoing(letter), now));
        put.unwrap();
        let (db, clock): (Db, Clock) = (house.db.clone(), Arc::new(move || now));
        actix_web::rt::System::new().block_on(async { clock::round(&db, &clock).await.unwrap() });
        assert_eq!(calls(&house.db).len(), 1, "{target:?}");
        let summaries =
            house.mails().into_iter().filter(|mail| matches!(mail.letter, Letter::DutyDigest { .. }));
        assert_eq!(summaries.count(), 1, "{target:?}");
        let poison = house.db.read_here(|rx| ieum::store::outbox::turning_urgent(rx, now, 9)).unwrap();
        assert_eq!(poison.len(), 1, "it is tried again in a minute");
    }
}
