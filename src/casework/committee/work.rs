//! What waits at a committee's desk, and who tried to open what is closed to them.
use super::super::CaseworkError;
use super::rules_on;
use crate::domain::codes::{BodyKind, MeetingState, Role};
use crate::domain::committee::duties::{self, Duty, Facts, Met, Waiting};
use crate::domain::ids::{BodyId, CaseId, UserId};
use crate::domain::meeting::Matter;
use crate::domain::permission::{Actor, Scope};
use crate::domain::seoul;
use crate::store::access::{self, Attempt};
use crate::store::bodies::Body;
use crate::store::{Rx, bodies, cases, committees, meetings, pledges, seats, users};
use chrono::{DateTime, Datelike, NaiveDate, Utc};

/// Meetings that are looked at, the latest first.
const MEETINGS: i64 = 30;
/// Tries that are shown at most.
const ATTEMPTS: i64 = 100;

/// What waits for this person at their committees and councils.
///
/// # Errors
/// Database errors.
pub fn duties_of(
    rx: &mut Rx<'_>,
    actor: &Actor,
    now: DateTime<Utc>,
) -> Result<Vec<(Body, Duty)>, CaseworkError> {
    let mut found = Vec::new();
    for id in actor.assemblies() {
        let body = bodies::find(rx, id)?;
        if !matches!(body.kind, BodyKind::Committee | BodyKind::Council) {
            continue;
        }
        let duties = duties_for(rx, actor, &body, now)?;
        found.extend(duties.into_iter().map(|duty| (body.clone(), duty)));
    }
    found.sort_by_key(|(_, duty)| duty.due);
    Ok(found)
}

/// What waits for this person at one committee.
///
/// # Errors
/// Database errors.
pub fn duties_for(
    rx: &mut Rx<'_>,
    actor: &Actor,
    body: &Body,
    now: DateTime<Utc>,
) -> Result<Vec<Duty>, CaseworkError> {
    let own = actor.user.map(|user| seats::of_user(rx, user)).transpose()?.unwrap_or_default();
    let own: Vec<_> = own.into_iter().map(|seat| seat.id).collect();
    let mut duties = duties_at(rx, body, now)?;
    duties.retain(|duty| actor.minds(duty, body.id, &own));
    Ok(duties)
}

/// What waits at one committee, whoever sees to it.
///
/// # Errors
/// Database errors.
pub fn duties_at(rx: &mut Rx<'_>, body: &Body, now: DateTime<Utc>) -> Result<Vec<Duty>, CaseworkError> {
    let today = seoul::day(now);
    let rules = rules_on(rx, body, today)?;
    let seats: Vec<_> = seats::of_body(rx, body.id)?.into_iter().map(|m| m.seat).collect();
    let (mut met, mut listed) = (Vec::new(), Vec::new());
    for head in meetings::of_bodies(rx, &[body.id], MEETINGS)? {
        let meeting = meetings::find(rx, &[body.id], head.id)?;
        let ahead = matches!(head.state, MeetingState::Convened | MeetingState::Noticed | MeetingState::Open);
        if ahead {
            let asked = meeting.items.iter().filter(|i| matches!(i.matter, Matter::RecusalRequest { .. }));
            listed.extend(asked.filter_map(|i| i.matter.case()));
        }
        met.push(Met {
            id: head.id,
            state: head.state,
            sort: head.sort,
            on: meeting.starts_at.map(seoul::day),
            copies_out: meeting.copies_out().count(),
        });
    }
    let requests: Vec<Waiting> = (committees::pending_of(rx, body.id)?.into_iter())
        .filter(|(case, ..)| !listed.contains(case))
        .map(|(case, number, since)| Waiting { case, number, since: seoul::day(since.and_utc()) })
        .collect();
    let left = left(rx, body.id, now)?;
    let new_year = NaiveDate::from_yo_opt(today.year(), 1).unwrap_or(today);
    let trainings = seats::trained_since(rx, &[body.id], new_year)?;
    let facts = Facts {
        rules: &rules,
        seats: &seats,
        trainings: &trainings,
        met: &met,
        requests: &requests,
        left: &left,
    };
    Ok(duties::duties(&facts, today))
}

/// The open cases with the committee that every 간사 has left, and whose desk nobody keeps in their place.
fn left(rx: &mut Rx<'_>, body: BodyId, now: DateTime<Utc>) -> Result<Vec<Waiting>, CaseworkError> {
    let mut out = Vec::new();
    for desk in users::with_role(rx, body, &[Role::Secretary], now)? {
        out.push(committees::left_by(rx, body, desk.id)?);
    }
    let Some((first, others)) = out.split_first() else { return Ok(Vec::new()) };
    let all = Scope { all: true, ..Scope::default() };
    let mut found = Vec::new();
    for (id, number, since) in first {
        let everyone = others.iter().all(|desk| desk.iter().any(|(case, ..)| case == id));
        if !everyone || is_stood_in(rx, body, *id, now)? {
            continue;
        }
        let case = cases::find_id(rx, &all, *id)?;
        if case.is_open() && case.is_with_committee() {
            let since = seoul::day(since.and_utc());
            found.push(Waiting { case: *id, number: number.clone(), since });
        }
    }
    Ok(found)
}

/// Whether somebody who is still of the committee, and has not left the case too, keeps its desk.
fn is_stood_in(
    rx: &mut Rx<'_>,
    body: BodyId,
    case: CaseId,
    now: DateTime<Utc>,
) -> Result<bool, CaseworkError> {
    let Some(user) = pledges::desk_of(rx, case)? else { return Ok(false) };
    let standing = users::actor(rx, user, now)?;
    Ok(standing.assemblies().contains(&body) && !standing.recused.contains(&case))
}

/// A try with the names of who tried and where.
#[derive(Debug, Clone)]
pub struct Tried {
    pub attempt: Attempt,
    pub who: String,
    pub committee: String,
    pub chair: bool,
}

/// The tries of recused members: those at a committee to its chair; a chair's own to the ward.
///
/// # Errors
/// Database errors.
pub fn attempts(rx: &mut Rx<'_>, actor: &Actor, now: DateTime<Utc>) -> Result<Vec<Tried>, CaseworkError> {
    let chaired = actor.bodies(Role::Chair);
    let wards = actor.bodies(Role::Ward);
    let mut committees: Vec<BodyId> = chaired.clone();
    for ward in &wards {
        let code = bodies::find(rx, *ward)?.ward_code;
        let of_ward = bodies::every(rx)?.into_iter();
        let of_ward = of_ward.filter(|b| b.kind == BodyKind::Committee && b.ward_code == code);
        committees.extend(of_ward.map(|b| b.id));
    }
    committees.sort_unstable();
    committees.dedup();
    let mut found = Vec::new();
    for attempt in access::attempts_at(rx, &committees, ATTEMPTS)? {
        let (Some(user), Some(body)) = (attempt.user, attempt.committee) else { continue };
        let chair = users::with_role(rx, body, &[Role::Chair], now)?.iter().any(|u| u.id == user);
        let own: Option<UserId> = actor.user;
        // Nobody watches over themself.
        let shown = if chaired.contains(&body) { own != Some(user) } else { chair };
        if !shown {
            continue;
        }
        let (who, committee) = (users::find(rx, user)?.name, bodies::find(rx, body)?.name);
        found.push(Tried { attempt, who, committee, chair });
    }
    Ok(found)
}
