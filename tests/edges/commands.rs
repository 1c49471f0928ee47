//! Commands that end by themselves: what they print, and with which code they end.

use std::fs;
use std::io::Write;

use serde_json::Value;

use super::house::{fixtures, run, run_in};
use super::shop::{self, put};

/// What `check` says of a folder.
#[track_caller]
fn check(folder: &std::path::Path) -> (i32, String) {
    let said = run(&["check", folder.to_str().expect("UTF-8")]);
    assert_eq!(said.err, "");
    (said.code, said.out)
}

#[test]
fn check_finds_nothing_in_good_definitions() {
    let folder = shop::folder();
    assert_eq!(
        check(&fixtures(&folder)),
        (0, "1 API checked: no problem\n".to_owned())
    );
    assert_eq!(
        check(&fixtures(&folder).join("shop")).0,
        0,
        "one API's folder will do"
    );
    let built_in = run(&["check"]);
    assert_eq!(built_in.code, 0, "{}", built_in.out);
}

#[test]
fn check_says_what_is_wrong_with_a_folder_that_is_none() {
    let folder = tempfile::tempdir().expect("a folder");
    let (code, said) = check(folder.path());
    assert_eq!(
        (code, said.contains("there is no API in this folder")),
        (1, true),
        "{said}"
    );
    put(folder.path(), "file", "");
    let (code, said) = check(&folder.path().join("file"));
    assert_eq!(
        (code, said.contains("this is a file, not a folder")),
        (1, true),
        "{said}"
    );
    let (code, said) = check(&folder.path().join("absent"));
    assert_eq!(
        (code, said.contains("it does not exist")),
        (1, true),
        "{said}"
    );
}

#[cfg(unix)]
#[test]
fn check_says_which_folder_may_not_be_read() {
    use std::os::unix::fs::PermissionsExt;
    let folder = shop::folder();
    let closed = fixtures(&folder).join("shop/routes");
    let mode =
        |mode| fs::set_permissions(&closed, fs::Permissions::from_mode(mode)).expect("a mode");
    mode(0o000);
    let root = fs::read_dir(&closed).is_ok(); // root may read everything
    let (code, said) = check(&fixtures(&folder));
    mode(0o755);
    if !root {
        assert_eq!(
            (code, said.contains("permission denied")),
            (1, true),
            "{said}"
        );
    }
}

#[test]
fn check_finds_every_kind_of_mistake_at_once() {
    let folder = shop::folder();
    let own = fixtures(&folder).join("shop");
    put(
        &own,
        "api.json",
        &shop::API.replace("\"title\"", "\"titel\": \"x\", \"title\""),
    );
    put(
        &own,
        "errors.json",
        &shop::ERRORS.replace("\"status\": 415,", "\"status\": \"415\","),
    );
    put(
        &own,
        "routes/a.json",
        r#"{ "GET /hello": {}, "GET /x": { "answer": "@bodies/none.json" } "#,
    );
    put(
        &own,
        "routes/b.json",
        r#"{ "GET /hello": { "answer": {} }, "GET /y": { "checks": [{ "when": "1 +", "error": "no-such" }], "answer": { "a": "{{ nowhere }}" } },
            "GET /z": { "list": "itmes" }, "PUT /z": { "body": { "schema": { "type": "objekt" } }, "answer": {} }, "GET /w": { "auth": "baerer", "limit": "fast", "answer": {} } }"#,
    );
    put(&own, "routes/c.json", "");
    fs::write(own.join("routes/d.json"), b"\xff\xfe{").expect("it is written");
    let (code, said) = check(&fixtures(&folder));
    assert_eq!(code, 1);
    for part in [
        "api.json:2:",
        "titel",
        "errors.json:7:",
        "routes/a.json:1:",
        "routes/b.json:",
        "routes/c.json",
        "routes/d.json",
    ] {
        assert!(said.contains(part), "{part} in:\n{said}");
    }
    let all = run(&[
        "check",
        fixtures(&folder).to_str().expect("UTF-8"),
        "--json",
    ]);
    let all: Value = serde_json::from_str(&all.out).expect("JSON");
    for problem in all["problems"].as_array().expect("problems") {
        assert!(
            problem["file"].is_string() && problem["what"].is_string(),
            "{problem}"
        );
    }
}

