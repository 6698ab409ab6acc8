//! `ieum openapi`.
use super::{Failure, data};
use crate::web::api::document::openapi;

/// Prints the document that the server gives at `/openapi.json`.
pub(super) fn run() -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(&openapi()).map_err(|e| Failure::Failed(e.to_string()))?;
    data(&(text + "\n"))
}
