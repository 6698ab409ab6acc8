//! FLOOR 3: pages and the JSON API. The only actix, beside `app`.
pub mod field;
pub mod headers;
pub mod metrics;
pub mod parts;
pub mod typed;
pub mod chart;
pub mod pages;
