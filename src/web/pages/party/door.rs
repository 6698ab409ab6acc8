//! The handlers behind a party's link. `GET` only shows; `POST` decides once.

use super::receipt::Going;
use super::{Gone, contact, decision, letter, receipt};
use crate::casework::CaseworkError;
use crate::casework::party::{self, Door, GONE};
use crate::domain::codes::{ConsentPurpose, LinkPurpose, Right};
use crate::domain::text;
use crate::store::links;
use crate::web::error::WebError;
use crate::web::field::Errors;
use crate::web::guard::Who;
use crate::web::pages::referrals::by_link;
use crate::web::parts::Flash;
use crate::web::posted::Posted;
use crate::web::state::{State, see_other};
use crate::web::typed::Typed;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};

/// Reads the door of a link, or the page that says that it opens nothing any more.
async fn open(state: &State, who: &Who, token: &str) -> Result<Result<Door, HttpResponse>, WebError> {
    let (token, visitor, now) = (token.to_owned(), who.visitor.clone(), state.now());
    match state.db.read(move |rx| party::door(rx, &token, &visitor, now)).await {
        Ok(door) => Ok(Ok(door)),
        Err(e) => Ok(Err(gone(state, who, e)?)),
    }
}

/// The page of a link that opens nothing any more; any other error goes on as the error it is.
///
/// # Errors
/// What is not about the link's end.
pub fn gone(state: &State, who: &Who, e: CaseworkError) -> Result<HttpResponse, WebError> {
    match e {
        CaseworkError::Refused(refused) if refused.code == GONE => {
            let page = state.frame(who, "이 링크는 이제 쓸 수 없습니다");
            let gone = Gone { page, text: refused.sentence, contact: None };
            state.page_with(StatusCode::GONE, "pages/answer/gone", &gone)
        }
        e => Err(e.into()),
    }
}

fn render(
    state: &State,
    who: &Who,
    status: StatusCode,
    door: &Door,
    token: &str,
    typed: &Typed,
    errors: &Errors,
) -> Result<HttpResponse, WebError> {
    let mut frame = state.frame(who, "");
    match door.visit.link.purpose {
        LinkPurpose::Receipt => {
            let shown = receipt::show(frame, door, token, typed, errors);
            state.page_with(status, "pages/receipt/show", &shown)
        }
        LinkPurpose::Letter => {
            let shown = letter::show(frame, door, token, typed, errors);
            state.page_with(status, "pages/letter/show", &shown)
        }
        purpose => {
            frame.mail_to_files = None;
            let shown = decision::show(frame, door, token, typed, errors);
            state.page_with(status, decision::template(purpose), &shown)
        }
    }
}

/// What the link is for: it may ask a mediator or a body, not a party.
async fn purpose(state: &State, token: &str) -> Result<LinkPurpose, WebError> {
    let token = token.to_owned();
    Ok(state.db.read(move |rx| links::by_token(rx, &token)).await?.purpose)
}

/// `GET /r/{token}`: a receipt, a letter or a decision, by what the link is for.
///
/// # Errors
/// `not_found` for a token that is not ours.
pub async fn show(state: Data<State>, who: Who, token: Path<String>) -> Result<HttpResponse, WebError> {
    match purpose(&state, &token).await? {
        LinkPurpose::Offer => return super::offer::page(&state, &who, &token).await,
        LinkPurpose::Referral => return by_link::page(&state, &who, &token).await,
        _ => {}
    }
    match open(&state, &who, &token).await? {
        Ok(door) => {
            render(&state, &who, StatusCode::OK, &door, &token, &Typed::default(), &Errors::default())
        }
        Err(gone) => Ok(gone),
    }
}

