//! The residents' pages as a browser without JavaScript sees them, on both databases.
pub(crate) mod house;
mod offers;

use crate::databases::fresh;
use crate::world::visible_ids;
use chrono::Duration;
use house::{App, Browser, House};
use ieum::casework::party;
use ieum::domain::codes::{HandOverBasis, MeetingKind, Method, Outcome, Role, Route, Safety, Side, Stage};
use ieum::domain::letter::Letter;
use ieum::domain::step::{Step, Term};
use ieum::store::links;

/// Fills in the application up to the check page. `email` may be empty.
pub(crate) fn apply(house: &House, email: &str, disclosure: &str) -> Browser {
    let mut browser = house.browser();
    assert!(browser.get("/apply").body.contains("<dt>개인정보처리자</dt>"));
    browser.post_on("/apply", &[("notice", "notice-2026-11")]);
    let complex = house.complex.0.to_string();
    browser.post_on("/apply/home", &[("complex", &complex), ("building", "101"), ("unit", "1203")]);
    let noise = [
        ("cause", "footfall"),
        ("position", "above"),
        ("r_unit", "1303"),
        ("times", "22-24"),
        ("narrative", "밤마다 쿵쿵거립니다"),
    ];
    browser.post_on("/apply/noise", &noise);
    let wishes = [
        ("told", "no"),
        ("wishes", "밤에는 조용하면 좋겠습니다"),
        ("disclosure", disclosure),
        ("may_tell", "밤 10시 뒤에 조심해 주세요"),
        ("name", "김영희"),
        ("phone", "010-1234-5678"),
        ("email", email),
    ];
    let (next, check) = browser.post_on("/apply/wishes", &wishes);
    assert_eq!(next, "/apply/check");
    assert!(check.body.contains("김영희") && check.body.contains("101동 1303호"), "{}", check.body);
    browser
}

/// Sends the application and returns the receipt's path.
pub(crate) fn send(browser: &mut Browser) -> String {
    let (next, done) = browser.post_on("/apply/check", &[]);
    assert_eq!(next, "/apply/done");
    let at = done.body.find("href=\"/r/").unwrap();
    done.body[at + 6..].split('"').next().unwrap().to_owned()
}

#[test]
fn residents_too_many_from_one_address_wait_and_lose_nothing() {
    for base in fresh() {
        let house = House::open(base);
        let mut waits = apply(&house, "", "hide_unit");
        let allowed = 10;
        let now = house.now();
        for _ in 0..allowed {
            let (key, window) = ("intake|127.0.0.1", Duration::minutes(60));
            let fine = house
                .db
                .write_here(|tx| ieum::store::access::attempt(tx, key, allowed, window, now))
                .unwrap();
            assert!(fine);
        }
        let refused = waits.post("/apply/check", &[]);
        assert!(
            refused.status == 429 && refused.body.contains("잠시 뒤"),
            "{} {}",
            refused.status,
            refused.body
        );
        assert!(waits.get("/apply/check").body.contains("김영희"), "what was typed is kept");
        house.wait(Duration::minutes(61));
        send(&mut waits);
    }
}

#[test]
fn residents_a_day_that_has_passed_is_no_promise() {
    for base in fresh() {
        let house = House::open(base);
        let receipt = send(&mut apply(&house, "", "hide_unit"));
        let mut browser = house.browser();
        let late = "예정보다 늦어지고 있습니다";
        let early = browser.get(&receipt).body;
        assert!(early.contains("까지 담당자가 연락드립니다") && !early.contains(late), "{early}");
        house.wait(Duration::days(30));
        let then = browser.get(&receipt).body;
        assert!(then.contains(late) && !then.contains("까지 담당자가 연락드립니다"), "{then}");
    }
}

#[test]
fn residents_an_application_becomes_one_case() {
    for base in fresh() {
        let house = House::open(base);
        let mut browser = apply(&house, "kim@example.com", "hide_unit");
        let receipt = send(&mut browser);
        // The button pressed once more, and the page reloaded, change nothing.
        assert_eq!(browser.post("/apply/check", &[]).location, "/apply/done");
        let done = browser.get("/apply/done");
        let case = house.case();
        for word in [case.number.as_str(), "112", "천연뜨란채 관리사무소", "class=\"qr\"", receipt.as_str()]
        {
            assert!(done.body.contains(word), "{word}");
        }
        assert_eq!(case.stage, Stage::Received);
        assert!(case.history.has_respondent_unit());
        let asked = house.db.read_here(|rx| ieum::store::parties::consents_of(rx, case.id)).unwrap();
        let named = asked.iter().find(|c| c.purpose == "provision").unwrap();
        let ngo = house.db.read_here(|rx| ieum::store::bodies::find(rx, house.ngo)).unwrap().name;
        assert_eq!((&named.recipient, named.controller.as_str()), (&ngo, "천연뜨란채 관리사무소"));
        let mails = house.mails();
        assert!(mails.iter().any(|m| matches!(m.letter, Letter::Receipt { .. })), "{mails:?}");
        // The answers are gone from the draft; someone who begins anew begins empty.
        assert!(!browser.get("/apply").body.contains("checked"));
    }
}

