//! Private calendars: the address to subscribe to, its renewal and end, and what a calendar program reads there.
use super::sheet::Sheet;
use crate::casework::calendar::{self, Of};
use crate::mail::Sender;
use crate::mail::calendar::feed;
use crate::web::error::WebError;
use crate::web::field::Field;
use crate::web::guard::Who;
use crate::web::parts::{Flash, Summary};
use crate::web::posted::Posted;
use crate::web::state::{State, see_other};
use crate::web::typed::Typed;
use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::{Data, Path};

const OWN: &str = "/settings/calendar";

/// What a calendar program reads. Nobody's name is in it; the address is the key.
///
/// # Errors
/// `not_found` for an address that is not ours or was ended.
pub async fn read(state: Data<State>, token: Path<String>) -> Result<HttpResponse, WebError> {
    let (token, now) = (token.into_inner(), state.now());
    let shown = state.db.read(move |rx| calendar::read(rx, &token, now)).await?;
    let sender = Sender::new(&state.settings).map_err(|e| WebError::internal(&e))?;
    Ok(HttpResponse::Ok()
        .content_type("text/calendar; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(feed(shown.name, &shown.entries, sender.host(), now)))
}

/// Asks whether to make, renew or end the address.
pub(super) async fn ask(
    state: &State,
    who: &Who,
    of: Of,
    (action, back): (&str, &str),
) -> Result<HttpResponse, WebError> {
    let (actor, now) = (who.actor.clone(), state.now());
    let path = state.db.read(move |rx| calendar::path(rx, &actor, of, now)).await?;
    let lead = match of {
        Of::Person(_) => {
            "조정 일정을 휴대전화나 컴퓨터의 달력에서 볼 수 있습니다. 접수번호와 때, 방만 보이고 사람의 이름은 나가지 않습니다."
        }
        Of::Room(_) => {
            "이 방이 예약된 때를 휴대전화나 컴퓨터의 달력에서 볼 수 있습니다. '예약됨'과 때만 보이고 누가 무슨 일로 쓰는지는 나가지 않습니다."
        }
    };
    let lead = format!("{lead} 주소를 아는 사람은 누구나 볼 수 있으니 남에게 알려 주지 마세요.");
    let sheet = |button: &str| {
        Sheet::new(state.frame(who, "일정 구독"), action, button).lead(&lead).cancel(back, "돌아가기")
    };
    let Some(path) = path else {
        return sheet("주소 만들기").filled(vec![Field::hidden("do", "renew")]).show(state);
    };
    let what = Field::radio("do", "구독 주소")
        .choice("renew", "새 주소로 바꾸기", Some("앞의 주소는 바로 쓸 수 없게 됩니다."))
        .choice("end", "주소 끊기", Some("달력에서 일정이 더 오지 않습니다."));
    let address = Summary::default().row("지금 주소", format!("{}{path}", state.base()));
    sheet("저장").facts(address).filled(vec![what]).show(state)
}

/// Makes, renews or ends the address.
pub(super) async fn changed(
    state: &State,
    who: &Who,
    of: Of,
    typed: &Typed,
    back: &str,
) -> Result<HttpResponse, WebError> {
    let (actor, now) = (who.actor.clone(), state.now());
    let flash = match typed.get("do") {
        "end" => {
            state.db.write(move |tx| calendar::end(tx, &actor, of, now)).await?;
            Flash::ok("구독 주소를 끊었습니다.")
        }
        "renew" => {
            state.db.write(move |tx| calendar::renew(tx, &actor, of, now)).await?;
            Flash::ok("구독 주소를 만들었습니다.")
        }
        _ => Flash::warn("무엇을 할지 골라 주세요."),
    };
    Ok(see_other(back, Some(&flash)))
}

/// One's own address.
///
/// # Errors
/// Database errors.
pub async fn own_form(state: Data<State>, who: Who) -> Result<HttpResponse, WebError> {
    let of = Of::Person(who.user()?);
    ask(&state, &who, of, (OWN, "/settings")).await
}

/// Changes one's own address.
///
/// # Errors
/// Database errors.
pub async fn own(state: Data<State>, who: Who, Posted(typed): Posted) -> Result<HttpResponse, WebError> {
    let of = Of::Person(who.user()?);
    changed(&state, &who, of, &typed, OWN).await
}
