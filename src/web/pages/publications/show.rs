//! One published report, or what would be one: page, A4, workbook, CSV, JSON, all of the same document.
use super::LIST;
use crate::casework::CaseworkError;
use crate::casework::publications::{self, Particulars, Shown, Wanted};
use crate::documents::paper::{Content, Section, row, short_day, table};
use crate::domain::codes::Outcome;
use crate::domain::ids::PublicationId;
use crate::domain::indicators::names;
use crate::domain::publication::measures;
use crate::domain::seoul;
use crate::exchange::publication::{Cell as Told, Document, Line, NOTE, lines};
use crate::exchange::report::TOTAL_KEY;
use crate::exchange::workbook;
use crate::web::chart;
use crate::web::error::WebError;
use crate::web::guard::Who;
use crate::web::pages::print;
use crate::web::parts::{Cell, Column, Empty, Figure, FigureTable, Flash, Link, Page, Summary, Table};
use crate::web::state::{State, see_other};
use crate::web::steps::words;
use crate::web::typed::Typed;
use actix_web::http::header;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use chrono::Utc;
use serde::Serialize;

/// The measures that stand side by side for each 행정동; the files have every one.
const BY_DONG: [&str; 7] = [
    "/ledger/received",
    "/ledger/closed",
    "/ledger/transferred_out",
    "/ledger/open_at_end",
    "/narrow",
    "/broad",
    "/agreement",
];

#[derive(Serialize)]
struct Showing {
    page: Page,
    lead: Option<String>,
    warning: Option<&'static str>,
    facts: Summary,
    acts: Vec<Link>,
    pictures: Vec<Figure>,
    tables: Vec<Table>,
    hash: Option<String>,
    note: &'static str,
}

/// A part of the report as words: what page and paper have.
struct Part {
    title: &'static str,
    columns: Vec<&'static str>,
    rows: Vec<Vec<String>>,
}

fn parts(document: &Document) -> Vec<Part> {
    let all = lines(&document.report);
    let mut parts: Vec<Part> = Vec::new();
    for line in all.iter().filter(|line| line.key == TOTAL_KEY) {
        let row = vec![line.measure.label.clone(), line.cell.words()];
        match parts.last_mut().filter(|part| part.title == line.measure.group) {
            Some(part) => part.rows.push(row),
            None => {
                parts.push(Part {
                    title: line.measure.group, columns: vec!["지표", "값"], rows: vec![row]
                });
            }
        }
    }
    let rows: Vec<Vec<String>> = by_dong(document, &all);
    if !rows.is_empty() {
        let columns = std::iter::once("행정동").chain(BY_DONG.map(names::at)).collect();
        parts.push(Part { title: "행정동", columns, rows });
    }
    if document.version > 1 {
        let rows = document.changes.iter().map(|change| {
            let name = document.name(&change.key).to_owned();
            vec![name, measure(&change.measure), change.was.clone(), change.is.clone()]
        });
        let columns = vec!["어디", "지표", "앞 판", "이 판"];
        parts.push(Part { title: "앞 판과 달라진 칸", columns, rows: rows.collect() });
    }
    parts
}

/// What a measure is called, by its code.
fn measure(code: &str) -> String {
    let known = measures().into_iter().find(|measure| measure.code() == code);
    known.map_or_else(|| code.to_owned(), |measure| measure.label)
}

fn by_dong(document: &Document, all: &[Line]) -> Vec<Vec<String>> {
    let mut rows: Vec<(&str, Vec<String>)> = Vec::new();
    for line in all.iter().filter(|line| line.key != TOTAL_KEY) {
        if rows.last().is_none_or(|(key, _)| *key != line.key) {
            rows.push((&line.key, vec![document.name(&line.key).to_owned()]));
        }
        let wanted = BY_DONG.contains(&line.measure.pointer.as_str());
        if let Some((_, row)) = rows.last_mut().filter(|_| wanted) {
            row.push(line.cell.words());
        }
    }
    // The rates of a row come after its ledger, as in the list of measures.
    rows.into_iter().map(|(_, row)| row).collect()
}

/// Bars of counts; one that is hidden has none and says so.
fn bars(id: &str, title: &str, counts: Vec<(String, Told)>) -> Option<Figure> {
    let value = |told: &Told| if let Told::Count(n) = told { *n } else { 0 };
    let most =
        counts.iter().filter(|(_, told)| matches!(told, Told::Count(_))).max_by_key(|(_, told)| value(told));
    let hidden = counts.iter().any(|(_, told)| matches!(told, Told::Hidden));
    let nothing =
        if hidden { "사건이 적어 수를 가렸습니다." } else { "이 기간에는 없습니다." };
    let finding = most.filter(|(_, told)| value(told) > 0).map_or_else(
        || nothing.to_owned(),
        |(name, told)| format!("보이는 것 가운데 가장 많은 것은 {name}({}건)입니다.", value(told)),
    );
    let labels: Vec<String> = counts.iter().map(|(name, _)| name.clone()).collect();
    let told: Vec<(u32, String)> = counts.iter().map(|(_, told)| (value(told), told.words())).collect();
    let rows = counts.iter().map(|(name, told)| vec![name.clone(), told.words()]).collect();
    (!counts.is_empty()).then(|| Figure {
        id: id.to_owned(),
        title: title.to_owned(),
        finding,
        note: None,
        svg: Some(chart::told_rows(&labels, &told)),
        table: FigureTable { columns: vec![String::new(), "사건".to_owned()], rows },
    })
}

