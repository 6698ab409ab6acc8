//! Loading an invented national history (`domain::simulation`). Every event goes through `Case::after`, as an import's do, and
//! is saved as an import saves it: there is no second way to make a case.
//!
//! A month is a transaction, and how far the plan has come is written in it: whoever is interrupted goes on at the next.
use super::CaseworkError;
use crate::domain::case::{Bodies, Case, CaseRules, Event, Intake};
use crate::domain::codes::{BodyKind, CommitteeKind};
use crate::domain::ids::{BodyId, CaseId, ComplexId, ProgrammeId};
use crate::domain::permission::Hat;
use crate::domain::seoul;
use crate::domain::simulation::{Household, Place, Plan, Told};
use crate::domain::step::Step;
use crate::store::bulk::{self, Called, Imported, Sealed};
use crate::store::complexes::{Facts, NewComplex};
use crate::store::programmes::Terms;
use crate::store::{Rx, StoreError, Tx, bodies, complexes, ledger, programmes, settings};
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use std::collections::{HashMap, HashSet};

/// The setting that says which plan is here, and how many of its months.
const KEY: &str = "simulated";

/// Where the cases of the plan go, by the places' own order.
pub struct Town {
    homes: Vec<Home>,
}

struct Home {
    complex: ComplexId,
    programme: Option<ProgrammeId>,
    bodies: Bodies,
}

fn plan_text(plan: &Plan) -> String {
    format!("{} {} {} {}", plan.complexes, plan.years, plan.seed, plan.until)
}

fn refused(code: &str, sentence: &str) -> CaseworkError {
    CaseworkError::field(code, sentence)
}

/// How many months of this plan are here; none where nothing has begun.
///
/// # Errors
/// Refused where something else is here: an invented nation is never mixed with people. Database errors.
pub fn begun(rx: &mut Rx<'_>, plan: &Plan) -> Result<Option<u32>, CaseworkError> {
    let Some(kept) = settings::get(rx, KEY)? else {
        let empty = !ledger::has_anything(rx)?;
        return if empty {
            Ok(None)
        } else {
            Err(refused(
                "not_empty",
                "이 데이터베이스에는 이미 단지나 사건이 있습니다. 빈 데이터베이스를 쓰게 database.url 을 바꾸고 ieum migrate 를 먼저 해 주세요.",
            ))
        };
    };
    let months = kept.strip_prefix(&plan_text(plan)).and_then(|rest| rest.trim().parse().ok());
    months.map(Some).ok_or_else(|| {
        refused(
            "another_plan",
            &format!("다른 조건으로 만든 모의 자료가 있습니다({kept}: 단지, 해, 씨앗, 끝, 마친 달). 같은 조건으로 이어서 하거나 빈 데이터베이스를 써 주세요."),
        )
    })
}

/// Makes the wards, bodies and 단지 of the plan.
///
/// # Errors
/// As [`begun`].
pub fn settle(tx: &mut Tx<'_>, plan: &Plan, places: &[Place]) -> Result<(), CaseworkError> {
    if begun(tx, plan)?.is_some() {
        return Err(refused(
            "begun",
            "다른 곳에서 같은 모의 자료를 만들고 있습니다. 끝난 뒤에 다시 해 주세요.",
        ));
    }
    let now = seoul::midnight(plan.until);
    let terms = Terms {
        ngo_id: None,
        from_on: None,
        until_on: None,
        basis: "consent".to_owned(),
        budget_won: None,
        activities: String::new(),
        mediators: 1,
    };
    let programme = programmes::add(tx, "모의 공모사업", None, &terms, None, now)?;
    let (mut wards, mut dongs) = (HashSet::new(), HashSet::new());
    for place in places {
        if wards.insert(&place.ward_code) {
            for (kind, what) in [(BodyKind::Ward, "청"), (BodyKind::Ngo, " 조정 모임")] {
                let name = format!("{}{what}", place.ward_name);
                body(tx, kind, place, &name, None, now)?;
            }
        }
        if dongs.insert(&place.dong_code) {
            bodies::add_dong(tx, &place.dong_code, &place.dong_name, &place.ward_code)?;
        }
        let facts = Facts {
            dong_code: place.dong_code.clone(),
            committee: place.committee,
            programme_id: place.programme.then_some(programme),
        };
        let new = NewComplex {
            code: place.code.clone(),
            name: place.name.clone(),
            households: i64::from(place.households),
            approved_on: place.approved_on,
            permit: None,
            tenure: place.tenure,
            facts,
        };
        let id = Some(complexes::add(tx, &new, now)?);
        body(tx, BodyKind::Office, place, &format!("{} 관리사무소", place.name), id, now)?;
        if place.committee != CommitteeKind::None {
            let name = format!("{} {}", place.name, place.committee.label());
            body(tx, BodyKind::Committee, place, &name, id, now)?;
        }
    }
    Ok(settings::set(tx, KEY, &format!("{} 0", plan_text(plan)))?)
}

fn body(
    tx: &mut Tx<'_>,
    kind: BodyKind,
    place: &Place,
    name: &str,
    complex: Option<ComplexId>,
    now: DateTime<Utc>,
) -> Result<BodyId, StoreError> {
    let new = bodies::NewBody {
        name: name.to_owned(),
        ward_code: place.ward_code.clone(),
        dong_code: complex.map(|_| place.dong_code.clone()),
        complex,
        controller: name.to_owned(),
        ..bodies::NewBody::default()
    };
    bodies::add(tx, kind, &new, now)
}

