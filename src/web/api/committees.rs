//! Committees, seats and meetings. The same functions as their pages'.
use super::call::{Call, Done, Made, Nothing, told};
use super::shapes::committee::*;
use super::shapes::file::Acknowledged;
use super::shapes::wrong;
use crate::casework::meet;
use crate::casework::{committee, handover, recusal};
use crate::domain::codes::BodyKind;
use crate::domain::committee::form::{BodyAct, SeatAct};
use crate::domain::ids::{BodyId, HandoverId, MeetingId, SeatId};
use crate::domain::meeting::{MeetingStepCode, form};
use crate::domain::permission::Actor;
use crate::domain::seoul;
use crate::store::seats::{self, Member as Stored};
use crate::store::{Rx, bodies, meetings as stored};
use crate::web::error::WebError;
use crate::web::field::Errors;
use crate::web::pages::committee::{acts, meeting};
use crate::web::{committees, meetings as reader};
use serde_json::{Map, Value};

/// Meetings in a committee's list at most.
const MEETINGS: i64 = 100;

fn unfit(errors: &Errors) -> WebError {
    WebError::invalid(errors.iter().map(|(n, s)| (n.to_owned(), s.to_owned())).collect())
}

fn named<T>(said: &Map<String, Value>, name: &str, from: fn(&str) -> Option<T>) -> Result<T, WebError> {
    let code = said.get(name).and_then(Value::as_str).and_then(from);
    code.ok_or_else(|| wrong(name, "무엇을 할지 적어 주세요. openapi.json에 목록이 있습니다."))
}

/// The caller's committees and councils.
///
/// # Errors
/// Database errors.
pub async fn list(call: Call) -> Result<Done<CommitteeList>, WebError> {
    call.asker
        .read(|rx, caller| {
            let mut found = Vec::new();
            for id in caller.actor.assemblies() {
                let body = bodies::find(rx, id)?;
                if matches!(body.kind, BodyKind::Committee | BodyKind::Council) {
                    found.push(Named { id, name: body.name });
                }
            }
            Ok(CommitteeList { committees: found })
        })
        .await
}

/// A committee: rules, 전결표, members, meetings.
///
/// # Errors
/// 404 for strangers.
pub async fn show(call: Call) -> Result<Done<CommitteeOne>, WebError> {
    let id = BodyId(call.id()?);
    call.asker
        .read(move |rx, caller| {
            let home = committee::home(rx, &caller.actor, id, caller.now).map_err(told)?;
            let held = stored::of_bodies(rx, &[id], MEETINGS)?;
            let open = acts::open_to(&caller.actor, id).into_iter().map(BodyAct::code).collect();
            let waiting = committee::duties_for(rx, &caller.actor, &home.body, caller.now).map_err(told)?;
            let today = seoul::day(caller.now);
            Ok(CommitteeOne { committee: Committee::of(home, held, waiting, open, today) })
        })
        .await
}

/// Does something at a committee.
///
/// # Errors
/// 404 for strangers; 403; 409 with the reason's own code; 422.
pub async fn act(call: Call<Nothing, CommitteeActBody>) -> Result<Made<ActDone>, WebError> {
    let id = BodyId(call.id()?);
    let said = call.body.0;
    let act = named(&said, "act", BodyAct::from_code)?;
    let wanted = committees::read(act, said).map_err(|e| unfit(&e))?;
    call.asker
        .write(move |tx, caller| {
            let made = committees::take(tx, &caller.actor, id, wanted, caller.now).map_err(told)?;
            Ok(ActDone { seat_id: made.seat, meeting_id: made.meeting })
        })
        .await
}

fn kept(rx: &mut Rx<'_>, actor: &Actor, id: SeatId) -> Result<Stored, WebError> {
    let member = seats::find(rx, id)?;
    if actor.may_keep(member.seat.body) { Ok(member) } else { Err(WebError::not_found()) }
}

