//! What comes after an agreement: through pages, the clock and mails, on both databases.
use super::{case, mediating, screen, take};
use crate::api::program::{Program, program};
use crate::databases::fresh;
use crate::residents::house::{App, House};
use crate::residents::{apply, scanned, send, version_on};
use crate::staff::taken;
use chrono::Duration;
use ieum::domain::codes::{
    AgreementKind, DutyKind, FollowUpResult, LinkPurpose, MeetingKind, Method, Role, Side, Stage, TokenScope,
};
use ieum::domain::letter::{AgreementNews, Letter};
use ieum::domain::permission::Actor;
use ieum::domain::step::{Step, Term};
use serde_json::json;

pub(super) fn terms() -> Vec<Term> {
    let term = |what: &str| Term {
        who: "상대방".to_owned(),
        what: what.to_owned(),
        from: None,
        until: None,
        check: String::new(),
    };
    vec![term("밤 10시 뒤에 뛰지 않기"), term("의자 다리에 덮개 씌우기")]
}

/// A case of the committee in which a meeting of both sides was held.
pub(super) fn met(house: &House) -> (Actor, String) {
    send(&mut apply(house, "kim@example.com", "hide_unit"));
    let (desk, number) = mediating(house);
    let held = Step::HoldSession {
        session: None,
        kind: MeetingKind::Shuttle,
        applicant: true,
        applicant_by: None,
        respondent: true,
        respondent_by: None,
        result: "이야기함".to_owned(),
        next: None,
        next_on: None,
    };
    take(house, &desk, &number, held.into()).unwrap();
    for side in Side::ALL {
        take(house, &desk, &number, screen(*side).into()).unwrap();
    }
    (desk, number)
}

/// A case that both sides ended by an agreement, signed on paper.
pub(super) fn agreed(house: &House) -> (Actor, String) {
    let (desk, number) = met(house);
    let (kind, terms) = (AgreementKind::Full, terms());
    take(house, &desk, &number, Step::Draft { kind, terms }.into()).unwrap();
    let agreement = case(house, &number).open_agreement().unwrap().seq;
    for side in Side::ALL {
        let sign =
            Step::Sign { agreement, side: *side, method: Method::Paper, by: None, version: String::new() };
        take(house, &desk, &number, sign.into()).unwrap();
    }
    (desk, number)
}

/// Where the applicant was asked by mail how it goes.
fn follow_up_link(house: &House) -> String {
    let asked = |m: ieum::domain::letter::Outgoing| match m.letter {
        Letter::FollowUp { link, .. } => Some(link),
        _ => None,
    };
    super::apart::all_mails(house).into_iter().find_map(asked).unwrap()
}

fn news(house: &House) -> Vec<AgreementNews> {
    let said = |letter| if let Letter::AgreementNews { what, .. } = letter { Some(what) } else { None };
    house.mails().into_iter().filter_map(|m| said(m.letter)).collect()
}

#[test]
fn a_broken_term_is_a_duty_and_a_mail_of_the_desk_until_it_decides() {
    for base in fresh() {
        let house = House::open(base);
        let (desk, number) = agreed(&house);
        house.wait(Duration::days(15));
        let (_, mut page) = house.signed_in("김간사", Role::Secretary, house.committee);
        let todo = DutyKind::ConsiderReopening.label();
        assert!(!page.get("/todo").body.contains(todo));
        house.mails();
        let due = case(&house, &number).follow_ups[0].due;
        let (method, note) = (Method::Phone, String::new());
        let terms = vec![FollowUpResult::Kept, FollowUpResult::Broken];
        let told = |side| Step::FollowUp {
            due,
            side,
            result: None,
            terms: terms.clone(),
            relation: None,
            method,
            note: note.clone(),
        };
        take(&house, &desk, &number, told(Side::Applicant).into()).unwrap();
        assert_eq!(news(&house), [AgreementNews::Broken]);
        take(&house, &desk, &number, told(Side::Respondent).into()).unwrap();
        assert_eq!(news(&house), [], "once, however much is broken");
        assert!(page.get("/todo").body.contains(todo));
        let file = page.get(&format!("/cases/{number}"));
        assert!(file.body.contains(todo) && file.body.contains("/steps/reopen"), "{}", file.body);
        taken(&mut page, &number, "keep_closed", &[("reason", "매트를 새로 깔기로 함")]);
        assert!(!page.get("/todo").body.contains(todo));
        assert!(page.get(&format!("/cases/{number}/log")).body.contains("매트를 새로 깔기로 함"));
        let left = [("side", "respondent"), ("method", "phone"), ("reason", "더는 못 지키겠다고 함")];
        taken(&mut page, &number, "leave_agreement", &left);
        assert!(page.get("/todo").body.contains(todo));
        taken(&mut page, &number, "reopen", &[("reason", "left")]);
        assert!(!page.get("/todo").body.contains(todo));
        assert_eq!(case(&house, &number).stage, Stage::Mediating);
    }
}

