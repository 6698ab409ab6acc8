//! 사업(구 공모사업): the list, one with its stages and settlement, what is done with it, its result sheet; and the survey's summary.
pub mod acts;
pub mod result;

use super::admin::{Listing, shown};
use super::sheet::{Sheet, errors_of};
use crate::casework::programme::{self, Shown};
use crate::casework::set_up;
use crate::domain::codes::{ProgrammeAct, ProgrammeStage, ProvisionBasis};
use crate::domain::ids::ProgrammeId;
use crate::domain::permission::Sight;
use crate::domain::programme::{Line, ProgrammeStep};
use crate::domain::seoul;
use crate::render::korean;
use crate::store::programmes::{Programme, Terms};
use crate::web::error::WebError;
use crate::web::field::Field;
use crate::web::guard::Who;
use crate::web::parts::{Cell, Column, Empty, Flash, Link, Summary, Table};
use crate::web::posted::Posted;
use crate::web::programmes::{Part, settlement, spent};
use crate::web::state::{State, see_other};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path};

fn home(id: ProgrammeId) -> String {
    format!("/programmes/{}", id.0)
}

fn stage(programme: &Programme, today: chrono::NaiveDate) -> Cell {
    match programme.stage {
        Some(ProgrammeStage::Active) => Cell::badge(ProgrammeStage::Active.label(), "ok"),
        Some(ProgrammeStage::Settled) => Cell::badge(ProgrammeStage::Settled.label(), "plain"),
        Some(stage) => Cell::badge(stage.label(), "info"),
        None if programme.terms.is_in_force(today) => Cell::badge("기간만 적힘", "plain"),
        None => Cell::badge("기간 밖", "plain"),
    }
}

fn term(terms: &Terms) -> String {
    match (terms.from_on, terms.until_on) {
        (None, None) => "정하지 않음".to_owned(),
        (from, until) => format!("{} ~ {} 전날", shown(from), shown(until)),
    }
}

/// A table of the result sheet as a page's list.
fn listed(part: Part, empty: &str) -> Table {
    let columns = part.columns.iter().enumerate();
    let columns = columns.map(|(at, label)| if at == 0 { Column::new(label) } else { Column::num(label) });
    let rows = part.rows.into_iter().map(|row| row.into_iter().map(Cell::text).collect());
    Table::new(part.title.to_owned(), columns.collect(), rows.collect(), Empty::new(empty))
}

/// The programmes that this person follows.
///
/// # Errors
/// 404 for people who follow none ever.
pub async fn list(state: Data<State>, who: Who) -> Result<HttpResponse, WebError> {
    if !who.actor.follows_programmes() {
        return Err(WebError::not_found());
    }
    let (actor, now) = (who.actor.clone(), state.now());
    let all = state.db.read(move |rx| programme::list(rx, &actor, now)).await?;
    let today = seoul::day(now);
    let mut listing = Listing::new(&state, &who, "사업", Link::new("/home", "처음으로"));
    listing.lead = Some(
        "구 공모사업의 단계와 한 일, 정산, 결과입니다. 사건은 협약 기간 안의 활동 단계에서만 의뢰합니다."
            .to_owned(),
    );
    if who.actor.may_add_programme() {
        listing.acts.push(Link::new("/programmes/new", "사업 더하기"));
    }
    listing.acts.push(Link::new("/surveys", "만족도 조사 요약"));
    let row = |(programme, _, places): &(Programme, Sight, usize)| {
        vec![
            Cell::link(programme.name.clone(), home(programme.id)),
            Cell::text(programme.year.map_or_else(|| "-".to_owned(), |y| y.to_string())),
            stage(programme, today),
            Cell::text(term(&programme.terms)),
            Cell::text(format!("{places}곳")),
            Cell::link("결과표", format!("{}/result", home(programme.id))),
        ]
    };
    let columns = ["이름", "연도", "단계", "협약 기간", "단지", "결과"].map(Column::new).to_vec();
    let rows = all.iter().map(row).collect();
    let empty = Empty::new("아직 사업이 없습니다.");
    listing.tables = vec![Table::new(format!("사업 {}개", all.len()), columns, rows, empty)];
    listing.show(&state)
}

