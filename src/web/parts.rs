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

impl Page {
    /// A page of the public site with nothing known about the installation; handlers fill in the rest.
    #[must_use]
    pub fn plain(title: &str) -> Self {
        Self {
            title: title.to_owned(),
            error: false,
            index: false,
            version: String::new(),
            session_seconds: None,
            official: None,
            mail_to_files: None,
            home: "/".to_owned(),
            site: "층간소음 조정".to_owned(),
            phone: String::new(),
            who: None,
            csrf: String::new(),
            nav: Vec::new(),
            bare: false,
            back: None,
            flash: None,
            operator: String::new(),
        }
    }
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

/// The filter above a list (`parts/filter`): a GET form whose state is in the URL, or one that also searches.
#[derive(Debug, Clone, Serialize)]
pub struct Filter {
    pub title: String,
    /// The list's own path.
    pub action: String,
    pub open: bool,
    pub fields: Vec<super::field::Field>,
    /// What is applied; each link leaves that one out.
    pub chips: Vec<Link>,
    /// The form holds words that must not stand in an address.
    pub search: Option<Search>,
}

/// Where a filter is posted that holds words to search for.
#[derive(Debug, Clone, Serialize)]
pub struct Search {
    pub action: String,
    pub csrf: String,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::Renderer;
    use crate::web::field::{Errors, Field, Form};
    use crate::web::typed::Typed;

    /// Every part takes its own struct, with everything given and with nothing given.
    #[test]
    fn each_part_renders_from_its_struct() {
        let r = Renderer::new().unwrap();
        let some = || Some("글".to_owned());
        let full = Cell {
            badge: Some("info"),
            late: true,
            ..Cell::link("2026-0001", "/cases/2026-0001").small("천연동")
        };
        let table = Table::new("1건".into(), vec![Column::num("번호")], vec![vec![full]], Empty::new("없음"));
        let shown = r.render("parts/table", &table).unwrap();
        assert!(
            shown.contains("data-label=\"번호\"") && shown.contains("href=\"/cases/2026-0001\""),
            "{shown}"
        );
        let empty = Empty { text: some(), href: Some("/".into()), link: some(), ..Empty::new("없음") };
        let none = Table::new(String::new(), vec![], vec![], empty);
        assert!(r.render("parts/table", &none).unwrap().contains("없음"));

        let item = TimelineItem {
            title: "권고".into(),
            late: true,
            corrected: true,
            badge: some(),
            body: some(),
            ..Default::default()
        };
        let items = vec![
            item,
            TimelineItem { href: Some("/".into()), link: some(), visible: some(), ..Default::default() },
        ];
        assert!(r.render("parts/timeline", &Timeline { items }).unwrap().contains("정정됨"));

        let nav = |n| NavItem { href: "/".into(), label: "요약".into(), current: true, n };
        let facts = vec![Fact { label: "기한".into(), text: "지남".into(), late: true }];
        let bar = IdBar {
            number: "2026-0001".into(),
            stage: "접수".into(),
            stage_kind: "info",
            flag: some(),
            facts,
            subnav: vec![nav(Some(2)), nav(None)],
        };
        assert!(r.render("parts/idbar", &bar).unwrap().contains("class=\"late\""));

        let steps = r.render("parts/steps", &Steps::new(&["하나", "둘", "셋"], 2)).unwrap();
        assert!(
            steps.contains("3단계 중 2단계: 둘") && steps.matches("aria-current").count() == 1,
            "{steps}"
        );

        the_small_parts(&r);
        each_figure(&r);
    }

    fn the_small_parts(r: &Renderer) {
        let some = || Some("글".to_owned());
        let summary = Summary::default().row("단지", "천연").answer("동·호", "101동", "/apply/home");
        assert_eq!(r.render("parts/summary", &summary).unwrap().matches("바꾸기").count(), 1);

        for post in [true, false] {
            let action = Action {
                title: "다음".into(),
                note: some(),
                post,
                href: "/x".into(),
                label: "하기".into(),
                csrf: "t".into(),
            };
            assert_eq!(r.render("parts/action", &action).unwrap().contains("<form"), post);
        }
        let filter = Filter {
            title: "찾기".into(),
            action: "/cases".into(),
            open: true,
            fields: vec![Field::text("q", "말")],
            chips: vec![Link::new("/cases", "김")],
            search: None,
        };
        assert!(r.render("parts/filter", &filter).unwrap().contains("method=\"get\""));
        let search = Some(Search { action: "/cases/search".into(), csrf: "t".into() });
        let shown = r.render("parts/filter", &Filter { search, ..filter }).unwrap();
        assert!(shown.contains("name=\"q\"") && shown.contains("method=\"post\"") && shown.contains("_csrf"));
        let pager =
            Pager {
                label: "쪽".into(), text: "1건".into(), prev: None, next: Some("/cases?after=1".into())
            };
        assert!(r.render("parts/pager", &pager).unwrap().contains("rel=\"next\""));
        let flash = Flash { href: Some("/".into()), link: some(), ..Flash::ok("됨") };
        assert!(r.render("parts/flash", &flash).unwrap().contains("role=\"status\""));
    }

