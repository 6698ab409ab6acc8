//! Filing a case: by a resident without an account, by staff, or transferred in. One function for every door.
use super::{CaseworkError, places, recusal, tell};
use crate::domain::case::{Case, Event, Intake};
use crate::domain::codes::{
    Cause, Channel, CommitteeKind, ConsentPurpose, Evidence, LinkKind, Living, Method, Position, Safety,
    SafetyFlag, Side,
};
use crate::domain::consent::NOTICE_VERSION;
use crate::domain::ids::{ComplexId, ProgrammeId};
use crate::domain::permission::{Actor, Hat, visibility};
use crate::domain::seoul;
use crate::domain::step::Step;
use crate::domain::text::Unit;
use crate::store::cases::{Head, NewCase};
use crate::store::parties::{Consent, Details};
use crate::store::{
    Rx, Tx, bodies, case_links, cases, complexes, events, parties, programmes, projection, search,
};
use chrono::{DateTime, Datelike, Duration, NaiveDate, Utc};

/// Within how many days a case of the same doors is hinted as a duplicate, and recognised as a repeat.
pub const DUPLICATE_DAYS: i64 = 90;
pub const REPEAT_DAYS: i64 = 365;

/// What a complaint is filed with.
#[derive(Debug, Clone)]
pub struct Filing {
    pub channel: Channel,
    /// When it came in: not after now.
    pub received_at: DateTime<Utc>,
    /// None: 단지 미상, with the typed name and the 동네 (`places`).
    pub complex: Option<ComplexId>,
    pub complex_typed: String,
    /// The 동네 that was said: a 행정동's code, or a ward's.
    pub area: Option<String>,
    /// The ward of the desk that files; empty where a resident does.
    pub ward_code: String,
    pub cause: Cause,
    /// Where the suspected source is, seen from the applicant: a hypothesis.
    pub position: Position,
    pub applicant: Details,
    pub respondent_unit: Option<Unit>,
    /// 관리사무소에 언제 알렸고 어떤 답을 들었나.
    pub answered: String,
    pub wishes: String,
    pub narrative: String,
    /// Codes of the times of day at which it is heard.
    pub times: Vec<String>,
    pub home: Home,
    /// What the applicant answered to the safety questions, where a desk asked them along with the complaint.
    pub screen: Option<Screening>,
    /// Consents that were asked apart: purpose, recipient, whether given.
    pub consents: Vec<(String, String, bool)>,
    pub method: Method,
}

/// What a desk asks of the home and of what there is to show; a resident may leave all of it out.
#[derive(Debug, Clone, Default)]
pub struct Home {
    pub tenure: Option<Living>,
    /// 언제부터, as it was said: `지난봄부터`.
    pub since: String,
    pub evidence: Vec<Evidence>,
}

/// A safety screen of the applicant.
#[derive(Debug, Clone)]
pub struct Screening {
    pub flags: Vec<SafetyFlag>,
    pub result: Safety,
    pub note: String,
}

/// A case that was filed.
#[derive(Debug, Clone)]
pub struct Filed {
    pub case: Case,
    /// The applicant's own page, a path.
    pub receipt: String,
}

/// Files a case: row, parties, consents, first line, links to earlier cases, receipt, duties; one transaction.
///
/// # Errors
/// `Denied` when staff may not file there, `Invalid` with the fields to correct.
pub fn file(
    tx: &mut Tx<'_>,
    actor: &Actor,
    filing: &Filing,
    now: DateTime<Utc>,
) -> Result<Filed, CaseworkError> {
    check(filing, now)?;
    let new = new_case(tx, filing)?;
    let hat = as_what(actor, &new)?;
    let year = seoul::day(filing.received_at).year();
    let number = cases::next_number(tx, year)?;
    let id = cases::insert(tx, &number, &new, now)?;
    keep_people(tx, id, filing, now)?;
    let before = cases::blank(tx, id)?;
    let step = Step::File {
        answered: filing.answered.clone(),
        wishes: filing.wishes.clone(),
        narrative: filing.narrative.clone(),
        times: filing.times.clone(),
        provides: filing.consents.iter().any(|(p, _, given)| *given && p == ConsentPurpose::Provision.code()),
        disclosure: filing.applicant.disclosure,
        tenure: filing.home.tenure,
        since: filing.home.since.clone(),
        evidence: filing.home.evidence.clone(),
    };
    let (by, by_role) = (actor.user, hat.code().to_owned());
    let event = Event {
        seq: 1,
        at: filing.received_at,
        recorded_at: now,
        by,
        by_role,
        step,
        late: false,
        voided: false,
    };
    let screened = filing.screen.as_ref().map(|asked| screened(&event, asked));
    let mut after = before.after(&event)?;
    if let Some(line) = &screened {
        after = after.after(line)?;
    }
    cases::save_step(tx, &after)?;
    keep_consents(tx, &after, filing, now)?;
    for line in [Some(&event), screened.as_ref()].into_iter().flatten() {
        events::append(tx, id, line, visibility(&line.step))?;
    }
    events::keep_marks(tx, &after, false, 1)?;
    search::keep(tx, id)?;
    recusal::of_case(tx, &after, now)?;
    let pair = (new.applicant_unit_hash.as_deref(), new.respondent_unit_hash.as_deref());
    link_earlier(tx, id, filing.received_at, pair, now)?;
    let told = tell::tell(tx, actor, (&before, &after), (&event, None), now)?;
    projection::keep(tx, &before, &after, &told.calls, now)?;
    let receipt = tell::receipt_path(tx, &after, Side::Applicant, now)?;
    Ok(Filed { case: Case { version: 1, ..after }, receipt })
}

