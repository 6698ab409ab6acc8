//! What a case is made of: who is in charge, offers, meetings, 조정안, 합의서, referrals, follow-ups.
use super::Duty;
use crate::domain::case::{self, Owner, Scores};
use crate::domain::codes::*;
use crate::domain::ids::{BodyId, RoomId, UserId};
use crate::domain::step::Term as StepTerm;
use chrono::{DateTime, NaiveDate, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Somebody in charge.
#[derive(Debug, Serialize, JsonSchema)]
pub struct InCharge {
    pub user_id: UserId,
    pub role: Role,
    pub since: DateTime<Utc>,
}

/// An offer to a mediator.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Offer {
    pub seq: i64,
    pub mediator_id: UserId,
    pub sent_at: DateTime<Utc>,
    pub answer_by: DateTime<Utc>,
    pub wanted: Vec<NaiveDate>,
    pub state: OfferState,
}

/// A meeting.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Session {
    pub seq: i64,
    pub kind: MeetingKind,
    /// Who is met apart; null where both sides are invited.
    pub side: Option<Side>,
    pub state: SessionState,
    pub slots: Vec<DateTime<Utc>>,
    pub starts_at: Option<DateTime<Utc>>,
    pub minutes: i64,
    pub place: String,
    pub room_id: Option<RoomId>,
    /// Minutes after which the respondent comes in.
    pub gap: i64,
    /// Who came to a site visit.
    pub there: Vec<There>,
    /// What comes after it, and until when.
    pub next: Option<AfterSession>,
    pub next_on: Option<NaiveDate>,
}

/// Somebody at a site visit.
#[derive(Debug, Serialize, JsonSchema)]
pub struct There {
    pub user_id: UserId,
    pub arrived: DateTime<Utc>,
    pub left: Option<DateTime<Utc>>,
}

/// A promise.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Term {
    pub who: String,
    pub what: String,
    pub from: Option<NaiveDate>,
    pub until: Option<NaiveDate>,
    pub check: String,
}

pub(crate) fn terms(terms: &[StepTerm]) -> Vec<Term> {
    let term = |t: &StepTerm| Term {
        who: t.who.clone(),
        what: t.what.clone(),
        from: t.from,
        until: t.until,
        check: t.check.clone(),
    };
    terms.iter().map(term).collect()
}

/// 조정안.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Proposal {
    pub seq: i64,
    pub kind: AgreementKind,
    pub terms: Vec<Term>,
    pub answer_by: NaiveDate,
    /// null: not answered.
    pub applicant_accepts: Option<bool>,
    pub respondent_accepts: Option<bool>,
    pub open: bool,
}

/// 합의서.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Agreement {
    pub seq: i64,
    pub kind: AgreementKind,
    pub terms: Vec<Term>,
    pub signed: Vec<Side>,
    /// The text as it stands: what a signature is about.
    pub version: String,
    pub signatures: Vec<Signature>,
    /// What the sides want otherwise, of the sides that the caller may know.
    pub comments: Vec<Comment>,
    pub open: bool,
}

/// What a side thought of the mediation.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Survey {
    pub side: Side,
    pub at: DateTime<Utc>,
    #[serde(flatten)]
    pub scores: SurveyScores,
}

/// Six sentences, each with how far one agrees, from `1` (not at all) to `5` (very much); none has to be answered.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SurveyScores {
    pub heard: Option<Score>,
    pub fair: Option<Score>,
    pub neutral: Option<Score>,
    pub pressure: Option<Score>,
    pub understood: Option<Score>,
    pub again: Option<Score>,
}

impl From<Scores> for SurveyScores {
    fn from([heard, fair, neutral, pressure, understood, again]: Scores) -> Self {
        Self { heard, fair, neutral, pressure, understood, again }
    }
}

impl From<SurveyScores> for Scores {
    fn from(s: SurveyScores) -> Self {
        [s.heard, s.fair, s.neutral, s.pressure, s.understood, s.again]
    }
}

/// What a side wants otherwise in a draft.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Comment {
    pub side: Side,
    pub at: DateTime<Utc>,
    pub text: String,
}

/// A side's signature.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Signature {
    pub side: Side,
    pub method: Method,
    pub at: DateTime<Utc>,
    /// The text that was signed; empty for an accepted proposal.
    pub version: String,
}

/// What a side said at a follow-up.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Told {
    pub side: Side,
    /// What its answers come to.
    pub result: FollowUpResult,
    /// Each promise of the agreement, in order.
    pub terms: Vec<FollowUpResult>,
}

