//! 인계인수: what a desk passes on, with what waits there, signed by both.
use super::admin::{Listing, chosen, shown};
use crate::casework::handover::{self, Shown};
use crate::domain::codes::Method;
use crate::domain::ids::{BodyId, HandoverId, UserId};
use crate::domain::seoul;
use crate::store::{StoreError, bodies};
use crate::web::error::WebError;
use crate::web::field::Field;
use crate::web::guard::Who;
use crate::web::pages::committee::sheets::body::handover as handover_sheet;
use crate::web::pages::print as sheets;
use crate::web::pages::sheet::{Sheet, errors_of};
use crate::web::parts::{Cell, Column, Empty, Flash, Link, Summary, Table};
use crate::web::posted::Posted;
use crate::web::state::{State, see_other};
use crate::web::steps::words;
use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use chrono::NaiveDateTime;

fn signed(at: Option<(NaiveDateTime, Method)>) -> String {
    at.map_or_else(
        || "아직".to_owned(),
        |(at, method)| format!("{} ({})", words::official(at.and_utc()), method.label()),
    )
}

/// The records of the person's desks, and the desks that they can hand over.
///
/// # Errors
/// 404 for people without a desk or a record.
pub async fn list(state: Data<State>, who: Who) -> Result<HttpResponse, WebError> {
    let (actor, desks) = (who.actor.clone(), handover::desks(&who.actor));
    let (records, names) = state
        .db
        .read(move |rx| {
            let names = bodies::names(rx, &desks)?;
            Ok::<_, crate::casework::CaseworkError>((handover::list(rx, &actor)?, names))
        })
        .await?;
    if records.is_empty() && names.is_empty() {
        return Err(WebError::not_found());
    }
    let mut listing = Listing::new(&state, &who, "인계인수", Link::new("/todo", "내가 할 일로"));
    listing.lead = Some("담당자가 바뀔 때 남은 일과 넘긴 것을 적고 두 사람이 서명합니다.".to_owned());
    let begin = |(id, name): (BodyId, String)| {
        Link::new(format!("/handovers/new/{}", id.0), format!("{name} 인계인수 적기"))
    };
    listing.acts = names.into_iter().map(begin).collect();
    let row = |s: &Shown| {
        let path = format!("/handovers/{}", s.record.id.0);
        vec![
            Cell::link(shown(Some(seoul::day(s.record.created_at.and_utc()))), path),
            Cell::text(s.body.clone()),
            Cell::text(s.giver.clone()),
            Cell::text(s.taker.clone()),
            Cell::text(signed(s.record.giver_signed)),
            Cell::text(signed(s.record.taker_signed)),
        ]
    };
    let columns = ["적은 날", "기관", "넘긴 사람", "받은 사람", "넘긴 사람 서명", "받은 사람 서명"];
    let rows = records.iter().map(row).collect();
    let none = Empty::new("아직 인계인수 기록이 없습니다.");
    listing.tables = vec![Table::new("기록".to_owned(), columns.map(Column::new).to_vec(), rows, none)];
    listing.show(&state)
}

async fn sheet(state: &State, who: &Who, id: BodyId) -> Result<(Sheet, Vec<Field>), WebError> {
    let (actor, now) = (who.actor.clone(), state.now());
    let (body, people) = state.db.read(move |rx| handover::takers(rx, &actor, id, now)).await?;
    let people: Vec<(String, String)> = people.into_iter().map(|(id, n)| (id.0.to_string(), n)).collect();
    let path = format!("/handovers/new/{}", id.0);
    let sheet = Sheet::new(state.frame(who, "인계인수 적기"), &path, "적기")
        .lead(&format!("{}: 지금 남아 있는 할 일은 이음이 함께 적습니다.", body.name))
        .cancel("/handovers", "인계인수로");
    let fields = vec![
        chosen("taker", "넘겨받는 사람", &people),
        Field::area("passed", "넘기는 것", 4000)
            .help("장부, 열쇠, 도장, 진행 중인 일의 사정을 적어 주세요. 당사자의 이름이나 동·호는 적지 않습니다.")
            .rows(6),
    ];
    Ok((sheet, fields))
}

/// Asks to whom and what.
///
/// # Errors
/// 404 for a desk that is not the person's.
pub async fn new_form(state: Data<State>, who: Who, id: Path<i64>) -> Result<HttpResponse, WebError> {
    let (sheet, fields) = sheet(&state, &who, BodyId(*id)).await?;
    sheet.filled(fields).show(&state)
}

/// Writes it down.
///
/// # Errors
/// 404 for a desk that is not the person's.
pub async fn add(
    state: Data<State>,
    who: Who,
    id: Path<i64>,
    Posted(typed): Posted,
) -> Result<HttpResponse, WebError> {
    let id = BodyId(*id);
    let (sheet, fields) = sheet(&state, &who, id).await?;
    let (actor, now) = (who.actor.clone(), state.now());
    let (taker, passed) = (typed.get("taker").parse().ok().map(UserId), typed.get("passed").to_owned());
    let done = state.db.write(move |tx| handover::begin(tx, &actor, id, taker, &passed, now));
    match done.await {
        Ok(id) => {
            let flash = Flash::ok("적었습니다. 두 사람이 서명해 주세요.");
            Ok(see_other(&format!("/handovers/{}", id.0), Some(&flash)))
        }
        Err(e) => sheet.typed(fields, &typed, &errors_of(e)?).show(&state),
    }
}

