//! People: the list, one person, inviting, stopping and opening accounts, a mediator's profile.
use super::grants::{self, grant_fields};
use super::{Listing, Pairs, Reader, home, shown_at};
use crate::casework::CaseworkError;
use crate::casework::account::AccountRules;
use crate::casework::account::people::{self, Invite};
use crate::domain::codes::{AccountStatus, Role};
use crate::domain::ids::UserId;
use crate::render::korean;
use crate::store::mediators::{self, Mediator};
use crate::store::users::{GrantRow, User};
use crate::store::{Rx, StoreError, Tx, bodies, complexes, users};
use crate::web::error::WebError;
use crate::web::field::Field;
use crate::web::guard::Who;
use crate::web::pages::sheet::{Sheet, errors_of};
use crate::web::parts::{Cell, Column, Empty, Flash, Link, Summary, Table};
use crate::web::posted::Posted;
use crate::web::state::{State, see_other};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
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

/// What can be done to an account with one press.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    Invite,
    Reset,
    Disable,
    Enable,
}

impl Act {
    const ALL: [Self; 4] = [Self::Invite, Self::Reset, Self::Disable, Self::Enable];

    fn code(self) -> &'static str {
        match self {
            Self::Invite => "invite",
            Self::Reset => "reset",
            Self::Disable => "disable",
            Self::Enable => "enable",
        }
    }

    fn from_path(code: &str) -> Result<Self, WebError> {
        Self::ALL.into_iter().find(|act| act.code() == code).ok_or_else(WebError::not_found)
    }

    fn title(self) -> &'static str {
        match self {
            Self::Invite => "다시 초대하기",
            Self::Reset => "비밀번호 재설정 링크 보내기",
            Self::Disable => "계정 멈추기",
            Self::Enable => "계정 다시 열기",
        }
    }

    fn lead(self, name: &str) -> String {
        match self {
            Self::Invite => {
                format!("{name} 님께 초대 메일을 다시 보냅니다. 앞서 보낸 링크는 쓸 수 없게 됩니다.")
            }
            Self::Reset => format!("{name} 님께 비밀번호를 다시 정하는 링크를 보냅니다."),
            Self::Disable => format!(
                "{name} 님이 바로 로그아웃되고 다시 로그인할 수 없습니다. API 토큰도 없어집니다. 한 일의 기록은 남습니다."
            ),
            Self::Enable => {
                format!("{name} 님이 다시 로그인할 수 있습니다. 끝나지 않은 역할도 그대로입니다.")
            }
        }
    }

    fn done(self) -> &'static str {
        match self {
            Self::Invite => "초대 메일을 다시 보냈습니다.",
            Self::Reset => "링크를 보냈습니다.",
            Self::Disable => "계정을 멈췄습니다.",
            Self::Enable => "계정을 다시 열었습니다.",
        }
    }

    fn run(
        self,
        tx: &mut Tx<'_>,
        actor: &crate::domain::permission::Actor,
        rules: &AccountRules,
        user: UserId,
        now: DateTime<Utc>,
    ) -> Result<(), CaseworkError> {
        match self {
            Self::Invite => people::invite_again(tx, actor, rules, user, now).map(drop),
            Self::Reset => people::send_reset(tx, actor, rules, user, now).map(drop),
            Self::Disable => people::disable(tx, actor, user, now),
            Self::Enable => people::enable(tx, actor, user, now),
        }
    }
}

fn act_sheet(state: &State, who: &Who, act: Act, user: &User) -> Sheet {
    let path = format!("/admin/people/{}", user.id.0);
    let sheet = Sheet::new(state.frame(who, act.title()), &format!("{path}/do/{}", act.code()), act.title())
        .lead(&act.lead(&user.name))
        .cancel(&path, "그만두기");
    let mut sheet = if act == Act::Disable { sheet.danger() } else { sheet };
    sheet.page.mail_to_files = state.mail_note().filter(|_| matches!(act, Act::Invite | Act::Reset));
    sheet
}

/// Asks whether it is meant.
///
/// # Errors
/// `not_found`.
pub async fn act_form(
    state: Data<State>,
    who: Who,
    path: Path<(i64, String)>,
) -> Result<HttpResponse, WebError> {
    let (id, act) = path.into_inner();
    let act = Act::from_path(&act)?;
    let user = state.db.read(move |rx| users::find(rx, UserId(id))).await?;
    act_sheet(&state, &who, act, &user).filled(Vec::new()).show(&state)
}

/// Does it.
///
/// # Errors
/// `not_found`; `conflict` when the account is not in the state that it needs.
pub async fn act(
    state: Data<State>,
    who: Who,
    path: Path<(i64, String)>,
    Posted(typed): Posted,
) -> Result<HttpResponse, WebError> {
    let (id, act) = path.into_inner();
    let act = Act::from_path(&act)?;
    let user = state.db.read(move |rx| users::find(rx, UserId(id))).await?;
    let (actor, rules, now, own) =
        (who.actor.clone(), AccountRules::of(&state.settings), state.now(), user.id);
    match state.db.write(move |tx| act.run(tx, &actor, &rules, own, now)).await {
        Ok(()) => Ok(see_other(&format!("/admin/people/{id}"), Some(&Flash::ok(act.done())))),
        Err(e) => act_sheet(&state, &who, act, &user).typed(Vec::new(), &typed, &errors_of(e)?).show(&state),
    }
}

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
        super::chosen("ngo", "협약 기관", &profile.ngos),
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
            let kept = Mediator {
                user_id: id,
                body_id: crate::domain::ids::BodyId(ngo),
                label: reader.text("label"),
                dongs: words("dongs"),
                days: reader.text("days"),
                languages: reader.text("languages"),
                max_load: load.unwrap_or(0),
                trained_until,
                conflicts: words("conflicts"),
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

/// A grant's term in a sentence.
pub(super) fn term(grant: &GrantRow) -> String {
    match grant.until_at {
        Some(_) => format!("{} ~ {}", shown_at(Some(grant.from_at)), shown_at(grant.until_at)),
        None => format!("{}부터", shown_at(Some(grant.from_at))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_act_is_found_by_its_path() {
        for act in Act::ALL {
            assert_eq!(Act::from_path(act.code()).ok(), Some(act));
        }
        assert!(Act::from_path("delete").is_err());
    }
}
