//! Wire faults: what may go wrong between a good answer and its client.
//!
//! Knows their names, their parameters and what they ask for. Must not know sockets, nor whom they hit.
//!
//! [`WIRE_FAULTS`] is the one table: the engine reads specs by it, the screen, `galat list faults`, the
//! control API and README show it.

mod damage;
mod read;
mod table;

pub use damage::{Damage, End};
pub use read::wire_fault;
pub use table::{Alias, WIRE_FAULTS, WireKind, named};

use super::param::LONGEST_WAIT;
use super::time::Span;

/// One wire fault with its parameters settled.
#[derive(Debug, Clone, PartialEq)]
pub enum WireFault {
    /// The answer waits before its first byte.
    Latency(Spread),
    /// No answer comes. After the time, if there is one, the connection is closed.
    Hang(Option<Span>),
    /// The connection is reset (TCP RST, RFC 9293 section 3.10.7): at once, after a wait, or when so many
    /// bytes of the body have been sent.
    Reset {
        bytes: Option<u64>,
        delay: Option<Span>,
    },
    /// The connection is closed without a byte of an answer.
    Empty,
    /// The body ends before its announced length; `None` is half of it.
    Truncate(Option<u64>),
    /// The body is sent in chunks, of which the second is no chunk (RFC 9112 section 7.1).
    MalformedChunk,
    /// So many bytes that are no HTTP, then the connection is closed.
    Garbage(u64),
    /// The body comes in pieces with waits between them.
    Dribble(Pieces),
    /// The answer flows at so many bytes a second.
    Bandwidth(u64),
    /// The head comes byte by byte, over this time.
    SlowHeaders(Span),
    /// A request on a connection that was used before meets a closed one; on a fresh one all is well.
    StaleConnection,
    /// Nobody listens on the API's port.
    Refuse,
    /// The body is JSON that breaks off; its framing is right.
    MalformedJson,
    /// The answer calls its body something else.
    WrongContentType(String),
    /// A gateway's page in HTML instead of the API's answer, with this status.
    HtmlPage(u16),
    /// The headers of CORS are missing; with `true`, on preflights too.
    NoCors(bool),
}

/// How long waits are spread.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Spread {
    Fixed(Span),
    Uniform { min: Span, max: Span },
    Normal { mean: Span, deviation: Span },
    Lognormal { median: Span, sigma: f64, max: Span },
}

/// How a body is cut up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pieces {
    /// So many of nearly one size, over this time.
    Count { chunks: u64, over: Span },
    /// Of so many bytes each, with this wait after each.
    Size { size: u64, pause: Span },
    /// All but the last byte at once, and that after this wait.
    Held(Span),
}

impl WireFault {
    /// The name in the table.
    pub fn name(&self) -> &'static str {
        match self {
            WireFault::Latency(_) => "latency",
            WireFault::Hang(_) => "hang",
            WireFault::Reset { .. } => "reset",
            WireFault::Empty => "empty",
            WireFault::Truncate(_) => "truncate",
            WireFault::MalformedChunk => "malformed-chunk",
            WireFault::Garbage(_) => "garbage",
            WireFault::Dribble(_) => "dribble",
            WireFault::Bandwidth(_) => "bandwidth",
            WireFault::SlowHeaders(_) => "slow-headers",
            WireFault::StaleConnection => "stale-connection",
            WireFault::Refuse => "refuse",
            WireFault::MalformedJson => "malformed-json",
            WireFault::WrongContentType(_) => "wrong-content-type",
            WireFault::HtmlPage(_) => "html-page",
            WireFault::NoCors(_) => "no-cors",
        }
    }
}

impl Spread {
    /// The wait for two numbers drawn from 0 (included) to 1 (not included). Never negative, and never
    /// longer than the longest wait there is.
    pub fn at(self, first: f64, second: f64) -> Span {
        // Box and Muller 1958: two even draws make a normal one.
        let normal = || (-2.0 * (1.0 - first).ln()).sqrt() * (std::f64::consts::TAU * second).cos();
        let ms = match self {
            Spread::Fixed(time) => return time,
            Spread::Uniform { min, max } => min.0 as f64 + first * (max.0 - min.0) as f64,
            Spread::Normal { mean, deviation } => mean.0 as f64 + normal() * deviation.0 as f64,
            Spread::Lognormal { median, sigma, max } => {
                (median.0 as f64 * (normal() * sigma).exp()).min(max.0 as f64)
            }
        };
        Span((ms.round() as i64).clamp(0, LONGEST_WAIT.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_spread_has_the_middle_and_the_bounds_it_says() {
        let seconds = Span::seconds;
        let waits = |spread: Spread| {
            let draws = (0..10_000).map(|n| {
                (
                    f64::from(n) / 10_000.0,
                    f64::from(n * 7919 % 10_000) / 10_000.0,
                )
            });
            let mut waits: Vec<i64> = draws.map(|(a, b)| spread.at(a, b).0).collect();
            waits.sort_unstable();
            (waits[0], waits[5000], waits[9999])
        };
        let near = |is: i64, meant: i64| (is - meant).abs() * 50 <= meant;
        assert_eq!(waits(Spread::Fixed(seconds(2))), (2000, 2000, 2000));
        let (least, middle, most) = waits(Spread::Uniform {
            min: seconds(1),
            max: seconds(3),
        });
        assert!(
            least == 1000 && near(middle, 2000) && near(most, 3000),
            "{least} {middle} {most}"
        );
        let (least, middle, _) = waits(Spread::Normal {
            mean: seconds(1),
            deviation: seconds(1),
        });
        assert!(least == 0 && near(middle, 1000), "{least} {middle}");
        let (least, middle, most) = waits(Spread::Lognormal {
            median: seconds(1),
            sigma: 0.5,
            max: seconds(4),
        });
        assert!(
            least > 0 && near(middle, 1000) && most == 4000,
            "{least} {middle} {most}"
        );
    }
}
