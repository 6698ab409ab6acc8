//! 문서: the papers of a case, printed on A4 from its record.
pub(crate) mod made;

use super::load::{self, Sight};
use crate::casework::party as at_desk;
use crate::domain::codes::{DeskCheck, Side};
use crate::domain::permission::View;
use crate::domain::seoul;
use crate::domain::step::StepCode;
use crate::render::korean::Moment;
use crate::web::error::WebError;
use crate::web::guard::Who;
use crate::web::pages::party::letter;
use crate::web::pages::print;
use crate::web::parts::{Flash, IdBar, Link, Page};
use crate::web::posted::Posted;
use crate::web::qr;
use crate::web::state::{State, see_other};
use crate::web::steps::words;
use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use made::Kind;
use serde::{Deserialize, Serialize};

/// `pages/cases/papers`.
#[derive(Debug, Serialize)]
struct Papers {
    page: Page,
    bar: IdBar,
    papers: Vec<PaperLink>,
    /// The sides that have a page of their own.
    doors: Vec<Named>,
    /// Where a lost link is made anew; below it, where digits are made.
    reissue: String,
    checks: Vec<Named>,
}

/// A choice: a side, or how a person was checked.
#[derive(Debug, Serialize)]
struct Named {
    code: &'static str,
    label: &'static str,
}

/// A paper that can be printed.
#[derive(Debug, Serialize)]
struct PaperLink {
    href: String,
    label: String,
    text: &'static str,
}

/// Which thing a paper is about.
#[derive(Debug, Deserialize)]
pub struct About {
    seq: Option<i64>,
    /// Whose page a receipt is for: the applicant's, if not said.
    side: Option<String>,
}

impl About {
    fn side(&self) -> Side {
        self.side.as_deref().and_then(Side::from_code).unwrap_or(Side::Applicant)
    }
}

async fn file(state: &State, who: &Who, number: &str, what: &'static str) -> Result<Sight, WebError> {
    let sight = load::open(state, who, number, what).await?;
    if may_print(&sight) { Ok(sight) } else { Err(WebError::not_found()) }
}

/// Papers name the parties: they are for those who handle the file.
pub(crate) fn may_print(sight: &Sight) -> bool {
    sight.file.view == View::File && sight.file.contacts
}

/// The list of papers.
///
/// # Errors
/// 404 outside the scope, or for those who may not read the file.
pub async fn page(state: Data<State>, who: Who, number: Path<String>) -> Result<HttpResponse, WebError> {
    let sight = file(&state, &who, &number, "papers").await?;
    let now = state.now();
    let (sight, listed, doors) = state
        .db
        .read(move |rx| {
            let listed = made::listed(rx, &sight, now)?;
            let doors = made::doors(rx, &sight, now)?;
            Ok::<_, crate::store::StoreError>((sight, listed, doors))
        })
        .await?;
    let number = sight.case().number.clone();
    let has_letter = listed.iter().any(|p| p.kind == Kind::Letter);
    let mut papers: Vec<PaperLink> = listed
        .into_iter()
        .map(|p| {
            let seq = p.seq.map(|seq| format!("?seq={seq}")).unwrap_or_default();
            let href = format!("/cases/{number}/print/{}{seq}", p.kind.code());
            PaperLink { href, label: p.label, text: p.text }
        })
        .collect();
    if !has_letter && sight.steps.contains(&StepCode::Letter) {
        papers.push(PaperLink {
            href: format!("/cases/{number}/steps/letter"),
            label: "상대방 안내문 만들기".into(),
            text: "새 코드가 생깁니다.",
        });
    }
    if sight.steps.contains(&StepCode::Investigate) {
        papers.push(PaperLink {
            href: format!("/cases/{number}/visit"),
            label: "현장방문 결과 적기".into(),
            text: "체크리스트와 같은 순서로 옮겨 적습니다.",
        });
    }
    papers.push(PaperLink {
        href: format!("/cases/{number}/noise"),
        label: "소음 측정 기록".into(),
        text: "측정기의 기록을 그때의 기준에 견주어 봅니다.",
    });
    papers.push(PaperLink {
        href: format!("/cases/{number}/mails"),
        label: "보낸 전자우편".into(),
        text: "이 사건에서 보낸 것과 보내지 못한 것을 봅니다.",
    });
    let bar = sight.bar("/papers", now);
    let reissue = format!("/cases/{number}/receipt");
    let doors = doors.into_iter().map(|s| Named { code: s.code(), label: s.label() }).collect();
    let checks = DeskCheck::ALL.iter().map(|c| Named { code: c.code(), label: c.label() }).collect();
    let page = sight.frame(&state, &who, "문서");
    state.page("pages/cases/papers", &Papers { page, bar, papers, doors, reissue, checks })
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
    let kind = Kind::from_code(&kind).ok_or_else(WebError::not_found)?;
    let sight = file(&state, &who, &number, kind.opened_as()).await?;
    if kind == Kind::Letter {
        return print_letter(&state, &who, sight).await;
    }
    let (seq, side, base, now) = (about.seq, about.side(), state.base(), state.now());
    let content = state.db.read(move |rx| match kind {
        Kind::Receipt => made::own_page(rx, &sight, side, &base, now),
        _ => made::content(rx, &sight, (kind, seq), &base, now),
    });
    let content = content.await?;
    let content = content.ok_or_else(WebError::not_found)?;
    let back = Link::new(format!("/cases/{number}/papers"), "문서 목록");
    if kind == Kind::Notice {
        return print::notice(&state, &who, back, &number, content);
    }
    if kind.is_plain() {
        return print::plain(&state, &who, back, content);
    }
    print::headed(&state, &who, back, &above(&number), content)
}

