//! The law of the house: who may know whom, who may touch the world, how long a file may be.

use std::path::{Path, PathBuf};

use regex::Regex;

/// From the top; rooms on one line do not know each other.
const FLOORS: [&[&str]; 8] = [
    &["main"],
    &["app"],
    &[
        "cli", "client", "server", "hooks", "log", "tui", "store", "scenario",
    ],
    &["hub"],
    &["engine"],
    &["catalog", "card"],
    &["contract"],
    &[],
];

/// What rooms of one floor share all the same.
const BETWEEN: [(&str, &str); 1] = [("log", "server::journal_json")];

/// A file of `src`.
pub struct File {
    /// As `src/engine/mod.rs`.
    pub path: PathBuf,
    pub text: String,
}

/// Every file below a folder whose name ends so.
pub fn below(folder: &str, ending: &str) -> Vec<File> {
    let (mut found, mut folders) = (Vec::new(), vec![PathBuf::from(folder)]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.to_string_lossy().ends_with(ending) {
                let text = String::from_utf8_lossy(&std::fs::read(&path).expect("a file")).into();
                found.push(File { path, text });
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(!found.is_empty(), "there is no {ending} below {folder}");
    found
}

impl File {
    /// The room it belongs to: `engine` of `src/engine/gates/mod.rs`, `cli` of `src/cli.rs`.
    fn room(&self) -> String {
        let inside = self.path.strip_prefix("src").expect("in src");
        let first = inside.components().next().expect("a name");
        let name = first.as_os_str().to_string_lossy();
        name.trim_end_matches(".rs").to_owned()
    }

    /// Whether it holds nothing but tests.
    fn is_test(&self) -> bool {
        let named = |part: &Path| {
            part.file_stem()
                .is_some_and(|stem| stem == "tests" || stem == "cases")
        };
        self.path.ancestors().any(named)
    }

    /// The code without comments and without the tests at its end.
    fn code(&self) -> String {
        let text = self.text.split("#[cfg(test)]\nmod tests {").next();
        let lines = text.unwrap_or_default().lines();
        let code = lines.map(|line| line.split("//").next().unwrap_or_default());
        code.collect::<Vec<_>>().join("\n")
    }
}

fn floor(room: &str) -> Option<usize> {
    FLOORS.iter().position(|rooms| rooms.contains(&room))
}

/// The paths of this crate that a file names, as `engine::session`.
fn named(code: &str) -> Vec<String> {
    let path =
        Regex::new(r"\b(?:crate|galat)::(\{[^;]*\}|[a-z_]+(?:::[a-z_]+)*)").expect("a pattern");
    let member = Regex::new(r"(?:^\{|[,{])\s*([a-z_]+(?:::[a-z_]+)*)").expect("a pattern");
    let mut named = Vec::new();
    for found in path.captures_iter(code) {
        match &found[1] {
            group if group.starts_with('{') => {
                named.extend(member.captures_iter(group).map(|part| part[1].to_owned()));
            }
            one => named.push(one.to_owned()),
        }
    }
    named
}

fn sources() -> Vec<File> {
    below("src", ".rs")
}

#[test]
fn rooms_know_only_rooms_below_them() {
    let mut broken = Vec::new();
    for file in sources() {
        let room = file.room();
        if room == "lib" {
            continue;
        }
        let Some(own) = floor(&room) else {
            broken.push(format!(
                "{}: no floor has the room `{room}`",
                file.path.display()
            ));
            continue;
        };
        for path in named(&file.text) {
            let other = path.split("::").next().unwrap_or_default();
            let allowed = other == room
                || floor(other).is_some_and(|floor| floor > own)
                || BETWEEN
                    .iter()
                    .any(|(who, what)| *who == room && path.starts_with(what));
            if !allowed {
                broken.push(format!("{}: {room} knows {path}", file.path.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

/// Holds files to words that may not stand in them.
#[track_caller]
fn without(files: impl Iterator<Item = File>, words: &str) {
    let words = Regex::new(words).expect("a pattern");
    let mut broken = Vec::new();
    for file in files {
        for (n, line) in file.code().lines().enumerate() {
            if words.is_match(line) {
                broken.push(format!(
                    "{}:{}: {}",
                    file.path.display(),
                    n + 1,
                    line.trim()
                ));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn what_decides_touches_neither_sockets_nor_files_nor_screens() {
    let pure =
        |file: &File| ["contract", "card", "catalog", "engine"].contains(&file.room().as_str());
    let words = r"\b(tokio::|axum|hyper|ratatui|crossterm|notify|std::fs|fs::read|TcpStream|TcpListener|UdpSocket|println!|std::env)";
    without(sources().into_iter().filter(pure), words);
}

#[test]
fn only_the_clock_reads_the_systems_time() {
    let others = |file: &File| !file.path.ends_with("hub/clock.rs");
    without(
        sources().into_iter().filter(others),
        r"\b(SystemTime|Timestamp|Zoned)::now\b",
    );
}

/// Who measures real time or waits for it, and what for. What an API answers is nowhere among it: that is
/// decided by galat's clock alone, which can be stopped and moved.
const REAL_TIME: [(&str, &str); 25] = [
    (
        "src/app/lifts.rs",
        "wakes up when the clock will lift a fault",
    ),
    (
        "src/app/run/client.rs",
        "gives a client that was told to end a moment to do so",
    ),
    ("src/app/serve.rs", "gives the log a moment to end"),
    ("src/client/call.rs", "gives up on a galat that is silent"),
    (
        "src/hooks.rs",
        "wakes up when the clock makes a delivery due; gives up on a receiver that is silent",
    ),
    ("src/hub/clock.rs", "is the clock"),
    ("src/log.rs", "gives the last news a moment to come"),
    (
        "src/scenario/http.rs",
        "gives up on an answer that does not come",
    ),
    (
        "src/scenario/play.rs",
        "gives up on a client that does not come",
    ),
    (
        "src/server/attend.rs",
        "gives up on clients that are silent",
    ),
    (
        "src/server/body.rs",
        "gives up on a client that stops sending",
    ),
    (
        "src/server/control/change.rs",
        "gives up on a port that does not close or open",
    ),
    (
        "src/server/control/events.rs",
        "keeps a silent stream alive",
    ),
    (
        "src/server/control/strict.rs",
        "gives up on a client that stops sending",
    ),
    (
        "src/server/line/playing.rs",
        "carries waits out, which the clock's leaps make shorter",
    ),
    (
        "src/server/serve.rs",
        "gives up on requests that do not end once the house closes",
    ),
    (
        "src/store/watch.rs",
        "tells how long a reload took; looks at folders again",
    ),
    ("src/tui/message.rs", "says when the screen looked"),
    ("src/tui/mod.rs", "says when the screen looked"),
    (
        "src/tui/outside.rs",
        "gives a shell that does not stop galat a moment to",
    ),
    ("src/tui/pace.rs", "draws no faster than the eye sees"),
    (
        "src/tui/pages/report.rs",
        "judges no more often than the eye sees",
    ),
    ("src/tui/rate.rs", "counts requests a second"),
    ("src/tui/update/news.rs", "says when the screen looked"),
    (
        "src/tui/update/report.rs",
        "judges no more often than the eye sees",
    ),
];

#[test]
fn real_time_is_measured_and_waited_for_only_where_it_decides_nothing_of_an_answer() {
    let words = r"\b(Instant|SystemTime)\b|\btokio::time\b|\.elapsed\(|recv_timeout|thread::sleep|keep_alive\(";
    let words = Regex::new(words).expect("a pattern");
    let product = sources().into_iter().filter(|file| !file.is_test());
    let found = product.filter(|file| words.is_match(&file.code()));
    let found: Vec<String> = found.map(|file| file.path.display().to_string()).collect();
    assert_eq!(
        found,
        REAL_TIME.map(|(file, _)| file),
        "REAL_TIME says who, and what for"
    );
}

#[test]
fn nobody_gives_up_halfway_in_the_product() {
    let product = |file: &File| !file.is_test();
    without(
        sources().into_iter().filter(product),
        r"\.unwrap\(\)|\b(todo|unimplemented|dbg)!",
    );
}

#[test]
fn no_file_of_the_product_is_longer_than_400_lines() {
    let long: Vec<String> = sources()
        .iter()
        .filter(|file| !file.is_test())
        .map(|file| (file, file.text.lines().count()))
        .filter(|(_, lines)| *lines > 400)
        .map(|(file, lines)| format!("{}: {lines} lines", file.path.display()))
        .collect();
    assert!(long.is_empty(), "{}", long.join("\n"));
}
