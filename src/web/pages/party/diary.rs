//! The applicant's 소음일지 behind their own link: written by the link alone, in seconds; read while a ten-minute code has it open.
use super::door::gone;
use crate::casework::diary::{self, AtLink};
use crate::domain::codes::Side;
use crate::web::diary::{Look, Shown, note};
use crate::web::error::WebError;
use crate::web::field::Errors;
use crate::web::guard::Who;
use crate::web::parts::{Flash, Link};
use crate::web::posted::Posted;
use crate::web::state::{State, see_other};
use crate::web::typed::Typed;
use actix_web::HttpResponse;
use actix_web::web::{Data, Path};

async fn open(state: &State, who: &Who, token: &str) -> Result<Result<AtLink, HttpResponse>, WebError> {
    let (given, visitor, now) = (token.to_owned(), who.visitor.clone(), state.now());
    match state.db.read(move |rx| diary::at_link(rx, &given, &visitor, now)).await {
        Ok(at) => Ok(Ok(at)),
        Err(e) => Ok(Err(gone(state, who, e)?)),
    }
}

async fn show(
    state: &State,
    who: &Who,
    (token, at): (&str, AtLink),
    (typed, errors): (&Typed, &Errors),
) -> Result<HttpResponse, WebError> {
    let mut page = state.frame(who, "소음일지");
    page.back = Some(Link::new(format!("/r/{token}"), "진행 상황으로"));
    let (actor, case) = (at.actor.clone(), at.case.clone());
    let entries = match at.reads {
        true => Some(state.db.read(move |rx| diary::list(rx, &actor, &case)).await?),
        false => None,
    };
    let look = Look {
        actor: &at.actor,
        case: &at.case,
        entries: entries.as_deref(),
        path: format!("/r/{token}/diary"),
        writes: at.actor.hands_in(Side::Applicant, &at.case).is_some(),
    };
    let mut shown = Shown::new(page, &look, typed, errors);
    shown.locked = (!at.reads).then(|| format!("/r/{token}"));
    state.page_with(shown.status(), "pages/diary/show", &shown)
}

/// `GET /r/{token}/diary`.
///
/// # Errors
/// `not_found` for a token that is not the applicant's.
pub async fn page(state: Data<State>, who: Who, token: Path<String>) -> Result<HttpResponse, WebError> {
    match open(&state, &who, &token).await? {
        Ok(at) => show(&state, &who, (&token, at), (&Typed::default(), &Errors::default())).await,
        Err(gone) => Ok(gone),
    }
}

/// `POST /r/{token}/diary`: notes something heard.
///
/// # Errors
/// `not_found` for a token that is not the applicant's, and once the case is closed.
pub async fn add(
    state: Data<State>,
    who: Who,
    token: Path<String>,
    Posted(typed): Posted,
) -> Result<HttpResponse, WebError> {
    let at = match open(&state, &who, &token).await? {
        Ok(at) => at,
        Err(gone) => return Ok(gone),
    };
    match note(&state, (&at.actor, &at.case.number), &typed).await? {
        Ok(()) => Ok(see_other(&format!("/r/{token}/diary"), Some(&Flash::ok("소음일지에 적었습니다.")))),
        Err(errors) => show(&state, &who, (&token, at), (&typed, &errors)).await,
    }
}

/// `POST /r/{token}/diary/{id}/strike`: strikes one entry out, while the page is open by a code.
///
/// # Errors
/// `not_found` where there is none.
pub async fn strike(
    state: Data<State>,
    who: Who,
    path: Path<(String, i64)>,
    _form: Posted,
) -> Result<HttpResponse, WebError> {
    let (token, id) = path.into_inner();
    let at = match open(&state, &who, &token).await? {
        Ok(at) => at,
        Err(gone) => return Ok(gone),
    };
    let back = format!("/r/{token}/diary");
    if !at.reads {
        return Ok(see_other(
            &back,
            Some(&Flash::warn("지우시려면 먼저 숫자 6자리로 본인을 확인해 주세요.")),
        ));
    }
    state.db.write(move |tx| diary::strike(tx, &at.actor, (&at.case.number, id))).await?;
    Ok(see_other(&back, Some(&Flash::ok("지웠습니다."))))
}
