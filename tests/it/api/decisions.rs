//! Every decision that a link carries, taken by a program, on both databases: once, and refused to everybody else.
use super::complaint;
use super::program::{Answer, Program};
use crate::databases::fresh;
use crate::residents::house::House;
use chrono::Duration;
use ieum::casework::clockwork;
use ieum::domain::codes::{
    AgreementKind, HandOverBasis, MeetingKind, Method, OfferState, Outcome, Role, Route, Safety, Side, Stage,
};
use ieum::domain::letter::Letter;
use ieum::domain::step::{Step, Term};
use ieum::store::{StoreError, links};
use serde_json::{Value, json};

fn link(path: &str) -> String {
    path.strip_prefix("/r/").unwrap().to_owned()
}

fn post(house: &House, name: &str, body: &Value) -> Answer {
    Program::nobody(house).post(&format!("/api/v1/links/{name}"), body)
}

/// The page of the same link, as a telephone gets it: small, and without a cookie for whoever only looks.
fn looked_at(house: &House, token: &str) {
    let mut phone = house.browser();
    let page = phone.get(&format!("/r/{token}"));
    assert_eq!(page.status, 200, "{}", page.body);
    let title = page.body.split("<title>").nth(1).unwrap().split("</title>").next().unwrap();
    crate::residents::light(&mut phone, &page.body, title);
    assert!(phone.cookie("ieum_visitor").is_empty());
}

fn open(house: &House, token: &str) -> Value {
    looked_at(house, token);
    post(house, "open", &json!({ "token": token })).of(200)["link"].clone()
}

/// The token of the decision of this kind that waits for whoever has the receipt.
fn waiting(house: &House, receipt: &str, purpose: &str) -> String {
    let shown = open(house, receipt);
    let all = shown["waiting"].as_array().unwrap();
    let one = all.iter().find(|w| w["purpose"] == purpose).unwrap_or_else(|| panic!("no {purpose}: {shown}"));
    one["token"].as_str().unwrap().to_owned()
}

/// A resident's application, brought to the committee, with its letter; the receipt's and the letter's token.
fn lettered(house: &House) -> (String, String) {
    let mut own = complaint(house, "1203")["complaint"].clone();
    own["applicant"]["disclosure"] = json!("hide_unit");
    own["applicant"]["email"] = json!("kim@example.com");
    let filed = Program::nobody(house).post("/api/v1/intake", &own).of(201);
    let receipt = link(filed["case"]["receipt"].as_str().unwrap());
    let (office, desk) = (house.staff(Role::Manager), house.staff(Role::Secretary));
    house.take(&office, Step::OpenInquiry {});
    house.take(&office, screen(Side::Applicant));
    house.take(&office, Step::HandOver { basis: HandOverBasis::Requested, reason: "원함".to_owned() });
    let id = house.take(&desk, Step::Letter {}).letter.unwrap();
    let token = house.db.read_here(|rx| Ok::<_, StoreError>(links::token(rx, id))).unwrap();
    looked_at(house, &token);
    (receipt, token)
}

fn screen(side: Side) -> Step {
    Step::Screen { side, flags: vec![], result: Safety::Ok, note: String::new() }
}

#[test]
fn a_side_stops_taking_part_on_its_own_page_and_the_other_hears_only_that_it_stopped() {
    for base in fresh() {
        let house = House::open(base);
        let (receipt, other, offer) = offered(&house);
        post(&house, "offer", &json!({"token": offer, "accept": true})).of(201);
        let mut phone = house.browser();
        let page = phone.get(&format!("/r/{other}")).body;
        assert!(page.contains("그만 참여하고 싶다면") && !page.contains("신청 거두기"), "{page}");
        let path = format!("/r/{other}/leave");
        assert!(phone.get(&path).body.contains("불이익은 없습니다"));
        let why = "더는어렵습니다";
        let (_, shown) = phone.post_on(&path, &[("reason", why)]);
        assert!(!shown.body.contains("그만 참여하고 싶다면"), "{}", shown.body);
        let case = house.case();
        assert!(case.stage == Stage::Participation && !case.history.consented(Side::Respondent));
        let twice = phone.post(&path, &[("reason", "다시보내는까닭")]);
        assert_eq!(twice.status, 409, "once");
        assert!(twice.body.contains("다시보내는까닭"), "what was typed stays: {}", twice.body);
        assert_eq!(post(&house, "leaving", &json!({ "token": other })).problem(409), "not_now");
        assert!(!open(&house, &receipt).to_string().contains(why));
        assert!(!house.browser().get(&format!("/r/{receipt}")).body.contains(why));
        // Whoever changes their mind is asked again.
        post(&house, "consent", &json!({ "token": other })).of(201);
        assert!(house.case().history.consented(Side::Respondent));
        // The applicant can do the same without taking the application back.
        post(&house, "leaving", &json!({ "token": receipt })).of(201);
        assert!(house.case().is_open() && !house.case().history.consented(Side::Applicant));
    }
}