/// The line of the safety questions: asked in the same talk, by the same person.
fn screened(filed: &Event, asked: &Screening) -> Event {
    let Screening { flags, result, note } = asked.clone();
    let step = Step::Screen { side: Side::Applicant, flags, result, note };
    Event { seq: filed.seq + 1, step, ..filed.clone() }
}

fn check(filing: &Filing, now: DateTime<Utc>) -> Result<(), CaseworkError> {
    let mut wrong = Vec::new();
    if filing.received_at > now {
        wrong.push(("received_at".to_owned(), "접수한 때는 지금보다 뒤일 수 없습니다.".to_owned()));
    }
    if filing.complex.is_none() && filing.complex_typed.trim().is_empty() {
        wrong.push(("complex".to_owned(), "단지를 고르거나 이름을 적어 주세요.".to_owned()));
    }
    if filing.complex.is_some()
        && filing.applicant.unit.is_some()
        && filing.applicant.unit == filing.respondent_unit
    {
        wrong.push((
            "respondent_unit".to_owned(),
            "신청인의 호수와 같습니다. 추정되는 곳의 호수를 적어 주세요.".to_owned(),
        ));
    }
    if wrong.is_empty() { Ok(()) } else { Err(CaseworkError::Invalid(wrong)) }
}

fn new_case(tx: &mut Tx<'_>, filing: &Filing) -> Result<NewCase, CaseworkError> {
    let (facts, ward, dong) = match filing.complex {
        Some(complex) => {
            let found = complexes::facts_at(tx, complex, filing.received_at);
            let (facts, ward) = found.map_err(|_e| CaseworkError::field("complex", "단지를 골라 주세요."))?;
            let dong = facts.dong_code.clone();
            (Some(facts), ward, Some(dong))
        }
        None => {
            let (ward, dong) = places::ward_of(tx, filing)?;
            (None, ward, dong)
        }
    };
    let day = seoul::day(filing.received_at);
    let programme = under(tx, facts.as_ref().and_then(|f| f.programme_id), day)?;
    let bodies = bodies::for_case(tx, filing.complex, &ward, programme, day)?;
    let intake = Intake {
        received_at: filing.received_at,
        channel: filing.channel,
        cause: filing.cause,
        position: filing.position,
        complex: filing.complex,
        complex_typed: Some(filing.complex_typed.trim().to_owned())
            .filter(|t| !t.is_empty() && filing.complex.is_none()),
        ward_code: ward,
        dong_code: dong,
        committee: facts.as_ref().map_or(CommitteeKind::None, |f| f.committee),
        programme,
        // Read again with the case, by the rule of its programme.
        mediators_needed: 1,
        has_applicant_unit: filing.applicant.unit.is_some(),
        has_respondent_unit: filing.respondent_unit.is_some(),
        legacy: false,
    };
    let hash =
        |rx: &Rx<'_>, unit: &Option<Unit>| unit.as_ref().map(|u| parties::unit_hash(rx, filing.complex, u));
    Ok(NewCase {
        intake,
        bodies,
        ledger_ref: None,
        applicant_unit_hash: hash(tx, &filing.applicant.unit),
        respondent_unit_hash: hash(tx, &filing.respondent_unit),
    })
}

