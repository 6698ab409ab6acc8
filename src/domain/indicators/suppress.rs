//! Hiding small counts in what leaves the ward (`exchange.md`, `--suppress`): 1 to 4, rates with 1 to 4 who are or are not,
//! percentiles of 1 to 4, and as many further cells as it takes that no hidden one can be computed.
//!
//! Cells are told in the order of their weight, each only if nothing hidden follows from it together with those told before: by
//! exact elimination over every definition and every sum, by somebody who also knows every 0, and that whatever is hidden is not 0
//! (`guard`). The total weighs most, then the rows from the largest to the smallest, so that the smallest give way. Percentiles
//! are hidden with the count that they are of: else they would say whether it is 4 or less.

mod cells;
mod guard;
mod joint;
mod slices;
mod span;
mod versions;

pub use joint::{Earlier, hidden_beside};

use super::figures::{Figures, Report};
use cells::{Cell, Parts, Unknowns, WAITS, form};
use guard::Guard;
use span::Form;
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// Counts of so many people or fewer say who they are; 0 says nothing of anybody.
pub const SMALL: std::ops::RangeInclusive<u32> = 1..=4;

/// Of the parts of a total that is told: whether each is hidden, which is where it or another part is small. What is left of the total
/// says nothing of one part alone.
#[must_use]
pub fn parts(counts: &[u32]) -> Vec<bool> {
    let small = |n: &u32| SMALL.contains(n);
    let mut hidden: Vec<bool> = counts.iter().map(small).collect();
    if hidden.iter().filter(|is| **is).count() == 1 {
        // A part of 0 is known by itself: the least of the others gives way.
        let others = counts.iter().enumerate().filter(|(_, n)| **n > 0 && !small(n));
        if let Some(place) = others.min_by_key(|(_, n)| **n).and_then(|(at, _)| hidden.get_mut(at)) {
            *place = true;
        }
    }
    hidden
}

/// A cell with the row that it stands in; none is the total.
struct Place {
    row: Option<usize>,
    cell: Cell,
    /// The forms of the counts that it shows, and the counts; those of 0 left out.
    shows: Vec<(Form, u32)>,
}

impl Place {
    fn is_small(&self) -> bool {
        self.shows.iter().any(|(_, value)| SMALL.contains(value))
    }

    fn forms(&self) -> Vec<Form> {
        self.shows.iter().map(|(form, _)| form.clone()).collect()
    }

    /// One of its counts stays unknown; that is enough for a cell of two.
    fn protect_any(&self, guard: &mut Guard) {
        let _ = self.shows.iter().any(|(form, value)| guard.protect([(form, *value)]));
    }
}

/// The small counts of these places stay unknown; where a place has none, one of its counts.
fn protect<'a>(places: impl Iterator<Item = &'a Place> + Clone, guard: &mut Guard) {
    let small = places.clone().flat_map(|place| &place.shows).filter(|(_, value)| SMALL.contains(value));
    guard.protect(small.map(|(form, value)| (form, *value)));
    places.filter(|place| !place.is_small()).for_each(|place| place.protect_any(guard));
}

/// The JSON pointers (RFC 6901) of what a report hides, in the order of its rows, the total first.
pub fn hidden(report: &Report) -> Vec<String> {
    let mut guard = Guard::default();
    let known = Known::of(report, &mut 0);
    let places = places(report, &known, &mut guard);
    let small: Vec<bool> = places.iter().map(Place::is_small).collect();
    with_percentiles(report, chosen(report, places.into_iter().zip(small).collect(), &mut guard))
}

/// What of a report is hidden: the places that have to be (`true` beside them), and every further one from which something
/// protected would follow.
fn chosen(report: &Report, mut places: Vec<(Place, bool)>, guard: &mut Guard) -> BTreeSet<String> {
    places.sort_by_key(|(place, _)| {
        let size = place.row.and_then(|row| report.rows.get(row)).map(|row| weight(&row.figures));
        (place.row.is_some(), Reverse(size), place.row, place.cell.rank, Reverse(place.cell.value))
    });
    let (must, others): (Vec<_>, Vec<_>) = places.into_iter().partition(|(_, must)| *must);
    protect(must.iter().map(|(place, _)| place), guard);
    let mut hidden: Vec<Place> = must.into_iter().map(|(place, _)| place).collect();
    for (place, _) in others {
        if !guard.tell(&place.forms()) {
            place.protect_any(guard);
            hidden.push(place);
        }
    }
    hidden.into_iter().map(|place| at(place.row, &place.cell.pointer)).collect()
}

