//! The JSON API, and what machines ask of the server.
pub mod health;
