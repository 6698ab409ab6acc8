//! A case the whole way through the staff's pages: office, committee, the other side, members, meetings, agreement.
use super::{filed, step, taken};
use crate::databases::fresh;
use crate::residents::house::{Browser, House};
use chrono::Duration;
use ieum::domain::codes::{Outcome, Role, Stage};
use ieum::domain::notice::{self, NoticeKind};
use ieum::store::projection;

const NUMBER: &str = "2026-0001";

/// The office's part: inquiry, talk, screen, recommendation, hand-over.
pub(crate) fn until_handed_over(office: &mut Browser) {
    taken(office, NUMBER, "open_inquiry", &[]);
    let talk = [("side", "applicant"), ("means", "phone"), ("summary", "석 달 전부터입니다")];
    taken(office, NUMBER, "counsel", &talk);
    taken(office, NUMBER, "screen", &[("side", "applicant"), ("result", "ok")]);
    taken(office, NUMBER, "investigate", &[("means", "visit"), ("findings", "저녁에 발소리가 들립니다")]);
    taken(
        office,
        NUMBER,
        "recommend",
        &[("result", "continues"), ("content", "매트를 깔아 주시기를 권했습니다")],
    );
    taken(office, NUMBER, "hand_over", &[("basis", "recommended")]);
}

/// The committee's part until somebody is in charge.
fn until_in_charge(house: &House, desk: &mut Browser, member: i64) {
    taken(desk, NUMBER, "letter", &[]);
    let letter = desk.get(&format!("/cases/{NUMBER}/print/letter"));
    assert!(
        letter.body.contains("class=\"code-big\"") && letter.body.contains("101동 1303호"),
        "{}",
        letter.body
    );
    assert!(!letter.body.contains("1203") && !letter.body.contains("김영희"), "the applicant is not named");
    taken(desk, NUMBER, "contact", &[("means", "phone"), ("result", "reached")]);
    taken(desk, NUMBER, "screen", &[("side", "respondent"), ("result", "ok")]);
    for side in ["applicant", "respondent"] {
        taken(desk, NUMBER, "consent", &[("side", side), ("method", "paper")]);
    }
    assert_eq!(house.case().stage, Stage::Assigning);
    taken(desk, NUMBER, "name_members", &[("members", &member.to_string())]);
    assert_eq!(house.case().stage, Stage::Mediating);
}

#[test]
fn a_case_goes_the_whole_way_by_its_pages() {
    for base in fresh() {
        let house = House::open(base);
        let (_, mut office) = house.signed_in("박소장", Role::Manager, house.office);
        let (secretary, mut desk) = house.signed_in("이간사", Role::Secretary, house.committee);
        let (member, mut charged) = house.signed_in("최위원", Role::Member, house.committee);
        filed(&house, &mut office, &[]);
        assert!(office.get("/todo").body.contains("접수 확인하고 조사 시작하기"));
        until_handed_over(&mut office);
        assert!(desk.get("/todo").body.contains("상대방에게 연락하기"));
        assert_eq!(charged.get(&format!("/cases/{NUMBER}")).status, 404, "not before they are named");
        until_in_charge(&house, &mut desk, member.0);
        let page = charged.get(&format!("/cases/{NUMBER}"));
        assert!(page.body.contains("조정회의 날짜 잡기") && page.body.contains("최위원"), "{}", page.body);

        let slots = [
            ("kind", "joint"),
            ("slots_1_date", "2026-11-24"),
            ("slots_1_time", "19:00"),
            ("slots_2_date", "2026-11-25"),
            ("slots_2_time", "19:30"),
            ("minutes", "60"),
            ("place", "관리동 회의실"),
        ];
        taken(&mut charged, NUMBER, "propose_session", &slots);
        let form = charged.get(&format!("/cases/{NUMBER}/steps/answer_slots"));
        assert!(form.body.contains("11월 24일(화) 19:00"), "{}", form.body);
        // The form is filled in with the first slot, the place and the length.
        let form = charged.get(&format!("/cases/{NUMBER}/steps/fix_session"));
        for filled in ["value=\"2026-11-24\"", "value=\"19:00\" selected", "관리동 회의실"] {
            assert!(form.body.contains(filled), "{filled}: {}", form.body);
        }
        let session = house.case().sessions[0].seq.to_string();
        let fixed = [
            ("session", session.as_str()),
            ("kind", "joint"),
            ("starts_at_date", "2026-11-24"),
            ("starts_at_time", "19:00"),
            ("minutes", "60"),
            ("place", "관리동 회의실"),
        ];
        taken(&mut charged, NUMBER, "fix_session", &fixed);
        let calls = desk.get(&format!("/cases/{NUMBER}"));
        assert!(calls.body.contains("전화로 알릴 일"), "nobody gave an address: {}", calls.body);
        // Two sides, several matters: one call is made, and the others still wait.
        let ids = |body: &str| -> Vec<String> {
            let each = body.split("name=\"duty\" value=\"").skip(1);
            each.map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
        };
        let waiting = ids(&calls.body);
        let n = waiting.len();
        assert!(n > 2, "{}", calls.body);
        let unnamed = desk.post(&format!("/cases/{NUMBER}/told"), &[]);
        assert_eq!(unnamed.status, 422, "which one?");
        // One is pressed twice.
        for (made, left) in std::iter::once((0, n - 1)).chain((0..n).map(|made| (made, n - 1 - made))) {
            let told = desk.post(&format!("/cases/{NUMBER}/told"), &[("duty", &waiting[made])]);
            assert_eq!(told.status, 303);
            assert_eq!(ids(&desk.get(&format!("/cases/{NUMBER}")).body).len(), left);
        }
        assert!(!desk.get(&format!("/cases/{NUMBER}")).body.contains("전화로 알릴 일"));

        house.wait(Duration::days(4) + Duration::hours(8));
        // The logins are over by now.
        let (mut charged, mut desk) = (house.browser_of(member), house.browser_of(secretary));
        let held = [
            ("session", session.as_str()),
            ("kind", "joint"),
            ("applicant", "yes"),
            ("respondent", "yes"),
            ("result", "서로 사정을 들었습니다"),
        ];
        taken(&mut charged, NUMBER, "hold_session", &held);
        until_agreed(&house, &mut charged);
        papers(&mut desk);
        corrected(&mut desk);
    }
}

