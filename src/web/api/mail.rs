//! Mail as a system, for the operator; and the answers that came by mail, for those who handle the case.
use super::call::{Call, Done, Nothing, told};
use super::shapes::file::Acknowledged;
use super::shapes::mail::*;
use crate::casework::inbox;
use crate::domain::ids::InboundId;
use crate::web::error::WebError;

/// How mail stands.
///
/// # Errors
/// 403 for others than operators.
pub async fn health(call: Call) -> Result<Done<MailHealth>, WebError> {
    call.asker
        .read(|rx, caller| Ok(inbox::standing(rx, &caller.actor, caller.now).map_err(told)?.into()))
        .await
}

/// Holds all mail back, or lets it leave again.
///
/// # Errors
/// 403 for others than operators.
pub async fn hold(call: Call<Nothing, Hold>) -> Result<Done<Acknowledged>, WebError> {
    let held = call.body.held;
    call.asker
        .write(move |tx, caller| {
            inbox::hold(tx, &caller.actor, held, caller.now).map_err(told)?;
            Ok(Acknowledged { ok: true })
        })
        .await
}

/// Puts a mail that could not be placed into a case, or throws it away.
///
/// # Errors
/// 403 for others than operators; 404 for a mail that does not wait; 422 for an unknown case.
pub async fn decide(call: Call<Nothing, Decide>) -> Result<Done<Acknowledged>, WebError> {
    let (id, number) = (InboundId(call.id()?), call.body.number);
    call.asker
        .write(move |tx, caller| {
            match number {
                Some(number) => inbox::place(tx, &caller.actor, id, &number, caller.now),
                None => inbox::throw_away(tx, &caller.actor, id, caller.now),
            }
            .map_err(told)?;
            Ok(Acknowledged { ok: true })
        })
        .await
}

/// The answers that came by mail about a case.
///
/// # Errors
/// 404 for people who may not see whom to telephone.
pub async fn replies(call: Call) -> Result<Done<ReplyList>, WebError> {
    let number = call.number();
    call.asker
        .read(move |rx, caller| {
            let received = inbox::of_case(rx, &caller.actor, &number).map_err(told)?;
            Ok(ReplyList { replies: received.into_iter().map(Into::into).collect() })
        })
        .await
}

/// One of them with its words; the opening is recorded.
///
/// # Errors
/// As `replies`; 404 too where the words were destroyed or the side is not the caller's to know.
pub async fn reply(call: Call) -> Result<Done<ReplyOne>, WebError> {
    let (number, id) = (call.number(), InboundId(call.id()?));
    call.asker
        .open(number, "reply", String::new(), move |rx, caller, number| {
            let (received, said, side) = inbox::read(rx, &caller.actor, number, id).map_err(told)?;
            Ok(ReplyOne::of(received, said, side))
        })
        .await
}

/// It was read.
///
/// # Errors
/// As `replies`.
pub async fn reply_read(call: Call) -> Result<Done<Acknowledged>, WebError> {
    let (number, id) = (call.number(), InboundId(call.id()?));
    call.asker
        .write(move |tx, caller| {
            inbox::done(tx, &caller.actor, &number, id, caller.now).map_err(told)?;
            Ok(Acknowledged { ok: true })
        })
        .await
}
