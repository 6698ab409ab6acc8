//! One's own account, the desk's papers and receipts, the operator's record, the ward's cases.
use super::program::{Answer, Program, program};
use super::{complaint, document, office};
use crate::accounts::{PASSWORD, log_in};
use crate::databases::fresh;
use crate::residents::house::House;
use ieum::casework::account;
use ieum::domain::codes::{BodyKind, HandOverBasis, Role, Safety, Side, TokenScope};
use ieum::domain::letter::Letter;
use ieum::domain::step::Step;
use ieum::store::bodies::{self, NewBody};
use ieum::store::users;
use serde_json::{Value, json};

fn fits(method: &str, path: &str, answer: &super::program::Answer) -> Value {
    json!({"method": method, "path": path, "status": answer.status, "body": answer.json})
}

#[test]
fn a_person_changes_their_own_account_with_their_password() {
    for base in fresh() {
        let house = House::open(base);
        let own = office(&house);
        let (now, hash) = (house.now(), account::hash_here(PASSWORD).unwrap());
        house.db.write_here(|tx| users::set_password(tx, own.user, &hash, now)).unwrap();
        let mut browser = house.browser();
        assert_eq!(log_in(&mut browser, "office@example.com", PASSWORD).status, 303);

        let wrong = own.post("/api/v1/me/details", &json!({"name": "", "phone": "12"}));
        assert_eq!((wrong.problem(422), wrong.fields()), ("invalid", vec!["name", "phone"]));
        own.post("/api/v1/me/details", &json!({"name": "한소장", "phone": "010-2222-3333"})).of(200);
        assert_eq!(own.get("/api/v1/me").of(200)["me"]["name"], "한소장");

        let reader = program(&house, "reader", Role::Manager, Some(house.office), TokenScope::Read);
        let change = |old: &str, new: &str| json!({"password": old, "new_password": new});
        let new = "아주 새로운 비밀번호";
        assert_eq!(
            reader.post("/api/v1/me/password", &change(PASSWORD, new)).problem(403),
            "read_only_token"
        );
        assert_eq!(own.post("/api/v1/me/password", &change("틀린 비밀번호", new)).fields(), ["password"]);
        assert_eq!(own.post("/api/v1/me/password", &change(PASSWORD, "짧다")).fields(), ["new_password"]);
        let logins = own.get("/api/v1/me/logins");
        assert_eq!(logins.json["logins"].as_array().unwrap().len(), 1, "{}", logins.text);
        let changed = own.post_once("k", "/api/v1/me/password", &change(PASSWORD, new));
        let again = own.post_once("k", "/api/v1/me/password", &change(PASSWORD, new));
        assert_eq!((changed.status, again.status), (200, 200), "{} {}", changed.text, again.text);
        assert!(again.head.to_lowercase().contains("idempotency-replayed: true"), "{}", again.head);
        assert_eq!(browser.get("/settings").status, 303, "every login ended");
        assert_eq!(log_in(&mut house.browser(), "office@example.com", PASSWORD).status, 422);
        let mut browser = house.browser();
        assert_eq!(log_in(&mut browser, "office@example.com", new).status, 303);

        let id = own.get("/api/v1/me/logins").of(200)["logins"][0]["id"].clone();
        let other = reader.post("/api/v1/me/logins/end", &json!({ "id": id }));
        assert_eq!(other.status, 403, "{}", other.text);
        own.post("/api/v1/me/logins/end", &json!({ "id": id })).of(200);
        assert_eq!(own.post("/api/v1/me/logins/end", &json!({ "id": id })).problem(404), "not_found");
        assert_eq!(browser.get("/settings").status, 303);
        own.post("/api/v1/me/logins/end", &json!({"id": null})).of(200);

        let to = |email: &str| json!({"email": email, "password": new});
        assert_eq!(own.post("/api/v1/me/address", &to("여기")).fields(), ["email"]);
        while !house.mails().is_empty() {}
        own.post_once("a", "/api/v1/me/address", &to("new@example.com")).of(200);
        own.post_once("a", "/api/v1/me/address", &to("new@example.com")).of(200);
        let mails = [house.mails(), house.mails()].concat();
        let asked: Vec<_> =
            mails.iter().filter(|m| matches!(m.letter, Letter::AddressChange { .. })).collect();
        assert_eq!(asked.len(), 1, "asked once");
        assert_eq!(asked[0].to, "new@example.com");
        assert_eq!(own.get("/api/v1/me").of(200)["me"]["email"], "office@example.com", "until it is used");
        document::judge(&[
            fits("get", "/api/v1/me/logins", &logins),
            fits("post", "/api/v1/me/password", &changed),
        ]);
    }
}

