//! A side's own evidence, from its own page, while a ten-minute code has it open in this browser.
use crate::casework::evidence;
use crate::domain::case::Case;
use crate::domain::codes::Side;
use crate::domain::permission::Actor;
use crate::web::error::WebError;
use crate::web::evidence::{List, fields, keep, saved_as};
use crate::web::field::Errors;
use crate::web::guard::Who;
use crate::web::parts::{Flash, Link};
use crate::web::state::{State, see_other};
use crate::web::streamed::{Streamed, send};
use crate::web::typed::Typed;
use actix_web::HttpResponse;
use actix_web::web::{Data, Path};

type Inside = (Actor, Case, Side);

/// Who stands at the door, or the way back to where the code is typed.
async fn inside(state: &State, who: &Who, token: &str) -> Result<Result<Inside, HttpResponse>, WebError> {
    let (given, visitor, now) = (token.to_owned(), who.visitor.clone(), state.now());
    let found = state.db.read(move |rx| evidence::at_door(rx, &given, &visitor, now)).await?;
    Ok(found.ok_or_else(|| {
        let flash = Flash::warn("자료를 올리거나 보려면 먼저 숫자 6자리로 본인을 확인해 주세요.");
        see_other(&format!("/r/{token}"), Some(&flash))
    }))
}

async fn show(
    state: &State,
    who: &Who,
    (token, (actor, case, side)): (&str, Inside),
    typed: &Typed,
    errors: &Errors,
) -> Result<HttpResponse, WebError> {
    let mut page = state.frame(who, "내 증거 자료");
    page.back = Some(Link::new(format!("/r/{token}"), "진행 상황으로"));
    let asks = actor.hands_in(side, &case).is_some();
    let things = state.db.read(move |rx| evidence::list(rx, &actor, &case)).await?;
    let mut list = List::new(page, None, &things, &format!("/r/{token}/evidence"));
    if asks {
        list = list.asking(fields(state, &[side]), typed, errors);
    }
    state.page_with(list.status(), "pages/evidence/list", &list)
}

/// `GET /r/{token}/evidence`.
///
/// # Errors
/// `not_found` for a token that is not ours.
pub async fn page(state: Data<State>, who: Who, token: Path<String>) -> Result<HttpResponse, WebError> {
    match inside(&state, &who, &token).await? {
        Ok(seen) => show(&state, &who, (&token, seen), &Typed::default(), &Errors::default()).await,
        Err(back) => Ok(back),
    }
}

/// `POST /r/{token}/evidence`.
///
/// # Errors
/// `not_found` for a token that is not ours, and when the case is closed.
pub async fn add(
    state: Data<State>,
    who: Who,
    token: Path<String>,
    body: Streamed,
) -> Result<HttpResponse, WebError> {
    let seen = match inside(&state, &who, &token).await? {
        Ok(seen) => seen,
        Err(back) => return Ok(back),
    };
    let received = body.read(&state, &who).await?;
    let who_adds = (seen.0.clone(), seen.1.number.clone());
    match keep(&state, who_adds, &[seen.2], received).await? {
        Ok(n) => {
            let flash = Flash::ok(format!("증거 {n}번으로 올렸습니다."));
            Ok(see_other(&format!("/r/{}/evidence", *token), Some(&flash)))
        }
        Err((typed, errors)) => show(&state, &who, (&token, seen), &typed, &errors).await,
    }
}

/// `GET /r/{token}/evidence/{n}`: one thing of their own, to be saved.
///
/// # Errors
/// `not_found` where there is none.
pub async fn save(state: Data<State>, who: Who, path: Path<(String, i64)>) -> Result<HttpResponse, WebError> {
    let (token, n) = path.into_inner();
    let (actor, case, _) = match inside(&state, &who, &token).await? {
        Ok(seen) => seen,
        Err(back) => return Ok(back),
    };
    let (number, ip, now) = (case.number.clone(), who.ip.clone(), state.now());
    let found = state.db.write(move |tx| evidence::opened(tx, &actor, (&case.number, n), &ip, now)).await?;
    send(&state, found, &saved_as(&number, n)).await
}
