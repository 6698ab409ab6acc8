//! People: the list, one person, inviting, stopping and opening accounts, a mediator's profile.
mod acts;
mod mediator;

pub use acts::{act, act_form};
pub use mediator::{mediator, mediator_form};

use super::grants::{self, grant_fields};
use super::{Listing, Pairs, Reader, home, shown_at};
use crate::casework::account::AccountRules;
use crate::casework::account::people::{self, Invite};
use crate::domain::codes::{AccountStatus, Role};
use crate::domain::ids::UserId;
use crate::render::korean;
use crate::store::users::{GrantRow, User};
use crate::store::{Rx, StoreError, bodies, users};
use crate::web::error::WebError;
use crate::web::field::Field;
use crate::web::guard::Who;
use crate::web::pages::sheet::{Sheet, errors_of};
use crate::web::parts::{Cell, Column, Empty, Flash, Link, Summary, Table};
use crate::web::posted::Posted;
use crate::web::state::{State, see_other};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use acts::Act;
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;

/// The names of the bodies, by id.
pub(super) fn body_names(rx: &mut Rx<'_>) -> Result<BTreeMap<i64, String>, StoreError> {
    Ok(bodies::every(rx)?.into_iter().map(|b| (b.id.0, b.name)).collect())
}

/// `천연뜨란채 위원회 간사`.
pub(super) fn role_at(grant: &GrantRow, names: &BTreeMap<i64, String>) -> String {
    let body = grant.body_id.and_then(|b| names.get(&b.0));
    body.map_or_else(|| grant.role.label().to_owned(), |name| format!("{name} {}", grant.role.label()))
}

fn status(user: &User) -> Cell {
    let kind = match user.status {
        AccountStatus::Active => "ok",
        AccountStatus::Invited => "info",
        AccountStatus::Disabled => "plain",
    };
    Cell::badge(user.status.label(), kind)
}

/// Everyone with an account.
///
/// # Errors
/// Database and template errors.
pub async fn list(state: Data<State>, who: Who) -> Result<HttpResponse, WebError> {
    let now = state.now();
    let find = move |rx: &mut Rx<'_>| {
        Ok::<_, StoreError>((users::all(rx)?, users::all_in_force(rx, now)?, body_names(rx)?))
    };
    let (all, held, names) = state.db.read(find).await?;
    let mut listing = Listing::new(&state, &who, "사람", home());
    listing.acts = vec![Link::new("/admin/people/new", "사람 초대하기")];
    let rows: Vec<Vec<Cell>> = all
        .iter()
        .map(|user| {
            let own = held.iter().filter(|g| g.user_id == user.id);
            let roles: Vec<String> = own.map(|grant| role_at(grant, &names)).collect();
            vec![
                Cell::link(user.name.clone(), format!("/admin/people/{}", user.id.0)),
                Cell::text(user.email.clone()),
                Cell::text(if roles.is_empty() { "없음".to_owned() } else { roles.join(", ") }),
                status(user),
            ]
        })
        .collect();
    let columns = ["이름", "전자우편", "지금 역할", "상태"].map(Column::new).to_vec();
    listing.tables = vec![Table::new(
        format!("사람 {}명", rows.len()),
        columns,
        rows,
        Empty::new("아직 아무도 없습니다."),
    )];
    listing.show(&state)
}

/// A person with every grant they ever had, and their mediator's profile.
type Shown = (User, Vec<GrantRow>, BTreeMap<i64, String>);

async fn person(state: &State, id: UserId) -> Result<Shown, WebError> {
    let find = move |rx: &mut Rx<'_>| {
        Ok::<_, StoreError>((users::find(rx, id)?, users::grants_of(rx, id)?, body_names(rx)?))
    };
    Ok(state.db.read(find).await?)
}

fn grant_row(grant: &GrantRow, names: &BTreeMap<i64, String>, now: DateTime<Utc>) -> Vec<Cell> {
    let state = match (grant.is_over(now), grant.is_in_force(now)) {
        (true, _) => Cell::badge("끝남", "plain"),
        (false, true) => Cell::badge("쓰는 중", "ok"),
        (false, false) => Cell::badge("예정", "info"),
    };
    let act = if grant.is_over(now) {
        Cell::text("-")
    } else {
        Cell::link("끝내기", format!("/admin/grants/{}/end", grant.id.0))
    };
    vec![
        Cell::text(role_at(grant, names)),
        Cell::text(format!("{} ~ {}", shown_at(Some(grant.from_at)), shown_at(grant.until_at))),
        state,
        act,
    ]
}

