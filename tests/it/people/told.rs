//! What a side answers at the desk, by telephone or on paper: its links say so and ask no more, and nobody telephones about it.
use super::apart::all_mails;
use super::{case, mediating, screen, take};
use crate::databases::fresh;
use crate::residents::house::House;
use crate::residents::{apply, send};
use chrono::Duration;
use ieum::domain::codes::{
    AgreementKind, DutyKind, FollowUpResult, MeetingKind, Method, ReopenReason, Side, Stage,
};
use ieum::domain::letter::Letter;
use ieum::domain::permission::Actor;
use ieum::domain::seoul;
use ieum::domain::step::{Step, Term};

/// What the respondent, who gave no address, is to be told by telephone: the kinds and what they are about.
fn calls(house: &House, number: &str) -> Vec<String> {
    let id = case(house, number).id;
    let rows = house.db.read_here(|rx| ieum::store::projection::duties_in(rx, id)).unwrap();
    rows.into_iter().filter(|d| d.kind == DutyKind::Tell).map(|d| d.detail).collect()
}

/// The path of the last mail that asks the applicant for this.
fn asked(house: &House, of: fn(&Letter) -> Option<&String>) -> String {
    let mails = all_mails(house);
    let ours = mails.iter().filter(|m| m.to == "kim@example.com");
    ours.filter_map(|m| of(&m.letter)).next_back().cloned().unwrap_or_else(|| panic!("{mails:?}"))
}

fn slots(letter: &Letter) -> Option<&String> {
    if let Letter::SessionProposed { link, .. } = letter { Some(link) } else { None }
}

fn proposal(letter: &Letter) -> Option<&String> {
    if let Letter::Proposal { link, .. } = letter { Some(link) } else { None }
}

fn signature(letter: &Letter) -> Option<&String> {
    if let Letter::AgreementToSign { link, .. } = letter { Some(link) } else { None }
}

fn follow_up(letter: &Letter) -> Option<&String> {
    if let Letter::FollowUp { link, .. } = letter { Some(link) } else { None }
}

/// The page of a link says what was answered, and has no form any more.
fn says(house: &House, link: &str, said: &str) {
    let page = house.browser().get(link);
    assert!(page.status == 200 && page.body.contains(said), "{said}: {} {}", page.status, page.body);
    assert!(!page.body.contains("<form"), "{said}: nothing is asked any more: {}", page.body);
}

fn dates(house: &House, desk: &Actor, number: &str) {
    let days = |n| house.now() + Duration::days(n);
    let (kind, place) = (MeetingKind::Shuttle, "관리동 2층".to_owned());
    let slots_ = vec![days(3), days(4)];
    let propose =
        Step::ProposeSession { kind, slots: slots_.clone(), minutes: 60, place: place.clone(), side: None };
    take(house, desk, number, propose.into()).unwrap();
    let session = case(house, number).open_session().unwrap().seq;
    assert_eq!(calls(house, number), [format!("respondent|session_proposed|{session}")]);
    let link = asked(house, slots);
    let mut before = house.browser();
    assert!(before.get(&link).body.contains("<form"));
    for side in Side::ALL {
        let answer = Step::AnswerSlots { session, side: Some(*side), ok: slots_.clone(), by: None };
        take(house, desk, number, answer.into()).unwrap();
    }
    assert!(calls(house, number).is_empty(), "both have answered");
    says(house, &link, "답을 받았습니다");
    // A page that was open before changes nothing any more.
    let stale = before.post(&link, &[]);
    assert!(stale.status == 409 && stale.body.contains("바꾸고 싶으시면"), "{} {}", stale.status, stale.body);
    let (starts_at, minutes, room, gap) = (days(3), 60, None, 0);
    let fix = Step::FixSession {
        session: Some(session),
        kind,
        starts_at,
        minutes,
        place: place.clone(),
        side: None,
        room,
        gap,
    };
    take(house, desk, number, fix.into()).unwrap();
    assert_eq!(calls(house, number), [format!("respondent|session_fixed|{session}")]);
    let reason = "회의실이 바뀜".to_owned();
    let moved = Step::MoveSession { session, starts_at: days(4), minutes, place, reason, room, gap };
    take(house, desk, number, moved.into()).unwrap();
    assert_eq!(calls(house, number), [format!("respondent|session_moved|{session}")], "one call tells both");
    house.wait(Duration::days(5));
    let held = Step::HoldSession {
        session: Some(session),
        kind,
        applicant: true,
        applicant_by: None,
        respondent: true,
        respondent_by: None,
        result: "이야기함".to_owned(),
        next: None,
        next_on: None,
    };
    take(house, desk, number, held.into()).unwrap();
    assert!(calls(house, number).is_empty(), "it is over");
}

