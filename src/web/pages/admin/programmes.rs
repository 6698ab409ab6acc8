//! Programmes (구 공모사업): the list, one with its history, adding, changing from a day on, ending early.
use super::{Listing, Pairs, Reader, home, maybe, shown, shown_at};
use crate::casework::set_up;
use crate::domain::codes::{BodyKind, ProvisionBasis};
use crate::domain::ids::{BodyId, ProgrammeId};
use crate::domain::seoul;
use crate::render::korean;
use crate::store::bodies::Body;
use crate::store::programmes::{self, Programme, Terms, Version};
use crate::store::{Rx, StoreError, bodies, complexes, users};
use crate::web::error::WebError;
use crate::web::field::Field;
use crate::web::guard::Who;
use crate::web::pages::sheet::{Sheet, errors_of};
use crate::web::parts::{Cell, Column, Empty, Flash, Link, Summary, Table};
use crate::web::posted::Posted;
use crate::web::state::{State, see_other};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path};

fn ngo_name(bodies: &[Body], id: Option<BodyId>) -> String {
    bodies.iter().find(|b| Some(b.id) == id).map_or_else(|| "-".to_owned(), |b| b.name.clone())
}

fn period(terms: &Terms) -> String {
    match (terms.from_on, terms.until_on) {
        (None, None) => "정하지 않음".to_owned(),
        (from, until) => format!("{} ~ {}", shown(from), shown(until)),
    }
}

fn basis(terms: &Terms) -> &'static str {
    ProvisionBasis::from_code(&terms.basis).map_or("-", ProvisionBasis::label)
}

fn budget(terms: &Terms) -> String {
    terms.budget_won.map_or_else(|| "-".to_owned(), korean::thousands)
}

/// Every programme.
///
/// # Errors
/// Database and template errors.
pub async fn list(state: Data<State>, who: Who) -> Result<HttpResponse, WebError> {
    let today = seoul::day(state.now());
    let read = move |rx: &mut Rx<'_>| Ok::<_, StoreError>((programmes::all(rx, today)?, bodies::every(rx)?));
    let (all, bodies) = state.db.read(read).await?;
    let mut listing = Listing::new(&state, &who, "사업", home());
    listing.acts = vec![Link::new("/admin/programmes/new", "사업 더하기")];
    let row = |p: &Programme| {
        let terms = &p.terms;
        let state = if let Some(stage) = p.stage {
            Cell::badge(stage.label(), if p.takes_cases(today) { "ok" } else { "info" })
        } else if terms.is_in_force(today) {
            Cell::badge("진행", "ok")
        } else if terms.until_on.is_some_and(|until| until <= today) {
            Cell::badge("끝남", "plain")
        } else {
            Cell::badge("예정", "info")
        };
        vec![
            Cell::link(p.name.clone(), format!("/admin/programmes/{}", p.id.0)),
            Cell::text(p.year.map_or_else(|| "-".to_owned(), |y| y.to_string())),
            Cell::text(ngo_name(&bodies, terms.ngo_id)),
            Cell::text(period(terms)),
            state,
            Cell::text(basis(terms)),
            Cell::text(budget(terms)),
        ]
    };
    let rows: Vec<Vec<Cell>> = all.iter().map(row).collect();
    let mut columns =
        ["이름", "연도", "협약 기관", "기간", "상태", "개인정보를 넘기는 근거"].map(Column::new).to_vec();
    columns.push(Column::num("예산(원)"));
    let empty = Empty::new("아직 사업이 없습니다.");
    listing.tables = vec![Table::new(format!("사업 {}개", rows.len()), columns, rows, empty)];
    listing.show(&state)
}

