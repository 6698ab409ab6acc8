//! What one side must not learn of the other: its own record alone, who looked at it, talks with one side, mergers and splits.
use super::{case, mediating, refused, take, two_cases};
use crate::api::program::program;
use crate::databases::fresh;
use crate::residents::house::{Browser, House};
use crate::residents::{apply, send};
use crate::staff::taken;
use chrono::Duration;
use ieum::casework::step::Taking;
use ieum::casework::tell::receipt_path;
use ieum::domain::codes::{
    Inbound, InboundFate, Means, MeetingKind, Method, Outcome, Right, Role, Safety, SafetyFlag, Side,
    TokenScope, Visibility,
};
use ieum::domain::inbound::Arrived;
use ieum::domain::letter::{Letter, Outgoing, Regrouping};
use ieum::domain::permission::Actor;
use ieum::domain::step::Step;
use ieum::store::access::{self, Seen};
use ieum::store::inbox::NewInbound;
use ieum::store::parties::Details;
use ieum::store::{inbox, links, unlock};

/// What is known of the main party of a side becomes this.
fn known_as(house: &House, desk: &Actor, number: &str, side: Side, name: &str, email: &str) {
    let step = Step::AmendPerson { side, reason: "알려 줌".to_owned(), unit_known: false };
    let details = Details { name: name.to_owned(), email: email.to_owned(), ..Details::default() };
    take(house, desk, number, Taking { person: Some(details), ..step.into() }).unwrap();
}

fn counsel(side: Side, summary: &str) -> Step {
    Step::Counsel { side, means: Means::Phone, summary: summary.to_owned() }
}

/// Every mail that waits: those to one person leave one after the other.
pub(super) fn all_mails(house: &House) -> Vec<Outgoing> {
    let mut all = Vec::new();
    loop {
        let some = house.mails();
        if some.is_empty() {
            return all;
        }
        all.extend(some);
    }
}

fn seen(house: &House, number: &str, side: Side) -> Vec<Seen> {
    let id = case(house, number).id;
    house.db.read_here(|rx| access::of_side(rx, id, side, 100)).unwrap()
}

/// The person's own page, opened by its ten-minute code.
fn opened(house: &House, receipt: &str) -> String {
    let now = house.now();
    let mut browser = house.browser();
    browser.get(receipt);
    let token = receipt.trim_start_matches("/r/");
    let code = house
        .db
        .write_here(|tx| {
            let link = links::by_token(tx, token)?;
            unlock::make(tx, link.id, None, now)
        })
        .unwrap();
    browser.post_on(&format!("{receipt}/unlock"), &[("code", &code)]).1.body
}

/// A mail from this address came into the case.
fn wrote(house: &House, number: &str, from: &str, text: &str) {
    let arrived = Arrived {
        from: from.to_owned(),
        to: None,
        report: None,
        automatic: false,
        subject: "Re: 접수 확인".to_owned(),
        text: text.to_owned(),
        attachments: 0,
        too_large: false,
        ours: false,
    };
    let (case, what, fate) = (Some(case(house, number).id), Inbound::Reply, InboundFate::Filed);
    let new = NewInbound { named: text, arrived: &arrived, what, fate, why: None, mail: None, case };
    let now = house.now();
    house.db.write_here(|tx| inbox::add(tx, &new, now)).unwrap().unwrap();
}

/// Both sides said something, and the applicant asks for what is theirs.
fn said_by_both(house: &House, desk: &Actor, number: &str) {
    let screen = |side, note: &str| Step::Screen {
        side,
        flags: vec![SafetyFlag::Threat],
        result: Safety::Ok,
        note: note.to_owned(),
    };
    let staff = Visibility::Staff;
    for step in [
        counsel(Side::Applicant, "신청인이한말"),
        counsel(Side::Respondent, "상대방이한말"),
        screen(Side::Applicant, "신청인안전"),
        screen(Side::Respondent, "상대방안전"),
        Step::Note { text: "내부메모".to_owned(), visibility: staff },
        Step::AskRight {
            side: Side::Applicant,
            right: Right::Access,
            text: "제 것을 보고 싶습니다".to_owned(),
            method: Method::Desk,
        },
    ] {
        take(house, desk, number, step.into()).unwrap();
    }
    let line = take(house, desk, number, counsel(Side::Applicant, "거두었던말").into()).unwrap().seq;
    let struck = Step::Correct { line, moved_to: None, void: true, reason: "x".to_owned() };
    take(house, desk, number, struck.into()).unwrap();
}

