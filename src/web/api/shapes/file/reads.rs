//! What is read beside the file itself: contacts, history, candidates, who opened it, its mails, the referral inbox.
use super::super::{Meta, case, step::Choice};
use crate::casework::application::Application;
use crate::casework::post::Sent;
use crate::domain::codes::*;
use crate::domain::ids::{BodyId, UserId};
use crate::domain::referral::{self, Answered};
use crate::domain::step::Seq;
use chrono::{DateTime, NaiveDate, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

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

/// Lines of a case's history, newest first.
#[derive(Debug, Serialize, JsonSchema)]
pub struct EventPage {
    pub events: Vec<Event>,
    pub meta: Meta,
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

/// What was handed in in a case, as far as the caller may see it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct EvidenceList {
    pub evidence: Vec<EvidenceOne>,
}

/// One file of evidence; the file itself is saved from the case's page.
#[derive(Debug, Serialize, JsonSchema)]
pub struct EvidenceOne {
    /// In the case, from 1.
    pub number: i64,
    pub side: Side,
    /// What it is, by its own bytes.
    pub kind: FileKind,
    /// Of a recording, whose voices it holds.
    pub voices: Option<Voices>,
    /// What it shows, in a sentence.
    pub about: String,
    /// Bytes as kept.
    pub size: i64,
    /// SHA-256 of the bytes as kept, hexadecimal.
    pub sha256: String,
    /// SHA-256 of the bytes as sent: another one where an image lost what it told about its maker.
    pub sent_sha256: String,
    /// Who handed it in, where that was no party.
    pub by: Option<UserId>,
    /// As what it was handed in.
    pub by_role: String,
    pub at: DateTime<Utc>,
    /// The agreement whose signed paper it is, by its line.
    pub agreement: Option<Seq>,
    /// Since when nothing but this line is left of it.
    pub taken_back_at: Option<DateTime<Utc>>,
}

/// Who opened the case file, newest first.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AccessPage {
    pub accesses: Vec<Access>,
    pub meta: Meta,
}

/// One opening.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Access {
    pub at: DateTime<Utc>,
    pub user_id: Option<UserId>,
    /// As what.
    pub role: String,
    pub ip: String,
    /// Whose data was shown; nobody's where it was a summary only.
    pub sides: Vec<Side>,
    pub what: String,
    pub reason: String,
}

/// The mails of a case.
#[derive(Debug, Serialize, JsonSchema)]
pub struct MailList {
    pub mails: Vec<Mail>,
    pub meta: Meta,
}

/// Which call was made.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ToldQuery {
    /// The id of the duty; where one call alone waits, it may be left out.
    pub duty: Option<i64>,
}

/// A mail.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Mail {
    pub id: crate::domain::ids::MailId,
    /// Which letter it is.
    pub letter: String,
    /// Whom it is for: a side or a colleague's name; null where the person's data are destroyed.
    pub to: Option<String>,
    /// Since when it is known that it may come too late.
    pub urgent_at: Option<DateTime<Utc>>,
    /// Somebody is to telephone about it.
    pub call: bool,
    /// Until when it waits, so that its sender can take it back.
    pub undo_until: Option<DateTime<Utc>>,
    pub state: MailState,
    /// How it fares: its state, and what a worker, the server or the address made of it.
    pub delivery: Delivery,
    pub attempts: i64,
    /// The mail server's last words, addresses masked.
    pub answer: String,
    pub written_at: DateTime<Utc>,
    pub sent_at: Option<DateTime<Utc>>,
}

impl From<Sent> for Mail {
    fn from(sent: Sent) -> Self {
        let m = sent.mail;
        Self {
            to: sent.to,
            urgent_at: m.urgent,
            call: sent.duty,
            undo_until: m.undo.map(|(until, _)| until),
            id: m.id,
            delivery: m.delivery(),
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
    pub meta: Meta,
}

/// A referral that came in.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ReferralIn {
    pub seq: i64,
    pub from_id: Option<BodyId>,
    pub state: ReferralState,
    pub sent_at: DateTime<Utc>,
    /// By when something is due about it, and what it is.
    pub due_at: Option<DateTime<Utc>>,
    pub case: case::Case,
}

/// A referral that is about to be sent.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PreviewBody {
    pub body: BodyId,
    #[schemars(length(max = 4000))]
    pub reason: String,
    pub basis: ProvisionBasis,
    /// With what a dong's office is asked to help.
    #[serde(default)]
    pub help: Option<DongHelp>,
    #[serde(default)]
    #[schemars(length(max = 20))]
    pub answers: Vec<AnsweredIn>,
}

/// An answer to what the body asks.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AnsweredIn {
    #[schemars(length(max = 40))]
    pub question: String,
    pub answer: Known,
}

impl From<AnsweredIn> for Answered {
    fn from(said: AnsweredIn) -> Self {
        Self { question: said.question, answer: said.answer }
    }
}

/// Where the applicant can apply themself.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ApplicationList {
    pub applications: Vec<ApplicationOne>,
}

/// A body at which residents apply themselves, and what it demands of this case.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ApplicationOne {
    pub body_id: BodyId,
    pub name: String,
    pub venue: Venue,
    pub conditions: Vec<Demanded>,
    pub papers: Vec<Wanted>,
    /// The newest referral by which the desk noted the application.
    pub referral_seq: Option<i64>,
    pub their_number: String,
}

/// A condition, the article that it comes from, and how it stands.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Demanded {
    pub code: &'static str,
    pub text: &'static str,
    pub rule: &'static str,
    pub standing: Standing,
    /// What to do where it does not hold.
    pub otherwise: &'static str,
}

/// Something that goes along.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Wanted {
    pub label: &'static str,
    pub rule: &'static str,
    /// Whether it is there; nothing for what the applicant brings.
    pub there: Option<bool>,
}

impl ApplicationOne {
    /// As it stands on `day`.
    #[must_use]
    pub fn of(one: &Application, day: NaiveDate) -> Self {
        let demand = one.body.demand(day);
        let checked = referral::checked(demand, &one.known.of(&one.case), &[]);
        let condition = |c: referral::Checked| Demanded {
            code: c.condition.name,
            text: c.condition.text,
            rule: c.condition.rule,
            standing: c.standing,
            otherwise: c.condition.otherwise,
        };
        let wanted = |a: &referral::Attached| Wanted {
            label: a.label,
            rule: a.rule,
            there: one.known.has(a, &one.case),
        };
        Self {
            body_id: one.body.id,
            name: one.body.name.clone(),
            venue: one.body.venue(),
            conditions: checked.into_iter().map(condition).collect(),
            papers: demand.papers.iter().map(wanted).collect(),
            referral_seq: one.noted().map(|r| r.seq),
            their_number: one.noted().map(|r| r.their_number.clone()).unwrap_or_default(),
        }
    }
}

/// A 의뢰서.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PacketOne {
    pub packet: Packet,
}

/// What goes, or went, to another body: plain text, its bytes in UTF-8 and their SHA-256 in hexadecimal digits.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Packet {
    pub text: String,
    pub sha256: String,
    /// The sides of which it tells.
    pub sides: Vec<Side>,
}

impl From<crate::casework::packet::Packet> for Packet {
    fn from(made: crate::casework::packet::Packet) -> Self {
        Self { sha256: made.digest(), text: made.text, sides: made.sides }
    }
}