/// The respondent joins, the applicant consents, an offer goes out; receipts of both and the offer's token.
fn offered(house: &House) -> (String, String, String) {
    let (receipt, letter) = lettered(house);
    let join = |consent: bool| json!({"token": letter, "reply": "join", "consent": consent, "name": "이철수", "phone": "010-9999-8888"});
    let unticked = post(house, "letter", &join(false));
    assert_eq!((unticked.problem(422), unticked.fields()), ("invalid", vec!["consent"]));
    let joined = post(house, "letter", &join(true)).of(201);
    let other = link(joined["receipt"].as_str().unwrap());
    let version = house.case().version;
    let again = post(house, "letter", &join(true));
    assert!(matches!(again.status, 409 | 410), "an answer counts once: {}", again.text);
    assert_eq!(house.case().version, version);
    assert!(house.case().history.consented(Side::Respondent));

    assert_eq!(post(house, "consent", &json!({ "token": receipt })).of(201)["ok"], true);
    assert_eq!(post(house, "consent", &json!({ "token": receipt })).problem(409), "not_now");
    assert!(house.case().history.consented(Side::Applicant));

    let desk = house.staff(Role::Secretary);
    house.take(&desk, screen(Side::Respondent));
    house.take(&desk, Step::ChangeRoute { route: Route::Ngo, reason: "협약".to_owned() });
    while !house.mails().is_empty() {}
    let answer_by = house.now() + Duration::hours(72);
    let offer = Step::Offer { mediator: house.mediator, answer_by, wanted: vec![] };
    house.take(&house.staff(Role::Coordinator), offer);
    let mails = house.mails();
    let token = mails.iter().find_map(|m| match &m.letter {
        Letter::Offer { link, .. } => Some(link),
        _ => None,
    });
    (receipt, other, link(token.unwrap()))
}

#[test]
fn a_mediator_declines_once_with_a_reason() {
    for base in fresh() {
        let house = House::open(base);
        let (receipt, _, offer) = offered(&house);
        let shown = open(&house, &offer);
        assert_eq!((&shown["purpose"], &shown["open"]), (&json!("offer"), &json!(true)));
        for private in ["김영희", "이철수", "8888", "1203", "쿵쿵"] {
            assert!(!shown.to_string().contains(private), "{private}: {shown}");
        }
        let bare = post(&house, "offer", &json!({"token": offer, "accept": false}));
        assert_eq!((bare.problem(422), bare.fields()), ("invalid", vec!["reason"]));
        let wrong = post(&house, "offer", &json!({"token": receipt, "accept": true}));
        assert_eq!(wrong.problem(404), "not_found", "a receipt takes no offer");
        post(&house, "offer", &json!({"token": offer, "accept": false, "reason": "schedule"})).of(201);
        let case = house.case();
        assert_eq!((case.stage, case.offers[0].state), (Stage::Assigning, OfferState::Declined));
        let late = post(&house, "offer", &json!({"token": offer, "accept": true}));
        assert!(matches!(late.status, 409 | 410), "the first answer stands: {}", late.text);
        assert_eq!(house.case().version, case.version);
    }
}

#[test]
fn every_decision_of_the_way_is_taken_by_link() {
    for base in fresh() {
        let house = House::open(base);
        let (receipt, other, offer) = offered(&house);
        post(&house, "offer", &json!({"token": offer, "accept": true})).of(201);
        assert_eq!(house.case().stage, Stage::Mediating);
        slots(&house, &receipt);
        proposal(&house, &receipt, &other);
        signature(&house, &receipt, &other);
        follow_up(&house, &receipt);
        confirmation(&house, &receipt);
    }
}

fn slots(house: &House, receipt: &str) {
    let mediator = house.staff(Role::Mediator);
    let slots: Vec<_> = (2..4).map(|d| house.now() + Duration::days(d)).collect();
    let (kind, place) = (MeetingKind::Shuttle, "관리동 회의실".to_owned());
    house.take(
        &mediator,
        Step::ProposeSession { kind, slots: slots.clone(), minutes: 60, place: place.clone(), side: None },
    );
    let token = waiting(house, receipt, "slots");
    assert_eq!(open(house, &token)["slots"].as_array().unwrap().len(), 2);
    let odd = post(house, "slots", &json!({"token": token, "ok": ["2020-01-01T00:00:00Z"]}));
    assert_eq!((odd.problem(422), odd.fields()), ("invalid", vec!["ok"]));
    let chosen = json!({"token": token, "ok": [slots[0]]});
    post(house, "slots", &chosen).of(201);
    assert!(matches!(post(house, "slots", &chosen).status, 409 | 410));
    let session = house.case().sessions[0].clone();
    assert_eq!(session.answers, [(Some(Side::Applicant), vec![slots[0]])]);
    let session = Some(session.seq);
    house.take(
        &mediator,
        Step::FixSession {
            session,
            kind,
            starts_at: slots[0],
            minutes: 60,
            place,
            side: None,
            room: None,
            gap: 0,
        },
    );
    house.wait(Duration::days(3));
    let result = "이야기함".to_owned();
    house.take(
        &mediator,
        Step::HoldSession {
            session,
            kind,
            applicant: true,
            applicant_by: None,
            respondent: true,
            respondent_by: None,
            result,
            next: None,
            next_on: None,
        },
    );
}