fn pictures(document: &Document) -> Vec<Figure> {
    let all = lines(&document.report);
    let outcomes = Outcome::ALL.iter().filter_map(|outcome| {
        let pointer = format!("/outcomes/{outcome}");
        let line = all.iter().find(|line| line.key == TOTAL_KEY && line.measure.pointer == pointer)?;
        (line.cell != Told::Count(0)).then(|| (outcome.label().to_owned(), line.cell))
    });
    let received =
        all.iter().filter(|line| line.key != TOTAL_KEY && line.measure.pointer == "/ledger/received");
    let received = received.map(|line| (document.name(&line.key).to_owned(), line.cell));
    let drawn = [
        bars("outcomes", "어떻게 끝났나(구 전체)", outcomes.collect()),
        bars("dongs", "행정동별 신규접수", received.collect()),
    ];
    drawn.into_iter().flatten().collect()
}

fn listed(part: Part) -> Table {
    let columns = part.columns.iter().enumerate();
    let columns = columns.map(|(at, label)| if at == 0 { Column::new(label) } else { Column::num(label) });
    let rows = part.rows.into_iter().map(|row| row.into_iter().map(Cell::text).collect());
    Table::new(part.title.to_owned(), columns.collect(), rows.collect(), Empty::new("없습니다."))
}

fn facts(document: &Document) -> Summary {
    document.facts().into_iter().fold(Summary::default(), |facts, (label, words)| facts.row(label, words))
}

fn showing(page: Page, document: &Document) -> Showing {
    Showing {
        page,
        lead: None,
        warning: None,
        facts: facts(document),
        acts: Vec::new(),
        pictures: pictures(document),
        tables: parts(document).into_iter().map(listed).collect(),
        hash: None,
        note: NOTE,
    }
}

async fn read_one(state: &State, who: &Who, id: i64) -> Result<Shown, WebError> {
    let actor = who.actor.clone();
    Ok(state.db.read(move |rx| publications::show(rx, &actor, PublicationId(id))).await?)
}

/// One version.
///
/// # Errors
/// 404 for whoever does not read it.
pub async fn page(state: Data<State>, who: Who, id: Path<i64>) -> Result<HttpResponse, WebError> {
    let shown = read_one(&state, &who, *id).await?;
    let document = &shown.document;
    let title = format!("{} {}", document.ward, document.title());
    let page = Page { back: Some(Link::new(LIST, "공표한 보고서")), ..state.frame(&who, &title) };
    let mut context = showing(page, document);
    let newest = shown.versions.first().is_none_or(|newest| newest.id == shown.head.id);
    context.warning = if !shown.intact {
        Some("이 보고서의 지문이 공표한 때와 다릅니다. 쓰지 말고 운영자에게 알려 주세요.")
    } else if newest {
        None
    } else {
        Some("고쳐서 다시 공표한 보고서입니다. 아래에서 새 판을 봐 주세요.")
    };
    context.hash = Some(shown.head.sha256.clone());
    let path = format!("{LIST}/{}", shown.head.id.0);
    context.acts = vec![
        Link::new(format!("{path}/print"), "A4로 뽑기"),
        Link::new(format!("{path}/report.xlsx"), "엑셀로 받기"),
        Link::new(format!("{path}/report.csv"), "CSV로 받기"),
        Link::new(format!("{path}/report.json"), "JSON으로 받기"),
    ];
    if who.actor.may_publish() && newest {
        let new = format!("{LIST}/draft?period={}", shown.head.period().code());
        context.acts.extend(
            (shown.head.kind != crate::domain::codes::PeriodKind::Programme)
                .then(|| Link::new(new, "새 판 초안 보기")),
        );
    }
    let versions = shown.versions.iter().map(|one| {
        let name = format!("{}판", one.version);
        let cell = if one.id == shown.head.id {
            Cell::text(format!("{name}(지금 보는 판)"))
        } else {
            Cell::link(name, format!("{LIST}/{}", one.id.0))
        };
        vec![cell, Cell::text(short_day(seoul::day(one.published_at.and_utc())))]
    });
    if shown.versions.len() > 1 {
        let columns = ["판", "공표한 날"].map(Column::new).to_vec();
        context.tables.push(Table::new(
            "판".to_owned(),
            columns,
            versions.collect(),
            Empty::new("없습니다."),
        ));
    }
    state.page("pages/publications/show", &context)
}

