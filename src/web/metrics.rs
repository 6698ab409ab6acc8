//! `/metrics` in Prometheus' text format: requests by route, and the condition of the house.
//!
//! Routes are counted by their pattern (`/cases/{number}`), never by the address that was asked for: addresses hold
//! links' secrets and case numbers.
use super::condition::Condition;
use super::error::WebError;
use super::state::State;
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

    /// Sets a figure that stands until it is set again.
    fn set(&self, name: &str, value: i64) {
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
pub async fn page(
    request: HttpRequest,
    metrics: web::Data<Metrics>,
    state: web::Data<State>,
) -> Result<HttpResponse, WebError> {
    if !metrics.open_to(&request) {
        return Ok(HttpResponse::NotFound().finish());
    }
    let condition = Condition::read(&state.settings, &state.db).await?;
    for (name, value) in condition.gauges(state.now()) {
        metrics.set(name, value);
    }
    Ok(match metrics.text() {
        Ok(text) => HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(text),
        Err(e) => {
            tracing::error!(error = %e, "metrics");
            HttpResponse::InternalServerError().finish()
        }
    })
}
