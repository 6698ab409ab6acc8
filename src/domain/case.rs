//! A case, and THE transition table: what each step does to it.
//!
//! A case is the fold of its history: `Case::after` takes one event and gives the next case or says why not. A late
//! entry or a 정정 folds the whole history again, so that nothing can stand that would not have been allowed at its
//! own time. What outsiders check of it (`exchange.md`) is `History`, kept here as the marks that each step makes.
mod admit;
mod afterwards;
mod asked;
mod assignment;
mod clockwork;
mod confidence;
mod contacts;
mod dealings;
mod duties;
mod gathering;
mod inquiry;
mod parts;
mod people;
mod protection;
mod provision;
mod rights;
mod sessions;
mod settlement;
mod surveyed;
#[cfg(test)]
mod tests;
mod texts;
mod together;

pub use admit::{safe, stages};
pub use afterwards::{Gap, answered_until, asks_again};
pub use asked::{Asked, Question, Reply};
pub use clockwork::{AHEAD, Reminder, SOON, evening_before};
pub use confidence::Confidence;
pub use contacts::NextTry;
pub use dealings::Dealing;
pub use duties::{Duty, Owner};
pub use parts::{
    Agreement, Answer, CaseRules, CodeRules, Comment, ContactTry, FollowUp, InCharge, Keeping, Offer,
    Proposal, Referral, Refused, Service, Session, SideState, Signature, TAKE_BACK, There, Told,
};
pub use people::{Agreed, Person, REPRESENTATIVES_MAX, Standing, may_bind};
pub use protection::{ORDER_YEARS, Order};
pub use rights::RightRequest;
pub use sessions::{MINUTES, SLOTS, gap_fits};
pub use settlement::{COMMENTS_MAX, TERMS_MAX, no_draft};
pub use surveyed::{QUESTIONS, Scores, Survey, SurveyAsk};
pub use texts::PartyText;
pub use together::{Rewrite, Shared, rewritten};

use super::codes::{
    AfterSession, BodyKind, Cause, Channel, CommitteeKind, Disclosure, MeetingKind, Outcome, Position,
    Recommendation, Role, Route, Safety, SessionState, Side, Stage,
};
use super::committee::delegation::Delegation;
use super::history::{Entry, History};
use super::ids::{BodyId, CaseId, ComplexId, ProgrammeId, UserId};
use super::mark::Mark;
use super::step::{Seq, Step, StepCode};
use chrono::{DateTime, NaiveDate, Utc};

/// What was known when the case was filed, and what the 단지 had at that time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intake {
    pub received_at: DateTime<Utc>,
    pub channel: Channel,
    pub cause: Cause,
    pub position: Position,
    pub complex: Option<ComplexId>,
    /// The name that was typed where the 단지 is not known (단지 미상).
    pub complex_typed: Option<String>,
    pub ward_code: String,
    pub dong_code: Option<String>,
    pub committee: CommitteeKind,
    pub programme: Option<ProgrammeId>,
    /// How many mediators must accept before mediation begins, as the programme said then: 1, or 2 where a lead and a
    /// co-mediator are required.
    pub mediators_needed: usize,
    pub has_applicant_unit: bool,
    pub has_respondent_unit: bool,
    pub legacy: bool,
}

/// The bodies that a case of this 단지 can go to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Bodies {
    pub office: Option<BodyId>,
    pub committee: Option<BodyId>,
    /// The NGO of the programme, or the default NGO.
    pub ngo: Option<BodyId>,
    pub ward: Option<BodyId>,
}

/// One line of a case's history.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Order of recording within the case, from 1; never changes.
    pub seq: Seq,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// When it was written down; plays no part in any figure, except that nobody is asked of a closing before it.
    pub recorded_at: DateTime<Utc>,
    pub by: Option<UserId>,
    /// As what the person acted: a `permission::Hat` code.
    pub by_role: String,
    pub step: Step,
    pub late: bool,
    /// Struck out by a 정정; stays readable, counts nowhere.
    pub voided: bool,
}