#[test]
fn residents_wrong_answers_keep_what_was_typed_and_registration_numbers_are_not_kept() {
    for base in fresh() {
        let house = House::open(base);
        let mut browser = house.browser();
        // Nobody is asked before having been told.
        assert_eq!(browser.get("/apply/home").location, "/apply");
        browser.get("/apply");
        browser.post_on("/apply", &[("notice", "n"), ("consent_sensitive", "yes")]);
        let wrong = browser.post("/apply/home", &[("complex", ""), ("building", "10<1"), ("unit", "")]);
        assert_eq!(wrong.status, 422);
        for word in ["<title>오류: ", "10&lt;1", "href=\"#complex\"", "단지를 골라 주세요", "aria-invalid"]
        {
            assert!(wrong.body.contains(word), "{word}: {}", wrong.body);
        }
        let told = "제 번호는 900101-1234567 입니다";
        let wrong =
            browser.post("/apply/noise", &[("cause", "door"), ("position", "unknown"), ("narrative", told)]);
        assert_eq!(wrong.status, 422);
        assert!(wrong.body.contains(told) && wrong.body.contains("주민등록번호로 보이는"), "{}", wrong.body);
        assert!(!browser.get("/apply/noise").body.contains("900101"), "it is not kept on the server");
        // The consent that was ticked is still ticked, another browser sees nothing of it.
        assert_eq!(browser.get("/apply").body.matches(" checked").count(), 1);
        assert_eq!(house.browser().get("/apply").body.matches(" checked").count(), 0);
        // The last page leads back to what is missing.
        assert_eq!(browser.get("/apply/check").location, "/apply/home");
        assert_eq!(browser.post("/apply/check", &[]).location, "/apply/home");
        browser.get("/apply");
        browser.post_on("/apply/discard", &[]);
        assert_eq!(browser.get("/apply").body.matches(" checked").count(), 0);
    }
}

#[test]
fn residents_a_form_without_the_page_it_came_from_is_refused() {
    let house = House::open(crate::databases::fresh_sqlite());
    let mut browser = house.browser();
    browser.get("/apply");
    let mut other = house.browser();
    other.get("/apply");
    assert_eq!(house.browser().post("/apply", &[("notice", "n")]).status, 403);
    // A token of somebody else's browser does not fit either.
    let mut mixed = browser.clone();
    mixed.take_token_of(&other);
    assert_eq!(mixed.post("/apply", &[("notice", "n")]).status, 403);
}

#[test]
fn residents_a_receipt_tells_the_stage_and_opens_own_data_only_with_a_code() {
    for base in fresh() {
        let house = House::open(base);
        let receipt = send(&mut apply(&house, "kim@example.com", "hide_unit"));
        house.mails();
        let before = house.case();
        let mut phone = house.browser();
        let shown = phone.get(&receipt);
        assert_eq!(shown.status, 200);
        assert!(shown.body.contains(&before.number) && shown.body.contains("ki**@example.com"));
        for private in ["김영희", "5678", "1203", "쿵쿵", "kim@example.com"] {
            assert!(!shown.body.contains(private), "{private}");
        }
        assert_eq!(house.case().version, before.version, "looking changes nothing");
        phone.post_on(&format!("{receipt}/code"), &[]);
        let code = house.mails().into_iter().find_map(|m| match m.letter {
            Letter::Code { code, .. } => Some(code),
            _ => None,
        });
        let code = code.unwrap();
        let wrong = if code == "000000" { "000001" } else { "000000" };
        let refused = phone.post(&format!("{receipt}/unlock"), &[("code", wrong)]);
        assert!(refused.status == 422 && refused.body.contains("4번 더"), "{}", refused.body);
        // The code is good only in the browser that asked for it.
        let mut stranger = house.browser();
        stranger.get(&receipt);
        assert_eq!(stranger.post(&format!("{receipt}/unlock"), &[("code", &code)]).status, 422);
        let (_, open) = phone.post_on(&format!("{receipt}/unlock"), &[("code", &code)]);
        for own in ["김영희", "010-1234-5678", "101동 1203호", "쿵쿵"] {
            assert!(open.body.contains(own), "{own}");
        }
        assert!(!stranger.get(&receipt).body.contains("김영희"));
        house.wait(Duration::minutes(11));
        assert!(!phone.get(&receipt).body.contains("김영희"), "after ten minutes it is shut again");
    }
}

