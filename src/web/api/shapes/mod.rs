//! What goes over the wire. Explicit structs, snake_case, instants in RFC 3339 with `Z`, days as `YYYY-MM-DD`; an answer is
//! enveloped by its noun.
pub mod account;
pub mod case;
mod codes;
pub mod committee;
pub mod diary;
pub mod disposal;
pub mod exchange;
pub mod figures;
pub mod file;
pub mod filing;
pub mod indicators;
pub mod link;
pub mod mail;
pub mod operator;
pub mod paper;
pub mod programme;
pub mod publication;
pub mod roster;
pub mod setup;
pub mod step;
pub mod views;
pub mod waiting;
pub mod ward;

use crate::domain::indicators::Measure;
use crate::web::error::WebError;
use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Entries of a page when nothing is said, and at most.
const PAGE: i64 = 50;
const PAGE_MAX: i64 = 200;

/// A refusal (RFC 9457), with our `code` and the members that do not fit.
#[derive(Debug, JsonSchema)]
#[expect(dead_code, reason = "only its schema is used; the guard writes problems")]
pub struct Problem {
    /// A path that names the code.
    #[schemars(rename = "type")]
    kind: String,
    title: String,
    status: u16,
    /// Stable.
    code: String,
    /// A Korean sentence that says what to do.
    detail: String,
    #[serde(default)]
    fields: Vec<ProblemField>,
}

/// A member that does not fit.
#[derive(Debug, JsonSchema)]
#[expect(dead_code, reason = "as above")]
pub struct ProblemField {
    name: String,
    detail: String,
}

/// Where a list goes on.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct Meta {
    /// `after` of the next page; null on the last one.
    pub next: Option<String>,
}

/// Which page of a list.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PageQuery {
    /// How many entries, 1 to 200; 50 when nothing is said.
    #[schemars(range(min = 1, max = 200))]
    pub limit: Option<i64>,
    /// `meta.next` of the page before.
    pub after: Option<String>,
}

/// How many entries a page has.
///
/// # Errors
/// 422 at `limit`.
pub fn limit(asked: Option<i64>) -> Result<i64, WebError> {
    match asked {
        None => Ok(PAGE),
        Some(n @ 1..=PAGE_MAX) => Ok(n),
        Some(_) => Err(wrong("limit", "1에서 200 사이의 숫자를 보내 주세요.")),
    }
}

/// Seoul days `[from, to)`.
///
/// # Errors
/// 422 at `to`.
pub fn period(from: NaiveDate, to: NaiveDate) -> Result<(NaiveDate, NaiveDate), WebError> {
    if from < to {
        Ok((from, to))
    } else {
        Err(wrong("to", "시작일보다 뒤의 날짜를 보내 주세요."))
    }
}

/// The measure that a report has at this place of its JSON.
///
/// # Errors
/// 422 at `measure`.
pub fn measure(pointer: Option<&str>) -> Result<Option<Measure>, WebError> {
    let unknown = || wrong("measure", "보고서 JSON에 있는 수의 자리를 보내 주세요. 예: /outcomes/settled");
    pointer.map(|pointer| Measure::at(pointer).ok_or_else(unknown)).transpose()
}

/// 422 at one member.
#[must_use]
pub fn wrong(name: &str, sentence: &str) -> WebError {
    WebError::invalid(vec![(name.to_owned(), sentence.to_owned())])
}

/// 422 for an `after` that did not come from here.
#[must_use]
pub fn bad_after() -> WebError {
    wrong("after", "앞 쪽의 meta.next를 그대로 보내 주세요.")
}

/// A page out of a bounded list that was read whole: what stands behind `after`, which names an entry by `key`.
///
/// # Errors
/// 422 at `limit` or `after`.
pub fn page<T>(
    all: Vec<T>,
    query: &PageQuery,
    key: impl Fn(&T) -> String,
) -> Result<(Vec<T>, Meta), WebError> {
    let limit = usize::try_from(limit(query.limit)?).unwrap_or(1);
    let start = match &query.after {
        None => 0,
        Some(after) => 1 + all.iter().position(|one| key(one) == *after).ok_or_else(bad_after)?,
    };
    let more = all.len() > start + limit;
    let shown: Vec<T> = all.into_iter().skip(start).take(limit).collect();
    let next = shown.last().map(key).filter(|_| more);
    Ok((shown, Meta { next }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_of_a_list_join_without_gap() {
        let query = |after: Option<&str>| PageQuery { limit: Some(2), after: after.map(str::to_owned) };
        let all = || vec![5, 4, 3, 2, 1];
        let key = |n: &i32| n.to_string();
        let (first, meta) = page(all(), &query(None), key).unwrap();
        assert_eq!((first, meta.next.as_deref()), (vec![5, 4], Some("4")));
        let (last, meta) = page(all(), &query(Some("2")), key).unwrap();
        assert_eq!((last, meta.next), (vec![1], None));
        assert_eq!(page(all(), &query(Some("9")), key).unwrap_err().fields[0].0, "after");
        assert!(limit(Some(0)).is_err() && limit(Some(201)).is_err());
    }
}
