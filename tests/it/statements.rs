//! What stays prepared on a connection (`store/either.rs`): as many statements as there are texts, and each with its own values.
use crate::databases;
use diesel::connection::{InstrumentationEvent, SimpleConnection};
use diesel::prelude::*;
use ieum::store::Conn;
use std::sync::{Arc, Mutex};

diesel::table! {
    doors (id) {
        id -> BigInt,
        floor -> BigInt,
    }
}

type Kept = Arc<Mutex<Vec<String>>>;

/// A connection with doors 1 to 40, door n on floor n, and what it has kept prepared so far.
fn room(fresh: &databases::Fresh) -> (Conn, Kept) {
    let mut conn = fresh.target.connect().unwrap();
    let values: Vec<String> = (1..=40).map(|n| format!("({n}, {n})")).collect();
    let make = "CREATE TABLE doors (id BIGINT PRIMARY KEY, floor BIGINT NOT NULL)";
    conn.batch_execute(&format!("{make}; INSERT INTO doors VALUES {}", values.join(","))).unwrap();
    let kept = Kept::default();
    let told = Arc::clone(&kept);
    conn.set_instrumentation(move |event: InstrumentationEvent<'_>| {
        if let InstrumentationEvent::CacheQuery { sql, .. } = event {
            told.lock().unwrap().push(sql.to_owned());
        }
    });
    (conn, kept)
}

fn texts(kept: &Kept) -> Vec<String> {
    kept.lock().unwrap().clone()
}

fn floors(conn: &mut Conn, doors: &[i64]) -> Vec<i64> {
    let asked = doors::table.filter(doors::id.eq_any(doors.to_vec()));
    asked.order(doors::id).select(doors::floor).load(conn).unwrap()
}

#[test]
fn lists_of_each_length_find_their_own_rows_and_short_ones_stay_prepared() {
    for fresh in databases::fresh() {
        let (mut conn, kept) = room(&fresh);
        for list in [&[1][..], &[2, 3, 5], &[7, 8], &[9], &[10, 11, 12], &[]] {
            assert_eq!(floors(&mut conn, list), list);
        }
        // Two lists of one length are one statement, and so is the empty one; PostgreSQL takes a list of any length as one value.
        let short = if conn.is_sqlite() { 4 } else { 1 };
        assert_eq!(texts(&kept).len(), short, "{:?}", texts(&kept));
        let (most, long): (Vec<i64>, Vec<i64>) = ((1..=16).collect(), (1..=17).collect());
        for list in [&most, &long, &most, &long] {
            assert_eq!(floors(&mut conn, list), *list);
        }
        let with_most = if conn.is_sqlite() { short + 1 } else { short };
        assert_eq!(texts(&kept).len(), with_most, "{:?}", texts(&kept));
    }
}

#[test]
fn a_change_that_stays_prepared_writes_the_values_of_its_turn() {
    for fresh in databases::fresh() {
        let (mut conn, kept) = room(&fresh);
        for (door, floor) in [(1, 20), (2, 30), (1, 21)] {
            let row = doors::table.find(door);
            diesel::update(row).set(doors::floor.eq(floor)).execute(&mut conn).unwrap();
        }
        let updates = texts(&kept).iter().filter(|sql| sql.starts_with("UPDATE")).count();
        assert_eq!(updates, usize::from(conn.is_sqlite()));
        assert_eq!(floors(&mut conn, &[1, 2, 3]), [21, 30, 3]);
    }
}
