//! Meetings: nothing and nobody booked twice, talks before consent, late entries, reminders, calendars, hours of service.
mod calendars;
mod corrected;
mod lives;
mod moved;
mod raced;
mod ranked;
mod visits;
mod worked;

use crate::databases::fresh;
use crate::residents::house::House;
use chrono::{DateTime, Duration, TimeZone, Utc};
use ieum::casework::file::{self, Filing};
use ieum::casework::step::{Taking, take_step};
use ieum::casework::{CaseworkError, clockwork};
use ieum::domain::case::Case;
use ieum::domain::codes::{
    BodyKind, Cause, Channel, ContactResult, HandOverBasis, Means, MeetingKind, Method, Outcome, Position,
    Role, Route, Safety, SessionState, Side, Stage,
};
use ieum::domain::ids::{RoomId, UserId};
use ieum::domain::letter::{Letter, Outgoing};
use ieum::domain::permission::{Actor, Grant};
use ieum::domain::step::Step;
use ieum::domain::text::Unit;
use ieum::store::bodies::{self, NewBody};
use ieum::store::mediators::{self, Mediator};
use ieum::store::parties::Details;
use ieum::store::rooms::{self, Room};
use ieum::store::{StoreError, users};

fn actor(house: &House, role: Role) -> Actor {
    Actor { grants: vec![Grant { role, body: house.body_of(role) }], ..Actor::default() }
}

fn take_at(
    house: &House,
    who: &Actor,
    number: &str,
    step: Step,
    at: Option<DateTime<Utc>>,
) -> Result<Case, CaseworkError> {
    let now = house.now();
    let taking = Taking { at, ..Taking::from(step) };
    house.db.write_here(|tx| take_step(tx, who, number, taking, now)).map(|t| t.case)
}

fn take(house: &House, who: &Actor, number: &str, step: Step) -> Result<Case, CaseworkError> {
    take_at(house, who, number, step, None)
}

fn code(refused: Result<Case, CaseworkError>) -> &'static str {
    match refused {
        Err(CaseworkError::Refused(refused)) => refused.code,
        other => panic!("{other:?}"),
    }
}

fn screen(side: Side, result: Safety) -> Step {
    Step::Screen { side, flags: vec![], result, note: String::new() }
}

/// A case of these two doors with the committee; its number.
fn filed(house: &House, own: &str, other: &str) -> String {
    let unit = |door: &str| Unit::read("101", door).ok();
    let applicant = Details {
        name: "김신청".to_owned(),
        phone: "01012345678".to_owned(),
        email: format!("a{own}@example.com"),
        unit: unit(own),
        ..Details::default()
    };
    let filing = Filing {
        channel: Channel::Phone,
        received_at: house.now() - Duration::hours(2),
        complex: Some(house.complex),
        complex_typed: String::new(),
        area: None,
        ward_code: "11410".to_owned(),
        cause: Cause::Footfall,
        position: Position::Above,
        applicant,
        respondent_unit: unit(other),
        answered: String::new(),
        wishes: String::new(),
        narrative: "쿵쿵거립니다".to_owned(),
        times: vec![],
        home: file::Home::default(),
        screen: None,
        consents: vec![],
        method: Method::Phone,
    };
    let (now, office) = (house.now(), actor(house, Role::Manager));
    let made = house.db.write_here(|tx| file::file(tx, &Actor::default(), &filing, now)).unwrap();
    let number = made.case.number;
    for step in [
        Step::OpenInquiry {},
        screen(Side::Applicant, Safety::Ok),
        Step::HandOver { basis: HandOverBasis::Requested, reason: "원함".to_owned() },
    ] {
        take(house, &office, &number, step).unwrap();
    }
    number
}

