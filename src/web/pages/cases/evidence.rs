//! 증거 자료 of a case, for those who handle it.
use super::load::{self, Sight};
use crate::casework::evidence;
use crate::domain::permission::View;
use crate::web::error::WebError;
use crate::web::evidence::{List, fields, keep, saved_as};
use crate::web::field::Errors;
use crate::web::guard::Who;
use crate::web::parts::Flash;
use crate::web::state::{State, see_other};
use crate::web::streamed::{Streamed, send};
use crate::web::typed::Typed;
use actix_web::HttpResponse;
use actix_web::web::{Data, Path};

async fn sight(state: &State, who: &Who, number: &str) -> Result<Sight, WebError> {
    let sight = load::open(state, who, number, "evidence").await?;
    if sight.file.view == View::File { Ok(sight) } else { Err(WebError::not_found()) }
}

async fn show(
    state: &State,
    who: &Who,
    sight: &Sight,
    typed: &Typed,
    errors: &Errors,
) -> Result<HttpResponse, WebError> {
    let (actor, case) = (sight.actor.clone(), sight.case().clone());
    let sides = evidence::sides(&actor, &case);
    let path = format!("/cases/{}/evidence", case.number);
    let things = state.db.read(move |rx| evidence::list(rx, &actor, &case)).await?;
    let bar = sight.bar("/evidence", state.now());
    let mut list = List::new(sight.frame(state, who, "증거 자료"), Some(bar), &things, &path);
    if !sides.is_empty() {
        list = list.asking(fields(state, &sides), typed, errors);
    }
    state.page_with(list.status(), "pages/evidence/list", &list)
}

/// What was handed in; the opening is recorded.
///
/// # Errors
/// 404 outside the scope, or for those who may not read the file.
pub async fn page(state: Data<State>, who: Who, number: Path<String>) -> Result<HttpResponse, WebError> {
    let sight = sight(&state, &who, &number).await?;
    show(&state, &who, &sight, &Typed::default(), &Errors::default()).await
}

/// Takes a file.
///
/// # Errors
/// 404 for who may not hand anything in, before a byte is read.
pub async fn add(
    state: Data<State>,
    who: Who,
    number: Path<String>,
    body: Streamed,
) -> Result<HttpResponse, WebError> {
    let (actor, n) = (who.actor.clone(), number.clone());
    let case = state.db.read(move |rx| evidence::taking(rx, &actor, &n)).await?;
    let sides = evidence::sides(&who.actor, &case);
    let received = body.read(&state, &who).await?;
    match keep(&state, (who.actor.clone(), number.clone()), &sides, received).await? {
        Ok(n) => {
            let to = format!("/cases/{number}/evidence");
            Ok(see_other(&to, Some(&Flash::ok(format!("증거 {n}번으로 올렸습니다.")))))
        }
        Err((typed, errors)) => {
            let sight = sight(&state, &who, &number).await?;
            show(&state, &who, &sight, &typed, &errors).await
        }
    }
}

/// One thing, to be saved; the opening is recorded.
///
/// # Errors
/// 404 where there is none, or it is not for this person.
pub async fn save(state: Data<State>, who: Who, path: Path<(String, i64)>) -> Result<HttpResponse, WebError> {
    let (number, n) = path.into_inner();
    let (actor, asked, ip, now) = (who.actor.clone(), number.clone(), who.ip.clone(), state.now());
    let found = state.db.write(move |tx| evidence::opened(tx, &actor, (&asked, n), &ip, now)).await?;
    send(&state, found, &saved_as(&number, n)).await
}
