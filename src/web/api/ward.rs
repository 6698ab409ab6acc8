//! What a ward sees case by case: pseudonyms. (What waits there to be sent on is `waiting`.)
use super::call::{Call, Done, Made, told};
use super::shapes::ward::{CommitteeBoard, CommitteeLine, Reminded, WardCase, WardCasePage, WardQuery};
use super::shapes::{Meta, bad_after, limit};
use crate::casework::{compliance, figures};
use crate::domain::codes::Role;
use crate::domain::ids::ComplexId;
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
            let page = figures::pseudonymous(rx, &ward.ward_code, dong, open, after, limit, caller.now)?;
            let (shown, next) = page.ok_or_else(bad_after)?;
            Ok(WardCasePage { cases: shown.into_iter().map(WardCase::from).collect(), meta: Meta { next } })
        })
        .await
}

/// Reminds a 단지 of what its committee lacks, by mail to the committee's chair and 간사, once a day.
///
/// # Errors
/// 403 for people of other roles; 404 for a 단지 elsewhere or one that lacks nothing; 409 `reminded`, `nobody_to_mail`.
pub async fn remind(call: Call) -> Result<Made<Reminded>, WebError> {
    let id = ComplexId(call.id()?);
    call.asker
        .write(move |tx, caller| {
            let mails = compliance::remind(tx, &caller.actor, id, caller.now).map_err(told)?;
            Ok(Reminded { mails })
        })
        .await
}

/// The ward's board of committees: every 단지 with what it has and lacks.
///
/// # Errors
/// 403 for people of other roles.
pub async fn committees(call: Call) -> Result<Done<CommitteeBoard>, WebError> {
    call.asker
        .read(move |rx, caller| {
            let own = caller.actor.bodies(Role::Ward).first().copied().ok_or_else(WebError::denied)?;
            let ward = bodies::find(rx, own)?;
            let lines = compliance::board(rx, &ward.ward_code, caller.now).map_err(WebError::from)?;
            Ok(CommitteeBoard { committees: lines.into_iter().map(CommitteeLine::from).collect() })
        })
        .await
}
