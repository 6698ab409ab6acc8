//! Saved views.
use crate::domain::view::Kind;
use crate::store::views::View;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What is kept.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ViewForm {
    /// `ward`, `ward-flow`, `figures`, `figures-flow` or `cases`.
    pub page: String,
    /// At most 40 characters; one's own, and seen by nobody else.
    pub name: String,
    /// The filter of the page, by the names of its address; what is no code, day or number is left out.
    #[serde(default)]
    pub filter: BTreeMap<String, String>,
}

/// The view that was made.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ViewMade {
    pub id: i64,
}

/// One's views.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ViewList {
    pub views: Vec<ViewOne>,
}

/// A view.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ViewOne {
    pub id: i64,
    pub name: String,
    pub page: &'static str,
    /// Where it is opened in a browser.
    pub address: String,
}

impl From<(View, Kind)> for ViewOne {
    fn from((view, kind): (View, Kind)) -> Self {
        Self { id: view.id, name: view.name, page: kind.key, address: kind.address(&view.query) }
    }
}
