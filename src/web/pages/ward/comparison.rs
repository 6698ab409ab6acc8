//! 해결률 산식 대조표: one data set by our definition and by those that others publish, on one sheet, with the arithmetic between.
use super::figures::{as_of, percent};
use super::{asked, typed, ward};
use crate::casework::figures as counting;
use crate::domain::indicators::Report;
use crate::domain::indicators::published::{Bridge, Compared, DEFINITIONS, Piece};
use crate::web::chart;
use crate::web::error::WebError;
use crate::web::guard::Who;
use crate::web::parts::{Cell, Column, Empty, Figure, FigureTable, Filter, Link, Page, Table};
use crate::web::state::State;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;

/// `pages/ward/comparison`.
#[derive(Serialize)]
struct Shown {
    page: Page,
    filter: Filter,
    lead: String,
    stamp: String,
    figure: Figure,
    table: Table,
    sources: Vec<Source>,
}

/// Whence a definition is known.
#[derive(Serialize)]
struct Source {
    name: String,
    text: String,
}

/// The page.
///
/// # Errors
/// 404 without a ward's grant; database and template errors.
pub async fn show(state: Data<State>, who: Who, req: HttpRequest) -> Result<HttpResponse, WebError> {
    let (typed, now) = (typed(&req), state.now());
    let asker = who.clone();
    let read = state.db.report(move |rx| {
        let ward = ward(rx, &asker)?;
        let asked = asked(&typed, &ward.dongs, now);
        let (report, compared) = counting::compared(rx, &asked.question(&ward, now))?;
        Ok::<_, WebError>((ward, asked, typed, report, compared))
    });
    let (ward, asked, typed, report, compared) = read.await?;
    let mut page = state.frame(&who, "해결률 산식 대조표");
    page.error = !asked.errors.is_empty();
    page.back = Some(Link::new("/ward", "구 현황"));
    let filter = asked.filter_of_period(&typed, &ward.dongs, "/ward/comparison");
    let place = asked.dong.as_ref().and_then(|code| ward.dongs.get(code)).unwrap_or(&ward.name);
    let shown = Shown {
        page,
        filter,
        lead: format!(
            "{place}, {}부터 {} 앞까지. 같은 사건을 이음의 산식과 다른 곳이 공표한 산식으로 셉니다. 산식이 다른 비율은 서로 견줄 수 없습니다.",
            asked.from, asked.to
        ),
        stamp: stamp(&report),
        figure: figure(&compared),
        table: table(&compared),
        sources: sources(),
    };
    state.page_with(asked.status(), "pages/ward/comparison", &shown)
}

fn stamp(report: &Report) -> String {
    format!("종결 기준 · 자료 시각 {} · 정의 {}판", as_of(report), report.definition_version)
}

fn name(one: &Compared) -> String {
    format!("{}: {}", one.definition.who, one.definition.name)
}

fn of(one: &Compared) -> String {
    format!("{}/{}", one.numerator.to, one.denominator.to)
}

fn figure(compared: &[Compared]) -> Figure {
    let labels: Vec<String> = compared.iter().map(name).collect();
    let told: Vec<(u32, String)> =
        compared.iter().map(|one| (chart::thousandths(one.value), percent(one.value))).collect();
    let values = || compared.iter().filter_map(|one| one.value);
    let ours = percent(compared.first().and_then(|one| one.value));
    let finding = match (values().reduce(f64::min), values().reduce(f64::max)) {
        (Some(low), Some(high)) => format!(
            "같은 사건인데 산식에 따라 {}에서 {}까지 나옵니다. 이음의 해결률은 {ours}입니다.",
            percent(Some(low)),
            percent(Some(high))
        ),
        _ => "이 기간에는 셀 사건이 없습니다.".to_owned(),
    };
    let rows = compared.iter().map(|one| vec![name(one), of(one), percent(one.value)]);
    Figure {
        id: "comparison".to_owned(),
        title: "같은 사건, 다른 산식".to_owned(),
        finding,
        note: None,
        svg: Some(chart::told_rows(&labels, &told)),
        table: FigureTable {
            columns: ["산식", "분자/분모", "값"].map(str::to_owned).to_vec(),
            rows: rows.collect(),
        },
    }
}

fn table(compared: &[Compared]) -> Table {
    let columns = vec![
        Column::new("산식"),
        Column::num("값"),
        Column::new("분자에 넣는 것과 셈"),
        Column::new("분모에 넣는 것과 셈"),
    ];
    let row = |one: &Compared| {
        let definition = one.definition;
        vec![
            Cell::text(definition.who).small(definition.name),
            Cell::text(percent(one.value)).small(of(one)),
            sum_cell(definition.resolved.words(), "해결률 분자", &one.numerator),
            sum_cell(definition.base.words(), "해결률 분모", &one.denominator),
        ]
    };
    let rows = compared.iter().map(row).collect();
    let caption = "같은 자료를 산식마다 센 값. 작은 글씨는 이음의 해결률에서 그 산식까지의 셈입니다.";
    Table::new(caption.to_owned(), columns, rows, Empty::new("없습니다."))
}

/// What counts, and below it how the number comes of ours; our own comes of nothing.
fn sum_cell(words: String, begin: &str, bridge: &Bridge) -> Cell {
    let cell = Cell::text(words);
    if bridge.steps.is_empty() { cell } else { cell.small(arithmetic(begin, bridge)) }
}

/// `해결률 분자 12 + 상담종결 30 - 재개 1 = 41`. What we leave out of the denominator is one step, whatever the reason.
fn arithmetic(begin: &str, bridge: &Bridge) -> String {
    let mut steps: Vec<(&str, i64)> = Vec::new();
    for (piece, n) in &bridge.steps {
        let label = match piece {
            Piece::Excluded(_) => "분모에서 뺀 사건",
            other => other.label(),
        };
        match steps.iter_mut().find(|(known, _)| *known == label) {
            Some((_, sum)) => *sum += n,
            None => steps.push((label, *n)),
        }
    }
    let step = |(label, n): &(&str, i64)| {
        let sign = if *n < 0 { '-' } else { '+' };
        format!(" {sign} {label} {}", n.unsigned_abs())
    };
    let steps: String = steps.iter().map(step).collect();
    format!("{begin} {}{steps} = {}", bridge.from, bridge.to)
}

fn sources() -> Vec<Source> {
    let of_one = DEFINITIONS.chunk_by(|one, other| (one.who, one.source) == (other.who, other.source));
    let told = of_one.filter_map(|all| {
        let first = all.first().filter(|first| !first.source.is_empty())?;
        let published: Vec<&str> = all.iter().map(|definition| definition.published).collect();
        let text = format!("{}. 근거: {}.", published.join("; "), first.source);
        Some(Source { name: first.who.to_owned(), text })
    });
    told.collect()
}
