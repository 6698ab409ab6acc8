//! What stands behind a party's link: their own page, read in one go.
use super::{Visit, asked, own, visit};
use crate::casework::CaseworkError;
use crate::domain::case::{Asked, Event};
use crate::domain::codes::{Disclosure, LinkPurpose, Side, Visibility};
use crate::domain::sentence;
use crate::domain::step::Step;
use crate::domain::text::Unit;
use crate::store::access::{self, Seen};
use crate::store::links::{self, Link};
use crate::store::parties::{self, Consent, Details};
use crate::store::{Rx, StoreError, bodies, complexes, events, unlock};
use chrono::{DateTime, Utc};

/// Everything that a party's pages are made of, read in one go. What belongs to the person is shown only while `open_until`
/// says so.
#[derive(Debug, Clone)]
pub struct Door {
    pub visit: Visit,
    /// The body that speaks with this side: name and telephone.
    pub holder: Option<(String, String)>,
    pub complex: String,
    /// What happens next, as this side is told.
    pub next: String,
    /// Lines of the history that the parties may see, newest first.
    pub lines: Vec<Event>,
    /// Whether a code waits to be typed in this browser.
    pub code_waits: bool,
    pub open_until: Option<DateTime<Utc>>,
    pub own: Details,
    /// The applicant's own words, as filed.
    pub filed: Option<Step>,
    pub consents: Vec<Consent>,
    /// Who opened this side's record, newest first.
    pub seen: Vec<Seen>,
    /// What the applicant lets the other side know.
    pub told: Disclosed,
    /// Live links of this side that wait for an answer: purpose and token.
    pub waiting: Vec<(Link, String)>,
    /// The NGO to which this side is asked to pass its data; none while it is not asked.
    pub provider: Option<String>,
    /// Who answers for the data of the case now (개인정보처리자).
    pub controller: String,
    /// The path of the respondent's own page, on a letter that was answered.
    pub follow: Option<String>,
}

/// What the applicant lets the other side know.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Disclosed {
    pub may_tell: String,
    /// The applicant's door, only where they said that it may be known.
    pub unit: Option<Unit>,
}

/// Openings of the record that a party's page lists.
const SEEN: i64 = 50;

/// The purposes of links that parties hold.
pub const PARTY_LINKS: [LinkPurpose; 7] = [
    LinkPurpose::Receipt,
    LinkPurpose::Letter,
    LinkPurpose::Slots,
    LinkPurpose::Proposal,
    LinkPurpose::Signature,
    LinkPurpose::FollowUp,
    LinkPurpose::Survey,
];

/// Reads what stands behind a party's link, for the person at this browser.
///
/// # Errors
/// As `visit`.
pub fn door(rx: &mut Rx<'_>, token: &str, browser: &str, now: DateTime<Utc>) -> Result<Door, CaseworkError> {
    let visit = visit(rx, token, &PARTY_LINKS, now)?;
    let id = visit.case.id;
    let all = events::of_case(rx, id)?;
    let filed = all.iter().find(|e| matches!(e.step, Step::File { .. })).map(|e| e.step.clone());
    let mut lines: Vec<Event> = all
        .into_iter()
        .filter(|e| !e.voided && crate::domain::permission::visibility(&e.step) == Visibility::Parties)
        .collect();
    lines.retain(|e| !is_of_others_talk(e, &visit));
    lines.sort_by_key(|e| std::cmp::Reverse((e.at, e.seq)));
    // A committee may have no telephone of its own: its office then answers.
    let holder = match visit.case.speaks_with(visit.side) {
        Some(body) => bodies::to_ask(rx, &[Some(body), visit.case.bodies.office])?,
        None => None,
    };
    let complex = match (visit.case.intake.complex, &visit.case.intake.complex_typed) {
        (Some(id), _) => complexes::find(rx, id)?.name,
        (None, typed) => typed.clone().unwrap_or_default(),
    };
    let theirs = |c: &Consent| c.side == visit.side && c.person.is_none();
    let consents = parties::consents_of(rx, id)?.into_iter().filter(theirs).collect();
    Ok(Door {
        next: sentence::next_for(&visit.case, visit.side, now),
        holder,
        complex,
        lines,
        code_waits: unlock::waits(rx, visit.link.id, browser, now)?,
        open_until: unlock::open_until(rx, visit.link.id, browser, now)?,
        own: own(rx, &visit)?,
        filed: filed.filter(|_| visit.side == Side::Applicant),
        consents,
        seen: access::of_side(rx, id, visit.side, SEEN)?,
        told: disclosed(rx, &visit)?,
        waiting: waiting(rx, &visit, now)?,
        provider: provider(rx, &visit)?,
        controller: parties::controller(rx, visit.case.id)?,
        follow: follow(rx, &visit, now)?,
        visit,
    })
}

/// Whether a line tells of a talk with the other side alone.
fn is_of_others_talk(line: &Event, visit: &Visit) -> bool {
    let session = match &line.step {
        Step::FixSession { session, .. } => session.unwrap_or(line.seq),
        Step::MoveSession { session, .. } | Step::CancelSession { session, .. } => *session,
        _ => return false,
    };
    visit.case.session(session).is_some_and(|s| s.is_kept_from(visit.side))
}

fn disclosed(rx: &mut Rx<'_>, visit: &Visit) -> Result<Disclosed, StoreError> {
    let applicant =
        parties::of_side(rx, visit.case.id, Side::Applicant)?.map(|p| p.details).unwrap_or_default();
    let unit = applicant.unit.filter(|_| applicant.disclosure == Some(Disclosure::Open));
    Ok(Disclosed { may_tell: applicant.may_tell, unit })
}

fn provider(rx: &mut Rx<'_>, visit: &Visit) -> Result<Option<String>, StoreError> {
    let ngo = visit.case.bodies.ngo.filter(|_| visit.case.asks_provision(visit.side));
    ngo.map(|body| bodies::find(rx, body).map(|b| b.name)).transpose()
}

/// Whoever answered the letter goes on from their own page, which the answer made.
fn follow(rx: &mut Rx<'_>, visit: &Visit, now: DateTime<Utc>) -> Result<Option<String>, StoreError> {
    if visit.link.purpose != LinkPurpose::Letter || visit.link.used_at.is_none() {
        return Ok(None);
    }
    let live = links::live_of_case(rx, visit.case.id, LinkPurpose::Receipt, now)?;
    let own = live.into_iter().find(|l| l.side == Some(visit.side));
    Ok(own.map(|l| format!("/r/{}", links::token(rx, l.id))))
}

/// Decisions that this side was asked for and has not made.
fn waiting(rx: &mut Rx<'_>, visit: &Visit, now: DateTime<Utc>) -> Result<Vec<(Link, String)>, StoreError> {
    let mut found = Vec::new();
    for purpose in PARTY_LINKS {
        if matches!(purpose, LinkPurpose::Receipt | LinkPurpose::Letter) {
            continue;
        }
        for link in links::live_of_case(rx, visit.case.id, purpose, now)? {
            if link.side == Some(visit.side)
                && link.used_at.is_none()
                && asked(&visit.case, &link) == Asked::Open
            {
                let token = links::token(rx, link.id);
                found.push((link, token));
            }
        }
    }
    Ok(found)
}
