//! The ward's turn: what has no 단지, or a 단지 with neither office nor committee, is sent on by people who read none of it.
use crate::api::program::{Program, program};
use crate::databases::fresh;
use crate::residents::house::{Browser, House};
use crate::staff::{filed, taken};
use ieum::casework::CaseworkError;
use ieum::casework::set_up::{self, BodyForm};
use ieum::domain::codes::{BodyKind, DutyKind, Outcome, ReferralState, Role, Stage, TokenScope};
use ieum::domain::ids::BodyId;
use ieum::domain::permission::{Actor, Grant, View};
use ieum::store::bodies;
use ieum::store::bodies::NewBody;
use serde_json::json;

/// What must reach nobody at the ward.
const PERSONAL: [&str; 7] = ["김영희", "김○희", "1234-5678", "01012345678", "1203", "1303", "쿵쿵"];

fn with_ward(house: &House) -> BodyId {
    let new = NewBody { name: "서대문구청".into(), ward_code: "11410".into(), ..NewBody::default() };
    house.db.write_here(|tx| bodies::add(tx, BodyKind::Ward, &new, house.now())).unwrap()
}

/// Files what the ward took by telephone, of a 단지 that is in no list.
fn typed(house: &House, browser: &mut Browser, change: &[(&str, &str)]) -> String {
    let unknown = [("complex", "other"), ("complex_typed", "천연동 무슨 아파트")];
    let answer = filed(house, browser, &[&unknown[..], change].concat());
    assert_eq!(answer.status, 303, "{}", answer.body);
    answer.location
}

fn says_nothing(body: &str) {
    for secret in PERSONAL {
        assert!(!body.contains(secret), "{secret}: {body}");
    }
}

#[test]
fn what_the_ward_takes_has_a_receipt_and_goes_to_a_complex() {
    for base in fresh() {
        let house = House::open(base);
        let ward = with_ward(&house);
        let (user, mut ward) = house.signed_in("송주무", Role::Ward, ward);
        assert_eq!(typed(&house, &mut ward, &[]), "/cases/new/done");
        let receipt = ward.get("/cases/new/done");
        for shown in ["2026-0001", "class=\"qr\"", "/r/"] {
            assert!(receipt.body.contains(shown), "{shown}: {}", receipt.body);
        }
        says_nothing(&receipt.body);
        let case = house.case();
        assert!(case.waits_with_ward());
        let kinds: Vec<_> = case.duties().iter().map(|d| d.kind).collect();
        assert_eq!(kinds, [DutyKind::SendOn], "nothing that the ward could not do");
        let todo = ward.get("/todo");
        assert!(
            todo.body.contains("보낼 곳 정하기") && todo.body.contains("/waiting/2026-0001"),
            "{}",
            todo.body
        );
        let list = ward.get("/waiting");
        assert!(list.body.contains("천연동 무슨 아파트") && list.body.contains("/waiting/2026-0001"));
        let one = ward.get("/waiting/2026-0001");
        assert_eq!(one.status, 200);
        for page in [&todo, &list, &one] {
            says_nothing(&page.body);
        }
        let actor = house.db.read_here(|rx| ieum::store::users::actor(rx, user, house.now())).unwrap();
        assert_eq!(actor.view(&case), View::Nothing);
        for page in ["", "/parties", "/log", "/steps/place", "/print/receipt"] {
            assert_eq!(ward.get(&format!("/cases/2026-0001{page}")).status, 404, "{page}");
        }
        assert!(!ward.get("/cases").body.contains("2026-0001"), "in no other list");
        // Nobody else finds it.
        let (_, mut office) = house.signed_in("박소장", Role::Manager, house.office);
        assert_eq!(office.get("/waiting").status, 404);
        assert_eq!(office.get("/cases/2026-0001").status, 404);

        let version = house.case().version.to_string();
        let complex = house.complex.0.to_string();
        let wrong = ward.post("/waiting/2026-0001", &[("to", "complex"), ("reason", "900101-1234567")]);
        assert_eq!(wrong.status, 422);
        assert!(
            wrong.body.contains("href=\"#complex\"") && wrong.body.contains("900101-1234567"),
            "{}",
            wrong.body
        );
        let form = [("to", "complex"), ("complex", complex.as_str()), ("version", version.as_str())];
        let sent = ward.post("/waiting/2026-0001", &form);
        assert_eq!((sent.status, sent.location.as_str()), (303, "/waiting"), "{}", sent.body);
        assert_eq!(house.case().holder, Some(house.office));
        assert_eq!(ward.post("/waiting/2026-0001", &form).status, 404, "it waits no more");
        assert_eq!(ward.get("/waiting/2026-0001").status, 404);
        assert!(!ward.get("/todo").body.contains("/waiting/2026-0001"));
        assert!(office.get("/todo").body.contains("2026-0001"));
        // Now that the 단지 is known, so are the doors.
        let same = filed(&house, &mut office, &[]);
        assert!(same.body.contains("같은 집의 사건이 있습니다"), "{}", same.body);
    }
}

