//! 문서: the papers of a case, printed on A4 from its record.
mod agreed;
mod given;
mod history;
mod referral;

pub use given::reissue;

use super::load::{self, Sight};
use crate::domain::case::Case;
use crate::domain::codes::{LinkPurpose, Side};
use crate::domain::permission::View;
use crate::domain::step::StepCode;
use crate::store::links;
use crate::web::error::WebError;
use crate::web::guard::Who;
use crate::web::pages::apply::view::PrintHead;
use crate::web::parts::{IdBar, Link, Page};
use crate::web::qr::Qr;
use crate::web::state::State;
use crate::web::steps::words;
use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use serde::{Deserialize, Serialize};

/// `pages/cases/papers`.
#[derive(Debug, Serialize)]
struct Papers {
    page: Page,
    bar: IdBar,
    papers: Vec<PaperLink>,
    /// Where a lost receipt link is made anew.
    reissue: String,
}

/// A paper that can be printed.
#[derive(Debug, Serialize)]
struct PaperLink {
    href: String,
    label: String,
    text: &'static str,
}

/// `pages/print/paper`: one printed paper.
#[derive(Debug, Default, Serialize)]
struct Paper {
    page: Option<Page>,
    print: Option<PrintHead>,
    foot: Option<Foot>,
    title: String,
    /// 결재란: who signs it off inside the body; empty on papers that go to the parties.
    approval: &'static [&'static str],
    facts: Vec<Row>,
    sections: Vec<Section>,
    qr: Option<Qr>,
    notes: Vec<String>,
    date: String,
    seals: Vec<Row>,
    from: String,
}

/// A label and what stands beside it.
#[derive(Debug, Serialize)]
struct Row {
    label: String,
    text: String,
}

/// Who printed it, when.
#[derive(Debug, Serialize)]
struct Foot {
    by: String,
    at: String,
}

/// One numbered part of a paper.
#[derive(Debug, Default, Serialize)]
struct Section {
    title: String,
    text: Option<String>,
    columns: Vec<&'static str>,
    rows: Vec<Vec<String>>,
}

/// Which thing a paper is about.
#[derive(Debug, Deserialize)]
pub struct About {
    seq: Option<i64>,
}

async fn file(state: &State, who: &Who, number: &str, what: &'static str) -> Result<Sight, WebError> {
    let sight = load::open(state, who, number, what).await?;
    if sight.file.view == View::File && sight.file.contacts { Ok(sight) } else { Err(WebError::not_found()) }
}

/// The list of papers.
///
/// # Errors
/// 404 outside the scope, or for those who may not read the file.
pub async fn page(state: Data<State>, who: Who, number: Path<String>) -> Result<HttpResponse, WebError> {
    let sight = file(&state, &who, &number, "papers").await?;
    let (id, now) = (sight.case().id, state.now());
    let letters = state.db.read(move |rx| links::live_of_case(rx, id, LinkPurpose::Letter, now)).await?;
    let case = sight.case();
    let paper = |path: &str, label: String, text| PaperLink {
        href: format!("/cases/{}/print/{path}", case.number),
        label,
        text,
    };
    let mut papers = vec![
        paper("receipt", "접수증".into(), "신청인에게 드립니다. 진행을 볼 수 있는 링크와 QR이 있습니다."),
        paper(
            "history",
            "교섭경위서".into(),
            "접수부터 지금까지 있었던 일과 법정 사다리. 분쟁조정 신청에 붙입니다.",
        ),
    ];
    if !letters.is_empty() {
        papers.push(paper(
            "letter",
            "상대방 안내문".into(),
            "봉투에 넣어 전합니다. QR과 여덟 자리 코드가 있습니다.",
        ));
    } else if sight.steps.contains(&StepCode::Letter) {
        papers.push(PaperLink {
            href: format!("/cases/{}/steps/letter", case.number),
            label: "상대방 안내문 만들기".into(),
            text: "새 코드가 생깁니다.",
        });
    }
    for p in case.proposals.iter().rev() {
        papers.push(paper(
            &format!("proposal?seq={}", p.seq),
            format!("조정안({}까지 답)", words::day(p.answer_by)),
            "양쪽에 보이는 조정안입니다.",
        ));
    }
    for a in case.agreements.iter().rev() {
        papers.push(paper(
            &format!("agreement?seq={}", a.seq),
            words::agreement_title(a.kind).into(),
            "양쪽이 서명하는 문서입니다.",
        ));
    }
    for r in case.referrals.iter().rev() {
        papers.push(paper(
            &format!("referral?seq={}", r.seq),
            format!("의뢰서({})", sight.names.body(r.body)),
            "다른 기관에 보내는 문서입니다.",
        ));
    }
    papers.push(PaperLink {
        href: format!("/cases/{}/mails", case.number),
        label: "보낸 전자우편".into(),
        text: "이 사건에서 보낸 것과 보내지 못한 것을 봅니다.",
    });
    let bar = sight.bar("/papers", now);
    let reissue = format!("/cases/{}/receipt", case.number);
    state
        .page("pages/cases/papers", &Papers { page: sight.frame(&state, &who, "문서"), bar, papers, reissue })
}

