//! Every table as lines of JSON, the same on both databases, and back: what backups are made of.
//!
//! One shape for both means that a backup of an SQLite file restores into PostgreSQL and the other way round. Columns
//! are integers, texts, dates, times and booleans; the lines hold times as SQLite keeps them (`YYYY-MM-DD HH:MM:SS[.f]`,
//! UTC) and booleans as 0 and 1. Sealed values stay sealed: neither side needs the installation's key.
use super::{Conn, Either, StoreError, Target, conn};
use diesel::connection::{LoadConnection, SimpleConnection};
use diesel::sql_types::Text;
use diesel::{Connection, QueryableByName, RunQueryDsl, sql_query};

/// Rows are inserted in batches of at most this many lines.
const BATCH: usize = 500;

/// One table and its columns, in the order in which they are written.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Table {
    name: String,
    columns: Vec<Column>,
}

#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    table: String,
    #[diesel(sql_type = Text)]
    name: String,
    /// PostgreSQL's type; SQLite's columns need no conversion.
    #[diesel(sql_type = Text)]
    kind: String,
    /// "1", "2", … for a column of the primary key, else "0".
    #[diesel(sql_type = Text)]
    key: String,
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

const SQLITE_COLUMNS: &str = "SELECT m.name AS \"table\", c.name AS name, c.type AS kind, CAST(c.pk AS TEXT) AS key \
    FROM sqlite_master m JOIN pragma_table_info(m.name) c \
    WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND m.name <> '__diesel_schema_migrations' \
    ORDER BY m.name, c.cid";

/// From the catalogue itself: the views of `information_schema` took two seconds for a hundred tables, at every start.
const POSTGRES_COLUMNS: &str = "SELECT t.relname::text AS \"table\", a.attname::text AS name, \
    format_type(a.atttypid, NULL) AS kind, coalesce(array_position(p.indkey::int2[], a.attnum) + 1, 0)::text AS key \
    FROM pg_class t JOIN pg_namespace n ON n.oid = t.relnamespace \
    JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped \
    LEFT JOIN pg_index p ON p.indrelid = t.oid AND p.indisprimary \
    WHERE n.nspname = current_schema() AND t.relkind = 'r' AND t.relname <> '__diesel_schema_migrations' \
    ORDER BY t.relname COLLATE \"C\", a.attnum";

fn tables(conn: &mut Conn) -> Result<Vec<Table>, StoreError> {
    let columns: Vec<Column> = match conn.either() {
        Either::Sqlite(c) => sql_query(SQLITE_COLUMNS).load(c)?,
        Either::Postgres(c) => sql_query(POSTGRES_COLUMNS).load(c)?,
    };
    let mut tables: Vec<Table> = Vec::new();
    for column in columns {
        match tables.last_mut() {
            Some(table) if table.name == column.table => table.columns.push(column),
            _ => tables.push(Table { name: column.table.clone(), columns: vec![column] }),
        }
    }
    Ok(tables)
}

impl Table {
    /// The primary key's columns, for an order that does not depend on the database.
    fn key(&self) -> String {
        let mut key: Vec<_> = self.columns.iter().filter(|c| c.key != "0").collect();
        key.sort_by(|a, b| a.key.cmp(&b.key));
        let names: Vec<_> = key.iter().map(|c| quoted(&c.name)).collect();
        if names.is_empty() { "1".to_owned() } else { names.join(", ") }
    }

    fn names(&self) -> String {
        self.columns.iter().map(|c| quoted(&c.name)).collect::<Vec<_>>().join(", ")
    }

    fn select_sqlite(&self) -> String {
        let pairs: Vec<_> = self.columns.iter().map(|c| format!("'{0}', \"{0}\"", c.name)).collect();
        let (pairs, name, key) = (pairs.join(", "), quoted(&self.name), self.key());
        format!("SELECT json_object({pairs}) AS line FROM {name} ORDER BY {key}")
    }

    fn select_postgres(&self) -> String {
        let values: Vec<_> = self.columns.iter().map(Column::as_sqlite_keeps_it).collect();
        let (values, name, key) = (values.join(", "), quoted(&self.name), self.key());
        format!("SELECT row_to_json(x)::text AS line FROM (SELECT {values} FROM {name} t ORDER BY {key}) x")
    }

    /// Takes one parameter: a JSON array of this table's lines.
    fn insert(&self, conn: &Conn) -> String {
        let (name, names) = (quoted(&self.name), self.names());
        if conn.is_sqlite() {
            let values: Vec<_> =
                self.columns.iter().map(|c| format!("json_extract(value, '$.\"{}\"')", c.name)).collect();
            format!("INSERT INTO {name} ({names}) SELECT {} FROM json_each($1)", values.join(", "))
        } else {
            format!(
                "INSERT INTO {name} ({names}) OVERRIDING SYSTEM VALUE \
                 SELECT {names} FROM json_populate_recordset(NULL::{name}, $1::json)"
            )
        }
    }
}

