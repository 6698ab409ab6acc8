//! 소음일지: noted by the link in seconds, read only by whoever may, counted right, gone with the applicant's data. On both databases.
use crate::provision::{case, take};
use crate::world::{World, worlds};
use chrono::{Duration, NaiveDate};
use ieum::casework::{keeping, tell};
use ieum::domain::case::Case;
use ieum::domain::codes::{Cause, Felt, Outcome, Side};
use ieum::domain::diary::{A_DAY_MAX, Heard};
use ieum::domain::permission::{Actor, Guest};
use ieum::domain::step::Step;
use ieum::store::{access, diary};
use serde_json::{Value, json};

fn link(world: &World, case: &Case, side: Side) -> String {
    world.db.write_here(|tx| tell::receipt_path(tx, case, side, world.now())).unwrap()
}

fn noted(world: &World, case: &Case) -> Vec<diary::Entry> {
    world.read(|rx| diary::of_case(rx, case.id, 100))
}

const TAP: [(&str, &str); 3] = [("kind", "footfall"), ("minutes", "30"), ("felt", "awake")];

#[test]
fn one_tap_by_the_link_alone_notes_now_and_reading_asks_for_the_digits() {
    for world in worlds() {
        let case = case(&world);
        let home = link(&world, &case, Side::Applicant);
        let path = format!("{home}/diary");
        let mut resident = world.anonymous();
        assert!(resident.get(&home).body.contains(&path), "the way there stands on the own page");
        let page = resident.get(&path);
        assert!(page.status == 200 && page.body.contains("잠을 못 잠"), "{}", page.body);
        assert_eq!(resident.post(&path, &TAP).status, 303);
        assert_eq!(resident.post(&path, &TAP).status, 303, "a second tap in the same minute");
        let all = noted(&world, &case);
        assert_eq!(all.len(), 1, "{}: noted once", world.name);
        assert_eq!(
            (all[0].heard.at, all[0].heard.felt, all[0].by_role.as_str()),
            (world.now(), Felt::Awake, "applicant")
        );
        assert!(!resident.get(&path).body.contains("발걸음·뛰는 소리, 30분"), "not read without the digits");
        let more = [&TAP[..], &[("note", "쿵쿵 소리")]].concat();
        let twice = resident.post(&path, &more);
        assert!(
            twice.status == 422 && twice.body.contains("쿵쿵 소리"),
            "no word is dropped: {}",
            twice.body
        );
        // What is wrong stands at its field; what was typed stays.
        let later = [&TAP[..], &[("at_date", "2031-01-01"), ("at_time", "10:00"), ("note", "쿵쿵")]].concat();
        let wrong = resident.post(&path, &later);
        assert!(
            wrong.status == 422 && wrong.body.contains("아직 오지 않은 때") && wrong.body.contains("쿵쿵"),
            "{}",
            wrong.body
        );
        let (mut own, home) = world.at_home(&case, Side::Applicant);
        let shown = own.get(&format!("{home}/diary"));
        assert!(
            shown.body.contains("발걸음·뛰는 소리, 30분") && shown.body.contains("가장 잦습니다"),
            "{}",
            shown.body
        );
        let strike = format!("{home}/diary/{}/strike", all[0].id);
        resident.get(&path);
        resident.post(&strike, &[]);
        assert_eq!(noted(&world, &case).len(), 1, "not struck out without the digits");
        own.get(&format!("{home}/diary"));
        assert_eq!(own.post(&strike, &[]).status, 303);
        assert!(noted(&world, &case).is_empty(), "{}", world.name);
    }
}