fn terms() -> Vec<Term> {
    let (who, what) = ("상대방".to_owned(), "밤 10시 뒤에 뛰지 않기".to_owned());
    vec![Term { who, what, from: None, until: None, check: String::new() }]
}

fn proposal(house: &House, receipt: &str, other: &str) {
    let answer_by = ieum::domain::seoul::day(house.now() + Duration::days(7));
    let (kind, reason) = (AgreementKind::Full, String::new());
    house.take(&house.staff(Role::Mediator), Step::Propose { kind, terms: terms(), answer_by, reason });
    let token = waiting(house, receipt, "proposal");
    assert_eq!(open(house, &token)["terms"][0]["what"], "밤 10시 뒤에 뛰지 않기");
    let yes = json!({"token": token, "accept": true});
    assert_eq!(post(house, "slots", &json!({"token": token, "ok": []})).problem(404), "not_found");
    post(house, "proposal", &yes).of(201);
    assert!(matches!(post(house, "proposal", &yes).status, 409 | 410));
    let no =
        json!({"token": waiting(house, other, "proposal"), "accept": false, "note": "매트는 어렵습니다"});
    post(house, "proposal", &no).of(201);
    let case = house.case();
    let answers = [Side::Applicant, Side::Respondent].map(|side| case.proposals[0].answer_of(side));
    assert_eq!(answers, [Some(true), Some(false)]);
}

fn signature(house: &House, receipt: &str, other: &str) {
    let kind = AgreementKind::Full;
    house.take(&house.staff(Role::Mediator), Step::Draft { kind, terms: terms() });
    let token = waiting(house, receipt, "signature");
    let sign = |token: &str, name: &str, agree: bool| {
        let version = open(house, token)["version"].clone();
        post(house, "signature", &json!({"token": token, "name": name, "agree": agree, "version": version}))
    };
    assert_eq!(sign(&token, "김영희", false).fields(), ["agree"]);
    assert_eq!(sign(&token, "박아무", true).fields(), ["name"], "not the party's name");
    let other_text = json!({"token": token, "name": "김영희", "agree": true, "version": "0".repeat(64)});
    assert_eq!(post(house, "signature", &other_text).status, 409, "another text than the one that was read");
    assert!(house.case().agreements[0].signed().is_empty());
    sign(&token, "김영희", true).of(201);
    assert!(matches!(sign(&token, "김영희", true).status, 409 | 410));
    assert_eq!(house.case().agreements[0].signed(), [Side::Applicant]);
    sign(&waiting(house, other, "signature"), "이철수", true).of(201);
    assert!(open(house, receipt)["own"].is_null(), "the agreement is read after the code");
    let case = house.case();
    assert_eq!((case.stage, case.outcome()), (Stage::Closed, Some(Outcome::Settled)), "both have signed");
}

fn follow_up(house: &House, receipt: &str) {
    house.wait(Duration::days(15));
    let (id, now) = (house.case().id, house.now());
    house.db.write_here(|tx| clockwork::tick(tx, id, now)).unwrap();
    let token = waiting(house, receipt, "follow_up");
    assert!(open(house, &token)["due"].is_string());
    let told = json!({"token": token, "terms": ["partly"], "relation": "better", "note": "주말엔 들립니다"});
    let more = json!({"token": token, "terms": ["partly", "kept"], "relation": "better"});
    assert_eq!(post(house, "follow-up", &more).fields(), ["terms"], "more answers than promises");
    assert_eq!(post(house, "follow-up", &json!({"token": token})).fields(), ["terms_1"]);
    post(house, "follow-up", &told).of(201);
    assert!(matches!(post(house, "follow-up", &told).status, 409 | 410));
    let case = house.case();
    assert_eq!(case.follow_ups[0].answers.len(), 1, "{:?}", case.follow_ups);
}

fn confirmation(house: &House, receipt: &str) {
    let version = house.case().version;
    post(house, "confirmation", &json!({ "token": receipt })).of(201);
    assert_eq!(house.case().version, version + 1);
    assert_eq!(post(house, "confirmation", &json!({ "token": receipt })).problem(409), "not_now");
}

#[test]
fn a_link_that_was_replaced_or_forged_decides_nothing() {
    for base in fresh() {
        let house = House::open(base);
        let (_, letter) = lettered(&house);
        house.take(&house.staff(Role::Secretary), Step::Letter {});
        let version = house.case().version;
        let body = |token: &str| json!({"token": token, "reply": "decline"});
        assert_eq!(post(&house, "letter", &body(&letter)).problem(410), "link_gone");
        assert_eq!(post(&house, "letter", &body("1.AAAAAAAAAAAAAAAAAAAAAA")).problem(404), "not_found");
        assert_eq!(house.case().version, version);
        let by_phone =
            Step::Consent { side: Side::Applicant, method: Method::Phone, version: String::new(), by: None };
        house.take(&house.staff(Role::Secretary), by_phone);
    }
}
