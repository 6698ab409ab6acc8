//! FLOOR 0: the rules. No I/O, no clock, no async; no outside crate but chrono and serde.
pub mod case;
pub mod codes;
pub mod deadline;
pub mod hangul;
pub mod history;
pub mod ids;
pub mod indicators;
pub mod letter;
pub mod mark;
pub mod notice;
pub mod outcome;
pub mod permission;
pub mod refusal;
pub mod sentence;
pub mod seoul;
pub mod step;
pub mod text;
