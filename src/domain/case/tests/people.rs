//! Joint parties, protection orders, new facts about safety, moves, anonymity, requests about one's own data.
use super::*;
use crate::domain::codes::{Authority, BindingAct, OrderKind, PersonKind, Right, RightAnswer};
use chrono::{Days, NaiveDate};

fn person(side: Side, kind: PersonKind) -> Step {
    let authority = if kind == PersonKind::Proxy { vec![Authority::Meet] } else { vec![] };
    Step::AddPerson { side, kind, authority, agreed: false, apart: false, note: String::new() }
}

fn add(way: &mut Way, kind: PersonKind) -> Seq {
    way.take(person(Side::Applicant, kind));
    way.case.people.last().unwrap().seq
}

fn consent(act: BindingAct, person: Option<Seq>) -> Step {
    Step::OthersAgree { side: Side::Applicant, act, person, method: Method::Paper }
}

fn withdrawn() -> Step {
    Step::Close { outcome: Outcome::Withdrawn, reason: "x".into(), by: None }
}

fn withdrawn_by(person: Seq) -> Step {
    Step::Close { outcome: Outcome::Withdrawn, reason: "x".into(), by: Some(person) }
}

fn join(side: Side, by: Option<Seq>) -> Step {
    Step::Consent { side, method: Method::Paper, version: String::new(), by }
}

fn proxy(way: &mut Way, side: Side, authority: &[Authority]) -> Seq {
    let (kind, authority) = (PersonKind::Proxy, authority.to_vec());
    way.take(Step::AddPerson { side, kind, authority, agreed: false, apart: false, note: String::new() });
    way.case.people.last().unwrap().seq
}

fn fix(kind: MeetingKind, starts_at: DateTime<Utc>) -> Step {
    Step::FixSession {
        session: None,
        kind,
        starts_at,
        minutes: 60,
        place: "회의실".into(),
        side: None,
        room: None,
        gap: 0,
    }
}

fn order(from: NaiveDate, until: NaiveDate) -> Step {
    Step::Order { kind: OrderKind::Interim, protects: Side::Applicant, from, until, note: String::new() }
}

fn in_days(way: &Way, days: u64) -> NaiveDate {
    seoul::day(way.at).checked_add_days(Days::new(days)).unwrap()
}

#[test]
fn a_representative_withdraws_only_with_every_others_written_consent() {
    let mut way = Way::new(Channel::Online);
    way.take(Step::OpenInquiry {});
    let (first, second) = (add(&mut way, PersonKind::Joint), add(&mut way, PersonKind::Joint));
    // A proxy is nobody whose consent is asked.
    add(&mut way, PersonKind::Proxy);
    assert_eq!(way.refused(withdrawn()), "others_consent");
    way.take(consent(BindingAct::Withdraw, Some(first)));
    assert_eq!(way.refused(withdrawn()), "others_consent");
    // A consent to something else is none to this; one by telephone is not written.
    let by_phone = Step::OthersAgree {
        side: Side::Applicant,
        act: BindingAct::Withdraw,
        person: Some(second),
        method: Method::Phone,
    };
    assert_eq!(way.refused(by_phone), "written");
    // The main party consents instead: then the one who is left would act, who represents nobody yet.
    way.take(consent(BindingAct::Withdraw, None));
    assert_eq!(way.refused(withdrawn()), "others_consent");
    assert_eq!(way.refused(withdrawn_by(second)), "not_representative");
    way.take(Step::Represent { person: second, represents: true, method: Method::Paper });
    assert_eq!(
        way.refused(withdrawn()),
        "others_consent",
        "the main party acts: the second has not consented"
    );
    way.take(withdrawn_by(second));
    // After a reopening the consents to the old withdrawal are none to a new one.
    way.take(Step::Reopen { reason: ReopenReason::Again, note: String::new() });
    assert_eq!(way.refused(withdrawn()), "others_consent");
    // Whoever leaves is asked no more.
    for person in [first, second] {
        way.take(Step::EndPerson { person, reason: "x".into() });
    }
    way.take(withdrawn());
}

