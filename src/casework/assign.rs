//! Which mediators can be asked: ranked, with their reasons and blocking conflicts.
use super::CaseworkError;
use crate::domain::case::{Case, InCharge, Refused};
use crate::domain::codes::{Role, WeekTime};
use crate::domain::ids::UserId;
use crate::domain::permission::Actor;
use crate::domain::ranking::{self, Area, Ranked, Standing, is_full};
use crate::store::mediators::{self, Mediator, Tally};
use crate::store::{Rx, complexes, parties, users};
use chrono::{DateTime, Duration, NaiveDate, Utc};

/// Somebody who could be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    pub user: UserId,
    pub name: String,
    /// What the NGO calls them.
    pub label: String,
    /// Open cases now, and offers that wait for an answer.
    pub load: i64,
    pub max_load: i64,
    /// What speaks for them, in words.
    pub reasons: Vec<String>,
    /// Why they cannot be asked; empty: they can.
    pub blocked: Vec<String>,
}

/// Days within which declines are told.
const DECLINES: i64 = 90;

/// What this case asks of whoever is to take it, beside what the case itself says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Need {
    /// Days wanted for a meeting; empty: those of the offer before.
    pub wanted: Vec<NaiveDate>,
    /// A language that one side needs; empty: none.
    pub language: String,
}

/// The mediators of the case's NGO, in the order in which to ask them, those who cannot be asked last. What they declared of
/// themselves is for their own coordinator.
///
/// # Errors
/// Database errors.
pub fn candidates(
    rx: &mut Rx<'_>,
    asker: &Actor,
    case: &Case,
    need: &Need,
    now: DateTime<Utc>,
) -> Result<Vec<Candidate>, CaseworkError> {
    let Some(ngo) = case.bodies.ngo else { return Ok(Vec::new()) };
    let theirs = asker.bodies(Role::Coordinator).contains(&ngo);
    let known = mediators::of_body(rx, ngo)?;
    let active = users::with_role(rx, ngo, &[Role::Mediator], now)?;
    let ids: Vec<UserId> = known.iter().map(|m| m.user_id).collect();
    let (year, quarter) = (now - Duration::days(ranking::YEAR), now - Duration::days(DECLINES));
    let tallies = mediators::tallies(rx, &ids, year, quarter)?;
    let code = case.intake.complex.map(|c| complexes::find(rx, c)).transpose()?.map(|c| c.code);
    let people = parties::of_case(rx, case.id)?;
    let mut standings = Vec::new();
    for mediator in &known {
        let Some(user) = active.iter().find(|u| u.id == mediator.user_id) else { continue };
        let tally = tallies.iter().find(|(id, _)| *id == user.id).map(|(_, t)| t.clone()).unwrap_or_default();
        let mut standing = standing((case, need), mediator, &tally, code.as_deref(), now);
        if people.iter().any(|p| same_person(&p.details, user)) {
            standing.conflicts.push("사건의 당사자입니다".to_owned());
        }
        standings.push(standing);
    }
    let loads: Vec<(UserId, i64)> = standings.iter().map(|s| (s.user, s.load)).collect();
    let candidate = |ranked: Ranked| {
        let mediator = known.iter().find(|m| m.user_id == ranked.user)?;
        let Ranked { user, mut reasons, blocked } = ranked;
        if theirs && !mediator.relations.is_empty() {
            reasons.push(format!("신고한 관계: {}", mediator.relations));
        }
        let name = active.iter().find(|u| u.id == user)?.name.clone();
        let load = loads.iter().find(|(id, _)| *id == user).map_or(0, |(_, n)| *n);
        let (label, max_load) = (mediator.label.clone(), mediator.max_load);
        Some(Candidate { user, name, label, load, max_load, reasons, blocked })
    };
    Ok(ranking::ranked(standings, now).into_iter().filter_map(candidate).collect())
}

pub(super) fn same_person(party: &parties::Details, user: &users::User) -> bool {
    let same = |a: &str, b: &str| !a.is_empty() && a == b;
    same(&party.email.to_lowercase(), &user.email.to_lowercase()) || same(&party.phone, &user.phone)
}

