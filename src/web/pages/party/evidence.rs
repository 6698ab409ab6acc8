//! A side's own evidence, from its own page: read while a ten-minute code has it open in this browser, handed in for a while longer.
use crate::casework::evidence::{self, AtDoor};
use crate::web::error::WebError;
use crate::web::evidence::{List, asks_back, fields, keep, saved_as};
use crate::web::field::Errors;
use crate::web::guard::Who;
use crate::web::parts::{Flash, Link};
use crate::web::posted::Posted;
use crate::web::state::{State, see_other};
use crate::web::streamed::{Streamed, send};
use crate::web::typed::Typed;
use actix_web::HttpResponse;
use actix_web::web::{Data, Path};

/// Who stands at the door, if the code was typed here lately.
async fn at_door(state: &State, who: &Who, token: &str) -> Result<Option<AtDoor>, WebError> {
    let (given, visitor, now) = (token.to_owned(), who.visitor.clone(), state.now());
    Ok(state.db.read(move |rx| evidence::at_door(rx, &given, &visitor, now)).await?)
}

/// The way back to where the code is typed.
fn back(token: &str, sentence: &str) -> HttpResponse {
    see_other(&format!("/r/{token}"), Some(&Flash::warn(sentence)))
}

/// Who may read what is there, or the way back.
async fn reader(state: &State, who: &Who, token: &str) -> Result<Result<AtDoor, HttpResponse>, WebError> {
    let inside = at_door(state, who, token).await?.filter(|inside| inside.reads);
    Ok(inside.ok_or_else(|| back(token, "자료를 올리거나 보려면 먼저 숫자 6자리로 본인을 확인해 주세요.")))
}

async fn show(
    state: &State,
    who: &Who,
    (token, inside): (&str, AtDoor),
    typed: &Typed,
    errors: &Errors,
) -> Result<HttpResponse, WebError> {
    let mut page = state.frame(who, "내 증거 자료");
    page.back = Some(Link::new(format!("/r/{token}"), "진행 상황으로"));
    let AtDoor { actor, case, side, reads } = &inside;
    let (asks, asker, of) = (actor.hands_in(*side, case).is_some(), actor.clone(), case.clone());
    let things =
        if *reads { state.db.read(move |rx| evidence::list(rx, &asker, &of)).await? } else { Vec::new() };
    let path = format!("/r/{token}/evidence");
    let mut list = List::new(page, None, (&things, &path), |thing| {
        evidence::may_take_back(&inside.actor, &inside.case, thing)
    });
    if !*reads {
        list = list.closed();
    }
    if asks {
        list = list.asking(fields(state, &[*side]), typed, errors);
    }
    state.page_with(list.status(), "pages/evidence/list", &list)
}

/// `GET /r/{token}/evidence`.
///
/// # Errors
/// `not_found` for a token that is not ours.
pub async fn page(state: Data<State>, who: Who, token: Path<String>) -> Result<HttpResponse, WebError> {
    match reader(&state, &who, &token).await? {
        Ok(inside) => show(&state, &who, (&token, inside), &Typed::default(), &Errors::default()).await,
        Err(back) => Ok(back),
    }
}

/// `POST /r/{token}/evidence`. The body is read whatever becomes of it: a browser shows no answer before its last byte.
///
/// # Errors
/// `not_found` for a token that is not ours, and when the case is closed.
pub async fn add(
    state: Data<State>,
    who: Who,
    token: Path<String>,
    body: Streamed,
) -> Result<HttpResponse, WebError> {
    let Some(inside) = at_door(&state, &who, &token).await? else {
        body.pass(&state).await?;
        return Ok(back(
            &token,
            "본인 확인 시간이 지나 파일을 받지 못했습니다. 숫자 6자리로 다시 확인한 뒤 올려 주세요.",
        ));
    };
    let received = body.read(&state, &who).await?;
    // The ten minutes may have ended while the file came.
    let reads = at_door(&state, &who, &token).await?.is_some_and(|now| now.reads);
    let inside = AtDoor { reads, ..inside };
    let who_adds = (inside.actor.clone(), inside.case.number.clone());
    match keep(&state, who_adds, &[inside.side], received).await? {
        Ok(n) => {
            let flash = Flash::ok(format!("증거 {n}번으로 올렸습니다."));
            let list = if inside.reads { "/evidence" } else { "" };
            Ok(see_other(&format!("/r/{}{list}", *token), Some(&flash)))
        }
        Err((typed, errors)) => show(&state, &who, (&token, inside), &typed, &errors).await,
    }
}

/// `GET /r/{token}/evidence/{n}/back`: asks whether to take one thing back.
///
/// # Errors
/// `not_found` where there is none, or it is not theirs.
pub async fn ask_back(
    state: Data<State>,
    who: Who,
    path: Path<(String, i64)>,
) -> Result<HttpResponse, WebError> {
    let (token, n) = path.into_inner();
    let AtDoor { actor, case, .. } = match reader(&state, &who, &token).await? {
        Ok(inside) => inside,
        Err(back) => return Ok(back),
    };
    let (_, thing) = state.db.read(move |rx| evidence::to_take_back(rx, &actor, (&case.number, n))).await?;
    let list = format!("/r/{token}/evidence");
    let page = state.frame(&who, "증거 자료를 거두시겠습니까?");
    asks_back(page, &thing, &format!("{list}/{n}/back"), &list).show(&state)
}

/// `POST /r/{token}/evidence/{n}/back`: takes one thing back.
///
/// # Errors
/// As `ask_back`.
pub async fn take_back(
    state: Data<State>,
    who: Who,
    path: Path<(String, i64)>,
    _form: Posted,
) -> Result<HttpResponse, WebError> {
    let (token, n) = path.into_inner();
    let AtDoor { actor, case, .. } = match reader(&state, &who, &token).await? {
        Ok(inside) => inside,
        Err(back) => return Ok(back),
    };
    let (ip, now) = (who.ip.clone(), state.now());
    state.db.write(move |tx| evidence::take_back(tx, &actor, (&case.number, n), &ip, now)).await?;
    let flash = Flash::ok(format!("증거 {n}번을 거두고 파일을 지웠습니다."));
    Ok(see_other(&format!("/r/{token}/evidence"), Some(&flash)))
}

/// `GET /r/{token}/evidence/{n}`: one thing of their own, to be saved.
///
/// # Errors
/// `not_found` where there is none.
pub async fn save(state: Data<State>, who: Who, path: Path<(String, i64)>) -> Result<HttpResponse, WebError> {
    let (token, n) = path.into_inner();
    let AtDoor { actor, case, .. } = match reader(&state, &who, &token).await? {
        Ok(inside) => inside,
        Err(back) => return Ok(back),
    };
    let (number, ip, now) = (case.number.clone(), who.ip.clone(), state.now());
    let found = state.db.write(move |tx| evidence::opened(tx, &actor, (&case.number, n), &ip, now)).await?;
    send(&state, found, &saved_as(&number, n)).await
}
