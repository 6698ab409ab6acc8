//! Hiding across tables that are published one after the other: of the same rows, over periods that contain, overlap or follow
//! each other, some of them in several versions.
//!
//! All tables are forms over the same unknowns: the counts of each row in each *slice* (`slices`), the stretches of time between any two
//! borders of any of them. So the whole ward's month, its quarter, its year and the year's second version are one system of
//! equations, and a cell is told only if nothing follows from it that any of them hides, in whatever order they are published.
//!
//! A table's count is the sum of its slices only as long as nothing was entered or corrected since. That is asked three times: for
//! somebody who adds up the tables themselves, every printed 0 among them, and takes it that where they agree nothing changed
//! ([`Knows::Sums`]), for somebody who knows every 0 of the slices besides ([`Knows::WhatAgrees`]), and for somebody who knows every late entry
//! ([`Knows::EveryEntry`]). Against those who know more there is less left to protect: so a cell is told only if none of the three
//! finds what is hidden. That a version tells nobody's late entry is asked apart (`versions`).
//!
//! Accepted, and said on every report: a late entry may be told by a period's table held against its parts' tables. Where they
//! differ by one case, one case was entered late; who asks for it gets a count of entries, not what is hidden in a table.

use super::cells::{Parts, Quantity, Unknowns, form};
use super::guard::Guard;
use super::slices::{Slice, slices, value};
use super::span::Form;
use super::versions::hide_differences;
use super::{Known, Place, SMALL, chosen, fresh, places, protect, summed, with_percentiles};
use crate::domain::indicators::figures::{Figures, Report};
use chrono::NaiveDate;
use std::collections::BTreeSet;

/// A table as it was published: what was counted then, and what of it was hidden.
#[derive(Debug, Clone)]
pub struct Earlier {
    pub report: Report,
    /// JSON pointers.
    pub hidden: BTreeSet<String>,
}

/// The unknowns of a table's row, or of the whole where `key` is none: those of its slices.
fn unknowns(
    figures: &Figures,
    key: Option<&str>,
    period: (NaiveDate, NaiveDate),
    slices: &[Slice],
    knows: Knows,
    next: &mut u32,
) -> Unknowns {
    let of = |quantity: Quantity| {
        let (mut sum, mut found) = (0_u32, Vec::new());
        let within = slices.iter().filter(|slice| slice.counts_in(period, quantity));
        let rows = within.flat_map(|slice| &slice.rows);
        for (_, (parts, own)) in rows.filter(|(row, _)| key.is_none_or(|key| key == *row)) {
            sum += value(parts, quantity);
            found.extend(own.get(&quantity).into_iter().flatten().copied());
        }
        (sum, found)
    };
    let parts = Parts::of(figures);
    let mut known = fresh(&parts, next);
    for (quantity, own) in &mut known {
        let (sum, found) = of(*quantity);
        // Of what is gone altogether nothing can be said from the slices.
        let differs = knows == Knows::EveryEntry && adds_up(*quantity) && sum > 0;
        if sum == value(&parts, *quantity) || differs {
            *own = found;
        }
    }
    known
}

/// What somebody who attacks knows of late entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Knows {
    Sums,
    WhatAgrees,
    EveryEntry,
}

/// Whether a longer period's count is by definition the sum of its parts'. A case that is closed in two quarters has one outcome in
/// the year.
fn adds_up(quantity: Quantity) -> bool {
    use Quantity::{Beyond, Count, Grain, Others, Those};
    match quantity {
        Count(name) => !matches!(name, "superseded" | "agreed" | "contacted" | "met"),
        Those(name) | Others(name) | Beyond(name) => name == "recurrence",
        Grain(..) => false,
    }
}

fn known(report: &Report, slices: &[Slice], knows: Knows, next: &mut u32) -> Known {
    let period = (report.from, report.to);
    let row = |row: &crate::domain::indicators::figures::Row, next: &mut u32| {
        unknowns(&row.figures, Some(row.key.as_str()), period, slices, knows, next)
    };
    let rows: Vec<Unknowns> = report.rows.iter().map(|one| row(one, next)).collect();
    let whole = if rows.is_empty() {
        unknowns(&report.figures, None, period, slices, knows, next)
    } else {
        summed(&rows)
    };
    Known { rows, whole }
}

/// The JSON pointers of what `report` hides beside the tables published before it. `slices` are the exact reports, by the same
/// rows and as of the same moment, of every stretch between two borders of any of these periods, in the order of time; `coming`
/// those of the periods that could be published later, and must not be told by what is left when others are taken away.
#[must_use]
pub fn hidden_beside(
    report: &Report,
    earlier: &[Earlier],
    slices: &[Report],
    coming: &[Report],
) -> Vec<String> {
    let tables = Tables { report, earlier, slices, coming };
    let mut hidden = BTreeSet::new();
    for knows in [Knows::Sums, Knows::WhatAgrees, Knows::EveryEntry] {
        hidden = tables.hidden(&hidden, knows);
    }
    for table in tables.versions() {
        hide_differences(report, &mut hidden, table);
    }
    with_percentiles(report, hidden)
}

