//! What a frame of the screen costs at 160x50, with a full journal and five APIs: the real update and view.
//!
//!     cargo bench --bench screen
//!
//! Prints milliseconds, median and 99th percentile, of a look at the house and of a frame, for each thing that
//! may be on the screen.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use galat::catalog;
use galat::contract::command::Command;
use galat::contract::fault::FaultSpec;
use galat::contract::request::{Request, RequestBody};
use galat::hub::{Hub, Settings};
use galat::store::{self, Origin};
use galat::tui::{Message, Model, Theme, draw, look, update};
use http::{HeaderMap, Method};
use jiff::tz::TimeZone;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::crossterm::event::{KeyCode, KeyEvent};

const SIZE: (u16, u16) = (160, 50);
/// More than the journal keeps.
const REQUESTS: u64 = 12_000;
const FRAMES: usize = 1000;

/// What is on the screen, and the keys that are pressed between two frames.
const CASES: [(&str, &str, &str); 8] = [
    ("board", "", "jk"),
    ("traffic", "\t", "kkkj"),
    ("detail, wide", "\t\r", "jjk"),
    ("routes", "6", "jk"),
    ("report", "8", "jk"),
    ("command line", ":", "fau"),
    ("editor", "jj\r", "12"),
    ("presenting", "2p", ""),
];

fn main() {
    let hub = house();
    println!(
        "{}x{}, journal of {} requests, milliseconds",
        SIZE.0,
        SIZE.1,
        hub.glance().kept
    );
    println!(
        "{:<14} {:>8} {:>8}   {:>8} {:>8}",
        "", "look", "p99", "frame", "p99"
    );
    for (name, open, keys) in CASES {
        let (looks, frames) = measured(&hub, open, keys);
        let [look, late_look, frame, late_frame] =
            [median(&looks), late(&looks), median(&frames), late(&frames)]
                .map(|time| time.as_secs_f64() * 1e3);
        println!("{name:<14} {look:>8.3} {late_look:>8.3}   {frame:>8.3} {late_frame:>8.3}");
    }
}

/// Every built-in API, some faults, and more requests than are kept.
fn house() -> Hub {
    let files = store::read_all(&Origin::BuiltIn).expect("the built-in copy");
    let apis = files
        .iter()
        .map(|files| Arc::new(catalog::compile(files).expect("no problems")));
    let hub = Hub::new(Settings::default(), apis.collect());
    let doors = hub.doors();
    for nth in 0..REQUESTS {
        let door = &doors[(nth % doors.len() as u64) as usize];
        door.answer(Arc::new(request(nth)));
    }
    for api in hub.glance().apis {
        for id in api.headline.iter().take(3) {
            let (api, id, spec) = (api.name.to_string(), id.clone(), FaultSpec::default());
            hub.apply(Command::SwitchFault { api, id, spec })
                .expect("a fault");
        }
    }
    hub
}

fn request(nth: u64) -> Request {
    let uri = format!(
        "/api/v1/orders/{nth}/items?page={}&sort=created_at&search=%E6%B3%A8%E6%96%87",
        nth % 9
    );
    Request {
        method: if nth.is_multiple_of(3) {
            Method::POST
        } else {
            Method::GET
        },
        uri: uri.parse().expect("a path"),
        headers: HeaderMap::new(),
        body: RequestBody::Whole(Bytes::from_static(b"{\"items\":[{\"id\":1,\"count\":2}]}")),
        peer: ([127, 0, 0, 1], 50_000).into(),
        connection: nth,
        turn: 1,
    }
}

/// How long each look and each frame took.
fn measured(hub: &Hub, open: &str, keys: &str) -> (Vec<Duration>, Vec<Duration>) {
    let mut terminal = Terminal::new(TestBackend::new(SIZE.0, SIZE.1)).expect("a terminal");
    let mut model = Model::new(SIZE, Theme::Dark, TimeZone::UTC);
    look(hub, &mut model, Instant::now());
    open.chars().for_each(|letter| press(&mut model, letter));
    let (mut looks, mut frames) = (Vec::new(), Vec::new());
    for nth in 0..FRAMES {
        let start = Instant::now();
        look(hub, &mut model, Instant::now());
        looks.push(start.elapsed());
        if let Some(letter) = keys.chars().nth(nth % keys.len().max(1)) {
            press(&mut model, letter);
        }
        let start = Instant::now();
        terminal.draw(|frame| draw(frame, &model)).expect("a frame");
        frames.push(start.elapsed());
    }
    looks.sort();
    frames.sort();
    (looks, frames)
}

fn press(model: &mut Model, letter: char) {
    let code = match letter {
        '\t' => KeyCode::Tab,
        '\r' => KeyCode::Enter,
        letter => KeyCode::Char(letter),
    };
    update(model, Message::Key(KeyEvent::from(code)));
}

fn median(sorted: &[Duration]) -> Duration {
    sorted[sorted.len() / 2]
}

fn late(sorted: &[Duration]) -> Duration {
    sorted[sorted.len() * 99 / 100]
}
