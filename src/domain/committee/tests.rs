//! The 전결표 and the recusals, as the permission table reads them.
use super::delegation::{Act, Chaired, Delegation};
use crate::domain::case::{Bodies, Case, CaseRules, InCharge, Intake};
use crate::domain::codes::{Cause, Channel, CommitteeKind, Outcome, Position, Role, Side, Stage};
use crate::domain::ids::{BodyId, CaseId, ComplexId, UserId};
use crate::domain::permission::{Actor, Grant, Guest, Hat, View};
use crate::domain::seoul;
use crate::domain::step::{Step, StepCode};

const COMMITTEE: BodyId = BodyId(2);

fn case() -> Case {
    let intake = Intake {
        received_at: seoul::parse("2026-11-02 10:00").unwrap(),
        channel: Channel::Online,
        cause: Cause::Footfall,
        position: Position::Above,
        complex: Some(ComplexId(1)),
        complex_typed: None,
        ward_code: "11410".into(),
        dong_code: Some("1141052000".into()),
        committee: CommitteeKind::Resident,
        programme: None,
        mediators_needed: 1,
        has_applicant_unit: true,
        has_respondent_unit: true,
        legacy: false,
    };
    let bodies = Bodies { committee: Some(COMMITTEE), ..Bodies::default() };
    let mut case = Case::blank(CaseId(1), "2026-0001".into(), intake, bodies, CaseRules::default());
    case.stage = Stage::Mediating;
    case
}

fn at_committee(role: Role) -> Actor {
    Actor { user: Some(UserId(5)), grants: vec![Grant { role, body: Some(COMMITTEE) }], ..Actor::default() }
}

fn again() -> Step {
    Step::RecommendAgain { content: "밤에는 뛰지 않기".into() }
}

fn close(outcome: Outcome) -> Step {
    Step::Close { outcome, reason: "그렇게 됨".into(), by: None }
}

#[test]
fn until_a_committee_meets_the_desk_does_it_all() {
    let (case, desk) = (case(), at_committee(Role::Secretary));
    for step in [again(), close(Outcome::OutOfScope), close(Outcome::Counselled)] {
        assert_eq!(desk.may_take(&step, &case), Ok(Hat::Desk));
        assert_eq!(desk.barred(&step, &case), None);
    }
    assert!(desk.closing(&case).contains(&Outcome::OutOfScope));
}

#[test]
fn the_table_bars_the_desk_and_opens_the_step_to_whom_it_names() {
    let case = Case { delegation: Delegation::usual(), ..case() };
    let desk = at_committee(Role::Secretary);
    assert_eq!(desk.barred(&close(Outcome::OutOfScope), &case).unwrap().code, "needs_vote");
    assert!(desk.may_take(&close(Outcome::OutOfScope), &case).is_err());
    assert_eq!(desk.may_take(&close(Outcome::Counselled), &case), Ok(Hat::Desk));
    assert!(!desk.closing(&case).contains(&Outcome::OutOfScope), "no choice that would be refused");
    assert!(desk.closing(&case).contains(&Outcome::Counselled));
    assert_eq!(desk.barred(&again(), &case).unwrap().code, "needs_chair");
    assert!(!case.open_to(&desk).contains(&StepCode::RecommendAgain), "nor a button");
    let chairing = Chaired::by(COMMITTEE, &[(case.intake.received_at, Delegation::usual())]);
    let chair = Actor { chairing, ..at_committee(Role::Chair) };
    assert_eq!(chair.may_take(&again(), &case), Ok(Hat::Chair));
    assert_eq!(case.open_to(&chair), [StepCode::RecommendAgain]);
    let meeting = Actor { decided: Some(CaseId(1)), ..at_committee(Role::Clerk) };
    assert_eq!(meeting.may_take(&close(Outcome::OutOfScope), &case), Ok(Hat::Meeting));
    assert_eq!(meeting.view(&case), View::Nothing, "recording a vote opens no file");
    // A stranger is not told what the table says.
    assert_eq!(at_committee(Role::Dong).barred(&again(), &case), None);
    // The applicant's own will is nobody else's to decide.
    let party = Actor::guest(Guest::Party(CaseId(1), Side::Applicant));
    assert_eq!(party.may_take(&close(Outcome::Withdrawn), &case), Ok(Hat::Applicant));
}

