//! Bodies: ward, offices, committees, NGOs, outside bodies.
use super::{Listing, Pairs, Reader, chosen, home, shown};
use crate::casework::set_up::{self, BodyForm};
use crate::domain::codes::{BodyKind, Calendar, CommitteeKind, Venue};
use crate::domain::ids::{BodyId, ComplexId};
use crate::domain::{referral, seoul};
use crate::render::korean;
use crate::store::bodies::Body;
use crate::store::{Rx, StoreError, bodies, complexes};
use crate::web::error::WebError;
use crate::web::field::{Errors, Field};
use crate::web::guard::Who;
use crate::web::pages::sheet::{Sheet, errors_of};
use crate::web::parts::{Cell, Column, Empty, Flash, Link, Summary, Table};
use crate::web::posted::Posted;
use crate::web::state::{State, see_other};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use chrono::NaiveDate;
use serde::Deserialize;

/// Every body, ended ones too.
///
/// # Errors
/// Database and template errors.
pub async fn list(state: Data<State>, who: Who) -> Result<HttpResponse, WebError> {
    let all = state.db.read(bodies::every).await?;
    let today = seoul::day(state.now());
    let mut listing = Listing::new(&state, &who, "기관", home());
    listing.acts = BodyKind::ALL
        .iter()
        .map(|kind| Link::new(format!("/admin/bodies/new?kind={kind}"), format!("{} 더하기", kind.label())))
        .collect();
    let rows = all.iter().map(|body| row(body, today)).collect();
    let columns = ["이름", "종류", "전화", "시작", "상태"].map(Column::new).to_vec();
    let empty = Empty::new("아직 기관이 없습니다. 구부터 더해 주세요.");
    listing.tables = vec![Table::new(format!("기관 {}곳", all.len()), columns, rows, empty)];
    listing.show(&state)
}

fn row(body: &Body, today: NaiveDate) -> Vec<Cell> {
    let over = body.until_on.is_some_and(|until| until <= today);
    vec![
        Cell::link(body.name.clone(), format!("/admin/bodies/{}", body.id.0)),
        Cell::text(body.kind.label()),
        Cell::text(if body.phone.is_empty() { "-".to_owned() } else { korean::phone(&body.phone) }),
        Cell::text(shown(body.from_on)),
        if over { Cell::badge("끝남", "plain") } else { Cell::badge("쓰는 중", "ok") },
    ]
}

/// One body.
///
/// # Errors
/// `not_found`.
pub async fn show(state: Data<State>, who: Who, id: Path<i64>) -> Result<HttpResponse, WebError> {
    let id = BodyId(*id);
    let (body, complex, dong) = state
        .db
        .read(move |rx| {
            let body = bodies::find(rx, id)?;
            let complex = body.complex_id.map(|c| complexes::find(rx, c)).transpose()?;
            let dong = body.dong_code.clone().map(|code| bodies::dong_name(rx, &code)).transpose()?;
            Ok::<_, StoreError>((body, complex, dong.flatten()))
        })
        .await?;
    let mut listing = Listing::new(&state, &who, &body.name, Link::new("/admin/bodies", "기관 목록으로"));
    let given = |text: String| if text.is_empty() { "적지 않음".to_owned() } else { text };
    let today = seoul::day(state.now());
    let (demand, terms) = (body.demand(today), body.terms(today));
    let by = if body.answer_days.is_some() || body.calendar.is_some() {
        "이 기관의 값"
    } else {
        demand.days_by
    };
    listing.facts = Some(
        Summary::default()
            .row("종류", body.kind.label())
            .row("구 코드", body.ward_code)
            .row("행정동", given(dong.unwrap_or_default()))
            .row("단지", given(complex.map(|c| c.name).unwrap_or_default()))
            .row("전화", given(korean::phone(&body.phone)))
            .row("전자우편", given(body.email))
            .row("개인정보처리자", given(body.controller))
            .row("의뢰를 받는 방식", demand.venue.label())
            .row("의뢰에 답할 기한", format!("{}. {by}", terms.shown()))
            .row("받으면", demand.effect.label())
            .row("기간", format!("{} ~ {}", shown(body.from_on), shown(body.until_on))),
    );
    listing.acts.push(Link::new(format!("/admin/bodies/{}/contact", id.0), "연락처 고치기"));
    listing.acts.push(Link::new(format!("/admin/bodies/{}/terms", id.0), "의뢰 받는 방식 고치기"));
    if body.until_on.is_none() {
        listing.acts.push(Link::new(format!("/admin/bodies/{}/end", id.0), "기관 끝내기"));
    }
    listing.show(&state)
}