/// A member's seat.
///
/// # Errors
/// 404 for whoever does not keep the committee's affairs.
pub async fn seat(call: Call) -> Result<Done<SeatOne>, WebError> {
    let id = SeatId(call.id()?);
    call.asker
        .read(move |rx, caller| {
            let member = kept(rx, &caller.actor, id)?;
            let open = acts::open_for(&member).into_iter().map(SeatAct::code).collect();
            Ok(SeatOne { seat: Seat::of(member, open, seoul::day(caller.now)) })
        })
        .await
}

/// Moves a seat on, renews or substitutes it.
///
/// # Errors
/// 404 for whoever does not keep the committee's affairs; 409 with the reason's own code; 422.
pub async fn act_on_seat(call: Call<Nothing, SeatActBody>) -> Result<Made<ActDone>, WebError> {
    let id = SeatId(call.id()?);
    let said = call.body.0;
    let act = named(&said, "act", SeatAct::from_code)?;
    let wanted = committees::read_seat(act, said).map_err(|e| unfit(&e))?;
    call.asker
        .write(move |tx, caller| {
            kept(tx, &caller.actor, id)?;
            let seat = committees::take_seat(tx, &caller.actor, id, wanted, caller.now).map_err(told)?;
            Ok(ActDone { seat_id: Some(seat), meeting_id: None })
        })
        .await
}

/// A meeting, its minutes too.
///
/// # Errors
/// 404 outside the caller's bodies.
pub async fn show_meeting(call: Call) -> Result<Done<MeetingOne>, WebError> {
    let id = MeetingId(call.id()?);
    call.asker
        .read(move |rx, caller| {
            let sheet = meet::read(rx, &caller.actor, id, caller.now).map_err(told)?;
            Ok(MeetingOne { meeting: Meeting::of(sheet, caller.now) })
        })
        .await
}

/// The copy for outsiders, with what was taken out and why.
///
/// # Errors
/// 404 outside the caller's bodies.
pub async fn public(call: Call) -> Result<Done<PublicMinutes>, WebError> {
    let id = MeetingId(call.id()?);
    call.asker
        .read(move |rx, caller| {
            let sheet = meet::read(rx, &caller.actor, id, caller.now).map_err(told)?;
            let items = sheet.public_items().into_iter().map(Into::into).collect();
            let m = sheet.meeting;
            let came: std::collections::BTreeSet<SeatId> = m.stays.iter().map(|s| s.seat).collect();
            let held_at = m.opened_at.or(m.starts_at);
            Ok(PublicMinutes { held_at, sort: m.sort, came: came.len(), items })
        })
        .await
}

/// What the caller could do with a meeting now.
///
/// # Errors
/// 404 outside the caller's bodies.
pub async fn meeting_steps(call: Call) -> Result<Done<OpenMeetingSteps>, WebError> {
    let id = MeetingId(call.id()?);
    call.asker
        .read(move |rx, caller| {
            let sheet = meet::read(rx, &caller.actor, id, caller.now).map_err(told)?;
            let open = meeting::open_to(&caller.actor, &sheet, caller.now).into_iter();
            let step = |(code, item, label): (MeetingStepCode, Option<u32>, String)| OpenMeetingStep {
                step: code.code(),
                item,
                label,
                fields: open_fields(form::fields(code)),
            };
            Ok(OpenMeetingSteps { steps: open.map(step).collect(), version: sheet.meeting.version })
        })
        .await
}

/// Takes a step of a meeting.
///
/// # Errors
/// 404 outside the caller's bodies; 403; 409 with the reason's own code; 422.
pub async fn take(call: Call<Nothing, MeetingStepBody>) -> Result<Made<MeetingOne>, WebError> {
    let id = MeetingId(call.id()?);
    let said = call.body.0;
    let code = named(&said, "step", MeetingStepCode::from_code)?;
    if !form::taken_by_people().any(|known| known == code) {
        return Err(wrong("step", "이음이 스스로 적는 일입니다. openapi.json에 목록이 있습니다."));
    }
    call.asker
        .write(move |tx, caller| {
            let (actor, now) = (&caller.actor, caller.now);
            let sheet = meet::read(tx, actor, id, now).map_err(told)?;
            let meet = reader::from_json(code, said, &sheet, now).map_err(|e| unfit(&e))?;
            meet::take(tx, actor, id, meet, now).map_err(told)?;
            let sheet = meet::read(tx, actor, id, now).map_err(told)?;
            Ok(MeetingOne { meeting: Meeting::of(sheet, now) })
        })
        .await
}

