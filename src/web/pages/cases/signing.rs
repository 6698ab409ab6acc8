//! 회의 자리에서 서명: a side reads the agreement and signs it at a meeting, on the device of whoever leads it. The person present
//! types the name and presses; the page shows nothing of the file but the agreement.
use super::load;
use crate::casework::{CaseworkError, agreement};
use crate::domain::case::{Agreement, Refused};
use crate::domain::codes::Side;
use crate::domain::step::StepCode;
use crate::web::error::WebError;
use crate::web::field::Errors;
use crate::web::guard::Who;
use crate::web::pages::cases::load::Sight;
use crate::web::pages::party::decision;
use crate::web::pages::sheet::errors_of;
use crate::web::parts::{Flash, Link};
use crate::web::posted::Posted;
use crate::web::state::{State, see_other};
use crate::web::typed::Typed;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use serde::Deserialize;

/// Who signs.
#[derive(Debug, Deserialize)]
pub struct Whose {
    #[serde(default)]
    side: String,
}

/// The case with the agreement that waits for this side, for people who may record its signature.
async fn opened(
    state: &State,
    who: &Who,
    number: &str,
    side: &str,
) -> Result<(Sight, Agreement, Side), WebError> {
    let sight = load::open(state, who, number, "step").await?;
    if sight.actor.taking(StepCode::Sign, sight.case()).is_none() {
        return Err(WebError::denied());
    }
    sight.case().admits_now(StepCode::Sign).map_err(CaseworkError::Refused)?;
    let side = Side::from_code(side).ok_or_else(WebError::not_found)?;
    let waits = sight.case().open_agreement().filter(|a| a.signature(side).is_none()).cloned();
    let signed = || Refused { code: "signed", sentence: "이미 서명하셨습니다.".to_owned() };
    let waits = waits.ok_or_else(|| CaseworkError::Refused(signed()))?;
    Ok((sight, waits, side))
}

fn shown(
    state: &State,
    who: &Who,
    status: StatusCode,
    (sight, waits, side): (&Sight, &Agreement, Side),
    typed: &Typed,
    errors: &Errors,
) -> Result<HttpResponse, WebError> {
    let mut page = state.frame(who, "");
    // In a party's hand it leads nowhere but back.
    (page.nav, page.who, page.mail_to_files) = (Vec::new(), None, None);
    "/".clone_into(&mut page.home);
    let back = format!("/cases/{}/agreements", sight.case().number);
    page.back = Some(Link::new(back, "담당에게 돌려주기"));
    let show = decision::at_the_meeting(page, (sight.case(), waits, side), typed, errors);
    state.page_with(status, "pages/answer/signature", &show)
}

/// The agreement, and where to sign.
///
/// # Errors
/// 404 outside the scope, 403 for people who record no signatures, 409 while none waits for this side.
pub async fn form(
    state: Data<State>,
    who: Who,
    number: Path<String>,
    whose: Query<Whose>,
) -> Result<HttpResponse, WebError> {
    let (sight, waits, side) = opened(&state, &who, &number, &whose.side).await?;
    let of = (&sight, &waits, side);
    shown(&state, &who, StatusCode::OK, of, &Typed::default(), &Errors::default())
}

/// Signs.
///
/// # Errors
/// As `form`.
pub async fn sign(
    state: Data<State>,
    who: Who,
    number: Path<String>,
    whose: Query<Whose>,
    Posted(mut typed): Posted,
) -> Result<HttpResponse, WebError> {
    let (sight, waits, side) = opened(&state, &who, &number, &whose.side).await?;
    let of = (&sight, &waits, side);
    let mut errors = Errors::default();
    let (name, version) = decision::read_signature(&typed, &mut errors);
    if !errors.is_empty() {
        return shown(&state, &who, StatusCode::UNPROCESSABLE_ENTITY, of, &typed, &errors);
    }
    let again = Typed::from_pairs([("name".to_owned(), name.clone())]);
    let (actor, n, now, seq) = (sight.actor.clone(), number.clone(), state.now(), waits.seq);
    let done = state
        .db
        .write(move |tx| agreement::sign_here(tx, &actor, &n, (seq, side), (&name, &version), now))
        .await;
    let (status, errors) = match done {
        Ok(_) => {
            let flash = Flash::ok(format!("{} 서명을 받았습니다.", side.label()));
            return Ok(see_other(&format!("/cases/{number}/agreements"), Some(&flash)));
        }
        Err(CaseworkError::Refused(refused)) => {
            errors.add("", &refused.sentence);
            // Nobody has confirmed having read the text that stands there now.
            typed = again;
            (StatusCode::CONFLICT, errors)
        }
        Err(e) => (StatusCode::UNPROCESSABLE_ENTITY, errors_of(e)?),
    };
    shown(&state, &who, status, of, &typed, &errors)
}
