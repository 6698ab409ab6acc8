//! FLOOR 3: pages and the JSON API. The only actix, beside `app`.
pub mod api;
pub mod chart;
pub mod condition;
pub mod error;
pub mod field;
pub mod guard;
pub mod headers;
pub mod metrics;
pub mod pages;
pub mod parts;
pub mod posted;
pub mod qr;
pub mod routes;
pub mod state;
pub mod steps;
pub mod typed;
pub mod uploaded;
