//! 내가 할 일.
use super::call::{Call, Done};
use super::shapes::case::{Duty, DutyPage};
use super::shapes::{PageQuery, page};
use crate::store::{cases, projection};
use crate::web::error::WebError;

/// Most duties that one person's list reads.
const DUTIES: i64 = 5000;

/// The duties of the caller's desks and their own, the most urgent first.
///
/// # Errors
/// 422 for a page that there is not.
pub async fn list(call: Call<PageQuery>) -> Result<Done<DutyPage>, WebError> {
    let query = call.query;
    call.asker
        .read(move |rx, caller| {
            let all = projection::duties_of(rx, &caller.actor.desks(), caller.user()?, DUTIES)?;
            let (shown, meta) = page(all, &query, |d| d.id.to_string())?;
            let ids: Vec<_> = shown.iter().filter_map(|d| d.case_id).collect();
            let heads = cases::heads(rx, &ids)?;
            let number = |id| heads.iter().find(|h| Some(h.id) == id).map(|h| h.number.clone());
            let duties = shown.into_iter().map(|d| {
                let case = number(d.case_id);
                Duty::of(d, case)
            });
            Ok(DutyPage { duties: duties.collect(), meta })
        })
        .await
}
