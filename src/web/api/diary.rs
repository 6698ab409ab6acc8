//! 소음일지: what the applicant heard, noted by their link or copied at a desk.
use super::call::{Call, Done, Made, Nothing, told};
use super::links::{device, told_to_party};
use super::shapes::diary::*;
use super::shapes::file::Acknowledged;
use super::shapes::wrong;
use crate::casework::{CaseworkError, diary, open};
use crate::domain::codes::Side;
use crate::domain::diary::{Heard, MINUTES_MAX, NOTE_MAX, moment};
use crate::domain::permission::View;
use crate::domain::text;
use crate::store::StoreError;
use crate::store::diary::Entry;
use crate::web::error::WebError;
use chrono::{DateTime, Utc};

const DONE: Acknowledged = Acknowledged { ok: true };

fn heard(body: &HeardBody, now: DateTime<Utc>) -> Result<Heard, WebError> {
    let at = moment(body.at, now).map_err(|why| wrong("at", why))?;
    let note = text::free(&body.note, NOTE_MAX).map_err(|why| wrong("note", &why))?;
    if !(1..=MINUTES_MAX).contains(&body.minutes) {
        return Err(wrong("minutes", "1분부터 720분까지 적어 주세요."));
    }
    Ok(Heard { at, minutes: body.minutes, kind: body.kind, felt: body.felt, note })
}

/// What was noted in a case, newest first; the opening is recorded.
///
/// # Errors
/// 404 outside the scope and for people who may not know the applicant.
pub async fn list(call: Call) -> Result<Done<DiaryList>, WebError> {
    let number = call.number();
    call.asker
        .open(number, "diary", String::new(), |rx, caller, number| {
            let file = open::read(rx, &caller.actor, number).map_err(told)?;
            let reads = file.view == View::File && caller.actor.reads_evidence(Side::Applicant, &file.case);
            if !reads {
                return Err(WebError::not_found());
            }
            let entries = diary::list(rx, &caller.actor, &file.case)?;
            let one = |entry: Entry| DiaryOne {
                id: entry.id,
                at: entry.heard.at,
                minutes: entry.heard.minutes,
                kind: entry.heard.kind,
                felt: entry.heard.felt,
                note: entry.heard.note,
                by_role: entry.by_role,
                noted_at: entry.noted_at,
            };
            Ok(DiaryList { entries: entries.into_iter().map(one).collect() })
        })
        .await
}

/// Copies something heard from the applicant's paper.
///
/// # Errors
/// 404 for people who may not; 422.
pub async fn copy(call: Call<Nothing, HeardBody>) -> Result<Made<Acknowledged>, WebError> {
    let number = call.number();
    let body = call.body;
    call.asker
        .write(move |tx, c| {
            let heard = heard(&body, c.now)?;
            diary::note(tx, &c.actor, &number, &heard, c.now).map_err(told)?;
            Ok(DONE)
        })
        .await
}

/// Strikes out what a desk copied.
///
/// # Errors
/// 404 where there is none, or it is not the caller's kind's.
pub async fn strike(call: Call) -> Result<Done<Acknowledged>, WebError> {
    let (number, id) = (call.number(), call.id()?);
    call.asker
        .write(move |tx, c| {
            diary::strike(tx, &c.actor, (&number, id)).map_err(told)?;
            Ok(DONE)
        })
        .await
}

/// The applicant notes something heard, by the link alone.
///
/// # Errors
/// 404 for a token that is not the applicant's; 409 once the case is closed; 410; 422.
pub async fn note(call: Call<Nothing, HeardLinkBody>) -> Result<Made<Acknowledged>, WebError> {
    let body = call.body;
    call.asker
        .write_openly(move |tx, c| {
            let at = diary::at_link(tx, &body.token, "", c.now).map_err(told_to_party)?;
            let heard = heard(&body.heard(), c.now)?;
            diary::note(tx, &at.actor, &at.case.number, &heard, c.now).map_err(|e| match e {
                CaseworkError::Invalid(_) => e.into(),
                e => told_to_party(e),
            })?;
            Ok(Ok(DONE))
        })
        .await
}

/// The applicant strikes an entry out, on a device that a ten-minute code has opened.
///
/// # Errors
/// 404 where there is none, or no code was typed.
pub async fn strike_own(call: Call<Nothing, StrikeLinkBody>) -> Result<Done<Acknowledged>, WebError> {
    let body = call.body;
    let device = device(Some(&body.device))?;
    call.asker
        .write_openly(move |tx, c| {
            let at = diary::at_link(tx, &body.token, &device, c.now).map_err(told_to_party)?;
            if !at.reads {
                return Err(StoreError::NotFound.into());
            }
            diary::strike(tx, &at.actor, (&at.case.number, body.id)).map_err(told_to_party)?;
            Ok(Ok(DONE))
        })
        .await
}
