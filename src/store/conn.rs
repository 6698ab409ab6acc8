//! Connections to the two databases, their pools, and the migrations.
use super::{Conn, Either, Pools, StoreError};
use diesel::backend::Backend;
use diesel::connection::{SimpleConnection, TransactionManager};
use diesel::migration::MigrationSource;
use diesel::r2d2::{Builder, CustomizeConnection, ManageConnection, Pool};
use diesel::{Connection, PgConnection, SqliteConnection};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use std::sync::Arc;
use tokio::sync::Semaphore;

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

    fn establish(&self) -> Result<Conn, diesel::ConnectionError> {
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

struct Manager {
    target: Target,
}

impl ManageConnection for Manager {
    type Connection = Conn;
    type Error = diesel::r2d2::Error;
    fn connect(&self) -> Result<Conn, Self::Error> {
        self.target.establish().map_err(diesel::r2d2::Error::ConnectionError)
    }
    fn is_valid(&self, conn: &mut Conn) -> Result<(), Self::Error> {
        conn.batch_execute("SELECT 1").map_err(diesel::r2d2::Error::QueryError)
    }
    fn has_broken(&self, conn: &mut Conn) -> bool {
        std::thread::panicking()
            || <Conn as Connection>::TransactionManager::is_broken_transaction_manager(conn)
    }
}

#[derive(Debug)]
struct Setup {
    sqlite: String,
    postgres: String,
}

impl CustomizeConnection<Conn, diesel::r2d2::Error> for Setup {
    fn on_acquire(&self, conn: &mut Conn) -> Result<(), diesel::r2d2::Error> {
        let sql = if conn.is_sqlite() { &self.sqlite } else { &self.postgres };
        conn.batch_execute(sql).map_err(diesel::r2d2::Error::QueryError)
    }
}

/// What a session may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Duty {
    Read,
    Write,
}

fn setup(duty: Duty, pools: &Pools) -> Setup {
    let Pools { synchronous, statement_seconds, busy_seconds, .. } = pools;
    let lite = format!("PRAGMA busy_timeout={busy_seconds}000; PRAGMA trusted_schema=OFF;");
    let postgres = format!(
        "SET TIME ZONE 'UTC'; SET statement_timeout='{statement_seconds}s'; SET lock_timeout='{busy_seconds}s';"
    );
    match duty {
        Duty::Read => Setup {
            sqlite: format!("{lite} PRAGMA query_only=ON;"),
            postgres: format!("{postgres} SET default_transaction_read_only=on;"),
        },
        Duty::Write => Setup {
            sqlite: format!(
                "{lite} PRAGMA synchronous={synchronous}; PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON;"
            ),
            postgres,
        },
    }
}

/// How long an unreachable database is tried before the caller is told.
const UNREACHABLE: std::time::Duration = std::time::Duration::from_secs(5);

fn builder(target: &Target, size: u32, duty: Duty, pools: &Pools) -> Builder<Manager> {
    Pool::builder()
        .max_size(size)
        // A connection is always free for whoever has a permit: only a database that cannot be reached keeps one waiting.
        .connection_timeout(UNREACHABLE)
        .test_on_check_out(matches!(target, Target::Postgres(_)))
        .connection_customizer(Box::new(setup(duty, pools)))
}

/// Work for a connection, or what kept it from one.
type Job = Box<dyn FnOnce(Result<&mut Conn, StoreError>) + Send>;

/// A pool with a fair queue in front of it: waiting for a connection holds no thread.
#[derive(Clone)]
pub(super) struct Gate {
    pool: Pool<Manager>,
    permits: Arc<Semaphore>,
    /// A file beside us answers a look-up sooner than another thread takes it over.
    beside: bool,
}

impl Gate {
    pub(super) fn open(target: &Target, size: u32, duty: Duty, pools: &Pools) -> Result<Self, StoreError> {
        let pool = builder(target, size, duty, pools)
            .build(Manager { target: target.clone() })
            .map_err(|e| StoreError::Other(e.to_string()))?;
        Ok(Self::before(pool, target))
    }

