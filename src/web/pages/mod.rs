//! HTML pages: thin handlers over casework, one module per page, mirroring `templates/pages`.
pub mod account;
pub mod admin;
pub mod apply;
pub mod assets;
pub mod cases;
pub mod committee;
pub mod demo;
pub mod error;
pub mod exchange;
pub mod mails;
pub mod party;
pub mod public;
pub mod referrals;
pub mod sheet;
pub mod steps;
pub mod todo;
pub mod ward;