fn terms() -> Vec<Term> {
    let (who, what) = ("상대방".to_owned(), "밤 10시 뒤에 뛰지 않기".to_owned());
    vec![Term { who, what, from: None, until: None, check: String::new() }]
}

fn agreed(house: &House, desk: &Actor, number: &str) {
    for side in Side::ALL {
        take(house, desk, number, screen(*side).into()).unwrap();
    }
    let (kind, answer_by) = (AgreementKind::Full, seoul::day(house.now() + Duration::days(7)));
    let propose = Step::Propose { kind, terms: terms(), answer_by, reason: String::new() };
    take(house, desk, number, propose.into()).unwrap();
    let seq = case(house, number).proposals[0].seq;
    let (side, accept, method) = (Side::Applicant, false, Method::Phone);
    let refuse = Step::AnswerProposal { proposal: seq, side, accept, method, note: String::new(), by: None };
    take(house, desk, number, refuse.into()).unwrap();
    says(house, &asked(house, proposal), "받아들이지 않는다고 답하셨습니다");
    take(house, desk, number, Step::Draft { kind, terms: terms() }.into()).unwrap();
    let agreement = case(house, number).open_agreement().unwrap().seq;
    assert_eq!(calls(house, number), [format!("respondent|agreement_to_sign|{agreement}")]);
    for side in Side::ALL {
        let sign =
            Step::Sign { agreement, side: *side, method: Method::Paper, by: None, version: String::new() };
        take(house, desk, number, sign.into()).unwrap();
    }
    says(house, &asked(house, signature), "서명하셨습니다");
    assert_eq!(calls(house, number), ["respondent|agreement_done|"]);
}

#[test]
fn what_a_side_answers_at_the_desk_ends_its_links_and_its_calls() {
    for base in fresh() {
        let house = House::open(base);
        send(&mut apply(&house, "kim@example.com", "hide_unit"));
        let (desk, number) = mediating(&house);
        dates(&house, &desk, &number);
        agreed(&house, &desk, &number);
        house.wait(Duration::days(15));
        let (id, now) = (case(&house, &number).id, house.now());
        house.db.write_here(|tx| ieum::casework::clockwork::tick(tx, id, now)).unwrap();
        let link = asked(&house, follow_up);
        let due = case(&house, &number).follow_ups[0].due;
        let (side, result, method) = (Side::Applicant, None, Method::Phone);
        let (terms, note) = (vec![FollowUpResult::Partly], String::new());
        let told = Step::FollowUp { due, side, result, terms, relation: None, method, note };
        take(&house, &desk, &number, told.into()).unwrap();
        says(&house, &link, "“일부만 지켜집니다”라고 답하셨습니다");
        let broken = Step::Reopen { reason: ReopenReason::Broken, note: String::new() };
        take(&house, &desk, &number, broken.into()).unwrap();
        assert_ne!(case(&house, &number).stage, Stage::Closed);
        assert_eq!(
            calls(&house, &number),
            ["respondent|reopened|"],
            "that it was agreed is no news any more"
        );
    }
}
