//! Application help (공동주택관리법 §20⑪): the resident applies to another body; what it demands is held against the case, and its papers
//! are filled in with what is the applicant's own. Nothing of the other side is in any of it.
use super::CaseworkError;
use super::demand::{self, Known};
use super::party::visit;
use crate::domain::case::{Case, Dealing, Referral};
use crate::domain::codes::{BodyKind, LinkPurpose, Side};
use crate::domain::ids::BodyId;
use crate::domain::step::Step;
use crate::store::bodies::Body;
use crate::store::evidence::{self, Thing};
use crate::store::parties::{self, Details};
use crate::store::{Rx, StoreError, complexes, events, unlock};
use chrono::{DateTime, Utc};

/// Everything that the pages and papers of one application are made of.
#[derive(Debug, Clone)]
pub struct Application {
    pub case: Case,
    pub body: Body,
    pub known: Known,
    /// What is known of the applicant, as they gave it.
    pub applicant: Details,
    pub complex: String,
    /// The applicant's own words, as filed.
    pub filed: Option<Step>,
    /// What was done so far, as the applicant may know it.
    pub dealings: Vec<Dealing>,
    /// What the applicant handed in.
    pub things: Vec<Thing>,
}

impl Application {
    /// The newest line in which the desk noted that the applicant applies there.
    #[must_use]
    pub fn noted(&self) -> Option<&Referral> {
        self.case.referrals.iter().rev().find(|r| r.body == self.body.id)
    }
}

/// The bodies to which the applicant of this case could apply now, by name.
///
/// # Errors
/// Database errors.
pub fn bodies(rx: &mut Rx<'_>, case: &Case, now: DateTime<Utc>) -> Result<Vec<Body>, StoreError> {
    let mut found = super::referral::reach(rx, case, now)?;
    found.retain(|body| body.kind == BodyKind::Applied);
    Ok(found)
}

/// One of them, with all that its papers say. Whoever asks may know the applicant: the caller has seen to that.
///
/// # Errors
/// `NotFound` for a body at which nobody applies, or that is none for this case.
pub fn one(rx: &mut Rx<'_>, case: Case, body: BodyId, now: DateTime<Utc>) -> Result<Application, StoreError> {
    let body = bodies(rx, &case, now)?.into_iter().find(|b| b.id == body).ok_or(StoreError::NotFound)?;
    let lines = events::of_case(rx, case.id)?;
    let party = parties::of_side(rx, case.id, Side::Applicant)?.filter(|party| !party.destroyed);
    let mut things = evidence::of_case(rx, case.id)?;
    things.retain(|thing| thing.speaks_for(Side::Applicant));
    let complex = match (case.intake.complex, &case.intake.complex_typed) {
        (Some(id), _) => complexes::find(rx, id)?.name,
        (None, typed) => typed.clone().unwrap_or_default(),
    };
    Ok(Application {
        known: demand::known(rx, &case)?,
        dealings: case.dealings(&lines, Side::Applicant),
        filed: lines.into_iter().map(|line| line.step).find(|step| matches!(step, Step::File { .. })),
        applicant: party.map(|party| party.details).unwrap_or_default(),
        complex,
        things,
        body,
        case,
    })
}

/// The case of the applicant whose own page is open in this browser; nothing while it is not, or on somebody else's page.
///
/// # Errors
/// `NotFound` for a token that is not ours.
pub fn at_door(
    rx: &mut Rx<'_>,
    token: &str,
    browser: &str,
    now: DateTime<Utc>,
) -> Result<Option<Case>, CaseworkError> {
    let visit = visit(rx, token, &[LinkPurpose::Receipt], now)?;
    if visit.side != Side::Applicant {
        return Err(StoreError::NotFound.into());
    }
    Ok(unlock::open_until(rx, visit.link.id, browser, now)?.map(|_| visit.case))
}
