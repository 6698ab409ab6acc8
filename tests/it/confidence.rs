//! A case that goes from one NGO to another: what the first one's mediators kept to themselves stays with them, whatever the
//! second one is allowed to know. Asked of the pages, the API, the papers and the exported ledger, on both databases.
use crate::provision::{case, everything, in_mediation, provide, take};
use crate::world::{Visitor, World, worlds};
use chrono::Duration;
use ieum::domain::case::Case;
use ieum::domain::codes::{
    BodyKind, Method, OfferState, ProvisionBasis, ReturnReason, Right, RightAnswer, Role, Side, Stage,
    Visibility,
};
use ieum::domain::ids::BodyId;
use ieum::domain::permission::Scope;
use ieum::domain::step::Step;
use ieum::store::bodies::{self, NewBody};
use ieum::store::mediators::{self, Mediator};
use ieum::store::{StoreError, cases, users};

/// What a mediator keeps to themselves.
const SECRETS: [&str; 2] = ["비밀메모하나", "비밀메모둘"];
/// What they let their coordinator read.
const SUPERVISED: &str = "슈퍼비전메모";
/// What they write for themselves.
const REFLECTED: &str = "나만읽는돌아보기";
/// What they report to everybody who handles the case.
const REPORTED: &str = "첫기관의보고";

/// Another NGO of the ward with a coordinator, `ngo_b`, and a mediator, `mediator_b`.
fn second_ngo(world: &World) -> BodyId {
    let now = world.now();
    let made = world.db.write_here(|tx| {
        let (name, ward_code) = ("둘째센터".to_owned(), "11410".to_owned());
        let new = NewBody { controller: name.clone(), name, ward_code, ..NewBody::default() };
        let ngo = bodies::add(tx, BodyKind::Ngo, &new, now)?;
        for (name, role) in [("ngo_b", Role::Coordinator), ("mediator_b", Role::Mediator)] {
            let user = users::add(tx, &format!("{name}@demo.example"), name, "", now)?;
            users::set_password(tx, user, "no password opens this", now)?;
            users::grant(tx, user, role, Some(ngo), None, None, now - Duration::days(1))?;
            if role == Role::Mediator {
                let none = String::new;
                mediators::keep(
                    tx,
                    &Mediator {
                        user_id: user,
                        body_id: ngo,
                        label: "조정가".to_owned(),
                        dongs: none(),
                        days: none(),
                        languages: none(),
                        max_load: 3,
                        trained_until: None,
                        conflicts: none(),
                        hours: none(),
                        wishes: none(),
                        relations: none(),
                        leave_from: None,
                        leave_until: None,
                    },
                )?;
            }
        }
        Ok::<_, StoreError>(ngo)
    });
    made.unwrap()
}

/// The case as it stands now.
fn now(world: &World, number: &str) -> Case {
    world.read(|rx| cases::find(rx, &Scope { all: true, ..Scope::default() }, number))
}

/// Everything that this person can read of the case, every paper and what a 간사 can take out included.
fn read(visitor: &mut Visitor, number: &str) -> String {
    let mut read = everything(visitor, number);
    let seqs: Vec<i64> = (1..40).collect();
    for paper in ["receipt", "history", "letter", "notice", "proposal", "agreement", "referral"] {
        read += &visitor.call("GET", &format!("/api/v1/cases/{number}/papers/{paper}"), "").body;
    }
    for seq in seqs {
        read += &visitor.get(&format!("/cases/{number}/steps/correct?line={seq}")).body;
    }
    read
}

/// The steps of a mediator's confidence and report.
fn kept(world: &World, who: &str, number: &str, words: [&str; 2]) {
    let mediator = world.actor(who);
    take(
        world,
        &mediator,
        number,
        Step::ConfidentialNote { text: words[0].to_owned(), side: None, supervised: false },
    )
    .unwrap();
    let note = Step::Note { text: words[1].to_owned(), visibility: Visibility::Mediators };
    take(world, &mediator, number, note).unwrap();
}

fn reads(visitor: &mut Visitor, number: &str, words: &[&str]) -> Vec<bool> {
    let read = read(visitor, number);
    words.iter().map(|word| read.contains(word)).collect()
}

/// The first NGO has the case, its mediator has written, and both sides let it know everything.
fn with_first_ngo(world: &World) -> String {
    let case = case(world);
    let number = case.number.clone();
    let (desk, ngo) = (world.actor("secretary"), world.actor("ngo"));
    let accept = Step::AcceptReferral {
        referral: case.referrals[0].seq,
        their_number: String::new(),
        note: String::new(),
    };
    take(world, &ngo, &number, accept).unwrap();
    let reached = Step::Contact {
        means: ieum::domain::codes::Means::Phone,
        result: ieum::domain::codes::ContactResult::Reached,
        next_on: None,
        note: String::new(),
    };
    let side = Side::Respondent;
    let (flags, result) = (vec![], ieum::domain::codes::Safety::Ok);
    take(world, &desk, &number, reached).unwrap();
    take(world, &desk, &number, Step::Screen { side, flags, result, note: String::new() }).unwrap();
    in_mediation(world, &number);
    take(world, &desk, &number, provide(true)).unwrap();
    kept(world, "mediator", &number, SECRETS);
    let report = Step::Report { summary: REPORTED.to_owned(), hours: 1.0 };
    take(world, &world.actor("mediator"), &number, report).unwrap();
    number
}

