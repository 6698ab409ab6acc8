//! The things a case is made of.
use super::Bodies;
use crate::domain::codes::{
    AfterSession, AgreementKind, BodyKind, ContactResult, DongHelp, Effect, FollowUpResult, Means,
    MeetingKind, Method, OfferState, ProvisionBasis, ReferralState, Role, Route, Safety, ServiceKind,
    SessionState, Side, Stage,
};
use crate::domain::ids::{BodyId, RoomId, UserId};
use crate::domain::referral::{self, Terms};
use crate::domain::refusal::NotAllowed;
use crate::domain::seoul;
use crate::domain::step::{Seq, StepCode, Term};
use chrono::{DateTime, NaiveDate, Utc};

/// A step that the case, as it stands, does not allow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Stable code for the API.
    pub code: &'static str,
    /// Why, and what to do instead, in Korean.
    pub sentence: String,
}

impl Refused {
    pub(in crate::domain) fn new(code: &'static str, sentence: &str) -> Self {
        Self { code, sentence: sentence.to_owned() }
    }

    pub(super) fn in_stage(stage: Stage) -> Self {
        Self {
            code: "wrong_stage",
            sentence: format!(
                "'{}' 단계에서는 할 수 없습니다. 화면을 새로 고쳐 지금 할 수 있는 일을 확인해 주세요.",
                stage.label()
            ),
        }
    }
}

impl From<NotAllowed> for Refused {
    fn from(e: NotAllowed) -> Self {
        Self { code: e.code(), sentence: e.to_string() }
    }
}

/// Parameters of the rules a case runs under, from the settings, the committee and the programme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CaseRules {
    /// Days that the office has before the applicant may go on to the committee.
    pub office_days: i64,
    /// Days between two attempts to reach the respondent.
    pub contact_gap_days: i64,
    /// Attempts after which silence may end the case.
    pub contact_tries: usize,
    /// Days within which a request about one's own data is answered (개인정보 보호법 시행령 §41, §43, §44).
    pub rights_days: i64,
    pub codes: CodeRules,
    /// On what basis the programme passes personal data to its NGO; none without a programme.
    pub basis: Option<ProvisionBasis>,
    pub keeping: Keeping,
    /// Minutes that a mail of a person's own step waits, so that they can take it back ([`Letter::may_wait`]); 0: none.
    ///
    /// [`Letter::may_wait`]: crate::domain::letter::Letter::may_wait
    pub undo_minutes: i64,
    /// Working days after the end of a period within which the ward publishes its report.
    pub report_days: u32,
    /// Whether a party who has to be called is told so by a short message too.
    pub messages: bool,
}

impl Default for CaseRules {
    fn default() -> Self {
        Self {
            office_days: 14,
            contact_gap_days: 3,
            contact_tries: 3,
            rights_days: 10,
            codes: CodeRules::default(),
            basis: None,
            keeping: Keeping::default(),
            report_days: 5,
            undo_minutes: 0,
            messages: false,
        }
    }
}

/// How long things are kept (`[retention]`, `product.md` §10).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keeping {
    /// Contacts, after the closing.
    pub respondent_days: i64,
    /// The keyed hash of the unit, after the closing.
    pub unit_hash_months: u32,
    /// Everything by which a person could be known, after the last closing.
    pub case_years: u32,
    /// A mediator's confidential notes, after the last follow-up.
    pub notes_days: i64,
    /// Records of openings.
    pub access_years: u32,
    /// Records of changes; grants, accounts and appointments after their end.
    pub grant_years: u32,
}

impl Default for Keeping {
    fn default() -> Self {
        Self {
            respondent_days: 30,
            unit_hash_months: 12,
            case_years: 3,
            notes_days: 30,
            access_years: 2,
            grant_years: 3,
        }
    }
}

/// How long the codes that parties type are good, and how often they may be wrong (`[limits]`, `[deadlines]`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CodeRules {
    /// Wrong tries that one code survives, and that one address has in the window.
    pub tries: i64,
    /// Ten-minute codes sent for one link in the window.
    pub sends: i64,
    pub window_minutes: i64,
    /// How long a ten-minute code can be typed, and how long what it opened stays open.
    pub minutes: i64,
    /// How long after the code a file can still be handed in: it takes time to find one, and more to send it.
    pub hand_in_minutes: i64,
    /// How long a letter's code is good.
    pub letter_days: i64,
}

