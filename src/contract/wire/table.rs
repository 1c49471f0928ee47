//! The table of wire faults: names, parameters with units and defaults, and the names other tools give them.

use serde::Serialize;

use crate::contract::param::{Param, param};

/// One row.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct WireKind {
    pub name: &'static str,
    /// What the client sees.
    pub about: &'static str,
    pub params: &'static [Param],
    /// What happens instead on HTTP/2, where a fault may end its own stream only (RFC 9113); if it is the same,
    /// nothing.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub http2: &'static str,
    /// Names by which other tools know it.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub aliases: &'static [Alias],
}

/// Another tool's name, with what its parameters are called there.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Alias {
    pub name: &'static str,
    pub tool: &'static str,
    /// Theirs, ours, and by how much theirs is multiplied.
    pub params: &'static [(&'static str, &'static str, f64)],
}

const fn wiremock(name: &'static str) -> Alias {
    Alias {
        name,
        tool: "WireMock",
        params: &[],
    }
}

const fn toxiproxy(
    name: &'static str,
    params: &'static [(&'static str, &'static str, f64)],
) -> Alias {
    Alias {
        name,
        tool: "Toxiproxy",
        params,
    }
}

use crate::contract::param::Measure::{Bytes, Count, Number, Status, Switch, Text, Time};

