//! A printed sheet: `templates/pages/print/paper.hbs`, whatever it is about, or the same as a file for 한글; and the blank ones
//! for the counter.
//!
//! A paper that a page gives leaves by `headed`, `plain` or `notice`. Whoever may print it may have it as a file: the same
//! address with `as=hwpx`, so that the door, the rights and the record of who opened whose data are the page's own. Four sheets
//! are laid out by hand and are printed only: the letter to a door, 기록일지, a meeting's packet and the certificate of destruction.
use super::admin::Listing;
use super::apply::view::PrintHead;
use super::{cases, committee};
use crate::documents::hwpx;
use crate::documents::paper::{Content, Modules, Sheet};
use crate::web::error::WebError;
use crate::web::guard::Who;
use crate::web::parts::{Cell, Column, Empty, Link, Page, Table};
use crate::web::qr::{self, Qr};
use crate::web::state::State;
use crate::web::steps::words;
use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::{Data, Path};
use chrono::{DateTime, Utc};
use serde::Serialize;

/// `pages/print/paper` and `pages/print/notice`.
#[derive(Debug, Serialize)]
struct Paper {
    page: Page,
    /// Where the same is had as a file for 한글.
    file: String,
    /// On every sheet, above and below; none on blank papers and on what goes to somebody's door.
    print: Option<PrintHead>,
    foot: Option<Foot>,
    qr: Option<Qr>,
    #[serde(flatten)]
    content: Content,
}

/// Who printed it, when: `parts/print_foot`.
#[derive(Debug, Serialize)]
pub(crate) struct Foot {
    by: String,
    at: String,
}

impl Foot {
    pub(super) fn of(state: &State, who: &Who) -> Self {
        let by = who.login.as_ref().map(|l| l.user.name.clone()).unwrap_or_default();
        Self::by(by, state.now())
    }

    pub(crate) fn by(by: String, now: DateTime<Utc>) -> Self {
        Self { by, at: words::official(now) }
    }
}

/// A paper to be filled in by hand at the counter.
#[derive(Debug)]
pub(crate) struct Blank {
    /// In its address.
    pub code: &'static str,
    pub label: &'static str,
    /// What it is for.
    pub text: &'static str,
    pub paper: Content,
}

/// What stands around a paper.
struct Around<'a> {
    title: String,
    /// On every sheet above, at the left; those have the person who printed it below.
    left: Option<&'a str>,
}

