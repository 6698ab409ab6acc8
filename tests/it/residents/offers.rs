//! The whole of an offer: seen without effect, answered, taken back, passed on, recorded by telephone, ended.
use super::house::{Browser, House};
use super::{link_in, offered};
use crate::databases::fresh;
use chrono::{DateTime, Duration, NaiveDate, Utc};
use ieum::casework::clockwork;
use ieum::casework::step::{Taking, take_step};
use ieum::domain::codes::{Method, OfferState, Role, Stage};
use ieum::domain::ids::UserId;
use ieum::domain::letter::{Letter, OfferEnd, Vacancy};
use ieum::domain::permission::Actor;
use ieum::domain::step::Step;
use ieum::store::mediators::{self, Mediator};
use ieum::store::{StoreError, users};

/// Another mediator of the NGO.
fn second(house: &House) -> UserId {
    let (now, ngo, first) = (house.now(), house.ngo, house.mediator);
    let made = house.db.write_here(|tx| {
        let user = users::add(tx, "second@example.com", "박둘째", "01055557777", now)?;
        users::set_password(tx, user, "not a hash", now)?;
        users::grant(tx, user, Role::Mediator, Some(ngo), None, None, now - Duration::days(1))?;
        let known = mediators::of_user(tx, first)?.ok_or(StoreError::NotFound)?;
        mediators::keep(tx, &Mediator { user_id: user, ..known })?;
        Ok::<_, StoreError>(user)
    });
    made.unwrap()
}

fn coordinator(house: &House) -> (UserId, Actor, Browser) {
    let (user, browser) = house.signed_in("최담당", Role::Coordinator, house.ngo);
    let now = house.now();
    (user, house.db.read_here(|rx| users::actor(rx, user, now)).unwrap(), browser)
}

fn answer(house: &House, link: &str, form: &[(&str, &str)]) -> String {
    let mut phone = house.browser();
    // Some page with a form: an answered one may have none.
    phone.get("/letter");
    phone.get(link);
    phone.post_on(link, form).1.body
}

const YES: [(&str, &str); 2] = [("choice", "accept"), ("no_conflict", "yes")];
const NO: [(&str, &str); 2] = [("choice", "decline"), ("reason", "schedule")];

#[test]
fn offers_looking_changes_nothing_and_the_page_is_small() {
    for base in fresh() {
        let house = House::open(base);
        let (_, link) = offered(&house);
        house.all_mails();
        let before = house.case().version;
        let mut scanner = house.browser();
        let shown = scanner.get(&link);
        for _ in 0..3 {
            assert_eq!(scanner.get(&link).body.len(), shown.body.len());
            assert_eq!(scanner.head(&link).status, 200);
        }
        assert_eq!((house.case().version, house.all_mails().len()), (before, 0));
        assert!(house.case().offers.iter().all(|o| o.state == OfferState::Pending));
        crate::residents::light(&mut scanner, &shown.body, "the page of an offer");
        assert!(scanner.cookie("ieum_visitor").is_empty(), "whoever only looks is given no cookie");
        for words in ["맡겠습니다", "이번에는 어렵습니다"] {
            assert_eq!(shown.body.matches(words).count(), 1, "{words}");
        }
    }
}

#[test]
fn offers_are_remembered_once_a_day_before_the_deadline() {
    for base in fresh() {
        let house = House::open(base);
        let (_, link) = offered(&house);
        house.all_mails();
        let case = house.case();
        let by = case.offers[0].answer_by;
        let reminders = |at: DateTime<Utc>| {
            house.wait(at - house.now());
            let now = house.now();
            house.db.write_here(|tx| clockwork::tick(tx, case.id, now)).unwrap();
            let told = |m: &ieum::domain::letter::Outgoing| match &m.letter {
                Letter::OfferReminder { deadline, link, .. } => Some((*deadline, link.clone())),
                _ => None,
            };
            house.all_mails().iter().filter_map(told).collect::<Vec<_>>()
        };
        assert_eq!(reminders(by - Duration::hours(24) - Duration::minutes(1)), [], "not before");
        assert_eq!(reminders(by - Duration::hours(24)), [(by, link.clone())]);
        for hours in [20, 5] {
            assert_eq!(reminders(by - Duration::hours(hours)), [], "once");
        }
    }
}

