//! A case as the people who handle it see it.
use super::case::Duty;
use super::step::Choice;
use crate::domain::case::{self, Owner};
use crate::domain::codes::*;
use crate::domain::ids::{BodyId, ComplexId, ProgrammeId, UserId};
use crate::domain::permission::View;
use crate::domain::step::Term as StepTerm;
use crate::store::outbox::Listed;
use crate::store::parties::Consent as StoredConsent;
use chrono::{DateTime, NaiveDate, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A case file.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FileOne {
    pub file: CaseFile,
}

/// A case, as far as the caller may read it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CaseFile {
    pub number: String,
    pub version: i64,
    /// How much of the case the caller may read; what they may not is null or empty.
    pub view: View,
    pub stage: Stage,
    pub outcome: Option<Outcome>,
    pub received_at: DateTime<Utc>,
    pub channel: Channel,
    pub cause: Cause,
    pub position: Position,
    pub complex_id: Option<ComplexId>,
    pub complex_typed: Option<String>,
    pub dong_code: Option<String>,
    pub programme_id: Option<ProgrammeId>,
    pub holder_id: Option<BodyId>,
    pub office_id: Option<BodyId>,
    pub committee_id: Option<BodyId>,
    pub ngo_id: Option<BodyId>,
    pub ward_id: Option<BodyId>,
    /// Where the case is, in a sentence that the parties may read.
    pub now: String,
    /// Both sides; telephones and addresses only by `contacts`.
    pub parties: Vec<Party>,
    pub consents: Vec<Consent>,
    /// The worse of both sides' safety screens.
    pub safety: Option<Safety>,
    pub duties: Vec<Duty>,
    pub in_charge: Vec<InCharge>,
    pub offers: Vec<Offer>,
    pub sessions: Vec<Session>,
    pub proposals: Vec<Proposal>,
    pub agreements: Vec<Agreement>,
    pub referrals: Vec<Referral>,
    pub follow_ups: Vec<FollowUp>,
    pub holders: Vec<Turn>,
    pub linked: Vec<Linked>,
}

/// A side of the case.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Party {
    pub side: Side,
    /// Empty: not known.
    pub name: String,
    pub building: Option<String>,
    pub unit: Option<String>,
    pub has_phone: bool,
    pub has_email: bool,
    /// How much the other side may learn.
    pub disclosure: Option<Disclosure>,
    pub may_tell: String,
    /// The data was destroyed after its time.
    pub destroyed: bool,
}

impl From<&crate::store::parties::Party> for Party {
    fn from(p: &crate::store::parties::Party) -> Self {
        let d = &p.details;
        Self {
            side: p.side,
            name: d.name.clone(),
            building: d.unit.as_ref().map(|u| u.building.clone()),
            unit: d.unit.as_ref().map(|u| u.unit.clone()),
            has_phone: !d.phone.is_empty(),
            has_email: !d.email.is_empty(),
            disclosure: d.disclosure,
            may_tell: d.may_tell.clone(),
            destroyed: p.destroyed,
        }
    }
}

/// Why telephones are looked at.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReasonBody {
    /// Kept in the access record.
    #[schemars(length(min = 2, max = 200))]
    pub reason: String,
}

/// How the parties are reached.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ContactList {
    pub contacts: Vec<Contact>,
}

/// One party's telephone and address.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Contact {
    pub side: Side,
    pub name: String,
    /// Digits; empty: not known.
    pub phone: String,
    pub email: String,
}

/// A consent that was asked.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Consent {
    pub side: Side,
    pub purpose: String,
    pub recipient: String,
    pub text_version: String,
    pub method: Method,
    pub given: bool,
    pub at: DateTime<Utc>,
    pub withdrawn_at: Option<DateTime<Utc>>,
}

