//! The pages of the people in a case, by the link they were given: receipt, letter, and the decisions asked of them.
pub mod decision;
pub mod desk;
pub mod diary;
pub mod door;
pub mod evidence;
pub mod letter;
pub mod offer;
pub mod receipt;

use crate::casework::party::Door;
use crate::domain::codes::{Authority, PersonKind, Side};
use crate::domain::step::Seq;
use crate::render::korean::Moment;
use crate::web::field::Field;
use crate::web::pages::apply::view::Contact;
use crate::web::typed::Typed;
use chrono::{DateTime, Utc};
use serde::Serialize;

/// What was answered before, shown instead of the form.
#[derive(Debug, Clone, Serialize)]
pub struct Answered {
    pub label: String,
    /// When, where it was by this link.
    pub at: Option<String>,
    pub text: String,
}

/// `pages/answer/gone`: a link that opens nothing any more.
#[derive(Debug, Serialize)]
pub struct Gone {
    pub page: crate::web::parts::Page,
    pub text: String,
    pub contact: Option<Contact>,
}

/// Whom to ask.
#[must_use]
pub fn contact(door: &Door) -> Option<Contact> {
    door.holder.as_ref().map(Contact::of)
}

/// "12월 3일(목)".
#[must_use]
pub fn day(at: DateTime<Utc>) -> String {
    Moment::from(crate::domain::seoul::day(at)).prose()
}

/// 신청인 or 상대방. The respondent is not called so on their own page.
#[must_use]
pub const fn side_shown(side: Side) -> &'static str {
    match side {
        Side::Applicant => "신청하신 분",
        Side::Respondent => "편지를 받으신 분",
    }
}

/// Who is answering, asked only where somebody may do this for the side: the link is the party's own and says nothing of that.
fn who_acts(door: &Door, needed: Option<Authority>) -> Option<Field> {
    let there: Vec<_> = door.visit.case.acting_for(door.visit.side, needed).collect();
    if there.is_empty() {
        return None;
    }
    let many = |kind: PersonKind| there.iter().filter(|p| p.kind == kind).count() > 1;
    let field = Field::radio("by", "누가 답하십니까?").choice("", "본인", None);
    let field = there.iter().enumerate().fold(field, |field, (i, p)| {
        let what = if p.represents { "함께하는 분(대표자)" } else { p.kind.label() };
        let label = if many(p.kind) { format!("{what} {}", i + 1) } else { what.to_owned() };
        let given: Vec<&str> = p.authority.iter().map(|a| a.label()).collect();
        let given = Some(format!("맡긴 일: {}", given.join(", "))).filter(|_| !given.is_empty());
        field.choice(&p.seq.to_string(), &label, given.as_deref())
    });
    Some(field.optional())
}

/// The person whom that field names; nobody is the party themself.
fn acting(typed: &Typed) -> Option<Seq> {
    typed.get("by").parse().ok()
}

/// What was answered; by this link at a time, or in another way (at the desk, on paper), where the timeline knows when.
fn answered(door: &Door, label: String, text: &str) -> Answered {
    let at = door.visit.link.used_at.map(|at| Moment::from(at.and_utc()).prose());
    Answered { label, at, text: text.to_owned() }
}
