//! The ward's and the dong's pages: figures, never people.
pub mod committees;
pub mod comparison;
pub mod figures;
pub mod flow;
pub mod own;
pub mod records;
pub mod season;
mod tiles;
pub mod variation;
pub mod waiting;

use crate::casework::figures::{self as counting, Overview};
use crate::casework::pseudonyms;
use crate::domain::codes::{Basis, Dimension, Role};
use crate::domain::indicators::{OpenCases, Question, Report, Scope};
use crate::domain::seoul;
use crate::exchange;
use crate::store::{Rx, StoreError, bodies};
use crate::web::error::WebError;
use crate::web::field::{Errors, Field};
use crate::web::guard::Who;
use crate::web::pages::views::keep_link;
use crate::web::parts::{Cell, Column, Empty, Figure, FigureTable, Filter, Link, Page, Pager, Table};
use crate::web::state::State;
use crate::web::typed::Typed;
use actix_web::http::{StatusCode, header};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, Datelike, Months, NaiveDate, Utc};
use figures::{Month, View};
use serde::Serialize;
use std::collections::BTreeMap;

/// Rows of the list under pseudonyms, and the last page that may be asked for.
const ROWS: i64 = 50;

#[derive(Serialize)]
struct Show {
    page: Page,
    filter: Filter,
    figures: View,
    tiles: Option<Figure>,
    year_before: Option<Table>,
    cases_href: String,
    records_href: String,
    committees_href: &'static str,
    csv_href: String,
    flow_href: &'static str,
    comparison_href: String,
    keep: Link,
}

/// What the URL asks for: the period, the basis and one 행정동.
struct Asked {
    from: NaiveDate,
    to: NaiveDate,
    basis: Basis,
    dong: Option<String>,
    errors: Errors,
}

/// The ward whose figures this person sees: code and name, with its 행정동 by code.
struct Ward {
    code: String,
    name: String,
    dongs: BTreeMap<String, String>,
}

fn typed(req: &HttpRequest) -> Typed {
    Typed::from_body(req.query_string().as_bytes())
}

/// The ward of the grant under which the person looks. Nobody looks into two wards at once.
fn ward(rx: &mut Rx<'_>, who: &Who) -> Result<Ward, WebError> {
    if !who.actor.may_see_ward() {
        return Err(WebError::not_found());
    }
    let body = who.actor.bodies(Role::Ward).first().copied().ok_or_else(WebError::not_found)?;
    let body = bodies::find(rx, body)?;
    let dongs = bodies::dongs_of(rx, &body.ward_code)?.into_iter().collect();
    Ok(Ward { dongs, code: body.ward_code, name: body.name })
}

/// Reads the URL. What cannot be used is told at its field, and the period of this year stands in for it.
fn asked(typed: &Typed, dongs: &BTreeMap<String, String>, now: DateTime<Utc>) -> Asked {
    let today = seoul::day(now);
    let begin = today.with_ordinal(1).unwrap_or(today);
    let next_month =
        today.with_day(1).and_then(|day| day.checked_add_months(Months::new(1))).unwrap_or(today);
    let mut errors = Errors::default();
    let mut day = |name: &str, otherwise: NaiveDate| match typed.some(name) {
        None => otherwise,
        Some(text) => seoul::parse_day(text).unwrap_or_else(|| {
            errors.add(name, "날짜를 2026-03-02처럼 적어 주세요.");
            otherwise
        }),
    };
    let (from, to) = (day("from", begin), day("to", next_month));
    let basis = match typed.some("basis") {
        None => Some(Basis::Closing),
        Some(code) => Basis::from_code(code),
    };
    if basis.is_none() {
        errors.add("basis", "기준을 골라 주세요.");
    }
    let dong = typed.some("dong").map(str::to_owned);
    if dong.as_ref().is_some_and(|code| !dongs.contains_key(code)) {
        errors.add("dong", "이 구의 행정동을 골라 주세요.");
    }
    if errors.is_empty() && from >= to {
        errors.add("to", "시작일보다 뒤의 날짜를 적어 주세요.");
    }
    let (from, to) = if from < to { (from, to) } else { (begin, next_month) };
    let dong = dong.filter(|code| dongs.contains_key(code));
    Asked { from, to, basis: basis.unwrap_or(Basis::Closing), dong, errors }
}

