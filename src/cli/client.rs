//! The commands that ask a running galat, and how it is found.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use http::uri::Authority;

use crate::contract::time::Span;
use crate::hub::MOST_EXCHANGES;

/// Which galat is asked, and how it is shown what it says.
#[derive(Debug, Args)]
pub struct Asking {
    /// Control API of the galat to ask
    #[arg(
        long,
        env = "GALAT_CONTROL",
        default_value = "http://127.0.0.1:4009",
        value_name = "URL",
        value_parser = authority,
        global = true
    )]
    pub control: Authority,
    /// Token that its start shows, if other machines can reach it
    #[arg(
        long,
        env = "GALAT_TOKEN",
        hide_env_values = true,
        value_name = "TOKEN",
        global = true
    )]
    pub token: Option<String>,
    /// Print as JSON
    #[arg(long, env = "GALAT_JSON", global = true)]
    pub json: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    galat fault list\n  \
    galat fault on 'shop/too-many-requests,on=GET /items,retry_after=30,times=3'\n  \
    galat fault off shop/too-many-requests\n  \
    galat fault clear")]
pub struct Fault {
    #[command(subcommand)]
    pub order: FaultOrder,
    #[command(flatten)]
    pub asking: Asking,
}

#[derive(Debug, Subcommand)]
pub enum FaultOrder {
    /// Show the faults in force
    #[command(
        after_help = "Examples:\n  galat fault list\n  galat fault list shop --json\n  \
            galat fault list --control http://127.0.0.1:4009"
    )]
    List {
        /// Only of this API
        #[arg(value_name = "API")]
        api: Option<String>,
    },
    /// Switch faults on, or change those that stand under the same id
    #[command(
        after_help = "Keys: fault, on, session, chance, after, every, times, ttl, stage; \
            every other key is a parameter of the error.\n\n\
        Examples:\n  \
        galat fault on shop/server-error\n  \
        galat fault on 'shop/too-many-requests,on=GET /items,retry_after=30,times=3'\n  \
        galat fault on shop/sometimes,fault=server-error,chance=0.2,ttl=10m shop/too-many-requests"
    )]
    On {
        /// What to switch on
        #[arg(required = true, value_name = "API/FAULT[,key=value…]")]
        faults: Vec<String>,
    },
    /// Switch faults off
    #[command(after_help = "Examples:\n  galat fault off shop/server-error\n  \
            galat fault off shop/sometimes shop/too-many-requests")]
    Off {
        /// What to switch off, by the id it stands under
        #[arg(required = true, value_name = "API/ID")]
        faults: Vec<String>,
    },
    /// Switch every fault off
    #[command(after_help = "Examples:\n  galat fault clear\n  galat fault clear shop")]
    Clear {
        /// Only of this API
        #[arg(value_name = "API")]
        api: Option<String>,
    },
}

#[derive(Debug, Args)]
#[command(
    after_help = "Tokens, limits, countdowns and timestamps follow this clock.\n\n\
    Examples:\n  \
    galat clock show\n  \
    galat clock advance 15m\n  \
    galat clock stop\n  \
    galat clock resume"
)]
pub struct Clock {
    #[command(subcommand)]
    pub order: ClockOrder,
    #[command(flatten)]
    pub asking: Asking,
}

