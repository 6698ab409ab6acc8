//! What a step's choices are made from.
use crate::casework::CaseworkError;
use crate::casework::assign::{self, Candidate, Need};
use crate::casework::{booking, charge, demand, referral};
use crate::domain::codes::BodyKind;
use crate::domain::referral::{Condition, From};
use crate::domain::seoul;
use crate::domain::step::StepCode;
use crate::store::Rx;
use crate::store::bodies::Body;
use crate::store::complexes::{self, Complex};
use crate::store::rooms::Room;
use crate::web::asked;
use crate::web::demand::Demanded;
use crate::web::pages::cases::load::Sight;
use crate::web::typed::Typed;
use chrono::{DateTime, Utc};

/// What a step's choices are made from; only what the step asks for is read.
#[derive(Debug, Default)]
pub(crate) struct Options {
    pub people: Vec<Candidate>,
    pub bodies: Vec<Body>,
    pub complexes: Vec<Complex>,
    pub rooms: Vec<Room>,
    /// The body that was chosen to refer the case to, with what it demands.
    pub chosen: Option<Chosen>,
}

/// A body that was chosen.
#[derive(Debug)]
pub(crate) struct Chosen {
    pub demanded: Demanded,
    pub questions: Vec<&'static Condition>,
    pub dong: bool,
}

/// Reads the choices that `step` needs.
///
/// # Errors
/// Database errors.
pub(crate) fn options(
    rx: &mut Rx<'_>,
    sight: &Sight,
    step: StepCode,
    typed: &Typed,
    now: DateTime<Utc>,
) -> Result<Options, CaseworkError> {
    let mut found = Options::default();
    match step {
        StepCode::Offer => {
            let need =
                Need { wanted: asked::days(typed, "wanted"), language: typed.get("language").to_owned() };
            found.people = assign::candidates(rx, &sight.actor, sight.case(), &need, now)?;
        }
        StepCode::NameMembers => found.people = charge::members(rx, sight.case(), now)?,
        StepCode::Refer => {
            found.bodies = referral::reach(rx, sight.case(), now)?;
            let chosen = found.bodies.iter().find(|b| b.id.0.to_string() == typed.get("body"));
            found.chosen = chosen.map(|body| demanded(rx, sight, body, now)).transpose()?;
        }
        StepCode::Provide => found.bodies = referral::recipients(rx, sight.case(), now)?,
        StepCode::Place => found.complexes = complexes::all(rx)?,
        StepCode::FixSession | StepCode::MoveSession => {
            found.rooms = booking::rooms_for(rx, sight.case(), now)?;
        }
        _ => {}
    }
    Ok(found)
}

fn demanded(
    rx: &mut Rx<'_>,
    sight: &Sight,
    body: &Body,
    now: DateTime<Utc>,
) -> Result<Chosen, CaseworkError> {
    let known = demand::known(rx, sight.case())?;
    let number = &sight.case().number;
    let papers = |from: From| {
        // Where the resident applies, the papers are the resident's own, each made for that body.
        let own = body.kind == BodyKind::Applied && from != From::Report;
        let paper = match from {
            From::Application => "application",
            From::Chronology => "history",
            From::Evidence => "evidence",
            From::Report => "report",
            From::Packet | From::Measurement | From::Own | From::Proxy => return None,
        };
        let at = if own { format!("applications/{}/", body.id.0) } else { String::new() };
        Some(format!("/cases/{number}/{at}print/{paper}"))
    };
    Ok(Chosen {
        demanded: Demanded::of((body, sight.case()), &known, &[], papers, now).without_questions(),
        questions: body.demand(seoul::day(now)).questions().collect(),
        dong: body.kind == BodyKind::Dong,
    })
}
