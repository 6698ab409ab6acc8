//! Published reports: the same functions as their pages'.
use super::call::{Call, Done, Made, Nothing, told};
use super::shapes::file::Acknowledged;
use super::shapes::publication::{
    AutomaticBody, PublicationList, PublicationOne, PublicationQuery, PublishBody, Published,
};
use super::shapes::wrong;
use crate::casework::CaseworkError;
use crate::casework::publications::{self, Particulars, Wanted};
use crate::domain::codes::PeriodKind;
use crate::domain::ids::PublicationId;
use crate::domain::publication::Period;
use crate::store::{Rx, StoreError};
use crate::web::error::WebError;

/// What was published and the caller reads, the newest period first; of each period every version.
///
/// # Errors
/// 404 for people of other roles.
pub async fn list(call: Call<PublicationQuery>) -> Result<Done<PublicationList>, WebError> {
    let year = call.query.year;
    call.asker
        .read(move |rx, c| {
            let mut all = publications::list(rx, &c.actor).map_err(told)?;
            all.retain(|head| year.is_none_or(|year| chrono::Datelike::year(&head.from_on) == year));
            Ok(PublicationList { publications: all.into_iter().map(Into::into).collect() })
        })
        .await
}

/// One version, with its document.
///
/// # Errors
/// 404 for whoever does not read it.
pub async fn show(call: Call) -> Result<Done<PublicationOne>, WebError> {
    let id = PublicationId(call.id()?);
    call.asker.read(move |rx, c| Ok(publications::show(rx, &c.actor, id).map_err(told)?.into())).await
}

fn wanted(body: &PublishBody) -> Result<Wanted, WebError> {
    match (body.kind, body.from, body.programme_id) {
        (PeriodKind::Programme, None, Some(id)) => Ok(Wanted::Programme(id)),
        (PeriodKind::Programme, ..) => Err(wrong("programme_id", "사업의 번호를 보내고 from은 빼 주세요.")),
        (kind, Some(from), None) => Period::beginning(kind, from)
            .map(Wanted::Calendar)
            .ok_or_else(|| wrong("from", "그 기간의 첫날을 보내 주세요. 3분기라면 2026-07-01입니다.")),
        _ => Err(wrong("from", "기간의 첫날을 보내고 programme_id는 빼 주세요.")),
    }
}

/// Publishes the report of a period; where one was published, a new version of it.
///
/// # Errors
/// 403 for people of no ward; 409 `nothing_changed`, and `same_months` as another programme; 422 for a period that is not over.
pub async fn publish(call: Call<Nothing, PublishBody>) -> Result<Made<Published>, WebError> {
    let body = call.body;
    let wanted = wanted(&body)?;
    let field = if body.kind == PeriodKind::Programme { "programme_id" } else { "from" };
    let said = Particulars {
        number: body.number,
        openness: body.openness,
        target_percent: body.target_percent,
        reason: body.reason,
    };
    // The page has one field for what are three here.
    let named = move |e: CaseworkError| match e {
        CaseworkError::Invalid(fields) => {
            let named =
                |(name, why): (String, String)| (if name == "period" { field.to_owned() } else { name }, why);
            told(CaseworkError::Invalid(fields.into_iter().map(named).collect()))
        }
        e => told(e),
    };
    let (caller, done) = call.asker.writer().await?;
    let ready = if done {
        None
    } else {
        let work = move |rx: &mut Rx<'_>| {
            publications::prepare(rx, &caller.actor, wanted, &said, caller.now).map_err(named)
        };
        let counted = call.asker.state.db.read(work).await?;
        Some(publications::draw(counted).await.map_err(told)?)
    };
    call.asker
        .write(move |tx, c| {
            let ready = ready.ok_or_else(|| told(StoreError::Conflict("publications".to_owned()).into()))?;
            let id = publications::publish(tx, &c.actor, &ready, c.now).map_err(told)?;
            Ok(Published { id })
        })
        .await
}

/// Sets which reports Ieum publishes by itself when they fall due.
///
/// # Errors
/// 403 for people of no ward; 422 for a kind that ends once.
pub async fn automatic(call: Call<Nothing, AutomaticBody>) -> Result<Made<Acknowledged>, WebError> {
    let kinds = call.body.kinds;
    call.asker
        .write(move |tx, c| {
            publications::set_automatic(tx, &c.actor, &kinds, c.now).map_err(told)?;
            Ok(Acknowledged { ok: true })
        })
        .await
}