#[test]
fn at_most_three_represent_a_side_and_an_agreement_needs_the_others() {
    let mut way = Way::new(Channel::Online);
    way.mediating().session();
    let joint: Vec<Seq> = (0..3).map(|_| add(&mut way, PersonKind::Joint)).collect();
    let represent = |person, represents| Step::Represent { person, represents, method: Method::Paper };
    way.take(represent(joint[0], true)).take(represent(joint[1], true));
    assert_eq!(way.refused(represent(joint[2], true)), "representatives_max");
    way.take(represent(joint[0], false)).take(represent(joint[2], true));
    assert_eq!(way.refused(consent(BindingAct::Sign, Some(joint[0]))), "nothing_to_agree");
    for person in &joint {
        way.take(join(Side::Applicant, Some(*person)));
    }
    way.take(Step::Draft { kind: AgreementKind::Full, terms: terms() });
    let (ours, theirs) = (sign(&way, Side::Applicant), sign(&way, Side::Respondent));
    assert_eq!(way.refused(ours.clone()), "others_consent");
    for person in &joint {
        way.take(consent(BindingAct::Sign, Some(*person)));
    }
    way.take(ours).take(theirs);
    assert_eq!(way.case.outcome(), Some(Outcome::Settled));
}

#[test]
fn a_consent_is_to_one_draft_only() {
    let mut way = Way::new(Channel::Online);
    way.mediating().session();
    let other = add(&mut way, PersonKind::Joint);
    way.take(join(Side::Applicant, Some(other)));
    way.take(Step::Draft { kind: AgreementKind::Full, terms: terms() });
    way.take(consent(BindingAct::Sign, Some(other)));
    way.take(Step::Draft { kind: AgreementKind::Partial, terms: terms() });
    let ours = sign(&way, Side::Applicant);
    assert_eq!(way.refused(ours), "others_consent");
}

#[test]
fn an_owner_is_told_nothing_without_consent_and_a_proxy_has_authority() {
    let mut way = Way::new(Channel::Online);
    assert_eq!(way.refused(person(Side::Respondent, PersonKind::Owner)), "owner_consent");
    let bare = Step::AddPerson {
        side: Side::Applicant,
        kind: PersonKind::Proxy,
        authority: vec![],
        agreed: false,
        apart: false,
        note: String::new(),
    };
    assert_eq!(way.refused(bare), "authority");
    assert_eq!(way.refused(person(Side::Applicant, PersonKind::Candidate)), "candidate_side");
}

/// Each thing that a proxy may be given opens exactly its own steps.
#[test]
fn a_proxy_does_what_they_were_given_and_nothing_else() {
    let given = |authority: &[Authority]| {
        let mut way = Way::new(Channel::Online);
        way.mediating().session();
        let by = Some(proxy(&mut way, Side::Applicant, authority));
        way.take(Step::Draft { kind: AgreementKind::Full, terms: terms() });
        way.take(Step::Propose {
            kind: AgreementKind::Full,
            terms: terms(),
            answer_by: in_days(&way, 5),
            reason: String::new(),
        });
        let side = Side::Applicant;
        let (agreement, proposal) =
            (way.case.open_agreement().unwrap().seq, way.case.open_proposal().unwrap().seq);
        let answer = |accept| Step::AnswerProposal {
            proposal,
            side,
            accept,
            method: Method::Paper,
            note: String::new(),
            by,
        };
        let steps = [
            Step::Sign { agreement, side, method: Method::Paper, by, version: String::new() },
            answer(true),
            answer(false),
            Step::Close { outcome: Outcome::Withdrawn, reason: "x".into(), by },
            Step::WithdrawConsent { side, method: Method::Paper, reason: String::new(), by },
        ];
        let came = |kind, applicant_by, respondent_by| Step::HoldSession {
            session: None,
            kind,
            applicant: true,
            applicant_by,
            respondent: true,
            respondent_by,
            result: "x".into(),
            next: None,
            next_on: None,
        };
        let [sign, accept, refuse, close, back] = steps;
        let steps = [
            sign,
            accept,
            refuse,
            close,
            back,
            came(MeetingKind::Joint, by, None),
            came(MeetingKind::Separate, by, None),
        ];
        // Nobody of one side comes for the other.
        let other = way.case.permits_now(&came(MeetingKind::Joint, None, by), way.at);
        assert_eq!(other.unwrap_err().code, "no_person");
        steps.map(|step| way.case.permits_now(&step, way.at).map_err(|e| e.code))
    };
    let no = Err("no_authority");
    assert_eq!(given(&[Authority::Speak]), [no; 7]);
    assert_eq!(given(&[Authority::Speak, Authority::Meet]), [no, no, no, no, no, Ok(()), Ok(())]);
    assert_eq!(given(&[Authority::Agree]), [Ok(()), Ok(()), Ok(()), no, no, no, no]);
    assert_eq!(given(&[Authority::Withdraw]), [no, no, no, Ok(()), no, no, no]);
    assert_eq!(given(&[Authority::Join]), [no, no, no, no, Ok(()), no, no]);
}

