//! What the operator looks up: a mediator's profile, a 단지's dated facts, the record of changed rights.
use super::call::{Call, Done, Nothing, told};
use super::shapes::file::Acknowledged;
use super::shapes::operator::*;
use super::shapes::{Meta, PageQuery, bad_after, limit, wrong};
use crate::casework::account::people;
use crate::casework::set_up;
use crate::domain::codes::Role;
use crate::domain::ids::{ComplexId, UserId};
use crate::store::mediators::Mediator;
use crate::store::{Rx, access, bodies, complexes, mediators, users};
use crate::web::error::WebError;
use chrono::{DateTime, Utc};

/// What held of a 단지 from which day on, newest first.
///
/// # Errors
/// 404 for an unknown 단지.
pub async fn facts(call: Call) -> Result<Done<FactsList>, WebError> {
    let id = ComplexId(call.id()?);
    call.asker
        .read(move |rx, _| {
            complexes::find(rx, id)?;
            let all = complexes::history_of(rx, id)?;
            let one = |(from, f): (chrono::NaiveDateTime, complexes::Facts)| Facts {
                from: from.and_utc(),
                dong_code: f.dong_code,
                committee: f.committee,
                programme_id: f.programme_id,
            };
            let obligations = complexes::obligations_of(rx, id)?.into_iter();
            let obliged = |o: complexes::Obligation| Obligation {
                from: o.from,
                required: o.required,
                reason: o.reason,
            };
            let obligations = obligations.map(obliged).collect();
            Ok(FactsList { facts: all.into_iter().map(one).collect(), obligations })
        })
        .await
}

/// Says whether a 단지 must have a committee, against the decree's threshold.
///
/// # Errors
/// 403 for others than operators; 404; 422.
pub async fn oblige(call: Call<Nothing, Obligation>) -> Result<Done<Acknowledged>, WebError> {
    let id = ComplexId(call.id()?);
    let Obligation { from, required, reason } = call.body;
    call.asker
        .write(move |tx, caller| {
            let said = complexes::Obligation { from, required, reason };
            set_up::oblige(tx, &caller.actor, id, &said, caller.now).map_err(told)?;
            Ok(Acknowledged { ok: true })
        })
        .await
}

/// What is known of a mediator.
///
/// # Errors
/// 403 for others than operators; 404 for a person without a profile.
pub async fn mediator(call: Call) -> Result<Done<MediatorOne>, WebError> {
    let id = UserId(call.id()?);
    call.asker
        .read(move |rx, caller| {
            if !caller.actor.may_administer() {
                return Err(WebError::denied());
            }
            let known = mediators::of_user(rx, id)?.ok_or_else(WebError::not_found)?;
            Ok(MediatorOne { mediator: known.into() })
        })
        .await
}

/// Keeps what is known of a mediator.
///
/// # Errors
/// 403 for others than operators; 404 for an unknown person; 422 for an NGO at which they are no mediator, or an unknown
/// 행정동 or 단지.
pub async fn keep_mediator(call: Call<Nothing, MediatorBody>) -> Result<Done<Acknowledged>, WebError> {
    let id = UserId(call.id()?);
    let body = call.body;
    call.asker
        .write(move |tx, caller| {
            if !caller.actor.may_administer() {
                return Err(WebError::denied());
            }
            let profile = profile(tx, id, body, caller.now)?;
            people::keep_mediator(tx, &caller.actor, &profile, caller.now).map_err(told)?;
            Ok(Acknowledged { ok: true })
        })
        .await
}

fn profile(rx: &mut Rx<'_>, id: UserId, b: MediatorBody, now: DateTime<Utc>) -> Result<Mediator, WebError> {
    users::find(rx, id)?;
    let before = mediators::of_user(rx, id)?;
    let mut held = users::grants_of(rx, id)?.into_iter();
    if !held.any(|g| g.role == Role::Mediator && g.body_id == Some(b.ngo_id) && !g.is_over(now)) {
        return Err(wrong("ngo_id", "이 사람이 조정인인 협약 기관을 보내 주세요."));
    }
    let dongs = bodies::all_dongs(rx)?;
    if !b.dongs.iter().all(|code| dongs.iter().any(|(known, _, _)| known == code)) {
        return Err(wrong("dongs", "아는 행정동의 코드만 보내 주세요."));
    }
    let known = complexes::all(rx)?;
    if !b.conflicts.iter().all(|code| known.iter().any(|c| c.code == *code)) {
        return Err(wrong("conflicts", "아는 단지의 코드만 보내 주세요."));
    }
    Ok(Mediator {
        user_id: id,
        body_id: b.ngo_id,
        label: b.label,
        dongs: b.dongs.join(" "),
        days: b.days,
        languages: b.languages,
        max_load: b.max_load,
        trained_until: b.trained_until,
        conflicts: b.conflicts.join(" "),
        hours: before.as_ref().map(|m| m.hours.clone()).unwrap_or_default(),
        wishes: before.as_ref().map(|m| m.wishes.clone()).unwrap_or_default(),
        relations: before.as_ref().map(|m| m.relations.clone()).unwrap_or_default(),
        leave_from: before.as_ref().and_then(|m| m.leave_from),
        leave_until: before.as_ref().and_then(|m| m.leave_until),
    })
}

/// Who changed rights and settings, newest first.
///
/// # Errors
/// 403 for others than operators; 422 for a page that there is not.
pub async fn audit(call: Call<PageQuery>) -> Result<Done<AuditPage>, WebError> {
    let limit = limit(call.query.limit)?;
    let before = call.query.after.map(|text| text.parse::<i64>().map_err(|_e| bad_after())).transpose()?;
    call.asker
        .read(move |rx, caller| {
            if !caller.actor.may_administer() {
                return Err(WebError::denied());
            }
            let mut lines = access::notes(rx, before, limit + 1)?;
            let most = usize::try_from(limit).unwrap_or(1);
            let more = lines.len() > most;
            lines.truncate(most);
            let next = lines.last().filter(|_| more).map(|last| last.id.to_string());
            Ok(AuditPage { audit: lines.into_iter().map(Into::into).collect(), meta: Meta { next } })
        })
        .await
}
