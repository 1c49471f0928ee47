//! The real binary in a pseudo-terminal, used by keys and mouse as people do, with a real client beside it.

mod client;
mod cost;
mod faults;
mod files;
mod house;
mod leaving;
mod looking;
mod pages;
mod picture;
mod terminal;
mod walking;