#[test]
fn it_is_the_applicants_alone_and_whoever_opens_it_is_recorded() {
    for world in worlds() {
        let case = case(&world);
        let number = case.number.clone();
        let guest = Actor::guest(Guest::Party(case.id, Side::Applicant));
        let heard = Heard {
            at: world.now() - Duration::days(2),
            minutes: 10,
            kind: Cause::Audio,
            felt: Felt::Hard,
            note: "베이스 소리가 벽을 타고 옴".to_owned(),
        };
        let now = world.now();
        world.db.write_here(|tx| ieum::casework::diary::note(tx, &guest, &number, &heard, now)).unwrap();
        let mut other = world.anonymous();
        assert_eq!(other.get(&format!("{}/diary", link(&world, &case, Side::Respondent))).status, 404);
        let path = format!("/cases/{number}/diary");
        let mut desk = world.staff("secretary");
        let page = desk.get(&path);
        assert!(page.status == 200 && page.body.contains("베이스 소리가"), "{} {}", world.name, page.body);
        let seen = world.read(|rx| access::of_side(rx, case.id, Side::Applicant, 50));
        assert!(seen.iter().any(|line| line.what == "diary"), "{seen:?}");
        for stranger in ["ward", "dong", "admin"] {
            assert_eq!(world.staff(stranger).get(&path).status, 404, "{stranger}");
        }
        // The desk copies from paper, and strikes out what it copied, not what the applicant noted.
        desk.get(&path);
        let undated = desk.post(&path, &TAP);
        assert!(undated.status == 422 && undated.body.contains("종이에 적힌 날짜"), "{}", undated.body);
        let copied = [&TAP[..], &[("at_date", "2026-11-10"), ("at_time", "23:15")]].concat();
        assert_eq!(desk.post(&path, &copied).status, 303);
        let all = noted(&world, &case);
        assert_eq!(all.len(), 2, "{}", world.name);
        let (own, desks): (Vec<_>, Vec<_>) = all.into_iter().partition(|e| e.by_role == "applicant");
        assert_eq!(desk.post(&format!("{path}/{}/strike", own[0].id), &[]).status, 404);
        assert_eq!(desk.post(&format!("{path}/{}/strike", desks[0].id), &[]).status, 303);
    }
}

#[test]
fn programs_do_the_same_limits_hold_and_a_closed_case_takes_no_more() {
    for world in worlds() {
        let case = case(&world);
        let token = link(&world, &case, Side::Applicant).strip_prefix("/r/").unwrap().to_owned();
        let program = world.anonymous();
        let call = |name: &str, body: Value| {
            let answer = program.call("POST", &format!("/api/v1/links/{name}"), &body.to_string());
            (answer.status, serde_json::from_str::<Value>(&answer.body).unwrap_or_default())
        };
        let tap = |at: Value, minutes: i64| json!({"token": token, "at": at, "minutes": minutes, "kind": "pet", "felt": "heard"});
        assert_eq!(call("diary", tap(json!("2026-11-01T13:00:00Z"), 5)).0, 201);
        let (status, wrong) = call("diary", tap(Value::Null, 721));
        assert_eq!((status, &wrong["fields"][0]["name"]), (422, &json!("minutes")), "{wrong}");
        assert_eq!(call("diary", tap(json!("2020-01-01T00:00:00Z"), 5)).1["fields"][0]["name"], "at");
        let desk = world.staff("secretary");
        let list = desk.call("GET", &format!("/api/v1/cases/{}/diary", case.number), "");
        assert!(list.status == 200 && list.body.contains("\"kind\":\"pet\""), "{}", list.body);
        // So many a day, and no more.
        let first = NaiveDate::from_ymd_opt(2026, 11, 2).unwrap().and_hms_opt(0, 0, 0).unwrap().and_utc();
        for n in 1..A_DAY_MAX {
            assert_eq!(call("diary", tap(json!(first + Duration::minutes(n)), 5)).0, 201);
        }
        assert_eq!(call("diary", tap(json!(first - Duration::minutes(1)), 5)).0, 422, "{}", world.name);
        // A desk that copies from paper takes none of these turns.
        let paper = json!({"at": "2026-10-01T10:00:00Z", "minutes": 5, "kind": "pet", "felt": "heard"});
        let copied = desk.call("POST", &format!("/api/v1/cases/{}/diary", case.number), &paper.to_string());
        assert_eq!(copied.status, 201, "{}: {}", world.name, copied.body);
        world.wait(Duration::days(2));
        let guest = Actor::guest(Guest::Party(case.id, Side::Applicant));
        let close = Step::Close { outcome: Outcome::Withdrawn, reason: "거둠".to_owned(), by: None };
        // A page that stayed open.
        let mut late = world.anonymous();
        let path = format!("/r/{token}/diary");
        late.get(&path);
        take(&world, &guest, &case.number, close).unwrap();
        assert_eq!(call("diary", tap(Value::Null, 5)).0, 409, "{}", world.name);
        let told = late.post(&path, &[&TAP[..], &[("note", "새벽 세 시")]].concat());
        assert!(
            told.status == 422 && told.body.contains("사건이 끝나") && told.body.contains("새벽 세 시"),
            "{}",
            told.body
        );
        // It goes with what is known of the applicant.
        let now = world.now();
        world.db.write_here(|tx| keeping::forget_side(tx, &case, Side::Respondent, now)).unwrap();
        assert!(!noted(&world, &case).is_empty(), "not with the other side's");
        world.db.write_here(|tx| keeping::forget_side(tx, &case, Side::Applicant, now)).unwrap();
        assert!(noted(&world, &case).is_empty(), "{}", world.name);
    }
}
