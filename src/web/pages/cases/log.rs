//! 기록: what happened, who wrote it, when, who can see it; and, for the committee's desk, who opened the file.
use super::load::{self, NOT_PROVIDED, Sight};
use crate::domain::case::Event;
use crate::domain::codes::{Role, Side, Visibility};
use crate::domain::permission::{Hat, View, visibility};
use crate::domain::step::Step;
use crate::domain::step::StepCode;
use crate::store::access::{self, AccessRow};
use crate::store::{Rx, StoreError, users};
use crate::web::error::WebError;
use crate::web::guard::Who;
use crate::web::parts::{Cell, Column, Empty, IdBar, Link, Page, Table, Timeline, TimelineItem};
use crate::web::state::State;
use crate::web::steps::words;
use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::Serialize;

/// Openings shown.
const OPENINGS: i64 = 100;

/// `pages/cases/log`.
#[derive(Debug, Serialize)]
struct Log {
    page: Page,
    bar: IdBar,
    timeline: Timeline,
    correct: Option<Link>,
    openings: Option<Table>,
}

/// The case's history.
///
/// # Errors
/// 404 outside the scope, or for those who see a summary only.
pub async fn page(state: Data<State>, who: Who, number: Path<String>) -> Result<HttpResponse, WebError> {
    let sight = load::open(&state, &who, &number, "log").await?;
    if sight.file.view == View::Summary {
        return Err(WebError::not_found());
    }
    let openings = if sight.is(Hat::Desk) {
        let case = sight.case().id;
        Some(state.db.read(move |rx| opened(rx, case)).await?)
    } else {
        None
    };
    let items = sight.file.lines.iter().map(|line| item(&sight, line)).collect();
    let correct = sight.steps.contains(&StepCode::Correct).then(|| {
        Link::new(
            format!("/cases/{}/steps/{}", sight.case().number, StepCode::Correct.code()),
            "잘못 적은 기록 정정하기",
        )
    });
    let bar = sight.bar("/log", state.now());
    let page = sight.frame(&state, &who, "기록");
    state.page("pages/cases/log", &Log { page, bar, timeline: Timeline { items }, correct, openings })
}

/// One line of the history without what can be done about it.
pub(crate) fn brief(sight: &Sight, line: &Event) -> TimelineItem {
    TimelineItem { href: None, link: None, ..item(sight, line) }
}

/// One line of the history.
pub(crate) fn item(sight: &Sight, line: &Event) -> TimelineItem {
    let hat = Hat::from_code(&line.by_role).map_or(line.by_role.as_str(), |h| h.label());
    let name = line.by.map(|user| sight.names.user(user));
    let seen = visibility(&line.step);
    let own = matches!(line.step, Step::Reflection { .. });
    let badge_kind = match seen {
        Visibility::Parties => "ok",
        Visibility::Staff => "plain",
        Visibility::Mediators => "warn",
    };
    let fixable = !line.voided && sight.steps.contains(&StepCode::Correct) && line.step.is_correctable();
    let number = &sight.case().number;
    TimelineItem {
        title: words::title(&line.step),
        badge: Some(if own { "나만" } else { seen.label() }.to_owned()),
        badge_kind,
        late: line.late,
        corrected: line.voided,
        iso: line.at.to_rfc3339(),
        at: words::official(line.at),
        who: name.map_or_else(|| hat.to_owned(), |name| format!("{name} ({hat})")),
        visible: None,
        body: if sight.actor.reads(line, sight.case()) || sight.file.view != View::File {
            words::body(&line.step, &sight.names)
        } else {
            Some(format!("적은 내용: {NOT_PROVIDED}."))
        },
        href: fixable.then(|| format!("/cases/{number}/steps/correct?line={}", line.seq)),
        link: fixable.then(|| "정정".to_owned()),
    }
}

/// 사건을 본 사람.
fn opened(rx: &mut Rx<'_>, case: crate::domain::ids::CaseId) -> Result<Table, StoreError> {
    let rows = access::of_case(rx, case, OPENINGS)?;
    let mut cells = Vec::new();
    for row in rows {
        cells.push(opening(rx, &row)?);
    }
    let columns = ["누가", "언제", "무엇을", "까닭", "어디에서"].map(Column::new).into();
    let caption = format!("이 사건을 본 사람, 새것부터 {}건까지", OPENINGS);
    Ok(Table::new(caption, columns, cells, Empty::new("아직 아무도 보지 않았습니다.")))
}

/// Whose data was shown.
fn whose(sides: &str) -> String {
    let sides: Vec<&str> = sides.split(' ').filter_map(Side::from_code).map(Side::label).collect();
    sides.join(", ")
}

fn opening(rx: &mut Rx<'_>, row: &AccessRow) -> Result<Vec<Cell>, StoreError> {
    let name = match row.user.map(|u| users::find(rx, u)) {
        Some(Ok(user)) => user.name,
        Some(Err(StoreError::NotFound)) => "탈퇴한 사람".to_owned(),
        Some(Err(e)) => return Err(e),
        None => "링크로 들어온 사람".to_owned(),
    };
    let hat = Hat::from_code(&row.actor).map(Hat::label);
    let hat = hat.or_else(|| Role::from_code(&row.actor).map(Role::label)).unwrap_or_default();
    Ok(vec![
        Cell::text(name).small(hat),
        Cell::text(words::official(row.at.and_utc())),
        Cell::text(words::opened(&row.what)).small(whose(&row.sides)),
        Cell::text(row.reason.clone()),
        Cell::text(row.ip.clone()),
    ])
}
