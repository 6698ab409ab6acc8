//! `/metrics` in Prometheus' text format: requests by route, and gauges that others set.
//!
//! Routes are counted by their pattern (`/cases/{number}`), never by the address that was asked for: addresses hold
//! links' secrets and case numbers.
use crate::config;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{Error, HttpRequest, HttpResponse, web};
use prometheus::{
    Encoder, HistogramOpts, HistogramVec, IntCounterVec, IntGaugeVec, Opts, Registry, TextEncoder,
};
use std::time::Instant;

/// The process's figures. Cheap to clone; one per process.
#[derive(Clone)]
pub struct Metrics {
    registry: Registry,
    requests: IntCounterVec,
    seconds: HistogramVec,
    gauges: IntGaugeVec,
    access: config::Metrics,
}

impl Metrics {
    /// # Errors
    /// Only if two figures had one name.
    pub fn new(access: config::Metrics) -> Result<Self, prometheus::Error> {
        let requests = IntCounterVec::new(
            Opts::new("ieum_http_requests_total", "Answers by method, route and status."),
            &["method", "route", "status"],
        )?;
        let buckets = vec![0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];
        let seconds = HistogramVec::new(
            HistogramOpts::new("ieum_http_seconds", "Time to the answer's head, by route.").buckets(buckets),
            &["route"],
        )?;
        let gauges = IntGaugeVec::new(Opts::new("ieum_state", "What stands now, by name."), &["name"])?;
        let registry = Registry::new();
        registry.register(Box::new(requests.clone()))?;
        registry.register(Box::new(seconds.clone()))?;
        registry.register(Box::new(gauges.clone()))?;
        Ok(Self { registry, requests, seconds, gauges, access })
    }

    /// Sets a figure that stands until it is set again, such as `outbox_due`.
    pub fn set(&self, name: &str, value: i64) {
        self.gauges.with_label_values(&[name]).set(value);
    }

    fn text(&self) -> Result<Vec<u8>, prometheus::Error> {
        let mut text = Vec::new();
        TextEncoder::new().encode(&self.registry.gather(), &mut text)?;
        Ok(text)
    }

    /// Loopback means a peer on this machine that is no proxy passing on somebody else's request.
    fn open_to(&self, request: &HttpRequest) -> bool {
        match self.access {
            config::Metrics::Open => true,
            config::Metrics::Off => false,
            config::Metrics::Loopback => {
                let local = request.peer_addr().is_some_and(|peer| peer.ip().is_loopback());
                let passed_on =
                    ["forwarded", "x-forwarded-for"].iter().any(|name| request.headers().contains_key(*name));
                local && !passed_on
            }
        }
    }
}

/// Counts every request: `App::new().wrap(middleware::from_fn(metrics::count))`.
///
/// # Errors
/// Passes on the inner layers' errors.
pub async fn count(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let metrics = request.app_data::<web::Data<Metrics>>().cloned();
    let method = request.method().as_str().to_owned();
    let started = Instant::now();
    let answered = next.call(request).await;
    if let Some(metrics) = metrics {
        let route = match &answered {
            Ok(response) => response.request().match_pattern(),
            Err(_) => None,
        };
        let status = match &answered {
            Ok(response) => response.status(),
            Err(e) => e.as_response_error().status_code(),
        };
        let route = route.as_deref().unwrap_or("none");
        metrics.requests.with_label_values(&[method.as_str(), route, status.as_str()]).inc();
        metrics.seconds.with_label_values(&[route]).observe(started.elapsed().as_secs_f64());
    }
    answered
}

/// `GET /metrics`. Where it is not open it does not exist.
pub async fn page(request: HttpRequest, metrics: web::Data<Metrics>) -> HttpResponse {
    if !metrics.open_to(&request) {
        return HttpResponse::NotFound().finish();
    }
    match metrics.text() {
        Ok(text) => HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(text),
        Err(e) => {
            tracing::error!(error = %e, "metrics");
            HttpResponse::InternalServerError().finish()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::{TestRequest, call_and_read_body, call_service, init_service};
    use actix_web::{App, middleware};

    #[actix_web::test]
    async fn requests_are_counted_by_pattern_and_shown_on_this_machine_only() {
        let metrics = Metrics::new(config::Metrics::Loopback).unwrap();
        metrics.set("outbox_due", 3);
        let app = App::new()
            .app_data(web::Data::new(metrics))
            .wrap(middleware::from_fn(count))
            .route("/r/{token}", web::get().to(|| async { "x" }))
            .route("/metrics", web::get().to(page));
        let app = init_service(app).await;
        call_service(&app, TestRequest::get().uri("/r/secret").to_request()).await;
        let from = |peer: &str| TestRequest::get().uri("/metrics").peer_addr(peer.parse().unwrap());
        let body = call_and_read_body(&app, from("127.0.0.1:5").to_request()).await;
        let text = std::str::from_utf8(&body).unwrap();
        assert!(text.contains("route=\"/r/{token}\"") && !text.contains("secret"), "{text}");
        assert!(text.contains("ieum_state{name=\"outbox_due\"} 3"), "{text}");
        let proxied = from("127.0.0.1:5").insert_header(("x-forwarded-for", "203.0.113.9"));
        for request in [from("192.0.2.1:5").to_request(), proxied.to_request()] {
            assert_eq!(call_service(&app, request).await.status(), 404);
        }
    }
}
