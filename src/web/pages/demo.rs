//! The mails of a demonstration: whoever looks at `ieum demo` reads here what an inbox would show. Outside a demonstration
//! these pages do not exist.
use crate::domain::codes::MailState;
use crate::domain::ids::MailId;
use crate::domain::notice::NoticeKind;
use crate::render::korean::Moment;
use crate::store::outbox::{self, Opened};
use crate::web::error::WebError;
use crate::web::guard::Who;
use crate::web::parts::{Cell, Column, Empty, Link, Page, Table};
use crate::web::state::State;
use actix_web::HttpResponse;
use actix_web::http::header::CONTENT_DISPOSITION;
use actix_web::web::{Data, Path};
use serde::Serialize;

/// Mails on the list.
const SHOWN: i64 = 100;

#[derive(Serialize)]
struct List {
    page: Page,
    mails: Table,
}

#[derive(Serialize)]
struct Letter {
    page: Page,
    subject: String,
    to: String,
    at: String,
    lines: Vec<Line>,
    message: Option<String>,
}

/// A line of the text. An address of ours becomes a button with the words of the line above it, as in the HTML part.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Line {
    text: String,
    href: Option<String>,
}

fn lines(text: &str, base: &str) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for line in text.lines() {
        let path = line.strip_prefix(base).filter(|path| path.starts_with('/'));
        let label = path.and_then(|_| lines.pop()).map_or_else(|| line.to_owned(), |above| above.text);
        lines.push(Line { text: label, href: path.map(str::to_owned) });
    }
    lines
}

/// The newest mails.
///
/// # Errors
/// `NotFound` outside a demonstration.
pub async fn list(state: Data<State>, who: Who) -> Result<HttpResponse, WebError> {
    let mails = opened(&state, None, SHOWN).await?;
    let columns = ["제목", "받는 사람", "보낸 때", "상태"].map(Column::new).to_vec();
    let rows = mails.iter().map(row).collect();
    let empty = Empty::new("아직 보낸 전자우편이 없습니다.");
    let table = Table::new("최근 전자우편 100통".to_owned(), columns, rows, empty);
    let page = state.frame(&who, "보낸 전자우편");
    state.page("pages/demo/mails", &List { page, mails: table })
}

fn row(mail: &Opened) -> Vec<Cell> {
    let (subject, _) = parts(mail);
    let at = Moment::from(mail.listed.sent.unwrap_or(mail.listed.written)).list_time();
    vec![
        Cell::link(subject, format!("/demo/mail/{}", mail.listed.id.0)),
        Cell::text(mail.to.clone()),
        Cell::text(at),
        Cell::text(mail.listed.state.label()),
    ]
}

/// One mail as text.
///
/// # Errors
/// `NotFound` when there is no such mail, or outside a demonstration.
pub async fn show(state: Data<State>, who: Who, id: Path<i64>) -> Result<HttpResponse, WebError> {
    let mail = one(&state, MailId(*id)).await?;
    let (subject, text) = parts(&mail);
    let lines = lines(text, &state.settings.server.base_url);
    let mut page = state.frame(&who, &subject);
    page.back = Some(Link::new("/demo/mail", "보낸 전자우편"));
    let letter = Letter {
        page,
        subject,
        to: mail.to.clone(),
        at: Moment::from(mail.listed.sent.unwrap_or(mail.listed.written)).official(),
        lines,
        message: file(&state, &mail).map(|_| format!("/demo/mail/{}/message.eml", mail.listed.id.0)),
    };
    state.page("pages/demo/mail", &letter)
}

/// The message as it left, for a mail program.
///
/// # Errors
/// As `show`; `NotFound` too before it has left.
pub async fn message(state: Data<State>, id: Path<i64>) -> Result<HttpResponse, WebError> {
    let mail = one(&state, MailId(*id)).await?;
    let bytes = file(&state, &mail).ok_or_else(WebError::not_found)?;
    let name = format!("attachment; filename=\"mail-{}.eml\"", mail.listed.id.0);
    Ok(HttpResponse::Ok()
        .content_type("message/rfc822")
        .insert_header((CONTENT_DISPOSITION, name))
        .body(bytes))
}

async fn one(state: &State, id: MailId) -> Result<Opened, WebError> {
    opened(state, Some(id), 1).await?.pop().ok_or_else(WebError::not_found)
}

async fn opened(state: &State, id: Option<MailId>, limit: i64) -> Result<Vec<Opened>, WebError> {
    if !state.demo {
        return Err(WebError::not_found());
    }
    let now = state.now();
    Ok(state.db.read(move |rx| outbox::opened_for_demo(rx, id, limit, now)).await?)
}

/// Subject and text. Before the mail has left there is no text yet.
fn parts(mail: &Opened) -> (String, &str) {
    match mail.said.as_deref().and_then(|said| said.split_once("\n\n")) {
        Some((subject, text)) => (subject.to_owned(), text),
        None => {
            let what = NoticeKind::from_code(&mail.listed.letter).map_or("전자우편", NoticeKind::label);
            let state =
                if mail.listed.state == MailState::Waiting { "보내는 중" } else { "보내지 않음" };
            (format!("{state}: {what}"), "")
        }
    }
}

/// The file that the folder transport wrote. The outbox's keys are file names by themselves (`outbox::enqueue`).
fn file(state: &State, mail: &Opened) -> Option<Vec<u8>> {
    std::fs::read(state.settings.mail.folder.join(format!("{}.eml", mail.key))).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_becomes_a_button_with_the_words_above_it() {
        let line =
            |text: &str, href: Option<&str>| Line { text: text.to_owned(), href: href.map(str::to_owned) };
        let text = "안내\n\n진행 보기\nhttp://a.b/r/x\nhttp://a.bad/r";
        let wanted = [
            line("안내", None),
            line("", None),
            line("진행 보기", Some("/r/x")),
            line("http://a.bad/r", None),
        ];
        assert_eq!(lines(text, "http://a.b"), wanted);
    }
}
