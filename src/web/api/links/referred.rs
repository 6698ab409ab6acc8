//! What a body whose people have no account says about its referral, by the link in its mail.
use super::{DONE, blank, device, told_to_party};
use crate::casework::CaseworkError;
use crate::casework::referred;
use crate::domain::codes::ReturnReason;
use crate::domain::step::StepCode;
use crate::store::Rx;
use crate::web::api::call::{Call, Done, Made, Nothing};
use crate::web::api::shapes::file::{Acknowledged, PacketOne};
use crate::web::api::shapes::link::*;
use crate::web::api::shapes::wrong;
use crate::web::error::WebError;
use crate::web::pages::referrals::STEPS;
use crate::web::steps;
use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};

/// What the link's page shows.
pub(super) fn shown(
    rx: &mut Rx<'_>,
    token: &str,
    device: &str,
    now: DateTime<Utc>,
) -> Result<Link, WebError> {
    let asked = referred::open(rx, token, device, now).map_err(told_to_party)?;
    let referral = &asked.referral;
    let open = asked.case.open_to(&asked.actor);
    let may = |step: &StepCode| open.contains(step) && asked.actor.may_answer(*step, referral, &asked.case);
    let mut shown = blank(&asked.link);
    shown.referral = Some(Referred {
        body: asked.body.name,
        from: asked.from,
        sent_at: referral.sent_at,
        state: referral.state,
        effect: referral.effect(),
        their_number: referral.their_number.clone(),
        packet: asked.reads_packet && asked.open_until.is_some(),
        steps: STEPS.into_iter().filter(may).map(StepCode::code).collect(),
    });
    shown.open = referral.is_open();
    shown.number = Some(asked.case.number.clone());
    shown.cause = Some(asked.case.intake.cause);
    shown.dong = Some(asked.dong);
    shown.answer_by = referral.waits().then_some(referral.due);
    if let Some((name, phone)) = asked.holder {
        (shown.holder, shown.holder_phone) = (Some(name), Some(phone));
    }
    Ok(shown)
}

/// The step as the house takes it from everybody, about the link's own referral.
fn body(said: &ReferredBody, seq: i64) -> Value {
    let mut body = Map::new();
    body.insert("referral".to_owned(), json!(seq));
    let texts = [
        ("their_number", &said.their_number),
        ("note", &said.note),
        ("text", &said.text),
        ("result", &said.result),
    ];
    let given = texts.into_iter().filter(|(_, text)| !text.is_empty());
    body.extend(given.map(|(name, text)| (name.to_owned(), json!(text))));
    body.extend(said.reason.map(|reason| ("reason".to_owned(), json!(ReturnReason::code(reason)))));
    Value::Object(body)
}

/// A body takes a referral, tells how it goes or what came of it, or sends it back.
///
/// # Errors
/// 409 where the referral does not allow it now; 422.
pub async fn answer_referral(call: Call<Nothing, ReferredBody>) -> Result<Made<Acknowledged>, WebError> {
    let said = call.body;
    let step = STEPS.into_iter().find(|step| step.code() == said.step);
    let step =
        step.ok_or_else(|| wrong("step", "맡기, 돌려보내기, 경과, 결과 가운데 하나를 보내 주세요."))?;
    call.asker
        .write_openly(move |tx, c| {
            let seq = referred::about(tx, &said.token, c.now).map_err(told_to_party)?;
            let step = steps::from_json(step, body(&said, seq)).map_err(|e| super::at_members(&e, &[]))?.step;
            referred::answer(tx, &said.token, step.into(), c.now).map_err(|e| match e {
                CaseworkError::Invalid(_) => e.into(),
                e => told_to_party(e),
            })?;
            Ok(Ok(DONE))
        })
        .await
}

/// The 의뢰서, byte for byte, to a device that a ten-minute code has opened; the opening is recorded.
///
/// # Errors
/// 404 where there is none to read, or the code was not typed.
pub async fn packet(call: Call<Nothing, LinkBody>) -> Result<Done<PacketOne>, WebError> {
    let LinkBody { token, device: given } = call.body;
    let device = device(Some(given.as_deref().unwrap_or_default()))?;
    call.asker
        .write_openly(move |tx, c| {
            let read = referred::packet(tx, &token, (&device, &c.ip), c.now).map_err(told_to_party)?;
            Ok(Ok(PacketOne { packet: read.into() }))
        })
        .await
}
