//! 의뢰서 as it went out, byte for byte: for those who handle the case, and for the body that took the referral.
use crate::casework::packet::{self, Packet};
use crate::web::error::WebError;
use crate::web::guard::Who;
use crate::web::parts::{Link, Page};
use crate::web::state::State;
use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::Serialize;

/// `pages/cases/packet`.
#[derive(Debug, Serialize)]
struct Shown {
    page: Page,
    text: String,
    digest: String,
}

/// The page of a 의뢰서 that was read.
///
/// # Errors
/// Template errors.
pub fn shown(state: &State, page: Page, read: Packet) -> Result<HttpResponse, WebError> {
    let digest = read.digest();
    state.page("pages/cases/packet", &Shown { page, text: read.text, digest })
}

/// Shows it; the opening is recorded with whose data it shows.
///
/// # Errors
/// 404 where there is none, or it is not for this person.
pub async fn show(state: Data<State>, who: Who, path: Path<(String, i64)>) -> Result<HttpResponse, WebError> {
    let (number, seq) = path.into_inner();
    let (actor, n, ip, now) = (who.actor.clone(), number.clone(), who.ip.clone(), state.now());
    let read = state.db.write(move |tx| packet::opened(tx, &actor, (&n, seq), &ip, now)).await?;
    let mut page = state.frame(&who, "보낸 의뢰서");
    page.back = Some(Link::new(format!("/cases/{number}"), format!("{number} 사건")));
    shown(&state, page, read)
}
