//! Galat without a journal: the same edge and the same engine, and nobody takes notes.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use galat::catalog::compile;
use galat::contract::exchange::How;
use galat::contract::reply::Reply;
use galat::contract::request::Request;
use galat::contract::time::{Moment, Timestamp};
use galat::engine::Engine;
use galat::hub::PREVIEW_BYTES;
use galat::server::listen::{Listener, bind};
use galat::server::{Door, serve};
use galat::store::{Origin, read_all};
use http::HeaderName;
use tokio::sync::watch;

/// A door that forgets.
#[derive(Clone)]
struct Forgetful {
    engine: Arc<Mutex<Engine>>,
    began: Instant,
    connections: Arc<AtomicU64>,
    leaps: Arc<watch::Sender<i64>>,
    refusing: Arc<watch::Sender<bool>>,
    exposed: Arc<[HeaderName]>,
}

fn moment(began: Instant) -> Moment {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    Moment {
        now: Timestamp(now.map_or(0, |now| now.as_millis() as i64)),
        tick: began.elapsed().as_millis() as i64,
    }
}

impl Door for Forgetful {
    fn answer(&self, request: Arc<Request>) -> (u64, Reply) {
        let mut engine = self.engine.lock().unwrap_or_else(PoisonError::into_inner);
        let answered = engine.answer(request, moment(self.began), PREVIEW_BYTES);
        (0, answered.reply)
    }

    fn connected(&self) -> u64 {
        self.connections.fetch_add(1, Ordering::Relaxed) + 1
    }

    fn max_body_bytes(&self) -> usize {
        1 << 20
    }

    fn exposed_headers(&self) -> Arc<[HeaderName]> {
        self.exposed.clone()
    }

    fn ended(&self, _: u64, _: How) {}

    fn leaps(&self) -> watch::Receiver<i64> {
        self.leaps.subscribe()
    }

    fn refusing(&self) -> watch::Receiver<bool> {
        self.refusing.subscribe()
    }

    fn shut(&self, _: Option<String>) {}

    fn bars_preflight(&self, _: &str, _: &str) -> bool {
        false
    }
}

/// Serves the first API of a folder.
pub async fn serve_folder(fixtures: &Path, port: u16) -> Result<(), Box<dyn std::error::Error>> {
    let all = read_all(&Origin::Folder(fixtures.to_owned())).map_err(|told| told.to_string())?;
    let files = all.first().ok_or("there is no API")?;
    let api = compile(files).map_err(|_| "the API has problems")?;
    let began = Instant::now();
    let door = Forgetful {
        engine: Arc::new(Mutex::new(Engine::new(
            Arc::new(api),
            1,
            false,
            moment(began),
        ))),
        began,
        connections: Arc::default(),
        leaps: Arc::new(watch::Sender::new(0)),
        refusing: Arc::new(watch::Sender::new(false)),
        exposed: Arc::from([]),
    };
    let (_open, shutdown) = watch::channel(false);
    let bound = bind("127.0.0.1", port, Listener::Api("shop".to_owned())).await?;
    serve(bound, door, shutdown).await;
    Ok(())
}
