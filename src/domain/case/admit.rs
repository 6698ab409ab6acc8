//! Which steps a case admits as it stands, before their particulars are known: what the buttons are made from.
use super::{Case, Referral, Refused};
use crate::domain::codes::{Disclosure, OfferState, PersonKind, Safety, Side, Stage};
use crate::domain::committee::delegation::VOTABLE;
use crate::domain::step::StepCode;

/// The stages in which a step can be taken. THE (stage × step) table, without safety.
#[must_use]
#[expect(clippy::too_many_lines, reason = "a table with a line for each step, so that none is forgotten")]
pub fn stages(step: StepCode) -> &'static [Stage] {
    use Stage::{Assigning, Closed, Inquiry, Mediating, Participation, Received};
    const OPEN: &[Stage] = &[Received, Inquiry, Participation, Assigning, Mediating];
    const ANY: &[Stage] = &[Received, Inquiry, Participation, Assigning, Mediating, Closed];
    const WITH_OTHER_SIDE: &[Stage] = &[Participation, Assigning, Mediating];
    match step {
        StepCode::File | StepCode::OpenInquiry => &[Received],
        StepCode::Recorded => ANY,
        StepCode::Place
        | StepCode::Counsel
        | StepCode::Screen
        | StepCode::Refer
        | StepCode::AcceptReferral
        | StepCode::ReturnReferral
        | StepCode::Close => OPEN,
        StepCode::Investigate => &[Inquiry, Participation],
        StepCode::Recommend | StepCode::HandOver => &[Inquiry],
        StepCode::ChangeRespondent | StepCode::Provide | StepCode::Disclose | StepCode::LapseReferral => OPEN,
        StepCode::Contact | StepCode::Letter | StepCode::Decline => WITH_OTHER_SIDE,
        StepCode::Together | StepCode::Follow => WITH_OTHER_SIDE,
        StepCode::MetWith | StepCode::Conclude => &[Assigning, Mediating],
        StepCode::Interview => &[Inquiry, Participation, Assigning, Mediating],
        StepCode::Consent => &[Participation, Assigning, Mediating],
        StepCode::WithdrawConsent => WITH_OTHER_SIDE,
        StepCode::NameMembers | StepCode::ChangeRoute => &[Assigning],
        StepCode::Offer
        | StepCode::AcceptOffer
        | StepCode::DeclineOffer
        | StepCode::ReconsiderOffer
        | StepCode::CancelOffer
        | StepCode::ExpireOffer => &[Assigning, Mediating],
        // Whoever left the case lays it down also where a consent was taken back meanwhile.
        StepCode::Resign => &[Participation, Assigning, Mediating],
        // Before mediation only for a talk with one side.
        StepCode::ProposeSession
        | StepCode::AnswerSlots
        | StepCode::FixSession
        | StepCode::MoveSession
        | StepCode::CancelSession
        | StepCode::HoldSession
        | StepCode::CheckIn => WITH_OTHER_SIDE,
        StepCode::RecommendAgain
        | StepCode::Propose
        | StepCode::AnswerProposal
        | StepCode::LapseProposal
        | StepCode::Draft
        | StepCode::CommentDraft
        | StepCode::Sign => &[Mediating],
        StepCode::Reopen
        | StepCode::FollowUp
        | StepCode::EndFollowUp
        | StepCode::KeepClosed
        | StepCode::LeaveAgreement
        | StepCode::Survey => &[Closed],
        StepCode::AddPerson
        | StepCode::EndPerson
        | StepCode::Represent
        | StepCode::OthersAgree
        | StepCode::MoveOut
        | StepCode::Merge
        | StepCode::Split
        | StepCode::Alarm => OPEN,
        StepCode::AmendPerson
        | StepCode::Order
        | StepCode::EndOrder
        | StepCode::LapseOrder
        | StepCode::Agree
        | StepCode::AskRight
        | StepCode::AnswerRight
        | StepCode::Hold
        | StepCode::Release => ANY,
        StepCode::Confirm
        | StepCode::ReferralProgress
        | StepCode::ReferralResult
        | StepCode::Note
        | StepCode::Link
        | StepCode::Correct
        | StepCode::Report
        | StepCode::Reflection
        | StepCode::ConfidentialNote => ANY,
    }
}

