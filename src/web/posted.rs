//! A form as it was posted: read within the limit, its CSRF token checked.
use super::error::WebError;
use super::guard::Who;
use super::state::State;
use super::typed::Typed;
use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use futures_util::future::LocalBoxFuture;

/// What was typed, from a page of ours.
pub struct Posted(pub Typed);

/// What a mail program posts to end a subscription (RFC 8058 §3.1), or a page of ours in its place. The address itself is
/// the permission; a mail program has no token of a page.
#[derive(Debug, Clone, Copy)]
pub struct PostedOnce;

impl FromRequest for PostedOnce {
    type Error = WebError;
    type Future = LocalBoxFuture<'static, Result<Self, WebError>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let read = read(req, payload);
        Box::pin(async move {
            let (typed, right) = read.await?;
            let one_click = typed.get("List-Unsubscribe") == "One-Click";
            if right || one_click { Ok(Self) } else { Err(WebError::forged()) }
        })
    }
}

impl FromRequest for Posted {
    type Error = WebError;
    type Future = LocalBoxFuture<'static, Result<Self, WebError>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let read = read(req, payload);
        Box::pin(async move {
            let (typed, right) = read.await?;
            if right { Ok(Self(typed)) } else { Err(WebError::forged()) }
        })
    }
}

/// The form, and whether it has the token of the caller's own page.
fn read(
    req: &HttpRequest,
    payload: &mut Payload,
) -> impl Future<Output = Result<(Typed, bool), WebError>> + use<> {
    let limit = req.app_data::<Data<State>>().map_or(64, |s| s.settings.server.form_kib) * 1024;
    let who = req.extensions().get::<Who>().cloned().unwrap_or_default();
    let body = web::Bytes::from_request(req, payload);
    async move {
        let too_large = || {
            WebError::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "too_large",
                "내용이 너무 깁니다. 줄여서 다시 보내 주세요.",
            )
        };
        let body = body.await.map_err(|_e| too_large())?;
        if body.len() > limit {
            return Err(too_large());
        }
        let typed = Typed::from_body(&body);
        let right = who.is_own_form(typed.get("_csrf"));
        Ok((typed, right))
    }
}
