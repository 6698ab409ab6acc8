//! Residents without a token, the ward's figures, the operator.
use super::program::{Program, program};
use super::{complaint, office};
use crate::databases::fresh;
use crate::residents::house::House;
use ieum::domain::codes::{BodyKind, Role, Stage, TokenScope};
use ieum::store::bodies::{self, NewBody};
use ieum::store::complexes;
use serde_json::{Value, json};

/// A resident's complaint.
fn own(house: &House) -> Value {
    let mut own = complaint(house, "1203")["complaint"].clone();
    own["applicant"]["disclosure"] = json!("hide_unit");
    own["applicant"]["email"] = json!("kim@example.com");
    own
}

#[test]
fn a_resident_applies_follows_and_withdraws() {
    for base in fresh() {
        let house = House::open(base);
        let resident = Program::nobody(&house);
        let mut less = own(&house);
        less["applicant"]["phone"] = json!("");
        less["wishes"] = json!("");
        let refused = resident.post("/api/v1/intake", &less);
        assert_eq!((refused.problem(422), refused.fields()), ("invalid", vec!["applicant.phone", "wishes"]));
        let filed = resident.post_once("k", "/api/v1/intake", &own(&house)).of(201);
        assert_eq!(resident.post_once("k", "/api/v1/intake", &own(&house)).of(201), filed);
        let token = filed["case"]["receipt"].as_str().unwrap().strip_prefix("/r/").unwrap().to_owned();
        let device = "0123456789abcdef";
        let link = json!({"token": token, "device": device});
        let shown = resident.post("/api/v1/links/open", &link).of(200);
        assert_eq!((&shown["link"]["stage"], &shown["link"]["own"]), (&json!("received"), &Value::Null));

        assert_eq!(resident.post("/api/v1/links/code", &link).of(200)["sent"], true);
        // Mails to one person leave one after the other: the receipt's first.
        let mails = [house.mails(), house.mails()].concat();
        let code = mails.into_iter().find_map(|m| match m.letter {
            ieum::domain::letter::Letter::Code { code, .. } => Some(code),
            _ => None,
        });
        let unlock = |code: &str| json!({"token": token, "device": device, "code": code});
        let wrong = if code.as_deref() == Some("000000") { "000001" } else { "000000" };
        let refused = resident.post("/api/v1/links/unlock", &unlock(wrong));
        assert_eq!((refused.problem(422), refused.fields()), ("invalid", vec!["code"]));
        assert!(refused.text.contains("4번"), "the wrong one was counted: {}", refused.text);
        resident.post("/api/v1/links/unlock", &unlock(&code.unwrap())).of(200);
        let opened = resident.post("/api/v1/links/open", &link).of(200);
        assert_eq!(opened["link"]["own"]["name"], "김영희");
        let elsewhere = json!({"token": token, "device": "another-device-0"});
        assert_eq!(resident.post("/api/v1/links/open", &elsewhere).of(200)["link"]["own"], Value::Null);

        let forged = resident.post("/api/v1/links/open", &json!({"token": "1.AAAA"}));
        assert_eq!(forged.problem(404), "not_found");
        let sign = json!({"token": token, "name": "김영희", "agree": true, "version": "x"});
        assert_eq!(resident.post("/api/v1/links/signature", &sign).problem(404), "not_found");
        resident.post("/api/v1/links/withdrawal", &json!({"token": token})).of(201);
        assert_eq!(house.case().stage, Stage::Closed);
        assert_eq!(
            resident.post("/api/v1/links/withdrawal", &json!({"token": token})).problem(409),
            "not_now"
        );
    }
}

#[test]
fn wrong_letter_codes_are_counted() {
    for base in fresh() {
        let house = House::open(base);
        let guesser = Program::nobody(&house);
        let codes: Vec<u16> = (0..7)
            .map(|_| guesser.post_once("same", "/api/v1/letters/code", &json!({"code": "ABCD2345"})).status)
            .collect();
        assert_eq!(codes, [422, 422, 422, 422, 422, 429, 429]);
    }
}

