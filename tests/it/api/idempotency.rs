//! The same request sent again is done once.
use super::{complaint, office};
use crate::databases::fresh;
use crate::residents::house::House;
use serde_json::json;

#[test]
fn sixteen_requests_under_one_key_have_one_effect() {
    for base in fresh() {
        let house = House::open(base);
        let office = office(&house);
        let body = complaint(&house, "1203");
        let answers: Vec<_> = std::thread::scope(|scope| {
            let calls: Vec<_> =
                (0..16).map(|_| scope.spawn(|| office.post_once("k-1", "/api/v1/cases", &body))).collect();
            calls.into_iter().map(|call| call.join().unwrap()).collect()
        });
        let texts: std::collections::BTreeSet<&str> = answers.iter().map(|a| a.text.as_str()).collect();
        assert!(answers.iter().all(|a| a.status == 201), "{answers:?}");
        assert_eq!(texts.len(), 1, "everyone is given the same answer");
        let replayed =
            answers.iter().filter(|a| a.head.to_lowercase().contains("idempotency-replayed: true"));
        assert_eq!(replayed.count(), 15);
        assert_eq!(house.case().number, "2026-0001", "the only case");
    }
}

#[test]
fn a_key_stands_for_one_request_of_one_person() {
    for base in fresh() {
        let house = House::open(base);
        let program = office(&house);
        let first = program.post_once("k", "/api/v1/cases", &complaint(&house, "1203")).of(201);
        let other = program.post_once("k", "/api/v1/cases", &complaint(&house, "1204"));
        assert_eq!(other.problem(422), "idempotency_mismatch");
        let elsewhere =
            program.post_once("k", "/api/v1/cases/2026-0001/steps", &json!({"step": "open_inquiry"}));
        assert_eq!(elsewhere.problem(422), "idempotency_mismatch", "the path belongs to the request");
        let colleague = super::program::program(
            &house,
            "colleague",
            ieum::domain::codes::Role::Manager,
            Some(house.office),
            ieum::domain::codes::TokenScope::Write,
        );
        let own = colleague.post_once("k", "/api/v1/cases", &complaint(&house, "1203")).of(201);
        assert_ne!(own["case"]["number"], first["case"]["number"], "keys of two people do not meet");
        let long = "k".repeat(256);
        let refused = program.post_once(&long, "/api/v1/cases", &complaint(&house, "1"));
        assert_eq!(refused.problem(400), "bad_idempotency_key");
        house.wait(chrono::Duration::hours(25));
        program.post_once("k", "/api/v1/cases", &complaint(&house, "1205")).of(201);
    }
}

#[test]
fn a_refused_request_is_not_kept() {
    for base in fresh() {
        let house = House::open(base);
        let office = office(&house);
        let mut body = complaint(&house, "1203");
        body["complaint"]["applicant"]["phone"] = json!("12");
        assert_eq!(office.post_once("k", "/api/v1/cases", &body).problem(422), "invalid");
        office.post_once("k", "/api/v1/cases", &complaint(&house, "1203")).of(201);
        // A step that the case refuses now may be right later.
        let counsel = json!({"step": "counsel", "side": "applicant", "means": "phone", "summary": "들음"});
        let steps = "/api/v1/cases/2026-0001/steps";
        assert_eq!(
            office.post_once("c", steps, &json!({"step": "hand_over", "basis": "recommended"})).status,
            409
        );
        office.post(steps, &json!({"step": "open_inquiry"})).of(201);
        let taken = office.post_once("c2", steps, &counsel).of(201);
        assert_eq!(office.post_once("c2", steps, &counsel).of(201), taken);
        assert_eq!(house.case().last_seq, 3);
    }
}

/// What is kept of an answer is sealed: a receipt's path must not lie in the table for everyone to read.
#[test]
fn kept_answers_are_sealed() {
    let house = House::open(crate::databases::fresh_sqlite());
    let filed = office(&house).post_once("k", "/api/v1/cases", &complaint(&house, "1203")).of(201);
    let receipt = filed["case"]["receipt"].as_str().unwrap().to_owned();
    let file = house.file();
    let bytes: Vec<u8> =
        ["", "-wal"].iter().filter_map(|end| std::fs::read(format!("{file}{end}")).ok()).flatten().collect();
    let has = |needle: &str| bytes.windows(needle.len()).any(|w| w == needle.as_bytes());
    assert!(has("v1."), "the file was read");
    assert!(!has(&receipt));
}