/// The office's case goes on to the committee.
fn hand_over(house: &House) {
    let (office, side, reason) = (house.staff(Role::Manager), Side::Applicant, "원함".to_owned());
    house.take(&office, Step::OpenInquiry {});
    house.take(&office, Step::Screen { side, flags: vec![], result: Safety::Ok, note: String::new() });
    house.take(&office, Step::HandOver { basis: HandOverBasis::Requested, reason });
}

fn says_nothing_of_the_applicant(text: &str) {
    for private in ["김영희", "5678", "1203", "쿵쿵"] {
        assert!(!text.contains(private), "the paper names nobody: {text}");
    }
}

#[test]
fn the_desk_prints_and_reissues() {
    for base in fresh() {
        let house = House::open(base);
        let office = office(&house);
        let filed = office.post("/api/v1/cases", &complaint(&house, "1203")).of(201);
        let old = filed["case"]["receipt"].as_str().unwrap().strip_prefix("/r/").unwrap().to_owned();
        let at = |rest: &str| format!("/api/v1/cases/2026-0001/{rest}");
        let nobody = Program::nobody(&house);
        let open = |token: &str| {
            nobody.post("/api/v1/links/open", &json!({"token": token, "device": "0123456789abcdef"}))
        };
        let stranger = program(&house, "stranger", Role::Member, Some(house.committee), TokenScope::Write);
        let other = [
            ("receipt", json!({"side": "respondent"})),
            ("receipt/code", json!({"side": "respondent", "check": "call"})),
        ];
        for (path, body) in other {
            assert_eq!(stranger.post(&at(path), &json!({})).problem(404), "not_found");
            assert_eq!(office.post(&at(path), &body).problem(404), "not_found");
        }
        assert_eq!(open(&old).status, 200);
        let made = office.post(&at("receipt"), &json!({}));
        let new = made.clone().of(201)["receipt"].as_str().unwrap().strip_prefix("/r/").unwrap().to_owned();
        assert_eq!(open(&old).problem(410), "link_gone");
        assert_eq!(open(&new).of(200)["link"]["own"], Value::Null);
        assert_eq!(office.post(&at("receipt/code"), &json!({})).fields(), ["check"]);
        let code = office.post(&at("receipt/code"), &json!({"check": "call"}));
        let digits = code.clone().of(201)["code"].clone();
        let unlock = json!({"token": new, "device": "0123456789abcdef", "code": digits});
        nobody.post("/api/v1/links/unlock", &unlock).of(200);
        assert_eq!(open(&new).of(200)["link"]["own"]["name"], "김영희");

        hand_over(&house);
        assert_eq!(office.get(&at("papers")).problem(404), "not_found", "the file went on to the committee");
        let desk = program(&house, "desk", Role::Secretary, Some(house.committee), TokenScope::Write);
        assert_eq!(desk.get(&at("papers/letter")).problem(404), "not_found", "not made yet");
        house.take(&house.staff(Role::Secretary), Step::Letter {});
        let list = desk.get(&at("papers"));
        let papers: Vec<_> =
            list.json["papers"].as_array().unwrap().iter().map(|p| p["paper"].as_str().unwrap()).collect();
        let kinds = "receipt application history evidence diary notice letter notification answer visit consent other-consent report";
        assert_eq!(papers, kinds.split(' ').collect::<Vec<_>>());
        for told in ["notification", "answer"] {
            says_nothing_of_the_applicant(
                &desk.get(&at(&format!("papers/{told}"))).of(200)["paper"].to_string(),
            );
        }
        let letter = desk.get(&at("papers/letter"));
        let text = letter.json["paper"].to_string();
        says_nothing_of_the_applicant(&text);
        assert!(text.contains("1303") && letter.json["paper"]["link"].as_str().unwrap().contains("/r/"));
        let receipt = desk.get(&at("papers/receipt"));
        assert!(receipt.json["paper"]["link"].as_str().unwrap().ends_with(&new), "{}", receipt.text);
        let history = desk.get(&at("papers/history"));
        assert!(history.text.contains("법정 사다리") && history.text.contains("김영희"), "{}", history.text);
        for none in ["papers/nothing", "papers/agreement", "papers/agreement?seq=3"] {
            assert_eq!(desk.get(&at(none)).problem(404), "not_found", "{none}");
        }
        let opened = desk.get(&at("accesses")).of(200)["accesses"].to_string();
        for what in ["\"code\"", "\"print\"", "\"papers\""] {
            assert!(opened.contains(what), "{what} is in the access record: {opened}");
        }
        let paper = "/api/v1/cases/{number}/papers/{paper}";
        document::judge(&[
            fits("post", "/api/v1/cases/{number}/receipt", &made),
            fits("post", "/api/v1/cases/{number}/receipt/code", &code),
            fits("get", "/api/v1/cases/{number}/papers", &list),
            fits("get", paper, &letter),
            fits("get", paper, &receipt),
            fits("get", paper, &history),
        ]);
    }
}

