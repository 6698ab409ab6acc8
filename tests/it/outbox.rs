//! The outbox and its worker, on both databases, against a mail server that fails as told.

mod faults;
mod late;
mod spool;
mod undo;

use crate::databases::{Fresh, fresh};
use crate::mail::letters::{TO, every, meeting, outgoing, written};
use crate::mail::smtp_sink::{Fault, Sink};
use crate::mail::{over, settings};
use chrono::{DateTime, Duration, Utc};
use diesel::connection::SimpleConnection;
use ieum::casework::{CaseworkError, post as mails};
use ieum::domain::case::{Bodies, CaseRules, Intake};
use ieum::domain::codes::{BodyKind, Cause, Channel, CommitteeKind, DutyKind, MailState, Position, Role};
use ieum::domain::ids::{BodyId, CaseId, MailId, UserId};
use ieum::domain::letter::{Letter, Meeting, Outgoing};
use ieum::domain::permission::{Actor, Grant};
use ieum::jobs::deliver::{Courier, Done};
use ieum::store::bodies::{self, NewBody};
use ieum::store::cases::{self, NewCase};
use ieum::store::outbox::{self, Fate, Leased, Standing};
use ieum::store::projection;
use ieum::store::sending::Caps;
use ieum::store::vault::Vault;
use ieum::store::{Db, Pools, StoreError, Target, migrate};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use tokio::sync::watch;

pub(crate) const CASE: CaseId = CaseId(1);

/// A database with one case in it, a clock that stands still until moved, and a sink.
pub(crate) struct Post {
    pub(crate) base: Fresh,
    pub(crate) db: Db,
    now: Arc<Mutex<DateTime<Utc>>>,
    pub(crate) sink: Sink,
    stop: watch::Receiver<bool>,
    pub(crate) courier: Courier,
    pub(crate) committee: BodyId,
    _keep: watch::Sender<bool>,
}

impl Post {
    pub(crate) fn open(base: Fresh) -> Self {
        Self::ruled(base, CaseRules::default())
    }

    pub(crate) fn ruled(base: Fresh, rules: CaseRules) -> Self {
        migrate(&base.target).unwrap();
        let pools = Pools { readers: 2, pg_writers: 8, synchronous: "FULL".to_owned(), ..Pools::default() };
        let db =
            Db::open(&base.target, &pools, Vault::from_base64(&Vault::generate()).unwrap(), rules).unwrap();
        let committee = a_case(&db);
        let (keep, stop) = watch::channel(false);
        let (now, sink) = (Arc::new(Mutex::new(written())), Sink::start());
        let courier = courier(&db, &sink, now.clone());
        Self { base, db, now, sink, stop, courier, committee, _keep: keep }
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        *self.now.lock().unwrap()
    }

    pub(crate) fn wait(&self, time: Duration) {
        *self.now.lock().unwrap() += time;
    }

    pub(crate) async fn put(&self, key: &str, outgoing: Outgoing) {
        let (key, now, case) = (key.to_owned(), self.now(), outgoing.number.as_ref().map(|_| CASE));
        self.db.write(move |tx| outbox::enqueue(tx, &key, case, &outgoing, now)).await.unwrap()
    }

    async fn lease(&self, limit: i64) -> Vec<Leased> {
        let now = self.now();
        self.db.write(move |tx| outbox::lease(tx, limit, Duration::minutes(2), now)).await.unwrap()
    }

    pub(crate) async fn round(&self) -> Done {
        self.courier.round(&self.stop).await.unwrap()
    }

    pub(crate) async fn states(&self) -> Vec<(MailState, i64)> {
        let now = self.now();
        let listed = self.db.read(move |rx| outbox::of_case(rx, CASE, None, 500, now)).await.unwrap();
        listed.iter().rev().map(|(mail, _)| (mail.state, mail.attempts)).collect()
    }
}

fn courier(db: &Db, sink: &Sink, now: Arc<Mutex<DateTime<Utc>>>) -> Courier {
    let mut courier = Courier::of(&over(sink), db.clone(), Arc::new(move || *now.lock().unwrap())).unwrap();
    // Tests put many mails to one person; the caps have a test of their own.
    courier.caps = Caps { per_recipient: 1000, per_hour: 10_000 };
    courier
}

