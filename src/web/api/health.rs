//! What operators' machines ask: is it alive, is it ready, how is it doing.
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

/// The database answers and its schema fits this binary.
///
/// # Errors
/// `busy` when it does not.
pub async fn readyz(state: Data<State>) -> Result<HttpResponse, WebError> {
    let ready: Result<bool, crate::store::StoreError> = state.db.read(crate::store::users::none_yet).await;
    match ready {
        Ok(_) => Ok(HttpResponse::Ok().content_type("text/plain").body("ready\n")),
        Err(e) => {
            tracing::warn!(%e, "not ready");
            Ok(HttpResponse::ServiceUnavailable().content_type("text/plain").body("not ready\n"))
        }
    }
}