/// Which kind of body is to be added.
#[derive(Debug, Deserialize)]
pub struct Kind {
    kind: Option<String>,
}

/// What the form of a new body can be chosen from.
struct Choices {
    complexes: Pairs,
    dongs: Pairs,
    wards: Pairs,
}

fn choices(rx: &mut Rx<'_>) -> Result<Choices, StoreError> {
    let complexes = complexes::all(rx)?.into_iter().map(|c| (c.id.0.to_string(), c.name)).collect();
    let dongs = bodies::all_dongs(rx)?.into_iter().map(|(code, name, _)| (code, name)).collect();
    let wards = bodies::every(rx)?.into_iter().filter(|b| b.kind == BodyKind::Ward);
    let wards = wards.map(|b| (b.ward_code, b.name)).collect();
    Ok(Choices { complexes, dongs, wards })
}

fn fields(kind: BodyKind, choices: &Choices) -> Vec<Field> {
    let mut fields = vec![Field::hidden("kind", kind.code())];
    fields.push(match kind {
        BodyKind::Office | BodyKind::Committee => chosen("complex", "단지", &choices.complexes),
        BodyKind::Council | BodyKind::Dong => chosen("dong", "행정동", &choices.dongs),
        BodyKind::Ward => {
            Field::text("ward_code", "구 코드").help("다섯 자리. 서대문구는 11410입니다.").width("w-s")
        }
        BodyKind::Ngo | BodyKind::Outside | BodyKind::Applied => chosen("ward_code", "구", &choices.wards),
    });
    if kind == BodyKind::Committee {
        let kinds = [CommitteeKind::Resident, CommitteeKind::Statutory].map(|k| (k.code(), k.label()));
        let instead = (CommitteeKind::None.code(), "위원회가 없어 세 임원이 대신함(세 임원 대행)");
        let kinds = kinds.into_iter().chain([instead]);
        fields.push(Field::radio("committee", "어떤 위원회인가요?").choices(kinds));
    }
    fields.extend(which(kind, None));
    fields.push(Field::text("name", "이름").help("서류와 화면에 적히는 이름입니다.").width("w-l"));
    fields.push(Field::date("from_on", "시작하는 날").help("비우면 오늘부터입니다.").optional());
    fields.extend(contact(None));
    fields
}

/// Which of the bodies outside it is; nothing where the kind says it all.
fn which(kind: BodyKind, venue: Option<Venue>) -> Option<Field> {
    let known = referral::venues(kind);
    let field = Field::select("venue", "어떤 기관인가요?")
        .help("묻는 것, 붙이는 문서, 답할 기한, 받으면 사건이 어떻게 되는지가 이것으로 정해집니다.")
        .choice("", "그 밖의 기관", None)
        .choices(known.iter().map(|v| (v.code(), v.label())))
        .value(venue.map_or("", Venue::code))
        .optional();
    (!known.is_empty()).then_some(field)
}

/// What a body is, and by when it answers.
fn terms(body: &Body, today: NaiveDate) -> Vec<Field> {
    let usual = body.demand(today).terms();
    let days = body.answer_days.map(|days| days.to_string()).unwrap_or_default();
    let mut fields: Vec<Field> = which(body.kind, body.venue).into_iter().collect();
    fields.push(
        Field::number("answer_days", "의뢰에 답할 날수")
            .help(&format!("비우면 {}입니다. 60일까지 적을 수 있습니다.", usual.shown()))
            .value(&days)
            .optional(),
    );
    fields.push(
        Field::radio("calendar", "날을 세는 방법")
            .choice("", "그 종류의 기관과 같이", None)
            .choices(Calendar::ALL.iter().map(|c| (c.code(), c.label())))
            .value(body.calendar.map_or("", Calendar::code))
            .optional(),
    );
    fields
}

fn terms_sheet(state: &State, who: &Who, body: &Body) -> Sheet {
    let path = format!("/admin/bodies/{}", body.id.0);
    let lead = format!("{}. 이미 보낸 의뢰의 기한은 바뀌지 않습니다.", body.name);
    Sheet::new(state.frame(who, "의뢰 받는 방식"), &format!("{path}/terms"), "저장")
        .lead(&lead)
        .cancel(&path, "기관으로")
}

