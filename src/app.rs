//! FLOOR 4: the composition root. Puts settings, key, database, templates, clock and server together.
use crate::config::{Settings, Synchronous};
use crate::domain::case::CaseRules;
use crate::render::Renderer;
use crate::store::vault::Vault;
use crate::store::{Db, Pools, StoreError, Target};
use crate::web::guard::guard;
use crate::web::metrics::Metrics;
use crate::web::routes;
use crate::web::state::{Clock, State};
use actix_web::middleware::{Compress, from_fn};
use actix_web::web::Data;
use actix_web::{App as Actix, HttpServer, dev::Server};
use chrono::Utc;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::sync::Arc;

/// Why Ieum could not start.
#[derive(Debug)]
pub struct StartError(pub String);

impl std::fmt::Display for StartError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str(&self.0) }
}
impl std::error::Error for StartError {}
impl From<StoreError> for StartError {
    fn from(e: StoreError) -> Self { Self(e.to_string()) }
}
impl From<std::io::Error> for StartError {
    fn from(e: std::io::Error) -> Self { Self(e.to_string()) }
}

/// The computer's clock; the only place that reads it.
#[must_use]
pub fn clock() -> Clock {
    #[expect(clippy::disallowed_methods, reason = "this is the clock that everything else is handed")]
    Arc::new(Utc::now)
}

/// The installation's key: from the settings, or its file.
///
/// # Errors
/// When there is none, or it is no key.
pub fn key(settings: &Settings) -> Result<Vault, StartError> {
    let text = if settings.data.key.is_empty() {
        std::fs::read_to_string(&settings.data.key_file).map_err(|e| {
            StartError(format!(
                "열쇠를 읽을 수 없습니다: {} ({e}). data.key_file 을 확인해 주세요. 새 설치라면 'ieum migrate' 가 만듭니다.",
                settings.data.key_file.display()
            ))
        })?
    } else {
        settings.data.key.expose().to_owned()
    };
    Ok(Vault::from_base64(&text)?)
}

/// Writes a new key of mode 0600 where none is configured. Returns whether it did.
///
/// # Errors
/// When the file cannot be written.
pub fn make_key(settings: &Settings) -> Result<bool, StartError> {
    let file = &settings.data.key_file;
    if !settings.data.key.is_empty() || file.exists() {
        return Ok(false);
    }
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)?;
    }
    write_private(file, &format!("{}\n", Vault::generate()))?;
    Ok(true)
}

fn write_private(path: &Path, text: &str) -> Result<(), StartError> {
    use std::io::Write;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    Ok(())
}

/// The database that the settings name.
///
/// # Errors
/// On an unknown scheme.
pub fn target(settings: &Settings) -> Result<Target, StartError> { Ok(Target::parse(settings.database.url.expose())?) }

/// Opens the database: its schema must fit and its key must be ours.
///
/// # Errors
/// Says what to do: migrate, or bring the key.
pub fn open(settings: &Settings) -> Result<Db, StartError> {
    let target = target(settings)?;
    if let Target::Sqlite(path) = &target
        && !Path::new(path).exists()
    {
        return Err(StartError(format!("데이터베이스가 없습니다: {path}. 먼저 'ieum migrate' 를 실행해 주세요.")));
    }
    let pending = crate::store::pending(&target)?;
    if !pending.is_empty() {
        return Err(StartError(format!(
            "데이터베이스를 새로 고쳐야 합니다({}). 'ieum migrate' 를 실행해 주세요.",
            pending.join(", ")
        )));
    }
    open_with(settings, &target, key(settings)?)
}

/// Opens the pools and checks the key against the one that the database was sealed with.
///
/// # Errors
/// When another key is configured than the database's.
pub fn open_with(settings: &Settings, target: &Target, vault: Vault) -> Result<Db, StartError> {
    let synchronous = match settings.database.synchronous {
        Synchronous::Full => "FULL",
        Synchronous::Normal => "NORMAL",
    };
    let pools = Pools {
        readers: settings.database.readers,
        pg_writers: settings.database.pg_writers,
        synchronous: synchronous.to_owned(),
    };
    let rules = CaseRules {
        office_days: settings.deadlines.office_days,
        mediators_needed: 1,
        contact_gap_days: settings.deadlines.contact_days,
    };
    let id = vault.id().to_owned();
    let db = Db::open(target, &pools, vault, rules)?;
    let known = db.read_here(|rx| crate::store::settings::get(rx, "key_id"))?;
    match known {
        Some(known) if known != id => Err(StartError(format!(
            "이 데이터베이스는 다른 열쇠({known})로 잠겨 있습니다. 그 열쇠를 data.key_file 에 두어 주세요."
        ))),
        Some(_) => Ok(db),
        None => {
            db.write_here(|tx| crate::store::settings::set(tx, "key_id", &id))?;
            Ok(db)
        }
    }
}

/// Brings the database to this binary's schema, makes a key where none is, and seeds the reference data.
/// Returns the migrations that ran.
///
/// # Errors
/// When a migration fails; a database that was sealed before but whose key is absent is refused.
pub fn migrate(settings: &Settings) -> Result<Vec<String>, StartError> {
    let target = target(settings)?;
    if let Target::Sqlite(path) = &target
        && let Some(folder) = Path::new(path).parent()
    {
        std::fs::create_dir_all(folder)?;
    }
    let fresh = crate::store::is_empty(&target)?;
    if fresh && make_key(settings)? {
        tracing::info!(file = %settings.data.key_file.display(), "a new key was written; keep a copy apart from the database");
    }
    let vault = key(settings)?;
    let ran = crate::store::migrate(&target)?;
    let db = open_with(settings, &target, vault)?;
    db.write_here(crate::casework::reference::seed)?;
    Ok(ran)
}

/// Everything that handlers and jobs share.
///
/// # Errors
/// When a template is broken.
pub fn state(settings: Settings, db: Db, clock: Clock, demo: bool) -> Result<Data<State>, StartError> {
    let renderer = Renderer::new().map_err(|e| StartError(e.to_string()))?;
    let version = crate::render::assets_version();
    let metrics = Metrics::new().map_err(|e| StartError(e.to_string()))?;
    Ok(Data::new(State { settings, db, renderer, clock, version, demo, metrics }))
}

/// The server over a listener that is bound already, so that a test can ask for port 0.
///
/// # Errors
/// When the socket cannot be used.
pub fn serve(state: Data<State>, listener: TcpListener) -> Result<(Server, SocketAddr), StartError> {
    let address = listener.local_addr()?;
    let server = &state.settings.server;
    let workers = match server.workers {
        0 => std::thread::available_parallelism().map_or(2, usize::from),
        n => n,
    };
    let (patience, shutdown) = (server.request_seconds, server.shutdown_seconds);
    let made = HttpServer::new(move || {
        Actix::new()
            .app_data(state.clone())
            .wrap(from_fn(guard))
            .wrap(Compress::default())
            .configure(routes::configure)
    })
    .workers(workers)
    .client_request_timeout(std::time::Duration::from_secs(patience))
    .shutdown_timeout(shutdown)
    .listen(listener)?;
    Ok((made.run(), address))
}
