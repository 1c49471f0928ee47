//! How a forced refusal tells of its wait: rightly in every form, and wrongly in every way asked for; the body
//! and the control API stay true.

use galat::contract::definition::LimitFamily;
use serde_json::{Value, json};

use crate::house::{Answer, House, Shop, shop};

/// A shop whose limits are told in Unix seconds, with a 503 that says when to come back, and one that does not.
fn told_shop() -> Shop {
    let api = json!({
        "limits": { "few": { "count": 40, "window": "1m", "error": "busy" } },
        "limit_headers": { "family": "x-unix" }
    });
    let errors = json!({
        "closed": { "status": 503, "code": "CLOSED", "message": "Closed", "headers": { "Retry-After": "120" } },
        "down": { "status": 503, "code": "DOWN", "message": "Down" },
        "moved": {
            "status": 503, "code": "MOVED", "message": "Moved",
            "headers": { "Retry-After": "Tue, 01 Jan 2030 00:02:00 GMT", "X-RateLimit-Limit": "9" }
        }
    });
    shop().with("api.json", api).with("errors.json", errors)
}

fn open() -> House {
    told_shop().plan().at("2030-01-01T00:00:00.250Z").open()
}

/// The values of a header, in the order in which they came.
fn all<'a>(answer: &'a Answer, name: &str) -> Vec<&'a str> {
    let named = answer.headers.iter().filter(|(known, _)| known == name);
    named.map(|(_, value)| value.as_str()).collect()
}

/// The limit headers, as `name: value`.
fn limits(answer: &Answer) -> Vec<String> {
    let named = answer
        .headers
        .iter()
        .filter(|(name, _)| name.contains("ratelimit"));
    named
        .map(|(name, value)| format!("{name}: {value}"))
        .collect()
}

/// What a forced 429 of 30 seconds answers with these parameters, 10 seconds later.
fn busy(with: Value) -> Answer {
    let house = open();
    let mut all = json!({ "retry_after": 30 });
    for (name, value) in with.as_object().expect("parameters") {
        all[name] = value.clone();
    }
    house.switch_on("busy", json!({ "with": all }));
    house.advance("10s");
    let answer = house.get("/ping").send().expect(429);
    assert_eq!(
        answer.at("/error/details/retry_after"),
        20,
        "{all}: the body stays true"
    );
    let fault = house
        .control("GET /faults")
        .send()
        .expect(200)
        .at("/faults/0");
    assert_eq!(fault["left_s"], 20, "{all}: what is shown stays true");
    answer
}

#[test]
fn retry_after_is_told_in_the_form_asked_for() {
    let cases: [(&str, &[&str]); 11] = [
        ("documented", &["20"]),
        ("seconds", &["20"]),
        ("date", &["Tue, 01 Jan 2030 00:00:30 GMT"]),
        ("past", &["Mon, 31 Dec 2029 23:59:10 GMT"]),
        ("zero", &["0"]),
        ("malformed", &["soon"]),
        ("fraction", &["1.5"]),
        ("negative", &["-1"]),
        ("huge", &["86400"]),
        ("twice", &["20", "40"]),
        ("absent", &[]),
    ];
    for (form, expected) in cases {
        let answer = busy(json!({ "retry_after_as": form }));
        assert_eq!(all(&answer, "retry-after"), expected, "{form}");
        let reset = [
            "x-ratelimit-limit: 40",
            "x-ratelimit-remaining: 0",
            "x-ratelimit-reset: 1893456030",
        ];
        assert_eq!(
            limits(&answer),
            reset,
            "{form}: what is not asked for stays"
        );
    }
}

