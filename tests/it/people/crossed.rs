//! Cross-complaints: one conflict, two receipts, one agreement.
use super::apart::all_mails;
use super::{all, case, consent, refused, screen, take};
use crate::databases::fresh;
use crate::residents::house::{Browser, House};
use crate::staff::{filed, step, taken};
use chrono::Duration;
use ieum::casework::step::Taking;
use ieum::casework::{CaseworkError, figures};
use ieum::domain::case::Event;
use ieum::domain::codes::{
    AgreementKind, Basis, DutyKind, HandOverBasis, InterviewKind, LinkKind, MeetingKind, Method, Outcome,
    Role, Safety, Side, Stage,
};
use ieum::domain::indicators::Question;
use ieum::domain::permission::Actor;
use ieum::domain::step::{Step, Term};
use ieum::domain::{letter::Letter, seoul};
use ieum::store::{case_links, events};

const ONE: &str = "2026-0001";
const TWO: &str = "2026-0002";

/// Two households complain of each other; the committee has both cases, with every consent.
fn both(house: &House) -> (Actor, Browser) {
    let (_, mut office) = house.signed_in("박소장", Role::Manager, house.office);
    let (_, desk) = house.signed_in("정간사", Role::Secretary, house.committee);
    let others =
        [("unit", "1303"), ("r_unit", "1203"), ("name", "이상대"), ("position", "below"), ("anyway", "yes")];
    assert_eq!(filed(house, &mut office, &[("anyway", "yes")]).status, 303);
    assert_eq!(filed(house, &mut office, &others).status, 303);
    let (manager, secretary) = (house.staff(Role::Manager), house.staff(Role::Secretary));
    for number in [ONE, TWO] {
        let steps = [
            (&manager, Step::OpenInquiry {}),
            (&manager, screen(Side::Applicant)),
            (&manager, Step::HandOver { basis: HandOverBasis::Requested, reason: String::new() }),
            (&secretary, Step::Letter {}),
            (&secretary, screen(Side::Respondent)),
            (&secretary, consent(Side::Applicant)),
            (&secretary, consent(Side::Respondent)),
        ];
        for (who, step) in steps {
            take(house, who, number, step.into()).unwrap();
        }
    }
    (secretary, desk)
}

fn member(house: &House, desk: &Actor, number: &str) {
    let (member, _) = house.signed_in("오위원", Role::Member, house.committee);
    take(house, desk, number, Step::NameMembers { members: vec![member] }.into()).unwrap();
}

fn draft() -> Step {
    let (who, what) = ("신청인".to_owned(), "밤 10시 뒤에 의자를 끌지 않기".to_owned());
    let term = Term { who, what, from: None, until: None, check: String::new() };
    Step::Draft { kind: AgreementKind::Full, terms: vec![term] }
}

fn held() -> Step {
    let (kind, result) = (MeetingKind::Joint, "이야기함".to_owned());
    Step::HoldSession {
        session: None,
        kind,
        applicant: true,
        applicant_by: None,
        respondent: true,
        respondent_by: None,
        result,
        next: None,
        next_on: None,
    }
}

fn sign_both(house: &House, desk: &Actor, number: &str) {
    take(house, desk, number, draft().into()).unwrap();
    let agreement = case(house, number).open_agreement().unwrap().seq;
    for side in Side::ALL {
        let sign =
            Step::Sign { agreement, side: *side, method: Method::Paper, by: None, version: String::new() };
        take(house, desk, number, sign.into()).unwrap();
    }
}

fn question(house: &House) -> Question {
    let today = seoul::day(house.now());
    let (from, to) = (today - Duration::days(30), today + Duration::days(30));
    Question { from, to, basis: Basis::Closing, as_of: house.now(), by: None, scope: None }
}

