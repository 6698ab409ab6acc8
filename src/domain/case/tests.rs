//! Whole ways of a case, without a database.
mod afterwards;
mod offers;
mod people;
mod surveyed;

use super::*;
use crate::domain::codes::DutyKind;
use crate::domain::codes::{
    AgreementKind, ContactResult, FollowUpResult, HandOverBasis, LinkKind, Means, Method, OfferState,
    ProvisionBasis, ReopenReason, ReturnReason, SafetyFlag, Visibility,
};
use crate::domain::permission::{Actor, Grant};
use crate::domain::seoul;
use crate::domain::step::Term;
use chrono::Duration;

const OFFICE: BodyId = BodyId(1);
const COMMITTEE: BodyId = BodyId(2);
const NGO: BodyId = BodyId(3);
const WARD: BodyId = BodyId(4);
const MEDIATOR: UserId = UserId(8);

/// A case under test: each step happens one hour after the last.
struct Way {
    case: Case,
    events: Vec<Event>,
    at: DateTime<Utc>,
}

impl Way {
    fn new(channel: Channel) -> Self {
        let at = seoul::parse("2026-11-02 10:00").unwrap();
        let intake = Intake {
            received_at: at,
            channel,
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
        let bodies =
            Bodies { office: Some(OFFICE), committee: Some(COMMITTEE), ngo: Some(NGO), ward: Some(WARD) };
        let case = Case::blank(CaseId(1), "2026-0001".into(), intake, bodies, CaseRules::default());
        let mut way = Self { case, events: Vec::new(), at };
        let filed = Step::File {
            answered: String::new(),
            wishes: String::new(),
            narrative: String::new(),
            times: vec![],
            provides: false,
            disclosure: None,
            tenure: None,
            since: String::new(),
            evidence: vec![],
        };
        way.take(filed);
        way
    }

    fn event(&self, step: Step, at: DateTime<Utc>) -> Event {
        let seq = self.case.last_seq + 1;
        Event { seq, at, recorded_at: at, by: None, by_role: "desk".into(), step, late: false, voided: false }
    }

    fn attempt(&mut self, step: Step) -> Result<(), Refused> {
        let at = if self.events.is_empty() { self.at } else { self.at + Duration::hours(1) };
        let event = self.event(step, at);
        self.case.admits_now(event.step.code())?;
        self.case.permits_now(&event.step, at)?;
        self.case = self.case.after(&event)?;
        self.events.push(event);
        self.at = at;
        Ok(())
    }

    #[track_caller]
    fn take(&mut self, step: Step) -> &mut Self {
        self.attempt(step).unwrap();
        self
    }

    #[track_caller]
    fn refused(&mut self, step: Step) -> &'static str {
        self.attempt(step).unwrap_err().code
    }

    fn wait(&mut self, days: i64) -> &mut Self {
        self.at += Duration::days(days);
        self
    }

    fn handed_over(&mut self) -> &mut Self {
        self.take(Step::OpenInquiry {}).take(screen(Side::Applicant, Safety::Ok));
        self.take(Step::Recommend { result: Recommendation::Continues, content: "권고".into() });
        self.take(Step::HandOver { basis: HandOverBasis::Recommended, reason: String::new() })
    }

    fn assigning(&mut self) -> &mut Self {
        self.handed_over().take(Step::Letter {});
        self.take(Step::Consent {
            side: Side::Applicant,
            method: Method::Link,
            version: String::new(),
            by: None,
        });
        self.take(Step::Consent {
            side: Side::Respondent,
            method: Method::Paper,
            version: String::new(),
            by: None,
        });
        self.take(screen(Side::Respondent, Safety::Ok))
    }

    fn mediating(&mut self) -> &mut Self {
        self.assigning().take(Step::NameMembers { members: vec![UserId(5)] })
    }

    fn session(&mut self) -> &mut Self {
        self.take(held(MeetingKind::Joint, true, true))
    }

    fn events_of(&self) -> Vec<String> {
        self.case
            .marks
            .iter()
            .map(|(_, _, m)| format!("{} {}", m.event(), m.detail()).trim().to_owned())
            .collect()
    }
}