#[test]
fn a_follow_up_asks_each_promise_on_its_page_and_by_telephone() {
    for base in fresh() {
        let house = House::open(base);
        let (_, number) = agreed(&house);
        house.wait(Duration::days(15));
        let (id, now) = (case(&house, &number).id, house.now());
        house.db.write_here(|tx| ieum::casework::clockwork::tick(tx, id, now)).unwrap();
        let link = follow_up_link(&house);
        scanned(&house, &link);
        let mut phone = house.in_app(App::Kakao);
        let page = phone.get(&link).body;
        assert!(page.contains("밤 10시 뒤에 뛰지 않기") && page.contains("의자 다리에"), "{page}");
        let half = phone.post(&link, &[("terms_1", "kept"), ("note", "고맙습니다")]);
        assert!(
            half.status == 422 && half.body.contains("고맙습니다"),
            "what was typed stays: {}",
            half.body
        );
        let none = phone.post(&link, &[("terms_1", "unanswered"), ("terms_2", "unanswered")]);
        assert!(none.status == 422 && none.body.contains("한 가지라도"), "{}", none.body);
        phone.post(&link, &[("terms_1", "kept"), ("terms_2", "partly"), ("relation", "better")]);
        let told = |side| case(&house, &number).follow_ups[0].told_by(side).cloned();
        let own = told(Side::Applicant).unwrap();
        assert_eq!(own.terms, [FollowUpResult::Kept, FollowUpResult::Partly]);
        assert_eq!(own.result, FollowUpResult::Partly);
        // The other side by telephone: the desk's form asks the same, in the same order.
        let (_, mut desk) = house.signed_in("김간사", Role::Secretary, house.committee);
        let form = desk.get(&format!("/cases/{number}/steps/follow_up")).body;
        assert!(form.contains("terms_2") && !form.contains("name=\"result\""), "{form}");
        let due = case(&house, &number).follow_ups[0].due.to_string();
        let said = [("due", due.as_str()), ("side", "respondent"), ("method", "phone"), ("terms_rows", "2")];
        let half = crate::staff::step(
            &mut desk,
            &number,
            "follow_up",
            &[&said[..], &[("terms_2", "kept")]].concat(),
        );
        assert!(half.status == 422 && half.body.contains("약속마다 하나씩"), "{}", half.body);
        let whole = [&said[..], &[("terms_1", "kept"), ("terms_2", "kept")]].concat();
        taken(&mut desk, &number, "follow_up", &whole);
        assert_eq!(case(&house, &number).follow_ups[0].result, Some(FollowUpResult::Partly));
        let shown = desk.get(&format!("/cases/{number}/agreements")).body;
        assert!(shown.contains("1번 지킴 · 2번 일부 지킴"), "{shown}");
    }
}

#[test]
fn a_side_signs_at_the_meeting_on_the_desks_device_and_the_paper_says_how_when_and_what() {
    for base in fresh() {
        let house = House::open(base);
        let (desk, number) = met(&house);
        let (kind, terms) = (AgreementKind::Full, terms());
        take(&house, &desk, &number, Step::Draft { kind, terms }.into()).unwrap();
        let (_, mut device) = house.signed_in("김간사", Role::Secretary, house.committee);
        let here = format!("/cases/{number}/signature?side=applicant");
        assert!(device.get(&format!("/cases/{number}/agreements")).body.contains("신청인 이 기기에서 서명"));
        let page = device.get(&here);
        assert!(page.body.contains("의자 다리에 덮개 씌우기"), "{}", page.body);
        let version = version_on(&page.body);
        let typed = |name: &'static str| [("name", name), ("agree", "yes"), ("version", version.as_str())];
        let other = device.post(&here, &typed("박아무"));
        assert!(other.status == 422 && other.body.contains("접수된 이름과 다릅니다"), "{}", other.body);
        let stale = device.post(&here, &[("name", "김영희"), ("agree", "yes"), ("version", "00")]);
        assert!(stale.status == 409 && stale.body.contains("내용이 바뀌었습니다"), "{}", stale.body);
        let agreement = case(&house, &number).open_agreement().unwrap().seq;
        let seq = agreement.to_string();
        let form = [("agreement", seq.as_str()), ("side", "applicant"), ("method", "tablet")];
        let past = crate::staff::step(&mut device, &number, "sign", &form);
        assert_eq!(past.status, 422, "nobody records as typed by the person what the person did not type");
        assert!(case(&house, &number).agreements[0].signatures.is_empty());
        assert_eq!(device.post(&here, &typed("김영희")).status, 303);
        assert_eq!(device.get(&here).status, 409, "signed");
        let api = program(&house, "강간사", Role::Secretary, Some(house.committee), TokenScope::Write);
        let path = format!("/api/v1/cases/{number}/signature");
        let body = |version: &str| json!({"agreement": agreement, "side": "respondent", "name": "이웃", "version": version, "agree": true});
        assert_eq!(api.post(&path, &body("00")).problem(409), "version_changed");
        api.post(&path, &body(&version)).of(201);
        let signed = &case(&house, &number).agreements[0];
        for side in Side::ALL {
            let signature = signed.signature(*side).unwrap();
            assert_eq!((signature.method, &signature.version), (Method::Tablet, &version));
        }
        let paper = device.get(&format!("/cases/{number}/print/agreement?seq={agreement}")).body;
        let short = ieum::casework::agreement::short(&version);
        assert!(
            paper.contains("이름을 적고 서명함") && paper.contains(&short) && paper.contains(&version),
            "{paper}"
        );
    }
}