impl Default for CodeRules {
    fn default() -> Self {
        Self { tries: 5, sends: 5, window_minutes: 60, minutes: 10, hand_in_minutes: 60, letter_days: 60 }
    }
}

/// What is known of one side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SideState {
    /// Result of the newest safety screen; a reopening asks for a new one.
    pub safety: Option<Safety>,
    /// The screen is to be done again before the next meeting or step.
    pub screen_again: bool,
    /// This side said that it does not take part.
    pub declined: bool,
    /// Meetings missed in this span.
    pub no_shows: u32,
    /// This side was asked whether its data may pass to the case's NGO, whatever it answered.
    pub provision_asked: bool,
    /// Something new about safety was told, and this side was not screened since.
    pub alarm: bool,
    /// The side moved out on this day.
    pub moved_on: Option<NaiveDate>,
    /// The side asked that its data be processed no further (개인정보 보호법 §37), and that was granted.
    pub stopped: bool,
}

impl SideState {
    /// The result that counts: after an alarm nothing goes on before a new screen.
    #[must_use]
    pub fn judged(&self) -> Option<Safety> {
        if self.alarm { Some(self.safety.unwrap_or(Safety::Pause).max(Safety::Pause)) } else { self.safety }
    }
}

/// One attempt to reach the respondent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactTry {
    pub at: DateTime<Utc>,
    pub means: Means,
    pub result: ContactResult,
    pub next_on: Option<NaiveDate>,
}

/// A person in charge: a member (담당위원) or a mediator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InCharge {
    pub user: UserId,
    pub role: Role,
    /// The NGO whose mediator this is; none for a member.
    pub ngo: Option<BodyId>,
    /// Leads a pair (주 조정인); everybody who is in charge alone does.
    pub lead: bool,
    pub since: DateTime<Utc>,
}

/// An offer to a mediator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    pub seq: Seq,
    pub mediator: UserId,
    pub sent_at: DateTime<Utc>,
    pub answer_by: DateTime<Utc>,
    pub wanted: Vec<NaiveDate>,
    /// The place of the lead is offered, not that of the co-mediator.
    pub lead: bool,
    pub state: OfferState,
    pub answered_at: Option<DateTime<Utc>>,
}

/// How long an answer to an offer can be taken back.
pub const TAKE_BACK: chrono::Duration = chrono::Duration::hours(24);

impl Offer {
    /// Until when the answer can be taken back, if it was an answer.
    #[must_use]
    pub fn take_back_until(&self) -> Option<DateTime<Utc>> {
        let answered = matches!(self.state, OfferState::Accepted | OfferState::Declined);
        self.answered_at.filter(|_| answered).map(|at| at + TAKE_BACK)
    }
}

/// A planned or held meeting. Its UID in calendars follows from the case and `seq` and never changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    pub seq: Seq,
    pub kind: MeetingKind,
    /// Who is invited to a talk apart (개별면담); none where both sides are.
    pub side: Option<Side>,
    pub state: SessionState,
    pub slots: Vec<DateTime<Utc>>,
    /// Who can come when: each side's answer, and the mediators' (None).
    pub answers: Vec<(Option<Side>, Vec<DateTime<Utc>>)>,
    pub starts_at: Option<DateTime<Utc>>,
    pub minutes: i64,
    pub place: String,
    /// The shared room that is booked for it.
    pub room: Option<RoomId>,
    /// Minutes after which the respondent comes in; 0: at the same time.
    pub gap: i64,
    /// RFC 5545 SEQUENCE: grows with every change of time or place, and with a cancellation.
    pub sequence: i64,
    /// Who came to a site visit, and when they left it.
    pub there: Vec<There>,
    /// What comes after it, and until when.
    pub next: Option<(AfterSession, Option<NaiveDate>)>,
}

/// Somebody at a site visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct There {
    pub user: UserId,
    pub arrived: DateTime<Utc>,
    pub left: Option<DateTime<Utc>>,
}

/// Work of somebody in charge that counts as hours of service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Service {
    pub seq: Seq,
    pub user: UserId,
    /// For whom they worked: their NGO, or the committee.
    pub body: Option<BodyId>,
    pub kind: ServiceKind,
    pub at: DateTime<Utc>,
    pub minutes: i64,
}

