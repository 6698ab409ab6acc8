//! At the desk: six digits to read out to a person who has shown who they are, so that they can open their own data.

use crate::casework::{open, party};
use crate::domain::codes::Side;
use crate::web::error::WebError;
use crate::web::guard::Who;
use crate::web::parts::{Flash, Link, Page};
use crate::web::posted::Posted;
use crate::web::state::{State, see_other};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::Serialize;

/// How the person was checked; kept in the access record.
pub(crate) const CHECKS: [(&str, &str); 2] =
    [("id", "신분증을 봄"), ("call", "접수된 번호로 걸어 본인과 통화함")];

/// `pages/receipt/desk_code`.
#[derive(Debug, Serialize)]
struct Shown {
    page: Page,
    number: String,
    side: &'static str,
    code: String,
}

/// `POST /cases/{number}/receipt/code`: makes the digits and shows them, once; older ones are void. The opening is recorded.
///
/// # Errors
/// `not_found` for people who do not handle the case, and for a side that has no page yet.
pub async fn code(
    state: Data<State>,
    who: Who,
    number: Path<String>,
    Posted(typed): Posted,
) -> Result<HttpResponse, WebError> {
    let side = Side::from_code(typed.get("side")).unwrap_or(Side::Applicant);
    let (actor, ip, n, now) = (who.actor.clone(), who.ip.clone(), number.into_inner(), state.now());
    let check = CHECKS.iter().find(|(code, _)| *code == typed.get("check")).map(|(_, label)| *label);
    let asked = n.clone();
    let made = state.db.write(move |tx| match check {
        Some(check) => party::desk_code(tx, &actor, &asked, (&ip, check), side, now).map(Some),
        None => open::read(tx, &actor, &asked).map(|_| None),
    });
    let Some(code) = made.await? else {
        let flash = Flash::warn("본인을 어떻게 확인했는지 고른 뒤에 숫자를 만들 수 있습니다.");
        return Ok(see_other(&format!("/cases/{n}/papers"), Some(&flash)));
    };
    let mut page = state.frame(&who, "본인 확인 번호");
    page.back = Some(Link::new(format!("/cases/{n}/papers"), "문서 목록"));
    state.page("pages/receipt/desk_code", &Shown { page, number: n, side: side.label(), code })
}
