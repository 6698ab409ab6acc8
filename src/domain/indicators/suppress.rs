//! Hiding small counts in what leaves the ward (`exchange.md`, `--suppress`): 1 to 4, rates with 1 to 4 who are or are not,
//! percentiles of 1 to 4, and as many further cells as it takes that no hidden one can be computed.
//!
//! Cells are told in the order of their weight, each only if nothing hidden follows from it together with those told before: by
//! exact elimination over every definition and every sum, by somebody who also knows every 0. The total weighs most, then the
//! rows from the largest to the smallest, so that the smallest give way.

mod cells;
mod span;

use super::figures::{Figures, Report};
use cells::{Cell, Parts, Unknowns, form};
use span::{Form, Span};
use std::cmp::Reverse;

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
    /// The forms of the counts that it shows, those of 0 left out, and whether each is small.
    shows: Vec<(Form, bool)>,
}

/// The JSON pointers (RFC 6901) of what a report hides, in the order of its rows, the total first.
pub fn hidden(report: &Report) -> Vec<String> {
    let mut span = Span::default();
    let mut places = places(report, &mut span);
    places.sort_by_key(|place| {
        let size = place.row.and_then(|row| report.rows.get(row)).map(|row| weight(&row.figures));
        (place.row.is_some(), Reverse(size), place.row, place.cell.rank, Reverse(place.cell.value))
    });
    let mut hidden: Vec<(Option<usize>, String)> = percentiles(report);
    let (small, others): (Vec<Place>, Vec<Place>) =
        places.into_iter().partition(|place| place.shows.iter().any(|(_, small)| *small));
    for place in small {
        for (form, _) in place.shows.iter().filter(|(_, small)| *small) {
            span.protect(form);
        }
        hidden.push((place.row, place.cell.pointer));
    }
    for place in others {
        let forms: Vec<Form> = place.shows.into_iter().map(|(form, _)| form).collect();
        if !span.tell(&forms) {
            // One of its counts stays unknown; that is enough for a cell of two.
            let _ = forms.iter().any(|form| span.protect(form));
            hidden.push((place.row, place.cell.pointer));
        }
    }
    hidden.sort();
    hidden.into_iter().map(|(row, pointer)| at(row, &pointer)).collect()
}

fn at(row: Option<usize>, pointer: &str) -> String {
    row.map_or_else(|| pointer.to_owned(), |row| format!("/rows/{row}{pointer}"))
}

/// How much a row holds.
fn weight(figures: &Figures) -> u32 {
    figures.ledger.closed + figures.ledger.transferred_out + figures.ledger.open_at_end
}

/// Every cell of the report as forms over its unknowns; what holds by definition is told at once.
fn places(report: &Report, span: &mut Span) -> Vec<Place> {
    let mut rows: Vec<(Option<usize>, Parts)> =
        report.rows.iter().enumerate().map(|(index, row)| (Some(index), Parts::of(&row.figures))).collect();
    // The unknowns of large rows come last: elimination begins there, and small rows stay as they are.
    rows.sort_by_key(|(index, _)| {
        index.and_then(|index| report.rows.get(index)).map(|row| weight(&row.figures))
    });
    let total = Parts::of(&report.figures);
    let mut next = 0;
    let mut known = Unknowns::new();
    let mut found = Vec::new();
    for (row, parts) in rows {
        let mut own = Unknowns::new();
        for quantity in parts.quantities.keys() {
            own.insert(*quantity, vec![next]);
            known.entry(*quantity).or_default().push(next);
            next += 1;
        }
        found.extend(placed(row, parts, &own, span));
    }
    if report.rows.is_empty() {
        known = total.quantities.keys().copied().zip((next..).map(|unknown| vec![unknown])).collect();
    }
    found.extend(placed(None, total, &known, span));
    found
}

fn placed(row: Option<usize>, parts: Parts, unknowns: &Unknowns, span: &mut Span) -> Vec<Place> {
    for (one, other) in &parts.identities {
        span.tell(&[form(unknowns, one, other)]);
    }
    let shows = |cell: &Cell| {
        let parts = cell.parts.iter().filter(|(value, _)| *value > 0);
        parts.map(|(value, sum)| (form(unknowns, sum, &[]), SMALL.contains(value))).collect()
    };
    parts.cells.into_iter().map(|cell| Place { row, shows: shows(&cell), cell }).collect()
}

/// The percentiles of small numbers.
fn percentiles(report: &Report) -> Vec<(Option<usize>, String)> {
    let rows = report.rows.iter().enumerate().map(|(index, row)| (Some(index), &row.figures));
    let mut found = Vec::new();
    for (row, figures) in std::iter::once((None, &report.figures)).chain(rows) {
        let days = &figures.days;
        let spreads = [
            ("first_contact", days.first_contact),
            ("respondent_contacted", days.respondent_contacted),
            ("first_session", days.first_session),
            ("close", days.close),
        ];
        for (name, _) in spreads.iter().filter(|(_, spread)| SMALL.contains(&spread.n)) {
            found.extend(["median", "p90"].map(|which| (row, format!("/days/{name}/{which}"))));
        }
    }
    found
}