/// The outbox needs a case to point at; how one is filed is not this test's matter.
fn a_case(db: &Db) -> BodyId {
    let body =
        NewBody {
            name: "천연동 위원회".to_owned(), ward_code: "11410".to_owned(), ..NewBody::default()
        };
    let committee = db.write_here(|tx| bodies::add(tx, BodyKind::Committee, &body, written())).unwrap();
    let new = new_case(Some(committee));
    assert_eq!(db.write_here(|tx| cases::insert(tx, "2026-0012", &new, written())).unwrap(), CASE);
    committee
}

fn new_case(body: Option<BodyId>) -> NewCase {
    let intake = Intake {
        received_at: written(),
        channel: Channel::Online,
        cause: Cause::Footfall,
        position: Position::Above,
        complex: None,
        complex_typed: Some("무악재현대".to_owned()),
        ward_code: "11410".to_owned(),
        dong_code: None,
        committee: CommitteeKind::None,
        programme: None,
        mediators_needed: 1,
        has_applicant_unit: false,
        has_respondent_unit: false,
        legacy: false,
    };
    NewCase {
        intake,
        bodies: Bodies { committee: body, ward: body, ..Bodies::default() },
        ledger_ref: None,
        applicant_unit_hash: None,
        respondent_unit_hash: None,
    }
}

/// A second case that cannot be read, and an urgent mail of it: whatever looks at it fails.
pub(crate) fn poisoned(db: &Db, target: &Target, needed: DateTime<Utc>) {
    let bad = db.write_here(|tx| cases::insert(tx, "2026-0666", &new_case(None), written())).unwrap();
    let meeting = Meeting { start: needed, end: needed, ..meeting(0) };
    let mail = to("poison@example.kr", Letter::SessionFixed { meeting });
    db.write_here(|tx| outbox::enqueue(tx, "poison", Some(bad), &mail, written())).unwrap();
    target
        .connect()
        .unwrap()
        .batch_execute("UPDATE cases SET cause = 'none' WHERE number = '2026-0666'")
        .unwrap();
}

fn moved(sequence: u32) -> Outgoing {
    outgoing(Letter::SessionMoved { meeting: meeting(sequence), was: written() })
}

pub(crate) fn to(address: &str, letter: Letter) -> Outgoing {
    Outgoing { to: address.to_owned(), ..outgoing(letter) }
}

/// Somebody at the desk whose case it is.
pub(crate) fn secretary(post: &Post) -> Actor {
    let grants = vec![Grant { role: Role::Secretary, body: Some(post.committee) }];
    Actor { user: Some(UserId(1)), grants, ..Actor::default() }
}

macro_rules! on_both {
    ($($name:ident: |$post:ident| $body:block)+) => { $(
        #[tokio::test]
        async fn $name() {
            for base in fresh() {
                let $post = Post::open(base);
                $body
            }
        }
    )+ };
}

