//! Giving and ending roles. A grant is never edited: another term is another grant.
use super::people::{body_names, role_at, term};
use super::{Pairs, Reader, maybe};
use crate::casework::account::people::{self, NewGrant};
use crate::domain::codes::Role;
use crate::domain::ids::{BodyId, GrantId, UserId};
use crate::domain::permission::seats;
use crate::domain::seoul;
use crate::store::users::GrantRow;
use crate::store::{StoreError, bodies, users};
use crate::web::error::WebError;
use crate::web::field::{Errors, Field};
use crate::web::guard::Who;
use crate::web::pages::sheet::{Sheet, errors_of};
use crate::web::parts::{Flash, Summary};
use crate::web::posted::Posted;
use crate::web::state::{State, see_other};
use crate::web::typed::Typed;
use actix_web::HttpResponse;
use actix_web::web::{Data, Path};

/// The bodies at which somebody can hold a role, with their kind.
pub(super) async fn choices(state: &State) -> Result<Pairs, WebError> {
    let today = seoul::day(state.now());
    let standing = state.db.read(move |rx| bodies::all(rx, today)).await?;
    let seated = |kind| Role::ALL.iter().any(|role| seats(*role).contains(&kind));
    let kept = standing.into_iter().filter(|b| seated(b.kind));
    Ok(kept.map(|b| (b.id.0.to_string(), format!("{} · {}", b.kind.label(), b.name))).collect())
}

/// The fields of a role: which, where, from when, until when.
pub(super) fn grant_fields(choices: &Pairs) -> Vec<Field> {
    let mut role = Field::radio("role", "역할");
    for each in Role::ALL {
        let kinds: Vec<&str> = seats(*each).iter().map(|kind| kind.label()).collect();
        let help = if kinds.is_empty() {
            "설정과 사람을 맡습니다. 사건은 볼 수 없습니다.".to_owned()
        } else {
            format!("{}에서 일합니다.", kinds.join(", "))
        };
        role = role.choice(each.code(), each.label(), Some(&help));
    }
    vec![
        role,
        maybe("body", "기관", "운영자는 고르지 않습니다", choices),
        Field::date("from", "시작하는 날").help("비우면 지금부터입니다.").optional(),
        Field::date("until", "끝나는 날")
            .help("이날부터 역할이 없습니다. 비우면 끝낼 때까지입니다.")
            .optional(),
    ]
}

/// The role as it was typed.
pub(super) fn read(reader: &mut Reader<'_>) -> Option<NewGrant> {
    let role = Role::from_code(&reader.text("role"));
    if role.is_none() {
        reader.errors.add("role", "역할을 골라 주세요.");
    }
    let (body, from, until) = (reader.id("body").map(BodyId), reader.day("from"), reader.day("until"));
    role.map(|role| NewGrant { role, body, from, until })
}

fn give_sheet(state: &State, who: &Who, user: &users::User) -> Sheet {
    let path = format!("/admin/people/{}", user.id.0);
    Sheet::new(state.frame(who, "역할 더하기"), &format!("{path}/grants"), "역할 주기")
        .lead(&format!("{} 님에게 역할을 줍니다.", user.name))
        .cancel(&path, "사람으로")
}

/// Asks for a role to be given.
///
/// # Errors
/// `not_found`.
pub async fn give_form(state: Data<State>, who: Who, id: Path<i64>) -> Result<HttpResponse, WebError> {
    let id = UserId(*id);
    let user = state.db.read(move |rx| users::find(rx, id)).await?;
    let choices = choices(&state).await?;
    give_sheet(&state, &who, &user).filled(grant_fields(&choices)).show(&state)
}

/// Gives a role.
///
/// # Errors
/// `not_found`; database errors.
pub async fn give(
    state: Data<State>,
    who: Who,
    id: Path<i64>,
    Posted(typed): Posted,
) -> Result<HttpResponse, WebError> {
    let id = UserId(*id);
    let user = state.db.read(move |rx| users::find(rx, id)).await?;
    let mut reader = Reader::new(&typed);
    let grant = read(&mut reader);
    let mut errors = reader.errors;
    if let (Some(grant), true) = (grant, errors.is_empty()) {
        let (actor, now) = (who.actor.clone(), state.now());
        match state.db.write(move |tx| people::give(tx, &actor, id, &grant, now)).await {
            Ok(_) => {
                let next = if grant.role == Role::Mediator { "/mediator" } else { "" };
                let to = format!("/admin/people/{}{next}", id.0);
                return Ok(see_other(&to, Some(&Flash::ok("역할을 주었습니다."))));
            }
            Err(e) => errors = errors_of(e)?,
        }
    }
    let choices = choices(&state).await?;
    give_sheet(&state, &who, &user).typed(grant_fields(&choices), &typed, &errors).show(&state)
}

async fn end_sheet(state: &State, who: &Who, id: GrantId) -> Result<Sheet, WebError> {
    let find = move |rx: &mut crate::store::Rx<'_>| {
        let grant = users::find_grant(rx, id)?;
        Ok::<(GrantRow, _, _), StoreError>((grant.clone(), users::find(rx, grant.user_id)?, body_names(rx)?))
    };
    let (grant, user, names) = state.db.read(find).await?;
    let facts = Summary::default()
        .row("사람", user.name)
        .row("역할", role_at(&grant, &names))
        .row("기간", term(&grant));
    let path = format!("/admin/grants/{}/end", id.0);
    Ok(Sheet::new(state.frame(who, "역할 끝내기"), &path, "역할 끝내기")
        .lead("지금 끝냅니다. 이 역할로 보던 사건은 바로 볼 수 없게 됩니다. 끝낸 역할은 되살리지 않고 새로 줍니다.")
        .facts(facts)
        .cancel(&format!("/admin/people/{}", grant.user_id.0), "그만두기")
        .danger())
}

/// Asks whether a role is to end.
///
/// # Errors
/// `not_found`.
pub async fn end_form(state: Data<State>, who: Who, id: Path<i64>) -> Result<HttpResponse, WebError> {
    end_sheet(&state, &who, GrantId(*id)).await?.filled(Vec::new()).show(&state)
}

/// Ends a role.
///
/// # Errors
/// `not_found`; `conflict` when it is over.
pub async fn end(
    state: Data<State>,
    who: Who,
    id: Path<i64>,
    Posted(_): Posted,
) -> Result<HttpResponse, WebError> {
    let (id, actor, now) = (GrantId(*id), who.actor.clone(), state.now());
    match state.db.write(move |tx| people::end_grant(tx, &actor, id, now)).await {
        Ok(user) => {
            Ok(see_other(&format!("/admin/people/{}", user.0), Some(&Flash::ok("역할을 끝냈습니다."))))
        }
        Err(e) => {
            let errors: Errors = errors_of(e)?;
            end_sheet(&state, &who, id).await?.typed(Vec::new(), &Typed::default(), &errors).show(&state)
        }
    }
}
