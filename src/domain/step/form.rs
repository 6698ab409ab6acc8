//! What each step asks: its fields, in the order of the form, with the words people read.
//!
//! The HTML form of a step, the check of what was typed, and the step's schema in `openapi.json` are all made
//! from this table; a test holds it against the step's own particulars.
mod tables;

use super::StepCode;
use crate::domain::codes::Side;

/// A list of choices: code and label.
pub type Choices = Vec<(&'static str, &'static str)>;

/// Longest line and longest text that a field takes, in characters.
pub const LINE_MAX: usize = 200;
pub const TEXT_MAX: usize = 4000;

/// How a field is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// One line of text.
    Line,
    /// Several lines of text.
    Text,
    /// A date in Seoul, `YYYY-MM-DD`.
    Date,
    /// A date and time in Seoul, or RFC 3339 in the API.
    Moment,
    /// The same of what has happened: to the minute.
    Past,
    /// Several moments.
    Moments,
    /// Several dates.
    Dates,
    /// A whole number.
    Whole,
    /// A sum of money in won.
    Won,
    /// A number with a fraction.
    Decimal,
    /// One of these codes.
    One(Choices),
    /// Any of these codes.
    Any(Choices),
    /// Yes or no, as one tick.
    Tick,
    /// Terms of an agreement: a list of `step::Term`.
    Terms,
    /// For each promise of the case's agreement, in order, one of these codes.
    PerTerm(Choices),
    /// A mediator who can be offered this case (ranked, with reasons).
    Mediator,
    /// Committee members who can take charge.
    Members,
    /// A seat of the committee.
    Seat,
    /// Seats of the committee.
    Seats,
    /// A meeting of the committee.
    Meeting,
    /// The number of an item of the agenda; the page fills it in.
    Item,
    /// Numbers of copies that were handed out.
    Copies,
    /// One text for each item of the agenda, in order.
    Notes,
    /// Someone now in charge.
    InCharge,
    /// A body that a case can be referred to.
    Body,
    /// What the body that was chosen asks, each with one of these codes: a list of `referral::Answered`.
    Answers(Choices),
    /// A 단지.
    Complex,
    /// A shared room of the case's ward.
    Room,
    /// The number of the step that made the thing meant; the page fills it in.
    Number(Thing),
    /// The code of the case's other thing: a case number.
    CaseNumber,
    /// Set by Ieum, never asked.
    Hidden,
}

/// What kind of thing a step number points at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Thing {
    Offer,
    Session,
    Proposal,
    Agreement,
    Referral,
    Event,
    /// Somebody beside the main party of a side.
    Person,
    /// Somebody beside the main party of this side.
    PersonOf(Side),
    Order,
    /// A request about one's own data.
    Request,
}

/// One field of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    pub name: &'static str,
    pub label: &'static str,
    pub hint: &'static str,
    pub input: Input,
    pub required: bool,
}

macro_rules! choices {
    ($t:ty) => {
        <$t>::ALL.iter().map(|c| (c.code(), c.label())).collect::<$crate::domain::step::form::Choices>()
    };
}
pub(in crate::domain) use choices;

pub(in crate::domain) fn must(name: &'static str, label: &'static str, input: Input) -> Field {
    Field { name, label, hint: "", input, required: true }
}
pub(in crate::domain) fn may(name: &'static str, label: &'static str, input: Input) -> Field {
    Field { name, label, hint: "", input, required: false }
}
impl Field {
    pub(in crate::domain) fn hint(self, hint: &'static str) -> Self {
        Self { hint, ..self }
    }
}