fn screen(side: Side, result: Safety) -> Step {
    Step::Screen { side, flags: vec![SafetyFlag::Threat], result, note: String::new() }
}

fn held(kind: MeetingKind, applicant: bool, respondent: bool) -> Step {
    Step::HoldSession {
        session: None,
        kind,
        applicant,
        applicant_by: None,
        respondent,
        respondent_by: None,
        result: "이야기함".into(),
        next: None,
        next_on: None,
    }
}

fn terms() -> Vec<Term> {
    vec![Term {
        who: "상대방".into(),
        what: "밤 10시 뒤에는 뛰지 않습니다".into(),
        from: None,
        until: None,
        check: "단체 대화방".into(),
    }]
}

fn sign(way: &Way, side: Side) -> Step {
    Step::Sign {
        agreement: way.case.agreements.last().unwrap().seq,
        side,
        method: Method::Link,
        by: None,
        version: String::new(),
    }
}

#[test]
fn from_filing_to_agreement_and_three_follow_ups() {
    let mut way = Way::new(Channel::Phone);
    way.mediating().session().take(Step::Draft { kind: AgreementKind::Full, terms: terms() });
    let (one, other) = (sign(&way, Side::Applicant), sign(&way, Side::Respondent));
    way.take(one.clone());
    assert_eq!(way.refused(one), "signed");
    way.take(other);
    assert_eq!((way.case.stage, way.case.outcome()), (Stage::Closed, Some(Outcome::Settled)));
    assert_eq!(
        way.events_of(),
        [
            "first_contact",
            "recommended continues",
            "handed_over",
            "invited",
            "consented applicant",
            "consented respondent",
            "session_held joint",
            "agreement full",
            "closed settled"
        ]
    );
    let due: Vec<_> = way.case.follow_ups.iter().map(|f| f.due).collect();
    let closed = seoul::day(way.at);
    assert_eq!(
        due,
        [closed + Duration::days(14), closed + chrono::Months::new(3), closed + chrono::Months::new(6)]
    );
    let answer = |side, result| Step::FollowUp {
        due: due[0],
        side,
        result: Some(result),
        terms: vec![],
        relation: None,
        method: Method::Phone,
        note: String::new(),
    };
    assert_eq!(way.refused(answer(Side::Applicant, FollowUpResult::Kept)), "follow_up_early");
    way.wait(14)
        .take(answer(Side::Applicant, FollowUpResult::Partly))
        .take(answer(Side::Respondent, FollowUpResult::Kept));
    assert_eq!(way.events_of().last().unwrap(), "followup partly", "the worse answer counts");
    way.wait(120);
    let [ended] = <[Step; 1]>::try_from(way.case.steps_of_time(way.at)).unwrap();
    way.take(ended);
    assert_eq!(way.events_of().last().unwrap(), "followup unanswered");
    way.take(Step::Reopen { reason: ReopenReason::Broken, note: String::new() });
    assert_eq!(way.case.stage, Stage::Mediating, "consents stand and someone is in charge");
    assert!(way.case.follow_ups.iter().all(|f| !f.is_open()));
    assert_eq!(
        way.refused(Step::Close { outcome: Outcome::Settled, reason: "x".into(), by: None }),
        "outcome_needs_agreement"
    );
}