/// Whether a safety result lets a step through. `stop` permits only counselling, referral and `suspended` (checked
/// with the outcome), and what protects or records; `pause` forbids inviting and meeting.
#[must_use]
#[expect(clippy::too_many_lines, reason = "a table with a line for each step, so that none is forgotten")]
pub fn safe(step: StepCode, safety: Safety) -> bool {
    let invites = matches!(
        step,
        StepCode::Contact
            | StepCode::Letter
            | StepCode::Consent
            | StepCode::Offer
            | StepCode::ReconsiderOffer
            | StepCode::NameMembers
            | StepCode::ProposeSession
            | StepCode::FixSession
            | StepCode::MoveSession
            | StepCode::HoldSession
            | StepCode::MetWith
            | StepCode::Conclude
            | StepCode::Propose
            | StepCode::Draft
            | StepCode::Sign
    );
    let allowed_when_stopped = matches!(
        step,
        StepCode::Counsel
            | StepCode::Screen
            | StepCode::Follow
            | StepCode::Refer
            | StepCode::AcceptReferral
            | StepCode::ReturnReferral
            | StepCode::LapseReferral
            | StepCode::ReferralProgress
            | StepCode::ReferralResult
            | StepCode::Close
            | StepCode::Reopen
            | StepCode::WithdrawConsent
            | StepCode::Provide
            | StepCode::Disclose
            | StepCode::Decline
            | StepCode::CancelOffer
            | StepCode::ExpireOffer
            | StepCode::LapseProposal
            | StepCode::CancelSession
            | StepCode::CheckIn
            | StepCode::Resign
            | StepCode::FollowUp
            | StepCode::EndFollowUp
            | StepCode::KeepClosed
            | StepCode::LeaveAgreement
            | StepCode::Survey
            | StepCode::Reflection
            | StepCode::Note
            | StepCode::Link
            | StepCode::Correct
            | StepCode::AddPerson
            | StepCode::EndPerson
            | StepCode::AmendPerson
            | StepCode::MoveOut
            | StepCode::Order
            | StepCode::EndOrder
            | StepCode::LapseOrder
            | StepCode::Alarm
            | StepCode::Agree
            | StepCode::AskRight
            | StepCode::AnswerRight
            | StepCode::Hold
            | StepCode::Release
            | StepCode::Report
            | StepCode::ConfidentialNote
            | StepCode::Recorded
    );
    match safety {
        Safety::Ok | Safety::Shuttle => true,
        Safety::Pause => !invites,
        Safety::Stop => allowed_when_stopped,
    }
}

