//! The people of a case, through pages, links and the clock, on both databases: joint parties, protection orders, merged and
//! split cases, anonymity, requests about one's own data, holds.
mod afterwards;
mod apart;
mod beside;
mod crossed;
mod surveyed;
mod told;

use crate::databases::fresh;
use crate::residents::house::{Browser, House};
use crate::residents::{apply, send};
use crate::staff::{filed, step, taken};
use chrono::Duration;
use ieum::casework::CaseworkError;
use ieum::casework::party;
use ieum::casework::step::{Taken, Taking, take_step};
use ieum::domain::case::Case;
use ieum::domain::codes::{
    DutyKind, HandOverBasis, LinkKind, MeetingKind, Method, OrderKind, Outcome, PersonKind, Right,
    RightAnswer, Role, Safety, Side, Stage,
};
use ieum::domain::letter::Letter;
use ieum::domain::permission::{Actor, Scope};
use ieum::domain::seoul;
use ieum::domain::step::Step;
use ieum::domain::text::Unit;
use ieum::store::parties::{self, Party};
use ieum::store::{case_links, cases, search, unlock};

fn all() -> Scope {
    Scope { all: true, ..Scope::default() }
}

fn case(house: &House, number: &str) -> Case {
    house.db.read_here(|rx| cases::find(rx, &all(), number)).unwrap()
}

fn take(house: &House, actor: &Actor, number: &str, taking: Taking) -> Result<Taken, CaseworkError> {
    let now = house.now();
    house.db.write_here(|tx| take_step(tx, actor, number, taking, now))
}

fn refused(e: Result<Taken, CaseworkError>) -> &'static str {
    match e {
        Err(CaseworkError::Refused(refused)) => refused.code,
        other => panic!("{other:?}"),
    }
}

fn people(house: &House, number: &str) -> Vec<Party> {
    let id = case(house, number).id;
    house.db.read_here(|rx| parties::of_case(rx, id)).unwrap()
}

fn screen(side: Side) -> Step {
    Step::Screen { side, flags: vec![], result: Safety::Ok, note: String::new() }
}

fn consent(side: Side) -> Step {
    Step::Consent { side, method: Method::Paper, version: String::new(), by: None }
}

/// A case that the committee is mediating.
fn mediating(house: &House) -> (Actor, String) {
    let (manager, desk) = (house.staff(Role::Manager), house.staff(Role::Secretary));
    let number = house.case().number;
    let steps = [
        (&manager, Step::OpenInquiry {}),
        (&manager, screen(Side::Applicant)),
        (&manager, Step::HandOver { basis: HandOverBasis::Requested, reason: String::new() }),
        (&desk, Step::Letter {}),
        (&desk, screen(Side::Respondent)),
        (&desk, consent(Side::Applicant)),
        (&desk, consent(Side::Respondent)),
    ];
    for (who, step) in steps {
        take(house, who, &number, step.into()).unwrap();
    }
    let (member, _) = house.signed_in("오위원", Role::Member, house.committee);
    take(house, &desk, &number, Step::NameMembers { members: vec![member] }.into()).unwrap();
    (desk, number)
}

