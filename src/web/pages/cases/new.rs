//! 접수: a complaint taken at the desk, one form in the order of the paper 민원 기록일지 (`domain.md` §3.3).
use super::load::due;
use crate::casework::CaseworkError;
use crate::casework::file::{self, DUPLICATE_DAYS, Filing};
use crate::domain::codes::{Cause, Channel, ConsentPurpose, Disclosure, Method, Position, Role};
use crate::domain::ids::{BodyId, ComplexId};
use crate::domain::permission::{Actor, View};
use crate::domain::text::{self, Unit};
use crate::domain::{consent::NOTICE, seoul};
use crate::store::cases::Head;
use crate::store::parties::Details;
use crate::store::{Rx, StoreError, bodies, complexes};
use crate::web::error::WebError;
use crate::web::field::{Errors, Field, Form};
use crate::web::guard::Who;
use crate::web::pages::apply::form::{ASKED, OTHER, TIMES, consent_name, suspected};
use crate::web::parts::{Flash, Link, Page};
use crate::web::posted::Posted;
use crate::web::state::{State, see_other};
use crate::web::steps::words;
use crate::web::typed::Typed;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use chrono::{DateTime, NaiveTime, Timelike, Utc};
use serde::Serialize;

/// The roles at whose desk complaints are taken.
const DESKS: [Role; 4] = [Role::Manager, Role::Secretary, Role::Coordinator, Role::Ward];

/// Whether the person takes complaints anywhere.
pub(crate) fn may_file(actor: &Actor) -> bool {
    DESKS.iter().any(|r| actor.has(*r))
}

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
    ward: String,
}

