//! The resident's application without an account: five short pages, a sealed draft on the server, one case at the end.
pub mod form;
pub mod view;

use crate::casework::file::{self, Filed, Filing};
use crate::casework::{CaseworkError, places};
use crate::domain::codes::{Channel, Disclosure, Method};
use crate::domain::permission::Actor;
use crate::domain::{sentence, seoul};
use crate::render::korean::{self, Moment};
use crate::store::parties::Details;
use crate::store::{Rx, StoreError, Tx, access, bodies, complexes, drafts};
use crate::web::error::WebError;
use crate::web::field::Errors;
use crate::web::guard::Who;
use crate::web::parts::{Flash, Page};
use crate::web::posted::Posted;
use crate::web::qr::qr;
use crate::web::state::{State, see_other};
use crate::web::typed::Typed;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use chrono::{DateTime, Duration, Utc};
use form::{Answers, Choices, Step};
use serde::{Deserialize, Serialize};

/// The kind of draft in the store.
const KIND: &str = "apply";

/// What the server keeps of an application between two pages, sealed, for a day.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Draft {
    answers: Vec<(String, String)>,
    /// Set once the application was sent; the answers are gone then.
    sent: Option<Sent>,
}

/// What the last page needs after sending.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Sent {
    number: String,
    received_at: DateTime<Utc>,
    /// The receipt's path.
    receipt: String,
    disclosure: String,
    holder: Option<(String, String)>,
    /// What happens next, as the mail says it.
    next: String,
}

impl Sent {
    /// What is shown of a case that was just filed.
    ///
    /// # Errors
    /// Database errors.
    pub(crate) fn of(rx: &mut Rx<'_>, filed: &Filed, disclosure: Disclosure) -> Result<Self, StoreError> {
        let holder = filed.case.holder.map(|b| bodies::find(rx, b)).transpose()?.map(|b| (b.name, b.phone));
        Ok(Self {
            number: filed.case.number.clone(),
            received_at: filed.case.intake.received_at,
            receipt: filed.receipt.clone(),
            disclosure: disclosure.code().to_owned(),
            holder,
            next: sentence::next(&filed.case),
        })
    }

    /// The page with the number, the receipt and what happens next.
    pub(crate) fn shown(self, state: &State, mut page: Page) -> view::Done {
        let whole = format!("{}{}", state.settings.server.base_url, self.receipt);
        let disclosure = Disclosure::from_code(&self.disclosure).unwrap_or(Disclosure::NoticeOnly);
        let holder = self.holder.as_ref().map(|(name, _)| name.as_str());
        page.mail_to_files = state.mail_note();
        view::Done {
            page,
            print: view::PrintHead {
                left: format!("접수번호 {}", self.number),
                right: "층간소음 조정 접수증".to_owned(),
            },
            number: self.number,
            received: Moment::from(self.received_at).prose(),
            qr: qr(&whole, "접수 확인 화면의 QR 코드"),
            receipt: self.receipt,
            receipt_shown: whole,
            next: view::next_steps(holder, &self.next, disclosure),
            contact: self.holder.map(|(name, phone)| view::Contact {
                name,
                phone: Some(korean::phone(&phone)).filter(|p| !p.is_empty()),
            }),
        }
    }
}

impl Draft {
    fn typed(&self) -> Typed {
        Typed::from_pairs(self.answers.iter().cloned())
    }
}

fn choices(rx: &mut Rx<'_>, now: DateTime<Utc>) -> Result<Choices, StoreError> {
    let all = complexes::all(rx)?;
    let mut complexes: Vec<(String, String)> =
        all.into_iter().map(|c| (c.id.0.to_string(), c.name)).collect();
    complexes.sort_by(|a, b| a.1.cmp(&b.1));
    Ok(Choices { complexes, areas: places::areas(rx, seoul::day(now))? })
}

async fn load(state: &State, who: &Who) -> Result<(Draft, Choices), WebError> {
    let (visitor, now) = (who.visitor.clone(), state.now());
    let (kept, choices) = state
        .db
        .read(move |rx| Ok::<_, StoreError>((drafts::load(rx, &visitor, KIND, now)?, choices(rx, now)?)))
        .await?;
    // A draft of an older version of Ieum that cannot be read any more is an empty one.
    let draft = kept.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default();
    Ok((draft, choices))
}

fn json(draft: &Draft) -> Result<String, WebError> {
    serde_json::to_string(draft).map_err(|e| WebError::internal(&e))
}