#[test]
fn two_receipts_of_one_conflict_end_with_one_agreement() {
    for base in fresh() {
        let house = House::open(base);
        let (desk, mut page) = both(&house);
        assert!(case(&house, ONE).crossed && case(&house, TWO).crossed);
        member(&house, &desk, ONE);
        let wrong = step(&mut page, ONE, "together", &[("other", "2026-0009")]);
        assert!(
            wrong.status == 422 && wrong.body.contains("맞신고로 이어진 사건의 접수번호가 아닙니다"),
            "{}",
            wrong.body
        );
        taken(&mut page, ONE, "together", &[("other", TWO)]);
        // Whom to put in charge is asked once, where the two are dealt with.
        let kinds =
            |number| -> Vec<DutyKind> { case(&house, number).duties().iter().map(|d| d.kind).collect() };
        assert_eq!(case(&house, TWO).led_by.as_deref(), Some(ONE));
        assert_eq!(kinds(TWO), [DutyKind::FollowTwin]);
        let led = page.get(&format!("/cases/{TWO}"));
        assert!(
            led.body.contains("맞신고와 함께 조정합니다") && led.body.contains(&format!("{ONE} 사건 열기")),
            "{}",
            led.body
        );
        taken(&mut page, ONE, "together", &[("other", TWO), ("apart", "yes")]);
        assert_eq!((case(&house, TWO).led_by, kinds(TWO)), (None, vec![DutyKind::Assign]));
        taken(&mut page, ONE, "together", &[("other", TWO)]);
        let back = step(&mut page, TWO, "together", &[("other", ONE)]);
        assert!(back.status == 422 && back.body.contains("이미 함께 다루고 있습니다"), "{}", back.body);
        drop(all_mails(&house));
        take(&house, &desk, ONE, held().into()).unwrap();
        sign_both(&house, &desk, ONE);
        let (one, two) = (case(&house, ONE), case(&house, TWO));
        for case in [&one, &two] {
            assert_eq!(
                (case.stage, case.outcome()),
                (Stage::Closed, Some(Outcome::Settled)),
                "{}",
                case.number
            );
            let marks: Vec<_> = case.marks.iter().map(|(_, _, m)| m.event()).collect();
            for event in ["session_held", "agreement", "closed"] {
                assert_eq!(marks.iter().filter(|m| **m == event).count(), 1, "{event}: {marks:?}");
            }
        }
        // One paper, one set of follow-ups, one mail that it is done.
        assert_eq!((one.agreements.len(), two.agreements.len()), (1, 0));
        assert_eq!((one.follow_ups.len(), two.follow_ups.len()), (3, 0));
        assert_eq!(two.concluded_in.as_deref(), Some(ONE));
        let mails = all_mails(&house).into_iter();
        let done: Vec<_> = mails.filter(|m| matches!(m.letter, Letter::AgreementDone { .. })).collect();
        assert!(!done.is_empty() && done.iter().all(|m| m.number.as_deref() == Some(ONE)), "{done:?}");
        let paper = page.get(&format!("/cases/{ONE}/print/agreement?seq={}", one.agreements[0].seq));
        assert!(paper.body.contains("함께 마치는 신청") && paper.body.contains(TWO), "{}", paper.body);
        let there = page.get(&format!("/cases/{TWO}/agreements"));
        assert!(there.body.contains("접수는 두 건, 합의는 한 건"), "{}", there.body);
        // The contract's figures count cases; beside them stands how many papers they are.
        let asked = question(&house);
        let overview = house.db.read_here(|rx| figures::overview(rx, &asked)).unwrap();
        let found = &overview.report.figures;
        assert_eq!((found.ledger.received, found.ledger.closed), (2, 2));
        assert_eq!((found.agreement.numerator, found.agreement.denominator), (2, 2));
        assert_eq!(overview.second_papers, 1);
        // Opened again, it is a case of its own.
        let again = Step::Reopen { reason: ieum::domain::codes::ReopenReason::Again, note: String::new() };
        take(&house, &desk, TWO, again.into()).unwrap();
        let links = house.db.read_here(|rx| case_links::of_case(rx, one.id)).unwrap();
        assert!(links.iter().all(|(_, kind)| *kind != LinkKind::OneAgreement), "{links:?}");
        assert_eq!(case(&house, TWO).concluded_in, None);
    }
}

