//! 비밀유지 서약 in the browser, before the first file.
use super::none;
use crate::casework::committee::pledge;
use crate::domain::committee::pledge::WORDS;
use crate::web::error::WebError;
use crate::web::field::{Errors, Field};
use crate::web::guard::Who;
use crate::web::pages::sheet::Sheet;
use crate::web::parts::{Flash, Summary};
use crate::web::posted::Posted;
use crate::web::state::{State, see_other};
use actix_web::HttpResponse;
use actix_web::web::{Data, Query};
use serde::Deserialize;

/// Where the person wanted to go.
#[derive(Debug, Deserialize)]
pub struct Onward {
    next: Option<String>,
}

/// Only our own cases' pages.
fn onward(next: Option<&str>) -> String {
    next.filter(|to| to.starts_with("/cases/") && !to.contains(['\\', '\r', '\n']))
        .unwrap_or("/todo")
        .to_owned()
}

async fn sheet(state: &State, who: &Who) -> Result<Sheet, WebError> {
    let actor = who.actor.clone();
    let due = state.db.read(move |rx| pledge::due(rx, &actor)).await?;
    none((!due.is_empty()).then_some(()))?;
    let names: Vec<String> = due.into_iter().map(|(_, name)| name).collect();
    let mut facts = Summary::default().row("위원회", names.join(", "));
    for (words, n) in WORDS.iter().zip(1..) {
        facts = facts.row(&format!("{n}"), (*words).to_owned());
    }
    Ok(Sheet::new(state.frame(who, "비밀유지 서약"), "/pledge", "서약하기")
        .lead("위원회의 사건을 처음 열기 전에 한 번 서약합니다.")
        .facts(facts)
        .cancel("/todo", "나중에"))
}

fn fields(next: &str) -> Vec<Field> {
    vec![Field::hidden("next", next), Field::checkbox("agree", "위의 내용을 읽었고 지키겠습니다")]
}

/// The words, and the box to tick.
///
/// # Errors
/// 404 for whoever has nothing to pledge.
pub async fn form(state: Data<State>, who: Who, query: Query<Onward>) -> Result<HttpResponse, WebError> {
    let next = onward(query.next.as_deref());
    sheet(&state, &who).await?.filled(fields(&next)).show(&state)
}

/// Pledges.
///
/// # Errors
/// 404 for whoever has nothing to pledge.
pub async fn sign(state: Data<State>, who: Who, Posted(typed): Posted) -> Result<HttpResponse, WebError> {
    let asked = sheet(&state, &who).await?;
    let next = onward(Some(typed.get("next")));
    if !typed.ticked("agree") {
        let mut errors = Errors::default();
        errors.add("agree", "읽고 동의하시면 네모를 눌러 주세요.");
        return asked.typed(fields(&next), &typed, &errors).show(&state);
    }
    let (actor, now) = (who.actor.clone(), state.now());
    state.db.write(move |tx| pledge::sign(tx, &actor, now)).await?;
    Ok(see_other(&next, Some(&Flash::ok("서약했습니다."))))
}
