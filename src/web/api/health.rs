//! What operators' machines ask: is it alive, is it ready, how is it doing.
use crate::web::condition::{Condition, Unready};
use crate::web::error::WebError;
use crate::web::state::State;
use actix_web::HttpResponse;
use actix_web::web::Data;

/// The process answers.
///
/// # Errors
/// Never.
pub async fn healthz() -> Result<HttpResponse, WebError> {
    Ok(HttpResponse::Ok().content_type("text/plain").body("ok\n"))
}

/// The database answers, there is room on the disk, and mail is not stuck. (That the schema fits was checked when the
/// process started.)
///
/// # Errors
/// Never: not being ready is an answer.
pub async fn readyz(state: Data<State>) -> Result<HttpResponse, WebError> {
    let why = match Condition::read(&state.settings, &state.db).await {
        Ok(condition) => condition.unready(&state.settings, state.now()).map(Unready::word),
        Err(e) => {
            tracing::warn!(%e, "the database does not answer");
            Some("database")
        }
    };
    Ok(match why {
        None => HttpResponse::Ok().content_type("text/plain").body("ready\n"),
        Some(why) => {
            tracing::warn!(why, "not ready");
            HttpResponse::ServiceUnavailable().content_type("text/plain").body(format!("not ready: {why}\n"))
        }
    })
}