#[test]
fn a_cross_complaint_that_cannot_go_along_stays_open_by_itself() {
    for base in fresh() {
        let house = House::open(base);
        let (desk, _) = both(&house);
        member(&house, &desk, ONE);
        let together = || Step::Together { other: TWO.to_owned(), apart: false };
        // Nobody signs for two cases what was put to them for one.
        take(&house, &desk, ONE, held().into()).unwrap();
        take(&house, &desk, ONE, draft().into()).unwrap();
        assert_eq!(refused(take(&house, &desk, ONE, together().into())), "terms_open");
        let agreement = case(&house, ONE).open_agreement().unwrap().seq;
        let sign =
            |side| Step::Sign { agreement, side, method: Method::Paper, by: None, version: String::new() };
        take(&house, &desk, ONE, sign(Side::Applicant).into()).unwrap();
        // The other case never had the session: its agreement would have nothing to stand on.
        take(&house, &desk, ONE, sign(Side::Respondent).into()).unwrap();
        assert_eq!(case(&house, TWO).stage, Stage::Assigning, "they were not dealt with together");
        let again = Step::Reopen { reason: ieum::domain::codes::ReopenReason::Again, note: String::new() };
        take(&house, &desk, ONE, again.into()).unwrap();
        for side in Side::ALL {
            take(&house, &desk, ONE, screen(*side).into()).unwrap();
        }
        take(&house, &desk, ONE, together().into()).unwrap();
        take(&house, &desk, ONE, held().into()).unwrap();
        let back = Step::WithdrawConsent {
            side: Side::Applicant,
            method: Method::Paper,
            reason: String::new(),
            by: None,
        };
        take(&house, &desk, TWO, back.into()).unwrap();
        sign_both(&house, &desk, ONE);
        let two = case(&house, TWO);
        assert_eq!((case(&house, ONE).stage, two.stage), (Stage::Closed, Stage::Participation));
        assert!(two.history.session_in_span() && two.outcome().is_none());
        assert!(!two.duties().is_empty(), "somebody has to see to it");
        // Where there is no cross-complaint there is nothing to deal with together.
        let none = house.db.read_here(|rx| ieum::store::cases::find(rx, &all(), ONE));
        assert!(none.is_ok_and(|case| case.crossed));
        let alone = take(&house, &desk, "2026-0009", together().into());
        assert!(matches!(alone, Err(CaseworkError::Store(_))), "{alone:?}");
    }
}

#[test]
fn where_the_leading_case_ends_without_agreement_the_other_is_a_case_of_its_own_again() {
    for base in fresh() {
        let house = House::open(base);
        let (desk, _) = both(&house);
        take(&house, &desk, ONE, Step::Together { other: TWO.to_owned(), apart: false }.into()).unwrap();
        let kinds =
            |number| -> Vec<DutyKind> { case(&house, number).duties().iter().map(|d| d.kind).collect() };
        assert_eq!(kinds(TWO), [DutyKind::FollowTwin]);
        let close = Step::Close { outcome: Outcome::Withdrawn, reason: String::new(), by: None };
        take(&house, &desk, ONE, close.into()).unwrap();
        assert_eq!((case(&house, TWO).led_by, kinds(TWO)), (None, vec![DutyKind::Assign]));
        assert!(notes(&house, TWO).is_empty());
    }
}

/// The lines of the other case that follow this one, and whether they stand.
fn following(house: &House, number: &str) -> Vec<(&'static str, chrono::DateTime<chrono::Utc>, bool)> {
    let id = case(house, number).id;
    let lines = house.db.read_here(|rx| events::of_case(rx, id)).unwrap();
    let of = |e: &&Event| matches!(e.step, Step::MetWith { .. } | Step::Conclude { .. });
    lines.iter().filter(of).map(|e| (e.step.code().code(), e.at, !e.voided)).collect()
}

fn correct(line: i64, moved_to: Option<chrono::DateTime<chrono::Utc>>) -> Step {
    Step::Correct { line, moved_to, void: moved_to.is_none(), reason: "잘못 적음".to_owned() }
}

