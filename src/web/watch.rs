//! A try to open a case that one has left (회피·제척): whatever door it comes by, page or program, reading or writing, the
//! answer is the 404 that a stranger gets, and the try is recorded for the chair, or for the ward where it was the chair.
use super::guard::Who;
use super::routes::Door;
use super::state::State;
use crate::casework::recusal;
use crate::store::tokens;
use actix_web::http::header;
use actix_web::{HttpMessage, HttpRequest};

/// Looks at a request about a case that was answered with 404. Runs around every route, so that none can forget it.
pub(super) async fn refused(state: &State, req: &HttpRequest, door: Door, ip: String) {
    let Some(number) = req.match_info().get("number").map(str::to_owned) else { return };
    let now = state.now();
    let actor = match (door, bearer(req)) {
        (Door::Api, Some(token)) => {
            let calling = state.db.read(move |rx| tokens::calling(rx, &token, now)).await;
            calling.map(|c| c.actor).unwrap_or_default()
        }
        _ => req.extensions().get::<Who>().map(|who| who.actor.clone()).unwrap_or_default(),
    };
    if actor.recused.is_empty() {
        return;
    }
    let done = state.db.write(move |tx| recusal::attempted(tx, &actor, &number, &ip, now)).await;
    if let Err(e) = done {
        tracing::error!(%e, "a try to open a closed file could not be recorded");
    }
}

fn bearer(req: &HttpRequest) -> Option<String> {
    let said = req.headers().get(header::AUTHORIZATION).and_then(|v| v.to_str().ok());
    said.and_then(|h| h.strip_prefix("Bearer ")).map(str::to_owned)
}
