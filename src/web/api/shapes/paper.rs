//! Papers as parts: what the printed sheet says, for programs that lay it out themselves.
use crate::domain::codes::{DeskCheck, Side};
use crate::web::pages::cases::papers::made;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The papers of a case.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PaperList {
    pub papers: Vec<Listed>,
}

/// A paper that can be asked for.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Listed {
    pub paper: &'static str,
    /// Which proposal, agreement or referral; send it along.
    pub seq: Option<i64>,
    pub title: String,
}

/// Which of several.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PaperQuery {
    pub seq: Option<i64>,
}

/// A paper.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PaperOne {
    pub paper: Paper,
}

/// What a paper says, in its order.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Paper {
    pub paper: &'static str,
    pub seq: Option<i64>,
    pub title: String,
    pub facts: Vec<Row>,
    /// What it says in whole sentences.
    pub body: Vec<String>,
    pub sections: Vec<Section>,
    /// Where its QR code leads. Whoever has it opens the case's page.
    pub link: Option<String>,
    pub notes: Vec<String>,
    /// As written on the paper.
    pub date: String,
    /// Who signs, and whether they have.
    pub seals: Vec<Row>,
    pub from: String,
    /// To whom it is handed in.
    pub to: Option<String>,
}

/// A label and what stands beside it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Row {
    pub label: String,
    pub text: String,
}

/// A part of a paper: words, or a table.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Section {
    pub title: String,
    pub text: Option<String>,
    pub columns: Vec<&'static str>,
    pub rows: Vec<Vec<String>>,
}

impl Paper {
    pub(crate) fn of(paper: &'static str, seq: Option<i64>, c: made::Content) -> Self {
        let row = |r: made::Row| Row { label: r.label, text: r.text };
        let section =
            |s: made::Section| Section { title: s.title, text: s.text, columns: s.columns, rows: s.rows };
        Self {
            paper,
            seq,
            title: c.title,
            facts: c.facts.into_iter().map(row).collect(),
            sections: c.sections.into_iter().map(section).collect(),
            body: c.body,
            link: c.link,
            notes: c.notes,
            date: c.date,
            seals: c.seals.into_iter().map(row).collect(),
            from: c.from,
            to: c.to,
        }
    }
}

/// Whose receipt; the applicant's, when nothing is said.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SideBody {
    pub side: Option<Side>,
}

/// Whose digits, and how the desk made sure of the person.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeskCodeBody {
    /// The applicant's, when nothing is said.
    pub side: Option<Side>,
    pub check: Option<DeskCheck>,
}

/// Six digits, valid for ten minutes.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CodeOne {
    pub code: String,
}