impl Case {
    /// Whether the case admits `step` as it stands; the step's particulars are judged when it is taken.
    ///
    /// # Errors
    /// Why not.
    pub fn admits(&self, step: StepCode) -> Result<(), Refused> {
        if !stages(step).contains(&self.stage) {
            return Err(Refused::in_stage(self.stage));
        }
        if self.is_open() && !safe(step, self.safety()) {
            return Err(Refused::new(
                "safety",
                "안전 확인 결과 때문에 지금은 할 수 없습니다. 상담하거나 다른 기관에 의뢰하고, 사정이 바뀌면 안전 확인을 다시 해 주세요.",
            ));
        }
        let missing = |there: bool, code: &'static str, sentence: &str| {
            if there { Ok(()) } else { Err(Refused::new(code, sentence)) }
        };
        match step {
            StepCode::File => missing(self.last_seq == 0, "already_filed", "이미 접수된 사건입니다."),
            StepCode::Letter => missing(
                self.history.has_respondent_unit(),
                "no_respondent_unit",
                "상대방 호수를 알아야 안내문을 만들 수 있습니다. 먼저 상대방 세대를 정해 주세요.",
            ),
            StepCode::AcceptOffer
            | StepCode::DeclineOffer
            | StepCode::CancelOffer
            | StepCode::ExpireOffer => missing(
                self.offers.iter().any(|o| o.state == OfferState::Pending),
                "no_offer",
                "답을 기다리는 배정 요청이 없습니다.",
            ),
            StepCode::AcceptReferral | StepCode::ReturnReferral => missing(
                self.referrals.iter().any(Referral::is_open),
                "no_referral",
                "답을 기다리는 의뢰가 없습니다.",
            ),
            StepCode::ReferralResult | StepCode::ReferralProgress => {
                missing(!self.referrals.is_empty(), "no_referral", "의뢰한 기록이 없습니다.")
            }
            StepCode::ProposeSession
            | StepCode::AnswerSlots
            | StepCode::FixSession
            | StepCode::MoveSession
            | StepCode::CancelSession
            | StepCode::CheckIn => self.admits_session(step),
            StepCode::Propose => missing(
                self.history.session_in_span() && self.open_proposal().is_none(),
                "proposal_needs_session",
                "조정안은 조정회의를 한 번 연 뒤에, 앞의 조정안에 답이 나온 다음 낼 수 있습니다.",
            ),
            StepCode::AnswerProposal | StepCode::LapseProposal => {
                missing(self.open_proposal().is_some(), "no_proposal", "답을 기다리는 조정안이 없습니다.")
            }
            StepCode::Draft => missing(
                self.history.session_in_span(),
                "agreement_needs_session",
                "합의서는 조정회의를 한 번 연 뒤에 만들 수 있습니다. 먼저 조정회의 결과를 기록해 주세요.",
            ),
            StepCode::Sign | StepCode::CommentDraft => {
                missing(self.open_agreement().is_some(), "no_agreement", "서명을 기다리는 합의서가 없습니다.")
            }
            StepCode::FollowUp
            | StepCode::EndFollowUp
            | StepCode::KeepClosed
            | StepCode::Survey
            | StepCode::LeaveAgreement => self.admits_afterwards(step),
            _ => self.has_what_it_is_about(step),
        }
    }

    /// As `admits`, for the steps about people, protection and their data.
    fn has_what_it_is_about(&self, step: StepCode) -> Result<(), Refused> {
        let missing = |there: bool, code: &'static str, sentence: &str| {
            if there { Ok(()) } else { Err(Refused::new(code, sentence)) }
        };
        match step {
            StepCode::ReconsiderOffer => missing(
                self.offers.iter().any(|o| o.state == OfferState::Declined) && self.has_room_for_offer(),
                "no_offer",
                "되돌릴 수 있는 사양이 없습니다.",
            ),
            StepCode::Resign => {
                missing(!self.in_charge.is_empty(), "not_in_charge", "지금 맡고 있는 사람이 없습니다.")
            }
            StepCode::EndPerson => {
                missing(self.people.iter().any(|p| !p.ended), "no_person", "더한 사람이 없습니다.")
            }
            StepCode::Consent => missing(
                Side::ALL
                    .iter()
                    .any(|side| !self.has_joined(*side, None) || self.not_joined(*side).next().is_some()),
                "consented",
                "양쪽 모두의 동의가 이미 기록되어 있습니다.",
            ),
            StepCode::WithdrawConsent => missing(
                Side::ALL.iter().any(|side| self.history.consented(*side)) || !self.joined.is_empty(),
                "no_consent",
                "철회할 동의가 없습니다.",
            ),
            StepCode::Represent | StepCode::OthersAgree | StepCode::Split => missing(
                self.has_person(PersonKind::Joint),
                "no_joint",
                "함께하는 당사자가 없습니다. 먼저 '사람 더하기'로 적어 주세요.",
            ),
            StepCode::Conclude => missing(
                self.history.session_in_span(),
                "agreement_needs_session",
                "이 사건에는 함께 연 조정회의의 기록이 없어 함께 마칠 수 없습니다.",
            ),
            StepCode::EndOrder | StepCode::LapseOrder => {
                missing(self.standing_orders().next().is_some(), "no_order", "지금 있는 보호조치가 없습니다.")
            }
            StepCode::AnswerRight => missing(
                self.open_rights().next().is_some(),
                "no_request",
                "답을 기다리는 개인정보 요청이 없습니다.",
            ),
            StepCode::Hold => missing(!self.on_hold, "on_hold", "이미 파기를 멈춘 사건입니다."),
            StepCode::Release => missing(self.on_hold, "not_on_hold", "파기를 멈춘 사건이 아닙니다."),
            _ => Ok(()),
        }
    }

    /// One session is planned at a time: dates for it are asked, one of them is fixed, and then it is moved.
    fn admits_session(&self, step: StepCode) -> Result<(), Refused> {
        let open = self.open_session();
        let (admitted, code, sentence) = match step {
            StepCode::ProposeSession => (
                open.is_none(),
                "session_open",
                "이미 잡고 있는 조정회의가 있습니다. 옮기거나 취소해 주세요.",
            ),
            StepCode::FixSession => (
                open.is_none_or(|s| s.is_open_to(step)),
                "session_open",
                "이미 정한 조정회의가 있습니다. 옮기거나 취소해 주세요.",
            ),
            StepCode::CheckIn => (
                self.sessions.iter().any(|s| s.is_open_to(step)),
                "no_session",
                "잡혀 있는 현장방문이 없습니다.",
            ),
            _ => (open.is_some_and(|s| s.is_open_to(step)), "no_session", "잡혀 있는 조정회의가 없습니다."),
        };
        if admitted { Ok(()) } else { Err(Refused::new(code, sentence)) }
    }

    /// Whether what happened before the closing may still be written down: only what was done, never what decides. When it is
    /// taken, the whole history is judged again.
    ///
    /// # Errors
    /// Why not.
    pub fn admits_late(&self, step: StepCode) -> Result<(), Refused> {
        let records = matches!(
            step,
            StepCode::HoldSession
                | StepCode::Interview
                | StepCode::Counsel
                | StepCode::Contact
                | StepCode::Investigate
        );
        if self.is_open() || !records {
            return self.admits_now(step);
        }
        self.kept_back(step)
    }

    /// Whether the case admits `step` as a new step: `admits`, and what only holds before the step is in the record.
    ///
    /// # Errors
    /// Why not.
    pub fn admits_now(&self, step: StepCode) -> Result<(), Refused> {
        self.admits(step)?;
        self.kept_back(step)?;
        if step == StepCode::Place && self.intake.complex.is_some() {
            return Err(Refused::new("placed", "단지가 이미 정해져 있습니다."));
        }
        // The procedure stops while the body has not decided about the member (공동주택관리법 §41 as a model).
        if self.frozen && VOTABLE.contains(&step) {
            return Err(Refused::new(
                "recusal_pending",
                "위원 기피 신청이 결정을 기다리고 있어 이 사건의 결정을 멈추었습니다. 기피 신청을 회의에서 먼저 결정해 주세요.",
            ));
        }
        if step == StepCode::Together && !self.crossed {
            return Err(Refused::new(
                "not_crossed",
                "같은 두 집이 서로 낸 신청이 없습니다. 있다면 '다른 사건과 잇기'에서 '맞신고'로 먼저 이어 주세요.",
            ));
        }
        if step == StepCode::Letter && self.disclosure == Some(Disclosure::NoticeOnly) {
            return Err(Refused::new(
                "notice_only",
                "신청인이 '단지 안내문만' 골랐으므로 상대방에게 따로 편지를 보낼 수 없습니다. '문서'에서 단지 전체에 알리는 안내문을 뽑아 붙여 주세요. 신청인이 마음을 바꾸면 '전해도 되는 범위 바꾸기'를 먼저 적어 주세요.",
            ));
        }
        Ok(())
    }
}
