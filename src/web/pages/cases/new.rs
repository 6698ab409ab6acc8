//! 접수: a complaint taken at the desk, one form in the order of the paper 민원 기록일지 (`domain.md` §3.3).
mod form;

use super::done;
use super::load::due;
use crate::casework::CaseworkError;
use crate::casework::file::{self, DUPLICATE_DAYS};
use crate::casework::places::{self, Areas};
use crate::domain::codes::Disclosure;
use crate::domain::ids::BodyId;
use crate::domain::permission::View;
use crate::domain::text::Unit;
use crate::domain::{consent::NOTICE, seoul};
use crate::store::cases::Head;
use crate::store::{Rx, StoreError, bodies, complexes};
use crate::web::error::WebError;
use crate::web::field::{Errors, Field, Form};
use crate::web::guard::Who;
use crate::web::pages::apply::form::{ASKED, consent_name};
use crate::web::parts::{Flash, Link, Page};
use crate::web::posted::Posted;
use crate::web::state::{State, see_other};
use crate::web::steps::words;
use crate::web::typed::Typed;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use chrono::{DateTime, NaiveDate, Utc};
use form::{fields, read};
use serde::Serialize;

/// `pages/cases/new`.
#[derive(Debug, Serialize)]
struct New {
    page: Page,
    form: Form,
    consents: Vec<Field>,
    notice: &'static [&'static str],
    /// Cases of the same doors lately: a hint.
    same: Vec<Same>,
    days: i64,
}

/// An earlier case of the same door.
#[derive(Debug, Serialize)]
struct Same {
    number: String,
    text: String,
}

/// What the desk can choose.
struct Desk {
    complexes: Vec<(String, String)>,
    areas: Areas,
    ward: String,
}

/// The empty form.
///
/// # Errors
/// 404 for people who take no complaints.
pub async fn show(state: Data<State>, who: Who) -> Result<HttpResponse, WebError> {
    let desk = desk(&state, &who).await?;
    let local = state.now().with_timezone(&seoul::ZONE);
    let mut fresh = vec![
        ("received_date".to_owned(), local.date_naive().to_string()),
        ("received_time".to_owned(), local.format("%H:%M").to_string()),
        ("disclosure".to_owned(), Disclosure::HideUnit.code().to_owned()),
    ];
    if let [(only, _)] = desk.complexes.as_slice() {
        fresh.push(("complex".to_owned(), only.clone()));
    }
    shown(&state, &who, &desk, &Typed::from_pairs(fresh), &Errors::default(), &[])
}

/// Files the complaint; the next page has its number and receipt.
///
/// # Errors
/// As `show`; 422 with what was typed.
pub async fn take(state: Data<State>, who: Who, posted: Posted) -> Result<HttpResponse, WebError> {
    let desk = desk(&state, &who).await?;
    let typed = posted.0;
    let now = state.now();
    let filing = match read(&typed, &desk) {
        Ok(filing) => filing,
        Err(errors) => return shown(&state, &who, &desk, &typed, &errors, &[]),
    };
    if !typed.ticked("anyway")
        && let Some(complex) = filing.complex
    {
        let units: Vec<Unit> =
            [&filing.applicant.unit, &filing.respondent_unit].into_iter().flatten().cloned().collect();
        let same = state.db.read(move |rx| file::duplicates(rx, complex, &units, now)).await?;
        if !same.is_empty() {
            return shown(&state, &who, &desk, &typed, &Errors::default(), &same);
        }
    }
    let (actor, user) = (who.actor.clone(), who.user()?);
    let filed = state.db.write(move |tx| {
        let filed = file::file(tx, &actor, &filing, now)?;
        if actor.view(&filed.case) != View::File {
            let disclosure = filing.applicant.disclosure.unwrap_or(Disclosure::NoticeOnly);
            done::keep(tx, user, &filed, disclosure, now)?;
        }
        Ok::<_, CaseworkError>(filed)
    });
    match filed.await {
        Ok(filed) => {
            let number = &filed.case.number;
            let flash = Flash::ok(format!("접수했습니다. 접수번호는 {number}입니다."));
            let open = who.actor.view(&filed.case) == View::File;
            let to =
                if open { format!("/cases/{number}/print/receipt") } else { "/cases/new/done".to_owned() };
            Ok(see_other(&to, Some(&flash)))
        }
        Err(CaseworkError::Invalid(wrong)) => {
            let mut errors = Errors::default();
            for (name, sentence) in &wrong {
                errors.add(if name == "received_at" { "received" } else { at_field(name) }, sentence);
            }
            shown(&state, &who, &desk, &typed, &errors, &[])
        }
        Err(CaseworkError::Denied) => {
            let mut errors = Errors::default();
            errors.add("complex", "이 단지의 일은 여기에서 접수할 수 없습니다. 단지를 다시 골라 주세요.");
            shown(&state, &who, &desk, &typed, &errors, &[])
        }
        Err(e) => Err(e.into()),
    }
}