#[test]
fn an_ngo_takes_it_only_where_the_applicant_agreed_and_may_give_it_back() {
    for base in fresh() {
        let house = House::open(base);
        let ward = with_ward(&house);
        let (_, mut ward) = house.signed_in("송주무", Role::Ward, ward);
        typed(&house, &mut ward, &[]);
        let ngo = house.ngo.0.to_string();
        let refused = ward.post("/waiting/2026-0001", &[("to", "ngo"), ("ngo", &ngo)]);
        assert_eq!(refused.status, 422);
        assert!(refused.body.contains("동의하지 않아"), "{}", refused.body);
        assert!(house.case().referrals.is_empty());
    }
    for base in fresh() {
        let house = House::open(base);
        let ward = with_ward(&house);
        let (_, mut ward) = house.signed_in("송주무", Role::Ward, ward);
        typed(&house, &mut ward, &[("consent_provision", "yes")]);
        let ngo = house.ngo.0.to_string();
        ward.get("/waiting/2026-0001");
        let sent = ward.post("/waiting/2026-0001", &[("to", "ngo"), ("ngo", &ngo)]);
        assert_eq!(sent.location, "/waiting", "{}", sent.body);
        let case = house.case();
        assert_eq!((case.holder, case.referrals[0].state), (Some(house.ngo), ReferralState::Sent));
        assert!(!ward.get("/waiting").body.contains("/waiting/2026-0001"));
        let (_, mut ngo) = house.signed_in("한담당", Role::Coordinator, house.ngo);
        let seq = case.referrals[0].seq.to_string();
        taken(&mut ngo, "2026-0001", "return_referral", &[("referral", &seq), ("reason", "capacity")]);
        assert!(house.case().waits_with_ward(), "a returned referral gives the turn back");
        assert!(ward.get("/todo").body.contains("/waiting/2026-0001"));
    }
}

fn api_of(house: &House, ward: BodyId) -> Program {
    program(house, "ward", Role::Ward, Some(ward), TokenScope::Write)
}

#[test]
fn without_anybody_it_ends_as_counselled_and_the_applicant_sees_whom_to_call() {
    for base in fresh() {
        let house = House::open(base);
        let ward = with_ward(&house);
        let (_, mut browser) = house.signed_in("송주무", Role::Ward, ward);
        typed(&house, &mut browser, &[]);
        let receipt = browser.get("/cases/new/done").body;
        let receipt = receipt.split("href=\"/r/").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let program = api_of(&house, ward);
        let listed = program.get("/api/v1/waiting");
        says_nothing(&listed.text);
        let listed = listed.of(200);
        assert_eq!(listed["waiting"][0]["number"], "2026-0001");
        assert_eq!(listed["waiting"][0]["complex"], "천연동 무슨 아파트");
        assert_eq!(listed["waiting"][0]["received_on"], "2026-11-20");
        // The ward ends nothing in any other way, and refers to nobody but an NGO.
        let steps = "/api/v1/cases/2026-0001/steps";
        let close = json!({"step": "close", "outcome": "out_of_scope", "reason": "x"});
        assert_eq!(program.post(steps, &close).problem(403), "denied");
        let outside = NewBody { name: "경찰".into(), ward_code: "11410".into(), ..NewBody::default() };
        let outside =
            house.db.write_here(|tx| bodies::add(tx, BodyKind::Outside, &outside, house.now())).unwrap();
        let refer = json!({"step": "refer", "body": outside.0, "reason": "x", "basis": "none"});
        assert_eq!(program.post(steps, &refer).problem(403), "denied");
        assert!(house.case().is_open());

        let path = "/api/v1/waiting/2026-0001";
        let stale = json!({"to": {"way": "counselled"}, "version": 7});
        assert_eq!(program.post(path, &stale).problem(409), "conflict");
        let done = program.post(path, &json!({"to": {"way": "counselled"}, "version": 1})).of(201);
        assert_eq!(done["waits"], false);
        assert_eq!((house.case().stage, house.case().outcome()), (Stage::Closed, Some(Outcome::Counselled)));
        assert_eq!(program.get("/api/v1/waiting").of(200)["waiting"].as_array().unwrap().len(), 0);
        assert_eq!(program.post(path, &json!({"to": {"way": "counselled"}})).status, 404);
        let page = house.browser().get(&format!("/r/{receipt}"));
        assert!(
            page.body.contains("1661-2642") && page.body.contains("상담으로 마쳤습니다"),
            "{}",
            page.body
        );
        let office = crate::api::office(&house);
        assert_eq!(office.get("/api/v1/waiting").problem(403), "denied");
    }
}

