//! What the pages of one case are made of: its head, its history, facts and answers, the next thing to do.
use super::NavItem;
use serde::Serialize;

/// What happened, newest first (`parts/timeline`).
#[derive(Debug, Clone, Default, Serialize)]
pub struct Timeline {
    pub items: Vec<TimelineItem>,
}

/// One entry of a [`Timeline`].
#[derive(Debug, Clone, Default, Serialize)]
pub struct TimelineItem {
    pub title: String,
    /// Who can see it, as a badge.
    pub badge: Option<String>,
    pub badge_kind: &'static str,
    /// Entered after the day it happened.
    pub late: bool,
    pub corrected: bool,
    /// RFC 3339.
    pub iso: String,
    /// As shown.
    pub at: String,
    pub who: String,
    /// Who can see it, in words.
    pub visible: Option<String>,
    pub body: Option<String>,
    pub href: Option<String>,
    pub link: Option<String>,
}

/// The head of a case's pages (`parts/idbar`); it holds the page's h1.
#[derive(Debug, Clone, Serialize)]
pub struct IdBar {
    pub number: String,
    pub stage: String,
    pub stage_kind: &'static str,
    /// A risk, in a word.
    pub flag: Option<String>,
    /// 단지, 맡은 곳, 다음 할 일, 기한.
    pub facts: Vec<Fact>,
    pub subnav: Vec<NavItem>,
}

/// One fact of an [`IdBar`].
#[derive(Debug, Clone, Serialize)]
pub struct Fact {
    pub label: String,
    pub text: String,
    pub late: bool,
}

/// Answers to check or facts to read (`parts/summary`).
#[derive(Debug, Clone, Default, Serialize)]
pub struct Summary {
    pub rows: Vec<SummaryRow>,
}

/// One row of a [`Summary`].
#[derive(Debug, Clone, Serialize)]
pub struct SummaryRow {
    pub label: String,
    pub text: String,
    pub href: Option<String>,
    /// Where the answer is changed; shows "바꾸기".
    pub change: Option<String>,
}

impl Summary {
    /// Adds a row that cannot be changed here.
    #[must_use]
    pub fn row(mut self, label: &str, text: impl Into<String>) -> Self {
        self.rows.push(SummaryRow { label: label.to_owned(), text: text.into(), href: None, change: None });
        self
    }

    /// Adds a row with a link to change it.
    #[must_use]
    pub fn answer(mut self, label: &str, text: impl Into<String>, change: &str) -> Self {
        self.rows.push(SummaryRow {
            label: label.to_owned(),
            text: text.into(),
            href: None,
            change: Some(change.to_owned()),
        });
        self
    }
}

/// The one next thing to do (`parts/action`).
#[derive(Debug, Clone, Serialize)]
pub struct Action {
    pub title: String,
    pub note: Option<String>,
    /// A form that posts at once, or a link to the step's own page.
    pub post: bool,
    pub href: String,
    pub label: String,
    /// Needed when `post`.
    pub csrf: String,
}
