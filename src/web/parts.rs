//! What the shared parts of the pages are given (`templates/parts`, `templates/layout.hbs`): one struct per part, so that a
//! page cannot forget a name. Texts are ready to be shown; dates are already written in Korean.

use serde::Serialize;

/// A link with its words.
#[derive(Debug, Clone, Serialize)]
pub struct Link {
    pub href: String,
    pub label: String,
}

impl Link {
    /// A link to `href` (own path, `tel:`, `sms:`, `mailto:`).
    #[must_use]
    pub fn new(href: impl Into<String>, label: impl Into<String>) -> Self {
        Self { href: href.into(), label: label.into() }
    }
}

/// What the frame of every page needs; each page's context has it as `page`.
#[derive(Debug, Clone, Serialize)]
pub struct Page {
    /// Of the window; the same words as the page's h1.
    pub title: String,
    /// Puts "오류: " before the title.
    pub error: bool,
    /// Whether search engines may list the page.
    pub index: bool,
    /// Changes when a static file changes; part of its address.
    pub version: String,
    /// Seconds until the session ends unused; none for visitors.
    pub session_seconds: Option<u32>,
    /// The public body that runs this site, only if one does.
    pub official: Option<String>,
    /// Says that mail goes to files, on pages that would send one.
    pub mail_to_files: Option<MailNote>,
    /// Where the name leads: `/`, or `/tasks` when signed in.
    pub home: String,
    /// The site's name under "이음".
    pub site: String,
    /// The telephone number for help, with hyphens.
    pub phone: String,
    pub who: Option<Who>,
    /// The hidden token of the session's forms; empty for visitors without any.
    pub csrf: String,
    pub nav: Vec<NavItem>,
    /// The page lays out its own width (home).
    pub bare: bool,
    pub back: Option<Link>,
    pub flash: Option<Flash>,
    /// Who runs the site, for the footer.
    pub operator: String,
}

/// The sentence that mail goes to files.
#[derive(Debug, Clone, Serialize)]
pub struct MailNote {
    pub text: String,
    /// The page where the files can be read, in `demo`.
    pub href: Option<String>,
}

/// Who is signed in.
#[derive(Debug, Clone, Serialize)]
pub struct Who {
    pub name: String,
    /// The role and body they act for now: "천연동 위원회 간사".
    pub role: String,
    /// Where the role is switched, if they have several.
    pub switch_href: Option<String>,
}

/// One entry of a navigation.
#[derive(Debug, Clone, Serialize)]
pub struct NavItem {
    pub href: String,
    pub label: String,
    pub current: bool,
    /// A number after the words (sub-navigation only).
    pub n: Option<u32>,
}

/// One sentence after something was done.
#[derive(Debug, Clone, Serialize)]
pub struct Flash {
    /// `ok`, `warn`, `error` or `info`.
    pub kind: &'static str,
    pub text: String,
    pub href: Option<String>,
    pub link: Option<String>,
}

impl Flash {
    /// Something was done.
    #[must_use]
    pub fn ok(text: impl Into<String>) -> Self {
        Self { kind: "ok", text: text.into(), href: None, link: None }
    }

    /// Something needs attention.
    #[must_use]
    pub fn warn(text: impl Into<String>) -> Self {
        Self { kind: "warn", text: text.into(), href: None, link: None }
    }

    /// Something was refused.
    #[must_use]
    pub fn error(text: impl Into<String>) -> Self {
        Self { kind: "error", text: text.into(), href: None, link: None }
    }
}

/// The step indicator (`parts/steps`), for 3 to 7 steps.
#[derive(Debug, Clone, Serialize)]
pub struct Steps {
    pub total: usize,
    /// 1-based.
    pub now: usize,
    pub label: String,
    pub steps: Vec<Step>,
}

/// One step of [`Steps`].
#[derive(Debug, Clone, Serialize)]
pub struct Step {
    pub n: usize,
    pub label: String,
    pub done: bool,
    pub current: bool,
}

impl Steps {
    /// The steps by name; `now` is 1-based.
    #[must_use]
    pub fn new(labels: &[&str], now: usize) -> Self {
        let steps = labels
            .iter()
            .enumerate()
            .map(|(i, label)| Step {
                n: i + 1,
                label: (*label).to_owned(),
                done: i + 1 < now,
                current: i + 1 == now,
            })
            .collect();
        let label = now.checked_sub(1).and_then(|i| labels.get(i)).copied().unwrap_or_default().to_owned();
        Self { total: labels.len(), now, label, steps }
    }
}

/// A list that is a table on wide screens and cards on narrow ones (`parts/table`). The first cell names the row.
#[derive(Debug, Clone, Serialize)]
pub struct Table {
    pub caption: String,
    pub columns: Vec<Column>,
    pub rows: Vec<Row>,
    /// Shown instead when there are no rows.
    pub empty: Empty,
}

/// One column of a [`Table`].
#[derive(Debug, Clone, Serialize)]
pub struct Column {
    pub label: String,
    pub num: bool,
    /// `ascending` or `descending` when the list is sorted by it.
    pub sorted: Option<&'static str>,
    /// Sorts by it.
    pub href: Option<String>,
}

impl Column {
    /// A plain column.
    #[must_use]
    pub fn new(label: &str) -> Self {
        Self { label: label.to_owned(), num: false, sorted: None, href: None }
    }

