//! The mails of a case: what was sent when, what could not be sent, and what came back.
use crate::casework::inbox;
use crate::casework::post::{self, Sent};
use crate::domain::codes::{Inbound, MailState};
use crate::domain::ids::MailId;
use crate::domain::notice::NoticeKind;
use crate::render::korean::Moment;
use crate::store::inbox::Received;
use crate::store::outbox;
use crate::web::error::WebError;
use crate::web::guard::Who;
use crate::web::parts::{Flash, Link, Page};
use crate::web::posted::Posted;
use crate::web::state::{State, see_other};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::Serialize;

#[derive(Serialize)]
struct Mails {
    page: Page,
    number: String,
    mails: Vec<Shown>,
    replies: Vec<Came>,
}

/// A mail that came in about the case.
#[derive(Serialize)]
struct Came {
    what: &'static str,
    at: String,
    /// Where it is read; none for what holds no person's words.
    href: Option<String>,
    new: bool,
}

fn came(number: &str, received: &Received) -> Came {
    let reply = received.what == Inbound::Reply;
    Came {
        what: received.what.label(),
        at: Moment::from(received.received_at.and_utc()).list_time(),
        href: reply.then(|| format!("/cases/{number}/replies/{}", received.id.0)),
        new: reply && received.settled_at.is_none(),
    }
}

#[derive(Serialize)]
struct Shown {
    /// What the mail is about: `배정 요청`.
    what: &'static str,
    /// Whom it is for.
    to: Option<String>,
    state: &'static str,
    /// Of the badge.
    kind: &'static str,
    at: String,
    attempts: i64,
    /// The server's words, when it could not be sent.
    why: Option<String>,
    /// Its time was over before it could leave: nothing is to be done.
    over: bool,
    /// It is still being tried, and may come too late.
    urgent: bool,
    /// Where it is sent again (one that was given up) or settled by telephone.
    retry: Option<String>,
    settle: Option<String>,
}

fn shown(number: &str, sent: &Sent) -> Shown {
    let mail = &sent.mail;
    let urgent = mail.state == MailState::Waiting && mail.urgent.is_some();
    let over = mail.state == MailState::Dead && mail.answer == outbox::TOO_LATE;
    let dead = mail.state == MailState::Dead && !over;
    let (state, kind) = match mail.state {
        MailState::Waiting if mail.leaving => ("발송 중", "info"),
        MailState::Waiting if urgent => ("늦을 수 있음", "danger"),
        MailState::Waiting => (MailState::Waiting.label(), "plain"),
        MailState::Sent => (MailState::Sent.label(), "ok"),
        MailState::Dead if over => ("보내지 않음", "plain"),
        MailState::Dead => (MailState::Dead.label(), "danger"),
    };
    let path = |what: &str, offered: bool| {
        Some(format!("/cases/{number}/mails/{}/{what}", mail.id.0)).filter(|_| offered)
    };
    Shown {
        what: NoticeKind::from_code(&mail.letter).map_or("안내", NoticeKind::label),
        state,
        kind,
        at: Moment::from(mail.sent.unwrap_or(mail.written)).list_time(),
        attempts: mail.attempts,
        why: Some(mail.answer.clone())
            .filter(|why| mail.state != MailState::Sent && !over && !why.is_empty()),
        over,
        urgent,
        to: sent.to.clone(),
        retry: path("retry", dead),
        settle: path("settle", dead || urgent),
    }
}

/// The list.
///
/// # Errors
/// `NotFound` for people who do not handle the case.
pub async fn list(state: Data<State>, who: Who, number: Path<String>) -> Result<HttpResponse, WebError> {
    let (actor, number, now) = (who.actor.clone(), number.into_inner(), state.now());
    let wanted = number.clone();
    let read = state.db.read(move |rx| {
        let (_, mails) = post::of_case(rx, &actor, &wanted, now)?;
        Ok::<_, WebError>((mails, inbox::of_case(rx, &actor, &wanted)?))
    });
    let (mails, replies) = read.await?;
    let mut page = state.frame(&who, "전자우편");
    page.back = Some(Link::new(format!("/cases/{number}"), format!("사건 {number}")));
    page.mail_to_files = state.mail_note();
    let replies = replies.iter().map(|one| came(&number, one)).collect();
    let mails = mails.iter().rev().map(|mail| shown(&number, mail)).collect();
    state.page("pages/cases/mails", &Mails { page, replies, number, mails })
}

/// Sends one again.
///
/// # Errors
/// `NotFound` for people who do not handle the case, and for a mail that was not given up.
pub async fn retry(
    state: Data<State>,
    who: Who,
    at: Path<(String, i64)>,
    _form: Posted,
) -> Result<HttpResponse, WebError> {
    let (number, mail) = at.into_inner();
    let (actor, wanted, now) = (who.actor.clone(), number.clone(), state.now());
    state.db.write(move |tx| post::try_again(tx, &actor, &wanted, MailId(mail), now)).await?;
    Ok(see_other(&format!("/cases/{number}/mails"), Some(&Flash::ok("다시 보내고 있습니다."))))
}

/// The person was told by telephone instead.
///
/// # Errors
/// As `retry`.
pub async fn settle(
    state: Data<State>,
    who: Who,
    at: Path<(String, i64)>,
    _form: Posted,
) -> Result<HttpResponse, WebError> {
    let (number, mail) = at.into_inner();
    let (actor, wanted) = (who.actor.clone(), number.clone());
    state.db.write(move |tx| post::told_otherwise(tx, &actor, &wanted, MailId(mail))).await?;
    Ok(see_other(
        &format!("/cases/{number}/mails"),
        Some(&Flash::ok("다른 방법으로 알린 것으로 적었습니다.")),
    ))
}