fn notes(house: &House, number: &str) -> Vec<String> {
    let id = case(house, number).id;
    let lines = house.db.read_here(|rx| events::of_case(rx, id)).unwrap();
    let said = lines.into_iter().filter_map(|e| match e.step {
        Step::Note { text, .. } => Some(text),
        _ => None,
    });
    said.collect()
}

#[test]
fn a_correction_of_a_shared_meeting_reaches_the_cross_complaint() {
    for base in fresh() {
        let house = House::open(base);
        let (desk, mut page) = both(&house);
        member(&house, &desk, ONE);
        let together = Step::Together { other: TWO.to_owned(), apart: false };
        take(&house, &desk, ONE, together.into()).unwrap();
        house.wait(Duration::minutes(5));
        let at = house.now();
        let first = take(&house, &desk, ONE, held().into()).unwrap().seq;
        assert_eq!(following(&house, TWO), [("met_with", at, true)]);
        assert!(case(&house, TWO).applicant.screen_again && case(&house, TWO).respondent.screen_again);
        // What follows is put right where it happened, not where it follows; there is no button for it either.
        let lines = house.db.read_here(|rx| events::of_case(rx, case(&house, TWO).id)).unwrap();
        let there = lines.iter().find(|e| matches!(e.step, Step::MetWith { .. })).unwrap().seq;
        let (line, void) = (there.to_string(), "yes");
        let wrong = step(&mut page, TWO, "correct", &[("line", &line), ("void", void), ("reason", "x")]);
        assert!(wrong.status == 422 && wrong.body.contains("그 사건에서 정정하면"), "{}", wrong.body);
        let log = page.get(&format!("/cases/{TWO}/log"));
        assert!(!log.body.contains(&format!("steps/correct?line={there}\"")), "{}", log.body);
        // The time was wrong: it moves in both.
        house.wait(Duration::minutes(20));
        let right = at + Duration::minutes(10);
        take(&house, &desk, ONE, correct(first, Some(right)).into()).unwrap();
        assert_eq!(following(&house, TWO), [("met_with", right, true)]);
        // The attendance was wrong: only one side had come. Struck out in both, and both remember it.
        take(&house, &desk, ONE, correct(first, None).into()).unwrap();
        assert_eq!(following(&house, TWO), [("met_with", right, false)]);
        assert!(!case(&house, TWO).history.session_in_span());
        let log = page.get(&format!("/cases/{TWO}/log"));
        assert!(log.body.contains(&format!("맞신고 {ONE}의 기록")), "{}", log.body);
        // One that was forgotten is written late: in both, at its time, before the note that came after it.
        let forgotten = at + Duration::minutes(15);
        let late = Taking { at: Some(forgotten), ..held().into() };
        let kind = ieum::domain::codes::InterviewKind::Separate;
        let talk = Step::Interview { kind, side: Some(Side::Applicant), summary: "x".into() };
        take(&house, &desk, ONE, talk.into()).unwrap();
        let seq = take(&house, &desk, ONE, late).unwrap().seq;
        let lines = house.db.read_here(|rx| events::of_case(rx, case(&house, ONE).id)).unwrap();
        assert!(lines.iter().any(|e| e.seq == seq && e.late), "it is a late entry");
        assert_eq!(following(&house, TWO)[1], ("met_with", forgotten, true));
        // The agreement is one: signed too early on paper, the signature is struck out and both are open again.
        for side in Side::ALL {
            take(&house, &desk, ONE, screen(*side).into()).unwrap();
        }
        sign_both(&house, &desk, ONE);
        let id = case(&house, ONE).id;
        let lines = house.db.read_here(|rx| events::of_case(rx, id)).unwrap();
        let signed = lines.iter().rev().find(|e| matches!(e.step, Step::Sign { .. })).unwrap().seq;
        // Nothing is pulled away from under it: neither here nor there.
        assert_eq!(refused(take(&house, &desk, ONE, correct(seq, None).into())), "later_illegal");
        take(&house, &desk, ONE, correct(signed, None).into()).unwrap();
        assert_eq!((case(&house, ONE).stage, case(&house, TWO).stage), (Stage::Mediating, Stage::Assigning));
        assert_eq!(case(&house, TWO).concluded_in, None);
        let links = house.db.read_here(|rx| case_links::of_case(rx, id)).unwrap();
        assert!(links.iter().all(|(_, kind)| *kind != LinkKind::OneAgreement), "{links:?}");
        // Signed again, they end together again.
        let agreement = case(&house, ONE).open_agreement().unwrap().seq;
        let sign = Step::Sign {
            agreement,
            side: Side::Respondent,
            method: Method::Paper,
            by: None,
            version: String::new(),
        };
        take(&house, &desk, ONE, sign.into()).unwrap();
        assert_eq!(case(&house, TWO).outcome(), Some(Outcome::Settled));
        let figures = house.db.read_here(|rx| figures::overview(rx, &question(&house))).unwrap();
        assert_eq!((figures.report.figures.agreement.numerator, figures.second_papers), (2, 1));
    }
}

