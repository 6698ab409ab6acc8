//! The ward's page: figures, never people.
pub mod figures;