/// A case as it stands after its history.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    pub id: CaseId,
    pub number: String,
    /// Counts the changes; a save with an old count is refused.
    pub version: i64,
    pub intake: Intake,
    pub bodies: Bodies,
    pub rules: CaseRules,
    /// The committee's 전결표 as it was when the case began; not part of the fold, as it decides who, not what.
    pub delegation: Delegation,
    /// A 기피 request waits for its decision: the committee decides nothing of the case until then.
    pub frozen: bool,
    pub stage: Stage,
    /// The body whose turn it is. Nobody only for an imported case of a 단지 without any body.
    pub holder: Option<BodyId>,
    pub history: History,
    /// Every exchange event with the line that made it.
    pub marks: Vec<(Seq, DateTime<Utc>, Mark)>,
    /// Bodies beside the NGO to which a side lets its data pass.
    pub provisions: Vec<(Side, BodyId)>,
    /// How much the other side may learn of the applicant.
    pub disclosure: Option<Disclosure>,
    pub applicant: SideState,
    pub respondent: SideState,
    pub investigated: bool,
    pub recommendation: Option<Recommendation>,
    pub contacts: Vec<ContactTry>,
    pub route: Route,
    pub in_charge: Vec<InCharge>,
    pub offers: Vec<Offer>,
    pub sessions: Vec<Session>,
    /// Work that counts as hours of service, in the order in which it was done.
    pub services: Vec<Service>,
    pub proposals: Vec<Proposal>,
    pub agreements: Vec<Agreement>,
    /// Places in `agreements` at which the versions count anew: another respondent, or the case was opened again.
    pub drafts_anew: Vec<usize>,
    pub referrals: Vec<Referral>,
    pub follow_ups: Vec<FollowUp>,
    /// Since when it waits to be decided whether the case is opened again: a term was broken, or a side turned from the agreement.
    pub reconsider_since: Option<DateTime<Utc>>,
    /// What each side thought of the mediation, its newest answer.
    pub surveys: Vec<Survey>,
    /// Who is or was asked what they thought of it.
    pub survey_asks: Vec<SurveyAsk>,
    /// People beside the main party of each side.
    pub people: Vec<Person>,
    /// What joint parties consented to in writing.
    pub agreed: Vec<Agreed>,
    /// Who of each side consented to take part; nobody named is the main party. A side does once all its parties did.
    pub joined: Vec<(Side, Option<Seq>)>,
    /// The cross-complaint that is dealt with here too, by its number.
    pub together: Option<String>,
    /// The cross-complaint that leads, where this case is dealt with there, by its number.
    pub led_by: Option<String>,
    /// What was agreed at a meeting to come next, until something came of it.
    pub next_agreed: Option<(AfterSession, Option<NaiveDate>)>,
    /// Where the one agreement stands that ended this case along with its cross-complaint.
    pub concluded_in: Option<String>,
    /// There is a cross-complaint; of the links between cases, not of the fold.
    pub crossed: bool,
    /// The cross-complaint that is dealt with along with this case keeps the two apart; of the ties, as above.
    pub twin_hides_times: bool,
    pub orders: Vec<Order>,
    pub rights: Vec<RightRequest>,
    /// Nothing of the case is destroyed (보존).
    pub on_hold: bool,
    /// Who may read each confidential note.
    pub confidences: Vec<Confidence>,
    /// Lines written by an NGO's people, with their NGO.
    pub lines_at: Vec<(Seq, BodyId)>,
    /// Number of the last line.
    pub last_seq: Seq,
    /// When the newest line that counts happened; whatever happened before it is a late entry.
    pub last_line_at: DateTime<Utc>,
}

impl Case {
    /// A case before its first line: nothing but what it was filed with.
    #[must_use]
    pub fn blank(id: CaseId, number: String, intake: Intake, bodies: Bodies, rules: CaseRules) -> Self {
        let history = History::new(intake.received_at, intake.has_applicant_unit, intake.has_respondent_unit);
        let history = if intake.legacy { history.legacy() } else { history };
        // Where there is neither office nor committee, the ward sends the case on (`product.md` §2).
        let last_line_at = intake.received_at;
        let holder = bodies.office.or(bodies.committee).or(bodies.ward).or(bodies.ngo);
        Self {
            id,
            number,
            version: 0,
            intake,
            bodies,
            rules,
            delegation: Delegation::secretary_throughout(),
            frozen: false,
            stage: Stage::Received,
            holder,
            history,
            marks: Vec::new(),
            provisions: Vec::new(),
            disclosure: None,
            applicant: SideState::default(),
            respondent: SideState::default(),
            investigated: false,
            recommendation: None,
            contacts: Vec::new(),
            route: Route::Committee,
            in_charge: Vec::new(),
            offers: Vec::new(),
            sessions: Vec::new(),
            services: Vec::new(),
            proposals: Vec::new(),
            agreements: Vec::new(),
            drafts_anew: Vec::new(),
            referrals: Vec::new(),
            follow_ups: Vec::new(),
            reconsider_since: None,
            surveys: Vec::new(),
            survey_asks: Vec::new(),
            people: Vec::new(),
            agreed: Vec::new(),
            joined: Vec::new(),
            together: None,
            led_by: None,
            next_agreed: None,
            concluded_in: None,
            crossed: false,
            twin_hides_times: false,
            orders: Vec::new(),
            rights: Vec::new(),
            on_hold: false,
            confidences: Vec::new(),
            lines_at: Vec::new(),
            last_seq: 0,
            last_line_at,
        }
    }

