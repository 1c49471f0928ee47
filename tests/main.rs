//! What galat promises, one module a subject. All of it over real sockets or on the real files.

mod causes;
mod definitions;
mod house;
mod layers;
mod nameless;
mod schema;
