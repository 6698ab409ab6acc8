//! The papers of a case, and its receipt links at the desk.
//!
//! A paper is given as its parts (title, facts, sections, notes, seals), worded as on the printed sheet, so that a program can
//! lay it out its own way; the sheet itself is the page's. With `Accept: application/hwp+zip` it comes as the file for 한글, the same
//! that the page gives; the letter to the other side's door has none.
use super::call::{Call, Done, Made, Nothing, told};
use super::shapes::link::ReceiptOne;
use super::shapes::paper::{CodeOne, DeskCodeBody, Listed, Paper, PaperList, PaperOne, PaperQuery, SideBody};
use crate::casework::party;
use crate::domain::codes::Side;
use crate::store::{Rx, users};
use crate::web::error::WebError;
use crate::web::pages::cases::load::{self, Sight};
use crate::web::pages::cases::papers::made::{self, Kind};
use crate::web::pages::cases::papers::{above, may_print};
use crate::web::pages::print::{File, Foot};

/// Every paper's code.
pub(super) fn codes() -> Vec<&'static str> {
    Kind::ALL.iter().map(|(code, _)| *code).collect()
}

fn sight(rx: &mut Rx<'_>, actor: &crate::domain::permission::Actor, number: &str) -> Result<Sight, WebError> {
    let sight = load::sight(rx, actor, number).map_err(told)?;
    if may_print(&sight) { Ok(sight) } else { Err(WebError::not_found()) }
}

/// The papers that the case has now.
///
/// # Errors
/// 404 outside the scope, or for those who may not print.
pub async fn list(call: Call) -> Result<Done<PaperList>, WebError> {
    let number = call.number();
    call.asker
        .open(number, "papers", String::new(), |rx, caller, number| {
            let sight = sight(rx, &caller.actor, number)?;
            let listed = made::listed(rx, &sight, caller.now)?;
            let one = |p: made::Listed| Listed { paper: p.kind.code(), seq: p.seq, title: p.label };
            Ok(PaperList { papers: listed.into_iter().map(one).collect() })
        })
        .await
}

/// What one paper says, or, where that is asked for, the paper as a file.
///
/// # Errors
/// 404 for an unknown paper or a thing that the case does not have, and as `list`.
pub async fn show(call: Call<PaperQuery>) -> Result<Done<PaperOne>, WebError> {
    let (number, seq) = (call.number(), call.query.seq);
    let kind = Kind::from_code(call.asker.part("paper")).ok_or_else(WebError::not_found)?;
    let (base, wants_file) = (call.asker.state.base(), call.asker.wants_file);
    call.asker
        .open_as(number, kind.opened_as(), String::new(), move |rx, caller, number| {
            let sight = sight(rx, &caller.actor, number)?;
            let content = made::content(rx, &sight, (kind, seq), &base, caller.now).map_err(told)?;
            let content = content.ok_or_else(WebError::not_found)?;
            if wants_file && kind != Kind::Letter {
                let by = users::find(rx, caller.user()?).map_err(WebError::from)?.name;
                let foot = (!kind.is_plain()).then(|| Foot::by(by, caller.now));
                let left = foot.is_some().then(|| above(number));
                return Ok(Done::file(File { content, left, foot }));
            }
            Done::of(&PaperOne { paper: Paper::of(kind.code(), seq, content) })
        })
        .await
}

/// A lost receipt link, made anew after a check of the person; the old one opens nothing from now on.
///
/// # Errors
/// 404 for people who do not handle the case, and for a respondent who has no page yet.
pub async fn reissue(call: Call<Nothing, SideBody>) -> Result<Made<ReceiptOne>, WebError> {
    let (number, side) = (call.number(), call.body.side.unwrap_or(Side::Applicant));
    call.asker
        .write(move |tx, c| {
            let made = party::reissue(tx, &c.actor, &number, &c.ip, side, c.now).map_err(told)?;
            Ok(ReceiptOne { receipt: made })
        })
        .await
}

/// Six digits to read out to a person who has shown who they are; older ones are void.
///
/// # Errors
/// As `reissue`; 422 at `check` when nobody made sure of the person.
pub async fn code(call: Call<Nothing, DeskCodeBody>) -> Result<Made<CodeOne>, WebError> {
    let (number, side, check) = (call.number(), call.body.side.unwrap_or(Side::Applicant), call.body.check);
    call.asker
        .write(move |tx, c| {
            let code = party::desk_code(tx, &c.actor, &number, (&c.ip, check), side, c.now).map_err(told)?;
            Ok(CodeOne { code })
        })
        .await
}
