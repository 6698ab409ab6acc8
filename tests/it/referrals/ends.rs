//! Where the reading of a 의뢰 ends: with its basis, with its turn; and who sees to it once its sender has lost the case.
use super::{again, agrees, body, case, near, refer, take, with_committee, written};
use crate::world::worlds;
use ieum::casework::clockwork;
use ieum::domain::codes::{BodyKind, DutyKind, ProvisionBasis, ReferralState, ReturnReason, Role, Side};
use ieum::domain::ids::UserId;
use ieum::domain::permission::{Actor, Grant};
use ieum::domain::step::Step;
use ieum::store::{access, projection};
use serde_json::json;

fn accept(referral: i64) -> Step {
    Step::AcceptReferral { referral, their_number: String::new(), note: String::new() }
}

#[test]
fn a_consent_taken_back_ends_the_reading_of_what_went_by_it_on_the_page_and_the_api() {
    for world in worlds() {
        let number = with_committee(&world).number;
        let office = world.actor("dong").bodies(Role::Dong)[0];
        agrees(&world, &number, Side::Applicant, office, true);
        let reasoned =
            take(&world, &world.actor("secretary"), &number, refer(office, ProvisionBasis::Consent));
        let referral = reasoned.unwrap().case.referrals.last().unwrap().seq;
        take(&world, &world.actor("dong"), &number, accept(referral)).unwrap();
        let mut dong = world.staff("dong");
        let page = format!("/cases/{number}/referrals/{referral}/packet");
        let paper = format!("/cases/{number}/print/referral?seq={referral}");
        let api = format!("/api/v1/cases/{number}/referrals/{referral}/packet");
        assert!(written(&dong.get(&page).body).contains("박하람"), "{}", world.name);
        assert_eq!(dong.call("POST", &api, "").status, 200);
        agrees(&world, &number, Side::Applicant, office, false);
        assert_eq!(
            (dong.get(&page).status, dong.call("POST", &api, "").status),
            (404, 404),
            "{}",
            world.name
        );
        // Whoever knows the people reads on what went.
        let mut desk = world.staff("secretary");
        assert!(
            desk.get(&paper).body.contains("박하람") && written(&desk.get(&page).body).contains("박하람")
        );
    }
}

#[test]
fn an_ngo_that_has_the_case_prints_no_more_of_a_side_than_it_may_know_now() {
    for world in worlds() {
        let case = with_committee(&world);
        let (number, ngo) = (case.number.as_str(), case.bodies.ngo.unwrap());
        for side in Side::ALL {
            agrees(&world, number, *side, ngo, true);
        }
        take(&world, &world.actor("secretary"), number, refer(ngo, ProvisionBasis::Consent)).unwrap();
        let referral = again(&world, number).referrals.last().unwrap().seq;
        let coordinator = world.actor("ngo");
        take(&world, &coordinator, number, accept(referral)).unwrap();
        let paper = format!("/cases/{number}/print/referral?seq={referral}");
        let mut page = world.staff("ngo");
        let sent = page.get(&paper);
        assert!(sent.status == 200 && sent.body.contains("박하람"), "{}", sent.body);
        let back = Step::Provide {
            side: Side::Applicant,
            given: false,
            method: ieum::domain::codes::Method::Phone,
            body: Some(ngo),
            version: String::new(),
        };
        take(&world, &coordinator, number, back).unwrap();
        let now = page.get(&paper);
        assert!(now.status == 200 && !now.body.contains("박하람"), "{} {}", world.name, now.body);
    }
}