impl From<StoredConsent> for Consent {
    fn from(c: StoredConsent) -> Self {
        Self {
            side: c.side,
            purpose: c.purpose,
            recipient: c.recipient,
            text_version: c.text_version,
            method: c.method,
            given: c.given,
            at: c.at.and_utc(),
            withdrawn_at: c.withdrawn_at.map(|t| t.and_utc()),
        }
    }
}

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
    pub state: SessionState,
    pub slots: Vec<DateTime<Utc>>,
    pub starts_at: Option<DateTime<Utc>>,
    pub minutes: i64,
    pub place: String,
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
    pub open: bool,
}

/// A referral.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Referral {
    pub seq: i64,
    pub body_id: BodyId,
    pub sent_at: DateTime<Utc>,
    pub state: ReferralState,
}

/// A follow-up date.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FollowUp {
    pub due: NaiveDate,
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

impl CaseFile {
    /// What everyone who may read the case at all may read of it.
    #[must_use]
    pub fn summary(case: &case::Case, view: View) -> Self {
        let (intake, bodies) = (&case.intake, case.bodies);
        Self {
            number: case.number.clone(),
            version: case.version,
            view,
            stage: case.stage,
            outcome: case.outcome(),
            received_at: intake.received_at,
            channel: intake.channel,
            cause: intake.cause,
            position: intake.position,
            complex_id: intake.complex,
            complex_typed: intake.complex_typed.clone(),
            dong_code: intake.dong_code.clone(),
            programme_id: intake.programme,
            holder_id: case.holder,
            office_id: bodies.office,
            committee_id: bodies.committee,
            ngo_id: bodies.ngo,
            ward_id: bodies.ward,
            now: crate::domain::sentence::now(case),
            parties: Vec::new(),
            consents: Vec::new(),
            safety: None,
            duties: Vec::new(),
            in_charge: Vec::new(),
            offers: Vec::new(),
            sessions: Vec::new(),
            proposals: Vec::new(),
            agreements: Vec::new(),
            referrals: Vec::new(),
            follow_ups: Vec::new(),
            holders: Vec::new(),
            linked: Vec::new(),
        }
    }

    /// The things of the case, for those who read the whole file.
    #[must_use]
    pub fn with_things(mut self, case: &case::Case) -> Self {
        self.duties = case.duties().into_iter().map(|d| duty(case, &d)).collect();
        self.in_charge = case
            .in_charge
            .iter()
            .map(|p| InCharge { user_id: p.user, role: p.role, since: p.since })
            .collect();
        self.offers = case.offers.iter().map(offer).collect();
        self.sessions = case.sessions.iter().map(session).collect();
        self.proposals = case.proposals.iter().map(proposal).collect();
        self.agreements = case.agreements.iter().map(agreement).collect();
        let referral =
            |r: &case::Referral| Referral { seq: r.seq, body_id: r.body, sent_at: r.sent_at, state: r.state };
        self.referrals = case.referrals.iter().map(referral).collect();
        let follow_up = |f: &case::FollowUp| FollowUp { due: f.due, result: f.result, open: f.is_open() };
        self.follow_ups = case.follow_ups.iter().map(follow_up).collect();
        self
    }
}

fn duty(case: &case::Case, d: &case::Duty) -> Duty {
    let (body_id, user_id) = match d.owner {
        Owner::Body(body) => (Some(body), None),
        Owner::User(user) => (None, Some(user)),
        Owner::Nobody => (case.bodies.ward, None),
    };
    let case = Some(case.number.clone());
    Duty { kind: d.kind, due_at: d.due_at, case, body_id, user_id, detail: String::new() }
}

fn offer(o: &case::Offer) -> Offer {
    Offer {
        seq: o.seq,
        mediator_id: o.mediator,
        sent_at: o.sent_at,
        answer_by: o.answer_by,
        wanted: o.wanted.clone(),
        state: o.state,
    }
}

fn session(s: &case::Session) -> Session {
    Session {
        seq: s.seq,
        kind: s.kind,
        state: s.state,
        slots: s.slots.clone(),
        starts_at: s.starts_at,
        minutes: s.minutes,
        place: s.place.clone(),
    }
}

