//! A mediator's profile.
use super::body_names;
use crate::casework::account::people;
use crate::domain::codes::Role;
use crate::domain::ids::{BodyId, UserId};
use crate::store::mediators::{self, Mediator};
use crate::store::users::{self, User};
use crate::store::{Rx, StoreError, bodies, complexes};
use crate::web::error::WebError;
use crate::web::field::Field;
use crate::web::guard::Who;
use crate::web::pages::admin::{Pairs, Reader, chosen};
use crate::web::pages::sheet::{Sheet, errors_of};
use crate::web::parts::Flash;
use crate::web::posted::Posted;
use crate::web::state::{State, see_other};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use chrono::{DateTime, Utc};

/// A mediator as they are known, and what can be chosen: NGOs of theirs, 행정동, 단지.
struct Profile {
    user: User,
    known: Option<Mediator>,
    ngos: Pairs,
    dongs: Pairs,
    complexes: Pairs,
}

fn profile(rx: &mut Rx<'_>, id: UserId, now: DateTime<Utc>) -> Result<Profile, StoreError> {
    let names = body_names(rx)?;
    let held = users::grants_of(rx, id)?.into_iter().filter(|g| g.role == Role::Mediator && !g.is_over(now));
    let ngo_ids: Vec<_> = held.filter_map(|g| g.body_id).collect();
    let mut known = None;
    for ngo in &ngo_ids {
        known = mediators::of_body(rx, *ngo)?.into_iter().find(|m| m.user_id == id).or(known);
    }
    let ngos = ngo_ids.iter().map(|b| (b.0.to_string(), names.get(&b.0).cloned().unwrap_or_default()));
    let ngos = ngos.collect();
    let dongs = bodies::all_dongs(rx)?.into_iter().map(|(code, name, _)| (code, name)).collect();
    let complexes = complexes::all(rx)?.into_iter().map(|c| (c.code, c.name)).collect();
    Ok(Profile { user: users::find(rx, id)?, known, ngos, dongs, complexes })
}

/// Checkboxes with the words of a space-separated list ticked.
fn ticked(name: &str, label: &str, from: &Pairs, list: &str) -> Field {
    let mut field = Field::checks(name, label).layout("grid").optional();
    field = field.choices(from.iter().map(|(value, label)| (value.as_str(), label.as_str())));
    for option in &mut field.options {
        option.checked = list.split_whitespace().any(|word| word == option.value);
    }
    field
}

fn mediator_fields(profile: &Profile) -> Vec<Field> {
    let known = profile.known.as_ref();
    let text = |of: fn(&Mediator) -> &String| known.map(of).cloned().unwrap_or_default();
    let label = Some(text(|m| &m.label)).filter(|l| !l.is_empty()).unwrap_or_else(|| "조정인".to_owned());
    vec![
        chosen("ngo", "협약 기관", &profile.ngos),
        Field::text("label", "부르는 이름").help("예: 조정가, 조정위원").width("w-m").value(&label),
        Field::number("max_load", "한꺼번에 맡을 수 있는 사건 수")
            .value(&known.map_or(3, |m| m.max_load).to_string()),
        Field::text("days", "가능한 때")
            .help("예: 평일저녁 토요일")
            .width("w-l")
            .value(&text(|m| &m.days))
            .optional(),
        Field::text("languages", "쓸 수 있는 언어").width("w-l").value(&text(|m| &m.languages)).optional(),
        Field::date("trained_until", "교육이 유효한 날")
            .value(&known.and_then(|m| m.trained_until).map(|d| d.to_string()).unwrap_or_default())
            .optional(),
        ticked("dongs", "활동하는 행정동", &profile.dongs, &text(|m| &m.dongs))
            .help("하나도 고르지 않으면 모든 동에서 활동합니다."),
        ticked("conflicts", "이해관계가 있는 단지", &profile.complexes, &text(|m| &m.conflicts))
            .help("살거나 일하는 단지입니다. 그 단지의 사건은 배정되지 않습니다."),
    ]
}

fn mediator_sheet(state: &State, who: &Who, user: &User) -> Sheet {
    let path = format!("/admin/people/{}", user.id.0);
    Sheet::new(state.frame(who, "조정인 정보"), &format!("{path}/mediator"), "저장")
        .lead(&format!("{} 님을 배정 후보로 올릴 때 쓰는 정보입니다.", user.name))
        .cancel(&path, "사람으로")
}

/// Asks for a mediator's profile.
///
/// # Errors
/// `not_found`.
pub async fn mediator_form(state: Data<State>, who: Who, id: Path<i64>) -> Result<HttpResponse, WebError> {
    let (id, now) = (UserId(*id), state.now());
    let profile = state.db.read(move |rx| profile(rx, id, now)).await?;
    mediator_sheet(&state, &who, &profile.user).filled(mediator_fields(&profile)).show(&state)
}

/// Keeps a mediator's profile.
///
/// # Errors
/// `not_found`; database errors.
pub async fn mediator(
    state: Data<State>,
    who: Who,
    id: Path<i64>,
    Posted(typed): Posted,
) -> Result<HttpResponse, WebError> {
    let (id, now) = (UserId(*id), state.now());
    let profile = state.db.read(move |rx| profile(rx, id, now)).await?;
    let mut reader = Reader::new(&typed);
    let words = |name: &str| typed.all(name).collect::<Vec<_>>().join(" ");
    // Only an NGO at which the person is a mediator can be chosen.
    let ngo = reader.id("ngo").filter(|id| profile.ngos.iter().any(|(value, _)| *value == id.to_string()));
    let (load, trained_until) = (reader.number("max_load"), reader.day("trained_until"));
    let mut errors = std::mem::take(&mut reader.errors);
    match ngo {
        None => errors.add("ngo", "협약 기관을 골라 주세요. 없으면 먼저 조정인 역할을 더해 주세요."),
        Some(ngo) if errors.is_empty() => {
            let before = profile.known.clone();
            let kept = Mediator {
                user_id: id,
                body_id: BodyId(ngo),
                label: reader.text("label"),
                dongs: words("dongs"),
                days: reader.text("days"),
                languages: reader.text("languages"),
                max_load: load.unwrap_or(0),
                trained_until,
                conflicts: words("conflicts"),
                hours: before.as_ref().map(|m| m.hours.clone()).unwrap_or_default(),
                wishes: before.as_ref().map(|m| m.wishes.clone()).unwrap_or_default(),
                relations: before.as_ref().map(|m| m.relations.clone()).unwrap_or_default(),
                leave_from: before.as_ref().and_then(|m| m.leave_from),
                leave_until: before.as_ref().and_then(|m| m.leave_until),
            };
            let actor = who.actor.clone();
            match state.db.write(move |tx| people::keep_mediator(tx, &actor, &kept, now)).await {
                Ok(()) => {
                    let to = format!("/admin/people/{}", id.0);
                    return Ok(see_other(&to, Some(&Flash::ok("저장했습니다."))));
                }
                Err(e) => errors = errors_of(e)?,
            }
        }
        Some(_) => {}
    }
    mediator_sheet(&state, &who, &profile.user).typed(mediator_fields(&profile), &typed, &errors).show(&state)
}
