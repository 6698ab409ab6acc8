//! Floors, lowest first. A module may use the floors below it, never above; `tests/it/floors.rs` checks.
#![doc = include_str!("README.md")]
pub mod config;
pub mod domain;

pub mod documents;
pub mod exchange;
pub mod mail;
pub mod render;
pub mod store;

pub mod casework;

pub mod backup;
pub mod jobs;
pub mod web;

pub mod app;

pub mod cli;
