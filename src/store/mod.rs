//! FLOOR 1: the only floor that knows SQL. Two databases behind one connection type.
//!
//! Reading functions take `&mut Rx`, changing ones `&mut Tx`, which only `Db::write` hands out. Both carry the
//! vault, so that personal data is sealed and opened here, at the edge, and nowhere else.
pub mod access;
pub mod belongs;
pub mod bodies;
pub mod bookings;
pub mod bulk;
pub mod case_links;
pub mod cases;
pub mod committees;
pub mod complexes;
mod conn;
pub mod diary;
pub mod digests;
pub mod disposals;
pub mod drafts;
pub mod dump;
mod either;
pub mod events;
pub mod evidence;
mod gate;
pub mod handovers;
pub mod idempotency;
pub mod inbox;
pub mod kept;
pub mod ledger;
pub mod links;
pub mod logins;
pub mod mediators;
pub mod meetings;
pub mod outbox;
pub mod packets;
pub mod parties;
pub mod pledges;
pub mod programmes;
pub mod projection;
pub mod publications;
pub mod reminders;
pub mod retention;
pub mod rooms;
pub mod scans;
pub mod schema;
pub mod search;
pub mod seats;
pub mod sending;
pub mod services;
pub mod settings;
pub mod shelf;
pub mod surveys;
pub mod tokens;
mod types;
pub mod unlock;
pub mod users;
pub mod vault;
pub mod views;
pub mod waits;
mod writer;

use crate::domain::case::CaseRules;
pub use conn::{Target, migrate, newest_migration, pending};
use diesel::Connection;
use diesel::connection::{SimpleConnection, TransactionManager};
pub use either::{Conn, Either};
use gate::{Duty, Gate};
use shelf::Shelf;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use vault::Vault;

/// What can go wrong with the database.
#[derive(Debug, Clone)]
pub enum StoreError {
    /// No such row within the asker's scope.
    NotFound,
    /// Someone else's change came first, or a unique value is taken.
    Conflict(String),
    /// No connection, or no lock, in time, or one that was cut; nothing was saved, try again.
    Busy(String),
    /// A key is missing or does not open a value.
    Key(String),
    /// A setting is wrong.
    Config(String),
    /// Anything else; the text is for the log, never for a page.
    Other(String),
}

impl std::fmt::Display for StoreError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotFound => f.write_str("not found"),
            Self::Conflict(e) => write!(f, "conflict: {e}"),
            Self::Busy(e) => write!(f, "busy: {e}"),
            Self::Key(e) | Self::Config(e) | Self::Other(e) => f.write_str(e),
        }
    }
}

impl std::error::Error for StoreError {}

impl From<diesel::result::Error> for StoreError {
    fn from(e: diesel::result::Error) -> Self {
        use diesel::result::{DatabaseErrorKind as Kind, Error};
        match e {
            Error::NotFound => Self::NotFound,
            Error::DatabaseError(Kind::UniqueViolation, info) => Self::Conflict(info.message().to_owned()),
            // No session of ours is serializable: this is a standby that ends a reader which its recovery waits for.
            Error::DatabaseError(Kind::SerializationFailure | Kind::ClosedConnection, info) => {
                Self::Busy(info.message().to_owned())
            }
            Error::DatabaseError(Kind::Unknown, info) if waited_in_vain(info.message()) => {
                Self::Busy(info.message().to_owned())
            }
            e @ Error::BrokenTransactionManager => Self::Busy(e.to_string()),
            e => Self::Other(e.to_string()),
        }
    }
}

/// Whether these are the words for a lock that did not come in time. Diesel hands on neither SQLite's result code nor PostgreSQL's
/// SQLSTATE (55P03 of `lock_timeout`, 57014 of `statement_timeout`, 40P01); a server in Korean says them in Korean.
fn waited_in_vain(message: &str) -> bool {
    [
        "database is locked",
        "database table is locked",
        "due to lock timeout",
        "잠금 대기 시간 초과",
        "due to statement timeout",
        "명령실행시간 초과",
        "deadlock",
    ]
    .iter()
    .any(|words| message.contains(words))
}

/// A reading session: a connection and the key that opens what it reads.
pub struct Rx<'a> {
    conn: &'a mut Conn,
    vault: &'a Vault,
    rules: CaseRules,
}

