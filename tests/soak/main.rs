//! Load: a crowd of connections, some of them slow, some silent, with faults, reloads and moves of the clock at
//! the same time. No answer is lost or another's, each reload is served, and memory does not grow.
//!
//! `cargo test --test soak` is a short run, `cargo test --test soak -- --ignored --nocapture` a million requests.

#[path = "../edges/house.rs"]
#[allow(dead_code)] // what a load does not ask for
mod house;
#[path = "../edges/shop.rs"]
#[allow(dead_code)]
mod shop;
#[path = "../edges/wire.rs"]
#[allow(dead_code)]
mod wire;

mod client;
mod server;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use client::{Tally, client, left_alone};
use server::Server;

/// So many requests fill the journal, and more.
const WARM: u64 = 15_000;

/// What a run is made of.
struct Size {
    requests: u64,
    connections: u64,
    /// By how much memory may be larger at the end than when everything had been asked for a while, in MiB.
    growth: u64,
}

#[test]
fn a_crowd_gets_its_own_answers_through_faults_reloads_and_moves_of_the_clock() {
    run(Size {
        requests: 20_000,
        connections: 100,
        growth: 24,
    });
}

#[test]
#[ignore = "takes minutes"]
fn a_million_requests_of_a_thousand_connections_lose_nothing_and_leave_nothing() {
    run(Size {
        requests: 1_000_000,
        connections: 1_000,
        growth: 24,
    });
}

fn run(size: Size) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let began = Instant::now();
    let server = Server::start();
    let (tally, sent) = (Arc::<Tally>::default(), Arc::new(AtomicU64::new(0)));
    let warm = runtime.block_on(async {
        let clients = (0..size.connections).map(|nth| {
            let (tally, sent) = (tally.clone(), sent.clone());
            let (port, written) = (server.port, server.written.clone());
            tokio::spawn(client(port, nth, size.requests, sent, tally, written))
        });
        let clients: Vec<_> = clients.collect();
        let silent = tokio::spawn(left_alone(server.port));
        let warm = loop {
            tokio::task::yield_now().await;
            tokio::time::sleep(Duration::from_millis(5)).await;
            if sent.load(Ordering::Relaxed) >= WARM.max(size.requests / 4) {
                break server.memory();
            }
        };
        for client in clients {
            client.await.expect("a client that is content");
        }
        silent.abort();
        warm
    });
    let (reloads, last) = server.settle();
    let (now, took) = (server.memory(), began.elapsed());
    println!(
        "{tally} in {took:.1?}, {reloads} rewrites, the last of them served as {last}; memory {warm:?} then {now:?} MiB"
    );
    assert_eq!(tally.asked(), size.requests);
    if let (Some(warm), Some(now)) = (warm, now) {
        assert!(now <= warm + size.growth, "{warm} MiB have become {now}");
    }
}
