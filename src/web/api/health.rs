//! What operators' machines ask: is it alive, is it ready, how is it doing.
use crate::store::outbox;
use crate::web::error::WebError;
use crate::web::state::State;
use actix_web::HttpResponse;
use actix_web::web::Data;
use chrono::Duration;

/// The process answers.
///
/// # Errors
/// Never.
pub async fn healthz() -> Result<HttpResponse, WebError> {
    Ok(HttpResponse::Ok().content_type("text/plain").body("ok\n"))
}

/// The database answers, and mail is not stuck. (That the schema fits was checked when the process started.)
///
/// # Errors
/// Never: not being ready is an answer.
pub async fn readyz(state: Data<State>) -> Result<HttpResponse, WebError> {
    let patience = Duration::minutes(state.settings.server.ready_outbox_minutes);
    let answer = match state.db.read(outbox::waiting).await {
        Ok((_, Some(oldest))) if state.now() - oldest > patience => {
            tracing::warn!(%oldest, "not ready: mail is stuck");
            HttpResponse::ServiceUnavailable().content_type("text/plain").body("not ready: mail\n")
        }
        Ok(_) => HttpResponse::Ok().content_type("text/plain").body("ready\n"),
        Err(e) => {
            tracing::warn!(%e, "not ready");
            HttpResponse::ServiceUnavailable().content_type("text/plain").body("not ready: database\n")
        }
    };
    Ok(answer)
}
