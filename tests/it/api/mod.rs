//! The JSON API as a program sees it, on both databases.
mod decisions;
mod document;
mod idempotency;
mod more;
mod others;
mod pages;
pub(crate) mod program;

use crate::databases::fresh;
use crate::residents::house::House;
use ieum::domain::codes::{Role, TokenScope};
use program::{Program, program};
use serde_json::{Value, json};

/// A complaint at the desk.
pub(crate) fn complaint(house: &House, unit: &str) -> Value {
    json!({"channel": "phone", "complaint": {
        "complex_id": house.complex.0, "cause": "footfall", "position": "above",
        "applicant": {"name": "김영희", "phone": "010-1234-5678", "building": "101", "unit": unit},
        "respondent": {"building": "101", "unit": "1303"}, "times": ["22-24"],
        "narrative": "밤마다 쿵쿵거립니다", "wishes": "조용하면 좋겠습니다",
    }})
}

/// The office of the house's 단지.
pub(crate) fn office(house: &House) -> Program {
    program(house, "office", Role::Manager, Some(house.office), TokenScope::Write)
}

#[test]
fn a_case_is_filed_and_found() {
    for base in fresh() {
        let house = House::open(base);
        let office = office(&house);
        let me = office.get("/api/v1/me").of(200);
        assert_eq!(me["me"]["roles"][0]["role"], "manager");
        assert_eq!(me["me"]["token"]["scope"], "write");
        let filed = office.post("/api/v1/cases", &complaint(&house, "1203")).of(201);
        let number = filed["case"]["number"].as_str().unwrap().to_owned();
        assert!(filed["case"]["receipt"].as_str().unwrap().starts_with("/r/"));
        let path = format!("/api/v1/cases/{number}");
        let summary = office.get(&path);
        assert!(!summary.text.contains("김영희") && !summary.text.contains("1203"), "{}", summary.text);
        assert_eq!(summary.of(200)["case"]["stage"], "received");
        let found = office.post("/api/v1/cases/search", &json!({"q": "ㄱㅇㅎ"})).of(200);
        assert_eq!(found["cases"][0]["number"], number);
        let hint = json!({"complex_id": house.complex.0, "doors": [{"building": "101", "unit": "1203"}]});
        assert_eq!(office.post("/api/v1/cases/duplicates", &hint).of(200)["cases"][0]["number"], number);
        let duties = office.get("/api/v1/duties").of(200);
        assert_eq!(duties["duties"][0]["case"], number);
        assert_eq!(duties["duties"][0]["kind"], "open_inquiry");
    }
}

#[test]
fn pages_of_a_list_join_without_gap_or_repetition() {
    for base in fresh() {
        let house = House::open(base);
        let office = office(&house);
        // Received at the same instant, so that only the id tells them apart.
        for unit in ["101", "102", "103", "104", "105"] {
            office.post("/api/v1/cases", &complaint(&house, unit)).of(201);
        }
        let (mut seen, mut path) = (Vec::new(), "/api/v1/cases?limit=2".to_owned());
        loop {
            let page = office.get(&path).of(200);
            seen.extend(
                page["cases"].as_array().unwrap().iter().map(|c| c["number"].as_str().unwrap().to_owned()),
            );
            let Some(next) = page["meta"]["next"].as_str() else { break };
            path = format!("/api/v1/cases?limit=2&after={next}");
        }
        assert_eq!(seen, ["2026-0005", "2026-0004", "2026-0003", "2026-0002", "2026-0001"]);
        let closed = office.get("/api/v1/cases?open=false").of(200);
        assert_eq!(closed["cases"].as_array().unwrap().len(), 0);
        for (query, field) in [
            ("limit=0", "limit"),
            ("limit=x", "limit"),
            ("after=zz", "after"),
            ("stage=zz", "stage"),
            ("colour=red", "colour"),
        ] {
            let refused = office.get(&format!("/api/v1/cases?{query}"));
            assert_eq!((refused.problem(422), refused.fields()), ("invalid", vec![field]), "{query}");
        }
    }
}

