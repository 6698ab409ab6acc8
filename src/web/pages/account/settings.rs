//! 내 정보: name, telephone, password, address, logins, the role one acts in.
use super::{rules, said};
use crate::casework::account::own::{self, NewPassword};
use crate::domain::codes::Role;
use crate::render::korean;
use crate::store::{StoreError, bodies, logins, tokens, users};
use crate::web::error::WebError;
use crate::web::field::{Errors, Field};
use crate::web::guard::{Who, login_cookie};
use crate::web::pages::sheet::{Sheet, errors_of};
use crate::web::parts::{Flash, Link, Page, Summary};
use crate::web::posted::Posted;
use crate::web::state::{State, see_other};
use crate::web::typed::Typed;
use actix_web::HttpResponse;
use actix_web::web::Data;
use serde::Serialize;

#[derive(Serialize)]
struct SettingsPage {
    page: Page,
    own: Summary,
    roles: Vec<String>,
    switch: bool,
    sessions: usize,
    tokens: usize,
}

fn login(who: &Who) -> Result<&logins::Login, WebError> {
    who.login.as_ref().ok_or_else(WebError::sign_in)
}

/// The page of one's own account.
///
/// # Errors
/// Database and template errors.
pub async fn show(state: Data<State>, who: Who) -> Result<HttpResponse, WebError> {
    let user = login(&who)?.user.clone();
    let (id, now, idle) = (user.id, state.now(), rules(&state).idle());
    let (roles, sessions, tokens) = state
        .db
        .read(move |rx| {
            let mut roles = Vec::new();
            for grant in users::actor(rx, id, now)?.grants {
                let body = grant.body.map(|b| bodies::find(rx, b)).transpose()?;
                let label = grant.role.label();
                roles.push(body.map_or_else(|| label.to_owned(), |b| format!("{} {label}", b.name)));
            }
            let sessions = logins::of_user(rx, id, now, idle)?.len();
            let tokens = tokens::of_user(rx, id)?.into_iter().filter(|t| t.is_live(now)).count();
            Ok::<_, StoreError>((roles, sessions, tokens))
        })
        .await?;
    let phone = if user.phone.is_empty() { "적지 않음".to_owned() } else { korean::phone(&user.phone) };
    let own = Summary::default()
        .answer("이름", user.name, "/settings/details")
        .answer("전화번호", phone, "/settings/details")
        .answer("전자우편", user.email, "/settings/address");
    let page = state.frame(&who, "내 정보");
    let context = SettingsPage { page, own, roles, switch: who.roles.len() > 1, sessions, tokens };
    state.page("pages/account/settings", &context)
}

fn sheet(state: &State, who: &Who, title: &str, action: &str, button: &str) -> Sheet {
    Sheet::new(state.frame(who, title), action, button).cancel("/settings", "내 정보로")
}

fn details_sheet(state: &State, who: &Who) -> Result<(Sheet, Vec<Field>), WebError> {
    let user = &login(who)?.user;
    let fields = vec![
        Field::text("name", "이름").autocomplete("name").width("w-m").value(&user.name),
        Field::tel("phone", "전화번호")
            .help("함께 일하는 사람이 연락할 번호입니다.")
            .value(&korean::phone(&user.phone))
            .optional(),
    ];
    Ok((sheet(state, who, "이름과 전화번호", "/settings/details", "저장"), fields))
}

/// Asks for name and telephone.
///
/// # Errors
/// Template errors.
pub async fn details_form(state: Data<State>, who: Who) -> Result<HttpResponse, WebError> {
    let (sheet, fields) = details_sheet(&state, &who)?;
    sheet.filled(fields).show(&state)
}

/// Keeps name and telephone.
///
/// # Errors
/// Database errors.
pub async fn details(state: Data<State>, who: Who, Posted(typed): Posted) -> Result<HttpResponse, WebError> {
    let (user, now) = (who.user()?, state.now());
    let (name, phone) = (typed.get("name").to_owned(), typed.get("phone").to_owned());
    match state.db.write(move |tx| own::set_details(tx, user, &name, &phone, now)).await {
        Ok(()) => Ok(see_other("/settings", Some(&Flash::ok("저장했습니다.")))),
        Err(e) => {
            let (sheet, fields) = details_sheet(&state, &who)?;
            sheet.typed(fields, &typed, &errors_of(e)?).show(&state)
        }
    }
}

