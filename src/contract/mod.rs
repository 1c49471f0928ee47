//! The words of the house: what people write in files, what comes in, what goes out, what is wrong.
//!
//! Knows serde, schemas and the vocabulary of HTTP. Must not know files, clocks, sockets, or any
//! other room.

pub mod card;
pub mod clock;
pub mod command;
pub mod definition;
pub mod event;
pub mod exchange;
pub mod explain;
pub mod fault;
pub mod filter;
pub mod glance;
pub mod heads;
pub mod hook;
pub mod line;
pub mod nearest;
pub mod param;
pub mod path;
pub mod peek;
pub mod problem;
pub mod reply;
pub mod request;
pub mod row;
pub mod scenario;
pub mod schema;
pub mod shell;
pub mod side_by_side;
pub mod time;
pub mod trust;
pub mod wire;
