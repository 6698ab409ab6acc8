//! 위원회 현황: which 단지 must have a committee, and whether it is formed, in term, trained, and met as its rules ask. Members
//! are counted, never named. The list as CSV, and letters to remind a 단지.
use super::{Ward, ward};
use crate::casework::compliance::{self, Line, Reminder};
use crate::documents::paper::{Content, row, table, words as part};
use crate::domain::committee::compliance::{Demand, Mark};
use crate::domain::ids::ComplexId;
use crate::domain::seoul;
use crate::web::error::WebError;
use crate::web::guard::Who;
use crate::web::pages::admin::Listing;
use crate::web::pages::print;
use crate::web::pages::sheet::Sheet;
use crate::web::parts::{
    Cell, Column, Drawing, Empty, Figure, FigureTable, Flash, Link, Page, Summary, Table,
};
use crate::web::posted::Posted;
use crate::web::state::{State, see_other};
use crate::web::steps::words;
use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::{Data, Path};
use serde::Serialize;

#[derive(Serialize)]
struct Board {
    page: Page,
    lead: String,
    figure: Figure,
    table: Table,
    csv_href: &'static str,
}

async fn read(state: &State, who: &Who) -> Result<(Ward, Vec<Line>), WebError> {
    let (asker, now) = (who.clone(), state.now());
    state
        .db
        .read(move |rx| {
            let ward = ward(rx, &asker)?;
            let lines = compliance::board(rx, &ward.code, now).map_err(WebError::from)?;
            Ok::<_, WebError>((ward, lines))
        })
        .await
}

/// The board.
///
/// # Errors
/// 404 without a ward's grant; database and template errors.
pub async fn show(state: Data<State>, who: Who) -> Result<HttpResponse, WebError> {
    let (ward, lines) = read(&state, &who).await?;
    let required = lines.iter().filter(|l| l.judged.required).count();
    let lacking = lines.iter().filter(|l| l.judged.lacks()).count();
    let lead = format!(
        "단지 {}곳 가운데 {required}곳은 위원회를 꼭 두어야 하고, 알려야 할 것이 있는 단지는 {lacking}곳입니다. 위원은 수만 셉니다.",
        lines.len()
    );
    let context = Board {
        page: Page {
            back: Some(Link::new("/ward", "구 현황")),
            ..state.frame(&who, &format!("{} 위원회 현황", ward.name))
        },
        lead,
        figure: figure(&lines),
        table: board_table(&ward, &lines),
        csv_href: "/ward/committees.csv",
    };
    state.page("pages/ward/committees", &context)
}

/// How many committees fulfil each demand, and how many do not.
fn figure(lines: &[Line]) -> Figure {
    let count = |demand: Demand, mark: Mark| {
        let n = lines.iter().filter(|l| l.judged.mark(demand) == mark).count();
        u32::try_from(n).unwrap_or(u32::MAX)
    };
    let labels: Vec<String> = Demand::ALL.iter().map(|d| d.label().to_owned()).collect();
    let of = |mark: Mark| Demand::ALL.iter().map(|d| count(*d, mark)).collect::<Vec<u32>>();
    let (good, bad, none) = (of(Mark::Yes), of(Mark::No), of(Mark::NotAsked));
    let series = [
        crate::web::chart::Series { class: "c1", name: "갖춤", values: good.clone() },
        crate::web::chart::Series { class: "c2", name: "빠짐", values: bad.clone() },
    ];
    let svg: Drawing = crate::web::chart::columns(&labels, &series);
    let rows = labels.iter().zip(good.iter().zip(&bad)).zip(&none).map(|((label, (good, bad)), none)| {
        vec![label.clone(), good.to_string(), bad.to_string(), none.to_string()]
    });
    let worst = labels.iter().zip(&bad).max_by_key(|(_, n)| **n).filter(|(_, n)| **n > 0);
    let finding = worst.map_or_else(
        || "빠진 것이 있는 단지가 없습니다.".to_owned(),
        |(label, n)| format!("가장 많이 빠진 것은 ‘{label}’이며 {n}곳입니다."),
    );
    Figure {
        id: "committees".to_owned(),
        title: "단지 수: 갖춘 곳과 빠진 곳".to_owned(),
        finding,
        note: Some("묻지 않는 곳(의무가 없거나 아직 때가 아닌 곳)은 그림에서 뺐고 표에 있습니다.".to_owned()),
        svg: Some(svg),
        table: FigureTable {
            columns: ["", "갖춤", "빠짐", "묻지 않음"].map(str::to_owned).to_vec(),
            rows: rows.collect(),
        },
    }
}

