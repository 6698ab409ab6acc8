//! Two `ieum serve` on one PostgreSQL: processes of their own that share logins, limits, the outbox and the clock, and outlive a
//! database that goes away for a while.
use crate::databases::{Fresh, admin, fresh, fresh_postgres};
use crate::mail::smtp_sink::Sink;
use crate::world::{KEY, Visitor, World, copy, visible_ids, worlds, worlds_with};
use chrono::{DateTime, Duration, Utc};
use diesel::connection::SimpleConnection;
use ieum::app::demo;
use ieum::casework::import::seed_dongs;
use ieum::casework::{clockwork, digest, publications};
use ieum::config::Secret;
use ieum::domain::case::CaseRules;
use ieum::domain::permission::Scope;
use ieum::store::logins::{self, From};
use ieum::store::settings;
use ieum::store::vault::Vault;
use ieum::store::{Db, Pools, StoreError, Target, cases, migrate, sending, users};
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
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

fn url(target: &Target) -> String {
    match target {
        Target::Postgres(url) => url.clone(),
        Target::Sqlite(path) => format!("sqlite://{path}"),
    }
}

/// The binary over this database, with no settings of the machine that tests.
fn ieum(target: &Target, folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ieum"));
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("IEUM")) {
        command.env_remove(name);
    }
    command.env("IEUM__DATABASE__URL", url(target)).env("IEUM__DATA__DIR", folder);
    command
}

