use super::*;

#[test]
fn a_problem_stands_under_its_value_and_under_its_key() {
    let source = Source::parse("a.json", b"{ \"a\": [1, {\"b/c\": true}] }").expect("good");
    let places = [
        source.at("/a/1/b~1c", "x").column,
        source.at_key("/a/1/b~1c", "x").column,
        source.at("/a/7/z", "x").column,
    ];
    assert_eq!(places, [20, 13, 8]);
}