#[test]
fn joint_parties_are_kept_apart_from_the_main_one_and_bind_only_together() {
    for base in fresh() {
        let house = House::open(base);
        let mut resident = apply(&house, "kim@example.com", "hide_unit");
        let receipt = send(&mut resident);
        let (_, mut office) = house.signed_in("박소장", Role::Manager, house.office);
        let number = house.case().number;
        let joint = [
            ("side", "applicant"),
            ("kind", "joint"),
            ("apart", "yes"),
            ("person_building", "102"),
            ("person_unit", "801"),
            ("person_name", "함께한이웃"),
            ("person_phone", "010-9999-8888"),
        ];
        let nameless: Vec<_> = joint.iter().copied().filter(|(n, _)| *n != "person_name").collect();
        let wrong = step(&mut office, &number, "add_person", &nameless);
        assert_eq!(wrong.status, 422);
        assert!(wrong.body.contains("이름을 적어 주세요"), "{}", wrong.body);
        taken(&mut office, &number, "add_person", &joint);
        let found = people(&house, &number);
        assert_eq!(found.iter().filter(|p| p.kind.is_none() && p.side == Side::Applicant).count(), 1);
        let added = found.iter().find(|p| p.kind == Some(PersonKind::Joint)).unwrap();
        assert_eq!(added.details.phone, "01099998888");
        let manager = house.staff(Role::Manager);
        let hit = house.db.read_here(|rx| search::find(rx, &manager, "함께한이웃")).unwrap();
        assert_eq!(hit, [case(&house, &number).id]);
        // The address that is kept from the household is not on the page before somebody says why they look.
        let page = office.get(&format!("/cases/{number}/parties"));
        assert!(page.body.contains("함께한이웃") && !page.body.contains("801호"), "{}", page.body);
        let opened = office.post(&format!("/cases/{number}/parties/contacts"), &[("reason", "call")]);
        assert!(opened.body.contains("102동 801호"), "{}", opened.body);
        // Mails and the link stay the main party's.
        assert!(house.mails().iter().all(|m| m.to != "01099998888"));
        let token = receipt.trim_start_matches("/r/").to_owned();
        let now = house.now();
        let done = house.db.write_here(|tx| party::withdraw(tx, &token, ("x", None), now));
        assert!(matches!(&done, Err(CaseworkError::Refused(r)) if r.code == "others_consent"), "{done:?}");
        let person = added.seq.unwrap().to_string();
        let agreed =
            [("side", "applicant"), ("act", "withdraw"), ("person", person.as_str()), ("method", "paper")];
        taken(&mut office, &number, "others_agree", &agreed);
        house.db.write_here(|tx| party::withdraw(tx, &token, ("x", None), now)).unwrap();
        assert_eq!(case(&house, &number).outcome(), Some(Outcome::Withdrawn));
    }
}

#[test]
fn who_leaves_a_case_is_destroyed_and_so_are_suspected_doors_once_the_source_is_known() {
    for base in fresh() {
        let house = House::open(base);
        let (_, mut office) = house.signed_in("박소장", Role::Manager, house.office);
        filed(&house, &mut office, &[("r_unit", ""), ("r_building", "")]);
        let number = house.case().number;
        for unit in ["1303", "1304"] {
            let door = [
                ("side", "respondent"),
                ("kind", "candidate"),
                ("person_building", "101"),
                ("person_unit", unit),
            ];
            taken(&mut office, &number, "add_person", &door);
        }
        assert!(!case(&house, &number).history.has_respondent_unit(), "a suspected door is a hypothesis");
        let left = people(&house, &number).into_iter().find_map(|p| p.seq).unwrap().to_string();
        taken(&mut office, &number, "end_person", &[("person", &left), ("reason", "아님")]);
        assert_eq!(people(&house, &number).len(), 2, "one candidate and the applicant");
        let chosen = [("reason", "확인함"), ("respondent_building", "101"), ("respondent_unit", "1304")];
        taken(&mut office, &number, "change_respondent", &chosen);
        let there = people(&house, &number);
        assert!(there.iter().all(|p| p.kind.is_none()) && there.len() == 2, "{there:?}");
        let manager = house.staff(Role::Manager);
        let hit = house.db.read_here(|rx| search::find(rx, &manager, "1303")).unwrap();
        assert!(hit.is_empty(), "the door that was ruled out finds nothing");
    }
}