/// A case that waits for somebody to have it.
fn waiting(house: &House, own: &str, other: &str) -> String {
    let number = filed(house, own, other);
    let desk = actor(house, Role::Secretary);
    let consent = |side| Step::Consent { side, method: Method::Phone, version: String::new(), by: None };
    let provide =
        |side| Step::Provide { side, given: true, method: Method::Phone, body: None, version: String::new() };
    let reached = Step::Contact {
        means: Means::Phone,
        result: ContactResult::Reached,
        next_on: None,
        note: String::new(),
    };
    for step in [
        reached,
        consent(Side::Applicant),
        consent(Side::Respondent),
        screen(Side::Respondent, Safety::Ok),
        provide(Side::Applicant),
        provide(Side::Respondent),
        Step::ChangeRoute { route: Route::Ngo, reason: "협약".to_owned() },
    ] {
        take(house, &desk, &number, step).unwrap();
    }
    number
}

/// Both take part and the mediator has it.
fn mediating(house: &House, own: &str, other: &str, mediator: UserId) -> String {
    let number = waiting(house, own, other);
    let coordinator = actor(house, Role::Coordinator);
    let answer_by = house.now() + Duration::hours(72);
    let case =
        take(house, &coordinator, &number, Step::Offer { mediator, answer_by, wanted: vec![] }).unwrap();
    let offer = case.offers[0].seq;
    let case = take(
        house,
        &coordinator,
        &number,
        Step::AcceptOffer { offer, method: Method::Phone, declared: String::new() },
    )
    .unwrap();
    assert_eq!(case.stage, Stage::Mediating);
    number
}

fn another(house: &House, n: u32) -> UserId {
    let (now, ngo, first) = (house.now(), house.ngo, house.mediator);
    let made = house.db.write_here(|tx| {
        let user = users::add(tx, &format!("m{n}@example.com"), "박조정", "", now)?;
        users::set_password(tx, user, "not a hash", now)?;
        users::grant(tx, user, Role::Mediator, Some(ngo), None, None, now - Duration::days(1))?;
        let known = mediators::of_user(tx, first)?.ok_or(StoreError::NotFound)?;
        mediators::keep(tx, &Mediator { user_id: user, ..known })?;
        Ok::<_, StoreError>(user)
    });
    made.unwrap()
}

fn room(house: &House) -> RoomId {
    let now = house.now();
    let room = Room {
        id: RoomId(0),
        ward_code: "11410".to_owned(),
        name: "천연동주민센터 회의실".to_owned(),
        address: String::new(),
        capacity: 4,
        days: "mon tue wed thu fri".to_owned(),
        opens: 540,
        closes: 1080,
        until_on: None,
    };
    house.db.write_here(|tx| rooms::keep(tx, &room, now)).unwrap()
}

fn fix(starts_at: DateTime<Utc>, room: Option<RoomId>) -> Step {
    Step::FixSession {
        session: None,
        kind: MeetingKind::Joint,
        starts_at,
        minutes: 60,
        place: if room.is_some() { String::new() } else { "관리동".to_owned() },
        side: None,
        room,
        gap: 0,
    }
}

#[test]
fn sessions_take_no_room_that_is_too_small() {
    for base in fresh() {
        let house = House::open(base);
        let number = mediating(&house, "101", "201", house.mediator);
        let (coordinator, id) = (actor(&house, Role::Coordinator), room(&house));
        let holds = |capacity| {
            house
                .db
                .write_here(|tx| {
                    let known = rooms::find(tx, id)?;
                    rooms::keep(tx, &Room { capacity, ..known }, house.now())
                })
                .unwrap();
        };
        // Both sides and their mediator.
        holds(2);
        let refused = take(&house, &coordinator, &number, fix(tuesday(), Some(id))).unwrap_err();
        let CaseworkError::Refused(refused) = refused else { panic!("{refused:?}") };
        assert_eq!(refused.code, "room_small");
        assert!(refused.sentence.contains("2명까지"), "{}", refused.sentence);
        // One side alone, met apart, fits.
        let mut alone = fix(tuesday(), Some(id));
        if let Step::FixSession { kind, side, .. } = &mut alone {
            (*kind, *side) = (MeetingKind::Separate, Some(Side::Applicant));
        }
        take(&house, &coordinator, &number, alone).unwrap();
        holds(3);
        let other = mediating(&house, "102", "202", another(&house, 1));
        take(&house, &coordinator, &other, fix(tuesday() + Duration::hours(2), Some(id))).unwrap();
    }
}

/// 2026-11-24, a Tuesday, 14:00 in Seoul.
fn tuesday() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 24, 5, 0, 0).unwrap()
}