/// What a paper belongs to, on every sheet.
pub(crate) fn above(number: &str) -> String {
    format!("접수번호 {number}")
}

/// A lost receipt link, made anew at the desk after a check of the person; the old one opens nothing from now on.
///
/// # Errors
/// 404 outside the scope, or for people who do not handle the case.
pub async fn reissue(
    state: Data<State>,
    who: Who,
    number: Path<String>,
    Posted(typed): Posted,
) -> Result<HttpResponse, WebError> {
    let (actor, ip, now) = (who.actor.clone(), who.ip.clone(), state.now());
    let side = Side::from_code(typed.get("side")).unwrap_or(Side::Applicant);
    let number = number.into_inner();
    let to = format!("/cases/{number}/print/receipt?side={}", side.code());
    state.db.write(move |tx| at_desk::reissue(tx, &actor, &number, &ip, side, now)).await?;
    Ok(see_other(&to, Some(&Flash::ok("접수 링크를 새로 만들었습니다. 앞의 링크는 이제 열리지 않습니다."))))
}

/// The neutral letter for the respondent's door: what it says is decided by what the applicant allowed.
async fn print_letter(state: &State, who: &Who, sight: Sight) -> Result<HttpResponse, WebError> {
    let now = state.now();
    let read = state.db.read(move |rx| {
        let letter = made::letter(rx, &sight, now)?;
        Ok::<_, crate::casework::CaseworkError>((sight, letter))
    });
    let (sight, letter) = read.await?;
    let letter = letter.ok_or_else(WebError::not_found)?;
    let number = &sight.case().number;
    let mut page = state.frame(who, &format!("상대방 안내문: {number}"));
    page.back = Some(Link::new(format!("/cases/{number}"), "사건으로"));
    let base = state.base();
    let paper = letter::Paper {
        to: made::addressee(&sight),
        from: letter.from,
        may_tell: made::may_tell(&sight),
        qr: qr::qr(&format!("{base}/r/{}", letter.token), "답하는 화면의 주소"),
        site_shown: base.split_once("://").map_or(base.as_str(), |(_, rest)| rest).to_owned(),
        code: letter.code,
        tel: Some(letter.phone).filter(|p| !p.is_empty()),
        answer_by: letter::ANSWER_SOON,
        expires: words::official_day(seoul::day(letter.link.expires_at.and_utc())),
        written: Moment::from(seoul::day(now)).official(),
        page,
    };
    state.page("pages/letter/paper", &paper)
}
