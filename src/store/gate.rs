//! The pools of connections, and the fair queue before each.
use super::{Conn, Pools, StoreError, Target};
use diesel::Connection;
use diesel::connection::{SimpleConnection, TransactionManager};
use diesel::r2d2::{Builder, CustomizeConnection, ManageConnection, Pool};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::Sender;
use tokio::sync::Semaphore;

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
    /// Where only one can work at a time: the queue before the thread that does everything, one after the other. Handing each work
    /// to another thread leaves the file idle for as long as a thread takes to wake.
    queue: Option<Sender<Job>>,
}

impl Gate {
    pub(super) fn open(target: &Target, size: u32, duty: Duty, pools: &Pools) -> Result<Self, StoreError> {
        let pool = builder(target, size, duty, pools)
            .build(Manager { target: target.clone() })
            .map_err(|e| StoreError::Other(e.to_string()))?;
        let gate = Self::before(pool, target);
        let alone = matches!((target, duty), (Target::Sqlite(_), Duty::Write));
        let queue = alone.then(|| one_after_the_other(gate.pool.clone())).transpose()?;
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
        let job = Box::new(move |conn: Result<&mut Conn, StoreError>| {
            // Whoever is gone before their turn asks for nothing any more. Who goes later: what was done stays done.
            if !answer.is_closed() {
                drop(answer.send(conn.map_err(E::from).and_then(work)));
            }
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
    match pool.get() {
        Ok(mut conn) => job(Ok(&mut conn)),
        Err(e) => job(Err(StoreError::Busy(e.to_string()))),
    }
}

/// A thread that takes one job after the other, until nobody can send any.
fn one_after_the_other(pool: Pool<Manager>) -> Result<Sender<Job>, StoreError> {
    let (queue, jobs) = std::sync::mpsc::channel();
    let work = move || {
        for job in jobs {
            // Who asked for what panicked is told by the channel that nobody answers any more; the connection is not used again.
            drop(catch_unwind(AssertUnwindSafe(|| on_a_connection(&pool, job))));
        }
    };
    let thread = std::thread::Builder::new().name("ieum-writer".to_owned()).spawn(work);
    thread.map(|_| queue).map_err(|e| StoreError::Other(e.to_string()))
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

    #[test]
    fn a_work_that_panics_or_whose_asker_is_gone_leaves_the_next_alone() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(panics_and_goes());
    }

    async fn panics_and_goes() {
        let file = std::env::temp_dir().join(format!("ieum_gate_{}.db", std::process::id()));
        let target = Target::Sqlite(file.display().to_string());
        let gate = Gate::open(&target, 1, Duty::Write, &Pools::default()).unwrap();
        let fell: Result<(), StoreError> = gate.run(|_| panic!("as a fault would")).await;
        assert!(fell.is_err());
        let make = |conn: &mut Conn| Ok::<_, StoreError>(conn.batch_execute("CREATE TABLE t (n INTEGER)")?);
        gate.run(make).await.unwrap();
        // Somebody is at work; who asks meanwhile and goes away before their turn wants nothing any more.
        let (first, begun) = tokio::sync::oneshot::channel();
        let (release, held) = std::sync::mpsc::channel::<()>();
        let slow = gate.run(move |_| {
            first.send(()).unwrap();
            held.recv().unwrap();
            Ok::<_, StoreError>(())
        });
        let insert = |conn: &mut Conn| Ok::<_, StoreError>(conn.batch_execute("INSERT INTO t VALUES (1)")?);
        let beside = async {
            begun.await.unwrap();
            let gone = tokio::time::timeout(std::time::Duration::from_millis(20), gate.run(insert)).await;
            assert!(gone.is_err());
            release.send(()).unwrap();
        };
        let (slow, ()) = tokio::join!(slow, beside);
        slow.unwrap();
        let count = |conn: &mut Conn| {
            let Either::Sqlite(conn) = conn.either() else { panic!("a file") };
            let count = diesel::dsl::sql::<diesel::sql_types::BigInt>("SELECT count(*) FROM t");
            Ok::<i64, StoreError>(count.get_result(conn)?)
        };
        assert_eq!(gate.run(count).await.unwrap(), 0);
        gate.run(insert).await.unwrap();
        assert_eq!(gate.run(count).await.unwrap(), 1);
        std::fs::remove_file(file).unwrap();
    }
}