/// `POST /r/{token}`: the answer to a letter, or a decision.
///
/// # Errors
/// `conflict` when the link was used already.
pub async fn answer(
    state: Data<State>,
    who: Who,
    token: Path<String>,
    Posted(typed): Posted,
) -> Result<HttpResponse, WebError> {
    let token = token.into_inner();
    match purpose(&state, &token).await? {
        LinkPurpose::Offer => return super::offer::decide(&state, &who, &token, &typed).await,
        LinkPurpose::Referral => return by_link::answer(&state, &who, &token, &typed).await,
        _ => {}
    }
    let door = match open(&state, &who, &token).await? {
        Ok(door) => door,
        Err(gone) => return Ok(gone),
    };
    // A second press shows what was answered the first time.
    if door.visit.link.used_at.is_some() {
        return Ok(see_other(&format!("/r/{token}"), None));
    }
    match door.visit.link.purpose {
        LinkPurpose::Receipt => Err(WebError::not_found()),
        LinkPurpose::Letter => match letter::read(&typed) {
            Ok(reply) => {
                let (given, now) = (token.clone(), state.now());
                let done = state.db.write(move |tx| party::answer_letter(tx, &given, &reply, now)).await;
                finish(&state, &who, &door, &token, &typed, done.map(drop))
            }
            Err(errors) => refuse(&state, &who, &door, &token, &typed, &errors),
        },
        _ => match decision::read(&door, &typed) {
            Ok(decision) => {
                let (given, now) = (token.clone(), state.now());
                let done = state.db.write(move |tx| party::decide(tx, &given, decision, now)).await;
                finish(&state, &who, &door, &token, &typed, done)
            }
            Err(errors) => refuse(&state, &who, &door, &token, &typed, &errors),
        },
    }
}

fn refuse(
    state: &State,
    who: &Who,
    door: &Door,
    token: &str,
    typed: &Typed,
    errors: &Errors,
) -> Result<HttpResponse, WebError> {
    render(state, who, StatusCode::UNPROCESSABLE_ENTITY, door, token, typed, errors)
}

/// Back to the page after the deed; it shows what was answered.
fn answered(token: &str) -> HttpResponse {
    see_other(&format!("/r/{token}"), Some(&Flash::ok("답을 잘 받았습니다.")))
}

/// What is said where the deed was not done, and with which status; anything else goes on as the error it is.
fn said_of(door: &Door, e: CaseworkError) -> Result<(StatusCode, Errors), CaseworkError> {
    let mut errors = Errors::default();
    match e {
        CaseworkError::Invalid(fields) => {
            for (name, sentence) in &fields {
                errors.add(name, sentence);
            }
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, errors));
        }
        // Why the case does not take the answer may be about the other side; the parties are told only whom to ask.
        CaseworkError::Refused(refused) if party::told_of_own_side(&refused).is_some() => {
            errors.add("", party::told_of_own_side(&refused).unwrap_or_default());
        }
        CaseworkError::Refused(_) => {
            let phone = contact(door).and_then(|c| c.phone).map(|p| format!(" {p}")).unwrap_or_default();
            let sentence =
                format!("지금은 이 화면에서 답을 받을 수 없습니다. 맡은 곳{phone}에 전화해 주세요.");
            errors.add("", &sentence);
        }
        e => return Err(e),
    }
    Ok((StatusCode::CONFLICT, errors))
}

/// After the deed: back to the page; or the form again with what is wrong.
fn finish(
    state: &State,
    who: &Who,
    door: &Door,
    token: &str,
    typed: &Typed,
    done: Result<(), CaseworkError>,
) -> Result<HttpResponse, WebError> {
    match done.map_err(|e| said_of(door, e)) {
        Ok(()) => Ok(answered(token)),
        Err(Ok((status, errors))) => render(state, who, status, door, token, typed, &errors),
        Err(Err(e)) => Err(e.into()),
    }
}

/// `POST /r/{token}/code`: a ten-minute code to the person's own address.
///
/// # Errors
/// `too_many` codes.
pub async fn code(
    state: Data<State>,
    who: Who,
    token: Path<String>,
    _form: Posted,
) -> Result<HttpResponse, WebError> {
    let token = token.into_inner();
    let (given, visitor, now) = (token.clone(), who.visitor.clone(), state.now());
    let sent = state.db.write(move |tx| party::send_code(tx, &given, &visitor, now));
    let sent = sent.await?;
    let flash = if sent {
        Flash::ok("숫자 6자리를 보냈습니다. 10분 안에 넣어 주세요.")
    } else {
        Flash::warn("전자우편 주소가 없습니다. 맡은 곳에 전화하거나 창구로 와 주세요.")
    };
    Ok(see_other(&format!("/r/{token}"), Some(&flash)))
}

