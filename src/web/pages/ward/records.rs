//! 사건별 현황: the cases behind a figure, or of a whole period, under pseudonyms: as a page, CSV and XLSX (행정사무감사).
use super::figures::dong_word;
use super::{Asked, ROWS, Ward, asked, typed, ward};
use crate::casework::pseudonyms::{self, Record, Records};
use crate::domain::codes::Outcome;
use crate::domain::indicators::Measure;
use crate::domain::seoul;
use crate::exchange::print::{cell_text, table as csv_table};
use crate::exchange::workbook::{self, Entry, Sheet};
use crate::web::error::WebError;
use crate::web::field::Field;
use crate::web::guard::Who;
use crate::web::parts::{Cell, Column, Empty, Filter, Link, Page, Pager, Table};
use crate::web::state::State;
use crate::web::typed::Typed;
use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use std::collections::BTreeMap;

/// The most rows of a file.
const FILE_ROWS: usize = 20_000;
/// Beside the days to what a figure waits for, where it is one of those: they stand before the last.
const COLUMNS: [&str; 8] =
    ["사건(가명)", "접수일", "행정동", "결과", "처리일수", "이관", "재개", "세는 횟수"];
pub(super) const WAITED: &str = "걸린 날";

/// `pages/ward/records`.
#[derive(Serialize)]
struct Shown {
    page: Page,
    lead: String,
    filter: Filter,
    table: Table,
    pager: Pager,
    csv_href: String,
    xlsx_href: String,
    note: &'static str,
}

/// What the URL asks for beside the period.
pub(super) struct Wanted {
    pub(super) asked: Asked,
    pub(super) measure: Option<Measure>,
}

impl Wanted {
    pub(super) fn of(
        typed: &Typed,
        dongs: &BTreeMap<String, String>,
        now: chrono::DateTime<chrono::Utc>,
    ) -> Self {
        let mut asked = asked(typed, dongs, now);
        let measure = typed.some("measure").map(Measure::at);
        if measure == Some(None) {
            asked.errors.add("measure", "어느 수의 사건인지 골라 주세요.");
        }
        Self { asked, measure: measure.flatten() }
    }

    pub(super) fn query(&self) -> String {
        let measure = self.measure.map(|measure| format!("&measure={}", measure.pointer()));
        format!("{}{}", self.asked.query(""), measure.unwrap_or_default())
    }
}

/// The address of the list of cases behind a figure of the ward's page.
pub(super) fn href(asked: &Asked, measure: Measure) -> String {
    format!("/ward/records?{}&measure={}", asked.query(""), measure.pointer())
}

async fn read(
    state: &State,
    who: &Who,
    req: &HttpRequest,
    limit: usize,
) -> Result<(Ward, Wanted, Typed, Records), WebError> {
    let (typed, now, asker) = (typed(req), state.now(), who.clone());
    let read = state.db.report(move |rx| {
        let ward = ward(rx, &asker)?;
        let wanted = Wanted::of(&typed, &ward.dongs, now);
        let question = wanted.asked.question(&ward, now);
        let place = typed.some("after");
        // A place that is not ours any more leads to the beginning.
        let found = match pseudonyms::records(rx, &question, wanted.measure, place, limit)? {
            Some(found) => found,
            None => pseudonyms::records(rx, &question, wanted.measure, None, limit)?
                .ok_or_else(WebError::not_found)?,
        };
        Ok::<_, WebError>((ward, wanted, typed, found))
    });
    read.await
}

/// The list.
///
/// # Errors
/// 404 without a ward's grant; database and template errors.
pub async fn show(state: Data<State>, who: Who, req: HttpRequest) -> Result<HttpResponse, WebError> {
    let rows = usize::try_from(ROWS).unwrap_or(usize::MAX);
    let (ward, wanted, typed, found) = read(&state, &who, &req, rows).await?;
    let mut page = state.frame(&who, "사건별 현황(가명)");
    page.error = !wanted.asked.errors.is_empty();
    page.back = Some(Link::new(format!("/ward?{}", wanted.asked.query("")), "구 현황"));
    let (query, behind) = (wanted.query(), typed.some("after").is_some());
    let there = |place: String| format!("/ward/records?{query}&after={place}");
    let shown = Shown {
        page,
        lead: lead(&wanted, (found.count, found.cases)),
        filter: filter(&wanted, &typed, &ward.dongs, "/ward/records"),
        pager: Pager {
            label: "쪽 넘기기".to_owned(),
            text: if behind {
                "이어서 보는 중입니다."
            } else {
                "새로 접수한 것부터 보입니다."
            }
            .to_owned(),
            first: behind.then(|| format!("/ward/records?{query}")),
            next: found.next.clone().map(there),
        },
        table: table(&wanted, &found.rows, &ward),
        csv_href: format!("/ward/records.csv?{query}"),
        xlsx_href: format!("/ward/records.xlsx?{query}"),
        note: NOTE,
    };
    state.page_with(wanted.asked.status(), "pages/ward/records", &shown)
}

