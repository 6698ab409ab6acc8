//! The ward's turn: what waits to be sent on, and sending it.
use super::call::{Call, Done, Made, Nothing, told};
use super::shapes::waiting::{SendBody, SentOn, Waiting, WaitingPage};
use super::shapes::{PageQuery, page, wrong};
use crate::casework::send_on;
use crate::domain::{seoul, text};
use crate::web::error::WebError;

/// The cases that wait with the caller's ward, the oldest first.
///
/// # Errors
/// 403 for people of no ward; 422 for a page that there is not.
pub async fn list(call: Call<PageQuery>) -> Result<Done<WaitingPage>, WebError> {
    let query = call.query;
    call.asker
        .read(move |rx, caller| {
            let all = send_on::waiting(rx, &caller.actor).map_err(told)?;
            let (shown, meta) = page(all, &query, |(head, _)| head.number.clone())?;
            let waiting = shown.into_iter().map(|(head, complex)| Waiting {
                number: head.number,
                complex,
                placed: head.complex_id.is_some(),
                received_on: seoul::day(head.received_at.and_utc()),
                due_at: head.next_due.map(|at| at.and_utc()),
                version: head.version,
            });
            Ok(WaitingPage { waiting: waiting.collect(), meta })
        })
        .await
}

/// Sends one on.
///
/// # Errors
/// 404 for what does not wait with the caller's ward; 409 `conflict` when somebody sent it on first; 422.
pub async fn send(call: Call<Nothing, SendBody>) -> Result<Made<SentOn>, WebError> {
    let (number, body) = (call.number(), call.body.clone());
    let reason = text::free(&body.reason, 200).map_err(|why| wrong("reason", &why))?;
    call.asker
        .write(move |tx, caller| {
            let to = body.to.into();
            let taken = send_on::send_on(tx, &caller.actor, &number, to, &reason, body.version, caller.now);
            let case = taken.map_err(told)?.case;
            Ok(SentOn { waits: case.waits_with_ward(), version: case.version, number: case.number })
        })
        .await
}