on_both! {
    a_mail_for_the_same_occasion_is_put_once: |post| {
        post.put("receipt-1", outgoing(Letter::Test {})).await;
        post.put("receipt-1", outgoing(Letter::Test {})).await;
        assert_eq!(post.states().await.len(), 1);
        for awkward in ["case:1/offer 2", "한글", "../../etc/passwd", &"x".repeat(100)] {
            post.put(awkward, outgoing(Letter::Test {})).await;
            post.put(awkward, outgoing(Letter::Test {})).await;
        }
        assert_eq!(post.states().await.len(), 5);
        for _ in 0..5 {
            post.round().await;
        }
        let ids: Vec<_> = post.sink.mails().iter().map(|m| m.header("Message-ID").unwrap()).collect();
        assert_eq!(ids.len(), 5);
        assert!(ids.iter().all(|id| id.len() < 80 && !id.contains(' ') && !id.contains("passwd")), "{ids:?}");
    }

    what_a_mail_says_lies_sealed: |post| {
        for (i, outgoing) in every().into_iter().enumerate() {
            post.put(&format!("m-{i}"), outgoing).await;
        }
        // Enough rounds for the mails of one case to leave one after the other.
        for _ in 0..every().len() {
            post.round().await;
        }
        assert_eq!(post.sink.mails().len(), every().len());
        let raw = raw_outbox(&post.base.target);
        assert!(raw.contains("session_fixed") && raw.contains("v1."), "the rows are there: {raw}");
        for secret in [TO, "kim.younghee", "selector.secret", "48201937", "천연동"] {
            assert!(!raw.contains(secret), "{secret}");
        }
        let text = post.db.read(|rx| outbox::sent_text(rx, MailId(1))).await.unwrap();
        assert!(text.starts_with("[계정 초대]"), "{text}");
    }

    mails_to_one_person_about_one_case_keep_their_order: |post| {
        post.put("first", moved(1)).await;
        post.put("second", moved(2)).await;
        post.put("other", to("lee@example.kr", Letter::Reopened { link: "/r/a.b".to_owned() })).await;
        post.put("account", Outgoing { number: None, ..outgoing(Letter::Test {}) }).await;
        post.sink.fail(&[Fault::Data(451)]);
        let done = post.round().await;
        assert_eq!(done, Done { sent: 2, failed: 1, dead: 0, late: 0 });
        // The second waits as long as the first does.
        assert_eq!(post.round().await, Done::default());
        post.wait(Duration::minutes(2));
        assert_eq!(post.round().await.sent, 1);
        assert_eq!(post.round().await.sent, 1);
        let order: Vec<_> = post.sink.mails().iter().map(|m| m.header("Message-ID").unwrap()).collect();
        assert_eq!(order, ["other", "account", "first", "second"].map(|key| format!("<out.{key}@ieum.example>")));
    }

    a_crash_after_sending_repeats_the_same_mail: |post| {
        post.put("session-1", outgoing(Letter::SessionFixed { meeting: meeting(0) })).await;
        // The worker dies between the server's 250 and its own commit: the lease just runs out.
        let taken = post.lease(10).await;
        let courier = &post.courier;
        let mail = courier.sender.compose(&courier.renderer, &taken[0].key, taken[0].outgoing.as_ref().unwrap(), taken[0].written, None).unwrap();
        courier.transport.send(&mail).await.unwrap();
        post.wait(Duration::minutes(1));
        assert_eq!(post.round().await, Done::default(), "the lease holds");
        post.wait(Duration::minutes(2));
        assert_eq!(post.round().await.sent, 1);
        let mails = post.sink.mails();
        assert_eq!(mails.len(), 2);
        assert_eq!(mails[0].data, mails[1].data);
        assert_eq!(post.states().await, [(MailState::Sent, 2)]);
        post.wait(Duration::days(1));
        assert_eq!(post.round().await, Done::default());
    }

    an_address_that_changed_while_the_batch_was_in_hand_gets_nothing: |post| {
        let link = || Letter::Reopened { link: "/r/a.b".to_owned() };
        post.put("slow", outgoing(Letter::Test {})).await;
        post.put("moved", to("old@example.kr", link())).await;
        post.put("gone", to("gone@example.kr", link())).await;
        post.sink.fail(&[Fault::Slow(1500)]);
        let meanwhile = async {
            tokio::time::sleep(std::time::Duration::from_millis(500)).await;
            let moved = post.db.write(|tx| {
                outbox::readdress(tx, CASE, "Old@example.kr ", "new@example.kr")?;
                outbox::destroy(tx, CASE, "gone@example.kr").map(|mails| mails.len())
            });
            assert_eq!(moved.await.unwrap(), 1);
        };
        let (done, ()) = tokio::join!(post.round(), meanwhile);
        assert_eq!(done, Done { sent: 2, failed: 0, dead: 0, late: 0 });
        let to: Vec<String> = post.sink.mails().iter().flat_map(|mail| mail.to.clone()).collect();
        assert_eq!(to.len(), 2);
        assert!(to.iter().any(|to| to.contains("new@")) && !to.iter().any(|to| to.contains("old@")), "{to:?}");
        assert_eq!(post.states().await, [(MailState::Sent, 1), (MailState::Sent, 1), (MailState::Withdrawn, 1)]);
    }

    what_left_keeps_no_former_address: |post| {
        let link = || Letter::Reopened { link: "/r/a.b".to_owned() };
        post.put("left", to("old@example.kr", link())).await;
        post.round().await;
        post.put("waits", to("old@example.kr", link())).await;
        let taken = post.lease(5).await;
        post.db.write(|tx| outbox::readdress(tx, CASE, "old@example.kr", "new@example.kr")).await.unwrap();
        assert!(post.db.read(|rx| outbox::sent_text(rx, MailId(1))).await.is_ok(), "what was said stays");
        let now = post.now();
        let opened = post.db.read(move |rx| outbox::opened_for_demo(rx, None, 5, now)).await.unwrap();
        let to: Vec<&str> = opened.iter().map(|mail| mail.to.as_str()).collect();
        assert_eq!(to, ["new@example.kr", ""], "newest first");
        // Forgotten now, while a worker is sending: what it said is not kept either.
        let gone = post.db.write(|tx| outbox::destroy(tx, CASE, "new@example.kr")).await.unwrap();
        assert_eq!(gone.len(), 2, "the mail that left is still known as this person's");
        let sent = taken.into_iter().next().unwrap();
        post.db.write(move |tx| outbox::sent(tx, &sent, "한 말", "250", now)).await.unwrap();
        for id in [MailId(1), MailId(2)] {
            assert!(post.db.read(move |rx| outbox::sent_text(rx, id)).await.is_err());
        }
    }

    a_dropped_connection_is_tried_again: |post| {
        post.put("a", outgoing(Letter::Test {})).await;
        post.sink.fail(&[Fault::Drop, Fault::TakeAndDrop]);
        for _ in 0..3 {
            post.round().await;
            post.wait(Duration::minutes(10));
        }
        assert_eq!(post.states().await, [(MailState::Sent, 3)]);
        let mails = post.sink.mails();
        assert_eq!(mails.len(), 2, "taken unacknowledged, then again");
        assert_eq!(mails[0].data, mails[1].data);
    }

    a_refused_recipient_is_given_up_at_once_and_may_be_tried_by_hand: |post| {
        post.put("a", outgoing(Letter::Test {})).await;
        post.sink.fail(&[Fault::Recipient(550)]);
        assert_eq!(post.round().await, Done { sent: 0, failed: 1, dead: 1, late: 0 });
        post.wait(Duration::days(1));
        assert_eq!(post.round().await, Done::default());
        let now = post.now();
        let duties = post.db.read(|rx| projection::duties_in(rx, CASE)).await.unwrap();
        let wanted = (DutyKind::Mail, Some(post.committee), "1".to_owned());
        assert_eq!(duties.into_iter().map(|d| (d.kind, d.body_id, d.detail)).collect::<Vec<_>>(), [wanted]);
        let dead = post.db.read(move |rx| outbox::of_case(rx, CASE, None, 10, now)).await.unwrap().remove(0).0;
        assert_eq!((dead.letter.as_str(), dead.state), ("test", MailState::Dead));
        assert!(dead.answer.contains("550") && !dead.answer.contains("kim.younghee"), "{}", dead.answer);
        post.db.write(move |tx| outbox::revive(tx, CASE, dead.id, now)).await.unwrap();
        assert_eq!(post.round().await.sent, 1);
        let again = post.db.write(move |tx| outbox::revive(tx, CASE, MailId(1), now)).await;
        assert!(matches!(again, Err(StoreError::NotFound)), "a sent mail is not sent twice");
    }

    only_those_who_handle_the_case_see_and_repeat_its_mails: |post| {
        post.put("a", outgoing(Letter::Test {})).await;
        post.sink.fail(&[Fault::Recipient(550)]);
        post.round().await;
        let now = post.now();
        let at = |body: BodyId, role: Role| Actor {
            user: Some(UserId(1)),
            grants: vec![Grant { role, body: Some(body) }],
            ..Actor::default()
        };
        let other = BodyId(post.committee.0 + 100);
        for outsider in [Actor::default(), at(other, Role::Secretary), at(post.committee, Role::Ward)] {
            let seen = outsider.clone();
            let refused = post.db.read(move |rx| mails::of_case(rx, &seen, "2026-0012", (None, 9), now)).await;
            assert!(matches!(refused, Err(CaseworkError::Store(StoreError::NotFound))), "{outsider:?}");
            let refused = post.db.write(move |tx| mails::try_again(tx, &outsider, "2026-0012", MailId(1), now)).await;
            assert!(matches!(refused, Err(CaseworkError::Store(StoreError::NotFound))));
        }
        let secretary = secretary(&post);
        let seen = secretary.clone();
        let listed = post.db.read(move |rx| mails::of_case(rx, &seen, "2026-0012", (None, 9), now)).await.unwrap().mails;
        assert_eq!((listed.len(), listed[0].mail.state, listed[0].duty), (1, MailState::Dead, true));
        post.db.write(move |tx| mails::try_again(tx, &secretary, "2026-0012", MailId(1), now)).await.unwrap();
        assert!(post.db.read(|rx| projection::duties_in(rx, CASE)).await.unwrap().is_empty(), "seen to");
        assert_eq!(post.round().await.sent, 1);
    }

    a_server_that_stays_away_ends_in_a_dead_mail_after_three_days: |post| {
        post.put("a", outgoing(Letter::Test {})).await;
        let begun = post.now();
        let mut tries = 0;
        for _ in 0..2000 {
            post.sink.fail(&[Fault::Data(451)]);
            let done = post.round().await;
            tries += done.failed;
            if done.dead == 1 {
                break;
            }
            assert!(post.now() - begun <= Duration::hours(72));
            if done.failed == 0 {
                // Nothing was due, so the fault is still waiting; take it away again.
                post.sink.forget();
                post.wait(Duration::minutes(15));
            }
        }
        assert_eq!(post.states().await[0].0, MailState::Dead);
        assert!(post.now() - begun > Duration::hours(40), "{}", post.now() - begun);
        assert!((8..=11).contains(&tries), "{tries}");
    }

    a_code_that_came_too_late_is_not_sent: |post| {
        let until = post.now() + Duration::minutes(10);
        post.put("code-1", Outgoing { number: None, ..outgoing(Letter::Code { code: "12345678".to_owned(), until }) }).await;
        post.wait(Duration::minutes(11));
        assert_eq!(post.round().await, Done { late: 1, ..Done::default() });
        assert_eq!(post.sink.mails().len(), 0);
        assert_eq!(post.db.read(outbox::standing).await.unwrap(), Standing::default(), "nobody's duty");
    }

    a_lease_that_is_nearly_over_is_given_back_untried: |post| {
        post.put("a", outgoing(Letter::Test {})).await;
        let mut hasty = courier(&post.db, &post.sink, post.now.clone());
        hasty.slowest = Duration::minutes(3);
        assert_eq!(hasty.round(&post.stop).await.unwrap(), Done::default());
        assert_eq!(post.states().await, [(MailState::Waiting, 0)]);
        assert_eq!(post.round().await.sent, 1);
    }

    a_server_that_dawdles_is_left_before_the_lease_ends: |post| {
        post.put("a", outgoing(Letter::Test {})).await;
        post.sink.fail(&[Fault::Slow(3000)]);
        let mut hasty = courier(&post.db, &post.sink, post.now.clone());
        hasty.slowest = Duration::milliseconds(300);
        assert_eq!(hasty.round(&post.stop).await.unwrap(), Done { sent: 0, failed: 1, dead: 0, late: 0 });
    }

    a_worker_that_lost_its_lease_changes_nothing: |post| {
        post.put("a", outgoing(Letter::Test {})).await;
        let slow = post.lease(1).await.remove(0);
        post.wait(Duration::minutes(3));
        let quick = post.lease(1).await.remove(0);
        assert_eq!(quick.attempt, 2);
        let now = post.now();
        let (fate, kept) = post.db.write(move |tx| {
            let fate = outbox::failed(tx, &slow, "timeout", None, now)?;
            outbox::give_back(tx, &slow)?;
            Ok::<_, StoreError>((fate, outbox::failed(tx, &quick, "timeout", Some(Duration::hours(72)), now)?))
        }).await.unwrap();
        assert_eq!(fate, Fate::Taken);
        assert!(matches!(kept, Fate::Again(_)));
    }

    a_destroyed_mail_is_gone_for_good: |post| {
        post.put("sent", outgoing(Letter::Test {})).await;
        post.round().await;
        post.put("waiting", outgoing(Letter::Reopened { link: "/r/a.b".to_owned() })).await;
        post.put("other", to("lee@example.kr", Letter::Test {})).await;
        let emptied = post.db.write(|tx| outbox::destroy(tx, CASE, "KIM.younghee@example.kr ")).await.unwrap();
        assert_eq!(emptied.len(), 2);
        assert!(post.db.read(|rx| outbox::sent_text(rx, MailId(1))).await.is_err());
        let now = post.now();
        assert!(post.db.write(move |tx| outbox::revive(tx, CASE, MailId(2), now)).await.is_err());
        assert_eq!(post.round().await.sent, 1, "the other person's mail leaves");
        assert_eq!(post.sink.mails().last().unwrap().to, ["lee@example.kr"]);
    }

    a_row_that_does_not_open_does_not_stop_the_queue: |post| {
        post.put("broken", outgoing(Letter::Test {})).await;
        post.put("whole", to("lee@example.kr", Letter::Test {})).await;
        post.base.target.connect().unwrap().batch_execute("UPDATE outbox SET payload = 'v1.0.AAAA' WHERE message_key = 'broken'").unwrap();
        assert_eq!(post.round().await, Done { sent: 1, failed: 1, dead: 1, late: 0 });
    }

    waiting_mails_are_counted: |post| {
        assert_eq!(post.db.read(outbox::standing).await.unwrap(), Standing::default());
        post.put("a", outgoing(Letter::Test {})).await;
        post.wait(Duration::minutes(5));
        post.put("b", outgoing(Letter::Test {})).await;
        let two = Standing { waiting: 2, oldest: Some(written()), dead: 0 };
        assert_eq!(post.db.read(outbox::standing).await.unwrap(), two);
    }
}

