//! Every row of the table, read as people write it.

use super::super::WIRE_FAULTS;
use super::*;
use serde_json::json;

fn read(name: &str, with: Value) -> Result<WireFault, Refusal> {
    let Value::Object(with) = with else {
        unreachable!("parameters are an object")
    };
    wire_fault(name, &with).expect("a wire fault")
}

#[test]
fn every_row_of_the_table_reads_with_its_defaults_and_by_each_of_its_names() {
    for kind in &WIRE_FAULTS {
        let plain = read(kind.name, json!({})).expect(kind.name);
        assert_eq!(plain.name(), kind.name);
        for param in kind.params {
            let Some(default) = param.default else {
                continue;
            };
            let value = serde_json::from_str(default).unwrap_or(json!(default));
            assert_eq!(
                read(kind.name, json!({ param.name: value })),
                Ok(plain.clone()),
                "{} {}",
                kind.name,
                param.name
            );
        }
        for alias in kind.aliases {
            assert_eq!(
                read(alias.name, json!({})),
                Ok(plain.clone()),
                "{}",
                alias.name
            );
        }
    }
    assert!(wire_fault("no-such", &Map::new()).is_none());
}

#[test]
fn parameters_mean_what_they_say_in_this_house_and_in_the_other_tools() {
    let ms = Span;
    for (name, with, expected) in [
        (
            "latency",
            json!({"time": "200ms"}),
            WireFault::Latency(Spread::Fixed(ms(200))),
        ),
        (
            "latency",
            json!({"latency": 200, "jitter": 50}),
            WireFault::Latency(Spread::Uniform {
                min: ms(150),
                max: ms(250),
            }),
        ),
        (
            "latency",
            json!({"min": 100, "max": "1s"}),
            WireFault::Latency(Spread::Uniform {
                min: ms(100),
                max: ms(1000),
            }),
        ),
        (
            "latency",
            json!({"mean": "1s", "deviation": 100}),
            WireFault::Latency(Spread::Normal {
                mean: ms(1000),
                deviation: ms(100),
            }),
        ),
        (
            "latency",
            json!({"median": 90, "sigma": 0.1}),
            WireFault::Latency(Spread::Lognormal {
                median: ms(90),
                sigma: 0.1,
                max: ms(60_000),
            }),
        ),
        ("timeout", json!({"timeout": 0}), WireFault::Hang(None)),
        (
            "timeout",
            json!({"timeout": 3000}),
            WireFault::Hang(Some(ms(3000))),
        ),
        (
            "reset_peer",
            json!({"timeout": 10}),
            WireFault::Reset {
                bytes: None,
                delay: Some(ms(10)),
            },
        ),
        (
            "reset",
            json!({"bytes": 10}),
            WireFault::Reset {
                bytes: Some(10),
                delay: None,
            },
        ),
        (
            "limit_data",
            json!({"bytes": 7}),
            WireFault::Truncate(Some(7)),
        ),
        (
            "slicer",
            json!({"average_size": 10, "delay": 20_000}),
            WireFault::Dribble(Pieces::Size {
                size: 10,
                pause: ms(20),
            }),
        ),
        (
            "slow_close",
            json!({"delay": 500}),
            WireFault::Dribble(Pieces::Held(ms(500))),
        ),
        (
            "bandwidth",
            json!({"rate": 32}),
            WireFault::Bandwidth(32_000),
        ),
        (
            "no-cors",
            json!({"preflight": false}),
            WireFault::NoCors(false),
        ),
    ] {
        assert_eq!(read(name, with), Ok(expected), "{name}");
    }
}

#[test]
fn nonsense_is_refused_with_what_would_be_right() {
    for (name, with, message, hint) in [
        (
            "latency",
            json!({"tme": 1}),
            "latency has no parameter `tme`",
            "did you mean `time`?",
        ),
        (
            "latency",
            json!({"time": "soon"}),
            "`time` of latency is \"soon\"",
            "write a time of at most 1h, as 500ms or 3s; a bare number is milliseconds",
        ),
        (
            "latency",
            json!({"time": 1, "max": 2}),
            "`time` does not go with `max` in latency",
            "leave one of them out",
        ),
        (
            "latency",
            json!({"min": 3, "max": 2}),
            "`min` is 3ms, which is above `max`, 2ms",
            "write the shorter one as `min`",
        ),
        (
            "empty",
            json!({"bytes": 1}),
            "empty has no parameter `bytes`",
            "empty has no parameters",
        ),
        (
            "html-page",
            json!({"status": 99}),
            "`status` of html-page is 99",
            "write a status from 200 to 599",
        ),
        (
            "dribble",
            json!({"chunks": 0}),
            "`chunks` of dribble is 0",
            "write a whole number, at least 1",
        ),
        (
            "wrong-content-type",
            json!({"type": "a\nb"}),
            "`type` of wrong-content-type is \"a\\nb\"",
            "write a text that may stand in a header",
        ),
    ] {
        let refusal = read(name, with).expect_err(name);
        assert_eq!(
            (refusal.message.as_str(), refusal.hint.as_deref()),
            (message, Some(hint))
        );
    }
}
