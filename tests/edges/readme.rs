//! README's "Add your own API", as it stands: its files, its commands, its requests and their answers. And its "In a
//! pipeline": the scenario, the job's commands, and the report that is shown.

use std::collections::BTreeMap;
use std::path::Path;

use regex::Regex;
use serde_json::Value;
use tempfile::TempDir;

use super::house::{House, fixtures, run_in};
use super::shop::put;
use super::wire::{Answer, Wire};

pub const SECTION: &str = "## Add your own API\n";
pub const PIPELINE: &str = "## In a pipeline\n";
/// Where the section says that the API and the control API are.
const API: &str = "http://127.0.0.1:4020";
const CONTROL: &str = "http://127.0.0.1:4009";

/// A fenced block: its language, the file it is, its text.
pub struct Block {
    pub language: String,
    pub file: Option<String>,
    pub text: String,
}

fn blocks() -> Vec<Block> {
    blocks_of(SECTION)
}

pub fn blocks_of(section: &str) -> Vec<Block> {
    let readme = std::fs::read_to_string("README.md").expect("README.md");
    let (_, section) = readme.split_once(section).expect("the section");
    blocks_in(section.split("\n## ").next().expect("its text"))
}

/// The fenced blocks of a text.
pub fn blocks_in(text: &str) -> Vec<Block> {
    let fence = Regex::new(r"(?ms)^```(\w+)(?: (\S+))?\n(.*?)^```$").expect("a pattern");
    let block = |found: regex::Captures<'_>| Block {
        language: found[1].to_owned(),
        file: found.get(2).map(|file| file.as_str().to_owned()),
        text: found[3].to_owned(),
    };
    fence.captures_iter(text).map(block).collect()
}

/// The files that the section shows, by path.
pub fn files() -> BTreeMap<String, String> {
    let blocks = blocks().into_iter();
    blocks
        .filter_map(|block| Some((block.file?, block.text)))
        .collect()
}

/// The commands of galat itself that the section shows, without the word `galat`.
fn commands() -> Vec<Vec<String>> {
    let blocks = blocks().into_iter().filter(|block| block.language == "sh");
    let lines = blocks.flat_map(|block| block.text.lines().map(str::to_owned).collect::<Vec<_>>());
    let own = lines.filter_map(|line| Some(words(line.strip_prefix("galat ")?)));
    own.collect()
}

