//! FLOOR 3: pages and the JSON API. The only actix, beside `app`.
pub mod api;
pub mod error;
pub mod field;
pub mod guard;
pub mod metrics;
pub mod pages;
pub mod parts;
pub mod qr;
pub mod posted;
pub mod routes;
pub mod state;
pub mod typed;
