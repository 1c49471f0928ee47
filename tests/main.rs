//! What galat promises, one module a subject. All of it over real sockets or on the real files.

mod agreement;
mod causes;
mod clients;
mod clock;
mod definitions;
mod early_saves;
mod faults;
mod format;
mod fuzz;
mod hooks;
mod house;
mod layers;
mod limits;
mod messages;
mod mutants;
mod nameless;
mod recording;
mod reference;
mod scenarios;
mod schema;
mod sessions;
mod tls;
mod told;
mod trust;
mod wire;
