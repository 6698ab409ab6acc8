//! The mails of a case: what was sent when, what could not be sent, and what came back.
use crate::casework::post::{self, Mails, Sent};
use crate::casework::{CaseworkError, inbox};
use crate::domain::codes::{Delivery, Inbound, MailState, Side};
use crate::domain::ids::{MailId, UserId};
use crate::domain::notice::letter_label;
use crate::domain::permission::Actor;
use crate::render::korean::{self, Moment};
use crate::store::Tx;
use crate::store::inbox::Received;
use crate::web::error::WebError;
use crate::web::guard::Who;
use crate::web::parts::{Flash, Link, Page, Pager};
use crate::web::posted::Posted;
use crate::web::state::{State, see_other};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Mails on one page.
const PAGE: i64 = 50;

#[derive(Serialize)]
struct Listing {
    page: Page,
    number: String,
    mails: Vec<Shown>,
    replies: Vec<Came>,
    pager: Option<Pager>,
    /// Since when the operator holds all mail back.
    held: Option<String>,
}

/// Which page of the list: the mails before this one.
#[derive(Debug, Deserialize)]
pub struct Before {
    before: Option<MailId>,
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
    /// Somebody is to telephone about it, and the number where the person may know it.
    call: bool,
    phone: Option<String>,
    /// Its sender took it back.
    withdrawn: bool,
    /// Where it is sent again (one that was given up) or settled by telephone.
    retry: Option<String>,
    settle: Option<String>,
    /// When it leaves, while it waits to be taken back, and where its sender does so.
    leaves: Option<String>,
    take_back: Option<String>,
    /// One of these can be done.
    acts: bool,
}

fn shown(number: &str, me: Option<UserId>, sent: &Sent) -> Shown {
    let mail = &sent.mail;
    let urgent = mail.state == MailState::Waiting && mail.urgent.is_some();
    let how = mail.delivery();
    let kind = match how {
        Delivery::Leased => "info",
        Delivery::Queued if urgent => "danger",
        Delivery::Queued | Delivery::Late | Delivery::Withdrawn => "plain",
        Delivery::Accepted => "ok",
        Delivery::Bounced | Delivery::Suspended | Delivery::Refused | Delivery::GivenUp => "danger",
    };
    let state = if how == Delivery::Queued && urgent { "늦을 수 있음" } else { how.label() };
    let path = |what: &str, offered: bool| {
        Some(format!("/cases/{number}/mails/{}/{what}", mail.id.0)).filter(|_| offered)
    };
    let own = mail.undo.is_some_and(|(_, by)| Some(by) == me);
    let again = matches!(mail.state, MailState::Dead | MailState::Withdrawn);
    let retry = mail.whole && again && !sent.overtaken;
    Shown {
        acts: retry || sent.duty || own,
        leaves: mail.undo.map(|(until, _)| Moment::from(until).clock()),
        take_back: path("take-back", own),
        what: letter_label(&mail.letter),
        state,
        kind,
        at: Moment::from(mail.sent.unwrap_or(mail.written)).list_time(),
        attempts: mail.attempts,
        why: Some(mail.answer.clone())
            .filter(|why| matches!(mail.state, MailState::Waiting | MailState::Dead) && !why.is_empty()),
        over: mail.state == MailState::Late,
        urgent,
        call: sent.duty,
        phone: sent.call.as_ref().map(|(_, phone)| korean::phone(phone)),
        withdrawn: mail.state == MailState::Withdrawn,
        to: sent.to.clone(),
        retry: path("retry", retry),
        settle: path("settle", sent.duty),
    }
}

