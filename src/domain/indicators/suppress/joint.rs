//! Hiding across tables that are published one after the other: of the same rows, over periods that contain, overlap or follow
//! each other, some of them in several versions.
//!
//! All tables are forms over the same unknowns: the counts of each row in each *slice*, the stretches of time between any two
//! borders of any of them. A table's count is the sum of its slices, and of what was entered or corrected since: whoever attacks
//! may know that difference. So the whole ward's month, its quarter, its year and the year's second version are one system of
//! equations, and a cell is told only if nothing follows from it that any of them hides, in whatever order they are published.
//! That a version tells nobody's late entry either is asked apart (`versions`).

use super::cells::{Parts, Quantity, Unknowns, form};
use super::span::Span;
use super::versions::hide_differences;
use super::{Known, Place, SMALL, chosen, fresh, in_order, places, summed};
use crate::domain::indicators::figures::{Figures, Report};
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};

/// A table as it was published: what was counted then, and what of it was hidden.
#[derive(Debug, Clone)]
pub struct Earlier {
    pub report: Report,
    /// JSON pointers.
    pub hidden: BTreeSet<String>,
}

/// One stretch of time, exact, by row: what its counts are, and which unknowns they are.
struct Slice {
    from: NaiveDate,
    to: NaiveDate,
    rows: BTreeMap<String, (Parts, Unknowns)>,
}

/// What is carried in at a slice's begin was open at the end of the one before: one unknown.
fn slices(reports: &[Report], next: &mut u32) -> Vec<Slice> {
    let mut found: Vec<Slice> = Vec::new();
    for report in reports {
        let mut rows = BTreeMap::new();
        for row in &report.rows {
            let parts = Parts::of(&row.figures);
            let mut own = fresh(&parts, next);
            let before = found.last().filter(|slice| slice.to == report.from);
            let before = before.and_then(|slice| slice.rows.get(&row.key));
            let open = before.and_then(|(parts, own)| Some((value(parts, OPEN), own.get(&OPEN)?.clone())));
            if let Some((_, unknown)) = open.filter(|(open, _)| *open == value(&parts, CARRIED)) {
                own.insert(CARRIED, unknown);
            }
            rows.insert(row.key.clone(), (parts, own));
        }
        found.push(Slice { from: report.from, to: report.to, rows });
    }
    found
}

const CARRIED: Quantity = Quantity::Count("carried_in");
const OPEN: Quantity = Quantity::Count("open_at_end");

fn value(parts: &Parts, quantity: Quantity) -> u32 {
    parts.quantities.get(&quantity).copied().unwrap_or(0)
}

/// The unknowns of a table's row, or of the whole where `key` is none: those of its slices.
fn unknowns(
    figures: &Figures,
    key: Option<&str>,
    (from, to): (NaiveDate, NaiveDate),
    slices: &[Slice],
    next: &mut u32,
) -> Unknowns {
    let within: Vec<&Slice> = slices.iter().filter(|slice| from <= slice.from && slice.to <= to).collect();
    let of = |quantity: Quantity| {
        let stock = |slice: &&&Slice| match quantity {
            CARRIED => slice.from == from,
            OPEN => slice.to == to,
            _ => true,
        };
        let rows = within.iter().filter(stock).flat_map(|slice| &slice.rows);
        let rows = rows.filter(|(row, _)| key.is_none_or(|key| key == *row));
        let found = rows.flat_map(|(_, (_, own))| own.get(&quantity).into_iter().flatten().copied());
        found.collect::<Vec<u32>>()
    };
    let mut known = fresh(&Parts::of(figures), next);
    for (quantity, own) in &mut known {
        let found = of(*quantity);
        // Of what is gone altogether nothing can be said from the slices.
        if !found.is_empty() {
            *own = found;
        }
    }
    known
}

fn known(report: &Report, slices: &[Slice], next: &mut u32) -> Known {
    let period = (report.from, report.to);
    let row = |row: &crate::domain::indicators::figures::Row, next: &mut u32| {
        unknowns(&row.figures, Some(row.key.as_str()), period, slices, next)
    };
    let rows: Vec<Unknowns> = report.rows.iter().map(|one| row(one, next)).collect();
    let whole =
        if rows.is_empty() { unknowns(&report.figures, None, period, slices, next) } else { summed(&rows) };
    Known { rows, whole }
}

/// The JSON pointers of what `report` hides beside the tables published before it. `slices` are the exact reports, by the same
/// rows and as of the same moment, of every stretch between two borders of any of these periods, in the order of time.
#[must_use]
pub fn hidden_beside(report: &Report, earlier: &[Earlier], slices: &[Report]) -> Vec<String> {
    let (mut span, mut next) = (Span::default(), 0);
    let slices = self::slices(slices, &mut next);
    for (parts, own) in slices.iter().flat_map(|slice| slice.rows.values()) {
        for (one, other) in &parts.identities {
            span.tell(&[form(own, one, other)]);
        }
    }
    // First everything that is known outside; then what must not be known; then the new table, cell by cell.
    let mut before: Vec<(&Earlier, Known, Vec<Place>)> = Vec::new();
    for table in earlier {
        let known = known(&table.report, &slices, &mut next);
        let places = places(&table.report, &known, &mut span);
        before.push((table, known, places));
    }
    let hides = |table: &Earlier, place: &Place| table.hidden.contains(&super::at(place.row, &place.cell.pointer));
    for (table, _, places) in &before {
        for place in places.iter().filter(|place| !hides(table, place)) {
            for form in place.forms() {
                span.tell(&[form]);
            }
        }
    }
    for (table, _, places) in &before {
        for place in places.iter().filter(|place| hides(table, place)) {
            place.protect(&mut span);
        }
    }
    for slice in &slices {
        left_over(slice, &mut span);
    }
    let own = known(report, &slices, &mut next);
    let found = places(report, &own, &mut span);
    let same = |table: &Earlier| table.report.from == report.from && table.report.to == report.to;
    let versions: Vec<_> = before.iter().filter(|(table, _, _)| same(table)).collect();
    let must = |place: &Place| {
        place.is_small() || versions.iter().any(|(table, _, _)| was_hidden(report, table, place))
    };
    let found: Vec<(Place, bool)> = found
        .into_iter()
        .map(|place| {
            let must = must(&place);
            (place, must)
        })
        .collect();
    let mut hidden: BTreeSet<String> = chosen(report, found, &mut span).into_iter().collect();
    for (table, _, _) in &versions {
        hide_differences(report, &mut hidden, table);
    }
    in_order(hidden)
}

/// Small counts of a stretch that no table tells, but that tables could be subtracted to.
fn left_over(slice: &Slice, span: &mut Span) {
    for (parts, own) in slice.rows.values() {
        for (value, sum) in parts.cells.iter().flat_map(|cell| &cell.parts) {
            if SMALL.contains(value) {
                span.protect(&form(own, sum, &[]));
            }
        }
    }
}

/// Whether an earlier version hid the same cell of the same row.
fn was_hidden(report: &Report, table: &Earlier, place: &Place) -> bool {
    let row = match place.row {
        None => None,
        Some(row) => {
            let key = report.rows.get(row).map(|row| row.key.as_str());
            let then = table.report.rows.iter().position(|row| Some(row.key.as_str()) == key);
            if then.is_none() {
                return false;
            }
            then
        }
    };
    table.hidden.contains(&super::at(row, &place.cell.pointer))
}
