//! What is closed to somebody: every route of a case, by page and by program, for whoever left it, whose term ended, or who
//! only waits in reserve. The tries of whoever left it are recorded, and seen by the right people.
use super::{Evening, about};
use crate::world::{Answer, Visitor, World, worlds};
use chrono::Duration;
use ieum::casework::committee::{Nomination, move_on, nominate};
use ieum::casework::{CaseworkError, recusal};
use ieum::domain::codes::{Method, Post, RecusalGround, RecusalKind, SeatCategory, Selection};
use ieum::domain::committee::appointment::SeatStep;
use ieum::domain::committee::form::BodyAct;
use ieum::domain::ids::SeatId;
use ieum::domain::meeting::quorum::Tally;
use ieum::domain::meeting::{Matter, MeetingStep, MeetingStepCode, Signer};
use ieum::domain::seoul;
use ieum::store::{access, seats};
use ieum::web::routes::{self, Door};

/// Every route of a case for people with an account: how it is called, and its path in this case.
fn routes_of(number: &str) -> Vec<(bool, String, String)> {
    let ours = routes::all().into_iter().filter(|r| r.path.contains("{number}"));
    let ours = ours.filter(|r| matches!(r.door, Door::SignedIn | Door::Api));
    let fill = |path: &str| {
        let parts = path.split('/').map(|part| match part {
            "{number}" => number,
            "{paper}" => "history",
            "{step}" | "{code}" => "note",
            "{side}" => "applicant",
            other if other.starts_with('{') => "1",
            other => other,
        });
        parts.collect::<Vec<_>>().join("/")
    };
    ours.map(|r| (r.door == Door::Api, r.method.to_string(), fill(r.path))).collect()
}

/// Opens or posts to a route, as a browser or as a program would.
fn knock(who: &mut Visitor, (api, method, path): &(bool, String, String)) -> Answer {
    match (*api, method.as_str()) {
        (true, method) => who.call(method, path, "{}"),
        (false, "GET") => who.get(path),
        (false, _) => who.post(path, &[]),
    }
}

fn tries(world: &World, evening: &Evening<'_>, number: &str) -> usize {
    let case = evening.case(number).id;
    let all = world.read(|rx| access::of_case(rx, case, 1000));
    all.iter().filter(|r| r.what == access::RECUSED_ATTEMPT).count()
}

/// Knocks at every door of the case. None opens, none says a word of it; how many said 404.
fn refused_everywhere(who: &mut Visitor, number: &str, name: &str) -> usize {
    let mut gone = 0;
    let all = routes_of(number);
    assert!(all.iter().filter(|(api, ..)| *api).count() > 15 && all.len() > 40, "{}", all.len());
    for route in all {
        who.learn_csrf();
        let answer = knock(who, &route);
        let what = format!("{name} {route:?}: {} {}", answer.status, answer.body);
        // A program's body is looked at before its case is: that says nothing of the case.
        let unread = route.1 != "GET" && matches!(answer.status, 400 | 415 | 422);
        assert!(answer.status == 404 || unread, "{what}");
        assert!(!answer.body.contains(&format!("{number} 사건")), "{what}");
        gone += usize::from(answer.status == 404);
    }
    gone
}

#[test]
fn every_door_of_a_case_is_closed_to_whoever_left_it_and_every_try_is_told() {
    for world in worlds() {
        let evening = Evening::of(&world);
        let number = evening.open_case();
        let (actor, at) = (evening.actor("secretary"), evening.at);
        let file = format!("/api/v1/cases/{number}/file");
        assert_eq!(world.staff("secretary").call("GET", &file, "").status, 200);
        world
            .db
            .write_here(|tx| recusal::declare(tx, &actor, &number, RecusalGround::Kin, "사촌", at))
            .unwrap();
        assert_eq!(tries(&world, &evening, &number), 0);
        let gone = refused_everywhere(&mut world.staff("secretary"), &number, world.name);
        assert_eq!(tries(&world, &evening, &number), gone, "{}: every refused door is a try", world.name);
        // A stranger's 404 is nobody's try, and neither is that of a case that does not exist.
        assert_eq!(world.staff("ngo").call("GET", &file, "").status, 404);
        assert_eq!(world.staff("secretary").call("GET", "/api/v1/cases/2026-9999/file", "").status, 404);
        assert_eq!(tries(&world, &evening, &number), gone, "{}", world.name);
        seen(&world, &evening);
    }
}

/// The chair sees the 간사's tries by program as by page, the ward sees none of them.
fn seen(world: &World, evening: &Evening<'_>) {
    let page = world.staff("chair").get(&format!("/committees/{}", evening.body.0));
    assert!(page.body.contains("열려고 한 기록") && page.body.contains("오간사"), "{}", page.body);
    let told = world.staff("chair").call("GET", "/api/v1/attempts", "");
    assert!(told.status == 200 && told.body.contains("오간사"), "{} {}", told.status, told.body);
    let ward = world.staff("ward").call("GET", "/api/v1/attempts", "");
    assert!(ward.status == 200 && !ward.body.contains("오간사"), "{} {}", ward.status, ward.body);
}