/// The version of the text that a page shows.
fn version(page: &str) -> String {
    let rest = page.split("name=\"version\" value=\"").nth(1).unwrap();
    rest.split('"').next().unwrap().to_owned()
}

/// Where the newest mail leads to sign.
fn signing(house: &House) -> String {
    let asked = |m: ieum::domain::letter::Outgoing| match m.letter {
        Letter::AgreementToSign { link, .. } => Some(link),
        _ => None,
    };
    super::apart::all_mails(house).into_iter().filter_map(asked).next_back().unwrap()
}

/// The other side's own page: `read` is the version of the first text.
fn comment_on_the_own_page(house: &House, number: &str, theirs: &str, read: &str) {
    // On one's own page a comment is about the text that stood there, never about the one that took its place.
    let (mut home, of_case, now) = (house.browser(), case(house, number), house.now());
    home.get(theirs);
    let code = |tx: &mut ieum::store::Tx<'_>| {
        let live = ieum::store::links::live_of_case(tx, of_case.id, LinkPurpose::Receipt, now)?;
        let link = live.into_iter().find(|l| l.side == Some(Side::Respondent)).unwrap();
        ieum::store::unlock::make(tx, link.id, None, now)
    };
    let code = house.db.write_here(code).unwrap();
    let (_, opened) = home.post_on(&format!("{theirs}/unlock"), &[("code", &code)]);
    let shown_there = version(&opened.body);
    assert_ne!(shown_there, read);
    let said_there = format!("{theirs}/comment");
    let stale = home.post(&said_there, &[("comment", "첫 판에 대한 말"), ("version", read)]);
    assert!(stale.status == 409 && stale.body.contains("내용이 바뀌었습니다"), "{}", stale.body);
    assert!(stale.body.contains("첫 판에 대한 말"), "what was typed stays");
    assert_eq!(case(house, number).open_agreement().unwrap().comments.len(), 0);
    let fine = home.post(&said_there, &[("comment", "둘째 판에 대한 말"), ("version", &shown_there)]);
    assert_eq!(fine.status, 303);
}

