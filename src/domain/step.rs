//! The steps of a case: everything that can happen to it, with its particulars.
//!
//! A step is what a person (or the clock) does; `case::Case::after` says what it changes, `permission` who may
//! take it, `notice` who is told, `step::form` what is asked. The compiler asks for each of them when a step is
//! added. A step is kept whole, sealed, in the case's history; personal data that has a home of its own (names,
//! units, phones) is never part of a step, so that it can be destroyed apart.
pub mod form;

use super::codes::{
    AfterSession, AgreementKind, Asked, Authority, BindingAct, BodyKind, ContactResult, DeclineReason,
    Disclosure, DongHelp, Evidence, FollowUpResult, HandOverBasis, InterviewKind, LinkKind, Living, Means,
    MeetingKind, Method, OrderKind, Outcome, PersonKind, Presence, ProvisionBasis, Recommendation, Relation,
    ReopenReason, ReturnReason, Right, RightAnswer, Route, Safety, SafetyFlag, Score, SessionKind, Side,
    Visibility,
};
use super::ids::{BodyId, ComplexId, RoomId, UserId};
use super::referral::{Answered, Terms};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// One promise of an agreement or proposal: 누가·무엇을·언제부터·언제까지·확인 방법.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Term {
    pub who: String,
    pub what: String,
    #[serde(default)]
    pub from: Option<NaiveDate>,
    #[serde(default)]
    pub until: Option<NaiveDate>,
    #[serde(default)]
    pub check: String,
}

/// Number of the step, within its case, that created a thing (an offer, a session, a proposal, a referral).
pub type Seq = i64;

