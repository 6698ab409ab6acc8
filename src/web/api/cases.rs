//! Cases: listing, finding, the cheap summary.
use super::call::{Call, Done, Nothing};
use super::shapes::case::{Case, CaseOne, CasePage, CaseQuery, SearchBody};
use super::shapes::{Meta, bad_after, limit, wrong};
use crate::domain::ids::CaseId;
use crate::store::cases::{self, Filter, Head};
use crate::store::search;
use crate::web::error::WebError;
use chrono::{DateTime, Utc};

/// One page of the cases that the caller can see.
///
/// # Errors
/// 422 for a filter that does not fit.
pub async fn list(call: Call<CaseQuery>) -> Result<Done<CasePage>, WebError> {
    let q = call.query;
    let (limit, after) = (limit(q.limit)?, q.after.as_deref().map(read_after).transpose()?);
    let filter = Filter {
        stage: q.stage,
        open: q.open,
        complex: q.complex_id,
        cause: q.cause,
        due_before: q.due_before,
        after,
        ..Filter::default()
    };
    call.asker
        .glance(move |rx, caller| {
            let heads = cases::page(rx, &caller.actor.scope(), &filter, limit + 1)?;
            Ok(paged(heads, limit))
        })
        .await
}

/// One case, without personal data and without opening its history.
///
/// # Errors
/// 404 outside the scope.
pub async fn show(call: Call) -> Result<Done<CaseOne>, WebError> {
    let number = call.number();
    call.asker
        .glance(move |rx, caller| {
            Ok(CaseOne { case: cases::head(rx, &caller.actor.scope(), &number)?.into() })
        })
        .await
}

/// The visible cases that a name, a door, a telephone or a number finds. A POST, as personal data never stands in an address.
///
/// # Errors
/// 422 for an empty search.
pub async fn search(call: Call<Nothing, SearchBody>) -> Result<Done<CasePage>, WebError> {
    let SearchBody { q, limit: asked, after } = call.body;
    let (limit, after) = (limit(asked)?, after.as_deref().map(read_after).transpose()?);
    if q.trim().is_empty() || q.chars().count() > 100 {
        return Err(wrong("q", "찾을 말을 100자 안으로 적어 주세요."));
    }
    call.asker
        .read(move |rx, caller| {
            let scope = caller.actor.scope();
            let among = Some(search::find(rx, &caller.actor, &q)?);
            let heads = cases::page(rx, &scope, &Filter { among, after, ..Filter::default() }, limit + 1)?;
            Ok(paged(heads, limit))
        })
        .await
}

/// Cuts the one entry too many off, which only says that there is more.
fn paged(mut heads: Vec<Head>, limit: i64) -> CasePage {
    let limit = usize::try_from(limit).unwrap_or(1);
    let more = heads.len() > limit;
    heads.truncate(limit);
    let next = heads.last().filter(|_| more).map(written_after);
    CasePage { cases: heads.into_iter().map(Case::from).collect(), meta: Meta { next } }
}

/// Where the next page begins: `MICROSECONDS-ID` of the last entry.
fn written_after(last: &Head) -> String {
    format!("{}-{}", last.received_at.and_utc().timestamp_micros(), last.id.0)
}

fn read_after(text: &str) -> Result<(DateTime<Utc>, CaseId), WebError> {
    let parts = text.rsplit_once('-').and_then(|(at, id)| Some((at.parse().ok()?, id.parse().ok()?)));
    let (at, id) = parts.ok_or_else(bad_after)?;
    Ok((DateTime::from_timestamp_micros(at).ok_or_else(bad_after)?, CaseId(id)))
}
