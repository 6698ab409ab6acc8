//! The stretches of time between any two borders of the published periods: their counts are the unknowns of which all tables are
//! made.

use super::cells::{Parts, Quantity, Unknowns};
use super::fresh;
use crate::domain::indicators::figures::Report;
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};

/// One stretch of time, exact, by row: what its counts are, and which unknowns they are.
pub(super) struct Slice {
    pub(super) from: NaiveDate,
    pub(super) to: NaiveDate,
    pub(super) rows: BTreeMap<String, (Parts, Unknowns)>,
}

impl Slice {
    /// Whether a count of this period is added up from this slice: what was carried in only from its first, what was open at
    /// its end only from its last.
    pub(super) fn counts_in(&self, (from, to): (NaiveDate, NaiveDate), quantity: Quantity) -> bool {
        match quantity {
            CARRIED => self.from == from && self.to <= to,
            OPEN => self.to == to && from <= self.from,
            _ => from <= self.from && self.to <= to,
        }
    }

    fn count(&self, key: &str, quantity: Quantity) -> u32 {
        self.rows.get(key).map_or(0, |(parts, _)| value(parts, quantity))
    }
}

const CARRIED: Quantity = Quantity::Count("carried_in");
const OPEN: Quantity = Quantity::Count("open_at_end");

pub(super) fn value(parts: &Parts, quantity: Quantity) -> u32 {
    parts.quantities.get(&quantity).copied().unwrap_or(0)
}

/// The slices of these exact reports. Only what is not 0 is unknown, unless somebody has nothing but what is `printed`: of what there
/// is none in a slice they know it only where a table over it says so.
pub(super) fn slices(reports: &[Report], printed: Option<&[&Report]>, next: &mut u32) -> Vec<Slice> {
    let rows = || reports.iter().flat_map(|report| &report.rows);
    let (mut kinds, mut grains) = (BTreeSet::new(), BTreeSet::new());
    if printed.is_some() {
        kinds.extend(rows().flat_map(|row| Parts::of(&row.figures).quantities.into_keys()));
        grains.extend(rows().flat_map(|row| row.figures.grain.keys().copied()));
    }
    let taken_apart = |report: &Report| {
        let row = |row: &crate::domain::indicators::figures::Row| {
            let mut figures = row.figures.clone();
            for grain in &grains {
                figures.grain.entry(*grain).or_insert(0);
            }
            (row.key.clone(), (Parts::of(&figures), Unknowns::new()))
        };
        Slice { from: report.from, to: report.to, rows: report.rows.iter().map(row).collect() }
    };
    let mut found: Vec<Slice> = reports.iter().map(taken_apart).collect();
    let none = printed.map(|tables| printed_none(tables, &found, &kinds)).unwrap_or_default();
    let mut before: Option<&Slice> = None;
    for (index, slice) in found.iter_mut().enumerate() {
        let follows = before.filter(|before| before.to == slice.from);
        for (key, (parts, own)) in &mut slice.rows {
            *own = fresh(parts, next);
            let unsaid = |kind: &&Quantity| !none.contains(&(index, key.clone(), **kind));
            for kind in kinds.iter().filter(unsaid) {
                own.entry(*kind).or_insert_with(|| {
                    *next += 1;
                    vec![*next]
                });
            }
            // What is carried in was open at the end of the slice before: one unknown.
            let open = follows.and_then(|before| before.rows.get(key));
            let same = open.filter(|(open, _)| value(open, OPEN) == value(parts, CARRIED));
            match same.map(|(_, open)| open.get(&OPEN)) {
                Some(Some(open)) => drop(own.insert(CARRIED, open.clone())),
                Some(None) => drop(own.remove(&CARRIED)),
                None => {}
            }
        }
        before = Some(slice);
    }
    found
}

/// Of what a table prints that there is none, there is none in any part of it: slices by their place, row and kind of count.
fn printed_none(
    tables: &[&Report],
    slices: &[Slice],
    kinds: &BTreeSet<Quantity>,
) -> BTreeSet<(usize, String, Quantity)> {
    let mut none = BTreeSet::new();
    for table in tables {
        let whole = Parts::of(&table.figures);
        let rows: BTreeMap<&str, Parts> =
            table.rows.iter().map(|row| (row.key.as_str(), Parts::of(&row.figures))).collect();
        for quantity in kinds {
            let within: Vec<(usize, &Slice)> = (0..).zip(slices).collect();
            let within = || {
                let period = (table.from, table.to);
                within.iter().filter(move |(_, slice)| slice.counts_in(period, *quantity))
            };
            let keys: BTreeSet<&String> = within().flat_map(|(_, slice)| slice.rows.keys()).collect();
            for key in keys {
                let row = rows.get(key.as_str()).map_or(0, |row| value(row, *quantity));
                let is_none = value(&whole, *quantity) == 0 || !rows.is_empty() && row == 0;
                if is_none && within().all(|(_, slice)| slice.count(key, *quantity) == 0) {
                    none.extend(within().map(|(index, _)| (*index, key.clone(), *quantity)));
                }
            }
        }
    }
    // What is carried in after a slice was open at its end.
    for (index, pair) in slices.windows(2).enumerate() {
        let [one, other] = pair else { continue };
        for key in one.rows.keys().filter(|key| one.to == other.from && one.count(key, OPEN) == 0) {
            if none.contains(&(index + 1, key.clone(), CARRIED)) {
                none.insert((index, key.clone(), OPEN));
            }
        }
    }
    none
}
