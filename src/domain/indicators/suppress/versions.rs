//! What a new version of a table tells beside the one before: their differences are counts themselves, of what was entered late or
//! corrected.
//!
//! The ward's own line is corrected openly: one case more in a whole ward says of nobody who it is, and a report that could not
//! say its own total would be no correction. In the row of a 행정동 a difference of 1 to 4 is hidden as a count of 1 to 4 is: the
//! cell is hidden in the new version, and as many further ones as it takes that the difference does not follow from the ward's line
//! and the other rows. Which rows are unchanged nobody knows then. Where only one row could have changed, it is told.

use super::cells::{Cell, Parts, Quantity, Unknowns, form};
use super::joint::Earlier;
use super::span::{Form, Span};
use super::{SMALL, at, fresh, summed, weight};
use crate::domain::indicators::figures::{Figures, Report};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// A cell that both versions show, and by how much its counts differ.
struct Told {
    pointer: String,
    shows: Vec<(Form, bool)>,
}

/// Adds to `hidden` what of `report` must not be told beside an earlier version of it.
pub(super) fn hide_differences(report: &Report, hidden: &mut BTreeSet<String>, earlier: &Earlier) {
    let (mut span, mut next) = (Span::default(), 0);
    let mut order: Vec<(usize, usize)> = Vec::new();
    for (index, row) in report.rows.iter().enumerate() {
        order.extend(
            earlier.report.rows.iter().position(|then| then.key == row.key).map(|then| (index, then)),
        );
    }
    order.sort_by_key(|(index, _)| Reverse(report.rows.get(*index).map(|row| weight(&row.figures))));
    let mut rows: Vec<Unknowns> = Vec::new();
    let mut told: Vec<Told> = Vec::new();
    for (index, then) in order {
        let (Some(row), Some(old)) = (report.rows.get(index), earlier.report.rows.get(then)) else {
            continue;
        };
        let (both, own) = both(&row.figures, &old.figures, &mut next);
        identities(&both, &own, &mut span);
        let place = |pointer: &str| (at(Some(index), pointer), at(Some(then), pointer));
        told.extend(cells((&row.figures, &old.figures), &both, &own, |pointer| {
            let (now, before) = place(pointer);
            (!hidden.contains(&now) && !earlier.hidden.contains(&before)).then_some(now)
        }));
        rows.push(own);
    }
    let (both, _) = both(&report.figures, &earlier.report.figures, &mut next);
    let whole = summed(&rows);
    identities(&both, &whole, &mut span);
    let shown = |pointer: &str| {
        let told = !hidden.contains(pointer) && !earlier.hidden.contains(pointer);
        told.then(|| pointer.to_owned())
    };
    for one in cells((&report.figures, &earlier.report.figures), &both, &whole, shown) {
        for (form, _) in one.shows {
            span.tell(&[form]);
        }
    }
    let (small, others): (Vec<Told>, Vec<Told>) =
        told.into_iter().partition(|one| one.shows.iter().any(|(_, small)| *small));
    for one in small {
        let mut kept = false;
        for (form, _) in one.shows.iter().filter(|(_, small)| *small) {
            kept |= span.protect(form);
        }
        if kept {
            hidden.insert(one.pointer);
        }
    }
    for one in others {
        let forms: Vec<Form> = one.shows.into_iter().map(|(form, _)| form).collect();
        if !span.tell(&forms) {
            hidden.insert(one.pointer);
        }
    }
}

/// The figures with every kind of count that either version has, and an unknown for the difference of each.
fn both(new: &Figures, old: &Figures, next: &mut u32) -> (Parts, Unknowns) {
    let mut merged = new.clone();
    for (grain, n) in &old.grain {
        merged.grain.entry(*grain).or_insert(*n);
    }
    for (outcome, n) in &old.outcomes {
        merged.outcomes.entry(*outcome).or_insert(*n);
    }
    for (reason, n) in &old.excluded {
        merged.excluded.entry(*reason).or_insert(*n);
    }
    let parts = Parts::of(&merged);
    let mut own = fresh(&Parts::of(old), next);
    own.extend(fresh(&Parts::of(new), next));
    (parts, own)
}

fn identities(parts: &Parts, own: &Unknowns, span: &mut Span) {
    for (one, other) in &parts.identities {
        span.tell(&[form(own, one, other)]);
    }
}

/// The cells that `shown` names, with the forms of their differences and whether each is small.
fn cells(
    (new, old): (&Figures, &Figures),
    both: &Parts,
    own: &Unknowns,
    shown: impl Fn(&str) -> Option<String>,
) -> Vec<Told> {
    let (new, old) = (values(new), values(old));
    let difference = |sum: &[Quantity], values: &BTreeMap<Quantity, u32>| -> u32 {
        sum.iter().filter_map(|quantity| values.get(quantity)).sum()
    };
    let told = |cell: &Cell| {
        let pointer = shown(&cell.pointer)?;
        let shows = cell.parts.iter().map(|(_, sum)| {
            let by = difference(sum, &new).abs_diff(difference(sum, &old));
            (form(own, sum, &[]), SMALL.contains(&by))
        });
        Some(Told { pointer, shows: shows.collect() })
    };
    both.cells.iter().filter_map(told).collect()
}

fn values(figures: &Figures) -> BTreeMap<Quantity, u32> {
    Parts::of(figures).quantities
}