impl Rx<'_> {
    pub(in crate::store) fn conn(&mut self) -> &mut Conn {
        self.conn
    }
    /// The key, for keyed hashes and link secrets.
    #[must_use]
    pub fn vault(&self) -> &Vault {
        self.vault
    }
    /// The rules that cases run under.
    #[must_use]
    pub fn rules(&self) -> CaseRules {
        self.rules
    }
    /// Runs `work` on one state of the database, where several statements must agree with each other (a count and its parts, a
    /// recount and what is kept). SQLite reads so anyway, and so does a transaction that is open already.
    ///
    /// # Errors
    /// What `work` returns.
    pub fn at_one_moment<T, E: From<StoreError>>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<T, E> {
        type Manager = <Conn as Connection>::TransactionManager;
        let depth = Manager::transaction_manager_status_mut(self.conn).transaction_depth();
        if self.conn.is_sqlite() || !matches!(depth, Ok(None)) {
            return work(self);
        }
        Manager::begin_transaction(self.conn).map_err(StoreError::from)?;
        let steady = self.conn.batch_execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
        let answer = steady.map_err(|e| StoreError::from(e).into()).and_then(|()| work(self));
        // Nothing was written: either end is the same, and this one never fails on an error before it.
        Manager::rollback_transaction(self.conn).map_err(StoreError::from)?;
        answer
    }
}

/// An open write transaction. Functions that change rows ask for this.
pub struct Tx<'a>(Rx<'a>);

impl<'a> Deref for Tx<'a> {
    type Target = Rx<'a>;
    fn deref(&self) -> &Rx<'a> {
        &self.0
    }
}

impl<'a> DerefMut for Tx<'a> {
    fn deref_mut(&mut self) -> &mut Rx<'a> {
        &mut self.0
    }
}

/// How large the pools are and how commits are kept.
#[derive(Debug, Clone)]
pub struct Pools {
    /// Reading connections.
    pub readers: u32,
    /// Writing connections on PostgreSQL; SQLite has exactly one.
    pub pg_writers: u32,
    /// SQLite's `synchronous`: `FULL` keeps every acknowledged commit through a power cut.
    pub synchronous: String,
    /// PostgreSQL's `statement_timeout`, seconds.
    pub statement_seconds: u32,
    /// How long a session waits for another one's lock, seconds: SQLite's `busy_timeout`, PostgreSQL's `lock_timeout`.
    pub busy_seconds: u32,
    /// A copy of the database from which reports are read; the database itself where there is none.
    pub replica: Option<Target>,
}

impl Default for Pools {
    fn default() -> Self {
        Self {
            readers: 2,
            pg_writers: 4,
            synchronous: "FULL".to_owned(),
            statement_seconds: 30,
            busy_seconds: 30,
            replica: None,
        }
    }
}

/// The database: a pool of readers, whose sessions cannot write, and the writers.
#[derive(Clone)]
pub struct Db {
    target: Target,
    readers: Gate,
    /// Where reports are read: a replica's, or the readers themselves.
    reports: Gate,
    replicated: bool,
    writers: Gate,
    vault: Arc<Vault>,
    rules: CaseRules,
    shelf: Shelf,
}

impl Db {
    /// Opens the pools. The schema must be there already (`migrate`).
    ///
    /// # Errors
    /// When the database cannot be reached; a replica may come later.
    pub fn open(target: &Target, pools: &Pools, vault: Vault, rules: CaseRules) -> Result<Self, StoreError> {
        let writers = if matches!(target, Target::Postgres(_)) { pools.pg_writers } else { 1 };
        let readers = Gate::open(target, pools.readers, Duty::Read, pools)?;
        let reports = match &pools.replica {
            // Only reports wait for it: all else goes on while it is away.
            Some(replica) => Gate::unasked(replica, pools.readers, Duty::Read, pools),
            None => readers.clone(),
        };
        Ok(Self {
            target: target.clone(),
            writers: Gate::open(target, writers, Duty::Write, pools)?,
            readers,
            reports,
            replicated: pools.replica.is_some(),
            vault: Arc::new(vault),
            rules,
            shelf: Shelf::default(),
        })
    }

    /// The same database with its large files in a folder beside it.
    #[must_use]
    pub fn with_shelf(self, shelf: Shelf) -> Self {
        Self { shelf, ..self }
    }

    /// The folder of the large files.
    #[must_use]
    pub fn shelf(&self) -> &Shelf {
        &self.shelf
    }

    #[must_use]
    pub fn target(&self) -> &Target {
        &self.target
    }
    #[must_use]
    pub fn vault(&self) -> &Vault {
        &self.vault
    }