/// What a fixed session takes: a time, a room, and of whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taking {
    pub span: (DateTime<Utc>, DateTime<Utc>),
    pub room: Option<RoomId>,
    pub side: Option<Side>,
}

impl Session {
    /// From when until when it takes room and people.
    #[must_use]
    pub fn span(&self) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
        self.starts_at.map(|at| (at, at + chrono::Duration::minutes(self.minutes)))
    }

    /// Whether a step can still be about it: dates are answered and one of them fixed only while they are asked about; what is
    /// fixed is moved.
    #[must_use]
    pub fn is_open_to(&self, step: StepCode) -> bool {
        match self.state {
            // Whoever is inside leaves, whatever became of the visit.
            _ if step == StepCode::CheckIn => {
                self.kind == MeetingKind::Visit && (self.state == SessionState::Fixed || self.has_inside())
            }
            SessionState::Proposed => true,
            SessionState::Fixed => !matches!(step, StepCode::AnswerSlots | StepCode::FixSession),
            _ => false,
        }
    }

    /// Whether somebody is there and has not left yet.
    #[must_use]
    pub fn has_inside(&self) -> bool {
        self.there.iter().any(|t| t.left.is_none())
    }

    /// What it takes of rooms and people: two sessions that take the same need not be looked at again.
    #[must_use]
    pub fn taking(&self) -> Option<Taking> {
        let span = self.span().filter(|_| self.state == SessionState::Fixed)?;
        Some(Taking { span, room: self.room, side: self.side })
    }

    /// Whether calendars say the same of both: the time, for each side, and the place.
    #[must_use]
    pub fn is_told_alike(&self, other: &Self) -> bool {
        let told = |s: &Self| (s.starts_at, s.minutes, s.gap, s.kind, s.room);
        told(self) == told(other) && self.place == other.place
    }

    /// When this side comes in.
    #[must_use]
    pub fn starts_for(&self, side: Option<Side>) -> Option<DateTime<Utc>> {
        let later = if side == Some(Side::Respondent) { self.gap } else { 0 };
        self.starts_at.map(|at| at + chrono::Duration::minutes(later))
    }

    /// Whether this side is to hear nothing of it: the other one is met apart.
    #[must_use]
    pub fn is_kept_from(&self, side: Side) -> bool {
        self.side.is_some_and(|invited| invited != side)
    }
}

/// One side's answer to a proposal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    pub side: Side,
    pub accept: bool,
    pub method: Method,
    pub at: DateTime<Utc>,
}

/// 조정안.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    pub seq: Seq,
    pub kind: AgreementKind,
    pub terms: Vec<Term>,
    pub answer_by: NaiveDate,
    pub answers: Vec<Answer>,
    pub ended: bool,
}

impl Proposal {
    /// It waits for an answer: nobody refused it, not both accepted it, and its date has not passed.
    #[must_use]
    pub fn is_open(&self) -> bool {
        !self.ended && self.answers.len() < 2 && self.answers.iter().all(|a| a.accept)
    }

    /// Whether a side accepts it; none while it has not answered.
    #[must_use]
    pub fn answer_of(&self, side: Side) -> Option<bool> {
        self.answers.iter().find(|a| a.side == side).map(|a| a.accept)
    }
}

/// 합의서.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agreement {
    pub seq: Seq,
    pub kind: AgreementKind,
    pub terms: Vec<Term>,
    pub signatures: Vec<Signature>,
    /// What the sides want otherwise; each side's is read by whoever writes the text, never by the other side.
    pub comments: Vec<Comment>,
    pub ended: bool,
}

/// What a side wants otherwise in a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    pub seq: Seq,
    pub side: Side,
    pub at: DateTime<Utc>,
    pub text: String,
}

/// A side's signature under an agreement, or its acceptance of the proposal that became one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    pub side: Side,
    pub method: Method,
    pub at: DateTime<Utc>,
    /// The text that was signed; empty for an old line and for an accepted proposal.
    pub version: String,
}

impl Agreement {
    /// A draft that waits for signatures: no other one took its place, and not both sides signed it.
    #[must_use]
    pub fn is_open(&self) -> bool {
        !self.ended && !self.is_signed()
    }

    /// Both sides signed it.
    #[must_use]
    pub fn is_signed(&self) -> bool {
        self.signatures.len() == 2
    }

    /// The signature of a side, if it signed.
    #[must_use]
    pub fn signature(&self, side: Side) -> Option<&Signature> {
        self.signatures.iter().find(|s| s.side == side)
    }

