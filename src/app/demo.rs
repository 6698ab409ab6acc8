//! `ieum demo`: a complete installation with invented people, in a folder of its own.
//!
//! Three years of an invented ledger of two pilot dongs, two programmes, a dozen cases that stand at every stage today and ten of last
//! year ([`last_year`]), made by the same functions that people use. Deterministic but for its dates, which are counted back from now, and its secrets.
mod cases;
mod committee;
mod council;
mod evidence;
mod people;
mod programmes;
mod published;
mod surveyed;

pub use people::{LOGINS, PASSWORD};

use crate::casework::CaseworkError;
use crate::casework::import::{self, ImportError, Ledger};
use crate::exchange;
use crate::store::{Db, StoreError, Tx};
use chrono::{DateTime, Utc};

const COMPLEXES: &[u8] = include_bytes!("../../tests/data/complexes.csv");
const CASES: &[u8] = include_bytes!("../../tests/data/cases.csv");
const EVENTS: &[u8] = include_bytes!("../../tests/data/events.csv");

/// Why the demonstration could not be made; words for a person at a terminal.
#[derive(Debug)]
pub struct NotMade(String);

impl std::fmt::Display for NotMade {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}
impl std::error::Error for NotMade {}
impl From<StoreError> for NotMade {
    fn from(e: StoreError) -> Self {
        Self(e.to_string())
    }
}
impl From<CaseworkError> for NotMade {
    fn from(e: CaseworkError) -> Self {
        Self(e.to_string())
    }
}
impl From<ImportError> for NotMade {
    fn from(e: ImportError) -> Self {
        Self(e.to_string())
    }
}

/// Fills an empty installation, all of it in one transaction.
///
/// # Errors
/// When a step is refused, which a test would have told.
pub fn fill(db: &Db, now: DateTime<Utc>) -> Result<(), NotMade> {
    db.write_here(|tx| {
        programmes::add(tx, now)?;
        complexes(tx, now)?;
        let town = people::settle(tx, now)?;
        programmes::play(tx, &town, now)?;
        ledger(tx, now)?;
        cases::play(tx, &town, now)?;
        committee::play(tx, &town, now)?;
        council::play(tx, &town, now)
    })
}

/// Adds last year's cases to an installation that [`fill`] filled: agreements that were followed up for half a year, and what both sides
/// thought of them; and the reports that the ward published since. Apart, as nearly every test needs the town and only one needs its past.
///
/// # Errors
/// When a step is refused, which a test would have told.
pub fn last_year(db: &Db, now: DateTime<Utc>) -> Result<(), NotMade> {
    db.write_here(|tx| {
        let town = people::known(tx, now)?;
        published::play(tx, &town, now)?;
        surveyed::play(tx, &town, now)?;
        published::again(tx, &town, now)
    })
}

fn complexes(tx: &mut Tx<'_>, now: DateTime<Utc>) -> Result<(), NotMade> {
    let parsed = exchange::complexes("complexes.csv", COMPLEXES);
    let plan = import::plan_complexes(tx, "complexes.csv", &parsed)?;
    Ok(import::save_complexes(tx, &plan, now)?)
}

fn ledger(tx: &mut Tx<'_>, now: DateTime<Utc>) -> Result<(), NotMade> {
    let (cases, events) = (exchange::cases("cases.csv", CASES), exchange::events("events.csv", EVENTS));
    let ledger = Ledger {
        cases_file: "cases.csv",
        cases: &cases,
        events_file: "events.csv",
        events: Some(&events),
        legacy: false,
        committees: None,
        by: None,
    };
    let plan = import::plan_cases(tx, &ledger, now, &mut |_, _, _| {})?;
    import::save_cases(tx, plan, now, &mut |_, _, _| {})?;
    Ok(())
}
