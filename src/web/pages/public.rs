//! Pages that anyone may read.
use super::guides::{GUIDES, Guide, controllers};
use super::ward::figures::outcome_table;
use crate::web::error::WebError;
use crate::web::guard::Who;
use crate::web::parts::{FigureTable, Link, Page};
use crate::web::state::State;
use actix_web::HttpResponse;
use actix_web::web::Data;
use serde::Serialize;

/// A body that helps by telephone.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Number {
    pub name: &'static str,
    pub note: &'static str,
    pub number: &'static str,
}

/// Other bodies' numbers, as published in 2026. 112 stands apart, on every page.
pub const NUMBERS: [Number; 4] = [
    Number { name: "층간소음 이웃사이센터", note: "상담·현장 측정", number: "1661-2642" },
    Number { name: "서울시 다산콜센터", note: "층간소음 상담실 연결", number: "120" },
    Number { name: "대한법률구조공단", note: "무료 법률 상담", number: "132" },
    Number { name: "정신건강 위기상담", note: "24시간", number: "1577-0199" },
];

#[derive(Serialize)]
struct Plain {
    page: Page,
    numbers: [Number; 4],
    outcomes: Option<FigureTable>,
    guides: &'static [Guide],
    /// The 처리방침 of each body that answers for data.
    controllers: Vec<Link>,
    /// Days within which a request about one's own data is answered.
    right_days: i64,
}

fn plain(state: &State, who: &Who, title: &str, bare: bool) -> Plain {
    let page = Page { index: true, bare, ..state.frame(who, title) };
    let right_days = state.settings.deadlines.rights_days;
    Plain { page, numbers: NUMBERS, outcomes: None, guides: &[], controllers: Vec::new(), right_days }
}

/// What Ieum is, and where to begin.
///
/// # Errors
/// Template errors.
pub async fn home(state: Data<State>, who: Who) -> Result<HttpResponse, WebError> {
    state.page("pages/public/home", &plain(&state, &who, "층간소음 조정", true))
}

/// 도움말, with the table of what each outcome does to each figure.
///
/// # Errors
/// Template errors.
pub async fn help(state: Data<State>, who: Who) -> Result<HttpResponse, WebError> {
    let outcomes = Some(outcome_table());
    let context = Plain { outcomes, guides: GUIDES, ..plain(&state, &who, "도움말", false) };
    state.page("pages/public/help", &context)
}

/// 개인정보 처리방침.
///
/// # Errors
/// Template errors.
pub async fn privacy(state: Data<State>, who: Who) -> Result<HttpResponse, WebError> {
    let controllers = controllers(&state).await?;
    let context = Plain { controllers, ..plain(&state, &who, "개인정보 처리방침", false) };
    state.page("pages/public/privacy", &context)
}