/// `GET /apply`.
///
/// # Errors
/// Database errors.
pub async fn start(state: Data<State>, who: Who) -> Result<HttpResponse, WebError> {
    let (draft, _) = load(&state, &who).await?;
    let typed = if draft.sent.is_some() { Typed::default() } else { draft.typed() };
    state.page("pages/apply/start", &view::start(state.frame(&who, ""), &typed, &Errors::default()))
}

/// `POST /apply`.
///
/// # Errors
/// Database errors.
pub async fn begin(state: Data<State>, who: Who, Posted(typed): Posted) -> Result<HttpResponse, WebError> {
    keep(&state, &who, Step::Start, typed).await
}

/// `GET /apply/{step}`.
///
/// # Errors
/// `not_found` for a page that is none.
pub async fn show(state: Data<State>, who: Who, slug: Path<String>) -> Result<HttpResponse, WebError> {
    let step = Step::from_slug(&slug).filter(|s| *s != Step::Start).ok_or_else(WebError::not_found)?;
    let (draft, choices) = load(&state, &who).await?;
    if draft.sent.is_some() {
        return Ok(see_other("/apply/done", None));
    }
    let typed = draft.typed();
    // Nobody answers before having been told on what basis their data is kept.
    if typed.get("notice").is_empty() {
        return Ok(see_other(Step::Start.path(), None));
    }
    if step == Step::Check
        && let Err((missing, _)) = form::read(&typed, &choices, seoul::day(state.now()))
    {
        return Ok(see_other(missing.path(), Some(&Flash::warn("이 쪽을 마저 적어 주세요."))));
    }
    render(&state, &who, StatusCode::OK, step, &typed, &Errors::default(), &choices)
}

fn render(
    state: &State,
    who: &Who,
    status: StatusCode,
    step: Step,
    typed: &Typed,
    errors: &Errors,
    choices: &Choices,
) -> Result<HttpResponse, WebError> {
    let frame = state.frame(who, "");
    match step {
        Step::Start => state.page_with(status, "pages/apply/start", &view::start(frame, typed, errors)),
        Step::Check => {
            let mut shown = view::check(frame, typed, errors, choices);
            shown.page.mail_to_files = typed.some("email").and_then(|_| state.mail_note());
            state.page_with(status, "pages/apply/check", &shown)
        }
        _ => {
            let template = format!("pages/apply/{}", step.slug());
            state.page_with(status, &template, &view::question(frame, step, typed, errors, choices))
        }
    }
}

/// `POST /apply/{step}`.
///
/// # Errors
/// `not_found` for a page that is none; `too_many` from one address.
pub async fn post(
    state: Data<State>,
    who: Who,
    slug: Path<String>,
    Posted(typed): Posted,
) -> Result<HttpResponse, WebError> {
    match Step::from_slug(&slug) {
        Some(Step::Check) => send(&state, &who, &typed).await,
        Some(step) if step != Step::Start => keep(&state, &who, step, typed).await,
        _ => Err(WebError::not_found()),
    }
}

/// Checks one page; keeps it and goes on, or shows it again with everything typed. What cannot be accepted, a resident
/// registration number above all, is not kept.
async fn keep(state: &State, who: &Who, step: Step, newer: Typed) -> Result<HttpResponse, WebError> {
    let (draft, choices) = load(state, who).await?;
    let mut typed = if draft.sent.is_some() { Typed::default() } else { draft.typed() };
    if step != Step::Start && typed.get("notice").is_empty() {
        return Ok(see_other(Step::Start.path(), None));
    }
    typed.replace(step.names(), &newer);
    let today = seoul::day(state.now());
    let errors = form::check(step, &typed, &choices, today);
    if !errors.is_empty() {
        return render(state, who, StatusCode::UNPROCESSABLE_ENTITY, step, &typed, &errors, &choices);
    }
    let kept = json(&Draft { answers: typed.pairs().to_vec(), sent: None })?;
    let (visitor, now) = (who.visitor.clone(), state.now());
    state.db.write(move |tx| drafts::save(tx, &visitor, KIND, &kept, now)).await?;
    // Someone who came back to change one answer goes straight to the check again.
    let complete = form::read(&typed, &choices, today).is_ok();
    let next = if complete { Step::Check } else { step.next() };
    Ok(see_other(next.path(), None))
}

/// `POST /apply/discard`: destroys the draft.
///
/// # Errors
/// Database errors.
pub async fn discard(state: Data<State>, who: Who, _form: Posted) -> Result<HttpResponse, WebError> {
    let visitor = who.visitor.clone();
    state.db.write(move |tx| drafts::delete(tx, &visitor)).await?;
    Ok(see_other("/apply", Some(&Flash::ok("적으신 내용을 모두 지웠습니다."))))
}

