//! The page of a referral behind the link of a mail, for a body whose people have no account: what is asked, by when, and the four
//! things to say about it. `GET` shows and never acts. Whom it is about stands in the 의뢰서, which opens by six digits to the body's
//! own address once the referral is taken.
use super::card::{About, Card, STEPS, card};
use crate::casework::CaseworkError;
use crate::casework::referred::{self, Asked};
use crate::domain::codes::ReferralState;
use crate::domain::step::StepCode;
use crate::domain::text;
use crate::store::StoreError;
use crate::web::error::WebError;
use crate::web::field::{Errors, Field, Form};
use crate::web::guard::Who;
use crate::web::pages::apply::view::Contact;
use crate::web::pages::cases::packet::shown as shown_packet;
use crate::web::pages::party::{door, receipt};
use crate::web::parts::{Flash, Link, Page};
use crate::web::state::{State, see_other};
use crate::web::steps;
use crate::web::typed::Typed;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use serde::Serialize;

/// `pages/referrals/link`.
#[derive(Debug, Serialize)]
struct Shown {
    page: Page,
    form: Form,
    /// How the referral stands, as a heading.
    stands: &'static str,
    referral: Card,
    dong: String,
    body: String,
    lock: Option<Lock>,
    contact: Option<Contact>,
}

/// What stands before the 의뢰서 until the digits are typed.
#[derive(Debug, Serialize)]
struct Lock {
    base: String,
    /// The masked address that the digits go to; none when there is none.
    code_to: Option<String>,
    code_waits: bool,
    field: Field,
}

fn shown(mut page: Page, asked: &Asked, token: &str, state: &State, typed: &Typed, errors: &Errors) -> Shown {
    "층간소음 의뢰".clone_into(&mut page.title);
    let opens = asked.reads_packet && asked.open_until.is_some();
    let mut referral = card(
        About {
            actor: &asked.actor,
            case: &asked.case,
            referral: &asked.referral,
            lines: &asked.lines,
            from: &asked.from,
            by: asked.referral.waits().then_some(asked.referral.due),
            packet: opens.then(|| Link::new(format!("/r/{token}/packet"), "의뢰서 열기")),
            link: Some(token),
            words: asked.open_until.is_some(),
        },
        state.now(),
    );
    referral.acts.iter_mut().for_each(|act| act.csrf.clone_from(&page.csrf));
    let mut form = referral.again(typed, errors);
    if referral.acts.iter().all(|act| act.step != typed.get("step")) {
        form.keep(typed, &["text", "result", "note"]);
    }
    page.error = !form.errors.is_empty();
    let lock = (asked.reads_packet && !opens).then(|| Lock {
        base: format!("/r/{token}"),
        code_to: Some(asked.body.email.as_str()).filter(|e| !e.is_empty()).map(text::mask_email),
        code_waits: asked.code_waits,
        field: Field { error: errors.of("code").map(str::to_owned), ..receipt::code_field() },
    });
    Shown {
        stands: match asked.referral.state {
            ReferralState::Sent | ReferralState::Silent => "답을 기다립니다",
            ReferralState::Accepted => "맡고 있습니다",
            ReferralState::Returned => "돌려보낸 의뢰입니다",
            ReferralState::Done => "마친 의뢰입니다",
        },
        dong: asked.dong.clone(),
        body: asked.body.name.clone(),
        contact: asked.holder.as_ref().map(Contact::of),
        page,
        form,
        referral,
        lock,
    }
}

async fn open(state: &State, who: &Who, token: &str) -> Result<Result<Asked, HttpResponse>, WebError> {
    let (given, visitor, now) = (token.to_owned(), who.visitor.clone(), state.now());
    match state.db.read(move |rx| referred::open(rx, &given, &visitor, now)).await {
        Ok(asked) => Ok(Ok(asked)),
        Err(e) => Ok(Err(door::gone(state, who, e)?)),
    }
}

async fn render(
    state: &State,
    who: &Who,
    status: StatusCode,
    token: &str,
    (typed, errors): (&Typed, &Errors),
) -> Result<HttpResponse, WebError> {
    match open(state, who, token).await? {
        Ok(asked) => {
            let shown = shown(state.frame(who, ""), &asked, token, state, typed, errors);
            state.page_with(status, "pages/referrals/link", &shown)
        }
        Err(gone) => Ok(gone),
    }
}

/// `GET /r/{token}` of a referral: always 200 while the link lives, whatever became of the referral.
///
/// # Errors
/// `not_found` for a token that is not ours.
pub async fn page(state: &State, who: &Who, token: &str) -> Result<HttpResponse, WebError> {
    render(state, who, StatusCode::OK, token, (&Typed::default(), &Errors::default())).await
}