/// A table with all that it is held against.
struct Tables<'a> {
    report: &'a Report,
    earlier: &'a [Earlier],
    slices: &'a [Report],
    coming: &'a [Report],
}

impl<'a> Tables<'a> {
    /// The versions before of the same period.
    fn versions(&self) -> impl Iterator<Item = &'a Earlier> {
        let period = (self.report.from, self.report.to);
        self.earlier.iter().filter(move |table| (table.report.from, table.report.to) == period)
    }

    /// What has to be hidden for somebody who knows this, and what is `hidden` already.
    fn hidden(&self, hidden: &BTreeSet<String>, knows: Knows) -> BTreeSet<String> {
        let (mut guard, mut next) = (Guard::default(), 0);
        let tables: Vec<&Report> =
            self.earlier.iter().map(|table| &table.report).chain([self.report]).collect();
        let printed = (knows == Knows::Sums).then_some(tables.as_slice());
        let slices = slices(self.slices, printed, &mut next);
        for (parts, own) in slices.iter().flat_map(|slice| slice.rows.values()) {
            for (one, other) in &parts.identities {
                guard.tell(&[form(own, one, other)]);
            }
        }
        let mut laid = |report: &Report| {
            let known = known(report, &slices, knows, &mut next);
            agree(report, &known, &slices, &mut guard);
            places(report, &known, &mut guard)
        };
        let own = laid(self.report);
        let earlier: Vec<Vec<Place>> = self.earlier.iter().map(|table| laid(&table.report)).collect();
        let coming: Vec<Place> = self.coming.iter().flat_map(laid).collect();
        // What everybody knows stands; now what was told, then what must not follow, then the new table cell by cell.
        let hides = |table: &Earlier, place: &Place| {
            table.hidden.contains(&super::at(place.row, &place.cell.pointer))
        };
        for (table, places) in self.earlier.iter().zip(&earlier) {
            for form in places.iter().filter(|place| !hides(table, place)).flat_map(Place::forms) {
                guard.tell(&[form]);
            }
        }
        let hidden_then = self.earlier.iter().zip(&earlier);
        let hidden_then =
            hidden_then.flat_map(|(table, places)| places.iter().filter(|place| hides(table, place)));
        protect(hidden_then.chain(coming.iter().filter(|place| place.is_small())), &mut guard);
        if knows != Knows::Sums {
            left_over(&slices, &mut guard);
        }
        let must = |place: &Place| {
            place.is_small()
                || hidden.contains(&super::at(place.row, &place.cell.pointer))
                || self.versions().any(|table| was_hidden(self.report, table, place))
        };
        let found = own.into_iter().map(|place| {
            let must = must(&place);
            (place, must)
        });
        chosen(self.report, found.collect(), &mut guard)
    }
}

/// Tells that a cell which is made of several counts agrees with its slices, where it does although the counts do not.
fn agree(report: &Report, known: &Known, slices: &[Slice], guard: &mut Guard) {
    let within = || slices.iter().filter(|slice| report.from <= slice.from && slice.to <= report.to);
    let mut hold = |figures: &Figures, own: &Unknowns, key: Option<&str>| {
        let rows = within().flat_map(|slice| &slice.rows);
        let rows: Vec<&(Parts, Unknowns)> =
            rows.filter(|(row, _)| key.is_none_or(|key| key == *row)).map(|(_, row)| row).collect();
        for cell in Parts::of(figures).cells.iter().filter(|cell| !cell.pointer.starts_with("/ledger/")) {
            for (index, (value, sum)) in cell.parts.iter().enumerate().filter(|(_, (value, _))| *value > 0) {
                let (mut total, mut theirs) = (0, Vec::new());
                for (parts, own) in &rows {
                    let same = parts.cells.iter().find(|other| other.pointer == cell.pointer);
                    if let Some((value, sum)) = same.and_then(|other| other.parts.get(index)) {
                        total += value;
                        theirs.extend(flat(own, sum));
                    }
                }
                if total == *value {
                    guard.tell(&[Form::of(&flat(own, sum), &theirs)]);
                }
            }
        }
    };
    for (row, own) in report.rows.iter().zip(&known.rows) {
        hold(&row.figures, own, Some(&row.key));
    }
    hold(&report.figures, &known.whole, None);
}

fn flat(unknowns: &Unknowns, sum: &[Quantity]) -> Vec<u32> {
    sum.iter().filter_map(|quantity| unknowns.get(quantity)).flatten().copied().collect()
}

/// Small counts of a stretch that no table tells, but that tables could be subtracted to.
fn left_over(slices: &[Slice], guard: &mut Guard) {
    let rows = slices.iter().flat_map(|slice| slice.rows.values());
    let cells = rows.flat_map(|(parts, own)| parts.cells.iter().map(move |cell| (cell, own)));
    let counts = cells.flat_map(|(cell, own)| cell.parts.iter().map(move |part| (part, own)));
    let small = counts.filter(|((value, _), _)| SMALL.contains(value));
    let forms: Vec<(Form, u32)> = small.map(|((value, sum), own)| (form(own, sum, &[]), *value)).collect();
    guard.protect(forms.iter().map(|(form, value)| (form, *value)));
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
