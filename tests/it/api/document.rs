//! `openapi.json` says what the code does.
use super::{complaint, office};
use crate::databases::{fresh, python};
use crate::residents::house::House;
use ieum::web::api::document::openapi;
use ieum::web::routes;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::process::Command;

#[test]
fn every_route_of_the_api_is_in_the_document() {
    let document = openapi();
    let told: BTreeSet<(String, String)> = (document["paths"].as_object().unwrap().iter())
        .flat_map(|(path, methods)| {
            methods.as_object().unwrap().keys().map(move |m| (m.to_uppercase(), path.clone()))
        })
        .collect();
    let routed: BTreeSet<(String, String)> = (routes::all().into_iter())
        .filter(|r| r.path.starts_with("/api/"))
        .map(|r| (r.method.to_string(), r.path.to_owned()))
        .collect();
    assert!(routed.len() > 15);
    assert_eq!(told, routed);
    let ids: BTreeSet<&str> = operations(&document).map(|o| o["operationId"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), routed.len(), "no two operations are called the same");
    let tags: BTreeSet<&str> =
        document["tags"].as_array().unwrap().iter().map(|t| t["name"].as_str().unwrap()).collect();
    for operation in operations(&document) {
        let id = operation["operationId"].as_str().unwrap();
        assert!(tags.contains(operation["tags"][0].as_str().unwrap()), "{id} has a tag that is described");
        let summary = operation["summary"].as_str().unwrap();
        assert!(summary.chars().any(|c| ('가'..='힣').contains(&c)), "{id}: {summary}");
    }
}

fn operations(document: &Value) -> impl Iterator<Item = &Value> {
    document["paths"].as_object().unwrap().values().flat_map(|m| m.as_object().unwrap().values())
}

#[test]
fn every_reference_resolves() {
    fn look(at: &Value, document: &Value, seen: &mut usize) {
        match at {
            Value::Object(members) => {
                if let Some(target) = members.get("$ref").and_then(Value::as_str) {
                    *seen += 1;
                    let pointer = target.strip_prefix('#').unwrap();
                    assert!(document.pointer(pointer).is_some(), "{target}");
                }
                members.values().for_each(|v| look(v, document, seen));
            }
            Value::Array(items) => items.iter().for_each(|v| look(v, document, seen)),
            _ => {}
        }
    }
    let document = openapi();
    let mut seen = 0;
    look(&document, &document, &mut seen);
    assert!(seen > 50, "{seen}");
}

/// A case walked by a program: every answer fits the document's schema, judged by an independent validator.
#[test]
fn answers_fit_the_document() {
    for base in fresh() {
        let house = House::open(base);
        let office = office(&house);
        let mut answers: Vec<Value> = Vec::new();
        let mut note = |method: &str, path: &str, status: u16, body: Value| {
            answers.push(json!({"method": method, "path": path, "status": status, "body": body}));
        };
        let filed = office.post("/api/v1/cases", &complaint(&house, "1203"));
        note("post", "/api/v1/cases", filed.status, filed.json);
        let steps = "/api/v1/cases/2026-0001/steps";
        for step in [
            json!({"step": "open_inquiry"}),
            json!({"step": "counsel", "side": "applicant", "means": "phone", "summary": "석 달 전부터"}),
            json!({"step": "screen", "side": "applicant", "flags": [], "result": "ok"}),
            json!({"step": "investigate", "means": "visit", "findings": "저녁에 발소리"}),
            json!({"step": "recommend", "result": "continues", "content": "매트를 권했습니다"}),
            json!({"step": "hand_over", "basis": "requested"}),
        ] {
            let taken = office.post(steps, &step);
            assert_eq!(taken.status, 201, "{step}: {}", taken.text);
            note("post", "/api/v1/cases/{number}/steps", taken.status, taken.json);
        }
        let desk = super::program::program(
            &house,
            "desk",
            ieum::domain::codes::Role::Secretary,
            Some(house.committee),
            ieum::domain::codes::TokenScope::Write,
        );
        let contacts = "/api/v1/cases/{number}/contacts";
        let revealed =
            desk.post(&contacts.replace("{number}", "2026-0001"), &json!({"reason": "전화하려고"}));
        assert_eq!(revealed.json["contacts"][0]["phone"], "01012345678", "{}", revealed.text);
        note("post", contacts, revealed.status, revealed.json);
        for path in [
            "/api/v1/me",
            "/api/v1/duties",
            "/api/v1/cases",
            "/api/v1/cases/{number}",
            "/api/v1/cases/{number}/file",
            "/api/v1/cases/{number}/history",
            "/api/v1/cases/{number}/steps",
            "/api/v1/cases/{number}/candidates",
            "/api/v1/cases/{number}/members",
            "/api/v1/cases/{number}/accesses",
            "/api/v1/cases/{number}/mails",
        ] {
            let answer = desk.get(&path.replace("{number}", "2026-0001"));
            assert_eq!(answer.status, 200, "{path}: {}", answer.text);
            note("get", path, answer.status, answer.json);
        }
        let refused = desk.post(steps, &json!({"step": "close"}));
        note("post", "/api/v1/cases/{number}/steps", refused.status, refused.json);
        judge(&answers);
    }
}

fn judge(answers: &[Value]) {
    let folder = std::env::temp_dir().join(format!("ieum_document_{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("openapi.json"), openapi().to_string()).unwrap();
    std::fs::write(folder.join("answers.json"), Value::from(answers.to_vec()).to_string()).unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/python/judge_answers.py");
    let judged = Command::new(python()).arg(script).arg(&folder).output().unwrap();
    let said =
        String::from_utf8_lossy(&judged.stdout).into_owned() + &String::from_utf8_lossy(&judged.stderr);
    assert!(judged.status.success(), "{said}");
    assert!(said.contains(&format!("{} answers fit", answers.len())), "{said}");
    std::fs::remove_dir_all(folder).unwrap();
}