pub(super) fn lead(wanted: &Wanted, (count, cases): (u32, usize)) -> String {
    let Asked { from, to, basis, .. } = &wanted.asked;
    let what = match wanted.measure {
        Some(measure) => format!("{}({})에 세는 사건", measure.label(), basis.label()),
        None => "이 기간에 진행한 적이 있는 사건".to_owned(),
    };
    let twice = usize::try_from(count).unwrap_or(0) > cases;
    let twice = if twice {
        format!(" 두 번 이상 세는 사건이 있어 사건은 {cases}건입니다.")
    } else {
        String::new()
    };
    format!("{from}부터 {to} 앞까지, {what} {count}건.{twice}")
}

pub(super) fn filter(
    wanted: &Wanted,
    typed: &Typed,
    dongs: &BTreeMap<String, String>,
    action: &str,
) -> Filter {
    let mut filter = wanted.asked.filter(typed, dongs);
    action.clone_into(&mut filter.action);
    filter.chips.clear();
    let measures: Vec<(String, String)> =
        Measure::all().into_iter().map(|measure| (measure.pointer(), measure.label())).collect();
    let all = std::iter::once(("", "진행한 적이 있는 사건 모두"));
    let choices = all.chain(measures.iter().map(|(code, label)| (code.as_str(), label.as_str())));
    let chosen = wanted.measure.map(Measure::pointer).unwrap_or_default();
    let mut field = Field::select("measure", "어느 수의 사건").choices(choices).value(&chosen);
    field.error = wanted.asked.errors.of("measure").map(str::to_owned);
    filter.fields.push(field);
    filter
}

pub(super) fn moved(came_from_elsewhere: bool, outcome: Option<Outcome>) -> &'static str {
    let left = outcome.is_some_and(|outcome| outcome.effect().leaves);
    match (came_from_elsewhere, left) {
        (true, true) => "받음, 보냄",
        (true, false) => "받음",
        (false, true) => "보냄",
        (false, false) => "없음",
    }
}

/// What a cell says.
enum Said {
    Words(String),
    Count(u32),
    Days(f64),
}

impl Said {
    fn text(&self) -> String {
        match self {
            Self::Words(words) => words.clone(),
            Self::Count(n) => n.to_string(),
            Self::Days(days) => format!("{days:.1}"),
        }
    }

    fn cell(&self) -> Cell {
        Cell::text(self.text())
    }

    fn entry(self) -> Entry {
        match self {
            Self::Words(words) => Entry::Text(words),
            Self::Count(n) => Entry::Count(n),
            Self::Days(days) => Entry::Number(days),
        }
    }
}

impl Wanted {
    /// Whether each case has the days that its figure waits for.
    pub(super) const fn waits(&self) -> bool {
        matches!(self.measure, Some(Measure::Waited(_)))
    }

    /// The columns, and which of them are numbers.
    fn columns(&self) -> Vec<(&'static str, bool)> {
        let all = COLUMNS.into_iter().enumerate().map(|(at, name)| (name, matches!(at, 4 | 6 | 7)));
        let mut all: Vec<(&str, bool)> = all.collect();
        if self.waits() {
            all.insert(COLUMNS.len() - 1, (WAITED, true));
        }
        all
    }

    /// A row in the order of the columns.
    fn row(&self, record: &Record, ward: &Ward) -> Vec<Said> {
        let dong = ward.dongs.get(&record.dong_code).cloned();
        let words = |text: &str| Said::Words(text.to_owned());
        let mut row = vec![
            words(&record.pseudonym),
            Said::Words(record.received_on.to_string()),
            Said::Words(dong.unwrap_or_else(|| dong_word(&record.dong_code))),
            words(record.outcome.map_or("진행 중", |outcome| outcome.label())),
            Said::Count(u32::try_from(record.days).unwrap_or(0)),
            words(moved(record.came_from_elsewhere, record.outcome)),
            Said::Count(record.reopened),
        ];
        row.extend(record.waited.map(Said::Days));
        row.push(Said::Count(record.times));
        row
    }
}

