//! The one writer of a file: a thread that takes what is asked in turn. What waits while it works is kept by one commit
//! together, as a disk takes as long for many as for one: each in a savepoint of its own, so that what one leaves undone undoes
//! nothing else, and none is answered before all of it has reached the disk (`synchronous`).
use super::gate::{Answer, Job, Manager};
use super::{Conn, Either, StoreError};
use diesel::Connection;
use diesel::connection::{AnsiTransactionManager, TransactionManager};
use diesel::r2d2::Pool;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender};

/// What waits for the writer. Handing each work to another thread would leave the file idle for as long as a thread takes to wake.
pub(super) type Queue = Sender<Job>;

/// The most works of one commit: the first of them waits for all before it is answered.
const TOGETHER: usize = 16;

type Transactions = <Conn as Connection>::TransactionManager;

/// Starts the thread; it ends when nobody can ask it any more.
///
/// # Errors
/// When there is no thread to be had.
pub(super) fn start(pool: Pool<Manager>) -> Result<Queue, StoreError> {
    let (queue, jobs) = std::sync::mpsc::channel();
    let work = move || {
        while let Ok(first) = jobs.recv() {
            // Who asked for what panicked, or together with it, is told by the channel that nobody answers any more; nothing of
            // it is kept, and the connection is not used again.
            drop(catch_unwind(AssertUnwindSafe(|| together(&pool, first, &jobs))));
        }
    };
    let thread = std::thread::Builder::new().name("ieum-writer".to_owned()).spawn(work);
    thread.map(|_| queue).map_err(|e| StoreError::Other(e.to_string()))
}

/// Begins a transaction; within one, a part that can be left undone by itself.
///
/// # Errors
/// `Busy` when the lock does not come in time.
pub(super) fn begin(conn: &mut Conn) -> Result<(), StoreError> {
    let depth = Transactions::transaction_manager_status_mut(conn).transaction_depth();
    let begun = match conn.either() {
        // A deferred transaction that reads first cannot wait for the write lock; an immediate one can.
        Either::Sqlite(sqlite) if matches!(depth, Ok(None)) => {
            AnsiTransactionManager::begin_transaction_sql(sqlite, "BEGIN IMMEDIATE")
        }
        _ => Transactions::begin_transaction(conn),
    };
    Ok(begun?)
}

