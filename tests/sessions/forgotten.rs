//! When a session is forgotten, and that nothing of it is left then.

use galat::contract::reply::Reply;
use galat::engine::{DEFAULT_SESSION, IDLE_MS, MOST_SESSIONS};
use serde_json::json;

use super::{Said, World, json as body};
use crate::house::shop;

/// Leaves a mark in a session.
fn mark(world: &mut World, session: &str) {
    let made = world.answer(
        session,
        &Said::json("POST /items", json!({ "name": "Milk" })),
    );
    assert_eq!(made.reply.status, 201);
}

/// Whether the mark is there, as one looks who does not count as a use.
fn is_marked(world: &World, session: &str) -> Option<bool> {
    let items = world.state(session)?["collections"]["items"]
        .as_array()
        .map(Vec::len);
    Some(items == Some(4))
}

#[test]
fn the_first_session_too_many_takes_the_place_of_the_one_unused_for_longest() {
    let mut world = World::of(shop().compiled());
    mark(&mut world, DEFAULT_SESSION);
    let name = |n: usize| format!("s{n}");
    for n in 0..MOST_SESSIONS {
        mark(&mut world, &name(n)); // all in one millisecond
    }
    world.ask(&name(0), "GET /ping");
    world.ask("one too many", "GET /ping");
    assert_eq!(
        is_marked(&world, &name(1)),
        None,
        "it was unused for longest"
    );
    for n in (0..MOST_SESSIONS).filter(|n| *n != 1) {
        assert_eq!(is_marked(&world, &name(n)), Some(true), "{n}");
    }
    world.ask(&name(1), "GET /ping");
    assert_eq!(is_marked(&world, &name(1)), Some(false), "forked anew");
    assert_eq!(is_marked(&world, &name(2)), None, "now this one was");
    assert_eq!(is_marked(&world, DEFAULT_SESSION), Some(true));
}

#[test]
fn a_session_is_forgotten_when_it_was_idle_for_an_hour_and_not_before() {
    let mut world = World::of(shop().compiled());
    mark(&mut world, DEFAULT_SESSION);
    mark(&mut world, "alice");
    mark(&mut world, "bob");
    world.tick = IDLE_MS - 1;
    world.ask("alice", "GET /ping");
    assert_eq!(is_marked(&world, "bob"), Some(true));
    world.tick = IDLE_MS;
    assert_eq!(
        is_marked(&world, "bob"),
        None,
        "nobody else has to come first"
    );
    world.ask("bob", "GET /ping");
    assert_eq!(is_marked(&world, "bob"), Some(false), "forked anew");
    assert_eq!(
        is_marked(&world, "alice"),
        Some(true),
        "it was used meanwhile"
    );
    world.tick = 9 * IDLE_MS;
    assert_eq!(is_marked(&world, "alice"), None);
    assert_eq!(is_marked(&world, DEFAULT_SESSION), Some(true), "never idle");
}

#[test]
fn idleness_is_real_time_whatever_galats_clock_does() {
    let mut world = World::of(shop().compiled());
    mark(&mut world, "alice");
    world.now.0 += 100 * IDLE_MS;
    world.ask("bob", "GET /ping");
    assert_eq!(is_marked(&world, "alice"), Some(true));
}

#[test]
fn a_session_that_was_forgotten_begins_like_any_other() {
    let whole = |reply: Reply| format!("{} {:?} {:?}", reply.status, reply.headers, reply.body);
    let mut world = World::of(shop().compiled());
    let chance = json!({ "fault": "crash", "on": "GET /ping", "chance": 0.5 });
    world.switch_on("now and then", chance);
    let pings = |world: &mut World| -> Vec<String> {
        let pings = (0..30).map(|_| world.ask("alice", "GET /ping"));
        pings.map(whole).collect()
    };
    let first = pings(&mut world);
    world.tick = IDLE_MS;
    assert_eq!(pings(&mut world), first, "its draws too");
}

#[test]
fn a_token_fault_knows_nothing_of_the_tokens_of_a_session_that_was_forgotten() {
    let mut world = World::of(shop().compiled());
    let sign_in = Said::json(
        "POST /login",
        json!({ "email": "clerk@shop", "password": "secret" }),
    );
    for _ in 0..5 {
        world.answer("alice", &sign_in);
    }
    world.switch_on("expired", json!({}));
    world.tick = IDLE_MS;
    let token = body(&world.answer("alice", &sign_in).reply)["token"].clone();
    let me = Said {
        token: token.as_str().map(str::to_owned),
        ..Said::plain("GET /me")
    };
    assert_eq!(world.answer("alice", &me).reply.status, 200);
}