#[test]
fn where_the_cross_complaint_cannot_follow_nothing_differs_in_silence() {
    for base in fresh() {
        let house = House::open(base);
        let (desk, _) = both(&house);
        member(&house, &desk, ONE);
        take(&house, &desk, ONE, Step::Together { other: TWO.to_owned(), apart: false }.into()).unwrap();
        let seq = take(&house, &desk, ONE, held().into()).unwrap().seq;
        // The other case goes on by itself and rests on the meeting: it may not be pulled away there.
        let (member, _) = house.signed_in("나위원", Role::Member, house.committee);
        take(&house, &desk, TWO, Step::NameMembers { members: vec![member] }.into()).unwrap();
        take(&house, &desk, TWO, draft().into()).unwrap();
        let before = (case(&house, ONE).version, case(&house, TWO).version);
        assert_eq!(refused(take(&house, &desk, ONE, correct(seq, None).into())), "twin_differs");
        assert_eq!((case(&house, ONE).version, case(&house, TWO).version), before, "neither changed");
        assert!(notes(&house, TWO).is_empty());
        // What it cannot take it says that it does not have.
        let back =
            |side| Step::WithdrawConsent { side, method: Method::Paper, reason: String::new(), by: None };
        take(&house, &desk, TWO, back(Side::Applicant).into()).unwrap();
        for side in Side::ALL {
            take(&house, &desk, ONE, screen(*side).into()).unwrap();
        }
        take(&house, &desk, ONE, held().into()).unwrap();
        let said = notes(&house, TWO);
        assert!(
            said.len() == 1 && said[0].contains(ONE) && said[0].contains("여기에서 다릅니다"),
            "{said:?}"
        );
    }
}

fn found(result: Safety) -> Step {
    Step::Screen { side: Side::Applicant, flags: vec![], result, note: String::new() }
}

fn fixed(house: &House, kind: MeetingKind, gap: i32) -> Step {
    let starts_at = house.now() + Duration::days(3);
    let (place, minutes) = ("작은도서관".to_owned(), 60);
    Step::FixSession { session: None, kind, starts_at, minutes, place, side: None, room: None, gap }
}

