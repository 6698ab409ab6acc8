//! 우리 현황: the ward's figures in the scope of one committee or one NGO, for its 간사 and 위원장, or its 담당. Exact, as they are its own
//! cases; of mediators only how many have how many cases.
use super::flow as drawn;
use super::records::{self, Wanted};
use super::{Asked, Cases, asked, beside, definitions, tiles, typed, view, with_year, year_field};
use crate::casework::figures as counting;
use crate::casework::flow as flows;
use crate::casework::own::{self, Chosen, List};
use crate::domain::ids::BodyId;
use crate::domain::indicators::{Measure, Question};
use crate::domain::permission::{Own, OwnKind};
use crate::domain::seoul;
use crate::store::{Rx, bodies};
use crate::web::chart;
use crate::web::error::WebError;
use crate::web::field::Field;
use crate::web::guard::Who;
use crate::web::pages::views::keep_link;
use crate::web::parts::{Cell, Column, Empty, Figure, FigureTable, Filter, Link, Page, Pager, Table};
use crate::web::state::State;
use crate::web::typed::Typed;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, Utc};
use serde::Serialize;
use std::collections::BTreeMap;

/// Rows of one page of cases.
const ROWS: usize = 50;

/// `pages/ward/own`.
#[derive(Serialize)]
struct Show {
    page: Page,
    lead: String,
    filter: Filter,
    figures: Option<super::figures::View>,
    tiles: Option<Figure>,
    year_before: Option<Table>,
    loads: Option<Figure>,
    flow_href: String,
    acts: Vec<Link>,
    keep: Link,
}

/// Whose figures the URL asks for, and of which period.
fn chosen(
    rx: &mut Rx<'_>,
    who: &Who,
    typed: &Typed,
    now: DateTime<Utc>,
) -> Result<(Chosen, Asked), WebError> {
    let body = match typed.some("body").map(str::parse) {
        None => None,
        Some(Ok(id)) => Some(BodyId(id)),
        Some(Err(_)) => return Err(WebError::not_found()),
    };
    let chosen = own::chosen(rx, &who.actor, body)?;
    Ok((chosen, asked(typed, &BTreeMap::new(), now)))
}

fn question(asked: &Asked, now: DateTime<Utc>) -> Question {
    let (from, to, basis) = (asked.from, asked.to, asked.basis);
    Question { from, to, basis, as_of: now, by: None, scope: None }
}

/// The state as a query; the body is named where there is more than one.
fn query(chosen: &Chosen, of_period: String) -> String {
    if chosen.names.len() > 1 { format!("{of_period}&body={}", chosen.own.body.0) } else { of_period }
}

/// A filter without 행정동, and with a choice of the body where there is one.
fn fitted(mut filter: Filter, chosen: &Chosen, action: &str) -> Filter {
    action.clone_into(&mut filter.action);
    filter.title = "기간 고르기".to_owned();
    filter.chips.clear();
    filter.fields.retain(|field| field.name != "dong");
    if chosen.names.len() > 1 {
        let names: Vec<(String, &str)> =
            chosen.names.iter().map(|(id, name)| (id.0.to_string(), name.as_str())).collect();
        let choices = names.iter().map(|(id, name)| (id.as_str(), *name));
        let field = Field::select("body", "어디").choices(choices).value(&chosen.own.body.0.to_string());
        filter.fields.insert(0, field);
    }
    filter
}

/// Which cases are counted.
fn lead(own: &Own) -> String {
    let whose = match own.kind {
        OwnKind::Committee => "위원회가 볼 수 있는 사건(넘겨받은 사건과, 그 전에 끝난 우리 단지의 사건)",
        OwnKind::Ngo => "이 기관이 받아들였거나 처음부터 맡은 사건",
    };
    let without =
        if own.without.is_empty() { "" } else { " 내가 제척·회피한 사건은 빼고 셉니다." };
    format!(
        "{whose}을 구청 화면과 같은 정의로 셉니다. 작은 수도 그대로 보이므로 밖에는 구가 공표한 보고서의 숫자를 써 주세요.{without}"
    )
}

