//! A member's way into and out of the seat, trainings, and the 간사's stand-in.
use super::super::admin::{Listing, Reader, shown};
use super::{named, none};
use crate::casework::CaseworkError;
use crate::casework::committee::{self, Nomination};
use crate::domain::codes::{Post, SeatCategory, SeatEnd, Selection, TrainingMode};
use crate::domain::committee::appointment::SeatStep;
use crate::domain::ids::{BodyId, SeatId};
use crate::domain::seoul;
use crate::domain::text::{self, Unit};
use crate::store::seats::{self, Member, Person, Training};
use crate::store::{Rx, StoreError, users};
use crate::web::error::WebError;
use crate::web::field::{Errors, Field};
use crate::web::guard::Who;
use crate::web::pages::sheet::{Sheet, errors_of};
use crate::web::parts::{Flash, Link, Summary};
use crate::web::posted::Posted;
use crate::web::state::{State, see_other};
use crate::web::typed::Typed;
use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use chrono::NaiveDate;

fn new_fields() -> Vec<Field> {
    let posts = Post::ALL.iter().map(|p| (p.code(), p.label()));
    let categories = SeatCategory::ALL.iter().map(|c| (c.code(), c.label()));
    let found = Selection::ALL.iter().map(|s| (s.code(), s.label()));
    vec![
        Field::text("name", "이름").width("w-m"),
        Field::text("address", "주소").help("위촉장에 적힙니다.").optional(),
        Field::tel("phone", "전화").optional(),
        Field::email("account", "이음 계정의 전자우편").help("계정이 없는 위원은 비워 두세요.").optional(),
        Field::text("unit", "사는 동·호")
            .help("당사자의 이웃인지 이음이 스스로 확인하는 데만 씁니다. 예: 101동 1203호")
            .width("w-m")
            .optional(),
        Field::select("post", "맡는 일").choices(posts).value(Post::Member.code()),
        Field::checkbox("votes", "표결에 참여합니다(재적에 셉니다)").value("yes"),
        Field::select("category", "위원 구분").choices(std::iter::once(("", "고르기")).chain(categories)),
        Field::radio("selection", "뽑은 방법").choices(found),
        Field::text("office", "당연직의 직").help("당연직일 때만 적어 주세요.").optional(),
        Field::area("note", "선정위원회 심의 결과", 500)
            .help("공개모집일 때만 적어 주세요.")
            .rows(2)
            .optional(),
        Field::date("from", "임기 시작일").help("비우면 오늘부터입니다.").optional(),
    ]
}

fn new_sheet(state: &State, who: &Who, id: BodyId) -> Sheet {
    let path = format!("/committees/{}", id.0);
    Sheet::new(state.frame(who, "위원 추천하기"), &format!("{path}/members/new"), "추천하기")
        .cancel(&path, "위원회로")
}

/// Asks for a new member.
///
/// # Errors
/// 404 for strangers.
pub async fn new_form(state: Data<State>, who: Who, id: Path<i64>) -> Result<HttpResponse, WebError> {
    let id = BodyId(*id);
    named(&state, &who, id).await?;
    if !who.actor.may_keep(id) {
        return Err(WebError::denied());
    }
    new_sheet(&state, &who, id).filled(new_fields()).show(&state)
}

/// Writes a new member down.
///
/// # Errors
/// 404 for strangers.
pub async fn add(
    state: Data<State>,
    who: Who,
    id: Path<i64>,
    Posted(typed): Posted,
) -> Result<HttpResponse, WebError> {
    let id = BodyId(*id);
    named(&state, &who, id).await?;
    let mut reader = Reader::new(&typed);
    let from = reader.day("from");
    let mut errors = reader.errors;
    let person = person(&typed, &mut errors);
    let form = Nomination {
        person,
        account: None,
        post: Post::from_code(typed.get("post")),
        votes: typed.ticked("votes"),
        category: SeatCategory::from_code(typed.get("category")),
        selection: Selection::from_code(typed.get("selection")),
        office: typed.get("office").to_owned(),
        note: typed.get("note").to_owned(),
        from,
    };
    if errors.is_empty() {
        let (actor, now, email) = (who.actor.clone(), state.now(), typed.get("account").to_lowercase());
        let done = state.db.write(move |tx| {
            let account = account(tx, &email)?;
            committee::nominate(tx, &actor, id, &Nomination { account, ..form }, now)
        });
        match done.await {
            Ok(seat) => {
                let flash = Flash::ok("위원을 추천했습니다. 위촉한 날을 적어 주세요.");
                return Ok(see_other(&format!("/seats/{}", seat.0), Some(&flash)));
            }
            Err(e) => errors = errors_of(e)?,
        }
    }
    new_sheet(&state, &who, id).typed(new_fields(), &typed, &errors).show(&state)
}

