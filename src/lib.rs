//! galat: a mock API server that lives in the terminal. This page is the map of its house.
//!
//! | room | knows | must not know |
//! | --- | --- | --- |
//! | [`contract`] | the words: requests, replies, definitions, faults, commands, news | any other room, files, clocks, sockets |
//! | [`catalog`] | the texts of a folder in, a checked API or every problem out | files, state, time, requests |
//! | [`card`] | the report card: exchanges in, the judgement of the client out | any other room but [`contract`] |
//! | [`engine`] | decides: request, state, time and chance in; answer and explanation out | I/O, waiting, the system's clock |
//! | [`hub`] | the one door: engines, clock, journal, news, behind short locks | sockets, screens, files |
//! | [`server`] | HTTP: sockets, CORS, limits, the control API | how an answer is decided, the screen |
//! | [`hooks`] | outgoing webhooks: sockets, patience | what is sent, when it is due |
//! | [`store`] | folders, the built-in copy, file events | what files mean |
//! | [`tui`] | the screen: model, update, view | axum, files, engines |
//! | [`scenario`] | scenarios: files checked, played through the hub, reported | processes, ports, the screen |
//! | [`log`] | what a headless galat prints | the screen |
//! | [`client`] | what another terminal asks of a running galat, over the control API | how anything is done, the command line |
//! | [`cli`] | what may be written on the command line | what is done with it |
//! | [`app`] | puts the rooms together; owns the order of start and stop | anything that belongs to one of them |
//!
//! Imports go down only, and a test reads them:
//!
//! ```text
//! main > app > { cli | client | server | hooks | log | tui | store | scenario } > hub > engine > { catalog | card } > contract
//! ```
//!
//! A request: `server` reads it and asks its [`hub::ApiDoor`]; the engine, under a lock that is held for
//! microseconds, leads it through [`engine::GATES`] and gives an answer; the journal keeps both with the
//! steps that explain it; `server` sends it.
//!
//! A change: the screen, the control API or the command line says a [`contract::command::Command`]; the
//! hub does it or refuses it whole, and tells [`contract::event::Event`]s. Nobody changes anything beside
//! that door.
//!
//! A webhook: a route's effect fills it, the engine's outbox knows when it is due, `hooks` sends it and says
//! what came of it.
//!
//! A scenario: `scenario` reads and checks it, and plays it through the hub as anybody else would: commands,
//! the journal, requests over real sockets. `app` gives it a house and starts the client command.
//!
//! A file: `store` sees an event, reads the folder, `catalog` compiles it; a good version is swapped in,
//! a broken one leaves the last good version serving and its problems in sight.
#![forbid(unsafe_code)]

pub mod app;
pub mod card;
pub mod catalog;
pub mod cli;
pub mod client;
pub mod contract;
pub mod engine;
pub mod hooks;
pub mod hub;
pub mod log;
pub mod scenario;
pub mod server;
pub mod store;
pub mod tui;