#[test]
fn who_came_for_a_side_that_did_not_come_is_asked_again() {
    let mut way = Way::new(Channel::Online);
    way.mediating();
    let came = proxy(&mut way, Side::Respondent, &[Authority::Meet]);
    let held = |respondent| Step::HoldSession {
        session: None,
        kind: MeetingKind::Phone,
        applicant: true,
        applicant_by: None,
        respondent,
        respondent_by: Some(came),
        result: "x".into(),
        next: None,
        next_on: None,
    };
    assert_eq!(way.refused(held(false)), "came_without");
    way.take(held(true));
    assert!(way.case.history.session_in_span());
}

#[test]
fn a_proxy_of_the_other_side_or_one_who_left_acts_for_nobody() {
    let mut way = Way::new(Channel::Online);
    way.mediating().session();
    let theirs = proxy(&mut way, Side::Respondent, &[Authority::Withdraw, Authority::Agree]);
    assert_eq!(way.refused(withdrawn_by(theirs)), "no_person");
    let ours = proxy(&mut way, Side::Applicant, &[Authority::Withdraw]);
    way.take(Step::EndPerson { person: ours, reason: "x".into() });
    assert_eq!(way.refused(withdrawn_by(ours)), "no_person");
    // The desk closes by its own right: nobody of a side does that.
    let refused = Step::Close { outcome: Outcome::NotAgreed, reason: "x".into(), by: Some(theirs) };
    assert_eq!(way.refused(refused), "not_theirs");
}

#[test]
fn a_side_takes_part_once_each_of_its_parties_consented() {
    let mut way = Way::new(Channel::Online);
    way.handed_over();
    way.take(Step::Letter {}).take(screen(Side::Respondent, Safety::Ok));
    let (first, second) = (add(&mut way, PersonKind::Joint), add(&mut way, PersonKind::Joint));
    way.take(join(Side::Respondent, None));
    way.take(join(Side::Applicant, Some(first))).take(join(Side::Applicant, None));
    assert_eq!(way.refused(join(Side::Applicant, None)), "consented");
    assert!(!way.case.history.consented(Side::Applicant) && way.case.has_joined(Side::Applicant, None));
    assert_eq!(way.case.stage, Stage::Participation);
    way.take(join(Side::Applicant, Some(second)));
    assert!(way.case.history.consented(Side::Applicant));
    assert_eq!(way.case.stage, Stage::Assigning);
    // One of them takes it back: the side is out, and in again with that one alone.
    let back = Step::WithdrawConsent {
        side: Side::Applicant,
        method: Method::Paper,
        reason: String::new(),
        by: Some(first),
    };
    way.take(back.clone());
    assert_eq!((way.case.stage, way.case.history.consented(Side::Applicant)), (Stage::Participation, false));
    assert_eq!(way.refused(back), "no_consent");
    // Whoever leaves is waited for no more.
    way.take(Step::EndPerson { person: first, reason: "x".into() });
    assert_eq!(way.case.stage, Stage::Assigning);
    // A respondent who is replaced leaves no consent behind, their joint parties' neither.
    way.take(Step::ChangeRespondent { replaces: true, reason: "x".into(), unit_known: true });
    assert!(
        !way.case.has_joined(Side::Respondent, None) && way.case.has_joined(Side::Applicant, Some(second))
    );
}

