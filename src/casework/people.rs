//! What the steps about people change beside the case's history: joint parties and proxies, corrected particulars, merged and
//! split cases, consents asked apart, and what is destroyed because somebody asked for it.
use super::step::{Taking, take_step};
use super::{CaseworkError, file, keeping, together};
use crate::domain::case::{Case, Event};
use crate::domain::codes::{Asked, ConsentPurpose, LinkKind, Method, PersonKind, Right, RightAnswer, Side};
use crate::domain::permission::Actor;
use crate::domain::step::{Seq, Step};
use crate::store::parties::{self, Consent, Details};
use crate::store::{Tx, case_links, cases, disposals, retention, search};
use chrono::{DateTime, Utc};

/// Fills in and checks what the domain cannot know: the particulars of a person, the other case of a merger.
pub(super) fn completed(
    tx: &mut Tx<'_>,
    actor: &Actor,
    before: &Case,
    step: Step,
    person: Option<&Details>,
    now: DateTime<Utc>,
) -> Result<Step, CaseworkError> {
    let unit_known = person.is_some_and(|d| d.unit.is_some());
    match step {
        Step::AddPerson { kind, .. } => {
            let named = person.is_some_and(|d| !d.name.is_empty());
            if kind == PersonKind::Candidate && !unit_known {
                return Err(CaseworkError::field("person_unit", "의심되는 집의 호를 적어 주세요."));
            }
            if kind != PersonKind::Candidate && !named {
                return Err(CaseworkError::field("person_name", "이름을 적어 주세요."));
            }
            Ok(step)
        }
        Step::AmendPerson { side, reason, .. } => {
            if person.is_none_or(|d| *d == Details::default()) {
                return Err(CaseworkError::field("person_name", "바뀐 것을 하나 이상 적어 주세요."));
            }
            Ok(Step::AmendPerson { side, reason, unit_known })
        }
        Step::Together { other, apart } => {
            let other = other.trim().to_owned();
            if !apart {
                together::check(tx, actor, before, &other, now)?;
            }
            Ok(Step::Together { other, apart })
        }
        Step::Merge { into, reason } => {
            let into = into.trim().to_owned();
            target(tx, actor, before, &into)?;
            Ok(Step::Merge { into, reason })
        }
        other => Ok(other),
    }
}

/// The case that another one goes on in: open, of the same 단지, and one that this person handles.
fn target(tx: &mut Tx<'_>, actor: &Actor, before: &Case, into: &str) -> Result<Case, CaseworkError> {
    let wrong = |sentence| CaseworkError::field("into", sentence);
    let found = cases::find(tx, &actor.scope(), into);
    let found = found.map_err(|_e| wrong("맡고 있는 사건 가운데 그런 접수번호가 없습니다."))?;
    if found.id == before.id {
        return Err(wrong("같은 사건입니다. 다른 접수번호를 적어 주세요."));
    }
    if !found.is_open() {
        return Err(wrong("이미 마친 사건입니다. 그 사건을 다시 연 뒤에 합쳐 주세요."));
    }
    if found.intake.complex != before.intake.complex || found.holder != before.holder {
        return Err(wrong("같은 단지에서 같은 곳이 맡은 사건끼리만 합칠 수 있습니다."));
    }
    Ok(found)
}

/// What these steps change in the same transaction.
pub(super) fn beside(
    tx: &mut Tx<'_>,
    actor: &Actor,
    before: &Case,
    event: &Event,
    person: Option<&Details>,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    match &event.step {
        Step::AddPerson { side, kind, .. } => {
            let details = person.cloned().unwrap_or_default();
            let who = (*side, *kind, event.seq);
            parties::add_beside(tx, before.id, before.intake.complex, who, &details, now)?;
            search::keep(tx, before.id)?;
        }
        Step::EndPerson { person, .. } => leave(tx, before, *person, now)?,
        Step::AmendPerson { side, .. } => amend(tx, before, *side, person, now)?,
        Step::Conclude { other, .. } => together::tie(tx, before, other, now)?,
        Step::Merge { into, .. } => merge(tx, actor, before, into, now)?,
        Step::Split { person, reason } => split(tx, actor, before, *person, reason, now)?,
        Step::Agree { side, purpose, given, method } => {
            agree(tx, before, *side, *purpose, (*given, *method), event)?;
        }
        Step::AnswerRight { request, answer: RightAnswer::Done, .. } => {
            let asked = before.rights.iter().find(|r| r.seq == *request);
            if let Some(asked) = asked.filter(|r| r.right == Right::Erase) {
                keeping::forget_side(tx, before, asked.side, now)?;
            }
        }
        Step::Hold { .. } => {
            disposals::take_back(tx, before.id)?;
            retention::hold(tx, before.id, now)?;
        }
        Step::Reopen { .. } => {
            disposals::take_back(tx, before.id)?;
            case_links::remove(tx, before.id, LinkKind::OneAgreement)?;
        }
        Step::Release { .. } => retention::release(tx, before.id)?,
        _ => {}
    }
    Ok(())
}

/// Somebody beside the main party has nothing to do with the case any more; what was known of them is destroyed.
fn leave(tx: &mut Tx<'_>, case: &Case, seq: Seq, now: DateTime<Utc>) -> Result<(), CaseworkError> {
    let Some(party) = parties::by_seq(tx, case.id, seq)? else { return Ok(()) };
    keeping::forget(tx, case.id, &party, now)?;
    parties::end(tx, party.id, now)?;
    Ok(search::keep(tx, case.id)?)
}

