//! What the sides thought of a mediation that ended without an agreement: asked by the clock, answered by page and API, withdrawn
//! when the case is opened again. On both databases.
use super::afterwards::met;
use super::{case, take};
use crate::api::program::Program;
use crate::databases::fresh;
use crate::residents::house::{App, House};
use crate::residents::scanned;
use chrono::Duration;
use ieum::casework::clockwork;
use ieum::casework::tell::receipt_path;
use ieum::domain::codes::{Outcome, ReopenReason, Role, Score, Side};
use ieum::domain::letter::Letter;
use ieum::domain::permission::Actor;
use ieum::domain::step::Step;
use ieum::store::surveys;
use serde_json::json;

/// A mediation that both sides came to and that led to nothing.
fn ended(house: &House) -> (Actor, String) {
    let (desk, number) = met(house);
    let close =
        Step::Close { outcome: Outcome::NotAgreed, reason: "뜻이 모이지 않음".to_owned(), by: None };
    take(house, &desk, &number, close.into()).unwrap();
    (desk, number)
}

/// A round of the clock over every case that it looks at by itself.
fn clock(house: &House) {
    let now = house.now();
    for id in house.db.read_here(|rx| clockwork::waiting(rx, now, 100)).unwrap() {
        house.db.write_here(|tx| clockwork::tick(tx, id, now)).unwrap();
    }
}

/// To whom the survey went, whether once more, and by what link.
fn asked(house: &House) -> Vec<(String, bool, String)> {
    let mails = super::apart::all_mails(house).into_iter();
    mails
        .filter_map(|m| match m.letter {
            Letter::Survey { again, link, .. } => Some((m.to, again, link)),
            _ => None,
        })
        .collect()
}

fn own_page(house: &House, number: &str, side: Side) -> String {
    let (case, now) = (case(house, number), house.now());
    house.db.write_here(|tx| receipt_path(tx, &case, side, now)).unwrap()
}

