//! The JSON API, and what machines ask of the server.
//!
//! One module per noun; `list` has every operation, `call` reads a request and answers it, `shapes` says what goes over the
//! wire, `document` writes `openapi.json` from the list.
mod body;
pub mod call;
pub mod cases;
pub mod committees;
pub mod diary;
pub mod disposals;
pub mod document;
pub mod duties;
pub mod exchange;
pub mod figures;
pub mod file;
pub mod filing;
pub mod health;
pub mod indicators;
pub mod links;
pub mod list;
pub mod mail;
pub mod me;
pub mod meter;
pub mod operator;
pub mod papers;
pub mod problems;
pub mod programmes;
pub mod publications;
pub mod referrals;
pub mod roster;
pub mod setup;
pub mod shapes;
pub mod steps;
pub mod tokens;
pub mod views;
pub mod waiting;
pub mod ward;
