//! Why a history does not allow an event: stable codes and a Korean sentence each.

use super::codes::{AgreementKind, Outcome, Side};
use chrono::{DateTime, FixedOffset, Utc};

/// A step that an old ledger did not record; it stands as '기록 없음'.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Missing {
    Invitation,
    RespondentContact,
    Consent(Side),
    Session,
    Agreement,
}

impl Missing {
    /// A stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Invitation => "invited",
            Self::RespondentContact => "respondent_contacted",
            Self::Consent(Side::Applicant) => "consented:applicant",
            Self::Consent(Side::Respondent) => "consented:respondent",
            Self::Session => "session_held",
            Self::Agreement => "agreement",
        }
    }

    /// What people read.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Invitation => "참여 요청 기록 없음",
            Self::RespondentContact => "상대방 연락 기록 없음",
            Self::Consent(Side::Applicant) => "신청인 동의 기록 없음",
            Self::Consent(Side::Respondent) => "상대방 동의 기록 없음",
            Self::Session => "조정회의 기록 없음",
            Self::Agreement => "합의 기록 없음",
        }
    }
}

/// Why an event cannot be the next one of a history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotAllowed {
    /// It lies before the event before it, or before the reception.
    TimeBackwards { last: DateTime<Utc> },
    /// Closing a closed case.
    AlreadyClosed,
    /// Anything but `confirmed`, `followup` and `reopened` on a closed case.
    CaseClosed,
    /// Reopening or following up an open case.
    NotClosed,
    /// An invitation needs a respondent unit.
    NoRespondentUnit,
    /// A session needs this side's consent.
    NoConsent { side: Side },
    /// An agreement needs a session in this span.
    NoSession,
    /// A follow-up needs a case closed with an agreement.
    NothingToFollowUp,
    /// `settled` and `partial` need an agreement of that kind in this span.
    OutcomeNeedsAgreement { kind: AgreementKind },
    /// `not_agreed` needs a session in this span.
    OutcomeNeedsSession,
    /// This outcome is possible only while there is no agreement in this span.
    OutcomeAfterAgreement { outcome: Outcome },
    /// This outcome is possible only while there is no session in this span.
    OutcomeAfterSession { outcome: Outcome },
    /// `refused` and `unreachable` need an invitation.
    OutcomeNeedsInvitation { outcome: Outcome },
    /// `refused` needs the respondent to have been reached.
    OutcomeNeedsContact,
}

impl NotAllowed {
    /// A stable code for APIs and tests.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TimeBackwards { .. } => "time_backwards",
            Self::AlreadyClosed => "already_closed",
            Self::CaseClosed => "case_closed",
            Self::NotClosed => "not_closed",
            Self::NoRespondentUnit => "no_respondent_unit",
            Self::NoConsent { .. } => "no_consent",
            Self::NoSession => "no_session",
            Self::NothingToFollowUp => "nothing_to_follow_up",
            Self::OutcomeNeedsAgreement { .. } => "outcome_needs_agreement",
            Self::OutcomeNeedsSession => "outcome_needs_session",
            Self::OutcomeAfterAgreement { .. } => "outcome_after_agreement",
            Self::OutcomeAfterSession { .. } => "outcome_after_session",
            Self::OutcomeNeedsInvitation { .. } => "outcome_needs_invitation",
            Self::OutcomeNeedsContact => "outcome_needs_contact",
        }
    }
}

impl std::fmt::Display for NotAllowed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::TimeBackwards { last } => {
                // Korea has had no summer time since 1988, so a fixed offset is the zone.
                let seoul = FixedOffset::east_opt(9 * 3600).map(|zone| last.with_timezone(&zone));
                let last = seoul.map(|at| at.format("%Y-%m-%d %H:%M:%S").to_string()).unwrap_or_default();
                write!(f, "시간이 거꾸로 갑니다. 앞선 일({last})보다 이를 수 없습니다")
            }
            Self::AlreadyClosed => f.write_str("이미 종결된 사건입니다. 다시 종결하려면 먼저 재개해 주세요"),
            Self::CaseClosed => {
                f.write_str("종결된 사건에는 확인(confirmed)·사후점검(followup)·재개(reopened)만 적을 수 있습니다")
            }
            Self::NotClosed => f.write_str("아직 종결되지 않은 사건입니다. 재개와 사후점검은 종결된 뒤에만 할 수 있습니다"),
            Self::NoRespondentUnit => {
                f.write_str("상대방의 동·호를 알아야 참여를 요청할 수 있습니다. 상대방 동·호를 먼저 적어 주세요")
            }
            Self::NoConsent { side } => {
                write!(f, "{}의 참여 동의가 없습니다. 조정회의는 양쪽이 동의한 뒤에만 열 수 있습니다", side.label())
            }
            Self::NoSession => f.write_str("접수되거나 재개된 뒤 조정회의가 없었습니다. 합의 전에 조정회의가 있어야 합니다"),
            Self::NothingToFollowUp => f.write_str("합의로 종결된 사건이 아니어서 사후점검을 적을 수 없습니다"),
            Self::OutcomeNeedsAgreement { kind } => {
                let (outcome, wanted) = match kind {
                    AgreementKind::Full => ("합의", "합의(full)"),
                    AgreementKind::Partial => ("부분합의", "부분합의(partial)"),
                };
                write!(f, "접수되거나 재개된 뒤 {wanted} 기록이 없어서 '{outcome}'로 종결할 수 없습니다")
            }
            Self::OutcomeNeedsSession => {
                f.write_str("접수되거나 재개된 뒤 조정회의가 없어서 '불성립'으로 종결할 수 없습니다")
            }
            Self::OutcomeAfterAgreement { outcome } => {
                write!(f, "접수되거나 재개된 뒤 합의가 있어서 '{}' 종결은 할 수 없습니다", outcome.label())
            }
            Self::OutcomeAfterSession { outcome } => {
                write!(f, "접수되거나 재개된 뒤 조정회의가 있어서 '{}' 종결은 할 수 없습니다", outcome.label())
            }
            Self::OutcomeNeedsInvitation { outcome } => {
                write!(f, "상대방에게 참여를 요청한 적이 없어서 '{}' 종결은 할 수 없습니다", outcome.label())
            }
            Self::OutcomeNeedsContact => {
                f.write_str("상대방과 연락이 된 적이 없어서 '상대방 미참여'로 종결할 수 없습니다. '연락 안 됨'을 살펴 주세요")
            }
        }
    }
}

impl std::error::Error for NotAllowed {}