#[test]
fn what_is_refused_is_told_with_a_stable_code() {
    for base in fresh() {
        let house = House::open(base);
        let office = office(&house);
        office.post("/api/v1/cases", &complaint(&house, "1203")).of(201);
        let steps = "/api/v1/cases/2026-0001/steps";
        let json_head = [("Content-Type", "application/json")];

        let nobody = Program::nobody(&house);
        let refused = nobody.get("/api/v1/cases");
        assert_eq!(refused.problem(401), "bad_token");
        assert!(refused.head.to_lowercase().contains("www-authenticate: bearer"), "{}", refused.head);
        let forged = Program { token: Some("ieum_0000".to_owned()), ..nobody };
        assert_eq!(forged.get("/api/v1/cases").problem(401), "bad_token");

        let reader = program(&house, "reader", Role::Manager, Some(house.office), TokenScope::Read);
        assert_eq!(reader.get("/api/v1/cases/2026-0001").status, 200);
        assert_eq!(
            reader.get("/api/v1/cases/2026-0001/file").status,
            200,
            "opening is recorded, yet reading"
        );
        assert_eq!(reader.post("/api/v1/cases/search", &json!({"q": "김"})).status, 200);
        let refused = reader.post(steps, &json!({"step": "open_inquiry"}));
        assert_eq!(refused.problem(403), "read_only_token");
        assert_eq!(house.case().version, 1);

        let other = program(&house, "stranger", Role::Member, Some(house.committee), TokenScope::Write);
        for path in ["", "/file", "/history", "/steps", "/candidates", "/accesses", "/mails"] {
            let refused = other.get(&format!("/api/v1/cases/2026-0001{path}"));
            assert_eq!(refused.problem(404), "not_found", "{path}");
        }
        assert_eq!(other.post(steps, &json!({"step": "open_inquiry"})).problem(404), "not_found");
        assert_eq!(other.post("/api/v1/cases", &complaint(&house, "1")).problem(403), "denied");

        assert_eq!(office.send("POST", steps, &json_head, "{").problem(400), "bad_json");
        assert_eq!(
            office.send("POST", steps, &[("Content-Type", "text/plain")], "{}").problem(415),
            "not_json"
        );
        let long = format!("\"{}\"", "가".repeat(400_000));
        assert_eq!(office.send("POST", steps, &json_head, &long).problem(413), "too_large");
        let unknown = office.post(steps, &json!({"step": "open_inquiry", "colour": "red"}));
        assert_eq!((unknown.problem(422), unknown.fields()), ("invalid", vec!["colour"]));
        let mut odd = complaint(&house, "1204");
        odd["complaint"]["applicant"]["age"] = json!(40);
        let unknown = office.post("/api/v1/cases", &odd);
        assert_eq!((unknown.problem(422), unknown.fields()), ("invalid", vec!["complaint.applicant.age"]));
        odd["complaint"]["applicant"] = json!({"name": "김영희", "phone": "12"});
        assert_eq!(office.post("/api/v1/cases", &odd).fields(), ["complaint.applicant.phone"]);

        let early = office.post(steps, &json!({"step": "close", "outcome": "settled", "reason": "합의"}));
        assert_eq!(early.problem(409), "outcome_needs_agreement");
        let stale = office.post(steps, &json!({"step": "open_inquiry", "version": 7}));
        assert_eq!(stale.problem(409), "conflict");
        let put = office.send("PUT", steps, &json_head, "{}");
        assert_eq!(put.problem(405), "method_not_allowed");
        assert!(put.head.to_lowercase().contains("allow: get, post"), "{}", put.head);
        assert_eq!(office.get("/api/v1/nothing").problem(404), "not_found");
    }
}

#[test]
fn a_token_ends_with_its_makers_account_and_roles() {
    use ieum::store::{StoreError, tokens, users};
    for base in fresh() {
        let house = House::open(base);
        let office = office(&house);
        office.post("/api/v1/cases", &complaint(&house, "1203")).of(201);
        let now = house.now();
        let ended = house.db.write_here(|tx| {
            for grant in users::grants_of(tx, office.user)? {
                users::end_grant(tx, grant.id, None, now)?;
            }
            Ok::<_, StoreError>(())
        });
        ended.unwrap();
        assert_eq!(office.get("/api/v1/me").of(200)["me"]["roles"], json!([]));
        assert_eq!(office.get("/api/v1/cases/2026-0001").problem(404), "not_found");
        house.db.write_here(|tx| users::set_disabled(tx, office.user, true)).unwrap();
        assert_eq!(office.get("/api/v1/me").problem(401), "bad_token");
        house.db.write_here(|tx| users::set_disabled(tx, office.user, false)).unwrap();
        assert_eq!(office.get("/api/v1/me").status, 200);
        house.db.write_here(|tx| tokens::revoke_all(tx, office.user, now)).unwrap();
        assert_eq!(office.get("/api/v1/me").problem(401), "bad_token");
    }
}
