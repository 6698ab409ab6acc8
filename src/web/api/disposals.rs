//! 파기대장: what waits to be destroyed and what was.
use super::call::{Call, Done, told};
use super::shapes::disposal::{Disposal, DisposalPage};
use super::shapes::file::Acknowledged;
use super::shapes::{PageQuery, page};
use crate::casework::keeping;
use crate::store::disposals::{self, Line};
use crate::web::error::WebError;
use crate::web::pages::disposals::reach;

/// Lines that are read at most.
const MOST: i64 = 2000;

/// The register of the caller's bodies, newest first; the operator's is of what belongs to no case.
///
/// # Errors
/// 403 for people of other roles.
pub async fn list(call: Call<PageQuery>) -> Result<Done<DisposalPage>, WebError> {
    let query = call.query;
    call.asker
        .read(move |rx, caller| {
            let (bodies, house) = reach(&caller.actor).ok_or_else(WebError::denied)?;
            let all = disposals::list(rx, &bodies, house, None, MOST)?;
            let (shown, meta) = page(all, &query, |(d, _, _): &Line| d.id.to_string())?;
            Ok(DisposalPage { disposals: shown.into_iter().map(Disposal::from).collect(), meta })
        })
        .await
}

/// Approves what waits, at the desk of the body that holds the case.
///
/// # Errors
/// 404 for what somebody else answers for, 409 when it was approved meanwhile.
pub async fn approve(call: Call) -> Result<Done<Acknowledged>, WebError> {
    let id = call.id()?;
    call.asker
        .write(move |tx, caller| {
            keeping::approve(tx, &caller.actor, id, caller.now).map_err(told)?;
            Ok(Acknowledged { ok: true })
        })
        .await
}
