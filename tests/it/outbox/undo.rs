//! Mails that their sender can take back for some minutes, through a real mail server and on the page.
use super::late::calls;
use super::{CASE, Post, fresh, secretary, to};
use crate::mail::letters::{meeting, outgoing};
use crate::residents::house::House;
use crate::staff::filed;
use chrono::Duration;
use ieum::casework::post as mails;
use ieum::domain::case::CaseRules;
use ieum::domain::codes::{HandOverBasis, MailState, Outcome, Role, Safety, Side};
use ieum::domain::ids::{MailId, UserId};
use ieum::domain::letter::{Letter, Outgoing};
use ieum::domain::step::Step;
use ieum::jobs::deliver::Done;
use ieum::jobs::preview::{Preview, Prospect};
use ieum::store::sending::{self, Caps};
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
        let calls = calls(&post.db);
        assert_eq!(calls.len(), 1, "the step stands: somebody tells them");
        assert_eq!(calls[0].0, "1");
        post.wait(Duration::minutes(3));
        assert!(!take_back(&post, 1, 2).await, "the time is over");
        assert_eq!(post.round().await.sent, 1);
        assert_eq!(post.round().await, Done::default());
        assert_eq!(keys(&post), ["meant"], "{:?}", post.base.target);
        assert_eq!(post.states().await, [(MailState::Withdrawn, 0), (MailState::Sent, 1)]);
        // Third thoughts: it is the same mail, and leaves at once.
        let (actor, now) = (secretary(&post), post.now());
        let again = post.db.write(move |tx| mails::try_again(tx, &actor, "2026-0012", MailId(1), now));
        assert!(again.await.unwrap());
        assert_eq!(super::late::calls(&post.db), []);
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

/// The dry run says what becomes of each mail, in its words, and neither sends nor takes anything.
#[tokio::test]
async fn a_dry_run_shows_what_would_leave_and_changes_nothing() {
    for base in fresh() {
        let mut post = post(base);
        post.courier.caps = Caps { per_recipient: 100, per_hour: 2 };
        let until = post.now() + Duration::minutes(10);
        let code = Letter::Code { code: "48201937".to_owned(), until };
        let account = |to: &str, letter| Outgoing { to: to.to_owned(), number: None, letter };
        post.put("code", account("kim@example.kr", code)).await;
        post.put("first", to("lee@example.kr", closed())).await;
        post.put("second", to("park@example.kr", closed())).await;
        put(&post, "undo", to("choi@example.kr", closed()));
        let fates = |mails: &[Preview]| mails.iter().map(|mail| mail.prospect.clone()).collect::<Vec<_>>();
        let now = post.now();
        let later = |minutes| Prospect::Later(now + Duration::minutes(minutes));
        let shown = post.courier.preview(10).await.unwrap();
        assert_eq!(fates(&shown), [Prospect::Leaves, Prospect::Leaves, later(60), later(3)]);
        assert!(shown.iter().all(|mail| mail.to.contains("…@example.kr")), "{shown:?}");
        let (subject, text) = shown[0].said.clone().unwrap();
        assert!(!subject.contains("48201937") && text.contains("••••••••"), "{subject}: {text}");
        let (_, text) = shown[1].said.clone().unwrap();
        assert!(text.contains("https://ieum.example/…") && !text.contains("a.b"), "{text}");
        assert_eq!(post.courier.preview(10).await.unwrap(), shown, "nothing was taken");
        assert_eq!(post.sink.mails().len(), 0);
        post.db.write_here(|tx| sending::hold(tx, Some(now))).unwrap();
        assert_eq!(fates(&post.courier.preview(1).await.unwrap()), [Prospect::Held]);
        post.db.write_here(|tx| sending::hold(tx, None)).unwrap();
        post.wait(Duration::minutes(11));
        assert_eq!(fates(&post.courier.preview(1).await.unwrap()), [Prospect::Late]);
        // What it said comes true; what another worker has in hand counts for the hour's cap.
        assert_eq!(post.round().await, Done { sent: 1, late: 1, ..Done::default() });
        assert_eq!(post.lease(1).await.len(), 1);
        assert_eq!(post.round().await, Done::default(), "{:?}", post.base.target);
        assert_eq!(keys(&post), ["first"]);
    }
}