/// Eight workers, each with its own connections as in processes of their own, over many mails: every mail is claimed once.
#[tokio::test]
async fn workers_never_claim_the_same_mail() {
    for base in fresh() {
        let post = Post::open(base);
        let count = 600;
        let now = post.now();
        post.db
            .write(move |tx| {
                for i in 0..count {
                    outbox::enqueue(tx, &format!("m-{i}"), None, &outgoing(Letter::Test {}), now)?;
                }
                Ok::<_, StoreError>(())
            })
            .await
            .unwrap();
        let claims: Arc<Mutex<BTreeMap<i64, u32>>> = Arc::default();
        let workers: Vec<_> = (0..8)
            .map(|_| {
                let (db, claims) = (post.db.clone(), claims.clone());
                tokio::spawn(async move {
                    loop {
                        let taken = db
                            .write(move |tx| outbox::lease(tx, 7, Duration::minutes(2), now))
                            .await
                            .unwrap();
                        if taken.is_empty() {
                            return;
                        }
                        for mail in &taken {
                            *claims.lock().unwrap().entry(mail.id.0).or_default() += 1;
                        }
                        tokio::task::yield_now().await;
                    }
                })
            })
            .collect();
        for worker in workers {
            worker.await.unwrap();
        }
        let claims = claims.lock().unwrap();
        let twice = claims.values().filter(|n| **n > 1).count();
        assert_eq!((claims.len(), twice), (count, 0), "{:?}", post.base.target);
    }
}

