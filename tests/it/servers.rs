//! Two `ieum serve` on one PostgreSQL: processes of their own that share logins, limits, the outbox and the clock, and outlive a
//! database that goes away for a while.
use crate::databases::{admin, fresh_postgres};
use crate::mail::smtp_sink::Sink;
use crate::world::{KEY, Visitor, World, worlds};
use chrono::{DateTime, Duration, Utc};
use diesel::connection::SimpleConnection;
use ieum::domain::case::CaseRules;
use ieum::domain::permission::Scope;
use ieum::store::logins::{self, From};
use ieum::store::vault::Vault;
use ieum::store::{Db, Pools, Target, cases, migrate, sending};
use std::collections::BTreeSet;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Instant, SystemTime};

/// A server that ends with the test.
struct Serve {
    child: Child,
    address: SocketAddr,
    folder: PathBuf,
}

impl Drop for Serve {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
        drop(std::fs::remove_dir_all(&self.folder));
    }
}

fn url(world: &World) -> String {
    match world.target() {
        Target::Postgres(url) => url.clone(),
        Target::Sqlite(path) => format!("sqlite://{path}"),
    }
}

/// The binary over the world's database, with no settings of the machine that tests.
fn ieum(world: &World, folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ieum"));
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("IEUM")) {
        command.env_remove(name);
    }
    command.env("IEUM__DATABASE__URL", url(world)).env("IEUM__DATA__DIR", folder);
    command
}

