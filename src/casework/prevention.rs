//! Where the ward can do something before the next dispute: 단지 by the rules of `domain::indicators::prevention`, and the hours in which
//! noise is heard, by the diaries. Whole calendar years only; of a 단지 no number, of the hours no number of few.
use super::season;
use crate::domain::diary::Heat;
use crate::domain::ids::ComplexId;
use crate::domain::indicators::prevention::{Band, Received, bands};
use crate::domain::indicators::{LineKind, Scope};
use crate::domain::seoul;
use crate::store::{Rx, StoreError, belongs, complexes, diary, kept, ledger};
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use std::collections::BTreeMap;

/// A 단지 that a rule names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    pub complex: String,
    pub dong_code: String,
    pub rises: bool,
    pub repeats: bool,
}

/// What was found of the last whole year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prevention {
    pub year: i32,
    /// By name; none where something is dated after now, so that nothing can be counted.
    pub complexes: Option<Vec<Named>>,
    /// Empty where there are few diaries.
    pub hours: Vec<Band>,
}

/// Of a ward.
///
/// # Errors
/// Database errors.
pub fn prevention(rx: &mut Rx<'_>, ward: &str, now: DateTime<Utc>) -> Result<Prevention, StoreError> {
    rx.at_one_moment(|rx| found(rx, ward, now))
}

fn found(rx: &mut Rx<'_>, ward: &str, now: DateTime<Utc>) -> Result<Prevention, StoreError> {
    let year = seoul::day(now).year() - 1;
    let begin = |year: i32| NaiveDate::from_ymd_opt(year, 1, 1).map_or(now, seoul::midnight);
    let (before, from, to) = (begin(year - 1), begin(year), begin(year + 1));
    let heard = diary::of_ward(rx, ward, (from, to))?;
    let touched = heard
        .into_iter()
        .flat_map(|(case, at, minutes)| Heat::hours(at, minutes).into_iter().map(move |hour| (case, hour)));
    let hours = bands(touched);
    Ok(Prevention { year, complexes: named(rx, ward, (before, from, to), now)?, hours })
}

fn named(
    rx: &mut Rx<'_>,
    ward: &str,
    (before, from, to): (DateTime<Utc>, DateTime<Utc>, DateTime<Utc>),
    now: DateTime<Utc>,
) -> Result<Option<Vec<Named>>, StoreError> {
    let scope = Scope::Ward(ward.to_owned());
    let Some(kept) = kept::of_scope(rx, &scope, (before, to), now)? else { return Ok(None) };
    let received = || {
        let lines = kept.lines.iter().filter(|(_, _, line)| line.kind == LineKind::Received);
        lines.filter(|(_, _, line)| before <= line.at && line.at < to)
    };
    let ids: Vec<_> = received().map(|(id, _, _)| *id).collect();
    let whose = belongs::of_cases(rx, &ids)?;
    let mut all: BTreeMap<ComplexId, (String, Received)> = BTreeMap::new();
    for (id, dong, line) in received() {
        let Some(complex) = whose.get(id).and_then(|theirs| theirs.complex) else { continue };
        let (_, counts) = all.entry(complex).or_insert_with(|| (dong.clone(), Received::default()));
        if line.at < from {
            counts.year_before += 1;
        } else {
            counts.last_year += 1;
            counts.recurring += u32::from(line.recurs == Some(true));
        }
    }
    // Against a year that is not in the ledger from its January on, nothing rises.
    let (first, last) = (ledger::first_reception(rx, ward)?.map(seoul::day), seoul::day(from).year());
    let known = season::whole_since(first, last + 1) < last;
    all.retain(|_, (_, counts)| known && counts.rises() || counts.repeats());
    let names = complexes::names(rx, &all.keys().copied().collect::<Vec<_>>())?;
    let mut found: Vec<Named> = names
        .into_iter()
        .filter_map(|(id, complex)| {
            let (dong_code, counts) = all.remove(&id)?;
            Some(Named { complex, dong_code, rises: known && counts.rises(), repeats: counts.repeats() })
        })
        .collect();
    found.sort_by(|one, other| one.complex.cmp(&other.complex));
    Ok(Some(found))
}
