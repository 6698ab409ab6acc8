//! The ward's turn: what waits to be sent on. Number, typed 단지 name, day of receipt; nothing of anybody.
use crate::casework::send_on::{self, To, Waiting};
use crate::domain::ids::{BodyId, ComplexId};
use crate::domain::{seoul, text};
use crate::store::cases::Head;
use crate::web::error::WebError;
use crate::web::field::{Errors, Field};
use crate::web::guard::Who;
use crate::web::pages::cases::load::due;
use crate::web::pages::sheet::{Sheet, errors_of};
use crate::web::parts::{Cell, Column, Empty, Flash, Page, Summary, Table};
use crate::web::posted::Posted;
use crate::web::state::{State, see_other};
use crate::web::steps::words;
use crate::web::typed::Typed;
use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::Serialize;

#[derive(Serialize)]
struct List {
    page: Page,
    table: Table,
}

fn received(head: &Head) -> String {
    words::official_day(seoul::day(head.received_at.and_utc()))
}

/// What waits, the oldest first.
///
/// # Errors
/// Database and template errors.
pub async fn list(state: Data<State>, who: Who) -> Result<HttpResponse, WebError> {
    let (actor, now) = (who.actor.clone(), state.now());
    let found = state.db.read(move |rx| send_on::waiting(rx, &actor)).await?;
    let rows = found.iter().map(|(head, place)| {
        let (by, late) = head.next_due.map(|at| due(at.and_utc(), now)).unwrap_or_default();
        vec![
            Cell::link(head.number.clone(), format!("/waiting/{}", head.number)),
            Cell::text(place.clone()),
            Cell::text(received(head)),
            Cell::text(by).late(late),
        ]
    });
    let columns = ["접수번호", "적힌 단지 이름", "접수한 날", "기한"].map(Column::new).to_vec();
    let caption =
        format!("보낼 곳을 정할 접수 {}건. 이름, 동·호, 사연은 구청에 보이지 않습니다.", found.len());
    let table = Table::new(caption, columns, rows.collect(), Empty::new("보낼 곳을 정할 접수가 없습니다."));
    state.page("pages/ward/waiting", &List { page: state.frame(&who, "보낼 접수"), table })
}

/// Asks where one case is sent.
///
/// # Errors
/// 404 for what does not wait with the person's ward.
pub async fn ask(state: Data<State>, who: Who, number: Path<String>) -> Result<HttpResponse, WebError> {
    let found = find(&state, &who, &number).await?;
    let version = found.head.version.to_string();
    let fresh = Typed::from_pairs([("version".to_owned(), version)]);
    sheet(&state, &who, &found).typed(fields(&found), &fresh, &Errors::default()).show(&state)
}

/// Sends it on.
///
/// # Errors
/// As `ask`; 409 when somebody sent it on first.
pub async fn send(
    state: Data<State>,
    who: Who,
    number: Path<String>,
    Posted(typed): Posted,
) -> Result<HttpResponse, WebError> {
    let found = find(&state, &who, &number).await?;
    let errors = match read(&typed, &found) {
        Err(errors) => errors,
        Ok((to, reason)) => {
            let (actor, now) = (who.actor.clone(), state.now());
            let (number, seen) = (number.into_inner(), typed.get("version").parse().ok());
            let told = done(to, &number);
            let sent =
                state.db.write(move |tx| send_on::send_on(tx, &actor, &number, to, &reason, seen, now));
            match sent.await {
                Ok(taken) if taken.case.waits_with_ward() => {
                    let still = "단지를 정했습니다. 이 단지에는 관리사무소도 위원회도 없어 협약 기관에 보내거나 상담으로 마쳐야 합니다.";
                    let to = format!("/waiting/{}", taken.case.number);
                    return Ok(see_other(&to, Some(&Flash::warn(still))));
                }
                Ok(_) => return Ok(see_other("/waiting", Some(&Flash::ok(told)))),
                Err(e) => errors_of(e)?,
            }
        }
    };
    sheet(&state, &who, &found).typed(fields(&found), &typed, &errors).show(&state)
}