    /// `open` without a look whether the database answers.
    pub(super) fn unasked(target: &Target, size: u32, duty: Duty, pools: &Pools) -> Self {
        let pool = builder(target, size, duty, pools).build_unchecked(Manager { target: target.clone() });
        Self::before(pool, target)
    }

    fn before(pool: Pool<Manager>, target: &Target) -> Self {
        let permits = usize::try_from(pool.max_size()).unwrap_or(1);
        let beside = matches!(target, Target::Sqlite(_));
        Self { pool, permits: Arc::new(Semaphore::new(permits)), beside }
    }

    /// Runs a look-up: where it is asked when the database is a file and a connection is free, else as `run` does. Handing
    /// it to another thread and back costs as much again as the look-up itself.
    pub(super) async fn glance<T, E>(
        &self,
        work: impl FnOnce(&mut Conn) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        // Nobody waits for a permit while holding one: as many look-ups as there are permits would wait for each other for ever.
        if self.beside
            && let Ok(_permit) = self.permits.try_acquire()
        {
            return self.run_here(work);
        }
        self.run(work).await
    }

    /// Runs `work` on a connection of the pool, on a thread that may block.
    pub(super) async fn run<T, E>(
        &self,
        work: impl FnOnce(&mut Conn) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (answer, answered) = tokio::sync::oneshot::channel();
        let job = Box::new(move |conn: Result<&mut Conn, StoreError>| {
            // Whoever asked may be gone by now; what was done stays done.
            drop(answer.send(conn.map_err(E::from).and_then(work)));
        });
        self.on_a_thread(job).await?;
        answered.await.map_err(|e| StoreError::Other(e.to_string()))?
    }

    /// One kind of task for everything that is asked of a database: a task of its own for each of some hundred works was two
    /// megabytes of the binary.
    async fn on_a_thread(&self, job: Job) -> Result<(), StoreError> {
        let other = |e: &dyn std::fmt::Display| StoreError::Other(e.to_string());
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(|e| other(&e))?;
        let pool = self.pool.clone();
        let done = actix_web::rt::task::spawn_blocking(move || {
            let _permit = permit;
            match pool.get() {
                Ok(mut conn) => job(Ok(&mut conn)),
                Err(e) => job(Err(StoreError::Busy(e.to_string()))),
            }
        });
        done.await.map_err(|e| other(&e))
    }

    /// The same on the calling thread, for the command line.
    pub(super) fn run_here<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&mut Conn) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut conn = self.pool.get().map_err(|e| StoreError::Busy(e.to_string()))?;
        work(&mut conn)
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

#[cfg(test)]
mod tests {
    use super::*;
    use diesel::RunQueryDsl;

    #[derive(diesel::QueryableByName)]
    struct Level {
        #[diesel(sql_type = diesel::sql_types::Integer)]
        synchronous: i32,
    }

    #[test]
    fn an_acknowledged_write_of_a_file_has_reached_the_disk() {
        let folder = std::env::temp_dir().join(format!("ieum_conn_{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let target = Target::Sqlite(folder.join("one.db").display().to_string());
        // 2 is FULL (https://sqlite.org/pragma.html#pragma_synchronous).
        for (named, level) in [("FULL", 2), ("NORMAL", 1)] {
            let pools = Pools { synchronous: named.to_owned(), ..Pools::default() };
            let gate = Gate::open(&target, 1, Duty::Write, &pools).unwrap();
            let mut conn = gate.pool.get().unwrap();
            let Either::Sqlite(conn) = conn.either() else { panic!("a file") };
            let shown: Level = diesel::sql_query("PRAGMA synchronous").get_result(conn).unwrap();
            assert_eq!(shown.synchronous, level, "{named}");
        }
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