#[test]
fn sessions_sixteen_clicks_at_once_book_a_room_and_a_person_once() {
    for base in fresh() {
        let house = House::open(base);
        let (room, others) = (room(&house), [another(&house, 1), another(&house, 2), another(&house, 3)]);
        // Four cases with four mediators want one room; two more want one mediator.
        let mut wanting: Vec<(String, Option<RoomId>)> = Vec::new();
        wanting.push((mediating(&house, "101", "201", house.mediator), Some(room)));
        for (n, mediator) in others.into_iter().enumerate() {
            wanting.push((
                mediating(&house, &format!("10{}", n + 2), &format!("20{}", n + 2), mediator),
                Some(room),
            ));
        }
        wanting.push((mediating(&house, "105", "205", others[2]), None));
        let coordinator = actor(&house, Role::Coordinator);
        let results: Vec<(usize, Result<Case, CaseworkError>)> = std::thread::scope(|all| {
            let (house, coordinator) = (&house, &coordinator);
            let click = |n: usize| {
                let (number, room) = wanting[n % wanting.len()].clone();
                // Overlapping, not only equal times.
                let starts = tuesday() + Duration::minutes(i64::try_from(n % 3).unwrap() * 15);
                all.spawn(move || (n % 5, take(house, coordinator, &number, fix(starts, room))))
            };
            let clicks: Vec<_> = (0..16).map(click).collect();
            clicks.into_iter().map(|c| c.join().unwrap()).collect()
        });
        let won: Vec<usize> = results.iter().filter(|(_, r)| r.is_ok()).map(|(n, _)| *n).collect();
        let in_room = won.iter().filter(|n| **n < 4).count();
        assert_eq!(in_room, 1, "one meeting in the room: {won:?}");
        assert!(!(won.contains(&3) && won.contains(&4)), "nobody sits in two meetings: {won:?}");
        for (_, refused) in results {
            if let Err(e) = refused {
                let known = match &e {
                    CaseworkError::Refused(r) => {
                        matches!(r.code, "room_taken" | "person_taken" | "session_open")
                    }
                    CaseworkError::Store(StoreError::Conflict(_)) => true,
                    _ => false,
                };
                assert!(known, "{e:?}");
            }
        }
        // Elsewhere and later everything is free again; in the evening and on Sundays the room is not.
        let free = wanting.iter().find(|(number, _)| {
            house
                .db
                .read_here(|rx| ieum::store::cases::find(rx, &coordinator.scope(), number))
                .unwrap()
                .sessions
                .is_empty()
        });
        let number = &free.unwrap().0;
        assert_eq!(
            code(take(&house, &coordinator, number, fix(tuesday() + Duration::hours(5), Some(room)))),
            "room_closed"
        );
        assert_eq!(
            code(take(&house, &coordinator, number, fix(tuesday() + Duration::days(5), Some(room)))),
            "room_closed"
        );
        let fixed =
            take(&house, &coordinator, number, fix(tuesday() + Duration::hours(2), Some(room))).unwrap();
        assert_eq!(fixed.sessions[0].place, "천연동주민센터 회의실");
    }
}

#[test]
fn sessions_a_household_of_two_cases_is_in_one_place() {
    for base in fresh() {
        let house = House::open(base);
        let other = another(&house, 1);
        let (a, b) =
            (mediating(&house, "101", "201", house.mediator), mediating(&house, "201", "301", other));
        let coordinator = actor(&house, Role::Coordinator);
        take(&house, &coordinator, &a, fix(tuesday(), None)).unwrap();
        assert_eq!(
            code(take(&house, &coordinator, &b, fix(tuesday() + Duration::minutes(30), None))),
            "person_taken"
        );
        take(&house, &coordinator, &b, fix(tuesday() + Duration::hours(1), None)).unwrap();
        // Another household of the same case is met apart meanwhile.
        let c = mediating(&house, "301", "401", house.mediator);
        let talk = Step::FixSession {
            session: None,
            kind: MeetingKind::Separate,
            starts_at: tuesday() + Duration::hours(1),
            minutes: 30,
            place: "관리동".to_owned(),
            side: Some(Side::Respondent),
            room: None,
            gap: 0,
        };
        take(&house, &coordinator, &c, talk).unwrap();
    }
}