/// What is found in the one ends what is planned in the other, whichever leads.
fn ends_what_is_planned(house: &House, desk: &Actor) {
    // What is planned already ends with what is found in the other.
    take(house, desk, ONE, fixed(house, MeetingKind::Joint, 0).into()).unwrap();
    take(house, desk, TWO, found(Safety::Shuttle).into()).unwrap();
    assert!(case(house, ONE).open_session().is_none(), "it would have brought them into one room");
    // So does what is written down later of an earlier day, in the case that leads; what was before now has happened.
    take(house, desk, TWO, found(Safety::Ok).into()).unwrap();
    take(house, desk, TWO, fixed(house, MeetingKind::Joint, 0).into()).unwrap();
    house.wait(Duration::minutes(10));
    let note =
        Step::Note { text: "그사이".to_owned(), visibility: ieum::domain::codes::Visibility::Staff };
    take(house, desk, ONE, note.into()).unwrap();
    let at = Some(house.now() - Duration::minutes(3));
    take(house, desk, ONE, Taking { at, ..found(Safety::Shuttle).into() }).unwrap();
    assert!(case(house, TWO).open_session().is_none(), "late, and all the same");
    take(house, desk, ONE, found(Safety::Ok).into()).unwrap();
    take(house, desk, TWO, fixed(house, MeetingKind::Joint, 0).into()).unwrap();
    house.wait(Duration::days(4));
    take(house, desk, ONE, found(Safety::Shuttle).into()).unwrap();
    assert!(case(house, TWO).open_session().is_some(), "its hour is over: its result says what was");
    let session = case(house, TWO).open_session().unwrap().seq;
    take(house, desk, ONE, found(Safety::Ok).into()).unwrap();
    take(house, desk, TWO, Step::CancelSession { session, reason: "열지 않음".to_owned() }.into()).unwrap();
}

#[test]
fn what_keeps_the_two_apart_in_one_case_does_in_the_other() {
    for base in fresh() {
        let house = House::open(base);
        let (desk, _) = both(&house);
        member(&house, &desk, ONE);
        take(&house, &desk, ONE, Step::Together { other: TWO.to_owned(), apart: false }.into()).unwrap();
        let fix = |kind, gap| fixed(&house, kind, gap);
        let (joint, shuttle) = (MeetingKind::Joint, MeetingKind::Shuttle);
        let twin = |number: &str, step: Step| {
            assert_eq!(refused(take(&house, &desk, number, step.into())), "twin_safety", "{number}");
        };
        take(&house, &desk, TWO, found(Safety::Shuttle).into()).unwrap();
        twin(ONE, fix(joint, 0));
        twin(ONE, held());
        let (kind, summary) = (InterviewKind::Joint, String::new());
        twin(ONE, Step::Interview { kind, side: None, summary });
        // They come one after the other, and may be asked to come at another time so.
        twin(ONE, fix(shuttle, 0));
        take(&house, &desk, ONE, fix(shuttle, 30).into()).unwrap();
        assert!(case(&house, ONE).hides_times(), "each hears of its own time by telephone");
        let session = case(&house, ONE).open_session().unwrap().seq;
        let to = |gap| {
            let (starts_at, place) = (house.now() + Duration::days(4), "작은도서관".to_owned());
            let reason = "회의실이 바뀜".to_owned();
            Step::MoveSession { session, starts_at, minutes: 60, place, reason, room: None, gap }
        };
        twin(ONE, to(0));
        take(&house, &desk, ONE, to(30).into()).unwrap();
        take(&house, &desk, ONE, Step::CancelSession { session, reason: "다시 정함".to_owned() }.into())
            .unwrap();
        // What was found in the one that leads holds in the other.
        take(&house, &desk, TWO, found(Safety::Ok).into()).unwrap();
        take(&house, &desk, ONE, found(Safety::Shuttle).into()).unwrap();
        member(&house, &desk, TWO);
        twin(TWO, fix(joint, 0));
        take(&house, &desk, ONE, found(Safety::Ok).into()).unwrap();
        ends_what_is_planned(&house, &desk);
        take(&house, &desk, TWO, found(Safety::Stop).into()).unwrap();
        twin(ONE, fix(shuttle, 30));
        take(&house, &desk, TWO, found(Safety::Ok).into()).unwrap();
        let today = seoul::day(house.now());
        let order = Step::Order {
            kind: ieum::domain::codes::OrderKind::Interim,
            protects: Side::Applicant,
            from: today,
            until: today + Duration::days(10),
            note: String::new(),
        };
        take(&house, &desk, TWO, order.into()).unwrap();
        twin(ONE, fix(joint, 0));
        take(&house, &desk, ONE, fix(shuttle, 0).into()).unwrap();
    }
}
