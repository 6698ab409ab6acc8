//! `openapi.json` says what the code does.
use super::program::{Answer, Program, program};
use super::{complaint, office};
use crate::databases::{fresh, python};
use crate::residents::house::House;
use ieum::domain::codes::{Role, TokenScope};
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
    assert!(routed.len() > 50);
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

/// Every operation says what it takes, gives and refuses.
#[test]
fn every_operation_has_its_shapes_and_its_problems() {
    let document = openapi();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let what = format!("{method} {path}");
            let answers = operation["responses"].as_object().unwrap();
            let good: Vec<_> = answers.iter().filter(|(status, _)| status.starts_with('2')).collect();
            assert_eq!(good.len(), 1, "{what}");
            let schema = &good[0].1["content"]["application/json"]["schema"];
            assert!(
                schema.is_object() && schema.as_object().is_some_and(|s| !s.is_empty()),
                "{what}: {schema}"
            );
            let problems: Vec<_> =
                answers.iter().filter(|(status, _)| status.starts_with(['4', '5'])).collect();
            assert!(problems.len() >= 3 && answers.contains_key("default"), "{what}: {answers:?}");
            for (status, problem) in problems {
                let codes = &problem["content"]["application/problem+json"]["schema"]["allOf"][1];
                let codes = codes["properties"]["code"]["enum"].as_array().unwrap();
                assert!(!codes.is_empty(), "{what} {status}");
            }
            for name in path.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name)
            {
                let parameters = operation["parameters"].as_array().unwrap();
                assert!(parameters.iter().any(|p| p["name"] == name && p["in"] == "path"), "{what}: {name}");
            }
        }
    }
}

/// Every code by which the domain refuses a step is in the document: nobody adds one and forgets to say so.
#[test]
fn every_refusal_of_a_step_is_in_the_document() {
    use ieum::web::api::problems::{MEETING_REFUSALS, PROGRAMME_REFUSALS, REFUSALS, SEAT_REFUSALS};
    /// Not of steps that people take: the first line of a case, the import, the clock, links.
    const ELSEWHERE: [&str; 11] = [
        "already_filed",
        "diary_closed",
        "link_gone",
        "offer_not_due",
        "offer_over",
        "order_not_due",
        "pledge_needed",
        "proposal_not_due",
        "question_over",
        "referral_over",
        "unknown_event",
    ];
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = BTreeSet::new();
    for text in ["domain", "casework"].iter().flat_map(|folder| texts(&root.join(folder))) {
        found.extend(codes_after(&text, &["Refused::new(", "code: ", "missing("]));
    }
    let not_allowed = std::fs::read_to_string(root.join("domain/refusal.rs")).unwrap();
    let (_, not_allowed) = not_allowed.split_once("impl NotAllowed").unwrap();
    found.extend(codes_after(not_allowed, &["=> "]));
    assert!(found.len() > 50 && found.contains("proposal_needs_session"), "{found:?}");
    let untold: Vec<_> = (found.iter())
        .filter(|code| !ELSEWHERE.contains(&code.as_str()))
        .filter(|code| {
            ![REFUSALS, MEETING_REFUSALS, PROGRAMME_REFUSALS, SEAT_REFUSALS].concat().contains(&code.as_str())
        })
        .collect();
    assert!(untold.is_empty(), "{untold:?}");
}

/// The sources in a folder, without their unit tests.
fn texts(folder: &std::path::Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(texts(&path));
        } else if !path.ends_with("tests.rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            found.push(text.split("#[cfg(test)]").next().unwrap().to_owned());
        }
    }
    found
}

/// The first string after each mark that looks like a code.
fn codes_after(text: &str, marks: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for mark in marks {
        for rest in text.split(mark).skip(1) {
            let mut words = rest.split('"');
            let (before, code) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
            // `missing(` asks something first.
            let near = before.trim().is_empty() || *mark == "missing(";
            if near && !code.is_empty() && code.bytes().all(|b| b.is_ascii_lowercase() || b == b'_') {
                found.push(code.to_owned());
            }
        }
    }
    found
}

/// Answers noted for the judge, by the path as the document has it.
#[derive(Default)]
struct Notes(Vec<Value>);

impl Notes {
    fn add(&mut self, method: &str, path: &str, answer: &Answer) {
        self.0.push(json!({"method": method, "path": path, "status": answer.status, "body": answer.json}));
    }

    fn get(&mut self, who: &Program, path: &str) {
        let answer = who.get(&path.replace("{number}", NUMBER));
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        self.add("get", path, &answer);
    }
}

const NUMBER: &str = "2026-0001";
const STEPS: &str = "/api/v1/cases/{number}/steps";