/// Pointers in the order of a report's rows, the total first.
fn in_order(pointers: BTreeSet<String>) -> Vec<String> {
    let row = |pointer: &str| {
        let (row, _) = pointer.strip_prefix("/rows/")?.split_once('/')?;
        row.parse::<usize>().ok()
    };
    let mut all: Vec<String> = pointers.into_iter().collect();
    all.sort_by_key(|pointer| row(pointer));
    all
}

fn at(row: Option<usize>, pointer: &str) -> String {
    row.map_or_else(|| pointer.to_owned(), |row| format!("/rows/{row}{pointer}"))
}

/// How much a row holds.
fn weight(figures: &Figures) -> u32 {
    figures.ledger.closed + figures.ledger.transferred_out + figures.ledger.open_at_end
}

/// The unknowns behind the figures of a report: of each row, and of the whole.
struct Known {
    rows: Vec<Unknowns>,
    whole: Unknowns,
}

impl Known {
    /// One unknown for each quantity of each row, and the whole their sum; `next` is the first number that is free.
    fn of(report: &Report, next: &mut u32) -> Self {
        // The unknowns of large rows come last: elimination begins there, and small rows stay as they are.
        let mut order: Vec<usize> = (0..report.rows.len()).collect();
        order.sort_by_key(|index| report.rows.get(*index).map(|row| weight(&row.figures)));
        let mut rows = vec![Unknowns::new(); report.rows.len()];
        for index in order {
            if let (Some(row), Some(own)) = (report.rows.get(index), rows.get_mut(index)) {
                *own = fresh(&Parts::of(&row.figures), next);
            }
        }
        let whole = if rows.is_empty() { fresh(&Parts::of(&report.figures), next) } else { summed(&rows) };
        Self { rows, whole }
    }
}

fn fresh(parts: &Parts, next: &mut u32) -> Unknowns {
    let mut unknown = || {
        *next += 1;
        vec![*next]
    };
    parts.quantities.keys().map(|quantity| (*quantity, unknown())).collect()
}

fn summed<'a>(rows: impl IntoIterator<Item = &'a Unknowns>) -> Unknowns {
    let mut sum = Unknowns::new();
    for (quantity, unknowns) in rows.into_iter().flatten() {
        sum.entry(*quantity).or_default().extend(unknowns);
    }
    sum
}

/// Every cell of the report as forms over its unknowns; what holds by definition is told at once.
fn places(report: &Report, known: &Known, guard: &mut Guard) -> Vec<Place> {
    let rows = report.rows.iter().zip(&known.rows).enumerate();
    let rows = rows.flat_map(|(index, (row, own))| placed(Some(index), Parts::of(&row.figures), own, guard));
    let mut found: Vec<Place> = rows.collect();
    found.extend(placed(None, Parts::of(&report.figures), &known.whole, guard));
    found
}

fn placed(row: Option<usize>, parts: Parts, unknowns: &Unknowns, guard: &mut Guard) -> Vec<Place> {
    for (one, other) in &parts.identities {
        guard.tell(&[form(unknowns, one, other)]);
    }
    let shows = |cell: &Cell| {
        let parts = cell.parts.iter().filter(|(value, _)| *value > 0);
        parts.map(|(value, sum)| (form(unknowns, sum, &[]), *value)).collect()
    };
    parts.cells.into_iter().map(|cell| Place { row, shows: shows(&cell), cell }).collect()
}

/// With the percentiles of every count that is hidden, in the order of the report's rows.
fn with_percentiles(report: &Report, mut hidden: BTreeSet<String>) -> Vec<String> {
    for row in std::iter::once(None).chain((0..report.rows.len()).map(Some)) {
        for name in WAITS.map(|name| format!("/days/{name}")) {
            if hidden.contains(&at(row, &format!("{name}/n"))) {
                hidden.extend(["median", "p90"].map(|which| at(row, &format!("{name}/{which}"))));
            }
        }
    }
    in_order(hidden)
}
