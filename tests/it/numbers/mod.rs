//! The figures, checked against a second computation that was written from the definitions in another language.
mod cli;
mod differential;
mod flow;
mod import;
mod kept;
mod ledger;
mod noise;
mod pages;
mod publications;
mod simulate;
mod suppression;