    /// The case after its whole history, folded in the order in which things happened.
    ///
    /// # Errors
    /// The first line that its own time did not allow.
    pub fn folded(blank: Self, events: &[Event]) -> Result<Self, Refused> {
        let mut order: Vec<&Event> = events.iter().filter(|e| !e.voided).collect();
        order.sort_by_key(|e| (e.at, e.seq));
        let last_seq = events.iter().map(|e| e.seq).max().unwrap_or(0);
        let mut case = order.into_iter().try_fold(blank, |case, event| case.after(event))?;
        case.last_seq = last_seq;
        case.revise_meetings(events);
        Ok(case)
    }

    /// The case after one more event. THE transition table; nothing else changes a stage.
    ///
    /// # Errors
    /// Why the case, as it stands, does not allow the step, and what to do instead.
    pub fn after(&self, event: &Event) -> Result<Self, Refused> {
        self.admits(event.step.code())?;
        let mut next = Self {
            last_seq: self.last_seq.max(event.seq),
            last_line_at: self.last_line_at.max(event.at),
            ..self.clone()
        };
        next.note_writer(event);
        if matches!(
            event.step.code(),
            StepCode::Propose
                | StepCode::Draft
                | StepCode::ProposeSession
                | StepCode::FixSession
                | StepCode::Close
        ) {
            // What was to come next has come.
            next.next_agreed = None;
        }
        next.apply(event)?;
        next.spare_from_surveys(event);
        Ok(next)
    }

    #[expect(clippy::too_many_lines, reason = "a table with a line for each step, so that none is forgotten")]
    fn apply(&mut self, event: &Event) -> Result<(), Refused> {
        match event.step.code() {
            StepCode::File
            | StepCode::Recorded
            | StepCode::Place
            | StepCode::OpenInquiry
            | StepCode::Counsel
            | StepCode::Screen
            | StepCode::Investigate
            | StepCode::Recommend
            | StepCode::HandOver => self.apply_inquiry(event),
            StepCode::Contact
            | StepCode::Letter
            | StepCode::Interview
            | StepCode::ChangeRespondent
            | StepCode::Consent
            | StepCode::Decline
            | StepCode::WithdrawConsent
            | StepCode::Provide
            | StepCode::Disclose => self.apply_participation(event),
            StepCode::NameMembers
            | StepCode::Offer
            | StepCode::AcceptOffer
            | StepCode::DeclineOffer
            | StepCode::ReconsiderOffer
            | StepCode::CancelOffer
            | StepCode::ExpireOffer
            | StepCode::ChangeRoute
            | StepCode::Resign
            | StepCode::Refer
            | StepCode::AcceptReferral
            | StepCode::ReturnReferral
            | StepCode::LapseReferral
            | StepCode::ReferralProgress
            | StepCode::ReferralResult => self.apply_assignment(event),
            StepCode::ProposeSession
            | StepCode::AnswerSlots
            | StepCode::FixSession
            | StepCode::MoveSession
            | StepCode::CancelSession
            | StepCode::HoldSession
            | StepCode::CheckIn => self.apply_session(event),
            StepCode::RecommendAgain
            | StepCode::Propose
            | StepCode::AnswerProposal
            | StepCode::LapseProposal
            | StepCode::Draft
            | StepCode::CommentDraft
            | StepCode::Sign
            | StepCode::Confirm
            | StepCode::Close
            | StepCode::Reopen => self.apply_settlement(event),
            StepCode::FollowUp
            | StepCode::EndFollowUp
            | StepCode::KeepClosed
            | StepCode::LeaveAgreement
            | StepCode::Survey => self.apply_afterwards(event),
            StepCode::Report => self.after_report(event),
            StepCode::AddPerson
            | StepCode::EndPerson
            | StepCode::Represent
            | StepCode::OthersAgree
            | StepCode::AmendPerson
            | StepCode::MoveOut
            | StepCode::Merge
            | StepCode::Split => self.apply_people(event),
            StepCode::Together | StepCode::Follow | StepCode::MetWith | StepCode::Conclude => {
                self.apply_together(event)
            }
            StepCode::Order | StepCode::EndOrder | StepCode::LapseOrder | StepCode::Alarm => {
                self.apply_protection(event)
            }
            StepCode::AskRight
            | StepCode::AnswerRight
            | StepCode::Agree
            | StepCode::Hold
            | StepCode::Release => self.apply_rights(event),
            StepCode::ConfidentialNote
            | StepCode::Reflection
            | StepCode::Note
            | StepCode::Link
            | StepCode::Correct => Ok(()),
        }
    }

