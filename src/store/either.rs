//! A connection to either database. diesel's pair of connections writes a query's SQL again at every use, twice, even where
//! its statement is prepared already; here the text of each kind of query is written once a connection and then handed on.
//! diesel prepares `IN (?, ?)` and every UPDATE anew at each use; here SQLite keeps those of a few values prepared, too.
use diesel::backend::Backend;
use diesel::connection::{
    CacheSize, Instrumentation, LoadConnection, SimpleConnection, TransactionManager,
    TransactionManagerStatus,
};
use diesel::expression::QueryMetadata;
use diesel::internal::derives::multiconnection::{AstPassHelper, ConnectionSealed};
use diesel::query_builder::{AstPass, Query, QueryBuilder, QueryFragment, QueryId};
use diesel::{Connection, ConnectionResult, PgConnection, QueryResult, SqliteConnection};
use std::any::TypeId;
use std::collections::HashMap;
use std::sync::Arc;

/// diesel's pair of connections.
#[derive(diesel::MultiConnection)]
pub enum Either {
    Postgres(PgConnection),
    Sqlite(SqliteConnection),
}

/// A connection to whichever database the URL names.
pub struct Conn {
    either: Either,
    /// What is asked, by the type that says it: diesel keeps prepared statements by the same key. None where a statement must not
    /// be kept prepared.
    texts: HashMap<TypeId, Option<Arc<str>>>,
}

impl From<Either> for Conn {
    fn from(either: Either) -> Self {
        Self { either, texts: HashMap::new() }
    }
}

impl Conn {
    /// For what only one of them can do.
    pub fn either(&mut self) -> &mut Either {
        &mut self.either
    }

    /// Whether it is a file.
    #[must_use]
    pub fn is_sqlite(&self) -> bool {
        matches!(self.either, Either::Sqlite(_))
    }

    /// The text of a query whose statement is kept prepared.
    fn text<T: QueryFragment<MultiBackend> + QueryId>(&mut self, query: &T) -> QueryResult<Option<Arc<str>>> {
        // A type without an id says more in its values, a list, a filter chosen at run time: its text is the key to its statement.
        let Some(id) = T::query_id() else { return written(query, self.is_sqlite(), self.is_sqlite()) };
        if let Some(known) = self.texts.get(&id) {
            return Ok(known.clone());
        }
        let text = written(query, self.is_sqlite(), false)?;
        self.texts.insert(id, text.clone());
        Ok(text)
    }
}

/// The most values of a list (`IN (?, ?)`) or an UPDATE whose statement is kept prepared: to SQLite, a list of each length is another
/// statement.
const KEPT_MAX: usize = 16;

/// A query's SQL; none where its statement must not be kept prepared. With `lists`, that of a few values may be, whatever
/// diesel says.
fn written(
    query: &impl QueryFragment<MultiBackend>,
    sqlite: bool,
    lists: bool,
) -> QueryResult<Option<Arc<str>>> {
    type Builder = <MultiBackend as Backend>::QueryBuilder;
    let (backend, mut builder) = if sqlite {
        (MultiBackend::Sqlite(Default::default()), Builder::Sqlite(Default::default()))
    } else {
        (MultiBackend::Postgres(Default::default()), Builder::Postgres(Default::default()))
    };
    let safe = query.is_safe_to_cache_prepared(&backend)?;
    if !safe && !lists {
        return Ok(None);
    }
    query.to_sql(&mut builder, &backend)?;
    let text = builder.finish();
    let few = || (1..=KEPT_MAX).contains(&text.matches('?').count());
    Ok((safe || few()).then(|| text.into()))
}

/// A query with its text.
struct WithText<T> {
    query: T,
    text: Option<Arc<str>>,
}

impl<T: QueryFragment<MultiBackend>> QueryFragment<MultiBackend> for WithText<T> {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        match &self.text {
            // Whoever collects the values needs the query itself, whoever writes only its text.
            Some(text) if pass.bind_collector().is_none() && pass.debug_binds().is_none() => {
                pass.push_sql(text);
                Ok(())
            }
            _ => self.query.walk_ast(pass),
        }
    }
}

impl<T: QueryId> QueryId for WithText<T> {
    type QueryId = T::QueryId;
    const HAS_STATIC_QUERY_ID: bool = T::HAS_STATIC_QUERY_ID;
}

impl<T: Query> Query for WithText<T> {
    type SqlType = T::SqlType;
}

impl ConnectionSealed for Conn {}

impl SimpleConnection for Conn {
    fn batch_execute(&mut self, query: &str) -> QueryResult<()> {
        self.either.batch_execute(query)
    }
}

impl Connection for Conn {
    type Backend = MultiBackend;
    type TransactionManager = Transactions;

    fn establish(url: &str) -> ConnectionResult<Self> {
        Either::establish(url).map(Self::from)
    }
    fn execute_returning_count<T>(&mut self, query: &T) -> QueryResult<usize>
    where
        T: QueryFragment<MultiBackend> + QueryId,
    {
        let text = self.text(query)?;
        self.either.execute_returning_count(&WithText { query, text })
    }
    fn transaction_state(&mut self) -> &mut Either {
        self.either.transaction_state()
    }
    fn instrumentation(&mut self) -> &mut dyn Instrumentation {
        self.either.instrumentation()
    }
    fn set_instrumentation(&mut self, instrumentation: impl Instrumentation) {
        self.either.set_instrumentation(instrumentation);
    }
    fn set_prepared_statement_cache_size(&mut self, size: CacheSize) {
        self.either.set_prepared_statement_cache_size(size);
    }
}

impl LoadConnection for Conn {
    type Cursor<'conn, 'query> = <Either as LoadConnection>::Cursor<'conn, 'query>;
    type Row<'conn, 'query> = <Either as LoadConnection>::Row<'conn, 'query>;

    fn load<'conn, 'query, T>(&'conn mut self, query: T) -> QueryResult<Self::Cursor<'conn, 'query>>
    where
        T: Query + QueryFragment<MultiBackend> + QueryId + 'query,
        MultiBackend: QueryMetadata<T::SqlType>,
    {
        let text = self.text(&query)?;
        self.either.load(WithText { query, text })
    }
}

/// The transactions of the connection beneath.
pub struct Transactions;

impl TransactionManager<Conn> for Transactions {
    type TransactionStateData = Either;

    fn begin_transaction(conn: &mut Conn) -> QueryResult<()> {
        Either::begin_transaction(&mut conn.either)
    }
    fn rollback_transaction(conn: &mut Conn) -> QueryResult<()> {
        Either::rollback_transaction(&mut conn.either)
    }
    fn commit_transaction(conn: &mut Conn) -> QueryResult<()> {
        Either::commit_transaction(&mut conn.either)
    }
    fn transaction_manager_status_mut(conn: &mut Conn) -> &mut TransactionManagerStatus {
        Either::transaction_manager_status_mut(&mut conn.either)
    }
    fn is_broken_transaction_manager(conn: &mut Conn) -> bool {
        Either::is_broken_transaction_manager(&mut conn.either)
    }
}