#[tokio::test]
async fn the_worker_stops_when_told() {
    for base in fresh() {
        let post = Post::open(base);
        post.put("a", outgoing(Letter::Test {})).await;
        let (tell, stop) = watch::channel(false);
        let worker = courier(&post.db, &post.sink, post.now.clone());
        let running = tokio::spawn(async move { worker.run(std::time::Duration::from_secs(60), stop).await });
        while post.sink.mails().is_empty() {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        tell.send(true).unwrap();
        tokio::time::timeout(std::time::Duration::from_secs(5), running).await.unwrap().unwrap();
    }
}

/// Every column of every row as text.
fn raw_outbox(target: &Target) -> String {
    use diesel::prelude::*;
    #[derive(diesel::QueryableByName)]
    struct Line {
        #[diesel(sql_type = diesel::sql_types::Text)]
        line: String,
    }
    let sql = "SELECT message_key || ' ' || recipient || ' ' || template || ' ' || payload || ' ' || error || ' ' || \
               coalesce(sent_text, '') AS line FROM outbox ORDER BY id";
    let lines: Vec<Line> = diesel::sql_query(sql).load(&mut target.connect().unwrap()).unwrap();
    lines.into_iter().map(|l| l.line).collect::<Vec<_>>().join("\n")
}

#[test]
fn settings_of_the_worker_fit_together() {
    let mail = settings().mail;
    assert!(mail.lease_seconds > i64::try_from(mail.timeout_seconds).unwrap() * 2);
}