impl Asked {
    fn question(&self, ward: &Ward, now: DateTime<Utc>) -> Question {
        let scope = match &self.dong {
            Some(dong) => Scope::Dong(dong.clone()),
            None => Scope::Ward(ward.code.clone()),
        };
        let (from, to, basis) = (self.from, self.to, self.basis);
        Question { from, to, basis, as_of: now, by: None, scope: Some(scope) }
    }

    /// The state as a query, so that every link keeps it; `without` leaves one condition out.
    fn query(&self, without: &str) -> String {
        let all = [
            ("from", Some(self.from.to_string())),
            ("to", Some(self.to.to_string())),
            ("basis", Some(self.basis.code().to_owned())),
            ("dong", self.dong.clone()),
        ];
        let kept = all.into_iter().filter(|(name, _)| *name != without);
        kept.filter_map(|(name, value)| Some(format!("{name}={}", value?))).collect::<Vec<_>>().join("&")
    }

    /// The filter of a page that knows one basis only.
    fn filter_of_period(&self, typed: &Typed, dongs: &BTreeMap<String, String>, action: &str) -> Filter {
        let mut filter = self.filter(typed, dongs);
        action.clone_into(&mut filter.action);
        filter.chips.clear();
        filter.fields.retain(|field| field.name != "basis");
        filter
    }

    fn filter(&self, typed: &Typed, dongs: &BTreeMap<String, String>) -> Filter {
        let shown = |name: &str, value: String| typed.some(name).map_or(value, str::to_owned);
        let basis = Basis::ALL.iter().map(|basis| (basis.code(), basis.label()));
        let all = std::iter::once(("", "구 전체"));
        let choices = all.chain(dongs.iter().map(|(code, name)| (code.as_str(), name.as_str())));
        let mut fields = vec![
            Field::date("from", "시작일").value(&shown("from", self.from.to_string())),
            Field::date("to", "끝일")
                .value(&shown("to", self.to.to_string()))
                .help("이 날 0시 앞까지 셉니다."),
            Field::select("basis", "기준").choices(basis).value(self.basis.code()),
            Field::select("dong", "행정동").choices(choices).value(self.dong.as_deref().unwrap_or("")),
        ];
        for field in &mut fields {
            field.error = self.errors.of(&field.name).map(str::to_owned);
        }
        let chips = self.dong.iter().map(|code| {
            let name = dongs.get(code).map_or(code.as_str(), String::as_str);
            Link::new(format!("/ward?{}", self.query("dong")), name)
        });
        Filter {
            title: "기간과 동 고르기".to_owned(),
            action: "/ward".to_owned(),
            open: !self.errors.is_empty(),
            chips: chips.collect(),
            fields,
            search: None,
        }
    }

    fn status(&self) -> StatusCode {
        if self.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }
    }
}

/// The ward's overview.
///
/// # Errors
/// 404 without a ward's grant; database and template errors.
pub async fn show(state: Data<State>, who: Who, req: HttpRequest) -> Result<HttpResponse, WebError> {
    let (typed, now) = (typed(&req), state.now());
    let asker = who.clone();
    let (ward, asked, typed, overview, before) = state
        .db
        .report(move |rx| {
            let ward = ward(rx, &asker)?;
            let asked = asked(&typed, &ward.dongs, now);
            let question = asked.question(&ward, now);
            let overview = counting::overview(rx, &question)?;
            let wanted = typed.get("year") == "before";
            let before = if wanted { counting::year_before(rx, &question)? } else { None };
            Ok::<_, WebError>((ward, asked, typed, overview, before))
        })
        .await?;
    let page =
        Page { error: !asked.errors.is_empty(), ..state.frame(&who, &format!("{} 현황", ward.name)) };
    let shown = view(overview, &ward.dongs);
    let year = before.map(|report| beside(&shown, &report, &ward.dongs));
    let mut filter = asked.filter(&typed, &ward.dongs);
    filter.fields.push(year_field(&typed));
    let context = Show {
        page,
        filter,
        tiles: Some(tiles::tiles(&shown.dongs)),
        year_before: year,
        figures: shown.linked(|measure| records::href(&asked, measure)),
        cases_href: "/ward/cases".to_owned(),
        records_href: format!("/ward/records?{}", asked.query("")),
        committees_href: "/ward/committees",
        csv_href: format!("/ward/report.csv?{}", asked.query("")),
        flow_href: "/ward/flow",
        comparison_href: format!("/ward/comparison?{}", asked.query("basis")),
        keep: keep_link("ward", &with_year(asked.query(""), &typed)),
    };
    state.page_with(asked.status(), "pages/ward/show", &context)
}

