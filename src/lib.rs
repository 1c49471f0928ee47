//! galat: a mock API server that lives in the terminal.
#![forbid(unsafe_code)]

pub mod catalog;
pub mod contract;
pub mod engine;
pub mod hub;
pub mod log;
pub mod server;
