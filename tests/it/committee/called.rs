//! How meetings are called: by notice, at the members' demand, in the ways and under the rules of the body; a council of the 동
//! has meetings and no cases; whose desk it is while the 간사 is away, and when a 소장 changes.
use super::*;
use ieum::domain::codes::BodyKind;
use ieum::domain::committee::Dated;
use ieum::domain::committee::rules::BodyRules;
use ieum::domain::ids::UserId;
use ieum::domain::letter::Letter;
use ieum::domain::permission::Grant;
use ieum::domain::seoul;
use ieum::store::bodies::{self, NewBody};
use ieum::store::{StoreError, outbox};

/// What was told of meetings since this was last asked: whom, the word for it, its number and name in calendars.
fn told(evening: &Evening<'_>) -> Vec<(String, &'static str, u32, String)> {
    let (db, now) = (&evening.world.db, evening.at);
    let mut all = Vec::new();
    loop {
        let leased = db.write_here(|tx| outbox::lease(tx, 50, Duration::minutes(1), now)).unwrap();
        if leased.is_empty() {
            all.sort();
            return all;
        }
        for mail in &leased {
            db.write_here(|tx| outbox::sent(tx, mail, "text", "250 ok", now)).unwrap();
            let Some(mail) = &mail.outgoing else { continue };
            let (word, meeting) = match &mail.letter {
                Letter::AssemblyCalled { meeting, .. } => ("called", meeting),
                Letter::AssemblyMoved { meeting, .. } => ("moved", meeting),
                Letter::AssemblyCancelled { meeting, .. } => ("cancelled", meeting),
                _ => continue,
            };
            all.push((mail.to.clone(), word, meeting.sequence, meeting.uid.clone()));
        }
    }
}

fn free(title: &str) -> Matter {
    Matter::Free { title: title.to_owned() }
}

fn convene(sort: Sort, mode: Mode, starts_at: DateTime<Utc>) -> MeetingStep {
    let (place, reason) = ("관리동".to_owned(), "급함".to_owned());
    MeetingStep::Convene { sort, mode, starts_at, minutes: 60, place, items: vec![free("홍보")], reason }
}

fn rules(evening: &Evening<'_>, change: impl FnOnce(&mut BodyRules)) {
    let (desk, body, at) = (evening.actor("secretary"), evening.body, evening.at);
    let from = seoul::day(at);
    let set = |tx: &mut ieum::store::Tx<'_>| {
        let home = bodies::find(tx, body)?;
        let mut value = committee::rules_on(tx, &home, from)?;
        change(&mut value);
        committee::set_rules(tx, &desk, body, Dated { from, value }, "운영 규정 개정", at)
    };
    evening.world.db.write_here(set).unwrap();
}

#[test]
fn members_hear_of_a_meeting_by_notice_of_its_move_and_of_its_end() {
    for world in worlds() {
        let mut evening = Evening::of(&world);
        told(&evening);
        let starts_at = evening.at + Duration::hours(4);
        // Whose seat is over hears nothing.
        let (seat, desk, at) = (evening.seat("member2"), evening.actor("secretary"), evening.at);
        let why = ieum::domain::codes::SeatEnd::Resigned;
        let end = SeatStep::End { on: seoul::day(at), why };
        world.db.write_here(|tx| move_on(tx, &desk, seat, end, at)).unwrap();
        evening.take("secretary", convene(Sort::Urgent, Mode::InPerson, starts_at));
        assert_eq!(told(&evening), [], "called, and no notice yet");
        evening.take("chair", MeetingStep::Notify {});
        let called = told(&evening);
        let uid = format!("assembly-{}", evening.meeting.as_ref().unwrap().id.0);
        let whom: Vec<&str> = called.iter().map(|(to, ..)| to.as_str()).collect();
        for name in ["chair", "member", "clerk"] {
            assert!(whom.contains(&format!("{name}@demo.example").as_str()), "{name}: {whom:?}");
        }
        assert!(!whom.contains(&"member2@demo.example"), "{whom:?}");
        assert!(called.iter().all(|t| (t.1, t.2, &t.3) == ("called", 0, &uid)), "{called:?}");
        let later = starts_at + Duration::hours(2);
        let (place, reason) = ("경로당".to_owned(), "공사".to_owned());
        evening.take("chair", MeetingStep::Move { starts_at: later, place, reason });
        let moved = told(&evening);
        assert_eq!(moved.iter().map(|t| t.0.as_str()).collect::<Vec<_>>(), whom);
        assert!(moved.iter().all(|t| (t.1, t.2, &t.3) == ("moved", 1, &uid)), "{moved:?}");
        evening.take("chair", MeetingStep::Cancel { reason: "안건이 없어짐".to_owned() });
        let ended = told(&evening);
        assert_eq!(ended.iter().map(|t| t.0.as_str()).collect::<Vec<_>>(), whom);
        assert!(ended.iter().all(|t| (t.1, t.2, &t.3) == ("cancelled", 2, &uid)), "{ended:?}");
    }
}

