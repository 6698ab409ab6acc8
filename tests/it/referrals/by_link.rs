//! A body whose people have no account answers by the link in its mail: all of it, and nothing beyond its own referral. On both databases.
use super::{again, agrees, body, near, refer, take, with_committee, written};
use crate::world::{Visitor, World, worlds};
use chrono::Duration;
use ieum::casework::set_up;
use ieum::domain::codes::{BodyKind, DutyKind, Outcome, ProvisionBasis, ReferralState, Role, Side, Venue};
use ieum::domain::ids::{BodyId, CaseId};
use ieum::domain::letter::{Anew, Letter, Outgoing};
use ieum::domain::permission::{Actor, Guest};
use ieum::domain::step::Step;
use ieum::store::bodies::{self, NewBody};
use ieum::store::{access, outbox, projection};
use serde_json::{Value, json};

fn outside(world: &World, venue: Venue, email: &str) -> BodyId {
    let new = NewBody { venue: Some(venue), email: email.to_owned(), ..near(&format!("기관 {email}")) };
    body(world, BodyKind::Outside, &new)
}

fn mails(world: &World, case: CaseId) -> Vec<Outgoing> {
    let rows = world.read(|rx| outbox::of_case(rx, case, None, 100, world.now()));
    rows.into_iter().filter_map(|(_, mail)| mail).collect()
}

/// The path in the newest mail of a referral to this address, and that mail.
fn link_to(world: &World, case: CaseId, email: &str) -> Option<String> {
    mails(world, case).into_iter().filter(|m| m.to == email).find_map(|m| match m.letter {
        Letter::ReferralSent { link, by_link: true, .. } => Some(link),
        _ => None,
    })
}

fn code_to(world: &World, case: CaseId, email: &str) -> String {
    let sent = mails(world, case).into_iter().filter(|m| m.to == email);
    sent.filter_map(|m| match m.letter {
        Letter::Code { code, .. } => Some(code),
        _ => None,
    })
    .next()
    .unwrap()
}

/// A referral to a body outside that may have the applicant's data: the number of the case, its referral and the link.
fn asked(world: &World, venue: Venue, email: &str) -> (String, CaseId, i64, String) {
    let case = with_committee(world);
    let to = outside(world, venue, email);
    agrees(world, &case.number, Side::Applicant, to, true);
    let step = refer(to, ProvisionBasis::Consent);
    let sent = take(world, &world.actor("secretary"), &case.number, step).unwrap().case;
    let link = link_to(world, case.id, email).unwrap();
    (case.number, case.id, sent.referrals.last().unwrap().seq, link)
}

fn state(world: &World, number: &str, seq: i64) -> ReferralState {
    again(world, number).referral(seq).unwrap().state
}

/// What a mail scanner does.
fn scanned(body: &mut Visitor, link: &str) {
    for method in ["HEAD", "GET", "GET"] {
        assert_eq!(body.send(method, link, &[], "").status, 200);
    }
}

