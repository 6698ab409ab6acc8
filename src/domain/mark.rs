//! The exchange events (`exchange.md`): what can be said to have happened in a case, as files carry it.

use super::codes::{
    AgreementKind, FollowUpResult, InterviewKind, Outcome, Recommendation, SessionKind, Side,
};

/// One event of a case's history. `event()` and `detail()` are its two columns in a file.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Mark {
    /// Someone spoke with the applicant.
    FirstContact,
    /// The office's recommendation (권고) and its result.
    Recommended(Recommendation),
    /// 위원회 통보.
    HandedOver,
    /// 면담 before or beside mediation; needs no consent.
    Interview(InterviewKind),
    /// The respondent was reached.
    RespondentContacted,
    /// The respondent was asked to take part.
    Invited,
    /// One side agreed to take part.
    Consented(Side),
    /// A meeting attended under both consents.
    SessionHeld(SessionKind),
    /// The parties agreed, wholly or in part.
    Agreement(AgreementKind),
    /// The applicant confirms that the noise ended or was settled.
    Confirmed,
    /// The case was closed with this outcome.
    Closed(Outcome),
    /// The case was opened again, with a free reason code.
    Reopened(String),
    /// How an agreement fared at one due date.
    FollowUp(FollowUpResult),
}

/// Why two columns of a file are no event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnknownMark {
    /// The `event` column holds no known code.
    Event,
    /// This event takes no `detail`.
    DetailNotEmpty,
    /// The `detail` is none of these codes.
    Detail(&'static [&'static str]),
}

impl std::fmt::Display for UnknownMark {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Event => {
                write!(f, "모르는 사건입니다. 다음 가운데 하나를 써 주세요: {}", Mark::EVENTS.join(", "))
            }
            Self::DetailNotEmpty => f.write_str("이 사건은 detail을 비워 두어야 합니다"),
            Self::Detail(allowed) => write!(f, "다음 가운데 하나를 써 주세요: {}", allowed.join(", ")),
        }
    }
}

impl Mark {
    /// Every `event` code, in the order of `exchange.md`.
    pub const EVENTS: [&'static str; 13] = [
        "first_contact",
        "recommended",
        "handed_over",
        "interview",
        "respondent_contacted",
        "invited",
        "consented",
        "session_held",
        "agreement",
        "confirmed",
        "closed",
        "reopened",
        "followup",
    ];

