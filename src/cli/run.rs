//! `galat run`: which scenarios, what is reported, and the client command.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::Args;

use super::Source;
use super::places::Secure;

#[derive(Debug, Args)]
#[command(
    after_help = "Each scenario is played in a galat of its own, on free ports. The client command finds it by\n\
    GALAT_URL (where there is one API), GALAT_URL_<API> (upper case, `-` to `_`) and GALAT_CONTROL; with --tls\n\
    it finds the authority to trust by GALAT_TLS_CA. It is started anew for each scenario, and ended with all\n\
    its children when that is over. Without a client galat sends the requests of the scenario itself; with one\n\
    it waits for them.\n\n\
    Examples:\n  \
    galat run login-limited                           a built-in scenario that needs no client\n  \
    galat run scenarios/*.json --report galat.xml     JUnit XML for a CI server\n  \
    galat run my-scenario.json -- npm test            against a client\n\n\
    Exit codes: 0 passed, 1 failed, 2 could not (bad file, unknown scenario, client cannot be started)."
)]
pub struct Run {
    /// Files, or names of scenarios (`galat list scenarios`)
    #[arg(required = true, value_name = "SCENARIO")]
    pub scenarios: Vec<String>,
    #[command(flatten)]
    pub source: Source,
    #[command(flatten)]
    pub secure: Secure,
    /// A report to write as well: .json, .xml (JUnit) or .md; may be given several times
    #[arg(long, env = "GALAT_REPORT", value_name = "FILE", value_delimiter = ',')]
    pub report: Vec<PathBuf>,
    /// Print the report as JSON; what the client prints then goes to stderr
    #[arg(long, env = "GALAT_JSON")]
    pub json: bool,
    /// Another seed than the scenario's
    #[arg(long, env = "GALAT_SEED", value_name = "N")]
    pub seed: Option<u64>,
    /// Leave out the X-Mock-* headers
    #[arg(long, env = "GALAT_PLAIN")]
    pub plain: bool,
    /// The client under test, after `--`
    #[arg(last = true, value_name = "CLIENT")]
    pub client: Vec<OsString>,
}
