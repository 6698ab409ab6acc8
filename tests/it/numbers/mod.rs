//! The figures, checked against a second computation that was written from the definitions in another language.
mod cli;
mod comparison;
mod differential;
mod flow;
mod import;
mod kept;
mod ledger;
mod noise;
mod own;
mod pages;
mod publications;
mod records;
mod simulate;
mod suppression;
mod variation;
