//! A whole process: the server, the jobs beside it, and an orderly end.
use super::installation::Closed;
use super::{now, server};
use crate::config::{LogFormat, Settings};
use crate::jobs::{self, deliver::Courier};
use crate::store::Db;
use crate::web::state::Clock;
use chrono::Duration;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use tokio::sync::watch;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::prelude::*;

/// Starts logging as `[log]` says, on standard error. A second call changes nothing.
///
/// # Errors
/// When `log.level` is no filter.
pub fn start_logging(settings: &Settings) -> Result<(), Closed> {
    let filter: Targets = settings.log.level.parse().map_err(|e| Closed(format!("log.level: {e}")))?;
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let registry = tracing_subscriber::registry();
    let started = match settings.log.format {
        LogFormat::Text => registry.with(lines.with_filter(filter)).try_init(),
        LogFormat::Json => registry.with(lines.json().with_filter(filter)).try_init(),
    };
    // Somebody's earlier logging (a test's) stays.
    drop(started);
    Ok(())
}

/// The worker of the outbox, as the settings describe it.
///
/// # Errors
/// When a mail setting or a template cannot be used.
pub fn courier(settings: &Settings, db: &Db, clock: Clock) -> Result<Courier, Closed> {
    Courier::of(settings, db.clone(), clock).map_err(|e| Closed(e.to_string()))
}

/// Serves until a signal ends it (SIGINT, SIGTERM): running requests are finished, then the mail in hand.
/// `ready` hears the address as soon as the socket listens.
///
/// # Errors
/// When the address is taken, or a setting cannot be used.
pub fn serve(settings: Settings, db: Db, demo: bool, ready: impl FnOnce(SocketAddr)) -> Result<(), Closed> {
    let listener = TcpListener::bind(settings.server.listen)
        .map_err(|e| Closed(format!("{} 에서 들을 수 없습니다: {e}", settings.server.listen)))?;
    let clock: Clock = Arc::new(now);
    let courier = courier(&settings, &db, clock.clone())?;
    let poll = std::time::Duration::from_secs(settings.mail.poll_seconds);
    let idle = Duration::minutes(settings.session.idle_minutes);
    let state = server::state(settings, db.clone(), clock.clone(), demo)?;
    actix_web::rt::System::new().block_on(async move {
        let (server, address) = server::serve(state, listener)?;
        let (stop, stopped) = watch::channel(false);
        let press = actix_web::rt::spawn(jobs::reports::run(db.clone(), clock.clone(), stopped.clone()));
        let hourglass = actix_web::rt::spawn(jobs::clock::run(db, clock, idle, stopped.clone()));
        let posting = actix_web::rt::spawn(async move { courier.run(poll, stopped).await });
        ready(address);
        let ended = server.await;
        stop.send_replace(true);
        drop((posting.await, hourglass.await, press.await));
        Ok(ended?)
    })
}
