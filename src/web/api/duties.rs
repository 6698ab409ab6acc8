//! 내가 할 일.
use super::call::{Call, Done, told};
use super::shapes::case::{AnyDuty, DutyPage};
use super::shapes::{PageQuery, page};
use crate::casework::todo::{self, Todo, What};
use crate::domain::committee::duties::About;
use crate::domain::ids::CaseId;
use crate::store::cases;
use crate::web::error::WebError;

/// Most duties of cases that one person's list reads.
const DUTIES: i64 = 5000;

/// What a duty is called between two pages of the list.
fn key(todo: &Todo) -> String {
    match &todo.what {
        What::OfCase(row) => row.id.to_string(),
        What::OfCommittee(body, duty) => {
            let about = match &duty.about {
                About::Body => 0,
                About::Meeting(id) => id.0,
                About::Seat(id) => id.0,
                About::Case(id, _) => id.0,
            };
            format!("{}-{}-{about}", body.id.0, duty.kind)
        }
        What::Publish(body, period) => format!("{}-{}", body.id.0, period.code()),
    }
}

fn case_of(todo: &Todo) -> Option<CaseId> {
    match &todo.what {
        What::OfCase(row) => row.case_id,
        What::OfCommittee(..) | What::Publish(..) => None,
    }
}

/// The duties of the caller's desks, their committees and their own, the most urgent first: what the page lists.
///
/// # Errors
/// 422 for a page that there is not.
pub async fn list(call: Call<PageQuery>) -> Result<Done<DutyPage>, WebError> {
    let query = call.query;
    call.asker
        .read(move |rx, caller| {
            let all = todo::of(rx, &caller.actor, caller.user()?, caller.now, DUTIES).map_err(told)?;
            let (shown, meta) = page(all, &query, key)?;
            let ids: Vec<_> = shown.iter().filter_map(case_of).collect();
            let heads = cases::heads(rx, &ids)?;
            let number = |id| heads.iter().find(|h| Some(h.id) == id).map(|h| h.number.clone());
            let duties = shown.into_iter().map(|todo| {
                let case = number(case_of(&todo));
                AnyDuty::of(todo, case)
            });
            Ok(DutyPage { duties: duties.collect(), meta })
        })
        .await
}
