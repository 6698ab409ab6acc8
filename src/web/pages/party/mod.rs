//! The pages of the people in a case, by the link they were given: receipt, letter, and the decisions asked of them.
pub mod decision;
pub mod desk;
pub mod door;
pub mod letter;
pub mod offer;
pub mod receipt;

use crate::casework::party::Door;
use crate::domain::codes::Side;
use crate::render::korean::{self, Moment};
use crate::web::pages::apply::view::Contact;
use chrono::{DateTime, Utc};
use serde::Serialize;

/// What was answered before, shown instead of the form.
#[derive(Debug, Clone, Serialize)]
pub struct Answered {
    pub label: String,
    pub at: String,
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
    door.holder.as_ref().map(|(name, phone)| Contact {
        name: name.clone(),
        phone: Some(korean::phone(phone)).filter(|p| !p.is_empty()),
    })
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

fn answered(door: &Door, label: String, text: &str) -> Option<Answered> {
    let at = door.visit.link.used_at?;
    Some(Answered { label, at: Moment::from(at.and_utc()).prose(), text: text.to_owned() })
}
