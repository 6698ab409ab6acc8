//! What a ward sees case by case: pseudonyms, and the cases that wait there for their 단지.
use super::call::{Call, Caller, Done};
use super::shapes::ward::{Unplaced, UnplacedPage, WardCase, WardCasePage, WardQuery};
use super::shapes::{PageQuery, page};
use crate::casework::figures::{self, Pseudonymous};
use crate::domain::codes::Role;
use crate::domain::ids::BodyId;
use crate::store::bodies;
use crate::store::cases::{self, Head};
use crate::web::error::WebError;

/// Cases that are read at most.
const MOST: i64 = 5000;

fn wards(caller: &Caller) -> Result<Vec<BodyId>, WebError> {
    let wards = caller.actor.bodies(Role::Ward);
    if wards.is_empty() { Err(WebError::denied()) } else { Ok(wards) }
}

/// The ward's cases under pseudonyms, newest first.
///
/// # Errors
/// 403 for people of other roles; 422 for a page that there is not.
pub async fn cases(call: Call<WardQuery>) -> Result<Done<WardCasePage>, WebError> {
    let q = call.query;
    call.asker
        .read(move |rx, caller| {
            let Some(first) = wards(caller)?.first().copied() else { return Err(WebError::denied()) };
            let ward = bodies::find(rx, first)?;
            let (open, dong) = (q.open.unwrap_or(true), q.dong_code.as_deref());
            let all = figures::pseudonymous(rx, &ward.ward_code, dong, open, 0, MOST)?;
            let key = |c: &Pseudonymous| format!("{}-{}", c.received_at.timestamp_micros(), c.pseudonym);
            let (shown, meta) = page(all, &PageQuery { limit: q.limit, after: q.after }, key)?;
            Ok(WardCasePage { cases: shown.into_iter().map(WardCase::from).collect(), meta })
        })
        .await
}

/// The cases without a known 단지 that wait for the ward to send them on, oldest first. No party is shown; what can be done
/// is at `/cases/{number}/steps`.
///
/// # Errors
/// As `cases`.
pub async fn unplaced(call: Call<PageQuery>) -> Result<Done<UnplacedPage>, WebError> {
    let query = call.query;
    call.asker
        .read(move |rx, caller| {
            let all = cases::at_ward(rx, &wards(caller)?, MOST)?;
            let (shown, meta) = page(all, &query, |h: &Head| h.number.clone())?;
            Ok(UnplacedPage { cases: shown.into_iter().map(Unplaced::from).collect(), meta })
        })
        .await
}