#[test]
fn a_proposal_needs_a_session_and_silence_is_refusal() {
    let mut way = Way::new(Channel::Online);
    way.mediating();
    let by = seoul::day(way.at) + Duration::days(7);
    let propose =
        Step::Propose { kind: AgreementKind::Partial, terms: terms(), answer_by: by, reason: String::new() };
    assert_eq!(way.refused(propose.clone()), "proposal_needs_session");
    way.session().take(propose.clone());
    let seq = way.case.proposals[0].seq;
    let yes = |side| Step::AnswerProposal {
        proposal: seq,
        side,
        accept: true,
        method: Method::Link,
        note: String::new(),
        by: None,
    };
    way.take(yes(Side::Applicant));
    assert_eq!(way.refused(Step::LapseProposal { proposal: seq }), "proposal_not_due");
    way.wait(8);
    assert_eq!(way.refused(yes(Side::Respondent)), "proposal_expired");
    way.take(Step::LapseProposal { proposal: seq }).take(Step::Close {
        outcome: Outcome::NotAgreed,
        reason: "x".into(),
        by: None,
    });
    assert_eq!(way.case.outcome(), Some(Outcome::NotAgreed));
    let mut way = Way::new(Channel::Online);
    way.mediating().session().take(propose);
    let seq = way.case.proposals[0].seq;
    for side in Side::ALL {
        way.take(Step::AnswerProposal {
            proposal: seq,
            side: *side,
            accept: true,
            method: Method::Link,
            note: String::new(),
            by: None,
        });
    }
    assert_eq!(way.case.outcome(), Some(Outcome::Partial), "accepted by both is an agreement");
}

#[test]
fn a_missed_meeting_is_no_session_and_two_permit_refused() {
    let mut way = Way::new(Channel::Visit);
    way.mediating().take(held(MeetingKind::Joint, true, false));
    let refused = Step::Close { outcome: Outcome::Refused, reason: "두 번 오지 않음".into(), by: None };
    assert_eq!(way.refused(refused.clone()), "not_declined");
    assert_eq!(
        way.refused(Step::Close { outcome: Outcome::NotAgreed, reason: "x".into(), by: None }),
        "outcome_needs_session"
    );
    way.take(held(MeetingKind::Shuttle, true, false)).take(refused);
    assert!(!way.events_of().iter().any(|e| e.starts_with("session_held")));
}

#[test]
fn stop_blocks_inviting_and_meeting_everywhere_and_only_a_new_screen_lifts_it() {
    let mut way = Way::new(Channel::Phone);
    way.mediating().take(screen(Side::Applicant, Safety::Stop));
    let tomorrow = way.at + Duration::days(1);
    let fix = |kind| Step::FixSession {
        session: None,
        kind,
        starts_at: tomorrow,
        minutes: 60,
        place: "주민센터".into(),
        side: None,
        room: None,
        gap: if kind == MeetingKind::Shuttle { 30 } else { 0 },
    };
    for step in [
        fix(MeetingKind::Shuttle),
        held(MeetingKind::Joint, true, true),
        Step::Letter {},
        Step::Draft { kind: AgreementKind::Full, terms: terms() },
    ] {
        assert_eq!(way.refused(step), "safety");
    }
    assert_eq!(
        way.refused(Step::Close { outcome: Outcome::Withdrawn, reason: "x".into(), by: None }),
        "safety"
    );
    way.take(Step::Counsel { side: Side::Applicant, means: Means::Phone, summary: "상담".into() });
    way.take(screen(Side::Applicant, Safety::Shuttle));
    assert_eq!(way.refused(fix(MeetingKind::Joint)), "safety");
    way.take(fix(MeetingKind::Shuttle));
    let mut stopped = Way::new(Channel::Phone);
    stopped.mediating().take(screen(Side::Respondent, Safety::Stop));
    assert_eq!(stopped.case.possible_outcomes(), [Outcome::Transferred, Outcome::Suspended]);
    stopped.take(Step::Close { outcome: Outcome::Suspended, reason: "x".into(), by: None });
}