#[test]
fn a_side_is_given_its_own_record_once_that_was_granted_and_nothing_of_the_other() {
    for base in fresh() {
        let house = House::open(base);
        let receipt = send(&mut apply(&house, "kim@example.com", "hide_unit"));
        let (desk, number) = mediating(&house);
        known_as(&house, &desk, &number, Side::Respondent, "이상대", "");
        said_by_both(&house, &desk, &number);
        let (_, mut office) = house.signed_in("정간사", Role::Secretary, house.committee);
        let paper = format!("/cases/{number}/print/own-record");
        assert_eq!(office.get(&paper).status, 404, "nothing was granted yet");
        let request = case(&house, &number).open_rights().next().unwrap().seq.to_string();
        let answer = [("request", request.as_str()), ("answer", "done"), ("text", "드립니다")];
        taken(&mut office, &number, "answer_right", &answer);
        assert!(office.get(&format!("/cases/{number}/parties")).body.contains("열람 자료(신청인) 뽑기"));
        drop(all_mails(&house));
        for (from, text) in [("Kim@example.com", "토요일에갈수있습니다"), ("lee@example.com", "남의답장")]
        {
            wrote(&house, &number, from, text);
        }
        let page = office.get(&paper);
        assert_eq!(page.status, 200, "{}", page.body);
        let api = program(&house, "강간사", Role::Secretary, Some(house.committee), TokenScope::Read);
        let json = api.get(&format!("/api/v1/cases/{number}/papers/own-record"));
        assert_eq!(json.status, 200, "{}", json.text);
        // Around the sheet stands who is signed in; the sheet itself is what is handed over.
        let sheet = page.body.split("<article").nth(1).unwrap().split("</article>").next().unwrap();
        for body in [sheet, json.text.as_str()] {
            for own in [
                "김영희",
                "010-1234-5678",
                "밤마다 쿵쿵거립니다",
                "신청인이한말",
                "신청인안전",
                "kim@example.com",
                "접수 확인",
                "토요일에갈수있습니다",
                "정정으로 무효",
            ] {
                assert!(body.contains(own), "{own} is not in {body}");
            }
            // What was struck out may have been another's, written down here by mistake.
            for other in [
                "이상대",
                "1303",
                "상대방이한말",
                "상대방안전",
                "내부메모",
                "정간사",
                "남의답장",
                "거두었던말",
            ] {
                assert!(!body.contains(other), "{other} is in {body}");
            }
        }
        // The other side asked for nothing, and is not told of what was not theirs.
        assert_eq!(office.get(&format!("/cases/{number}/print/other-record")).status, 404);
        let took = |side| seen(&house, &number, side).iter().filter(|s| s.what == "own_applicant").count();
        assert_eq!((took(Side::Applicant), took(Side::Respondent)), (2, 0));
        // The applicant reads as what and for which body somebody looked, and no name.
        let mine = opened(&house, &receipt);
        assert!(mine.contains("열람 자료(신청인) 출력") && mine.contains("간사 · "), "{mine}");
        assert!(!mine.contains("정간사") && !mine.contains("상대방 안내문 출력"), "{mine}");
        // The letter to the respondent's door holds nothing of the applicant beyond what they let be told.
        assert_eq!(office.get(&format!("/cases/{number}/print/letter")).status, 200);
        let letters = |side| seen(&house, &number, side).iter().filter(|s| s.what == "letter").count();
        assert_eq!((letters(Side::Applicant), letters(Side::Respondent)), (0, 1));
    }
}

