//! A printed sheet: `templates/pages/print/paper.hbs`, whatever it is about; and the blank ones for the counter.
use super::admin::Listing;
use super::apply::view::PrintHead;
use super::{cases, committee};
use crate::web::error::WebError;
use crate::web::guard::Who;
use crate::web::paper::{Blank, Content};
use crate::web::parts::{Cell, Column, Empty, Link, Page, Table};
use crate::web::qr::{self, Qr};
use crate::web::state::State;
use crate::web::steps::words;
use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::Serialize;

/// `pages/print/paper`.
#[derive(Debug, Serialize)]
struct Paper {
    page: Page,
    /// On every sheet, above and below; none on blank papers and on what goes to somebody's door.
    print: Option<PrintHead>,
    foot: Option<Foot>,
    qr: Option<Qr>,
    #[serde(flatten)]
    content: Content,
}

/// Who printed it, when: `parts/print_foot`.
#[derive(Debug, Serialize)]
pub(super) struct Foot {
    by: String,
    at: String,
}

impl Foot {
    pub(super) fn of(state: &State, who: &Who) -> Self {
        let by = who.login.as_ref().map(|l| l.user.name.clone()).unwrap_or_default();
        Self { by, at: words::official(state.now()) }
    }
}

fn page(state: &State, who: &Who, back: Link, title: &str) -> Page {
    Page { back: Some(back), ..state.frame(who, title) }
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
    let paper = Paper {
        page: page(state, who, back, &format!("{}: {left}", content.title)),
        print: Some(PrintHead { left: left.to_owned(), right: content.title.clone() }),
        foot: Some(Foot::of(state, who)),
        qr: content.link.as_deref().and_then(|u| qr::qr(u, "진행 보기 주소")),
        content,
    };
    state.page("pages/print/paper", &paper)
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
    let page = page(state, who, back, &content.title);
    state.page("pages/print/paper", &Paper { page, print: None, foot: None, qr: None, content })
}

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
        return state
            .page("pages/print/log", &Log { page: page(&state, &who, back, "층간소음 민원 기록일지") });
    }
    let found = blanks().find(|b| b.code == *code).ok_or_else(WebError::not_found)?;
    plain(&state, &who, back, found.paper)
}