/// The cases that wait with a ward, as its people see the list.
fn waiting(browser: &mut Browser) -> String {
    let list = browser.get("/waiting");
    assert_eq!(list.status, 200, "{}", list.body);
    list.body
}

/// A resident applies from a 단지 that is in no list; the answer to the page of the home.
fn from_unlisted(house: &House, name: &str, area: &str) -> crate::residents::house::Answer {
    let mut browser = house.browser();
    browser.get("/apply");
    browser.post_on("/apply", &[("notice", "notice-2026-11")]);
    let home = [
        ("complex", "other"),
        ("complex_typed", name),
        ("area", area),
        ("building", "101"),
        ("unit", "1203"),
    ];
    let answer = browser.post("/apply/home", &home);
    if answer.status != 303 {
        return answer;
    }
    browser.post_on("/apply/noise", &[("cause", "footfall"), ("position", "above")]);
    let wishes = [
        ("told", "no"),
        ("wishes", "조용하면 좋겠습니다"),
        ("disclosure", "hide_unit"),
        ("name", "김영희"),
        ("phone", "010-1234-5678"),
    ];
    browser.post_on("/apply/wishes", &wishes);
    browser.post_on("/apply/check", &[]).1
}

#[test]
fn of_two_wards_the_one_where_the_applicant_lives_takes_what_has_no_complex() {
    for base in fresh() {
        let house = House::open(base);
        let first = with_ward(&house);
        house.db.write_here(ieum::casework::import::seed_dongs).unwrap();
        // With one ward nobody is asked; who says the 동네 all the same is counted there.
        assert_eq!(from_unlisted(&house, "한구 아파트", "").status, 200);
        assert_eq!(from_unlisted(&house, "천연동의 아파트", "1141052000").status, 200);
        let admin = Actor { grants: vec![Grant { role: Role::Admin, body: None }], ..Actor::default() };
        let second =
            BodyForm { ward_code: "11680".into(), name: "강남구청".into(), ..BodyForm::default() };
        let now = house.now();
        let second = house.db.write_here(|tx| {
            let body = set_up::add_body(tx, &admin, BodyKind::Ward, &second, now)?;
            set_up::add_dong(tx, &admin, "1168051000", "신사동", now)?;
            Ok::<_, CaseworkError>(body)
        });
        let second = second.unwrap();
        let (_, mut here) = house.signed_in("송주무", Role::Ward, first);
        let (_, mut there) = house.signed_in("강주무", Role::Ward, second);
        let asked = from_unlisted(&house, "어디 아파트", "");
        assert!(asked.status == 422 && asked.body.contains("href=\"#area\""), "{}", asked.body);
        assert!(
            asked.body.contains("강남구청 신사동") && asked.body.contains("강남구청 (동은 모름)"),
            "{}",
            asked.body
        );
        assert_eq!(from_unlisted(&house, "신사 아파트", "1168051000").status, 200);
        assert_eq!(from_unlisted(&house, "강남 아파트", "11680").status, 200);
        assert_eq!(from_unlisted(&house, "홍제 아파트", "1141068500").status, 200);
        let (ours, theirs) = (waiting(&mut here), waiting(&mut there));
        for name in ["한구 아파트", "천연동의 아파트", "홍제 아파트"] {
            assert!(ours.contains(name) && !theirs.contains(name), "{name}");
        }
        for name in ["신사 아파트", "강남 아파트"] {
            assert!(theirs.contains(name) && !ours.contains(name), "{name}");
        }
        // A desk's own ward takes what it writes down; programs are asked the same.
        typed(&house, &mut there, &[("complex_typed", "전화로 온 아파트")]);
        assert!(waiting(&mut there).contains("전화로 온 아파트"));
        let resident = json!({
            "complex_typed": "프로그램 아파트", "cause": "footfall", "position": "above", "wishes": "조용하면 좋겠습니다",
            "applicant": {"name": "김영희", "phone": "010-1234-5678", "building": "101", "unit": "1203",
                          "disclosure": "hide_unit"},
        });
        let nobody = Program::nobody(&house);
        assert_eq!(nobody.post("/api/v1/intake", &resident).fields(), ["area"]);
        let mut placed = resident;
        placed["area"] = json!("11680");
        nobody.post("/api/v1/intake", &placed).of(201);
        assert!(waiting(&mut there).contains("프로그램 아파트"));
    }
}