impl Column {
    fn as_sqlite_keeps_it(&self) -> String {
        let name = quoted(&self.name);
        match self.kind.as_str() {
            "boolean" => format!("t.{name}::int AS {name}"),
            // As chrono's `%.f`: no fraction, three digits or six.
            "timestamp without time zone" => format!(
                "to_char(t.{name}, 'YYYY-MM-DD HH24:MI:SS') || CASE \
                 WHEN extract(microseconds FROM t.{name})::bigint % 1000000 = 0 THEN '' \
                 WHEN extract(microseconds FROM t.{name})::bigint % 1000 = 0 THEN to_char(t.{name}, '.MS') \
                 ELSE to_char(t.{name}, '.US') END AS {name}"
            ),
            _ => format!("t.{name}"),
        }
    }
}

fn quoted(name: &str) -> String {
    format!("\"{name}\"")
}

/// Which database this is and which migrations it has; `None` when it holds no table at all.
///
/// # Errors
/// When the database cannot be reached.
pub fn schema_version(target: &Target) -> Result<Option<String>, StoreError> {
    if let Target::Sqlite(path) = target
        && !std::path::Path::new(path).exists()
    {
        // Connecting would create the file.
        return Ok(None);
    }
    let mut conn = target.connect()?;
    if tables(&mut conn)?.is_empty() {
        return Ok(None);
    }
    version(&mut conn).map(Some)
}

pub(super) fn version(conn: &mut Conn) -> Result<String, StoreError> {
    let newest = "SELECT coalesce(max(version), '') AS line FROM __diesel_schema_migrations";
    let line: Line = sql_query(newest).get_result(conn)?;
    Ok(line.line)
}

