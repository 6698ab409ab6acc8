//! One page for everything that is done at a committee or with a seat: its form, made from its table, and doing it.
use super::forms::{by_rules, refused};
use super::{named, none};
use crate::casework::CaseworkError;
use crate::casework::committee;
use crate::domain::codes::MeetingState;
use crate::domain::committee::delegation::Act;
use crate::domain::committee::form::{self, BodyAct, SeatAct};
use crate::domain::committee::rules::BodyRules;
use crate::domain::ids::{BodyId, SeatId};
use crate::domain::permission::Actor;
use crate::domain::seoul;
use crate::store::seats::{self, Member};
use crate::store::{Rx, meetings};
use crate::web::asked::{Options, page_fields};
use crate::web::committees::{self, Made};
use crate::web::error::WebError;
use crate::web::field::{Errors, Field};
use crate::web::guard::Who;
use crate::web::pages::sheet::{Sheet, errors_of};
use crate::web::parts::Flash;
use crate::web::posted::Posted;
use crate::web::state::{State, see_other};
use crate::web::steps::words;
use crate::web::typed::Typed;
use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use chrono::{DateTime, Utc};

/// Meetings that can be chosen at most.
const MEETINGS: i64 = 20;

/// What this person can do at a committee.
pub(crate) fn open_to(actor: &Actor, id: BodyId) -> Vec<BodyAct> {
    let keeps = actor.may_keep(id);
    let sees = actor.assemblies().contains(&id);
    // A council has no cases to stand in for or to decide about.
    let of_cases = |act: &BodyAct| matches!(act, BodyAct::StandIn | BodyAct::Table);
    let offered = BodyAct::ALL.iter().copied().filter(|act| !actor.councils.contains(&id) || !of_cases(act));
    offered.filter(|act| keeps || (sees && *act == BodyAct::Demand)).collect()
}

/// What a form of a committee is made from.
struct Ground {
    name: String,
    fields: Vec<Field>,
}

async fn ground(state: &State, who: &Who, id: BodyId, act: BodyAct) -> Result<Ground, WebError> {
    let name = named(state, who, id).await?;
    none(open_to(&who.actor, id).contains(&act).then_some(()))?;
    let (actor, now) = (who.actor.clone(), state.now());
    let fields = state.db.read(move |rx| fields(rx, &actor, id, act, now)).await?;
    Ok(Ground { name, fields })
}

fn fields(
    rx: &mut Rx<'_>,
    actor: &Actor,
    id: BodyId,
    act: BodyAct,
    now: DateTime<Utc>,
) -> Result<Vec<Field>, CaseworkError> {
    let home = committee::home(rx, actor, id, now)?;
    let today = seoul::day(now);
    let member = |m: &Member| (m.seat.id.0.to_string(), m.person.name.clone());
    let all = home.members.iter().map(|shown| &shown.member);
    let in_office =
        all.filter(|m| m.seat.in_office(today) && (act != BodyAct::Absence || m.seat.user.is_some()));
    let mut options = Options::default().with("seat", in_office.map(member).collect());
    if act == BodyAct::Table {
        let open = |h: &meetings::Head| {
            matches!(h.state, MeetingState::Convened | MeetingState::Noticed | MeetingState::Open)
        };
        let held = meetings::of_bodies(rx, &[id], MEETINGS)?.into_iter().filter(open);
        let pair = |h: meetings::Head| {
            let when = h.starts_at.map_or_else(String::new, |t| words::official(t.and_utc()));
            (h.id.0.to_string(), format!("{when} {}", h.sort.label()))
        };
        options = options.with("meeting", held.map(pair).collect());
    }
    let mut made = page_fields(&form::fields(act), &options);
    match act {
        BodyAct::Meeting => {
            by_rules(&mut made, &home.rules);
            made = put(made, &Typed::from_pairs([("minutes".to_owned(), "60".to_owned())]));
        }
        BodyAct::Nominate => {
            let posted = [("post", "member"), ("votes", "yes")];
            made = put(made, &Typed::from_pairs(posted.map(|(n, v)| (n.to_owned(), v.to_owned()))));
        }
        BodyAct::Rules => made = put(made, &as_typed(&home.rules)),
        BodyAct::Table => {
            let lines = Act::all().into_iter();
            let lines = lines.map(|act| (act.code(), home.delegation.decider(act).code().to_owned()));
            made = put(made, &Typed::from_pairs(lines));
        }
        // Whoever sits asks for themselves; only the desk writes down what came on paper.
        BodyAct::Demand if !actor.may_keep(id) => made.retain(|f| f.name != "seat"),
        _ => {}
    }
    Ok(made)
}