#[test]
fn a_third_of_the_members_call_a_meeting_themselves() {
    for world in worlds() {
        let evening = Evening::of(&world);
        let home = format!("/committees/{}", evening.body.0);
        let (mut first, mut second) = (world.staff("member"), world.staff("member2"));
        let page = first.get(&format!("{home}/do/demand"));
        assert_eq!(page.status, 200, "{}", page.body);
        let made = first.post(&format!("{home}/do/demand"), &[("purpose", "소음 예방 대책")]);
        assert_eq!(made.status, 303, "{}", made.body);
        let meeting = made.header("location").unwrap().to_owned();
        let step = |code: &str| format!("{meeting}/steps/{code}");
        let call = [
            ("sort", "special"),
            ("mode", "in_person"),
            ("starts_at_date", "2026-12-10"),
            ("starts_at_time", "19:00"),
            ("minutes", "60"),
            ("place", "관리동"),
        ];
        let early = first.post(&step("convene"), &call);
        assert!(early.status == 422 || early.status == 404, "one of five is no third: {}", early.body);
        assert!(first.get(&meeting).body.contains("1명 더 필요"), "{}", first.get(&meeting).body);
        second.get(&step("support"));
        let own = evening.seat("member2").0.to_string();
        let supported = second.post(&step("support"), &[("by", &own)]);
        assert_eq!(supported.status, 303, "{}", supported.body);
        first.get(&step("convene"));
        let called = first.post(&step("convene"), &call);
        assert_eq!(called.status, 303, "{}", called.body);
        assert!(first.get(&meeting).body.contains("소집함(통지 전)"), "{}", first.get(&meeting).body);
        assert_eq!(world.staff("office").get(&meeting).status, 404);
    }
}

#[test]
fn a_meeting_is_held_in_the_ways_of_the_rules_it_began_under() {
    for world in worlds() {
        let mut evening = Evening::of(&world);
        let starts_at = evening.at + Duration::hours(2);
        assert_eq!(evening.refused("secretary", convene(Sort::Urgent, Mode::Online, starts_at)), "mode");
        evening.meeting = None;
        evening.take("secretary", convene(Sort::Urgent, Mode::InPerson, starts_at));
        evening.take("chair", MeetingStep::Notify {});
        let began = evening.meeting.as_ref().unwrap().rules.clone();
        rules(&evening, |rules| rules.modes = vec![Mode::InPerson, Mode::Online, Mode::Written]);
        // What was called before keeps the rules of its call.
        evening.at = starts_at;
        let present = vec![evening.seat("chair"), evening.seat("member2"), evening.seat("clerk")];
        evening.open(present);
        assert_eq!(evening.meeting.as_ref().unwrap().rules, began, "{}", world.name);
        evening.decide(1, (3, 0, 0), None);
        for mode in [Mode::Online, Mode::Written] {
            evening.meeting = None;
            evening.take("secretary", convene(Sort::Urgent, mode, starts_at + Duration::days(1)));
            assert_eq!(evening.meeting.as_ref().unwrap().mode, mode);
            assert_ne!(evening.meeting.as_ref().unwrap().rules, began);
        }
    }
}

