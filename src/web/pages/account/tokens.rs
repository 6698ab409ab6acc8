//! The API's tokens of a person.
use crate::casework::account::own::{self, TOKEN_DAYS};
use crate::domain::codes::TokenScope;
use crate::domain::ids::TokenId;
use crate::store::tokens;
use crate::web::error::WebError;
use crate::web::field::{ErrorLine, Errors, Field};
use crate::web::guard::Who;
use crate::web::pages::sheet::{errors_of, ordered};
use crate::web::parts::{Flash, Page};
use crate::web::posted::Posted;
use crate::web::state::{State, see_other};
use crate::web::typed::Typed;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use serde::Serialize;

#[derive(Serialize)]
struct TokensPage {
    page: Page,
    errors: Vec<ErrorLine>,
    /// The new token's text, shown this once.
    made: Option<String>,
    tokens: Vec<Token>,
    fields: Vec<Field>,
}

#[derive(Serialize)]
struct Token {
    id: i64,
    name: String,
    scope: &'static str,
    expires: String,
    used: Option<String>,
    over: Option<&'static str>,
}

fn fields(typed: &Typed) -> Vec<Field> {
    let days: Vec<(String, String)> =
        TOKEN_DAYS.iter().map(|days| (days.to_string(), format!("{days}일"))).collect();
    let scope = Field::radio("scope", "할 수 있는 일")
        .choices(TokenScope::ALL.iter().map(|scope| (scope.code(), scope.label())));
    let days = Field::radio("days", "쓰는 기간").choices(days.iter().map(|(v, l)| (v.as_str(), l.as_str())));
    let name = Field::text("name", "쓰는 곳").help("예: 월간 통계 프로그램").width("w-l").max(60);
    if typed.pairs().is_empty() {
        return vec![name, scope.value(TokenScope::Read.code()), days.value("30")];
    }
    [name, scope, days].into_iter().map(|field| field.typed(typed)).collect()
}

async fn render(
    state: &State,
    who: &Who,
    made: Option<String>,
    typed: &Typed,
    errors: &Errors,
) -> Result<HttpResponse, WebError> {
    let (user, now) = (who.user()?, state.now());
    let own = state.db.read(move |rx| tokens::of_user(rx, user)).await?;
    let tokens = own
        .into_iter()
        .map(|token| Token {
            id: token.id.0,
            over: match token.revoked_at {
                Some(_) => Some("없앰"),
                None => (!token.is_live(now)).then_some("기한 지남"),
            },
            name: token.name,
            scope: token.scopes.label(),
            expires: token.expires_at.and_utc().to_rfc3339(),
            used: token.last_used_at.map(|at| at.and_utc().to_rfc3339()),
        })
        .collect();
    let (errors, fields) = ordered(fields(typed), errors);
    let page = Page { error: !errors.is_empty(), ..state.frame(who, "API 토큰") };
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    state.page_with(status, "pages/account/tokens", &TokensPage { page, errors, made, tokens, fields })
}

/// The person's tokens, and the form of a new one.
///
/// # Errors
/// Database and template errors.
pub async fn show(state: Data<State>, who: Who) -> Result<HttpResponse, WebError> {
    render(&state, &who, None, &Typed::default(), &Errors::default()).await
}

/// Makes a token and shows it. No redirect: nothing keeps the token that a next page could show.
///
/// # Errors
/// Database errors.
pub async fn make(state: Data<State>, who: Who, Posted(typed): Posted) -> Result<HttpResponse, WebError> {
    let (user, now) = (who.user()?, state.now());
    let Some(scope) = TokenScope::from_code(typed.get("scope")) else {
        let mut errors = Errors::default();
        errors.add("scope", "할 수 있는 일을 골라 주세요.");
        return render(&state, &who, None, &typed, &errors).await;
    };
    let (name, days) = (typed.get("name").to_owned(), typed.get("days").parse().unwrap_or(0));
    match state.db.write(move |tx| own::make_token(tx, user, &name, scope, days, now)).await {
        Ok(token) => render(&state, &who, Some(token), &Typed::default(), &Errors::default()).await,
        Err(e) => render(&state, &who, None, &typed, &errors_of(e)?).await,
    }
}

/// Ends one of the person's tokens.
///
/// # Errors
/// `not_found` when it is not theirs.
pub async fn revoke(
    state: Data<State>,
    who: Who,
    id: Path<i64>,
    Posted(_): Posted,
) -> Result<HttpResponse, WebError> {
    let (user, id, now) = (who.user()?, TokenId(id.into_inner()), state.now());
    state.db.write(move |tx| own::revoke_token(tx, user, id, now)).await?;
    Ok(see_other("/settings/tokens", Some(&Flash::ok("토큰을 없앴습니다. 이제 쓸 수 없습니다."))))
}