async fn shown_to(state: &State, who: &Who, id: i64) -> Result<Shown, WebError> {
    let (actor, now) = (who.actor.clone(), state.now());
    Ok(state.db.read(move |rx| programme::show(rx, &actor, ProgrammeId(id), now)).await?)
}

/// One programme: where it stands, its settlement, what was held, its 단지, and its record.
///
/// # Errors
/// 404 for whoever does not see it.
pub async fn show(state: Data<State>, who: Who, id: Path<i64>) -> Result<HttpResponse, WebError> {
    let shown_one = shown_to(&state, &who, *id).await?;
    let programme = &shown_one.programme;
    let path = home(programme.id);
    let mut listing = Listing::new(&state, &who, &programme.name, Link::new("/programmes", "사업 목록으로"));
    let now = match (programme.stage, shown_one.course.since) {
        (Some(stage), Some(since)) => format!("{} ({}부터)", stage.label(), seoul::dotted(since)),
        _ => "단계를 적지 않았습니다. 협약 기간으로만 판단합니다.".to_owned(),
    };
    let terms = &programme.terms;
    let total = shown_one.course.total();
    let money =
        |won: Option<i64>| won.map_or_else(|| "-".to_owned(), |won| format!("{}원", korean::thousands(won)));
    let basis = ProvisionBasis::from_code(&terms.basis).map_or("-", ProvisionBasis::label);
    listing.facts = Some(
        Summary::default()
            .row("단계", now)
            .row("단체", shown_one.ngo.clone().unwrap_or_else(|| "아직 정하지 않음".to_owned()))
            .row("협약 기간", term(terms))
            .row("개인정보를 넘기는 근거", basis)
            .row("예산", money(terms.budget_won))
            .row("쓴 금액", money(Some(total.spent_won)))
            .row("예산에서 남은 금액", money(terms.budget_won.map(|won| won - total.spent_won))),
    );
    let act = |act: &ProgrammeAct| Link::new(format!("{path}/do/{act}"), act.label());
    listing.acts = shown_one.open.iter().map(act).collect();
    listing.acts.push(Link::new(format!("{path}/result"), "결과표"));
    listing.tables = vec![
        listed(settlement(&shown_one.course), "아직 계획이 없습니다."),
        done(&shown_one),
        places(&shown_one),
        record(&shown_one),
    ];
    listing.show(&state)
}

fn place_of(shown: &Shown, step: &ProgrammeStep) -> String {
    let ProgrammeStep::Held(held) = step else { return "-".to_owned() };
    let place = held.complex.and_then(|id| shown.places.iter().find(|place| place.id == id));
    place.map_or_else(|| "여러 단지".to_owned(), |place| place.name.clone())
}

fn done(shown: &Shown) -> Table {
    let row = |line: &Line| {
        let (what, people, time) = match &line.step {
            ProgrammeStep::Held(held) => {
                (held.what.clone(), format!("{}명", held.people), spent(held.minutes))
            }
            ProgrammeStep::Spent { what, .. } => (what.clone(), "-".to_owned(), "-".to_owned()),
            _ => Default::default(),
        };
        let (item, won) = line.step.costs()?;
        Some(vec![
            Cell::text(seoul::dotted(line.on)),
            Cell::text(item.label()).small(what),
            Cell::text(place_of(shown, &line.step)),
            Cell::text(people),
            Cell::text(time),
            Cell::text(korean::thousands(won)),
        ])
    };
    let mut rows: Vec<(chrono::NaiveDate, Vec<Cell>)> =
        shown.done().filter_map(|line| Some((line.on, row(line)?))).collect();
    rows.sort_by_key(|(on, _)| std::cmp::Reverse(*on));
    let mut columns = ["한 날", "항목", "단지"].map(Column::new).to_vec();
    columns.extend(["사람", "시간", "쓴 금액(원)"].map(Column::num));
    let rows: Vec<_> = rows.into_iter().map(|(_, row)| row).collect();
    Table::new(
        format!("활동과 운영비 {}줄", rows.len()),
        columns,
        rows,
        Empty::new("아직 적은 것이 없습니다."),
    )
}