fn consents(world: &World, number: &str) {
    for (side, who) in [(Side::Applicant, "ngo_b"), (Side::Respondent, "secretary")] {
        let step =
            Step::Provide { side, given: true, method: Method::Phone, body: None, version: String::new() };
        let by_desk = take(world, &world.actor("secretary"), number, step.clone());
        by_desk.or_else(|_e| take(world, &world.actor(who), number, step)).unwrap();
    }
}

#[test]
fn a_mediators_confidence_stays_with_the_mediators_of_that_ngo() {
    for world in worlds() {
        let number = with_first_ngo(&world);
        let all = [SECRETS[0], SECRETS[1], REPORTED];
        assert_eq!(reads(&mut world.staff("mediator"), &number, &all), [true; 3], "{}", world.name);
        for other in ["ngo", "secretary"] {
            assert_eq!(reads(&mut world.staff(other), &number, &all), [false, false, true], "{other}");
        }
        // What its writer lets the coordinator read, for supervision, the coordinator of that NGO reads; nobody else does.
        let supervised = Step::ConfidentialNote {
            text: SUPERVISED.to_owned(),
            side: Some(Side::Respondent),
            supervised: true,
        };
        take(&world, &world.actor("mediator"), &number, supervised).unwrap();
        for (who, may) in [("mediator", true), ("ngo", true), ("secretary", false)] {
            assert_eq!(reads(&mut world.staff(who), &number, &[SUPERVISED]), [may], "{who}");
        }
        // What they make of their own work nobody else reads, the coordinator no more than the desk.
        let own = Step::Reflection { text: REFLECTED.to_owned() };
        take(&world, &world.actor("mediator"), &number, own).unwrap();
        for (who, may) in [("mediator", true), ("ngo", false), ("secretary", false)] {
            assert_eq!(reads(&mut world.staff(who), &number, &[REFLECTED]), [may], "{who}");
        }
        let printed =
            world.staff("mediator").call("GET", &format!("/api/v1/cases/{number}/papers/history"), "");
        assert!(printed.status == 200 && !printed.body.contains(REFLECTED), "no paper has it");
        // A colleague who was not asked reads nothing at all.
        assert_eq!(world.staff("mediator2").get(&format!("/cases/{number}")).status, 404);

        // The first NGO passes the case on: its mediator stays until the second one has accepted.
        let second = second_ngo(&world);
        let (basis, reason) = (ProvisionBasis::Consent, "당사자가 바람".to_owned());
        let applicant = |given| {
            let (side, method, version) = (Side::Applicant, Method::Phone, String::new());
            Step::Provide { side, given, method, body: Some(second), version }
        };
        take(&world, &world.actor("ngo"), &number, applicant(true)).unwrap();
        let refer = Step::refer(second, reason, basis);
        let referral = take(&world, &world.actor("ngo"), &number, refer).unwrap().seq;
        assert_eq!(reads(&mut world.staff("mediator"), &number, &all), [true; 3], "{}", world.name);
        let accept = Step::AcceptReferral { referral, their_number: String::new(), note: String::new() };
        take(&world, &world.actor("ngo_b"), &number, accept).unwrap();
        let held = now(&world, &number);
        assert!(held.holder == Some(second) && held.in_charge.is_empty());
        assert_eq!(held.stage, Stage::Assigning, "somebody is to be found again");
        assert_eq!(world.staff("mediator").get(&format!("/cases/{number}")).status, 404);

        // Nobody lets the second NGO know anything any more; what the first one's people wrote is the sides' too.
        take(&world, &world.actor("ngo_b"), &number, applicant(false)).unwrap();
        assert_eq!(reads(&mut world.staff("ngo_b"), &number, &all), [false; 3], "{}", world.name);
        consents(&world, &number);
        let mut ngo_b = world.staff("ngo_b");
        assert_eq!(reads(&mut ngo_b, &number, &all), [false, false, true], "{}", world.name);
        assert_eq!(reads(&mut ngo_b, &number, &[SUPERVISED]), [false], "another NGO's");

        let (answer_by, mediator) = (world.now() + Duration::hours(72), world.user("mediator_b"));
        let asked = Step::Offer { mediator, answer_by, wanted: vec![] };
        let offer = take(&world, &world.actor("ngo_b"), &number, asked).unwrap().seq;
        let method = Method::Link;
        take(
            &world,
            &world.actor("mediator_b"),
            &number,
            Step::AcceptOffer { offer, method, declared: String::new() },
        )
        .unwrap();
        assert_eq!(now(&world, &number).stage, Stage::Mediating);
        let mut mediator_b = world.staff("mediator_b");
        assert_eq!(reads(&mut mediator_b, &number, &all), [false, false, true], "{}", world.name);
        assert_eq!(reads(&mut mediator_b, &number, &[REFLECTED]), [false], "{}", world.name);
        kept(&world, "mediator_b", &number, ["둘째비밀하나", "둘째비밀둘"]);
        let own = ["둘째비밀하나", "둘째비밀둘"];
        assert_eq!(reads(&mut mediator_b, &number, &own), [true; 2], "{}", world.name);

        no_paper_has(&world, &number);
        comes_back(&world, &number, referral, &own);
        no_export_has(&world, &own);
    }
}

