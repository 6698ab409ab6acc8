//! Programmes change by the day and keep their history; cases keep the rule under which they began.
use super::{joined, opened};
use crate::databases::fresh;
use crate::residents::house::{Browser, House};
use crate::staff::{filed, step, taken, way};
use ieum::domain::case::Case;
use ieum::domain::codes::{CommitteeKind, Role};
use ieum::domain::permission::Scope;
use ieum::store::complexes::{self, Facts};
use ieum::store::mediators;
use ieum::store::users;
use ieum::store::{StoreError, cases};

fn case(house: &House, number: &str) -> Case {
    let all = Scope { all: true, ..Scope::default() };
    house.db.read_here(|rx| cases::find(rx, &all, number)).unwrap()
}

/// The programme by its page, and the house's 단지 put into it from yesterday on.
fn begun(house: &House, admin: &mut Browser) -> String {
    let ngo = house.ngo.0.to_string();
    let form = [
        ("name", "2026년 공모사업"),
        ("ngo", ngo.as_str()),
        ("from_on", "2026-01-01"),
        ("until_on", "2026-12-31"),
        ("basis", "consent"),
        ("mediators", "1"),
    ];
    admin.get("/admin/programmes/new");
    let (to, _) = admin.post_on("/admin/programmes/new", &form);
    assert_eq!(to, "/admin/programmes");
    let yesterday = house.now() - chrono::Duration::days(1);
    house
        .db
        .write_here(|tx| {
            let id = ieum::store::programmes::names(tx)?[0].0;
            let facts = Facts {
                dong_code: "1141055500".into(),
                committee: CommitteeKind::Resident,
                programme_id: Some(id),
            };
            complexes::set_facts(tx, house.complex, &facts, yesterday)?;
            Ok::<_, StoreError>(format!("/admin/programmes/{}", id.0))
        })
        .unwrap()
}

#[test]
fn accounts_a_programme_is_changed_and_ended_and_nothing_is_forgotten() {
    for base in fresh() {
        let (house, mut admin) = opened(base);
        let path = begun(&house, &mut admin);
        assert!(admin.get(&path).body.contains("천연뜨란채"), "the 단지 that are in it");
        let (_, mut office) = house.signed_in("박소장", Role::Manager, house.office);
        filed(&house, &mut office, &[]);
        let first = case(&house, "2026-0001").intake;
        assert!(first.programme.is_some() && first.mediators_needed == 1);
        house.wait(chrono::Duration::minutes(1));

        let change = format!("{path}/change");
        let ngo = house.ngo.0.to_string();
        let terms = [
            ("holds_on", "2026-11-20"),
            ("ngo", ngo.as_str()),
            ("from_on", "2026-01-01"),
            ("until_on", "2027-03-31"),
            ("basis", "consent"),
            ("budget_won", "12000000"),
            ("mediators", "2"),
        ];
        admin.get(&change);
        let silent = admin.post(&change, &terms);
        assert_eq!(silent.status, 422, "why is asked");
        assert!(
            silent.body.contains("href=\"#reason\"") && silent.body.contains("2027-03-31"),
            "{}",
            silent.body
        );
        let explained = [&terms[..], &[("reason", "두 사람씩 조정하기로 함")]].concat();
        let (_, shown) = admin.post_on(&change, &explained);
        for said in ["두 사람씩 조정하기로 함", "2026.12.31", "2027.03.31", "조정인 1명", "조정인 2명"]
        {
            assert!(shown.body.contains(said), "{said}: {}", shown.body);
        }
        let early: Vec<_> =
            explained.iter().map(|(n, v)| (*n, if *n == "holds_on" { "2026-11-19" } else { v })).collect();
        assert_eq!(admin.post(&change, &early).status, 422, "what held before is not rewritten");
        house.wait(chrono::Duration::hours(1));
        let (_, mut office) = house.signed_in("박과장", Role::Manager, house.office);
        filed(&house, &mut office, &[("unit", "503"), ("r_unit", "603")]);
        assert_eq!(case(&house, "2026-0002").intake.mediators_needed, 2);
        assert_eq!(case(&house, "2026-0001").intake.mediators_needed, 1, "a case keeps its rule");

        let end = format!("{path}/end");
        let operator = house.db.read_here(|rx| users::by_email(rx, super::OPERATOR)).unwrap().id;
        let mut admin = house.browser_of(operator);
        admin.get(&end);
        assert_eq!(admin.post(&end, &[("on", "2026-11-22")]).status, 422);
        admin.post_on(&end, &[("on", "2026-11-22"), ("reason", "협약 해지")]);
        house.wait(chrono::Duration::days(3));
        let (_, mut office) = house.signed_in("박주임", Role::Manager, house.office);
        let late = [("received_date", "2026-11-23"), ("unit", "804"), ("r_unit", "904")];
        assert_eq!(filed(&house, &mut office, &late).status, 303);
        assert_eq!(case(&house, "2026-0003").intake.programme, None, "nothing begins after the end");
        assert_eq!(case(&house, "2026-0001").intake.programme, first.programme, "what was begun goes on");
        let listed = house.browser_of(operator).get(&path);
        for said in ["협약 해지", "두 사람씩 조정하기로 함", "처음", "2026.11.22"] {
            assert!(listed.body.contains(said), "{said}: {}", listed.body);
        }
    }
}

