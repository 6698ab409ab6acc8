//! The ward's board of committees: what it lists is the rule on the data, recomputed here from the rows by other means.
use crate::world::{World, worlds};
use chrono::{DateTime, Datelike, Duration, Months, NaiveDate, Utc};
use ieum::casework::committee::rules_on;
use ieum::domain::codes::{BodyKind, MeetingState, Role};
use ieum::domain::ids::ComplexId;
use ieum::domain::letter::Letter;
use ieum::domain::seoul;
use ieum::store::{bodies, complexes, meetings, outbox, seats};
use serde_json::Value;
use std::collections::BTreeMap;

/// `required formed in_term trained met members` of every 단지 of the ward, by its code.
fn recomputed(world: &World, ward: &str, now: DateTime<Utc>) -> BTreeMap<String, [String; 6]> {
    let today = seoul::day(now);
    let word = |mark: Option<bool>| mark.map_or("", |yes| if yes { "yes" } else { "no" }).to_owned();
    world.read(|rx| {
        let mut board = BTreeMap::new();
        for complex in complexes::all(rx)? {
            let (_, of) = complexes::facts_at(rx, complex.id, now)?;
            if of != ward {
                continue;
            }
            let own = complexes::obligations_of(rx, complex.id)?;
            let own = own.iter().rev().find(|o| o.from <= today).map(|o| o.required);
            let large = complex.households >= 700 && today >= NaiveDate::from_ymd_opt(2024, 10, 25).unwrap();
            let required = own.unwrap_or(large);
            let all = bodies::every(rx)?;
            let body =
                all.into_iter().find(|b| b.kind == BodyKind::Committee && b.complex_id == Some(complex.id));
            let Some(body) = body else {
                let formed = word(required.then_some(false));
                board.insert(
                    complex.code,
                    [word(Some(required)), formed, String::new(), String::new(), String::new(), "0".into()],
                );
                continue;
            };
            let rules = rules_on(rx, &body, today).unwrap();
            let members = seats::of_body(rx, body.id)?;
            let sitting =
                |on: NaiveDate| members.iter().filter(move |m| m.seat.votes && m.seat.in_office(on));
            let least = usize::try_from(rules.size_min).unwrap();
            let born = members.iter().map(|m| m.seat.from).min().unwrap_or(today);
            let formed_on =
                born.iter_days().take_while(|on| *on <= today).find(|on| sitting(*on).count() >= least);
            let in_office = sitting(today).count();
            let trainings = seats::trainings_of(rx, body.id)?;
            let done = |seat| {
                let own = trainings.iter().filter(|t| t.seat == seat && t.on.year() == today.year());
                own.map(|t| t.minutes).sum::<i64>() >= i64::from(rules.training_hours) * 60
            };
            let trained = (formed_on.is_some() && in_office > 0 && rules.training_hours > 0)
                .then(|| sitting(today).all(|m| done(m.seat.id)));
            let held =
                [MeetingState::Open, MeetingState::Adjourned, MeetingState::Completed, MeetingState::Signed];
            let heads = meetings::of_bodies(rx, &[body.id], 1000)?;
            let last = heads.iter().filter(|h| held.contains(&h.state)).filter_map(|h| h.starts_at).max();
            let met = match (formed_on, rules.regular_months) {
                (Some(formed), Some(months)) => {
                    let since = today.checked_sub_months(Months::new(months)).unwrap();
                    let lately = last.is_some_and(|at| seoul::day(at.and_utc()) >= since);
                    if lately { Some(true) } else { (formed <= since).then_some(false) }
                }
                _ => None,
            };
            let formed = if formed_on.is_some() { Some(true) } else { required.then_some(false) };
            let in_term = formed_on.map(|_| in_office >= least);
            let marks = [Some(required), formed, in_term, trained, met].map(word);
            let [required, formed, in_term, trained, met] = marks;
            board.insert(complex.code, [required, formed, in_term, trained, met, in_office.to_string()]);
        }
        Ok(board)
    })
}

/// The same columns of the CSV that the ward takes.
fn listed(csv: &str) -> BTreeMap<String, [String; 6]> {
    let mut lines = csv.trim_start_matches('\u{feff}').lines();
    let header: Vec<&str> = lines.next().unwrap().split(',').collect();
    let place = |name: &str| header.iter().position(|h| *h == name).unwrap();
    let columns = ["required", "formed", "in_term", "trained", "met", "members"].map(place);
    let row = |line: &str| {
        let cells: Vec<String> = line.split(',').map(str::to_owned).collect();
        (cells[place("code")].clone(), columns.map(|c| cells[c].clone()))
    };
    lines.map(row).collect()
}

#[test]
fn committee_board_is_the_rule_on_the_data() {
    for world in worlds() {
        let ward = world.actor("ward").bodies(Role::Ward)[0];
        let code = world.read(|rx| bodies::find(rx, ward)).ward_code;
        let mut lacking = 0;
        // As it stands; when this year's trainings are of last year; when every term is over.
        for days in [0, 60, 800] {
            let now = world.now() + Duration::days(days);
            world.set(now);
            let mut visitor = world.staff("ward");
            let csv = visitor.get("/ward/committees.csv");
            assert_eq!(csv.status, 200);
            assert_eq!(listed(&csv.body), recomputed(&world, &code, now), "{} after {days} days", world.name);
            let page = visitor.get("/ward/committees");
            assert_eq!(page.status, 200);
            lacking = page.body.matches("/remind\"").count();
            for body in world.read(bodies::every).iter().filter(|b| b.kind == BodyKind::Committee) {
                for member in world.read(|rx| seats::of_body(rx, body.id)) {
                    assert!(
                        !page.body.contains(&member.person.name),
                        "{} is counted, not named",
                        member.person.name
                    );
                }
            }
            world.set(now - Duration::days(days));
        }
        assert!(lacking > 0, "{}: two years on, somebody lacks something", world.name);
        let mut manager = world.staff("office");
        assert_eq!(manager.get("/ward/committees").status, 404);
    }
}

