//! The mediator's one-decision page behind the link of an offer. `GET` shows and never acts: mail scanners follow links.

use super::Answered;
use crate::casework::CaseworkError;
use crate::casework::offers::{self, Asked, OfferAnswer};
use crate::domain::codes::{DeclineReason, OfferState, Role};
use crate::domain::text;
use crate::render::korean::Moment;
use crate::web::error::WebError;
use crate::web::field::{Errors, Field, Form};
use crate::web::guard::Who;
use crate::web::pages::apply::view::Contact;
use crate::web::parts::{Flash, Page, Summary};
use crate::web::state::{State, see_other};
use crate::web::typed::Typed;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use chrono::{DateTime, Utc};
use serde::Serialize;

/// `pages/answer/offer`.
#[derive(Debug, Serialize)]
pub struct Show {
    pub page: Page,
    pub form: Form,
    pub facts: Summary,
    /// What is declared by taking the case.
    pub declaration: String,
    pub answered: Option<Answered>,
    pub action: String,
    pub contact: Option<Contact>,
    /// Where the parties' data is, behind the login.
    pub case_href: Option<String>,
    /// Until when the answer can be taken back, and what then happens.
    pub take_back: Option<TakeBack>,
}

/// Second thoughts.
#[derive(Debug, Serialize)]
pub struct TakeBack {
    pub until: String,
    pub text: &'static str,
    pub button: &'static str,
}

fn second_thoughts(asked: &Asked, now: DateTime<Utc>) -> Option<TakeBack> {
    let until = Moment::from(offers::can_take_back(asked, now)?).prose();
    let accepted = asked.offer.state == OfferState::Accepted;
    Some(TakeBack {
        until,
        text: if accepted {
            "잘못 누르셨거나 사정이 생겼으면 되돌릴 수 있습니다. 그 뒤에도 로그인해 언제든 내려놓을 수 있고, 불이익은 없습니다."
        } else {
            "다른 분께 여쭙기 전이면 되돌려 다시 답하실 수 있습니다."
        },
        button: if accepted { "수락 되돌리기" } else { "사양 되돌리기" },
    })
}

fn fields() -> Vec<Field> {
    let reason = Field::select("reason", "사양하시는 까닭")
        .choice("", "고르지 않음", None)
        .choices(DeclineReason::ALL.iter().map(|r| (r.code(), r.label())))
        .optional();
    vec![reason, Field::area("note", "남기실 말", 500).rows(3).optional()]
}

/// The page as it stands at `now`.
#[must_use]
pub fn show(
    mut page: Page,
    asked: &Asked,
    token: &str,
    now: DateTime<Utc>,
    typed: &Typed,
    errors: &Errors,
) -> Show {
    let form = Form::new(fields(), typed, errors);
    "이 사건을 맡아 주시겠습니까?".clone_into(&mut page.title);
    page.error = !form.errors.is_empty();
    let wanted: Vec<String> = asked.offer.wanted.iter().map(|d| Moment::from(*d).prose()).collect();
    let facts = Summary::default()
        .row("접수번호", asked.case.number.clone())
        .row("단지", format!("{} {}", asked.dong, asked.complex).trim().to_owned())
        .row("어떤 소리", asked.case.intake.cause.label())
        .row("바라는 날짜", if wanted.is_empty() { "의논해 정합니다".to_owned() } else { wanted.join(", ") })
        .row("답할 때", format!("{}까지", Moment::from(asked.offer.answer_by).prose()));
    let contact = asked.holder.as_ref().map(Contact::of);
    let accepted = asked.case.is_in_charge(asked.mediator, Role::Mediator);
    let facts = match (asked.case.pairs(), asked.offer.lead) {
        (true, true) => facts.row("자리", "주 조정인(두 분이 함께 맡습니다)"),
        (true, false) => facts.row("자리", "공동 조정인(두 분이 함께 맡습니다)"),
        _ => facts,
    };
    Show {
        take_back: second_thoughts(asked, now),
        declaration: asked.declaration(),
        facts,
        answered: (!asked.is_open(now)).then(|| over(asked)),
        action: format!("/r/{token}"),
        contact,
        case_href: accepted.then(|| format!("/cases/{}", asked.case.number)),
        form,
        page,
    }
}

