//! What comes after an agreement.
use super::*;
use crate::domain::codes::{DutyKind, Right, RightAnswer};

/// A case that both sides ended by an agreement of these terms.
pub(super) fn agreed(terms: Vec<Term>) -> Way {
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

#[test]
fn what_a_mediator_makes_of_their_own_work_is_read_by_its_writer_alone() {
    use crate::domain::permission::{Actor, Grant};
    let other = UserId(9);
    let mut way = agreed(terms());
    let charge =
        |user| InCharge { user, role: Role::Mediator, ngo: Some(NGO), since: way.at, lead: user == MEDIATOR };
    let in_charge = vec![charge(MEDIATOR), charge(other)];
    way.case.in_charge = in_charge;
    let line = |step| Event { by: Some(MEDIATOR), by_role: "mediator".into(), ..way.event(step, way.at) };
    let own = line(Step::Reflection { text: "더 들을걸".into() });
    let shared = line(Step::ConfidentialNote { text: "메모".into(), side: None, supervised: true });
    let case = way.case.after(&own).unwrap();
    let case = case.after(&Event { seq: own.seq + 1, ..shared.clone() }).unwrap();
    let shared = Event { seq: own.seq + 1, ..shared };
    let actor = |user, role, body| Actor {
        user: Some(user),
        grants: vec![Grant { role, body: Some(body) }],
        ..Actor::default()
    };
    let writer = actor(MEDIATOR, Role::Mediator, NGO);
    assert!(writer.sees(&own, &case) && writer.sees(&shared, &case));
    let beside = actor(other, Role::Mediator, NGO);
    assert!(!beside.sees(&own, &case) && beside.sees(&shared, &case), "not even beside whom they worked");
    for (role, body) in [(Role::Coordinator, NGO), (Role::Secretary, COMMITTEE), (Role::Ward, WARD)] {
        assert!(!actor(UserId(10), role, body).sees(&own, &case), "{role:?}");
    }
}

#[test]
fn a_case_taken_by_an_ngo_is_followed_up_by_the_committee() {
    let mut way = agreed(terms());
    // Wherever the turn was when it ended.
    for holder in [NGO, OFFICE, COMMITTEE] {
        way.case.holder = Some(holder);
        assert_eq!(duty(&way, DutyKind::FollowUp).unwrap().owner, Owner::Body(COMMITTEE));
    }
    way.case.bodies.committee = None;
    way.case.holder = Some(NGO);
    assert_eq!(
        duty(&way, DutyKind::FollowUp).unwrap().owner,
        Owner::Body(NGO),
        "without one, whoever had it"
    );
}

#[test]
fn an_unanswered_follow_up_is_mentioned_once_more_before_its_end() {
    let mut way = agreed(terms());
    let due = way.case.follow_ups[0].due;
    let at = |days: u64| seoul::midnight(due.checked_add_days(chrono::Days::new(days)).unwrap());
    let day = |days: u64| due.checked_add_days(chrono::Days::new(days)).unwrap();
    for (days, again) in [(0, false), (9, false), (10, true), (13, true)] {
        for side in Side::ALL {
            assert!(way.case.reminders(at(days)).contains(&Reminder::FollowUp(*side, due)), "{days}");
        }
        assert_eq!(asks_again(due, due, day(days)), again, "{days}");
        assert!(!asks_again(due, day(10), day(days)), "who was first asked as late as that is asked once");
    }
    // The last day that people are told is one on which they can still answer.
    let last = answered_until(due);
    assert_eq!(last, day(13));
    let (evening, over) = (seoul::midnight(day(14)) - chrono::Duration::minutes(1), seoul::midnight(day(14)));
    let ends = |now| way.case.steps_of_time(now).contains(&Step::EndFollowUp { due });
    assert!(!ends(evening) && ends(over));
    way.wait(14);
    for side in Side::ALL {
        let told = answer(&way, *side, FollowUpResult::Kept);
        way.take(told);
    }
    assert!(!way.case.reminders(at(12)).contains(&Reminder::FollowUp(Side::Applicant, due)), "answered");
}

#[test]
fn whose_data_is_used_no_more_is_not_written_to_about_the_agreement() {
    let mut way = agreed(terms());
    let due = way.case.follow_ups[0].due;
    let at = |days: u64| seoul::midnight(due.checked_add_days(chrono::Days::new(days)).unwrap());
    let mut right = |right| {
        way.take(Step::AskRight { side: Side::Respondent, right, text: "x".into(), method: Method::Desk });
        let request = way.case.open_rights().next().unwrap().seq;
        way.take(Step::AnswerRight { request, answer: RightAnswer::Done, text: "x".into() });
        way.case.clone()
    };
    let applicant = Reminder::FollowUp(Side::Applicant, due);
    let stopped = right(Right::Stop);
    // On the day itself, and when whoever has not answered is asked once more.
    for days in [0, 10] {
        assert_eq!(stopped.reminders(at(days)), [applicant], "{days}");
    }
    let resumed = right(Right::Resume);
    assert_eq!(resumed.reminders(at(0)), [applicant, Reminder::FollowUp(Side::Respondent, due)]);
}
