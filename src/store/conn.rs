//! Which database, connections to it, and the migrations.
use super::{Conn, Either, StoreError};
use diesel::backend::Backend;
use diesel::connection::SimpleConnection;
use diesel::migration::MigrationSource;
use diesel::{Connection, PgConnection, SqliteConnection};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

/// Writes one query twice, once per backend, for the few features MultiConnection lacks:
/// ON CONFLICT, inserting many rows, UNION, and locking clauses.
#[macro_export]
macro_rules! each_backend {
    ($conn:expr, |$c:ident| $body:expr) => {
        match $conn.either() {
            $crate::store::Either::Postgres($c) => $body,
            $crate::store::Either::Sqlite($c) => $body,
        }
    };
}

/// What the database URL names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A file.
    Sqlite(String),
    /// A libpq connection URL.
    Postgres(String),
}

impl Target {
    /// Reads `sqlite://PATH` or `postgres://…`.
    ///
    /// # Errors
    /// On any other scheme.
    pub fn parse(url: &str) -> Result<Self, StoreError> {
        if let Some(path) = url.strip_prefix("sqlite://") {
            return Ok(Self::Sqlite(path.to_owned()));
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Postgres(url.to_owned()));
        }
        Err(StoreError::Config("database.url은 sqlite://경로 또는 postgres://… 여야 합니다".into()))
    }

    /// Opens one connection, outside any pool.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub fn connect(&self) -> Result<Conn, StoreError> {
        self.establish().map_err(|e| StoreError::Other(e.to_string()))
    }

    pub(super) fn establish(&self) -> Result<Conn, diesel::ConnectionError> {
        match self {
            Self::Sqlite(path) => {
                let mut conn = SqliteConnection::establish(path)?;
                // Longest for those who come without a pool; a pool's sessions say their own.
                conn.batch_execute("PRAGMA busy_timeout=30000;")
                    .map_err(diesel::ConnectionError::CouldntSetupConfiguration)?;
                Ok(Either::Sqlite(conn).into())
            }
            Self::Postgres(url) => Ok(Either::Postgres(PgConnection::establish(url)?).into()),
        }
    }
}

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// A lock that only one migrating process holds at a time on PostgreSQL ("ieum" as a number).
const MIGRATION_LOCK: &str = "SELECT pg_advisory_lock(1768256877)";

/// Brings the database to the schema of this binary and returns the names of the migrations it ran.
///
/// # Errors
/// When a migration fails (it is rolled back) or the database cannot be reached.
pub fn migrate(target: &Target) -> Result<Vec<String>, StoreError> {
    let failed = |e: Box<dyn std::error::Error + Send + Sync>| StoreError::Other(e.to_string());
    let ran = match target.connect()?.either() {
        Either::Sqlite(c) => {
            c.batch_execute("PRAGMA journal_mode=WAL;").map_err(StoreError::from)?;
            c.run_pending_migrations(SQLITE).map_err(failed)?.iter().map(ToString::to_string).collect()
        }
        Either::Postgres(c) => {
            c.batch_execute(MIGRATION_LOCK).map_err(StoreError::from)?;
            c.run_pending_migrations(POSTGRES).map_err(failed)?.iter().map(ToString::to_string).collect()
        }
    };
    Ok(ran)
}

/// The migrations that the database lacks; empty when it fits this binary.
///
/// # Errors
/// When the database cannot be reached.
pub fn pending(target: &Target) -> Result<Vec<String>, StoreError> {
    let failed = |e: Box<dyn std::error::Error + Send + Sync>| StoreError::Other(e.to_string());
    match target.connect()?.either() {
        Either::Sqlite(c) => {
            let pending: Vec<Box<dyn diesel::migration::Migration<diesel::sqlite::Sqlite>>> =
                c.pending_migrations(SQLITE).map_err(failed)?;
            Ok(pending.iter().map(|m| m.name().to_string()).collect())
        }
        Either::Postgres(c) => {
            let pending: Vec<Box<dyn diesel::migration::Migration<diesel::pg::Pg>>> =
                c.pending_migrations(POSTGRES).map_err(failed)?;
            Ok(pending.iter().map(|m| m.name().to_string()).collect())
        }
    }
}

/// Runs the migrations up to and with `version` on an open connection, for a dump of that age.
///
/// # Errors
/// When this binary does not have that migration, or one fails.
pub(super) fn migrate_to(conn: &mut Conn, version: &str) -> Result<(), StoreError> {
    fn up_to<DB: Backend, C: MigrationHarness<DB>>(
        conn: &mut C,
        source: EmbeddedMigrations,
        version: &str,
    ) -> Result<(), StoreError>
    where
        EmbeddedMigrations: MigrationSource<DB>,
    {
        let failed = |e: Box<dyn std::error::Error + Send + Sync>| StoreError::Other(e.to_string());
        let all = conn.pending_migrations(source).map_err(failed)?;
        let older: Vec<_> =
            all.iter().filter(|m| m.name().version().to_string().as_str() <= version).collect();
        if older.last().is_none_or(|newest| newest.name().version().to_string() != version) {
            return Err(StoreError::Conflict(format!(
                "이 프로그램이 모르는 데이터베이스 구조입니다: {version}"
            )));
        }
        for migration in older {
            conn.run_migration(migration.as_ref()).map_err(failed)?;
        }
        Ok(())
    }
    match conn.either() {
        Either::Sqlite(c) => up_to(c, SQLITE, version),
        Either::Postgres(c) => up_to(c, POSTGRES, version),
    }
}

/// The newest migration of this binary, as `0001`.
///
/// # Errors
/// When the embedded migrations cannot be read.
pub fn newest_migration() -> Result<String, StoreError> {
    let failed = |e: Box<dyn std::error::Error + Send + Sync>| StoreError::Other(e.to_string());
    let all: Vec<Box<dyn diesel::migration::Migration<diesel::sqlite::Sqlite>>> =
        SQLITE.migrations().map_err(failed)?;
    Ok(all.iter().map(|m| m.name().version().to_string()).max().unwrap_or_default())
}
