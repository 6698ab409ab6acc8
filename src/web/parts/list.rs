//! Lists: tables that become cards, what stands in for an empty one, the filter above and the pager below.
use super::Link;
use crate::web::field::Field;
use serde::Serialize;

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