#[test]
fn a_joint_party_who_comes_later_is_asked_before_anything_goes_on() {
    let mut way = Way::new(Channel::Online);
    way.mediating().session();
    let later = add(&mut way, PersonKind::Joint);
    let draft = || Step::Draft { kind: AgreementKind::Full, terms: terms() };
    let held = |both| Step::HoldSession {
        session: None,
        kind: MeetingKind::Joint,
        applicant: true,
        applicant_by: None,
        respondent: both,
        respondent_by: None,
        result: "x".into(),
        next: None,
        next_on: None,
    };
    assert_eq!(way.refused(draft()), "joint_consent");
    assert_eq!(way.refused(fix(MeetingKind::Joint, way.at + Duration::days(3))), "joint_consent");
    assert_eq!(way.refused(held(true)), "joint_consent");
    way.take(held(false));
    way.take(join(Side::Applicant, Some(later))).take(draft());
}

#[test]
fn an_order_keeps_the_two_apart_on_its_days_and_stops_letters_while_it_stands() {
    let mut way = Way::new(Channel::Online);
    way.mediating();
    way.take(fix(MeetingKind::Joint, way.at + Duration::days(3)));
    let (last, after) = (in_days(&way, 10), in_days(&way, 11));
    way.take(order(in_days(&way, 0), last));
    // What was fixed for its days is not safe any more; Ieum cancels it in a line of its own.
    let session = way.case.sessions[0].seq;
    assert_eq!(way.case.unsafe_plans(&way.case, way.at), [session]);
    way.take(Step::CancelSession { session, reason: "x".into() });
    assert_eq!(way.case.unsafe_plans(&way.case, way.at), [0; 0]);
    assert!(way.case.hides_times());
    assert_eq!(way.refused(Step::Letter {}), "protection_order");
    // What has to be done first is what is asked first: without it no other date can be asked.
    use crate::domain::codes::DutyKind;
    let asked: Vec<_> = way.case.duties().iter().map(|d| d.kind).collect();
    let first = |kind| asked.iter().position(|k| *k == kind).unwrap();
    assert!(first(DutyKind::ScreenApplicant) < first(DutyKind::PlanSession), "{asked:?}");
    assert!(first(DutyKind::ScreenRespondent) < first(DutyKind::PlanSession), "{asked:?}");
    for side in Side::ALL {
        way.take(screen(*side, Safety::Ok));
    }
    let at = |day: NaiveDate| seoul::at(day, chrono::NaiveTime::from_hms_opt(23, 0, 0).unwrap());
    assert_eq!(way.refused(fix(MeetingKind::Joint, at(last))), "protection_order");
    assert_eq!(way.refused(fix(MeetingKind::Visit, at(last))), "protection_order");
    assert_eq!(
        way.refused(Step::ProposeSession {
            kind: MeetingKind::Online,
            slots: vec![at(last), at(after)],
            minutes: 60,
            place: "x".into(),
            side: None
        }),
        "protection_order"
    );
    // Between two and five dates are asked about, each of them to come.
    let ask = |slots: Vec<DateTime<Utc>>| {
        let (kind, place) = (MeetingKind::Shuttle, "x".to_owned());
        Step::ProposeSession { kind, slots, minutes: 60, place, side: None }
    };
    let dates = |n: i64| (0..n).map(|n| at(after) + Duration::days(n)).collect::<Vec<_>>();
    for wrong in [dates(1), dates(6), vec![at(after), way.at - Duration::days(1)]] {
        assert_eq!(way.refused(ask(wrong)), "slots");
    }
    way.take(fix(MeetingKind::Shuttle, at(last)));
    let session = way.case.open_session().unwrap().seq;
    way.take(Step::CancelSession { session, reason: String::new() });
    way.take(fix(MeetingKind::Joint, at(after)));
    // The clock ends it after its last day, not on it; both sides are screened again then.
    assert!(way.case.steps_of_time(at(last)).is_empty());
    let lapse = way.case.steps_of_time(seoul::midnight(after));
    assert_eq!(lapse.iter().map(|s| s.code()).collect::<Vec<_>>(), [StepCode::LapseOrder]);
    let early = lapse[0].clone();
    assert_eq!(way.refused(early.clone()), "order_not_due");
    way.wait(11).take(early);
    assert!(!way.case.hides_times() && way.case.applicant.screen_again && way.case.respondent.screen_again);
    assert!(way.case.admits_now(StepCode::Letter).is_ok());
}