/// A referral.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Referral {
    pub seq: i64,
    pub body_id: BodyId,
    pub sent_at: DateTime<Utc>,
    pub state: ReferralState,
    /// What the body is, how long it has to answer and by which calendar, as it was when the referral was sent.
    pub venue: Venue,
    pub answer_days: u32,
    pub calendar: Calendar,
    pub due_at: DateTime<Utc>,
    /// What its acceptance means for the case.
    pub effect: Effect,
    /// The number that the body gave it.
    pub their_number: String,
}

impl From<&case::Referral> for Referral {
    fn from(r: &case::Referral) -> Self {
        Self {
            seq: r.seq,
            body_id: r.body,
            sent_at: r.sent_at,
            state: r.state,
            venue: r.terms.venue,
            answer_days: r.terms.days,
            calendar: r.terms.calendar,
            due_at: r.due,
            effect: r.effect(),
            their_number: r.their_number.clone(),
        }
    }
}

/// A follow-up date.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FollowUp {
    pub due: NaiveDate,
    pub answers: Vec<Told>,
    /// What counts in the figures, once both sides answered or the time is over.
    pub result: Option<FollowUpResult>,
    pub open: bool,
}

/// A body's turn.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Turn {
    pub body_id: Option<BodyId>,
    pub from: DateTime<Utc>,
    pub until: Option<DateTime<Utc>>,
}

/// Another case that belongs to this one.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Linked {
    pub number: String,
    pub kind: LinkKind,
}

pub(super) fn duty(case: &case::Case, d: &case::Duty) -> Duty {
    let (body_id, user_id) = match d.owner {
        Owner::Body(body) => (Some(body), None),
        Owner::User(user) => (None, Some(user)),
        Owner::Nobody => (case.bodies.ward, None),
    };
    let case = Some(case.number.clone());
    Duty { kind: d.kind, due_at: d.due_at, case, body_id, user_id, detail: String::new() }
}

pub(super) fn offer(o: &case::Offer) -> Offer {
    Offer {
        seq: o.seq,
        mediator_id: o.mediator,
        sent_at: o.sent_at,
        answer_by: o.answer_by,
        wanted: o.wanted.clone(),
        state: o.state,
    }
}

pub(super) fn session(s: &case::Session) -> Session {
    Session {
        seq: s.seq,
        kind: s.kind,
        side: s.side,
        state: s.state,
        slots: s.slots.clone(),
        starts_at: s.starts_at,
        minutes: s.minutes,
        place: s.place.clone(),
        room_id: s.room,
        gap: s.gap,
        there: s.there.iter().map(|t| There { user_id: t.user, arrived: t.arrived, left: t.left }).collect(),
        next: s.next.map(|(next, _)| next),
        next_on: s.next.and_then(|(_, on)| on),
    }
}

pub(super) fn proposal(p: &case::Proposal) -> Proposal {
    Proposal {
        seq: p.seq,
        kind: p.kind,
        terms: terms(&p.terms),
        answer_by: p.answer_by,
        applicant_accepts: p.answer_of(Side::Applicant),
        respondent_accepts: p.answer_of(Side::Respondent),
        open: p.is_open(),
    }
}

pub(super) fn agreement(a: &case::Agreement) -> Agreement {
    Agreement {
        seq: a.seq,
        kind: a.kind,
        terms: terms(&a.terms),
        signed: a.signed(),
        version: crate::casework::agreement::fingerprint(a),
        signatures: a.signatures.iter().map(signature).collect(),
        comments: a.comments.iter().map(comment).collect(),
        open: a.is_open(),
    }
}

pub(super) fn survey(s: &case::Survey) -> Survey {
    Survey { side: s.side, at: s.at, scores: s.scores.into() }
}

fn comment(c: &case::Comment) -> Comment {
    Comment { side: c.side, at: c.at, text: c.text.clone() }
}

fn signature(s: &case::Signature) -> Signature {
    Signature { side: s.side, method: s.method, at: s.at, version: s.version.clone() }
}

pub(super) fn follow_up(f: &case::FollowUp) -> FollowUp {
    let told = |t: &case::Told| Told { side: t.side, result: t.result, terms: t.terms.clone() };
    FollowUp {
        due: f.due,
        answers: f.answers.iter().map(told).collect(),
        result: f.result,
        open: f.is_open(),
    }
}