    /// A column of numbers.
    #[must_use]
    pub fn num(label: &str) -> Self {
        Self { num: true, ..Self::new(label) }
    }
}

/// One row of a [`Table`].
#[derive(Debug, Clone, Default, Serialize)]
pub struct Row {
    pub cells: Vec<Cell>,
}

/// One cell of a [`Table`].
#[derive(Debug, Clone, Default, Serialize)]
pub struct Cell {
    /// The column's name, repeated on cards.
    pub label: String,
    pub text: String,
    pub href: Option<String>,
    pub num: bool,
    /// `info`, `ok`, `warn`, `danger` or `plain`.
    pub badge: Option<&'static str>,
    /// Overdue: red with a mark, never by colour alone.
    pub late: bool,
    /// A second, smaller line.
    pub sub: Option<String>,
}

impl Table {
    /// A table whose cells take their labels and alignment from the columns.
    #[must_use]
    pub fn new(caption: String, columns: Vec<Column>, rows: Vec<Vec<Cell>>, empty: Empty) -> Self {
        let rows = rows
            .into_iter()
            .map(|cells| Row {
                cells: cells
                    .into_iter()
                    .zip(&columns)
                    .map(|(cell, column)| Cell { label: column.label.clone(), num: column.num, ..cell })
                    .collect(),
            })
            .collect();
        Self { caption, columns, rows, empty }
    }
}

impl Cell {
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    #[must_use]
    pub fn link(text: impl Into<String>, href: impl Into<String>) -> Self {
        Self { text: text.into(), href: Some(href.into()), ..Self::default() }
    }

    #[must_use]
    pub fn badge(text: impl Into<String>, kind: &'static str) -> Self {
        Self { text: text.into(), badge: Some(kind), ..Self::default() }
    }

    #[must_use]
    pub fn late(mut self, late: bool) -> Self {
        self.late = late;
        self
    }

    #[must_use]
    pub fn small(mut self, sub: impl Into<String>) -> Self {
        self.sub = Some(sub.into());
        self
    }
}

/// Nothing to show, and what to do about it (`parts/empty`).
#[derive(Debug, Clone, Default, Serialize)]
pub struct Empty {
    pub title: String,
    pub text: Option<String>,
    pub href: Option<String>,
    pub link: Option<String>,
}

impl Empty {
    /// Only a sentence.
    #[must_use]
    pub fn new(title: &str) -> Self {
        Self { title: title.to_owned(), ..Self::default() }
    }
}

/// The filter above a list (`parts/filter`): a GET form whose state is in the URL.
#[derive(Debug, Clone, Serialize)]
pub struct Filter {
    pub title: String,
    /// The list's own path.
    pub action: String,
    pub open: bool,
    pub fields: Vec<super::field::Field>,
    /// What is applied; each link leaves that one out.
    pub chips: Vec<Link>,
}

/// Older and newer (`parts/pager`).
#[derive(Debug, Clone, Serialize)]
pub struct Pager {
    pub label: String,
    pub text: String,
    pub prev: Option<String>,
    pub next: Option<String>,
}

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

/// A drawing with its table (`parts/figure`). All marks have their places in the drawing's own units.
#[derive(Debug, Clone, Serialize)]
pub struct Figure {
    pub id: String,
    pub title: String,
    /// The finding in a sentence; also the drawing's description.
    pub finding: String,
    /// Data time, definition.
    pub note: Option<String>,
    pub svg: Option<Drawing>,
    pub table: FigureTable,
}

/// The marks of a [`Figure`].
#[derive(Debug, Clone, Default, Serialize)]
pub struct Drawing {
    pub width: u32,
    pub height: u32,
    pub rules: Vec<Rule>,
    pub bars: Vec<Bar>,
    pub lines: Vec<Polyline>,
    pub dots: Vec<Dot>,
    pub texts: Vec<Label>,
}

/// An axis (`axis`) or a grid line (`rule`).
#[derive(Debug, Clone, Serialize)]
pub struct Rule {
    pub class: &'static str,
    pub x1: f64,
    pub y1: f64,
    pub x2: f64,
    pub y2: f64,
}

/// A bar in colour `c0` to `c4`.
#[derive(Debug, Clone, Serialize)]
pub struct Bar {
    pub class: &'static str,
    pub x: f64,
    pub y: f64,
    pub w: f64,
    pub h: f64,
}

/// A line in style `l1` to `l4`; `points` as SVG has them.
#[derive(Debug, Clone, Serialize)]
pub struct Polyline {
    pub class: &'static str,
    pub points: String,
}

/// A dot in colour `c1` to `c4`.
#[derive(Debug, Clone, Serialize)]
pub struct Dot {
    pub class: &'static str,
    pub x: f64,
    pub y: f64,
    pub r: f64,
}

/// Words in a drawing; `anchor` is `start`, `middle` or `end`.
#[derive(Debug, Clone, Serialize)]
pub struct Label {
    pub x: f64,
    pub y: f64,
    pub anchor: &'static str,
    pub text: String,
}

/// The same numbers as a table; the first cell of a row is its heading.
#[derive(Debug, Clone, Default, Serialize)]
pub struct FigureTable {
    pub columns: Vec<String>,
    pub rows: Vec<Vec<String>>,
}
