//! The weekly summary: its switch, and the address in the mail itself that ends it.
use crate::casework::digest;
use crate::store::{Rx, digests};
use crate::web::error::WebError;
use crate::web::field::Field;
use crate::web::guard::Who;
use crate::web::pages::sheet::Sheet;
use crate::web::parts::{Flash, Page};
use crate::web::posted::{Posted, PostedOnce};
use crate::web::state::{State, see_other};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::Serialize;

/// Asks whether the person wants it.
///
/// # Errors
/// Database and template errors.
pub async fn form(state: Data<State>, who: Who) -> Result<HttpResponse, WebError> {
    let user = who.user()?;
    let on = state.db.read(move |rx| digests::wanted(rx, user)).await?;
    let field = Field::radio("digest", "주간 요약")
        .choice("on", "받기", Some("월요일 아침에 할 일이 몇 건인지 보냅니다. 사건 내용은 적지 않습니다."))
        .choice("off", "받지 않기", None)
        .value(if on { "on" } else { "off" });
    let mut sheet = Sheet::new(state.frame(&who, "주간 요약"), "/settings/digest", "저장")
        .lead("한 주에 한 번, 할 일의 수를 전자우편으로 알려 드립니다. 할 일이 없는 주에는 보내지 않습니다.")
        .cancel("/settings", "내 정보로");
    sheet.page.mail_to_files = state.mail_note();
    sheet.filled(vec![field]).show(&state)
}

/// Switches it.
///
/// # Errors
/// Database errors.
pub async fn switch(state: Data<State>, who: Who, Posted(typed): Posted) -> Result<HttpResponse, WebError> {
    let (user, now, on) = (who.user()?, state.now(), typed.get("digest") == "on");
    state.db.write(move |tx| digest::switch(tx, user, on, now)).await?;
    let said = if on {
        "주간 요약을 월요일부터 보내 드립니다."
    } else {
        "주간 요약을 보내지 않습니다."
    };
    Ok(see_other("/settings", Some(&Flash::ok(said))))
}

/// `pages/account/unsubscribe`.
#[derive(Debug, Serialize)]
struct Unsubscribe {
    page: Page,
    lead: &'static str,
    /// Where the button posts to; none where there is nothing left to end.
    action: Option<String>,
}

fn ended(state: &State, who: &Who) -> Result<HttpResponse, WebError> {
    let page = state.frame(who, "주간 요약을 받지 않습니다");
    let lead = "이제 보내지 않습니다. 다시 받으시려면 로그인해 내 정보에서 켜 주세요.";
    state.page("pages/account/unsubscribe", &Unsubscribe { page, lead, action: None })
}

/// What the address in the mail shows: a button. Mail scanners follow links, so that looking ends nothing.
///
/// # Errors
/// `not_found` for an address that is not ours.
pub async fn ask(state: Data<State>, who: Who, token: Path<String>) -> Result<HttpResponse, WebError> {
    let given = token.clone();
    let read = move |rx: &mut Rx<'_>| {
        let user = digests::by_token(rx, &given)?;
        digests::wanted(rx, user)
    };
    if !state.db.read(read).await? {
        return ended(&state, &who);
    }
    let page = state.frame(&who, "주간 요약 그만 받기");
    let lead = "주간 요약만 그만 받습니다. 사건에서 오는 전자우편은 그대로 옵니다.";
    let action = Some(format!("/unsubscribe/{token}"));
    state.page("pages/account/unsubscribe", &Unsubscribe { page, lead, action })
}

/// Ends it: by the page's button, or by a mail program's one click (RFC 8058, which wants no redirect).
///
/// # Errors
/// `not_found` for an address that is not ours.
pub async fn end(
    state: Data<State>,
    who: Who,
    token: Path<String>,
    _asked: PostedOnce,
) -> Result<HttpResponse, WebError> {
    let (now, token) = (state.now(), token.into_inner());
    state
        .db
        .write(move |tx| {
            let user = digests::by_token(tx, &token)?;
            digest::switch(tx, user, false, now)
        })
        .await?;
    ended(&state, &who)
}
