//! Whether committees and NGOs differ by more than chance, and 단지 in a programme from the others: 해결률 by closing over one whole calendar
//! year of a ward. Years do not overlap, so that none can be taken from another; what is told of a group is decided over all kinds of
//! groups at once (`domain::indicators::groups`), and the ward is never told whose it is: a committee is one 단지, of which there are
//! published tables only.
use crate::domain::codes::Basis;
use crate::domain::indicators::control::LEAST;
use crate::domain::indicators::groups::{self, FAMILIES, Judged, Told};
use crate::domain::indicators::{Added, Question, Rate, Scope, judged};
use crate::domain::seoul;
use crate::store::{Rx, StoreError, belongs, kept, ledger};
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use std::collections::BTreeMap;

/// Years that can be chosen.
const YEARS: i32 = 5;
/// The places of the kinds among a case's groups.
const COMMITTEES: usize = 0;
const NGOS: usize = 1;
const PROGRAMMES: usize = 2;

/// What can be told of a year.
#[derive(Debug, Clone, PartialEq)]
pub struct Variation {
    pub year: i32,
    /// Of the whole ward, exact as everywhere.
    pub whole: Rate,
    /// Fewest cases first; nobody is named.
    pub committees: Vec<Told>,
    pub ngos: Vec<Told>,
    /// 단지 in a programme as the case was received, and all others; none where one of them has too few.
    pub programme: Option<(Told, Told)>,
}

/// The years that are over and in which the ward has cases, newest first; of the first it may have a part only.
///
/// # Errors
/// Database errors.
pub fn years(rx: &mut Rx<'_>, ward: &str, now: DateTime<Utc>) -> Result<Vec<i32>, StoreError> {
    let this = seoul::day(now).year();
    let first = ledger::first_reception(rx, ward)?.map(|at| seoul::day(at).year());
    let first = first.unwrap_or(this).max(this - YEARS);
    Ok((first..this).rev().collect())
}

/// Of one of [`years`]; none of another one, or where what is kept cannot answer.
///
/// # Errors
/// Database errors.
pub fn of_year(
    rx: &mut Rx<'_>,
    ward: &str,
    year: i32,
    now: DateTime<Utc>,
) -> Result<Option<Variation>, StoreError> {
    rx.at_one_moment(|rx| {
        let first = |year: i32| NaiveDate::from_ymd_opt(year, 1, 1);
        let (Some(from), Some(to)) = (first(year), first(year + 1)) else { return Ok(None) };
        if !years(rx, ward, now)?.contains(&year) {
            return Ok(None);
        }
        let scope = Scope::Ward(ward.to_owned());
        let period = (seoul::midnight(from), seoul::midnight(to));
        let Some(kept) = kept::of_scope(rx, &scope, period, now)? else { return Ok(None) };
        let (basis, as_of) = (Basis::Closing, now);
        let question = Question { from, to, basis, as_of, by: None, scope: Some(scope) };
        let counted =
            kept.lines.iter().filter_map(|(id, dong, line)| Some((*id, dong, judged(&question, line)?)));
        let counted: Vec<_> = counted.collect();
        let ids: Vec<_> = counted.iter().map(|(id, _, _)| *id).collect();
        let whose = belongs::of_cases(rx, &ids)?;
        let cases: Vec<Judged> = counted
            .into_iter()
            .map(|(id, dong, resolved)| {
                let theirs = whose.get(&id).copied().unwrap_or_default();
                let mut groups = [None; FAMILIES];
                let own = [
                    theirs.committee.map(|id| id.0),
                    theirs.ngo.map(|id| id.0),
                    // What belongs to no 단지 is neither.
                    if theirs.in_programme { Some(1) } else { theirs.complex.map(|_| 0) },
                ];
                groups.iter_mut().zip(own).for_each(|(place, group)| *place = group);
                Judged { dong: dong.clone(), resolved, groups }
            })
            .collect();
        let mut added = Added::new(question, period.0, &kept.stock);
        kept.lines.iter().for_each(|(_, dong, line)| added.add(dong, line));
        Ok(Some(sorted(year, added.report().figures.narrow, groups::told(&cases, LEAST))))
    })
}

fn sorted(year: i32, whole: Rate, told: BTreeMap<groups::Key, Told>) -> Variation {
    let of = |kind: usize| {
        let mut all: Vec<Told> =
            told.iter().filter(|(key, _)| key.0 == kind).map(|(_, told)| *told).collect();
        all.sort_unstable_by_key(|told| told.shuffled());
        all
    };
    let programme = told.get(&(PROGRAMMES, 1)).copied().zip(told.get(&(PROGRAMMES, 0)).copied());
    Variation { year, whole, committees: of(COMMITTEES), ngos: of(NGOS), programme }
}