/// `POST /r/{token}` of a referral: one of the four things a body says. What was said already shows how the referral stands.
///
/// # Errors
/// `not_found` for a token that is not ours.
pub async fn answer(state: &State, who: &Who, token: &str, typed: &Typed) -> Result<HttpResponse, WebError> {
    let asked = match open(state, who, token).await? {
        Ok(asked) => asked,
        Err(gone) => return Ok(gone),
    };
    let mut errors = Errors::default();
    let Some(code) = STEPS.into_iter().find(|step| step.code() == typed.get("step")) else {
        errors.add("", "무엇을 알리실지 단추를 눌러 골라 주세요.");
        return render(state, who, StatusCode::UNPROCESSABLE_ENTITY, token, (typed, &errors)).await;
    };
    // The link says which referral, now.
    let mut own = typed.clone();
    let seq = ("referral".to_owned(), asked.referral.seq.to_string());
    own.replace(&["referral", "at_date", "at_time"], &Typed::from_pairs([seq]));
    // The version that the page showed goes along: a second press finds another one.
    let taking = match steps::from_typed(code, &own) {
        Ok(taking) => taking,
        Err(errors) => {
            return render(state, who, StatusCode::UNPROCESSABLE_ENTITY, token, (typed, &errors)).await;
        }
    };
    let (given, now) = (token.to_owned(), state.now());
    let done = state.db.write(move |tx| referred::answer(tx, &given, taking, now)).await;
    let status = match done {
        Ok(()) => return Ok(see_other(&format!("/r/{token}"), Some(&Flash::ok(said(code))))),
        Err(CaseworkError::Invalid(fields)) => {
            fields.iter().for_each(|(name, sentence)| errors.add(name, sentence));
            StatusCode::UNPROCESSABLE_ENTITY
        }
        // Why the case does not take it may be about a side; the body is told only whom to ask.
        Err(CaseworkError::Refused(_) | CaseworkError::Store(StoreError::Conflict(_))) => {
            errors.add("", "이미 답하셨거나 지금은 받을 수 없습니다. 아래의 지금 상태를 보고, 다르면 보낸 곳에 전화해 주세요.");
            StatusCode::CONFLICT
        }
        Err(e) => return Err(e.into()),
    };
    render(state, who, status, token, (typed, &errors)).await
}

const fn said(step: StepCode) -> &'static str {
    match step {
        StepCode::AcceptReferral => "맡으신다고 기록했습니다. 이제 의뢰서를 열 수 있습니다.",
        StepCode::ReferralProgress => "경과를 보낸 곳에 알렸습니다.",
        StepCode::ReferralResult => "결과를 보낸 곳에 알렸습니다. 이 의뢰는 끝났습니다.",
        _ => "돌려보냈습니다. 보낸 곳에 알렸습니다.",
    }
}

/// `POST /r/{token}/unlock` of a referral: opens the 의뢰서 in this browser for ten minutes.
///
/// # Errors
/// `not_found` for a token that is not ours.
pub async fn redeem(state: &State, who: &Who, token: &str, typed: &Typed) -> Result<HttpResponse, WebError> {
    if let Err(gone) = open(state, who, token).await? {
        return Ok(gone);
    }
    match door::opened(state, who, token, typed).await? {
        Ok(opened) => Ok(opened),
        Err(errors) => {
            let nothing = Typed::default();
            render(state, who, StatusCode::UNPROCESSABLE_ENTITY, token, (&nothing, &errors)).await
        }
    }
}

/// `GET /r/{token}/packet`: the 의뢰서, in a browser that the digits have opened; else back to where they are asked for.
///
/// # Errors
/// `not_found` for a token that is not ours.
pub async fn packet(state: Data<State>, who: Who, token: Path<String>) -> Result<HttpResponse, WebError> {
    let token = token.into_inner();
    let asked = match open(&state, &who, &token).await? {
        Ok(asked) => asked,
        Err(gone) => return Ok(gone),
    };
    if !asked.reads_packet || asked.open_until.is_none() {
        let flash = Flash::warn("의뢰서는 맡으신 뒤 숫자 6자리를 넣으면 10분 동안 열립니다.");
        return Ok(see_other(&format!("/r/{token}"), Some(&flash)));
    }
    let (given, visitor, ip, now) = (token.clone(), who.visitor.clone(), who.ip.clone(), state.now());
    let read = state.db.write(move |tx| referred::packet(tx, &given, (&visitor, &ip), now)).await?;
    let mut page = state.frame(&who, "받은 의뢰서");
    page.back = Some(Link::new(format!("/r/{token}"), "의뢰로 돌아가기"));
    shown_packet(&state, page, read)
}