/// The year before beside what is shown.
fn beside(shown: &View, report: &Report, dongs: &BTreeMap<String, String>) -> Table {
    let before = figures::view(report, &[], &OpenCases::default(), dongs);
    tiles::beside(shown, &before, &format!("{}부터 {} 앞까지", report.from, report.to))
}

/// The state with the year beside it.
fn with_year(query: String, typed: &Typed) -> String {
    if typed.get("year") == "before" { format!("{query}&year=before") } else { query }
}

fn year_field(typed: &Typed) -> Field {
    let years = [("", "나란히 보지 않음"), ("before", "지난해 같은 기간")];
    Field::select("year", "나란히 보기").choices(years).value(typed.get("year"))
}

fn view(overview: Overview, dongs: &BTreeMap<String, String>) -> View {
    let months = overview.months.into_iter().map(|(first, figures)| Month { first, figures });
    let agreed = overview.report.figures.agreement.numerator;
    let agreements = figures::papers(agreed, overview.second_papers);
    let shown = figures::view(&overview.report, &months.collect::<Vec<_>>(), &overview.open, dongs);
    View { agreements, ..shown }
}

/// The same exact figures as CSV, for a spreadsheet. What may leave the ward is published (`pages/publications`).
///
/// # Errors
/// As [`show`]; 422 for a period that cannot be used.
pub async fn csv(state: Data<State>, who: Who, req: HttpRequest) -> Result<HttpResponse, WebError> {
    let (typed, now) = (typed(&req), state.now());
    let report = state
        .db
        .report(move |rx| {
            let ward = ward(rx, &who)?;
            let asked = asked(&typed, &ward.dongs, now);
            if !asked.errors.is_empty() {
                let wrong = asked.errors.iter().map(|(name, why)| (name.to_owned(), why.to_owned()));
                return Err(WebError::invalid(wrong.collect()));
            }
            let question = Question { by: Some(Dimension::Dong), ..asked.question(&ward, now) };
            Ok(counting::report(rx, &question)?)
        })
        .await?;
    // Spreadsheets take a file with this mark for UTF-8.
    let text = format!("\u{feff}{}", exchange::report::csv(&report, &[]));
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, "attachment; filename=\"ieum-report.csv\""))
        .body(text))
}

#[derive(Serialize)]
struct Cases {
    page: Page,
    filter: Filter,
    table: Table,
    pager: Pager,
}

/// Case by case, under pseudonyms.
///
/// # Errors
/// 404 without a ward's grant; database and template errors.
pub async fn cases(state: Data<State>, who: Who, req: HttpRequest) -> Result<HttpResponse, WebError> {
    let (typed, now) = (typed(&req), state.now());
    let open = typed.get("state") != "closed";
    let after = typed.some("after").map(str::to_owned);
    let dong = typed.some("dong").map(str::to_owned);
    let (asker, wanted, behind) = (who.clone(), dong.clone(), after.clone());
    let (ward, rows, next) = state
        .db
        .read(move |rx| {
            let ward = ward(rx, &asker)?;
            let (dong, place) = (wanted.as_deref(), behind.as_deref());
            // A place that is not ours any more leads to the beginning.
            let page = match pseudonyms::pseudonymous(rx, &ward.code, dong, open, place, ROWS, now)? {
                None => pseudonyms::pseudonymous(rx, &ward.code, dong, open, None, ROWS, now)?,
                found => found,
            };
            let (rows, next) = page.unwrap_or_default();
            Ok::<_, WebError>((ward, rows, next))
        })
        .await?;
    let state_code = if open { "open" } else { "closed" };
    let there = |place: Option<String>| {
        let dong = dong.as_ref().filter(|code| ward.dongs.contains_key(*code));
        let dong = dong.map(|code| format!("&dong={code}")).unwrap_or_default();
        let place = place.map(|place| format!("&after={place}")).unwrap_or_default();
        format!("/ward/cases?state={state_code}{dong}{place}")
    };
    let pager = Pager {
        label: "쪽 넘기기".to_owned(),
        text: if after.is_some() {
            "이어서 보는 중입니다."
        } else {
            "새로 접수한 것부터 보입니다."
        }
        .to_owned(),
        first: after.is_some().then(|| there(None)),
        next: next.map(|place| there(Some(place))),
    };
    let context = Cases {
        page: Page { back: Some(Link::new("/ward", "구 현황")), ..state.frame(&who, "사건별 진행") },
        filter: cases_filter(&ward.dongs, dong.as_deref(), state_code),
        table: cases_table(rows, &ward.dongs, open),
        pager,
    };
    state.page("pages/ward/cases", &context)
}

