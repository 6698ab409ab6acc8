//! The ward's board of committees: the rule of `domain::committee::compliance` over every 단지 of the ward.
use super::CaseworkError;
use super::committee::rules_on;
use crate::domain::codes::BodyKind;
use crate::domain::committee::Dated;
use crate::domain::committee::compliance::{Committee, Compliance, Place, judge};
use crate::domain::committee::rules::mandatory_sizes;
use crate::domain::ids::{BodyId, ComplexId};
use crate::domain::seoul;
use crate::store::bodies::{self, Body};
use crate::store::complexes::{self, Complex};
use crate::store::{Rx, meetings, seats};
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use std::collections::BTreeMap;

/// One 단지 of the board.
#[derive(Debug, Clone)]
pub struct Line {
    pub complex: Complex,
    pub dong_code: String,
    /// Its committee, if one stands.
    pub body: Option<BodyId>,
    pub judged: Compliance,
}

/// The board of a ward at `now`, by name of 단지.
///
/// # Errors
/// Database errors.
pub fn board(rx: &mut Rx<'_>, ward: &str, now: DateTime<Utc>) -> Result<Vec<Line>, CaseworkError> {
    let today = seoul::day(now);
    let places = complexes::of_ward(rx, ward, now)?;
    let bodies = standing(rx, today)?;
    let ids: Vec<BodyId> = bodies.values().map(|b| b.id).collect();
    let mut committees = read(rx, &ids, today)?;
    for body in bodies.values() {
        let rules = rules_on(rx, body, today)?;
        if let Some(committee) = committees.get_mut(&body.id) {
            committee.rules = rules;
        }
    }
    let overrides = overrides(rx)?;
    let sizes = mandatory_sizes();
    let line = |(complex, dong_code): (Complex, String)| {
        let body = bodies.get(&complex.id).map(|b| b.id);
        let place = Place {
            households: u32::try_from(complex.households).unwrap_or(0),
            overrides: overrides.get(&complex.id).map_or(&[], Vec::as_slice),
            committee: body.and_then(|id| committees.get(&id)),
        };
        let judged = judge(&place, &sizes, today);
        Line { complex, dong_code, body, judged }
    };
    Ok(places.into_iter().map(line).collect())
}

/// Each 단지's own answers to whether it must have a committee.
fn overrides(rx: &mut Rx<'_>) -> Result<BTreeMap<ComplexId, Vec<Dated<bool>>>, CaseworkError> {
    let mut all: BTreeMap<ComplexId, Vec<Dated<bool>>> = BTreeMap::new();
    for (id, own) in complexes::obligations(rx)? {
        all.entry(id).or_default().push(own);
    }
    Ok(all)
}

/// The committee that stands on a day, by 단지; the newest where there are two.
fn standing(rx: &mut Rx<'_>, day: NaiveDate) -> Result<BTreeMap<ComplexId, Body>, CaseworkError> {
    let mut all: Vec<Body> = bodies::all(rx, day)?;
    all.retain(|b| b.kind == BodyKind::Committee && b.from_on.is_none_or(|from| from <= day));
    all.sort_by_key(|b| b.id);
    Ok(all.into_iter().filter_map(|b| b.complex_id.map(|id| (id, b))).collect())
}

/// What the rule looks at, of every one of these bodies; their rules are still those of their kind.
fn read(
    rx: &mut Rx<'_>,
    ids: &[BodyId],
    today: NaiveDate,
) -> Result<BTreeMap<BodyId, Committee>, CaseworkError> {
    use crate::domain::codes::Assembly;
    use crate::domain::committee::rules::BodyRules;
    let empty = || Committee {
        rules: BodyRules::of(Assembly::Resident),
        seats: Vec::new(),
        trainings: Vec::new(),
        met: Vec::new(),
    };
    let mut found: BTreeMap<BodyId, Committee> = ids.iter().map(|id| (*id, empty())).collect();
    let mut home = BTreeMap::new();
    for seat in seats::of_bodies(rx, ids)? {
        home.insert(seat.id, seat.body);
        found.entry(seat.body).or_insert_with(empty).seats.push(seat);
    }
    let year = NaiveDate::from_yo_opt(today.year(), 1).unwrap_or(today);
    for (seat, on, minutes) in seats::trained_since(rx, ids, year)? {
        if let Some(committee) = home.get(&seat).and_then(|body| found.get_mut(body)) {
            committee.trainings.push((seat, on, minutes));
        }
    }
    for (body, at) in meetings::opened(rx, ids)? {
        if let Some(committee) = found.get_mut(&body) {
            committee.met.push(seoul::day(at.and_utc()));
        }
    }
    Ok(found)
}
