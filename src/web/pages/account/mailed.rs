//! Logging in with a number that is mailed: for mediators, who live in their mailbox.
use super::login::{Next, coming_from, own_path, welcome};
use super::rules;
use crate::casework::account::mailed;
use crate::web::error::WebError;
use crate::web::field::{Errors, Field};
use crate::web::guard::Who;
use crate::web::pages::sheet::{Sheet, errors_of};
use crate::web::posted::Posted;
use crate::web::state::State;
use crate::web::typed::Typed;
use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, HttpResponse};

fn ask_sheet(state: &State, who: &Who) -> Sheet {
    let mut page = state.frame(who, "번호로 로그인");
    page.mail_to_files = state.mail_note();
    Sheet::new(page, "/login/code", "번호 받기")
        .lead("조정인은 비밀번호 없이, 전자우편으로 받은 숫자 6자리로 로그인할 수 있습니다.")
        .cancel("/login", "비밀번호로 로그인")
}

fn ask_fields(next: &str) -> Vec<Field> {
    vec![Field::email("email", "전자우편 주소").autocomplete("username"), Field::hidden("next", next)]
}

fn enter_sheet(state: &State, who: &Who) -> Sheet {
    let mut page = state.frame(who, "번호로 로그인");
    page.mail_to_files = state.mail_note();
    Sheet::new(page, "/login/code/enter", "로그인")
        .lead(
            "적어 주신 주소가 조정인의 주소이면 숫자 6자리를 보냈습니다. 이 화면을 닫지 말고 10분 안에 넣어 주세요. \
             오지 않으면 스팸 편지함을 확인해 주세요.",
        )
        .cancel("/login/code", "새 번호 받기")
}

fn enter_fields(email: &str, next: &str) -> Vec<Field> {
    vec![
        Field::text("code", "숫자 6자리").inputmode("numeric").max(9).autocomplete("one-time-code"),
        Field::hidden("email", email),
        Field::hidden("next", next),
    ]
}

/// Asks for the address.
///
/// # Errors
/// Template errors.
pub async fn form(state: Data<State>, who: Who, query: Query<Next>) -> Result<HttpResponse, WebError> {
    let next = query.path().unwrap_or_default();
    ask_sheet(&state, &who).filled(ask_fields(next)).show(&state)
}

/// Mails the number; the page is the same whoever has the address.
///
/// # Errors
/// `too_many`; database errors.
pub async fn ask(state: Data<State>, who: Who, Posted(typed): Posted) -> Result<HttpResponse, WebError> {
    let next = own_path(typed.get("next")).unwrap_or_default();
    let email = match crate::domain::text::email(typed.get("email")) {
        Ok(email) => email,
        Err(why) => {
            let mut errors = Errors::default();
            errors.add("email", why);
            return ask_sheet(&state, &who).typed(ask_fields(next), &typed, &errors).show(&state);
        }
    };
    let (rules, ip, visitor, now) = (rules(&state), who.ip.clone(), who.visitor.clone(), state.now());
    let to = email.clone();
    // A refusal must be counted too, so the transaction is kept either way.
    let asked = state
        .db
        .write(move |tx| Ok::<_, WebError>(mailed::ask(tx, &rules, &to, (&visitor, &ip), now)))
        .await?;
    asked?;
    enter_sheet(&state, &who).filled(enter_fields(&email, next)).show(&state)
}

/// Logs in with the number.
///
/// # Errors
/// Database errors.
pub async fn enter(
    state: Data<State>,
    who: Who,
    req: HttpRequest,
    Posted(typed): Posted,
) -> Result<HttpResponse, WebError> {
    let (rules, now, origin) = (rules(&state), state.now(), coming_from(&state, &who, &req));
    let (email, code) = (typed.get("email").to_owned(), typed.get("code").to_owned());
    let visitor = who.visitor.clone();
    let done =
        state.db.write(move |tx| mailed::enter(tx, &rules, (&email, &code), &visitor, &origin, now)).await?;
    match done {
        Ok(login) => welcome(&state, &login, typed.get("next")),
        Err(e) => again(&state, &who, &typed, &errors_of(e)?),
    }
}

fn again(state: &State, who: &Who, typed: &Typed, errors: &Errors) -> Result<HttpResponse, WebError> {
    let next = own_path(typed.get("next")).unwrap_or_default();
    let fields = enter_fields(typed.get("email"), next);
    enter_sheet(state, who).typed(fields, typed, errors).show(state)
}