#[test]
fn limit_headers_are_those_of_the_family_asked_for() {
    let triple = |x: &str, reset: &str| {
        vec![
            format!("{x}ratelimit-limit: 40"),
            format!("{x}ratelimit-remaining: 0"),
            format!("{x}ratelimit-reset: {reset}"),
        ]
    };
    let ietf = [
        "ratelimit: \"few\";r=0;t=20",
        "ratelimit-policy: \"few\";q=40;w=60",
    ];
    let cases = [
        ("documented", triple("x-", "1893456030")),
        ("ietf", ietf.map(str::to_owned).to_vec()),
        ("ietf-triple", triple("", "20")),
        ("x-delta", triple("x-", "20")),
        ("x-unix", triple("x-", "1893456030")),
        ("x-ms", triple("x-", "19750")),
        ("x-date", triple("x-", "Tue, 01 Jan 2030 00:00:30 GMT")),
        ("none", Vec::new()),
    ];
    for (family, expected) in cases {
        let answer = busy(json!({ "headers": family }));
        assert_eq!(limits(&answer), expected, "{family}");
        assert_eq!(all(&answer, "retry-after"), ["20"], "{family}");
    }
}

#[test]
fn a_reset_is_wrong_in_the_way_asked_for_in_every_family() {
    let cases: [(&str, [Option<&str>; 4]); 6] = [
        (
            "ietf",
            [
                Some("\"few\";r=0;t=-60"),
                Some("\"few\";r=0;t=0"),
                Some("\"few\";r=0;t=soon"),
                Some("\"few\";r=0"),
            ],
        ),
        ("ietf-triple", [Some("-60"), Some("0"), Some("soon"), None]),
        ("x-delta", [Some("-60"), Some("0"), Some("soon"), None]),
        (
            "x-unix",
            [Some("1893455950"), Some("0"), Some("soon"), None],
        ),
        ("x-ms", [Some("-60000"), Some("0"), Some("soon"), None]),
        (
            "x-date",
            [
                Some("Mon, 31 Dec 2029 23:59:10 GMT"),
                Some("Thu, 01 Jan 1970 00:00:00 GMT"),
                Some("soon"),
                None,
            ],
        ),
    ];
    for (family, expected) in cases {
        for (form, expected) in ["past", "zero", "malformed", "absent"]
            .into_iter()
            .zip(expected)
        {
            let answer = busy(json!({ "headers": family, "reset_as": form }));
            let names = ["ratelimit", "ratelimit-reset", "x-ratelimit-reset"];
            let reset = names.iter().find_map(|name| answer.header(name));
            assert_eq!(reset, expected, "{family}, {form}");
            assert_eq!(all(&answer, "retry-after"), ["20"], "{family}, {form}");
        }
    }
    let own = busy(json!({ "reset_as": "zero" }));
    assert_eq!(own.told("x-ratelimit-reset"), "0", "the API's own too");
}

#[test]
fn a_429_or_503_that_does_not_count_down_is_told_otherwise_too() {
    let house = open();
    let asked = |what: &str| house.get("/ping").header("X-Mock-Fault", what).send();
    let cases: [(&str, u16, &[&str]); 10] = [
        ("closed", 503, &["120"]),
        (
            "closed,retry_after_as=date",
            503,
            &["Tue, 01 Jan 2030 00:02:00 GMT"],
        ),
        ("closed,retry_after=7", 503, &["7"]),
        ("closed,retry_after_as=twice", 503, &["120", "240"]),
        ("moved,retry_after_as=seconds", 503, &["120"]),
        ("down", 503, &[]),
        ("down,retry_after=7", 503, &["7"]),
        (
            "down,retry_after=7,retry_after_as=date",
            503,
            &["Tue, 01 Jan 2030 00:00:07 GMT"],
        ),
        ("down,retry_after_as=seconds", 503, &["30"]),
        (
            "busy,retry_after=7,retry_after_as=past",
            429,
            &["Mon, 31 Dec 2029 23:59:00 GMT"],
        ),
    ];
    for (what, status, expected) in cases {
        let answer = asked(what).expect(status);
        assert_eq!(all(&answer, "retry-after"), expected, "{what}");
    }
    assert_eq!(limits(&asked("moved")), ["x-ratelimit-limit: 9"]);
    assert_eq!(limits(&asked("moved,headers=none")), Vec::<String>::new());
    let expected = [
        "ratelimit: \"default\";r=0;t=120",
        "ratelimit-policy: \"default\";q=0;w=120",
    ];
    assert_eq!(limits(&asked("closed,headers=ietf")), expected);
    house.switch_on(
        "down",
        json!({ "with": { "retry_after": 5, "retry_after_as": "date" } }),
    );
    for expected in [
        "Tue, 01 Jan 2030 00:00:05 GMT",
        "Tue, 01 Jan 2030 00:00:14 GMT",
    ] {
        let answer = house.get("/ping").send().expect(503);
        assert_eq!(
            answer.told("retry-after"),
            expected,
            "it does not count down"
        );
        house.advance("9s");
    }
}

