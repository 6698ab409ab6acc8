//! Programmes (구 공모사업).
use super::{Listing, Pairs, Reader, home, maybe, shown};
use crate::casework::set_up;
use crate::domain::codes::{BodyKind, ProvisionBasis};
use crate::domain::ids::{BodyId, ProgrammeId};
use crate::domain::seoul;
use crate::render::korean;
use crate::store::complexes::Programme;
use crate::store::{StoreError, bodies, complexes};
use crate::web::error::WebError;
use crate::web::field::Field;
use crate::web::guard::Who;
use crate::web::pages::sheet::{Sheet, errors_of};
use crate::web::parts::{Cell, Column, Empty, Flash, Link, Table};
use crate::web::posted::Posted;
use crate::web::state::{State, see_other};
use actix_web::HttpResponse;
use actix_web::web::Data;

/// Every programme.
///
/// # Errors
/// Database and template errors.
pub async fn list(state: Data<State>, who: Who) -> Result<HttpResponse, WebError> {
    let (all, bodies) =
        state.db.read(|rx| Ok::<_, StoreError>((complexes::all_programmes(rx)?, bodies::every(rx)?))).await?;
    let mut listing = Listing::new(&state, &who, "사업", home());
    listing.acts = vec![Link::new("/admin/programmes/new", "사업 더하기")];
    let dash = || "-".to_owned();
    let rows: Vec<Vec<Cell>> = all
        .into_iter()
        .map(|p| {
            let ngo = bodies.iter().find(|b| Some(b.id) == p.ngo_id).map(|b| b.name.clone());
            vec![
                Cell::text(p.name),
                Cell::text(p.year.map_or_else(dash, |y| y.to_string())),
                Cell::text(ngo.unwrap_or_else(dash)),
                Cell::text(format!("{} ~ {}", shown(p.from_on), shown(p.until_on))),
                Cell::text(ProvisionBasis::from_code(&p.basis).map_or("-", ProvisionBasis::label)),
                Cell::text(p.budget_won.map_or_else(dash, korean::thousands)),
            ]
        })
        .collect();
    let mut columns =
        ["이름", "연도", "협약 기관", "기간", "개인정보를 넘기는 근거"].map(Column::new).to_vec();
    columns.push(Column::num("예산(원)"));
    let empty = Empty::new("아직 사업이 없습니다.");
    listing.tables = vec![Table::new(format!("사업 {}개", rows.len()), columns, rows, empty)];
    listing.show(&state)
}

async fn sheet(state: &State, who: &Who) -> Result<(Sheet, Vec<Field>), WebError> {
    let today = seoul::day(state.now());
    let standing = state.db.read(move |rx| bodies::all(rx, today)).await?;
    let ngos = standing.into_iter().filter(|b| b.kind == BodyKind::Ngo);
    let ngos: Pairs = ngos.map(|b| (b.id.0.to_string(), b.name)).collect();
    let bases = [ProvisionBasis::Consent, ProvisionBasis::Entrustment].map(|b| (b.code(), b.label()));
    let fields = vec![
        Field::text("name", "이름").help("예: 2026년 이웃갈등 조정 공모사업").width("w-l"),
        Field::number("year", "연도").optional(),
        maybe("ngo", "협약 기관", "아직 정하지 않음", &ngos),
        Field::date("from_on", "시작하는 날").optional(),
        Field::date("until_on", "끝나는 날")
            .help("이날부터는 이 사업으로 새로 의뢰하지 않습니다.")
            .optional(),
        Field::radio("basis", "개인정보를 넘기는 근거").choices(bases),
        Field::number("budget_won", "예산(원)").width("w-m").optional(),
        Field::area("activities", "활동", 500).help("예: 조정, 교육, 워크숍, 컨설팅").rows(3).optional(),
    ];
    let sheet = Sheet::new(state.frame(who, "사업 더하기"), "/admin/programmes/new", "더하기");
    Ok((sheet.cancel("/admin/programmes", "사업 목록으로"), fields))
}

/// Asks for a new programme.
///
/// # Errors
/// Database and template errors.
pub async fn new_form(state: Data<State>, who: Who) -> Result<HttpResponse, WebError> {
    let (sheet, fields) = sheet(&state, &who).await?;
    sheet.filled(fields).show(&state)
}

/// Adds a programme.
///
/// # Errors
/// Database errors.
pub async fn add(state: Data<State>, who: Who, Posted(typed): Posted) -> Result<HttpResponse, WebError> {
    let mut reader = Reader::new(&typed);
    let new = Programme {
        id: ProgrammeId(0),
        name: reader.text("name"),
        year: reader.number("year"),
        ngo_id: reader.id("ngo").map(BodyId),
        from_on: reader.day("from_on"),
        until_on: reader.day("until_on"),
        basis: reader.text("basis"),
        budget_won: reader.number("budget_won"),
        activities: reader.text("activities"),
    };
    let mut errors = reader.errors;
    if errors.is_empty() {
        let (actor, now) = (who.actor.clone(), state.now());
        match state.db.write(move |tx| set_up::add_programme(tx, &actor, &new, now)).await {
            Ok(_) => return Ok(see_other("/admin/programmes", Some(&Flash::ok("사업을 더했습니다.")))),
            Err(e) => errors = errors_of(e)?,
        }
    }
    let (sheet, fields) = sheet(&state, &who).await?;
    sheet.typed(fields, &typed, &errors).show(&state)
}