/// Under what heading a step is offered.
#[must_use]
#[expect(clippy::too_many_lines, reason = "a table with a line for each step, so that none is forgotten")]
pub fn group(step: StepCode) -> &'static str {
    match step {
        StepCode::File
        | StepCode::Recorded
        | StepCode::Place
        | StepCode::OpenInquiry
        | StepCode::Counsel
        | StepCode::Screen
        | StepCode::Investigate
        | StepCode::Recommend
        | StepCode::Interview
        | StepCode::HandOver => "조사와 상담",
        StepCode::Contact
        | StepCode::Letter
        | StepCode::ChangeRespondent
        | StepCode::Consent
        | StepCode::Provide
        | StepCode::Disclose
        | StepCode::Decline
        | StepCode::WithdrawConsent => "상대방과 참여",
        StepCode::NameMembers
        | StepCode::Offer
        | StepCode::AcceptOffer
        | StepCode::DeclineOffer
        | StepCode::ReconsiderOffer
        | StepCode::CancelOffer
        | StepCode::ExpireOffer
        | StepCode::ChangeRoute
        | StepCode::Resign => "담당 정하기",
        StepCode::ProposeSession
        | StepCode::AnswerSlots
        | StepCode::FixSession
        | StepCode::MoveSession
        | StepCode::CancelSession
        | StepCode::HoldSession
        | StepCode::CheckIn => "조정회의",
        StepCode::RecommendAgain
        | StepCode::Propose
        | StepCode::AnswerProposal
        | StepCode::LapseProposal
        | StepCode::Draft
        | StepCode::CommentDraft
        | StepCode::Sign
        | StepCode::Report => "조정안과 합의",
        StepCode::Refer
        | StepCode::AcceptReferral
        | StepCode::ReturnReferral
        | StepCode::LapseReferral
        | StepCode::ReferralProgress
        | StepCode::ReferralResult => "다른 기관",
        StepCode::Confirm
        | StepCode::Close
        | StepCode::Reopen
        | StepCode::FollowUp
        | StepCode::KeepClosed
        | StepCode::LeaveAgreement
        | StepCode::Survey
        | StepCode::EndFollowUp => "마침과 사후점검",
        StepCode::AddPerson
        | StepCode::EndPerson
        | StepCode::Represent
        | StepCode::OthersAgree
        | StepCode::AmendPerson
        | StepCode::MoveOut
        | StepCode::Together
        | StepCode::Follow
        | StepCode::MetWith
        | StepCode::Conclude
        | StepCode::Merge
        | StepCode::Split => "사람들",
        StepCode::Order | StepCode::EndOrder | StepCode::LapseOrder | StepCode::Alarm => "안전과 보호",
        StepCode::Agree | StepCode::AskRight | StepCode::AnswerRight | StepCode::Hold | StepCode::Release => {
            "개인정보"
        }
        StepCode::ConfidentialNote
        | StepCode::Reflection
        | StepCode::Note
        | StepCode::Link
        | StepCode::Correct => "기록",
    }
}

/// The fields that `step` asks for, in order.
#[must_use]
#[expect(clippy::too_many_lines, reason = "a table with a line for each step, so that none is forgotten")]
pub fn fields(step: StepCode) -> Vec<Field> {
    match step {
        StepCode::File | StepCode::Recorded | StepCode::Letter | StepCode::OpenInquiry => Vec::new(),
        StepCode::Place
        | StepCode::Counsel
        | StepCode::Screen
        | StepCode::Investigate
        | StepCode::Recommend
        | StepCode::HandOver => tables::inquiry(step),
        StepCode::Contact
        | StepCode::Interview
        | StepCode::ChangeRespondent
        | StepCode::Consent
        | StepCode::Provide
        | StepCode::Disclose
        | StepCode::Decline
        | StepCode::WithdrawConsent => tables::participation(step),
        StepCode::NameMembers
        | StepCode::Offer
        | StepCode::AcceptOffer
        | StepCode::DeclineOffer
        | StepCode::ReconsiderOffer
        | StepCode::CancelOffer
        | StepCode::ExpireOffer
        | StepCode::ChangeRoute
        | StepCode::Resign => tables::assignment(step),
        StepCode::ProposeSession
        | StepCode::AnswerSlots
        | StepCode::FixSession
        | StepCode::MoveSession
        | StepCode::CancelSession
        | StepCode::HoldSession
        | StepCode::CheckIn => tables::sessions(step),
        StepCode::RecommendAgain
        | StepCode::Propose
        | StepCode::AnswerProposal
        | StepCode::LapseProposal
        | StepCode::Draft
        | StepCode::CommentDraft
        | StepCode::Sign
        | StepCode::Report
        | StepCode::Reflection
        | StepCode::ConfidentialNote => tables::mediation(step),
        StepCode::Refer
        | StepCode::AcceptReferral
        | StepCode::ReturnReferral
        | StepCode::LapseReferral
        | StepCode::ReferralProgress
        | StepCode::ReferralResult => tables::referral(step),
        StepCode::AddPerson
        | StepCode::EndPerson
        | StepCode::Represent
        | StepCode::OthersAgree
        | StepCode::AmendPerson
        | StepCode::MoveOut
        | StepCode::Together
        | StepCode::Follow
        | StepCode::MetWith
        | StepCode::Conclude
        | StepCode::Merge
        | StepCode::Split => tables::people(step),
        StepCode::Order
        | StepCode::EndOrder
        | StepCode::LapseOrder
        | StepCode::Alarm
        | StepCode::Agree
        | StepCode::AskRight
        | StepCode::AnswerRight
        | StepCode::Hold
        | StepCode::Release => tables::protection(step),
        StepCode::Confirm
        | StepCode::Close
        | StepCode::Reopen
        | StepCode::FollowUp
        | StepCode::EndFollowUp
        | StepCode::KeepClosed
        | StepCode::LeaveAgreement
        | StepCode::Survey
        | StepCode::Note
        | StepCode::Link
        | StepCode::Correct => tables::ending(step),
    }
}
