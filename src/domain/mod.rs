//! FLOOR 0: the rules. No I/O, no clock, no async; no outside crate but chrono and serde.
pub mod codes;
pub mod history;
pub mod ids;
pub mod indicators;
pub mod letter;
pub mod mark;
pub mod outcome;
pub mod refusal;
pub mod seoul;
pub mod text;