/// The source is known: the doors that were only suspected are forgotten.
///
/// # Errors
/// Database errors.
pub(super) fn forget_candidates(
    tx: &mut Tx<'_>,
    case: &Case,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    let there = parties::of_case(tx, case.id)?;
    for door in there.iter().filter(|p| p.kind == Some(PersonKind::Candidate)) {
        keeping::forget(tx, case.id, door, now)?;
        parties::end(tx, door.id, now)?;
    }
    Ok(())
}

/// What was given replaces what was known of the main party; the rest stays.
fn amend(
    tx: &mut Tx<'_>,
    case: &Case,
    side: Side,
    given: Option<&Details>,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    let given = given.cloned().unwrap_or_default();
    let known = parties::of_side(tx, case.id, side)?;
    let mut details = known.as_ref().map(|p| p.details.clone()).unwrap_or_default();
    for (kept, new) in [
        (&mut details.name, given.name),
        (&mut details.phone, given.phone),
        (&mut details.email, given.email),
    ] {
        if !new.is_empty() {
            *kept = new;
        }
    }
    details.unit = given.unit.clone().or(details.unit);
    match known {
        Some(party) => keeping::renew(tx, case, &party, &details, now)?,
        None => drop(parties::add(tx, case.id, case.intake.complex, side, &details, now)?),
    }
    if let Some(unit) = given.unit {
        let hash = parties::unit_hash(tx, case.intake.complex, &unit);
        match side {
            Side::Applicant => {
                cases::set_applicant_hash(tx, case.id, Some(&hash))?;
                cases::applicant_known(tx, case.id)?;
            }
            Side::Respondent => cases::set_respondent_hash(tx, case.id, Some(&hash))?,
        }
        file::link_again(tx, case, now)?;
    }
    Ok(search::keep(tx, case.id)?)
}

/// The cases are tied, the other one has a line of it, and an applicant of another door becomes a joint party there. One
/// whose door is the other side of the other case is a cross-complaint, and stays tied only.
fn merge(
    tx: &mut Tx<'_>,
    actor: &Actor,
    case: &Case,
    into: &str,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    let other = target(tx, actor, case, into)?;
    case_links::add(tx, case.id, other.id, LinkKind::Merged, now)?;
    let link = Step::Link { other: case.number.clone(), kind: LinkKind::Merged };
    take_step(tx, actor, into, Taking::from(link), now)?;
    let Some(applicant) = parties::of_side(tx, case.id, Side::Applicant)? else { return Ok(()) };
    let there = parties::of_case(tx, other.id)?;
    let known = |d: &Details| there.iter().any(|p| p.details.unit.is_some() && p.details.unit == d.unit);
    if applicant.details.name.is_empty() || known(&applicant.details) {
        return Ok(());
    }
    let step = Step::AddPerson {
        side: Side::Applicant,
        kind: PersonKind::Joint,
        authority: Vec::new(),
        agreed: false,
        apart: false,
        note: format!("{} 사건을 합침", case.number),
    };
    let taking = Taking { person: Some(applicant.details), ..Taking::from(step) };
    take_step(tx, actor, into, taking, now)?;
    Ok(())
}

/// A joint applicant goes on in a case of their own, with the same suspected source, received now.
fn split(
    tx: &mut Tx<'_>,
    actor: &Actor,
    case: &Case,
    seq: Seq,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    let Some(party) = parties::by_seq(tx, case.id, seq)? else { return Ok(()) };
    let respondent = parties::of_side(tx, case.id, Side::Respondent)?.and_then(|p| p.details.unit);
    let filing = file::Filing {
        channel: case.intake.channel,
        received_at: now,
        complex: case.intake.complex,
        complex_typed: case.intake.complex_typed.clone().unwrap_or_default(),
        ward_code: case.intake.ward_code.clone(),
        area: case.intake.dong_code.clone(),
        cause: case.intake.cause,
        position: case.intake.position,
        applicant: party.details,
        respondent_unit: respondent,
        answered: String::new(),
        wishes: String::new(),
        narrative: format!("{} 사건에서 나누어 접수했습니다. {reason}", case.number),
        times: Vec::new(),
        home: file::Home::default(),
        screen: None,
        consents: Vec::new(),
        method: Method::Desk,
    };
    let filed = file::file(tx, actor, &filing, now)?;
    case_links::add(tx, case.id, filed.case.id, LinkKind::Split, now)?;
    leave(tx, case, seq, now)
}

/// The record of a consent that was asked apart: what stood before ends.
fn agree(
    tx: &mut Tx<'_>,
    case: &Case,
    side: Side,
    purpose: Asked,
    (given, method): (bool, Method),
    event: &Event,
) -> Result<(), CaseworkError> {
    let purpose = match purpose {
        Asked::Sensitive => ConsentPurpose::Sensitive,
        Asked::Recording => ConsentPurpose::Recording,
    };
    parties::end_consents(tx, case.id, side, purpose.code(), event.at)?;
    let consent = Consent {
        side,
        person: None,
        purpose: purpose.code().to_owned(),
        recipient: String::new(),
        controller: String::new(),
        text_version: purpose.text().map(|t| t.version.to_owned()).unwrap_or_default(),
        method,
        given,
        at: event.at.naive_utc(),
        withdrawn_at: None,
    };
    Ok(parties::consent(tx, case.id, &consent)?)
}