#[derive(Debug, Subcommand)]
pub enum ClockOrder {
    /// Show what time it is for galat
    #[command(after_help = "Examples:\n  galat clock show\n  galat clock show --json")]
    Show,
    /// Move the clock forward
    #[command(after_help = "Examples:\n  galat clock advance 15m\n  galat clock advance 1h30m")]
    Advance {
        /// By how much: 500ms, 30s, 15m, 2h, 1d
        #[arg(value_name = "TIME", allow_hyphen_values = true)]
        by: Span,
    },
    /// Stop the clock where it stands
    #[command(after_help = "Example:\n  galat clock stop")]
    Stop,
    /// Let it run on from where it stands
    #[command(after_help = "Example:\n  galat clock resume")]
    Resume,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Filter: method:POST status:4xx path:/auth route:/users fault:* api: session: id: since:; a word \
        without a colon is looked for anywhere. All must hold.\n\n\
    Examples:\n  \
    galat journal\n  \
    galat journal status:4xx path:/items --limit 20\n  \
    galat journal 'fault:*' --json\n  \
    galat journal --follow status:5xx\n  \
    galat journal --as-scenario mine.json"
)]
pub struct Journal {
    /// Only exchanges that meet all of these
    #[arg(value_name = "FILTER")]
    pub filter: Vec<String>,
    /// Go on with what happens, until the galat ends or Ctrl-C
    #[arg(short, long, env = "GALAT_FOLLOW")]
    pub follow: bool,
    /// So many of those that there are already, the newest
    #[arg(
        short = 'n',
        long,
        env = "GALAT_LIMIT",
        default_value_t = 100,
        value_name = "N",
        value_parser = limit
    )]
    pub limit: usize,
    /// Write what was switched since the start (faults, clock, resets) as a scenario, for `galat run`
    #[arg(long, env = "GALAT_AS_SCENARIO", value_name = "FILE", conflicts_with_all = ["filter", "follow", "limit"])]
    pub as_scenario: Option<PathBuf>,
    /// Leave out of the scenario what it expects of a client: the requests that came
    #[arg(long, env = "GALAT_FAULTS_ONLY", requires = "as_scenario")]
    pub faults_only: bool,
    #[command(flatten)]
    pub asking: Asking,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Each rule passes, fails, is inconclusive, or was not exercised. Exit code 1 if one fails.\n\n\
    Examples:\n  \
    galat report\n  \
    galat report --api shop --session alice\n  \
    galat report --explain\n  \
    galat report --json"
)]
pub struct Report {
    /// Only of this API
    #[arg(long, env = "GALAT_API", value_name = "API")]
    pub api: Option<String>,
    /// Only of this session
    #[arg(long, env = "GALAT_SESSION", value_name = "SESSION")]
    pub session: Option<String>,
    /// Say what each rule means, and who says so
    #[arg(long, env = "GALAT_EXPLAIN")]
    pub explain: bool,
    #[command(flatten)]
    pub asking: Asking,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Records, tokens, limits and faults are as at the start; the clock and the journal stay.\n\n\
    Examples:\n  galat reset\n  galat reset shop"
)]
pub struct Reset {
    /// Only these APIs; all when none is named
    #[arg(value_name = "API")]
    pub apis: Vec<String>,
    #[command(flatten)]
    pub asking: Asking,
}

/// The host and port of a URL; what may be left out of an address to listen on may be left out here, too.
fn authority(text: &str) -> Result<Authority, String> {
    let bad = |why: &str| Err(format!("{why}; write one like http://127.0.0.1:4009"));
    let text = text.trim();
    if text == "off" {
        return bad(
            "`off` is said to a galat that is to have no control API, and so cannot be asked",
        );
    }
    if text.starts_with("https://") {
        return bad("the control API does not speak https");
    }
    let place = text.strip_prefix("http://").unwrap_or(text);
    let place = place.trim_end_matches('/');
    let port = place.strip_prefix(':').unwrap_or(place);
    let place = match port.bytes().all(|digit| digit.is_ascii_digit()) {
        true => format!("127.0.0.1:{port}"),
        false => place.to_owned(),
    };
    match place.parse::<Authority>() {
        Ok(place) if place.as_str().contains('@') || place.host().is_empty() => {
            bad(&format!("`{text}` is no address"))
        }
        Ok(place) => match place.port_u16() {
            Some(1..) => Ok(place),
            _ => bad(&format!("`{text}` has no port to call")),
        },
        Err(_) => bad(&format!("`{text}` is no address")),
    }
}

fn limit(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(limit) if limit <= MOST_EXCHANGES => Ok(limit),
        _ => Err(format!("write a number from 0 to {MOST_EXCHANGES}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_galat_is_found_by_its_url_and_by_the_address_it_was_given() {
        for (text, place) in [
            ("http://127.0.0.1:4009", "127.0.0.1:4009"),
            ("http://localhost:4009/", "localhost:4009"),
            ("127.0.0.1:4009", "127.0.0.1:4009"),
            ("[::1]:4009", "[::1]:4009"),
            (":4009", "127.0.0.1:4009"),
            ("4009", "127.0.0.1:4009"),
        ] {
            assert_eq!(authority(text).expect(text).as_str(), place);
        }
    }

    #[test]
    fn what_is_no_place_is_refused_with_how_one_is_written() {
        for (text, why) in [
            ("", "no port"),
            ("off", "no control API"),
            ("https://127.0.0.1:4009", "https"),
            ("localhost", "no port"),
            ("localhost:0", "no port"),
            ("localhost:99999", "no port"),
            ("http://a:b@localhost:4009", "no address"),
            ("http://localhost:4009/apis", "no address"),
            ("a b:1", "no address"),
        ] {
            let said = authority(text).expect_err(text);
            assert!(
                said.contains(why) && said.contains("write one like"),
                "{text}: {said}"
            );
        }
    }
}
