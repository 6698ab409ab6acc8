//! A case as the people who handle it see it.
mod reads;
mod things;

pub use reads::*;
pub use things::*;

use super::case::Duty;
use crate::casework::assign::Need;
use crate::domain::case;
use crate::domain::codes::*;
use crate::domain::ids::{BodyId, ComplexId, ProgrammeId};
use crate::domain::permission::View;
use crate::domain::seoul;
use crate::store::parties::Consent as StoredConsent;
use crate::web::error::WebError;
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

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
    /// What the sides thought of the mediation, of the sides that the caller may know.
    pub surveys: Vec<Survey>,
    pub holders: Vec<Turn>,
    pub linked: Vec<Linked>,
}

/// A side of the case.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Party {
    pub side: Side,
    /// None: the main party of the side.
    pub kind: Option<PersonKind>,
    /// The line that added somebody beside the main party.
    pub seq: Option<i64>,
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
            kind: p.kind,
            seq: p.seq,
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

/// A consent that was asked.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Consent {
    /// Whose, where it is somebody beside the main party: the number of the line that added them.
    pub person: Option<i64>,
    pub side: Side,
    pub purpose: String,
    pub recipient: String,
    /// 개인정보처리자: who processes the data on this consent.
    pub controller: String,
    pub text_version: String,
    pub method: Method,
    pub given: bool,
    pub at: DateTime<Utc>,
    pub withdrawn_at: Option<DateTime<Utc>>,
}

impl From<StoredConsent> for Consent {
    fn from(c: StoredConsent) -> Self {
        Self {
            person: c.person,
            side: c.side,
            purpose: c.purpose,
            recipient: c.recipient,
            controller: c.controller,
            text_version: c.text_version,
            method: c.method,
            given: c.given,
            at: c.at.and_utc(),
            withdrawn_at: c.withdrawn_at.map(|t| t.and_utc()),
        }
    }
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
            surveys: Vec::new(),
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
        self.referrals = case.referrals.iter().map(Into::into).collect();
        self.follow_ups = case.follow_ups.iter().map(things::follow_up).collect();
        self.surveys = case.surveys.iter().map(things::survey).collect();
        self
    }
}

/// What the case asks of whoever is to take it.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NeedQuery {
    /// Days wanted for a meeting, `YYYY-MM-DD`, apart by commas; those of the offer before where nothing is said.
    pub wanted: Option<String>,
    /// A language that one side needs.
    #[schemars(length(max = 40))]
    pub language: Option<String>,
}

impl NeedQuery {
    /// # Errors
    /// At `wanted`, for what is no day.
    pub(crate) fn need(self) -> Result<Need, WebError> {
        let days = self.wanted.unwrap_or_default();
        let days = days.split(',').map(str::trim).filter(|day| !day.is_empty());
        let wrong = || super::wrong("wanted", "날짜를 2026-12-01,2026-12-03 처럼 쉼표로 나누어 보내 주세요.");
        let wanted = days.map(|day| seoul::parse_day(day).ok_or_else(wrong)).collect::<Result<_, _>>()?;
        Ok(Need { wanted, language: self.language.unwrap_or_default() })
    }
}