/// One paper, as it is printed.
///
/// # Errors
/// 404 outside the scope, for an unknown paper, or a thing that the case does not have.
pub async fn print(
    state: Data<State>,
    who: Who,
    path: Path<(String, String)>,
    about: Query<About>,
) -> Result<HttpResponse, WebError> {
    let (number, kind) = path.into_inner();
    let sight = file(&state, &who, &number, "print").await?;
    let case = sight.case();
    let none = WebError::not_found;
    let paper = match kind.as_str() {
        "letter" => return given::letter(&state, &who, &sight).await,
        "receipt" => given::receipt(&state, &sight).await?,
        "history" => history::paper(&sight),
        "agreement" => {
            let found = case.agreements.iter().find(|a| Some(a.seq) == about.seq);
            agreed::agreement(&sight, found.ok_or_else(none)?)
        }
        "proposal" => {
            let found = case.proposals.iter().find(|p| Some(p.seq) == about.seq);
            agreed::proposal(&sight, found.ok_or_else(none)?)
        }
        "referral" => {
            let found = case.referrals.iter().find(|r| Some(r.seq) == about.seq);
            referral::paper(&sight, found.ok_or_else(none)?)
        }
        _ => return Err(none()),
    };
    finish(&state, &who, &sight, paper)
}

fn finish(state: &State, who: &Who, sight: &Sight, paper: Paper) -> Result<HttpResponse, WebError> {
    let number = sight.case().number.clone();
    let mut page = state.frame(who, &format!("{}: {number}", paper.title));
    page.back = Some(Link::new(format!("/cases/{number}/papers"), "문서 목록"));
    let by = who.login.as_ref().map(|l| l.user.name.clone()).unwrap_or_default();
    let now = state.now();
    let paper = Paper {
        print: Some(PrintHead { left: format!("접수번호 {number}"), right: paper.title.clone() }),
        foot: Some(Foot { by, at: words::official(now) }),
        date: if paper.date.is_empty() {
            words::official_day(crate::domain::seoul::day(now))
        } else {
            paper.date
        },
        page: Some(page),
        ..paper
    };
    state.page("pages/print/paper", &paper)
}

fn row(label: &str, text: impl Into<String>) -> Row {
    Row { label: label.to_owned(), text: text.into() }
}

/// 결재란 of the body that holds the case: who writes a paper, who signs it off.
fn approval(case: &Case) -> &'static [&'static str] {
    match case.holder {
        Some(holder) if case.bodies.office == Some(holder) => &["담당", "소장"],
        Some(holder) if case.bodies.committee == Some(holder) => &["간사", "위원장"],
        _ => &["담당", "책임자"],
    }
}

/// The whole address of an own path.
fn address(state: &State, path: &str) -> String {
    format!("{}{path}", state.settings.server.base_url.trim_end_matches('/'))
}

/// Name and door of one side, whole: these papers are signed.
fn party(sight: &Sight, side: Side) -> String {
    let Some(party) = sight.party(side) else { return String::new() };
    let unit = party.details.unit.as_ref().map(ToString::to_string).unwrap_or_default();
    format!("{} {unit}", party.details.name).trim().to_owned()
}

fn identity(sight: &Sight) -> Vec<Row> {
    vec![
        row("접수번호", sight.case().number.clone()),
        row("사건", format!("{} 층간소음 조정", sight.complex)),
        row("신청인", party(sight, Side::Applicant)),
        row("상대방", party(sight, Side::Respondent)),
    ]
}

/// 민원 기록일지, blank, for the counter (`domain.md` §3.3).
///
/// # Errors
/// Template errors.
pub async fn blank_log(state: Data<State>, who: Who) -> Result<HttpResponse, WebError> {
    let mut page = state.frame(&who, "층간소음 민원 기록일지");
    page.back = Some(Link::new("/cases/new", "접수하기"));
    #[derive(Serialize)]
    struct Blank {
        page: Page,
    }
    state.page("pages/print/log", &Blank { page })
}