#[test]
fn days_of_an_order_that_cannot_be_are_refused() {
    let mut way = Way::new(Channel::Online);
    let (today, before) = (in_days(&way, 1), in_days(&way, 0));
    assert_eq!(way.refused(order(today, before)), "order_days");
    assert_eq!(way.refused(order(today, in_days(&way, 1200))), "order_days");
    way.take(order(today, today));
    let duty = way.case.duties().into_iter().find(|d| d.kind == crate::domain::codes::DutyKind::ReviewOrder);
    assert_eq!(seoul::day(duty.unwrap().due_at), today);
}

#[test]
fn new_facts_stop_everything_until_that_side_is_screened_again() {
    let mut way = Way::new(Channel::Online);
    way.mediating();
    way.take(Step::Alarm { side: Side::Respondent, flags: vec![SafetyFlag::Following], note: String::new() });
    assert_eq!(way.case.safety(), Safety::Pause);
    assert_eq!(way.refused(fix(MeetingKind::Phone, way.at + Duration::days(3))), "safety");
    way.take(screen(Side::Applicant, Safety::Ok));
    assert_eq!(way.case.safety(), Safety::Pause, "the other side's screen says nothing of it");
    way.take(screen(Side::Respondent, Safety::Ok));
    way.take(fix(MeetingKind::Phone, way.at + Duration::days(3)));
}

#[test]
fn an_anonymous_complaint_leads_to_nobodys_door_until_it_has_a_name() {
    let mut way = Way::new(Channel::Online);
    way.case.intake.has_applicant_unit = false;
    way.handed_over();
    for step in [StepCode::Letter, StepCode::Contact, StepCode::ChangeRespondent, StepCode::Consent] {
        assert_eq!(way.case.admits_now(step).unwrap_err().code, "anonymous", "{step}");
    }
    assert!(way.case.admits_now(StepCode::Counsel).is_ok());
    way.take(Step::AmendPerson { side: Side::Applicant, reason: "밝힘".into(), unit_known: true });
    assert!(way.case.history.has_applicant_unit());
    way.take(Step::Letter {});
}

#[test]
fn a_move_ends_the_plans_and_asks_what_comes_next() {
    let mut way = Way::new(Channel::Online);
    way.mediating();
    way.take(fix(MeetingKind::Joint, way.at + Duration::days(3)));
    let (today, tomorrow) = (in_days(&way, 0), in_days(&way, 1));
    let moved = |on| Step::MoveOut { side: Side::Respondent, on, note: String::new() };
    assert_eq!(way.refused(moved(tomorrow)), "move_future");
    way.take(moved(today));
    assert!(way.case.open_session().is_none());
    assert_eq!(way.case.admits_now(StepCode::Letter).unwrap_err().code, "moved_out");
    // Nothing is begun any more with people who have gone.
    let waits: Vec<_> = way.case.duties().iter().map(|d| d.kind).collect();
    assert_eq!(waits, [crate::domain::codes::DutyKind::AfterMove]);
    way.take(Step::Close { outcome: Outcome::MovedOut, reason: "x".into(), by: None });
}

