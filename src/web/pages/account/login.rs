//! Logging in and out, and asking for a new password.
use super::{rules, said};
use crate::casework::account::doors;
use crate::casework::account::login::{self, Credentials, LoggedIn, Origin};
use crate::web::error::WebError;
use crate::web::field::{ErrorLine, Errors, Field};
use crate::web::guard::{Who, login_cookie, login_token};
use crate::web::pages::sheet::{Sheet, errors_of, ordered};
use crate::web::parts::{Flash, Link, Page};
use crate::web::posted::Posted;
use crate::web::state::{State, see_other};
use crate::web::typed::Typed;
use actix_web::http::{StatusCode, header};
use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};

/// Where to go after logging in.
#[derive(Debug, Deserialize)]
pub struct Next {
    next: Option<String>,
}

impl Next {
    /// An own path, when the address names one.
    pub(super) fn path(&self) -> Option<&str> {
        self.next.as_deref().and_then(own_path)
    }
}

#[derive(Serialize)]
struct LoginPage {
    page: Page,
    /// Where a number is asked for, with the way on.
    code_href: String,
    errors: Vec<ErrorLine>,
    fields: Vec<Field>,
}

fn fields(next: &str) -> Vec<Field> {
    vec![
        Field::email("email", "전자우편 주소").autocomplete("username"),
        Field::password("password", "비밀번호", "current-password"),
        Field::hidden("next", next),
    ]
}

fn show(state: &State, who: &Who, fields: Vec<Field>, errors: &Errors) -> Result<HttpResponse, WebError> {
    let next = fields.iter().find(|f| f.name == "next").map(|f| f.value.clone()).unwrap_or_default();
    let query = if next.is_empty() {
        String::new()
    } else {
        format!("?{}", serde_urlencoded::to_string([("next", &next)]).unwrap_or_default())
    };
    let code_href = format!("/login/code{query}");
    let (errors, fields) = ordered(fields, errors);
    let page = Page { error: !errors.is_empty(), ..state.frame(who, "담당자 로그인") };
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    state.page_with(status, "pages/account/login", &LoginPage { page, code_href, errors, fields })
}

/// An own path, or nothing: never another site's.
pub(super) fn own_path(next: &str) -> Option<&str> {
    let fine = next.starts_with('/')
        && !next.starts_with("//")
        && !next.contains(['\\', '\n', '\r', '\t'])
        && next.len() <= 500;
    Some(next).filter(|_| fine)
}

/// The page on which people with an account log in.
///
/// # Errors
/// Template errors.
pub async fn form(state: Data<State>, who: Who, query: Query<Next>) -> Result<HttpResponse, WebError> {
    if who.login.is_some() {
        return Ok(see_other(who.home(), None));
    }
    show(&state, &who, fields(query.path().unwrap_or_default()), &Errors::default())
}

/// Logs in.
///
/// # Errors
/// `too_many`; database errors.
pub async fn submit(
    state: Data<State>,
    who: Who,
    req: HttpRequest,
    Posted(typed): Posted,
) -> Result<HttpResponse, WebError> {
    let origin = coming_from(&state, &who, &req);
    let given =
        Credentials { email: typed.get("email").to_owned(), password: typed.get("password").to_owned() };
    match login::log_in(&state.db, &rules(&state), given, origin, state.now()).await {
        Ok(login) => welcome(&state, &login, typed.get("next")),
        Err(e) => {
            let errors = errors_of(e)?;
            let fields = fields("").into_iter().map(|field| field.typed(&typed)).collect();
            show(&state, &who, fields, &errors)
        }
    }
}

/// Where a person who logs in comes from.
pub(super) fn coming_from(state: &State, who: &Who, req: &HttpRequest) -> Origin {
    let agent = req.headers().get(header::USER_AGENT).and_then(|v| v.to_str().ok()).unwrap_or_default();
    Origin { ip: who.ip.clone(), agent: agent.to_owned(), before: login_token(state, req) }
}