fn standing(
    (case, need): (&Case, &Need),
    m: &Mediator,
    tally: &Tally,
    complex: Option<&str>,
    now: DateTime<Utc>,
) -> Standing {
    let lists = |list: &str, word: &str| list.split_whitespace().any(|w| w == word);
    let area = match case.intake.dong_code.as_deref() {
        _ if m.dongs.trim().is_empty() => Area::Everywhere,
        Some(dong) if lists(&m.dongs, dong) => Area::Here,
        _ => Area::Elsewhere,
    };
    let mut conflicts = Vec::new();
    if complex.is_some_and(|code| lists(&m.conflicts, code)) {
        conflicts.push("이 단지에 이해관계가 있습니다".to_owned());
    }
    if case.offers.iter().any(|o| o.mediator == m.user_id) {
        conflicts.push("이 사건을 이미 요청한 적이 있습니다".to_owned());
    }
    let times: Vec<WeekTime> = m.hours.split_whitespace().filter_map(WeekTime::from_code).collect();
    let before = case.offers.last().map_or(&[][..], |o| o.wanted.as_slice());
    let wanted = if need.wanted.is_empty() { before } else { need.wanted.as_slice() };
    let fits = wanted.iter().any(|day| times.iter().any(|t| t.is_on(*day)));
    let said: Vec<&str> = times.iter().map(|t| t.label()).chain(Some(m.days.trim())).collect();
    let said: Vec<&str> = said.into_iter().filter(|s| !s.is_empty()).collect();
    let with = |p: &InCharge| lists(&m.wishes, &p.user.0.to_string());
    Standing {
        user: m.user_id,
        load: tally.load,
        max_load: m.max_load,
        cases: tally.cases,
        days_here: tally.since.map_or(0, |at| (now.naive_utc() - at).num_days()),
        last_case: tally.last_case.map(|at| at.and_utc()),
        last_asked: tally.last_asked.map(|at| at.and_utc()),
        declines: tally.declines,
        area,
        hours: said.join(" "),
        fits: (!wanted.is_empty() && !times.is_empty()).then_some(fits),
        languages: m.languages.trim().to_owned(),
        speaks: speaks(&m.languages, &need.language),
        trained_until: m.trained_until,
        trained_minutes: tally.trained_minutes,
        leave: m.leave_from.map(|from| (from, m.leave_until.unwrap_or(NaiveDate::MAX))),
        wished: case.in_charge.iter().any(with),
        conflicts,
    }
}

/// Whether somebody who says that they speak `spoken` speaks the language asked for; none where none is asked for.
fn speaks(spoken: &str, asked: &str) -> Option<bool> {
    let asked = asked.trim().to_lowercase();
    (!asked.is_empty()).then(|| spoken.to_lowercase().contains(&asked))
}

/// Whether this mediator can be offered the case.
///
/// # Errors
/// `Invalid` at the field `mediator`, with the reasons.
pub fn check_mediator(
    rx: &mut Rx<'_>,
    asker: &Actor,
    case: &Case,
    mediator: UserId,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    let candidate =
        candidates(rx, asker, case, &Need::default(), now)?.into_iter().find(|c| c.user == mediator);
    match candidate {
        None => Err(CaseworkError::field("mediator", "이 기관의 조정인을 골라 주세요.")),
        Some(c) if c.blocked.is_empty() => Ok(()),
        Some(c) => Err(CaseworkError::field(
            "mediator",
            &format!("이 조정인에게는 요청할 수 없습니다: {}.", c.blocked.join(", ")),
        )),
    }
}

/// Whether this mediator, who declined, has room for the case again: they may have taken others since.
///
/// # Errors
/// `Refused` with `mediator_full`.
pub(super) fn check_load(rx: &mut Rx<'_>, mediator: UserId, now: DateTime<Utc>) -> Result<(), CaseworkError> {
    let Some(profile) = mediators::of_user(rx, mediator)? else { return Ok(()) };
    let tallies = mediators::tallies(rx, &[mediator], now, now)?;
    let load = tallies.first().map_or(0, |(_, tally)| tally.load);
    if !is_full(load, profile.max_load) {
        return Ok(());
    }
    let sentence = format!(
        "그사이에 맡은 사건이 {load}건이 되어, 한꺼번에 맡을 수 있는 {}건을 채웠습니다. 이 사건을 맡으시려면 소속 기관에 전화해 주세요.",
        profile.max_load
    );
    Err(Refused { code: "mediator_full", sentence }.into())
}
