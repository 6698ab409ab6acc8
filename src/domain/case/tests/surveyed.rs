//! Who is asked what they thought of a mediation, when, and what of it is counted.
use super::afterwards::agreed;
use super::*;
use crate::domain::codes::{OrderKind, Right, RightAnswer, Score};
use crate::domain::survey::Asked;
use chrono::Days;

fn said(side: Side, score: Score) -> Step {
    Step::survey(side, Method::Phone, [Some(score); 6]).unwrap()
}

fn close(outcome: Outcome) -> Step {
    Step::Close { outcome, reason: "x".into(), by: None }
}

fn again() -> Step {
    Step::Reopen { reason: ReopenReason::Again, note: String::new() }
}

/// A mediation that ended without an agreement.
fn ended(outcome: Outcome) -> Way {
    let mut way = Way::new(Channel::Phone);
    way.mediating().session().take(close(outcome));
    way
}

fn asked(case: &Case) -> Vec<(Side, NaiveDate, bool)> {
    case.surveyed().into_iter().map(|a| (a.side, a.asked_on, a.answer.is_some())).collect()
}

fn reminded(way: &Way, days: u64) -> Vec<Reminder> {
    let at = seoul::midnight(seoul::day(way.at).checked_add_days(Days::new(days)).unwrap());
    let survey = |r: &Reminder| matches!(r, Reminder::Survey(..));
    way.case.reminders(at).into_iter().filter(survey).collect()
}

#[test]
fn whoever_came_to_a_meeting_is_asked_a_week_after_an_end_without_an_agreement() {
    for outcome in [Outcome::NotAgreed, Outcome::Withdrawn, Outcome::Ceased, Outcome::MovedOut] {
        let way = ended(outcome);
        let due = seoul::day(way.at).checked_add_days(Days::new(7)).unwrap();
        let both: Vec<_> = Side::ALL.iter().map(|side| (*side, due, false)).collect();
        assert_eq!(asked(&way.case), both, "{outcome:?}");
        let reminders: Vec<_> = Side::ALL.iter().map(|side| Reminder::Survey(*side, due)).collect();
        for (days, due) in [(6, false), (7, true), (20, true), (21, false)] {
            let expected = if due { reminders.clone() } else { Vec::new() };
            assert_eq!(reminded(&way, days), expected, "{outcome:?} after {days} days");
        }
    }
    let mut way = ended(Outcome::NotAgreed);
    let due = seoul::day(way.at).checked_add_days(Days::new(7)).unwrap();
    let question = Question::Survey(due);
    way.wait(8).take(said(Side::Applicant, Score::Four));
    assert_eq!(
        way.case.asked(Side::Applicant, question),
        crate::domain::case::Asked::Answered(Reply::Survey)
    );
    assert_eq!(way.case.asked(Side::Respondent, question), crate::domain::case::Asked::Open);
    assert_eq!(reminded(&way, 0), [Reminder::Survey(Side::Respondent, due)]);
    let names: Vec<_> = way.case.questions().map(|(_, (name, _))| name).collect();
    assert!(names.len() == 5 && !names.contains(&"understood"), "nothing was promised: {names:?}");
}