fn person(typed: &Typed, errors: &mut Errors) -> Person {
    let unit = typed.some("unit").map(|written| Unit::read("", written));
    if let Some(Err(why)) = &unit {
        errors.add("unit", why);
    }
    let phone = typed.some("phone").map(text::phone).transpose().unwrap_or_else(|why| {
        errors.add("phone", why);
        None
    });
    Person {
        name: typed.get("name").to_owned(),
        address: typed.get("address").to_owned(),
        phone: phone.unwrap_or_default(),
        email: typed.get("account").to_lowercase(),
        unit: unit.and_then(Result::ok).map(|u| (u.building, u.unit)),
    }
}

fn account(rx: &mut Rx<'_>, email: &str) -> Result<Option<crate::domain::ids::UserId>, CaseworkError> {
    if email.is_empty() {
        return Ok(None);
    }
    match users::by_email(rx, email) {
        Ok(user) => Ok(Some(user.id)),
        Err(StoreError::NotFound) => Err(CaseworkError::field(
            "account",
            "그런 계정이 없습니다. 운영자에게 초대를 부탁하거나 비워 두세요.",
        )),
        Err(e) => Err(e.into()),
    }
}

async fn member(state: &State, who: &Who, id: SeatId) -> Result<Member, WebError> {
    let found = state.db.read(move |rx| seats::find(rx, id)).await?;
    let keeps = who.actor.may_keep(found.seat.body);
    none(keeps.then_some(found))
}

/// One member's seat, with what comes next.
///
/// # Errors
/// 404 for whoever does not keep the committee's affairs.
pub async fn show(state: Data<State>, who: Who, id: Path<i64>) -> Result<HttpResponse, WebError> {
    let member = member(&state, &who, SeatId(*id)).await?;
    let (seat, today) = (&member.seat, seoul::day(state.now()));
    let back = Link::new(format!("/committees/{}", seat.body.0), "위원회로");
    let mut listing = Listing::new(&state, &who, &member.person.name, back);
    listing.facts = Some(
        Summary::default()
            .row("맡는 일", seat.post.label())
            .row("구분", seat.category.label())
            .row("뽑은 방법", seat.selection.label())
            .row("임기", format!("{} ~ {}", shown(Some(seat.from)), shown(seat.last_day())))
            .row("위촉", shown(seat.appointed_on))
            .row("승낙서", shown(seat.accepted_on))
            .row("비밀유지 서약서", shown(seat.pledged_on))
            .row("상태", seat.state(today).label()),
    );
    listing.acts = acts(seat)
        .into_iter()
        .map(|(code, label)| Link::new(format!("/seats/{}/do/{code}", seat.id.0), label))
        .chain(super::sheets::links_of_seat(seat))
        .collect();
    listing.show(&state)
}

/// What can be done with a seat as it stands: exactly what the seat's own rules accept.
fn acts(seat: &crate::domain::committee::appointment::Seat) -> Vec<(&'static str, &'static str)> {
    let all = [
        ("appoint", "위촉장을 줌"),
        ("accept", "승낙서를 받음"),
        ("pledge", "비밀유지 서약서를 받음"),
        ("end", "위촉 끝내기"),
    ];
    let day =
        [seat.appointed_on, seat.accepted_on].into_iter().flatten().max().unwrap_or(seat.from).max(seat.from);
    let fits = |code: &str| {
        let step = match code {
            "appoint" => SeatStep::Appoint { on: day },
            "accept" => SeatStep::Accept { on: day },
            "pledge" => SeatStep::Pledge { on: day },
            _ => SeatStep::End { on: day, why: SeatEnd::Resigned },
        };
        seat.after(step).is_ok()
    };
    let mut acts: Vec<_> = all.into_iter().filter(|(code, _)| fits(code)).collect();
    if seat.ended.is_none() && seat.until.is_some() && seat.appointed_on.is_some() {
        acts.push(("renew", "다시 위촉(연임) 준비"));
    }
    acts
}

fn act_fields(act: &str, today: NaiveDate) -> Vec<Field> {
    let mut fields = Vec::new();
    if act != "renew" {
        fields.push(Field::date("on", "날짜").value(&today.to_string()));
    }
    if act == "end" {
        let reasons = SeatEnd::ALL.iter().filter(|e| !matches!(e, SeatEnd::Expired | SeatEnd::Dismissed));
        fields.push(Field::radio("why", "까닭").choices(reasons.map(|e| (e.code(), e.label()))));
    }
    fields
}

