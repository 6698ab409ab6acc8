//! The whole application over the demo's town, on each database: a real server, and people who visit it.
pub(crate) mod people;

pub(crate) use people::{Answer, Visitor};

use crate::databases::{Fresh, admin, fresh_postgres, fresh_sqlite, url_of};
use chrono::{DateTime, Duration, TimeZone, Utc};
use diesel::connection::SimpleConnection;
use ieum::app::{demo, server};
use ieum::casework::{CaseworkError, party, tell};
use ieum::config::Settings;
use ieum::domain::case::Case;
use ieum::domain::case::CaseRules;
use ieum::domain::codes::{DeskCheck, Role, Side, TokenScope};
use ieum::domain::ids::{CaseId, UserId};
use ieum::domain::permission::{Actor, Scope};
use ieum::store::logins::{self, From};
use ieum::store::shelf::Shelf;
use ieum::store::vault::Vault;
use ieum::store::{Db, Pools, Rx, StoreError, Target, cases, migrate, tokens, users};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, Weak};

/// The key of every test installation, so that a filled database can be copied.
pub(crate) const KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

/// When the tests' day begins: a Friday noon in Seoul.
pub(crate) fn begun() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 20, 3, 0, 0).unwrap()
}

/// The newest cases that a scope sees, at most `limit`.
pub(crate) fn visible_ids(rx: &mut Rx<'_>, scope: &Scope, limit: i64) -> Result<Vec<CaseId>, StoreError> {
    let heads = cases::page(rx, scope, &cases::Filter::default(), limit)?;
    Ok(heads.into_iter().map(|head| head.id).collect())
}

/// The demo's town, made once for each database; every test works on a copy.
struct Templates {
    sqlite: String,
    postgres: String,
    /// They go with this value; none where they are every process's of this run of the tests, and go with its server and folder.
    _own: Option<[Fresh; 2]>,
}

/// Kept while a world of them lives, so that the last one takes them away.
static TEMPLATES: Mutex<Weak<Templates>> = Mutex::new(Weak::new());

fn templates() -> Arc<Templates> {
    let mut kept = TEMPLATES.lock().unwrap();
    kept.upgrade().unwrap_or_else(|| {
        let made = Arc::new(make_templates());
        *kept = Arc::downgrade(&made);
        made
    })
}

/// The file or the database that a target names.
fn named(target: &Target) -> String {
    match target {
        Target::Sqlite(file) => file.clone(),
        Target::Postgres(url) => url.rsplit('/').next().unwrap().to_owned(),
    }
}

fn make_templates() -> Templates {
    match shared_folder() {
        Some(folder) => shared(&folder),
        None => {
            let own = [fresh_sqlite(), fresh_postgres(None)];
            own.iter().for_each(|one| fill(&one.target));
            let [sqlite, postgres] = own.each_ref().map(|one| named(&one.target));
            Templates { sqlite, postgres, _own: Some(own) }
        }
    }
}

/// Where `tests/run` lets all processes of one run keep what they share.
fn shared_folder() -> Option<PathBuf> {
    std::env::var_os("TEST_SHARED").map(PathBuf::from)
}

/// The templates of this run of the tests: made by the process that comes first, while the others wait.
fn shared(folder: &Path) -> Templates {
    const NAME: &str = "ieum_filled";
    let (sqlite, ready) = (folder.join("filled.db").display().to_string(), folder.join("filled"));
    let mut first = admin();
    first.batch_execute("SELECT pg_advisory_lock(5150)").unwrap();
    if !ready.exists() {
        // Halves of a process that was killed.
        drop(std::fs::remove_file(&sqlite));
        first.batch_execute(&format!("DROP DATABASE IF EXISTS {NAME}")).unwrap();
        first.batch_execute(&format!("CREATE DATABASE {NAME}")).unwrap();
        fill(&Target::Sqlite(sqlite.clone()));
        fill(&Target::Postgres(url_of(NAME)));
        std::fs::write(&ready, "").unwrap();
    }
    // The lock ends with its connection.
    drop(first);
    Templates { sqlite, postgres: NAME.to_owned(), _own: None }
}

