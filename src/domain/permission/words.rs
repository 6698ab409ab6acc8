//! Whose words a line of a case's history holds, and which steps speak with a side: what a rule about one side's data rests on.
use crate::domain::codes::Side;
use crate::domain::step::{Step, StepCode};

/// The steps that speak with a side: while a side's data may not pass to the NGO that has the turn, the committee's desk (or
/// the office's) takes them.
#[must_use]
pub fn speaks(step: StepCode) -> bool {
    is_to_respondent(step)
        || matches!(
            step,
            StepCode::Counsel
                | StepCode::Screen
                | StepCode::Interview
                | StepCode::Consent
                | StepCode::WithdrawConsent
                | StepCode::Provide
                | StepCode::AnswerSlots
                | StepCode::AnswerProposal
                | StepCode::Sign
                | StepCode::FollowUp
                | StepCode::LeaveAgreement
                | StepCode::CommentDraft
                | StepCode::Survey
                | StepCode::AmendPerson
                | StepCode::AddPerson
                | StepCode::OthersAgree
                | StepCode::Agree
                | StepCode::AskRight
        )
}

/// The steps that cannot be taken without speaking with, or knowing, the respondent.
pub(super) const fn is_to_respondent(step: StepCode) -> bool {
    matches!(step, StepCode::Letter | StepCode::Contact | StepCode::ChangeRespondent | StepCode::Decline)
}

/// Whose words a line of the history holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Words {
    /// Nobody's: dates, codes, what bodies wrote to each other.
    Nobodys,
    /// This side's own.
    Of(Side),
    /// Perhaps both sides'.
    Anyones,
}

/// Whose words the particulars of a step hold.
#[must_use]
#[expect(clippy::too_many_lines, reason = "a table with a line for each step, so that none is forgotten")]
pub fn words_of(step: &Step) -> Words {
    match step {
        Step::File { .. } | Step::Confirm { .. } | Step::Disclose { .. } => Words::Of(Side::Applicant),
        Step::Counsel { side, .. }
        | Step::Screen { side, .. }
        | Step::Consent { side, .. }
        | Step::Provide { side, .. }
        | Step::WithdrawConsent { side, .. }
        | Step::AnswerProposal { side, .. }
        | Step::Sign { side, .. }
        | Step::FollowUp { side, .. }
        | Step::LeaveAgreement { side, .. }
        | Step::CommentDraft { side, .. }
        | Step::Survey { side, .. }
        | Step::AddPerson { side, .. }
        | Step::OthersAgree { side, .. }
        | Step::AmendPerson { side, .. }
        | Step::MoveOut { side, .. }
        | Step::Alarm { side, .. }
        | Step::Agree { side, .. }
        | Step::AskRight { side, .. }
        | Step::Interview { side: Some(side), .. } => Words::Of(*side),
        Step::Contact { .. } | Step::ChangeRespondent { .. } | Step::Decline { .. } => {
            Words::Of(Side::Respondent)
        }
        Step::Interview { side: None, .. }
        | Step::Investigate { .. }
        | Step::Recommend { .. }
        | Step::RecommendAgain { .. }
        | Step::HandOver { .. }
        | Step::ChangeRoute { .. }
        | Step::Resign { .. }
        | Step::MoveSession { .. }
        | Step::CancelSession { .. }
        | Step::HoldSession { .. }
        | Step::Propose { .. }
        | Step::Draft { .. }
        | Step::Report { .. }
        | Step::ConfidentialNote { .. }
        | Step::Reflection { .. }
        | Step::Close { .. }
        | Step::Reopen { .. }
        | Step::KeepClosed { .. }
        | Step::Note { .. }
        | Step::EndPerson { .. }
        | Step::Merge { .. }
        | Step::Split { .. }
        | Step::Order { .. }
        | Step::EndOrder { .. }
        | Step::AnswerRight { .. }
        | Step::Hold { .. }
        | Step::Release { .. }
        | Step::Correct { .. } => Words::Anyones,
        Step::Recorded { .. } | Step::Place { .. } | Step::OpenInquiry {} | Step::Letter {} => Words::Nobodys,
        Step::NameMembers { .. }
        | Step::Offer { .. }
        | Step::AcceptOffer { .. }
        | Step::DeclineOffer { .. }
        | Step::ReconsiderOffer { .. }
        | Step::CancelOffer { .. }
        | Step::ExpireOffer { .. }
        | Step::ProposeSession { .. }
        | Step::AnswerSlots { .. }
        | Step::FixSession { .. }
        | Step::CheckIn { .. }
        | Step::LapseProposal { .. }
        | Step::Refer { .. }
        | Step::AcceptReferral { .. }
        | Step::ReturnReferral { .. }
        | Step::ReferralResult { .. }
        | Step::ReferralProgress { .. }
        | Step::LapseReferral { .. }
        | Step::EndFollowUp { .. }
        | Step::Represent { .. }
        | Step::LapseOrder { .. }
        | Step::Link { .. } => Words::Nobodys,
        Step::Together { .. } | Step::Follow { .. } | Step::MetWith { .. } | Step::Conclude { .. } => {
            Words::Nobodys
        }
    }
}