fn cases_filter(dongs: &BTreeMap<String, String>, dong: Option<&str>, state: &str) -> Filter {
    let all = std::iter::once(("", "구 전체"));
    let choices = all.chain(dongs.iter().map(|(code, name)| (code.as_str(), name.as_str())));
    Filter {
        title: "조건".to_owned(),
        action: "/ward/cases".to_owned(),
        open: false,
        fields: vec![
            Field::select("state", "상태").choices([("open", "진행 중"), ("closed", "종결")]).value(state),
            Field::select("dong", "행정동").choices(choices).value(dong.unwrap_or("")),
        ],
        chips: Vec::new(),
        search: None,
    }
}

fn cases_table(rows: Vec<pseudonyms::Pseudonymous>, dongs: &BTreeMap<String, String>, open: bool) -> Table {
    let columns = vec![
        Column::new("사건(가명)"),
        Column::new("행정동"),
        Column::new("접수한 달"),
        Column::new("단계"),
        Column::num(if open { "지난 날" } else { "걸린 날" }),
        Column::new("지금 맡은 곳"),
    ];
    let cells = rows.into_iter().map(|row| {
        let dong = row.dong_code.as_ref().and_then(|code| dongs.get(code));
        vec![
            Cell::text(row.pseudonym),
            Cell::text(dong.map_or("모름", String::as_str)),
            Cell::text(format!("{}년 {}월", row.month.year(), row.month.month())),
            Cell::text(row.stage.label()),
            Cell::text(format!("{}일", row.days)),
            Cell::text(row.holder.map_or("없음", |kind| kind.label())),
        ]
    });
    let caption = "이름, 동·호, 접수번호, 사연은 구청에 보이지 않습니다.".to_owned();
    Table::new(caption, columns, cells.collect(), Empty::new("해당하는 사건이 없습니다."))
}

#[derive(Serialize)]
struct Help {
    page: Page,
    outcomes: FigureTable,
}

/// Definitions, and the outcome table that the figures are counted by.
///
/// # Errors
/// Template errors.
pub async fn help(state: Data<State>, who: Who) -> Result<HttpResponse, WebError> {
    definitions(&state, &who, Link::new("/ward", "구 현황"))
}

fn definitions(state: &State, who: &Who, back: Link) -> Result<HttpResponse, WebError> {
    let page = Page { back: Some(back), ..state.frame(who, "지표의 정의") };
    state.page("pages/ward/help", &Help { page, outcomes: figures::outcome_table() })
}

#[derive(Serialize)]
struct Dong {
    page: Page,
    figures: View,
}

/// The dong's page: its counts of this year.
///
/// # Errors
/// 404 without a dong's grant; database and template errors.
pub async fn dong(state: Data<State>, who: Who) -> Result<HttpResponse, WebError> {
    let now = state.now();
    let asker = who.clone();
    let (name, names, overview) = state
        .db
        .read(move |rx| {
            let code = dong_of(rx, &asker)?.ok_or_else(WebError::not_found)?;
            let name = bodies::dong_name(rx, &code)?.unwrap_or_else(|| code.clone());
            let asked = asked(&Typed::default(), &BTreeMap::new(), now);
            let question = Question {
                from: asked.from,
                to: asked.to,
                basis: Basis::Closing,
                as_of: now,
                by: None,
                scope: Some(Scope::Dong(code.clone())),
            };
            let overview = counting::overview(rx, &question)?;
            Ok::<_, WebError>((name.clone(), BTreeMap::from([(code, name)]), overview))
        })
        .await?;
    let page = state.frame(&who, &format!("{name} 현황"));
    state.page("pages/ward/dong", &Dong { page, figures: view(overview, &names) })
}

fn dong_of(rx: &mut Rx<'_>, who: &Who) -> Result<Option<String>, StoreError> {
    match who.actor.bodies(Role::Dong).first() {
        Some(body) => Ok(bodies::find(rx, *body)?.dong_code),
        None => Ok(None),
    }
}
