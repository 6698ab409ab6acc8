//! FLOOR 0: the rules. No I/O, no clock, no async; no outside crate but chrono and serde.
pub mod codes;
pub mod ids;