#[test]
fn a_draft_is_commented_by_each_side_apart_and_its_next_version_shows_what_changed() {
    for base in fresh() {
        let house = House::open(base);
        let (desk, number) = met(&house);
        let kind = AgreementKind::Full;
        take(&house, &desk, &number, Step::Draft { kind, terms: terms() }.into()).unwrap();
        let first = signing(&house);
        let mut own = house.browser();
        let page = own.get(&first).body;
        assert!(page.contains("제1판") && !page.contains("에서 바뀐 것"), "{page}");
        let to = format!("{first}/comment");
        let read = version(&page);
        let empty = own.post(&to, &[("comment", " "), ("version", &read)]);
        assert!(empty.status == 422 && empty.body.contains("고치고 싶은 곳을 적어"), "{}", empty.body);
        let said = "아홉 시부터면 좋겠습니다";
        assert_eq!(own.post(&to, &[("comment", said), ("version", &read)]).status, 303);
        let blind = own.post(&to, &[("comment", "무엇에 대해서인지")]);
        assert!(blind.status == 422 && blind.body.contains("지금의 합의서를 읽고"), "{}", blind.body);
        assert!(own.get(&first).body.contains(said), "what one said oneself stays readable");
        assert!(
            super::apart::all_mails(&house)
                .iter()
                .any(|m| matches!(m.letter, Letter::AgreementNews { what: AgreementNews::Commented, .. }))
        );
        // Whoever writes the text reads it; the other side does not.
        let (_, mut office) = house.signed_in("김간사", Role::Secretary, house.committee);
        assert!(office.get(&format!("/cases/{number}/agreements")).body.contains(said));
        let file = program(&house, "강간사", Role::Secretary, Some(house.committee), TokenScope::Write)
            .get(&format!("/api/v1/cases/{number}/file"))
            .of(200)["file"]
            .clone();
        assert_eq!(file["agreements"][0]["comments"][0]["text"], said);
        let (now, second) = (house.now(), case(&house, &number));
        let theirs = house
            .db
            .write_here(|tx| ieum::casework::tell::receipt_path(tx, &second, Side::Respondent, now))
            .unwrap();
        let token = |path: &str| path.trim_start_matches("/r/").to_owned();
        let open = |path: &str| {
            let body = json!({ "token": token(path) });
            Program::nobody(&house).post("/api/v1/links/open", &body).of(200)["link"].clone()
        };
        let waiting = open(&theirs)["waiting"][0]["token"].as_str().unwrap().to_owned();
        let other = open(&format!("/r/{waiting}"));
        assert!(other["purpose"] == "signature" && !other.to_string().contains(said), "{other}");
        let version_of = open(&format!("/r/{waiting}"))["version"].clone();
        let body = json!({"token": waiting, "text": "덮개는 제가 사겠습니다", "version": version_of});
        Program::nobody(&house).post("/api/v1/links/comment", &body).of(201);
        assert!(!own.get(&first).body.contains("덮개는 제가"), "nor the other way round");
        // The page stays open while the text becomes another.
        let mut left_open = own.clone();
        // The next version says what changed, word by word; the old one takes neither comment nor signature.
        let mut next = terms();
        next[0].what = "밤 9시 뒤에 뛰지 않기".to_owned();
        take(&house, &desk, &number, Step::Draft { kind, terms: next }.into()).unwrap();
        let again = signing(&house);
        let page = own.get(&again).body;
        let words = ["제2판", "제1판에서 바뀐 것", "약속 1 바뀜", "</span>10시</del>", "</span>9시</ins>"];
        assert!(words.iter().all(|word| page.contains(word)) && !page.contains("약속 2 바뀜"), "{page}");
        let late = left_open.post(&to, &[("comment", "늦은 의견"), ("version", &read)]);
        assert!(late.status == 409 && late.body.contains("기다리는 합의서가 아닙니다"), "{}", late.body);
        assert!(
            late.body.contains("늦은 의견"),
            "what was typed stays though its form is gone: {}",
            late.body
        );
        comment_on_the_own_page(&house, &number, &theirs, &read);
        let shown = office.get(&format!("/cases/{number}/agreements")).body;
        assert!(
            shown.contains("제2판") && shown.contains("제1판에서 바뀐 것") && shown.contains(said),
            "{shown}"
        );
    }
}

fn asked(m: &ieum::domain::letter::Outgoing) -> Option<(bool, String)> {
    match &m.letter {
        Letter::FollowUp { again, link, .. } => Some((*again, link.clone())),
        _ => None,
    }
}

fn until(m: &ieum::domain::letter::Outgoing) -> Option<chrono::NaiveDate> {
    match &m.letter {
        Letter::FollowUp { until, .. } => Some(*until),
        _ => None,
    }
}

fn asked_to_follow_up(house: &House) -> Vec<(bool, String)> {
    super::apart::all_mails(house).iter().filter_map(asked).collect()
}

#[test]
fn after_an_outage_a_follow_up_is_asked_about_once() {
    for base in fresh() {
        let house = House::open(base);
        let (_, number) = agreed(&house);
        // Nothing ran until four days before the end.
        house.wait(Duration::days(14 + 11));
        tick(&house, &number);
        tick(&house, &number);
        house.wait(Duration::days(1));
        tick(&house, &number);
        let all = asked_to_follow_up(&house);
        assert_eq!(all.iter().map(|(again, _)| *again).collect::<Vec<_>>(), [false]);
    }
}