fn sheet(
    state: &State,
    who: &Who,
    back: Link,
    (template, around): (&str, Around<'_>),
    content: Content,
) -> Result<HttpResponse, WebError> {
    let foot = around.left.map(|_| Foot::of(state, who));
    let asked: Vec<(String, String)> = serde_urlencoded::from_str(&who.query).unwrap_or_default();
    if asked.iter().any(|(name, value)| name == "as" && value == "hwpx") {
        return File { content, left: around.left.map(str::to_owned), foot }.answer();
    }
    let others = asked.iter().filter(|(name, _)| name != "as");
    let others: Vec<(&str, &str)> = others.map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let query = serde_urlencoded::to_string([others, vec![("as", "hwpx")]].concat());
    let paper = Paper {
        page: Page { back: Some(back), ..state.frame(who, &around.title) },
        file: format!("?{}", query.map_err(|e| WebError::internal(&e))?),
        print: around.left.map(|left| PrintHead { left: left.to_owned(), right: content.title.clone() }),
        foot,
        qr: content.link.as_deref().and_then(|u| qr::qr(u, "진행 보기 주소")),
        content,
    };
    state.page(template, &paper)
}

/// A paper that leaves as a file for 한글, named by what it is and by nobody's name.
pub(crate) struct File {
    pub content: Content,
    /// On every sheet above, at the left, and below.
    pub left: Option<String>,
    pub foot: Option<Foot>,
}

impl File {
    /// # Errors
    /// Where it cannot be packed.
    pub(crate) fn answer(&self) -> Result<HttpResponse, WebError> {
        let foot = self.foot.as_ref();
        let foot = foot.map(|foot| (format!("출력자 {}", foot.by), format!("출력 일시 {}", foot.at)));
        let code: Option<Modules> = self.content.link.as_deref().and_then(qr::modules);
        let sheet = Sheet {
            content: &self.content,
            head: self.left.as_deref(),
            foot: foot.as_ref().map(|(by, at)| (by.as_str(), at.as_str())),
            code: code.as_ref(),
        };
        let named = header::ContentDisposition {
            disposition: header::DispositionType::Attachment,
            parameters: vec![
                header::DispositionParam::Filename("ieum.hwpx".to_owned()),
                header::DispositionParam::FilenameExt(header::ExtendedValue {
                    charset: header::Charset::Ext("UTF-8".to_owned()),
                    language_tag: None,
                    value: format!("{}.hwpx", self.content.title.replace(' ', "")).into_bytes(),
                }),
            ],
        };
        let bytes = hwpx::bytes(&sheet).map_err(|e| WebError::internal(&e))?;
        Ok(HttpResponse::Ok().content_type(hwpx::KIND).insert_header(named).body(bytes))
    }
}

/// A paper from the record, with what it belongs to at its head and who printed it at its foot.
///
/// # Errors
/// Template errors.
pub(super) fn headed(
    state: &State,
    who: &Who,
    back: Link,
    left: &str,
    content: Content,
) -> Result<HttpResponse, WebError> {
    let around = Around { title: format!("{}: {left}", content.title), left: Some(left) };
    sheet(state, who, back, (PAPER, around), content)
}

/// The paper alone.
///
/// # Errors
/// Template errors.
pub(super) fn plain(
    state: &State,
    who: &Who,
    back: Link,
    content: Content,
) -> Result<HttpResponse, WebError> {
    let around = Around { title: content.title.clone(), left: None };
    sheet(state, who, back, (PAPER, around), content)
}

/// One A4 page for the notice board, without a case number and without who printed it.
///
/// # Errors
/// Template errors.
pub(super) fn notice(
    state: &State,
    who: &Who,
    back: Link,
    number: &str,
    content: Content,
) -> Result<HttpResponse, WebError> {
    let around = Around { title: format!("{}: {number}", content.title), left: None };
    sheet(state, who, back, ("pages/print/notice", around), content)
}

/// The template of all papers but one.
const PAPER: &str = "pages/print/paper";

/// Every blank paper, but for the log, which has a sheet of its own.
fn blanks() -> impl Iterator<Item = Blank> {
    cases::papers::made::blanks().into_iter().chain(committee::sheets::blanks())
}

/// 서식: the list of blank papers.
///
/// # Errors
/// Template errors.
pub async fn forms(state: Data<State>, who: Who) -> Result<HttpResponse, WebError> {
    let mut listing = Listing::new(&state, &who, "서식", Link::new("/home", "처음으로"));
    listing.lead = Some(
        "창구에서 손으로 적을 빈 서식입니다. A4로 뽑습니다. 사건과 위원의 내용이 적힌 것은 그 사건과 위원의 화면에서 뽑아 주세요."
            .to_owned(),
    );
    let row = |code: &str, label: &str, text: &str| {
        vec![Cell::link(label.to_owned(), format!("/forms/{code}")), Cell::text(text.to_owned())]
    };
    let blanks = cases::papers::made::blanks();
    let case = [row("log", "층간소음 민원 기록일지", "방문이나 전화로 들은 것을 적습니다.")].into_iter();
    let case = case.chain(blanks.iter().map(|b| row(b.code, b.label, b.text)));
    let body = committee::sheets::blanks();
    let body = body.iter().map(|b| row(b.code, b.label, b.text));
    let table = |title: &str, rows: Vec<Vec<Cell>>| {
        let columns = ["서식", "언제 쓰나"].map(Column::new).to_vec();
        Table::new(title.to_owned(), columns, rows, Empty::new("서식이 없습니다."))
    };
    listing.tables = vec![table("사건", case.collect()), table("위원회", body.collect())];
    listing.show(&state)
}

/// One blank paper. 민원 기록일지 is laid out in four columns (`domain.md` §3.3).
///
/// # Errors
/// 404 for an unknown one.
pub async fn form(state: Data<State>, who: Who, code: Path<String>) -> Result<HttpResponse, WebError> {
    let back = Link::new("/forms", "서식 목록");
    if *code == "log" {
        #[derive(Serialize)]
        struct Log {
            page: Page,
        }
        return state.page(
            "pages/print/log",
            &Log { page: Page { back: Some(back), ..state.frame(&who, "층간소음 민원 기록일지") } },
        );
    }
    let found = blanks().find(|b| b.code == *code).ok_or_else(WebError::not_found)?;
    plain(&state, &who, back, found.paper)
}