#[test]
fn a_mediation_without_an_agreement_asks_each_side_once_by_mail_and_on_its_own_page() {
    for base in fresh() {
        let house = House::open(base);
        let (_, number) = ended(&house);
        house.wait(Duration::days(6));
        clock(&house);
        assert_eq!(asked(&house), [], "not yet");
        house.wait(Duration::days(1));
        clock(&house);
        clock(&house);
        let mails = asked(&house);
        assert_eq!(mails.len(), 1, "the respondent gave no address: {mails:?}");
        assert_eq!((mails[0].0.as_str(), mails[0].1), ("kim@example.com", false));
        let link = &mails[0].2;
        scanned(&house, link);
        let mut own = house.in_app(App::Naver);
        for _ in 0..3 {
            let page = own.get(link).body;
            assert!(page.contains("조정은 어떠셨나요?") && page.contains("내 이야기를 충분히"), "{page}");
            assert!(!page.contains("약속한 내용을"), "nothing was promised: {page}");
        }
        assert!(case(&house, &number).surveys.is_empty(), "looking is not answering");
        let nothing = own.post(link, &[]);
        assert!(nothing.status == 422 && nothing.body.contains("하나라도 골라"), "{}", nothing.body);
        let said = [("heard", "5"), ("pressure", "2"), ("understood", "1")];
        let (_, done) = own.post_on(link, &said);
        assert!(done.body.contains("답을 받았습니다"), "{}", done.body);
        own.post(link, &[("heard", "1")]);
        let scores =
            |side| case(&house, &number).surveys.into_iter().find(|s| s.side == side).unwrap().scores;
        let expected = [Some(Score::Five), None, None, Some(Score::Two), None, None];
        assert_eq!(scores(Side::Applicant), expected, "once, and nothing that was not asked");
        // The other side finds it on its own page; a program answers as its page does.
        let theirs = own_page(&house, &number, Side::Respondent);
        assert!(house.browser().get(&theirs).body.contains("조정은 어떠셨나요?"));
        let token = theirs.trim_start_matches("/r/").to_owned();
        let api = Program::nobody(&house);
        let open = api.post("/api/v1/links/open", &json!({ "token": token })).of(200)["link"].clone();
        assert_eq!(open["waiting"][0]["purpose"], "survey", "{open}");
        let token = open["waiting"][0]["token"].clone();
        let answer = |survey| api.post("/api/v1/links/survey", &json!({"token": token, "survey": survey}));
        assert_eq!(answer(json!({})).problem(422), "invalid");
        // It is told what is asked, and nothing else is dropped in silence.
        let asks =
            api.post("/api/v1/links/open", &json!({ "token": token })).of(200)["link"]["survey"].clone();
        let names: Vec<&str> = asks.as_array().unwrap().iter().map(|q| q["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["heard", "fair", "neutral", "pressure", "again"], "nothing was promised: {asks}");
        assert_eq!(answer(json!({"again": "4", "understood": "4"})).problem(409), "not_asked");
        answer(json!({"again": "4"})).of(201);
        assert_eq!(answer(json!({"again": "1"})).problem(409), "conflict");
        assert_eq!(scores(Side::Respondent)[5], Some(Score::Four));
        assert!(!house.browser().get(&theirs).body.contains("조정은 어떠셨나요?"), "answered");
        let (_, mut desk) = house.signed_in("김간사", Role::Secretary, house.committee);
        let shown = desk.get(&format!("/cases/{number}/agreements")).body;
        assert!(shown.contains("매우 그렇다"), "{shown}");
        let (seen, wrong) = house.db.read_here(surveys::differing).unwrap();
        assert!(seen == 1 && wrong.is_empty(), "{seen} {wrong:?}");
    }
}

#[test]
fn a_side_that_is_silent_is_reminded_once_and_then_left_alone() {
    for base in fresh() {
        let house = House::open(base);
        ended(&house);
        let mut all = Vec::new();
        for _ in 0..12 {
            house.wait(Duration::days(3));
            clock(&house);
            all.extend(asked(&house));
        }
        assert_eq!(all.iter().map(|(_, again, _)| *again).collect::<Vec<_>>(), [false, true]);
        assert_eq!(all[0].2, all[1].2, "by the link that they have");
        assert_eq!(house.browser().get(&all[0].2).status, 410, "its time is over");
    }
}

#[test]
fn a_survey_is_withdrawn_when_the_case_is_opened_again_and_what_was_said_stays() {
    for base in fresh() {
        let house = House::open(base);
        let (desk, number) = ended(&house);
        house.wait(Duration::days(8));
        clock(&house);
        let link = asked(&house).remove(0).2;
        let reopen = || Step::Reopen { reason: ReopenReason::Again, note: String::new() };
        take(&house, &desk, &number, reopen().into()).unwrap();
        let page = house.browser().get(&link);
        assert!(
            page.status == 200 && page.body.contains("지금은 이 답을 기다리지 않습니다"),
            "{}",
            page.body
        );
        house.browser().post(&link, &[("heard", "1")]);
        assert!(case(&house, &number).surveys.is_empty() && case(&house, &number).surveyed().is_empty());
        house.wait(Duration::days(7));
        clock(&house);
        assert_eq!(asked(&house), [], "no reminder of what is withdrawn");
        // Closed again without another meeting: the old link answers nothing of it.
        let close = Step::Close { outcome: Outcome::Counselled, reason: "다시".to_owned(), by: None };
        take(&house, &desk, &number, close.into()).unwrap();
        let asks = case(&house, &number).survey_asks.len();
        let mut old = house.browser();
        old.get(&link);
        assert_ne!(old.post(&link, &[("heard", "1")]).status, 303);
        let now = case(&house, &number);
        assert!(now.surveys.is_empty() && now.survey_asks.len() == asks, "{:?}", now.survey_asks);
        assert_eq!(house.db.read_here(surveys::differing).unwrap().1, []);
    }
}
