//! What operators' machines ask: is it alive, is it ready, how is it doing.
use crate::config::Metrics as Access;
use crate::web::error::WebError;
use crate::web::guard::Who;
use crate::web::state::State;
use actix_web::HttpResponse;
use actix_web::web::Data;

/// The process answers.
///
/// # Errors
/// Never.
pub async fn healthz() -> Result<HttpResponse, WebError> { Ok(HttpResponse::Ok().content_type("text/plain").body("ok\n")) }

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

/// Prometheus' text format; by default only for a peer on a loopback address.
///
/// # Errors
/// `not_found` where it is not offered.
pub async fn metrics(state: Data<State>, who: Who) -> Result<HttpResponse, WebError> {
    let loopback = who.ip.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback());
    match state.settings.server.metrics {
        Access::Open => {}
        Access::Loopback if loopback => {}
        Access::Loopback | Access::Off => return Err(WebError::not_found()),
    }
    let text = state.metrics.text().map_err(|e| WebError::internal(&e))?;
    Ok(HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(text))
}
