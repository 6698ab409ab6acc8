//! What is brought back from a visit: the checklist entered from paper, and a meter's log held against the limits.
use crate::world::people::{Answer, Visitor};
use crate::world::{World, worlds};
use ieum::domain::codes::Means;
use ieum::domain::step::Step;
use ieum::store::{cases, events};

fn numbers(visitor: &mut Visitor) -> Vec<String> {
    let body = visitor.get("/cases").body;
    let mut all: Vec<String> = body
        .split("href=\"/cases/20")
        .skip(1)
        .map(|rest| format!("20{}", rest.split('"').next().unwrap()))
        .collect();
    all.retain(|number| !number.contains('/'));
    all.dedup();
    assert!(!all.is_empty(), "{body}");
    all
}

fn lines(world: &World, number: &str) -> Vec<Step> {
    let actor = world.actor("secretary");
    world.read(|rx| {
        let case = cases::find(rx, &actor.scope(), number)?;
        Ok(events::of_case(rx, case.id)?.into_iter().map(|e| e.step).collect())
    })
}

fn upload(visitor: &mut Visitor, path: &str, fields: &[(&str, &str)], file: &str) -> Answer {
    let page = visitor.get(path).body;
    let csrf = page.split("name=\"_csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let mut body = String::new();
    for (name, value) in [fields, &[("_csrf", csrf.as_str())]].concat() {
        body += &format!("--X\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    }
    body += &format!(
        "--X\r\nContent-Disposition: form-data; name=\"log\"; filename=\"meter.csv\"\r\nContent-Type: text/csv\r\n\r\n{file}\r\n--X--\r\n"
    );
    visitor.send("POST", path, &[("content-type", "multipart/form-data; boundary=X")], &body)
}

/// An hour and a minute of seconds by night, one minute of them loud.
fn night() -> String {
    let mut text = "Meter;M1\n\nDate;Time;LAeq\n".to_owned();
    for n in 0..3660 {
        let level = if (600..660).contains(&n) { "44,5" } else { "28,0" };
        text += &format!("2026/11/20;23:{:02}:{:02};{level}\n", n / 60 % 60, n % 60)
            .replace("20;23:", if n < 3600 { "20;22:" } else { "20;23:" });
    }
    text
}

#[test]
fn staff_a_visit_is_entered_from_its_checklist_as_one_event() {
    for world in worlds() {
        let mut desk = world.staff("secretary");
        let all = numbers(&mut desk);
        let number = all.iter().find(|n| desk.get(&format!("/cases/{n}/visit")).status == 200);
        let number = number.unwrap_or_else(|| panic!("{}: no case to visit: {all:?}", world.name));
        let path = format!("/cases/{number}/visit");
        let before = lines(&world, number).len();
        let page = desk.get(&path).body;
        let version =
            page.split("name=\"version\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let first = [("version", version.as_str()), ("met", "applicant"), ("rooms", "거실과 안방")];
        let wrong = desk.post(&path, &first);
        assert_eq!(wrong.status, 422);
        assert!(
            wrong.body.contains("거실과 안방") && wrong.body.contains("href=\"#heard\""),
            "{}",
            wrong.body
        );
        assert_eq!(lines(&world, number).len(), before);
        let rest = [
            ("met", "respondent"),
            ("heard", "no"),
            ("danger", "no"),
            ("seen", "매트를 권하고 다시 오기로 함"),
        ];
        let done = desk.post(&path, &[&first[..], &rest].concat());
        assert_eq!(done.status, 303, "{}", done.body);
        let after = lines(&world, number);
        assert_eq!(after.len(), before + 1, "one event");
        let visited = after.iter().filter_map(|step| match step {
            Step::Investigate { means: Means::Visit, findings } if findings.contains("다시 오기로") => {
                Some(findings)
            }
            _ => None,
        });
        let findings: Vec<_> = visited.collect();
        assert_eq!(findings.len(), 1);
        assert!(
            findings[0].contains("1. 만난 사람: 신청인, 상대방\n2. 둘러본 곳: 거실과 안방\n3."),
            "{}",
            findings[0]
        );
    }
}

#[test]
fn staff_a_log_is_judged_drawn_and_told_and_only_kept_in_words() {
    for world in worlds() {
        let mut desk = world.staff("secretary");
        let number = numbers(&mut desk).remove(0);
        let path = format!("/cases/{number}/noise");
        let terms = [("kind", "direct"), ("building", "older"), ("source", "app")];
        let before = lines(&world, &number).len();
        let told = upload(&mut desk, &path, &terms, &night());
        assert_eq!(told.status, 200, "{}", told.body);
        for said in [
            "기준 초과",
            "참고 수치(판정 아님)",
            "44.5 dB(A)",
            "LAeq",
            "<polyline",
            "누구의 잘못인지를 말하지 않습니다",
            "22시",
        ] {
            assert!(told.body.contains(said), "{said}: {}", told.body);
        }
        assert_eq!(lines(&world, &number).len(), before, "nothing is kept unasked");
        let kept = upload(&mut desk, &path, &[&terms[..], &[("record", "yes")]].concat(), &night());
        assert!(kept.body.contains("사건 기록에 남겼습니다"), "{}", kept.body);
        let note = lines(&world, &number).into_iter().find_map(|step| match step {
            Step::Note { text, .. } if text.starts_with("소음 측정 기록") => Some(text),
            _ => None,
        });
        assert!(note.unwrap().contains("등가 낮 41·밤 36"), "the basis stands with it");
        assert_eq!(lines(&world, &number).len(), before + 1);
        let bad =
            upload(&mut desk, &path, &terms, "at,level\n2026-11-20 22:00:00,30\n2026-11-20 22:00:00,30\n");
        assert_eq!(bad.status, 422);
        assert!(bad.body.contains("meter.csv:line 3"), "{}", bad.body);
        let mut stranger = world.staff("ward");
        assert_eq!(stranger.get(&path).status, 404);
    }
}