#[test]
fn sessions_before_consent_only_one_side_is_met_and_what_was_left_out_is_written_later() {
    for base in fresh() {
        let house = House::open(base);
        let number = filed(&house, "101", "201");
        let desk = actor(&house, Role::Secretary);
        assert_eq!(code(take(&house, &desk, &number, fix(tuesday(), None))), "before_consent");
        let talk = |side| Step::FixSession {
            session: None,
            kind: MeetingKind::Separate,
            starts_at: tuesday(),
            minutes: 40,
            place: "위원회 사무실".to_owned(),
            side: Some(side),
            room: None,
            gap: 0,
        };
        house.all_mails();
        let case = take(&house, &desk, &number, talk(Side::Applicant)).unwrap();
        assert_eq!((case.stage, case.sessions[0].state), (Stage::Participation, SessionState::Fixed));
        let told = house.all_mails();
        assert!(
            told.iter()
                .any(|m| m.to == "a101@example.com" && matches!(m.letter, Letter::SessionFixed { .. }))
        );
        assert!(told.iter().all(|m| !m.to.starts_with('r')), "the other side hears nothing: {told:?}");
        house.wait(Duration::days(5));
        let held = |session, applicant, result: &str| Step::HoldSession {
            session,
            kind: MeetingKind::Separate,
            applicant,
            respondent: false,
            applicant_by: None,
            respondent_by: None,
            result: result.to_owned(),
            next: None,
            next_on: None,
        };
        let seq = case.sessions[0].seq;
        let case = take(&house, &desk, &number, held(Some(seq), true, "이야기함")).unwrap();
        assert_eq!(case.sessions[0].state, SessionState::Held);
        assert!(!case.history.session_in_span(), "a talk with one side is no mediation session");
        let written = house.now();
        house.wait(Duration::days(1));
        let close = Step::Close { outcome: Outcome::Withdrawn, reason: "거둠".to_owned(), by: None };
        take(&house, &desk, &number, close).unwrap();
        house.wait(Duration::days(1));
        assert_eq!(code(take(&house, &desk, &number, held(None, true, "새 면담"))), "wrong_stage");
        let at = Some(written + Duration::hours(3));
        let case = take_at(&house, &desk, &number, held(None, true, "빠뜨린 면담"), at).unwrap();
        assert_eq!((case.stage, case.sessions.len()), (Stage::Closed, 2));
        let (_, mut browser) = house.signed_in("정간사", Role::Secretary, house.committee);
        assert!(browser.get(&format!("/cases/{number}/log")).body.contains("늦게"));
        let page = browser.get(&format!("/cases/{number}/meetings")).body;
        assert!(page.contains("빠뜨린 조정회의 결과 기록"), "{page}");
    }
}

#[test]
fn sessions_keep_two_apart_at_the_door_and_tell_each_their_own_time() {
    for base in fresh() {
        let house = House::open(base);
        let number = mediating(&house, "101", "201", house.mediator);
        let coordinator = actor(&house, Role::Coordinator);
        take(&house, &coordinator, &number, screen(Side::Applicant, Safety::Shuttle)).unwrap();
        let shuttle = |gap| Step::FixSession {
            session: None,
            kind: MeetingKind::Shuttle,
            starts_at: tuesday(),
            minutes: 90,
            place: "관리동".to_owned(),
            side: None,
            room: None,
            gap,
        };
        assert_eq!(code(take(&house, &coordinator, &number, shuttle(0))), "gap");
        let case = take(&house, &coordinator, &number, shuttle(30)).unwrap();
        let session = &case.sessions[0];
        assert_eq!(session.starts_for(Some(Side::Applicant)), Some(tuesday()));
        assert_eq!(session.starts_for(Some(Side::Respondent)), Some(tuesday() + Duration::minutes(30)));
    }
}

