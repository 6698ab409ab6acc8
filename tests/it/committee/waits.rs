//! What waits at a committee: on the pages, by programs and in the weekly summary alike, and for nobody who has left the case.
use super::{Evening, about};
use crate::world::{Visitor, World, worlds};
use chrono::Duration;
use ieum::casework::{digest, recusal};
use ieum::domain::codes::{RecusalGround, Role};
use ieum::domain::letter::Letter;
use ieum::domain::meeting::MeetingStep;
use ieum::domain::seoul;
use ieum::store::{outbox, users};
use serde_json::{Value, json};

/// What the API lists for somebody: kind, and what it is about.
fn listed(who: &Visitor) -> Vec<Value> {
    let answer = who.call("GET", "/api/v1/duties?limit=200", "");
    assert_eq!(answer.status, 200, "{}", answer.body);
    let said: Value = serde_json::from_str(&answer.body).unwrap();
    said["duties"].as_array().unwrap().clone()
}

fn kinds(who: &Visitor) -> Vec<String> {
    listed(who).iter().map(|d| d["kind"].as_str().unwrap().to_owned()).collect()
}

fn has(who: &Visitor, kind: &str) -> bool {
    kinds(who).iter().any(|known| known == kind)
}

/// How many duties the page lists.
fn shown(who: &mut Visitor) -> usize {
    let page = who.get("/todo");
    let list = page.body.split("<ul class=\"duties\">").skip(1);
    list.map(|part| part.split("</ul>").next().unwrap().matches("<li>").count()).sum()
}

#[test]
fn what_a_committee_has_to_do_is_listed_for_whoever_sees_to_it() {
    for world in worlds() {
        let mut evening = Evening::of(&world);
        // The demo's second member has had no training this year: the desk sees to it, and the member of their own.
        for (name, desk, own) in [
            ("secretary", true, false),
            ("chair", true, false),
            ("member2", false, true),
            ("member", false, false),
        ] {
            let mut who = world.staff(name);
            assert_eq!(
                (has(&who, "training"), has(&who, "own_training")),
                (desk, own),
                "{name} {}",
                world.name
            );
            assert_eq!(
                shown(&mut who),
                listed(&who).len(),
                "{name}: the page lists what the program is told"
            );
        }
        let own = listed(&world.staff("member2")).into_iter().find(|d| d["kind"] == "own_training").unwrap();
        assert_eq!(own["seat_id"], evening.seat("member2").0);
        assert_eq!(own["due_at"], "2026-12-31T14:59:00Z", "the year's last minute in Seoul");
        // A meeting's ends: the 서기 sees them, a member does not.
        let number = evening.open_case();
        evening.called(vec![about(&number, "close:out_of_scope")]);
        let everyone = ["chair", "member", "member2", "clerk"].map(|name| evening.seat(name));
        evening.open(everyone.to_vec());
        evening.decide(1, (1, 1, 2), None);
        evening.take("chair", MeetingStep::Adjourn {});
        world.set(evening.at);
        let id = evening.meeting.as_ref().unwrap().id.0;
        let minutes = listed(&world.staff("clerk")).into_iter().find(|d| d["kind"] == "minutes").unwrap();
        assert_eq!((&minutes["meeting_id"], &minutes["body_id"]), (&json!(id), &json!(evening.body.0)));
        assert!(world.staff("clerk").get("/todo").body.contains("회의록 쓰고 마치기"));
        assert!(!has(&world.staff("member"), "minutes"));
        evening.take("clerk", MeetingStep::Write { text: "다룸".to_owned(), notes: vec![] });
        evening.take("clerk", MeetingStep::Complete {});
        world.set(evening.at);
        assert!(has(&world.staff("chair"), "signatures") && has(&world.staff("clerk"), "signatures"));
        terms(&world, &evening);
    }
}

/// Sixty days before its last day a term's end waits at the desk.
fn terms(world: &World, evening: &Evening<'_>) {
    let seat = evening.seat("member");
    let last = world.read(|rx| ieum::store::seats::find(rx, seat)).seat.last_day().unwrap();
    let noon = |days| seoul::midnight(last - Duration::days(days)) + Duration::hours(12);
    world.set(noon(61));
    assert!(!has(&world.staff("secretary"), "term_end"), "{}", world.name);
    world.set(noon(60));
    let desk = world.staff("secretary");
    let ends = listed(&desk).into_iter().find(|d| d["seat_id"] == seat.0 && d["kind"] == "term_end");
    assert!(ends.is_some(), "{}", world.name);
    assert!(!has(&world.staff("clerk"), "term_end"));
}