fn until_agreed(house: &House, charged: &mut Browser) {
    let more = step(charged, NUMBER, "draft", &[("terms_1_who", "상대방"), ("_more", "yes")]);
    assert_eq!(more.status, 200);
    assert!(more.body.contains("약속 4") && more.body.contains("value=\"상대방\""), "{}", more.body);
    let draft = [
        ("kind", "full"),
        ("terms_1_who", "상대방"),
        ("terms_1_what", "거실에 두꺼운 매트를 깐다"),
        ("terms_1_from", "2026-12-01"),
        ("terms_1_check", "사진"),
        ("terms_3_who", "양쪽"),
        ("terms_3_what", "밤 열 시 뒤에는 문자로 이야기한다"),
    ];
    taken(charged, NUMBER, "draft", &draft);
    let agreement = house.case().agreements[0].seq.to_string();
    let calls = || {
        let waiting = house.db.read_here(|rx| projection::calls(rx, house.case().id)).unwrap();
        waiting.iter().map(|call| notice::Call::parse(&call.detail).unwrap().kind).collect::<Vec<_>>()
    };
    assert!(calls().contains(&NoticeKind::AgreementToSign), "nobody gave an address");
    for side in ["applicant", "respondent"] {
        taken(charged, NUMBER, "sign", &[("agreement", &agreement), ("side", side), ("method", "paper")]);
    }
    let case = house.case();
    assert_eq!((case.stage, case.outcome()), (Stage::Closed, Some(Outcome::Settled)));
    assert_eq!(case.follow_ups.len(), 3);
    assert!(
        !calls().contains(&NoticeKind::AgreementToSign),
        "whoever signed on paper is not asked to sign any more"
    );
}

fn papers(desk: &mut Browser) {
    let list = desk.get(&format!("/cases/{NUMBER}/papers"));
    assert_eq!(list.status, 200);
    let links: Vec<String> = list
        .body
        .split(&format!("href=\"/cases/{NUMBER}/print/"))
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap().replace("&#x3D;", "="))
        .collect();
    assert!(links.len() >= 3, "{links:?}");
    for link in &links {
        let paper = desk.get(&format!("/cases/{NUMBER}/print/{link}"));
        assert_eq!(paper.status, 200, "{link}");
        // A notice for the board names nobody, nor who printed it; nor does what goes to the other side's door.
        let inside = !["notice", "notification", "answer"].contains(&link.as_str());
        assert_eq!(paper.body.contains("출력자 이간사"), inside, "{link}");
    }
    let agreement = links.iter().find(|l| l.starts_with("agreement")).unwrap();
    let paper = desk.get(&format!("/cases/{NUMBER}/print/{agreement}")).body;
    for said in [
        "민법상 화해계약이며 재판상 화해·확정판결의 효력은 없습니다",
        "거실에 두꺼운 매트를 깐다",
        "김영희 101동 1203호",
        "2026. 12. 1.(화)부터",
    ] {
        assert!(paper.contains(said), "{said}: {paper}");
    }
    let history = desk.get(&format!("/cases/{NUMBER}/print/history")).body;
    for said in ["법정 사다리", "③ 권고", "매트를 깔아 주시기를 권했습니다", "⑦ 결과"]
    {
        assert!(history.contains(said), "{said}");
    }
    assert!(!history.contains("석 달 전부터입니다"), "what was told in confidence is not in it");
    assert_eq!(desk.get(&format!("/cases/{NUMBER}/print/agreement?seq=999")).status, 404);
    assert_eq!(desk.get(&format!("/cases/{NUMBER}/print/nothing")).status, 404);
}

fn corrected(desk: &mut Browser) {
    taken(desk, NUMBER, "note", &[("text", "잘못 적은 메모"), ("visibility", "staff")]);
    let log = desk.get(&format!("/cases/{NUMBER}/log")).body;
    let line =
        log.split("/steps/correct?line&#x3D;").nth(1).or_else(|| log.split("/steps/correct?line=").nth(1));
    let line = line.unwrap().split('"').next().unwrap().to_owned();
    let form = desk.get(&format!("/cases/{NUMBER}/steps/correct?line={line}"));
    assert!(form.body.contains("selected"), "the line is chosen already: {}", form.body);
    taken(desk, NUMBER, "correct", &[("line", &line), ("void", "yes"), ("reason", "다른 사건의 메모입니다")]);
    let log = desk.get(&format!("/cases/{NUMBER}/log")).body;
    assert!(
        log.contains("정정됨") && log.contains("다른 사건의 메모입니다") && log.contains("잘못 적은 메모"),
        "{log}"
    );
    let late =
        [("text", "지난주의 일"), ("visibility", "staff"), ("at_date", "2026-11-21"), ("at_time", "10:00")];
    taken(desk, NUMBER, "note", &late);
    assert!(desk.get(&format!("/cases/{NUMBER}/log")).body.contains("늦게 기록함"));
}