/// How the offer ended, in words. Whoever comes too late is told whom to telephone, on the same page.
fn over(asked: &Asked) -> Answered {
    let (label, text) = match asked.offer.state {
        OfferState::Accepted if asked.case.is_in_charge(asked.mediator, Role::Mediator) => (
            "이미 답하셨습니다: 맡겠습니다",
            "고맙습니다. 로그인하시면 당사자 정보와 다음 할 일을 볼 수 있습니다.",
        ),
        OfferState::Accepted => {
            ("이미 답하셨습니다", "맡으셨던 사건은 지금 다른 분이 맡거나 끝났습니다. 불이익은 없습니다.")
        }
        OfferState::Declined => {
            ("이미 답하셨습니다: 이번에는 어렵습니다", "알려 주셔서 고맙습니다. 다음 분께 여쭙습니다.")
        }
        OfferState::Cancelled | OfferState::Expired | OfferState::Pending if asked.others => {
            ("다른 분께 배정되었습니다", "마음 써 주셔서 고맙습니다. 하실 일은 없습니다.")
        }
        OfferState::Cancelled => ("요청이 취소되었습니다", "사건의 사정이 바뀌었습니다. 하실 일은 없습니다."),
        OfferState::Expired | OfferState::Pending => {
            ("기한이 지났습니다", "맡을 뜻이 있으시면 아래로 전화해 주세요. 불이익은 없습니다.")
        }
    };
    let at = asked.offer.answered_at.or(asked.link.used_at.map(|at| at.and_utc()));
    let at = at.unwrap_or(asked.offer.answer_by);
    Answered { label: label.to_owned(), at: Some(Moment::from(at).prose()), text: text.to_owned() }
}

/// The answer as typed.
///
/// # Errors
/// What has to be corrected, by field.
pub fn read(typed: &Typed) -> Result<OfferAnswer, Errors> {
    let mut errors = Errors::default();
    let note = text::free(typed.get("note"), 500).unwrap_or_else(|e| {
        errors.add("note", &e);
        String::new()
    });
    let answer = match typed.get("choice") {
        "accept" => {
            if !typed.ticked("no_conflict") {
                errors.add("", "두 집과 이해관계가 없을 때만 맡을 수 있습니다. 있으면 사양해 주세요.");
            }
            Some(OfferAnswer::Accept)
        }
        "decline" => {
            let reason = DeclineReason::from_code(typed.get("reason")).unwrap_or(DeclineReason::Other);
            Some(OfferAnswer::Decline { reason, note })
        }
        _ => {
            errors.add("", "맡으실지 단추를 눌러 골라 주세요.");
            None
        }
    };
    match answer.filter(|_| errors.is_empty()) {
        Some(answer) => Ok(answer),
        None => Err(errors),
    }
}

async fn open(state: &State, token: &str) -> Result<Asked, WebError> {
    let token = token.to_owned();
    Ok(state.db.read(move |rx| offers::open(rx, &token)).await?)
}

fn render(
    state: &State,
    who: &Who,
    status: StatusCode,
    asked: &Asked,
    token: &str,
    typed: &Typed,
    errors: &Errors,
) -> Result<HttpResponse, WebError> {
    let shown = show(state.frame(who, ""), asked, token, state.now(), typed, errors);
    state.page_with(status, "pages/answer/offer", &shown)
}

/// `GET`: always 200, whatever became of the offer.
///
/// # Errors
/// `not_found` for a token that is not ours.
pub async fn page(state: &State, who: &Who, token: &str) -> Result<HttpResponse, WebError> {
    let asked = open(state, token).await?;
    render(state, who, StatusCode::OK, &asked, token, &Typed::default(), &Errors::default())
}

/// `POST`: decides once. A second press, or an answer too late, shows how the offer stands.
///
/// # Errors
/// `not_found` for a token that is not ours.
pub async fn decide(state: &State, who: &Who, token: &str, typed: &Typed) -> Result<HttpResponse, WebError> {
    if typed.get("choice") == "take_back" {
        let (given, now) = (token.to_owned(), state.now());
        return match state.db.write(move |tx| offers::take_back(tx, &given, now)).await {
            Ok(()) => Ok(see_other(&format!("/r/{token}"), Some(&Flash::ok("답을 되돌렸습니다.")))),
            Err(CaseworkError::Refused(refused)) => {
                Ok(see_other(&format!("/r/{token}"), Some(&Flash::warn(refused.sentence))))
            }
            Err(e) => Err(e.into()),
        };
    }
    let asked = open(state, token).await?;
    if !asked.is_open(state.now()) {
        return Ok(see_other(&format!("/r/{token}"), None));
    }
    let answer = match read(typed) {
        Ok(answer) => answer,
        Err(errors) => {
            return render(state, who, StatusCode::UNPROCESSABLE_ENTITY, &asked, token, typed, &errors);
        }
    };
    let (given, now) = (token.to_owned(), state.now());
    match state.db.write(move |tx| offers::answer(tx, &given, answer, now)).await {
        Ok(()) => Ok(see_other(&format!("/r/{token}"), None)),
        Err(CaseworkError::Refused(refused)) => {
            let mut errors = Errors::default();
            errors.add("", &refused.sentence);
            render(state, who, StatusCode::CONFLICT, &asked, token, typed, &errors)
        }
        Err(e) => Err(e.into()),
    }
}
