//! 연락 기록표: every try to reach the respondent on one sheet, what is proposed next, and whether silence may end the case.
use super::load::{self, Sight};
use crate::domain::codes::{ContactResult, Outcome, Side};
use crate::domain::permission::View;
use crate::domain::step::{Step, StepCode};
use crate::render::korean;
use crate::web::error::WebError;
use crate::web::guard::Who;
use crate::web::parts::{Cell, Column, Empty, IdBar, Link, Page, Table};
use crate::web::state::State;
use crate::web::steps::words;
use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::Serialize;

/// `pages/cases/contacts`.
#[derive(Debug, Serialize)]
struct Sheet {
    page: Page,
    bar: IdBar,
    /// What to try next, in a sentence.
    next: Option<String>,
    /// Whether silence may end the case, in a sentence.
    silence: String,
    tries: Table,
    links: Vec<Link>,
}

/// The sheet.
///
/// # Errors
/// 404 outside the scope, or for those who may not read the file.
pub async fn page(state: Data<State>, who: Who, number: Path<String>) -> Result<HttpResponse, WebError> {
    let sight = load::open(&state, &who, &number, "contacts").await?;
    if sight.file.view != View::File {
        return Err(WebError::not_found());
    }
    let now = state.now();
    let case = sight.case();
    let telephone = sight.party(Side::Respondent).is_some_and(|p| !p.details.phone.is_empty());
    let next = case.next_try(telephone, now);
    let next = next.map(|t| {
        let (means, by) = (t.means.label(), korean::particle(t.means.label(), "으로/로").unwrap_or("로"));
        format!("다음에는 {}에 {means}{by} 연락해 보세요.", words::day(t.on))
    });
    let silence = match case.may_be_unreachable() {
        Ok(()) if case.possible_outcomes().contains(&Outcome::Unreachable) => {
            "규칙이 정한 만큼 연락해 보았습니다. 대답이 없으면 이 기록표를 근거로 '연락 안 됨'으로 마칠 수 있습니다."
                .to_owned()
        }
        Ok(()) => String::new(),
        Err(refused) => refused.sentence,
    };
    let shown = Sheet {
        bar: sight.bar("/contacts", now),
        next,
        silence,
        tries: tries(&sight),
        links: links(&sight),
        page: sight.frame(&state, &who, "연락 기록표"),
    };
    state.page("pages/cases/contacts", &shown)
}

fn tries(sight: &Sight) -> Table {
    let mut lines: Vec<_> = sight.file.lines.iter().filter(|e| !e.voided).collect();
    lines.sort_by_key(|e| (e.at, e.seq));
    let tries = lines.into_iter().filter_map(|e| match &e.step {
        Step::Contact { means, result, next_on, note } => {
            Some((e, means.label(), *result, *next_on, note.clone()))
        }
        Step::Letter {} => Some((e, "안내문", ContactResult::Sent, None, String::new())),
        _ => None,
    });
    let rows = tries.enumerate().map(|(i, (e, means, result, next_on, note))| {
        let reached = matches!(result, ContactResult::Reached | ContactResult::CallBack);
        let by = e.by.map(|user| sight.names.user(user)).unwrap_or_default();
        vec![
            Cell::text(format!("{}", i + 1)),
            Cell::text(words::official(e.at)).small(by),
            Cell::text(means),
            Cell::badge(result.label(), if reached { "ok" } else { "plain" }).small(note),
            Cell::text(next_on.map_or_else(|| "-".to_owned(), words::official_day)),
        ]
    });
    let columns = ["번", "언제", "방법", "결과", "다음 연락일"].map(Column::new).into();
    Table::new("상대방 연락".to_owned(), columns, rows.collect(), Empty::new("아직 연락해 보지 않았습니다."))
}

fn links(sight: &Sight) -> Vec<Link> {
    let number = &sight.case().number;
    let steps = [StepCode::Contact, StepCode::Letter, StepCode::Decline, StepCode::Close];
    let open = steps.iter().filter(|s| sight.steps.contains(s));
    open.map(|s| Link::new(format!("/cases/{number}/steps/{}", s.code()), s.label())).collect()
}