/// One thing that a dump says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said<'a> {
    /// The rows that follow are this table's.
    Table(&'a str),
    /// One row, a JSON object on one line.
    Row(&'a str),
}

/// Says every table and row of the database as it stood at one instant, and returns its schema version. SQLite is checked
/// for damage first; nobody is kept from writing meanwhile.
///
/// # Errors
/// When the database is damaged or cannot be read, and what `hear` returns.
pub fn read<E: From<StoreError>>(
    target: &Target,
    mut hear: impl FnMut(Said<'_>) -> Result<(), E>,
) -> Result<String, E> {
    let mut conn = target.connect()?;
    let begin = if conn.is_sqlite() {
        "PRAGMA query_only=ON; BEGIN;"
    } else {
        "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;"
    };
    conn.batch_execute(begin).map_err(StoreError::from)?;
    if let Either::Sqlite(c) = conn.either() {
        let found: Line = sql_query("SELECT integrity_check AS line FROM pragma_integrity_check LIMIT 1")
            .get_result(c)
            .map_err(StoreError::from)?;
        if found.line != "ok" {
            return Err(
                StoreError::Other(format!("데이터베이스 파일이 손상되었습니다: {}", found.line)).into()
            );
        }
    }
    let version = version(&mut conn)?;
    for table in tables(&mut conn)? {
        hear(Said::Table(&table.name))?;
        match conn.either() {
            Either::Sqlite(c) => say_rows::<diesel::connection::DefaultLoadingMode, _, E>(
                c,
                &table.select_sqlite(),
                &mut hear,
            )?,
            Either::Postgres(c) => {
                say_rows::<diesel::pg::PgRowByRowLoadingMode, _, E>(c, &table.select_postgres(), &mut hear)?;
            }
        }
    }
    // Nothing was changed; the transaction ends with the connection.
    Ok(version)
}

fn say_rows<Mode, C, E>(
    conn: &mut C,
    select: &str,
    hear: &mut impl FnMut(Said<'_>) -> Result<(), E>,
) -> Result<(), E>
where
    C: LoadConnection<Mode>,
    C::Backend: 'static,
    Line: diesel::deserialize::FromSqlRow<diesel::sql_types::Untyped, C::Backend>,
    diesel::query_builder::SqlQuery:
        diesel::query_builder::QueryFragment<C::Backend> + diesel::query_builder::QueryId,
    E: From<StoreError>,
{
    for line in sql_query(select).load_iter::<Line, Mode>(conn).map_err(StoreError::from)? {
        hear(Said::Row(&line.map_err(StoreError::from)?.line))?;
    }
    Ok(())
}

/// Fills an empty database from a dump: the schema of `version` first, then the rows that `say` hands to its argument,
/// then the migrations that are younger than the dump. On PostgreSQL all of it is one transaction; on SQLite the caller
/// gives a file that it moves into place afterwards.
///
/// # Errors
/// When the database is not empty, the version is younger than this binary, or a row does not fit; nothing is kept then
/// on PostgreSQL.
pub fn write<E: From<StoreError>>(
    target: &Target,
    version: &str,
    say: impl FnOnce(&mut dyn FnMut(Said<'_>) -> Result<(), StoreError>) -> Result<(), E>,
) -> Result<(), E> {
    let mut conn = target.connect()?;
    if !tables(&mut conn)?.is_empty() {
        return Err(StoreError::Conflict(
            "데이터베이스가 비어 있지 않습니다. 빈 데이터베이스에만 되돌릴 수 있습니다".into(),
        )
        .into());
    }
    if let Either::Sqlite(c) = conn.either() {
        // Rows come table by table, in an order that knows no references; `finish` checks them all.
        c.batch_execute("PRAGMA foreign_keys=OFF").map_err(StoreError::from)?;
    }
    conn.transaction(|conn| fill(conn, version, say).map_err(Outer)).map_err(|Outer(e)| e)?;
    drop(conn);
    super::migrate(target)?;
    Ok(())
}

fn fill<E: From<StoreError>>(
    conn: &mut Conn,
    version: &str,
    say: impl FnOnce(&mut dyn FnMut(Said<'_>) -> Result<(), StoreError>) -> Result<(), E>,
) -> Result<(), E> {
    conn::migrate_to(conn, version)?;
    let tables = tables(conn)?;
    let deferred = prepare(conn, &tables)?;
    let mut loader = Loader { conn, tables: &tables, into: None, lines: Vec::new() };
    say(&mut |said| loader.hear(said))?;
    loader.flush()?;
    Ok(finish(conn, &tables, &deferred)?)
}

/// Lets the caller's error pass through diesel's transaction, which wants to add its own.
struct Outer<E>(E);
impl<E: From<StoreError>> From<diesel::result::Error> for Outer<E> {
    fn from(e: diesel::result::Error) -> Self {
        Self(StoreError::from(e).into())
    }
}

/// Empties what the migrations put in, and lets rows come in any order until the end. Returns the constraints to set back.
fn prepare(conn: &mut Conn, tables: &[Table]) -> Result<Vec<String>, StoreError> {
    let mut changed = Vec::new();
    if let Either::Postgres(c) = conn.either() {
        let constraints: Vec<Line> = sql_query(
            "SELECT format('ALTER TABLE %I ALTER CONSTRAINT %I', c.relname, k.conname) AS line FROM pg_constraint k \
             JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace \
             WHERE k.contype = 'f' AND NOT k.condeferrable AND n.nspname = current_schema()",
        )
        .load(c)?;
        for constraint in constraints {
            c.batch_execute(&format!("{} DEFERRABLE INITIALLY DEFERRED", constraint.line))?;
            changed.push(constraint.line);
        }
    }
    for table in tables {
        conn.batch_execute(&format!("DELETE FROM {}", quoted(&table.name)))?;
    }
    Ok(changed)
}

/// Checks every reference, sets the constraints back and moves the identity counters behind the highest ids.
fn finish(conn: &mut Conn, tables: &[Table], deferred: &[String]) -> Result<(), StoreError> {
    match conn.either() {
        Either::Sqlite(c) => {
            let loose: Vec<Line> = sql_query(
                "SELECT \"table\" || ' → ' || parent AS line FROM pragma_foreign_key_check LIMIT 1",
            )
            .load(c)?;
            if let Some(loose) = loose.first() {
                return Err(StoreError::Other(format!("없는 행을 가리키는 행이 있습니다: {}", loose.line)));
            }
        }
        Either::Postgres(c) => {
            let mut sql = "SET CONSTRAINTS ALL IMMEDIATE;".to_owned();
            for constraint in deferred {
                sql.push_str(&format!("{constraint} NOT DEFERRABLE;"));
            }
            for table in
                tables.iter().filter(|t| t.columns.iter().any(|c| c.name == "id" && c.kind == "bigint"))
            {
                sql.push_str(&format!(
                    "SELECT setval(pg_get_serial_sequence('{0}', 'id'), max(id)) FROM {0} HAVING max(id) IS NOT NULL;",
                    quoted(&table.name)
                ));
            }
            c.batch_execute(&sql)?;
        }
    }
    Ok(())
}

/// Collects lines into batches and inserts them.
struct Loader<'a> {
    conn: &'a mut Conn,
    tables: &'a [Table],
    into: Option<&'a Table>,
    lines: Vec<String>,
}

impl Loader<'_> {
    fn hear(&mut self, said: Said<'_>) -> Result<(), StoreError> {
        match said {
            Said::Table(name) => {
                self.flush()?;
                let table = self.tables.iter().find(|t| t.name == name);
                self.into = Some(table.ok_or_else(|| StoreError::Other(format!("모르는 표입니다: {name}")))?);
            }
            Said::Row(line) => {
                self.lines.push(line.to_owned());
                if self.lines.len() >= BATCH {
                    self.flush()?;
                }
            }
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<(), StoreError> {
        if self.lines.is_empty() {
            return Ok(());
        }
        let table = self.into.ok_or_else(|| StoreError::Other("표 이름보다 행이 먼저 왔습니다".into()))?;
        let rows = format!("[{}]", self.lines.join(","));
        let inserted = sql_query(table.insert(self.conn)).bind::<Text, _>(rows).execute(self.conn)?;
        if inserted != self.lines.len() {
            return Err(StoreError::Other(format!("{}: {inserted}행만 들어갔습니다", table.name)));
        }
        self.lines.clear();
        Ok(())
    }
}