#[test]
fn offers_an_answer_is_taken_back_within_a_day() {
    for base in fresh() {
        let house = House::open(base);
        let (_, link) = offered(&house);
        let said = answer(&house, &link, &NO);
        assert!(
            said.contains("이미 답하셨습니다: 이번에는 어렵습니다") && said.contains("사양 되돌리기"),
            "{said}"
        );
        let again = answer(&house, &link, &[("choice", "take_back")]);
        assert!(
            again.contains("이 사건을 맡아 주시겠습니까?") && again.contains("맡겠습니다</button>"),
            "{again}"
        );
        // Without a word about one's interest nothing is taken; with it, one press is enough, and the words are kept as they stood.
        let mut phone = house.browser();
        phone.get(&link);
        let mute = phone.post(&link, &[("choice", "accept")]);
        assert!(mute.status == 422 && mute.body.contains("이해관계가 없을 때만"), "{}", mute.body);
        let declared = "천연동 천연뜨란채의 두 집과 이해관계가 없습니다.";
        let page = phone.get(&link).body;
        assert!(page.contains(declared), "{page}");
        assert_eq!(page.matches("<button class=\"btn primary\"").count(), 1);
        let said = answer(&house, &link, &YES);
        let id = house.case().id;
        let lines = house.db.read_here(|rx| ieum::store::events::of_case(rx, id)).unwrap();
        let kept =
            lines.iter().any(|e| matches!(&e.step, Step::AcceptOffer { declared: d, .. } if d == declared));
        assert!(kept, "{lines:?}");
        assert!(said.contains("수락 되돌리기") && said.contains("로그인해 사건 보기"), "{said}");
        assert_eq!(house.case().stage, Stage::Mediating);
        house.all_mails();
        let over = answer(&house, &link, &[("choice", "take_back")]);
        assert!(over.contains("이미 답하셨습니다") && !over.contains("되돌리기"), "{over}");
        let case = house.case();
        assert!(case.in_charge.is_empty() && case.stage == Stage::Assigning);
        let own = house.staff(Role::Mediator).scope();
        assert!(
            house.db.read_here(|rx| ieum::store::cases::find_id(rx, &own, case.id)).is_err(),
            "access ended"
        );
        let before = house.case().version;
        answer(&house, &link, &[("choice", "take_back")]);
        assert_eq!(house.case().version, before);
    }
}

#[test]
fn offers_a_decline_is_not_taken_back_by_whoever_has_as_many_cases_as_they_can() {
    for base in fresh() {
        let house = House::open(base);
        let (_, link) = offered(&house);
        answer(&house, &link, &NO);
        let room_for = |max_load: i64| {
            let kept = house.db.write_here(|tx| {
                let known = mediators::of_user(tx, house.mediator)?.ok_or(StoreError::NotFound)?;
                mediators::keep(tx, &Mediator { max_load, ..known })
            });
            kept.unwrap();
        };
        room_for(0);
        let before = house.case().version;
        let full = answer(&house, &link, &[("choice", "take_back")]);
        assert!(full.contains("한꺼번에 맡을 수 있는 0건을 채웠습니다"), "{full}");
        assert!(full.contains("이미 답하셨습니다: 이번에는 어렵습니다"), "the answer stands: {full}");
        assert_eq!(house.case().version, before);
        room_for(1);
        let again = answer(&house, &link, &[("choice", "take_back")]);
        assert!(again.contains("이 사건을 맡아 주시겠습니까?"), "{again}");
    }
}

#[test]
fn offers_the_next_is_proposed_and_the_first_is_told_who_has_it() {
    for base in fresh() {
        let house = House::open(base);
        let (_, link) = offered(&house);
        house.wait(Duration::hours(73));
        let (next, (_, actor, mut browser)) = (second(&house), coordinator(&house));
        let (id, now) = (house.case().id, house.now());
        house.db.write_here(|tx| clockwork::tick(tx, id, now)).unwrap();
        let written = house.all_mails();
        let told =
            written.iter().any(|m| matches!(&m.letter, Letter::OfferNext { why: Vacancy::Expired, .. }));
        assert!(told, "the desk hears of it: {written:?}");
        let number = house.case().number;
        let form = browser.get(&format!("/cases/{number}/steps/offer")).body;
        let proposed = format!("value=\"{}\" checked", next.0);
        assert!(form.contains(&proposed) && form.contains("최근 1년 0건"), "{form}");
        assert!(form.contains("이 사건을 이미 요청한 적이 있습니다"), "{form}");
        let answer_by = house.now() + Duration::hours(48);
        house.take(&actor, Step::Offer { mediator: next, answer_by, wanted: vec![] });
        let page = house.browser().get(&link).body;
        assert!(page.contains("다른 분께 배정되었습니다") && page.contains("tel:"), "{page}");
        // The coordinator writes down what was said on the telephone; the mail's link then takes no answer.
        let mailed = link_in(&house.all_mails(), "second@example.com").unwrap();
        let offer = house.case().offers.last().unwrap().seq;
        house.take(&actor, Step::AcceptOffer { offer, method: Method::Phone, declared: String::new() });
        assert!(house.case().is_in_charge(next, Role::Mediator));
        let page = house.browser().get(&mailed).body;
        assert!(page.contains("이미 답하셨습니다: 맡겠습니다"), "{page}");
        let before = house.case().version;
        answer(&house, &mailed, &NO);
        assert_eq!(house.case().version, before);
        // Handed over in the middle: whoever goes is told, and what is to be known stays in the file.
        let handover = "두 분 모두 저녁 시간을 바라심".to_owned();
        house.take(
            &actor,
            Step::Resign { person: next, reason: "이사".to_owned(), handover: handover.clone() },
        );
        let written = house.all_mails();
        let ended = written
            .iter()
            .any(|m| m.to == "second@example.com" && matches!(m.letter, Letter::Unassigned { .. }));
        assert!(ended, "{written:?}");
        assert!(browser.get(&format!("/cases/{number}/log")).body.contains(&handover));
    }
}

