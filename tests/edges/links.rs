//! Definitions cannot lead out of their folder, nor to what never ends.
#![cfg(unix)]

use std::os::unix::fs::symlink;
use std::process::Command;

use super::house::{House, fixtures, run};
use super::shop;

#[test]
fn nothing_outside_an_apis_folder_is_read() {
    let folder = shop::folder();
    let shop = fixtures(&folder).join("shop");
    let secret = folder.path().join("secret.json");
    std::fs::write(&secret, r#"{ "secret": "42" }"#).expect("written");
    let outside = folder.path().join("outside");
    std::fs::create_dir(&outside).expect("a folder");
    std::fs::write(outside.join("more.json"), r#"{ "secret": "42" }"#).expect("written");

    for (what, link, target, problem) in [
        (
            "a file",
            "bodies/secret.json",
            &secret,
            "this link leads out of the API's folder",
        ),
        (
            "a folder",
            "bodies/outside",
            &outside,
            "this link leads out of the API's folder",
        ),
    ] {
        let link = shop.join(link);
        symlink(target, &link).expect("a link");
        let said = run(&["check", &shop.display().to_string()]);
        assert_eq!(said.code, 1, "{what}: {}", said.out);
        assert!(said.out.contains(problem), "{what}: {}", said.out);
        assert!(!said.out.contains("42"), "{what}: {}", said.out);
        std::fs::remove_file(link).expect("gone");
    }

    for reference in [
        "@../../secret.json",
        "@/etc/passwd",
        "@bodies/../../../secret.json",
    ] {
        let route = format!(r#"{{ "GET /secret": {{ "answer": "{reference}" }} }}"#);
        shop::put(&shop, "routes/secret.json", &route);
        let said = run(&["check", &shop.display().to_string()]);
        assert_eq!(said.code, 1, "{reference}: {}", said.out);
        let problem = format!("`{reference}` leads out of the API's folder");
        assert!(said.out.contains(&problem), "{reference}: {}", said.out);
    }
}

#[test]
fn links_within_the_folder_are_followed() {
    let folder = shop::folder();
    let shop = fixtures(&folder).join("shop");
    symlink("page.json", shop.join("bodies/same.json")).expect("a link");
    shop::put(
        &shop,
        "routes/same.json",
        r#"{ "GET /same": { "answer": "@bodies/same.json" } }"#,
    );
    let house = House::of(folder, &[]);
    assert_eq!(house.get("shop", "/v1/same").json()["text"], "a page");
}

#[test]
fn a_pipe_among_the_files_is_a_problem_and_nobody_waits_for_it() {
    let folder = shop::folder();
    let shop = fixtures(&folder).join("shop");
    let pipe = shop.join("bodies/pipe.json");
    let made = Command::new("mkfifo").arg(&pipe).status().expect("mkfifo");
    assert!(made.success());
    let said = run(&["check", &shop.display().to_string()]);
    assert_eq!(said.code, 1, "{}", said.out);
    assert!(
        said.out.contains("this file cannot be read: it is no file"),
        "{}",
        said.out
    );
}
