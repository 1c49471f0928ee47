//! What the start of the real binary tells of its authority, done to the letter, makes a browser trust it.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use libtest_mimic::Trial;
use serde_json::json;

use super::browser::{Browser, Page};
use super::within_tls;

pub fn trial() -> Trial {
    within_tls(
        "a_browser_trusts_whom_the_start_says",
        a_browser_trusts_whom_the_start_says,
    )
}

/// A galat that serves within TLS, with an authority as new as its folder. Ended when dropped.
struct Started(Child);

impl Drop for Started {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn a_browser_trusts_whom_the_start_says(browser: &Browser) {
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = Command::new(env!("CARGO_BIN_EXE_galat"));
    command
        .args(["serve", "--headless", "--tls", "--tls-dir"])
        .arg(folder.path().join("its tls"))
        .args(["--port", "0", "--control", "off", "telemedicine"])
        .current_dir(folder.path());
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("GALAT_") {
            command.env_remove(name);
        }
    }
    let child = command.stdout(Stdio::piped()).spawn().expect("it starts");
    let mut started = Started(child);
    let said = started.0.stdout.take().expect("a pipe");
    let (mut api, mut way) = (None, None);
    for line in BufReader::new(said).lines().map_while(Result::ok) {
        let (what, told) = line.trim().split_once("  ").unwrap_or_default();
        match what {
            "telemedicine" => api = Some(told.trim().to_owned()),
            "Chromium" => way = Some(told.trim().to_owned()),
            "Firefox" => break, // the last of them
            _ => {}
        }
    }
    let (api, way) = (api.expect("an address"), way.expect("a way"));
    let asks = |browser: &Browser| {
        let script = "found.me = await seen(`${given.api}/auth/me`);";
        browser.open(Page::new(script, json!({ "api": api })))["me"].clone()
    };
    assert_eq!(asks(&browser.made_to_trust("true")), "TypeError");
    assert_eq!(asks(&browser.made_to_trust(&way)), "401");
}