/// The figures.
///
/// # Errors
/// 404 for whoever has no body's own figures, or not this one's.
pub async fn show(state: Data<State>, who: Who, req: HttpRequest) -> Result<HttpResponse, WebError> {
    let (typed, now, asker) = (typed(&req), state.now(), who.clone());
    let read = state.db.read(move |rx| {
        let (chosen, asked) = chosen(rx, &asker, &typed, now)?;
        let question = question(&asked, now);
        let overview = counting::overview_of_own(rx, &chosen.own, &question)?;
        let before = match typed.get("year") {
            "before" => counting::year_before_of_own(rx, &chosen.own, &question)?,
            _ => None,
        };
        let dongs: BTreeMap<String, String> =
            bodies::all_dongs(rx)?.into_iter().map(|(code, name, _)| (code, name)).collect();
        let loads = own::loads(rx, &chosen.own, now)?;
        Ok::<_, WebError>((chosen, asked, typed, overview, before, dongs, loads))
    });
    let (chosen, asked, typed, overview, before, dongs, loads) = read.await?;
    let title = format!("{} 현황", chosen.name());
    let page = Page { error: !asked.errors.is_empty(), ..state.frame(&who, &title) };
    let shown = overview.map(|overview| view(overview, &dongs));
    let year_before = shown.as_ref().zip(before).map(|(shown, report)| beside(shown, &report, &dongs));
    let mut filter = fitted(asked.filter(&typed, &BTreeMap::new()), &chosen, "/figures");
    filter.fields.push(year_field(&typed));
    let here = query(&chosen, asked.query("dong"));
    let href = |measure: Measure| format!("/figures/cases?{here}&measure={}", measure.pointer());
    let lists = chosen.own.lists;
    let acts = [
        ("/cases", "진행 중인 사건"),
        ("/surveys", "만족도 조사 요약"),
        ("/programmes", "사업"),
        ("/publications", "공표한 보고서"),
    ];
    let keep = keep_link("figures", &with_year(here.clone(), &typed));
    let acts = acts.into_iter().filter(|(href, _)| lists || *href != "/cases");
    let context = Show {
        page,
        lead: lead(&chosen.own),
        filter,
        tiles: shown.as_ref().filter(|shown| shown.dongs.len() > 1).map(|shown| tiles::tiles(&shown.dongs)),
        year_before,
        figures: shown.map(|shown| if lists { shown.linked(href) } else { shown }),
        loads: (!loads.is_empty()).then(|| load_figure(&loads)),
        flow_href: format!("/figures/flow?{}", query(&chosen, asked.query("basis"))),
        acts: acts.map(|(href, label)| Link::new(href, label)).collect(),
        keep,
    };
    state.page_with(asked.status(), "pages/ward/own", &context)
}

/// How the cases lie on the mediators, who are not told apart.
fn load_figure(loads: &[(i64, i64)]) -> Figure {
    let whole = |n: i64| u32::try_from(n).unwrap_or(0);
    let values: Vec<u32> = loads.iter().map(|(n, _)| whole(*n)).collect();
    let full = loads.iter().filter(|(n, most)| n >= most).count();
    let mut piles: BTreeMap<u32, u32> = BTreeMap::new();
    values.iter().for_each(|n| *piles.entry(*n).or_default() += 1);
    let (least, most) =
        (values.iter().min().copied().unwrap_or(0), values.iter().max().copied().unwrap_or(0));
    let row = |(n, people): (u32, u32)| vec![format!("{n}건"), format!("{people}명")];
    Figure {
        id: "loads".to_owned(),
        title: "조정인이 지금 맡은 사건".to_owned(),
        finding: format!(
            "조정인 {}명이 {least}건부터 {most}건까지 맡고 있으며, 받을 수 있는 만큼 다 맡은 사람은 {full}명입니다.",
            loads.len()
        ),
        note: Some("점 하나가 한 사람입니다. 답을 기다리는 배정 요청도 셉니다. 이 기관 안에서만 보이며, 누가 얼마나 맡았는지는 조정인 명부에 있습니다.".to_owned()),
        svg: Some(chart::strip(&values)),
        table: FigureTable {
            columns: ["맡은 사건", "조정인"].map(str::to_owned).to_vec(),
            rows: piles.into_iter().map(row).collect(),
        },
    }
}

