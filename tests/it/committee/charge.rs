//! Who of a committee may have a case in their charge, who may be written down as its member, and what is seen of a case that too
//! many have left.
use super::*;
use ieum::casework::{charge, clockwork};
use ieum::domain::codes::{RecusalState, SeatEnd};
use ieum::domain::text::Unit;
use ieum::store::parties;

/// An open case in the charge of members, and one of them by name.
fn charged(evening: &Evening<'_>) -> (String, &'static str) {
    let all = Scope { all: true, ..Scope::default() };
    let world = evening.world;
    let cases = world.read(|rx| {
        let ids = cases::open_of_committee(rx, evening.body)?;
        ids.into_iter().map(|id| cases::find_id(rx, &all, id)).collect::<Result<Vec<_>, _>>()
    });
    let has = |case: &Case, name| case.is_in_charge(world.user(name), Role::Member);
    let of = |case: &Case| ["member", "member2"].into_iter().find(|name| has(case, name));
    let found = cases.iter().find_map(|case| Some((case.number.clone(), of(case)?)));
    found.unwrap()
}

fn duties_name(world: &World, who: &str, number: &str) -> bool {
    let login = world.staff(who);
    login.call("GET", "/api/v1/duties?limit=200", "").body.contains(number)
}

#[test]
fn whoever_leaves_a_case_lays_down_its_charge_and_is_not_given_it_again() {
    for world in worlds() {
        let evening = Evening::of(&world);
        let (number, name) = charged(&evening);
        assert!(duties_name(&world, name, &number), "{}", world.name);
        let (actor, at) = (evening.actor(name), evening.at);
        let user = actor.user.unwrap();
        world
            .db
            .write_here(|tx| recusal::declare(tx, &actor, &number, RecusalGround::Friend, "아는 사이", at))
            .unwrap();
        let case = evening.case(&number);
        assert!(!case.is_in_charge(user, Role::Member), "{}", world.name);
        let lines = world.read(|rx| events::of_case(rx, case.id));
        let last = lines.last().unwrap();
        assert!(matches!(last.step, Step::Resign { person, .. } if person == user), "{last:?}");
        assert_eq!(last.by_role, "clock");
        assert!(!duties_name(&world, name, &number), "not even the number is named to them");
        let offered = world.db.read_here(|rx| charge::members(rx, &case, at)).unwrap();
        let blocked = &offered.iter().find(|m| m.user == user).unwrap().blocked;
        assert_eq!(blocked, &["이 사건에서 물러난 위원입니다"]);
        match evening.step("secretary", &number, Step::NameMembers { members: vec![user] }) {
            Err(CaseworkError::Invalid(fields)) => assert_eq!(fields[0].0, "members", "{fields:?}"),
            other => panic!("{}: {other:?}", world.name),
        }
    }
}

#[test]
fn whoever_is_out_of_office_has_nothing_in_their_charge() {
    for world in worlds() {
        let evening = Evening::of(&world);
        let (number, name) = charged(&evening);
        let (seat, user, at) = (evening.seat(name), world.user(name), evening.at);
        let desk = evening.actor("secretary");
        let end = SeatStep::End { on: ieum::domain::seoul::day(at), why: SeatEnd::Resigned };
        world.db.write_here(|tx| move_on(tx, &desk, seat, end, at)).unwrap();
        let now = at + Duration::minutes(1);
        let waiting = world.db.read_here(|rx| clockwork::waiting(rx, now, 1000)).unwrap();
        assert!(waiting.contains(&evening.case(&number).id), "{}", world.name);
        for id in waiting {
            world.db.write_here(|tx| clockwork::tick(tx, id, now)).unwrap();
        }
        assert!(!evening.case(&number).is_in_charge(user, Role::Member), "{}", world.name);
        let waiting = world.db.read_here(|rx| clockwork::waiting(rx, now, 1000)).unwrap();
        let open: Vec<_> =
            waiting.into_iter().map(|id| world.read(|rx| cases::blank(rx, id)).number).collect();
        assert!(!open.contains(&number), "once");
    }
}

