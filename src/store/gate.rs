//! The pools of connections, and the fair queue before each.
use super::writer::{self, Queue};
use super::{Conn, Pools, StoreError, Target};
use diesel::Connection;
use diesel::connection::{SimpleConnection, TransactionManager};
use diesel::r2d2::{Builder, CustomizeConnection, ManageConnection, Pool};
use std::sync::Arc;
use tokio::sync::Semaphore;

pub(super) struct Manager {
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

/// Work for a connection, or what kept it from one. What it answers is handed over once it is known whether it is kept.
pub(super) type Job = Box<dyn FnOnce(Result<&mut Conn, StoreError>) -> Answer + Send>;
pub(super) type Answer = Box<dyn FnOnce(Result<(), StoreError>) + Send>;

/// A pool with a fair queue in front of it: waiting for a connection holds no thread.
#[derive(Clone)]
pub(super) struct Gate {
    pool: Pool<Manager>,
    permits: Arc<Semaphore>,
    /// A file beside us answers a look-up sooner than another thread takes it over.
    beside: bool,
    /// Where only one can write at a time: the queue before the thread that does.
    queue: Option<Queue>,
}

impl Gate {
    pub(super) fn open(target: &Target, size: u32, duty: Duty, pools: &Pools) -> Result<Self, StoreError> {
        let pool = builder(target, size, duty, pools)
            .build(Manager { target: target.clone() })
            .map_err(|e| StoreError::Other(e.to_string()))?;
        let gate = Self::before(pool, target);
        let alone = matches!((target, duty), (Target::Sqlite(_), Duty::Write));
        let queue = alone.then(|| writer::start(gate.pool.clone())).transpose()?;
        Ok(Self { queue, ..gate })
    }

    /// `open` without a look whether the database answers.
    pub(super) fn unasked(target: &Target, size: u32, duty: Duty, pools: &Pools) -> Self {
        let pool = builder(target, size, duty, pools).build_unchecked(Manager { target: target.clone() });
        Self::before(pool, target)
    }

    fn before(pool: Pool<Manager>, target: &Target) -> Self {
        let permits = usize::try_from(pool.max_size()).unwrap_or(1);
        let beside = matches!(target, Target::Sqlite(_));
        Self { pool, permits: Arc::new(Semaphore::new(permits)), beside, queue: None }
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
        let job: Job = Box::new(move |conn| {
            // Whoever is gone before their turn asks for nothing any more. Who goes later: what was done stays done.
            let done = (!answer.is_closed()).then(|| conn.map_err(E::from).and_then(work));
            let told = move |kept: Result<(), StoreError>| {
                let done = done.map(|done| done.and_then(|value| kept.map(|()| value).map_err(E::from)));
                done.map(|done| answer.send(done));
            };
            Box::new(told)
        });
        self.on_a_thread(job).await?;
        answered.await.map_err(|e| StoreError::Other(e.to_string()))?
    }

    /// One kind of task for everything that is asked of a database: a task of its own for each of some hundred works was two
    /// megabytes of the binary.
    async fn on_a_thread(&self, job: Job) -> Result<(), StoreError> {
        let other = |e: &dyn std::fmt::Display| StoreError::Other(e.to_string());
        if let Some(queue) = &self.queue {
            return queue.send(job).map_err(|e| other(&e));
        }
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(|e| other(&e))?;
        let pool = self.pool.clone();
        let done = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            on_a_connection(&pool, job);
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

fn on_a_connection(pool: &Pool<Manager>, job: Job) {
    let answer = match pool.get() {
        Ok(mut conn) => job(Ok(&mut conn)),
        Err(e) => job(Err(StoreError::Busy(e.to_string()))),
    };
    answer(Ok(()));
}

#[cfg(test)]
mod tests {
    use super::super::Either;
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