#[test]
fn whoever_sends_on_what_they_may_not_know_does_not_read_it_and_what_they_read_is_recorded() {
    for world in worlds() {
        let case = with_committee(&world);
        let number = case.number.as_str();
        let office = world.actor("dong").bodies(Role::Dong)[0];
        for side in Side::ALL {
            agrees(&world, number, *side, office, true);
        }
        let ngo = case.bodies.ngo.unwrap();
        agrees(&world, number, Side::Applicant, ngo, true);
        take(&world, &world.actor("secretary"), number, refer(ngo, ProvisionBasis::Consent)).unwrap();
        let sent = again(&world, number).referrals.last().unwrap().seq;
        let sender = world.actor("ngo");
        let taken = take(&world, &sender, number, accept(sent)).unwrap().case;
        let knows: Vec<Side> = Side::ALL.iter().copied().filter(|s| sender.may_see(*s, &taken)).collect();
        assert_eq!(knows, [Side::Applicant], "{}", world.name);
        let said = json!({"body": office.0, "reason": "x", "basis": "consent"}).to_string();
        let page = world.staff("ngo");
        let shown = page.call("POST", &format!("/api/v1/cases/{number}/referrals/preview"), &said);
        let hidden = "상대방: (그대로 전하지만 여기에는 보이지 않음)";
        assert!(shown.body.contains("박하람") && shown.body.contains(hidden), "{}", shown.body);
        let seen = world.read(|rx| access::of_case(rx, case.id, 100));
        let looked: Vec<&str> =
            seen.iter().filter(|a| a.what == "packet").map(|a| a.sides.as_str()).collect();
        assert_eq!(looked, [Side::Applicant.code()], "{}", world.name);
        // What goes holds both.
        take(&world, &sender, number, refer(office, ProvisionBasis::Consent)).unwrap();
        let referral = again(&world, number).referrals.last().unwrap().seq;
        let (sides, text) = world.read(|rx| ieum::store::packets::of(rx, case.id, referral)).unwrap();
        assert!(sides.len() == 2 && !text.contains(hidden), "{text}");
    }
}

#[test]
fn what_a_body_had_the_case_by_is_done_once_the_turn_has_moved_on() {
    for world in worlds() {
        let waiting = case(&world);
        let (number, first) = (waiting.number.as_str(), waiting.referrals[0].seq);
        let ngo = world.actor("ngo");
        take(&world, &ngo, number, accept(first)).unwrap();
        let mut page = world.staff("ngo");
        let home = format!("/cases/{number}");
        assert_eq!(page.get(&home).status, 200);
        let next = body(&world, BodyKind::Ngo, &near("옆 단체"));
        let second = take(&world, &ngo, number, refer(next, ProvisionBasis::NoPersonalData)).unwrap().case;
        let state = || again(&world, number).referral(first).unwrap().state;
        assert_eq!((page.get(&home).status, state()), (200, ReferralState::Accepted), "until it is taken");
        let grants = vec![Grant { role: Role::Coordinator, body: Some(next) }];
        let other = Actor { user: Some(UserId(1)), grants, ..Actor::default() };
        let second = second.referrals.last().unwrap().seq;
        take(&world, &other, number, accept(second)).unwrap();
        assert_eq!((page.get(&home).status, state()), (404, ReferralState::Done), "{}", world.name);
        // Given back, it goes on as it was.
        let back =
            Step::ReturnReferral { referral: second, reason: ReturnReason::Capacity, note: String::new() };
        take(&world, &other, number, back).unwrap();
        assert_eq!((page.get(&home).status, state()), (200, ReferralState::Accepted), "{}", world.name);
    }
}

#[test]
fn a_silent_referral_whose_sender_lost_the_case_is_asked_after_by_whoever_has_it() {
    for world in worlds() {
        let waiting = case(&world);
        let (number, first) = (waiting.number.as_str(), waiting.referrals[0].seq);
        let (ngo, office) = (world.actor("ngo"), world.actor("dong").bodies(Role::Dong)[0]);
        take(&world, &ngo, number, accept(first)).unwrap();
        let sent = take(&world, &ngo, number, refer(office, ProvisionBasis::NoPersonalData)).unwrap().case;
        let referral = sent.referrals.last().unwrap().clone();
        world.set(referral.due);
        world.db.write_here(|tx| clockwork::tick(tx, waiting.id, referral.due)).unwrap();
        let asks = || {
            let minded = world.read(|rx| projection::duties_in(rx, waiting.id));
            minded.iter().find(|d| d.kind == DutyKind::AskReferral).unwrap().body_id
        };
        assert_eq!(asks(), waiting.bodies.ngo, "the sender's, as long as it has the case");
        let back =
            Step::ReturnReferral { referral: first, reason: ReturnReason::Capacity, note: String::new() };
        take(&world, &ngo, number, back).unwrap();
        assert_eq!(asks(), waiting.bodies.committee, "{}", world.name);
        let take_back = Step::ReturnReferral {
            referral: referral.seq,
            reason: ReturnReason::NoAnswer,
            note: String::new(),
        };
        take(&world, &world.actor("secretary"), number, take_back).unwrap();
        assert_eq!(again(&world, number).referral(referral.seq).unwrap().state, ReferralState::Returned);
    }
}