#[test]
fn residents_six_digits_at_the_desk_open_own_data_and_die_of_five_wrong_ones() {
    for base in fresh() {
        let house = House::open(base);
        let receipt = send(&mut apply(&house, "", "hide_unit"));
        let path = format!("/cases/{}/receipt/code", house.case().number);
        let (_, mut office) = house.signed_in("박소장", Role::Manager, house.office);
        let (_, mut stranger) = house.signed_in("남담당", Role::Coordinator, house.ngo);
        stranger.get("/settings");
        assert_eq!(stranger.post(&path, &[("side", "applicant"), ("check", "id")]).status, 404);
        office.get(&format!("/cases/{}/papers", house.case().number));
        let unchecked = office.post(&path, &[("side", "applicant")]);
        assert!(unchecked.status == 303 && unchecked.location.ends_with("/papers"), "{}", unchecked.body);
        let code_for = |office: &mut Browser| digits(office, &path, "applicant");
        let mut browser = house.browser();
        browser.get(&receipt);
        let unlock = format!("{receipt}/unlock");
        let code = code_for(&mut office);
        let wrong = if code == "111111" { "222222" } else { "111111" };
        for _ in 0..5 {
            assert_eq!(browser.post(&unlock, &[("code", wrong)]).status, 422);
        }
        assert_eq!(browser.post(&unlock, &[("code", &code)]).status, 422, "five wrong ones end it");
        let code = code_for(&mut office);
        let (_, open) = browser.post_on(&unlock, &[("code", &code)]);
        assert!(open.body.contains("김영희") && open.body.contains("관리사무소"), "{}", open.body);
    }
}

/// The digits that the desk makes for a side after a check, as the page shows them.
fn digits(desk: &mut Browser, path: &str, side: &str) -> String {
    let shown = desk.post(path, &[("side", side), ("check", "call")]);
    assert_eq!(shown.status, 200, "{}", shown.body);
    let at = shown.body.find("code-big\">").unwrap();
    shown.body[at + 10..at + 16].to_owned()
}

#[test]
fn residents_a_respondent_with_a_telephone_only_reads_own_data_by_digits_from_the_desk() {
    for base in fresh() {
        let house = House::open(base);
        send(&mut apply(&house, "", "hide_unit"));
        let (path, _) = letter(&house);
        let number = house.case().number;
        let (_, mut desk) = house.signed_in("김간사", Role::Secretary, house.committee);
        let papers = format!("/cases/{number}/papers");
        let mut phone = house.browser();
        phone.get(&path);
        let before = desk.get(&papers);
        assert!(before.body.contains("check-applicant-id") && !before.body.contains("check-respondent-id"));
        let join = [("choice", "join"), ("name", "오상대"), ("phone", "010-9999-8888"), ("consent", "yes")];
        let (_, answered) = phone.post_on(&path, &join);
        let own = href_after(&answered.body, "보내 주신 답");
        // Their own page shows nothing of theirs yet, and says where the digits come from.
        let shut = phone.get(&own);
        assert!(shut.status == 200 && shut.body.contains("맡은 곳에 전화"), "{}", shut.body);
        assert!(!shut.body.contains("오상대") && !shut.body.contains("9999"), "{}", shut.body);
        // The desk calls the number that the person gave, says so, and reads the digits out.
        assert!(desk.get(&papers).body.contains("check-respondent-id"));
        let code = digits(&mut desk, &format!("/cases/{number}/receipt/code"), "respondent");
        let (_, open) = phone.post_on(&format!("{own}/unlock"), &[("code", &code)]);
        assert!(open.body.contains("오상대") && open.body.contains("010-9999-8888"), "{}", open.body);
        for private in ["김영희", "5678", "1203", "쿵쿵"] {
            assert!(!open.body.contains(private), "{private}");
        }
        let log = desk.get(&format!("/cases/{number}/log"));
        assert!(log.body.contains("접수된 번호로 걸어 본인과 통화함"), "{}", log.body);
        // A lost link is made anew at the desk, and the old one is dead.
        desk.get(&papers);
        let (paper, shown) = desk.post_on(&format!("/cases/{number}/receipt"), &[("side", "respondent")]);
        assert_eq!(paper, format!("/cases/{number}/print/receipt?side=respondent"));
        assert!(shown.body.contains("진행 확인 안내"), "{}", shown.body);
        assert_eq!(phone.get(&own).status, 410);
    }
}

#[test]
fn residents_a_letter_code_dies_of_five_wrong_tries_wherever_they_come_from_and_of_age() {
    for base in fresh() {
        let house = House::open(base);
        send(&mut apply(&house, "", "hide_unit"));
        let (path, code) = letter(&house);
        let typed = |code: &str, place: &str| {
            let (code, place, now) = (code.to_owned(), place.to_owned(), house.now());
            house.db.write_here(move |tx| party::letter_by_code(tx, &code, &place, now)).unwrap()
        };
        let near = format!("{}{}", &code[..5], if code.ends_with("AAAA") { "BBBB" } else { "AAAA" });
        for n in 0..4 {
            assert!(typed(&near, &format!("10.0.0.{n}")).is_err());
        }
        assert!(typed(&code, "10.0.1.1").is_ok(), "four wrong ones are forgiven");
        assert!(typed(&near, "10.0.0.9").is_err());
        let shut = format!("{:?}", typed(&code, "10.0.1.2").unwrap_err());
        assert!(shut.contains("닫힌 코드"), "{shut}");
        let mut browser = house.browser();
        assert_eq!(browser.get(&path).status, 200, "the QR of the same letter still opens it");
        let (_, fresh_code) = letter_again(&house);
        assert!(typed(&fresh_code, "10.0.1.3").is_ok(), "a new letter has tries of its own");
        house.wait(Duration::days(59));
        assert!(typed(&fresh_code, "10.0.1.3").is_ok());
        house.wait(Duration::days(2));
        let old = format!("{:?}", typed(&fresh_code, "10.0.1.3").unwrap_err());
        assert!(old.contains("기한이 지났거나"), "{old}");
    }
}