#[test]
fn parameters_that_make_no_sense_are_refused_with_what_was_meant_and_change_nothing() {
    let house = open();
    let cases = [
        (
            "busy",
            json!({ "retry_after_as": "dat" }),
            "did you mean `date`?",
        ),
        (
            "busy",
            json!({ "retry_after_as": "x" }),
            "documented, seconds, date, past, zero, malformed",
        ),
        ("busy", json!({ "retry_after_as": true }), "write one of"),
        (
            "busy",
            json!({ "headers": "X_DELTA" }),
            "did you mean `x-delta`?",
        ),
        (
            "busy",
            json!({ "reset_as": "negativ" }),
            "documented, past, zero, malformed, absent",
        ),
        (
            "busy",
            json!({ "retry_after_in": "date" }),
            "did you mean `retry_after",
        ),
        (
            "busy",
            json!({ "retry_after": "5s" }),
            "whole seconds, at least 1",
        ),
        (
            "busy",
            json!({ "retry_after": 1e12 }),
            "whole seconds, at least 1",
        ),
        ("busy", json!({ "repeat": "yes" }), "true or false"),
        (
            "busy",
            json!({ "sticky": true }),
            "busy has retry_after, repeat, retry_after_as, reset_as, headers, request_id",
        ),
        ("expired", json!({ "sticky": 1 }), "true or false"),
        ("expired", json!({ "headers": "ietf" }), "expired has"),
        ("invalid", json!({ "fields": 3 }), "a list of names"),
        ("crash", json!({ "retry_after": 5 }), "crash has request_id"),
        ("down", json!({ "repeat": true }), "down has retry_after"),
    ];
    for (id, with, hint) in cases {
        let put = house
            .control(&format!("PUT /faults/{id}"))
            .json(&json!({ "with": with }));
        let error = put.send().expect(400).at("/error");
        assert!(
            error["hint"].to_string().contains(hint),
            "{id} {with}: {error}"
        );
        assert!(error["message"].to_string().contains('`'), "{error}");
    }
    assert_eq!(house.faults(), Vec::<String>::new());
    house
        .get("/ping")
        .header("X-Mock-Fault", "busy,retry_after_as=dat")
        .send()
        .expect(200);
    let why = house.newest()["why"].to_string();
    assert!(
        why.contains("in vain") && why.contains("did you mean `date`?"),
        "{why}"
    );
}

/// RFC 9110 section 5.6.7 and Fetch: a browser's script reads what is exposed, and a few names besides.
#[test]
fn a_browsers_script_may_read_every_header_that_a_fault_chooses() {
    let house = open();
    for family in LimitFamily::ALL {
        let family = serde_json::to_value(family).expect("JSON");
        let with = json!({ "headers": family, "retry_after_as": "twice" });
        house.switch_on("busy", json!({ "with": with }));
        let answer = house
            .get("/ping")
            .header("Origin", "http://localhost:3000")
            .send()
            .expect(429);
        let exposed = answer.told("access-control-expose-headers").to_owned();
        let exposed: Vec<&str> = exposed.split(',').map(str::trim).collect();
        let mut limits = answer
            .headers
            .iter()
            .filter(|(name, _)| name.contains("limit"));
        assert!(limits.clone().count() >= 2, "{family}");
        assert!(
            limits.all(|(name, _)| exposed.contains(&name.as_str())),
            "{family}: {exposed:?}"
        );
        assert!(exposed.contains(&"retry-after"), "{exposed:?}");
    }
}