    fn each_figure(r: &Renderer) {
        let svg = Drawing {
            width: 10,
            height: 10,
            rules: vec![Rule { class: "axis", x1: 0.0, y1: 0.0, x2: 1.0, y2: 1.0 }],
            bars: vec![Bar { class: "c1", x: 0.0, y: 0.0, w: 1.5, h: 2.0 }],
            lines: vec![Polyline { class: "l1", points: "0,0 1,1".into() }],
            dots: vec![Dot { class: "c1", x: 0.0, y: 0.0, r: 3.0 }],
            texts: vec![Label { x: 0.0, y: 0.0, anchor: "middle", text: "6월".into() }],
        };
        let table = FigureTable {
            columns: vec!["달".into(), "건".into()],
            rows: vec![vec!["6월".into(), "5".into()]],
        };
        let figure = Figure {
            id: "f".into(),
            title: "달마다".into(),
            finding: "많았습니다".into(),
            note: None,
            svg: Some(svg),
            table,
        };
        let shown = r.render("parts/figure", &figure).unwrap();
        assert!(shown.contains("<th scope=\"row\">6월</th><td class=\"num\">5</td>"), "{shown}");
        let bare = Figure { svg: None, note: Some("자료".into()), ..figure };
        assert!(!r.render("parts/figure", &bare).unwrap().contains("<svg"));
    }

    /// Every kind of field shows its label, its hint, its error and what was typed, tied together for screen readers.
    #[test]
    fn each_kind_of_field_renders() {
        let r = Renderer::new().unwrap();
        let typed = Typed::from_body("x=<b>\"1\"&x_date=2026-11-28&x_time=14:00".as_bytes());
        let mut errors = Errors::default();
        errors.add("x", "다시 적어 주세요.");
        let choices = [("<b>\"1\"", "하나"), ("2", "둘")];
        for field in [
            Field::text("x", "글"),
            Field::tel("x", "글"),
            Field::email("x", "글"),
            Field::number("x", "글"),
            Field::date("x", "글"),
            Field::time("x", "글"),
            Field::datetime("x", "글"),
            Field::area("x", "글", 10),
            Field::password("x", "글", "new-password"),
            Field::file("x", "글"),
            Field::checkbox("x", "글"),
            Field::select("x", "글").choices(choices),
            Field::radio("x", "글").choice("<b>\"1\"", "하나", Some("도움")).choice("2", "둘", None),
            Field::checks("x", "글").choices(choices),
        ] {
            let kind = field.kind;
            for wrong in [true, false] {
                let none = Errors::default();
                let form = Form::new(
                    [field.clone().help("도움말").optional().big()],
                    &typed,
                    if wrong { &errors } else { &none },
                );
                let shown = r.render("parts/field", &form.fields["x"]).unwrap();
                assert!(shown.contains("글") && shown.contains("id=\"x-help\""), "{kind}: {shown}");
                assert_eq!(shown.contains("id=\"x-error\""), wrong, "{kind}: {shown}");
                assert!(shown.contains("aria-describedby=\"x-help"), "{kind}: {shown}");
                assert!(!shown.contains("<b>"), "{kind}: {shown}");
                let kept = shown.contains("&lt;b&gt;&quot;1&quot;") || shown.contains("2026-11-28");
                let silent = matches!(kind, "password" | "file" | "checkbox" | "time");
                assert!(kept || silent, "{kind}: {shown}");
                assert_eq!(form.errors.len(), usize::from(wrong));
            }
        }
        assert!(r.render("parts/field", &Field::hidden("x", "7")).unwrap().contains("type=\"hidden\""));
    }
}
