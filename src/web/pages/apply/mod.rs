//! The resident’s application without an account.
pub mod form;
pub mod view;
