//! The staff's pages as a browser without JavaScript sees them, on both databases: what is shown, to whom, what can be done.
mod noise;
mod views;
pub(crate) mod way;

use crate::databases::fresh;
use crate::residents::house::{Answer, Browser, House};
use ieum::domain::codes::{BodyKind, Role, Safety, Stage};
use ieum::domain::step::StepCode;
use ieum::store::bodies::NewBody;
use ieum::store::{StoreError, bodies};

/// Files a complaint at the desk and gives its number.
pub(crate) fn filed(house: &House, browser: &mut Browser, change: &[(&str, &str)]) -> Answer {
    assert_eq!(browser.get("/cases/new").status, 200);
    let complex = house.complex.0.to_string();
    let mut form = vec![
        ("received_date", "2026-11-20"),
        ("received_time", "09:00"),
        ("channel", "phone"),
        ("complex", complex.as_str()),
        ("building", "101"),
        ("unit", "1203"),
        ("name", "김영희"),
        ("phone", "010-1234-5678"),
        ("position", "above"),
        ("r_building", "101"),
        ("r_unit", "1303"),
        ("cause", "footfall"),
        ("times", "22-24"),
        ("narrative", "밤마다 쿵쿵거립니다"),
        ("wishes", "조용하면 좋겠습니다"),
        ("disclosure", "hide_unit"),
    ];
    for (name, value) in change {
        form.retain(|(n, _)| n != name);
        form.push((name, value));
    }
    browser.post("/cases/new", &form)
}