/// Every wire fault, in the order in which they are shown.
pub static WIRE_FAULTS: [WireKind; 16] = [
    WireKind {
        name: "latency",
        about: "the answer waits before its first byte",
        params: &[
            param("time", Time, Some("1s"), "always as long as this"),
            param(
                "min",
                Time,
                None,
                "with `max`: anything between the two, evenly",
            ),
            param(
                "max",
                Time,
                None,
                "the longest; caps a lognormal wait too (default 1m)",
            ),
            param(
                "mean",
                Time,
                None,
                "with `deviation`: spread normally around this",
            ),
            param(
                "deviation",
                Time,
                None,
                "the standard deviation of a normal wait",
            ),
            param(
                "median",
                Time,
                None,
                "with `sigma`: lognormal, half of the waits are shorter",
            ),
            param(
                "sigma",
                Number,
                None,
                "how far a lognormal wait spreads; 0.4 is usual for networks",
            ),
            param(
                "jitter",
                Time,
                None,
                "with `time`: evenly up to this much more or less",
            ),
        ],
        http2: "",
        aliases: &[toxiproxy("latency", &[("latency", "time", 1.0)])],
    },
    WireKind {
        name: "hang",
        about: "no answer comes, and the connection stays open",
        params: &[param(
            "for",
            Time,
            None,
            "closes the connection after this; without it, never",
        )],
        http2: "the stream stays open; after `for` it ends with RST_STREAM (NO_ERROR)",
        aliases: &[toxiproxy("timeout", &[("timeout", "for", 1.0)])],
    },
    WireKind {
        name: "reset",
        about: "the connection is reset: before an answer, or in the middle of its body",
        params: &[
            param(
                "bytes",
                Bytes,
                None,
                "after so many bytes of the body; without it, before the first byte of the answer",
            ),
            param("delay", Time, None, "waits so long first"),
        ],
        http2: "the stream is reset: RST_STREAM (INTERNAL_ERROR)",
        aliases: &[
            wiremock("CONNECTION_RESET_BY_PEER"),
            toxiproxy("reset_peer", &[("timeout", "delay", 1.0)]),
        ],
    },
    WireKind {
        name: "empty",
        about: "the connection is closed without a byte of an answer",
        params: &[],
        http2: "the stream ends without a head: RST_STREAM (NO_ERROR)",
        aliases: &[wiremock("EMPTY_RESPONSE")],
    },
    WireKind {
        name: "truncate",
        about: "the connection is closed before the body has its announced length",
        params: &[param(
            "bytes",
            Bytes,
            None,
            "so many bytes of the body come; without it, half of them",
        )],
        http2: "the stream ends, as if all were said, before the announced length; Chromium takes what came for the whole, \
            so there `reset` with `bytes` is the broken connection",
        aliases: &[toxiproxy("limit_data", &[])],
    },
    WireKind {
        name: "malformed-chunk",
        about: "the body is sent in chunks, and the second of them is no chunk",
        params: &[],
        http2: "there are no chunks: half of the body comes, then RST_STREAM (PROTOCOL_ERROR)",
        aliases: &[wiremock("MALFORMED_RESPONSE_CHUNK")],
    },
    WireKind {
        name: "garbage",
        about: "bytes that are no HTTP, then the connection is closed",
        params: &[param("bytes", Bytes, Some("64"), "how many")],
        http2: "an answer that is malformed: its Content-Length is no number, its body those bytes; Chromium shows it as a 500",
        aliases: &[wiremock("RANDOM_DATA_THEN_CLOSE")],
    },
    WireKind {
        name: "dribble",
        about: "the body comes in pieces with waits between them",
        params: &[
            param("chunks", Count, Some("5"), "how many pieces"),
            param(
                "over",
                Time,
                Some("2s"),
                "the time from the first piece to the last",
            ),
            param("size", Bytes, None, "instead: pieces of so many bytes"),
            param("pause", Time, None, "with `size`: the wait after each"),
            param(
                "hold",
                Time,
                None,
                "instead: all but the last byte at once, and that after this wait",
            ),
        ],
        http2: "",
        aliases: &[
            toxiproxy(
                "slicer",
                &[("average_size", "size", 1.0), ("delay", "pause", 0.001)],
            ),
            toxiproxy("slow_close", &[("delay", "hold", 1.0)]),
        ],
    },
    WireKind {
        name: "bandwidth",
        about: "the answer flows slowly",
        params: &[param(
            "rate",
            Number,
            Some("1"),
            "kilobytes (1000 bytes) a second",
        )],
        http2: "the body flows slowly, the head comes at once",
        aliases: &[toxiproxy("bandwidth", &[])],
    },
    WireKind {
        name: "slow-headers",
        about: "the head of the answer comes byte by byte",
        params: &[param(
            "over",
            Time,
            Some("5s"),
            "the time that the whole head takes",
        )],
        http2: "a head is one frame: it comes whole, after that time",
        aliases: &[],
    },
    WireKind {
        name: "stale-connection",
        about: "a request on a kept-alive connection meets a closed one; on a fresh connection all is well",
        params: &[],
        http2: "a request on a connection that was used before meets RST_STREAM (REFUSED_STREAM) and GOAWAY",
        aliases: &[],
    },
    WireKind {
        name: "refuse",
        about: "nobody listens on the API's port",
        params: &[],
        http2: "",
        aliases: &[toxiproxy("down", &[])],
    },
    WireKind {
        name: "malformed-json",
        about: "the body is JSON that breaks off, in right framing",
        params: &[],
        http2: "",
        aliases: &[],
    },
    WireKind {
        name: "wrong-content-type",
        about: "the body is right, its Content-Type is not",
        params: &[param(
            "type",
            Text,
            Some("text/html"),
            "what the answer says it is",
        )],
        http2: "",
        aliases: &[],
    },
    WireKind {
        name: "html-page",
        about: "a gateway's page in HTML instead of the API's answer",
        params: &[param("status", Status, Some("502"), "its status")],
        http2: "",
        aliases: &[],
    },
    WireKind {
        name: "no-cors",
        about: "the headers of CORS are missing, so that a browser keeps the answer from its page",
        params: &[param(
            "preflight",
            Switch,
            Some("true"),
            "whether preflights go without them too",
        )],
        http2: "",
        aliases: &[],
    },
];

/// The row of a name, and the other tool's name if that was used (or is the same).
pub fn named(name: &str) -> Option<(&'static WireKind, Option<&'static Alias>)> {
    WIRE_FAULTS.iter().find_map(|kind| {
        let alias = kind.aliases.iter().find(|alias| alias.name == name);
        (kind.name == name || alias.is_some()).then_some((kind, alias))
    })
}