/// The pictures of the flow.
///
/// # Errors
/// As [`show`].
pub async fn flow(state: Data<State>, who: Who, req: HttpRequest) -> Result<HttpResponse, WebError> {
    let (typed, now, asker) = (typed(&req), state.now(), who.clone());
    let read = state.db.read(move |rx| {
        let (chosen, asked) = chosen(rx, &asker, &typed, now)?;
        let flow = flows::of_own(rx, &chosen.own, &question(&asked, now))?;
        Ok::<_, WebError>((chosen, asked, typed, flow))
    });
    let (chosen, asked, typed, flow) = read.await?;
    let mut page = state.frame(&who, &format!("{} 사건의 흐름", chosen.name()));
    page.error = !asked.errors.is_empty();
    page.back = Some(Link::new(format!("/figures?{}", query(&chosen, asked.query("dong"))), "우리 현황"));
    let filter = asked.filter_of_period(&typed, &BTreeMap::new(), "/figures/flow");
    let shown = drawn::Shown {
        page,
        filter: fitted(filter, &chosen, "/figures/flow"),
        help_href: "/figures/help",
        period: format!("{}부터 {} 앞까지 접수한 사건", asked.from, asked.to),
        figures: flow.map(|flow| drawn::figures(&flow)).unwrap_or_default(),
        keep: keep_link("figures-flow", &query(&chosen, asked.query("basis"))),
    };
    state.page_with(asked.status(), "pages/ward/flow", &shown)
}

/// The cases behind a figure, by number.
///
/// # Errors
/// As [`show`]; 404 for whoever sees figures alone.
pub async fn cases(state: Data<State>, who: Who, req: HttpRequest) -> Result<HttpResponse, WebError> {
    let (typed, now, asker) = (typed(&req), state.now(), who.clone());
    let read = state.db.read(move |rx| {
        let (chosen, _) = chosen(rx, &asker, &typed, now)?;
        let wanted = Wanted::of(&typed, &BTreeMap::new(), now);
        let asked = (&question(&wanted.asked, now), wanted.measure);
        let skip = typed.get("after").parse().unwrap_or(0);
        let found = own::list(rx, &asker.actor, &chosen.own, asked, (skip, ROWS))?;
        Ok::<_, WebError>((chosen, wanted, typed, skip, found))
    });
    let (chosen, wanted, typed, skip, found) = read.await?;
    let mut page = state.frame(&who, "사건별 현황");
    page.error = !wanted.asked.errors.is_empty();
    page.back =
        Some(Link::new(format!("/figures?{}", query(&chosen, wanted.asked.query("dong"))), "우리 현황"));
    let here = format!("/figures/cases?{}", query(&chosen, wanted.query()));
    let filter = records::filter(&wanted, &typed, &BTreeMap::new(), "/figures/cases");
    let context = Cases {
        page,
        filter: fitted(filter, &chosen, "/figures/cases"),
        table: listed(&wanted, &found),
        pager: Pager {
            label: "쪽 넘기기".to_owned(),
            text: if skip > 0 {
                "이어서 보는 중입니다."
            } else {
                "새로 접수한 것부터 보입니다."
            }
            .to_owned(),
            next: found.more.then(|| format!("{here}&after={}", skip.saturating_add(ROWS))),
            first: (skip > 0).then_some(here),
        },
    };
    state.page_with(wanted.asked.status(), "pages/ward/cases", &context)
}

fn listed(wanted: &Wanted, found: &List) -> Table {
    let caption = records::lead(wanted, (found.count, found.cases));
    let mut columns = ["접수번호", "접수일", "결과", "이관"].map(Column::new).to_vec();
    columns.extend(["처리일수", "재개"].map(Column::num));
    columns.extend(wanted.waits().then(|| Column::num(records::WAITED)));
    columns.push(Column::num("세는 횟수"));
    let row = |one: &own::Listed| {
        let case = &one.case;
        let number = one.number.as_ref();
        let mut row = vec![
            number.map_or_else(
                || Cell::text("지금은 볼 수 없는 사건"),
                |number| Cell::link(number.clone(), format!("/cases/{number}")),
            ),
            Cell::text(seoul::dotted(seoul::day(case.received_at))),
            Cell::text(case.outcome.map_or("진행 중", |outcome| outcome.label())),
            Cell::text(records::moved(case.came_from_elsewhere, case.outcome)),
            Cell::text(case.took.num_days().to_string()),
            Cell::text(case.reopened.to_string()),
        ];
        row.extend(case.waited.map(|days| Cell::text(format!("{days:.1}"))));
        row.push(Cell::text(case.times.to_string()));
        row
    };
    let rows = found.rows.iter().map(row).collect();
    Table::new(caption, columns, rows, Empty::new("해당하는 사건이 없습니다."))
}

/// Definitions, and the outcome table that the figures are counted by.
///
/// # Errors
/// As [`show`].
pub async fn help(state: Data<State>, who: Who) -> Result<HttpResponse, WebError> {
    if who.actor.own_figures().is_empty() {
        return Err(WebError::not_found());
    }
    definitions(&state, &who, Link::new("/figures", "우리 현황"))
}