#[test]
fn sessions_the_roster_is_kept_by_whoever_it_is_about_and_the_coordinator() {
    for base in fresh() {
        let house = House::open(base);
        let other = another(&house, 1);
        let path = format!("/roster/{}", house.mediator.0);
        let mut own = house.browser_of(house.mediator);
        assert_eq!(own.get(&format!("/roster/{}", other.0)).status, 404, "only one's own entry");
        own.get(&format!("{path}/edit"));
        let wish = other.0.to_string();
        let form = [
            ("hours", "sat_am"),
            ("hours", "mon_eve"),
            ("languages", "베트남어"),
            ("max_load", "4"),
            ("leave_from", "2026-12-10"),
            ("leave_until", "2026-12-01"),
            ("relations", "소장과 친척입니다"),
            ("wishes", wish.as_str()),
        ];
        let wrong = own.post(&format!("{path}/edit"), &form);
        assert!(
            wrong.status == 422
                && wrong.body.contains("href=\"#leave_until\"")
                && wrong.body.contains("베트남어")
        );
        let mut right = form;
        right[5].1 = "2026-12-20";
        own.post_on(&format!("{path}/edit"), &right);
        let (_, mut desk) = house.signed_in("최담당", Role::Coordinator, house.ngo);
        let page = desk.get(&path).body;
        for words in
            ["토 오전", "월 저녁", "소장과 친척입니다", "박조정", "2026.12.10 ~ 2026.12.20", "기본 0/50시간"]
        {
            assert!(page.contains(words), "{words}: {page}");
        }
        desk.get(&format!("{path}/training"));
        let training = [("on", "2026-11-02"), ("hours", "50"), ("title", "갈등조정가 기본교육")];
        let (_, page) = desk.post_on(&format!("{path}/training"), &training);
        assert!(
            page.body.contains("기본 50/50시간") && page.body.contains("갈등조정가 기본교육"),
            "{}",
            page.body
        );
        assert_eq!(own.get(&format!("{path}/training")).status, 404);
        let kept = house.db.read_here(|rx| mediators::of_user(rx, house.mediator)).unwrap().unwrap();
        assert_eq!((kept.hours.as_str(), kept.relations.as_str()), ("sat_am mon_eve", "소장과 친척입니다"));
    }
}

#[test]
fn sessions_rooms_are_the_wards_to_keep() {
    for base in fresh() {
        let house = House::open(base);
        let now = house.now();
        let ward =
            NewBody {
                name: "서대문구청".to_owned(), ward_code: "11410".to_owned(), ..NewBody::default()
            };
        let ward = house.db.write_here(|tx| bodies::add(tx, BodyKind::Ward, &ward, now)).unwrap();
        let (_, mut browser) = house.signed_in("구담당", Role::Ward, ward);
        browser.get("/rooms/new");
        let mut form = vec![
            ("name", "작은방"),
            ("capacity", "1"),
            ("days", "sat"),
            ("opens", "10:00"),
            ("closes", "09:00"),
        ];
        let wrong = browser.post("/rooms/new", &form);
        assert!(
            wrong.status == 422 && wrong.body.contains("href=\"#capacity\"") && wrong.body.contains("작은방")
        );
        (form[1].1, form[4].1) = ("3", "18:00");
        let (_, page) = browser.post_on("/rooms/new", &form);
        assert!(page.body.contains("토 10:00~18:00") && page.body.contains("3명"), "{}", page.body);
        let (_, mut office) = house.signed_in("소장", Role::Manager, house.office);
        assert_eq!(office.get("/rooms").status, 404);
        let room = house.db.read_here(|rx| rooms::of_ward(rx, "11410")).unwrap()[0].id;
        let other =
            NewBody { name: "마포구청".to_owned(), ward_code: "11440".to_owned(), ..NewBody::default() };
        let other = house.db.write_here(|tx| bodies::add(tx, BodyKind::Ward, &other, now)).unwrap();
        let (_, mut next_door) = house.signed_in("마포담당", Role::Ward, other);
        for path in ["", "/edit", "/calendar"] {
            let path = format!("/rooms/{}{path}", room.0);
            assert_eq!((browser.get(&path).status, next_door.get(&path).status), (200, 404), "{path}");
        }
        next_door.get("/rooms/new");
        assert_eq!(next_door.post(&format!("/rooms/{}/edit", room.0), &form).status, 404);
    }
}
