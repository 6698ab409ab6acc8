//! Answers that came by mail: what a person wrote, for those who handle the case. Each opening is recorded.
use crate::casework::{inbox, open};
use crate::domain::ids::InboundId;
use crate::render::korean::Moment;
use crate::web::error::WebError;
use crate::web::guard::Who;
use crate::web::parts::{Flash, Link, Page, Summary};
use crate::web::posted::Posted;
use crate::web::state::{State, see_other};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::Serialize;

#[derive(Serialize)]
struct Reply {
    page: Page,
    facts: Summary,
    text: String,
    /// Where it is said that this was read; none when it was.
    done: Option<String>,
}

/// The reply.
///
/// # Errors
/// `NotFound` for people who do not handle the case or may not know the side, and where the words were destroyed.
pub async fn show(state: Data<State>, who: Who, at: Path<(String, i64)>) -> Result<HttpResponse, WebError> {
    let ((number, id), now) = (at.into_inner(), state.now());
    let (actor, wanted, ip) = (who.actor.clone(), number.clone(), who.ip.clone());
    let read = state.db.write(move |tx| {
        open::record(tx, &actor, &wanted, &ip, "reply", "", now)?;
        inbox::read(tx, &actor, &wanted, InboundId(id))
    });
    let (received, said, side) = read.await?;
    let mut page = state.frame(&who, "받은 답장");
    page.back = Some(Link::new(format!("/cases/{number}/mails"), format!("사건 {number}의 전자우편")));
    let mut facts = Summary::default()
        .row("받은 때", Moment::from(received.received_at.and_utc()).prose())
        .row("보낸 분", side.map_or("사건을 함께 맡은 분 또는 그 밖", |side| side.label()))
        .row("보낸 주소", if said.from.is_empty() { "지금은 없음".to_owned() } else { said.from })
        .row("제목", said.subject);
    if said.attachments > 0 {
        facts = facts
            .row("첨부", format!("{}개. 첨부는 받지 않습니다. 필요하면 따로 받아 주세요.", said.attachments));
    }
    let done =
        received.settled_at.is_none().then(|| format!("/cases/{number}/replies/{}/read", received.id.0));
    state.page("pages/cases/reply", &Reply { page, facts, text: said.text, done })
}

/// It was read.
///
/// # Errors
/// As [`show`].
pub async fn read(
    state: Data<State>,
    who: Who,
    at: Path<(String, i64)>,
    _form: Posted,
) -> Result<HttpResponse, WebError> {
    let ((number, id), now) = (at.into_inner(), state.now());
    let (actor, wanted) = (who.actor.clone(), number.clone());
    state.db.write(move |tx| inbox::done(tx, &actor, &wanted, InboundId(id), now)).await?;
    Ok(see_other(&format!("/cases/{number}/mails"), Some(&Flash::ok("읽은 것으로 적었습니다."))))
}