#[test]
fn under_a_protection_order_nobody_is_mailed_a_time_or_place_and_no_letter_goes() {
    for base in fresh() {
        let house = House::open(base);
        send(&mut apply(&house, "kim@example.com", "hide_unit"));
        let (desk, number) = mediating(&house);
        drop(house.mails());
        let today = seoul::day(house.now());
        let until = today + Duration::days(20);
        let order = Step::Order {
            kind: OrderKind::Interim,
            protects: Side::Respondent,
            from: today,
            until,
            note: String::new(),
        };
        take(&house, &desk, &number, order.into()).unwrap();
        for side in Side::ALL {
            take(&house, &desk, &number, screen(*side).into()).unwrap();
        }
        assert_eq!(refused(take(&house, &desk, &number, Step::Letter {}.into())), "protection_order");
        let fix = |kind| {
            let starts_at = house.now() + Duration::days(2);
            Step::FixSession {
                session: None,
                kind,
                starts_at,
                minutes: 60,
                place: "관리동 2층".into(),
                side: None,
                room: None,
                gap: 0,
            }
        };
        assert_eq!(refused(take(&house, &desk, &number, fix(MeetingKind::Joint).into())), "protection_order");
        take(&house, &desk, &number, fix(MeetingKind::Shuttle).into()).unwrap();
        let mails = house.mails();
        let told = mails.iter().filter(|m| m.to == "kim@example.com");
        assert!(told.clone().all(|m| !matches!(m.letter, Letter::SessionFixed { .. })), "{mails:?}");
        let calls = house
            .db
            .read_here(|rx| ieum::store::projection::duties_in(rx, case(&house, &number).id))
            .unwrap();
        assert_eq!(calls.iter().filter(|d| d.kind == DutyKind::Tell).count(), 2, "each is told by telephone");
        let sentence = ieum::domain::sentence::now(&case(&house, &number));
        assert!(sentence.contains("전화로 따로") && !sentence.contains("11월"), "{sentence}");
        // The clock ends it after its last day; then letters go again.
        house.wait(Duration::days(21));
        let (id, now) = (case(&house, &number).id, house.now());
        let waiting = house.db.read_here(|rx| ieum::casework::clockwork::waiting(rx, now, 10)).unwrap();
        assert!(waiting.contains(&id), "its last day is what the clock waits for");
        house.db.write_here(|tx| ieum::casework::clockwork::tick(tx, id, now)).unwrap();
        assert!(!case(&house, &number).hides_times());
        take(&house, &desk, &number, Step::Letter {}.into()).unwrap();
    }
}

#[test]
fn an_anonymous_complaint_becomes_a_case_with_a_name() {
    for base in fresh() {
        let house = House::open(base);
        let (_, mut office) = house.signed_in("박소장", Role::Manager, house.office);
        let none = [("building", ""), ("unit", ""), ("name", ""), ("phone", "")];
        let answer = filed(&house, &mut office, &none);
        assert_eq!(answer.status, 303, "{}", answer.body);
        let number = house.case().number;
        taken(&mut office, &number, "open_inquiry", &[]);
        let shown = office.get(&format!("/cases/{number}/steps/change_respondent"));
        assert_eq!(shown.status, 409);
        assert!(shown.body.contains("익명 신고입니다"), "{}", shown.body);
        let named = [
            ("side", "applicant"),
            ("reason", "본인이 밝힘"),
            ("person_building", "101"),
            ("person_unit", "1203"),
            ("person_name", "김영희"),
        ];
        taken(&mut office, &number, "amend_person", &named);
        assert_eq!(office.get(&format!("/cases/{number}/steps/change_respondent")).status, 200);
        let known = house.db.read_here(|rx| cases::find(rx, &all(), &number)).unwrap();
        assert!(known.intake.has_applicant_unit && known.history.has_applicant_unit());
        let hash = Unit::read("101", "1203").unwrap();
        let same = house.db.read_here(|rx| {
            let hash = parties::unit_hash(rx, known.intake.complex, &hash);
            cases::with_units(rx, &[hash], known.intake.received_at - Duration::days(1))
        });
        assert_eq!(same.unwrap().len(), 1, "the door is recognised from now on");
    }
}

/// Two neighbours complain about the same door.
fn two_cases(house: &House) -> (Browser, Actor) {
    let (_, mut office) = house.signed_in("박소장", Role::Manager, house.office);
    for (unit, name) in [("1203", "김영희"), ("1403", "나이웃")] {
        let told = [("unit", unit), ("name", name), ("anyway", "yes")];
        assert_eq!(filed(house, &mut office, &told).status, 303);
    }
    (office, house.staff(Role::Manager))
}

