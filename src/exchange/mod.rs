//! FLOOR 1: the exchange formats (`exchange.md`), read and printed. Bytes and values only: no files, no database, no clock.

pub mod canonical;
pub mod meter;
pub mod noise;
pub mod print;
pub mod publication;
pub mod report;
mod rows;
mod table;
pub mod workbook;

pub use rows::{
    CASE_COLUMNS, COMPLEX_COLUMNS, CaseRow, ComplexRow, EVENT_COLUMNS, EventRow, cases, complexes, events,
};
pub use table::{Parsed, Problem};

#[cfg(test)]
mod tests;