#[test]
fn a_council_of_the_dong_meets_and_has_no_cases() {
    for world in worlds() {
        let mut evening = Evening::of(&world);
        let number = evening.open_case();
        let (at, keeper) = (evening.at, world.user("secretary"));
        let chair = world.user("mediator3");
        let dong = evening.case(&number).intake.dong_code;
        let council = world.db.write_here(|tx| {
            let new = NewBody {
                name: "천연동 마을공동체 추진협의회".to_owned(),
                ward_code: "11410".to_owned(),
                dong_code: dong,
                ..NewBody::default()
            };
            let body = bodies::add(tx, BodyKind::Council, &new, at)?;
            for (user, role) in [(keeper, Role::Secretary), (chair, Role::Chair)] {
                let grant = Grant { role, body: Some(body) };
                users::grant_from(tx, user, grant, (at - Duration::days(1), None), None, at)?;
            }
            Ok::<_, StoreError>(body)
        });
        evening.body = council.unwrap();
        for name in ["mediator", "mediator2"] {
            evening.seated(name, seats::Person::default());
        }
        let case = MeetingStep::Add { matter: about(&number, "close:out_of_scope") };
        let starts_at = evening.at + Duration::days(10);
        evening.take("secretary", convene(Sort::Special, Mode::InPerson, starts_at));
        match evening.try_take("secretary", case) {
            Err(CaseworkError::Invalid(fields)) => assert_eq!(fields[0].0, "number", "{}", world.name),
            other => panic!("{}: {other:?}", world.name),
        }
        let id = evening.meeting.as_ref().unwrap().id.0;
        let mut desk = world.staff("secretary");
        let added = desk.post(
            &format!("/meetings/{id}/steps/add"),
            &[("matter", "case"), ("number", &number), ("act", "close:out_of_scope")],
        );
        assert_eq!(added.status, 422, "{}", added.body);
        let said =
            format!(r#"{{"step":"add","matter":"case","number":"{number}","act":"close:out_of_scope"}}"#);
        let called = desk.call("POST", &format!("/api/v1/meetings/{id}/steps"), &said);
        assert!((400..500).contains(&called.status), "{}", called.body);
        // Its papers and members are there; nobody of it sees the case.
        evening.take("secretary", MeetingStep::Notify {});
        let page = desk.get(&format!("/committees/{}", evening.body.0));
        assert!(page.status == 200 && page.body.contains("추진협의회"), "{}", page.body);
        assert!(desk.get(&format!("/meetings/{id}/print/notice")).body.contains("추진협의회"));
        let member = world.staff("mediator").get(&format!("/meetings/{id}"));
        assert!(member.status == 200 && member.body.contains("홍보"), "{}", member.body);
        assert!(!evening.sees("mediator", &number), "{}", world.name);
    }
}

#[test]
fn while_the_secretary_is_away_a_member_keeps_the_desk_and_no_longer() {
    for world in worlds() {
        let mut evening = Evening::of(&world);
        let number = evening.open_case();
        let (desk, body, at, seat) =
            (evening.actor("secretary"), evening.body, evening.at, evening.seat("member2"));
        let today = seoul::day(at);
        let on = |days| today + Duration::days(days);
        let away = |from, until| {
            world.db.write_here(|tx| committee::absent(tx, &desk, body, seat, (from, until), at))
        };
        for (from, until) in [(on(-1), on(2)), (on(3), on(2))] {
            match away(from, until) {
                Err(CaseworkError::Invalid(fields)) => assert_eq!(fields[0].0, "until", "{}", world.name),
                other => panic!("{other:?}"),
            }
        }
        away(on(1), on(2)).unwrap();
        for (days, keeps) in [(0, false), (1, true), (2, true), (3, false)] {
            evening.at = seoul::midnight(on(days)) + Duration::hours(9).max(at - seoul::midnight(today));
            assert_eq!(evening.actor("member2").has(Role::Secretary), keeps, "day {days}, {}", world.name);
            assert_eq!(evening.sees("member2", &number), keeps, "day {days}, {}", world.name);
        }
    }
}

#[test]
fn an_office_is_handed_over_when_its_manager_changes() {
    for world in worlds() {
        let (office, now) = (world.actor("office").bodies(Role::Manager)[0], world.now());
        let next = world.db.write_here(|tx| {
            let user = users::add(tx, "next@demo.example", "한소장", "", now)?;
            users::set_password(tx, user, "no password opens this", now)?;
            let grant = Grant { role: Role::Manager, body: Some(office) };
            users::grant_from(tx, user, grant, (now - Duration::hours(1), None), None, now)?;
            Ok::<UserId, StoreError>(user)
        });
        let mut desk = world.staff("office");
        let new = format!("/handovers/new/{}", office.0);
        assert!(desk.get(&new).body.contains("한소장"));
        let taker = next.unwrap().0.to_string();
        let made = desk.post(&new, &[("taker", &taker), ("passed", "열쇠와 장부")]);
        assert_eq!(made.status, 303, "{}", made.body);
        let record = made.header("location").unwrap().to_owned();
        let shown = desk.get(&record).body;
        assert!(shown.contains("열쇠와 장부") && shown.contains("남아 있던 일"), "{shown}");
        desk.get(&format!("{record}/sign/giver"));
        assert_eq!(desk.post(&format!("{record}/sign/giver"), &[]).status, 303);
        assert_eq!(world.staff("secretary").get(&record).status, 404, "another body's");
    }
}

#[test]
fn in_a_small_building_the_law_takes_most_members_out_and_everybody_sees_it_before() {
    for world in worlds() {
        let mut evening = Evening::of(&world);
        let all = Scope { all: true, ..Scope::default() };
        let door = |case: &Case| {
            let people = world.read(|rx| ieum::store::parties::of_case(rx, case.id));
            people.into_iter().find_map(|p| p.details.unit)
        };
        let found = world.read(|rx| {
            let ids = cases::open_of_committee(rx, evening.body)?;
            ids.into_iter().map(|id| cases::find_id(rx, &all, id)).collect::<Result<Vec<_>, _>>()
        });
        let with_door = |case: &&Case| {
            case.holder == Some(evening.body) && case.in_charge.is_empty() && door(case).is_some()
        };
        let case = found.iter().find(with_door).unwrap();
        let home = door(case).unwrap();
        let (floor, line) = home.unit.split_at(home.unit.len() - 2);
        let (floor, line): (i32, i32) = (floor.parse().unwrap(), line.parse().unwrap());
        let (desk, at) = (evening.actor("secretary"), evening.at);
        for (name, floor, line) in
            [("member", floor + 1, line), ("member2", floor - 1, line), ("clerk", floor, line + 1)]
        {
            let seat = evening.seat(name);
            let known = world.read(|rx| seats::find(rx, seat)).person;
            let unit = Some((home.building.clone(), format!("{floor}{line:02}")));
            let person = seats::Person { unit, ..known };
            world.db.write_here(|tx| committee::amend(tx, &desk, seat, person, at)).unwrap();
            assert!(evening.actor(name).recused.contains(&case.id), "{name} {}", world.name);
        }
        evening.called(vec![about(&case.number, "close:out_of_scope")]);
        let id = evening.meeting.as_ref().unwrap().id.0;
        let shown = world.staff("chair").get(&format!("/meetings/{id}")).body;
        assert!(shown.contains("세 임원이 대행하게"), "{}: {shown}", world.name);
        let present = ["chair", "member", "member2", "clerk"].map(|name| evening.seat(name)).to_vec();
        evening.open(present);
        let tally = Tally { yes: 1, no: 0, abstain: 0 };
        let taken = Some(close(Outcome::OutOfScope));
        let decide =
            MeetingStep::Decide { item: 1, tally, ballot: Ballot::Hands, text: String::new(), taken };
        assert_eq!(evening.refused("clerk", decide), "no_quorum");
        assert!(evening.case(&case.number).is_open());
    }
}

#[test]
fn a_councils_desk_is_offered_no_case_work_and_is_let_into_none() {
    for world in worlds() {
        let body = world.actor("council").bodies(Role::Secretary)[0];
        let (mut council, mut desk) = (world.staff("council"), world.staff("secretary"));
        let home = council.get("/todo").body;
        for offered in ["새로 접수하기", "href=\"/cases\"", "href=\"/exchange\"", "href=\"/disposals\""]
        {
            assert!(!home.contains(offered), "{offered}: {}", world.name);
            assert!(desk.get("/todo").body.contains(offered), "{offered}: {}", world.name);
        }
        assert!(home.contains("href=\"/committees\""), "{home}");
        let page = council.get(&format!("/committees/{}", body.0)).body;
        assert!(
            page.contains("회의 소집하기") && !page.contains("전결표") && !page.contains("사건 대행"),
            "{page}"
        );
        for closed in
            ["/exchange".to_owned(), "/disposals".to_owned(), format!("/committees/{}/do/table", body.0)]
        {
            assert_eq!(council.get(&closed).status, 404, "{closed}: {}", world.name);
        }
        let complex = evening_complex(&world);
        let new = format!(
            r#"{{"channel":"phone","complaint":{{"complex_id":{complex},"cause":"footfall","position":"above","applicant":{{"name":"홍길동","phone":"010-0000-0000","building":"199","unit":"101"}}}}}}"#
        );
        assert_eq!(council.call("POST", "/api/v1/cases", &new).status, 403, "{}", world.name);
    }
}

/// A 단지 of the demonstration.
fn evening_complex(world: &World) -> i64 {
    let evening = Evening::of(world);
    evening.case(&evening.open_case()).intake.complex.unwrap().0
}
