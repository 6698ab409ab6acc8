//! The ward's turn: a case without 단지, or with neither office nor committee, is sent to a 단지 or an NGO, or ended with
//! telephone numbers (`product.md` §2). The ward learns the 단지's name as it was typed, and no more.
use super::step::{Taken, Taking, take_step};
use super::{CaseworkError, referral};
use crate::domain::case::Case;
use crate::domain::codes::{BodyKind, Outcome, Role};
use crate::domain::ids::{BodyId, ComplexId};
use crate::domain::permission::{Actor, Hat};
use crate::domain::step::{Step, StepCode};
use crate::store::bodies::{self, Body};
use crate::store::cases::{self, Head};
use crate::store::complexes::{self, Complex};
use crate::store::{Rx, StoreError, Tx};
use chrono::{DateTime, Utc};

/// Waiting cases shown at most.
const MOST: i64 = 300;

/// Where a case is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum To {
    Complex(ComplexId),
    Ngo(BodyId),
    /// Nobody can take it: it ends as counselled, and the applicant's page says whom to call.
    Counselled,
}

/// A case that waits, and where it can go.
#[derive(Debug, Clone)]
pub struct Waiting {
    pub head: Head,
    /// The 단지 as it was typed, or its name where it is known.
    pub place: String,
    /// Empty where the 단지 is known: it has neither office nor committee.
    pub complexes: Vec<Complex>,
    pub ngos: Vec<Body>,
}

/// The cases that wait with the wards at which `actor` works, the oldest first, each with its 단지 as typed.
///
/// # Errors
/// `Denied` for people of no ward.
pub fn waiting(rx: &mut Rx<'_>, actor: &Actor) -> Result<Vec<(Head, String)>, CaseworkError> {
    if !actor.has(Role::Ward) {
        return Err(CaseworkError::Denied);
    }
    let heads = cases::at_ward(rx, &actor.bodies(Role::Ward), MOST)?;
    let known: Vec<ComplexId> = heads.iter().filter_map(|h| h.complex_id).collect();
    let names = complexes::names(rx, &known)?;
    let place = |h: &Head| match (h.complex_id, &h.complex_typed) {
        (Some(id), _) => names.iter().find(|(known, _)| *known == id).map(|(_, name)| name.clone()),
        (None, typed) => typed.clone(),
    };
    let named = heads.into_iter().map(|h| {
        let place = place(&h).unwrap_or_default();
        (h, place)
    });
    Ok(named.collect())
}

/// One waiting case with the ways that are open to it.
///
/// # Errors
/// `NotFound` for a case that does not wait with a ward of `actor`'s.
pub fn one(
    rx: &mut Rx<'_>,
    actor: &Actor,
    number: &str,
    now: DateTime<Utc>,
) -> Result<Waiting, CaseworkError> {
    let case = at_ward(rx, actor, number)?;
    let found = waiting(rx, actor)?.into_iter().find(|(head, _)| head.id == case.id);
    let (head, place) = found.ok_or(StoreError::NotFound)?;
    let complexes = if case.admits_now(StepCode::Place).is_ok() { complexes::all(rx)? } else { Vec::new() };
    let mut ngos = referral::reach(rx, &case, now)?;
    ngos.retain(|b| b.kind == BodyKind::Ngo);
    Ok(Waiting { head, place, complexes, ngos })
}

fn at_ward(rx: &mut Rx<'_>, actor: &Actor, number: &str) -> Result<Case, CaseworkError> {
    let case = cases::find(rx, &actor.scope(), number)?;
    let waits = case.waits_with_ward() && actor.hats(&case).contains(&Hat::Ward);
    if waits { Ok(case) } else { Err(StoreError::NotFound.into()) }
}

/// Sends a waiting case on. `seen` is the version of the case that the person saw.
///
/// # Errors
/// `NotFound` as `one`; `Invalid` at `to`, `complex` or `ngo`; `Conflict` when somebody sent it on first.
pub fn send_on(
    tx: &mut Tx<'_>,
    actor: &Actor,
    number: &str,
    to: To,
    reason: &str,
    seen: Option<i64>,
    now: DateTime<Utc>,
) -> Result<Taken, CaseworkError> {
    let case = at_ward(tx, actor, number)?;
    let reason = match reason.trim() {
        "" => "구청이 보낼 곳을 정함".to_owned(),
        said => said.to_owned(),
    };
    let step = match to {
        To::Complex(complex) => Step::Place { complex },
        To::Ngo(body) => {
            let ngo = bodies::find(tx, body).ok();
            let ngo = ngo.filter(|b| b.kind == BodyKind::Ngo);
            let ngo = ngo.ok_or_else(|| CaseworkError::field("ngo", "협약 기관을 골라 주세요."))?;
            let basis = referral::best_basis(tx, &case, &ngo, now)?;
            let basis = basis.map_err(|why| CaseworkError::field("ngo", &why))?;
            Step::refer(ngo.id, reason, basis)
        }
        To::Counselled => Step::Close { outcome: Outcome::Counselled, reason, by: None },
    };
    take_step(tx, actor, number, Taking { seen, ..step.into() }, now)
}