fn act_sheet(state: &State, who: &Who, member: &Member, act: &str) -> Result<Sheet, WebError> {
    let label = none(acts(&member.seat).into_iter().find(|(code, _)| *code == act))?.1;
    let path = format!("/seats/{}", member.seat.id.0);
    let sheet = Sheet::new(state.frame(who, label), &format!("{path}/do/{act}"), "적기")
        .lead(&member.person.name)
        .cancel(&path, "위원으로");
    Ok(if act == "end" { sheet.danger() } else { sheet })
}

/// Asks for the day of a stage.
///
/// # Errors
/// 404 where the seat does not allow it now.
pub async fn act_form(
    state: Data<State>,
    who: Who,
    path: Path<(i64, String)>,
) -> Result<HttpResponse, WebError> {
    let (id, act) = path.into_inner();
    let member = member(&state, &who, SeatId(id)).await?;
    let today = seoul::day(state.now());
    act_sheet(&state, &who, &member, &act)?.filled(act_fields(&act, today)).show(&state)
}

/// Moves a seat on.
///
/// # Errors
/// 404 where the seat does not allow it now.
pub async fn act(
    state: Data<State>,
    who: Who,
    path: Path<(i64, String)>,
    Posted(typed): Posted,
) -> Result<HttpResponse, WebError> {
    let (id, act) = path.into_inner();
    let member = member(&state, &who, SeatId(id)).await?;
    let sheet = act_sheet(&state, &who, &member, &act)?;
    let (actor, now, seat) = (who.actor.clone(), state.now(), member.seat.id);
    let mut reader = Reader::new(&typed);
    let on = reader.day("on");
    let mut errors = reader.errors;
    let why = SeatEnd::from_code(typed.get("why"));
    if act != "renew" && on.is_none() {
        errors.add("on", "날짜를 적어 주세요.");
    }
    if act == "end" && why.is_none() {
        errors.add("why", "까닭을 골라 주세요.");
    }
    if errors.is_empty() {
        let on = on.unwrap_or_else(|| seoul::day(now));
        let step = match act.as_str() {
            "appoint" => Some(SeatStep::Appoint { on }),
            "accept" => Some(SeatStep::Accept { on }),
            "pledge" => Some(SeatStep::Pledge { on }),
            "end" => why.map(|why| SeatStep::End { on, why }),
            _ => None,
        };
        let done = state.db.write(move |tx| match step {
            Some(step) => committee::move_on(tx, &actor, seat, step, now).map(|()| seat),
            None => committee::renew(tx, &actor, seat, now),
        });
        match done.await {
            Ok(to) => return Ok(see_other(&format!("/seats/{}", to.0), Some(&Flash::ok("적었습니다.")))),
            Err(CaseworkError::Refused(refused)) => errors.add("on", &refused.sentence),
            Err(e) => errors = errors_of(e)?,
        }
    }
    sheet.typed(act_fields(&act, seoul::day(now)), &typed, &errors).show(&state)
}

/// The members of a committee whom a form can choose.
async fn choices(state: &State, id: BodyId, accounts: bool) -> Result<Vec<(String, String)>, WebError> {
    let today = seoul::day(state.now());
    let all = state.db.read(move |rx| seats::of_body(rx, id)).await?;
    let seated = all.into_iter().filter(|m| m.seat.in_office(today) && (!accounts || m.seat.user.is_some()));
    let value = |m: &Member| match m.seat.user {
        Some(user) if accounts => user.0.to_string(),
        _ => m.seat.id.0.to_string(),
    };
    Ok(seated.map(|m| (value(&m), m.person.name)).collect())
}

fn training_fields(members: &[(String, String)]) -> Vec<Field> {
    let modes = TrainingMode::ALL.iter().map(|m| (m.code(), m.label()));
    vec![
        super::super::admin::chosen("seat", "위원", members),
        Field::date("on", "교육받은 날"),
        Field::number("hours", "시간").help("예: 4"),
        Field::text("provider", "교육한 기관").width("w-l"),
        Field::text("certificate", "수료증 번호").optional(),
        Field::radio("mode", "방식").choices(modes),
    ]
}

fn training_sheet(state: &State, who: &Who, id: BodyId) -> Sheet {
    let path = format!("/committees/{}", id.0);
    Sheet::new(state.frame(who, "교육 적기"), &format!("{path}/trainings/new"), "적기")
        .cancel(&path, "위원회로")
}

