//! Checked definitions: text in, a [`Catalog`] or every problem out.
//!
//! Knows the format. Must not know files, state, time or requests.

pub mod expression;
pub mod shape;
pub mod source;
