//! Whatever the others do, and in whatever order, a session sees exactly what it would have seen alone.

use std::sync::{Arc, OnceLock};

use galat::catalog::api::Api;
use galat::contract::time::Span;
use galat::engine::{Answered, DEFAULT_SESSION};
use serde_json::{Value, json};

use super::{Said, World};
use crate::house::shop;

/// Names that begin alike beyond any sensible length, one that is no ASCII, and none at all.
fn names() -> Vec<String> {
    let long = "a test whose name goes on and on, as the names of generated tests do: ".repeat(3);
    vec![
        DEFAULT_SESSION.to_owned(),
        "alice".to_owned(),
        format!("{long}one"),
        format!("{long}two"),
        "pengujian é 山".to_owned(),
    ]
}

/// A shop with a limit, chance in its answers and keys that are drawn.
fn busy_shop() -> Arc<Api> {
    static SHOP: OnceLock<Arc<Api>> = OnceLock::new();
    SHOP.get_or_init(built).clone()
}

fn built() -> Arc<Api> {
    let api = json!({ "tokens": { "access": { "lifetime": "25s" } }, "limits": {
        "few": { "count": 3, "window": "10s", "error": "busy" },
        "logins": { "count": 2, "window": "20s", "lock": "5s", "key": "body.email", "counts": ["wrong-login"], "error": "busy" }
    } });
    let routes = json!({
        "GET /few": { "limit": "few", "answer": { "left": "{{ random.int(1, 1000) }}" } },
        "POST /login": { "limit": "logins" }
    });
    let notes = json!({ "key": "id", "next": "{{ random.hex(8) }}", "records": [] });
    shop()
        .with("api.json", api)
        .with("routes/auth.json", routes)
        .file("collections/notes.json", notes)
        .file(
            "routes/notes.json",
            json!({ "POST /notes": { "create": "notes", "body": {} }, "GET /notes": { "list": "notes" } }),
        )
        .compiled()
}

/// A small generator (SplitMix64), so that a plan is its seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % limit
    }
}

/// One request of one session at a time; what it carries of earlier answers is its session's own affair.
#[derive(Debug, Clone)]
struct Move {
    session: usize,
    after: Span,
    what: u64,
}

fn plan(seed: u64, sessions: usize) -> Vec<Move> {
    let mut dice = Dice(seed);
    let moves = (0..400).map(|_| Move {
        session: dice.below(sessions as u64) as usize,
        after: Span([0, 0, 1, 300, 1700][dice.below(5) as usize]),
        what: dice.below(17),
    });
    moves.collect()
}

/// What a session says next: the token is that of its latest sign-in.
fn said(what: u64, token: Option<&String>) -> Said {
    let sign_in = |password: &str| {
        let body = json!({ "email": "clerk@shop", "password": password });
        Said::json("POST /login", body)
    };
    let bearing = |line: &str| Said {
        token: token.cloned(),
        ..Said::plain(line)
    };
    match what {
        0 => sign_in("secret"),
        1 => sign_in("wrong"),
        2 | 3 => bearing("GET /me"),
        4 => bearing("POST /refresh"),
        5 => bearing("POST /logout"),
        6 => Said::plain("GET /items"),
        7 => Said::json("POST /items", json!({ "name": "Milk" })),
        8 => Said::json("PATCH /items/2", json!({ "name": "Chai" })),
        9 => Said::plain("DELETE /items/4"),
        10 => Said::json("POST /notes", json!({ "text": "x" })),
        11..=14 => Said::plain("GET /few"),
        15 => Said {
            fault: Some("garbage,bytes=8"),
            ..Said::plain("GET /ping")
        },
        _ => Said::plain("GET /ping"),
    }
}

/// Faults for everybody that draw, and for each session one that counts.
fn switch_faults_on(world: &mut World, names: &[String]) {
    let chance = json!({ "fault": "crash", "on": "GET /ping", "chance": 0.4 });
    world.switch_on("now and then", chance);
    let slow = json!({ "fault": "latency", "on": "GET /items", "chance": 0.5, "with": { "min": 1, "max": 900 } });
    world.switch_on("slow", slow);
    for (n, name) in names.iter().enumerate() {
        let counts = json!({ "fault": "crash", "on": "GET /me", "session": name, "after": n, "every": 2, "times": 2 });
        world.switch_on(&format!("counts {n}"), counts);
        let window = json!({ "fault": "busy", "on": "GET /notes", "session": name, "with": { "retry_after": 3 + n } });
        world.switch_on(&format!("window {n}"), window);
        let expired =
            json!({ "fault": "expired", "session": name, "times": 1, "with": { "sticky": true } });
        world.switch_on(&format!("expired {n}"), expired);
    }
}