/// A case walked by a program: every answer fits the document's schema, judged by an independent validator.
#[test]
fn answers_fit_the_document() {
    for base in fresh() {
        let house = House::open(base);
        let mut notes = Notes::default();
        let receipt = walk(&house, &mut notes);
        let desk = program(&house, "desk", Role::Secretary, Some(house.committee), TokenScope::Write);
        let contacts = "/api/v1/cases/{number}/contacts";
        let revealed = desk.post(&contacts.replace("{number}", NUMBER), &json!({"reason": "전화하려고"}));
        assert_eq!(revealed.json["contacts"][0]["phone"], "01012345678", "{}", revealed.text);
        notes.add("post", contacts, &revealed);
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
            "/api/v1/bodies",
            "/api/v1/programmes",
            "/api/v1/dongs",
            "/api/v1/tokens",
        ] {
            notes.get(&desk, path);
        }
        openly(&house, &receipt, &mut notes);
        ledger(&desk, &mut notes);
        roles(&house, &desk, &mut notes);
        judge(&notes.0);
    }
}

/// The office's part; gives the receipt's token.
fn walk(house: &House, notes: &mut Notes) -> String {
    let office = office(house);
    let filed = office.post("/api/v1/cases", &complaint(house, "1203"));
    notes.add("post", "/api/v1/cases", &filed);
    let steps = STEPS.replace("{number}", NUMBER);
    for step in [
        json!({"step": "open_inquiry"}),
        json!({"step": "counsel", "side": "applicant", "means": "phone", "summary": "석 달 전부터"}),
        json!({"step": "screen", "side": "applicant", "flags": [], "result": "ok"}),
        json!({"step": "investigate", "means": "visit", "findings": "저녁에 발소리"}),
        json!({"step": "recommend", "result": "continues", "content": "매트를 권했습니다"}),
        json!({"step": "hand_over", "basis": "requested"}),
    ] {
        let taken = office.post(&steps, &step);
        assert_eq!(taken.status, 201, "{step}: {}", taken.text);
        notes.add("post", STEPS, &taken);
    }
    let refused = office.post(&steps, &json!({"step": "close"}));
    assert_eq!(refused.status, 422);
    notes.add("post", STEPS, &refused);
    filed.json["case"]["receipt"].as_str().unwrap().strip_prefix("/r/").unwrap().to_owned()
}

/// What needs no token.
fn openly(house: &House, receipt: &str, notes: &mut Notes) {
    let nobody = Program::nobody(house);
    let shown = nobody.post("/api/v1/links/open", &json!({"token": receipt}));
    assert_eq!(shown.json["link"]["stage"], "participation", "{}", shown.text);
    assert!(!shown.text.contains("김영희"), "one's own data only behind a code");
    notes.add("post", "/api/v1/links/open", &shown);
    notes.get(&nobody, "/api/v1/complexes");
}

/// The 간사's ledger, out and tried in again.
fn ledger(desk: &Program, notes: &mut Notes) {
    let export = desk.post("/api/v1/exchange/export", &json!({"reason": "분기 보고"}));
    assert_eq!(export.json["export"]["count"], 1, "{}", export.text);
    notes.add("post", "/api/v1/exchange/export", &export);
    let files = &export.json["export"];
    let again = json!({"cases": files["cases"], "events": files["events"], "dry_run": true});
    let tried = desk.post("/api/v1/exchange/import", &again);
    assert_eq!(tried.status, 200, "what was handed out can be brought in: {}", tried.text);
    notes.add("post", "/api/v1/exchange/import", &tried);
    let broken = desk.post("/api/v1/exchange/import", &json!({"cases": "ref\n1\n"}));
    assert_eq!(broken.problem(422), "bad_ledger");
    notes.add("post", "/api/v1/exchange/import", &broken);
}

/// The operator gives a role and ends one; its holder sees no case from that moment on.
fn roles(house: &House, desk: &Program, notes: &mut Notes) {
    let admin = program(house, "admin", Role::Admin, None, TokenScope::Write);
    let people = admin.get("/api/v1/people?limit=2");
    assert!(people.json["meta"]["next"].is_string(), "{}", people.text);
    notes.add("get", "/api/v1/people", &people);
    let own = format!("/api/v1/people/{}/grants", desk.user.0);
    let grants = admin.get(&own);
    let grant = grants.json["grants"][0]["id"].as_i64().unwrap();
    notes.add("get", "/api/v1/people/{id}/grants", &grants);
    let given = admin.post(&own, &json!({"role": "chair", "body_id": house.committee.0}));
    assert_eq!(given.status, 201, "{}", given.text);
    notes.add("post", "/api/v1/people/{id}/grants", &given);
    let ended = admin.post(&format!("/api/v1/grants/{grant}/end"), &json!({}));
    assert_eq!(ended.status, 200, "{}", ended.text);
    notes.add("post", "/api/v1/grants/{id}/end", &ended);
    assert_eq!(desk.get(&format!("/api/v1/cases/{NUMBER}")).problem(404), "not_found");
}

pub(crate) fn judge(answers: &[Value]) {
    let folder = std::env::temp_dir().join(format!(
        "ieum_document_{}_{:?}",
        std::process::id(),
        std::thread::current().id()
    ));
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
