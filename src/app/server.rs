//! The server: what handlers share, the layers around every route, and the socket.
use crate::config::Settings;
use crate::render::Renderer;
use crate::store::Db;
use crate::web::api::meter::Meter;
use crate::web::guard::guard;
use crate::web::headers::{self, Transport};
use crate::web::metrics::{self, Metrics};
use crate::web::routes;
use crate::web::state::{Clock, State};
use actix_web::middleware::{Compress, from_fn};
use actix_web::web::Data;
use actix_web::{App, HttpServer, dev::Server};
use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

/// Everything that handlers and jobs share.
///
/// # Errors
/// When a template is broken.
pub fn state(settings: Settings, db: Db, clock: Clock, demo: bool) -> std::io::Result<Data<State>> {
    let renderer = Renderer::new().map_err(std::io::Error::other)?;
    let version = crate::render::assets_version();
    Ok(Data::new(State { settings, db, renderer, clock, version, demo, meter: Meter::default() }))
}

/// The server over a listener that is bound already, so that a test can ask for port 0.
///
/// # Errors
/// When the socket cannot be used.
pub fn serve(state: Data<State>, listener: TcpListener) -> std::io::Result<(Server, SocketAddr)> {
    let address = listener.local_addr()?;
    let server = &state.settings.server;
    let workers = match server.workers {
        0 => std::thread::available_parallelism().map_or(2, usize::from),
        n => n,
    };
    let (patience, shutdown) = (server.request_seconds, server.shutdown_seconds);
    let figures = Metrics::new(server.metrics).map_err(std::io::Error::other)?;
    let (figures, transport) = (Data::new(figures), Data::new(Transport::of(server)));
    let made = HttpServer::new(move || {
        App::new()
            .app_data(state.clone())
            .app_data(figures.clone())
            .app_data(transport.clone())
            .wrap(from_fn(guard))
            .wrap(Compress::default())
            .wrap(from_fn(metrics::count))
            .wrap(from_fn(headers::every_response))
            .configure(routes::configure)
    })
    .workers(workers)
    .client_request_timeout(Duration::from_secs(patience))
    .shutdown_timeout(shutdown)
    .listen(listener)?;
    Ok((made.run(), address))
}
