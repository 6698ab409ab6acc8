//! Lists: tables that become cards, what stands in for an empty one, the filter above and the pager below.
use super::Link;
use crate::render::html::Html;
use crate::web::field::Field;
use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

/// A list that is a table on wide screens and cards on narrow ones (`parts/table`). The first cell names the row.
#[derive(Debug, Clone)]
pub struct Table {
    pub caption: String,
    pub columns: Vec<Column>,
    pub rows: Vec<Row>,
    /// Shown instead when there are no rows.
    pub empty: Empty,
}

/// Lists are long, so that the table is written here; the part shows it, or what stands in its place.
impl Serialize for Table {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut shown = serializer.serialize_struct("Table", 3)?;
        shown.serialize_field("markup", &Some(self.markup()).filter(|_| !self.rows.is_empty()))?;
        // Of an empty list the heading has to say what is empty; the table carries its own.
        shown.serialize_field("caption", &Some(&self.caption).filter(|_| self.rows.is_empty()))?;
        shown.serialize_field("empty", &self.empty)?;
        shown.end()
    }
}

/// One column of a [`Table`].
#[derive(Debug, Clone)]
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

    fn write(&self, html: &mut Html) {
        html.tag("<th scope=\"col\" role=\"columnheader\"").tag(if self.num { " class=\"num\"" } else { "" });
        if let Some(sorted) = self.sorted {
            html.tag(" aria-sort=\"").tag(sorted).tag("\"");
        }
        html.tag(">");
        match &self.href {
            Some(href) => html.link("", href).text(&self.label).tag("</a>"),
            None => html.text(&self.label),
        };
        html.tag("</th>");
    }
}

/// One row of a [`Table`].
#[derive(Debug, Clone, Default)]
pub struct Row {
    pub cells: Vec<Cell>,
}

/// One cell of a [`Table`].
#[derive(Debug, Clone, Default)]
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

    /// The roles are said, as cards on narrow screens take the table's own away.
    fn markup(&self) -> Html {
        let mut html = Html::with_capacity(512 + self.rows.len() * self.columns.len() * 128);
        html.tag("<table class=\"list cards\" role=\"table\"><caption>").text(&self.caption);
        html.tag("</caption>\n<thead role=\"rowgroup\"><tr role=\"row\">");
        self.columns.iter().for_each(|column| column.write(&mut html));
        html.tag("</tr></thead>\n<tbody role=\"rowgroup\">");
        for row in &self.rows {
            html.tag("<tr role=\"row\">");
            row.cells.iter().for_each(|cell| cell.write(&mut html));
            html.tag("</tr>\n");
        }
        html.tag("</tbody></table>");
        html
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

    fn write(&self, html: &mut Html) {
        html.tag("<td role=\"cell\" data-label=\"").text(&self.label);
        html.tag(if self.num { "\" class=\"num\"><div>" } else { "\"><div>" });
        match (&self.href, self.badge) {
            (Some(href), _) => html.link("go", href).text(&self.text).tag("</a>"),
            (None, Some(kind)) => {
                html.tag("<span class=\"badge ").tag(kind).tag("\">").text(&self.text).tag("</span>")
            }
            (None, None) => html
                .tag(if self.late { "<span class=\"late\">" } else { "<span>" })
                .text(&self.text)
                .tag("</span>"),
        };
        if let Some(sub) = &self.sub {
            html.tag(" <span class=\"sub\">").text(sub).tag("</span>");
        }
        html.tag("</div></td>");
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
    pub fields: Vec<Field>,
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
    /// The first page, on the others: lists go on from a place, and do not count pages.
    pub first: Option<String>,
    pub next: Option<String>,
}
