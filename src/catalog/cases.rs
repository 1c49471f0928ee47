//! Cases as data: texts and what is to be said of each, in one file.
//!
//! Knows the layout of such a file: a case is the text, a line `---`, what is said; cases are parted by a
//! line `===`. Must not know what is checked.

/// Checks every case, and shows all that differ at once.
#[track_caller]
pub fn check(cases: &str, said: impl Fn(&str) -> String) {
    let mut differing = Vec::new();
    for case in cases.split("\n===\n") {
        let (text, expected) = case
            .split_once("\n---\n")
            .expect("a case has a line of three dashes");
        let said = said(text);
        if said.trim_end() != expected.trim_end() {
            differing.push(format!(
                "{text}\n--- expected\n{}\n--- said\n{said}",
                expected.trim_end()
            ));
        }
    }
    assert!(
        differing.is_empty(),
        "{} cases differ:\n\n{}",
        differing.len(),
        differing.join("\n\n===\n")
    );
}