/// One programme: what holds today, where, and everything that held before.
///
/// # Errors
/// `not_found`; database and template errors.
pub async fn show(state: Data<State>, who: Who, id: Path<i64>) -> Result<HttpResponse, WebError> {
    let (id, now) = (ProgrammeId(*id), state.now());
    let today = seoul::day(now);
    let read = move |rx: &mut Rx<'_>| {
        let programme = programmes::find(rx, id, today)?;
        let mut places = Vec::new();
        for complex in complexes::all(rx)? {
            if complexes::facts_at(rx, complex.id, now)?.0.programme_id == Some(id) {
                places.push((complex.id, complex.name));
            }
        }
        let history = programmes::history(rx, id)?;
        let mut people = Vec::new();
        for user in history.iter().filter_map(|v| v.by_user) {
            people.push((user, users::find(rx, user)?.name));
        }
        Ok::<_, StoreError>((programme, places, history, people, bodies::every(rx)?))
    };
    let (programme, places, history, people, bodies) = state.db.read(read).await?;
    let terms = &programme.terms;
    let back = Link::new("/admin/programmes", "사업 목록으로");
    let mut listing = Listing::new(&state, &who, &programme.name, back);
    let path = format!("/admin/programmes/{}", id.0);
    listing.facts = Some(
        Summary::default()
            .row("협약 기관", ngo_name(&bodies, terms.ngo_id))
            .row("기간", period(terms))
            .row("개인정보를 넘기는 근거", basis(terms))
            .row("예산(원)", budget(terms))
            .row("사건마다 조정인", format!("{}명", terms.mediators))
            .row("활동", terms.activities.clone()),
    );
    listing.acts = vec![Link::new(format!("{path}/change"), "바꾸기")];
    if terms.until_on.is_none_or(|until| today < until) {
        listing.acts.push(Link::new(format!("{path}/end"), "일찍 끝내기"));
    }
    let by = |v: &Version| people.iter().find(|(id, _)| Some(*id) == v.by_user).map(|(_, name)| name.clone());
    let line = |v: &Version| {
        let mediators = format!("조정인 {}명", v.terms.mediators);
        let more = [basis(&v.terms).to_owned(), budget(&v.terms), mediators].join(" · ");
        vec![
            Cell::text(shown(Some(v.holds_on))),
            Cell::text(period(&v.terms)).small(more),
            Cell::text(ngo_name(&bodies, v.terms.ngo_id)),
            Cell::text(if v.reason.is_empty() { "처음" } else { v.reason.as_str() }),
            Cell::text(by(v).unwrap_or_else(|| "이음".to_owned())).small(shown_at(Some(v.created_at))),
        ]
    };
    let columns = ["이날부터", "기간", "협약 기관", "까닭", "적은 사람"].map(Column::new).to_vec();
    let rows = history.iter().map(line).collect();
    let table = Table::new("바뀐 내력".to_owned(), columns, rows, Empty::new("바뀐 적이 없습니다."));
    let place = |(id, name): &(crate::domain::ids::ComplexId, String)| {
        vec![Cell::link(name.clone(), format!("/admin/complexes/{}", id.0))]
    };
    let places: Vec<_> = places.iter().map(place).collect();
    let none = Empty::new("아직 없습니다. 단지 화면에서 '새 정보'로 이 사업을 골라 주세요.");
    let places =
        Table::new(format!("이 사업의 단지 {}곳", places.len()), vec![Column::new("단지")], places, none);
    listing.tables = vec![places, table];
    listing.show(&state)
}

/// The fields of the terms, with what holds now.
async fn fields(state: &State, terms: Option<&Terms>) -> Result<Vec<Field>, WebError> {
    let today = seoul::day(state.now());
    let ngos = state.db.read(move |rx| bodies::of_kinds(rx, today, &[BodyKind::Ngo])).await?;
    let ngos: Pairs = ngos.into_iter().map(|b| (b.id.0.to_string(), b.name)).collect();
    let bases = [ProvisionBasis::Consent, ProvisionBasis::Entrustment].map(|b| (b.code(), b.label()));
    let day = |of: fn(&Terms) -> Option<chrono::NaiveDate>| {
        terms.and_then(of).map(|d| d.to_string()).unwrap_or_default()
    };
    let ngo = terms.and_then(|t| t.ngo_id).map(|id| id.0.to_string()).unwrap_or_default();
    let won = terms.and_then(|t| t.budget_won).map(|won| won.to_string()).unwrap_or_default();
    Ok(vec![
        maybe("ngo", "협약 기관", "아직 정하지 않음", &ngos).value(&ngo),
        Field::date("from_on", "시작하는 날").value(&day(|t| t.from_on)).optional(),
        Field::date("until_on", "끝나는 날")
            .help("이날부터는 이 사업으로 새로 접수하거나 의뢰하지 않습니다. 맡은 사건은 마칩니다.")
            .value(&day(|t| t.until_on))
            .optional(),
        Field::radio("basis", "개인정보를 넘기는 근거")
            .choices(bases)
            .value(terms.map_or("", |t| t.basis.as_str())),
        Field::radio("mediators", "사건마다 조정인")
            .choice("1", "1명", None)
            .choice("2", "2명", Some("주 조정인과 함께하는 조정인, 두 사람이 수락해야 조정을 시작합니다."))
            .value(&terms.map_or(1, |t| t.mediators).to_string()),
        Field::number("budget_won", "예산(원)").width("w-m").value(&won).optional(),
        Field::area("activities", "활동", 500)
            .help("예: 조정, 교육, 워크숍, 컨설팅")
            .rows(3)
            .value(terms.map_or("", |t| t.activities.as_str()))
            .optional(),
    ])
}

