//! The applicant's 소음일지, for those who handle the case: when it is heard, and copying from paper.
use super::load::{self, Sight};
use crate::casework::diary;
use crate::domain::codes::Side;
use crate::domain::permission::View;
use crate::web::diary::{Look, Shown, note};
use crate::web::error::WebError;
use crate::web::field::Errors;
use crate::web::guard::Who;
use crate::web::parts::Flash;
use crate::web::posted::Posted;
use crate::web::state::{State, see_other};
use crate::web::typed::Typed;
use actix_web::HttpResponse;
use actix_web::web::{Data, Path};

async fn sight(state: &State, who: &Who, number: &str) -> Result<Sight, WebError> {
    let sight = load::open(state, who, number, "diary").await?;
    let reads = sight.file.view == View::File && sight.actor.reads_evidence(Side::Applicant, sight.case());
    if reads { Ok(sight) } else { Err(WebError::not_found()) }
}

async fn show(
    state: &State,
    who: &Who,
    sight: &Sight,
    (typed, errors): (&Typed, &Errors),
) -> Result<HttpResponse, WebError> {
    let (actor, case) = (sight.actor.clone(), sight.case().clone());
    let entries = state.db.read(move |rx| diary::list(rx, &actor, &case)).await?;
    let look = Look {
        actor: &sight.actor,
        case: sight.case(),
        entries: Some(&entries),
        path: format!("/cases/{}/diary", sight.case().number),
        writes: sight.actor.hands_in(Side::Applicant, sight.case()).is_some(),
    };
    let mut shown = Shown::new(sight.frame(state, who, "소음일지"), &look, typed, errors);
    shown.bar = Some(sight.bar("/diary", state.now()));
    state.page_with(shown.status(), "pages/diary/show", &shown)
}

/// What was noted; the opening is recorded.
///
/// # Errors
/// 404 outside the scope, and for those who may not know the applicant.
pub async fn page(state: Data<State>, who: Who, number: Path<String>) -> Result<HttpResponse, WebError> {
    let sight = sight(&state, &who, &number).await?;
    show(&state, &who, &sight, (&Typed::default(), &Errors::default())).await
}

/// Copies something heard from the applicant's paper.
///
/// # Errors
/// As [`page`]; 422 with what is wrong at which field.
pub async fn add(
    state: Data<State>,
    who: Who,
    number: Path<String>,
    Posted(typed): Posted,
) -> Result<HttpResponse, WebError> {
    let sight = sight(&state, &who, &number).await?;
    match note(&state, (&who.actor, &number), &typed).await? {
        Ok(()) => {
            Ok(see_other(&format!("/cases/{number}/diary"), Some(&Flash::ok("소음일지에 적었습니다."))))
        }
        Err(errors) => show(&state, &who, &sight, (&typed, &errors)).await,
    }
}

/// Strikes out what a desk copied.
///
/// # Errors
/// 404 where there is none, or it is not theirs.
pub async fn strike(
    state: Data<State>,
    who: Who,
    path: Path<(String, i64)>,
    _form: Posted,
) -> Result<HttpResponse, WebError> {
    let (number, id) = path.into_inner();
    let (actor, n) = (who.actor.clone(), number.clone());
    state.db.write(move |tx| diary::strike(tx, &actor, (&n, id))).await?;
    Ok(see_other(&format!("/cases/{number}/diary"), Some(&Flash::ok("지웠습니다."))))
}