    /// Runs `work` on a reading session.
    ///
    /// # Errors
    /// What `work` returns, or `Busy`.
    pub async fn read<T, E>(
        &self,
        work: impl FnOnce(&mut Rx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (vault, rules) = (Arc::clone(&self.vault), self.rules);
        self.readers.run(move |conn| on_a_snapshot(conn, &vault, rules, work)).await
    }

    /// `read` for a report: from the replica where there is one, which may be some moments behind. What a person has just written,
    /// they look for with `read`.
    ///
    /// # Errors
    /// What `work` returns, or `Busy`: also when the replica does not answer, or ended the reading to catch up.
    pub async fn report<T, E>(
        &self,
        work: impl FnOnce(&mut Rx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (vault, rules) = (Arc::clone(&self.vault), self.rules);
        self.reports.run(move |conn| on_a_snapshot(conn, &vault, rules, work)).await
    }

    /// Whether reports are read from another database than everything else.
    #[must_use]
    pub const fn has_replica(&self) -> bool {
        self.replicated
    }

    /// The newest migration, such as `0001`, of the database from which reports are read.
    ///
    /// # Errors
    /// `Busy` when it cannot be reached, and when it has no migrations at all.
    pub fn reports_version(&self) -> Result<String, StoreError> {
        self.reports.run_here(dump::version)
    }

    /// `read` for what is found by its key or fills one page by an index, some hundred microseconds at most: on SQLite it
    /// is answered on the calling thread. Whatever grows with the data belongs in `read`.
    ///
    /// # Errors
    /// What `work` returns, or `Busy`.
    pub async fn glance<T, E>(
        &self,
        work: impl FnOnce(&mut Rx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (vault, rules) = (Arc::clone(&self.vault), self.rules);
        self.readers.glance(move |conn| on_a_snapshot(conn, &vault, rules, work)).await
    }

    /// Runs `work` in one transaction: all of it is saved, or none.
    ///
    /// # Errors
    /// What `work` returns, or `Busy`; nothing is saved then.
    pub async fn write<T, E>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (vault, rules) = (Arc::clone(&self.vault), self.rules);
        self.writers.run(move |conn| in_transaction(conn, &vault, rules, work)).await
    }

    /// `read` on the calling thread, for the command line.
    ///
    /// # Errors
    /// What `work` returns, or `Busy`.
    pub fn read_here<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&mut Rx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.readers.run_here(|conn| on_a_snapshot(conn, &self.vault, self.rules, work))
    }

    /// `write` on the calling thread, for the command line.
    ///
    /// # Errors
    /// What `work` returns, or `Busy`; nothing is saved then.
    pub fn write_here<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.writers.run_here(|conn| in_transaction(conn, &self.vault, self.rules, work))
    }
}

/// Lets no other transaction that asks for the same number go on until this one ends: what it then reads, nobody changes. SQLite has
/// one writer at a time anyway.
fn in_turn(tx: &mut Tx<'_>, number: i64) -> Result<(), StoreError> {
    if !tx.conn().is_sqlite() {
        tx.conn().batch_execute(&format!("SELECT pg_advisory_xact_lock({number})"))?;
    }
    Ok(())
}

/// On SQLite a session reads one state of the database, and locks the file once instead of at every statement. On
/// PostgreSQL each statement reads the newest, as two more journeys to the server would cost more than all else; what must not
/// asks for it ([`Rx::at_one_moment`]).
fn on_a_snapshot<T, E: From<StoreError>>(
    conn: &mut Conn,
    vault: &Vault,
    rules: CaseRules,
    work: impl FnOnce(&mut Rx<'_>) -> Result<T, E>,
) -> Result<T, E> {
    type Manager = <Conn as Connection>::TransactionManager;
    let snapshot = conn.is_sqlite();
    if snapshot {
        Manager::begin_transaction(conn).map_err(StoreError::from)?;
    }
    let answer = work(&mut Rx { conn, vault, rules });
    if snapshot {
        Manager::commit_transaction(conn).map_err(StoreError::from)?;
    }
    answer
}

fn in_transaction<T, E: From<StoreError>>(
    conn: &mut Conn,
    vault: &Vault,
    rules: CaseRules,
    work: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
) -> Result<T, E> {
    type Manager = <Conn as Connection>::TransactionManager;
    writer::begin(conn)?;
    match work(&mut Tx(Rx { conn, vault, rules })) {
        Ok(value) => {
            Manager::commit_transaction(conn).map_err(StoreError::from)?;
            Ok(value)
        }
        Err(e) => {
            Manager::rollback_transaction(conn).map_err(StoreError::from)?;
            Err(e)
        }
    }
}