/// What each session saw, answer for answer with its explanation, and how it stands in the end. With `only`
/// nobody else says anything.
fn played(plan: &[Move], names: &[String], only: Option<usize>) -> Vec<Vec<String>> {
    let mut world = World::of(busy_shop());
    switch_faults_on(&mut world, names);
    let mut seen = vec![Vec::new(); names.len()];
    let mut tokens: Vec<Option<String>> = vec![None; names.len()];
    for step in plan {
        world.now = world.now + step.after;
        if only.is_some_and(|only| only != step.session) {
            continue;
        }
        let said = said(step.what, tokens[step.session].as_ref());
        let answered = world.answer(&names[step.session], &said);
        let body = serde_json::from_slice::<Value>(&answered.reply.body).unwrap_or_default();
        if let Some(token) = body["token"].as_str() {
            tokens[step.session] = Some(token.to_owned());
        }
        seen[step.session].push(shown(&said, &answered));
    }
    for (name, seen) in names.iter().zip(&mut seen) {
        let state = world.state(name).unwrap_or_default();
        seen.push(state.to_string());
    }
    seen
}

fn shown(said: &Said, answered: &Answered) -> String {
    let reply = &answered.reply;
    let steps = answered.exchange.steps.iter().map(|step| step.to_string());
    format!(
        "{} -> {} {:?}\n{}\n{:?}\n{}",
        said.line,
        reply.status,
        reply.headers,
        String::from_utf8_lossy(&reply.body),
        reply.damage,
        steps.collect::<Vec<_>>().join("\n"),
    )
}

#[test]
fn a_session_sees_exactly_what_it_would_have_seen_alone() {
    let names = names();
    for seed in 0..12 {
        let plan = plan(seed, names.len());
        let together = played(&plan, &names, None);
        for (n, name) in names.iter().enumerate() {
            let alone = &played(&plan, &names, Some(n))[n];
            for (here, there) in together[n].iter().zip(alone) {
                assert_eq!(here, there, "plan {seed}, session {name}");
            }
            assert_eq!(
                together[n].len(),
                alone.len(),
                "plan {seed}, session {name}"
            );
        }
    }
}

#[test]
fn the_plans_meet_what_could_leak() {
    let names = names();
    let all: Vec<String> = (0..12)
        .flat_map(|seed| played(&plan(seed, names.len()), &names, None))
        .flatten()
        .collect();
    for part in [
        "drew",
        "not below",
        "hit 1 of 2",
        "hit 2 of 2",
        "lets the first",
        "each 2th",
        "delay: Span",
        "429",
        "limit few refuses",
        "limit logins refuses",
        "error:expired",
        "error:bad-token",
        "fault:expired 1",
        "Garbage(b",
        "issued access",
        "inserted",
        "POST /refresh -> 200",
        "DELETE /items/4 -> 200",
    ] {
        let times = all.iter().filter(|seen| seen.contains(part)).count();
        assert!(times >= 3, "{part}: {times}");
    }
}

#[test]
fn two_sessions_that_say_the_same_draw_and_are_named_differently() {
    let mut world = World::of(busy_shop());
    let mut said = |session: &str| {
        let answers = (0..20).map(|_| world.ask(session, "GET /few"));
        answers
            .map(|reply| format!("{:?}{:?}", reply.headers, reply.body))
            .collect::<Vec<_>>()
    };
    let (alice, bob) = (said("alice"), said("bob"));
    assert!(
        alice.iter().all(|answer| !bob.contains(answer)),
        "{alice:?}"
    );
}

#[test]
fn a_request_id_stands_for_one_request_over_sessions_and_resets() {
    let mut world = World::of(busy_shop());
    let mut ids = std::collections::HashSet::new();
    for _ in 0..3 {
        for session in ["default", "alice", "bob"] {
            for _ in 0..50 {
                let answered = world.answer(session, &Said::plain("GET /ping"));
                assert!(
                    ids.insert(answered.exchange.request_id.to_string()),
                    "twice the same id"
                );
            }
        }
        let at = world.moment();
        world.engine.reset(at);
    }
}

/// A fault for everybody counts everybody: `after`, `every` and `times` are about its requests, whoever sent
/// them. Whoever wants them for one client says whose.
#[test]
fn a_fault_of_no_session_counts_over_all_of_them_and_one_of_a_session_that_session_alone() {
    let hits = |session: Option<&str>| {
        let mut world = World::of(shop().compiled());
        let mut spec = json!({ "on": "GET /ping", "after": 2, "times": 2 });
        if let Some(name) = session {
            spec["session"] = json!(name);
        }
        world.switch_on("crash", spec);
        let mut hit = Vec::new();
        for _ in 0..4 {
            for name in ["alice", "bob"] {
                if world.ask(name, "GET /ping").status == 500 {
                    hit.push(name);
                }
            }
        }
        hit
    };
    assert_eq!(hits(None), ["alice", "bob"]);
    assert_eq!(hits(Some("bob")), ["bob", "bob"]);
}