/// `POST /r/{token}/unlock`: opens the person's own data in this browser for ten minutes.
///
/// # Errors
/// `not_found` for a token that is not ours.
pub async fn redeem(
    state: Data<State>,
    who: Who,
    token: Path<String>,
    Posted(typed): Posted,
) -> Result<HttpResponse, WebError> {
    let token = token.into_inner();
    if purpose(&state, &token).await? == LinkPurpose::Referral {
        return by_link::redeem(&state, &who, &token, &typed).await;
    }
    let door = match own_page(&state, &who, &token).await? {
        Ok(door) => door,
        Err(gone) => return Ok(gone),
    };
    let errors = match opened(&state, &who, &token, &typed).await? {
        Ok(opened) => return Ok(opened),
        Err(errors) => errors,
    };
    // The digits are not shown again: they are of no use.
    render(&state, &who, StatusCode::UNPROCESSABLE_ENTITY, &door, &token, &Typed::default(), &errors)
}

/// Tries the digits that were typed for a link: back to its page, or what is wrong with them.
///
/// # Errors
/// As `party::redeem`.
pub async fn opened(
    state: &State,
    who: &Who,
    token: &str,
    typed: &Typed,
) -> Result<Result<HttpResponse, Errors>, WebError> {
    let (visitor, code, now) = (who.visitor.clone(), typed.get("code").to_owned(), state.now());
    let given = token.to_owned();
    match state.db.write(move |tx| party::redeem(tx, &given, (&visitor, &code), now)).await? {
        Ok(()) => {
            let flash = Flash::ok("확인했습니다. 10분 동안 볼 수 있습니다.");
            Ok(Ok(see_other(&format!("/r/{token}"), Some(&flash))))
        }
        Err(why) => {
            let mut errors = Errors::default();
            errors.add("code", &why);
            Ok(Err(errors))
        }
    }
}

/// `POST /r/{token}/confirm`: the noise ended, says the applicant.
///
/// # Errors
/// `not_found` for a token that is not ours.
pub async fn confirm(
    state: Data<State>,
    who: Who,
    token: Path<String>,
    _form: Posted,
) -> Result<HttpResponse, WebError> {
    let token = token.into_inner();
    let door = match open(&state, &who, &token).await? {
        Ok(door) => door,
        Err(gone) => return Ok(gone),
    };
    let (given, now) = (token.clone(), state.now());
    let done = state.db.write(move |tx| party::confirm(tx, &given, now)).await;
    finish(&state, &who, &door, &token, &Typed::default(), done)
}

/// `POST /r/{token}/consent`: takes part, or lets one's data pass to the NGO.
///
/// # Errors
/// `not_found` for a token that is not ours.
pub async fn consent(
    state: Data<State>,
    who: Who,
    token: Path<String>,
    Posted(typed): Posted,
) -> Result<HttpResponse, WebError> {
    let token = token.into_inner();
    let door = match open(&state, &who, &token).await? {
        Ok(door) => door,
        Err(gone) => return Ok(gone),
    };
    let provision = typed.get("purpose") == ConsentPurpose::Provision.code();
    let (field, sentence) = if provision {
        ("provide", "제공하시려면 동의에 표시해 주세요.")
    } else {
        ("consent", "참여하시려면 동의에 표시해 주세요.")
    };
    if !typed.ticked(field) {
        let mut errors = Errors::default();
        errors.add(field, sentence);
        return refuse(&state, &who, &door, &token, &typed, &errors);
    }
    let (given, now) = (token.clone(), state.now());
    let done = state
        .db
        .write(
            move |tx| {
                if provision { party::provide(tx, &given, now) } else { party::consent(tx, &given, now) }
            },
        )
        .await;
    finish(&state, &who, &door, &token, &typed, done)
}

