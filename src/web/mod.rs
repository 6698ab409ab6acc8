//! FLOOR 3: pages and the JSON API. The only actix, beside `app`.
pub mod chart;
pub mod field;
pub mod headers;
pub mod metrics;
pub mod pages;
pub mod parts;
pub mod qr;
pub mod typed;