fn serve(world: &World, sink: &Sink, name: &str) -> Serve {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let folder = std::env::temp_dir().join(format!("ieum_{}_serve_{name}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("key"), KEY).unwrap();
    std::fs::set_permissions(folder.join("key"), std::os::unix::fs::PermissionsExt::from_mode(0o600))
        .unwrap();
    let mut command = ieum(world, &folder);
    let settings = [
        ("DATABASE__PG_WRITERS", "2".to_owned()),
        ("SERVER__LISTEN", port.to_string()),
        ("SERVER__WORKERS", "1".to_owned()),
        ("LOG__LEVEL", "error".to_owned()),
        ("MAIL__TRANSPORT", "smtp".to_owned()),
        ("MAIL__HOST", "127.0.0.1".to_owned()),
        ("MAIL__PORT", sink.port.to_string()),
        ("MAIL__SECURITY", "none".to_owned()),
        ("MAIL__FROM", "이음 <ieum@ieum.example>".to_owned()),
        ("MAIL__POLL_SECONDS", "1".to_owned()),
        ("MAIL__PER_RECIPIENT_HOUR", "1000000".to_owned()),
        ("MAIL__PER_HOUR", "1000000".to_owned()),
        ("MAIL__UNDO_MINUTES", "0".to_owned()),
    ];
    command.envs(settings.map(|(name, value)| (format!("IEUM__{name}"), value)));
    let child = command.arg("serve").stdout(Stdio::null()).stderr(Stdio::inherit()).spawn().unwrap();
    let serve = Serve { child, address: port, folder };
    until("the server answers", || std::net::TcpStream::connect(port).is_ok());
    serve
}

/// Waits for something that happens in another process.
fn until(what: &str, mut done: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !done() {
        assert!(begun.elapsed().as_secs() < 60, "never: {what}");
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
}

fn now() -> DateTime<Utc> {
    DateTime::from(SystemTime::now())
}

fn begins(world: &World, name: &str) -> String {
    let (user, from) = (world.user(name), From { ip: "127.0.0.1", agent: "test" });
    world.db.write_here(|tx| logins::begin(tx, user, from, Duration::hours(12), now())).unwrap()
}

#[test]
fn two_servers_on_one_postgres_share_everything_and_outlive_its_absence() {
    let world = worlds().pop().unwrap();
    assert_eq!(world.name, "postgres");
    let sink = Sink::start();
    let (one, two) = (serve(&world, &sink, "one"), serve(&world, &sink, "two"));
    let (mut first, mut second) = (Visitor::new(one.address), Visitor::new(two.address));

    // A login is one login.
    let token = begins(&world, "secretary");
    for visitor in [&mut first, &mut second] {
        visitor.set_cookie("ieum", &token);
        assert_eq!(visitor.get("/todo").status, 200);
    }
    first.get("/todo");
    assert_eq!(first.post("/logout", &[]).status, 303);
    assert_eq!(second.get("/todo").status, 303, "out at the one, out at the other");

    // A limit is one limit, however the tries are spread.
    let tries = usize::try_from(CaseRules::default().codes.tries).unwrap();
    let (mut at_one, mut at_two) = (Visitor::new(one.address), Visitor::new(two.address));
    let mut taken = 0;
    for n in 0..2 * tries + 1 {
        let visitor = if n % 2 == 0 { &mut at_one } else { &mut at_two };
        visitor.get("/letter");
        match visitor.post("/letter", &[("code", "ABCD-2345")]).status {
            422 => taken += 1,
            429 => break,
            other => panic!("{other}"),
        }
    }
    assert_eq!(taken, tries, "one address, one count");

    // Both send what waits and both do what time does: each thing once.
    let waits = || world.read(|rx| sending::health(rx, now())).waiting;
    until("everything due was sent", || waits().is_empty());
    let ids: Vec<String> = sink.mails().iter().filter_map(|m| m.header("message-id")).collect();
    let once: BTreeSet<&String> = ids.iter().collect();
    assert!(ids.len() > 20, "{}", ids.len());
    assert_eq!(once.len(), ids.len(), "no mail left twice");
    // The clock of each went round over everything that three days brought: no history tells a thing twice, or it could not be read.
    let sound = ieum(&world, &one.folder).arg("doctor").output().unwrap();
    let said = String::from_utf8_lossy(&sound.stdout).into_owned();
    assert!(sound.status.code().is_some_and(|code| code <= 1) && !said.contains("다릅니다"), "{said}");

    // The database goes away: a clear answer, and no restart when it is back.
    let name = url(&world).rsplit_once('/').unwrap().1.to_owned();
    let allowed = |yes: bool| {
        admin().batch_execute(&format!("ALTER DATABASE {name} WITH ALLOW_CONNECTIONS {yes}")).unwrap()
    };
    allowed(false);
    let end = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
    admin().batch_execute(&end).unwrap();
    let answer = Visitor::new(one.address).get("/letter");
    assert!([200, 503].contains(&answer.status), "a page that needs nothing may come: {}", answer.status);
    let mut lost = Visitor::new(two.address);
    lost.set_cookie("ieum", &token);
    let answer = lost.get("/todo");
    assert_eq!(answer.status, 503, "{}", answer.body);
    assert!(answer.body.contains("잠시 뒤에 다시"), "{}", answer.body);
    allowed(true);
    let token = begins(&world, "secretary");
    for address in [one.address, two.address] {
        let mut back = Visitor::new(address);
        back.set_cookie("ieum", &token);
        until("the server is back", || back.get("/todo").status == 200);
    }
}

#[test]
fn a_command_beside_a_server_waits_its_turn_on_sqlite() {
    let world = worlds().remove(0);
    assert_eq!(world.name, "sqlite");
    let folder = std::env::temp_dir().join(format!("ieum_{}_turn", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("key"), KEY).unwrap();
    // Somebody writes for longer than a short patience would last.
    let mut writing = world.target().connect().unwrap();
    writing.batch_execute("BEGIN IMMEDIATE").unwrap();
    let waited = std::thread::spawn(move || {
        std::thread::sleep(std::time::Duration::from_secs(6));
        writing.batch_execute("COMMIT").unwrap();
    });
    let made = ieum(&world, &folder)
        .args(["user", "add", "later@demo.example", "--name", "나중에", "--role", "admin"])
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    assert!(waited.is_finished(), "it waited");
    waited.join().unwrap();
    assert_eq!(world.anonymous().get("/letter").status, 200);
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn reports_are_read_from_the_replica_and_nothing_else_is() {
    let world = worlds().pop().unwrap();
    let copy = fresh_postgres(None);
    migrate(&copy.target).unwrap();
    let pools = Pools { replica: Some(copy.target.clone()), ..Pools::default() };
    let vault = Vault::from_base64(KEY).unwrap();
    let db = Db::open(world.target(), &pools, vault, CaseRules::default()).unwrap();
    let all = Scope { all: true, ..Scope::default() };
    let (one, two) = (all.clone(), all);
    let seen = actix_web::rt::System::new().block_on(async move {
        let here = db.read(move |rx| cases::visible_ids(rx, &one, 10)).await.unwrap();
        let there = db.report(move |rx| cases::visible_ids(rx, &two, 10)).await.unwrap();
        (here.len(), there.len())
    });
    assert_eq!(seen, (10, 0), "the copy is empty");
}