#[test]
fn a_door_put_right_takes_the_neighbour_out() {
    for world in worlds() {
        let evening = Evening::of(&world);
        let (number, name) = charged(&evening);
        let case = evening.case(&number);
        let people = world.read(|rx| parties::of_case(rx, case.id));
        let door = people.iter().find_map(|p| p.details.unit.clone()).unwrap();
        let floor: u32 = door.unit[..door.unit.len() - 2].parse().unwrap();
        let above = Unit { unit: format!("{}{}", floor + 1, &door.unit[door.unit.len() - 2..]), ..door };
        let seat = evening.seat(name);
        let mut desk = world.staff("secretary");
        let path = format!("/seats/{}/do/amend", seat.0);
        let page = desk.get(&path);
        let known = world.read(|rx| seats::find(rx, seat)).person;
        assert!(page.status == 200 && page.body.contains(&known.name), "{}", page.body);
        let wrong = desk.post(&path, &[("name", ""), ("unit", "어딘가")]);
        assert!(wrong.status == 422 && wrong.body.contains("어딘가"), "{}", wrong.body);
        let unit = above.to_string();
        let put = desk.post(&path, &[("name", &known.name), ("phone", &known.phone), ("unit", &unit)]);
        assert_eq!(put.status, 303, "{}", put.body);
        assert!(evening.actor(name).recused.contains(&case.id), "{}", world.name);
        assert!(!evening.case(&number).is_in_charge(world.user(name), Role::Member), "{}", world.name);
        assert_eq!(world.read(|rx| seats::find(rx, seat)).person.email, known.email, "the account stays");
    }
}

#[test]
fn a_quorum_that_recusals_made_impossible_is_seen_before_the_meeting() {
    for world in worlds() {
        let mut evening = Evening::of(&world);
        let number = evening.open_case();
        evening.called(vec![about(&number, "close:out_of_scope")]);
        let id = evening.meeting.as_ref().unwrap().id;
        let mut chair = world.staff("chair");
        let page = format!("/meetings/{}", id.0);
        assert!(!chair.get(&page).body.contains("교체 위원을 위촉하거나"), "{}", world.name);
        let at = evening.at;
        for name in ["member", "member2", "clerk"] {
            let actor = evening.actor(name);
            world
                .db
                .write_here(|tx| {
                    recusal::declare(tx, &actor, &number, RecusalGround::Friend, "아는 사이", at)
                })
                .unwrap();
        }
        let shown = chair.get(&page).body;
        let ways = "교체 위원을 위촉하거나, 세 임원이 대행하게 하거나, 협약 기관에 의뢰하거나, 구청과 상의해 주세요.";
        assert!(shown.contains(ways), "{}: {shown}", world.name);
        assert!(!world.staff("member").get(&page).body.contains(ways), "who left reads no arithmetic");
    }
}

#[test]
fn no_party_is_left_in_the_copy_for_outsiders() {
    for world in worlds() {
        let mut evening = Evening::of(&world);
        let case = evening.case(&charged(&evening).0);
        let people = world.read(|rx| parties::of_case(rx, case.id));
        let party = people.into_iter().map(|p| p.details).find(|p| p.name.chars().count() > 1).unwrap();
        let title = format!("{}님 댁 방문 계획", party.name);
        evening.called(vec![Matter::Free { title }, Matter::Free { title: "예방 홍보".to_owned() }]);
        let page = format!("/meetings/{}/public", evening.meeting.as_ref().unwrap().id.0);
        let shown = world.staff("chair").get(&page).body;
        assert!(
            shown.contains("○○○님 댁 방문 계획") && !shown.contains(&party.name),
            "{}: {shown}",
            world.name
        );
        assert!(shown.contains("예방 홍보") && shown.contains("누가 무엇을 보나"));
        let said = world.staff("chair").call("GET", &format!("/api/v1{page}"), "").body;
        assert!(said.contains("○○○님") && !said.contains(&party.name), "{said}");
    }
}

#[test]
fn members_are_found_as_the_rules_say() {
    for world in worlds() {
        let evening = Evening::of(&world);
        let (desk, body, at) = (evening.actor("secretary"), evening.body, evening.at);
        let form = Nomination {
            person: seats::Person { name: "새위원".to_owned(), ..seats::Person::default() },
            category: Some(SeatCategory::Expert),
            selection: Some(Selection::Recommended),
            from: Some(ieum::domain::seoul::day(at)),
            ..Nomination::default()
        };
        let at_field = |form: &Nomination| match world.db.write_here(|tx| nominate(tx, &desk, body, form, at))
        {
            Err(CaseworkError::Invalid(fields)) => fields[0].0.clone(),
            other => panic!("{}: {other:?}", world.name),
        };
        assert_eq!(at_field(&Nomination { post: Some(Post::Chair), ..form.clone() }), "post", "one chair");
        let called = Nomination { selection: Some(Selection::OpenCall), ..form.clone() };
        assert_eq!(at_field(&called), "note", "the selection body's note");
        let tied = Nomination { selection: Some(Selection::ExOfficio), ..form.clone() };
        assert_eq!(at_field(&tied), "office");
        let rules = world.db.read_here(|rx| {
            let home = ieum::store::bodies::find(rx, body)?;
            committee::rules_on(rx, &home, ieum::domain::seoul::day(at))
        });
        let rules = rules.unwrap();
        let other = Nomination { office: "청소반장".to_owned(), ..tied.clone() };
        if let Some(title) = rules.ex_officio.first() {
            assert_eq!(at_field(&other), "office", "an office of the rules");
            let fits = Nomination { office: title.clone(), ..tied };
            world.db.write_here(|tx| nominate(tx, &desk, body, &fits, at)).unwrap();
        } else {
            world.db.write_here(|tx| nominate(tx, &desk, body, &other, at)).unwrap();
        }
        let noted = Nomination { note: "3명 가운데 선정".to_owned(), ..called };
        let seat = world.db.write_here(|tx| nominate(tx, &desk, body, &noted, at)).unwrap();
        assert_eq!(world.read(|rx| seats::find(rx, seat)).note, "3명 가운데 선정");
    }
}