#[test]
fn offers_several_presses_at_once_decide_once() {
    for base in fresh() {
        let house = House::open(base);
        let (_, link) = offered(&house);
        let mut phone = house.browser();
        phone.get(&link);
        let before = house.case().version;
        std::thread::scope(|all| {
            for n in 0..8 {
                let (mut phone, link) = (phone.clone(), link.as_str());
                all.spawn(move || phone.post(link, if n % 2 == 0 { &YES } else { &NO }));
            }
        });
        let case = house.case();
        assert_eq!(case.version, before + 1, "one effect");
        let accepted = case.offers[0].state == OfferState::Accepted;
        assert_eq!(accepted, case.stage == Stage::Mediating);
    }
}

#[test]
fn offers_leave_blocks_and_cancelled_ones_say_so() {
    for base in fresh() {
        let house = House::open(base);
        let (_, link) = offered(&house);
        let (next, (_, actor, mut browser)) = (second(&house), coordinator(&house));
        let offer = house.case().offers[0].seq;
        house.take(&actor, Step::CancelOffer { offer, reason: "사정".to_owned() });
        let written = house.all_mails();
        assert!(
            written
                .iter()
                .any(|m| matches!(m.letter, Letter::OfferCancelled { why: OfferEnd::Withdrawn, .. }))
        );
        let page = house.browser().get(&link).body;
        assert!(page.contains("요청이 취소되었습니다") && page.contains("tel:"), "{page}");
        let (from, until) = (NaiveDate::from_ymd_opt(2026, 11, 1), NaiveDate::from_ymd_opt(2026, 12, 1));
        let away = house.db.write_here(|tx| {
            let known = mediators::of_user(tx, next)?.ok_or(StoreError::NotFound)?;
            mediators::keep(tx, &Mediator { leave_from: from, leave_until: until, ..known })
        });
        away.unwrap();
        let number = house.case().number;
        let form = browser.get(&format!("/cases/{number}/steps/offer")).body;
        assert!(form.contains("2026-12-01까지 쉽니다"), "{form}");
        let (answer_by, now) = (house.now() + Duration::hours(48), house.now());
        let step = Step::Offer { mediator: next, answer_by, wanted: vec![] };
        let refused = house.db.write_here(|tx| take_step(tx, &actor, &number, Taking::from(step), now));
        assert!(refused.is_err());
    }
}

#[test]
fn offers_a_mediator_lays_a_case_down_on_their_own_page_and_the_desk_asks_the_next() {
    for base in fresh() {
        let house = House::open(base);
        let (_, link) = offered(&house);
        answer(&house, &link, &YES);
        let (number, own) = (house.case().number, house.mediator.0.to_string());
        let (next, (_, _, mut desk)) = (second(&house), coordinator(&house));
        house.all_mails();
        let mut phone = house.browser_of(house.mediator);
        let path = format!("/cases/{number}/steps/resign");
        let asked = phone.get(&path);
        assert_eq!(asked.status, 200, "{}", asked.body);
        let (reason, handover) = ("이사를 가게 되었습니다", "두 분 모두 저녁 시간을 바라심");
        let mute =
            crate::staff::step(&mut phone, &number, "resign", &[("person", &own), ("handover", handover)]);
        assert!(mute.status == 422 && mute.body.contains(handover), "what was typed stays: {}", mute.body);
        let said = [("person", own.as_str()), ("reason", reason), ("handover", handover)];
        let done = crate::staff::step(&mut phone, &number, "resign", &said);
        assert_eq!(done.status, 303, "{}", done.body);
        let case = house.case();
        assert!(case.stage == Stage::Assigning && case.in_charge.is_empty());
        assert_eq!(phone.get(&format!("/cases/{number}")).status, 404, "access ends with the assignment");
        // Nobody lays down for somebody else, nor twice.
        let other = phone.post(&path, &[("person", &own), ("reason", reason), ("version", "0")]);
        assert_eq!(other.status, 404, "{}", other.body);
        let written = house.all_mails();
        assert!(written.iter().any(|m| matches!(&m.letter, Letter::OfferNext { .. })), "{written:?}");
        assert!(desk.get(&format!("/cases/{number}/log")).body.contains(handover), "for whoever comes next");
        let form = desk.get(&format!("/cases/{number}/steps/offer")).body;
        assert!(form.contains(&format!("value=\"{}\" checked", next.0)), "{form}");
        assert!(
            house.browser().get(&link).body.contains("이미 답하셨습니다"),
            "the link takes nothing any more"
        );
    }
}
