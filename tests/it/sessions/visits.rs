//! Site visits: who of the pair is there; and what comes after a meeting.
use super::*;
use ieum::domain::case::Owner;
use ieum::domain::codes::{AfterSession, DutyKind, Presence};
use ieum::domain::step::StepCode;

fn check_in(session: i64, presence: Presence, person: Option<UserId>) -> Step {
    Step::CheckIn { session, presence, person }
}

#[test]
fn sessions_on_site_are_come_to_and_left_and_whoever_stays_is_asked_after() {
    for base in fresh() {
        let house = House::open(base);
        let number = mediating(&house, "101", "201", house.mediator);
        let (coordinator, mediator) = (actor(&house, Role::Coordinator), house.staff(Role::Mediator));
        let mut visit = fix(tuesday(), None);
        if let Step::FixSession { kind, .. } = &mut visit {
            *kind = MeetingKind::Visit;
        }
        let case = take(&house, &coordinator, &number, visit).unwrap();
        let seq = case.sessions[0].seq;
        let arrived =
            |who: &Actor, person| take(&house, who, &number, check_in(seq, Presence::Arrived, person));
        assert_eq!(code(arrived(&mediator, None)), "visit_early");
        house.wait(tuesday() - Duration::minutes(30) - house.now());
        let left = check_in(seq, Presence::Left, None);
        assert_eq!(code(take(&house, &mediator, &number, left)), "visit_not_there");
        let mut own = house.browser_of(house.mediator);
        let form = own.get(&format!("/cases/{number}/steps/check_in")).body;
        assert!(form.contains("현장 도착"), "{form}");
        let said = [("session", seq.to_string()), ("presence", "arrived".to_owned())];
        let said: Vec<(&str, &str)> = said.iter().map(|(n, v)| (*n, v.as_str())).collect();
        own.post_on(&format!("/cases/{number}/steps/check_in"), &said);
        assert_eq!(code(arrived(&mediator, None)), "visit_there");
        let page = own.get(&format!("/cases/{number}/meetings")).body;
        assert!(page.contains("13:30~아직 현장"), "{page}");
        let asked = |case: &Case| {
            let duty = case.duties().into_iter().find(|d| d.kind == DutyKind::LeaveVisit)?;
            assert_eq!(duty.owner, Owner::Body(house.ngo));
            Some(duty.due_at)
        };
        assert_eq!(
            asked(&house.case()),
            Some(tuesday() + Duration::minutes(90)),
            "half an hour after its end"
        );
        // Nobody else is there; and the desk writes down what was said by telephone.
        let other = another(&house, 1);
        assert_eq!(code(arrived(&coordinator, Some(other))), "not_in_charge");
        house.wait(Duration::minutes(80));
        let left = check_in(seq, Presence::Left, Some(house.mediator));
        let case = take(&house, &coordinator, &number, left).unwrap();
        assert_eq!(asked(&case), None);
        let page = house.browser_of(house.mediator).get(&format!("/cases/{number}/meetings")).body;
        assert!(page.contains("13:30~14:50"), "{page}");
    }
}

#[test]
fn sessions_end_with_what_comes_next() {
    for base in fresh() {
        let house = House::open(base);
        let number = mediating(&house, "101", "201", house.mediator);
        let coordinator = actor(&house, Role::Coordinator);
        let held = |next, next_on| Step::HoldSession {
            session: None,
            kind: MeetingKind::Joint,
            applicant: true,
            respondent: true,
            applicant_by: None,
            respondent_by: None,
            result: "이야기함".to_owned(),
            next,
            next_on,
        };
        let day = |n| house.now().date_naive() + Duration::days(n);
        let early = held(Some(AfterSession::Again), Some(day(-1)));
        assert_eq!(code(take(&house, &coordinator, &number, early)), "next_past");
        let again = held(Some(AfterSession::Again), Some(day(9)));
        let case = take(&house, &coordinator, &number, again).unwrap();
        let due = |case: &Case, kind| case.duties().into_iter().find(|d| d.kind == kind).map(|d| d.due_at);
        let planned = due(&case, DutyKind::PlanSession).unwrap();
        assert_eq!((planned + Duration::hours(9)).date_naive(), day(10), "until the end of that day");
        assert_eq!(due(&case, DutyKind::Conclude), None);
        let mut own = house.browser_of(house.mediator);
        let page = own.get(&format!("/cases/{number}/meetings")).body;
        assert!(page.contains("다음: 다시 만나기"), "{page}");
        let log = own.get(&format!("/cases/{number}/log")).body;
        assert!(log.contains("다음은 다시 만나기"), "{log}");
        let case = take(&house, &coordinator, &number, held(Some(AfterSession::Proposal), None)).unwrap();
        assert!(due(&case, DutyKind::Conclude).is_some());
        assert_eq!(case.step_for(DutyKind::Conclude), Some((StepCode::Propose, None)));
    }
}

/// A programme of pairs from now on: two mediators have each new case.
fn in_pairs(house: &House) {
    use ieum::store::programmes::{self, Terms};
    let now = house.now();
    let terms = Terms {
        ngo_id: Some(house.ngo),
        from_on: None,
        until_on: None,
        basis: "consent".to_owned(),
        budget_won: None,
        activities: String::new(),
        mediators: 2,
    };
    let made = house.db.write_here(|tx| {
        let id = programmes::add(tx, "둘이 맡는 사업", None, &terms, None, now)?;
        let (facts, _) = ieum::store::complexes::facts_at(tx, house.complex, now)?;
        let facts = ieum::store::complexes::Facts { programme_id: Some(id), ..facts };
        ieum::store::complexes::set_facts(tx, house.complex, &facts, now)
    });
    made.unwrap();
    house.wait(Duration::hours(3));
}