fn places(shown: &Shown) -> Table {
    let rows: Vec<_> = shown.places.iter().map(|place| vec![Cell::text(place.name.clone())]).collect();
    let caption = format!("단지 {}곳", rows.len());
    Table::new(caption, vec![Column::new("단지")], rows, Empty::new("아직 단지가 없습니다."))
}

/// What a line of the record says.
fn said(step: &ProgrammeStep) -> (String, String) {
    match step {
        ProgrammeStep::Move { to, reason } => (format!("{} 단계", to.label()), reason.clone()),
        ProgrammeStep::Plan { lines } => {
            let total: i64 = lines.iter().map(|line| line.won).sum();
            ("계획과 예산".to_owned(), format!("모두 {}원", korean::thousands(total)))
        }
        ProgrammeStep::Held(held) => (held.kind.label().to_owned(), held.what.clone()),
        ProgrammeStep::Spent { what, .. } => ("운영비".to_owned(), what.clone()),
        ProgrammeStep::Strike { line, reason } => (format!("{line}번 줄을 지움"), reason.clone()),
    }
}

fn record(shown_one: &Shown) -> Table {
    let name = |line: &Line| {
        let known = shown_one.people.iter().find(|(id, _)| Some(*id) == line.by);
        known.map_or_else(|| "이음".to_owned(), |(_, name)| name.clone())
    };
    let row = |line: &Line| {
        let (what, why) = said(&line.step);
        vec![
            Cell::text(line.seq.to_string()),
            Cell::text(seoul::dotted(line.on)),
            Cell::text(what).small(why),
            Cell::text(name(line)).small(seoul::dotted(seoul::day(line.recorded_at))),
        ]
    };
    let rows = shown_one.lines.iter().rev().map(row).collect();
    let columns = ["번호", "날짜", "무엇을", "적은 사람"].map(Column::new).to_vec();
    Table::new("기록".to_owned(), columns, rows, Empty::new("아직 적은 것이 없습니다."))
}

fn new_sheet(state: &State, who: &Who) -> Result<(Sheet, Vec<Field>), WebError> {
    if !who.actor.may_add_programme() {
        return Err(WebError::not_found());
    }
    let fields = vec![
        Field::text("name", "이름").help("예: 2026년 이웃갈등 조정 공모사업").max(80).width("w-l"),
        Field::number("year", "연도").optional(),
    ];
    let sheet = Sheet::new(state.frame(who, "사업 더하기"), "/programmes/new", "더하기")
        .lead("단체와 기간, 예산은 선정하고 협약할 때 적습니다.")
        .cancel("/programmes", "사업 목록으로");
    Ok((sheet, fields))
}

/// Asks for a new programme of the ward.
///
/// # Errors
/// 404 for people of no ward.
pub async fn new_form(state: Data<State>, who: Who) -> Result<HttpResponse, WebError> {
    let (sheet, fields) = new_sheet(&state, &who)?;
    sheet.filled(fields).show(&state)
}

/// Adds it.
///
/// # Errors
/// 404 for people of no ward.
pub async fn add(state: Data<State>, who: Who, Posted(typed): Posted) -> Result<HttpResponse, WebError> {
    let (sheet, fields) = new_sheet(&state, &who)?;
    let mut reader = super::admin::Reader::new(&typed);
    let (name, year) = (reader.text("name"), reader.number("year"));
    let mut errors = reader.errors;
    if errors.is_empty() {
        let (actor, now) = (who.actor.clone(), state.now());
        let basis = ProvisionBasis::Consent.code().to_owned();
        let terms = Terms {
            ngo_id: None,
            from_on: None,
            until_on: None,
            basis,
            budget_won: None,
            activities: String::new(),
            mediators: 1,
        };
        let added = state.db.write(move |tx| set_up::add_programme(tx, &actor, &name, year, &terms, now));
        match added.await {
            Ok(id) => {
                return Ok(see_other(
                    &home(id),
                    Some(&Flash::ok("사업을 더했습니다. 공모를 시작한 날을 적어 주세요.")),
                ));
            }
            Err(e) => errors = errors_of(e)?,
        }
    }
    sheet.typed(fields, &typed, &errors).show(&state)
}
