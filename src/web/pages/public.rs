//! Pages that anyone may read.
use crate::web::error::WebError;
use crate::web::guard::Who;
use crate::web::parts::Page;
use crate::web::state::State;
use actix_web::HttpResponse;
use actix_web::web::Data;
use serde::Serialize;

#[derive(Serialize)]
struct Plain {
    page: Page,
}

fn plain(state: &State, who: &Who, title: &str, bare: bool) -> Plain {
    Plain { page: Page { index: true, bare, ..state.frame(who, title) } }
}

/// What Ieum is, and where to begin.
///
/// # Errors
/// Template errors.
pub async fn home(state: Data<State>, who: Who) -> Result<HttpResponse, WebError> {
    state.page("pages/public/home", &plain(&state, &who, "층간소음 조정", true))
}

/// 도움말.
///
/// # Errors
/// Template errors.
pub async fn help(state: Data<State>, who: Who) -> Result<HttpResponse, WebError> {
    state.page("pages/public/help", &plain(&state, &who, "도움말", false))
}

/// 개인정보 처리방침.
///
/// # Errors
/// Template errors.
pub async fn privacy(state: Data<State>, who: Who) -> Result<HttpResponse, WebError> {
    state.page("pages/public/privacy", &plain(&state, &who, "개인정보 처리방침", false))
}