fn done(to: To, number: &str) -> String {
    match to {
        To::Complex(_) => format!("{number} 접수를 단지로 보냈습니다."),
        To::Ngo(_) => format!("{number} 접수를 협약 기관에 보냈습니다."),
        To::Counselled => {
            format!(
                "{number} 접수를 상담종결로 마쳤습니다. 신청인은 접수증 화면에서 도움받을 전화번호를 봅니다."
            )
        }
    }
}

async fn find(state: &State, who: &Who, number: &str) -> Result<Waiting, WebError> {
    let (actor, number, now) = (who.actor.clone(), number.to_owned(), state.now());
    Ok(state.db.read(move |rx| send_on::one(rx, &actor, &number, now)).await?)
}

fn sheet(state: &State, who: &Who, found: &Waiting) -> Sheet {
    let path = format!("/waiting/{}", found.head.number);
    let facts = Summary::default()
        .row("접수번호", found.head.number.clone())
        .row("적힌 단지 이름", found.place.clone())
        .row("접수한 날", received(&found.head));
    let mut sheet = Sheet::new(state.frame(who, "접수 보내기"), &path, "보내기")
        .lead("단지 이름을 보고 맡을 곳을 정해 주세요. 보낸 뒤에는 그곳이 신청인에게 연락합니다.")
        .facts(facts)
        .cancel("/waiting", "보낼 접수 목록으로");
    sheet.page.mail_to_files = state.mail_note();
    sheet
}

fn fields(found: &Waiting) -> Vec<Field> {
    let mut to = Field::radio("to", "어디로 보낼까요?");
    let mut fields = Vec::new();
    if !found.complexes.is_empty() {
        to = to.choice("complex", "단지", Some("관리사무소가 있으면 관리사무소, 없으면 위원회가 맡습니다."));
        let known: Vec<_> = found.complexes.iter().map(|c| (c.id.0.to_string(), c.name.as_str())).collect();
        let select = Field::select("complex", "단지").choice("", "단지를 골라 주세요", None);
        fields.push(select.choices(known.iter().map(|(id, name)| (id.as_str(), *name))).optional());
    }
    if !found.ngos.is_empty() {
        to = to.choice("ngo", "협약 기관", Some("맡을 관리사무소도 위원회도 없을 때 보냅니다."));
        let known: Vec<_> = found.ngos.iter().map(|b| (b.id.0.to_string(), b.name.as_str())).collect();
        let select = Field::select("ngo", "협약 기관").choice("", "기관을 골라 주세요", None);
        fields.push(select.choices(known.iter().map(|(id, name)| (id.as_str(), *name))).optional());
    }
    to = to.choice(
        "counselled",
        "상담종결로 마치기",
        Some("맡을 곳이 없을 때만 고릅니다. 신청인에게 도움받을 전화번호를 보여 드립니다."),
    );
    fields.insert(0, to);
    fields.push(Field::text("reason", "까닭").max(200).help("이름이나 동·호는 적지 않습니다.").optional());
    fields.push(Field::hidden("version", &found.head.version.to_string()));
    fields
}

/// Where to, and why.
fn read(typed: &Typed, found: &Waiting) -> Result<(To, String), Errors> {
    let mut errors = Errors::default();
    let number = |name: &str| typed.get(name).parse::<i64>().ok();
    let to = match typed.get("to") {
        "complex" => {
            let known = number("complex").map(ComplexId);
            let known = known.filter(|id| found.complexes.iter().any(|c| c.id == *id));
            if known.is_none() {
                errors.add("complex", "보낼 단지를 골라 주세요.");
            }
            known.map(To::Complex)
        }
        "ngo" => {
            let known = number("ngo").map(BodyId);
            if known.is_none() {
                errors.add("ngo", "보낼 협약 기관을 골라 주세요.");
            }
            known.map(To::Ngo)
        }
        "counselled" => Some(To::Counselled),
        _ => {
            errors.add("to", "어디로 보낼지 골라 주세요.");
            None
        }
    };
    let reason = text::free(typed.get("reason"), 200);
    let reason = reason.map_err(|why| errors.add("reason", &why)).unwrap_or_default();
    match to {
        Some(to) if errors.is_empty() => Ok((to, reason)),
        _ => Err(errors),
    }
}
