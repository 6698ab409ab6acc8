//! 사업 결과표 as page, paper and spreadsheet; and the summary of the satisfaction survey.
use super::{home, listed};
use crate::casework::programme::{self, Sheet};
use crate::casework::surveys;
use crate::documents::paper::{Content, row, table};
use crate::domain::ids::ProgrammeId;
use crate::domain::permission::Sight;
use crate::domain::programme::Sum;
use crate::domain::seoul;
use crate::domain::survey::Summary;
use crate::exchange::print as file;
use crate::store::surveys::Whose;
use crate::web::chart;
use crate::web::error::WebError;
use crate::web::guard::Who;
use crate::web::pages::print;
use crate::web::parts::{Figure, FigureTable, Link, Page, Table};
use crate::web::programmes::{self as told, Part, by_outcome};
use crate::web::state::State;
use crate::web::steps::words;
use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::{Data, Path};
use serde::Serialize;

/// Why cells are hidden, wherever any may be.
const NOTE: &str = "1건에서 4건인 칸과 그 수를 셈할 수 있게 하는 칸은 똑같이 '가림'으로 적습니다. 사람을 알아볼 수 있기 때문입니다.";
const SURVEY_NOTE: &str = "답할 날이 지난 분만 셉니다. 답한 분이나 답하지 않은 분이 1명에서 4명이면 가리고, 평균은 다섯 분부터 보입니다. 끝난 분기까지만 세어 한 사람의 답을 알 수 없게 합니다. 약속을 이해했는지는 합의한 분에게만 여쭙니다.";

async fn read(state: &State, who: &Who, id: i64) -> Result<Sheet, WebError> {
    let (actor, now) = (who.actor.clone(), state.now());
    Ok(state.db.read(move |rx| programme::result(rx, &actor, ProgrammeId(id), now)).await?)
}

fn period(sheet: &Sheet) -> String {
    let last = sheet.to.pred_opt().unwrap_or(sheet.to);
    format!("{} ~ {}", seoul::dotted(sheet.from), seoul::dotted(last))
}

fn scope(sheet: &Sheet) -> String {
    match &sheet.shown.sight {
        Sight::Ward | Sight::Ngo => {
            format!("사업의 단지 {}곳에서 이 사업으로 접수한 사건", sheet.shown.places.len())
        }
        Sight::Complexes(_) => "우리 단지에서 이 사업으로 접수한 사건".to_owned(),
    }
}

fn pictured(part: &Part, id: &str, finding: String, svg: Option<crate::web::parts::Drawing>) -> Figure {
    Figure {
        id: id.to_owned(),
        title: part.title.to_owned(),
        finding,
        note: None,
        svg,
        table: FigureTable {
            columns: part.columns.iter().map(|c| (*c).to_owned()).collect(),
            rows: part.rows.clone(),
        },
    }
}

fn outcomes(sheet: &Sheet, part: &Part) -> Figure {
    let all = by_outcome(sheet);
    let labels: Vec<String> = all.iter().map(|(name, _, _)| (*name).to_owned()).collect();
    let values: Vec<(u32, String)> = all.iter().map(|(_, n, told)| (*n, told.clone())).collect();
    let finding = match all.iter().max_by_key(|(_, n, _)| *n) {
        Some((name, n, _)) if *n > 0 => format!("가장 많은 종결은 {name}({n}건)입니다."),
        Some(_) => "종결된 사건이 적어 수를 가렸습니다.".to_owned(),
        None => "아직 종결된 사건이 없습니다.".to_owned(),
    };
    let svg = (!all.is_empty()).then(|| chart::told_rows(&labels, &values));
    pictured(part, "outcomes", finding, svg)
}

fn budget(sheet: &Sheet, part: &Part) -> Figure {
    let sums = sheet.shown.course.sums();
    let labels: Vec<String> = sums.iter().map(|(item, _)| item.label().to_owned()).collect();
    // In units of ten thousand won, as people speak of such sums.
    let tens = |won: i64| u32::try_from(won / 10_000).unwrap_or(0);
    let of = |value: fn(&Sum) -> i64| sums.iter().map(|(_, sum)| tens(value(sum))).collect::<Vec<u32>>();
    let total = sheet.shown.course.total();
    let finding = format!(
        "계획 {}만 원 가운데 {}만 원을 썼고, 남은 금액은 {}만 원입니다.",
        total.planned_won / 10_000,
        total.spent_won / 10_000,
        total.left_won() / 10_000
    );
    let series = [
        chart::Series { class: "c1", name: "계획(만 원)", values: of(|sum| sum.planned_won) },
        chart::Series { class: "c2", name: "쓴 금액(만 원)", values: of(|sum| sum.spent_won) },
    ];
    let any = total.planned_won > 0 || total.spent_won > 0;
    pictured(part, "budget", finding, any.then(|| chart::columns(&labels, &series)))
}