#[test]
fn who_signs_where_no_name_was_known_is_known_by_that_name() {
    for base in fresh() {
        let house = House::open(base);
        let (desk, number) = met(&house);
        let kind = AgreementKind::Full;
        take(&house, &desk, &number, Step::Draft { kind, terms: terms() }.into()).unwrap();
        let (now, before) = (house.now(), case(&house, &number));
        let agreement = before.open_agreement().unwrap().clone();
        let nameless = |tx: &mut ieum::store::Tx<'_>| {
            let party = ieum::store::parties::of_side(tx, before.id, Side::Respondent)?.unwrap();
            let details = ieum::store::parties::Details { name: String::new(), ..party.details };
            ieum::store::parties::update(tx, party.id, before.intake.complex, &details)
        };
        house.db.write_here(nameless).unwrap();
        let version = ieum::casework::agreement::fingerprint(&agreement);
        let signed = |name: &str| {
            let (name, version) = (name.to_owned(), version.clone());
            let (desk, number, seq) = (&desk, &number, agreement.seq);
            house.db.write_here(move |tx| {
                let said = (name.as_str(), version.as_str());
                ieum::casework::agreement::sign_here(tx, desk, number, (seq, Side::Respondent), said, now)
            })
        };
        for none in ["1234", &"가".repeat(41), " "] {
            match signed(none) {
                Err(ieum::casework::CaseworkError::Invalid(wrong)) => {
                    assert_eq!(wrong[0].0, "name", "{none}")
                }
                other => panic!("{none}: {other:?}"),
            }
        }
        signed("박 민수").unwrap();
        let known = house
            .db
            .read_here(|rx| ieum::store::parties::of_side(rx, before.id, Side::Respondent))
            .unwrap()
            .unwrap();
        assert_eq!(known.details.name, "박 민수", "nothing typed is lost");
    }
}

fn tick(house: &House, number: &str) {
    let (id, now) = (case(house, number).id, house.now());
    house.db.write_here(|tx| ieum::casework::clockwork::tick(tx, id, now)).unwrap();
}

#[test]
fn a_silent_side_is_reminded_once_and_the_last_follow_up_asks_what_it_thought_of_the_mediation() {
    for base in fresh() {
        let house = House::open(base);
        let (_, number) = agreed(&house);
        house.wait(Duration::days(15));
        tick(&house, &number);
        let first = asked_to_follow_up(&house);
        assert_eq!(first.iter().map(|(again, _)| *again).collect::<Vec<_>>(), [false]);
        for _ in 0..4 {
            house.wait(Duration::days(3));
            tick(&house, &number);
        }
        let mails = super::apart::all_mails(&house);
        let all: Vec<(bool, String)> = mails.iter().filter_map(asked).collect();
        let untils: std::collections::BTreeSet<_> = mails.iter().filter_map(until).collect();
        assert_eq!(all.iter().map(|(again, _)| *again).collect::<Vec<_>>(), [true], "once more, not again");
        assert_eq!(all[0].1, first[0].1, "by the link that they have");
        let told = case(&house, &number).follow_ups[0].due.checked_add_days(chrono::Days::new(13)).unwrap();
        assert!(
            untils.contains(&told) && untils.len() == 1,
            "the last day told is one on which an answer is taken: {untils:?}"
        );
        let mut own = house.browser();
        assert!(!own.get(&all[0].1).body.contains("내 이야기를 충분히"), "not yet");
        // The last of the three.
        let last = case(&house, &number).follow_ups[2].due;
        house.wait(ieum::domain::seoul::midnight(last) - house.now() + Duration::hours(12));
        tick(&house, &number);
        let link = asked_to_follow_up(&house).pop().unwrap().1;
        let page = own.get(&link).body;
        assert!(page.contains("내 이야기를 충분히") && page.contains("terms_2"), "{page}");
        let said = [("terms_1", "kept"), ("terms_2", "kept"), ("heard", "5"), ("pressure", "2")];
        let (_, done) = own.post_on(&link, &said);
        assert!(done.body.contains("답하셨습니다"), "{}", done.body);
        let (_, mut desk) = house.signed_in("김간사", Role::Secretary, house.committee);
        let form = [("side", "respondent"), ("method", "phone"), ("again", "1")];
        taken(&mut desk, &number, "survey", &form);
        let shown = desk.get(&format!("/cases/{number}/agreements")).body;
        assert!(shown.contains("매우 그렇다") && shown.contains("전혀 아니다"), "{shown}");
        let scores =
            |side| case(&house, &number).surveys.into_iter().find(|s| s.side == side).unwrap().scores;
        assert_eq!(scores(Side::Applicant).iter().flatten().count(), 2);
        assert_eq!(scores(Side::Respondent).iter().flatten().count(), 1);
        let sheet = desk.get(&format!("/cases/{number}/print/follow-up")).body;
        for word in ["사후점검 전화 기록지", "1. 상대방: 밤 10시 뒤에 뛰지 않기", "비슷한 일이 있으면"]
        {
            assert!(sheet.contains(word), "{word}: {sheet}");
        }
    }
}