/// `POST /r/{token}/rights`: a request about one's own data, while the page is open by a code.
///
/// # Errors
/// `not_found` for a token that is not ours.
pub async fn rights(
    state: Data<State>,
    who: Who,
    token: Path<String>,
    Posted(typed): Posted,
) -> Result<HttpResponse, WebError> {
    let token = token.into_inner();
    let door = match open(&state, &who, &token).await? {
        Ok(door) => door,
        Err(gone) => return Ok(gone),
    };
    let mut errors = Errors::default();
    let text = text::free(typed.get("text"), 1000).map_err(|e| errors.add("text", &e)).unwrap_or_default();
    let right = Right::from_code(typed.get("right"));
    if right.is_none() {
        errors.add("right", "무엇을 요청하시는지 골라 주세요.");
    }
    let Some(right) = right.filter(|_| errors.is_empty()) else {
        return refuse(&state, &who, &door, &token, &typed, &errors);
    };
    let (given, visitor, now) = (token.clone(), who.visitor.clone(), state.now());
    let asked = state.db.write(move |tx| party::ask_right(tx, &given, &visitor, (right, &text), now)).await;
    finish(&state, &who, &door, &token, &typed, asked)
}

/// `POST /r/{token}/comment`: what a side wants otherwise in a draft, from the page that asks for the signature or from their own.
///
/// # Errors
/// `not_found` for a token that is not ours, or is about something else.
pub async fn comment(
    state: Data<State>,
    who: Who,
    token: Path<String>,
    Posted(typed): Posted,
) -> Result<HttpResponse, WebError> {
    let token = token.into_inner();
    let door = match open(&state, &who, &token).await? {
        Ok(door) => door,
        Err(gone) => return Ok(gone),
    };
    let text = match text::free(typed.get("comment"), 1000) {
        Ok(text) => text,
        Err(why) => {
            let mut errors = Errors::default();
            errors.add("comment", &why);
            return refuse(&state, &who, &door, &token, &typed, &errors);
        }
    };
    let (given, visitor, now) = (token.clone(), who.visitor.clone(), state.now());
    let version = typed.get("version").to_owned();
    let told = state.db.write(move |tx| party::comment(tx, &given, &visitor, (&text, &version), now)).await;
    finish(&state, &who, &door, &token, &typed, told)
}

/// The door of a party's own page, or the page that says that it opens nothing any more.
async fn own_page(state: &State, who: &Who, token: &str) -> Result<Result<Door, HttpResponse>, WebError> {
    match open(state, who, token).await? {
        Ok(door) if door.visit.link.purpose == LinkPurpose::Receipt => Ok(Ok(door)),
        Ok(_) => Err(WebError::not_found()),
        Err(gone) => Ok(Err(gone)),
    }
}

/// The page that asks whether to go, with what was typed.
fn asked(
    state: &State,
    who: &Who,
    at: (&Door, &str),
    going: Going,
    (status, typed, errors): (StatusCode, &Typed, &Errors),
) -> Result<HttpResponse, WebError> {
    let shown = receipt::going(state.frame(who, ""), at, going, typed, errors);
    state.page_with(status, "pages/receipt/withdraw", &shown)
}

/// Asks whether to go.
async fn ask(state: &State, who: &Who, token: &str, going: Going) -> Result<HttpResponse, WebError> {
    match own_page(state, who, token).await? {
        Ok(door) if going.is_for(door.visit.side) => {
            let nothing = (StatusCode::OK, &Typed::default(), &Errors::default());
            asked(state, who, (&door, token), going, nothing)
        }
        Ok(_) => Err(WebError::not_found()),
        Err(gone) => Ok(gone),
    }
}