#[test]
fn offers_are_answered_once_and_never_made_twice() {
    let mut way = Way::new(Channel::Phone);
    way.assigning().take(Step::ChangeRoute { route: Route::Ngo, reason: "위원이 이웃".into() });
    assert_eq!((way.case.holder, way.case.route), (Some(NGO), Route::Ngo));
    assert_eq!(way.refused(Step::NameMembers { members: vec![UserId(5)] }), "route");
    let offer = |to: UserId, at: DateTime<Utc>| Step::Offer {
        mediator: to,
        answer_by: at + Duration::hours(72),
        wanted: vec![],
    };
    let first = offer(UserId(7), way.at);
    way.take(first.clone());
    assert_eq!(way.case.duties()[0].owner, Owner::User(UserId(7)));
    assert_eq!(way.refused(offer(MEDIATOR, way.at)), "offer_pending");
    let seq = way.case.offers[0].seq;
    way.take(Step::DeclineOffer {
        offer: seq,
        reason: crate::domain::codes::DeclineReason::Schedule,
        note: String::new(),
    });
    assert_eq!(way.refused(first), "offered_before");
    let second = offer(MEDIATOR, way.at);
    way.take(second);
    let seq = way.case.offers[1].seq;
    way.take(Step::AcceptOffer { offer: seq, method: Method::Link, declared: String::new() });
    assert_eq!(
        way.refused(Step::AcceptOffer { offer: seq, method: Method::Link, declared: String::new() }),
        "no_offer"
    );
    assert!(way.case.is_in_charge(MEDIATOR, Role::Mediator) && way.case.stage == Stage::Mediating);
    way.take(Step::Resign { person: MEDIATOR, reason: "건강".into(), handover: String::new() });
    assert_eq!(way.case.stage, Stage::Assigning);
}

#[test]
fn a_programme_of_pairs_needs_both_mediators() {
    let mut way = Way::new(Channel::Phone);
    way.case.intake.mediators_needed = 2;
    way.assigning().take(Step::ChangeRoute { route: Route::Ngo, reason: "위원이 이웃".into() });
    let by = way.at + Duration::hours(72);
    for (who, others) in [(MEDIATOR, UserId(8)), (UserId(7), UserId(9))] {
        way.take(Step::Offer { mediator: who, answer_by: by, wanted: vec![] });
        let offer = way.case.offers.last().map_or(0, |o| o.seq);
        way.take(Step::AcceptOffer { offer, method: Method::Link, declared: String::new() });
        let both = who != MEDIATOR;
        assert_eq!(way.case.stage, if both { Stage::Mediating } else { Stage::Assigning });
        if both {
            let more = Step::Offer { mediator: others, answer_by: by, wanted: vec![] };
            assert_eq!(way.refused(more), "offer_pending");
        }
    }
    way.take(Step::Resign { person: MEDIATOR, reason: "건강".into(), handover: String::new() });
    assert_eq!(way.case.stage, Stage::Assigning, "a pair that lost one waits for another");
}

#[test]
fn a_late_offer_expires_by_the_clock() {
    let mut way = Way::new(Channel::Phone);
    way.assigning().take(Step::ChangeRoute { route: Route::Ngo, reason: "x".into() });
    let offer = Step::Offer { mediator: MEDIATOR, answer_by: way.at + Duration::hours(72), wanted: vec![] };
    way.take(offer);
    assert!(way.case.steps_of_time(way.at).is_empty());
    assert_eq!(way.case.reminders(way.at + Duration::hours(49)).len(), 1);
    way.wait(3);
    let [expired] = <[Step; 1]>::try_from(way.case.steps_of_time(way.at)).unwrap();
    let seq = way.case.offers[0].seq;
    assert_eq!(
        way.refused(Step::AcceptOffer { offer: seq, method: Method::Link, declared: String::new() }),
        "offer_expired"
    );
    way.take(expired);
    assert_eq!(way.case.offers[0].state, OfferState::Expired);
    assert_eq!(way.case.duties()[0].kind, crate::domain::codes::DutyKind::Assign);
}

