//! What a ward sees case by case: pseudonyms. (What waits there to be sent on is `waiting`.)
use super::call::{Call, Done};
use super::shapes::ward::{WardCase, WardCasePage, WardQuery};
use super::shapes::{Meta, bad_after, limit};
use crate::casework::figures;
use crate::domain::codes::Role;
use crate::store::bodies;
use crate::web::error::WebError;

/// The ward's cases under pseudonyms, newest first.
///
/// # Errors
/// 403 for people of other roles; 422 for a page that there is not.
pub async fn cases(call: Call<WardQuery>) -> Result<Done<WardCasePage>, WebError> {
    let q = call.query;
    call.asker
        .read(move |rx, caller| {
            let own = caller.actor.bodies(Role::Ward).first().copied().ok_or_else(WebError::denied)?;
            let ward = bodies::find(rx, own)?;
            let (open, dong) = (q.open.unwrap_or(true), q.dong_code.as_deref());
            let (limit, after) = (limit(q.limit)?, q.after.as_deref());
            let page = figures::pseudonymous(rx, &ward.ward_code, dong, open, after, limit)?;
            let (shown, next) = page.ok_or_else(bad_after)?;
            Ok(WardCasePage { cases: shown.into_iter().map(WardCase::from).collect(), meta: Meta { next } })
        })
        .await
}
