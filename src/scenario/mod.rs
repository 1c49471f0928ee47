//! Scenarios: a file in, a checked plan or every problem out; a player that leads a plan through the hub; a
//! report of what came of it.
//!
//! Knows the hub's commands, the journal, and how galat sends requests itself. Must not know processes, ports,
//! the command line or the screen.
//!
//! ```text
//! text ─ draft ─ compile ─> Plan ─> Player: next(world) -> Do        pure: no hub, no time, no sockets
//!                                     │  ▲
//!                              play: hub.apply, hub.changed, HTTP    carries out, looks again
//!                                     └─> Run ─> report: text, JSON, JUnit, Markdown
//! ```

mod compile;
mod draft;
mod http;
mod judge;
mod plan;
mod play;
mod player;
pub mod report;
mod saved;
#[cfg(test)]
mod shop;
mod world;

pub use draft::{Apis, Draft};
pub use http::{Batch, Connector, Ready, send};
pub use plan::{Act, Plan};
pub use play::{Run, Start, play};
pub use player::{Played, Verdict};
pub use world::{Client, Ending};
