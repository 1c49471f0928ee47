//! What the documents and `--help` tell people to type: it runs as it stands, or stands here with the reason why not.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use clap::CommandFactory;
use galat::cli::Cli;
use galat::cli::Command as Asked;
use regex::Regex;
use serde_json::Value;
use tempfile::TempDir;

use super::house::{House, fixtures, galat, run_in};
use super::readme::{PIPELINE, SECTION, blocks_in, blocks_of, files, program, words};
use super::shop::put;

/// What is not run as it stands, and why.
const NOT_RUN: &[(&str, &str)] = &[
    ("cargo run --release", "a build of minutes; `galat` is run"),
    ("cargo test", "it is what runs this"),
    ("cargo install --locked --path .", "a build of minutes"),
    ("cargo install cargo-fuzz", "a tool of others"),
    (".ci/run", "it runs this"),
    (
        "apt-get install curl chromium libnss3-tools",
        "it changes the machine; `.ci/run` does it",
    ),
    (
        "galat serve --host 0.0.0.0",
        "tests listen on this machine alone",
    ),
    (
        "curl --cacert ~/.local/share/galat/tls/ca.pem https://localhost:4010/api/dokter",
        "its port may be another's; the test of copied commands runs one on a free port",
    ),
    (
        "curl --http2-prior-knowledge",
        "an option; the tests of HTTP/2 speak so",
    ),
    (
        "docker build -t galat .",
        "no test needs a container engine",
    ),
];

/// What is run a little otherwise, since a port may be taken.
const OTHERWISE: &[(&str, &str)] = &[("galat serve --port 8081 shop", "galat serve --port 0 shop")];

/// Where the documents' commands run: every API, the README's shop and scenario, a client, and a galat to ask.
struct Stage {
    house: House,
    bin: TempDir,
    home: TempDir,
    /// What ends when the galat does.
    followers: Vec<(String, Child)>,
    ran: BTreeSet<String>,
}

/// A certificate of one's own, and its key.
fn certificate(folder: &Path) {
    let key = rcgen::KeyPair::generate().expect("a key");
    let params = rcgen::CertificateParams::new(["localhost".to_owned()]).expect("a name");
    let certificate = params.self_signed(&key).expect("a certificate");
    put(folder, "cert.pem", &certificate.pem());
    put(folder, "key.pem", &key.serialize_pem());
}