/// The empty form.
///
/// # Errors
/// 404 for people who take no complaints.
pub async fn show(state: Data<State>, who: Who) -> Result<HttpResponse, WebError> {
    let desk = desk(&state, &who).await?;
    let local = state.now().with_timezone(&seoul::ZONE);
    let half = if local.minute() < 30 { "00" } else { "30" };
    let mut fresh = vec![
        ("received_date".to_owned(), local.date_naive().to_string()),
        ("received_time".to_owned(), format!("{:02}:{half}", local.hour())),
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
    let actor = who.actor.clone();
    match state.db.write(move |tx| file::file(tx, &actor, &filing, now)).await {
        Ok(filed) => {
            let number = &filed.case.number;
            let flash = Flash::ok(format!("접수했습니다. 접수번호는 {number}입니다."));
            let open = who.actor.view(&filed.case) == View::File;
            let to = if open { format!("/cases/{number}/print/receipt") } else { "/cases/new".to_owned() };
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
    if !may_file(&who.actor) {
        return Err(WebError::not_found());
    }
    let at: Vec<BodyId> = DESKS.iter().flat_map(|r| who.actor.bodies(*r)).collect();
    Ok(state.db.read(move |rx| read_desk(rx, &at)).await?)
}

/// An office's or committee's desk takes complaints of its own 단지; others, of every 단지 of their ward.
fn read_desk(rx: &mut Rx<'_>, at: &[BodyId]) -> Result<Desk, StoreError> {
    let mut own = Vec::new();
    let (mut everywhere, mut ward) = (false, String::new());
    for id in at {
        let body = bodies::find(rx, *id)?;
        match body.complex_id {
            Some(complex) => own.push(complex),
            None => everywhere = true,
        }
        ward = body.ward_code;
    }
    let mut all = complexes::all(rx)?;
    all.retain(|c| everywhere || own.contains(&c.id));
    Ok(Desk { complexes: all.into_iter().map(|c| (c.id.0.to_string(), c.name)).collect(), ward })
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

fn fields(desk: &Desk) -> Vec<Field> {
    let channels = Channel::ALL.iter().filter(|c| **c != Channel::Online).map(|c| (c.code(), c.label()));
    let first = |name: &str, label: &str| Field::select(name, label).choice("", "골라 주세요", None);
    let mut fields = vec![
        Field::datetime("received", "접수한 때").help("지난 때도 적을 수 있습니다."),
        first("channel", "접수 경로").choices(channels).width("w-m"),
        first("complex", "단지")
            .choices(desk.complexes.iter().map(|(id, name)| (id.as_str(), name.as_str())))
            .choice(OTHER, "목록에 없음(단지 미상)", None),
        Field::text("complex_typed", "목록에 없으면 단지 이름").max(100).optional(),
        Field::text("building", "신청인 동").width("w-s").max(12).autocomplete("off").optional(),
        Field::text("unit", "신청인 호")
            .help("익명이면 비워 두세요.")
            .width("w-s")
            .max(20)
            .autocomplete("off")
            .optional(),
        Field::text("name", "신청인 이름").width("w-m").max(40).autocomplete("off").optional(),
        Field::tel("phone", "전화번호").max(20).autocomplete("off").optional(),
        Field::email("email", "전자우편").max(254).autocomplete("off").optional(),
        first("position", "추정되는 곳")
            .choices(Position::ALL.iter().map(|p| (p.code(), p.label())))
            .width("w-m"),
        Field::text("r_building", "추정되는 동").width("w-s").max(12).autocomplete("off").optional(),
        Field::text("r_unit", "추정되는 호").width("w-s").max(20).autocomplete("off").optional(),
        first("cause", "소음 종류").choices(Cause::ALL.iter().map(|c| (c.code(), c.label()))).width("w-m"),
        Field::checks("times", "들리는 때").choices(TIMES).layout("grid").optional(),
        Field::area("narrative", "들은 내용", 2000)
            .help("언제부터, 얼마나 자주, 어떤 소리인지 들은 그대로 적어 주세요.")
            .rows(5)
            .optional(),
        Field::area("answered", "관리사무소에 알린 때와 들은 답", 600).rows(2).optional(),
        Field::area("wishes", "바라는 점", 1000).rows(2).optional(),
        Field::radio("disclosure", "상대방이 알아도 되는 것")
            .choices(Disclosure::ALL.iter().map(|d| (d.code(), d.label()))),
        Field::area("may_tell", "상대방에게 전해도 되는 말", 500).rows(2).optional(),
    ];
    fields.push(Field::checkbox("anyway", "다른 일이므로 새로 접수합니다"));
    fields
}

/// The complaint as typed.
fn read(typed: &Typed, desk: &Desk) -> Result<Filing, Errors> {
    let mut errors = Errors::default();
    let received = received(typed, &mut errors);
    let channel =
        one(Channel::from_code(typed.get("channel")), "channel", "접수 경로를 골라 주세요.", &mut errors);
    let position = one(
        Position::from_code(typed.get("position")),
        "position",
        "추정되는 곳을 골라 주세요. 모르면 '모름'을 골라 주세요.",
        &mut errors,
    );
    let cause = one(
        Cause::from_code(typed.get("cause")),
        "cause",
        "소음 종류를 골라 주세요. 모르면 '모름'을 골라 주세요.",
        &mut errors,
    );
    let other = typed.get("complex") == OTHER;
    let known = desk.complexes.iter().any(|(id, _)| id == typed.get("complex"));
    match (other, known) {
        (true, _) if typed.get("complex_typed").is_empty() => {
            errors.add("complex_typed", "단지 이름이나 주소를 적어 주세요.");
        }
        (false, false) => errors.add("complex", "단지를 골라 주세요. 없으면 '목록에 없음'을 골라 주세요."),
        _ => {}
    }
    let applicant = applicant(typed, &mut errors);
    let respondent_unit = suspected(typed).unwrap_or_else(|e| {
        errors.add("r_unit", e);
        None
    });
    for (name, most) in
        [("complex_typed", 100), ("narrative", 2000), ("answered", 600), ("wishes", 1000), ("may_tell", 500)]
    {
        if let Err(e) = text::free(typed.get(name), most) {
            errors.add(name, &e);
        }
    }
    let (Some(received_at), Some(channel), Some(position), Some(cause)) =
        (received, channel, position, cause)
    else {
        return Err(errors);
    };
    if !errors.is_empty() {
        return Err(errors);
    }
    Ok(Filing {
        channel,
        received_at,
        complex: typed.get("complex").parse().ok().map(ComplexId),
        complex_typed: typed.get("complex_typed").to_owned(),
        ward_code: desk.ward.clone(),
        cause,
        position,
        applicant,
        respondent_unit,
        answered: typed.get("answered").to_owned(),
        wishes: typed.get("wishes").to_owned(),
        narrative: typed.get("narrative").to_owned(),
        times: typed.all("times").filter(|t| TIMES.iter().any(|(c, _)| c == t)).map(str::to_owned).collect(),
        consents: consents(typed),
        method: match channel {
            Channel::Phone => Method::Phone,
            Channel::Paper => Method::Paper,
            _ => Method::Desk,
        },
    })
}

fn one<T>(value: Option<T>, name: &str, sentence: &str, errors: &mut Errors) -> Option<T> {
    if value.is_none() {
        errors.add(name, sentence);
    }
    value
}

fn received(typed: &Typed, errors: &mut Errors) -> Option<DateTime<Utc>> {
    let day = seoul::parse_day(typed.get("received_date"));
    let time = NaiveTime::parse_from_str(typed.get("received_time"), "%H:%M").ok();
    let at = day.zip(time).map(|(day, time)| seoul::at(day, time));
    one(at, "received", "접수한 날짜와 시각을 골라 주세요.", errors)
}

fn applicant(typed: &Typed, errors: &mut Errors) -> Details {
    let mut read = |name: &str, read: fn(&str) -> Result<String, &'static str>| {
        typed.some(name).map(read).transpose().unwrap_or_else(|e| {
            errors.add(name, e);
            None
        })
    };
    let (name, phone, email) =
        (read("name", text::name), read("phone", text::phone), read("email", text::email));
    let unit = if typed.get("unit").is_empty() && typed.get("building").is_empty() {
        None
    } else {
        Unit::read(typed.get("building"), typed.get("unit")).map_err(|e| errors.add("unit", e)).ok()
    };
    Details {
        name: name.unwrap_or_default(),
        phone: phone.unwrap_or_default(),
        email: email.unwrap_or_default(),
        unit,
        disclosure: Disclosure::from_code(typed.get("disclosure")).or(Some(Disclosure::NoticeOnly)),
        may_tell: typed.get("may_tell").to_owned(),
    }
}

fn consents(typed: &Typed) -> Vec<(String, String, bool)> {
    let asked = ASKED.iter().filter_map(|purpose: &ConsentPurpose| {
        let text = purpose.text()?;
        let given = typed.ticked(consent_name(*purpose));
        Some((purpose.code().to_owned(), text.recipient.to_owned(), given))
    });
    asked.collect()
}