/// Fills fields in that have something in a fresh form.
fn put(made: Vec<Field>, typed: &Typed) -> Vec<Field> {
    let known = |f: &Field| typed.pairs().iter().any(|(name, _)| *name == f.name);
    made.into_iter().map(|f| if known(&f) { f.typed(typed) } else { f }).collect()
}

/// The rules in force, as their form would send them.
fn as_typed(rules: &BodyRules) -> Typed {
    let some = |n: Option<u32>| n.map(|n| n.to_string()).unwrap_or_default();
    let mut pairs = vec![
        ("size_min", rules.size_min.to_string()),
        ("size_max", some(rules.size_max)),
        ("chair", rules.chair.code().to_owned()),
        ("ex_officio", rules.ex_officio.join("\n")),
        ("appointer", rules.appointer.code().to_owned()),
        ("term_years", rules.term_years.to_string()),
        ("renewals", some(rules.renewals)),
        ("regular_months", some(rules.regular_months)),
        ("quorum", rules.quorum.code()),
        ("majority", rules.majority.code()),
        ("demand", rules.demand.code()),
        ("recused_on_roll", if rules.recused_on_roll { "yes" } else { "" }.to_owned()),
        ("notice_days", rules.notice_days.to_string()),
        ("training_hours", rules.training_hours.to_string()),
    ];
    pairs.extend(rules.categories.iter().map(|c| ("categories", c.code().to_owned())));
    pairs.extend(rules.modes.iter().map(|m| ("modes", m.code().to_owned())));
    pairs.extend(rules.secret.iter().map(|k| ("secret", k.code().to_owned())));
    Typed::from_pairs(pairs.into_iter().map(|(name, value)| (name.to_owned(), value)))
}

fn act_of(code: &str) -> Result<BodyAct, WebError> {
    none(BodyAct::from_code(code))
}

fn sheet(state: &State, who: &Who, id: BodyId, act: BodyAct, ground: &Ground) -> Sheet {
    let path = format!("/committees/{}", id.0);
    let lead = match act {
        BodyAct::Absence => "정한 날 동안 그 위원이 간사의 일을 합니다. 마지막 날이 지나면 스스로 끝납니다.",
        BodyAct::Table => {
            "누가 무엇을 정하는지입니다. 지금 진행 중인 사건은 접수할 때의 전결표를 그대로 씁니다."
        }
        _ => &ground.name,
    };
    Sheet::new(state.frame(who, act.label()), &format!("{path}/do/{}", act.code()), act.label())
        .lead(lead)
        .cancel(&path, "위원회로")
}

/// Asks for the particulars of an act.
///
/// # Errors
/// 404 where the person could not do it.
pub async fn show(state: Data<State>, who: Who, path: Path<(i64, String)>) -> Result<HttpResponse, WebError> {
    let (id, act) = path.into_inner();
    let (id, act) = (BodyId(id), act_of(&act)?);
    let ground = ground(&state, &who, id, act).await?;
    sheet(&state, &who, id, act, &ground).filled(ground.fields).show(&state)
}

/// Does it.
///
/// # Errors
/// 404 where the person could not do it.
pub async fn take(
    state: Data<State>,
    who: Who,
    path: Path<(i64, String)>,
    Posted(typed): Posted,
) -> Result<HttpResponse, WebError> {
    let (id, act) = path.into_inner();
    let (id, act) = (BodyId(id), act_of(&act)?);
    let ground = ground(&state, &who, id, act).await?;
    let read = committees::typed(&form::fields(act), &typed).and_then(|body| committees::read(act, body));
    let errors = match read {
        Err(errors) => errors,
        Ok(wanted) => {
            let (actor, now) = (who.actor.clone(), state.now());
            match state.db.write(move |tx| committees::take(tx, &actor, id, wanted, now)).await {
                Ok(made) => return Ok(onward(id, act, made)),
                Err(e) => refused(e)?,
            }
        }
    };
    sheet(&state, &who, id, act, &ground).typed(ground.fields, &typed, &errors).show(&state)
}

fn onward(id: BodyId, act: BodyAct, made: Made) -> HttpResponse {
    let home = format!("/committees/{}", id.0);
    let (to, said) = match (act, made) {
        (BodyAct::Nominate, Made { seat: Some(seat), .. }) => {
            (format!("/seats/{}", seat.0), "위원을 추천했습니다. 위촉한 날을 적어 주세요.")
        }
        (_, Made { meeting: Some(meeting), .. }) => {
            (super::path_of(meeting), "적었습니다. 안건을 더하고 소집 통지를 보내 주세요.")
        }
        _ => (home, "적었습니다."),
    };
    see_other(&to, Some(&Flash::ok(said)))
}