/// The committee of the demo as the ward's program sees it.
fn line(world: &World, complex: ComplexId) -> Value {
    let answer = world.staff("ward").call("GET", "/api/v1/ward/committees", "");
    assert_eq!(answer.status, 200, "{}", answer.body);
    let said: Value = serde_json::from_str(&answer.body).unwrap();
    let all = said["committees"].as_array().unwrap().iter();
    all.into_iter().find(|line| line["complex_id"] == complex.0).unwrap().clone()
}

/// The reminders that were written so far: to whom, and all that they say.
fn reminders(world: &World) -> Vec<(String, String)> {
    let now = world.now();
    let lease = |tx: &mut ieum::store::Tx<'_>| outbox::lease(tx, 500, Duration::minutes(1), now);
    let mails = world.db.write_here(lease).unwrap().into_iter().filter_map(|mail| mail.outgoing);
    let ours = mails.filter(|mail| matches!(mail.letter, Letter::CommitteeReminder { .. }));
    let mut found: Vec<_> = ours.map(|mail| (mail.to, format!("{:?}", mail.letter))).collect();
    found.sort();
    found
}

#[test]
fn a_complex_is_reminded_by_mail_once_a_day_and_the_board_says_when() {
    for world in worlds() {
        let body = world.actor("secretary").bodies(Role::Secretary)[0];
        let complex = world.read(|rx| bodies::find(rx, body)).complex_id.unwrap();
        let form = format!("/ward/committees/{}/remind", complex.0);
        // The demo's committee lacks the hours of one member.
        let mut ward = world.staff("ward");
        assert_eq!(line(&world, complex)["reminded_on"], Value::Null);
        let asked = ward.get(&form);
        assert!(asked.status == 200 && asked.body.contains("메일 보내기"), "{}", asked.body);
        assert!(asked.body.contains("5명 가운데 4명이 올해 교육을 마쳤습니다"), "{}", asked.body);
        assert_eq!(world.staff("office").get(&form).status, 404);
        assert_eq!(ward.post(&form, &[]).status, 303);
        assert!(
            ward.get("/ward/committees").body.contains("위원회 운영 안내를 메일로 2통"),
            "{}",
            world.name
        );
        assert_eq!(line(&world, complex)["reminded_on"], "2026-11-20");
        let sent = reminders(&world);
        let to: Vec<_> = sent.iter().map(|(to, _)| to.as_str()).collect();
        assert_eq!(to, ["chair@demo.example", "secretary@demo.example"], "{}", world.name);
        let names: Vec<_> =
            world.read(|rx| seats::of_body(rx, body)).into_iter().map(|m| m.person.name).collect();
        for (_, letter) in &sent {
            assert!(letter.contains("교육") && !names.iter().any(|name| letter.contains(name)), "{letter}");
        }
        // Not twice on the same day, by page or by program; the next day again.
        let again = ward.get(&form);
        assert!(
            again.body.contains("오늘 이미 메일을 보냈습니다") && !again.body.contains("메일 보내기"),
            "{}",
            again.body
        );
        assert_eq!(ward.post(&form, &[]).status, 409);
        let path = format!("/api/v1/ward/committees/{}/reminder", complex.0);
        let refused = world.staff("ward").call("POST", &path, "{}");
        assert!(refused.status == 409 && refused.body.contains("\"reminded\""), "{}", refused.body);
        assert_eq!(world.staff("secretary").call("POST", &path, "{}").status, 403);
        assert_eq!(reminders(&world), [], "{}: nothing more went out", world.name);
        world.set(world.now() + Duration::hours(12));
        let made = world.staff("ward").call("POST", &path, "{}");
        assert!(made.status == 201 && made.body.contains("2"), "{}", made.body);
        assert_eq!(
            line(&world, complex)["reminded_on"],
            "2026-11-21",
            "{}: past midnight in Seoul",
            world.name
        );
        // What lacks nothing is not there to be reminded.
        let desk = world.actor("secretary");
        let untrained = world.user("member2");
        let seat = world.read(|rx| seats::of_user(rx, untrained)).remove(0);
        let (on, now) = (seoul::day(world.now()), world.now());
        let mode = ieum::domain::codes::TrainingMode::Online;
        let training = seats::Training {
            seat: seat.id,
            on,
            minutes: 240,
            provider: "센터".into(),
            certificate: "1".into(),
            mode,
        };
        world.db.write_here(|tx| ieum::casework::committee::train(tx, &desk, body, &training, now)).unwrap();
        let mut ward = world.staff("ward");
        assert_eq!((ward.get(&form).status, ward.post(&form, &[]).status), (404, 404), "{}", world.name);
    }
}