#[test]
fn the_weekly_summary_counts_what_the_page_lists() {
    for world in worlds() {
        for name in ["secretary", "chair", "member2"] {
            let (user, now) = (world.user(name), world.now());
            world.db.write_here(|tx| digest::switch(tx, user, true, now)).unwrap();
            let monday = now + Duration::days(3);
            world.set(monday);
            let mut who = world.staff(name);
            assert!(
                world.db.write_here(|tx| digest::send(tx, user, monday)).unwrap(),
                "{name}: something waits"
            );
            let lease = |tx: &mut ieum::store::Tx<'_>| outbox::lease(tx, 500, Duration::minutes(1), monday);
            let mails = world.db.write_here(lease).unwrap();
            let email = world.read(|rx| users::find(rx, user)).email;
            let told =
                mails.iter().filter_map(|mail| mail.outgoing.as_ref()).find_map(|mail| match &mail.letter {
                    Letter::DutyDigest { overdue, week, later, .. } if mail.to == email => {
                        Some(overdue + week + later)
                    }
                    _ => None,
                });
            assert_eq!(usize::try_from(told.unwrap()).unwrap(), shown(&mut who), "{name} {}", world.name);
            world.set(now);
        }
    }
}

#[test]
fn of_a_case_that_somebody_left_nothing_waits_for_them_and_another_desk_is_asked_for() {
    for world in worlds() {
        let evening = Evening::of(&world);
        let number = evening.open_case();
        let of_case = |who: &Visitor| listed(who).iter().filter(|d| d["case"] == number.as_str()).count();
        let before = of_case(&world.staff("secretary"));
        assert!(before > 0);
        let (actor, at) = (evening.actor("secretary"), evening.at);
        let declare = |tx: &mut ieum::store::Tx<'_>| {
            recusal::declare(tx, &actor, &number, RecusalGround::Kin, "사촌", at)
        };
        world.db.write_here(declare).unwrap();
        let mut desk = world.staff("secretary");
        let home = format!("/committees/{}", evening.body.0);
        assert_eq!(of_case(&desk), 0, "{}", world.name);
        for path in ["/todo".to_owned(), home.clone()] {
            assert!(!desk.get(&path).body.contains(&number), "{path} {}", world.name);
        }
        // Nobody keeps that desk now: the chair is told, by the number that the form asks for.
        let mut chair = world.staff("chair");
        let due = listed(&chair).into_iter().find(|d| d["kind"] == "desk").unwrap();
        assert_eq!(due["case"], number.as_str());
        assert!(chair.get("/todo").body.contains("물러난 간사의 대행 정하기"));
        let form = [("number", number.clone()), ("seat", evening.seat("member").0.to_string())];
        let form: Vec<_> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        chair.get(&format!("{home}/do/stand_in"));
        assert_eq!(chair.post(&format!("{home}/do/stand_in"), &form).status, 303);
        assert!(!has(&chair, "desk"));
        let mut stand_in = world.staff("member");
        assert_eq!(of_case(&stand_in), before, "{}: what waits at that desk is the stand-in's", world.name);
        assert!(stand_in.get("/todo").body.contains(&number));
        assert_eq!(of_case(&desk), 0);
        handed_over(&world, &evening, &number);
        // The stand-in leaves it too: another one is asked for.
        let (other, at) = (evening.actor("member"), evening.at);
        world
            .db
            .write_here(|tx| recusal::declare(tx, &other, &number, RecusalGround::Friend, "아는 사이", at))
            .unwrap();
        assert!(has(&chair, "desk") && of_case(&stand_in) == 0, "{}", world.name);
    }
}

/// The record of a handover names the case to neither of two who left it.
fn handed_over(world: &World, evening: &Evening<'_>, number: &str) {
    let desk = world.staff("secretary");
    let new = json!({"body_id": evening.body.0, "taker_id": world.user("clerk").0, "passed": "열쇠"});
    let made = desk.call("POST", "/api/v1/handovers", &new.to_string());
    assert_eq!(made.status, 201, "{}", made.body);
    let said: Value = serde_json::from_str(&made.body).unwrap();
    let path = format!("/handovers/{}", said["handover"]["id"]);
    assert!(!made.body.contains(number), "{}", made.body);
    assert!(!world.staff("secretary").get(&path).body.contains(number), "{}", world.name);
    assert!(world.staff("clerk").get(&path).body.contains(number), "who takes the desk over reads it all");
    assert!(evening.actor("clerk").has(Role::Clerk));
}