/// The programme under which a case of that day runs. What ended before begins nothing; what was begun in its term goes on
/// under it.
pub(super) fn under(
    rx: &mut Rx<'_>,
    programme: Option<ProgrammeId>,
    day: NaiveDate,
) -> Result<Option<ProgrammeId>, CaseworkError> {
    let Some(id) = programme else { return Ok(None) };
    let runs = programmes::find(rx, id, day)?.takes_cases(day);
    Ok(programme.filter(|_| runs))
}

/// A resident files for themself; staff file at their own body's desk.
fn as_what(actor: &Actor, new: &NewCase) -> Result<Hat, CaseworkError> {
    if actor.user.is_none() {
        return Ok(Hat::Applicant);
    }
    let b = new.bodies;
    let desks =
        [(b.office, Hat::Office), (b.committee, Hat::Desk), (b.ngo, Hat::Coordinator), (b.ward, Hat::Ward)];
    let at = desks.into_iter().find(|(body, _)| body.is_some_and(|body| actor.may_file_at(body)));
    at.map(|(_, hat)| hat).ok_or(CaseworkError::Denied)
}

fn keep_people(
    tx: &mut Tx<'_>,
    id: crate::domain::ids::CaseId,
    filing: &Filing,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    parties::add(tx, id, filing.complex, Side::Applicant, &filing.applicant, now)?;
    if filing.respondent_unit.is_some() {
        let details = Details { unit: filing.respondent_unit.clone(), ..Details::default() };
        parties::add(tx, id, filing.complex, Side::Respondent, &details, now)?;
    }
    Ok(())
}

/// What the applicant was asked with the form. It was asked before the 단지 was known: the record names the body that receives the
/// data, and whoever has the case from now on as the one that answers for it.
fn keep_consents(
    tx: &mut Tx<'_>,
    case: &Case,
    filing: &Filing,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    let ngo = case.bodies.ngo.map(|body| bodies::find(tx, body)).transpose()?.map(|body| body.name);
    for (purpose, recipient, given) in &filing.consents {
        let consent = Consent {
            side: Side::Applicant,
            person: None,
            purpose: purpose.clone(),
            recipient: ngo
                .clone()
                .filter(|_| purpose == ConsentPurpose::Provision.code())
                .unwrap_or_else(|| recipient.clone()),
            controller: String::new(),
            text_version: words(purpose).to_owned(),
            method: filing.method,
            given: *given,
            at: now.naive_utc(),
            withdrawn_at: None,
        };
        parties::consent(tx, case.id, &consent)?;
    }
    Ok(())
}

/// The version of the words that a consent was asked with.
fn words(purpose: &str) -> &'static str {
    ConsentPurpose::from_code(purpose)
        .and_then(ConsentPurpose::text)
        .map_or(NOTICE_VERSION, |text| text.version)
}

/// The same pair the other way round is a cross-complaint; the same way within a year, a repeat.
pub(super) fn link_earlier(
    tx: &mut Tx<'_>,
    id: crate::domain::ids::CaseId,
    received_at: DateTime<Utc>,
    pair: (Option<&str>, Option<&str>),
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    let (Some(ours), Some(theirs)) = pair else { return Ok(()) };
    let since = received_at - Duration::days(REPEAT_DAYS);
    for (other, crossed) in cases::of_pair(tx, ours, theirs, since)? {
        if other != id {
            let kind = if crossed { LinkKind::Cross } else { LinkKind::Repeat };
            case_links::add(tx, id, other, kind, now)?;
        }
    }
    Ok(())
}

/// The doors of a case changed: what is now the same pair is tied.
pub(super) fn link_again(tx: &mut Tx<'_>, case: &Case, now: DateTime<Utc>) -> Result<(), CaseworkError> {
    let mut hashes = Vec::new();
    for side in [Side::Applicant, Side::Respondent] {
        let unit = parties::of_side(tx, case.id, side)?.and_then(|p| p.details.unit);
        hashes.push(unit.map(|u| parties::unit_hash(tx, case.intake.complex, &u)));
    }
    let [ours, theirs] = hashes.as_slice() else { return Ok(()) };
    link_earlier(tx, case.id, case.intake.received_at, (ours.as_deref(), theirs.as_deref()), now)
}

/// Cases of the same doors received lately: a hint while typing, never a refusal.
///
/// # Errors
/// Database errors.
pub fn duplicates(
    rx: &mut Rx<'_>,
    complex: ComplexId,
    units: &[Unit],
    now: DateTime<Utc>,
) -> Result<Vec<Head>, CaseworkError> {
    let hashes: Vec<String> = units.iter().map(|u| parties::unit_hash(rx, Some(complex), u)).collect();
    Ok(cases::with_units(rx, &hashes, now - Duration::days(DUPLICATE_DAYS))?)
}