#[test]
fn check_finds_the_mistakes_of_one_file_together() {
    let folder = shop::folder();
    let own = fixtures(&folder).join("shop");
    put(
        &own,
        "routes/b.json",
        r#"{
  "GET /hello": { "answer": {} },
  "GET /y": { "checks": [{ "when": "1 +", "error": "crash" }], "answer": {} },
  "GET /q": { "checks": [{ "when": "true", "error": "crahs" }], "answer": {} },
  "GET /x": { "answer": "@bodies/pge.json" },
  "GET /z": { "list": "itmes" },
  "PUT /z": { "body": { "schema": { "type": "objekt" } }, "answer": {} },
  "GET /w": { "limit": "slwo", "answer": {} },
  "GET /v": { "anwser": {} }
}"#,
    );
    let (code, said) = check(&fixtures(&folder));
    assert_eq!(code, 1);
    assert!(said.contains("`GET /hello` is defined twice"), "{said}");
    for line in 3..=9 {
        assert!(
            said.contains(&format!("routes/b.json:{line}:")),
            "line {line} in:\n{said}"
        );
    }
    for near in ["`crash`", "`items`", "`slow`", "`answer`", "page.json"] {
        assert!(said.contains(near), "{near} in:\n{said}");
    }
}

#[test]
fn init_writes_definitions_that_can_be_served_and_overwrites_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let said = run_in(folder.path(), &["init"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    assert_eq!(run_in(folder.path(), &["check"]).code, 0);
    let house = super::house::House::of(folder, &[]);
    assert!(!house.ready["apis"].as_array().expect("apis").is_empty());
    let place = house.fixtures();
    let listed: Value = serde_json::from_str(&run(&["list", "apis", "--json"]).out).expect("JSON");
    let api = listed[0]["name"].as_str().expect("a name");
    let file = place.join(api).join("api.json");
    fs::write(&file, "mine").expect("it is written");
    let again = run(&["init", place.to_str().expect("UTF-8")]);
    assert_eq!(
        (again.code, again.err.contains("nothing was written")),
        (2, true),
        "{}",
        again.err
    );
    assert_eq!(fs::read_to_string(&file).expect("it is there"), "mine");
}

#[test]
fn init_gives_each_new_api_a_title_and_a_port_of_its_own_and_spares_what_is_there() {
    let folder = tempfile::tempdir().expect("a folder");
    let said = |words: &[&str]| run_in(folder.path(), &[&["init", "--new"], words].concat());
    for name in ["shop", "second-shop", "x"] {
        assert_eq!((said(&[name]).code, said(&[name]).code), (0, 2), "{name}");
    }
    let other = said(&["far", "elsewhere"]).out;
    assert!(
        other.contains("galat check elsewhere") && other.contains("galat --fixtures elsewhere far"),
        "{other}"
    );
    let listed = run_in(folder.path(), &["list", "apis", "--json"]).out;
    let listed: Value = serde_json::from_str(&listed).expect("JSON");
    let of = |key: &str| {
        let apis = listed.as_array().expect("APIs").iter();
        apis.map(|api| api[key].to_string())
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(of("name"), r#""second-shop" "shop" "x""#);
    assert_eq!(of("title"), r#""Second shop" "Shop" "X""#);
    assert_eq!(of("port"), "4021 4020 4022");
    let beside = run_in(folder.path(), &["init"]);
    assert_eq!(
        (beside.code, beside.err.as_str()),
        (0, ""),
        "the built-in ones fit beside"
    );
    for (name, why) in [
        ("shop", "is there already and nothing was written"),
        ("My Shop", "cannot be the name of an API"),
        ("-x", "unexpected argument"),
        ("../x", "cannot be the name of an API"),
        ("check", "is a command of galat"),
    ] {
        let said = said(&[name]);
        assert_eq!(
            (said.code, said.err.contains(why)),
            (2, true),
            "{name}: {}",
            said.err
        );
    }
}

#[test]
fn lists_are_for_people_and_as_json_for_programs() {
    for what in ["apis", "routes", "errors", "faults"] {
        let shown = run(&["list", what]);
        assert_eq!((shown.code, shown.err.as_str()), (0, ""));
        let rows: Value = serde_json::from_str(&run(&["list", what, "--json"]).out).expect("JSON");
        assert_eq!(
            rows.as_array().map(Vec::len),
            Some(shown.out.lines().count()),
            "{what}"
        );
    }
    let near = run(&["list", "errors", "telemedicin"]);
    assert_eq!(
        (near.code, near.err.contains("did you mean `telemedicine`")),
        (2, true),
        "{}",
        near.err
    );
}

#[test]
fn schemas_and_completions_are_printed() {
    for kind in ["api", "errors", "routes", "collection"] {
        let schema: Value = serde_json::from_str(&run(&["schema", kind]).out).expect("JSON");
        assert!(
            schema["$schema"].is_string() && schema["properties"].is_object(),
            "{kind}"
        );
    }
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let said = run(&["completions", shell]);
        assert_eq!((said.code, said.err.as_str()), (0, ""), "{shell}");
        for word in ["galat", "fault", "advance", "journal", "follow", "reset"] {
            assert!(said.out.contains(word), "{shell} completes {word}");
        }
    }
}

/// What each shell is asked, and what it says when it has taken the script in.
const SHELLS: [(&str, &[&str], &str); 3] = [
    (
        "bash",
        &["-c", "source \"$0\" && complete -p galat"],
        "_galat",
    ),
    (
        "zsh",
        &[
            "-fc",
            "autoload -U compinit && compinit -D -u && source \"$0\" && print $_comps[galat]",
        ],
        "_galat",
    ),
    (
        "fish",
        &[
            "--no-config",
            "-c",
            "source $argv[1]; and complete -C 'galat faul'",
        ],
        "fault",
    ),
];

#[cfg(unix)]
#[test]
fn the_completions_are_taken_in_by_their_shells() {
    let folder = tempfile::tempdir().expect("a folder");
    for (shell, asks, says) in SHELLS {
        put(folder.path(), shell, &run(&["completions", shell]).out);
        let mut command = std::process::Command::new(shell);
        let asked = command.args(asks).arg(folder.path().join(shell)).output();
        let Ok(asked) = asked else {
            // Past the capture of the tests' words, so that nobody takes this for a proof.
            let _ = writeln!(std::io::stderr(), "NOT PROVED, there is no {shell} here");
            continue;
        };
        let (out, err) = (
            String::from_utf8_lossy(&asked.stdout),
            String::from_utf8_lossy(&asked.stderr),
        );
        assert!(out.contains(says) && err.is_empty(), "{shell}: {out}{err}");
    }
}

#[test]
fn every_command_has_a_manual_page_that_names_its_options() {
    let folder = tempfile::tempdir().expect("a folder");
    let pages = folder.path().join("man1");
    let said = run(&["man", pages.to_str().expect("UTF-8")]);
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    for command in galat::cli::COMMANDS
        .iter()
        .filter(|command| **command != "help")
    {
        let page = fs::read_to_string(pages.join(format!("galat-{command}.1"))).expect(command);
        let page = page.replace(r"\-", "-");
        let help = run(&[command, "--help"]).out;
        let options = help.split_whitespace().filter_map(|word| {
            let option = word.trim_end_matches([',', '.', ';']);
            let name = option.strip_prefix("--")?;
            name.chars()
                .all(|letter| letter == '-' || letter.is_ascii_lowercase())
                .then_some(option)
        });
        for option in options.filter(|option| *option != "--") {
            assert!(page.contains(option), "galat-{command}.1 lacks {option}");
        }
    }
    let main = run(&["man"]);
    assert_eq!((main.code, main.err.as_str()), (0, ""));
    assert!(main.out.contains(".TH galat 1"), "{}", main.out);
}

#[test]
fn manual_pages_that_cannot_be_written_are_one_sentence() {
    let folder = tempfile::tempdir().expect("a folder");
    put(folder.path(), "file", "");
    let file = folder.path().join("file");
    let said = run(&["man", file.to_str().expect("UTF-8")]);
    assert_eq!((said.code, said.out.as_str()), (2, ""));
    assert!(
        said.err.starts_with("galat: cannot write manual pages to "),
        "{}",
        said.err
    );
}

#[test]
fn help_has_examples_and_the_exit_codes() {
    let help = run(&["--help"]);
    assert_eq!(help.code, 0);
    assert!(
        help.out.contains("Examples:") && help.out.contains("Exit codes:"),
        "{}",
        help.out
    );
    for command in galat::cli::COMMANDS
        .iter()
        .filter(|command| **command != "help")
    {
        let said = run(&[command, "--help"]);
        assert_eq!(
            (said.code, said.out.contains("Example")),
            (0, true),
            "{command}: {}",
            said.out
        );
    }
    let wrong = run(&["list", "everything"]);
    assert_eq!((wrong.code, wrong.out.as_str()), (2, ""));
}
