//! Checked definitions: the texts of a folder in, an [`api::Api`] or every problem out.
//!
//! Knows the format. Must not know files, state, time or requests.

pub mod api;
#[cfg(test)]
pub(crate) mod cases;
mod compile;
pub mod effect;
pub mod expression;
pub mod fields;
pub mod files;
pub mod hook;
pub mod pattern;
pub mod routes;
pub mod shape;
pub mod source;
pub mod spot;
pub mod template;

pub use compile::{compile, compile_known};
