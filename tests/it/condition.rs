//! What operators' machines are told: ready or not and why, and the gauges.
use crate::databases::fresh;
use crate::world::{World, worlds, worlds_with};
use chrono::Duration;
use ieum::domain::case::CaseRules;
use ieum::domain::letter::{Letter, Outgoing};
use ieum::store::vault::Vault;
use ieum::store::{Db, Pools, StoreError, bodies, migrate, outbox};

fn gauge(world: &World, name: &str) -> i64 {
    let answer = world.anonymous().get("/metrics");
    assert_eq!(answer.status, 200);
    let start = format!("ieum_state{{name=\"{name}\"}} ");
    let line = answer.body.lines().find_map(|line| line.strip_prefix(&start).map(str::to_owned));
    line.unwrap_or_else(|| panic!("no {name} in {}", answer.body)).parse().unwrap()
}

/// Every mail of the filled demo counts as sent. Mails about one case leave one after the other.
fn empty_outbox(world: &World) {
    let now = world.now();
    let round = |tx: &mut ieum::store::Tx<'_>| {
        let taken = outbox::lease(tx, 10_000, Duration::minutes(5), now)?;
        for mail in &taken {
            outbox::sent(tx, mail, "", "", now)?;
        }
        Ok::<_, StoreError>(taken.len())
    };
    while world.db.write_here(round).unwrap() > 0 {}
}

fn to_nobody() -> Outgoing {
    Outgoing { to: "nobody@example.kr".to_owned(), number: None, letter: Letter::Test {} }
}

#[test]
fn a_house_whose_mail_is_stuck_says_so_until_it_left() {
    for world in worlds() {
        empty_outbox(&world);
        assert_eq!(world.anonymous().get("/readyz").status, 200);
        let before = gauge(&world, "outbox_waiting");
        let now = world.now();
        world.db.write_here(|tx| outbox::enqueue(tx, "stuck", None, &to_nobody(), now)).unwrap();
        assert_eq!(gauge(&world, "outbox_waiting"), before + 1);
        assert_eq!(world.anonymous().get("/readyz").status, 200, "a mail that just came is not stuck");
        world.wait(Duration::minutes(61));
        let answer = world.anonymous().get("/readyz");
        assert_eq!((answer.status, answer.body.as_str()), (503, "not ready: mail\n"));
        assert_eq!(gauge(&world, "outbox_oldest_seconds"), 61 * 60);
        empty_outbox(&world);
        assert_eq!(world.anonymous().get("/readyz").status, 200);
    }
}

#[test]
fn a_full_disk_is_said_before_it_hurts() {
    for world in worlds_with(|settings| settings.server.ready_free_mib = u64::MAX) {
        let answer = world.anonymous().get("/readyz");
        assert_eq!((answer.status, answer.body.as_str()), (503, "not ready: disk\n"));
        assert!(gauge(&world, "disk_free_mib") > 0);
    }
}

#[test]
fn figures_are_for_this_machine_and_hold_no_address() {
    for world in worlds() {
        let mut visitor = world.anonymous();
        visitor.get("/r/secret-of-a-link");
        let answer = visitor.get("/metrics");
        assert!(answer.body.contains("route=\"/r/{") && !answer.body.contains("secret-of-a-link"));
        for header in ["forwarded", "x-forwarded-for"] {
            assert_eq!(visitor.send("GET", "/metrics", &[(header, "203.0.113.9")], "").status, 404);
        }
    }
}

/// A look-up needs one session and no more: where there is one to read by, and on as many look-ups at once as there are sessions, each
/// gets its answer.
#[test]
fn a_look_up_waits_for_nothing_that_it_holds_itself() {
    for base in fresh() {
        migrate(&base.target).unwrap();
        let pools = Pools { readers: 1, pg_writers: 1, synchronous: "OFF".to_owned(), ..Pools::default() };
        let vault = Vault::from_base64(&Vault::generate()).unwrap();
        let db = Db::open(&base.target, &pools, vault, CaseRules::default()).unwrap();
        let (tell, told) = std::sync::mpsc::channel();
        for _ in 0..4 {
            let (db, tell) = (db.clone(), tell.clone());
            std::thread::spawn(move || {
                let found = actix_web::rt::System::new().block_on(db.glance(bodies::all_dongs));
                tell.send(found.is_ok()).unwrap();
            });
        }
        for _ in 0..4 {
            let answer = told.recv_timeout(std::time::Duration::from_secs(20));
            assert_eq!(answer, Ok(true), "somebody waits for ever");
        }
    }
}
