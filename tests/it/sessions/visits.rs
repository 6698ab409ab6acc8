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