    /// The `event` column.
    pub const fn event(&self) -> &'static str {
        match self {
            Self::FirstContact => "first_contact",
            Self::Recommended(_) => "recommended",
            Self::HandedOver => "handed_over",
            Self::Interview(_) => "interview",
            Self::RespondentContacted => "respondent_contacted",
            Self::Invited => "invited",
            Self::Consented(_) => "consented",
            Self::SessionHeld(_) => "session_held",
            Self::Agreement(_) => "agreement",
            Self::Confirmed => "confirmed",
            Self::Closed(_) => "closed",
            Self::Reopened(_) => "reopened",
            Self::FollowUp(_) => "followup",
        }
    }

    /// The `detail` column; empty for an event that has none.
    pub fn detail(&self) -> &str {
        match self {
            Self::Recommended(result) => result.code(),
            Self::Interview(kind) => kind.code(),
            Self::Consented(side) => side.code(),
            Self::SessionHeld(kind) => kind.code(),
            Self::Agreement(kind) => kind.code(),
            Self::Closed(outcome) => outcome.code(),
            Self::Reopened(reason) => reason,
            Self::FollowUp(result) => result.code(),
            Self::FirstContact
            | Self::HandedOver
            | Self::RespondentContacted
            | Self::Invited
            | Self::Confirmed => "",
        }
    }

    /// What people read for the detail; empty for an event that has none.
    pub fn said(&self) -> &str {
        match self {
            Self::Recommended(result) => result.label(),
            Self::Interview(kind) => kind.label(),
            Self::Consented(side) => side.label(),
            Self::SessionHeld(kind) => kind.label(),
            Self::Agreement(kind) => kind.label(),
            Self::Closed(outcome) => outcome.label(),
            Self::Reopened(reason) => reason,
            Self::FollowUp(result) => result.label(),
            Self::FirstContact
            | Self::HandedOver
            | Self::RespondentContacted
            | Self::Invited
            | Self::Confirmed => "",
        }
    }

    /// What people read for the event, without its detail.
    pub const fn label(&self) -> &'static str {
        match self {
            Self::FirstContact => "신청인과 첫 통화",
            Self::Recommended(_) => "관리사무소 권고",
            Self::HandedOver => "위원회 통보",
            Self::Interview(_) => "면담",
            Self::RespondentContacted => "상대방과 연락됨",
            Self::Invited => "상대방에게 참여 요청",
            Self::Consented(_) => "참여 동의",
            Self::SessionHeld(_) => "조정회의",
            Self::Agreement(_) => "합의",
            Self::Confirmed => "신청인의 중단·해결 확인",
            Self::Closed(_) => "종결",
            Self::Reopened(_) => "재개",
            Self::FollowUp(_) => "사후점검",
        }
    }

    /// Reads the two columns of a file. Both must be the exact codes; `reopened` takes any reason, also none.
    ///
    /// # Errors
    /// An unknown event, a detail where none belongs, or a detail outside its list.
    pub fn parse(event: &str, detail: &str) -> Result<Self, UnknownMark> {
        let bare = |mark: Self| if detail.is_empty() { Ok(mark) } else { Err(UnknownMark::DetailNotEmpty) };
        match event {
            "first_contact" => bare(Self::FirstContact),
            "recommended" => Recommendation::from_code(detail)
                .map(Self::Recommended)
                .ok_or(UnknownMark::Detail(Recommendation::CODES)),
            "handed_over" => bare(Self::HandedOver),
            "interview" => InterviewKind::from_code(detail)
                .map(Self::Interview)
                .ok_or(UnknownMark::Detail(InterviewKind::CODES)),
            "respondent_contacted" => bare(Self::RespondentContacted),
            "invited" => bare(Self::Invited),
            "consented" => {
                Side::from_code(detail).map(Self::Consented).ok_or(UnknownMark::Detail(Side::CODES))
            }
            "session_held" => SessionKind::from_code(detail)
                .map(Self::SessionHeld)
                .ok_or(UnknownMark::Detail(SessionKind::CODES)),
            "agreement" => AgreementKind::from_code(detail)
                .map(Self::Agreement)
                .ok_or(UnknownMark::Detail(AgreementKind::CODES)),
            "confirmed" => bare(Self::Confirmed),
            "closed" => {
                Outcome::from_code(detail).map(Self::Closed).ok_or(UnknownMark::Detail(Outcome::CODES))
            }
            "reopened" => Ok(Self::Reopened(detail.to_owned())),
            "followup" => FollowUpResult::from_code(detail)
                .map(Self::FollowUp)
                .ok_or(UnknownMark::Detail(FollowUpResult::CODES)),
            _ => Err(UnknownMark::Event),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_event_reads_back_what_it_writes() {
        let all = [
            Mark::FirstContact,
            Mark::Recommended(Recommendation::Absent),
            Mark::HandedOver,
            Mark::Interview(InterviewKind::Joint),
            Mark::RespondentContacted,
            Mark::Invited,
            Mark::Consented(Side::Respondent),
            Mark::SessionHeld(SessionKind::Shuttle),
            Mark::Agreement(AgreementKind::Partial),
            Mark::Confirmed,
            Mark::Closed(Outcome::SettledBefore),
            Mark::Reopened("합의 불이행".into()),
            Mark::FollowUp(FollowUpResult::Unanswered),
        ];
        for (mark, event) in all.iter().zip(Mark::EVENTS) {
            assert_eq!(mark.event(), event);
            assert_eq!(Mark::parse(mark.event(), mark.detail()).as_ref(), Ok(mark));
        }
    }

    #[test]
    fn a_wrong_detail_names_what_is_possible() {
        assert_eq!(Mark::parse("invited", "x"), Err(UnknownMark::DetailNotEmpty));
        assert_eq!(Mark::parse("agreement", "all"), Err(UnknownMark::Detail(&["full", "partial"])));
        assert_eq!(Mark::parse("agreement", ""), Err(UnknownMark::Detail(&["full", "partial"])));
        assert_eq!(Mark::parse("Closed", "settled"), Err(UnknownMark::Event));
    }
}
