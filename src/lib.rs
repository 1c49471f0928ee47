//! galat: a mock API server that lives in the terminal.
#![forbid(unsafe_code)]

pub mod app;
pub mod catalog;
pub mod cli;
pub mod contract;
pub mod engine;
pub mod hub;
pub mod log;
pub mod server;
pub mod store;
