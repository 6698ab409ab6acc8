//! 저장한 보기: filters of pages under a person's own names: kept, opened, deleted.
use super::sheet::{Sheet, errors_of};
use crate::casework::views;
use crate::domain::view::{Kind, NAME_MAX};
use crate::web::error::WebError;
use crate::web::field::{Errors, Field};
use crate::web::guard::Who;
use crate::web::parts::{Flash, Link, Page, Summary};
use crate::web::posted::Posted;
use crate::web::state::{State, see_other};
use crate::web::typed::Typed;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;

/// `pages/account/views`.
#[derive(Serialize)]
struct Shown {
    page: Page,
    views: Vec<One>,
}

#[derive(Serialize)]
struct One {
    id: i64,
    name: String,
    href: String,
    place: &'static str,
}

/// The link by which the filter that is on can be kept.
#[must_use]
pub(super) fn keep_link(key: &str, query: &str) -> Link {
    let query = if query.is_empty() { String::new() } else { format!("&{query}") };
    Link::new(format!("/views/new?page={key}{query}"), "이 보기 저장")
}

/// The person's views.
///
/// # Errors
/// Database and template errors.
pub async fn list(state: Data<State>, who: Who) -> Result<HttpResponse, WebError> {
    let user = who.user()?;
    let all = state.db.read(move |rx| views::list(rx, user)).await?;
    let views = all.into_iter().map(|(view, kind)| One {
        id: view.id,
        href: kind.address(&view.query),
        name: view.name,
        place: kind.label,
    });
    let page =
        Page { back: Some(Link::new(who.home(), "처음으로")), ..state.frame(&who, "저장한 보기") };
    state.page("pages/account/views", &Shown { page, views: views.collect() })
}

/// Which page's filter the address names.
fn asked(req: &HttpRequest) -> Result<(Kind, String), WebError> {
    let typed = Typed::from_body(req.query_string().as_bytes());
    let kind = Kind::of(typed.get("page")).ok_or_else(WebError::not_found)?;
    Ok((kind, kind.query(|name| typed.get(name))))
}

fn sheet(
    state: &State,
    who: &Who,
    (kind, query): (Kind, &str),
    (typed, errors): (&Typed, &Errors),
) -> Result<HttpResponse, WebError> {
    let address = kind.address(query);
    let action = keep_link(kind.key, query).href;
    let name = Field::text("name", "이름").max(u32::try_from(NAME_MAX).unwrap_or(0)).autocomplete("off");
    let name = name.help("나만 봅니다. 사람 이름이나 동·호는 적지 마세요.");
    let told = if query.is_empty() { "조건 없음".to_owned() } else { query.replace('&', ", ") };
    Sheet::new(state.frame(who, "보기 저장"), &action, "저장하기")
        .facts(Summary::default().row("어디", kind.label).row("조건", told))
        .cancel(&address, "그만두기")
        .typed(vec![name], typed, errors)
        .show(state)
}

/// The form that keeps a filter.
///
/// # Errors
/// 404 for a page whose filter cannot be kept.
pub async fn form(state: Data<State>, who: Who, req: HttpRequest) -> Result<HttpResponse, WebError> {
    let (kind, query) = asked(&req)?;
    sheet(&state, &who, (kind, &query), (&Typed::default(), &Errors::default()))
}

/// Keeps it.
///
/// # Errors
/// As [`form`].
pub async fn keep(
    state: Data<State>,
    who: Who,
    req: HttpRequest,
    Posted(typed): Posted,
) -> Result<HttpResponse, WebError> {
    let (user, now, (kind, query)) = (who.user()?, state.now(), asked(&req)?);
    let (name, kept) = (typed.get("name").to_owned(), query.clone());
    match state.db.write(move |tx| views::keep(tx, user, (kind, &kept, &name), now)).await {
        Ok(_) => Ok(see_other("/views", Some(&Flash::ok("보기를 저장했습니다.")))),
        Err(e) => sheet(&state, &who, (kind, &query), (&typed, &errors_of(e)?)),
    }
}

/// Deletes one.
///
/// # Errors
/// 404 where it is not theirs.
pub async fn remove(
    state: Data<State>,
    who: Who,
    id: Path<i64>,
    Posted(_): Posted,
) -> Result<HttpResponse, WebError> {
    let (user, id) = (who.user()?, id.into_inner());
    state.db.write(move |tx| views::remove(tx, user, id)).await?;
    Ok(see_other("/views", Some(&Flash::ok("보기를 지웠습니다."))))
}
