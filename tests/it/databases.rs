//! Both databases, empty and of one's own: every test that touches the database runs on each.
use diesel::connection::SimpleConnection;
use ieum::store::{Conn, Target};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

/// An empty database that goes away with this value, and a folder beside it.
pub(crate) struct Fresh {
    pub(crate) target: Target,
    pub(crate) folder: PathBuf,
    drop_sql: Option<String>,
}

static NEXT: AtomicU32 = AtomicU32::new(0);

/// The throwaway server of `tests/run`.
///
/// # Panics
/// When there is none: a test is never left out silently.
pub(crate) fn server() -> String {
    #[expect(clippy::disallowed_methods, reason = "the test's own setting, not one of Ieum's")]
    let url = std::env::var("TEST_POSTGRES_URL");
    url.unwrap_or_else(|_| {
        panic!("TEST_POSTGRES_URL is not set: run `tests/run`, or `tests/run -- cargo test …`")
    })
}

/// The interpreter with the packages of `tests/python/requirements.txt`.
pub(crate) fn python() -> PathBuf {
    #[expect(clippy::disallowed_methods, reason = "the test's own setting, not one of Ieum's")]
    let named = std::env::var("TEST_PYTHON");
    named.map_or_else(
        |_| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target/venv/bin/python"),
        PathBuf::from,
    )
}

/// An empty SQLite file and an empty PostgreSQL database.
pub(crate) fn fresh() -> Vec<Fresh> {
    vec![fresh_sqlite(), fresh_postgres(None)]
}

fn name() -> String {
    format!("ieum_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(name);
    // A run that was killed left its folder behind, and its number comes again.
    drop(std::fs::remove_dir_all(&folder));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

pub(crate) fn fresh_sqlite() -> Fresh {
    let folder = folder(&name());
    Fresh { target: Target::Sqlite(folder.join("ieum.db").display().to_string()), folder, drop_sql: None }
}

/// A database of its own on the test's server, empty or a copy of `template`.
pub(crate) fn fresh_postgres(template: Option<&str>) -> Fresh {
    let name = name();
    let copied = template.map(|template| format!(" TEMPLATE {template}")).unwrap_or_default();
    admin().batch_execute(&format!("CREATE DATABASE {name}{copied}")).unwrap();
    Fresh {
        target: Target::Postgres(url_of(&name)),
        folder: folder(&name),
        drop_sql: Some(format!("DROP DATABASE {name} WITH (FORCE)")),
    }
}

pub(crate) fn url_of(database: &str) -> String {
    let server = server();
    let (start, _) = server.rsplit_once('/').unwrap();
    format!("{start}/{database}")
}

pub(crate) fn admin() -> Conn {
    Target::Postgres(server()).connect().unwrap()
}

impl Fresh {
    /// Runs statements beside Ieum.
    pub(crate) fn run(&self, sql: &str) {
        self.target.connect().unwrap().batch_execute(sql).unwrap();
    }
}

impl Drop for Fresh {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.folder));
        if let Some(sql) = &self.drop_sql {
            drop(admin().batch_execute(sql));
        }
    }
}