fn password_sheet(state: &State, who: &Who, typed: &Typed, errors: &Errors) -> Sheet {
    let fields = vec![
        Field::password("password", "지금 비밀번호", "current-password"),
        Field::password("new_password", "새 비밀번호", "new-password")
            .help("8자 이상. 낱말 몇 개를 이어 쓰면 외우기 쉽고 안전합니다."),
        Field::password("again", "새 비밀번호 한 번 더", "new-password"),
    ];
    sheet(state, who, "비밀번호 바꾸기", "/settings/password", "비밀번호 바꾸기")
        .lead("바꾸면 지금 쓰는 기기를 뺀 모든 기기에서 로그아웃됩니다.")
        .typed(fields, typed, errors)
}

/// Asks for a new password.
///
/// # Errors
/// Template errors.
pub async fn password_form(state: Data<State>, who: Who) -> Result<HttpResponse, WebError> {
    password_sheet(&state, &who, &Typed::default(), &Errors::default()).show(&state)
}

/// Changes the password.
///
/// # Errors
/// `too_many`; database errors.
pub async fn password(state: Data<State>, who: Who, Posted(typed): Posted) -> Result<HttpResponse, WebError> {
    let text = |name: &str| typed.get(name).to_owned();
    let new = NewPassword { password: text("password"), new: text("new_password"), again: text("again") };
    match own::change_password(&state.db, &rules(&state), login(&who)?, new, state.now()).await {
        Ok(()) => Ok(see_other("/settings", Some(&Flash::ok("비밀번호를 바꿨습니다.")))),
        Err(e) => password_sheet(&state, &who, &typed, &errors_of(e)?).show(&state),
    }
}

fn address_sheet(state: &State, who: &Who, typed: &Typed, errors: &Errors) -> Sheet {
    let fields = vec![
        Field::email("email", "새 전자우편 주소"),
        Field::password("password", "지금 비밀번호", "current-password"),
    ];
    let mut sheet = sheet(state, who, "전자우편 주소 바꾸기", "/settings/address", "확인 메일 보내기")
        .lead("새 주소로 확인 메일을 보냅니다. 메일의 링크를 열어 확인해야 바뀝니다.")
        .typed(fields, typed, errors);
    sheet.page.mail_to_files = state.mail_note();
    sheet
}

/// Asks for a new address.
///
/// # Errors
/// Template errors.
pub async fn address_form(state: Data<State>, who: Who) -> Result<HttpResponse, WebError> {
    address_sheet(&state, &who, &Typed::default(), &Errors::default()).show(&state)
}

/// Sends the link to the new address.
///
/// # Errors
/// `too_many`; database errors.
pub async fn address(state: Data<State>, who: Who, Posted(typed): Posted) -> Result<HttpResponse, WebError> {
    let (email, password) = (typed.get("email"), typed.get("password").to_owned());
    match own::ask_address(&state.db, &rules(&state), login(&who)?, email, password, state.now()).await {
        Ok(()) => said(
            &state,
            &who,
            "새 주소의 메일을 확인해 주세요",
            "새 주소로 확인 메일을 보냈습니다. 링크를 열어 확인하기 전까지는 지금 주소를 그대로 씁니다.",
            vec![
                "메일이 오지 않으면 주소를 바르게 적었는지, 이미 다른 계정이 쓰는 주소는 아닌지 확인해 주세요.",
            ],
            Some(Link::new("/settings", "내 정보로")),
        ),
        Err(e) => address_sheet(&state, &who, &typed, &errors_of(e)?).show(&state),
    }
}

#[derive(Serialize)]
struct SessionsPage {
    page: Page,
    sessions: Sessions,
}

#[derive(Serialize)]
struct Sessions {
    number: usize,
    rows: Vec<Session>,
}

#[derive(Serialize)]
struct Session {
    id: String,
    agent: String,
    ip: String,
    /// RFC 3339.
    created: String,
    seen: String,
    own: bool,
}

/// Every login of the person.
///
/// # Errors
/// Database and template errors.
pub async fn sessions(state: Data<State>, who: Who) -> Result<HttpResponse, WebError> {
    let own = login(&who)?.id.clone();
    let (user, now, idle) = (who.user()?, state.now(), rules(&state).idle());
    let rows = state.db.read(move |rx| logins::of_user(rx, user, now, idle)).await?;
    let rows: Vec<Session> = rows
        .into_iter()
        .map(|row| Session {
            own: row.token_hash == own,
            id: row.token_hash,
            agent: device(&row.agent),
            ip: row.ip,
            created: row.created_at.and_utc().to_rfc3339(),
            seen: row.seen_at.and_utc().to_rfc3339(),
        })
        .collect();
    let page = state.frame(&who, "로그인한 기기");
    state.page(
        "pages/account/sessions",
        &SessionsPage { page, sessions: Sessions { number: rows.len(), rows } },
    )
}