/// Gives the login's cookie and leads on.
pub(super) fn welcome(state: &State, login: &LoggedIn, next: &str) -> Result<HttpResponse, WebError> {
    let mut answer = see_other(own_path(next).unwrap_or("/home"), None);
    answer.add_cookie(&login_cookie(state, Some(&login.token))).map_err(|e| WebError::internal(&e))?;
    Ok(answer)
}

/// Leads to the first page of the person's roles.
///
/// # Errors
/// None.
pub async fn home(who: Who) -> Result<HttpResponse, WebError> {
    Ok(see_other(who.home(), None))
}

/// Ends the login of this browser.
///
/// # Errors
/// Database errors.
pub async fn log_out(
    state: Data<State>,
    req: HttpRequest,
    Posted(_): Posted,
) -> Result<HttpResponse, WebError> {
    if let Some(token) = login_token(&state, &req) {
        state.db.write(move |tx| login::log_out(tx, &token)).await?;
    }
    let mut answer = see_other("/", Some(&Flash::ok("로그아웃했습니다.")));
    answer.add_cookie(&login_cookie(&state, None)).map_err(|e| WebError::internal(&e))?;
    Ok(answer)
}

/// Goes on using a login that was about to end unused; the guard has noted the use.
///
/// # Errors
/// None.
pub async fn extend(who: Who, Posted(_): Posted) -> Result<HttpResponse, WebError> {
    Ok(see_other(who.home(), None))
}

fn reset_sheet(state: &State, who: &Who, typed: &Typed, errors: &Errors) -> Sheet {
    let page = Page { mail_to_files: state.mail_note(), ..state.frame(who, "비밀번호 다시 정하기") };
    Sheet::new(page, "/reset", "링크 받기")
        .lead("계정의 전자우편 주소를 적어 주세요. 비밀번호를 다시 정하는 링크를 보내 드립니다.")
        .cancel("/login", "로그인으로")
        .typed(vec![Field::email("email", "전자우편 주소").autocomplete("username")], typed, errors)
}

/// Asks for the address to which a link for a new password goes.
///
/// # Errors
/// Template errors.
pub async fn reset_form(state: Data<State>, who: Who) -> Result<HttpResponse, WebError> {
    reset_sheet(&state, &who, &Typed::default(), &Errors::default()).show(&state)
}

/// Sends the link, if the address has an account; the answer is the same either way.
///
/// # Errors
/// `too_many`; database errors.
pub async fn reset(state: Data<State>, who: Who, Posted(typed): Posted) -> Result<HttpResponse, WebError> {
    let email = match crate::domain::text::email(typed.get("email")) {
        Ok(email) => email,
        Err(why) => {
            let mut errors = Errors::default();
            errors.add("email", why);
            return reset_sheet(&state, &who, &typed, &errors).show(&state);
        }
    };
    let (rules, ip, now) = (rules(&state), who.ip.clone(), state.now());
    // A refusal must be counted too, so the transaction is kept either way.
    let asked =
        state.db.write(move |tx| Ok::<_, WebError>(doors::ask_reset(tx, &rules, &email, &ip, now))).await?;
    asked?;
    said(
        &state,
        &who,
        "메일을 확인해 주세요",
        "적어 주신 주소에 계정이 있으면 비밀번호를 다시 정하는 링크를 보냈습니다. 링크는 1시간 동안 한 번만 쓸 수 있습니다.",
        vec![
            "몇 분 안에 오지 않으면 스팸 편지함을 확인해 주세요.",
            "그래도 없으면 운영자에게 말씀해 주세요.",
        ],
        Some(Link::new("/login", "로그인으로")),
    )
}

#[cfg(test)]
mod tests {
    use super::own_path;

    #[test]
    fn after_login_nobody_is_led_to_another_site() {
        for away in
            ["", "https://example.com", "//example.com", "/\\example.com", "javascript:alert(1)", "/a\n"]
        {
            assert_eq!(own_path(away), None, "{away:?}");
        }
        assert_eq!(own_path("/cases/2026-0001"), Some("/cases/2026-0001"));
    }
}
