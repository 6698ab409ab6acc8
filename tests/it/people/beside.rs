//! Those who stand beside a side: what a proxy may do at every door, and what joint parties consent to.
use super::{case, consent, mediating, refused, take};
use crate::api::program::{Program, program};
use crate::databases::fresh;
use crate::residents::house::{Browser, House};
use crate::residents::{apply, send, version_on};
use crate::staff::{step, taken};
use ieum::domain::codes::{AgreementKind, MeetingKind, Method, PersonKind, Role, Side, Stage, TokenScope};
use ieum::domain::permission::Actor;
use ieum::domain::step::{Seq, Step, Term};
use ieum::store::parties::{self, Details};
use serde_json::{Value, json};

/// The address of the first link after these words.
fn link_after(body: &str, words: &str) -> String {
    let rest = body.split(words).nth(1).unwrap_or_else(|| panic!("{words} is not in {body}"));
    let path = rest.split("href=\"/r/").nth(1).unwrap().split('"').next().unwrap();
    format!("/r/{path}")
}

fn terms() -> Vec<Term> {
    let (who, what) = ("상대방".to_owned(), "밤 10시 뒤에 뛰지 않기".to_owned());
    vec![Term { who, what, from: None, until: None, check: String::new() }]
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

/// Adds a proxy named so, through the desk's own page.
fn proxy(desk: &mut Browser, house: &House, number: &str, name: &str, authority: &[&str]) -> Seq {
    let mut form = vec![
        ("side", "applicant"),
        ("kind", "proxy"),
        ("person_name", name),
        ("person_phone", "010-2222-3333"),
    ];
    form.extend(authority.iter().map(|a| ("authority", *a)));
    taken(desk, number, "add_person", &form);
    case(house, number).people.last().unwrap().seq
}

/// A joint party of this side, written down as the desk would.
fn joint(house: &House, desk: &Actor, number: &str, (side, name): (Side, &str)) -> Seq {
    let add = Step::AddPerson {
        side,
        kind: PersonKind::Joint,
        authority: vec![],
        agreed: false,
        apart: false,
        note: String::new(),
    };
    let person = Some(Details { name: name.to_owned(), ..Details::default() });
    let taking = ieum::casework::step::Taking { person, ..add.into() };
    take(house, desk, number, taking).unwrap().seq
}

fn came_for_the_side(house: &House, office: &mut Browser, number: &str, meets: Seq) {
    // Who came for the side is asked like everything else that is done for it.
    let speaks = proxy(office, house, number, "윤대리", &["speak"]).to_string();
    let came = |who| {
        [
            ("kind", "joint"),
            ("applicant", "yes"),
            ("applicant_by", who),
            ("respondent", "yes"),
            ("result", "이야기함"),
        ]
    };
    let page = step(office, number, "hold_session", &came(&speaks));
    assert!(page.status == 409 && page.body.contains("권한을 받지 않아"), "{} {}", page.status, page.body);
    taken(office, number, "hold_session", &came(&meets.to_string()));
}

#[test]
fn a_proxy_binds_the_side_only_within_their_authority_at_every_door() {
    for base in fresh() {
        let house = House::open(base);
        let receipt = send(&mut apply(&house, "kim@example.com", "hide_unit"));
        let (desk, number) = mediating(&house);
        let (_, mut office) = house.signed_in("정간사", Role::Secretary, house.committee);
        let api = program(&house, "강간사", Role::Secretary, Some(house.committee), TokenScope::Write);
        let meets = proxy(&mut office, &house, &number, "박대리", &["speak", "meet"]);
        came_for_the_side(&house, &mut office, &number, meets);
        take(&house, &desk, &number, Step::Draft { kind: AgreementKind::Full, terms: terms() }.into())
            .unwrap();
        let agreement = case(&house, &number).open_agreement().unwrap().seq;
        let by = |who: Seq| json!({"step": "sign", "agreement": agreement, "side": "applicant", "method": "paper", "by": who});
        let steps = format!("/api/v1/cases/{number}/steps");
        // The desk's page, its API, the party's page and the party's API: each says no, and why.
        let (a, m) = (agreement.to_string(), meets.to_string());
        let form =
            [("agreement", a.as_str()), ("side", "applicant"), ("method", "paper"), ("by", m.as_str())];
        let page = step(&mut office, &number, "sign", &form);
        assert!(
            page.status == 409 && page.body.contains("권한을 받지 않아"),
            "{} {}",
            page.status,
            page.body
        );
        let asked = api.post(&steps, &by(meets));
        assert_eq!(asked.problem(409), "no_authority", "{}", asked.text);
        let mut phone = house.browser();
        let shown = phone.get(&receipt);
        let sign = link_after(&shown.body, "합의서에 서명해 주세요");
        phone.get(&sign);
        let version = version_on(&phone.get(&sign).body);
        let version = ("version", version.as_str());
        let page = phone.post(&sign, &[("name", "박대리"), ("agree", "yes"), version]);
        assert!(page.status == 409 && page.body.contains("위임장으로 맡긴 일이 아니어서"), "{}", page.body);
        let nobody = Program::nobody(&house);
        let token = sign.trim_start_matches("/r/");
        let asked = nobody.post(
            "/api/v1/links/signature",
            &json!({"token": token, "name": "박대리", "agree": true, "version": version.1}),
        );
        assert_eq!(asked.problem(409), "not_now");
        assert!(asked.text.contains("위임장으로 맡긴 일이 아니어서"), "{}", asked.text);
        // Nor does the proxy take the application back.
        let refused = api.post(
            &format!("/api/v1/cases/{number}/steps"),
            &json!({"step": "close", "outcome": "withdrawn", "reason": "거둠", "by": meets}),
        );
        assert_eq!(refused.problem(409), "no_authority");
        let leave = format!("{receipt}/withdraw");
        assert!(!phone.get(&leave).body.contains("누가 답하십니까?"), "nobody else may take it back");
        let page = phone.post(&leave, &[("by", &m), ("reason", "")]);
        assert!(page.status == 409 && page.body.contains("위임장으로"), "{}", page.body);
        let asked = nobody.post(
            "/api/v1/links/withdrawal",
            &json!({"token": receipt.trim_start_matches("/r/"), "by": meets}),
        );
        assert_eq!(asked.problem(409), "not_now");
        assert!(case(&house, &number).is_open() && case(&house, &number).agreements[0].signed().is_empty());
        // With the authority the same name signs, by the same link; the record says who did.
        proxy(&mut office, &house, &number, "최대리", &["agree"]);
        phone.get(&sign);
        let (_, page) = phone.post_on(&sign, &[("name", "최 대리"), ("agree", "yes"), version]);
        assert!(page.body.contains("서명하셨습니다"), "{}", page.body);
        assert_eq!(case(&house, &number).agreements[0].signed(), [Side::Applicant]);
        let log = office.get(&format!("/cases/{number}/log"));
        assert!(log.body.contains("누가 했습니까") && log.body.contains("신청인 대리인"), "{}", log.body);
    }
}

#[test]
fn every_joint_party_consents_for_themself_before_the_side_takes_part() {
    for (side, base) in Side::ALL.iter().flat_map(|side| fresh().into_iter().map(|base| (*side, base))) {
        let house = House::open(base);
        send(&mut apply(&house, "kim@example.com", "hide_unit"));
        let (desk, number) = mediating(&house);
        let (_, mut office) = house.signed_in("정간사", Role::Secretary, house.committee);
        let who = joint(&house, &desk, &number, (side, "함께한이웃"));
        assert_eq!(refused(take(&house, &desk, &number, held().into())), "joint_consent");
        let page = office.get(&format!("/cases/{number}/parties"));
        assert!(page.body.contains("조정 참여 동의를 아직 받지 않음"), "{}", page.body);
        let w = who.to_string();
        taken(&mut office, &number, "consent", &[("side", side.code()), ("by", &w), ("method", "paper")]);
        let page = office.get(&format!("/cases/{number}/parties"));
        assert!(page.body.contains("조정 참여에 동의함"), "{}", page.body);
        take(&house, &desk, &number, held().into()).unwrap();
        // It is that person's consent in the table of consents, and theirs alone is withdrawn with it.
        let id = case(&house, &number).id;
        let consents = || house.db.read_here(|rx| parties::consents_of(rx, id)).unwrap();
        let theirs = |c: &parties::Consent| c.purpose == "mediation" && c.person == Some(who);
        assert_eq!(consents().iter().filter(|c| theirs(c) && !c.text_version.is_empty()).count(), 1);
        let back =
            Step::WithdrawConsent { side, method: Method::Paper, reason: String::new(), by: Some(who) };
        take(&house, &desk, &number, back.into()).unwrap();
        let now = case(&house, &number);
        assert_eq!((now.stage, now.history.consented(side)), (Stage::Participation, false));
        let out: Vec<_> = consents().into_iter().filter(|c| c.withdrawn_at.is_some()).collect();
        assert!(out.len() == 1 && theirs(&out[0]), "{out:?}");
        // The page of the API shows whose it is.
        let api = program(&house, "강간사", Role::Secretary, Some(house.committee), TokenScope::Write);
        let file = api.get(&format!("/api/v1/cases/{number}/file")).of(200);
        let all: Vec<Value> = file["file"]["consents"].as_array().unwrap().clone();
        assert!(all.iter().any(|c| c["person"] == json!(who)), "{file}");
        // Whoever leaves is waited for no more.
        take(&house, &desk, &number, Step::EndPerson { person: who, reason: "x".into() }.into()).unwrap();
        assert!(case(&house, &number).history.consented(side));
        let main = take(&house, &desk, &number, consent(side).into());
        assert_eq!(self::refused(main), "consented");
    }
}
