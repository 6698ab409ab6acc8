//! What comes after an agreement.
use super::*;
use crate::domain::codes::DutyKind;

/// A case that both sides ended by an agreement of these terms.
fn agreed(terms: Vec<Term>) -> Way {
    let mut way = Way::new(Channel::Phone);
    way.mediating().session().take(Step::Draft { kind: AgreementKind::Full, terms });
    for side in Side::ALL {
        let signed = sign(&way, *side);
        way.take(signed);
    }
    way
}

fn answer(way: &Way, side: Side, result: FollowUpResult) -> Step {
    let due = way.case.follow_ups.iter().find(|f| f.is_open()).unwrap().due;
    Step::FollowUp { due, side, result, relation: None, method: Method::Phone, note: String::new() }
}

fn duty(way: &Way, kind: DutyKind) -> Option<Duty> {
    way.case.duties().into_iter().find(|d| d.kind == kind)
}

fn stays_closed() -> Step {
    Step::KeepClosed { reason: "다시 이야기하기로 함".into() }
}

#[test]
fn a_broken_term_asks_whether_the_case_is_opened_again_until_somebody_decides() {
    let mut way = agreed(terms());
    assert_eq!(way.refused(stays_closed()), "nothing_broken");
    let kept = answer(&way, Side::Applicant, FollowUpResult::Kept);
    way.wait(14).take(kept);
    assert_eq!(duty(&way, DutyKind::ConsiderReopening), None);
    let broken = answer(&way, Side::Respondent, FollowUpResult::Broken);
    way.take(broken);
    let asked = duty(&way, DutyKind::ConsiderReopening).unwrap();
    assert_eq!(asked.owner, Owner::Body(COMMITTEE), "what comes after an agreement is the committee's");
    assert_eq!(way.case.step_for(asked.kind), Some((StepCode::Reopen, None)));
    way.take(stays_closed());
    assert_eq!(duty(&way, DutyKind::ConsiderReopening), None);
    // Another one asks again, with the first answer: the worse of both counts whatever the other side says.
    let again = answer(&way, Side::Applicant, FollowUpResult::Broken);
    way.wait(90).take(again);
    assert!(duty(&way, DutyKind::ConsiderReopening).is_some());
    way.take(Step::Reopen { reason: ReopenReason::Broken, note: String::new() });
    assert_eq!((way.case.reconsider_since, duty(&way, DutyKind::ConsiderReopening)), (None, None));
}

#[test]
fn a_side_that_turns_from_the_agreement_changes_neither_outcome_nor_rates() {
    let mut way = agreed(terms());
    let (events, open) = (way.events_of(), way.case.follow_ups.iter().filter(|f| f.is_open()).count());
    let left =
        Step::LeaveAgreement {
            side: Side::Respondent, method: Method::Phone, reason: "못 지키겠음".into()
        };
    way.take(left.clone());
    assert_eq!((way.case.outcome(), way.events_of()), (Some(Outcome::Settled), events));
    assert_eq!(way.case.follow_ups.iter().filter(|f| f.is_open()).count(), open, "they go on");
    assert!(duty(&way, DutyKind::ConsiderReopening).is_some());
    way.take(Step::Reopen { reason: ReopenReason::Left, note: String::new() });
    assert_eq!(way.case.stage, Stage::Mediating);
    way.take(Step::Close { outcome: Outcome::Withdrawn, reason: "x".into(), by: None });
    assert_eq!(way.refused(left), "no_agreement", "a case that ended otherwise has none");
}