#[test]
fn figures_are_for_the_ward_that_they_are_about() {
    for base in fresh() {
        let house = House::open(base);
        office(&house).post("/api/v1/cases", &complaint(&house, "1203")).of(201);
        let now = house.now();
        let new = NewBody { name: "서대문구청".into(), ward_code: "11410".into(), ..NewBody::default() };
        let body = house.db.write_here(|tx| bodies::add(tx, BodyKind::Ward, &new, now)).unwrap();
        let ward = program(&house, "ward", Role::Ward, Some(body), TokenScope::Read);
        let path = "/api/v1/indicators?from=2026-01-01&to=2027-01-01";
        let answer = ward.get(&format!("{path}&by=dong"));
        super::document::judge(&[
            json!({"method": "get", "path": "/api/v1/indicators", "status": 200, "body": answer.json}),
        ]);
        assert_eq!(answer.of(200)["report"]["ledger"]["received"], 1);
        // What would tell of single cases is refused, and so is a table that another one could be subtracted from.
        assert_eq!(ward.get(&format!("{path}&by=cause")).fields(), ["by"]);
        let complex = house.db.read_here(|rx| complexes::find(rx, house.complex)).unwrap().code;
        assert_eq!(ward.get(&format!("{path}&scope={complex}")).fields(), ["scope"]);
        let quarter = "/api/v1/indicators?from=2026-07-01&to=2026-10-01&suppress=true";
        let now = "/api/v1/indicators?from=2026-10-01&to=2027-01-01&suppress=true";
        let (dong, earlier) = ("&scope=1141055500", "&as_of=2026-11-01T00:00:00Z");
        for free in [
            &format!("{path}&suppress=true"),
            now,
            &format!("{quarter}{dong}"),
            &format!("{quarter}{earlier}"),
        ] {
            assert_eq!(ward.get(free).fields(), ["suppress"], "{free}");
        }
        assert_eq!(ward.get(&format!("{quarter}&by=dong")).fields(), ["suppress"], "nobody published it");
        assert_eq!(ward.get(&format!("{path}&scope=11440")).fields(), ["scope"]);
        assert_eq!(ward.get("/api/v1/indicators?from=2026-01-01&to=2026-01-01").fields(), ["to"]);
        assert_eq!(ward.get("/api/v1/indicators?from=2026-01-01").fields(), ["to"], "missing, and named");
        assert_eq!(office2(&house).get(path).problem(403), "denied");
        assert_eq!(ward.get("/api/v1/cases/2026-0001").problem(404), "not_found", "figures, never cases");
    }
}

fn office2(house: &House) -> Program {
    reader(house, "office2")
}

/// Somebody of the office who only reads.
pub(super) fn reader(house: &House, name: &str) -> Program {
    program(house, name, Role::Manager, Some(house.office), TokenScope::Read)
}

#[test]
fn only_the_operator_sets_up() {
    for base in fresh() {
        let house = House::open(base);
        let office = office(&house);
        let admin = program(&house, "admin", Role::Admin, None, TokenScope::Write);
        let new = json!({"code": "A2", "name": "둘째 단지", "households": 300, "tenure": "sale", "dong_code": "1141055500"});
        assert_eq!(office.post("/api/v1/complexes", &new).problem(403), "denied");
        let id = admin.post("/api/v1/complexes", &new).of(201)["id"].as_i64().unwrap();
        let again = admin.post("/api/v1/complexes", &new);
        assert_eq!((again.problem(422), again.fields()), ("invalid", vec!["code"]));
        let desk = json!({"kind": "office", "name": "둘째 단지 관리사무소", "complex_id": id});
        let body = admin.post("/api/v1/bodies", &desk).of(201)["id"].as_i64().unwrap();
        let invited = json!({"email": "lee@example.com", "name": "이소장", "grant": {"role": "manager", "body_id": body}});
        let person = admin.post("/api/v1/people", &invited).of(201)["id"].as_i64().unwrap();
        assert_eq!(house.mails().len(), 1, "the invitation");
        assert_eq!(office.get("/api/v1/people").problem(403), "denied");
        for path in
            ["people/1/disable", "people/1/enable", "people/1/reset", "people/1/invite", "grants/1/end"]
        {
            assert_eq!(office.post(&format!("/api/v1/{path}"), &json!({})).problem(403), "denied", "{path}");
        }
        assert_eq!(office.post("/api/v1/tokens/999/revoke", &json!({})).problem(404), "not_found");
        let none = admin.post("/api/v1/people/999/grants", &json!({"role": "admin"}));
        assert_eq!(none.problem(404), "not_found");
        admin.post(&format!("/api/v1/people/{person}/disable"), &json!({})).of(200);
        let odd = json!({"code": "A3", "name": "가", "households": 1, "tenure": "sale", "dong_code": "1141055500", "programme_id": 99});
        assert_eq!(admin.post("/api/v1/complexes", &odd).fields(), ["programme_id"]);
    }
}