fn read(reader: &mut Reader<'_>) -> Terms {
    Terms {
        ngo_id: reader.id("ngo").map(BodyId),
        from_on: reader.day("from_on"),
        until_on: reader.day("until_on"),
        basis: reader.text("basis"),
        budget_won: reader.number("budget_won"),
        activities: reader.text("activities"),
        mediators: reader.id("mediators").unwrap_or(0),
    }
}

async fn new_sheet(state: &State, who: &Who) -> Result<(Sheet, Vec<Field>), WebError> {
    let mut all = vec![
        Field::text("name", "이름").help("예: 2026년 이웃갈등 조정 공모사업").width("w-l"),
        Field::number("year", "연도").optional(),
    ];
    all.extend(fields(state, None).await?);
    let sheet = Sheet::new(state.frame(who, "사업 더하기"), "/admin/programmes/new", "더하기");
    Ok((sheet.cancel("/admin/programmes", "사업 목록으로"), all))
}

/// Asks for a new programme.
///
/// # Errors
/// Database and template errors.
pub async fn new_form(state: Data<State>, who: Who) -> Result<HttpResponse, WebError> {
    let (sheet, fields) = new_sheet(&state, &who).await?;
    sheet.filled(fields).show(&state)
}

/// Adds a programme.
///
/// # Errors
/// Database errors.
pub async fn add(state: Data<State>, who: Who, Posted(typed): Posted) -> Result<HttpResponse, WebError> {
    let mut reader = Reader::new(&typed);
    let (name, year, terms) = (reader.text("name"), reader.number("year"), read(&mut reader));
    let mut errors = reader.errors;
    if errors.is_empty() {
        let (actor, now) = (who.actor.clone(), state.now());
        let added = state.db.write(move |tx| set_up::add_programme(tx, &actor, &name, year, &terms, now));
        match added.await {
            Ok(_) => return Ok(see_other("/admin/programmes", Some(&Flash::ok("사업을 더했습니다.")))),
            Err(e) => errors = errors_of(e)?,
        }
    }
    let (sheet, fields) = new_sheet(&state, &who).await?;
    sheet.typed(fields, &typed, &errors).show(&state)
}

async fn found(state: &State, id: i64) -> Result<Programme, WebError> {
    let today = seoul::day(state.now());
    Ok(state.db.read(move |rx| programmes::find(rx, ProgrammeId(id), today)).await?)
}

async fn change_sheet(state: &State, who: &Who, p: &Programme) -> Result<(Sheet, Vec<Field>), WebError> {
    let path = format!("/admin/programmes/{}", p.id.0);
    let mut all = vec![
        Field::date("holds_on", "이날부터")
            .help("앞의 내용은 그때까지의 기록으로 남고, 이미 접수한 사건은 접수할 때의 규칙을 따릅니다.")
            .value(&seoul::day(state.now()).to_string()),
    ];
    all.extend(fields(state, Some(&p.terms)).await?);
    all.push(Field::text("reason", "까닭").max(200).width("w-l"));
    let sheet = Sheet::new(state.frame(who, "사업 바꾸기"), &format!("{path}/change"), "바꾸기");
    Ok((sheet.lead(&p.name).cancel(&path, "그만두기"), all))
}