#[test]
fn sessions_on_site_each_of_a_pair_comes_and_leaves_for_themself() {
    for base in fresh() {
        let house = House::open(base);
        in_pairs(&house);
        let number = waiting(&house, "101", "201");
        let (coordinator, second) = (actor(&house, Role::Coordinator), another(&house, 1));
        for mediator in [house.mediator, second] {
            let answer_by = house.now() + Duration::hours(72);
            let asked = Step::Offer { mediator, answer_by, wanted: vec![] };
            let offer = take(&house, &coordinator, &number, asked).unwrap().offers.last().unwrap().seq;
            let accept = Step::AcceptOffer { offer, method: Method::Phone, declared: String::new() };
            let stage = take(&house, &coordinator, &number, accept).unwrap().stage;
            assert_eq!(stage == Stage::Mediating, mediator == second, "both are needed");
        }
        let mut visit = fix(tuesday(), None);
        if let Step::FixSession { kind, .. } = &mut visit {
            *kind = MeetingKind::Visit;
        }
        let seq = take(&house, &coordinator, &number, visit).unwrap().sessions[0].seq;
        house.wait(tuesday() - Duration::minutes(10) - house.now());
        let said = |presence: &'static str| [("session", seq.to_string()), ("presence", presence.to_owned())];
        let press = |user: UserId, presence: &'static str| {
            let said = said(presence);
            let said: Vec<(&str, &str)> = said.iter().map(|(n, v)| (*n, v.as_str())).collect();
            crate::staff::taken(&mut house.browser_of(user), &number, "check_in", &said);
        };
        press(house.mediator, "arrived");
        house.wait(Duration::minutes(5));
        press(second, "arrived");
        let there = |user: UserId| {
            let case = house.case();
            let there = case.sessions[0].there.iter().find(|t| t.user == user).cloned().unwrap();
            (there.arrived, there.left)
        };
        assert_eq!(there(house.mediator).0, tuesday() - Duration::minutes(10));
        assert_eq!(there(second).0, tuesday() - Duration::minutes(5), "each their own time");
        // Whoever leaves first leaves alone: the other is still asked after.
        house.wait(Duration::minutes(30));
        press(house.mediator, "left");
        assert!(there(house.mediator).1.is_some() && there(second).1.is_none());
        let stays = |case: Case| case.duties().iter().any(|d| d.kind == DutyKind::LeaveVisit);
        assert!(stays(house.case()), "the other one is still there");
        let page = house.browser_of(second).get(&format!("/cases/{number}/meetings")).body;
        assert!(page.contains("아직 현장"), "{page}");
        press(second, "left");
        assert!(!stays(house.case()) && there(second).1.is_some());
    }
}

#[test]
fn sessions_online_have_a_place_to_meet_at_and_take_nobodys_room() {
    for base in fresh() {
        let house = House::open(base);
        let number = mediating(&house, "101", "201", house.mediator);
        let (_, mut desk) = house.signed_in("최담당", Role::Coordinator, house.ngo);
        let form = desk.get(&format!("/cases/{number}/steps/fix_session")).body;
        assert!(form.contains("value=\"online\""), "{form}");
        let said = [
            ("kind", "online"),
            ("starts_at_date", "2026-11-24"),
            ("starts_at_time", "14:00"),
            ("minutes", "60"),
            ("place", "화상회의(주소는 당일 문자로)"),
        ];
        crate::staff::taken(&mut desk, &number, "fix_session", &said);
        let session = house.case().sessions[0].clone();
        assert_eq!((session.kind, session.room), (MeetingKind::Online, None));
        let mails = house.all_mails();
        let told = |m: &Outgoing| match &m.letter {
            Letter::SessionFixed { meeting } => Some((meeting.kind, meeting.place.clone())),
            _ => None,
        };
        let told: Vec<_> = mails.iter().filter_map(told).collect();
        assert!(!told.is_empty(), "{mails:?}");
        for (kind, place) in told {
            assert_eq!((kind, place.as_deref()), (MeetingKind::Online, Some("화상회의(주소는 당일 문자로)")));
        }
        house.wait(tuesday() + Duration::minutes(70) - house.now());
        let coordinator = actor(&house, Role::Coordinator);
        // The two are not called onto one screen where the screen says apart, nor after an order.
        take(&house, &coordinator, &number, screen(Side::Applicant, Safety::Shuttle)).unwrap();
        let mut again = fix(tuesday() + Duration::days(7), None);
        if let Step::FixSession { kind, .. } = &mut again {
            *kind = MeetingKind::Online;
        }
        let held = |kind| Step::HoldSession {
            session: Some(session.seq),
            kind,
            applicant: true,
            respondent: true,
            applicant_by: None,
            respondent_by: None,
            result: "화면으로 이야기함".to_owned(),
            next: None,
            next_on: None,
        };
        assert_eq!(code(take(&house, &coordinator, &number, held(MeetingKind::Online))), "safety");
        take(&house, &coordinator, &number, screen(Side::Applicant, Safety::Ok)).unwrap();
        let case = take(&house, &coordinator, &number, held(MeetingKind::Online)).unwrap();
        let mark = format!("{:?}", case.marks.last().unwrap().2);
        assert!(mark.contains("Online"), "{mark}");
        for side in Side::ALL {
            take(&house, &coordinator, &number, screen(*side, Safety::Shuttle)).unwrap();
        }
        assert_eq!(code(take(&house, &coordinator, &number, again)), "safety");
    }
}