/// One person.
///
/// # Errors
/// `not_found`.
pub async fn show(state: Data<State>, who: Who, id: Path<i64>) -> Result<HttpResponse, WebError> {
    let (user, held, names) = person(&state, UserId(*id)).await?;
    let now = state.now();
    let mut listing = Listing::new(&state, &who, &user.name, Link::new("/admin/people", "사람 목록으로"));
    let phone = if user.phone.is_empty() { "적지 않음".to_owned() } else { korean::phone(&user.phone) };
    listing.facts = Some(
        Summary::default()
            .row("전자우편", user.email.clone())
            .row("전화번호", phone)
            .row("상태", user.status.label()),
    );
    let path = format!("/admin/people/{}", user.id.0);
    let act = |what: Act| Link::new(format!("{path}/do/{}", what.code()), what.title());
    listing.acts = vec![Link::new(format!("{path}/grants"), "역할 더하기")];
    if held.iter().any(|g| g.role == Role::Mediator && !g.is_over(now)) {
        listing.acts.push(Link::new(format!("{path}/mediator"), "조정인 정보"));
    }
    listing.acts.extend(match user.status {
        AccountStatus::Invited => vec![act(Act::Invite), act(Act::Disable)],
        AccountStatus::Active => vec![act(Act::Reset), act(Act::Disable)],
        AccountStatus::Disabled => vec![act(Act::Enable)],
    });
    let rows = held.iter().map(|grant| grant_row(grant, &names, now)).collect();
    let columns = ["역할", "기간", "상태", "하기"].map(Column::new).to_vec();
    listing.tables = vec![Table::new("역할".to_owned(), columns, rows, Empty::new("받은 역할이 없습니다."))];
    listing.show(&state)
}

fn invite_sheet(state: &State, who: &Who, choices: &Pairs) -> (Sheet, Vec<Field>) {
    let mut fields = vec![
        Field::text("name", "이름").width("w-m"),
        Field::email("email", "전자우편 주소")
            .help("이 주소로 초대 메일을 보냅니다. 72시간 동안 한 번 쓸 수 있습니다."),
        Field::tel("phone", "전화번호").optional(),
    ];
    fields.extend(grant_fields(choices));
    let mut sheet = Sheet::new(state.frame(who, "사람 초대하기"), "/admin/people/new", "초대 메일 보내기")
        .cancel("/admin/people", "사람 목록으로");
    sheet.page.mail_to_files = state.mail_note();
    (sheet, fields)
}

/// Asks for somebody to be invited.
///
/// # Errors
/// Database and template errors.
pub async fn invite_form(state: Data<State>, who: Who) -> Result<HttpResponse, WebError> {
    let choices = grants::choices(&state).await?;
    let (sheet, fields) = invite_sheet(&state, &who, &choices);
    sheet.filled(fields).show(&state)
}

/// Invites somebody.
///
/// # Errors
/// Database errors.
pub async fn invite(state: Data<State>, who: Who, Posted(typed): Posted) -> Result<HttpResponse, WebError> {
    let mut reader = Reader::new(&typed);
    let grant = grants::read(&mut reader);
    let (email, name, phone) = (reader.text("email"), reader.text("name"), reader.text("phone"));
    let mut errors = reader.errors;
    if let (Some(grant), true) = (grant, errors.is_empty()) {
        let invite = Invite { email, name, phone, grant };
        let (actor, rules, now) = (who.actor.clone(), AccountRules::of(&state.settings), state.now());
        match state.db.write(move |tx| people::invite(tx, &actor, &rules, &invite, now)).await {
            Ok(sent) => {
                let to = format!("/admin/people/{}", sent.user.0);
                return Ok(see_other(&to, Some(&Flash::ok("초대 메일을 보냈습니다."))));
            }
            Err(e) => errors = errors_of(e)?,
        }
    }
    let choices = grants::choices(&state).await?;
    let (sheet, fields) = invite_sheet(&state, &who, &choices);
    sheet.typed(fields, &typed, &errors).show(&state)
}

/// A grant's term in a sentence.
pub(super) fn term(grant: &GrantRow) -> String {
    match grant.until_at {
        Some(_) => format!("{} ~ {}", shown_at(Some(grant.from_at)), shown_at(grant.until_at)),
        None => format!("{}부터", shown_at(Some(grant.from_at))),
    }
}
