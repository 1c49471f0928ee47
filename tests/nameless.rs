//! APIs are data: no line of Rust knows one by its name.

use galat::catalog::source::Source;

use crate::layers::below;

#[test]
fn the_product_names_no_api() {
    let mut names = Vec::new();
    for (name, folder) in apis() {
        let bytes = std::fs::read(format!("{folder}/api.json")).expect("api.json");
        let source = Source::parse("api.json", &bytes).expect("JSON");
        names.push(name);
        names.extend(source.json()["title"].as_str().map(str::to_owned));
    }
    let mut found = Vec::new();
    for file in below("src", "") {
        let text = file.text.to_lowercase();
        for (n, line) in text.lines().enumerate() {
            for name in names
                .iter()
                .filter(|name| line.contains(&name.to_lowercase()))
            {
                found.push(format!("{}:{}: {name}", file.path.display(), n + 1));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// Every built-in API: its name and its folder.
pub fn apis() -> Vec<(String, String)> {
    let mut apis = Vec::new();
    for entry in std::fs::read_dir("fixtures").expect("fixtures") {
        let path = entry.expect("an entry").path();
        if path.join("api.json").is_file() {
            let name = path.file_name().expect("a name").to_string_lossy();
            apis.push((name.into_owned(), path.to_string_lossy().into_owned()));
        }
    }
    apis.sort();
    assert!(!apis.is_empty(), "there are no APIs in fixtures");
    apis
}