#[test]
fn a_lawyer_takes_a_referral_reads_what_went_tells_and_ends_it_without_a_login() {
    for world in worlds() {
        let email = "lawyer@example.org";
        let (number, id, seq, link) = asked(&world, Venue::Lawyer, email);
        let holder = again(&world, &number).holder;
        let mut lawyer = world.anonymous();
        let lines = |world: &World| again(world, &number).version;
        let before = lines(&world);
        scanned(&mut lawyer, &link);
        let page = lawyer.get(&link);
        assert_eq!(
            (lines(&world), state(&world, &number, seq)),
            (before, ReferralState::Sent),
            "looking is no answer"
        );
        assert!(page.body.contains("이 의뢰 맡기") && !page.body.contains("박하람"), "{}", page.body);
        assert!(!page.body.contains("의뢰서 열기"), "nothing of a person before it is taken");
        let packet = format!("{link}/packet");
        assert_eq!(lawyer.get(&packet).status, 303, "not before it is taken");
        lawyer.get(&link);
        // What is wrong stands at its field, and what was typed stays.
        let wrong = lawyer.post(&link, &[("step", "return_referral"), ("note", "담당이 없음")]);
        assert!(wrong.status == 422 && wrong.body.contains("담당이 없음"), "{}", wrong.body);
        assert!(wrong.body.contains(&format!("reason-{number}-{seq}-return_referral")), "{}", wrong.body);
        let taken = [("step", "accept_referral"), ("their_number", "법-12"), ("note", "화요일에 전화함")];
        assert_eq!(lawyer.post(&link, &taken).status, 303);
        let case = again(&world, &number);
        let referral = case.referral(seq).unwrap();
        assert_eq!((referral.state, referral.their_number.as_str()), (ReferralState::Accepted, "법-12"));
        assert_eq!((case.holder, case.is_open()), (holder, true), "helps beside the holder");
        // The 의뢰서: six digits to the body's own address, in this browser only.
        let locked = lawyer.get(&link);
        assert!(
            !locked.body.contains("화요일에 전화함") && locked.body.contains("맡고 있습니다"),
            "{}",
            locked.body
        );
        assert_eq!(lawyer.get(&packet).status, 303);
        lawyer.get(&link);
        assert_eq!(lawyer.post(&format!("{link}/code"), &[]).status, 303);
        let code = code_to(&world, id, email);
        let mut other = world.anonymous();
        other.get(&link);
        assert_eq!(other.post(&format!("{link}/unlock"), &[("code", &code)]).status, 422);
        assert_eq!(lawyer.post(&format!("{link}/unlock"), &[("code", &code)]).status, 303);
        let read = lawyer.get(&packet);
        assert!(written(&read.body).contains("박하람"), "{}", read.body);
        assert!(lawyer.get(&link).body.contains("화요일에 전화함"));
        assert_eq!(other.get(&packet).status, 303, "not in another browser");
        let seen = world.read(|rx| access::of_side(rx, id, Side::Applicant, 50));
        assert!(seen.iter().any(|line| line.actor == "referred" && line.what == "packet"), "{seen:?}");
        world.wait(Duration::minutes(11));
        assert_eq!(lawyer.get(&packet).status, 303, "for ten minutes");
        lawyer.get(&link);
        let shown = lawyer.get(&link).body;
        let version = shown.split("name=\"version\" value=\"").nth(1).unwrap().split('"').next().unwrap();
        let told = [("step", "referral_progress"), ("text", "한 번 상담함"), ("version", version)];
        assert_eq!(lawyer.post(&link, &told).status, 303);
        let twice = lawyer.post(&link, &told);
        assert!(twice.status == 409 && twice.body.contains("한 번 상담함"), "a second press: {}", twice.body);
        assert_eq!(lawyer.post(&link, &[("step", "referral_result"), ("result", "안내를 마침")]).status, 303);
        assert_eq!(state(&world, &number, seq), ReferralState::Done);
        let over = lawyer.get(&link);
        assert!(over.status == 200 && over.body.contains("마친 의뢰입니다"), "{}", over.body);
        assert!(!over.body.contains("<form"), "nothing left to do, nothing to open");
        assert_eq!(lawyer.get(&packet).status, 303, "its access ended with the result");
        lawyer.get(&link);
        let late = lawyer.post(&link, &[("step", "referral_progress"), ("text", "더 알림")]);
        assert!(late.status == 409 && late.body.contains("더 알림"), "{}", late.body);
    }
}

#[test]
fn a_centre_that_takes_the_case_over_by_its_link_closes_it_and_still_tells_what_came_of_it() {
    for world in worlds() {
        let (number, _, seq, link) = asked(&world, Venue::NeighbourCentre, "centre@example.org");
        let mut centre = world.anonymous();
        assert!(centre.get(&link).body.contains("사건을 넘겨받습니다"));
        assert_eq!(centre.post(&link, &[("step", "accept_referral"), ("their_number", "C-7")]).status, 303);
        let case = again(&world, &number);
        assert_eq!(case.outcome(), Some(Outcome::Transferred), "{}", world.name);
        centre.get(&link);
        assert_eq!(centre.post(&link, &[("step", "referral_result"), ("result", "조정 성립")]).status, 303);
        assert_eq!(state(&world, &number, seq), ReferralState::Done);
    }
}