/// Nobody has a paper with a mediator's confidential words on it: not their own, not their coordinator's, none that a side is given
/// of its own record. What was reported to everybody stands on the 중재상담 보고서.
fn no_paper_has(world: &World, number: &str) {
    let (holder, desk) = (world.actor("ngo_b"), world.actor("secretary"));
    let (right, method) = (Right::Access, Method::Desk);
    for side in Side::ALL {
        let ask = Step::AskRight { side: *side, right, text: "제 것을 봅니다".to_owned(), method };
        let request = take(world, &holder, number, ask).unwrap().seq;
        let given = Step::AnswerRight { request, answer: RightAnswer::Done, text: "드립니다".to_owned() };
        take(world, &holder, number, given.clone()).or_else(|_e| take(world, &desk, number, given)).unwrap();
    }
    let papers = [
        "receipt",
        "history",
        "letter",
        "notice",
        "proposal",
        "agreement",
        "referral",
        "application",
        "notification",
        "answer",
        "report",
        "visit",
        "follow-up",
        "consent",
        "other-consent",
        "own-record",
        "other-record",
    ];
    let mut seen = std::collections::BTreeSet::new();
    for who in ["mediator_b", "ngo_b", "secretary"] {
        let mut visitor = world.staff(who);
        let listed = visitor.call("GET", &format!("/api/v1/cases/{number}/papers"), "");
        assert_eq!(listed.status, 200, "{}", listed.body);
        for paper in papers {
            let shown = visitor.call("GET", &format!("/api/v1/cases/{number}/papers/{paper}"), "");
            let printed = visitor.get(&format!("/cases/{number}/print/{paper}"));
            for (way, answer) in [("api", shown), ("page", printed)] {
                for word in [SECRETS[0], SUPERVISED, REFLECTED, "둘째비밀하나"] {
                    assert!(!answer.body.contains(word), "{who}, {paper} ({way}): {word}");
                }
                if answer.status == 200 {
                    seen.insert(paper);
                }
                if answer.status == 200 && paper == "report" {
                    assert!(answer.body.contains(REPORTED), "{who} ({way}): {}", answer.body);
                }
            }
        }
    }
    for paper in ["history", "report", "own-record", "other-record"] {
        assert!(seen.contains(paper), "nobody had {paper}: {seen:?}");
    }
}

/// What mediators keep to themselves leaves with no export.
fn no_export_has(world: &World, theirs: &[&str]) {
    let mut desk = world.staff("secretary");
    desk.get("/exchange");
    for which in ["cases", "events", "complexes"] {
        let file = desk.post("/exchange/export", &[("which", which), ("reason", "시험")]);
        assert!(file.status == 200 && file.body.contains(','), "{}", file.body);
        let mut kept = SECRETS.iter().chain(theirs).chain(&[SUPERVISED, REFLECTED]);
        assert!(kept.all(|word| !file.body.contains(word)), "{which}");
    }
}

/// The second NGO gives the case back to the first one: its mediator leaves, and nothing of theirs comes along.
fn comes_back(world: &World, number: &str, referral: i64, theirs: &[&str]) {
    let back = Step::ReturnReferral { referral, reason: ReturnReason::Capacity, note: String::new() };
    take(world, &world.actor("ngo_b"), number, back).unwrap();
    let held = now(world, number);
    assert_eq!((held.holder, held.bodies.ngo), (held.referrals[0].body.into(), held.holder));
    assert!(held.in_charge.is_empty() && held.stage == Stage::Assigning);
    assert!(held.offers.iter().all(|o| o.state != OfferState::Pending));
    for gone in ["mediator_b", "mediator"] {
        assert_eq!(world.staff(gone).get(&format!("/cases/{number}")).status, 404, "{gone}");
    }
    let asked = Step::Offer {
        mediator: world.user("mediator2"),
        answer_by: world.now() + Duration::hours(72),
        wanted: vec![],
    };
    let offer = take(world, &world.actor("ngo"), number, asked).unwrap().seq;
    take(
        world,
        &world.actor("mediator2"),
        number,
        Step::AcceptOffer { offer, method: Method::Link, declared: String::new() },
    )
    .unwrap();
    for who in ["ngo", "mediator2"] {
        let mut visitor = world.staff(who);
        assert_eq!(reads(&mut visitor, number, theirs), [false; 2], "{who}");
        assert_eq!(reads(&mut visitor, number, &SECRETS), [false; 2], "{who}: an assignment of their own");
    }
}