/// Asks what a body is to a case, and by when it answers a referral.
///
/// # Errors
/// `not_found`.
pub async fn terms_form(state: Data<State>, who: Who, id: Path<i64>) -> Result<HttpResponse, WebError> {
    let body = find(&state, *id).await?;
    terms_sheet(&state, &who, &body).filled(terms(&body, seoul::day(state.now()))).show(&state)
}

/// Keeps it.
///
/// # Errors
/// `not_found`; database errors.
pub async fn set_terms(
    state: Data<State>,
    who: Who,
    id: Path<i64>,
    Posted(typed): Posted,
) -> Result<HttpResponse, WebError> {
    let body = find(&state, *id).await?;
    let mut errors = Errors::default();
    let days = typed.some("answer_days").map(str::parse::<i64>);
    if days.as_ref().is_some_and(Result::is_err) {
        errors.add("answer_days", "숫자만 적어 주세요.");
    }
    let (venue, calendar) =
        (typed.some("venue").map(Venue::from_code), typed.some("calendar").map(Calendar::from_code));
    for (name, unknown) in [("venue", venue == Some(None)), ("calendar", calendar == Some(None))] {
        if unknown {
            errors.add(name, "목록에 없는 값입니다. 화면을 새로 열어 다시 골라 주세요.");
        }
    }
    if errors.is_empty() {
        let kept = (venue.flatten(), days.and_then(Result::ok), calendar.flatten());
        let (actor, id, now) = (who.actor.clone(), body.id, state.now());
        match state.db.write(move |tx| set_up::set_terms(tx, &actor, id, kept, now)).await {
            Ok(()) => {
                let to = format!("/admin/bodies/{}", id.0);
                return Ok(see_other(&to, Some(&Flash::ok("저장했습니다."))));
            }
            Err(e) => errors = errors_of(e)?,
        }
    }
    let fields = terms(&body, seoul::day(state.now()));
    terms_sheet(&state, &who, &body).typed(fields, &typed, &errors).show(&state)
}

fn contact(body: Option<&Body>) -> Vec<Field> {
    let value = |of: fn(&Body) -> &String| body.map(of).cloned().unwrap_or_default();
    vec![
        Field::tel("phone", "전화").value(&korean::phone(&value(|b| &b.phone))).optional(),
        Field::email("email", "전자우편").value(&value(|b| &b.email)).optional(),
        Field::text("controller", "개인정보처리자")
            .help("이 기관이 갖는 개인정보에 책임지는 곳. 예: 천연뜨란채 입주자대표회의")
            .value(&value(|b| &b.controller))
            .width("w-l")
            .optional(),
    ]
}

fn new_sheet(state: &State, who: &Who, kind: BodyKind) -> Sheet {
    let title = format!("{} 더하기", kind.label());
    Sheet::new(state.frame(who, &title), "/admin/bodies/new", "더하기")
        .cancel("/admin/bodies", "기관 목록으로")
}

/// Asks for a new body of a kind.
///
/// # Errors
/// `not_found` for no kind.
pub async fn new_form(state: Data<State>, who: Who, query: Query<Kind>) -> Result<HttpResponse, WebError> {
    let kind = query.kind.as_deref().and_then(BodyKind::from_code).ok_or_else(WebError::not_found)?;
    let choices = state.db.read(choices).await?;
    new_sheet(&state, &who, kind).filled(fields(kind, &choices)).show(&state)
}

/// Adds a body.
///
/// # Errors
/// Database errors.
pub async fn add(state: Data<State>, who: Who, Posted(typed): Posted) -> Result<HttpResponse, WebError> {
    let kind = BodyKind::from_code(typed.get("kind")).ok_or_else(WebError::not_found)?;
    let mut reader = Reader::new(&typed);
    let form = BodyForm {
        name: reader.text("name"),
        ward_code: reader.text("ward_code"),
        dong_code: typed.some("dong").map(str::to_owned),
        complex: reader.id("complex").map(ComplexId),
        committee: CommitteeKind::from_code(typed.get("committee")),
        venue: Venue::from_code(typed.get("venue")),
        phone: reader.text("phone"),
        email: reader.text("email"),
        controller: reader.text("controller"),
        from_on: reader.day("from_on"),
    };
    let mut errors = reader.errors;
    if errors.is_empty() {
        let (actor, now) = (who.actor.clone(), state.now());
        match state.db.write(move |tx| set_up::add_body(tx, &actor, kind, &form, now)).await {
            Ok(_) => return Ok(see_other("/admin/bodies", Some(&Flash::ok("기관을 더했습니다.")))),
            Err(e) => errors = errors_of(e)?,
        }
    }
    let choices = state.db.read(choices).await?;
    new_sheet(&state, &who, kind).typed(fields(kind, &choices), &typed, &errors).show(&state)
}

