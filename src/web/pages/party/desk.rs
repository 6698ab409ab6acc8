//! At the desk: six digits to read out to a person who has shown who they are, so that they can open their own data.

use crate::casework::{CaseworkError, party};
use crate::domain::codes::{DeskCheck, Side};
use crate::web::error::WebError;
use crate::web::guard::Who;
use crate::web::parts::{Flash, Link, Page};
use crate::web::posted::Posted;
use crate::web::state::{State, see_other};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::Serialize;

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
    let check = DeskCheck::from_code(typed.get("check"));
    let asked = n.clone();
    let made = state.db.write(move |tx| party::desk_code(tx, &actor, &asked, (&ip, check), side, now));
    let code = match made.await {
        Err(CaseworkError::Invalid(faults)) => {
            let said = faults.first().map_or("", |(_, why)| why.as_str());
            return Ok(see_other(&format!("/cases/{n}/papers"), Some(&Flash::warn(said))));
        }
        made => made?,
    };
    let mut page = state.frame(&who, "본인 확인 번호");
    page.back = Some(Link::new(format!("/cases/{n}/papers"), "문서 목록"));
    state.page("pages/receipt/desk_code", &Shown { page, number: n, side: side.label(), code })
}