fn table(wanted: &Wanted, records: &[Record], ward: &Ward) -> Table {
    let column = |(label, number)| if number { Column::num(label) } else { Column::new(label) };
    let columns = wanted.columns().into_iter().map(column).collect();
    let rows = records.iter().map(|record| wanted.row(record, ward).iter().map(Said::cell).collect());
    let caption = "이름, 동·호, 단지, 접수번호, 사연은 구청에 보이지 않습니다.".to_owned();
    Table::new(caption, columns, rows.collect(), Empty::new("해당하는 사건이 없습니다."))
}

/// What of the cases goes into a file, and whose ward it is.
async fn whole(state: &State, who: &Who, req: &HttpRequest) -> Result<(Ward, Wanted, Records), WebError> {
    let (ward, wanted, _, found) = read(state, who, req, FILE_ROWS).await?;
    let errors = wanted.asked.errors.iter().map(|(name, why)| (name.to_owned(), why.to_owned()));
    let mut errors: Vec<(String, String)> = errors.collect();
    if found.next.is_some() {
        errors.push(("to".to_owned(), "사건이 너무 많습니다. 기간을 나누어 받아 주세요.".to_owned()));
    }
    if errors.is_empty() { Ok((ward, wanted, found)) } else { Err(WebError::invalid(errors)) }
}

fn file(kind: &'static str, extension: &str, body: Vec<u8>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(kind)
        .insert_header((
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"ieum-cases.{extension}\""),
        ))
        .body(body)
}

/// The whole list for a spreadsheet: UTF-8 with its mark, CRLF, no formulas.
///
/// # Errors
/// As [`show`]; 422 for a period that cannot be used or has too many cases.
pub async fn csv(state: Data<State>, who: Who, req: HttpRequest) -> Result<HttpResponse, WebError> {
    let (ward, wanted, found) = whole(&state, &who, &req).await?;
    let names: Vec<&str> = wanted.columns().into_iter().map(|(name, _)| name).collect();
    let row =
        |record| wanted.row(record, &ward).iter().map(|said| cell_text(&said.text())).collect::<Vec<_>>();
    let text = format!("\u{feff}{}", csv_table(&names, found.rows.iter().map(row)));
    Ok(file("text/csv; charset=utf-8", "csv", text.into_bytes()))
}

/// The whole list as a workbook.
///
/// # Errors
/// As [`csv`].
pub async fn xlsx(state: Data<State>, who: Who, req: HttpRequest) -> Result<HttpResponse, WebError> {
    let (ward, wanted, found) = whole(&state, &who, &req).await?;
    let text = |words: &str| Entry::Text(words.to_owned());
    let row = |record: &Record| wanted.row(record, &ward).into_iter().map(Said::entry).collect::<Vec<_>>();
    let head = vec![
        vec![text("항목"), text("내용")],
        vec![text("구"), text(&ward.name)],
        vec![text("무엇"), Entry::Text(lead(&wanted, (found.count, found.cases)))],
        vec![text("자료 시각"), Entry::Text(seoul::print(state.now()))],
        vec![text("알림"), text(NOTE)],
    ];
    let names = wanted.columns().into_iter().map(|(name, _)| text(name)).collect();
    let rows = std::iter::once(names).chain(found.rows.iter().map(row));
    let widths = vec![16.0, 12.0, 14.0, 22.0, 10.0, 12.0, 8.0, 10.0, 10.0];
    let sheets = [
        Sheet { name: "표지".to_owned(), widths: vec![14.0, 80.0], rows: head },
        Sheet { name: "사건별 현황".to_owned(), widths, rows: rows.collect() },
    ];
    let made = workbook::bytes("사건별 현황", &sheets, state.now()).map_err(|e| WebError::internal(&e))?;
    Ok(file("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx", made))
}

/// What the columns mean, on page and sheet alike.
const NOTE: &str = "결과와 처리일수는 종결 기준이면 기간이 끝날 때(아직이면 지금), 접수 집단이면 접수한 뒤 90일(아직이면 지금)의 것입니다. 처리일수는 접수부터 종결까지, 진행 중이면 그때까지의 날입니다. 걸린 날의 사건을 볼 때만 있는 '걸린 날'은 접수부터 그 일까지이고, 가운데값과 90번째 백분위수는 이 수들의 것입니다. 원인과 단지는 적지 않습니다.";
