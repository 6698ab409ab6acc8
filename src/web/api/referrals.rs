//! 의뢰: what other bodies sent to the caller's own.
use super::call::{Call, Done, Nothing, told};
use super::shapes::case::Case;
use super::shapes::file::{PacketOne, PreviewBody, ReferralIn, ReferralPage};
use super::shapes::{PageQuery, page};
use crate::casework::packet::{self, Said};
use crate::domain::codes::Role;
use crate::store::{cases, projection};
use crate::web::error::WebError;

/// What exactly would go to a body, before it does; whose data it shows is recorded.
///
/// # Errors
/// 404 outside the scope; 403; 422 at `body` or `basis`, with the rule.
pub async fn preview(call: Call<Nothing, PreviewBody>) -> Result<Done<PacketOne>, WebError> {
    let (number, said) = (call.number(), call.body);
    call.asker
        .write(move |tx, c| {
            let about = Said { body: said.body, reason: &said.reason, basis: said.basis };
            let made =
                packet::preview(tx, &c.actor, &number, (about, None, None), &c.ip, c.now).map_err(told)?;
            Ok(PacketOne { packet: made.into() })
        })
        .await
}

/// What went along with a referral, byte for byte; the opening is recorded.
///
/// # Errors
/// 404 where there is none, or it is not for the caller.
pub async fn packet(call: Call) -> Result<Done<PacketOne>, WebError> {
    let (number, seq) = (call.number(), call.id()?);
    call.asker
        .write(move |tx, c| {
            let opened = packet::opened(tx, &c.actor, (&number, seq), &c.ip, c.now).map_err(told)?;
            Ok(PacketOne { packet: opened.into() })
        })
        .await
}

/// Referrals that are read at most.
const MOST: i64 = 2000;

/// The inbox of a coordinator or a dong's officer, newest first; no party is shown.
///
/// # Errors
/// 403 for people of other roles.
pub async fn list(call: Call<PageQuery>) -> Result<Done<ReferralPage>, WebError> {
    let query = call.query;
    call.asker
        .read(move |rx, caller| {
            let bodies = [caller.actor.bodies(Role::Coordinator), caller.actor.bodies(Role::Dong)].concat();
            if bodies.is_empty() {
                return Err(WebError::denied());
            }
            let all = projection::referrals_to(rx, &bodies, MOST)?;
            let key = |r: &projection::ReferralRow| {
                format!("{}-{}", r.sent_at.and_utc().timestamp_micros(), r.case_id.0)
            };
            let (shown, meta) = page(all, &query, key)?;
            let ids: Vec<_> = shown.iter().map(|r| r.case_id).collect();
            let heads = cases::heads(rx, &ids)?;
            let referral = |r: projection::ReferralRow| {
                let head = heads.iter().find(|h| h.id == r.case_id)?.clone();
                Some(ReferralIn {
                    seq: r.seq,
                    from_id: r.from_id,
                    state: r.state,
                    sent_at: r.sent_at.and_utc(),
                    case: Case::from(head),
                })
            };
            Ok(ReferralPage { referrals: shown.into_iter().filter_map(referral).collect(), meta })
        })
        .await
}
