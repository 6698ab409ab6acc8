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
    let (result, terms, note) = (Some(result), vec![], String::new());
    Step::FollowUp { due, side, result, terms, relation: None, method: Method::Phone, note }
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

#[test]
fn a_follow_up_is_answered_promise_by_promise_and_the_worst_counts() {
    let second = Term { what: "의자 다리에 덮개를 씌웁니다".into(), ..terms().remove(0) };
    let mut way = agreed(vec![terms().remove(0), second]);
    let due = way.case.follow_ups[0].due;
    let told = |side, terms: &[FollowUpResult]| {
        let (result, terms, note) = (None, terms.to_vec(), String::new());
        Step::FollowUp { due, side, result, terms, relation: None, method: Method::Phone, note }
    };
    use FollowUpResult::{Broken, Kept, Partly, Unanswered};
    way.wait(14);
    assert_eq!(way.refused(told(Side::Applicant, &[Kept])), "terms_answered");
    assert_eq!(way.refused(told(Side::Applicant, &[Unanswered, Unanswered])), "not_an_answer");
    assert_eq!(way.refused(told(Side::Applicant, &[])), "not_an_answer");
    way.take(told(Side::Applicant, &[Partly, Kept]));
    assert_eq!(way.case.follow_ups[0].told_by(Side::Applicant).unwrap().result, Partly);
    assert_eq!(way.case.reconsider_since, None);
    way.take(told(Side::Respondent, &[Unanswered, Broken]));
    assert_eq!(way.events_of().last().unwrap(), "followup broken", "over both sides and all terms");
    assert!(way.case.reconsider_since.is_some());
}

#[test]
fn two_different_texts_never_read_the_same() {
    let agreement = |terms: Vec<Term>| Agreement {
        seq: 1,
        kind: AgreementKind::Full,
        terms,
        signatures: vec![],
        comments: vec![],
        ended: false,
    };
    let term = |who: &str, what: &str| Term { who: who.into(), what: what.into(), ..terms().remove(0) };
    let one = agreement(vec![term("갑", "을\t병")]).canonical();
    assert_eq!(one, agreement(vec![term("갑", "을\t병")]).canonical());
    let others = [
        vec![term("갑\t을", "병")],
        vec![term("갑", "을\\t병")],
        vec![term("갑", "을"), term("병", "")],
        vec![term("갑", "을\n병")],
    ];
    for other in others {
        assert_ne!(one, agreement(other.clone()).canonical(), "{other:?}");
    }
    let partial = Agreement { kind: AgreementKind::Partial, ..agreement(vec![term("갑", "을\t병")]) };
    assert_ne!(one, partial.canonical());
}
