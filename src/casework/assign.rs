//! Who can be put in charge: ranked mediators with their reasons and blocking conflicts, and the committee's members.
use super::CaseworkError;
use crate::domain::case::Case;
use crate::domain::codes::Role;
use crate::domain::ids::UserId;
use crate::domain::seoul;
use crate::store::mediators::{self, Mediator};
use crate::store::{Rx, complexes, parties, users};
use chrono::{DateTime, Utc};

/// Somebody who could be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    pub user: UserId,
    pub name: String,
    /// What the NGO calls them.
    pub label: String,
    /// Open cases now.
    pub load: i64,
    pub max_load: i64,
    /// What speaks for them, in words.
    pub reasons: Vec<String>,
    /// Why they cannot be asked; empty: they can.
    pub blocked: Vec<String>,
    score: i64,
}

/// The mediators of the case's NGO, the best first, those who cannot be asked last.
///
/// # Errors
/// Database errors.
pub fn candidates(rx: &mut Rx<'_>, case: &Case, now: DateTime<Utc>) -> Result<Vec<Candidate>, CaseworkError> {
    let Some(ngo) = case.bodies.ngo else { return Ok(Vec::new()) };
    let known = mediators::of_body(rx, ngo)?;
    let active = users::with_role(rx, ngo, &[Role::Mediator], now)?;
    let ids: Vec<UserId> = known.iter().map(|m| m.user_id).collect();
    let loads = mediators::loads(rx, &ids)?;
    let code = case.intake.complex.map(|c| complexes::find(rx, c)).transpose()?.map(|c| c.code);
    let people = parties::of_case(rx, case.id)?;
    let mut found = Vec::new();
    for mediator in known {
        let Some(user) = active.iter().find(|u| u.id == mediator.user_id) else { continue };
        let load = loads.iter().find(|(id, _)| *id == user.id).map_or(0, |(_, n)| *n);
        let mut candidate = judged(case, &mediator, load, code.as_deref(), now);
        let party = people.iter().any(|p| same_person(&p.details, user));
        if party {
            candidate.blocked.push("사건의 당사자입니다".to_owned());
        }
        candidate.name.clone_from(&user.name);
        found.push(candidate);
    }
    found.sort_by_key(|c| (!c.blocked.is_empty(), -c.score, c.user));
    Ok(found)
}

fn same_person(party: &parties::Details, user: &users::User) -> bool {
    let same = |a: &str, b: &str| !a.is_empty() && a == b;
    same(&party.email.to_lowercase(), &user.email.to_lowercase()) || same(&party.phone, &user.phone)
}

fn judged(case: &Case, m: &Mediator, load: i64, complex: Option<&str>, now: DateTime<Utc>) -> Candidate {
    let (mut reasons, mut blocked, mut score) = (Vec::new(), Vec::new(), 0);
    let lists = |list: &str, word: &str| list.split_whitespace().any(|w| w == word);
    match case.intake.dong_code.as_deref() {
        Some(dong) if lists(&m.dongs, dong) => {
            reasons.push("이 동에서 활동합니다".to_owned());
            score += 20;
        }
        _ if m.dongs.trim().is_empty() => reasons.push("모든 동에서 활동합니다".to_owned()),
        _ => {
            reasons.push("다른 동에서 활동합니다".to_owned());
            score -= 20;
        }
    }
    reasons.push(format!("맡은 사건 {load}건(최대 {}건)", m.max_load));
    score -= load * 10;
    if !m.days.trim().is_empty() {
        reasons.push(format!("가능한 때: {}", m.days.trim()));
    }
    if !m.languages.trim().is_empty() {
        reasons.push(format!("언어: {}", m.languages.trim()));
    }
    match m.trained_until {
        Some(until) if until >= seoul::day(now) => reasons.push(format!("교육 유효: {until}까지")),
        Some(_) | None => {
            reasons.push("교육 기한이 지났거나 기록이 없습니다".to_owned());
            score -= 5;
        }
    }
    if complex.is_some_and(|code| lists(&m.conflicts, code)) {
        blocked.push("이 단지에 이해관계가 있습니다".to_owned());
    }
    if load >= m.max_load {
        blocked.push("맡을 수 있는 사건 수를 채웠습니다".to_owned());
    }
    if case.offers.iter().any(|o| o.mediator == m.user_id) {
        blocked.push("이 사건을 이미 요청한 적이 있습니다".to_owned());
    }
    let (user, label, max_load) = (m.user_id, m.label.clone(), m.max_load);
    Candidate { user, name: String::new(), label, load, max_load, reasons, blocked, score }
}

/// Whether this mediator can be offered the case.
///
/// # Errors
/// `Invalid` at the field `mediator`, with the reasons.
pub fn check_mediator(
    rx: &mut Rx<'_>,
    case: &Case,
    mediator: UserId,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    let candidate = candidates(rx, case, now)?.into_iter().find(|c| c.user == mediator);
    match candidate {
        None => Err(CaseworkError::field("mediator", "이 기관의 조정인을 골라 주세요.")),
        Some(c) if c.blocked.is_empty() => Ok(()),
        Some(c) => Err(CaseworkError::field(
            "mediator",
            &format!("이 조정인에게는 요청할 수 없습니다: {}.", c.blocked.join(", ")),
        )),
    }
}

/// The committee's members and chair, with why one cannot take this case (제척).
///
/// # Errors
/// Database errors.
pub fn members(rx: &mut Rx<'_>, case: &Case, now: DateTime<Utc>) -> Result<Vec<Candidate>, CaseworkError> {
    let Some(committee) = case.bodies.committee else { return Ok(Vec::new()) };
    let people = parties::of_case(rx, case.id)?;
    let in_office = users::with_role(rx, committee, &[Role::Member, Role::Chair], now)?;
    let candidate = |user: users::User| {
        let party = people.iter().any(|p| same_person(&p.details, &user));
        let blocked =
            if party { vec!["사건의 당사자입니다(제척)".to_owned()] } else { Vec::new() };
        let (reasons, label) = (Vec::new(), "위원".to_owned());
        Candidate { user: user.id, name: user.name, label, load: 0, max_load: 0, reasons, blocked, score: 0 }
    };
    Ok(in_office.into_iter().map(candidate).collect())
}

/// Whether these members can take charge.
///
/// # Errors
/// `Invalid` at the field `members`.
pub fn check_members(
    rx: &mut Rx<'_>,
    case: &Case,
    chosen: &[UserId],
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    let members = members(rx, case, now)?;
    for user in chosen {
        match members.iter().find(|m| m.user == *user) {
            None => return Err(CaseworkError::field("members", "이 위원회의 위원을 골라 주세요.")),
            Some(m) if m.blocked.is_empty() => {}
            Some(m) => {
                let why = format!("{} 위원은 맡을 수 없습니다: {}.", m.name, m.blocked.join(", "));
                return Err(CaseworkError::field("members", &why));
            }
        }
    }
    Ok(())
}