/// Asks what changes, from when, why.
///
/// # Errors
/// `not_found`; database and template errors.
pub async fn change_form(state: Data<State>, who: Who, id: Path<i64>) -> Result<HttpResponse, WebError> {
    let (sheet, fields) = change_sheet(&state, &who, &found(&state, *id).await?).await?;
    sheet.filled(fields).show(&state)
}

/// Changes it.
///
/// # Errors
/// `not_found`; database errors.
pub async fn change(
    state: Data<State>,
    who: Who,
    id: Path<i64>,
    Posted(typed): Posted,
) -> Result<HttpResponse, WebError> {
    let programme = found(&state, *id).await?;
    let mut reader = Reader::new(&typed);
    let (terms, holds_on, reason) = (read(&mut reader), reader.day("holds_on"), reader.text("reason"));
    let mut errors = reader.errors;
    if holds_on.is_none() && errors.of("holds_on").is_none() {
        errors.add("holds_on", "언제부터인지 적어 주세요.");
    }
    if let (Some(holds_on), true) = (holds_on, errors.is_empty()) {
        let (actor, now, id) = (who.actor.clone(), state.now(), programme.id);
        let changed = state
            .db
            .write(move |tx| set_up::change_programme(tx, &actor, id, &terms, holds_on, &reason, now));
        match changed.await {
            Ok(()) => {
                let to = format!("/admin/programmes/{}", programme.id.0);
                return Ok(see_other(
                    &to,
                    Some(&Flash::ok("사업을 바꿨습니다. 앞의 내용은 내력에 남습니다.")),
                ));
            }
            Err(e) => errors = errors_of(e)?,
        }
    }
    let (sheet, fields) = change_sheet(&state, &who, &programme).await?;
    sheet.typed(fields, &typed, &errors).show(&state)
}

fn end_sheet(state: &State, who: &Who, p: &Programme) -> (Sheet, Vec<Field>) {
    let path = format!("/admin/programmes/{}", p.id.0);
    let sheet = Sheet::new(state.frame(who, "사업 일찍 끝내기"), &format!("{path}/end"), "끝내기").danger();
    let lead = format!(
        "{} 사업을 정한 날보다 먼저 끝냅니다. 그날부터 새로 접수하거나 의뢰하지 않고, 맡은 사건은 마칩니다.",
        p.name
    );
    let fields = vec![
        Field::date("on", "끝나는 날").value(&seoul::day(state.now()).to_string()),
        Field::text("reason", "까닭").max(200).width("w-l"),
    ];
    (sheet.lead(&lead).cancel(&path, "그만두기"), fields)
}

/// Asks when and why it ends.
///
/// # Errors
/// `not_found`; template errors.
pub async fn end_form(state: Data<State>, who: Who, id: Path<i64>) -> Result<HttpResponse, WebError> {
    let (sheet, fields) = end_sheet(&state, &who, &found(&state, *id).await?);
    sheet.filled(fields).show(&state)
}

/// Ends it.
///
/// # Errors
/// `not_found`; database errors.
pub async fn end(
    state: Data<State>,
    who: Who,
    id: Path<i64>,
    Posted(typed): Posted,
) -> Result<HttpResponse, WebError> {
    let programme = found(&state, *id).await?;
    let mut reader = Reader::new(&typed);
    let (on, reason) = (reader.day("on"), reader.text("reason"));
    let mut errors = reader.errors;
    if on.is_none() && errors.of("on").is_none() {
        errors.add("on", "끝나는 날을 적어 주세요.");
    }
    if let Some(on) = on {
        let (actor, now, id) = (who.actor.clone(), state.now(), programme.id);
        match state.db.write(move |tx| set_up::end_programme(tx, &actor, id, on, &reason, now)).await {
            Ok(()) => {
                let to = format!("/admin/programmes/{}", programme.id.0);
                return Ok(see_other(&to, Some(&Flash::ok("사업의 끝나는 날을 앞당겼습니다."))));
            }
            Err(e) => errors = errors_of(e)?,
        }
    }
    let (sheet, fields) = end_sheet(&state, &who, &programme);
    sheet.typed(fields, &typed, &errors).show(&state)
}
