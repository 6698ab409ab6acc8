//! Which of the committee's people can have a case in their charge (담당위원), and who has to lay it down.
use super::CaseworkError;
use super::assign::{Candidate, same_person};
use super::step::take_step;
use crate::domain::case::Case;
use crate::domain::codes::{RecusalState, Role};
use crate::domain::ids::{CaseId, UserId};
use crate::domain::permission::Actor;
use crate::domain::ranking;
use crate::domain::step::Step;
use crate::store::{Rx, Tx, cases, committees, mediators, parties, users};
use chrono::{DateTime, Duration, Utc};

/// Who of a committee can be in charge.
const SEATED: [Role; 2] = [Role::Member, Role::Chair];

/// The committee's members and chair in the order in which to name them: whoever has the fewest open cases first, then whoever had
/// the fewest within a year, then whoever was named longest ago; those who cannot last, with why one cannot take this case: a party, or out of it (제척·기피·회피), here or in the
/// cross-complaint that is dealt with together with it.
///
/// # Errors
/// Database errors.
pub fn members(rx: &mut Rx<'_>, case: &Case, now: DateTime<Utc>) -> Result<Vec<Candidate>, CaseworkError> {
    let Some(committee) = case.bodies.committee else { return Ok(Vec::new()) };
    let people = parties::of_case(rx, case.id)?;
    let out = out_of(rx, case)?;
    let in_office = users::with_role(rx, committee, &SEATED, now)?;
    let ids: Vec<UserId> = in_office.iter().map(|u| u.id).collect();
    let loads = mediators::loads_as(rx, &ids, Role::Member)?;
    let taken = mediators::taken_as(rx, &ids, Role::Member)?;
    let year = (now - Duration::days(ranking::YEAR)).naive_utc();
    let candidate = |user: users::User| {
        let load = loads.iter().find(|(id, _)| *id == user.id).map_or(0, |(_, n)| *n);
        let times: Vec<_> = taken.iter().filter(|(id, _)| *id == user.id).map(|(_, at)| *at).collect();
        let (this_year, last) = (times.iter().filter(|at| **at >= year).count(), times.iter().max().copied());
        let mut blocked = Vec::new();
        if people.iter().any(|p| same_person(&p.details, &user)) {
            blocked.push("사건의 당사자입니다(제척)".to_owned());
        } else if out.contains(&(user.id, RecusalState::Standing)) {
            blocked.push("이 사건에서 물러난 위원입니다".to_owned());
        } else if out.contains(&(user.id, RecusalState::Pending)) {
            blocked.push("기피 신청이 결정을 기다리고 있습니다".to_owned());
        }
        let since = last.map_or_else(
            || "아직 맡은 적 없음".to_owned(),
            |at| format!("마지막 지정 뒤 {}일", (now.naive_utc() - at).num_days()),
        );
        let reasons = vec![format!("맡은 사건 {load}건"), format!("최근 1년 {this_year}건"), since];
        let order = (!blocked.is_empty(), load, this_year, last, user.id);
        let label = "위원".to_owned();
        (order, Candidate { user: user.id, name: user.name, label, load, max_load: 0, reasons, blocked })
    };
    let mut ranked: Vec<_> = in_office.into_iter().map(candidate).collect();
    ranked.sort_by_key(|(order, _)| *order);
    Ok(ranked.into_iter().map(|(_, candidate)| candidate).collect())
}

/// Who is out of the case, or out of its cross-complaint.
fn out_of(rx: &mut Rx<'_>, case: &Case) -> Result<Vec<(UserId, RecusalState)>, CaseworkError> {
    let mut out = committees::people_out_of(rx, case.id)?;
    if let Some(twin) = cases::twin(rx, case)? {
        out.extend(committees::people_out_of(rx, twin.id)?);
    }
    Ok(out)
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

/// Whether somebody who is in charge of `case` is out of `other`: the two cannot be dealt with together by them.
///
/// # Errors
/// Database errors.
pub(super) fn is_kept_from(rx: &mut Rx<'_>, case: &Case, other: &Case) -> Result<bool, CaseworkError> {
    let out = committees::people_out_of(rx, other.id)?;
    let standing = |user| out.contains(&(user, RecusalState::Standing));
    Ok(case.in_charge.iter().any(|p| p.role == Role::Member && standing(p.user)))
}

/// Whoever is in charge as somebody of the committee and has left the case, or no longer sits, lays it down: by a line that says
/// so, in this case and in the cross-complaint. Whether anybody did.
///
/// # Errors
/// Database errors.
pub fn lay_down(tx: &mut Tx<'_>, id: CaseId, now: DateTime<Utc>) -> Result<bool, CaseworkError> {
    let case = cases::find_id(tx, &Actor::clock().scope(), id)?;
    let Some(committee) = case.bodies.committee else { return Ok(false) };
    let out = out_of(tx, &case)?;
    let seated: Vec<_> = users::with_role(tx, committee, &SEATED, now)?.into_iter().map(|u| u.id).collect();
    let twin = cases::twin(tx, &case)?;
    let mut any = false;
    for case in [Some(&case), twin.as_ref()].into_iter().flatten().filter(|case| case.is_open()) {
        for person in case.in_charge.iter().filter(|p| p.role == Role::Member).map(|p| p.user) {
            let reason = if out.contains(&(person, RecusalState::Standing)) {
                "이 사건에서 물러나 담당을 내려놓음"
            } else if !seated.contains(&person) {
                "위원의 임기가 끝나 담당을 내려놓음"
            } else {
                continue;
            };
            let step = Step::Resign { person, reason: reason.to_owned(), handover: String::new() };
            take_step(tx, &Actor::clock(), &case.number, step.into(), now)?;
            any = true;
        }
    }
    Ok(any)
}