    /// Adds an exchange event made by `event`; the history's own rules decide.
    fn mark(&mut self, event: &Event, mark: Mark) -> Result<(), Refused> {
        self.history.push(event.at, mark.clone())?;
        self.marks.push((event.seq, event.at, mark));
        Ok(())
    }

    fn entry(&mut self, event: &Event, entry: Entry) -> Result<(), Refused> {
        self.history.push_entry(event.at, entry)?;
        Ok(())
    }

    /// How the case ended, if it has.
    #[must_use]
    pub fn outcome(&self) -> Option<Outcome> {
        self.history.closed_outcome()
    }

    #[must_use]
    pub fn is_open(&self) -> bool {
        self.stage != Stage::Closed
    }

    #[must_use]
    pub fn side(&self, side: Side) -> &SideState {
        match side {
            Side::Applicant => &self.applicant,
            Side::Respondent => &self.respondent,
        }
    }

    fn side_mut(&mut self, side: Side) -> &mut SideState {
        match side {
            Side::Applicant => &mut self.applicant,
            Side::Respondent => &mut self.respondent,
        }
    }

    /// The stricter of both sides' safety results.
    #[must_use]
    pub fn safety(&self) -> Safety {
        [&self.applicant, &self.respondent].iter().filter_map(|s| s.judged()).max().unwrap_or(Safety::Ok)
    }

    /// The session that is being planned or fixed, if any.
    #[must_use]
    pub fn open_session(&self) -> Option<&Session> {
        self.sessions.iter().rev().find(|s| matches!(s.state, SessionState::Proposed | SessionState::Fixed))
    }

    #[must_use]
    pub fn session(&self, seq: Seq) -> Option<&Session> {
        self.sessions.iter().find(|s| s.seq == seq)
    }
    #[must_use]
    pub fn offer(&self, seq: Seq) -> Option<&Offer> {
        self.offers.iter().find(|o| o.seq == seq)
    }
    #[must_use]
    pub fn referral(&self, seq: Seq) -> Option<&Referral> {
        self.referrals.iter().find(|r| r.seq == seq)
    }

    /// Whether `user` is in charge of the case now.
    #[must_use]
    pub fn is_in_charge(&self, user: UserId, role: Role) -> bool {
        self.in_charge.iter().any(|p| p.user == user && p.role == role)
    }

    /// The proposal that still waits for an answer.
    #[must_use]
    pub fn open_proposal(&self) -> Option<&Proposal> {
        self.proposals.iter().rev().find(|p| p.is_open())
    }

    /// The agreement that still waits for a signature.
    #[must_use]
    pub fn open_agreement(&self) -> Option<&Agreement> {
        self.agreements.iter().rev().find(|a| a.is_open())
    }

    /// Ends everything that was planned: when a consent is withdrawn, a person resigns or the case is closed.
    fn end_plans(&mut self) {
        self.cancel_pending_offers();
        self.end_talks();
    }

    /// Ends what was planned with the parties.
    fn end_talks(&mut self) {
        for session in &mut self.sessions {
            if matches!(session.state, SessionState::Proposed | SessionState::Fixed) {
                session.state = SessionState::Cancelled;
                session.sequence += 1;
            }
        }
        for proposal in &mut self.proposals {
            proposal.ended = true;
        }
        for agreement in &mut self.agreements {
            agreement.ended = true;
        }
    }

    /// Whether a body of this kind has the turn from the moment a case is referred to it: those whose people work here. A body
    /// outside takes it only by accepting, and then the case ends here as passed on.
    #[must_use]
    pub fn takes_turn(kind: BodyKind) -> bool {
        matches!(kind, BodyKind::Ngo | BodyKind::Committee | BodyKind::Office)
    }

    /// Whether a meeting of this kind puts both sides into one place or call.
    #[must_use]
    pub fn is_face_to_face(kind: MeetingKind) -> bool {
        matches!(kind, MeetingKind::Joint | MeetingKind::Visit | MeetingKind::Online)
    }
}
