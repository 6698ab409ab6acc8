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
    let mut rows: Vec<Unknowns> = Vec::new();
    let mut told: Vec<Told> = Vec::new();
    for (now, then) in pairs(report, &earlier.report) {
        let (new, old) = (now.map(|(_, figures)| figures), then.map(|(_, figures)| figures));
        // A row that only one version has was 0 in the other, and everybody knows it.
        let (Some(one), other) = (if new.is_some() { (new, old) } else { (old, None) }) else { continue };
        let (both, own) = both(one, other, &mut next);
        identities(&both, &own, &mut span);
        let found = cells((new, old), &both, &own, |pointer| {
            let told = |place: Option<(usize, _)>, hidden: &BTreeSet<String>| {
                place.is_none_or(|(index, _)| !hidden.contains(&at(Some(index), pointer)))
            };
            (told(now, hidden) && told(then, &earlier.hidden))
                .then(|| now.map_or_else(String::new, |(index, _)| at(Some(index), pointer)))
        });
        if now.is_some() {
            told.extend(found);
        } else {
            // Nothing of it can be hidden any more.
            for form in found.into_iter().flat_map(|one| one.shows).map(|(form, _)| form) {
                span.tell(&[form]);
            }
        }
        rows.push(own);
    }
    let (both, _) = both(&report.figures, Some(&earlier.report.figures), &mut next);
    let whole = summed(&rows);
    identities(&both, &whole, &mut span);
    let shown = |pointer: &str| {
        let told = !hidden.contains(pointer) && !earlier.hidden.contains(pointer);
        told.then(|| pointer.to_owned())
    };
    let figures = (Some(&report.figures), Some(&earlier.report.figures));
    for one in cells(figures, &both, &whole, shown) {
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

/// A row's place and its figures.
type Place<'a> = Option<(usize, &'a Figures)>;

/// The rows of both versions by their keys, the largest first; one of the two may not have it.
fn pairs<'a>(report: &'a Report, earlier: &'a Report) -> Vec<(Place<'a>, Place<'a>)> {
    let mut found: BTreeMap<&str, (Place<'a>, Place<'a>)> = BTreeMap::new();
    for (index, row) in report.rows.iter().enumerate() {
        found.entry(&row.key).or_default().0 = Some((index, &row.figures));
    }
    for (index, row) in earlier.rows.iter().enumerate() {
        found.entry(&row.key).or_default().1 = Some((index, &row.figures));
    }
    let mut pairs: Vec<_> = found.into_values().collect();
    pairs.sort_by_key(|(now, then)| Reverse(now.or(*then).map(|(_, figures)| weight(figures))));
    pairs
}

/// The figures with every kind of count that either version has, and an unknown for the difference of each.
fn both(new: &Figures, old: Option<&Figures>, next: &mut u32) -> (Parts, Unknowns) {
    let mut merged = new.clone();
    let mut own = Unknowns::new();
    if let Some(old) = old {
        for (grain, n) in &old.grain {
            merged.grain.entry(*grain).or_insert(*n);
        }
        for (outcome, n) in &old.outcomes {
            merged.outcomes.entry(*outcome).or_insert(*n);
        }
        for (reason, n) in &old.excluded {
            merged.excluded.entry(*reason).or_insert(*n);
        }
        own = fresh(&Parts::of(old), next);
    }
    own.extend(fresh(&Parts::of(new), next));
    (Parts::of(&merged), own)
}

fn identities(parts: &Parts, own: &Unknowns, span: &mut Span) {
    for (one, other) in &parts.identities {
        span.tell(&[form(own, one, other)]);
    }
}

/// The cells that `shown` names, with the forms of their differences and whether each is small.
fn cells(
    (new, old): (Option<&Figures>, Option<&Figures>),
    both: &Parts,
    own: &Unknowns,
    shown: impl Fn(&str) -> Option<String>,
) -> Vec<Told> {
    let values = |figures: Option<&Figures>| figures.map(values).unwrap_or_default();
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