#[test]
fn residents_an_applicant_withdraws_once() {
    for base in fresh() {
        let house = House::open(base);
        let receipt = send(&mut apply(&house, "", "hide_unit"));
        let mut browser = house.browser();
        assert_eq!(browser.get(&format!("{receipt}/withdraw")).status, 200);
        let mut twice = browser.clone();
        let (_, shown) = browser.post_on(&format!("{receipt}/withdraw"), &[("reason", "이사합니다")]);
        assert!(!shown.body.contains("신청 거두기"), "{}", shown.body);
        assert_eq!(house.case().outcome(), Some(Outcome::Withdrawn));
        assert_eq!(twice.post(&format!("{receipt}/withdraw"), &[("reason", "")]).status, 409);
    }
}

/// Brings the case to the committee and makes the letter; returns the letter's path and its code.
fn letter(house: &House) -> (String, String) {
    let office = house.staff(Role::Manager);
    let screen = |side| Step::Screen { side, flags: vec![], result: Safety::Ok, note: String::new() };
    house.take(&office, Step::OpenInquiry {});
    house.take(&office, screen(Side::Applicant));
    house.take(&office, Step::HandOver { basis: HandOverBasis::Requested, reason: "원함".to_owned() });
    let taken = house.take(&house.staff(Role::Secretary), Step::Letter {});
    let id = taken.letter.unwrap();
    house
        .db
        .write_here(|tx| {
            let code = links::set_code(tx, id)?;
            Ok::<_, ieum::store::StoreError>((format!("/r/{}", links::token(tx, id)), code))
        })
        .unwrap()
}

#[test]
fn residents_a_respondent_answers_the_letter_once() {
    for base in fresh() {
        let house = House::open(base);
        send(&mut apply(&house, "", "hide_unit"));
        let (path, code) = letter(&house);
        let mut browser = house.browser();
        browser.get("/letter");
        let wrong = browser.post("/letter", &[("code", "AAAA-AAAA")]);
        assert!(wrong.status == 422 && wrong.body.contains("AAAA-AAAA"));
        let (next, shown) = browser.post_on("/letter", &[("code", &code.to_lowercase())]);
        assert_eq!(next, path);
        for word in [
            "잘못을 정한 것이 아닙니다",
            "밤 10시 뒤에 조심해 주세요",
            "우리 집이 아닙니다",
            "불이익은 없습니다",
            "<dt>개인정보처리자</dt><dd>천연뜨란채 위원회</dd>",
        ] {
            assert!(shown.body.contains(word), "{word}");
        }
        for private in ["김영희", "5678", "1203", "쿵쿵", "조용하면 좋겠습니다"] {
            assert!(!shown.body.contains(private), "{private}");
        }
        scanned(&house, &path);
        let before = house.case().version;
        let missing =
            browser.post(&path, &[("choice", "join"), ("phone", "010-9999-8888"), ("say", "저도 할 말이")]);
        assert_eq!(missing.status, 422);
        assert!(missing.body.contains("010-9999-8888") && missing.body.contains("저도 할 말이"));
        assert_eq!(house.case().version, before, "nothing was saved");
        let join = [("choice", "join"), ("phone", "010-9999-8888"), ("consent", "yes")];
        let (_, answered) = browser.post_on(&path, &join);
        assert!(
            answered.body.contains("참여하겠습니다")
                && !answered.body.contains("<form method=\"post\" action=\"/r/")
        );
        let case = house.case();
        assert!(case.history.consented(Side::Respondent) && case.history.respondent_contacted());
        assert_eq!(
            browser.post(&path, &[("choice", "decline")]).status,
            303,
            "a second answer only shows the first"
        );
        assert_eq!(house.case().version, case.version);
    }
}

#[test]
fn residents_declining_asks_for_nothing_and_letters_end() {
    for base in fresh() {
        let house = House::open(base);
        send(&mut apply(&house, "", "open"));
        let (path, _) = letter(&house);
        let mut browser = house.browser();
        assert!(browser.get(&path).body.contains("101동 1203호"), "the applicant said that it may be known");
        let (again, _) = letter_again(&house);
        assert_eq!(browser.get(&path).status, 410, "a new letter ends the old one");
        browser.get(&again);
        browser.post_on(&again, &[("choice", "decline")]);
        assert!(house.case().respondent.declined);
        house.wait(Duration::days(100));
        assert_eq!(browser.get(&again).status, 410);
        assert_eq!(browser.get("/r/1.AAAAAAAAAAAAAAAAAAAAAA").status, 404);
    }
}

