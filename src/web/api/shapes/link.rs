//! What people do by a link they were given. The token is in the body: it opens a case to whoever has it.
use super::file::{SurveyScores, Term};
use crate::domain::codes::*;
use crate::web::changes::Changes;
use chrono::{DateTime, NaiveDate, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A link, and for one's own data the device that asks.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkBody {
    pub token: String,
    /// A secret of the asking program, 16 to 64 characters: the ten-minute code opens one's own data to this device only.
    #[schemars(length(min = 16, max = 64))]
    pub device: Option<String>,
}

/// A consent given by link.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ConsentLinkBody {
    pub token: String,
    /// `mediation`, or `provision` to the case's NGO.
    #[serde(default = "mediation")]
    pub purpose: ConsentPurpose,
}

/// A request about one's own data (개인정보 보호법 §35~37).
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RightLinkBody {
    pub token: String,
    /// The device whose ten-minute code has the page open.
    #[schemars(length(min = 16, max = 64))]
    pub device: String,
    pub right: Right,
    #[schemars(length(min = 1, max = 1000))]
    pub text: String,
}

const fn mediation() -> ConsentPurpose {
    ConsentPurpose::Mediation
}

/// The six digits that were sent or read out.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UnlockBody {
    pub token: String,
    #[schemars(length(min = 16, max = 64))]
    pub device: String,
    pub code: String,
}

/// The code of a letter.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CodeBody {
    /// Eight characters.
    pub code: String,
}

/// A respondent's answer to the letter. No answer has a penalty.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LetterBody {
    pub token: String,
    pub reply: Reply,
    /// Takes part in mediation; needed for `join`.
    #[serde(default)]
    pub consent: bool,
    /// Lets one's data pass to the case's NGO; asked apart, heeded only while the NGO has the case.
    #[serde(default)]
    pub provide: bool,
    /// Only the people handling the case read it.
    #[serde(default)]
    pub say: String,
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub phone: String,
    #[serde(default)]
    pub email: String,
}

/// A signature under an agreement.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SignBody {
    pub token: String,
    /// The party's own name.
    pub name: String,
    /// The text that was read: `link.version`.
    pub version: String,
    /// Read and agreed.
    pub agree: bool,
}

/// What a side wants otherwise in a draft.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CommentLinkBody {
    /// The link of the signature, or of one's own page.
    pub token: String,
    /// For one's own page: the device whose ten-minute code has it open.
    #[schemars(length(min = 16, max = 64))]
    pub device: Option<String>,
    #[schemars(length(min = 1, max = 1000))]
    pub text: String,
    /// The text that was read: `link.version`, on one's own page that of the text in `own.texts`.
    pub version: String,
}

/// The answer to a proposal.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProposalBody {
    pub token: String,
    pub accept: bool,
    /// Who answers, of `link.people`; without it the party themself.
    pub by: Option<i64>,
    #[serde(default)]
    pub note: String,
}

/// Which of the offered moments suit; none of them is an answer too.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SlotsBody {
    pub token: String,
    pub ok: Vec<DateTime<Utc>>,
}

/// How the agreement fares.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FollowUpBody {
    pub token: String,
    /// Each promise of the agreement, in the order of `link.terms`.
    #[serde(default)]
    pub terms: Vec<FollowUpResult>,
    /// The whole, only where `link.terms` is empty.
    pub result: Option<FollowUpResult>,
    pub relation: Option<Relation>,
    #[serde(default)]
    pub note: String,
    /// What the side thought of the mediation: only what `link.survey` asks.
    #[serde(default)]
    pub survey: SurveyScores,
}

/// What a side thought of a mediation that ended without an agreement.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SurveyBody {
    pub token: String,
    /// At least one of what `link.survey` asks.
    pub survey: SurveyScores,
}

/// A mediator's answer to an offer.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OfferBody {
    pub token: String,
    /// Takes the case and declares to have no stake in it.
    pub accept: bool,
    /// Why not; needed to decline.
    pub reason: Option<DeclineReason>,
    #[serde(default)]
    pub note: String,
}

/// What a body says about its referral: `accept_referral` (`their_number`, `note`), `return_referral` (`reason`, `note`),
/// `referral_progress` (`text`) or `referral_result` (`their_number`, `result`).
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReferredBody {
    pub token: String,
    #[schemars(with = "crate::domain::step::StepCode")]
    pub step: String,
    #[serde(default)]
    pub their_number: String,
    #[serde(default)]
    pub note: String,
    #[serde(default)]
    pub text: String,
    #[serde(default)]
    pub result: String,
    pub reason: Option<ReturnReason>,
}

/// The applicant takes the application back, or a side takes part no longer.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WithdrawBody {
    pub token: String,
    /// Who does so, of `link.people`; without it the party themself.
    pub by: Option<i64>,
    #[serde(default)]
    pub reason: String,
}