/// One record, with the signatures that this person could give.
///
/// # Errors
/// 404 for whoever neither keeps the desk nor signs.
pub async fn show(state: Data<State>, who: Who, id: Path<i64>) -> Result<HttpResponse, WebError> {
    let (actor, id) = (who.actor.clone(), HandoverId(*id));
    let found = state.db.read(move |rx| handover::read(rx, &actor, id)).await?;
    let record = &found.record;
    let mut listing = Listing::new(&state, &who, "인계인수서", Link::new("/handovers", "인계인수로"));
    listing.facts = Some(
        Summary::default()
            .row("기관", found.body.clone())
            .row("적은 날", words::official(record.created_at.and_utc()))
            .row("넘긴 사람", format!("{} · 서명 {}", found.giver, signed(record.giver_signed)))
            .row("받은 사람", format!("{} · 서명 {}", found.taker, signed(record.taker_signed)))
            .row("넘긴 것", record.passed.text.clone()),
    );
    let act = |(taker, method): (bool, Method)| {
        let side = if taker { "taker" } else { "giver" };
        let label = match (taker, method) {
            (_, Method::Link) => "내 이름으로 서명하기",
            (true, _) => "받은 사람이 종이에 서명함",
            (false, _) => "넘긴 사람이 종이에 서명함",
        };
        Link::new(format!("/handovers/{}/sign/{side}", id.0), label)
    };
    listing.acts = handover::signable(&who.actor, record).into_iter().map(act).collect();
    listing.acts.push(Link::new(format!("/handovers/{}/print", id.0), "인계인수서 인쇄"));
    let row = |d: &crate::store::handovers::OpenDuty| {
        vec![
            Cell::text(d.what.clone()),
            Cell::text(if d.case.is_empty() { "-".to_owned() } else { d.case.clone() }),
            Cell::text(shown(Some(seoul::day(d.due)))),
        ]
    };
    let rows = record.passed.duties.iter().map(row).collect();
    let columns = ["남은 일", "접수번호", "기한"].map(Column::new).to_vec();
    let title = format!("적을 때 남아 있던 일 {}가지", record.passed.duties.len());
    listing.tables = vec![Table::new(title, columns, rows, Empty::new("남아 있던 일이 없습니다."))];
    listing.show(&state)
}

/// The record as a sheet, with the two signatures.
///
/// # Errors
/// As [`show`].
pub async fn print(state: Data<State>, who: Who, id: Path<i64>) -> Result<HttpResponse, WebError> {
    let (actor, id) = (who.actor.clone(), HandoverId(*id));
    let found = state.db.read(move |rx| handover::read(rx, &actor, id)).await?;
    let back = Link::new(format!("/handovers/{}", id.0), "인계인수서로");
    let written = words::official_day(seoul::day(found.record.created_at.and_utc()));
    sheets::headed(&state, &who, back, &found.body, handover_sheet(Some(&found)).dated(&written))
}

async fn signing(
    state: &State,
    who: &Who,
    id: HandoverId,
    side: &str,
) -> Result<(bool, Method, Sheet), WebError> {
    let actor = who.actor.clone();
    let found = state.db.read(move |rx| handover::read(rx, &actor, id)).await?;
    let open = handover::signable(&who.actor, &found.record).into_iter();
    let wanted = open.into_iter().find(|(taker, _)| (if *taker { "taker" } else { "giver" }) == side);
    let (taker, method) = wanted.ok_or_else(|| WebError::from(StoreError::NotFound))?;
    let path = format!("/handovers/{}", id.0);
    let name = if taker { &found.taker } else { &found.giver };
    let sheet = Sheet::new(state.frame(who, "인계인수서 서명"), &format!("{path}/sign/{side}"), "서명하기")
        .lead(&format!("{name} ({}): 적힌 대로 넘기고 받았음을 확인합니다.", method.label()))
        .cancel(&path, "인계인수서로");
    Ok((taker, method, sheet))
}

/// Asks for a signature.
///
/// # Errors
/// 404 where the person cannot give it.
pub async fn sign_form(
    state: Data<State>,
    who: Who,
    path: Path<(i64, String)>,
) -> Result<HttpResponse, WebError> {
    let (id, side) = path.into_inner();
    let (.., sheet) = signing(&state, &who, HandoverId(id), &side).await?;
    sheet.filled(Vec::new()).show(&state)
}

/// Signs.
///
/// # Errors
/// 404 where the person cannot give it.
pub async fn sign(
    state: Data<State>,
    who: Who,
    path: Path<(i64, String)>,
    Posted(_): Posted,
) -> Result<HttpResponse, WebError> {
    let (id, side) = path.into_inner();
    let (taker, method, _) = signing(&state, &who, HandoverId(id), &side).await?;
    let (actor, now) = (who.actor.clone(), state.now());
    state.db.write(move |tx| handover::sign(tx, &actor, HandoverId(id), taker, method, now)).await?;
    Ok(see_other(&format!("/handovers/{id}"), Some(&Flash::ok("서명했습니다."))))
}