fn mark_cell(mark: Mark, more: Option<String>) -> Cell {
    let cell = match mark {
        Mark::Yes => Cell::badge("갖춤", "ok"),
        Mark::No => Cell::badge("빠짐", "warn"),
        Mark::NotAsked => Cell::text("-"),
    };
    match more {
        Some(more) => cell.small(more),
        None => cell,
    }
}

/// What is missing leads to its letter, on paper or by mail; when it was mailed last stands below.
fn letter_cell(line: &Line) -> Cell {
    let sent = line.reminded_on.map(|on| format!("메일 보냄 {}", crate::documents::paper::short_day(on)));
    let cell = if line.judged.lacks() {
        Cell::link("안내하기".to_owned(), format!("/ward/committees/{}/remind", line.complex.id.0))
    } else {
        Cell::text("-")
    };
    match sent {
        Some(sent) => cell.small(sent),
        None => cell,
    }
}

fn board_table(ward: &Ward, lines: &[Line]) -> Table {
    let columns = ["단지", "행정동", "세대", "의무", "구성", "임기", "교육", "회의", "알림"];
    let row = |line: &Line| {
        let judged = &line.judged;
        let looked_at = judged.required || judged.formed == Mark::Yes;
        let members = line.body.filter(|_| looked_at);
        let members = members.map(|_| format!("{}명 / {}명", judged.members, judged.members_asked));
        let trained = (judged.members_to_train > 0)
            .then(|| format!("{}명 중 {}명", judged.members_to_train, judged.members_trained));
        let met = judged.last_met.map(|on| format!("마지막 {}", crate::documents::paper::short_day(on)));
        let letter = letter_cell(line);
        vec![
            Cell::text(line.complex.name.clone()).small(line.complex.code.clone()),
            Cell::text(ward.dongs.get(&line.dong_code).cloned().unwrap_or_default()),
            Cell::text(line.complex.households.to_string()),
            Cell::text(if judged.required { "의무" } else { "-" }),
            mark_cell(judged.formed, None),
            mark_cell(judged.in_term, members),
            mark_cell(judged.trained, trained),
            mark_cell(judged.met, met),
            letter,
        ]
    };
    let rows = lines.iter().map(row).collect();
    let columns = columns.map(|c| if c == "세대" { Column::num(c) } else { Column::new(c) }).to_vec();
    Table::new("단지별".to_owned(), columns, rows, Empty::new("단지가 없습니다."))
}

fn mark_code(mark: Mark) -> &'static str {
    match mark {
        Mark::Yes => "yes",
        Mark::No => "no",
        Mark::NotAsked => "",
    }
}

/// The board as CSV, for a spreadsheet.
///
/// # Errors
/// As [`show`].
pub async fn csv(state: Data<State>, who: Who) -> Result<HttpResponse, WebError> {
    let (_, lines) = read(&state, &who).await?;
    let row = |line: &Line| {
        let j = &line.judged;
        let last = j.last_met.map(|on| on.to_string()).unwrap_or_default();
        [
            line.complex.code.clone(),
            crate::exchange::print::cell_text(&line.complex.name),
            line.dong_code.clone(),
            line.complex.households.to_string(),
            if j.required { "yes" } else { "no" }.to_owned(),
            mark_code(j.formed).to_owned(),
            mark_code(j.in_term).to_owned(),
            mark_code(j.trained).to_owned(),
            mark_code(j.met).to_owned(),
            j.members.to_string(),
            j.members_trained.to_string(),
            last,
            line.reminded_on.map(|on| on.to_string()).unwrap_or_default(),
        ]
    };
    let header = [
        "code",
        "name",
        "dong_code",
        "households",
        "required",
        "formed",
        "in_term",
        "trained",
        "met",
        "members",
        "members_trained",
        "last_met",
        "reminded_on",
    ];
    // Spreadsheets take a file with this mark for UTF-8.
    let text = format!("\u{feff}{}", crate::exchange::print::table(&header, lines.iter().map(row)));
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, "attachment; filename=\"ieum-committees.csv\""))
        .body(text))
}

async fn reminder(state: &State, who: &Who, id: ComplexId) -> Result<Reminder, WebError> {
    let (actor, now) = (who.actor.clone(), state.now());
    Ok(state.db.read(move |rx| compliance::reminder(rx, &actor, id, now)).await?)
}