#[test]
fn a_referral_sent_back_by_its_link_is_the_senders_again_and_a_link_answers_its_own_alone() {
    for world in worlds() {
        let (number, id, first, link) = asked(&world, Venue::Lawyer, "lawyer@example.org");
        let other = outside(&world, Venue::CityDesk, "desk@example.org");
        let secretary = world.actor("secretary");
        let step = refer(other, ProvisionBasis::NoPersonalData);
        let second = take(&world, &secretary, &number, step).unwrap().case.referrals.last().unwrap().seq;
        let mut lawyer = world.anonymous();
        lawyer.get(&link);
        let forged = second.to_string();
        let back = [("step", "return_referral"), ("reason", "capacity"), ("referral", forged.as_str())];
        assert_eq!(lawyer.post(&link, &back).status, 303);
        let now = (state(&world, &number, first), state(&world, &number, second));
        assert_eq!(now, (ReferralState::Returned, ReferralState::Sent), "{}", world.name);
        let told = |m: &Outgoing| matches!(m.letter, Letter::ReferralReturned { .. });
        assert!(mails(&world, id).iter().any(told), "the sender is told");
        let asks = world.read(|rx| projection::duties_in(rx, id));
        assert_eq!(
            asks.iter().filter(|d| d.kind == DutyKind::AskReferral).count(),
            1,
            "only the other is asked after"
        );
        let again = lawyer.post(&link, &[("step", "accept_referral")]);
        assert_eq!(again.status, 409, "{}", again.body);
        // By its rights alone, whatever the page sends: not another referral, not another case, nothing else of this one.
        let guest = |case, seq| Actor::guest(Guest::Body(case, seq));
        let accept =
            Step::AcceptReferral { referral: second, their_number: String::new(), note: String::new() };
        assert!(take(&world, &guest(id, first), &number, accept.clone()).is_err());
        assert!(take(&world, &guest(CaseId(id.0 + 1000), second), &number, accept.clone()).is_err());
        let note =
            Step::Note { text: "메모".to_owned(), visibility: ieum::domain::codes::Visibility::Staff };
        assert!(take(&world, &guest(id, second), &number, note).is_err());
        assert!(take(&world, &guest(id, second), &number, accept).is_ok());
    }
}

#[test]
fn a_link_ends_with_the_address_that_it_was_sent_to() {
    for world in worlds() {
        let (number, _, seq, link) = asked(&world, Venue::Lawyer, "old@example.org");
        let mut old = world.anonymous();
        assert_eq!(old.get(&link).status, 200);
        let to = again(&world, &number).referral(seq).unwrap().body;
        world.db.write_here(|tx| bodies::set_contact(tx, to, "", "new@example.org", "")).unwrap();
        assert_eq!(old.post(&link, &[("step", "accept_referral")]).status, 410, "{}", world.name);
        assert_eq!((old.get(&link).status, state(&world, &number, seq)), (410, ReferralState::Sent));
    }
}

#[test]
fn no_link_goes_where_there_is_no_address_or_the_turn_would_go_along() {
    for world in worlds() {
        let number = with_committee(&world).number;
        let id = again(&world, &number).id;
        let silent = outside(&world, Venue::Lawyer, "");
        let partner =
            body(&world, BodyKind::Ngo, &NewBody { email: "empty@example.org".to_owned(), ..near("빈단체") });
        let office = world.actor("dong").bodies(Role::Dong)[0];
        for to in [silent, office, partner] {
            let step = refer(to, ProvisionBasis::NoPersonalData);
            take(&world, &world.actor("secretary"), &number, step).unwrap();
        }
        let letters = mails(&world, id).into_iter().filter_map(|m| match m.letter {
            Letter::ReferralSent { link, by_link, .. } => Some((m.to, link, by_link)),
            _ => None,
        });
        // Whoever has an account goes on through the login; the others get no mail.
        let by_login = ("dong@demo.example".to_owned(), format!("/cases/{number}"), false);
        assert_eq!(letters.filter(|(to, ..)| to != "ngo@demo.example").collect::<Vec<_>>(), [by_login]);
    }
}