/// 회피 by a member, or what the desk writes of another one: a report of kinship, a party's 기피 request.
///
/// # Errors
/// 404 outside the case; 403; 409 where the member is out already; 422.
pub async fn recuse(call: Call<Nothing, RecusalBody>) -> Result<Made<Acknowledged>, WebError> {
    let number = call.number();
    let said = call.body;
    call.asker
        .write(move |tx, caller| {
            let said =
                recusal::Said { seat: said.seat_id, ground: said.ground, why: said.why, clear: said.clear };
            recusal::said(tx, &caller.actor, &number, &said, caller.now).map_err(told)?;
            Ok(Acknowledged { ok: true })
        })
        .await
}

/// Tries of recused members to open a file: the chair's committee, or for a ward those of chairs.
///
/// # Errors
/// Database errors.
pub async fn attempts(call: Call) -> Result<Done<AttemptList>, WebError> {
    call.asker
        .read(|rx, caller| {
            let tried = committee::attempts(rx, &caller.actor, caller.now).map_err(told)?.into_iter();
            let attempts = tried.map(|t| Attempt {
                at: t.attempt.at.and_utc(),
                committee: t.committee,
                who: t.who,
                chair: t.chair,
            });
            Ok(AttemptList { attempts: attempts.collect() })
        })
        .await
}

/// Pledges confidentiality to every committee for which the caller works without a seat.
///
/// # Errors
/// 404 where there is nothing to pledge; 422.
pub async fn pledge(call: Call<Nothing, PledgeBody>) -> Result<Made<Pledged>, WebError> {
    if !call.body.agree {
        return Err(wrong("agree", "읽고 동의하면 true를 보내 주세요."));
    }
    call.asker
        .write(|tx, caller| {
            let committees = committee::pledge::sign(tx, &caller.actor, caller.now).map_err(told)?;
            Ok(Pledged { committees })
        })
        .await
}

/// The records of handed-over desks: the caller's desks', and their own.
///
/// # Errors
/// Database errors.
pub async fn handovers(call: Call) -> Result<Done<HandoverList>, WebError> {
    call.asker
        .read(|rx, caller| {
            let found = handover::list(rx, &caller.actor).map_err(told)?;
            Ok(HandoverList { handovers: found.into_iter().map(|s| s.record.into()).collect() })
        })
        .await
}

/// One record.
///
/// # Errors
/// 404 for whoever neither keeps the desk nor signs.
pub async fn handed_over(call: Call) -> Result<Done<HandoverOne>, WebError> {
    let id = HandoverId(call.id()?);
    call.asker
        .read(move |rx, caller| {
            let found = handover::read(rx, &caller.actor, id).map_err(told)?;
            Ok(HandoverOne { handover: found.record.into() })
        })
        .await
}

/// Writes a handover down with everything that waits at the desk now.
///
/// # Errors
/// 404 for a desk that is not the caller's; 422.
pub async fn hand_over(call: Call<Nothing, NewHandoverBody>) -> Result<Made<HandoverOne>, WebError> {
    let NewHandoverBody { body_id, taker_id, passed } = call.body;
    call.asker
        .write(move |tx, caller| {
            let (actor, now) = (&caller.actor, caller.now);
            let id = handover::begin(tx, actor, body_id, Some(taker_id), &passed, now).map_err(told)?;
            let found = handover::read(tx, actor, id).map_err(told)?;
            Ok(HandoverOne { handover: found.record.into() })
        })
        .await
}

/// Puts a signature under a record.
///
/// # Errors
/// 404; 403; 409 `signed`.
pub async fn sign_handover(call: Call<Nothing, HandoverSignBody>) -> Result<Made<Acknowledged>, WebError> {
    let id = HandoverId(call.id()?);
    let HandoverSignBody { taker, method } = call.body;
    call.asker
        .write(move |tx, caller| {
            handover::sign(tx, &caller.actor, id, taker, method, caller.now).map_err(told)?;
            Ok(Acknowledged { ok: true })
        })
        .await
}
