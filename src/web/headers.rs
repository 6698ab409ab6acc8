//! What every response carries, errors and not-found pages too. Outermost of the layers.
//!
//! The policy allows no code and no style inside pages, no frames and no foreign origin; what is not said to be
//! cacheable is kept by nobody. Sources: OWASP Secure Headers; `design.md` §1.3.
use crate::config::Server;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, web};

const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
    connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";

const ALWAYS: [(HeaderName, &str); 7] = [
    (header::CONTENT_SECURITY_POLICY, CSP),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::PERMISSIONS_POLICY, "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    (header::CROSS_ORIGIN_OPENER_POLICY, "same-origin"),
    (header::CROSS_ORIGIN_RESOURCE_POLICY, "same-origin"),
];

/// What no search engine lists, whatever it answers (`design.md` §2.3): decisions by link, calendars, the API.
const UNLISTED: [&str; 3] = ["/r/", "/calendar/", "/api/"];

/// Strict-Transport-Security's value, when the site is reached over https. App data of the middleware.
#[derive(Debug, Clone)]
pub struct Transport(Option<HeaderValue>);

impl Transport {
    /// From the settings; `hsts_days = 0` sends nothing.
    #[must_use]
    pub fn of(server: &Server) -> Self {
        let seconds = u64::from(server.hsts_days) * 24 * 60 * 60;
        let wanted = server.tls_on && seconds > 0;
        let value = HeaderValue::from_str(&format!("max-age={seconds}; includeSubDomains"));
        Self(value.ok().filter(|_| wanted))
    }
}

fn put(headers: &mut HeaderMap, transport: Option<&Transport>, unlisted: bool) {
    for (name, value) in ALWAYS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if unlisted {
        headers
            .insert(HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex, nofollow"));
    }
    // Only what is the same for everyone (fonts, style sheets) says that it may be kept.
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    if let Some(Transport(Some(value))) = transport {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, value.clone());
    }
}

/// The layer: `App::new().wrap(middleware::from_fn(headers::every_response))`, wrapped last so that it is outermost.
///
/// # Errors
/// Passes on the inner layers' errors, with the headers on the response that they become.
pub async fn every_response(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let transport = request.app_data::<web::Data<Transport>>().cloned();
    let transport = transport.as_ref().map(|data| data.get_ref());
    let unlisted = UNLISTED.iter().any(|from| request.path().starts_with(from));
    match next.call(request).await {
        Ok(mut response) => {
            put(response.headers_mut(), transport, unlisted);
            Ok(response)
        }
        Err(e) => {
            let mut response = e.error_response();
            put(response.headers_mut(), transport, unlisted);
            Err(InternalError::from_response(e, response).into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::{TestRequest, init_service, try_call_service};
    use actix_web::{App, HttpResponse, http::StatusCode, middleware};

    #[actix_web::test]
    async fn pages_errors_and_layers_that_fail_carry_the_headers() {
        let settings = crate::config::Settings::from_parts(None, &[]).unwrap().0;
        let server = Server { tls_on: true, ..settings.server };
        let failing = middleware::from_fn(|request: ServiceRequest, next: Next<_>| async move {
            if request.path() == "/layer" {
                return Err(actix_web::error::ErrorForbidden("no"));
            }
            next.call(request).await
        });
        let app = App::new()
            .app_data(web::Data::new(Transport::of(&server)))
            .wrap(failing)
            .wrap(middleware::from_fn(every_response))
            .route("/page", web::get().to(|| async { "page" }))
            .route(
                "/font",
                web::get()
                    .to(|| async { HttpResponse::Ok().insert_header(("cache-control", "public")).finish() }),
            )
            .route(
                "/fails",
                web::get().to(|| async { Err::<String, _>(actix_web::error::ErrorInternalServerError("x")) }),
            );
        let app = init_service(app).await;
        for (path, status, cache) in [
            ("/page", StatusCode::OK, "no-store"),
            ("/font", StatusCode::OK, "public"),
            ("/fails", StatusCode::INTERNAL_SERVER_ERROR, "no-store"),
            ("/nowhere", StatusCode::NOT_FOUND, "no-store"),
            ("/layer", StatusCode::FORBIDDEN, "no-store"),
        ] {
            let answer = try_call_service(&app, TestRequest::get().uri(path).to_request()).await;
            let answer = match answer {
                Ok(response) => response.into_parts().1.map_into_boxed_body(),
                Err(e) => e.error_response(),
            };
            assert_eq!(answer.status(), status, "{path}");
            let headers = answer.headers();
            let value = |name: &str| headers.get(name).map(|value| value.to_str().unwrap());
            assert_eq!(value("cache-control"), Some(cache), "{path}");
            assert_eq!(value("x-content-type-options"), Some("nosniff"), "{path}");
            assert_eq!(
                value("strict-transport-security"),
                Some("max-age=31536000; includeSubDomains"),
                "{path}"
            );
            let csp = value("content-security-policy").unwrap();
            assert!(csp.contains("frame-ancestors 'none'") && !csp.contains("unsafe"), "{path}: {csp}");
        }
    }
}