/// A line of shell as words: quotes hold them together.
pub fn words(line: &str) -> Vec<String> {
    let word = Regex::new(r#"'([^']*)'|"([^"]*)"|(\S+)"#).expect("a pattern");
    let found = word.captures_iter(line);
    found
        .map(|found| {
            (1..=3)
                .find_map(|n| found.get(n))
                .expect("a word")
                .as_str()
                .to_owned()
        })
        .collect()
}

/// What lies below a folder, by path.
fn below(folder: &Path, inside: &str, found: &mut BTreeMap<String, String>) {
    for entry in std::fs::read_dir(folder.join(inside))
        .expect("a folder")
        .flatten()
    {
        let name = format!("{inside}/{}", entry.file_name().to_string_lossy());
        match entry.path().is_dir() {
            true => below(folder, &name, found),
            false => {
                let text = std::fs::read_to_string(entry.path()).expect("a text");
                found.insert(name, text);
            }
        }
    }
}

#[test]
fn init_writes_the_files_that_are_shown_and_check_finds_nothing_wrong() {
    let folder = tempfile::tempdir().expect("a folder");
    let commands = commands();
    let [init, check, serve] = commands.as_slice() else {
        panic!("not three commands: {commands:?}");
    };
    let said = |words: &[String]| {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let said = run_in(folder.path(), &words);
        assert_eq!((said.code, said.err.as_str()), (0, ""), "{words:?}");
        said.out
    };
    let wrote = said(init);
    let mut written = BTreeMap::new();
    below(folder.path(), "fixtures/shop", &mut written);
    assert_eq!(written, files());
    for file in written.keys() {
        assert!(
            wrote.contains(file.as_str()),
            "{file} is not named in {wrote}"
        );
    }
    assert!(
        wrote.ends_with(&format!("galat {}\n", serve.join(" "))),
        "{wrote}"
    );
    assert_eq!(said(check), "1 API checked: no problem\n");
}

/// The API of the section, built from its blocks alone.
fn served() -> House {
    let folder: TempDir = tempfile::tempdir().expect("a folder");
    for (file, text) in files() {
        put(folder.path(), &file, &text);
    }
    assert!(fixtures(&folder).join("shop/api.json").is_file());
    House::of(folder, &["--clock", "stopped"])
}

/// A shell that knows curl, variables and counting loops.
struct Shell {
    house: House,
    variables: BTreeMap<String, String>,
    last: Option<Answer>,
}

impl Shell {
    fn line(&mut self, line: &str) {
        let repeated = Regex::new(r"^for i in ([\d ]+); do (.*); done$").expect("a pattern");
        if let Some(found) = repeated.captures(line) {
            let line = found[2].to_owned();
            found[1].split(' ').for_each(|_| self.line(&line));
        } else if let Some((name, shown)) = line.split_once("=eyJ") {
            assert_eq!(shown, "…", "{line}");
            let token = self.answer().json()["token"]
                .as_str()
                .expect("a token")
                .to_owned();
            self.variables.insert(name.to_owned(), token);
        } else {
            let line = self
                .variables
                .iter()
                .fold(line.to_owned(), |line, (name, value)| {
                    line.replace(&format!("${name}"), value)
                });
            self.curl(&words(&line));
        }
    }

    fn curl(&mut self, words: &[String]) {
        let (mut method, mut url, mut headers, mut body) = (None, None, Vec::new(), None);
        let mut words = words.iter();
        assert_eq!(words.next().map(String::as_str), Some("curl"));
        while let Some(word) = words.next() {
            let mut value = || words.next().expect("a value").clone();
            match word.as_str() {
                "-i" => {}
                "-X" => method = Some(value()),
                "-H" => headers.push(value()),
                "-d" => body = Some(value()),
                address => url = Some(address.to_owned()),
            }
        }
        // What curl says of a body that it is given no type for.
        if body.is_some() {
            headers.push("Content-Type: application/x-www-form-urlencoded".to_owned());
        }
        let url = url.expect("a URL");
        let usual = if body.is_some() { "POST" } else { "GET" };
        let method = method.unwrap_or(usual.to_owned());
        let headers: Vec<&str> = headers.iter().map(String::as_str).collect();
        let (wire, path) = match (url.strip_prefix(API), url.strip_prefix(CONTROL)) {
            (Some(path), _) => (self.house.wire("shop"), path),
            (None, Some(path)) => (Wire::to(self.house.control_port()), path),
            (None, None) => panic!("{url} is neither the API nor the control API"),
        };
        let mut wire = wire;
        self.last = Some(wire.ask(&method, path, &headers, &body.unwrap_or_default()));
    }

    fn answer(&self) -> &Answer {
        self.last.as_ref().expect("an answer")
    }

    /// Holds the last answer to one that is shown: the status, the headers named, the whole body. `…` is any text.
    fn is(&self, shown: &str) {
        let answer = self.answer();
        let (head, body) = shown.split_once("\n\n").expect("a head and a body");
        let mut head = head.lines();
        let status = head.next().and_then(|line| line.split(' ').nth(1));
        assert_eq!(
            status,
            Some(answer.status.to_string().as_str()),
            "{}",
            answer.text()
        );
        for line in head {
            let (name, value) = line.split_once(": ").expect("a header");
            assert_eq!(answer.header(name), value, "{name}");
        }
        let pattern = regex::escape(body.trim_end()).replace('…', ".+");
        let pattern = Regex::new(&format!("^{pattern}$")).expect("a pattern");
        assert!(
            pattern.is_match(&answer.text()),
            "expected\n{body}came\n{}",
            answer.text()
        );
        let _: Value = answer.json();
    }
}

#[test]
fn the_requests_that_are_shown_get_the_answers_that_are_shown() {
    let mut shell = Shell {
        house: served(),
        variables: BTreeMap::new(),
        last: None,
    };
    let mut shown = 0;
    for block in blocks() {
        match block.language.as_str() {
            "sh" if !block.text.starts_with("galat ") => {
                block.text.lines().for_each(|line| shell.line(line))
            }
            "http" => {
                shell.is(&block.text);
                shown += 1;
            }
            _ => {}
        }
    }
    assert!(shown >= 8, "only {shown} answers are shown");
}

/// A client that signs in, is refused, comes back at once, and gets through only when time is moved for it.
const IMPATIENT: &str = r#"#!/bin/bash
ask() {
  place=${1##*://}
  exec 3<>/dev/tcp/127.0.0.1/$(sed 's/.*:\([0-9]*\).*/\1/' <<< "$1")
  printf '%s /%s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\nAuthorization: Bearer %s\r\nContent-Length: %d\r\n\r\n%s' \
    "$2" "${place#*/}" "${place%%/*}" "$TOKEN" ${#3} "$3" >&3
  cat <&3
  exec 3>&-
}
items() { ask "$GALAT_URL/items" GET ''; }
TOKEN=$(ask "$GALAT_URL/login" POST '{"email":"ani@example.com","password":"secret"}' | sed -n 's/.*"token":"\([^"]*\)".*/\1/p')
until ask "$GALAT_CONTROL/apis/shop/faults" GET '' | grep -q '"hits":'; do :; done
ask "$GALAT_CONTROL/clock/stop" POST '' > answer
items > answer
items > answer
ask "$GALAT_CONTROL/clock/advance" POST '{"by":"5s"}' > answer
items > answer
exec sleep 600
"#;

/// A folder with the shop, the scenario, and a client that is called as the job calls it.
fn pipeline() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (file, text) in files() {
        put(folder.path(), &file, &text);
    }
    for block in blocks_of(PIPELINE) {
        if let Some(file) = block.file {
            put(folder.path(), &file, &block.text);
        }
    }
    program(&folder, "npm", IMPATIENT);
    folder
}

/// A program of the folder's own.
pub fn program(folder: &TempDir, name: &str, text: &str) {
    let file = format!("bin/{name}");
    put(folder.path(), &file, text);
    let may_run = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(folder.path().join(file), may_run).expect("it may be run");
}

/// Runs a line of the README in that folder.
fn line(folder: &TempDir, line: &str) -> std::process::Output {
    let galat = Path::new(BUILT).parent().expect("a folder");
    shell(folder, line, &[galat])
}

/// Runs a line of the job there, where galat is only once it is installed.
fn without_galat(folder: &TempDir, line: &str) -> std::process::Output {
    shell(folder, line, &[])
}

const BUILT: &str = env!("CARGO_BIN_EXE_galat");

fn shell(folder: &TempDir, line: &str, more: &[&Path]) -> std::process::Output {
    let own = folder.path().join("bin");
    let usual = std::env::var_os("PATH").unwrap_or_default();
    let usual: Vec<_> = std::env::split_paths(&usual).collect();
    let usual = usual.iter().filter(|place| !place.join("galat").exists());
    let places = [own.as_path()].into_iter().chain(more.iter().copied());
    let path = std::env::join_paths(places.chain(usual.map(|place| place.as_path())));
    let mut shell = std::process::Command::new("sh");
    let shell = shell.args(["-c", line]).current_dir(folder.path());
    shell
        .env("PATH", path.expect("a path"))
        .env("GALAT_BUILT", BUILT)
        .env("GITHUB_STEP_SUMMARY", folder.path().join("summary.md"))
        .output()
        .expect("a shell runs it")
}

/// A text whose times are all the same, as is what a refusal asks for that began a moment ago: a countdown of
/// five seconds may stand at four by then.
fn timeless(text: &str) -> String {
    let time =
        r"\d\d:\d\d:\d\d\.\d{3}|\+\d+\.\d{3}s|\b(?:\d+s)?\d+ ?ms\b|\b0s\b|\bhad asked for [45]s\b";
    let time = Regex::new(time).expect("a pattern");
    time.replace_all(text, "…").into_owned()
}

#[test]
fn the_scenario_that_is_shown_passes_alone_and_gives_the_report_that_is_shown() {
    let folder = pipeline();
    let shown = blocks_of(PIPELINE).into_iter();
    let lines: Vec<String> = shown
        .filter(|block| block.language == "sh")
        .flat_map(|block| block.text.lines().map(str::to_owned).collect::<Vec<_>>())
        .collect();
    let [alone, against] = lines.as_slice() else {
        panic!("not two commands: {lines:?}");
    };
    let said = line(&folder, alone);
    let out = String::from_utf8_lossy(&said.stdout);
    assert_eq!(said.status.code(), Some(0), "{out}");
    let said = line(&folder, against);
    assert_eq!(said.status.code(), Some(1));
    let report = blocks_of(PIPELINE);
    let report = report.iter().find(|block| block.language == "text");
    assert_eq!(
        timeless(&String::from_utf8_lossy(&said.stdout)),
        timeless(&report.expect("a report").text)
    );
}

/// Installs galat as the job asks for it: from the folder of its source, into cargo's place for programs.
const CARGO: &str = r#"#!/bin/sh
[ "$*" = "install --locked --path galat" ] && grep -q '^name = "galat"$' galat/Cargo.toml && [ -f galat/Cargo.lock ] &&
  ln -s "$GALAT_BUILT" bin/galat
"#;

/// What npm and rustup do is their own affair.
const WELL: &str = "#!/bin/sh\nexit 0\n";

/// The job's lines of shell, in their order.
fn job(folder: &TempDir) -> Vec<String> {
    let job = folder.path().join(".github/workflows/client.yml");
    let job = std::fs::read_to_string(job).expect("the job");
    let runs = job.lines().filter_map(|line| {
        let line = line.trim().trim_start_matches("- ");
        Some(line.strip_prefix("run: ")?.to_owned())
    });
    runs.collect()
}

#[test]
fn the_commands_of_the_job_do_what_it_says() {
    let folder = pipeline();
    let source = Path::new(env!("CARGO_MANIFEST_DIR"));
    for file in ["Cargo.toml", "Cargo.lock"] {
        let text = std::fs::read_to_string(source.join(file)).expect("a file");
        put(folder.path(), &format!("galat/{file}"), &text);
    }
    let impatient = std::fs::read_to_string(folder.path().join("bin/npm")).expect("a client");
    let npm = format!("#!/bin/bash\n[ \"$1\" = ci ] && exit 0\n{impatient}");
    program(&folder, "npm", &npm);
    program(&folder, "cargo", CARGO);
    program(&folder, "rustup", WELL);
    let lines = job(&folder);
    let own: Vec<&str> = lines.iter().map(String::as_str).collect();
    let [ci, install, check, play, summary] = own.as_slice() else {
        panic!("not five commands: {own:?}");
    };
    for line in [ci, install] {
        let said = without_galat(&folder, line);
        assert!(said.status.success(), "{line}: {said:?}");
    }
    let said = without_galat(&folder, install);
    assert!(said.stdout.starts_with(b"galat "), "it is there: {said:?}");
    let said = without_galat(&folder, check);
    assert_eq!(
        (
            said.status.code(),
            String::from_utf8_lossy(&said.stdout).as_ref()
        ),
        (Some(0), "1 API and 1 scenario checked: no problem\n")
    );
    let said = without_galat(&folder, play);
    assert_eq!(said.status.code(), Some(1));
    let xml = std::fs::read(folder.path().join("galat.xml")).expect("a report");
    let junit = junit_parser::from_reader(xml.as_slice()).expect("JUnit XML");
    assert_eq!((junit.tests, junit.failures), (12, 2));
    assert!(without_galat(&folder, summary).status.success());
    let summary = std::fs::read_to_string(folder.path().join("summary.md")).expect("a report");
    assert!(summary.starts_with("# 1 scenario: 1 failed\n"), "{summary}");
}
