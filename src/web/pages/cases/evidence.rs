//! 증거 자료 of a case, for those who handle it.
use super::load::{self, Sight};
use crate::casework::evidence;
use crate::domain::permission::View;
use crate::web::error::WebError;
use crate::web::evidence::{List, asks_back, fields, keep, paper_field, saved_as};
use crate::web::field::Errors;
use crate::web::guard::Who;
use crate::web::parts::Flash;
use crate::web::posted::Posted;
use crate::web::state::{State, see_other};
use crate::web::streamed::{Streamed, send};
use crate::web::typed::Typed;
use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};

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
    let (of, asker) = (case.clone(), actor.clone());
    let things = state.db.read(move |rx| evidence::list(rx, &asker, &of)).await?;
    let bar = sight.bar("/evidence", state.now());
    let mut list = List::new(sight.frame(state, who, "증거 자료"), Some(bar), (&things, &path), |thing| {
        evidence::may_take_back(&actor, &case, thing)
    });
    if !sides.is_empty() {
        let paper = Some(&case).filter(|case| actor.reads_signed_paper(case)).and_then(paper_field);
        let fields = paper.into_iter().chain(fields(state, &sides)).collect();
        list = list.asking(fields, typed, errors);
    }
    state.page_with(list.status(), "pages/evidence/list", &list)
}

/// What was handed in; the opening is recorded.
///
/// # Errors
/// 404 outside the scope, or for those who may not read the file.
pub async fn page(
    state: Data<State>,
    who: Who,
    number: Path<String>,
    asked: Query<Asked>,
) -> Result<HttpResponse, WebError> {
    let sight = sight(&state, &who, &number).await?;
    let paper = asked.agreement.map(|seq| ("agreement".to_owned(), seq.to_string()));
    show(&state, &who, &sight, &Typed::from_pairs(paper), &Errors::default()).await
}

/// Which paper is to be handed in.
#[derive(Debug, serde::Deserialize)]
pub struct Asked {
    agreement: Option<i64>,
}

/// Asks whether to take one thing back.
///
/// # Errors
/// 404 where there is none, or it is not theirs to take back.
pub async fn ask_back(
    state: Data<State>,
    who: Who,
    path: Path<(String, i64)>,
) -> Result<HttpResponse, WebError> {
    let (number, n) = path.into_inner();
    sight(&state, &who, &number).await?;
    let (actor, asked) = (who.actor.clone(), number.clone());
    let (_, thing) = state.db.read(move |rx| evidence::to_take_back(rx, &actor, (&asked, n))).await?;
    let list = format!("/cases/{number}/evidence");
    let page = state.frame(&who, "증거 자료를 거두시겠습니까?");
    asks_back(page, &thing, &format!("{list}/{n}/back"), &list).show(&state)
}

/// Takes one thing back.
///
/// # Errors
/// As `ask_back`.
pub async fn take_back(
    state: Data<State>,
    who: Who,
    path: Path<(String, i64)>,
    _form: Posted,
) -> Result<HttpResponse, WebError> {
    let (number, n) = path.into_inner();
    let (actor, asked, ip, now) = (who.actor.clone(), number.clone(), who.ip.clone(), state.now());
    state.db.write(move |tx| evidence::take_back(tx, &actor, (&asked, n), &ip, now)).await?;
    let flash = Flash::ok(format!("증거 {n}번을 거두고 파일을 지웠습니다."));
    Ok(see_other(&format!("/cases/{number}/evidence"), Some(&flash)))
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
