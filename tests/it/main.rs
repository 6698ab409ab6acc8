//! The one integration-test binary: linking is the slow part.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that panics has failed, which is what is wanted"
)]
mod accounts;
pub(crate) mod api;
mod backup;
mod committee;
mod condition;
mod confidence;
mod databases;
mod diary;
mod dice;
mod evidence;
mod floors;
mod headers;
mod inbox;
mod keeping;
mod mail;
mod matrix;
mod numbers;
mod operation;
mod outbox;
mod papers;
mod people;
mod policy;
mod programmes;
mod provision;
mod publications;
mod referrals;
mod residents;
mod schema_parity;
mod servers;
mod sessions;
mod staff;
mod statements;
mod together;
mod ward;
mod world;