fn letter_again(house: &House) -> (String, String) {
    let id = house.take(&house.staff(Role::Secretary), Step::Letter {}).letter.unwrap();
    house
        .db
        .write_here(|tx| {
            let code = links::set_code(tx, id)?;
            Ok::<_, ieum::store::StoreError>((format!("/r/{}", links::token(tx, id)), code))
        })
        .unwrap()
}

#[test]
fn residents_letter_codes_allow_five_tries() {
    for base in fresh() {
        let house = House::open(base);
        send(&mut apply(&house, "", "hide_unit"));
        let (_, code) = letter(&house);
        let mut browser = house.browser();
        browser.get("/letter");
        for _ in 0..5 {
            assert_eq!(browser.post("/letter", &[("code", "AAAAAAAA")]).status, 422);
        }
        assert_eq!(browser.post("/letter", &[("code", &code)]).status, 429);
        house.wait(Duration::minutes(61));
        assert_eq!(browser.post("/letter", &[("code", &code)]).status, 303);
    }
}

/// The link that a mail carries, if it is one of these.
fn link_in(mails: &[ieum::domain::letter::Outgoing], to: &str) -> Option<String> {
    mails.iter().filter(|m| m.to == to).find_map(|m| match &m.letter {
        Letter::Offer { link, .. }
        | Letter::Proposal { link, .. }
        | Letter::AgreementToSign { link, .. }
        | Letter::Progress { link, .. } => Some(link.clone()),
        _ => None,
    })
}

/// What stands between a mail and its reader does with a link: asks for its head, fetches it ahead, opens it again and again, follows
/// whatever it leads to. Nothing changes by it, and whoever it is for can still use it.
pub(crate) fn scanned(house: &House, link: &str) {
    let before = house.written();
    let mut scanner = house.in_app(App::Naver);
    let shown = scanner.get(link);
    assert_eq!(shown.status, 200, "{link}: {}", shown.body);
    for _ in 0..3 {
        assert_eq!(scanner.head(link).status, 200, "{link}");
        assert_eq!(scanner.ahead(link).status, 200, "{link}");
        assert_eq!(
            house.browser().get(link).body.contains("</form>"),
            shown.body.contains("</form>"),
            "{link}"
        );
    }
    // Scripts are in files of their own: what they would fetch by themselves is among what the page names.
    for at in ["href=\"/", "src=\"/", "action=\"/"] {
        for rest in shown.body.split(at).skip(1) {
            let to = format!("/{}", rest.split('"').next().unwrap());
            let found = scanner.get(&to.replace("&amp;", "&"));
            assert!(found.status < 500, "{to}: {}", found.body);
        }
    }
    assert_eq!(house.written(), before, "{link}: looking changes nothing");
}

/// Both sides take part, and an offer to the mediator is on its way; returns the receipt and the offer's link.
fn offered(house: &House) -> (String, String) {
    let receipt = send(&mut apply(house, "kim@example.com", "hide_unit"));
    let (path, _) = letter(house);
    let mut respondent = house.in_app(App::Naver);
    respondent.get(&path);
    respondent.post_on(&path, &[("choice", "join"), ("phone", "01099998888"), ("consent", "yes")]);
    let mut applicant = house.in_app(App::Kakao);
    applicant.get(&receipt);
    let unticked = applicant.post(&format!("{receipt}/consent"), &[]);
    assert_eq!(unticked.status, 422);
    applicant.post_on(&format!("{receipt}/consent"), &[("consent", "yes")]);
    let desk = house.staff(Role::Secretary);
    let screen =
        Step::Screen { side: Side::Respondent, flags: vec![], result: Safety::Ok, note: String::new() };
    house.take(&desk, screen);
    assert_eq!(house.case().stage, Stage::Assigning);
    house.take(&desk, Step::ChangeRoute { route: Route::Ngo, reason: "협약".to_owned() });
    for side in Side::ALL {
        let (side, method) = (*side, Method::Phone);
        house.take(&desk, Step::Provide { side, given: true, method, body: None, version: String::new() });
    }
    house.mails();
    let answer_by = house.now() + Duration::hours(72);
    house.take(
        &house.staff(Role::Coordinator),
        Step::Offer { mediator: house.mediator, answer_by, wanted: vec![] },
    );
    let link = link_in(&house.mails(), "mediator@example.com").unwrap();
    (receipt, link)
}