fn proposal(p: &case::Proposal) -> Proposal {
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

fn agreement(a: &case::Agreement) -> Agreement {
    Agreement {
        seq: a.seq,
        kind: a.kind,
        terms: terms(&a.terms),
        signed: a.signed.clone(),
        open: a.is_open(),
    }
}

/// Lines of a case's history, newest first.
#[derive(Debug, Serialize, JsonSchema)]
pub struct EventPage {
    pub events: Vec<Event>,
    pub meta: super::Meta,
}

/// One line of the history.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Event {
    /// Order of recording within the case.
    pub seq: i64,
    pub at: DateTime<Utc>,
    pub recorded_at: DateTime<Utc>,
    pub by_id: Option<UserId>,
    /// As what the person acted.
    pub by_role: String,
    #[schemars(with = "crate::domain::step::StepCode")]
    pub step: &'static str,
    /// In words.
    pub title: String,
    /// The step's own members.
    pub particulars: Map<String, Value>,
    /// To whom the line is shown.
    pub visibility: Visibility,
    /// Written after something later was in the record already.
    pub late: bool,
    /// Struck out by a 정정.
    pub voided: bool,
}

/// People who can be put in charge, the best first.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CandidateList {
    pub candidates: Vec<Candidate>,
}

/// Somebody who could be asked.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Candidate {
    pub user_id: UserId,
    pub name: String,
    /// What their body calls them.
    pub label: String,
    /// Open cases now, and at most.
    pub load: i64,
    pub max_load: i64,
    pub reasons: Vec<String>,
    /// Why they cannot be asked; empty: they can.
    pub blocked: Vec<String>,
}

impl From<crate::casework::assign::Candidate> for Candidate {
    fn from(c: crate::casework::assign::Candidate) -> Self {
        Self {
            user_id: c.user,
            name: c.name,
            label: c.label,
            load: c.load,
            max_load: c.max_load,
            reasons: c.reasons,
            blocked: c.blocked,
        }
    }
}

impl From<crate::casework::assign::Candidate> for Choice {
    fn from(c: crate::casework::assign::Candidate) -> Self {
        Self { value: c.user.0, label: format!("{} {}", c.name, c.label), blocked: c.blocked }
    }
}

/// Who opened the case file, newest first.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AccessPage {
    pub accesses: Vec<Access>,
    pub meta: super::Meta,
}

/// One opening.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Access {
    pub at: DateTime<Utc>,
    pub user_id: Option<UserId>,
    /// As what.
    pub role: String,
    pub ip: String,
    pub what: String,
    pub reason: String,
}

/// The mails of a case.
#[derive(Debug, Serialize, JsonSchema)]
pub struct MailList {
    pub mails: Vec<Mail>,
}

/// A mail; to whom it goes is not shown.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Mail {
    pub id: crate::domain::ids::MailId,
    /// Which letter it is.
    pub letter: String,
    pub state: MailState,
    pub attempts: i64,
    /// The mail server's last words, addresses masked.
    pub answer: String,
    pub written_at: DateTime<Utc>,
    pub sent_at: Option<DateTime<Utc>>,
}

impl From<Listed> for Mail {
    fn from(m: Listed) -> Self {
        Self {
            id: m.id,
            letter: m.letter,
            state: m.state,
            attempts: m.attempts,
            answer: m.answer,
            written_at: m.written,
            sent_at: m.sent,
        }
    }
}

/// It is done.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Acknowledged {
    pub ok: bool,
}

/// A page of the inbox, newest first.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ReferralPage {
    pub referrals: Vec<ReferralIn>,
    pub meta: super::Meta,
}

/// A referral that came in.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ReferralIn {
    pub state: ReferralState,
    pub sent_at: DateTime<Utc>,
    pub case: super::case::Case,
}