/// What can be done with a seat as it stands: exactly what the seat's own rules accept.
pub(crate) fn open_for(seat: &seats::Member) -> Vec<SeatAct> {
    use crate::domain::codes::SeatEnd;
    use crate::domain::committee::appointment::SeatStep;
    let seat = &seat.seat;
    let day =
        [seat.appointed_on, seat.accepted_on].into_iter().flatten().max().unwrap_or(seat.from).max(seat.from);
    let fits = |act: &SeatAct| {
        let step = match act {
            SeatAct::Amend => return seat.ended.is_none(),
            SeatAct::Appoint => SeatStep::Appoint { on: day },
            SeatAct::Accept => SeatStep::Accept { on: day },
            SeatAct::Pledge => SeatStep::Pledge { on: day },
            SeatAct::End => SeatStep::End { on: day, why: SeatEnd::Resigned },
            SeatAct::Renew | SeatAct::Substitute => {
                return seat.ended.is_none() && seat.until.is_some() && seat.appointed_on.is_some();
            }
        };
        seat.after(step).is_ok()
    };
    SeatAct::ALL.iter().copied().filter(fits).collect()
}

/// A member whom this person's desk keeps.
pub(super) async fn member(state: &State, who: &Who, id: SeatId) -> Result<Member, WebError> {
    let found = state.db.read(move |rx| seats::find(rx, id)).await?;
    let keeps = who.actor.may_keep(found.seat.body);
    none(keeps.then_some(found))
}

fn seat_sheet(state: &State, who: &Who, member: &Member, act: SeatAct) -> Result<Sheet, WebError> {
    none(open_for(member).contains(&act).then_some(()))?;
    let path = format!("/seats/{}", member.seat.id.0);
    let sheet = Sheet::new(state.frame(who, act.label()), &format!("{path}/do/{}", act.code()), "적기")
        .lead(&member.person.name)
        .cancel(&path, "위원으로");
    Ok(if act == SeatAct::End { sheet.danger() } else { sheet })
}

fn seat_fields(state: &State, member: &Member, act: SeatAct) -> Vec<Field> {
    let mut known = vec![("on", seoul::day(state.now()).to_string())];
    if act == SeatAct::Amend {
        let person = &member.person;
        let door = person.door().map(|door| door.to_string()).unwrap_or_default();
        let said = [&person.name, &person.address, &person.phone, &door].map(String::clone);
        known.extend(["name", "address", "phone", "unit"].into_iter().zip(said));
    }
    let made = page_fields(&form::seat_fields(act), &Options::default());
    put(made, &Typed::from_pairs(known.into_iter().map(|(name, value)| (name.to_owned(), value))))
}

/// Asks for the particulars of an act on a seat.
///
/// # Errors
/// 404 where the seat does not allow it now.
pub async fn show_seat(
    state: Data<State>,
    who: Who,
    path: Path<(i64, String)>,
) -> Result<HttpResponse, WebError> {
    let (id, act) = path.into_inner();
    let act = none(SeatAct::from_code(&act))?;
    let member = member(&state, &who, SeatId(id)).await?;
    seat_sheet(&state, &who, &member, act)?.filled(seat_fields(&state, &member, act)).show(&state)
}

/// Does it.
///
/// # Errors
/// 404 where the seat does not allow it now.
pub async fn take_seat(
    state: Data<State>,
    who: Who,
    path: Path<(i64, String)>,
    Posted(typed): Posted,
) -> Result<HttpResponse, WebError> {
    let (id, act) = path.into_inner();
    let act = none(SeatAct::from_code(&act))?;
    let member = member(&state, &who, SeatId(id)).await?;
    let sheet = seat_sheet(&state, &who, &member, act)?;
    let body = committees::typed(&form::seat_fields(act), &typed);
    let errors = match body.and_then(|body| committees::read_seat(act, body)) {
        Err(errors) => errors,
        Ok(wanted) => {
            let (actor, now, seat) = (who.actor.clone(), state.now(), member.seat.id);
            match state.db.write(move |tx| committees::take_seat(tx, &actor, seat, wanted, now)).await {
                Ok(to) => return Ok(see_other(&format!("/seats/{}", to.0), Some(&Flash::ok("적었습니다.")))),
                Err(e) => at_the_day(e)?,
            }
        }
    };
    sheet.typed(seat_fields(&state, &member, act), &typed, &errors).show(&state)
}

/// What a seat refuses is about the day.
fn at_the_day(e: CaseworkError) -> Result<Errors, WebError> {
    match e {
        CaseworkError::Refused(refused) => {
            let mut errors = Errors::default();
            errors.add("on", &refused.sentence);
            Ok(errors)
        }
        e => errors_of(e),
    }
}