#[test]
fn residents_a_mediator_answers_an_offer_once_and_sees_no_party() {
    for base in fresh() {
        let house = House::open(base);
        let (_, link) = offered(&house);
        let before = house.case().version;
        let mut phone = house.browser();
        let shown = phone.get(&link);
        assert!(shown.body.contains("천연뜨란채") && shown.body.contains("이 사건을 맡아 주시겠습니까?"));
        for private in ["김영희", "5678", "8888", "1203", "1303", "쿵쿵"] {
            assert!(!shown.body.contains(private), "{private}");
        }
        assert_eq!(house.case().version, before, "GET never acts");
        assert_eq!(phone.post(&link, &[]).status, 422);
        let undeclared = phone.post(&link, &[("choice", "accept")]);
        assert!(undeclared.status == 422 && undeclared.body.contains("이해관계"), "{}", undeclared.body);
        let (_, taken) = phone.post_on(&link, &[("choice", "accept"), ("no_conflict", "yes")]);
        assert!(taken.body.contains("이미 답하셨습니다: 맡겠습니다"), "{}", taken.body);
        let case = house.case();
        assert_eq!(case.stage, Stage::Mediating);
        phone.post_on(&link, &[("choice", "decline")]);
        assert_eq!(house.case().version, case.version, "the first answer stands");
    }
}

#[test]
fn residents_an_offer_that_is_over_says_so() {
    for base in fresh() {
        let house = House::open(base);
        let (_, link) = offered(&house);
        let mut phone = house.browser();
        phone.get(&link);
        house.wait(Duration::hours(73));
        let late = phone.get(&link);
        assert!(
            late.status == 200 && late.body.contains("기한이 지났습니다") && late.body.contains("tel:"),
            "{}",
            late.body
        );
        let before = house.case().version;
        phone.post_on(&link, &[("choice", "accept"), ("no_conflict", "yes")]);
        assert_eq!(house.case().version, before);
    }
}

#[test]
fn residents_dates_proposal_signature_are_answered_by_link() {
    for base in fresh() {
        let house = House::open(base);
        let (receipt, offer) = offered(&house);
        scanned(&house, &receipt);
        scanned(&house, &offer);
        let mut phone = house.in_app(App::Kakao);
        phone.get(&offer);
        phone.post_on(&offer, &[("choice", "accept"), ("no_conflict", "yes")]);
        let mediator = house.staff(Role::Mediator);
        let slots: Vec<_> = (2..4).map(|d| house.now() + Duration::days(d)).collect();
        let (kind, place) = (MeetingKind::Shuttle, "관리동 회의실".to_owned());
        house.take(
            &mediator,
            Step::ProposeSession { kind, slots: slots.clone(), minutes: 60, place, side: None },
        );
        let mut applicant = house.in_app(App::Naver);
        let shown = applicant.get(&receipt);
        assert!(shown.body.contains("만날 날짜를 골라 주세요"), "{}", shown.body);
        let link = href_after(&shown.body, "만날 날짜를 골라 주세요");
        scanned(&house, &link);
        assert_eq!(applicant.get(&link).body.matches("type=\"checkbox\"").count(), 2);
        assert_eq!(applicant.post(&link, &[("ok", "2020-01-01T00:00:00Z")]).status, 422);
        let ok = slots[0].to_rfc3339();
        let (_, answered) = applicant.post_on(&link, &[("ok", &ok)]);
        assert!(answered.body.contains("답을 받았습니다"), "{}", answered.body);
        let session = house.case().sessions[0].clone();
        assert_eq!(session.answers, [(Some(Side::Applicant), vec![slots[0]])]);
        never_sees_the_others_answer(&house, &link);
        hold_and_propose(&house, session.seq, slots[0]);
        let link = href_after(&applicant.get(&receipt).body, "조정안이 왔습니다");
        scanned(&house, &link);
        assert_eq!(applicant.get(&link).status, 200);
        assert_eq!(applicant.post(&link, &[("note", "음")]).status, 422);
        applicant.post_on(&link, &[("choice", "accept")]);
        assert_eq!(house.case().proposals[0].answer_of(Side::Applicant), Some(true));
        sign(&house, &receipt);
    }
}

/// The other side is asked for the same dates and learns nothing of the answer, on the page, on its own page and by the API.
fn never_sees_the_others_answer(house: &House, answered: &str) {
    let (case, now) = (house.case(), house.now());
    let found = house.db.write_here(|tx| {
        let own = ieum::casework::tell::receipt_path(tx, &case, Side::Respondent, now)?;
        let live =
            ieum::store::links::live_of_case(tx, case.id, ieum::domain::codes::LinkPurpose::Slots, now)?;
        let theirs = live.into_iter().find(|l| l.side == Some(Side::Respondent)).unwrap();
        Ok::<_, ieum::casework::CaseworkError>((own, ieum::store::links::token(tx, theirs.id)))
    });
    let (own, token) = found.unwrap();
    assert_ne!(answered, format!("/r/{token}"));
    let mut other = house.browser();
    let asked = other.get(&format!("/r/{token}")).body;
    assert_eq!(asked.matches("type=\"checkbox\"").count(), 2, "{asked}");
    assert!(!asked.contains("checked") && !asked.contains("답을 받았습니다"), "{asked}");
    assert!(!other.get(&own).body.contains("날짜를 골랐"), "nor on the own page");
    let body = serde_json::json!({ "token": token });
    let told = crate::api::program::Program::nobody(house).post("/api/v1/links/open", &body).of(200);
    assert!(told["link"].get("answered").is_none_or(serde_json::Value::is_null), "{told}");
    assert!(!told.to_string().contains("answers"), "{told}");
}

