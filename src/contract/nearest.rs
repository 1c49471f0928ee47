//! The name that was probably meant.
//!
//! Knows when two spellings are close enough to suggest one for the other. Must not know where names come from.

use strsim::damerau_levenshtein;

/// Letters a beginning of a name must have before it is taken for the name.
const PREFIX: usize = 3;

/// The name closest to `wanted`, if one is close enough to be worth suggesting.
///
/// The same letters in other case or with other separators (`retryAfter`, `retry-after`) are closest, then a few
/// wrong letters (a third of the length, one at least), then one name being the beginning of the other.
pub fn nearest<'a>(wanted: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let folded = fold(wanted);
    names
        .into_iter()
        .filter_map(|name| Some((distance(&folded, &fold(name))?, name)))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// The closest name as a question: ``did you mean `status`?``
pub fn did_you_mean<'a>(wanted: &str, names: impl IntoIterator<Item = &'a str>) -> Option<String> {
    nearest(wanted, names).map(|name| format!("did you mean `{name}`?"))
}

/// How far two folded names are apart, none when too far.
fn distance(wanted: &str, name: &str) -> Option<usize> {
    let letters = wanted.chars().count();
    let allowed = (letters / 3).max(1);
    // Everything is one letter away from a name of one letter.
    let edits = damerau_levenshtein(wanted, name);
    if edits == 0 || (edits <= allowed && edits < letters) {
        return Some(edits);
    }
    let begins =
        |short: &str, long: &str| short.chars().count() >= PREFIX && long.starts_with(short);
    let spare = name.len().abs_diff(wanted.len());
    (begins(wanted, name) || begins(name, wanted)).then_some(allowed + spare)
}

fn fold(name: &str) -> String {
    name.chars()
        .filter(|letter| !matches!(letter, '-' | '_' | ' '))
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closest_name_is_suggested_and_a_far_one_is_not() {
        let names = ["status", "headers", "body", "retry_after", "code", "ok"];
        let cases = [
            ("statsu", Some("status")),
            ("Status", Some("status")),
            ("retryAfter", Some("retry_after")),
            ("retry-after", Some("retry_after")),
            ("head", Some("headers")),
            ("bodyFile", Some("body")),
            ("cod", Some("code")),
            ("o", None),
            ("x", None),
            ("", None),
            ("envelope", None),
        ];
        for (wanted, expected) in cases {
            assert_eq!(nearest(wanted, names), expected, "{wanted:?}");
        }
    }

    #[test]
    fn of_two_equally_near_names_the_first_is_taken() {
        assert_eq!(nearest("cat", ["car", "bat"]), Some("car"));
        assert_eq!(
            did_you_mean("cat", ["car", "bat"]).as_deref(),
            Some("did you mean `car`?")
        );
    }
}