/// Asks for a training.
///
/// # Errors
/// 404 for strangers.
pub async fn training_form(state: Data<State>, who: Who, id: Path<i64>) -> Result<HttpResponse, WebError> {
    let id = BodyId(*id);
    named(&state, &who, id).await?;
    let members = choices(&state, id, false).await?;
    training_sheet(&state, &who, id).filled(training_fields(&members)).show(&state)
}

/// Writes a training down.
///
/// # Errors
/// 404 for strangers.
pub async fn train(
    state: Data<State>,
    who: Who,
    id: Path<i64>,
    Posted(typed): Posted,
) -> Result<HttpResponse, WebError> {
    let id = BodyId(*id);
    named(&state, &who, id).await?;
    let mut reader = Reader::new(&typed);
    let (seat, on, hours) = (reader.id("seat").map(SeatId), reader.day("on"), reader.number("hours"));
    let mut errors = reader.errors;
    let mode = TrainingMode::from_code(typed.get("mode"));
    for (name, missing) in
        [("seat", seat.is_none()), ("on", on.is_none()), ("hours", hours.is_none()), ("mode", mode.is_none())]
    {
        if missing && errors.of(name).is_none() {
            errors.add(name, "이 칸을 채워 주세요.");
        }
    }
    if let (Some(seat), Some(on), Some(hours), Some(mode), true) = (seat, on, hours, mode, errors.is_empty())
    {
        let (provider, certificate) = (typed.get("provider").to_owned(), typed.get("certificate").to_owned());
        let training = Training { seat, on, minutes: hours.saturating_mul(60), provider, certificate, mode };
        let (actor, now) = (who.actor.clone(), state.now());
        match state.db.write(move |tx| committee::train(tx, &actor, &training, now)).await {
            Ok(()) => {
                let to = format!("/committees/{}", id.0);
                return Ok(see_other(&to, Some(&Flash::ok("교육을 적었습니다."))));
            }
            Err(e) => errors = errors_of(e)?,
        }
    }
    let members = choices(&state, id, false).await?;
    training_sheet(&state, &who, id).typed(training_fields(&members), &typed, &errors).show(&state)
}

fn absence_fields(members: &[(String, String)]) -> Vec<Field> {
    vec![
        super::super::admin::chosen("to", "간사 일을 대신할 위원", members),
        Field::date("from", "시작일"),
        Field::date("until", "마지막 날"),
    ]
}

fn absence_sheet(state: &State, who: &Who, id: BodyId) -> Sheet {
    let path = format!("/committees/{}", id.0);
    Sheet::new(state.frame(who, "간사 대행 정하기"), &format!("{path}/absence"), "정하기")
        .lead("정한 날 동안 그 위원이 간사의 일을 합니다. 마지막 날이 지나면 스스로 끝납니다.")
        .cancel(&path, "위원회로")
}

/// Asks who stands in for the 간사.
///
/// # Errors
/// 404 for strangers.
pub async fn absence_form(state: Data<State>, who: Who, id: Path<i64>) -> Result<HttpResponse, WebError> {
    let id = BodyId(*id);
    named(&state, &who, id).await?;
    let members = choices(&state, id, true).await?;
    absence_sheet(&state, &who, id).filled(absence_fields(&members)).show(&state)
}

/// Puts the desk into another's hands for some days.
///
/// # Errors
/// 404 for strangers.
pub async fn absence(
    state: Data<State>,
    who: Who,
    id: Path<i64>,
    Posted(typed): Posted,
) -> Result<HttpResponse, WebError> {
    let id = BodyId(*id);
    named(&state, &who, id).await?;
    let mut reader = Reader::new(&typed);
    let to = reader.id("to").map(crate::domain::ids::UserId);
    let (from, until) = (reader.day("from"), reader.day("until"));
    let mut errors = reader.errors;
    for (name, missing) in [("to", to.is_none()), ("from", from.is_none()), ("until", until.is_none())] {
        if missing && errors.of(name).is_none() {
            errors.add(name, "이 칸을 채워 주세요.");
        }
    }
    if let (Some(to), Some(from), Some(until), true) = (to, from, until, errors.is_empty()) {
        let (actor, now) = (who.actor.clone(), state.now());
        match state.db.write(move |tx| committee::absent(tx, &actor, id, to, (from, until), now)).await {
            Ok(()) => {
                let back = format!("/committees/{}", id.0);
                return Ok(see_other(&back, Some(&Flash::ok("간사 대행을 정했습니다."))));
            }
            Err(e) => errors = errors_of(e)?,
        }
    }
    let members = choices(&state, id, true).await?;
    absence_sheet(&state, &who, id).typed(absence_fields(&members), &typed, &errors).show(&state)
}
