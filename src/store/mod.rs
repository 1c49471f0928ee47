//! Where definitions come from: folders on disk, or the copy inside the binary.
//!
//! The only room that touches the file system. Knows folders and events. Must not know what files mean:
//! it hands texts to the catalog and the outcome to the hub.

mod builtin;
mod load;
mod scenarios;
mod starter;
mod watch;

pub use builtin::write_out;
pub use load::{Origin, read_all, read_api};
pub use scenarios::{
    ScenarioText, beside, builtin, save_scenario, scenarios, scenarios_in, write_scenarios,
};
pub use starter::write_new;
pub use watch::{Keeper, watch};
