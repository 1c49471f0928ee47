//! What the retry libraries that people use make of each fault: `cargo test --test retries`.
//!
//! A command of its own, for it installs what it asks: Node's and Python's packages and a small crate, below `target/`.
//! `promises.json` says what each library shows; README's table is drawn from it, and a test holds it to that. With
//! `GALAT_RETRIES=write` what was seen is written there instead.

mod clients;
#[path = "../house/mod.rs"]
mod house;
mod rows;

use std::process::ExitCode;

use rows::Row;

const PROMISES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/retries/promises.json");

fn main() -> ExitCode {
    let clients = match clients::install() {
        Ok(clients) => clients,
        Err(missing) => {
            eprintln!("the retry libraries were not asked: {missing}");
            return ExitCode::FAILURE;
        }
    };
    let mut rows = rows::read(PROMISES);
    let (mut right, mut wrong) = (0, 0);
    for row in &mut rows {
        println!("{}", row.what);
        for (client, seen) in row.ask(&clients) {
            let promised = row.seen.get(client).cloned().unwrap_or_default();
            // Where it is a matter of which packet comes first, both are promised.
            let same = promised.split(" or ").any(|each| each == seen);
            right += usize::from(same);
            wrong += usize::from(!same);
            let promised = match same {
                true => String::new(),
                false => format!("  <- promised: {promised}"),
            };
            println!("  {client:<16} {seen}{promised}");
            if !same {
                row.seen.insert(client.to_owned(), seen);
            }
        }
    }
    if std::env::var_os("GALAT_RETRIES").is_some_and(|word| word == "write") {
        write(&rows);
        return ExitCode::SUCCESS;
    }
    println!("{right} passed, {wrong} failed");
    ExitCode::from(u8::from(wrong > 0))
}

fn write(rows: &[Row]) {
    let text = serde_json::to_string_pretty(rows).expect("JSON");
    std::fs::write(PROMISES, text + "\n").expect("the promises are written");
}