#[test]
fn a_merged_case_goes_on_in_the_other_and_can_be_split_off_again() {
    for base in fresh() {
        let house = House::open(base);
        let (mut office, manager) = two_cases(&house);
        let unknown = step(&mut office, "2026-0002", "merge", &[("into", "2026-0009"), ("reason", "x")]);
        assert!(
            unknown.status == 422 && unknown.body.contains("그런 접수번호가 없습니다"),
            "{}",
            unknown.body
        );
        taken(&mut office, "2026-0002", "merge", &[("into", "2026-0001"), ("reason", "같은 소리")]);
        let (one, two) = (case(&house, "2026-0001"), case(&house, "2026-0002"));
        assert_eq!((two.stage, two.outcome()), (Stage::Closed, Some(Outcome::Merged)));
        assert_eq!(one.joint(Side::Applicant).count(), 1);
        let joined = people(&house, "2026-0001");
        assert!(joined.iter().any(|p| p.kind.is_some() && p.details.name == "나이웃"), "{joined:?}");
        let links = house.db.read_here(|rx| case_links::of_case(rx, one.id)).unwrap();
        assert!(links.contains(&("2026-0002".to_owned(), LinkKind::Merged)), "{links:?}");
        // Nothing is merged into what is closed.
        let back = step(&mut office, "2026-0001", "merge", &[("into", "2026-0002"), ("reason", "x")]);
        assert!(back.status == 422 && back.body.contains("이미 마친 사건"), "{}", back.body);
        let person = one.joint(Side::Applicant).next().unwrap().seq;
        take(&house, &manager, "2026-0001", Step::Split { person, reason: "따로".into() }.into()).unwrap();
        let three = case(&house, "2026-0003");
        assert_eq!(three.stage, Stage::Received);
        let there = people(&house, "2026-0003");
        assert!(there.iter().any(|p| p.side == Side::Applicant && p.details.name == "나이웃"));
        assert_eq!(people(&house, "2026-0001").len(), 2, "who left is a party there no more");
        let links = house.db.read_here(|rx| case_links::of_case(rx, three.id)).unwrap();
        assert!(links.contains(&("2026-0001".to_owned(), LinkKind::Split)), "{links:?}");
    }
}

#[test]
fn a_person_asks_about_their_own_data_only_behind_their_code() {
    for base in fresh() {
        let house = House::open(base);
        let receipt = send(&mut apply(&house, "kim@example.com", "hide_unit"));
        let number = house.case().number;
        let mut resident = house.browser();
        resident.get(&receipt);
        let ask = [("right", "erase"), ("text", "모두 지워 주세요")];
        let early = resident.post(&format!("{receipt}/rights"), &ask);
        assert_eq!(early.status, 422, "{}", early.body);
        assert!(case(&house, &number).rights.is_empty());
        let link = house
            .db
            .read_here(|rx| ieum::store::links::by_token(rx, receipt.trim_start_matches("/r/")))
            .unwrap();
        let now = house.now();
        let code = house.db.write_here(|tx| unlock::make(tx, link.id, None, now)).unwrap();
        resident.post_on(&format!("{receipt}/unlock"), &[("code", &code)]);
        let (_, shown) = resident.post_on(&format!("{receipt}/rights"), &ask);
        assert!(
            shown.body.contains("누가 내 기록을 보았나") && shown.body.contains("까지 답합니다"),
            "{}",
            shown.body
        );
        let asked = case(&house, &number).rights[0];
        assert_eq!((asked.side, asked.right, asked.answer), (Side::Applicant, Right::Erase, None));
        let (_, mut office) = house.signed_in("박소장", Role::Manager, house.office);
        let page = office.get(&format!("/cases/{number}/parties"));
        assert!(page.body.contains("답 기다림"), "{}", page.body);
        // What is still needed is not erased; what is over is, with what mails to them said.
        let manager = house.staff(Role::Manager);
        let answer =
            Step::AnswerRight {
                request: asked.seq, answer: RightAnswer::Done, text: "지웠습니다".into()
            };
        assert_eq!(refused(take(&house, &manager, &number, answer.clone().into())), "erase_open");
        let close = Step::Close { outcome: Outcome::Withdrawn, reason: "x".into(), by: None };
        take(&house, &manager, &number, close.into()).unwrap();
        take(&house, &manager, &number, answer.into()).unwrap();
        let gone = people(&house, &number).into_iter().find(|p| p.side == Side::Applicant).unwrap();
        assert!(gone.destroyed && gone.details.name.is_empty() && gone.details.unit.is_none(), "{gone:?}");
        let found = house.db.read_here(|rx| search::find(rx, &manager, "김영희")).unwrap();
        assert!(found.is_empty());
    }
}