/// Does `first` and what else is waiting, and answers all of them once it is kept, or when it could not be.
fn together(pool: &Pool<Manager>, first: Job, waiting: &Receiver<Job>) {
    let mut conn = match pool.get() {
        Ok(conn) => conn,
        Err(e) => return first(Err(StoreError::Busy(e.to_string())))(Ok(())),
    };
    if let Err(e) = begin(&mut conn) {
        return first(Err(e))(Ok(()));
    }
    let mut answers: Vec<Answer> = vec![first(Ok(&mut conn))];
    while answers.len() < TOGETHER
        && let Ok(job) = waiting.try_recv()
    {
        answers.push(job(Ok(&mut conn)));
    }
    let kept = Transactions::commit_transaction(&mut conn).map_err(StoreError::from);
    for answer in answers {
        answer(kept.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::super::gate::{Duty, Gate};
    use super::super::{Pools, Target};
    use super::*;
    use diesel::RunQueryDsl;
    use diesel::connection::SimpleConnection;
    use std::sync::mpsc::channel;

    struct Room {
        gate: Gate,
        file: std::path::PathBuf,
    }

    impl Drop for Room {
        fn drop(&mut self) {
            let _ = std::fs::remove_file(&self.file);
        }
    }

    /// A file with an empty table `t`.
    async fn room(name: &str) -> Room {
        let file = std::env::temp_dir().join(format!("ieum_writer_{name}_{}.db", std::process::id()));
        let target = Target::Sqlite(file.display().to_string());
        let gate = Gate::open(&target, 1, Duty::Write, &Pools::default()).unwrap();
        let make = "PRAGMA journal_mode=WAL; CREATE TABLE t (n INTEGER)";
        target.connect().unwrap().batch_execute(make).unwrap();
        Room { gate, file }
    }

    fn insert(conn: &mut Conn, n: i64) -> Result<(), StoreError> {
        Ok(conn.batch_execute(&format!("INSERT INTO t VALUES ({n})"))?)
    }

    /// As `Db::write` does it: `n` is written, and left undone where the answer is an error.
    fn one(n: i64, fails: bool) -> impl FnOnce(&mut Conn) -> Result<(), StoreError> + Send + 'static {
        move |conn| {
            begin(conn)?;
            insert(conn, n)?;
            if fails {
                Transactions::rollback_transaction(conn)?;
                return Err(StoreError::NotFound);
            }
            Ok(Transactions::commit_transaction(conn)?)
        }
    }

    /// What another connection sees.
    fn seen(room: &Room) -> Vec<i64> {
        let mut conn = Target::Sqlite(room.file.display().to_string()).connect().unwrap();
        let Either::Sqlite(conn) = conn.either() else { panic!("a file") };
        diesel::dsl::sql::<diesel::sql_types::BigInt>("SELECT n FROM t ORDER BY n").load(conn).unwrap()
    }

    fn run(test: impl Future<Output = ()>) {
        tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(test);
    }

    type Held = tokio::task::JoinHandle<Result<(), StoreError>>;

    /// Holds the writer until the sender is used, so that what is asked meanwhile joins its commit.
    async fn held(gate: &Gate) -> (std::sync::mpsc::Sender<()>, Held) {
        let (begun, has_begun) = tokio::sync::oneshot::channel();
        let (release, released) = channel::<()>();
        let gate = gate.clone();
        let slow = tokio::spawn(async move {
            let work = move |_: &mut Conn| {
                begun.send(()).unwrap();
                released.recv().unwrap();
                Ok::<_, StoreError>(())
            };
            gate.run(work).await
        });
        has_begun.await.unwrap();
        (release, slow)
    }

    #[test]
    fn what_waits_is_kept_by_one_commit_and_one_failure_undoes_itself_alone() {
        run(async {
            let room = room("together").await;
            let (release, slow) = held(&room.gate).await;
            let (looked, look) = tokio::sync::oneshot::channel();
            let (go, gone) = channel::<()>();
            let last = move |conn: &mut Conn| {
                one(3, false)(conn)?;
                looked.send(()).unwrap();
                gone.recv().unwrap();
                Ok::<_, StoreError>(())
            };
            let first = room.gate.run(one(1, false));
            let fails = room.gate.run(one(2, true));
            let last = room.gate.run(last);
            let watched = async {
                release.send(()).unwrap();
                look.await.unwrap();
                // All three are done, none is kept yet.
                assert_eq!(seen(&room), Vec::<i64>::new());
                go.send(()).unwrap();
            };
            let (first, fails, last, ()) = tokio::join!(first, fails, last, watched);
            first.unwrap();
            assert!(matches!(fails, Err(StoreError::NotFound)));
            last.unwrap();
            slow.await.unwrap().unwrap();
            assert_eq!(seen(&room), [1, 3]);
        });
    }

    #[test]
    fn nothing_is_acknowledged_that_a_panic_beside_it_left_undone() {
        run(async {
            let room = room("panics").await;
            let (release, slow) = held(&room.gate).await;
            let first = room.gate.run(one(1, false));
            let falls =
                room.gate.run(|_: &mut Conn| -> Result<(), StoreError> { panic!("as a fault would") });
            let behind = room.gate.run(one(2, false));
            let go = async { release.send(()).unwrap() };
            let (first, falls, behind, ()) = tokio::join!(first, falls, behind, go);
            assert!(slow.await.unwrap().is_err() && first.is_err() && falls.is_err());
            behind.unwrap();
            assert_eq!(seen(&room), [2]);
        });
    }

    #[test]
    fn who_is_gone_before_their_turn_asks_for_nothing() {
        run(async {
            let room = room("gone").await;
            let (release, slow) = held(&room.gate).await;
            let gone =
                tokio::time::timeout(std::time::Duration::from_millis(20), room.gate.run(one(1, false)))
                    .await;
            assert!(gone.is_err());
            release.send(()).unwrap();
            slow.await.unwrap().unwrap();
            room.gate.run(one(2, false)).await.unwrap();
            assert_eq!(seen(&room), [2]);
        });
    }
}