#[test]
fn nobody_is_asked_of_a_mediation_that_was_none_that_goes_on_elsewhere_or_that_could_harm() {
    let none = |way: &Way, why: &str| assert_eq!(asked(&way.case), [], "{why}");
    let mut way = Way::new(Channel::Phone);
    way.mediating().take(close(Outcome::Withdrawn));
    none(&way, "somebody was in charge, nobody met");
    for outcome in [Outcome::Merged, Outcome::Suspended] {
        none(&ended(outcome), outcome.code());
    }
    for (safety, outcome) in [(Safety::Pause, Outcome::Withdrawn), (Safety::Stop, Outcome::Transferred)] {
        let mut way = Way::new(Channel::Phone);
        way.mediating().session().take(screen(Side::Applicant, safety)).take(close(outcome));
        none(&way, safety.code());
    }
    let mut way = Way::new(Channel::Phone);
    let day = seoul::day(way.at);
    let order = |from: NaiveDate| Step::Order {
        kind: OrderKind::ALL[0],
        protects: Side::Applicant,
        from,
        until: from.checked_add_days(Days::new(90)).unwrap(),
        note: String::new(),
    };
    way.mediating().session().take(order(day)).take(close(Outcome::Withdrawn));
    none(&way, "a protection order stands");
    // Who left the mediation is left alone; the other side was at the meeting just the same.
    let mut way = Way::new(Channel::Phone);
    let leaves = Step::WithdrawConsent {
        side: Side::Respondent,
        method: Method::Phone,
        reason: String::new(),
        by: None,
    };
    way.mediating().session().take(leaves).take(close(Outcome::Withdrawn));
    assert_eq!(asked(&way.case).iter().map(|a| a.0).collect::<Vec<_>>(), [Side::Applicant]);
    // Nor is a neighbour asked of what their predecessor was at.
    let mut way = Way::new(Channel::Phone);
    way.mediating().session().take(Step::ChangeRespondent {
        replaces: true,
        reason: "x".into(),
        unit_known: false,
    });
    let (side, method, version, by) = (Side::Respondent, Method::Paper, String::new(), None);
    way.take(Step::Letter {}).take(Step::Consent { side, method, version, by });
    way.take(close(Outcome::Withdrawn));
    assert_eq!(asked(&way.case).iter().map(|a| a.0).collect::<Vec<_>>(), [Side::Applicant]);
    // What becomes known afterwards ends what has not been counted.
    let mut way = ended(Outcome::NotAgreed);
    way.wait(8).take(said(Side::Applicant, Score::Two)).take(order(day));
    assert_eq!(asked(&way.case).iter().map(|a| (a.0, a.2)).collect::<Vec<_>>(), [(Side::Applicant, true)]);
    assert_eq!(reminded(&way, 0), []);
}

#[test]
fn a_reopening_withdraws_what_waits_and_changes_nothing_that_is_over() {
    // Before anybody was asked, and while both have time to answer.
    for days in [1, 8, 20] {
        let mut way = ended(Outcome::NotAgreed);
        way.wait(days).take(again());
        assert_eq!(asked(&way.case), [], "{days}");
        assert_eq!(reminded(&way, 7), [], "{days}");
    }
    // Whoever answered stays counted, and so does who was silent until the end.
    let mut way = ended(Outcome::NotAgreed);
    way.wait(8).take(said(Side::Applicant, Score::Two));
    let before: Vec<Asked> = way.case.surveyed();
    way.wait(13).take(again());
    assert_eq!(way.case.surveyed(), before);
    way.take(screen(Side::Applicant, Safety::Ok)).take(screen(Side::Respondent, Safety::Ok));
    // The second mediation is asked about by itself, and by whom it was led then.
    way.case.bodies.committee = Some(BodyId(12));
    way.session().take(close(Outcome::NotAgreed));
    assert_eq!(way.case.surveyed().len(), 4);
    assert_eq!(way.case.surveyed()[..2], before);
    let of: Vec<_> = way.case.survey_asks.iter().map(|ask| ask.committee).collect();
    assert_eq!(of, [Some(COMMITTEE), Some(COMMITTEE), Some(BodyId(12)), Some(BodyId(12))]);
    way.wait(8).take(said(Side::Applicant, Score::Five));
    assert_eq!(way.case.surveyed()[..2], before, "the first answer is that of the first mediation");
    // An agreement that is opened again: its last follow-up would have asked half a year on.
    let mut way = agreed(terms());
    assert_eq!(way.case.surveyed().len(), 2);
    way.wait(30).take(again());
    assert_eq!(way.case.surveyed(), []);
    let mut way = agreed(terms());
    way.take(said(Side::Respondent, Score::Three));
    let early = way.case.surveyed();
    way.wait(200).take(again());
    assert_eq!(way.case.surveyed(), early, "silent and answered, their time is over");
}