/// Files the case, once, however often the button was pressed.
async fn send(state: &State, who: &Who, typed: &Typed) -> Result<HttpResponse, WebError> {
    // A field that people do not see was filled in: not a person.
    if !typed.get("website").is_empty() {
        return Ok(see_other("/", None));
    }
    let (draft, choices) = load(state, who).await?;
    if draft.sent.is_some() {
        return Ok(see_other("/apply/done", None));
    }
    let typed = draft.typed();
    let answers = match form::read(&typed, &choices, seoul::day(state.now())) {
        Ok(answers) => answers,
        Err((step, _)) => {
            return Ok(see_other(step.path(), Some(&Flash::warn("이 쪽을 마저 적어 주세요."))));
        }
    };
    let (visitor, ip, now) = (who.visitor.clone(), who.ip.clone(), state.now());
    let limits = (state.settings.limits.intake_per_address, state.settings.limits.intake_window_minutes);
    let filed = state.db.write(move |tx| file_once(tx, &visitor, &ip, limits, &answers, now)).await;
    match filed {
        Ok(()) => Ok(see_other("/apply/done", None)),
        Err(CaseworkError::Invalid(fields)) => {
            let mut errors = Errors::default();
            for (name, sentence) in &fields {
                errors.add(name, sentence);
            }
            render(state, who, StatusCode::UNPROCESSABLE_ENTITY, Step::Check, &typed, &errors, &choices)
        }
        Err(e) => Err(e.into()),
    }
}

fn file_once(
    tx: &mut Tx<'_>,
    visitor: &str,
    ip: &str,
    (most, minutes): (u32, i64),
    answers: &Answers,
    now: DateTime<Utc>,
) -> Result<(), CaseworkError> {
    // Whoever takes the draft out files it; who comes later finds it taken, or already sent, and changes nothing.
    let Some(taken) = drafts::take(tx, visitor, KIND, now)? else { return Ok(()) };
    let draft: Draft = serde_json::from_str(&taken).unwrap_or_default();
    if draft.sent.is_some() {
        drafts::save(tx, visitor, KIND, &taken, now)?;
        return Ok(());
    }
    if !access::attempt(tx, &format!("intake|{ip}"), i64::from(most), Duration::minutes(minutes), now)? {
        return Err(CaseworkError::TooMany);
    }
    let filing = filing(answers, now);
    let filed = file::file(tx, &Actor::default(), &filing, now)?;
    let sent = Sent::of(tx, &filed, answers.disclosure)?;
    let kept = serde_json::to_string(&Draft { answers: Vec::new(), sent: Some(sent) });
    let kept = kept.map_err(|e| StoreError::Other(e.to_string()))?;
    drafts::save(tx, visitor, KIND, &kept, now)?;
    Ok(())
}

fn filing(answers: &Answers, now: DateTime<Utc>) -> Filing {
    let recipient = |c: &form::ConsentAnswer| c.purpose.text().map_or("", |t| t.recipient).to_owned();
    Filing {
        channel: Channel::Online,
        received_at: now,
        complex: answers.complex.map(crate::domain::ids::ComplexId),
        complex_typed: answers.complex_typed.clone().unwrap_or_default(),
        area: answers.area.clone(),
        ward_code: String::new(),
        cause: answers.cause,
        position: answers.position,
        applicant: Details {
            name: answers.name.clone(),
            phone: answers.phone.clone(),
            email: answers.email.clone().unwrap_or_default(),
            unit: Some(answers.home.clone()),
            disclosure: Some(answers.disclosure),
            may_tell: answers.may_tell.clone(),
        },
        respondent_unit: answers.suspected.clone(),
        answered: answers.answered.clone(),
        wishes: answers.wishes.clone(),
        narrative: answers.narrative.clone(),
        times: answers.times.clone(),
        home: file::Home::default(),
        screen: None,
        consents: answers
            .consents
            .iter()
            .map(|c| (c.purpose.code().to_owned(), recipient(c), c.given))
            .collect(),
        method: Method::Link,
    }
}

/// `GET /apply/done`: the number, the receipt, what happens next. Stays for a day in this browser.
///
/// # Errors
/// Database errors.
pub async fn done(state: Data<State>, who: Who) -> Result<HttpResponse, WebError> {
    let (draft, _) = load(&state, &who).await?;
    let Some(sent) = draft.sent else { return Ok(see_other("/apply", None)) };
    let shown = sent.shown(&state, state.frame(&who, "접수했습니다"));
    state.page("pages/apply/done", &shown)
}