#[test]
fn referrals_go_out_and_come_back_and_the_clock_never_stops() {
    let mut way = Way::new(Channel::Phone);
    way.handed_over();
    let refer = |body, kind| Step::Refer {
        body,
        reason: "x".into(),
        basis: ProvisionBasis::Consent,
        kind: Some(kind),
        packet: String::new(),
        help: None,
        answers: Vec::new(),
        terms: None,
    };
    way.take(refer(NGO, BodyKind::Ngo));
    assert_eq!(way.case.holder, Some(NGO));
    let seq = way.case.referrals[0].seq;
    assert_eq!(way.refused(refer(BodyId(9), BodyKind::Outside)), "referral_pending");
    way.take(Step::ReturnReferral { referral: seq, reason: ReturnReason::Capacity, note: String::new() });
    assert_eq!((way.case.holder, way.case.route), (Some(COMMITTEE), Route::Committee));
    way.take(refer(BodyId(10), BodyKind::Applied));
    assert_eq!(way.case.holder, Some(COMMITTEE), "the resident applies there themself; the holder stays");
    way.take(refer(BodyId(9), BodyKind::Outside));
    let seq = way.case.referrals[2].seq;
    assert_eq!(way.case.holder, Some(COMMITTEE), "nobody of it works here: the turn stays until it accepts");
    let asks = way.case.duties().into_iter().find(|d| d.kind == DutyKind::AskReferral).unwrap();
    assert_eq!(asks.owner, Owner::Body(COMMITTEE));
    way.take(Step::ReturnReferral { referral: seq, reason: ReturnReason::Capacity, note: String::new() });
    assert_eq!(way.case.holder, Some(COMMITTEE));
    let result = Step::ReferralResult { referral: seq, their_number: String::new(), result: "x".into() };
    assert_eq!(way.refused(result), "referral_answered");
    way.take(refer(BodyId(9), BodyKind::Outside));
    let seq = way.case.referrals[3].seq;
    way.take(Step::AcceptReferral { referral: seq, their_number: String::new(), note: String::new() });
    assert_eq!(way.case.outcome(), Some(Outcome::Transferred));
    assert!(way.case.history.received_at() < way.at);
}

/// What an actor may do about the referrals of a case: (accept, return, result).
fn answers(actor: &Actor, case: &Case) -> (bool, bool, bool) {
    let may = |step| actor.taking(step, case).is_some();
    (may(StepCode::AcceptReferral), may(StepCode::ReturnReferral), may(StepCode::ReferralResult))
}

#[test]
fn every_referral_has_somebody_who_can_answer_it() {
    let at = |role, body| Actor { grants: vec![Grant { role, body: Some(body) }], ..Actor::default() };
    let desk = at(Role::Secretary, COMMITTEE);
    let dong = BodyId(11);
    for (body, kind, asked) in [
        (NGO, BodyKind::Ngo, at(Role::Coordinator, NGO)),
        (dong, BodyKind::Dong, at(Role::Dong, dong)),
        (OFFICE, BodyKind::Office, at(Role::Manager, OFFICE)),
        (BodyId(9), BodyKind::Outside, desk.clone()),
        (BodyId(10), BodyKind::Applied, desk.clone()),
    ] {
        let mut way = Way::new(Channel::Phone);
        way.handed_over();
        let refer = Step::Refer {
            body,
            reason: "x".into(),
            basis: ProvisionBasis::Consent,
            kind: Some(kind),
            packet: String::new(),
            help: None,
            answers: Vec::new(),
            terms: None,
        };
        way.take(refer);
        // A body that has not accepted has nothing to tell yet; whoever has the case (the office again, when it goes back there) may
        // hear what came of it at any time.
        let has_it = asked == desk || kind == BodyKind::Office;
        assert_eq!(answers(&asked, &way.case), (true, true, has_it), "{kind}");
        let other = at(Role::Dong, BodyId(12));
        assert_eq!(answers(&other, &way.case), (false, false, false), "{kind}");
        if asked != desk {
            assert!(!answers(&desk, &way.case).0, "{kind} answers for itself");
        }
        let referral = way.case.referrals[0].seq;
        let accept = Step::AcceptReferral { referral, their_number: String::new(), note: String::new() };
        assert!(asked.may_take(&accept, &way.case).is_ok(), "{kind}");
        let owner = way.case.duties().into_iter().find_map(|d| {
            matches!(d.kind, DutyKind::AnswerReferral | DutyKind::AskReferral).then_some(d.owner)
        });
        let Some(Owner::Body(minds)) = owner else { panic!("{kind}: nobody minds it") };
        assert!(asked.desks().contains(&minds), "{kind}");
        way.take(accept);
        assert!(answers(&asked, &way.case).2, "{kind}: what came of it");
    }
    // A referral to the committee, from the office.
    let mut way = Way::new(Channel::Phone);
    way.take(Step::OpenInquiry {});
    let kind = Some(BodyKind::Committee);
    way.take(Step::Refer {
        body: COMMITTEE,
        reason: "x".into(),
        basis: ProvisionBasis::Consent,
        kind,
        packet: String::new(),
        help: None,
        answers: Vec::new(),
        terms: None,
    });
    assert_eq!(answers(&desk, &way.case), (true, true, true));
    let recused = Actor { recused: vec![way.case.id], ..desk };
    assert_eq!(answers(&recused, &way.case), (false, false, false));
}