impl Town {
    /// What [`settle`] made, as far as it is in force on `day`.
    ///
    /// # Errors
    /// Database errors; a place that is not here.
    pub fn read(rx: &mut Rx<'_>, places: &[Place], day: NaiveDate) -> Result<Self, StoreError> {
        let codes: Vec<String> = places.iter().map(|place| place.code.clone()).collect();
        let found = ledger::complexes_by_code(rx, &codes)?;
        let (mut of_complex, mut of_ward) = (HashMap::new(), HashMap::new());
        for (id, kind, ward, complex) in bodies::homes(rx, day)? {
            match complex {
                Some(complex) => of_complex.insert((complex, kind), id),
                None => of_ward.insert((ward, kind), id),
            };
        }
        let home = |place: &Place| {
            let (complex, facts) = found.get(&place.code).ok_or(StoreError::NotFound)?;
            let own = |kind| of_complex.get(&(complex.id, kind)).copied();
            let of_ward = |kind| of_ward.get(&(place.ward_code.clone(), kind)).copied();
            let bodies = Bodies {
                office: own(BodyKind::Office),
                committee: own(BodyKind::Committee),
                ngo: of_ward(BodyKind::Ngo),
                ward: of_ward(BodyKind::Ward),
            };
            let programme = facts.last().and_then(|(_, facts)| facts.programme_id);
            Ok(Home { complex: complex.id, programme, bodies })
        };
        Ok(Self { homes: places.iter().map(home).collect::<Result<_, StoreError>>()? })
    }
}

/// The cases received in one month, folded and sealed, still without their numbers.
///
/// # Errors
/// The first event that its case did not allow, which a test would have told.
pub fn month(
    rx: &mut Rx<'_>,
    plan: &Plan,
    places: &[Place],
    town: &Town,
    month: u32,
) -> Result<Vec<Sealed>, CaseworkError> {
    let now = seoul::midnight(plan.until);
    let told = plan.month(places, month);
    let folded = told.into_iter().zip(0_u32..).map(|(one, n)| {
        let at = usize::try_from(one.place).unwrap_or(usize::MAX);
        let (Some(place), Some(home)) = (places.get(at), town.homes.get(at)) else {
            return Err(CaseworkError::Store(StoreError::NotFound));
        };
        let mut imported = filed(place, home, rx.rules(), &one);
        imported.ledger_ref = format!("sim-{month:03}-{n:05}");
        for (at, mark) in one.events {
            let line = Event {
                seq: imported.case.last_seq + 1,
                at,
                recorded_at: now,
                by: None,
                by_role: Hat::Clock.code().to_owned(),
                step: Step::Recorded {
                    event: mark.event().to_owned(),
                    detail: mark.detail().to_owned(),
                    legacy: false,
                },
                late: false,
                voided: false,
            };
            imported.case = imported.case.after(&line).map_err(CaseworkError::Refused)?;
            imported.events.push(line);
        }
        Ok(bulk::seal(rx, imported)?)
    });
    folded.collect()
}

fn filed(place: &Place, home: &Home, rules: CaseRules, one: &Told) -> Imported {
    let intake = Intake {
        received_at: one.received_at,
        channel: one.channel,
        cause: one.cause,
        position: one.position,
        complex: Some(home.complex),
        complex_typed: None,
        ward_code: place.ward_code.clone(),
        dong_code: Some(place.dong_code.clone()),
        committee: place.committee,
        programme: home.programme,
        mediators_needed: 1,
        has_applicant_unit: one.applicant.is_some(),
        has_respondent_unit: one.respondent.is_some(),
        legacy: false,
    };
    let door = |household: &Option<Household>| household.as_ref().map(|h| h.unit.clone());
    let called = |household: &Option<Household>| {
        household
            .as_ref()
            .map(|h| Called { name: h.name.clone(), phone: h.phone.clone() })
            .unwrap_or_default()
    };
    Imported {
        case: Case::blank(CaseId(0), String::new(), intake, home.bodies, rules),
        events: Vec::new(),
        ledger_ref: String::new(),
        applicant: door(&one.applicant),
        respondent: door(&one.respondent),
        called: (called(&one.applicant), called(&one.respondent)),
    }
}

/// Writes one month, which must be the next of the plan. Returns the numbers of its cases and of their events.
///
/// # Errors
/// `begun` when it is not the next: somebody else is at it. Database errors.
pub fn save(
    tx: &mut Tx<'_>,
    plan: &Plan,
    month: u32,
    mut batch: Vec<Sealed>,
) -> Result<(usize, usize), CaseworkError> {
    if begun(tx, plan)? != Some(month) {
        return Err(refused(
            "begun",
            "다른 곳에서 같은 모의 자료를 만들고 있습니다. 끝난 뒤에 다시 해 주세요.",
        ));
    }
    let now = seoul::midnight(plan.until);
    if let Some(first) = batch.first() {
        // A month lies in one year.
        let year = seoul::day(first.one.case.intake.received_at).year();
        let reserved = bulk::reserve(tx, year, i64::try_from(batch.len()).unwrap_or(0))?;
        for (sealed, n) in batch.iter_mut().zip(reserved..) {
            sealed.one.case.number = format!("{year}-{n:04}");
        }
    }
    let events = batch.iter().map(|sealed| sealed.one.events.len()).sum();
    let cases = bulk::insert(tx, &batch, now)?;
    settings::set(tx, KEY, &format!("{} {}", plan_text(plan), month + 1))?;
    Ok((cases, events))
}