/// The form's name of what the casework calls a field.
fn at_field(name: &str) -> &str {
    if name == "respondent_unit" { "r_unit" } else { name }
}

async fn desk(state: &State, who: &Who) -> Result<Desk, WebError> {
    let at = who.actor.files_at();
    if at.is_empty() {
        return Err(WebError::not_found());
    }
    let today = seoul::day(state.now());
    Ok(state.db.read(move |rx| read_desk(rx, &at, today)).await?)
}

/// An office's or committee's desk takes complaints of its own 단지; others, of every 단지 of their ward.
fn read_desk(rx: &mut Rx<'_>, at: &[BodyId], today: NaiveDate) -> Result<Desk, StoreError> {
    let mut own = Vec::new();
    let (mut everywhere, mut wards) = (false, Vec::new());
    for id in at {
        let body = bodies::find(rx, *id)?;
        match body.complex_id {
            Some(complex) => own.push(complex),
            None => everywhere = true,
        }
        wards.push(body.ward_code);
    }
    let areas = places::areas(rx, today)?.within(&wards);
    let mut all = complexes::all(rx)?;
    all.retain(|c| everywhere || own.contains(&c.id));
    let complexes = all.into_iter().map(|c| (c.id.0.to_string(), c.name)).collect();
    Ok(Desk { complexes, areas, ward: wards.pop().unwrap_or_default() })
}

fn shown(
    state: &State,
    who: &Who,
    desk: &Desk,
    typed: &Typed,
    errors: &Errors,
    same: &[Head],
) -> Result<HttpResponse, WebError> {
    let now = state.now();
    let form = Form::new(fields(desk), typed, errors);
    let consents = ASKED.iter().filter_map(|purpose| {
        let text = purpose.text()?;
        Some(Field::checkbox(consent_name(*purpose), text.label).help(text.why).optional().typed(typed))
    });
    let mut page = state.frame(who, "민원 접수");
    page.error = !form.errors.is_empty();
    page.back = Some(Link::new("/todo", "내가 할 일"));
    page.mail_to_files = state.mail_note();
    let status = if page.error { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let new = New {
        consents: consents.collect(),
        notice: NOTICE,
        same: same.iter().map(|h| earlier(h, now)).collect(),
        days: DUPLICATE_DAYS,
        form,
        page,
    };
    state.page_with(status, "pages/cases/new", &new)
}

fn earlier(h: &Head, now: DateTime<Utc>) -> Same {
    let received = words::official_day(seoul::day(h.received_at.and_utc()));
    let next = h.next_due.map(|at| format!(", 다음 기한 {}", due(at.and_utc(), now).0)).unwrap_or_default();
    Same {
        number: h.number.clone(),
        text: format!("{received} 접수, {}, {}{next}", h.cause.label(), h.stage.label()),
    }
}