#[test]
fn a_confirmation_ends_with_the_people_it_was_about_and_a_decision_stays() {
    for world in worlds() {
        let mut evening = Evening::of(&world);
        let number = evening.open_case();
        let (at, case) = (evening.at, evening.case(&number).id);
        let desk = evening.actor("secretary");
        let asked = evening.seat("member");
        world.db.write_here(|tx| recusal::request(tx, &desk, &number, asked, "친하다고 함", at)).unwrap();
        let request = Matter::RecusalRequest { case: CaseId(0), number: number.clone(), seat: asked };
        evening.called(vec![request, about(&number, "close:out_of_scope")]);
        let member = evening.actor("member2");
        world.db.write_here(|tx| recusal::clear(tx, &member, &number, at)).unwrap();
        let present = ["chair", "member", "member2", "clerk"].map(|name| evening.seat(name));
        evening.open(present.to_vec());
        evening.decide(1, (0, 3, 0), None);
        let states = |world: &World| {
            let mut all: Vec<_> = world.read(|rx| committees::recusals_of(rx, case));
            all.sort_by_key(|r| r.seat);
            all.into_iter().map(|r| (r.seat, r.state)).collect::<Vec<_>>()
        };
        let (clear, rejected) = (evening.seat("member2"), evening.seat("member"));
        assert!(states(&world).contains(&(clear, RecusalState::Clear)), "{:?}", states(&world));
        let details = parties::Details { phone: "01077778888".to_owned(), ..parties::Details::default() };
        let side = ieum::domain::codes::Side::Applicant;
        let step = Step::AmendPerson { side, reason: "알려 줌".to_owned(), unit_known: false };
        let taking = Taking { person: Some(details), ..Taking::from(step) };
        let now = evening.at;
        world.db.write_here(|tx| take_step(tx, &desk, &number, taking, now)).unwrap();
        assert_eq!(states(&world), [(rejected, RecusalState::Rejected)], "{}", world.name);
        let (actor, case) = (evening.actor("member2"), evening.case(&number));
        let asked = world.db.read_here(|rx| recusal::to_confirm(rx, &actor, &case, now)).unwrap();
        assert!(asked.is_some_and(|asked| asked.sits && !asked.clear), "they are asked again");
    }
}

/// Whatever holds the case up, who may not judge it is out of it: a stop, or a consent that was taken back.
#[test]
fn whoever_leaves_a_case_that_is_held_up_lays_it_down_too() {
    use ieum::domain::codes::{Safety, Side};
    for stopped in [true, false] {
        for world in worlds() {
            let evening = Evening::of(&world);
            let (number, name) = charged(&evening);
            let (desk, actor, at) = (evening.actor("secretary"), evening.actor(name), evening.at);
            let side = Side::Applicant;
            let step = if stopped {
                Step::Screen { side, flags: vec![], result: Safety::Stop, note: String::new() }
            } else {
                Step::WithdrawConsent { side, method: Method::Phone, reason: String::new(), by: None }
            };
            world.db.write_here(|tx| take_step(tx, &desk, &number, Taking::from(step), at)).unwrap();
            let before = evening.case(&number);
            assert!(before.is_in_charge(actor.user.unwrap(), Role::Member), "{} {stopped}", world.name);
            world
                .db
                .write_here(|tx| {
                    recusal::declare(tx, &actor, &number, RecusalGround::Friend, "아는 사이", at)
                })
                .unwrap();
            let after = evening.case(&number);
            assert!(!after.is_in_charge(actor.user.unwrap(), Role::Member), "{} {stopped}", world.name);
            assert!(after.stage <= before.stage, "{} {stopped}", world.name);
        }
    }
}