/// Whatever a link leads to, a dry run does not open it.
#[tokio::test]
async fn a_dry_run_shows_no_address_that_opens_something() {
    for base in fresh() {
        let post = post(base);
        let until = post.now() + Duration::hours(1);
        let link = || "/account/9f3a.sesame".to_owned();
        let invitation = Letter::Invitation { role: "조정인".to_owned(), body: None, link: link(), until };
        for (key, letter) in [("new", invitation), ("reset", Letter::PasswordReset { link: link(), until })] {
            let to = "kim@example.kr".to_owned();
            post.put(key, Outgoing { to, number: None, letter }).await;
        }
        let shown = post.courier.preview(10).await.unwrap();
        assert_eq!(shown.len(), 2);
        for mail in shown {
            let (_, text) = mail.said.unwrap();
            assert!(text.contains("https://ieum.example/…") && !text.contains("sesame"), "{text}");
        }
    }
}

/// The dry run looks where the worker looks.
#[tokio::test]
async fn a_dry_run_passes_over_what_is_in_hand_or_stands_behind() {
    for base in fresh() {
        let post = post(base);
        post.put("first", outgoing(closed())).await;
        post.put("behind", outgoing(closed())).await;
        post.put("other", to("lee@example.kr", closed())).await;
        let keys = |mails: Vec<Preview>| mails.into_iter().map(|mail| mail.key).collect::<Vec<_>>();
        assert_eq!(keys(post.courier.preview(10).await.unwrap()), ["first", "other"]);
        assert_eq!(post.lease(1).await.len(), 1);
        assert_eq!(keys(post.courier.preview(10).await.unwrap()), ["other"], "{:?}", post.base.target);
        post.wait(Duration::minutes(3));
        assert_eq!(keys(post.courier.preview(10).await.unwrap()), ["first", "other"], "its worker died");
    }
}

#[tokio::test]
async fn what_a_worker_has_taken_is_not_taken_back_by_a_slower_clock() {
    for base in fresh() {
        let post = post(base);
        put(&post, "regretted", outgoing(closed()));
        let earlier = post.now() + Duration::minutes(2);
        post.wait(Duration::minutes(3));
        assert_eq!(post.lease(1).await.len(), 1);
        post.wait(earlier - post.now());
        assert!(!take_back(&post, 1, 1).await, "{:?}", post.base.target);
        assert_eq!(post.states().await, [(MailState::Waiting, 1)]);
        assert_eq!(calls(&post.db), []);
    }
}

/// A case out of whose hands it was given does not keep the mails of that step waiting for somebody who cannot reach them.
#[test]
fn what_gives_a_case_away_leaves_at_once() {
    for base in fresh() {
        let house = House::ruled(base, false, rules());
        let (user, mut office) = house.signed_in("박소장", Role::Manager, house.office);
        house.signed_in("이간사", Role::Secretary, house.committee);
        filed(&house, &mut office, &[("email", "kim@example.kr")]);
        let at = house.now();
        let own = house.db.read_here(|rx| users::actor(rx, user, at)).unwrap();
        for side in [Side::Applicant, Side::Respondent] {
            let (flags, note) = (vec![], String::new());
            house.take(&own, Step::Screen { side, flags, result: Safety::Ok, note });
        }
        house.take(&own, Step::OpenInquiry {});
        let reason = "원함".to_owned();
        house.take(&own, Step::HandOver { basis: HandOverBasis::Requested, reason });
        let mails = house.db.read_here(|rx| outbox::of_case(rx, house.case().id, None, 50, at)).unwrap();
        let told = mails.iter().find(|(mail, _)| mail.letter == "handed_over").map(|(mail, _)| mail.undo);
        assert_eq!(told, Some(None), "{mails:?}");
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