#[test]
fn accounts_an_ngo_whose_programme_is_over_is_sent_nothing_new() {
    for base in fresh() {
        let (house, mut admin) = opened(base);
        let path = begun(&house, &mut admin);
        let (_, mut office) = house.signed_in("박소장", Role::Manager, house.office);
        filed(&house, &mut office, &[]);
        way::until_handed_over(&mut office);
        admin.get(&format!("{path}/end"));
        admin.post_on(&format!("{path}/end"), &[("on", "2026-11-21"), ("reason", "협약 해지")]);
        let (_, mut desk) = house.signed_in("이간사", Role::Secretary, house.committee);
        let ngo = house.ngo.0.to_string();
        let refer = |basis| [("body", ngo.as_str()), ("reason", "조정인이 필요합니다"), ("basis", basis)];
        let wrong = step(&mut desk, "2026-0001", "refer", &refer("entrustment"));
        assert!(
            wrong.status == 422 && wrong.body.contains("처리위탁을 정한 사업이 없습니다"),
            "{}",
            wrong.body
        );
        house.wait(chrono::Duration::days(2));
        let (_, mut desk) = house.signed_in("최간사", Role::Secretary, house.committee);
        let over = step(&mut desk, "2026-0001", "refer", &refer("consent"));
        assert!(over.status == 422 && over.body.contains("사업의 기간이 아닙니다"), "{}", over.body);
        taken(&mut desk, "2026-0001", "note", &[("text", "다른 기관을 찾음"), ("visibility", "staff")]);
    }
}

#[test]
fn accounts_a_person_with_two_roles_acts_in_the_one_they_choose() {
    for base in fresh() {
        let (house, _) = opened(base);
        let (user, mut browser) = joined(&house, "kim@example.com", Role::Manager);
        let now = house.now();
        let committee = house.committee;
        house
            .db
            .write_here(|tx| users::grant(tx, user, Role::Secretary, Some(committee), None, None, now))
            .unwrap();
        filed(&house, &mut browser, &[]);
        assert!(browser.get("/todo").body.contains("2026-0001"));
        assert!(browser.get("/settings").body.contains("/settings/role"));
        let form = browser.get("/settings/role");
        assert!(
            form.body.contains("value=\"manager\"") && form.body.contains("value=\"secretary\""),
            "{}",
            form.body
        );
        browser.post_on("/settings/role", &[("role", "secretary")]);
        assert!(!browser.get("/todo").body.contains("2026-0001"), "the office's duties are not the desk's");
        assert_eq!(browser.get("/cases/2026-0001").status, 404, "the office has not handed it over");
        assert_eq!(browser.get("/exchange").status, 200);
        browser.get("/settings/role");
        assert_eq!(
            browser.post("/settings/role", &[("role", "ward")]).status,
            403,
            "a role that they do not hold"
        );
        assert_eq!(browser.post("/settings/role", &[("role", "king")]).status, 422);
        browser.post_on("/settings/role", &[("role", "manager")]);
        assert_eq!(browser.get("/exchange").status, 404);
        assert!(browser.get("/todo").body.contains("2026-0001"));
        browser.get("/settings/role");
        browser.post_on("/settings/role", &[("role", "")]);
        assert_eq!(browser.get("/exchange").status, 200, "all of them again");
    }
}

#[test]
fn accounts_a_mediators_profile_is_kept_as_typed() {
    for base in fresh() {
        let (house, mut admin) = opened(base);
        let path = format!("/admin/people/{}/mediator", house.mediator.0);
        let shown = admin.get(&path).body;
        assert!(
            shown.contains("조정가") && shown.contains("천연동") && shown.contains("천연뜨란채"),
            "{shown}"
        );
        let ngo = house.ngo.0.to_string();
        let form = [
            ("ngo", ngo.as_str()),
            ("label", "조정위원"),
            ("max_load", "여섯"),
            ("days", "평일저녁"),
            ("languages", "베트남어"),
            ("trained_until", "2028-02-29"),
            ("dongs", "1141055500"),
            ("conflicts", "A1"),
        ];
        let wrong = admin.post(&path, &form);
        assert_eq!(wrong.status, 422);
        assert!(
            wrong.body.contains("href=\"#max_load\"") && wrong.body.contains("베트남어"),
            "{}",
            wrong.body
        );
        let elsewhere = house.office.0.to_string();
        let swapped = |field: &str, value| -> Vec<(&str, &str)> {
            form.iter().map(|(n, v)| (*n, if *n == field { value } else { *v })).collect()
        };
        let mut good = swapped("max_load", "6");
        let mut stranger = good.clone();
        stranger[0].1 = elsewhere.as_str();
        assert_eq!(admin.post(&path, &stranger).status, 422, "only an NGO of theirs");
        good[0].1 = ngo.as_str();
        admin.post_on(&path, &good);
        let kept = house.db.read_here(|rx| mediators::of_body(rx, house.ngo)).unwrap();
        let kept = kept.into_iter().find(|m| m.user_id == house.mediator).unwrap();
        assert_eq!((kept.label.as_str(), kept.max_load, kept.days.as_str()), ("조정위원", 6, "평일저녁"));
        assert_eq!((kept.dongs.as_str(), kept.conflicts.as_str()), ("1141055500", "A1"));
        assert_eq!(kept.trained_until.map(|d| d.to_string()).as_deref(), Some("2028-02-29"));
    }
}
