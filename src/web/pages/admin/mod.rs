//! The operator's pages: what the installation is made of, and who may come in. No case content anywhere.
pub mod bodies;
pub mod grants;
pub mod home;
pub mod mail;
pub mod people;
pub mod places;
pub mod programmes;
pub mod record;

use crate::domain::seoul;
use crate::web::error::WebError;
use crate::web::field::{Errors, Field};
use crate::web::guard::Who;
use crate::web::parts::{Link, Page, Pager, Summary, Table};
use crate::web::state::State;
use crate::web::typed::Typed;
use actix_web::HttpResponse;
use chrono::{NaiveDate, NaiveDateTime};
use serde::Serialize;

/// A page of facts, lists and links to what can be done. `templates/pages/admin/list.hbs`.
#[derive(Debug, Serialize)]
pub(in crate::web::pages) struct Listing {
    pub(in crate::web::pages) page: Page,
    pub(in crate::web::pages) lead: Option<String>,
    pub(in crate::web::pages) facts: Option<Summary>,
    pub(in crate::web::pages) acts: Vec<Link>,
    pub(in crate::web::pages) tables: Vec<Table>,
    pub(in crate::web::pages) folds: Vec<Fold>,
    pager: Option<Pager>,
}

/// What stands folded at the end of a list: looked up now and then, not each time.
#[derive(Debug, Serialize)]
pub(in crate::web::pages) struct Fold {
    pub(in crate::web::pages) title: String,
    pub(in crate::web::pages) facts: Option<Summary>,
    pub(in crate::web::pages) tables: Vec<Table>,
}

impl Listing {
    pub(in crate::web::pages) fn new(state: &State, who: &Who, title: &str, back: Link) -> Self {
        let page = Page { back: Some(back), ..state.frame(who, title) };
        Self {
            page,
            lead: None,
            facts: None,
            acts: Vec::new(),
            tables: Vec::new(),
            folds: Vec::new(),
            pager: None,
        }
    }

    pub(in crate::web::pages) fn show(&self, state: &State) -> Result<HttpResponse, WebError> {
        state.page("pages/admin/list", self)
    }
}

fn home() -> Link {
    Link::new("/admin", "설정으로")
}

/// Reads typed fields that are not text, and notes what cannot be read.
pub(in crate::web::pages) struct Reader<'t> {
    typed: &'t Typed,
    pub(in crate::web::pages) errors: Errors,
}

impl<'t> Reader<'t> {
    pub(in crate::web::pages) fn new(typed: &'t Typed) -> Self {
        Self { typed, errors: Errors::default() }
    }

    pub(in crate::web::pages) fn text(&self, name: &str) -> String {
        self.typed.get(name).to_owned()
    }

    /// A choice's id; what is no id was not chosen.
    pub(in crate::web::pages) fn id(&self, name: &str) -> Option<i64> {
        self.typed.get(name).parse().ok()
    }

    pub(in crate::web::pages) fn day(&mut self, name: &str) -> Option<NaiveDate> {
        let typed = self.typed.some(name)?;
        let day = seoul::parse_day(typed);
        if day.is_none() {
            self.errors.add(name, "날짜를 연-월-일로 적어 주세요. 예: 2026-12-01");
        }
        day
    }

    pub(in crate::web::pages) fn number(&mut self, name: &str) -> Option<i64> {
        let typed = self.typed.some(name)?;
        let digits: String = typed.chars().filter(|c| !matches!(c, ',' | ' ')).collect();
        let number = digits.parse().ok();
        if number.is_none() {
            self.errors.add(name, "숫자로 적어 주세요.");
        }
        number
    }
}

/// (value, label) of choices that come from the database.
type Pairs = Vec<(String, String)>;

/// A drop-down list that begins with nothing chosen, unless there is only one thing to choose.
pub(in crate::web::pages) fn chosen(name: &str, label: &str, from: &[(String, String)]) -> Field {
    let pairs = from.iter().map(|(value, label)| (value.as_str(), label.as_str()));
    let field = Field::select(name, label);
    match from {
        [(only, _)] => field.choices(pairs).value(only),
        _ => field.choices(std::iter::once(("", "고르기")).chain(pairs)),
    }
}

/// A drop-down list in which nothing may be chosen.
fn maybe(name: &str, label: &str, none: &str, from: &[(String, String)]) -> Field {
    let pairs = from.iter().map(|(value, label)| (value.as_str(), label.as_str()));
    Field::select(name, label).choices(std::iter::once(("", none)).chain(pairs)).optional()
}

/// A day in a list, or a dash.
pub(in crate::web::pages) fn shown(day: Option<NaiveDate>) -> String {
    day.map_or_else(|| "-".to_owned(), seoul::dotted)
}

/// The Korean day of an instant in a list, or a dash.
fn shown_at(at: Option<NaiveDateTime>) -> String {
    shown(at.map(|at| seoul::day(at.and_utc())))
}