/// What stands behind a link.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LinkOne {
    pub link: Link,
}

/// A link; what its purpose does not show is null or empty.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Link {
    pub purpose: LinkPurpose,
    pub expires_at: DateTime<Utc>,
    pub used_at: Option<DateTime<Utc>>,
    /// What was answered.
    pub answer: Option<String>,
    /// Whether an answer is still taken.
    pub open: bool,
    pub side: Option<Side>,
    pub number: Option<String>,
    pub stage: Option<Stage>,
    /// Where the case is, in a sentence.
    pub now: Option<String>,
    /// What is next, in a sentence.
    pub next: Option<String>,
    /// Whom to ask.
    pub holder: Option<String>,
    pub holder_phone: Option<String>,
    pub complex: Option<String>,
    pub dong: Option<String>,
    pub cause: Option<Cause>,
    /// What the applicant lets the other side know.
    pub may_tell: Option<String>,
    pub applicant_door: Option<String>,
    pub terms: Vec<Term>,
    /// Which text is signed: sent back with the signature.
    pub version: Option<String>,
    /// Which version of the draft it is, and what changed since the one before.
    pub changes: Option<Changes>,
    /// What this side said of the draft so far.
    pub comments: Vec<String>,
    pub answer_by: Option<DateTime<Utc>>,
    pub slots: Vec<DateTime<Utc>>,
    pub due: Option<NaiveDate>,
    /// What is asked of the mediation, with the other answers or by itself.
    pub survey: Vec<SurveyQuestion>,
    pub lines: Vec<Line>,
    /// The cross-complaint that the same agreement ends, by its number.
    pub also: Option<String>,
    /// Who may act for this side beside the party: proxies, within what they were given, and representatives.
    pub people: Vec<Acting>,
    /// Decisions that wait for this person.
    pub waiting: Vec<Waiting>,
    /// One's own data, while a ten-minute code has opened it to the device.
    pub own: Option<Own>,
    /// What a body was asked.
    pub referral: Option<Referred>,
}

/// A sentence of the survey, to agree with.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SurveyQuestion {
    /// The member of `survey` that answers it.
    pub name: &'static str,
    pub text: &'static str,
}

/// A referral, as the body sees it whose people have no account.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Referred {
    pub body: String,
    pub from: String,
    pub sent_at: DateTime<Utc>,
    pub state: ReferralState,
    /// What its acceptance means for the case.
    pub effect: Effect,
    pub their_number: String,
    /// Whether the 의뢰서 is open to this device.
    pub packet: bool,
    /// What the body may say now.
    #[schemars(with = "Vec<crate::domain::step::StepCode>")]
    pub steps: Vec<&'static str>,
}

/// A line of the history that the parties may see.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Line {
    pub at: DateTime<Utc>,
    #[schemars(with = "crate::domain::step::StepCode")]
    pub step: &'static str,
    pub by_role: String,
}

/// Somebody who may act for a side.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Acting {
    /// The number to answer with.
    pub by: i64,
    pub kind: PersonKind,
    /// What a proxy was given; nothing for a representative, whom the others' written consents bind.
    pub authority: Vec<Authority>,
}

/// A decision that waits.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Waiting {
    pub purpose: LinkPurpose,
    pub token: String,
}

/// What the person told of themself.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Own {
    pub until: DateTime<Utc>,
    pub name: String,
    pub phone: String,
    pub email: String,
    pub door: Option<String>,
    /// Proposals and agreements that wait for both sides or were accepted by both, newest first.
    pub texts: Vec<Text>,
    /// Who opened this side's record, newest first: as what and for which body, never who.
    pub seen: Vec<Seen>,
}

/// An opening of one's own record.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Seen {
    pub at: DateTime<Utc>,
    /// As what: a `Hat`.
    pub role: String,
    pub body: Option<String>,
    /// What was opened, in words.
    pub what: String,
    /// The party's data was shown, and not only a summary without it.
    pub data: bool,
}

/// A proposal or agreement, as both sides read it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Text {
    pub what: TextKind,
    pub kind: AgreementKind,
    /// Both accepted or signed it.
    pub agreed: bool,
    /// The person did.
    pub own: bool,
    /// Which text of an agreement it is: sent back with a comment.
    pub version: Option<String>,
    pub terms: Vec<Term>,
}

/// A receipt's path.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ReceiptOne {
    /// The person's own page from now on.
    pub receipt: String,
}

/// A letter's link.
#[derive(Debug, Serialize, JsonSchema)]
pub struct TokenOne {
    pub token: String,
}

/// Whether a code was sent.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SentOne {
    /// false: there is no address; the desk reads a code out.
    pub sent: bool,
}
