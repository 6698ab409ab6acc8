//! The page of a refusal or failure: what happened, what to do.
use crate::web::error::WebError;
use crate::web::guard::Who;
use crate::web::parts::{Link, Page};
use crate::web::state::State;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use serde::Serialize;

#[derive(Serialize)]
struct Context {
    page: Page,
    text: String,
    todo: Vec<String>,
    action: Option<Link>,
    request_id: Option<String>,
}

/// The page. A failure to render it leaves a plain sentence.
#[must_use]
pub fn page(state: &State, who: &Who, error: &WebError) -> HttpResponse {
    let title = match error.status {
        StatusCode::NOT_FOUND => "찾으시는 것이 없습니다",
        StatusCode::FORBIDDEN => "할 수 없는 일입니다",
        StatusCode::CONFLICT => "지금은 할 수 없습니다",
        StatusCode::TOO_MANY_REQUESTS => "잠시 뒤에 다시 해 주세요",
        StatusCode::UNPROCESSABLE_ENTITY | StatusCode::BAD_REQUEST => "내용을 확인해 주세요",
        s if s.is_server_error() => "처리하지 못했습니다",
        _ => "다시 해 주세요",
    };
    let todo = error.fields.iter().map(|(_, sentence)| sentence.clone()).collect();
    let action = who.login.as_ref().map(|_| Link::new(who.home(), "내가 할 일로"));
    let page = Page { error: true, ..state.frame(who, title) };
    let context = Context { page, text: error.sentence.clone(), todo, action, request_id: None };
    match state.page_with(error.status, "pages/error", &context) {
        Ok(answer) => answer,
        Err(_) => HttpResponse::build(error.status)
            .content_type("text/plain; charset=utf-8")
            .body(error.sentence.clone()),
    }
}