#[test]
fn the_operator_reads_the_record_and_keeps_mediators() {
    for base in fresh() {
        let house = House::open(base);
        let admin = program(&house, "admin", Role::Admin, None, TokenScope::Write);
        let office = office(&house);
        let mediator = format!("/api/v1/people/{}/mediator", house.mediator.0);
        for path in [mediator.as_str(), "/api/v1/audit"] {
            assert_eq!(office.get(path).problem(403), "denied", "{path}");
        }
        let body = json!({"ngo_id": house.ngo.0, "label": "조정위원", "max_load": 2, "dongs": ["1141055500"], "conflicts": ["A1"]});
        assert_eq!(office.post(&mediator, &body).problem(403), "denied");
        let with = |name: &str, value: Value| {
            let mut odd = body.clone();
            odd[name] = value;
            admin.post(&mediator, &odd).fields().join(" ")
        };
        assert_eq!(with("ngo_id", json!(house.office.0)), "ngo_id");
        assert_eq!(with("dongs", json!(["1"])), "dongs");
        assert_eq!(with("conflicts", json!(["없는 단지"])), "conflicts");
        assert_eq!(with("max_load", json!(51)), "max_load");
        admin.post(&mediator, &body).of(200);
        let kept = admin.get(&mediator);
        assert_eq!(kept.json["mediator"]["conflicts"], json!(["A1"]), "{}", kept.text);
        assert_eq!(admin.get(&format!("/api/v1/people/{}/mediator", admin.user.0)).problem(404), "not_found");

        let ward = json!({"kind": "ward", "name": "서대문구청", "ward_code": "11410"});
        admin.post("/api/v1/bodies", &ward).of(201);
        admin.post("/api/v1/dongs", &json!({"code": "1141099900", "name": "새동"})).of(201);
        let first = admin.get("/api/v1/audit?limit=1");
        let next = first.json["meta"]["next"].as_str().unwrap().to_owned();
        let second = admin.get(&format!("/api/v1/audit?limit=1&after={next}"));
        let ids = [&first, &second].map(|page| page.json["audit"][0]["id"].as_i64().unwrap());
        assert!(ids[0] > ids[1], "newest first, joined without repetition: {ids:?}");
        assert_eq!(admin.get("/api/v1/audit?after=x").fields(), ["after"]);
        let facts = office.get(&format!("/api/v1/complexes/{}/facts", house.complex.0));
        assert_eq!(facts.json["facts"][0]["dong_code"], "1141055500", "{}", facts.text);
        assert_eq!(office.get("/api/v1/complexes/999/facts").problem(404), "not_found");
        document::judge(&[
            fits("get", "/api/v1/people/{id}/mediator", &kept),
            fits("get", "/api/v1/audit", &first),
            fits("get", "/api/v1/complexes/{id}/facts", &facts),
        ]);
    }
}

/// The month and the days, never the moment: by that a case could be found elsewhere.
fn tells_no_moment(house: &House, cases: &Answer) {
    let first = &cases.json["cases"][0];
    let month = ieum::domain::seoul::day(house.now()).format("%Y-%m-01").to_string();
    assert_eq!((first["received_month"].as_str(), first["days"].as_i64()), (Some(month.as_str()), Some(0)));
    assert!(!cases.text.contains("T0") && !cases.text.contains('Z'), "{}", cases.text);
}

