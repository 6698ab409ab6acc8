//! What a step's choices are made from.
use crate::casework::CaseworkError;
use crate::casework::assign::{self, Candidate};
use crate::casework::booking;
use crate::casework::charge;
use crate::domain::codes::BodyKind;
use crate::domain::seoul;
use crate::domain::step::StepCode;
use crate::store::Rx;
use crate::store::bodies::{self, Body};
use crate::store::complexes::{self, Complex};
use crate::store::rooms::Room;
use crate::web::pages::cases::load::Sight;
use chrono::{DateTime, Utc};

/// What a step's choices are made from; only what the step asks for is read.
#[derive(Debug, Default)]
pub(crate) struct Options {
    pub people: Vec<Candidate>,
    pub bodies: Vec<Body>,
    pub complexes: Vec<Complex>,
    pub rooms: Vec<Room>,
}

/// Reads the choices that `step` needs.
///
/// # Errors
/// Database errors.
pub(crate) fn options(
    rx: &mut Rx<'_>,
    sight: &Sight,
    step: StepCode,
    now: DateTime<Utc>,
) -> Result<Options, CaseworkError> {
    let mut found = Options::default();
    match step {
        StepCode::Offer => found.people = assign::candidates(rx, &sight.actor, sight.case(), now)?,
        StepCode::NameMembers => found.people = charge::members(rx, sight.case(), now)?,
        StepCode::Refer => {
            let held = sight.case().holder;
            found.bodies = bodies::all(rx, seoul::day(now))?;
            let ward = &sight.case().intake.ward_code;
            found.bodies.retain(|b| Some(b.id) != held && refers_to(b, ward, sight));
        }
        StepCode::Place => found.complexes = complexes::all(rx)?,
        StepCode::FixSession | StepCode::MoveSession => {
            found.rooms = booking::rooms_for(rx, sight.case(), now)?;
        }
        _ => {}
    }
    Ok(found)
}

/// Bodies of this ward, and outside ones; offices and committees only those of the case's own 단지.
fn refers_to(body: &Body, ward: &str, sight: &Sight) -> bool {
    match body.kind {
        BodyKind::Outside | BodyKind::Applied => true,
        BodyKind::Office | BodyKind::Committee => {
            sight.case().intake.complex.is_none_or(|c| body.complex_id == Some(c)) && body.ward_code == ward
        }
        BodyKind::Ngo | BodyKind::Dong => body.ward_code.is_empty() || body.ward_code == ward,
        BodyKind::Council | BodyKind::Ward => false,
    }
}