#[test]
fn the_agenda_opens_a_summary_and_a_recusal_closes_everything() {
    let mut case = case();
    let since = case.intake.received_at;
    case.in_charge = vec![InCharge { user: UserId(5), role: Role::Member, ngo: None, lead: true, since }];
    let member = at_committee(Role::Member);
    assert_eq!(member.view(&case), View::File);
    let other = Actor { user: Some(UserId(6)), ..at_committee(Role::Member) };
    assert_eq!(other.view(&case), View::Nothing);
    let called = Actor { agenda: vec![CaseId(1)], ..other };
    assert_eq!(called.view(&case), View::Summary);
    assert!(!called.may_see_contacts(&case) && case.open_to(&called).is_empty());
    let ended = Actor { grants: Vec::new(), ..called.clone() };
    assert_eq!(ended.view(&case), View::Nothing, "an ended member is nobody, agenda or not");
    let unpledged = Actor { unpledged: true, ..called.clone() };
    assert_eq!(unpledged.view(&case), View::Nothing, "no pledge, no file");
    let gone = Actor { grants: Vec::new(), ..member.clone() };
    assert_eq!(gone.view(&case), View::Nothing, "nor in charge any more");
    for actor in [member, called, at_committee(Role::Secretary)] {
        let recused = Actor { recused: vec![CaseId(1)], ..actor };
        assert_eq!(recused.view(&case), View::Nothing);
        assert!(case.open_to(&recused).is_empty());
    }
}

#[test]
fn a_pending_request_freezes_the_decisions_and_nothing_else() {
    let case = Case { frozen: true, ..case() };
    assert_eq!(case.admits_now(StepCode::Close).unwrap_err().code, "recusal_pending");
    assert_eq!(case.admits_now(StepCode::RecommendAgain).unwrap_err().code, "recusal_pending");
    assert!(case.admits_now(StepCode::Counsel).is_ok());
}

/// Each table rules what was received under it, whatever came later.
#[test]
fn a_chair_decides_in_what_was_received_while_the_table_said_so() {
    let day = |text: &str| seoul::parse(text).unwrap();
    let (first, second, third) = (day("2026-10-01 00:00"), day("2026-11-02 10:00"), day("2026-11-10 00:00"));
    let reopening = Act { step: StepCode::Reopen, outcome: None };
    let reopens = Delegation::secretary_throughout().with(reopening, crate::domain::codes::Decider::Chair);
    let tables =
        [(first, Delegation::usual()), (second, reopens), (third, Delegation::secretary_throughout())];
    let given = Chaired::by(COMMITTEE, &tables);
    assert_eq!(given.len(), 2, "the last one gives the chair nothing");
    assert_eq!(given[1].stages, [Stage::Closed]);
    let mut case = case();
    let mut in_window = |at: &str, stage| {
        (case.intake.received_at, case.stage) = (day(at), stage);
        given.iter().map(|one| one.covers(&case)).collect::<Vec<_>>()
    };
    assert_eq!(in_window("2026-09-30 23:59", Stage::Mediating), [false, false]);
    assert_eq!(in_window("2026-10-01 00:00", Stage::Mediating), [true, false]);
    assert_eq!(in_window("2026-11-02 09:59", Stage::Mediating), [true, false]);
    assert_eq!(in_window("2026-11-02 10:00", Stage::Mediating), [false, false]);
    assert_eq!(in_window("2026-11-02 10:00", Stage::Closed), [false, true]);
    assert_eq!(in_window("2026-11-10 00:00", Stage::Closed), [false, false]);
    (case.intake.received_at, case.stage, case.holder) = (first, Stage::Mediating, Some(BodyId(9)));
    assert!(!given[0].covers(&case), "somebody else has the turn");
}