impl Stage {
    fn new() -> Stage {
        let folder = tempfile::tempdir().expect("a folder");
        for words in [
            &["init"][..],
            &["init", "my-apis"],
            &["init", "--new", "shop"],
        ] {
            assert_eq!(run_in(folder.path(), words).code, 0, "{words:?}");
        }
        let scenario = blocks_of(PIPELINE).into_iter();
        for block in scenario.filter(|block| block.language == "jsonc") {
            put(folder.path(), &block.file.expect("a file"), &block.text);
        }
        let waits = r#"{ "apis": ["shop"], "steps": [{ "wait": { "exit": "1m" } }] }"#;
        put(folder.path(), "my-scenario.json", waits);
        // The calls of a receiver's own are there while there is one.
        let csku = fixtures(&folder).join("csku/api.json");
        let api = std::fs::read_to_string(&csku).expect("a definition");
        let receiver = Regex::new(r#""webhook_url": "[^"]*""#).expect("a pattern");
        let api = receiver.replace(&api, r#""webhook_url": "http://127.0.0.1:9/""#);
        std::fs::write(&csku, api.as_bytes()).expect("it is written");
        certificate(folder.path());
        let (bin, home) = (tempfile::tempdir(), tempfile::tempdir());
        let (bin, home) = (bin.expect("a folder"), home.expect("a folder"));
        program(&bin, "npm", "#!/bin/sh\nexit 0\n");
        program(&bin, "man", "#!/bin/sh\nexec cat > /dev/null\n");
        let built = env!("CARGO_BIN_EXE_galat");
        std::os::unix::fs::symlink(built, bin.path().join("bin/galat")).expect("a link");
        for place in [
            ".local/share/bash-completion/completions",
            ".zfunc",
            ".config/fish/completions",
        ] {
            std::fs::create_dir_all(home.path().join(place)).expect("a folder");
        }
        Stage {
            house: House::of(folder, &[]),
            bin,
            home,
            followers: Vec::new(),
            ran: BTreeSet::new(),
        }
    }

    /// A line as a shell runs it, in a folder.
    fn shell(&self, line: &str, folder: &Path) -> Command {
        let mut shell = Command::new("sh");
        let usual = std::env::var("PATH").unwrap_or_default();
        let own = self.bin.path().join("bin");
        // Without the settings of whoever runs the tests.
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("GALAT_") {
                shell.env_remove(name);
            }
        }
        shell
            .args(["-c", line])
            .current_dir(folder)
            .env("PATH", format!("{}:{usual}", own.display()))
            .env("HOME", self.home.path())
            .env_remove("XDG_DATA_HOME")
            .stdin(Stdio::null());
        shell
    }

    fn folder(&self) -> std::path::PathBuf {
        let fixtures = self.house.fixtures();
        fixtures.parent().expect("a folder").to_owned()
    }

    /// Runs a line, and holds it to a good end.
    fn run(&mut self, line: &str) {
        let asked = asked(line);
        let control = format!("http://127.0.0.1:{}", self.house.control_port());
        match asked {
            Some(Asked::Serve(_)) => self.serves(line),
            Some(Asked::Journal(journal)) if journal.follow => {
                let mut shell = self.shell(&format!("exec {line}"), &self.folder());
                let shell = shell.env("GALAT_CONTROL", control);
                let quiet = shell.stdout(Stdio::null()).stderr(Stdio::null());
                let follower = quiet.spawn().expect("a shell");
                self.followers.push((line.to_owned(), follower));
            }
            Some(Asked::Init(_)) => {
                let nowhere = tempfile::tempdir().expect("a folder");
                let run = self.shell(line, nowhere.path()).output();
                well(line, &run.expect("a shell"));
            }
            _ => {
                // What lies on the ports of the documents lies on others here.
                let csku = format!("http://127.0.0.1:{}", self.house.port("csku"));
                let here = line
                    .replace("http://127.0.0.1:4014", &csku)
                    .replace("http://127.0.0.1:4009", &control);
                let mut shell = self.shell(&here, &self.folder());
                let run = shell.env("GALAT_CONTROL", control).output();
                well(line, &run.expect("a shell"));
            }
        }
        self.ran.insert(line.to_owned());
    }

    /// Starts what serves, until it says where.
    fn serves(&self, line: &str) {
        let mut shell = self.shell(&format!("exec {line}"), &self.folder());
        let mut child = shell
            .env("GALAT_HEADLESS", "true")
            .env("GALAT_LOG", "json")
            .env("GALAT_PORT", "0")
            .env("GALAT_CONTROL", "127.0.0.1:0")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("a shell");
        let mut first = String::new();
        let mut lines = BufReader::new(child.stdout.take().expect("a pipe"));
        lines.read_line(&mut first).expect("a line");
        let _ = child.kill();
        let said = child.wait_with_output().expect("it ends");
        let ready: Value = serde_json::from_str(&first).unwrap_or_default();
        let errors = String::from_utf8_lossy(&said.stderr);
        assert_eq!(ready["event"], "ready", "{line}: {first}{errors}");
    }

    /// Runs each of them that is to be run.
    fn run_all(&mut self, lines: &BTreeSet<String>, ordered: &[String]) {
        for line in ordered.iter().filter(|line| lines.contains(*line)) {
            let otherwise = OTHERWISE.iter().find(|(said, _)| said == line);
            self.run(otherwise.map_or(line, |(_, instead)| instead));
        }
    }

    /// The galat ends, and with it those that follow it.
    fn over(mut self) {
        self.house.signal("TERM");
        self.house.ended();
        for (line, mut follower) in self.followers {
            let ended = follower.wait().expect("it ends");
            assert!(ended.success(), "{line}: {ended}");
        }
    }
}

#[track_caller]
fn well(line: &str, run: &Output) {
    let (out, err) = (
        String::from_utf8_lossy(&run.stdout),
        String::from_utf8_lossy(&run.stderr),
    );
    let required = std::env::var_os("GALAT_PEERS").is_some_and(|word| word == "required");
    if run.status.code() == Some(127) && line.starts_with("curl ") && !required {
        // Past the capture of the tests' words, so that nobody takes this for a proof.
        let _ = writeln!(
            std::io::stderr(),
            "NOT PROVED, there is no curl here: {line}"
        );
        return;
    }
    assert!(run.status.success(), "{line}: {}\n{out}{err}", run.status);
}

/// What a command of galat's asks for, if it is one and whole.
fn asked(line: &str) -> Option<Asked> {
    let own = line.split([';', '|', '>', '&']).next()?;
    let words = words(own);
    if words.first().is_none_or(|word| word != "galat") {
        return None;
    }
    let read = Cli::read(words.into_iter().map(Into::into));
    read.ok().map(|cli| cli.command)
}

/// Commands of a text: the lines of its blocks of shell, and what stands in the line between backticks.
fn told(text: &str) -> Vec<String> {
    let fences = Regex::new(r"(?ms)^```.*?^```$").expect("a pattern");
    let inline = Regex::new(r"`((?:galat|cargo|curl|apt-get|docker|\.ci/run)(?:\s[^`]*)?)`")
        .expect("a pattern");
    let indented = Regex::new(r"(?m)^ {4}((?:galat|cargo) .*)$").expect("a pattern");
    let blocks = blocks_in(text).into_iter();
    let shell = blocks.filter(|block| block.language == "sh");
    let mut told: Vec<String> = shell.flat_map(|block| lines(&block.text)).collect();
    let prose = fences.replace_all(text, "");
    told.extend(inline.captures_iter(&prose).map(|found| {
        let words: Vec<&str> = found[1].split_whitespace().collect();
        words.join(" ").replace("\\|", "|")
    }));
    told.extend(
        indented
            .captures_iter(&prose)
            .flat_map(|found| lines(&found[1])),
    );
    told.retain(|line| line != "galat"); // the program's name
    told
}

/// Lines of shell, without what is said beside them.
fn lines(text: &str) -> Vec<String> {
    let joined = text.replace("\\\n", " ");
    let lines = joined.lines().map(|line| match line.find("  #") {
        Some(at) => line[..at].trim_end().to_owned(),
        None => line.split_whitespace().collect::<Vec<_>>().join(" "),
    });
    lines.collect()
}

/// Whether it says how a command is written, and not one.
fn is_pattern(line: &str) -> bool {
    line.starts_with("galat ")
        && (line.contains(['[', '…', '|']) && !line.contains(" | ") || asked(line).is_none())
}

/// Holds such a pattern to the command line: its command is there, and so are its options.
fn check_pattern(line: &str) {
    let mut command = Cli::command();
    let mut words = line.split(' ').skip(1).peekable();
    while let Some(word) = words.peek() {
        let word = word.trim_matches(['[', ']']);
        let Some(inner) = command.find_subcommand(word) else {
            break;
        };
        command = inner.clone();
        words.next();
    }
    assert_ne!(command.get_name(), "galat", "`{line}` is no command");
    let option = Regex::new(r"--([a-z-]+)").expect("a pattern");
    let own = line.split(" -- ").next().unwrap_or_default();
    for found in option.captures_iter(own) {
        let known = command
            .get_arguments()
            .any(|known| known.get_long() == Some(&found[1]));
        assert!(known, "`{line}`: there is no --{}", &found[1]);
    }
}

/// Holds a command of cargo to what is there: tests, benchmarks, fuzz targets, profiles.
fn check_cargo(line: &str) {
    let read = |file: &str| std::fs::read_to_string(file).expect("a file");
    let (manifest, fuzz, main) = (
        read("Cargo.toml"),
        read("fuzz/Cargo.toml"),
        read("tests/main.rs"),
    );
    let lib = galat_modules();
    let named = |text: &str, name: &str| text.contains(&format!("name = \"{name}\""));
    let words: Vec<&str> = line
        .split(" -- ")
        .next()
        .unwrap_or_default()
        .split(' ')
        .collect();
    let mut known = 0;
    for pair in words.windows(2) {
        let there = match pair {
            ["--test" | "--bench", name] => named(&manifest, name),
            ["run", name] if line.contains(" fuzz ") => named(&fuzz, name),
            ["--profile", name] => manifest.contains(&format!("[profile.{name}]")),
            ["test", filter] if !filter.starts_with('-') => {
                main.contains(&format!("mod {filter};")) || lib.contains(*filter)
            }
            _ => continue,
        };
        assert!(there, "`{line}`: there is no {pair:?}");
        known += 1;
    }
    assert!(
        known > 0,
        "`{line}` is neither checked nor named in NOT_RUN"
    );
}

/// The rooms of the house.
fn galat_modules() -> BTreeSet<String> {
    let lib = std::fs::read_to_string("src/lib.rs").expect("a file");
    let room = Regex::new(r"(?m)^pub mod (\w+);").expect("a pattern");
    room.captures_iter(&lib)
        .map(|found| found[1].to_owned())
        .collect()
}

/// Every command of the documents that no other test runs.
fn documented() -> Vec<String> {
    let mut readme = std::fs::read_to_string("README.md").expect("a README");
    for section in [SECTION, PIPELINE] {
        for block in blocks_of(section)
            .iter()
            .filter(|block| block.language == "sh")
        {
            readme = readme.replacen(&format!("```sh\n{}```", block.text), "", 1);
        }
    }
    let mut told = told(&readme);
    for file in ["benches/README.md", "CHANGELOG.md"] {
        told.extend(self::told(
            &std::fs::read_to_string(file).expect("a document"),
        ));
    }
    let dockerfile = std::fs::read_to_string("Dockerfile").expect("a file");
    let first = dockerfile
        .lines()
        .find_map(|line| line.strip_prefix("#   docker build"));
    told.extend(first.map(|rest| format!("docker build{rest}")));
    told
}

#[test]
fn every_command_of_the_documents_runs() {
    let told = documented();
    assert!(told.len() > 50, "{told:?}");
    let not_run = |line: &str| NOT_RUN.iter().any(|(named, _)| *named == line);
    let mut to_run = BTreeSet::new();
    for line in told.iter().filter(|line| !not_run(line)) {
        if is_pattern(line) {
            check_pattern(line);
        } else if line.starts_with("cargo ") {
            check_cargo(line);
        } else {
            to_run.insert(line.clone());
        }
    }
    let mut stage = Stage::new();
    stage.run_all(&to_run, &told);
    assert!(stage.ran.len() >= 30, "{:?}", stage.ran);
    stage.over();
}

/// Each command of the command line, with the examples of its help.
fn examples(command: &clap::Command, path: &str, found: &mut Vec<(String, Vec<String>)>) {
    let help = command.get_after_help().map(ToString::to_string);
    let (_, told) = help
        .as_deref()
        .unwrap_or_default()
        .split_once("Example")
        .unwrap_or_default();
    let told = told.split("\n\n").next().unwrap_or_default().lines();
    let own = told.filter_map(|line| line.strip_prefix("  galat"));
    let own = own.map(|rest| {
        let beside = rest.find("   ").unwrap_or(rest.len());
        format!("galat{}", &rest[..beside])
    });
    found.push((path.to_owned(), own.collect()));
    for inner in command.get_subcommands() {
        examples(inner, &format!("{path} {}", inner.get_name()), found);
    }
}

#[test]
fn every_command_has_examples_in_its_help_and_they_run() {
    let mut found = Vec::new();
    examples(&Cli::command(), "galat", &mut found);
    assert!(found.len() > 15, "{found:?}");
    let mut stage = Stage::new();
    for (command, examples) in found {
        assert!(!examples.is_empty(), "`{command} --help` has no example");
        for line in &examples {
            assert!(
                asked(line).is_some(),
                "`{command} --help`: `{line}` is wrong"
            );
        }
        let not_run = |line: &str| NOT_RUN.iter().any(|(named, _)| *named == line);
        let to_run = examples
            .iter()
            .filter(|line| !not_run(line))
            .cloned()
            .collect();
        stage.run_all(&to_run, &examples);
    }
    stage.over();
}

#[test]
fn what_is_named_as_not_run_is_told_somewhere() {
    let mut found = Vec::new();
    examples(&Cli::command(), "galat", &mut found);
    let of_help = found.into_iter().flat_map(|(_, examples)| examples);
    let told: BTreeSet<String> = documented().into_iter().chain(of_help).collect();
    let named = NOT_RUN.iter().chain(OTHERWISE);
    for (line, _) in named {
        assert!(told.contains(*line), "nobody is told `{line}`");
    }
}

/// The pieces of definitions and scenarios that the README shows are good where they belong.
#[test]
fn the_pieces_of_the_format_that_are_shown_have_no_problem() {
    let folder = tempfile::tempdir().expect("a folder");
    for (file, text) in files() {
        if file != "fixtures/shop/routes/items.json" {
            put(folder.path(), &file, &text);
        }
    }
    let readme = std::fs::read_to_string("README.md").expect("a README");
    let pieces = blocks_in(&readme).into_iter();
    let pieces = pieces.filter(|block| block.language == "jsonc" && block.file.is_none());
    let between = Regex::new(r"(?m)^\}\n\x22").expect("a pattern");
    let mut shown = 0;
    let (mut routes, mut errors, mut hooks) = (String::new(), String::new(), String::new());
    for block in pieces {
        shown += 1;
        if block.text.starts_with('{') {
            let scenario = block.text.replace("internal-server-error", "server-error");
            put(
                folder.path(),
                "scenarios/shown.json",
                &scenario.replace("/orders", "/items"),
            );
            continue;
        }
        for piece in between.replace_all(&block.text, "}\n\n\x22").split("\n\n") {
            let piece = piece.trim_end().trim_end_matches(',');
            let place = match piece {
                piece if piece.starts_with("\"hooks\"") => &mut hooks,
                piece if piece.contains("\"status\"") => &mut errors,
                _ => &mut routes,
            };
            *place += &format!("{piece},\n");
        }
    }
    assert!(shown >= 4 && !routes.is_empty() && !errors.is_empty() && !hooks.is_empty());
    put(
        folder.path(),
        "fixtures/shop/routes/shown.json",
        &format!("{{\n{}\n}}", routes.trim_end().trim_end_matches(',')),
    );
    let more = |file: &str, piece: &str| {
        let path = folder.path().join(file);
        let whole = std::fs::read_to_string(&path).expect("a file");
        let (head, _) = whole.rsplit_once('}').expect("an object");
        let (head, piece) = (head.trim_end(), piece.trim_end().trim_end_matches(','));
        std::fs::write(path, format!("{head},\n{piece}\n}}\n")).expect("it is written");
    };
    more("fixtures/shop/errors.json", &errors);
    let settings = r#""settings": { "receiver": "", "secret": "" }"#;
    more("fixtures/shop/api.json", &format!("{hooks}{settings}"));
    let check = galat(&["check"]).current_dir(folder.path()).output();
    let check = check.expect("it runs");
    let said = String::from_utf8_lossy(&check.stdout);
    assert_eq!(said, "1 API and 1 scenario checked: no problem\n");
}

/// Keys of objects, in their order, of what is shown and so must be in what is real.
#[track_caller]
fn is_within(shown: &Value, real: &Value) {
    match (shown, real) {
        (Value::Object(shown), Value::Object(real)) => {
            let keys: Vec<&String> = real.keys().filter(|key| shown.contains_key(*key)).collect();
            assert_eq!(keys, shown.keys().collect::<Vec<_>>());
            for (key, value) in shown {
                is_within(value, &real[key]);
            }
        }
        (Value::Array(shown), Value::Array(real)) => is_within(&shown[0], &real[0]),
        _ => assert_eq!(
            std::mem::discriminant(shown),
            std::mem::discriminant(real),
            "{shown} {real}"
        ),
    }
}

/// The line of a report card: its mark, its rule, its verdict.
fn is_of_a_card(line: &str) -> bool {
    let words: Vec<&str> = line.split_whitespace().collect();
    let [mark, rule, verdict, ..] = words.as_slice() else {
        return false;
    };
    let rules = galat::contract::card::Rule::ALL;
    let known = rules.iter().any(|known| known.to_string() == *rule);
    known && matches!((*mark, *verdict), ("✓", "passed") | ("✗", "failed"))
}

/// What is no command is held to what is real as well; a block of a new kind needs a test of its own.
#[test]
fn every_other_block_of_the_readme_is_true() {
    let readme = std::fs::read_to_string("README.md").expect("a README");
    let shows =
        |section: &str, text: &str| blocks_of(section).iter().any(|block| block.text == text);
    for block in blocks_in(&readme) {
        let text = &block.text;
        let held = match block.language.as_str() {
            "sh" | "jsonc" => true, // by the tests above
            "http" => shows(SECTION, text),
            "yaml" => shows(PIPELINE, text),
            "json" => {
                let house = House::new(&["telemedicine"]);
                is_within(&serde_json::from_str(text).expect("JSON"), &house.ready);
                true
            }
            "text" if text.starts_with("fixtures/") => {
                let folder = tempfile::tempdir().expect("a folder");
                assert_eq!(run_in(folder.path(), &["init", "--new", "shop"]).code, 0);
                let places = text
                    .lines()
                    .filter_map(|line| line.split([' ', '*', ',']).next());
                places
                    .take(4)
                    .all(|place| folder.path().join(place).exists())
            }
            "text" if text.contains("shown by") => {
                let mut lines = text.lines().filter(|line| !line.starts_with(' '));
                lines.all(is_of_a_card)
            }
            "text" => shows(PIPELINE, text),
            _ => false,
        };
        assert!(held, "nothing proves this block:\n{text}");
    }
}