#[test]
fn a_closing_that_is_written_down_late_asks_nobody_in_the_past() {
    let mut way = Way::new(Channel::Phone);
    way.mediating().session();
    let (at, recorded_at) = (way.at + Duration::hours(1), way.at + Duration::days(60));
    let late = Event { recorded_at, late: true, ..way.event(close(Outcome::Withdrawn), at) };
    let case = way.case.after(&late).unwrap();
    let due = seoul::day(recorded_at).checked_add_days(Days::new(7)).unwrap();
    assert!(asked(&case).iter().all(|a| a.1 == due) && asked(&case).len() == 2);
}

#[test]
fn a_survey_has_at_least_one_answer_the_newest_is_shown_and_the_first_is_counted() {
    use crate::domain::codes::Score;
    let survey = |heard| Step::Survey {
        side: Side::Applicant,
        method: Method::Phone,
        heard,
        fair: None,
        neutral: None,
        pressure: None,
        understood: None,
        again: None,
    };
    let mut way = agreed(terms());
    assert_eq!(way.refused(survey(None)), "survey_empty");
    way.take(survey(Some(Score::Two)));
    let counted = way.case.surveyed();
    let own = counted.iter().find(|asked| asked.side == Side::Applicant).unwrap();
    assert_eq!(own.answer.unwrap().1[0], Some(Score::Two));
    way.at += Duration::days(200);
    way.take(survey(Some(Score::Four)));
    assert_eq!(way.case.surveys.len(), 1);
    assert_eq!(way.case.surveys[0].scores[0], Some(Score::Four));
    assert_eq!(way.case.surveyed(), counted, "a summary of a time that is over never changes");
}

#[test]
fn the_survey_goes_with_the_last_follow_up_of_an_agreement_that_was_made_here() {
    let with = |way: &Way| {
        let all = way.case.follow_ups.iter().map(|f| f.due);
        all.map(|due| way.case.surveys_with(Side::Applicant, due)).collect::<Vec<_>>()
    };
    let mut way = agreed(terms());
    assert_eq!(with(&way), [false, false, true]);
    // Whose data is used no more is not written to; it may come back, and is then asked as before.
    for right in [Right::Stop, Right::Resume] {
        way.take(Step::AskRight { side: Side::Applicant, right, text: "x".into(), method: Method::Desk });
        let request = way.case.open_rights().next().unwrap().seq;
        way.take(Step::AnswerRight { request, answer: RightAnswer::Done, text: "x".into() });
        assert_eq!(with(&way), [false, false, true], "{right:?}");
    }
    // An order withdraws what waits, for good: nobody is asked again because it was lifted.
    let day = seoul::day(way.at);
    way.take(Step::Order {
        kind: OrderKind::ALL[0],
        protects: Side::Applicant,
        from: day,
        until: day.checked_add_days(Days::new(90)).unwrap(),
        note: String::new(),
    });
    assert_eq!(with(&way), [false; 3], "an order stands");
    let order = way.case.standing_orders().next().unwrap().seq;
    way.take(Step::EndOrder { order, reason: "x".into() });
    assert_eq!(with(&way), [false; 3], "and was lifted");
    // A ledger's agreement is nobody's to be asked about, its follow-ups go on.
    let mut way = Way::new(Channel::Phone);
    way.mediating().session();
    let line = |event: &str, detail: &str| Step::Recorded {
        event: event.to_owned(),
        detail: detail.to_owned(),
        legacy: true,
    };
    way.take(line("agreement", "full")).take(line("closed", "settled"));
    assert!(way.case.ended_by_agreement());
    assert_eq!(with(&way), [false; 3]);
}
