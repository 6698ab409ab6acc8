//! The applicant's side, from their own page, while a ten-minute code has it open in this browser.
use super::paper::{self, Kind};
use super::{Listed, choice, is_wanted, shown};
use crate::casework::application;
use crate::domain::case::Case;
use crate::domain::ids::BodyId;
use crate::web::error::WebError;
use crate::web::guard::Who;
use crate::web::pages::print;
use crate::web::parts::{Flash, Link, Page};
use crate::web::state::{State, see_other};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path};

/// The applicant's case, or the way back to where the code is typed.
async fn inside(state: &State, who: &Who, token: &str) -> Result<Result<Case, HttpResponse>, WebError> {
    let (given, visitor, now) = (token.to_owned(), who.visitor.clone(), state.now());
    let found = state.db.read(move |rx| application::at_door(rx, &given, &visitor, now)).await?;
    Ok(found.ok_or_else(|| {
        let flash =
            Flash::warn("신청서에는 적으신 내용이 들어갑니다. 먼저 숫자 6자리로 본인을 확인해 주세요.");
        see_other(&format!("/r/{token}"), Some(&flash))
    }))
}

/// `GET /r/{token}/applications`.
///
/// # Errors
/// `not_found` for a token that is not the applicant's.
pub async fn list(state: Data<State>, who: Who, token: Path<String>) -> Result<HttpResponse, WebError> {
    let case = match inside(&state, &who, &token).await? {
        Ok(case) => case,
        Err(back) => return Ok(back),
    };
    let now = state.now();
    let all = state.db.read(move |rx| {
        let bodies = application::bodies(rx, &case, now)?;
        bodies
            .into_iter()
            .map(|b| application::one(rx, case.clone(), b.id, now))
            .collect::<Result<Vec<_>, _>>()
    });
    let base = format!("/r/{token}/applications");
    let bodies = all.await?.iter().map(|one| choice(one, &base, now)).collect();
    let back = Link::new(format!("/r/{token}"), "진행 상황으로");
    let page = Page { back: Some(back), ..state.frame(&who, "다른 기관에 신청하기") };
    state.page("pages/applications/list", &Listed { page, bar: None, bodies })
}

/// `GET /r/{token}/applications/{body}`.
///
/// # Errors
/// As `list`; `not_found` for a body that is none for this case.
pub async fn show(state: Data<State>, who: Who, path: Path<(String, i64)>) -> Result<HttpResponse, WebError> {
    let (token, body) = path.into_inner();
    let case = match inside(&state, &who, &token).await? {
        Ok(case) => case,
        Err(back) => return Ok(back),
    };
    let now = state.now();
    let one = state.db.read(move |rx| application::one(rx, case, BodyId(body), now)).await?;
    let base = format!("/r/{token}/applications/{body}");
    let back = Link::new(format!("/r/{token}/applications"), "다른 기관에 신청하기");
    let page = Page { back: Some(back), ..state.frame(&who, &one.body.name) };
    state.page("pages/applications/show", &shown((page, None), &one, (&base, Vec::new()), now))
}

/// `GET /r/{token}/applications/{body}/print/{paper}`.
///
/// # Errors
/// As `show`; `not_found` for a paper that the body does not want.
pub async fn print(
    state: Data<State>,
    who: Who,
    path: Path<(String, i64, String)>,
) -> Result<HttpResponse, WebError> {
    let (token, body, code) = path.into_inner();
    let kind = Kind::from_code(&code).ok_or_else(WebError::not_found)?;
    let case = match inside(&state, &who, &token).await? {
        Ok(case) => case,
        Err(back) => return Ok(back),
    };
    let now = state.now();
    let one = state.db.read(move |rx| application::one(rx, case, BodyId(body), now)).await?;
    if !is_wanted(&one, kind, now) {
        return Err(WebError::not_found());
    }
    let back = Link::new(format!("/r/{token}/applications/{body}"), &one.body.name);
    print::plain(&state, &who, back, paper::content(kind, &one, now))
}