/// The list.
///
/// # Errors
/// `NotFound` for people who do not handle the case.
pub async fn list(
    state: Data<State>,
    who: Who,
    number: Path<String>,
    query: Query<Before>,
) -> Result<HttpResponse, WebError> {
    let (actor, number, now, before) = (who.actor.clone(), number.into_inner(), state.now(), query.before);
    let wanted = number.clone();
    let read = state.db.read(move |rx| {
        let mails = post::of_case(rx, &actor, &wanted, (before, PAGE), now)?;
        // What came in stands on the first page.
        let replies = if before.is_none() { inbox::of_case(rx, &actor, &wanted)? } else { Vec::new() };
        Ok::<_, WebError>((mails, replies))
    });
    let (Mails { mails, older, held }, replies) = read.await?;
    let sides: BTreeSet<Side> = mails.iter().filter_map(|mail| mail.call.as_ref()).map(|c| c.0).collect();
    if !sides.is_empty() {
        let (actor, of, ip, now) = (who.actor.clone(), number.clone(), who.ip.clone(), state.now());
        state.db.write(move |tx| post::record_calls(tx, &actor, &of, (&ip, &sides), now)).await?;
    }
    let mut page = state.frame(&who, "전자우편");
    page.back = Some(Link::new(format!("/cases/{number}"), format!("사건 {number}")));
    page.mail_to_files = state.mail_note();
    let replies = replies.iter().map(|one| came(&number, one)).collect();
    let next = older.map(|older| format!("/cases/{number}/mails?before={}", older.0));
    let first = before.map(|_| format!("/cases/{number}/mails"));
    let pager = (next.is_some() || first.is_some()).then(|| Pager {
        label: "전자우편 쪽".to_owned(),
        text: format!("{}통", mails.len()),
        first,
        next,
    });
    let mails = mails.iter().map(|mail| shown(&number, who.actor.user, mail)).collect();
    state.page(
        "pages/cases/mails",
        &Listing { held: held.map(|at| Moment::from(at).prose()), page, replies, number, mails, pager },
    )
}

/// Does something with one mail, and says on the list what came of it.
async fn acted<F>(state: &State, who: &Who, at: Path<(String, i64)>, act: F) -> Result<HttpResponse, WebError>
where
    F: FnOnce(&mut Tx<'_>, &Actor, &str, MailId) -> Result<Flash, CaseworkError> + Send + 'static,
{
    let (number, mail) = at.into_inner();
    let (actor, wanted) = (who.actor.clone(), number.clone());
    let said = state.db.write(move |tx| act(tx, &actor, &wanted, MailId(mail))).await?;
    Ok(see_other(&format!("/cases/{number}/mails"), Some(&said)))
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
    let now = state.now();
    let again = move |tx: &mut Tx<'_>, actor: &Actor, number: &str, mail| {
        Ok(if post::try_again(tx, actor, number, mail, now)? {
            Flash::ok("다시 보내고 있습니다.")
        } else {
            Flash::warn(
                "그 뒤로 회의가 바뀌거나 취소되어, 이 메일은 다시 보내지 않습니다. 새 일정을 전화로 알려 주세요.",
            )
        })
    };
    acted(&state, &who, at, again).await
}

/// Its sender takes one back before it has left.
///
/// # Errors
/// As `list`.
pub async fn take_back(
    state: Data<State>,
    who: Who,
    at: Path<(String, i64)>,
    _form: Posted,
) -> Result<HttpResponse, WebError> {
    let now = state.now();
    let taking = move |tx: &mut Tx<'_>, actor: &Actor, number: &str, mail| {
        Ok(if post::take_back(tx, actor, number, mail, now)? {
            Flash::ok(
                "메일을 거두었습니다. 사건에 적은 것은 그대로이니, 전화로 알리거나 나중에 다시 보내 주세요.",
            )
        } else {
            Flash::warn("거둘 수 있는 시간이 지나 메일이 나갔거나, 다른 분이 한 일의 메일입니다.")
        })
    };
    acted(&state, &who, at, taking).await
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
    let told = |tx: &mut Tx<'_>, actor: &Actor, number: &str, mail| {
        post::told_otherwise(tx, actor, number, mail)?;
        Ok(Flash::ok("다른 방법으로 알린 것으로 적었습니다."))
    };
    acted(&state, &who, at, told).await
}
