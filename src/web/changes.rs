//! Which version of an agreement a text is, and what changed since the one before: the same for the case page, the page of a link
//! and a party's own page.
use crate::domain::case::{Agreement, Case};
use crate::domain::difference::{Change, Kept, Piece, between};
use crate::web::steps::words;
use schemars::JsonSchema;
use serde::Serialize;

/// `parts/changes`.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Changes {
    /// `제2판`.
    pub version: String,
    /// `제1판`; none for the first.
    pub before: Option<String>,
    /// The promises that are not the same; none at all where the text stayed.
    pub lines: Vec<Line>,
}

/// What became of one promise.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "ChangedTerm")]
pub struct Line {
    /// `약속 2 바뀜`, `약속 3 더함`, `뺀 약속`.
    pub label: String,
    pub pieces: Vec<Shown>,
}

/// Some words in a row.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "ChangedWords")]
pub struct Shown {
    pub added: bool,
    pub removed: bool,
    pub text: String,
}

/// The version of `agreement`, with its differences.
#[must_use]
pub fn of(case: &Case, agreement: &Agreement) -> Option<Changes> {
    let (number, before) = case.version_of(agreement.seq)?;
    let texts = |a: &Agreement| a.terms.iter().map(words::term).collect::<Vec<String>>();
    let named = |n: usize| format!("제{n}판");
    let told = before.map(|before| between(&texts(before), &texts(agreement))).unwrap_or_default();
    Some(Changes {
        version: named(number),
        before: before.map(|_| named(number.saturating_sub(1))),
        lines: told.into_iter().map(line).collect(),
    })
}

fn line(change: Change) -> Line {
    let whole = |kept, text| vec![Piece { kept, text }];
    let (label, pieces) = match change {
        Change::Changed { n, pieces } => (format!("약속 {n} 바뀜"), pieces),
        Change::Added { n, text } => (format!("약속 {n} 더함"), whole(Kept::Added, text)),
        Change::Removed { text } => ("뺀 약속".to_owned(), whole(Kept::Removed, text)),
    };
    let shown =
        |p: Piece| Shown { added: p.kept == Kept::Added, removed: p.kept == Kept::Removed, text: p.text };
    Line { label, pieces: pieces.into_iter().map(shown).collect() }
}