#[test]
fn a_chair_who_left_is_told_to_the_ward_when_a_program_of_theirs_tries() {
    for world in worlds() {
        let evening = Evening::of(&world);
        let number = evening.agenda_case();
        let (actor, at) = (evening.actor("chair"), evening.at);
        let leave = |tx: &mut ieum::store::Tx<'_>| {
            recusal::declare(tx, &actor, &number, RecusalGround::Friend, "아는 사이", at)
        };
        world.db.write_here(leave).unwrap();
        refused_everywhere(&mut world.staff("chair"), &number, world.name);
        let ward = world.staff("ward").get("/ward/attempts");
        assert!(ward.body.contains("조위원장") && !ward.body.contains(&number), "{}", ward.body);
        let own = world.staff("chair").call("GET", "/api/v1/attempts", "");
        assert!(!own.body.contains("조위원장"), "nobody watches over themself: {}", own.body);
    }
}

/// Seats somebody without a vote, who waits to be needed.
fn in_reserve(evening: &Evening<'_>, name: &str) -> SeatId {
    let (body, at, desk) = (evening.body, evening.at, evening.actor("secretary"));
    let on = seoul::day(at);
    let form = Nomination {
        person: seats::Person { name: "예비위원".to_owned(), ..seats::Person::default() },
        account: Some(evening.world.user(name)),
        post: Some(Post::Member),
        votes: false,
        category: Some(SeatCategory::Expert),
        selection: Some(Selection::Recommended),
        from: Some(on),
        ..Nomination::default()
    };
    let seated = |tx: &mut ieum::store::Tx<'_>| {
        let id = nominate(tx, &desk, body, &form, at)?;
        for step in [SeatStep::Appoint { on }, SeatStep::Accept { on }, SeatStep::Pledge { on }] {
            move_on(tx, &desk, id, step, at)?;
        }
        Ok::<_, CaseworkError>(id)
    };
    evening.world.db.write_here(seated).unwrap()
}

/// The words of everything that a person's lists and searches, by page and by program, say.
fn lists(who: &mut Visitor) -> Vec<(String, String)> {
    let pages = ["/todo", "/cases", "/committees", "/handovers", "/search", "/settings"];
    let calls =
        ["/api/v1/duties", "/api/v1/cases", "/api/v1/committees", "/api/v1/handovers", "/api/v1/referrals"];
    let mut said: Vec<_> = pages.iter().map(|path| ((*path).to_owned(), who.get(path).body)).collect();
    said.extend(calls.iter().map(|path| ((*path).to_owned(), who.call("GET", path, "").body)));
    said
}

#[test]
fn a_member_in_reserve_reads_nothing_until_they_sit() {
    for world in worlds() {
        let mut evening = Evening::of(&world);
        let number = evening.open_case();
        let seat = in_reserve(&evening, "mediator3");
        evening.called(vec![about(&number, "close:out_of_scope"), Matter::Free { title: "홍보".to_owned() }]);
        let meeting = evening.meeting.as_ref().unwrap().id.0;
        world.set(evening.at);
        let mut reserve = world.staff("mediator3");
        let closed = |reserve: &mut Visitor| {
            refused_everywhere(reserve, &number, world.name);
            for path in ["", "/minutes", "/packet", "/public", "/print/notice", "/print/minutes"] {
                let path = format!("/meetings/{meeting}{path}");
                assert_eq!(reserve.get(&path).status, 404, "{path} {}", world.name);
            }
            for path in ["", "/steps", "/public"] {
                let path = format!("/api/v1/meetings/{meeting}{path}");
                assert_eq!(reserve.call("GET", &path, "").status, 404, "{path} {}", world.name);
            }
            for (path, words) in lists(reserve) {
                assert!(!words.contains(&number), "{path} {}: {words}", world.name);
            }
        };
        closed(&mut reserve);
        // Called in for one item, they decide by the paper on the table: Ieum opens nothing to them.
        let mut present: Vec<SeatId> = ["chair", "member", "member2"].map(|name| evening.seat(name)).to_vec();
        let out = evening.seat("member2");
        present.push(seat);
        evening.open(present);
        let ground = RecusalGround::Friend;
        evening
            .take("clerk", MeetingStep::Recuse { item: 1, seat: out, ground, kind: RecusalKind::Declared });
        evening.take("clerk", MeetingStep::Substitute { item: 1, seat: out, by: seat });
        world.set(evening.at);
        closed(&mut reserve);
        assert_eq!(evening.actor("mediator3").assemblies(), []);
    }
}

