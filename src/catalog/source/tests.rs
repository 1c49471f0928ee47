use super::*;
use crate::catalog::cases;

/// The problems of a text, as shown.
fn shown(text: &str) -> String {
    match Source::parse("a.json", text.as_bytes()) {
        Ok(source) => source.json().to_string(),
        Err(problems) => problems
            .iter()
            .map(Problem::to_string)
            .collect::<Vec<_>>()
            .join("\n"),
    }
}

/// The source of a text that is good.
fn good(text: &str) -> Source {
    Source::parse("a.json", text.as_bytes()).expect("a good text")
}

/// The place of a problem, and the characters above its carets.
fn marked(problem: &Problem) -> (u32, u32, String) {
    let excerpt = problem.excerpt.as_ref().expect("an excerpt");
    let mark = excerpt
        .line
        .chars()
        .skip(excerpt.caret as usize)
        .take(excerpt.width as usize);
    (problem.line, problem.column, mark.collect())
}

#[test]
fn what_is_no_json_is_explained_where_it_can_be_repaired() {
    cases::check(include_str!("tests/broken.txt"), shown);
}

#[test]
fn what_is_json_but_surprising_is_reported_with_all_its_brothers() {
    cases::check(include_str!("tests/refused.txt"), shown);
}

#[test]
fn comments_trailing_commas_and_a_byte_order_mark_are_read() {
    let text = "\u{feff}// x\n{\"b\": [1, 2.50,], /* y */ \"a\": {\"ü\": null,},}\n// z";
    assert_eq!(shown(text), r#"{"b":[1,2.5],"a":{"ü":null}}"#);
    assert_eq!(
        marked(&good("\u{feff}[1]").at("/0", "")),
        (1, 2, "1".into())
    );
}

#[test]
fn whole_numbers_stay_whole() {
    let text = "[0, -9223372036854775808, 18446744073709551615, 1.0, 1e2]";
    assert_eq!(
        shown(text),
        "[0,-9223372036854775808,18446744073709551615,1.0,100.0]"
    );
    assert_eq!(good(text).json()[2].as_u64(), Some(u64::MAX));
}

#[test]
fn a_file_without_a_value_is_a_problem_of_the_whole_file() {
    let cases = [
        ("", "a.json: the file is empty"),
        (" \r\n", "a.json: the file is empty"),
        ("\u{feff}", "a.json: the file is empty"),
        ("// {}", "a.json: the file holds nothing but comments"),
    ];
    for (text, said) in cases {
        assert_eq!(shown(text).lines().next(), Some(said), "{text:?}");
    }
}

#[test]
fn bytes_that_are_no_utf8_are_shown_where_they_stand() {
    let problems = Source::parse("a.json", b"{\n \"\xc3\xa9\": \"\xff\"}").expect_err("no UTF-8");
    assert_eq!(marked(&problems[0]), (2, 8, "\u{fffd}".into()));
    let problems = Source::parse("a.json", b"\xff\xfe{\0}\0").expect_err("no UTF-8");
    assert_eq!(
        problems[0].to_string(),
        "a.json: the file is UTF-16\n      = hint: save it as UTF-8"
    );
}

#[test]
fn control_characters_and_foreign_line_ends_keep_their_places() {
    let cases = [
        ("{\r\n\t\"a\": tru\r\n}", (2, 7, "tru")),
        ("{\r\r\"a\": tru}", (3, 6, "tru")),
        ("{\"a\": \"x\r\n\"}", (1, 7, "\"x")),
        ("{\"a\": \"x\ty\"}", (1, 9, "    ")),
        ("{\"a\": \"x\u{1b}y\"}", (1, 9, "\u{fffd}")),
    ];
    for (text, (line, column, mark)) in cases {
        let problems = Source::parse("a.json", text.as_bytes()).expect_err("a broken text");
        assert_eq!(
            marked(&problems[0]),
            (line, column, mark.into()),
            "{text:?}"
        );
    }
}

#[test]
fn brackets_beyond_the_limit_are_refused_at_the_first_too_many() {
    let cases = [
        ("[".repeat(10_000), 129),
        ("{\"a\":".repeat(10_000), 128 * 5 + 1),
        ("[".repeat(129) + &"]".repeat(129), 129),
        ("{\"a\":".repeat(129) + "1" + &"}".repeat(129), 128 * 5 + 1),
    ];
    for (text, column) in cases {
        let problems = Source::parse("a.json", text.as_bytes()).expect_err("too deep");
        assert_eq!(problems[0].what, "the brackets are nested too deeply");
        assert_eq!(problems[0].column, column);
    }
    let allowed = "[".repeat(128) + &"]".repeat(128);
    assert!(Source::parse("a.json", allowed.as_bytes()).is_ok());
}

const SAMPLE: &str = "// Ä\n{\r\n\t\"na\\u00efve\\ud83d\\ude00\": [1, -2.5e3, true, null], /* 日本 */\n  \"b\": {\"c\": \"\\\\ \\n ü\", \"d\": [],},\n}\n";

#[test]
fn a_text_cut_anywhere_or_with_any_byte_replaced_never_panics() {
    for end in 0..SAMPLE.len() {
        let cut = &SAMPLE.as_bytes()[..end];
        let problems =
            Source::parse("a.json", cut).map_or_else(|problems| problems, |_| Vec::new());
        problems
            .iter()
            .for_each(|problem| assert!(!problem.to_string().is_empty()));
        for byte in [b'"', b'\\', b'{', b']', b',', b'\n', b'0', b'x', 0xff, 0] {
            let mut bytes = SAMPLE.as_bytes().to_vec();
            bytes[end] = byte;
            if let Ok(source) = Source::parse("a.json", &bytes) {
                source.at("/b/c", "");
            }
        }
    }
}

#[test]
fn a_pointer_names_its_value_or_the_nearest_around_it() {
    let source = good("{\n  \"a/b\": {\"~\": [10, {\"x\": \"y\"}]},\n  \"c\": [\n    1\n  ]\n}");
    let cases = [
        ("", (1, 1, "{"), (1, 1, "{")),
        (
            "/a~1b",
            (2, 10, "{\"~\": [10, {\"x\": \"y\"}]}"),
            (2, 3, "\"a/b\""),
        ),
        ("/a~1b/~0/0", (2, 17, "10"), (2, 17, "10")),
        ("/a~1b/~0/1/x", (2, 27, "\"y\""), (2, 22, "\"x\"")),
        (
            "/a~1b/~0/7/x",
            (2, 16, "[10, {\"x\": \"y\"}]"),
            (2, 16, "[10, {\"x\": \"y\"}]"),
        ),
        ("/c", (3, 8, "["), (3, 3, "\"c\"")),
        ("/nothing/here", (1, 1, "{"), (1, 1, "{")),
        ("no pointer", (1, 1, "{"), (1, 1, "{")),
    ];
    for (pointer, at, at_key) in cases {
        let own = |(line, column, mark): (u32, u32, &str)| (line, column, mark.to_owned());
        assert_eq!(marked(&source.at(pointer, "")), own(at), "at {pointer:?}");
        assert_eq!(
            marked(&source.at_key(pointer, "")),
            own(at_key),
            "at the key {pointer:?}"
        );
    }
}

#[test]
fn a_mistake_inside_a_string_is_found_through_its_escapes() {
    let source = good(r#"{"e": "a\n\"b\" \u00e9\ud83d\ude00 é z", "n": 12}"#);
    let decoded = source.json()["e"].as_str().expect("a string").to_owned();
    let cases = [
        ("a", (8, "a")),
        ("\n", (9, "\\n")),
        ("\"b\"", (11, "\\\"b\\\"")),
        ("é", (17, "\\u00e9")),
        ("😀", (23, "\\ud83d\\ude00")),
        ("é z", (36, "é z")),
        ("z", (38, "z")),
    ];
    for (part, (column, mark)) in cases {
        let at = decoded.find(part).expect("a part of the string");
        let at = if part == "é z" {
            decoded.rfind("é").expect("the last")
        } else {
            at
        };
        let problem = source.inside("/e", at..at + part.len(), "");
        assert_eq!(marked(&problem), (1, column, mark.to_owned()), "{part:?}");
    }
    let end = decoded.len();
    assert_eq!(
        marked(&source.inside("/e", end..end, "")),
        (1, 39, "\"".into())
    );
    assert_eq!(
        marked(&source.inside("/e", end + 9..end + 12, "")),
        (1, 39, "\"".into())
    );
    assert_eq!(marked(&source.inside("/n", 0..1, "")), (1, 47, "12".into()));
}

#[test]
fn wide_characters_before_the_mistake_move_the_caret_and_not_the_column() {
    let problem = good("{\"日本\": 1, \"x\": 2}").at("/x", "y");
    assert_eq!(
        (problem.column, problem.excerpt.map(|excerpt| excerpt.caret)),
        (16, Some(17))
    );
}