#[test]
fn a_request_about_ones_data_is_a_duty_of_ten_days_in_a_closed_case_too() {
    use crate::domain::codes::DutyKind;
    let mut way = Way::new(Channel::Online);
    let ask = |right| Step::AskRight { side: Side::Applicant, right, text: "x".into(), method: Method::Desk };
    let answer = |way: &Way| Step::AnswerRight {
        request: way.case.open_rights().next().unwrap().seq,
        answer: RightAnswer::Done,
        text: "x".into(),
    };
    way.take(ask(Right::Stop));
    let due = way.case.duties().into_iter().find(|d| d.kind == DutyKind::AnswerRight).unwrap().due_at;
    assert_eq!(seoul::day(due), in_days(&way, 10));
    // The days are the setting's, not a constant's.
    way.case.rules.rights_days = 4;
    let sooner = way.case.duties().into_iter().find(|d| d.kind == DutyKind::AnswerRight).unwrap().due_at;
    assert_eq!(seoul::day(sooner), in_days(&way, 4));
    way.handed_over();
    let granted = answer(&way);
    way.take(granted);
    assert_eq!(way.case.admits_now(StepCode::Letter).unwrap_err().code, "processing_stopped");
    way.take(ask(Right::Resume));
    let granted = answer(&way);
    way.take(granted);
    assert!(way.case.admits_now(StepCode::Letter).is_ok());
    // What an open case needs is not erased; nor anything under a hold.
    way.take(ask(Right::Erase));
    let granted = answer(&way);
    assert_eq!(way.refused(granted), "erase_open");
    way.take(withdrawn()).take(Step::Hold { reason: "소송".into() });
    assert!(
        way.case.duties().iter().any(|d| d.kind == DutyKind::AnswerRight),
        "closed, and still to be answered"
    );
    let granted = answer(&way);
    assert_eq!(way.refused(granted), "on_hold");
    way.take(Step::Release { reason: "끝남".into() });
    let granted = answer(&way);
    way.take(granted);
    assert!(way.case.open_rights().next().is_none());
}

fn tried(means: Means, result: ContactResult) -> Step {
    Step::Contact { means, result, next_on: None, note: String::new() }
}

#[test]
fn silence_ends_a_case_only_after_the_rules_tries() {
    let mut way = Way::new(Channel::Online);
    way.handed_over();
    let unreachable = || Step::Close { outcome: Outcome::Unreachable, reason: "x".into(), by: None };
    way.take(Step::Letter {});
    // The same means on the same day is one try.
    way.take(tried(Means::Intercom, ContactResult::NoAnswer))
        .take(tried(Means::Intercom, ContactResult::NoAnswer));
    assert_eq!(way.case.tries(), 2);
    assert_eq!(way.refused(unreachable()), "tries_missing");
    assert!(!way.case.possible_outcomes().contains(&Outcome::Unreachable), "no button for what is refused");
    way.wait(3).take(tried(Means::Intercom, ContactResult::NoAnswer));
    assert!(way.case.possible_outcomes().contains(&Outcome::Unreachable));
    // Whoever was reached is silent anew only after new tries.
    way.take(tried(Means::Phone, ContactResult::CallBack));
    assert_eq!((way.case.tries(), way.refused(unreachable())), (0, "tries_missing"));
    for _ in 0..3 {
        way.wait(3).take(tried(Means::Phone, ContactResult::NoAnswer));
    }
    way.take(unreachable());
}

#[test]
fn the_next_try_is_another_way_on_a_later_day() {
    let mut way = Way::new(Channel::Online);
    assert_eq!(way.case.next_try(true, way.at), None, "nobody is asked to take part yet");
    way.handed_over();
    let first = way.case.next_try(true, way.at).unwrap();
    assert_eq!((first.means, first.on), (Means::Letter, seoul::day(way.at)));
    way.take(Step::Letter {});
    let second = way.case.next_try(true, way.at).unwrap();
    assert_eq!(second.means, Means::Phone);
    assert!(second.on > seoul::day(way.at));
    assert_eq!(way.case.next_try(false, way.at).unwrap().means, Means::Intercom, "no number is known");
    let on = in_days(&way, 9);
    way.take(Step::Contact {
        means: Means::Phone,
        result: ContactResult::NoAnswer,
        next_on: Some(on),
        note: String::new(),
    });
    assert_eq!(way.case.next_try(true, way.at).unwrap().on, on, "what was agreed with oneself counts");
    way.take(tried(Means::Phone, ContactResult::Reached));
    assert_eq!(way.case.next_try(true, way.at), None);
}
