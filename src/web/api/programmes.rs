//! Programmes with their stages, and what came of them. The same functions as their pages'.
use super::call::{Call, Done, Made, Nothing, told};
use super::shapes::file::Acknowledged;
use super::shapes::programme::{ProgrammeActBody, ProgrammeOne, ResultOne, SurveyOne};
use super::shapes::wrong;
use crate::casework::{programme, surveys as asked};
use crate::domain::codes::ProgrammeAct;
use crate::domain::ids::ProgrammeId;
use crate::web::error::WebError;
use crate::web::programmes;

/// A programme: its stage, its plan, what was held and spent, and what the caller can do.
///
/// # Errors
/// 404 for whoever does not see it.
pub async fn show(call: Call) -> Result<Done<ProgrammeOne>, WebError> {
    let id = ProgrammeId(call.id()?);
    call.asker.read(move |rx, c| Ok(programme::show(rx, &c.actor, id, c.now).map_err(told)?.into())).await
}

/// Takes a programme to another stage, or writes down what was planned, held or spent.
///
/// # Errors
/// 403 for what is another's to do; 404 for whoever does not see it; 409 with the reason's own code; 422.
pub async fn act(call: Call<Nothing, ProgrammeActBody>) -> Result<Made<Acknowledged>, WebError> {
    let id = ProgrammeId(call.id()?);
    let said = call.body.0;
    let act = said.get("act").and_then(serde_json::Value::as_str).and_then(ProgrammeAct::from_code);
    let act = act.ok_or_else(|| wrong("act", "무엇을 할지 적어 주세요. openapi.json에 목록이 있습니다."))?;
    let (on, wanted) = programmes::read(act, said).map_err(|errors| {
        WebError::invalid(errors.iter().map(|(name, why)| (name.to_owned(), why.to_owned())).collect())
    })?;
    call.asker
        .write(move |tx, c| {
            programme::take(tx, &c.actor, id, (act, on, wanted), c.now).map_err(told)?;
            Ok(Acknowledged { ok: true })
        })
        .await
}

/// What a programme bought, without small counts.
///
/// # Errors
/// 404 for whoever does not see it.
pub async fn result(call: Call) -> Result<Done<ResultOne>, WebError> {
    let id = ProgrammeId(call.id()?);
    call.asker.read(move |rx, c| Ok(programme::result(rx, &c.actor, id, c.now).map_err(told)?.into())).await
}

/// The summary of the satisfaction survey in the caller's scope, over the last four quarters.
///
/// # Errors
/// 404 for people of other roles.
pub async fn surveys(call: Call) -> Result<Done<SurveyOne>, WebError> {
    call.asker
        .read(move |rx, c| {
            let (_, summary) = asked::own(rx, &c.actor, c.now).map_err(told)?;
            Ok(SurveyOne { survey: summary.into() })
        })
        .await
}
