//! The words of the format, each in the smallest definition that uses it.

mod auth;
mod bodies;
mod effects;
mod hooks;
mod limits;
mod problems;
mod shorthands;