fn fill(target: &Target) {
    migrate(target).unwrap();
    let db = open(target);
    db.write_here(ieum::casework::import::seed_dongs).unwrap();
    demo::fill(&db, begun()).unwrap();
    drop(db);
    if matches!(target, Target::Sqlite(_)) {
        target.connect().unwrap().batch_execute("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    }
}

fn open(target: &Target) -> Db {
    open_with(target, None)
}

fn open_with(target: &Target, replica: Option<Target>) -> Db {
    let pools =
        Pools { readers: 2, pg_writers: 4, synchronous: "NORMAL".to_owned(), replica, ..Pools::default() };
    Db::open(target, &pools, Vault::from_base64(KEY).unwrap(), CaseRules::default()).unwrap()
}

fn copies(of: &Templates) -> [Fresh; 2] {
    let sqlite = fresh_sqlite();
    std::fs::copy(&of.sqlite, named(&sqlite.target)).unwrap();
    [sqlite, fresh_postgres(Some(&of.postgres))]
}

/// A PostgreSQL database with the same content, in which nobody writes; a world of its own keeps the templates.
pub(crate) fn copy(_of: &World) -> Fresh {
    fresh_postgres(Some(&templates().postgres))
}

/// One running application.
pub(crate) struct World {
    pub(crate) db: Db,
    pub(crate) address: SocketAddr,
    pub(crate) name: &'static str,
    now: Arc<Mutex<DateTime<Utc>>>,
    handle: actix_web::dev::ServerHandle,
    thread: Option<std::thread::JoinHandle<()>>,
    _base: Fresh,
    _templates: Arc<Templates>,
}

/// The application on SQLite and on PostgreSQL.
pub(crate) fn worlds() -> Vec<World> {
    worlds_with(|_| ())
}

/// The same with other settings.
pub(crate) fn worlds_with(change: impl Fn(&mut Settings)) -> Vec<World> {
    let templates = templates();
    let bases = copies(&templates).into_iter().zip(["sqlite", "postgres"]);
    bases.map(|(base, name)| World::open(base, name, templates.clone(), &change)).collect()
}

impl World {
    fn open(
        base: Fresh,
        name: &'static str,
        templates: Arc<Templates>,
        change: impl Fn(&mut Settings),
    ) -> Self {
        let now = Arc::new(Mutex::new(begun()));
        let mut settings = Settings::in_folder(&base.folder).unwrap();
        settings.server.workers = 2;
        change(&mut settings);
        let replica = Some(settings.database.replica_url.expose()).filter(|url| !url.is_empty());
        let replica = replica.map(|url| Target::parse(url).unwrap());
        let db = open_with(&base.target, replica).with_shelf(Shelf::at(&base.folder.join("evidence")));
        let clock = now.clone();
        let state =
            server::state(settings, db.clone(), Arc::new(move || *clock.lock().unwrap()), true).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (tell, told) = std::sync::mpsc::channel();
        let thread = std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let (server, address) = server::serve(state, listener).unwrap();
                tell.send((address, server.handle())).unwrap();
                server.await.unwrap();
            });
        });
        let (address, handle) = told.recv().unwrap();
        Self { db, address, name, now, handle, thread: Some(thread), _base: base, _templates: templates }
    }

    /// A side's own page, and the six digits that the desk reads out for it.
    pub(crate) fn door(&self, case: &Case, side: Side) -> (String, String) {
        let (secretary, now) = (self.actor("secretary"), self.now());
        let made = self.db.write_here(|tx| {
            let link = tell::receipt_path(tx, case, side, now)?;
            let checked = ("", Some(DeskCheck::ALL[0]));
            let digits = party::desk_code(tx, &secretary, &case.number, checked, side, now)?;
            Ok::<_, CaseworkError>((link, digits))
        });
        made.unwrap()
    }

    /// A side at its own page, opened by those digits.
    pub(crate) fn at_home(&self, case: &Case, side: Side) -> (Visitor, String) {
        let (link, digits) = self.door(case, side);
        let mut own = self.anonymous();
        own.get(&link);
        assert_eq!(own.post(&format!("{link}/unlock"), &[("code", &digits)]).status, 303);
        (own, link)
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        *self.now.lock().unwrap()
    }

    /// Lets time pass.
    pub(crate) fn wait(&self, by: Duration) {
        *self.now.lock().unwrap() += by;
    }

    pub(crate) fn set(&self, now: DateTime<Utc>) {
        *self.now.lock().unwrap() = now;
    }

    pub(crate) fn target(&self) -> &Target {
        &self._base.target
    }

    /// Changes the database by hand.
    pub(crate) fn run(&self, sql: &str) {
        self._base.run(sql);
    }

    /// Somebody without an account.
    pub(crate) fn anonymous(&self) -> Visitor {
        Visitor::new(self.address)
    }

    /// The demo's account of this name, with a login of its own.
    pub(crate) fn staff(&self, name: &str) -> Visitor {
        let (user, now) = (self.user(name), self.now());
        let from = From { ip: "127.0.0.1", agent: "test" };
        let token = self.db.write_here(|tx| logins::begin(tx, user, from, Duration::hours(12), now)).unwrap();
        let mut visitor = Visitor::new(self.address);
        visitor.set_cookie("ieum", &token);
        let until = now + Duration::days(30);
        let made = self.db.write_here(|tx| tokens::make(tx, user, "test", TokenScope::Write, until, now));
        visitor.set_bearer(&made.unwrap().1);
        visitor.learn_csrf();
        visitor
    }

    /// A new colleague of this account: the same roles at the same bodies.
    pub(crate) fn colleague(&self, of: &str, name: &str) -> Visitor {
        let (actor, now) = (self.actor(of), self.now());
        let made = self.db.write_here(|tx| {
            let user = users::add(tx, &format!("{name}@demo.example"), name, "", now)?;
            users::set_password(tx, user, "no password opens this", now)?;
            for grant in &actor.grants {
                users::grant(tx, user, grant.role, grant.body, None, None, now - Duration::days(1))?;
                if let (Some(body), true) = (grant.body, grant.role != Role::Admin) {
                    ieum::store::pledges::sign(tx, user, body, "1", now)?;
                }
            }
            Ok::<_, StoreError>(())
        });
        made.unwrap();
        self.staff(name)
    }

    pub(crate) fn user(&self, name: &str) -> UserId {
        let email = format!("{name}@demo.example");
        self.db.read_here(|rx| users::by_email(rx, &email)).unwrap().id
    }

    pub(crate) fn actor(&self, name: &str) -> Actor {
        let (user, now) = (self.user(name), self.now());
        self.db.read_here(|rx| users::actor(rx, user, now)).unwrap()
    }

    /// The demo's accounts: name and role.
    pub(crate) fn accounts() -> impl Iterator<Item = (&'static str, Role)> {
        demo::LOGINS.iter().map(|(email, _, role)| (email.split('@').next().unwrap(), *role))
    }

    /// Reads as Ieum itself does.
    pub(crate) fn read<T>(&self, work: impl FnOnce(&mut ieum::store::Rx<'_>) -> Result<T, StoreError>) -> T {
        self.db.read_here(work).unwrap()
    }
}

impl Drop for World {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}