/// The address of the first link after these words.
fn href_after(body: &str, words: &str) -> String {
    let from = body.find(words).unwrap_or_else(|| panic!("{words} is not in {body}"));
    let at = body[from..].find("href=\"/r/").unwrap();
    body[from + at + 6..].split('"').next().unwrap().to_owned()
}

/// The text that a signature's page is about.
pub(crate) fn version_on(page: &str) -> String {
    let (_, after) = page.split_once("name=\"version\" value=\"").unwrap_or_else(|| panic!("{page}"));
    after.split('"').next().unwrap().to_owned()
}

fn terms() -> Vec<Term> {
    vec![Term {
        who: "상대방".to_owned(),
        what: "밤 10시 뒤에 뛰지 않기".to_owned(),
        from: None,
        until: None,
        check: String::new(),
    }]
}

fn hold_and_propose(house: &House, session: i64, starts_at: chrono::DateTime<chrono::Utc>) {
    let (mediator, kind) = (house.staff(Role::Mediator), MeetingKind::Shuttle);
    let place = "관리동 회의실".to_owned();
    house.take(
        &mediator,
        Step::FixSession {
            session: Some(session),
            kind,
            starts_at,
            minutes: 60,
            place,
            side: None,
            room: None,
            gap: 0,
        },
    );
    house.wait(Duration::days(3));
    let held = Step::HoldSession {
        session: Some(session),
        kind,
        applicant: true,
        applicant_by: None,
        respondent: true,
        respondent_by: None,
        result: "이야기함".to_owned(),
        next: None,
        next_on: None,
    };
    house.take(&mediator, held);
    let answer_by = ieum::domain::seoul::day(house.now() + Duration::days(7));
    let kind = ieum::domain::codes::AgreementKind::Full;
    house.take(&mediator, Step::Propose { kind, terms: terms(), answer_by, reason: String::new() });
}

/// The respondent refuses the proposal; an agreement is drafted instead, and the applicant signs it by link.
fn sign(house: &House, receipt: &str) {
    let mediator = house.staff(Role::Mediator);
    let proposal = house.case().proposals[0].seq;
    let (side, method) = (Side::Respondent, Method::Phone);
    house.take(
        &mediator,
        Step::AnswerProposal { proposal, side, accept: false, method, note: String::new(), by: None },
    );
    let kind = ieum::domain::codes::AgreementKind::Full;
    house.take(&mediator, Step::Draft { kind, terms: terms() });
    let mut applicant = house.in_app(App::Kakao);
    let link = href_after(&applicant.get(receipt).body, "합의서에 서명해 주세요");
    scanned(house, &link);
    assert!(applicant.get(&link).body.contains("밤 10시 뒤에 뛰지 않기"));
    assert_eq!(applicant.post(&link, &[("name", "김영희")]).status, 422, "without a tick nothing is signed");
    let version = version_on(&applicant.get(&link).body);
    let version = ("version", version.as_str());
    let unread = applicant.post(&link, &[("name", "김영희"), ("agree", "yes")]);
    assert!(unread.status == 422 && unread.body.contains("새로 열어"), "no text was read: {}", unread.body);
    let stale = [("name", "김영희"), ("agree", "yes"), ("version", "00ff")];
    let stale = applicant.post(&link, &stale);
    assert!(stale.status == 409 && stale.body.contains("내용이 바뀌었습니다"), "{}", stale.body);
    let other = applicant.post(&link, &[("name", "이철수"), ("agree", "yes"), version]);
    assert!(other.status == 422 && other.body.contains("이철수"), "{}", other.body);
    assert!(house.case().agreements[0].signed().is_empty());
    let (_, signed) = applicant.post_on(&link, &[("name", "김 영희"), ("agree", "yes"), version]);
    assert!(signed.body.contains("서명하셨습니다"), "{}", signed.body);
    assert_eq!(house.case().agreements[0].signed(), [Side::Applicant]);
    let now = house.now();
    let (case, side) = (house.case(), Side::Respondent);
    let theirs = house.db.write_here(|tx| ieum::casework::tell::receipt_path(tx, &case, side, now)).unwrap();
    for (page, side, state) in
        [(receipt, "applicant", "상대방의 답을 기다립니다"), (&theirs, "respondent", "답을 기다립니다")]
    {
        read_by(house, page, side, state);
    }
    let agreement = case.agreements[0].seq;
    house.take(
        &mediator,
        Step::Sign { agreement, side, method: Method::Paper, by: None, version: String::new() },
    );
    assert!(!house.case().is_open());
    for (page, side) in [(receipt, "applicant"), (&theirs, "respondent")] {
        read_by(house, page, side, "두 분 모두 서명했습니다");
    }
}