#[test]
fn the_history_is_judged_again_for_late_entries_and_corrections() {
    let mut way = Way::new(Channel::Online);
    way.mediating();
    let before_consent = way.events[4].at;
    way.session();
    let blank = Way::new(Channel::Online);
    let refold = |events: &[Event]| {
        let fresh = Case::blank(
            CaseId(1),
            "2026-0001".into(),
            blank.case.intake.clone(),
            blank.case.bodies,
            CaseRules::default(),
        );
        Case::folded(fresh, events)
    };
    assert_eq!(refold(&way.events).unwrap().marks, way.case.marks, "folding again gives the same");
    let mut late = way.events.clone();
    late.push(Event { seq: 99, ..way.event(held(MeetingKind::Joint, true, true), before_consent) });
    assert!(refold(&late).is_err(), "a session cannot have been held before both consents");
    let mut note = way.events.clone();
    let counsel = Step::Counsel { side: Side::Applicant, means: Means::Phone, summary: "x".into() };
    note.push(Event { seq: 99, ..way.event(counsel, before_consent) });
    assert!(refold(&note).unwrap().history.first_contact());
    let mut struck = way.events.clone();
    struck
        .iter_mut()
        .filter(|e| matches!(e.step, Step::Consent { side: Side::Respondent, .. }))
        .for_each(|e| e.voided = true);
    assert!(refold(&struck).is_err(), "without that consent the later session could not stand");
}

#[test]
fn withdrawing_consent_ends_plans_and_goes_back() {
    let mut way = Way::new(Channel::Phone);
    way.mediating();
    let starts_at = way.at + Duration::days(3);
    way.take(Step::FixSession {
        session: None,
        kind: MeetingKind::Joint,
        starts_at,
        minutes: 60,
        place: "회의실".into(),
        side: None,
        room: None,
        gap: 0,
    });
    way.take(Step::WithdrawConsent {
        side: Side::Respondent,
        method: Method::Phone,
        reason: String::new(),
        by: None,
    });
    assert_eq!((way.case.stage, way.case.sessions[0].state), (Stage::Participation, SessionState::Cancelled));
    assert_eq!(way.case.sessions[0].sequence, 1, "a cancellation is a new revision of the invitation");
    way.take(Step::Consent {
        side: Side::Respondent,
        method: Method::Phone,
        version: String::new(),
        by: None,
    });
    assert_eq!(way.case.stage, Stage::Mediating, "those in charge still are");
}

#[test]
fn every_open_case_has_a_next_duty_with_an_owner() {
    let mut way = Way::new(Channel::Online);
    let check = |way: &Way| {
        let duties = way.case.duties();
        assert!(duties.iter().any(|d| d.owner != Owner::Nobody), "{:?}", way.case.stage);
    };
    check(&way);
    way.handed_over();
    check(&way);
    way.take(Step::Contact {
        means: Means::Phone,
        result: ContactResult::Reached,
        next_on: None,
        note: String::new(),
    });
    check(&way);
    let mut way = Way::new(Channel::Online);
    way.assigning();
    check(&way);
    way.take(Step::NameMembers { members: vec![UserId(5)] });
    check(&way);
    way.session();
    check(&way);
    way.take(screen(Side::Applicant, Safety::Stop));
    check(&way);
    way.take(Step::Note { text: "x".into(), visibility: Visibility::Staff });
    way.take(Step::Link { other: "2026-0002".into(), kind: LinkKind::Cross });
    check(&way);
}