/// What is missing at one 단지, and its reminder: the letter on paper, and a mail where somebody there can get one and none
/// went out today.
///
/// # Errors
/// As [`letter`].
pub async fn remind_form(state: Data<State>, who: Who, id: Path<i64>) -> Result<HttpResponse, WebError> {
    let found = reminder(&state, &who, ComplexId(*id)).await?;
    let Reminder { line, to, .. } = &found;
    let path = format!("/ward/committees/{}", line.complex.id.0);
    let title = format!("{} 위원회 운영 안내", line.complex.name);
    let asked = line.judged.asked().into_iter();
    let mut facts =
        asked.fold(Summary::default(), |all, a| all.row(&a.what, format!("{} {}", a.stands, a.please)));
    if let Some(on) = line.reminded_on {
        facts = facts.row("마지막 메일", words::official_day(on));
    }
    let print = Link::new(format!("{path}/letter"), "안내문 인쇄하기");
    let Some(closed) = found.refused(seoul::day(state.now())) else {
        let lead = format!("{}명에게 같은 내용을 메일로 보냅니다. 이름과 연락처는 적지 않습니다.", to.len());
        let mut sheet = Sheet::new(state.frame(&who, &title), &format!("{path}/remind"), "메일 보내기")
            .lead(&lead)
            .facts(facts)
            .cancel("/ward/committees", "위원회 현황으로");
        sheet.more = Some(print);
        return sheet.filled(Vec::new()).show(&state);
    };
    let mut listing = Listing::new(&state, &who, &title, Link::new("/ward/committees", "위원회 현황으로"));
    listing.lead = Some(closed.sentence);
    (listing.facts, listing.acts) = (Some(facts), vec![print]);
    listing.show(&state)
}

/// Sends the mails.
///
/// # Errors
/// As [`letter`]; 409 where it was sent today, or nobody there has an account.
pub async fn remind(
    state: Data<State>,
    who: Who,
    id: Path<i64>,
    Posted(_): Posted,
) -> Result<HttpResponse, WebError> {
    let (actor, now, id) = (who.actor.clone(), state.now(), ComplexId(*id));
    let sent = state.db.write(move |tx| compliance::remind(tx, &actor, id, now)).await?;
    let flash = Flash::ok(format!("위원회 운영 안내를 메일로 {sent}통 보냈습니다."));
    Ok(see_other("/ward/committees", Some(&flash)))
}

/// The letter that reminds one 단지; none for one that lacks nothing.
///
/// # Errors
/// 404 without a ward's grant, for a 단지 elsewhere, or one that lacks nothing.
pub async fn letter(state: Data<State>, who: Who, id: Path<i64>) -> Result<HttpResponse, WebError> {
    let Reminder { line, ward, .. } = reminder(&state, &who, ComplexId(*id)).await?;
    let judged = &line.judged;
    let basis = if judged.required {
        "공동주택관리법 제20조와 같은 법 시행령에 따라 일정 세대 이상의 단지는 층간소음관리위원회를 두고 운영해야 합니다."
    } else {
        "위원회를 두기로 한 단지이므로 정한 규칙대로 운영되도록 안내드립니다."
    };
    let today = seoul::day(state.now());
    let rows = judged.asked().into_iter().map(|a| vec![a.what, a.stands, a.please]).collect();
    let content = Content {
        title: "위원회 운영 안내".to_owned(),
        approval: crate::documents::paper::boxes(&["담당", "팀장", "과장"]),
        facts: vec![
            row("받는 곳", format!("{} 관리사무소장·입주자대표회의 회장", line.complex.name)),
            row("단지", format!("{} ({}세대)", line.complex.name, line.complex.households)),
            row("기준일", words::official_day(today)),
        ],
        sections: vec![
            part("알려 드리는 까닭", basis),
            table("챙겨 주실 것", &["무엇", "지금", "해 주실 일"], rows),
            part(
                "도움",
                "구성과 교육에 도움이 필요하면 구청으로 연락해 주십시오. 이미 마쳤다면 기록을 확인해 주십시오.",
            ),
        ],
        date: words::official_day(today),
        from: if ward.ends_with("구청") { format!("{ward}장") } else { ward },
        ..Content::default()
    };
    let left = line.complex.name.clone();
    print::headed(&state, &who, Link::new("/ward/committees", "위원회 현황"), &left, content)
}