#[test]
fn a_talk_with_one_side_is_that_sides_alone() {
    for base in fresh() {
        let house = House::open(base);
        let receipt = send(&mut apply(&house, "kim@example.com", "hide_unit"));
        let (desk, number) = mediating(&house);
        known_as(&house, &desk, &number, Side::Respondent, "이상대", "lee@example.com");
        let now = house.now();
        let theirs = case(&house, &number);
        let other = house.db.write_here(|tx| receipt_path(tx, &theirs, Side::Respondent, now)).unwrap();
        drop(all_mails(&house));
        let slots: Vec<_> = (2..4).map(|day| now + Duration::days(day)).collect();
        let (kind, place) = (MeetingKind::Separate, "관리동 2층".to_owned());
        let ask = |side| Step::ProposeSession {
            kind,
            slots: slots.clone(),
            minutes: 30,
            place: place.clone(),
            side,
        };
        assert_eq!(refused(take(&house, &desk, &number, ask(None).into())), "side_missing");
        take(&house, &desk, &number, ask(Some(Side::Applicant)).into()).unwrap();
        let session = case(&house, &number).open_session().unwrap().seq;
        let told = |mails: &[Outgoing], who: &str| mails.iter().filter(|m| m.to == who).count();
        let mails = all_mails(&house);
        assert_eq!((told(&mails, "kim@example.com"), told(&mails, "lee@example.com")), (1, 0), "{mails:?}");
        assert!(mails.len() > 1, "whoever is in charge hears of it: {mails:?}");
        assert!(house.browser().get(&receipt).body.contains("만날 날짜를 골라 주세요"));
        assert!(!house.browser().get(&other).body.contains("만날 날짜를 골라 주세요"));
        let wrong = Step::AnswerSlots { session, side: Some(Side::Respondent), ok: vec![slots[0]], by: None };
        assert_eq!(refused(take(&house, &desk, &number, wrong.into())), "not_invited");
        let fix = Step::FixSession {
            session: Some(session),
            kind,
            starts_at: slots[1],
            minutes: 30,
            place: place.clone(),
            side: None,
            room: None,
            gap: 0,
        };
        take(&house, &desk, &number, fix.into()).unwrap();
        let starts_at = slots[1] + Duration::days(1);
        let moved = Step::MoveSession {
            session,
            starts_at,
            minutes: 30,
            place,
            reason: String::new(),
            room: None,
            gap: 0,
        };
        take(&house, &desk, &number, moved.into()).unwrap();
        // By the party's own page too: its sentence, its next date, its past.
        let (mine, others) = (house.browser().get(&receipt).body, house.browser().get(&other).body);
        assert!(mine.contains("개별면담이 11월 24일") && mine.contains("조정회의 옮기기"), "{mine}");
        for hidden in ["개별면담", "11월 24일", "11월 23일", "조정회의 확정", "조정회의 옮기기"]
        {
            assert!(!others.contains(hidden), "{hidden} is in {others}");
        }
        let cancel = Step::CancelSession { session, reason: String::new() };
        take(&house, &desk, &number, cancel.into()).unwrap();
        let mails = all_mails(&house);
        assert_eq!((told(&mails, "kim@example.com"), told(&mails, "lee@example.com")), (3, 0), "{mails:?}");
        assert!(!house.browser().get(&other).body.contains("조정회의 취소"));
    }
}

fn regrouped(house: &House) -> Vec<(String, Regrouping)> {
    let found = all_mails(house).into_iter().filter_map(|m| match m.letter {
        Letter::Regrouped { how, .. } => Some((m.to, how)),
        Letter::Closed { outcome: Outcome::Merged, .. } => panic!("told twice: {}", m.to),
        _ => None,
    });
    let mut found: Vec<_> = found.collect();
    found.sort_by(|a, b| a.0.cmp(&b.0));
    found
}

#[test]
fn everybody_hears_of_a_merger_and_of_a_split_by_a_notice_of_its_own() {
    for base in fresh() {
        let house = House::open(base);
        let (mut office, manager): (Browser, Actor) = two_cases(&house);
        for (number, email) in [("2026-0001", "one@example.com"), ("2026-0002", "two@example.com")] {
            known_as(&house, &manager, number, Side::Applicant, "", email);
        }
        house.signed_in("최소장", Role::Manager, house.office);
        drop(all_mails(&house));
        taken(&mut office, "2026-0002", "merge", &[("into", "2026-0001"), ("reason", "같은 소리")]);
        let told = regrouped(&house);
        let of = |who: &str| told.iter().filter(|(to, _)| to == who).map(|(_, how)| *how).collect::<Vec<_>>();
        assert_eq!(of("one@example.com"), [Regrouping::Joined], "{told:?}");
        assert_eq!(of("two@example.com"), [Regrouping::Merged], "{told:?}");
        // The colleague at the same desk hears of both cases; whoever did it does not.
        let desk: Vec<_> =
            told.iter().filter(|(to, _)| !to.ends_with("e@example.com") && !to.starts_with("two@")).collect();
        assert_eq!(desk.len(), 2, "{told:?}");
        assert!(desk.iter().all(|(to, _)| *to == desk[0].0), "one colleague, twice: {told:?}");
        let person = case(&house, "2026-0001").joint(Side::Applicant).next().unwrap().seq.to_string();
        taken(&mut office, "2026-0001", "split", &[("person", &person), ("reason", "따로")]);
        let told = regrouped(&house);
        assert!(told.contains(&("one@example.com".to_owned(), Regrouping::Split)), "{told:?}");
        assert_eq!(told.len(), 2, "the applicant and the colleague: {told:?}");
        // Nobody ties cases as merged by hand: that would tell people what did not happen.
        let tied = crate::staff::step(
            &mut office,
            "2026-0001",
            "link",
            &[("other", "2026-0003"), ("kind", "merged")],
        );
        assert_eq!(tied.status, 422, "{}", tied.body);
    }
}