/// Browser and system in words, from a `User-Agent`.
fn device(agent: &str) -> String {
    let first = |known: &[(&str, &str)], other: &str| {
        let found = known.iter().find(|(mark, _)| agent.contains(mark));
        found.map_or(other, |(_, name)| name).to_owned()
    };
    // The order matters: Edge and Samsung call themselves Chrome too, and Chrome calls itself Safari.
    let browser = first(
        &[
            ("Edg", "Edge"),
            ("Whale", "네이버 웨일"),
            ("SamsungBrowser", "삼성 인터넷"),
            ("Firefox", "Firefox"),
            ("Chrome", "Chrome"),
            ("Safari", "Safari"),
        ],
        "알 수 없는 브라우저",
    );
    let system = first(
        &[
            ("Android", "안드로이드"),
            ("iPhone", "아이폰"),
            ("iPad", "아이패드"),
            ("Windows", "윈도우"),
            ("Mac OS", "맥"),
            ("Linux", "리눅스"),
        ],
        "",
    );
    if system.is_empty() { browser } else { format!("{system} {browser}") }
}

/// Ends one of one's own logins.
///
/// # Errors
/// `not_found` when it is not theirs.
pub async fn end_session(
    state: Data<State>,
    who: Who,
    Posted(typed): Posted,
) -> Result<HttpResponse, WebError> {
    let (user, id) = (who.user()?, typed.get("id").to_owned());
    state.db.write(move |tx| logins::end_own(tx, user, &id)).await?;
    Ok(see_other("/settings/sessions", Some(&Flash::ok("그 기기에서 로그아웃했습니다."))))
}

/// Logs out everywhere, here too.
///
/// # Errors
/// Database errors.
pub async fn end_sessions(state: Data<State>, who: Who, Posted(_): Posted) -> Result<HttpResponse, WebError> {
    let (user, now) = (who.user()?, state.now());
    state.db.write(move |tx| own::log_out_everywhere(tx, user, None, now)).await?;
    let mut answer = see_other("/login", Some(&Flash::ok("모든 기기에서 로그아웃했습니다.")));
    answer.add_cookie(&login_cookie(&state, None)).map_err(|e| WebError::internal(&e))?;
    Ok(answer)
}

fn role_sheet(state: &State, who: &Who, errors: &Errors) -> Result<Sheet, WebError> {
    let chosen = login(who)?.role.map(Role::code).unwrap_or_default();
    let all = std::iter::once(("", "모든 역할 함께 보기"));
    let roles = who.roles.iter().map(|role| (role.code(), role.label()));
    let field = Field::radio("role", "어떤 역할로 일하시나요?").choices(all.chain(roles)).value(chosen);
    let mut sheet = sheet(state, who, "역할 바꾸기", "/settings/role", "바꾸기")
        .lead("고른 역할의 할 일과 메뉴만 보입니다. 언제든 다시 바꿀 수 있습니다.")
        .filled(vec![field]);
    if let Some(why) = errors.of("role") {
        sheet
            .errors
            .push(crate::web::field::ErrorLine { href: Some("#role".to_owned()), text: why.to_owned() });
    }
    Ok(sheet)
}

/// Asks in which role the person acts.
///
/// # Errors
/// Template errors.
pub async fn role_form(state: Data<State>, who: Who) -> Result<HttpResponse, WebError> {
    role_sheet(&state, &who, &Errors::default())?.show(&state)
}

/// Keeps the role in which the person acts in this login.
///
/// # Errors
/// `denied` for a role that they do not hold.
pub async fn role(state: Data<State>, who: Who, Posted(typed): Posted) -> Result<HttpResponse, WebError> {
    let role = match typed.some("role") {
        None => None,
        Some(code) => match Role::from_code(code) {
            Some(role) => Some(role),
            None => {
                let mut errors = Errors::default();
                errors.add("role", "역할을 골라 주세요.");
                return role_sheet(&state, &who, &errors)?.show(&state);
            }
        },
    };
    let (own, now) = (login(&who)?.clone(), state.now());
    state.db.write(move |tx| own::act_as(tx, &own, role, now)).await?;
    Ok(see_other("/home", None))
}

#[cfg(test)]
mod tests {
    use super::device;

    #[test]
    fn devices_in_words() {
        let chrome = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";
        assert_eq!(device(chrome), "윈도우 Chrome");
        assert_eq!(device(&format!("{chrome} Edg/142.0")), "윈도우 Edge");
        assert_eq!(device("curl/8.0"), "알 수 없는 브라우저");
    }
}