macro_rules! steps { ($( $(#[$doc:meta])* $name:ident = $code:literal $label:literal { $( $(#[$f:meta])* $field:ident : $ty:ty ),* $(,)? } )+) => {
    /// A step, with its particulars. In JSON: `{"step": code, …particulars}`.
    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    #[serde(tag = "step", deny_unknown_fields)]
    pub enum Step { $( $(#[$doc])* #[serde(rename = $code)] $name { $( $(#[$f])* $field: $ty ),* } ),+ }
    /// The name of a step, without particulars.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
    pub enum StepCode { $( #[doc = $label] $name ),+ }
    impl StepCode {
        pub const ALL: &'static [Self] = &[ $(Self::$name),+ ];
        pub const fn code(self) -> &'static str { match self { $(Self::$name => $code),+ } }
        /// What the button says.
        pub const fn label(self) -> &'static str { match self { $(Self::$name => $label),+ } }
        pub fn from_code(code: &str) -> Option<Self> { match code { $($code => Some(Self::$name),)+ _ => None } }
    }
    impl Step {
        pub const fn code(&self) -> StepCode { match self { $(Self::$name { .. } => StepCode::$name),+ } }
    }
} }

steps! {
    /// The case is filed; its particulars stand in the case's own row and its parties. `provides`: the applicant consents to
    /// pass their data to the partner NGO.
    File = "file" "접수" { #[serde(default)] answered: String, #[serde(default)] wishes: String, #[serde(default)] narrative: String, #[serde(default)] times: Vec<String>, #[serde(default)] tenure: Option<Living>, #[serde(default)] since: String, #[serde(default)] evidence: Vec<Evidence>, #[serde(default)] provides: bool, #[serde(default)] disclosure: Option<Disclosure> }
    /// A line of an old ledger, brought in by an import: one exchange event.
    Recorded = "recorded" "옛 대장 기록" { event: String, #[serde(default)] detail: String, #[serde(default)] legacy: bool }
    /// A case whose 단지 was unknown gets one.
    Place = "place" "단지 정하기" { complex: ComplexId }
    OpenInquiry = "open_inquiry" "조사 시작" { }
    Counsel = "counsel" "상담 기록" { side: Side, means: Means, summary: String }
    Screen = "screen" "안전 확인" { side: Side, #[serde(default)] flags: Vec<SafetyFlag>, result: Safety, #[serde(default)] note: String }
    Investigate = "investigate" "사실조사" { means: Means, findings: String }
    Recommend = "recommend" "권고" { result: Recommendation, content: String }
    HandOver = "hand_over" "위원회에 넘기기" { basis: HandOverBasis, #[serde(default)] reason: String }
    Contact = "contact" "상대방 연락 기록" { means: Means, result: ContactResult, #[serde(default)] next_on: Option<NaiveDate>, #[serde(default)] note: String }
    /// A neutral letter with a code is made for the respondent's door.
    Letter = "letter" "안내문 만들기" { }
    Interview = "interview" "면담 기록" { kind: InterviewKind, side: Option<Side>, summary: String }
    /// The respondent is named, corrected or replaced (피신청인 경정); consents and screens start anew.
    ChangeRespondent = "change_respondent" "상대방 세대 정하기" { replaces: bool, reason: String, #[serde(default)] unit_known: bool }
    /// One person's consent to take part: `by` the main party (nobody named), their proxy, or a joint party for themself.
    Consent = "consent" "참여 동의 기록" { side: Side, method: Method, #[serde(default)] version: String, #[serde(default)] by: Option<Seq> }
    /// A side's own answer whether its data may pass to the partner NGO (개인정보 보호법 §17); `given` false refuses or withdraws.
    Provide = "provide" "기관 제공 동의 기록" { side: Side, #[serde(default)] given: bool, method: Method, #[serde(default)] body: Option<BodyId>, #[serde(default)] version: String }
    /// The applicant changes how much the other side may learn.
    Disclose = "disclose" "전해도 되는 범위 바꾸기" { disclosure: Disclosure, method: Method }
    Decline = "decline" "참여하지 않겠다는 뜻 기록" { method: Method, #[serde(default)] reason: String, #[serde(default)] by: Option<Seq> }
    WithdrawConsent = "withdraw_consent" "동의 철회" { side: Side, method: Method, #[serde(default)] reason: String, #[serde(default)] by: Option<Seq> }
    NameMembers = "name_members" "담당위원 지정" { members: Vec<UserId> }
    Offer = "offer" "조정인에게 배정 요청" { mediator: UserId, answer_by: DateTime<Utc>, #[serde(default)] wanted: Vec<NaiveDate> }
    AcceptOffer = "accept_offer" "배정 수락" { offer: Seq, method: Method, #[serde(default)] declared: String }
    DeclineOffer = "decline_offer" "배정 사양" { offer: Seq, reason: DeclineReason, #[serde(default)] note: String }
    /// A decline is taken back within a day, while nobody else was asked.
    ReconsiderOffer = "reconsider_offer" "배정 사양 되돌리기" { offer: Seq }
    CancelOffer = "cancel_offer" "배정 요청 취소" { offer: Seq, #[serde(default)] reason: String }
    ExpireOffer = "expire_offer" "배정 요청 기한 지남" { offer: Seq }
    ChangeRoute = "change_route" "배정 경로 바꾸기" { route: Route, reason: String }
    /// `handover`: what the next one has to know.
    Resign = "resign" "담당 내려놓기·바꾸기" { person: UserId, reason: String, #[serde(default)] handover: String }
    /// `side`: who is invited to a talk apart (개별면담); nobody else hears of it.
    ProposeSession = "propose_session" "조정회의 날짜 묻기" { kind: MeetingKind, slots: Vec<DateTime<Utc>>, minutes: i32, place: String, #[serde(default)] side: Option<Side> }
    AnswerSlots = "answer_slots" "가능한 날짜 답하기" { session: Seq, side: Option<Side>, ok: Vec<DateTime<Utc>>, #[serde(default)] by: Option<Seq> }
    /// `room`: a shared room of the ward, booked by this. `gap`: minutes after which the respondent comes in, where the two do not
    /// meet at the door.
    FixSession = "fix_session" "조정회의 확정" { #[serde(default)] session: Option<Seq>, kind: MeetingKind, starts_at: DateTime<Utc>, minutes: i32, #[serde(default)] place: String, #[serde(default)] side: Option<Side>, #[serde(default)] room: Option<RoomId>, #[serde(default)] gap: i32 }
    MoveSession = "move_session" "조정회의 옮기기" { session: Seq, starts_at: DateTime<Utc>, minutes: i32, #[serde(default)] place: String, #[serde(default)] reason: String, #[serde(default)] room: Option<RoomId>, #[serde(default)] gap: i32 }
    CancelSession = "cancel_session" "조정회의 취소" { session: Seq, #[serde(default)] reason: String }
    /// A meeting's attendance and result, and what comes next; a meeting never planned (session empty) may be recorded too. `applicant_by`,
    /// `respondent_by`: who came for the side, where it was not the main party.
    HoldSession = "hold_session" "조정회의 결과 기록" { #[serde(default)] session: Option<Seq>, kind: MeetingKind, applicant: bool, #[serde(default)] applicant_by: Option<Seq>, respondent: bool, #[serde(default)] respondent_by: Option<Seq>, result: String, #[serde(default)] next: Option<AfterSession>, #[serde(default)] next_on: Option<NaiveDate> }
    /// Somebody of the pair has come to a site visit, or has left it unharmed. `person`: of whom it is told, where it is not the
    /// writer.
    CheckIn = "check_in" "현장 도착·나옴 알리기" { session: Seq, presence: Presence, #[serde(default)] person: Option<UserId> }
    RecommendAgain = "recommend_again" "재권고" { content: String }
    Propose = "propose" "조정안 내기" { kind: AgreementKind, terms: Vec<Term>, answer_by: NaiveDate, #[serde(default)] reason: String }
    AnswerProposal = "answer_proposal" "조정안 답변" { proposal: Seq, side: Side, accept: bool, method: Method, #[serde(default)] note: String, #[serde(default)] by: Option<Seq> }
    /// Silence until the answer date is refusal here.
    LapseProposal = "lapse_proposal" "조정안 답변 기한 지남" { proposal: Seq }
    Draft = "draft" "합의서 만들기" { kind: AgreementKind, terms: Vec<Term> }
    /// What a side wants otherwise in a draft, before anybody signs it.
    CommentDraft = "comment_draft" "합의서 초안에 대한 의견" { agreement: Seq, side: Side, text: String, method: Method }
    /// `version`: the text that was signed, as `casework::agreement::fingerprint` has it.
    Sign = "sign" "합의서 서명" { agreement: Seq, side: Side, method: Method, #[serde(default)] by: Option<Seq>, #[serde(default)] version: String }
    Report = "report" "조정 결과 보고" { summary: String, hours: f64 }
    /// `side`: about whom, where it is about one of them. `supervised`: its writer lets the NGO's coordinator read it, for
    /// supervision.
    ConfidentialNote = "confidential_note" "조정인 비밀 메모" { text: String, #[serde(default)] side: Option<Side>, #[serde(default)] supervised: bool }
    Confirm = "confirm" "소음이 멈췄다고 확인" { method: Method, #[serde(default)] note: String }
    /// `packet`: SHA-256 of the 의뢰서 that goes along, byte for byte as it was shown and is kept; empty in old lines. `help`: with what a
    /// dong's office is asked to help. `answers`: to what the body asks of everybody. `terms`: what the body was then, and by when it
    /// answers; none in old lines.
    Refer = "refer" "다른 기관에 의뢰" { body: BodyId, reason: String, basis: ProvisionBasis, #[serde(default)] kind: Option<BodyKind>, #[serde(default)] packet: String, #[serde(default)] help: Option<DongHelp>, #[serde(default)] answers: Vec<Answered>, #[serde(default)] terms: Option<Terms> }
    /// `their_number`: the number that the body gave it.
    AcceptReferral = "accept_referral" "의뢰 접수" { referral: Seq, #[serde(default)] their_number: String, #[serde(default)] note: String }
    ReturnReferral = "return_referral" "의뢰 돌려보내기" { referral: Seq, reason: ReturnReason, #[serde(default)] note: String }
    /// The body has not answered by the date on its 의뢰서.
    LapseReferral = "lapse_referral" "의뢰 답 기한 지남" { referral: Seq }
    ReferralProgress = "referral_progress" "의뢰 경과 기록" { referral: Seq, text: String }
    ReferralResult = "referral_result" "의뢰 결과 기록" { referral: Seq, #[serde(default)] their_number: String, result: String }
    /// `by`: who takes the application back, where it is somebody beside the main party.
    Close = "close" "종결" { outcome: Outcome, reason: String, #[serde(default)] by: Option<Seq> }
    Reopen = "reopen" "다시 열기" { reason: ReopenReason, #[serde(default)] note: String }
    /// `terms`: how each promise of the agreement fares, in its order; what they come to is reckoned. `result` is the answer where the
    /// promises are not known one by one: an old ledger's agreement, an old line.
    FollowUp = "follow_up" "사후점검 답변 기록" { due: NaiveDate, side: Side, #[serde(default)] result: Option<FollowUpResult>, #[serde(default)] terms: Vec<FollowUpResult>, #[serde(default)] relation: Option<Relation>, method: Method, #[serde(default)] note: String }
    /// The case stays closed although a term was broken or a side turned from the agreement.
    KeepClosed = "keep_closed" "다시 열지 않기로 함" { reason: String }
    /// A side says after the agreement that it will not be bound by it any more. The agreement stands, as a contract; only both could
    /// end it together.
    LeaveAgreement = "leave_agreement" "합의를 거두겠다는 뜻 기록" { side: Side, method: Method, #[serde(default)] reason: String }
    /// What a side thought of the mediation, on six scales; none of them has to be answered.
    Survey = "survey" "만족도 조사" { side: Side, method: Method, #[serde(default)] heard: Option<Score>, #[serde(default)] fair: Option<Score>, #[serde(default)] neutral: Option<Score>, #[serde(default)] pressure: Option<Score>, #[serde(default)] understood: Option<Score>, #[serde(default)] again: Option<Score> }
    /// What a mediator makes of their own work; nobody else ever reads it.
    Reflection = "reflection" "나의 돌아보기" { text: String }
    /// Fourteen days after the due date the follow-up counts as it stands.
    EndFollowUp = "end_follow_up" "사후점검 마감" { due: NaiveDate }
    /// Somebody stands beside the main party of a side; their name, door and telephone have a home of their own, by this line's number.
    AddPerson = "add_person" "사람 더하기" { side: Side, kind: PersonKind, #[serde(default)] authority: Vec<Authority>, #[serde(default)] agreed: bool, #[serde(default)] apart: bool, #[serde(default)] note: String }
    /// That person has nothing to do with the case any more; what was known of them is destroyed.
    EndPerson = "end_person" "사람 빼기" { person: Seq, reason: String }
    Represent = "represent" "대표자 정하기" { person: Seq, #[serde(default)] represents: bool, method: Method }
    /// A joint party's written consent to what a representative is about to do; nobody named is the main party.
    OthersAgree = "others_agree" "함께하는 당사자의 서면 동의 기록" { side: Side, act: BindingAct, #[serde(default)] person: Option<Seq>, method: Method }
    /// What is known of the main party of a side is put right; an anonymous applicant becomes known with their door.
    AmendPerson = "amend_person" "당사자 정보 고치기" { side: Side, reason: String, #[serde(default)] unit_known: bool }
    MoveOut = "move_out" "이사 기록" { side: Side, on: NaiveDate, #[serde(default)] note: String }
    /// This case is closed as merged and goes on in the other one.
    Merge = "merge" "다른 사건에 합치기" { into: String, reason: String }
    /// Two cross-complaints are one conflict: what is done here with both sides counts for the other case too, until the one
    /// agreement ends both. `apart` ends that.
    Together = "together" "맞신고와 함께 조정하기" { other: String, #[serde(default)] apart: bool }
    /// The other case leads: what is done with both sides is done there, until `apart`; `line` is its line there.
    Follow = "follow" "맞신고를 따라 진행" { other: String, #[serde(default)] apart: bool, line: Seq }
    /// A session that was held in the other case, for both; `line` is its line there.
    MetWith = "met_with" "맞신고와 함께 연 조정회의" { other: String, kind: SessionKind, line: Seq }
    /// The agreement that was concluded in the other case, by its line there, ends this one: one paper, one set of follow-ups, both there.
    Conclude = "conclude" "맞신고와 한 합의로 마침" { other: String, kind: AgreementKind, line: Seq }
    /// A joint applicant goes on in a case of their own.
    Split = "split" "새 사건으로 나누기" { person: Seq, reason: String }
    /// A protection order in force: no joint meeting on its days, no letter while it stands.
    Order = "order" "보호조치 기록" { kind: OrderKind, protects: Side, from: NaiveDate, until: NaiveDate, #[serde(default)] note: String }
    EndOrder = "end_order" "보호조치 끝남 기록" { order: Seq, reason: String }
    /// The last day of a protection order has passed.
    LapseOrder = "lapse_order" "보호조치 기한 지남" { order: Seq }
    /// Something new about safety: nothing goes on until the side was screened again.
    Alarm = "alarm" "안전에 관한 새 사정" { side: Side, #[serde(default)] flags: Vec<SafetyFlag>, #[serde(default)] note: String }
    /// A consent asked apart, given, refused or withdrawn.
    Agree = "agree" "민감정보·녹음 동의 기록" { side: Side, purpose: Asked, #[serde(default)] given: bool, method: Method }
    /// A side asks about its own data (개인정보 보호법 §35~37).
    AskRight = "ask_right" "개인정보 요청 받기" { side: Side, right: Right, text: String, method: Method }
    AnswerRight = "answer_right" "개인정보 요청에 답하기" { request: Seq, answer: RightAnswer, text: String }
    /// Nothing of the case is destroyed while this stands (소송, 수사).
    Hold = "hold" "파기 멈추기" { reason: String }
    Release = "release" "파기 멈춤 풀기" { reason: String }
    Note = "note" "메모" { text: String, visibility: Visibility }
    Link = "link" "다른 사건과 잇기" { other: String, kind: LinkKind }
    /// 정정: a wrong line is struck out or moved in time; what it said stays readable.
    Correct = "correct" "정정" { line: Seq, #[serde(default)] moved_to: Option<DateTime<Utc>>, void: bool, reason: String }
}

impl Step {
    /// A referral as a person sends it, nothing more said; Ieum fills in the rest.
    #[must_use]
    pub fn refer(body: BodyId, reason: String, basis: ProvisionBasis) -> Self {
        let (packet, answers) = (String::new(), Vec::new());
        Self::Refer { body, reason, basis, kind: None, packet, help: None, answers, terms: None }
    }

    /// Whether a 정정 can be about this line: the receipt stands, a 정정 is put right by another one, and what follows the
    /// cross-complaint is put right there.
    #[must_use]
    pub const fn is_correctable(&self) -> bool {
        !matches!(self, Self::File { .. } | Self::Correct { .. }) && self.followed().is_none()
    }
}

impl Step {
    /// The cross-complaint that a line follows: it was written there first.
    #[must_use]
    pub const fn followed(&self) -> Option<&String> {
        match self {
            Self::Follow { other, .. } | Self::MetWith { other, .. } | Self::Conclude { other, .. } => {
                Some(other)
            }
            _ => None,
        }
    }
}

impl std::fmt::Display for StepCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}
