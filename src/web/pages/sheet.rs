//! A page that is one form: title, a sentence, fields, a button. `templates/pages/sheet.hbs`.
use crate::casework::CaseworkError;
use crate::store::StoreError;
use crate::web::error::WebError;
use crate::web::field::{ErrorLine, Errors, Field, Form};
use crate::web::parts::{Link, Page, Summary};
use crate::web::state::State;
use crate::web::typed::Typed;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use serde::Serialize;

/// The page's data; see the builder methods for what may be added.
#[derive(Debug, Clone, Serialize)]
pub struct Sheet {
    pub page: Page,
    pub lead: Option<String>,
    pub facts: Option<Summary>,
    pub errors: Vec<ErrorLine>,
    pub fields: Vec<Field>,
    pub action: String,
    pub button: String,
    pub danger: bool,
    /// The form sends a file.
    pub upload: bool,
    pub cancel: Option<Link>,
    pub more: Option<Link>,
}

impl Sheet {
    /// A form that posts to `action`.
    #[must_use]
    pub fn new(page: Page, action: &str, button: &str) -> Self {
        Self {
            page,
            lead: None,
            facts: None,
            errors: Vec::new(),
            fields: Vec::new(),
            action: action.to_owned(),
            button: button.to_owned(),
            danger: false,
            upload: false,
            cancel: None,
            more: None,
        }
    }

    #[must_use]
    pub fn lead(mut self, lead: &str) -> Self {
        self.lead = Some(lead.to_owned());
        self
    }

    #[must_use]
    pub fn cancel(mut self, href: &str, label: &str) -> Self {
        self.cancel = Some(Link::new(href, label));
        self
    }

    /// The button ends or closes something.
    #[must_use]
    pub fn danger(mut self) -> Self {
        self.danger = true;
        self
    }

    /// The form sends a file.
    #[must_use]
    pub fn upload(mut self) -> Self {
        self.upload = true;
        self
    }

    #[must_use]
    pub fn facts(mut self, facts: Summary) -> Self {
        self.facts = Some(facts);
        self
    }

    /// The fields with their own values.
    #[must_use]
    pub fn filled(self, fields: Vec<Field>) -> Self {
        self.with(fields, &Errors::default())
    }

    /// The fields with what was typed and what is wrong with it.
    #[must_use]
    pub fn typed(self, fields: Vec<Field>, typed: &Typed, errors: &Errors) -> Self {
        self.with(fields.into_iter().map(|field| field.typed(typed)).collect(), errors)
    }

    fn with(mut self, fields: Vec<Field>, errors: &Errors) -> Self {
        (self.errors, self.fields) = ordered(fields, errors);
        self.page.error = !self.errors.is_empty();
        self
    }

    /// The page: 200, or 422 when something is wrong.
    ///
    /// # Errors
    /// Template errors.
    pub fn show(&self, state: &State) -> Result<HttpResponse, WebError> {
        state.page_with(self.status(), "pages/sheet", self)
    }

    /// 200, or 422 when something is wrong.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        if self.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }
    }
}

/// The error summary, and the fields with their errors in the order given.
#[must_use]
pub fn ordered(fields: Vec<Field>, errors: &Errors) -> (Vec<ErrorLine>, Vec<Field>) {
    let order: Vec<String> = fields.iter().map(|field| field.name.clone()).collect();
    let mut form = Form::filled(fields, errors);
    (form.errors, order.iter().filter_map(|name| form.fields.remove(name)).collect())
}

/// The same, and where only the moment was wrong: somebody came first, or the database was busy. What was typed stays with it.
///
/// # Errors
/// Everything but `Invalid`, `Conflict` and `Busy`.
pub fn kept_of(e: CaseworkError, came_first: &str) -> Result<Errors, WebError> {
    let sentence = match e {
        CaseworkError::Store(StoreError::Conflict(_)) => came_first,
        CaseworkError::Store(StoreError::Busy(_)) => {
            "저장하지 못했습니다. 적으신 것은 그대로 있습니다. 잠시 뒤에 다시 보내 주세요."
        }
        e => return errors_of(e),
    };
    let mut errors = Errors::default();
    errors.add("", sentence);
    Ok(errors)
}

/// What was wrong with the fields; anything else goes on as the error it is.
///
/// # Errors
/// Everything but `Invalid`.
pub fn errors_of(e: CaseworkError) -> Result<Errors, WebError> {
    match e {
        CaseworkError::Invalid(fields) => {
            let mut errors = Errors::default();
            fields.iter().for_each(|(name, why)| errors.add(name, why));
            Ok(errors)
        }
        e => Err(e.into()),
    }
}