/// Takes a step by its page: the form is opened first, its hidden version goes along.
pub(crate) fn step(browser: &mut Browser, number: &str, step: &str, form: &[(&str, &str)]) -> Answer {
    let path = format!("/cases/{number}/steps/{step}");
    let shown = browser.get(&path);
    assert_eq!(shown.status, 200, "{path}: {}", shown.body);
    let version =
        shown.body.split("name=\"version\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let mut all = form.to_vec();
    all.push(("version", &version));
    let answer = browser.post(&path, &all);
    // What goes to another body is shown before it is sent.
    let Some(mark) = answer.body.split("name=\"packet\" value=\"").nth(1) else { return answer };
    let mark = mark.split('"').next().unwrap().to_owned();
    all.push(("packet", &mark));
    browser.post(&path, &all)
}

pub(crate) fn taken(browser: &mut Browser, number: &str, name: &str, form: &[(&str, &str)]) {
    let answer = step(browser, number, name, form);
    assert_eq!(answer.status, 303, "{name}: {}", answer.body);
}

fn steps_shown(body: &str, number: &str) -> Vec<StepCode> {
    let mut found: Vec<StepCode> = body
        .split(&format!("href=\"/cases/{number}/steps/"))
        .skip(1)
        .filter_map(|rest| StepCode::from_code(rest.split(['"', '?']).next().unwrap()))
        .collect();
    found.sort();
    found.dedup();
    found
}

#[test]
fn a_complaint_is_taken_at_the_desk_and_its_receipt_printed() {
    for base in fresh() {
        let house = House::open(base);
        let (_, mut office) = house.signed_in("박소장", Role::Manager, house.office);
        let wrong =
            filed(&house, &mut office, &[("phone", "12"), ("cause", ""), ("narrative", "900101-1234567")]);
        assert_eq!(wrong.status, 422);
        for kept in ["김영희", "900101-1234567", "href=\"#phone\"", "href=\"#cause\"", "오류: "] {
            assert!(wrong.body.contains(kept), "{kept}: {}", wrong.body);
        }
        let answer = filed(&house, &mut office, &[]);
        assert_eq!(answer.location, "/cases/2026-0001/print/receipt", "{}", answer.body);
        let receipt = office.get(&answer.location);
        assert!(
            receipt.body.contains("2026-0001") && receipt.body.contains("class=\"qr\""),
            "{}",
            receipt.body
        );
        assert!(receipt.body.contains("접수번호는 2026-0001입니다"), "one sentence says that it was done");
        let same = filed(&house, &mut office, &[]);
        assert_eq!(same.status, 200, "the same doors are hinted, not refused");
        assert!(same.body.contains("같은 집의 사건이 있습니다") && same.body.contains("/cases/2026-0001"));
        let anyway = filed(&house, &mut office, &[("anyway", "yes")]);
        assert_eq!(anyway.location, "/cases/2026-0002/print/receipt");
        assert!(office.get("/forms/log").body.contains("민원 기록일지"));
    }
}

#[test]
fn the_desk_asks_what_the_paper_asks_safety_included() {
    for base in fresh() {
        let house = House::open(base);
        let (_, mut office) = house.signed_in("박소장", Role::Manager, house.office);
        let (form, paper) = (office.get("/cases/new").body, office.get("/forms/log").body);
        let mut last = [0, 0];
        for asked in [
            "접수 경로",
            "전화번호",
            "사는 집",
            "추정되는 곳",
            "소음 종류",
            "언제부터",
            "들리는 때",
            "들은 내용",
            "있는 자료",
            "바라는 점",
            "상대방이 알아도 되는 것",
            "전해도 되는 말",
            "안전 확인",
        ] {
            let at = [form.find(asked).unwrap_or(0), paper.find(asked).unwrap_or(0)];
            assert!(at[0] > last[0] && at[1] > last[1], "{asked} comes in the order of the paper");
            last = at;
        }
        let unjudged = filed(&house, &mut office, &[("flags", "weapon"), ("since", "지난봄부터")]);
        assert_eq!(unjudged.status, 422);
        assert!(
            unjudged.body.contains("href=\"#safety\"") && unjudged.body.contains("지난봄부터"),
            "{}",
            unjudged.body
        );
        let asked = [
            ("tenure", "tenant"),
            ("since", "지난봄부터"),
            ("evidence", "recording"),
            ("flags", "weapon"),
            ("safety", "stop"),
            ("safety_note", "칼을 보였다고 함"),
        ];
        assert_eq!(filed(&house, &mut office, &asked).status, 303);
        let case = house.case();
        assert_eq!(
            case.applicant.safety,
            Some(Safety::Stop),
            "asked in the same talk, kept in the same transaction"
        );
        assert_eq!((case.last_seq, case.version), (2, 1));
        let log = office.get("/cases/2026-0001/log").body;
        for shown in ["임차", "지난봄부터", "녹음", "흉기", "칼을 보였다고 함"] {
            assert!(log.contains(shown), "{shown}: {log}");
        }
        assert!(
            !office.get("/cases/2026-0001").body.contains("/steps/letter"),
            "stop blocks the invitation at once"
        );
    }
}

#[test]
fn the_buttons_are_exactly_what_the_server_accepts() {
    for base in fresh() {
        let house = House::open(base);
        let (user, mut office) = house.signed_in("박소장", Role::Manager, house.office);
        filed(&house, &mut office, &[]);
        let page = office.get("/cases/2026-0001");
        let actor = house.db.read_here(|rx| ieum::store::users::actor(rx, user, house.now())).unwrap();
        let mut open = house.case().open_to(&actor);
        open.sort();
        assert_eq!(steps_shown(&page.body, "2026-0001"), open);
        for code in StepCode::ALL {
            let answer = office.get(&format!("/cases/2026-0001/steps/{}", code.code()));
            let expected = if open.contains(code) {
                200
            } else if matches!(code, StepCode::File | StepCode::Recorded) {
                404
            } else if actor.taking(*code, &house.case()).is_some() {
                409
            } else {
                403
            };
            assert_eq!(answer.status, expected, "{code}");
        }
        assert_eq!(page.body.matches("class=\"btn primary\"").count(), 1, "one primary action");
    }
}

#[test]
fn a_wrong_step_keeps_what_was_typed_and_says_what_to_do() {
    for base in fresh() {
        let house = House::open(base);
        let (_, mut office) = house.signed_in("박소장", Role::Manager, house.office);
        filed(&house, &mut office, &[]);
        let wrong =
            step(&mut office, "2026-0001", "counsel", &[("side", "applicant"), ("summary", "긴 이야기")]);
        assert_eq!(wrong.status, 422);
        assert!(wrong.body.contains("긴 이야기") && wrong.body.contains("href=\"#means\""), "{}", wrong.body);
        // Somebody else comes first.
        let path = "/cases/2026-0001/steps/counsel";
        let form = [("side", "applicant"), ("means", "phone"), ("summary", "둘째 이야기"), ("version", "1")];
        office.get(path);
        let (_, mut second) = house.signed_in("최과장", Role::Manager, house.office);
        taken(&mut second, "2026-0001", "open_inquiry", &[]);
        let late = office.post(path, &form);
        assert_eq!(late.status, 409);
        assert!(late.body.contains("둘째 이야기") && late.body.contains("다른 사람이 먼저"), "{}", late.body);
        assert!(
            late.body.contains("name=\"version\" value=\"2\""),
            "the next try is against what is there now"
        );
        // A step that the case refuses says what is possible instead.
        let refused = office.post("/cases/2026-0001/steps/hand_over", &[("basis", "recommended")]);
        assert_eq!(refused.status, 409, "{}", refused.body);
        assert!(refused.body.contains("지금 할 수 있는 일"), "{}", refused.body);
        assert!(refused.body.contains("/cases/2026-0001/steps/screen"));
    }
}

#[test]
fn telephones_open_for_a_reason_and_every_opening_is_recorded_once() {
    for base in fresh() {
        let house = House::open(base);
        let (_, mut office) = house.signed_in("박소장", Role::Manager, house.office);
        filed(&house, &mut office, &[]);
        let page = office.get("/cases/2026-0001/parties");
        assert!(page.body.contains("010-****-5678") && !page.body.contains("1234-5678"), "{}", page.body);
        let none = office.post("/cases/2026-0001/parties/contacts", &[]);
        assert_eq!(none.status, 422);
        assert!(!none.body.contains("1234-5678"));
        let open = office.post("/cases/2026-0001/parties/contacts", &[("reason", "call")]);
        assert!(
            open.body.contains("010-1234-5678") && open.body.contains("tel:01012345678"),
            "{}",
            open.body
        );
        assert!(open.body.contains("sms:01012345678?body") && !open.location.contains("010"));
        office.get("/cases/2026-0001/parties");
        let id = house.case().id;
        let rows = house.db.read_here(|rx| ieum::store::access::of_case(rx, id, 50)).unwrap();
        let opened: Vec<&str> = rows.iter().map(|r| r.what.as_str()).collect();
        assert_eq!(opened.iter().filter(|w| **w == "parties").count(), 1, "{opened:?}");
        let contacts: Vec<&str> =
            rows.iter().filter(|r| r.what == "contacts").map(|r| r.reason.as_str()).collect();
        assert_eq!(contacts, ["전화나 문자로 연락하려고"]);
        house.wait(chrono::Duration::minutes(11));
        office.get("/cases/2026-0001/parties");
        let rows = house.db.read_here(|rx| ieum::store::access::of_case(rx, id, 50)).unwrap();
        assert_eq!(rows.iter().filter(|r| r.what == "parties").count(), 2, "another opening");
    }
}

/// What follows `/cases/{number}` in the addresses of the file's pages.
const FILE: [&str; 9] = [
    "",
    "/parties",
    "/meetings",
    "/agreements",
    "/referrals",
    "/papers",
    "/log",
    "/steps/note",
    "/print/history",
];

#[test]
fn strangers_find_nothing_and_every_body_sees_its_own_part() {
    for base in fresh() {
        let house = House::open(base);
        let (_, mut office) = house.signed_in("박소장", Role::Manager, house.office);
        filed(&house, &mut office, &[]);
        let elsewhere = house
            .db
            .write_here(|tx| {
                let body = |name: &str| NewBody {
                    name: name.into(),
                    ward_code: "11410".into(),
                    ..NewBody::default()
                };
                Ok::<_, StoreError>((
                    bodies::add(tx, BodyKind::Committee, &body("다른 위원회"), house.now())?,
                    bodies::add(tx, BodyKind::Ngo, &body("갈등해결센터"), house.now())?,
                ))
            })
            .unwrap();
        let (_, mut stranger) = house.signed_in("남간사", Role::Secretary, elsewhere.0);
        let (_, mut desk) = house.signed_in("이간사", Role::Secretary, house.committee);
        for page in FILE {
            let path = format!("/cases/2026-0001{page}");
            assert_eq!(stranger.get(&path).status, 404, "{path}");
            assert_eq!(desk.get(&path).status, 404, "the committee does not have the case yet: {path}");
            assert_eq!(house.browser().get(&path).status, 303, "signed out: {path}");
            assert_eq!(office.get(&path).status, 200, "{path}");
        }
        assert!(!stranger.get("/cases").body.contains("2026-0001"));
        // Handed over: the office keeps its own log, the committee has the file.
        way::until_handed_over(&mut office);
        taken(&mut desk, "2026-0001", "note", &[("text", "위원회만 아는 이야기"), ("visibility", "staff")]);
        let log = office.get("/cases/2026-0001/log");
        assert!(log.body.contains("권고") && !log.body.contains("위원회만 아는 이야기"), "{}", log.body);
        assert_eq!(office.get("/cases/2026-0001/parties").status, 404);
        assert_eq!(office.get("/cases/2026-0001/print/history").status, 404);
        assert!(desk.get("/cases/2026-0001/log").body.contains("사건을 본 사람"));
        // Referred: the NGO sees a summary until it accepts.
        let ngo = elsewhere.1;
        let to = ngo.0.to_string();
        let provide = [("side", "applicant"), ("given", "yes"), ("method", "phone"), ("body", to.as_str())];
        taken(&mut desk, "2026-0001", "provide", &provide);
        let again = [("side", "applicant"), ("method", "phone"), ("body", to.as_str())];
        taken(
            &mut desk,
            "2026-0001",
            "refer",
            &[("body", &ngo.0.to_string()), ("reason", "조정인이 필요합니다"), ("basis", "consent")],
        );
        let (_, mut coordinator) = house.signed_in("한담당", Role::Coordinator, ngo);
        assert!(coordinator.get("/referrals").body.contains("/cases/2026-0001"));
        assert!(coordinator.get("/todo").body.contains("의뢰에 답하기"));
        let summary = coordinator.get("/cases/2026-0001");
        assert_eq!(summary.status, 200);
        for hidden in ["김영희", "김○희", "1203", "1303", "쿵쿵", "2026. 11. 20", "위원회만"] {
            assert!(!summary.body.contains(hidden), "{hidden}: {}", summary.body);
        }
        for page in FILE.iter().filter(|p| !p.is_empty() && **p != "/steps/note") {
            assert_eq!(coordinator.get(&format!("/cases/2026-0001{page}")).status, 404, "{page}");
        }
        let referral = house.case().referrals[0].seq.to_string();
        taken(&mut coordinator, "2026-0001", "accept_referral", &[("referral", &referral)]);
        // The applicant's data passes with the applicant's consent, which the desk writes down.
        taken(&mut desk, "2026-0001", "provide", &again);
        assert!(!coordinator.get("/cases/2026-0001").body.contains("1203"));
        desk.get("/cases/2026-0001/steps/provide");
        let provide = [("side", "applicant"), ("given", "yes"), ("method", "phone")];
        taken(&mut desk, "2026-0001", "provide", &provide);
        let file = coordinator.get("/cases/2026-0001");
        assert!(file.body.contains("1203") && !file.body.contains("1303"), "{}", file.body);
        assert_eq!(house.case().stage, Stage::Participation);
    }
}

#[test]
fn the_list_is_filtered_in_the_address_and_searched_by_initials() {
    for base in fresh() {
        let house = House::open(base);
        let (_, mut office) = house.signed_in("박소장", Role::Manager, house.office);
        filed(&house, &mut office, &[]);
        filed(
            &house,
            &mut office,
            &[("name", "남궁민수"), ("unit", "503"), ("r_unit", "603"), ("cause", "pet")],
        );
        for (words, found) in [
            ("ㄱㅇㅎ", 1),
            ("남궁", 1),
            ("503", 1),
            ("101-503", 1),
            ("101 503", 1),
            ("102-503", 0),
            ("2026-0002", 1),
            ("없는사람", 0),
        ] {
            let (at, page) = searched(&mut office, &[("q", words)]);
            assert_eq!(page.matches("class=\"go\"").count(), found, "{words}: {page}");
            assert!(
                page.contains(&format!("value=\"{words}\"")),
                "the words stand in the field again: {page}"
            );
            assert!(at.starts_with("/cases?found=") && !at.contains(words) && at.is_ascii(), "{at}");
            assert!(!page.contains("김영희"), "a list names nobody");
        }
        for (query, found) in [
            ("", 2),
            ("?cause=pet", 1),
            ("?stage=closed", 0),
            ("?stage=received&open=all", 2),
            ("?due=late", 0),
            ("?q=503", 2),
            ("?found=guessed", 0),
        ] {
            let page = office.get(&format!("/cases{query}"));
            assert_eq!(page.status, 200);
            assert_eq!(page.body.matches("class=\"go\"").count(), found, "{query}: {}", page.body);
        }
    }
}

/// Searches as the form does; the address and the page that it leads to.
fn searched(visitor: &mut Browser, form: &[(&str, &str)]) -> (String, String) {
    let sent = visitor.post("/cases/search", form);
    assert_eq!(sent.status, 303, "{}", sent.body);
    let at = sent.location;
    let page = visitor.get(&at);
    assert_eq!(page.status, 200, "{at}");
    (at, page.body)
}

/// What was searched narrows with the filter, and is known to the login that asked only.
#[test]
fn a_search_is_kept_sealed_for_its_own_login() {
    for base in fresh() {
        let house = House::open(base);
        let (_, mut office) = house.signed_in("박소장", Role::Manager, house.office);
        filed(&house, &mut office, &[]);
        let both = [("q", "김영희"), ("cause", "pet"), ("open", "all")];
        let (at, page) = searched(&mut office, &both);
        assert!(at.ends_with("&open=all&cause=pet") && page.matches("class=\"go\"").count() == 0, "{at}");
        assert!(page.contains("찾기: 김영희"), "{page}");
        let (at, page) = searched(&mut office, &[("q", "김영희")]);
        assert_eq!(page.matches("class=\"go\"").count(), 1);
        let long = office.post("/cases/search", &[("q", &"가".repeat(61)), ("cause", "pet")]);
        assert!(
            long.status == 422 && long.body.contains("60자 안으로") && long.body.contains(&"가".repeat(61))
        );
        let none = office.post("/cases/search", &[("q", ""), ("cause", "pet")]);
        assert_eq!(none.location, "/cases?cause=pet");
        let (_, mut other) = house.signed_in("최과장", Role::Manager, house.office);
        assert!(other.get(&at).body.contains("다시 적어 주세요"), "another login knows nothing of it");
    }
}
