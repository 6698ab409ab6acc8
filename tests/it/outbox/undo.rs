//! Mails that their sender can take back for some minutes, through a real mail server and on the page.
use super::{CASE, Post, fresh, secretary, to};
use crate::mail::letters::{meeting, outgoing};
use crate::residents::house::House;
use crate::staff::filed;
use chrono::Duration;
use ieum::casework::post as mails;
use ieum::domain::case::CaseRules;
use ieum::domain::codes::{MailState, Outcome, Role};
use ieum::domain::ids::{MailId, UserId};
use ieum::domain::letter::{Letter, Outgoing};
use ieum::jobs::deliver::Done;
use ieum::store::{outbox, users};

fn rules() -> CaseRules {
    CaseRules { undo_minutes: 3, ..CaseRules::default() }
}

/// A post at which two people of the desk work.
fn post(base: crate::databases::Fresh) -> Post {
    let post = Post::ruled(base, rules());
    let now = post.now();
    for (n, email) in ["desk@example.kr", "second@example.kr"].iter().enumerate() {
        let user = post.db.write_here(|tx| users::add(tx, email, "담당", "", now)).unwrap();
        assert_eq!(user.0, i64::try_from(n).unwrap() + 1);
    }
    post
}

/// A step of user 1 tells somebody something.
fn put(post: &Post, key: &str, mail: Outgoing) {
    let now = post.now();
    post.db.write_here(|tx| outbox::enqueue_by(tx, key, (CASE, &mail), Some(UserId(1)), now)).unwrap();
}

fn closed() -> Letter {
    Letter::Closed { outcome: Outcome::Withdrawn, link: "/r/a.b".to_owned() }
}

async fn take_back(post: &Post, user: i64, mail: i64) -> bool {
    let mut actor = secretary(post);
    actor.user = Some(UserId(user));
    let now = post.now();
    post.db.write(move |tx| mails::take_back(tx, &actor, "2026-0012", MailId(mail), now)).await.unwrap()
}

fn keys(post: &Post) -> Vec<String> {
    let id = |mail: &crate::mail::smtp_sink::Received| mail.header("Message-ID").unwrap();
    let bare = |id: String| id.trim_start_matches("<out.").split('@').next().unwrap().to_owned();
    post.sink.mails().iter().map(id).map(bare).collect()
}

#[tokio::test]
async fn a_sender_takes_a_mail_back_before_it_leaves_and_nobody_else_does() {
    for base in fresh() {
        let post = post(base);
        put(&post, "regretted", outgoing(closed()));
        put(&post, "meant", to("lee@example.kr", closed()));
        assert_eq!(post.round().await, Done::default(), "both wait");
        assert!(!take_back(&post, 2, 1).await, "another person's");
        assert!(take_back(&post, 1, 1).await);
        assert!(!take_back(&post, 1, 1).await, "once");
        post.wait(Duration::minutes(3));
        assert!(!take_back(&post, 1, 2).await, "the time is over");
        assert_eq!(post.round().await.sent, 1);
        assert_eq!(post.round().await, Done::default());
        assert_eq!(keys(&post), ["meant"], "{:?}", post.base.target);
        assert_eq!(post.states().await, [(MailState::Withdrawn, 0), (MailState::Sent, 1)]);
        // Third thoughts: it is the same mail, and leaves at once.
        let (actor, now) = (secretary(&post), post.now());
        post.db.write(move |tx| mails::try_again(tx, &actor, "2026-0012", MailId(1), now)).await.unwrap();
        assert!(!take_back(&post, 1, 1).await, "it does not wait a second time");
        assert_eq!(post.round().await.sent, 1);
        assert_eq!(keys(&post), ["meant", "regretted"]);
    }
}

#[tokio::test]
async fn what_is_needed_soon_never_waits_and_holds_its_order() {
    for base in fresh() {
        let post = post(base);
        post.wait(meeting(0).start - Duration::hours(5) - post.now());
        put(&post, "closed", outgoing(closed()));
        put(&post, "other", to("lee@example.kr", closed()));
        assert_eq!(post.round().await, Done::default());
        put(&post, "today", outgoing(Letter::SessionCancelled { meeting: meeting(1) }));
        for _ in 0..3 {
            post.round().await;
        }
        assert_eq!(keys(&post), ["closed", "today"], "the urgent one drags the one before it along");
        assert!(!take_back(&post, 1, 1).await, "it has left");
        // What nobody did, and what somebody waits for, does not wait.
        let now = post.now();
        let receipt = Letter::Receipt {
            next: "관리사무소가 연락드립니다".to_owned(),
            link: "/r/a.b".to_owned(),
        };
        put(&post, "receipt", to("park@example.kr", receipt));
        let mail = to("choi@example.kr", closed());
        post.db.write_here(|tx| outbox::enqueue_by(tx, "clock", (CASE, &mail), None, now)).unwrap();
        assert_eq!(post.round().await.sent, 2);
    }
}

#[test]
fn the_button_is_the_senders_and_goes_with_the_time() {
    for base in fresh() {
        let house = House::ruled(base, false, rules());
        let (_, mut office) = house.signed_in("박소장", Role::Manager, house.office);
        filed(&house, &mut office, &[("email", "kim@example.kr")]);
        office.get("/cases/2026-0001/steps/open_inquiry");
        office.post_on("/cases/2026-0001/steps/open_inquiry", &[]);
        let path = "/cases/2026-0001/mails";
        let page = office.get(path).body;
        let at = page.find("/take-back\"").unwrap_or_else(|| panic!("{page}"));
        let start = page[..at].rfind("/cases/").unwrap();
        let button = format!("{}/take-back", &page[start..at]);
        assert!(page.contains("에 나갑니다. 그 전에는 거둘 수 있습니다."), "{page}");
        let (_, mut second) = house.signed_in("최과장", Role::Manager, house.office);
        let theirs = second.get(path).body;
        assert!(theirs.contains("에 나갑니다.") && !theirs.contains("메일 거두기"), "{theirs}");
        let (_, refused) = second.post_on(&button, &[]);
        assert!(refused.body.contains("다른 분이 한 일의 메일"), "{}", refused.body);
        office.get(path);
        let (_, taken) = office.post_on(&button, &[]);
        let badge = MailState::Withdrawn.label();
        assert!(taken.body.contains("메일을 거두었습니다.") && taken.body.contains(badge), "{}", taken.body);
        assert!(taken.body.contains("다시 보내기") && !taken.body.contains("메일 거두기"), "{}", taken.body);
        let (_, late) = office.post_on(&button, &[]);
        assert!(late.body.contains("거둘 수 있는 시간이 지나"), "{}", late.body);
    }
}
