//! The words of the house: what people write in files, what comes in, what goes out, what is wrong.
//!
//! Knows serde, schemas and the vocabulary of HTTP. Must not know files, clocks, sockets, or any
//! other room.

pub mod definition;
pub mod time;