fn asked(summary: &Summary, part: &Part) -> Figure {
    let known: Option<Vec<(u32, u32)>> =
        summary.sides.iter().map(|side| Some((side.answered?, side.silent?))).collect();
    let total = |known: &Vec<(u32, u32)>| known.iter().map(|(a, s)| a + s).sum::<u32>();
    let (finding, svg) = match &known {
        Some(known) if total(known) > 0 => {
            let answered: u32 = known.iter().map(|(a, _)| a).sum();
            let labels: Vec<String> = summary.sides.iter().map(|s| s.side.label().to_owned()).collect();
            let series = [
                chart::Series {
                    class: "c1", name: "답함", values: known.iter().map(|(a, _)| *a).collect()
                },
                chart::Series {
                    class: "c2",
                    name: "답하지 않음",
                    values: known.iter().map(|(_, s)| *s).collect(),
                },
            ];
            let finding = format!("여쭌 {}명 가운데 {answered}명이 답했습니다.", total(known));
            (finding, Some(chart::columns(&labels, &series)))
        }
        Some(_) => ("아직 답할 날이 지난 조사가 없습니다.".to_owned(), None),
        None => ("여쭌 분이 적어 일부를 가렸습니다.".to_owned(), None),
    };
    pictured(part, "asked", finding, svg)
}

#[derive(Serialize)]
struct Show {
    page: Page,
    lead: String,
    asof: String,
    pictures: Vec<Figure>,
    tables: Vec<Table>,
    survey_period: String,
    survey_picture: Figure,
    survey_tables: Vec<Table>,
    notes: [&'static str; 2],
    acts: Vec<Link>,
}

/// The six or so tables, those of the survey apart.
fn split(parts: Vec<Part>) -> (Vec<Part>, Vec<Part>) {
    parts.into_iter().partition(|part| !part.title.starts_with("만족도"))
}

fn survey_shown(summary: &Summary, parts: Vec<Part>) -> (String, Figure, Vec<Table>) {
    let last = summary.to.pred_opt().unwrap_or(summary.to);
    let period =
        format!("{} ~ {} 사이에 답할 날이 지난 분", seoul::dotted(summary.from), seoul::dotted(last));
    let picture = parts.first().map(|part| asked(summary, part));
    let picture =
        picture.unwrap_or_else(|| asked(summary, &Part { title: "", columns: vec![], rows: vec![] }));
    let none = "답이 적어 나눌 수 없습니다.";
    (period, picture, parts.into_iter().map(|part| listed(part, none)).collect())
}

/// The result sheet with its pictures.
///
/// # Errors
/// 404 for whoever does not see the programme.
pub async fn show(state: Data<State>, who: Who, id: Path<i64>) -> Result<HttpResponse, WebError> {
    let sheet = read(&state, &who, *id).await?;
    let (parts, survey) = split(told::parts(&sheet));
    let part = |title: &str| parts.iter().find(|part| part.title == title);
    let pictures = [
        part("어떻게 끝났나").map(|part| outcomes(&sheet, part)),
        part("활동과 정산").map(|part| budget(&sheet, part)),
    ];
    let (survey_period, survey_picture, survey_tables) = survey_shown(&sheet.survey, survey);
    let programme = &sheet.shown.programme;
    let path = home(programme.id);
    let page = state.frame(&who, &format!("{} 결과표", programme.name));
    let context = Show {
        page: Page { back: Some(Link::new(path.clone(), "사업으로")), ..page },
        lead: format!("{}. {}", period(&sheet), scope(&sheet)),
        asof: words::official(state.now()),
        pictures: pictures.into_iter().flatten().collect(),
        tables: parts.into_iter().map(|part| listed(part, "아직 없습니다.")).collect(),
        survey_period,
        survey_picture,
        survey_tables,
        notes: [NOTE, SURVEY_NOTE],
        acts: vec![
            Link::new(format!("{path}/print"), "A4로 뽑기"),
            Link::new(format!("{path}/result.csv"), "CSV로 받기"),
        ],
    };
    state.page("pages/programmes/result", &context)
}

/// The result sheet on A4.
///
/// # Errors
/// 404 for whoever does not see the programme.
pub async fn paper(state: Data<State>, who: Who, id: Path<i64>) -> Result<HttpResponse, WebError> {
    let sheet = read(&state, &who, *id).await?;
    let (shown, programme) = (&sheet.shown, &sheet.shown.programme);
    let stage = programme.stage.map_or("적지 않음", crate::domain::codes::ProgrammeStage::label);
    let ngo = shown.ngo.clone().unwrap_or_else(|| "-".to_owned());
    let parts = told::parts(&sheet).into_iter().filter(|part| !part.rows.is_empty());
    let content = Content {
        title: "사업 결과표".to_owned(),
        compact: true,
        approval: crate::documents::paper::boxes(&["담당", "팀장", "과장"]),
        facts: vec![
            row("사업", programme.name.clone()),
            row("단체", ngo.clone()),
            row("단계", stage),
            row("기간", period(&sheet)),
            row("대상", scope(&sheet)),
            row("자료 시각", words::official(state.now())),
        ],
        sections: parts.map(|part| table(part.title, &part.columns, part.rows)).collect(),
        notes: vec![NOTE.to_owned(), SURVEY_NOTE.to_owned()],
        date: words::official_day(seoul::day(state.now())),
        from: ngo,
        ..Content::default()
    };
    let back = Link::new(format!("{}/result", home(programme.id)), "결과표로");
    print::headed(&state, &who, back, &programme.name, content)
}

/// The result sheet for a spreadsheet: one line per row, its table first.
///
/// # Errors
/// 404 for whoever does not see the programme.
pub async fn csv(state: Data<State>, who: Who, id: Path<i64>) -> Result<HttpResponse, WebError> {
    let sheet = read(&state, &who, *id).await?;
    let rows = told::parts(&sheet).into_iter().flat_map(|part| {
        part.rows.into_iter().flat_map(move |row| {
            let name = row.first().cloned().unwrap_or_default();
            let cells: Vec<[String; 4]> = row
                .into_iter()
                .zip(part.columns.clone())
                .skip(1)
                .map(|(value, column)| {
                    let cell = |text: &str| file::cell_text(text);
                    // Sums carry no separators here, so that they are numbers; a negative one is no formula.
                    let plain: String = value.chars().filter(|c| *c != ',').collect();
                    let value = if plain.parse::<f64>().is_ok() { plain } else { cell(&value) };
                    [part.title.to_owned(), cell(&name), column.to_owned(), value]
                })
                .collect();
            cells
        })
    });
    // Spreadsheets take a file with this mark for UTF-8.
    let text = format!("\u{feff}{}", file::table(&["table", "row", "column", "value"], rows));
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, "attachment; filename=\"ieum-programme.csv\""))
        .body(text))
}