/// A folder with the tests' key, which nobody else may read.
fn with_key(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("ieum_{}_{name}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("key"), KEY).unwrap();
    std::fs::set_permissions(folder.join("key"), std::os::unix::fs::PermissionsExt::from_mode(0o600))
        .unwrap();
    folder
}

fn serve(target: &Target, sink: &Sink, name: &str) -> Serve {
    let folder = with_key(&format!("serve_{name}"));
    let mut command = ieum(target, &folder);
    let settings = [
        ("DATABASE__PG_WRITERS", "2".to_owned()),
        ("SERVER__LISTEN", "127.0.0.1:0".to_owned()),
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
    let mut child = command.arg("serve").stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let said = BufReader::new(child.stderr.take().unwrap());
    Serve { address: address(said), child, folder }
}

/// Where a server says that it listens: a port of its own choice, so that it is nobody else's. What it says later is passed on.
fn address(said: impl BufRead + Send + 'static) -> SocketAddr {
    let mut lines = said.lines().map_while(Result::ok);
    let first =
        lines.find_map(|line| line.split_once(" 에서 듣고").map(|(address, _)| address.parse().unwrap()));
    std::thread::spawn(move || lines.for_each(|line| eprintln!("{line}")));
    first.unwrap()
}

/// Waits for something that happens in another process.
fn until(what: &str, mut done: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !done() {
        assert!(begun.elapsed().as_secs() < 300, "never: {what}");
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
}

fn now() -> DateTime<Utc> {
    DateTime::from(SystemTime::now())
}

fn begins(db: &Db, name: &str) -> String {
    let from = From { ip: "127.0.0.1", agent: "test" };
    let begun = db.write_here(|tx| {
        let user = users::by_email(tx, &format!("{name}@demo.example"))?.id;
        logins::begin(tx, user, from, Duration::hours(12), now())
    });
    begun.unwrap()
}

/// The demo's town as it was three days ago by the clock of the machine, which is the servers' clock too.
fn three_days_ago() -> (Fresh, Db) {
    let base = fresh_postgres(None);
    migrate(&base.target).unwrap();
    let db = open(&base.target, Pools::default());
    db.write_here(seed_dongs).unwrap();
    demo::fill(&db, now() - Duration::days(3)).unwrap();
    (base, db)
}

fn open(target: &Target, pools: Pools) -> Db {
    Db::open(target, &pools, Vault::from_base64(KEY).unwrap(), CaseRules::default()).unwrap()
}

/// Whether the clock has nothing left to do: neither a step of a case nor what comes after all cases in its round.
fn went_round(db: &Db) -> bool {
    let all = Scope { all: true, ..Scope::default() };
    let done = db.read_here(|rx| {
        for case in clockwork::waiting(rx, now(), 500)? {
            if !cases::find_id(rx, &all, case)?.steps_of_time(now()).is_empty() {
                return Ok(false);
            }
        }
        let reports = publications::waiting(rx, now())?;
        Ok::<_, StoreError>(digest::waiting(rx, now(), 500)?.is_empty() && reports.is_empty())
    });
    done.unwrap()
}

#[test]
fn two_servers_on_one_postgres_share_everything_and_outlive_its_absence() {
    let (base, db) = three_days_ago();
    let target = &base.target;
    let sink = Sink::start();
    let (one, two) = (serve(target, &sink, "one"), serve(target, &sink, "two"));
    let (mut first, mut second) = (Visitor::new(one.address), Visitor::new(two.address));

    // A login is one login.
    let token = begins(&db, "secretary");
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
    until("the clock went round", || went_round(&db));
    let waits = || db.read_here(|rx| sending::health(rx, now())).unwrap().waiting;
    until("everything due was sent", || waits().is_empty());
    let ids: Vec<String> = sink.mails().iter().filter_map(|m| m.header("message-id")).collect();
    let once: BTreeSet<&String> = ids.iter().collect();
    assert!(ids.len() > 20, "{}", ids.len());
    assert_eq!(once.len(), ids.len(), "no mail left twice");
    // Over everything that three days brought: no history tells a thing twice, or it could not be read.
    let said = doctor(&mut ieum(target, &one.folder));
    assert!(said.contains("다시 세어 모두 같습니다") && said.contains("기록과 모두 같습니다"), "{said}");

    // The database goes away: a clear answer, and no restart when it is back.
    let name = url(target).rsplit_once('/').unwrap().1.to_owned();
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
    let token = begins(&db, "secretary");
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
    let made = ieum(world.target(), &folder)
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
    let db = open(world.target(), Pools { replica: Some(copy.target.clone()), ..Pools::default() });
    let all = Scope { all: true, ..Scope::default() };
    let (one, two) = (all.clone(), all);
    let seen = actix_web::rt::System::new().block_on(async move {
        let here = db.read(move |rx| visible_ids(rx, &one, 10)).await.unwrap();
        let there = db.report(move |rx| visible_ids(rx, &two, 10)).await.unwrap();
        (here.len(), there.len())
    });
    assert_eq!(seen, (10, 0), "the copy is empty");
}

/// What `ieum doctor` says; it may find something that the test did not set up.
fn doctor(command: &mut Command) -> String {
    String::from_utf8(command.arg("doctor").output().unwrap().stdout).unwrap()
}

#[test]
fn a_replica_that_is_away_keeps_nobody_but_reports_waiting() {
    let base = fresh_postgres(None);
    migrate(&base.target).unwrap();
    // A port at which nobody answers.
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let away = format!("postgres://nobody@127.0.0.1:{port}/none");
    let replica = Some(Target::parse(&away).unwrap());
    let db = open(&base.target, Pools { replica, ..Pools::default() });
    actix_web::rt::System::new().block_on(async {
        let scope = || Scope { all: true, ..Scope::default() };
        let (here, there) = (scope(), scope());
        db.read(move |rx| visible_ids(rx, &here, 10)).await.unwrap();
        let answer = db.report(move |rx| visible_ids(rx, &there, 10)).await;
        assert!(matches!(answer, Err(StoreError::Busy(_))), "{answer:?}");
    });

    let folder = with_key("away");
    let said_of = |url: &str| {
        let said = doctor(ieum(&base.target, &folder).env("IEUM__DATABASE__REPLICA_URL", url));
        said.lines().find(|line| line.contains("복제 서버")).unwrap_or(&said).to_owned()
    };
    assert!(said_of(&away).starts_with("문제\t복제 서버\t읽을 수 없어"), "{}", said_of(&away));
    assert!(said_of(&url(&base.target)).starts_with("좋음\t복제 서버\t접속되고"));
    assert_eq!(said_of(""), "좋음\t복제 서버\t쓰지 않습니다");
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn a_program_s_reports_are_read_from_the_replica_and_its_token_where_tokens_are_kept() {
    const PERIOD: &str = "from=2026-01-01&to=2027-01-01";
    let asked = [
        ("/api/v1/indicators?", "/report/ledger/received"),
        ("/api/v1/indicators/overview?", "/overview/months/3/figures/ledger/received"),
        ("/api/v1/indicators/comparison?", "/comparison/0/denominator/to"),
        ("/api/v1/ward/records?", "/count"),
    ];
    let said = |world: &World, path: &str| {
        let answer = world.staff("ward").call("GET", &format!("{path}{PERIOD}"), "");
        (answer.status, serde_json::from_str::<serde_json::Value>(&answer.body).unwrap())
    };
    let number = |world: &World, (path, place): (&str, &str)| {
        let (status, told) = said(world, path);
        assert_eq!(status, 200, "{told}");
        told.pointer(place).and_then(serde_json::Value::as_u64).unwrap_or_else(|| panic!("{place} in {told}"))
    };
    let plain = worlds();
    let there = copy(&plain[0]);
    // The same installation, of another ward: whoever reads there has no case. Nobody's token is there.
    there.run("DELETE FROM api_tokens; UPDATE bodies SET ward_code = '11680'");
    let behind = worlds_with(|settings| settings.database.replica_url = Secret::new(url(&there.target)));
    let behind = behind.iter().find(|world| world.name == "postgres").unwrap();
    for one in asked {
        let here = plain.iter().map(|world| number(world, one)).collect::<Vec<_>>();
        assert!(here[0] > 0 && here[0] == here[1], "{one:?} {here:?}");
        assert_eq!(number(behind, one), 0, "{one:?}");
    }
    let years = |world: &World| {
        let told = world.staff("ward").call("GET", "/api/v1/ward/variations", "");
        let told: serde_json::Value = serde_json::from_str(&told.body).unwrap();
        told["variations"].as_array().unwrap().len()
    };
    assert!(years(&plain[0]) > 0 && years(behind) == 0, "the variation too");
    let mut revoked = behind.staff("ward");
    behind.run("DELETE FROM api_tokens");
    assert_eq!(revoked.call("GET", &format!("{}{PERIOD}", asked[0].0), "").status, 401);
    drop(there);
    let (status, told) = said(behind, asked[3].0);
    assert_eq!((status, told["code"].as_str()), (503, Some("busy")), "{told}");
    revoked = behind.staff("ward");
    assert_eq!(revoked.call("GET", "/api/v1/me", "").status, 200, "all else goes on");
}

#[test]
fn a_lock_that_does_not_come_in_time_is_busy_and_so_is_a_connection_that_was_cut() {
    for base in fresh() {
        migrate(&base.target).unwrap();
        let db = open(&base.target, Pools { busy_seconds: 1, pg_writers: 1, ..Pools::default() });
        let set = |value: &str| db.write_here(|tx| settings::set(tx, "lock", value));
        set("free").unwrap();
        let mut other = base.target.connect().unwrap();
        let begin = if matches!(base.target, Target::Sqlite(_)) { "BEGIN IMMEDIATE" } else { "BEGIN" };
        other
            .batch_execute(&format!("{begin}; UPDATE settings SET value = 'held' WHERE key = 'lock'"))
            .unwrap();
        let late = set("late");
        assert!(matches!(late, Err(StoreError::Busy(_))), "{late:?}");
        other.batch_execute("ROLLBACK").unwrap();
        set("in time").unwrap();
        if let Target::Postgres(url) = &base.target {
            let name = url.rsplit('/').next().unwrap();
            let end =
                format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
            let cut = db.write_here(|tx| {
                admin().batch_execute(&end).unwrap();
                settings::set(tx, "lock", "cut")
            });
            assert!(matches!(cut, Err(StoreError::Busy(_))), "{cut:?}");
            set("again").unwrap();
        }
    }
}