fn contact_sheet(state: &State, who: &Who, body: &Body) -> Sheet {
    let path = format!("/admin/bodies/{}", body.id.0);
    Sheet::new(state.frame(who, "연락처 고치기"), &format!("{path}/contact"), "저장")
        .lead(&body.name)
        .cancel(&path, "기관으로")
}

async fn find(state: &State, id: i64) -> Result<Body, WebError> {
    Ok(state.db.read(move |rx| bodies::find(rx, BodyId(id))).await?)
}

/// Asks how a body is reached.
///
/// # Errors
/// `not_found`.
pub async fn contact_form(state: Data<State>, who: Who, id: Path<i64>) -> Result<HttpResponse, WebError> {
    let body = find(&state, *id).await?;
    contact_sheet(&state, &who, &body).filled(contact(Some(&body))).show(&state)
}

/// Keeps how a body is reached.
///
/// # Errors
/// `not_found`; database errors.
pub async fn change(
    state: Data<State>,
    who: Who,
    id: Path<i64>,
    Posted(typed): Posted,
) -> Result<HttpResponse, WebError> {
    let body = find(&state, *id).await?;
    let (actor, id, now) = (who.actor.clone(), body.id, state.now());
    let text = |name: &str| typed.get(name).to_owned();
    let (phone, email, controller) = (text("phone"), text("email"), text("controller"));
    let done =
        state.db.write(move |tx| set_up::change_body(tx, &actor, id, &phone, &email, &controller, now)).await;
    match done {
        Ok(()) => Ok(see_other(&format!("/admin/bodies/{}", id.0), Some(&Flash::ok("저장했습니다.")))),
        Err(e) => {
            contact_sheet(&state, &who, &body).typed(contact(None), &typed, &errors_of(e)?).show(&state)
        }
    }
}

fn end_sheet(state: &State, who: &Who, body: &Body) -> (Sheet, Vec<Field>) {
    let path = format!("/admin/bodies/{}", body.id.0);
    let day = Field::date("until_on", "끝나는 날").help("이날부터 새 사건이 가지 않습니다.");
    let lead =
        format!("{}의 기록은 그대로 남습니다. 맡고 있는 사건은 먼저 다른 곳에 넘겨 주세요.", body.name);
    let sheet = Sheet::new(state.frame(who, "기관 끝내기"), &format!("{path}/end"), "끝내기")
        .lead(&lead)
        .cancel(&path, "기관으로")
        .danger();
    (sheet, vec![day.value(&seoul::day(state.now()).to_string())])
}

/// Asks on which day a body ends.
///
/// # Errors
/// `not_found`.
pub async fn end_form(state: Data<State>, who: Who, id: Path<i64>) -> Result<HttpResponse, WebError> {
    let body = find(&state, *id).await?;
    let (sheet, fields) = end_sheet(&state, &who, &body);
    sheet.filled(fields).show(&state)
}

/// Ends a body.
///
/// # Errors
/// `not_found`; `conflict` when it has ended.
pub async fn end(
    state: Data<State>,
    who: Who,
    id: Path<i64>,
    Posted(typed): Posted,
) -> Result<HttpResponse, WebError> {
    let body = find(&state, *id).await?;
    let mut reader = Reader::new(&typed);
    let on = reader.day("until_on");
    let mut errors = reader.errors;
    match on {
        None => errors.add("until_on", "끝나는 날을 적어 주세요."),
        Some(on) => {
            let (actor, id, now) = (who.actor.clone(), body.id, state.now());
            match state.db.write(move |tx| set_up::end_body(tx, &actor, id, on, now)).await {
                Ok(()) => {
                    let to = format!("/admin/bodies/{}", id.0);
                    return Ok(see_other(&to, Some(&Flash::ok("기관을 끝냈습니다."))));
                }
                Err(e) => errors = errors_of(e)?,
            }
        }
    }
    let (sheet, fields) = end_sheet(&state, &who, &body);
    sheet.typed(fields, &typed, &errors).show(&state)
}