#[derive(Serialize)]
struct Surveys {
    page: Page,
    lead: &'static str,
    survey_period: String,
    survey_picture: Figure,
    survey_tables: Vec<Table>,
    note: &'static str,
}

/// The summary of the satisfaction survey in this person's scope.
///
/// # Errors
/// 404 for people who have none.
pub async fn survey(state: Data<State>, who: Who) -> Result<HttpResponse, WebError> {
    let (actor, now) = (who.actor.clone(), state.now());
    let (whose, summary) = state.db.read(move |rx| surveys::own(rx, &actor, now)).await?;
    let (survey_period, survey_picture, survey_tables) = survey_shown(&summary, told::survey(&summary));
    let lead = match whose {
        Whose::Ward(_) => {
            "우리 구의 사건에서 조정에 함께한 양쪽에게 여쭌 것입니다. 합의했으면 마지막 사후점검에서, 합의 없이 마쳤으면 한 주 뒤에 여쭙니다."
        }
        Whose::Ngos(_) => {
            "우리 기관의 조정인이 맡은 사건에서 조정에 함께한 양쪽에게 여쭌 것입니다. 합의했으면 마지막 사후점검에서, 합의 없이 마쳤으면 한 주 뒤에 여쭙니다."
        }
        Whose::Committees(_) | Whose::Programme(..) => {
            "우리 위원회의 사건에서 조정에 함께한 양쪽에게 여쭌 것입니다. 합의했으면 마지막 사후점검에서, 합의 없이 마쳤으면 한 주 뒤에 여쭙니다."
        }
    };
    let page = state.frame(&who, "만족도 조사 요약");
    let page = Page { back: Some(Link::new("/programmes", "사업 목록으로")), ..page };
    let context = Surveys { page, lead, survey_period, survey_picture, survey_tables, note: SURVEY_NOTE };
    state.page("pages/programmes/survey", &context)
}
