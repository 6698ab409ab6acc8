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
use subtle::ConstantTimeEq;

/// What was typed, from a page of ours.
pub struct Posted(pub Typed);

impl FromRequest for Posted {
    type Error = WebError;
    type Future = LocalBoxFuture<'static, Result<Self, WebError>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let limit = req.app_data::<Data<State>>().map_or(64, |s| s.settings.server.form_kib) * 1024;
        let csrf = req.extensions().get::<Who>().map(|who| who.csrf.clone()).unwrap_or_default();
        let body = web::Bytes::from_request(req, payload);
        Box::pin(async move {
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
            let right = !csrf.is_empty() && bool::from(typed.get("_csrf").as_bytes().ct_eq(csrf.as_bytes()));
            if right { Ok(Self(typed)) } else { Err(WebError::forged()) }
        })
    }
}