/// A party reads the agreement on their own page behind the ten-minute code, and the refused proposal not at all; the terms stand
/// nowhere before it.
fn read_by(house: &House, page: &str, side: &str, state: &str) {
    let mut browser = house.browser();
    let shut = browser.get(page).body;
    assert!(
        !shut.contains("밤 10시 뒤에 뛰지 않기") && shut.contains("합의서와 조정안도 본인을 확인한 뒤에"),
        "{shut}"
    );
    let (_, mut desk) = house.signed_in("김간사", Role::Secretary, house.committee);
    desk.get("/settings");
    let code = digits(&mut desk, &format!("/cases/{}/receipt/code", house.case().number), side);
    let (_, open) = browser.post_on(&format!("{page}/unlock"), &[("code", &code)]);
    assert_eq!(open.body.matches("밤 10시 뒤에 뛰지 않기").count(), 1, "{}", open.body);
    assert!(open.body.contains(state) && open.body.contains("민법상 화해계약"), "{state}: {}", open.body);
    house.wait(Duration::minutes(11));
    assert!(!browser.get(page).body.contains("밤 10시 뒤에 뛰지 않기"), "after ten minutes it is shut again");
}

#[test]
fn residents_who_signed_on_paper_are_not_asked_for_a_signature_again() {
    for world in crate::world::worlds() {
        let all = ieum::domain::permission::Scope { all: true, ..Default::default() };
        let (half, receipts) = world
            .db
            .write_here(|tx| {
                let ids = visible_ids(tx, &all, 500)?;
                let cases = ids.into_iter().map(|id| ieum::store::cases::find_id(tx, &all, id));
                let cases = cases.collect::<Result<Vec<_>, _>>()?;
                let signed =
                    |c: &ieum::domain::case::Case| c.open_agreement().is_some_and(|a| a.signed().len() == 1);
                let half = cases.into_iter().find(signed).unwrap();
                let now = world.now();
                let path =
                    |tx: &mut _, side| ieum::casework::tell::receipt_path(tx, &half, side, now).unwrap();
                let receipts = [path(tx, Side::Applicant), path(tx, Side::Respondent)];
                Ok::<_, ieum::store::StoreError>((half, receipts))
            })
            .unwrap();
        assert_eq!(half.open_agreement().unwrap().signed(), [Side::Applicant], "as the demonstration has it");
        let asked = receipts.map(|page| world.anonymous().get(&page).body.contains("합의서에 서명해 주세요"));
        assert_eq!(asked, [false, true], "{}", world.name);
    }
}

/// Sixteen browsers press at once; returns the answers' statuses.
fn at_once(browser: &Browser, path: &str, form: &[(&str, &str)]) -> Vec<u16> {
    std::thread::scope(|scope| {
        let press = |_| {
            let mut own = browser.clone();
            scope.spawn(move || own.post(path, form).status)
        };
        let threads: Vec<_> = (0..16).map(press).collect();
        threads.into_iter().map(|t| t.join().unwrap()).collect()
    })
}

#[test]
fn residents_sixteen_presses_make_one_case_and_one_answer() {
    for base in fresh() {
        let house = House::open(base);
        let browser = apply(&house, "", "hide_unit");
        let statuses = at_once(&browser, "/apply/check", &[]);
        assert!(statuses.iter().all(|s| *s == 303), "{statuses:?}");
        let number = house.case().number;
        let done = browser.clone().get("/apply/done").body;
        assert!(done.contains(&number), "whoever pressed sees the one number");
        let (path, _) = letter(&house);
        let mut respondent = house.browser();
        respondent.get(&path);
        let before = house.case().version;
        let statuses = at_once(&respondent, &path, &[("choice", "not_ours")]);
        assert!(statuses.iter().all(|s| [303, 409].contains(s)), "{statuses:?}");
        assert_eq!(house.case().version, before + 1, "one answer counts: {statuses:?}");
    }
}

/// A page that somebody opens by a link weighs at most 60 KiB with its style and script, fonts aside (`design.md` §2.3).
pub(crate) fn light(browser: &mut house::Browser, page: &str, what: &str) {
    let parts = ["href=\"/static/", "src=\"/static/"].iter().flat_map(|mark| page.split(mark).skip(1));
    let parts: Vec<&str> = parts.map(|rest| rest.split('"').next().unwrap()).collect();
    assert!(!parts.is_empty(), "{what}: {page}");
    let more: usize = parts.iter().map(|path| browser.get(&format!("/static/{path}")).body.len()).sum();
    let all = page.len() + more;
    assert!(all <= 60 * 1024, "{what}: {} bytes, with its style and script {all}, without fonts", page.len());
}
