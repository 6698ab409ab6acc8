//! One's own saved views.
use super::call::{Call, Done, Made, Nothing, told};
use super::shapes::file::Acknowledged;
use super::shapes::views::*;
use super::shapes::wrong;
use crate::casework::views;
use crate::domain::view::Kind;
use crate::web::error::WebError;

/// The caller's saved views, oldest first.
///
/// # Errors
/// `bad_token`.
pub async fn list(call: Call) -> Result<Done<ViewList>, WebError> {
    call.asker
        .read(|rx, caller| {
            let all = views::list(rx, caller.user()?)?;
            Ok(ViewList { views: all.into_iter().map(ViewOne::from).collect() })
        })
        .await
}

/// Keeps a page's filter under a name.
///
/// # Errors
/// 422 for a page whose filter cannot be kept, a name that is none or in use, or too many views.
pub async fn keep(call: Call<Nothing, ViewForm>) -> Result<Made<ViewMade>, WebError> {
    let form = call.body;
    let kind = Kind::of(&form.page)
        .ok_or_else(|| wrong("page", "조건을 저장할 수 있는 화면의 이름을 보내 주세요."))?;
    let query = kind.query(|name| form.filter.get(name).map_or("", String::as_str));
    call.asker
        .write(move |tx, caller| {
            let asked = (kind, query.as_str(), form.name.as_str());
            let id = views::keep(tx, caller.user()?, asked, caller.now).map_err(told)?;
            Ok(ViewMade { id })
        })
        .await
}

/// Deletes one of the caller's views.
///
/// # Errors
/// 404 when it is not theirs.
pub async fn remove(call: Call) -> Result<Done<Acknowledged>, WebError> {
    let id = call.id()?;
    call.asker
        .write(move |tx, caller| {
            views::remove(tx, caller.user()?, id).map_err(told)?;
            Ok(Acknowledged { ok: true })
        })
        .await
}
