//! Coming in, going out, one's own settings.
pub mod digest;
pub mod door;
pub mod login;
pub mod mailed;
pub mod settings;
pub mod tokens;

use crate::casework::account::AccountRules;
use crate::web::error::WebError;
use crate::web::guard::Who;
use crate::web::parts::{Link, Page};
use crate::web::state::State;
use actix_web::HttpResponse;
use serde::Serialize;

/// A page that says one thing and where to go from there.
#[derive(Serialize)]
struct Said {
    page: Page,
    text: String,
    todo: Vec<&'static str>,
    next: Option<Link>,
}

fn said(
    state: &State,
    who: &Who,
    title: &str,
    text: &str,
    todo: Vec<&'static str>,
    next: Option<Link>,
) -> Result<HttpResponse, WebError> {
    let page = Page { mail_to_files: state.mail_note(), ..state.frame(who, title) };
    state.page("pages/account/said", &Said { page, text: text.to_owned(), todo, next })
}

fn rules(state: &State) -> AccountRules {
    AccountRules::of(&state.settings)
}