#[test]
fn a_corrected_address_gets_a_new_link_once_for_what_stands_open() {
    for world in worlds() {
        let (number, id, seq, first) = asked(&world, Venue::Lawyer, "lawyer@example.org");
        let to = again(&world, &number).referral(seq).unwrap().body;
        let (admin, now) = (world.actor("admin"), world.now());
        let correct = |email: &str| {
            world.db.write_here(|tx| set_up::change_body(tx, &admin, to, "", email, "", now)).unwrap();
        };
        let sent = |email: &str| {
            let all = mails(&world, id).into_iter().filter(|m| m.to == email);
            all.filter_map(|m| match m.letter {
                Letter::ReferralSent { link, by_link: true, anew, .. } => Some((link, anew)),
                _ => None,
            })
            .collect::<Vec<_>>()
        };
        // Only the telephone: nobody is written to.
        correct("lawyer@example.org");
        assert_eq!(sent("lawyer@example.org").len(), 1);
        for _ in 0..2 {
            correct("new@example.org");
        }
        let anew = sent("new@example.org");
        assert_eq!(anew.iter().map(|(_, anew)| *anew).collect::<Vec<_>>(), [Some(Anew::Waits)], "once");
        let mut lawyer = world.anonymous();
        assert_eq!(lawyer.get(&first).status, 410, "the old address is not the body's any more");
        let link = &anew[0].0;
        assert!(lawyer.get(link).body.contains("이 의뢰 맡기"));
        assert_eq!(lawyer.post(link, &[("step", "accept_referral")]).status, 303);
        correct("third@example.org");
        let (link, how) = sent("third@example.org").remove(0);
        assert_eq!(how, Some(Anew::Taken));
        lawyer.get(&link);
        assert_eq!(lawyer.post(&link, &[("step", "referral_result"), ("result", "마침")]).status, 303);
        assert_eq!(state(&world, &number, seq), ReferralState::Done);
        correct("fourth@example.org");
        assert_eq!(sent("fourth@example.org"), [], "nothing stands open");
    }
}

#[test]
fn a_program_of_the_body_does_the_same_by_the_links_operations() {
    for world in worlds() {
        let email = "lawyer@example.org";
        let (number, id, seq, link) = asked(&world, Venue::Lawyer, email);
        let token = link.strip_prefix("/r/").unwrap().to_owned();
        let program = world.anonymous();
        let call = |name: &str, more: Value| {
            let mut body = json!({"token": token});
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            let answer = program.call("POST", &format!("/api/v1/links/{name}"), &body.to_string());
            (answer.status, serde_json::from_str::<Value>(&answer.body).unwrap_or_default())
        };
        let device = json!({"device": "0123456789abcdef"});
        let (status, shown) = call("open", device.clone());
        assert_eq!(
            (status, &shown["link"]["purpose"], &shown["link"]["referral"]["state"]),
            (200, &json!("referral"), &json!("sent"))
        );
        assert_eq!(
            shown["link"]["referral"]["steps"],
            json!(["accept_referral", "return_referral"]),
            "{shown}"
        );
        assert_eq!(call("code", device.clone()).0, 404, "nothing to read before it is taken");
        assert_eq!(call("referral", json!({"step": "refer"})).0, 422);
        assert_eq!(call("referral", json!({"step": "return_referral"})).1["fields"][0]["name"], "reason");
        assert_eq!(call("referral", json!({"step": "accept_referral", "their_number": "A-1"})).0, 201);
        let (status, refused) = call("referral", json!({"step": "accept_referral"}));
        assert_eq!((status, &refused["code"]), (409, &json!("not_now")), "{refused}");
        assert_eq!(call("packet", device.clone()).0, 404, "not before the digits");
        assert_eq!(call("code", device.clone()).0, 200);
        let code = code_to(&world, id, email);
        assert_eq!(call("unlock", json!({"device": "0123456789abcdef", "code": code})).0, 200);
        let (status, read) = call("packet", device.clone());
        assert!(status == 200 && read["packet"]["text"].as_str().unwrap().contains("박하람"), "{read}");
        assert_eq!(call("open", device).1["link"]["referral"]["packet"], true);
        assert_eq!(call("referral", json!({"step": "referral_result", "result": "마침"})).0, 201);
        assert_eq!(state(&world, &number, seq), ReferralState::Done);
    }
}