/// The notice table, as a whole way shows it: who is told what after which step.
#[test]
#[expect(clippy::too_many_lines, reason = "one way through a case, step by step")]
fn who_is_told_what() {
    use crate::domain::notice::notices_of;
    let mut told = String::new();
    let mut say = |way: &Way, name: &str| {
        let blank = Case::blank(
            CaseId(1),
            "2026-0001".into(),
            way.case.intake.clone(),
            way.case.bodies,
            way.case.rules,
        );
        let mut before = blank;
        told += &format!("== {name}\n");
        for event in &way.events {
            let after = before.after(event).unwrap();
            let event = Event { by: None, ..event.clone() };
            let notices = notices_of(&event, &before, &after, None);
            let words: Vec<String> = notices.iter().map(|n| format!("{:?}:{}", n.to, n.kind)).collect();
            told += &format!("{:18} {}\n", event.step.code().code(), words.join(" "));
            before = after;
        }
    };
    let mut way = Way::new(Channel::Online);
    way.mediating();
    let starts_at = way.at + Duration::days(3);
    way.take(Step::FixSession {
        session: None,
        kind: MeetingKind::Joint,
        starts_at,
        minutes: 60,
        place: "회의실".into(),
        side: None,
        room: None,
        gap: 0,
    });
    let session = way.case.sessions[0].seq;
    let (starts_at, place) = (starts_at + Duration::days(1), "회의실".to_owned());
    way.take(Step::MoveSession {
        session,
        starts_at,
        minutes: 60,
        place,
        reason: String::new(),
        room: None,
        gap: 0,
    });
    way.take(Step::CancelSession { session, reason: String::new() }).session();
    way.take(Step::Draft { kind: AgreementKind::Full, terms: terms() });
    for side in Side::ALL {
        let signature = sign(&way, *side);
        way.take(signature);
    }
    way.take(Step::Reopen { reason: ReopenReason::Broken, note: String::new() });
    say(&way, "위원회");
    let mut way = Way::new(Channel::Phone);
    way.handed_over();
    let refer = Step::Refer {
        body: NGO,
        reason: "x".into(),
        basis: ProvisionBasis::Consent,
        kind: Some(BodyKind::Ngo),
        packet: String::new(),
        help: None,
        answers: Vec::new(),
        terms: None,
    };
    way.take(refer);
    let referral = way.case.referrals[0].seq;
    way.take(Step::AcceptReferral { referral, their_number: String::new(), note: String::new() })
        .take(Step::Letter {});
    for side in Side::ALL {
        way.take(Step::Consent { side: *side, method: Method::Paper, version: String::new(), by: None });
    }
    way.take(screen(Side::Respondent, Safety::Ok));
    let answer_by = way.at + Duration::hours(72);
    way.take(Step::Offer { mediator: MEDIATOR, answer_by, wanted: vec![] });
    let offer = way.case.offers[0].seq;
    way.take(Step::CancelOffer { offer, reason: String::new() });
    way.take(Step::ReturnReferral { referral, reason: ReturnReason::Capacity, note: String::new() });
    way.take(Step::Close { outcome: Outcome::Withdrawn, reason: "x".into(), by: None });
    say(&way, "협약 기관");
    insta::assert_snapshot!(told);
}

#[test]
fn the_stage_and_role_tables() {
    use crate::domain::permission::takers;
    let mut table = String::new();
    for step in StepCode::ALL {
        let stages: Vec<&str> = stages(*step).iter().map(|s| s.code()).collect();
        let takers: Vec<String> =
            takers(*step).iter().map(|t| format!("{}{}", t.hat, if t.holding { "*" } else { "" })).collect();
        let unsafe_at: Vec<&str> =
            Safety::ALL.iter().filter(|s| !safe(*step, **s)).map(|s| s.code()).collect();
        table += &format!(
            "{:18} | {} | {} | not when {}\n",
            step.code(),
            stages.join(" "),
            takers.join(" "),
            unsafe_at.join(" ")
        );
    }
    insta::assert_snapshot!(table);
}