    /// The sides that signed, in the order in which they did.
    #[must_use]
    pub fn signed(&self) -> Vec<Side> {
        self.signatures.iter().map(|s| s.side).collect()
    }

    /// The text in one fixed form: what a signature's version is made of. One line for each promise, its parts apart by tabs; tabs,
    /// line ends and backslashes within a part are written `\\t`, `\\n`, `\\\\`, so that two different texts are never the same.
    #[must_use]
    pub fn canonical(&self) -> String {
        let plain = |part: &str| {
            part.trim().replace('\\', "\\\\").replace('\t', "\\t").replace('\r', "").replace('\n', "\\n")
        };
        let day = |day: Option<NaiveDate>| day.map(|d| d.to_string()).unwrap_or_default();
        let term = |t: &Term| {
            [plain(&t.who), plain(&t.what), day(t.from), day(t.until), plain(&t.check)].join("\t") + "\n"
        };
        format!("이음 합의서 1\t{}\n{}", self.kind.code(), self.terms.iter().map(term).collect::<String>())
    }
}

/// A referral to another body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Referral {
    pub seq: Seq,
    pub body: BodyId,
    pub kind: BodyKind,
    pub sent_at: DateTime<Utc>,
    pub state: ReferralState,
    /// Who had the turn before.
    pub from: Option<BodyId>,
    /// The bodies and the route of the case before, which a return gives back.
    pub before: (Bodies, Route),
    /// On what basis personal data goes along.
    pub basis: ProvisionBasis,
    /// What the body was when it was sent, and how long it has to answer.
    pub terms: Terms,
    /// With what a dong's office is asked to help.
    pub help: Option<DongHelp>,
    /// The number that the body gave it.
    pub their_number: String,
    /// By when the body is asked to answer.
    pub due: DateTime<Utc>,
    /// When it was last heard of.
    pub heard_at: DateTime<Utc>,
}

impl Referral {
    /// Sent, and not answered yet, in time or not.
    #[must_use]
    pub fn waits(&self) -> bool {
        ReferralState::WAITING.contains(&self.state)
    }

    /// What the body's acceptance means, as it was when the referral was sent.
    #[must_use]
    pub fn effect(&self) -> Effect {
        referral::of(self.terms.venue, seoul::day(self.sent_at)).effect
    }

    /// Not over: its body may still do something about it.
    #[must_use]
    pub fn is_open(&self) -> bool {
        ReferralState::OPEN.contains(&self.state)
    }
}

/// Days after which whoever took a referral is asked what became of it.
pub(super) const REPORT_DAYS: i64 = 14;

/// One follow-up date after an agreement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FollowUp {
    pub due: NaiveDate,
    pub answers: Vec<Told>,
    /// The result once it counts: both sides answered, or fourteen days passed.
    pub result: Option<FollowUpResult>,
    /// Ended by a reopening before it was due.
    pub ended: bool,
}

impl FollowUp {
    /// Answers are taken: it neither counts yet nor was it ended by a reopening.
    #[must_use]
    pub fn is_open(&self) -> bool {
        !self.ended && self.result.is_none()
    }

    /// The worse of the answers counts; nobody's answer is `unanswered`.
    #[must_use]
    pub fn worst(&self) -> FollowUpResult {
        FollowUpResult::worst(self.answers.iter().map(|told| told.result))
    }

    /// What a side said at it; none while it has not answered.
    #[must_use]
    pub fn told_by(&self, side: Side) -> Option<&Told> {
        self.answers.iter().find(|told| told.side == side)
    }
}

/// What one side said at a follow-up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    pub side: Side,
    /// What it comes to over all promises.
    pub result: FollowUpResult,
    /// Each promise in the agreement's order; empty where they are not known one by one.
    pub terms: Vec<FollowUpResult>,
}

impl FollowUpResult {
    /// What several answers come to, over promises and over sides alike (`exchange.md`): the worst; `unanswered` only if nobody
    /// answered anything.
    #[must_use]
    pub fn worst(answers: impl Iterator<Item = Self>) -> Self {
        let all: Vec<Self> = answers.collect();
        let by_weight = [Self::Broken, Self::Partly, Self::Kept];
        by_weight.into_iter().find(|r| all.contains(r)).unwrap_or(Self::Unanswered)
    }
}