#[test]
fn a_ward_sees_pseudonyms_and_sends_on_what_has_no_complex() {
    for base in fresh() {
        let house = House::open(base);
        let now = house.now();
        let add = |name: &str, ward_code: &str| {
            let new = NewBody { name: name.into(), ward_code: ward_code.into(), ..NewBody::default() };
            house.db.write_here(|tx| bodies::add(tx, BodyKind::Ward, &new, now)).unwrap()
        };
        let (body, other) = (add("서대문구청", "11410"), add("양천구청", "11470"));
        let ward = program(&house, "ward", Role::Ward, Some(body), TokenScope::Write);
        let other = program(&house, "other", Role::Ward, Some(other), TokenScope::Write);
        let desk = office(&house);
        for unit in ["1203", "1205"] {
            desk.post("/api/v1/cases", &complaint(&house, unit)).of(201);
        }
        let mut unknown = complaint(&house, "1204")["complaint"].clone();
        unknown["complex_id"] = Value::Null;
        unknown["complex_typed"] = json!("새로 지은 아파트");
        unknown["applicant"]["disclosure"] = json!("hide_unit");
        unknown["area"] = json!("11410");
        let filed = Program::nobody(&house).post("/api/v1/intake", &unknown).of(201);
        let number = filed["case"]["number"].as_str().unwrap().to_owned();

        let cases = ward.get("/api/v1/ward/cases");
        assert_eq!(cases.json["cases"].as_array().unwrap().len(), 3, "{}", cases.text);
        for private in ["김영희", "1203", "2026-0001", "새로 지은"] {
            assert!(!cases.text.contains(private), "{private}: {}", cases.text);
        }
        tells_no_moment(&house, &cases);
        let page = ward.get("/api/v1/ward/cases?limit=1").of(200);
        let next = page["meta"]["next"].as_str().unwrap();
        let rest = ward.get(&format!("/api/v1/ward/cases?limit=2&after={next}")).of(200);
        assert_eq!((rest["cases"].as_array().unwrap().len(), &rest["meta"]["next"]), (2, &Value::Null));
        assert_ne!(page["cases"][0]["pseudonym"], rest["cases"][0]["pseudonym"]);
        assert_eq!(other.get("/api/v1/ward/cases").of(200)["cases"], json!([]));

        let unplaced = ward.get("/api/v1/waiting");
        assert_eq!(unplaced.json["waiting"][0]["complex"], "새로 지은 아파트", "{}", unplaced.text);
        assert_eq!(unplaced.json["waiting"].as_array().unwrap().len(), 1);
        assert!(!unplaced.text.contains("김영희"), "{}", unplaced.text);
        assert_eq!(other.get("/api/v1/waiting").of(200)["waiting"], json!([]));
        for path in ["ward/cases", "waiting"] {
            assert_eq!(
                super::others::reader(&house, &path.replace('/', "-"))
                    .get(&format!("/api/v1/{path}"))
                    .problem(403),
                "denied"
            );
        }
        let place = json!({"step": "place", "complex": house.complex.0});
        let steps = format!("/api/v1/cases/{number}/steps");
        assert_eq!(other.post(&steps, &place).problem(404), "not_found");
        ward.post(&steps, &place).of(201);
        assert_eq!(ward.get("/api/v1/waiting").of(200)["waiting"], json!([]));

        let overview = ward.get("/api/v1/indicators/overview?from=2026-01-01&to=2027-01-01");
        let open = overview.json["overview"]["open"].as_array().unwrap();
        let count: i64 = (open.iter().flat_map(|d| d["ages"].as_array().unwrap()))
            .map(|age| age["count"].as_i64().unwrap())
            .sum();
        assert_eq!(count, 3, "{}", overview.text);
        assert_eq!(overview.json["overview"]["months"].as_array().unwrap().len(), 12);
        let to = ward.get("/api/v1/indicators/overview?from=2026-01-01&to=2026-01-01");
        assert_eq!(to.fields(), ["to"]);
        document::judge(&[
            fits("get", "/api/v1/ward/cases", &cases),
            fits("get", "/api/v1/waiting", &unplaced),
            fits("get", "/api/v1/indicators/overview", &overview),
        ]);
    }
}