/// What would be published of a period now.
///
/// # Errors
/// 404 for people of no ward, and for a period that there is not. Where nothing changed there is no draft: back to the list, which
/// says so.
pub async fn draft(state: Data<State>, who: Who, req: HttpRequest) -> Result<HttpResponse, WebError> {
    let typed = Typed::from_body(req.query_string().as_bytes());
    let code = typed.get("period").to_owned();
    let wanted = Wanted::read(&code).ok_or_else(WebError::not_found)?;
    let (actor, now) = (who.actor.clone(), state.now());
    let nothing_said = Particulars::default();
    let counted =
        state.db.read(move |rx| publications::prepare(rx, &actor, wanted, &nothing_said, now)).await;
    let ready = match counted {
        Ok(counted) => publications::draw(counted).await,
        Err(e) => Err(e),
    };
    let document = match ready {
        Ok(ready) => ready.document(),
        Err(CaseworkError::Refused(refused)) => {
            return Ok(see_other(LIST, Some(&Flash::ok(&refused.sentence))));
        }
        Err(CaseworkError::Denied | CaseworkError::Invalid(_)) => return Err(WebError::not_found()),
        Err(e) => return Err(e.into()),
    };
    let title = format!("{} 보고서 초안", document.title());
    let page = Page { back: Some(Link::new(LIST, "공표한 보고서")), ..state.frame(&who, &title) };
    let mut context = showing(page, &document);
    context.lead = Some(
        "아직 공표하지 않았습니다. 공표하면 이대로 굳고, 그사이에 적힌 것이 있으면 그것까지 담깁니다."
            .to_owned(),
    );
    context.acts = vec![Link::new(format!("{LIST}/new?period={code}"), "이 기간을 공표하기")];
    state.page("pages/publications/show", &context)
}

/// On A4, with 결재란.
///
/// # Errors
/// 404 for whoever does not read it.
pub async fn paper(state: Data<State>, who: Who, id: Path<i64>) -> Result<HttpResponse, WebError> {
    let shown = read_one(&state, &who, *id).await?;
    let document = &shown.document;
    let section = |part: Part| -> Section { table(part.title, &part.columns, part.rows) };
    let content = Content {
        title: "층간소음 조정 실적 보고".to_owned(),
        compact: true,
        approval: document.approval.clone(),
        facts: document.facts().into_iter().map(|(label, words)| row(label, words)).collect(),
        sections: parts(document).into_iter().filter(|part| !part.rows.is_empty()).map(section).collect(),
        notes: vec![NOTE.to_owned(), format!("지문(SHA-256): {}", shown.head.sha256)],
        date: words::official_day(seoul::day(document.published_at.with_timezone(&Utc))),
        from: document.ward.clone(),
        ..Content::default()
    };
    let back = Link::new(format!("{LIST}/{}", shown.head.id.0), "보고서로");
    print::headed(&state, &who, back, &document.title(), content)
}

fn file(kind: &'static str, name: &str, bytes: Vec<u8>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(kind)
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .body(bytes)
}

/// `ieum-11410-quarter-2026-07-01-v2.csv`: what a spreadsheet's folder needs to tell them apart.
fn name(document: &Document, extension: &str) -> String {
    let Document { ward_code, kind, from, version, .. } = document;
    format!("ieum-{ward_code}-{kind}-{from}-v{version}.{extension}")
}

/// For a spreadsheet.
///
/// # Errors
/// 404 for whoever does not read it.
pub async fn csv(state: Data<State>, who: Who, id: Path<i64>) -> Result<HttpResponse, WebError> {
    let document = read_one(&state, &who, *id).await?.document;
    Ok(file("text/csv; charset=utf-8", &name(&document, "csv"), document.csv().into_bytes()))
}

/// As a workbook.
///
/// # Errors
/// 404 for whoever does not read it.
pub async fn xlsx(state: Data<State>, who: Who, id: Path<i64>) -> Result<HttpResponse, WebError> {
    let document = read_one(&state, &who, *id).await?.document;
    let at = document.published_at.with_timezone(&Utc);
    let made =
        workbook::bytes(&document.title(), &document.sheets(), at).map_err(|e| WebError::internal(&e))?;
    let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    Ok(file(kind, &name(&document, "xlsx"), made))
}

/// The very bytes that are hashed.
///
/// # Errors
/// 404 for whoever does not read it.
pub async fn json(state: Data<State>, who: Who, id: Path<i64>) -> Result<HttpResponse, WebError> {
    let shown = read_one(&state, &who, *id).await?;
    Ok(file("application/json", &name(&shown.document, "json"), shown.text.into_bytes()))
}
