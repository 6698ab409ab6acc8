//! Ledgers in and out (`exchange.md`).
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A ledger to be brought in.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportBody {
    /// The cases, as CSV text.
    pub cases: String,
    /// Their events, as CSV text.
    pub events: Option<String>,
    /// An old ledger: a missing earlier step stands as '기록 없음'.
    #[serde(default)]
    pub legacy: bool,
    /// Looks and says what would be done; saves nothing.
    #[serde(default)]
    pub dry_run: bool,
}

/// What came of it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ImportOne {
    pub import: Import,
}

/// What an import did, or would do.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Import {
    pub dry_run: bool,
    pub added: usize,
    pub known: usize,
    pub events_added: usize,
    pub events_known: usize,
    pub missing: Vec<MissingSteps>,
}

/// Steps of a case that stand as '기록 없음'.
#[derive(Debug, Serialize, JsonSchema)]
pub struct MissingSteps {
    /// The ledger's own number.
    #[serde(rename = "ref")]
    pub reference: String,
    pub steps: Vec<&'static str>,
}

/// The committee's ledger.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ExportOne {
    pub export: Export,
}

/// The three files as CSV text.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Export {
    pub complexes: String,
    pub cases: String,
    pub events: String,
    /// How many cases are in them.
    pub count: usize,
}