/// Goes, or says why not on the page that asked, where the reason still stands.
async fn go(
    state: &State,
    who: &Who,
    (token, typed): (String, Typed),
    going: Going,
) -> Result<HttpResponse, WebError> {
    let door = match own_page(state, who, &token).await? {
        Ok(door) if going.is_for(door.visit.side) => door,
        Ok(_) => return Err(WebError::not_found()),
        Err(gone) => return Ok(gone),
    };
    let reason = match text::free(typed.get("reason"), 500) {
        Ok(reason) => reason,
        Err(e) => {
            let mut errors = Errors::default();
            errors.add("reason", &e);
            let again = (StatusCode::UNPROCESSABLE_ENTITY, &typed, &errors);
            return asked(state, who, (&door, &token), going, again);
        }
    };
    let (given, now, by) = (token.clone(), state.now(), super::acting(&typed));
    let done = state
        .db
        .write(move |tx| match going {
            Going::Leave => party::leave(tx, &given, (&reason, by), now),
            Going::Withdraw if reason.is_empty() => party::withdraw(tx, &given, ("신청인이 거둠", by), now),
            Going::Withdraw => party::withdraw(tx, &given, (&reason, by), now),
        })
        .await;
    match done.map_err(|e| said_of(&door, e)) {
        Ok(()) => Ok(answered(&token)),
        Err(Ok((status, errors))) => asked(state, who, (&door, &token), going, (status, &typed, &errors)),
        Err(Err(e)) => Err(e.into()),
    }
}

/// `GET /r/{token}/withdraw`.
///
/// # Errors
/// `not_found` for a token that is not the applicant's.
pub async fn ask_withdraw(
    state: Data<State>,
    who: Who,
    token: Path<String>,
) -> Result<HttpResponse, WebError> {
    ask(&state, &who, &token, Going::Withdraw).await
}

/// `POST /r/{token}/withdraw`.
///
/// # Errors
/// `not_found` for a token that is not the applicant's.
pub async fn withdraw(
    state: Data<State>,
    who: Who,
    token: Path<String>,
    Posted(typed): Posted,
) -> Result<HttpResponse, WebError> {
    go(&state, &who, (token.into_inner(), typed), Going::Withdraw).await
}

/// `GET /r/{token}/leave`.
///
/// # Errors
/// `not_found` for a token that is no party's own page.
pub async fn ask_leave(state: Data<State>, who: Who, token: Path<String>) -> Result<HttpResponse, WebError> {
    ask(&state, &who, &token, Going::Leave).await
}

/// `POST /r/{token}/leave`: takes part no longer.
///
/// # Errors
/// `not_found` for a token that is no party's own page.
pub async fn leave(
    state: Data<State>,
    who: Who,
    token: Path<String>,
    Posted(typed): Posted,
) -> Result<HttpResponse, WebError> {
    go(&state, &who, (token.into_inner(), typed), Going::Leave).await
}

/// `GET /letter`: a code to type.
///
/// # Errors
/// Template errors.
pub async fn ask_code(state: Data<State>, who: Who) -> Result<HttpResponse, WebError> {
    let shown = letter::code(state.frame(&who, ""), &Typed::default(), &Errors::default());
    state.page("pages/letter/code", &shown)
}

/// `POST /letter`: leads to the letter of the code.
///
/// # Errors
/// `too_many` wrong codes from one address.
pub async fn find_letter(
    state: Data<State>,
    who: Who,
    Posted(typed): Posted,
) -> Result<HttpResponse, WebError> {
    let (given, ip, now) = (typed.get("code").to_owned(), who.ip.clone(), state.now());
    let found = state
        .db
        .write(move |tx| {
            let found = party::letter_by_code(tx, &given, &ip, now)?;
            Ok::<_, crate::store::StoreError>(found.map(|id| links::token(tx, id)))
        })
        .await?;
    match found {
        Ok(token) => Ok(see_other(&format!("/r/{token}"), None)),
        Err(CaseworkError::Invalid(fields)) => {
            let mut errors = Errors::default();
            for (name, sentence) in &fields {
                errors.add(name, sentence);
            }
            let shown = letter::code(state.frame(&who, ""), &typed, &errors);
            state.page_with(StatusCode::UNPROCESSABLE_ENTITY, "pages/letter/code", &shown)
        }
        Err(e) => Err(e.into()),
    }
}

#[derive(serde::Serialize)]
struct Find {
    page: crate::web::parts::Page,
}

/// `GET /receipt`: how to come back to one's case.
///
/// # Errors
/// Template errors.
pub async fn find(state: Data<State>, who: Who) -> Result<HttpResponse, WebError> {
    state.page("pages/receipt/find", &Find { page: state.frame(&who, "내 신청 확인하기") })
}