#[test]
fn a_member_whose_term_ends_tonight_reads_until_midnight_and_not_a_second_longer() {
    for world in worlds() {
        let evening = Evening::of(&world);
        let number = evening.agenda_case();
        let path = format!("/api/v1/cases/{number}");
        let last = world.read(|rx| seats::find(rx, evening.seat("member"))).seat.last_day().unwrap();
        let midnight = seoul::midnight(last + Duration::days(1));
        world.set(midnight - Duration::seconds(1));
        let member = world.staff("member");
        assert_eq!(member.call("GET", &path, "").status, 200, "{}: the last evening", world.name);
        world.set(midnight);
        let mut member = world.staff("member");
        refused_everywhere(&mut member, &number, world.name);
        for (path, words) in lists(&mut member) {
            assert!(!words.contains(&number), "{path}: {words}");
        }
        assert_eq!(tries(&world, &evening, &number), 0, "an ended member is a stranger, no recused one");
    }
}

/// Every page and operation of the committee and of this meeting that can be read, with every paper, form and step there is.
fn committee_routes(body: i64, meeting: i64) -> Vec<(bool, String, String)> {
    let steps: Vec<&str> = MeetingStepCode::ALL.iter().map(|code| code.code()).collect();
    let acts: Vec<&str> = BodyAct::ALL.iter().map(|act| act.code()).collect();
    let papers = ["notice", "minutes", "public", "roster"];
    let all = routes::all().into_iter().filter(|r| matches!(r.door, Door::SignedIn | Door::Api));
    let ours = all.filter(|r| r.path.contains("/meetings/{id}") || r.path.contains("/committees/{id}"));
    let mut found = Vec::new();
    for route in ours.filter(|r| r.method == "GET") {
        let id = if route.path.contains("/meetings/") { meeting } else { body };
        let path = route.path.replace("{id}", &id.to_string()).replace("{scan}", "1");
        let choices: &[&str] = match path.rsplit('/').next().unwrap() {
            "{step}" => &steps,
            "{act}" => &acts,
            "{paper}" => &papers,
            _ => &[""],
        };
        for choice in choices {
            let path = path.replace("{step}", choice).replace("{act}", choice).replace("{paper}", choice);
            found.push((route.door == Door::Api, "GET".to_owned(), path));
        }
    }
    found
}

/// Which of the committee's doors say one of these words to somebody.
fn telling(world: &World, name: &str, routes: &[(bool, String, String)], words: &[&str]) -> Vec<String> {
    let mut who = world.staff(name);
    let mut found = Vec::new();
    for route in routes {
        let answer = knock(&mut who, route);
        assert!(answer.status < 500, "{} {route:?}: {}", world.name, answer.status);
        if words.iter().any(|word| answer.body.contains(word)) {
            found.push(route.2.clone());
        }
    }
    found
}

#[test]
fn a_recused_member_reads_no_word_of_the_item_at_any_door_of_the_committee() {
    for world in worlds() {
        let mut evening = Evening::of(&world);
        let number = evening.open_case();
        let free = Matter::Free { title: "홍보".to_owned() };
        evening.called(vec![about(&number, "close:out_of_scope"), free]);
        let routes = committee_routes(evening.body.0, evening.meeting.as_ref().unwrap().id.0);
        assert!(routes.len() > 45, "{}", routes.len());
        let words = [number.as_str(), "심은말"];
        let tell = |evening: &Evening<'_>, name: &str| {
            world.set(evening.at);
            telling(&world, name, &routes, &words)
        };
        // Whoever is not recused finds it, or nothing would be proven.
        assert!(tell(&evening, "member2").len() >= 3, "{}", world.name);
        let (out, at) = (evening.actor("member2"), evening.at);
        let leave = |tx: &mut ieum::store::Tx<'_>| {
            recusal::declare(tx, &out, &number, RecusalGround::Friend, "아는 사이", at)
        };
        world.db.write_here(leave).unwrap();
        assert_eq!(tell(&evening, "member2"), [""; 0], "{}: called", world.name);
        let present = ["chair", "member", "clerk", "member2"].map(|name| evening.seat(name)).to_vec();
        evening.open(present);
        assert_eq!(tell(&evening, "member2"), [""; 0], "{}: open", world.name);
        let tally = Tally { yes: 2, no: 1, abstain: 0 };
        let text = "심은말: 규약에 맞지 않음".to_owned();
        let taken = Some(super::close(ieum::domain::codes::Outcome::OutOfScope));
        let ballot = ieum::domain::codes::Ballot::Hands;
        evening.take("clerk", MeetingStep::Decide { item: 1, tally, ballot, text, taken });
        evening.take("chair", MeetingStep::Adjourn {});
        let notes = vec!["심은말: 논의".to_owned(), "홍보를 하기로 함".to_owned()];
        evening.take("clerk", MeetingStep::Write { text: "두 안건을 다룸".to_owned(), notes });
        assert_eq!(tell(&evening, "member2"), [""; 0], "{}: written", world.name);
        evening.take("clerk", MeetingStep::Complete {});
        evening.take("clerk", MeetingStep::Sign { signer: Signer::Clerk, method: Method::Link });
        evening.take("chair", MeetingStep::Sign { signer: Signer::Chair, method: Method::Link });
        assert_eq!(tell(&evening, "member2"), [""; 0], "{}: signed", world.name);
        assert!(!tell(&evening, "member").is_empty(), "{}: the minutes tell the others", world.name);
    }
}
