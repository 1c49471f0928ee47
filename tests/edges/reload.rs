//! Hot reload: what is saved is served; what is broken is told, and the last good version stays.

use std::fs;
use std::path::PathBuf;

use serde_json::json;

use super::house::House;
use super::shop::{self, put};
use super::wire::Wire;

/// The shop's own folder.
fn own(house: &House) -> PathBuf {
    house.fixtures().join("shop")
}

/// Saves a file as an editor does: beside it first, then over it.
fn put_by_rename(house: &House, name: &str, text: &str) {
    put(&own(house), &format!("{name}.new"), text);
    fs::rename(
        own(house).join(format!("{name}.new")),
        own(house).join(name),
    )
    .expect("it is renamed");
}

#[test]
fn what_is_saved_is_served() {
    let house = shop::open(&[]);
    let text = |path: &str| {
        house.get("shop", path).json()["text"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    put(
        &own(&house),
        "bodies/page.json",
        r#"{ "text": "another page" }"#,
    );
    house.reloaded("shop");
    assert_eq!(text("/v1/page"), "another page");

    put(
        &own(&house),
        "routes/more.json",
        r#"{ "GET /more": { "answer": { "text": "more" } } }"#,
    );
    house.reloaded("shop");
    assert_eq!(text("/v1/more"), "more");

    put_by_rename(
        &house,
        "routes/more.json",
        r#"{ "GET /most": { "answer": { "text": "most" } } }"#,
    );
    house.reloaded("shop");
    assert_eq!(
        (
            text("/v1/most").as_str(),
            house.get("shop", "/v1/more").status
        ),
        ("most", 404)
    );

    fs::remove_file(own(&house).join("routes/more.json")).expect("it is removed");
    house.reloaded("shop");
    assert_eq!(house.get("shop", "/v1/most").status, 404);

    put(
        &own(&house),
        "errors.json",
        &shop::ERRORS.replace("Nothing is here", "Gone"),
    );
    house.reloaded("shop");
    assert_eq!(house.get("shop", "/v1/most").json()["message"], "Gone");

    put(
        &own(&house),
        "collections/items.json",
        &shop::ITEMS.replace("ink", "red ink"),
    );
    house.reloaded("shop");
    assert_eq!(
        house.get("shop", "/v1/items/2").json()["data"]["name"],
        "red ink"
    );
}

#[test]
fn a_broken_save_keeps_the_last_good_version_and_the_next_good_one_heals() {
    let house = shop::open(&[]);
    let broken = shop::ROUTES.replace("\"first\" } }", "\"first\" }");
    put(&own(&house), "routes/shop.json", &broken);
    let told = house.troubled();
    let shown = house.control("GET /problems", "").json()["problems"].clone();
    assert_eq!(json!(told), shown);
    let problem = &shown[0];
    assert!(
        problem["file"]
            .as_str()
            .is_some_and(|file| file.ends_with("shop/routes/shop.json")),
        "{problem}"
    );
    assert!(
        problem["line"].as_u64() > Some(1) && problem["column"].as_u64() > Some(0),
        "{problem}"
    );
    assert!(
        problem["what"].is_string() && problem["excerpt"]["line"].is_string(),
        "{problem}"
    );
    assert_eq!(house.get("shop", "/v1/hello").json()["text"], "first");

    put_by_rename(
        &house,
        "routes/shop.json",
        &shop::ROUTES.replace("first", "mended"),
    );
    house.healed();
    assert_eq!(house.get("shop", "/v1/hello").json()["text"], "mended");
    assert_eq!(
        house.control("GET /problems", "").json(),
        json!({ "problems": [] })
    );
}

#[test]
fn a_broken_save_that_is_taken_back_heals_too() {
    let house = shop::open(&[]);
    put(&own(&house), "errors.json", "{ ");
    house.troubled();
    put(&own(&house), "errors.json", shop::ERRORS);
    house.healed();
    assert_eq!(
        house.get("shop", "/v1/nowhere").json()["message"],
        "Nothing is here"
    );
}

#[test]
fn a_save_in_two_writes_ends_as_the_whole_file() {
    use std::io::Write;
    let house = shop::open(&[]);
    let text = shop::ROUTES.replace("first", "in two writes");
    let (one, two) = text.split_at(text.len() / 2);
    let mut file = fs::File::create(own(&house).join("routes/shop.json")).expect("it is truncated");
    file.write_all(one.as_bytes()).expect("a half");
    file.sync_all().expect("it is on disk");
    assert_eq!(house.get("shop", "/v1/hello").json()["text"], "first");
    file.write_all(two.as_bytes()).expect("the other half");
    drop(file);
    house.reloaded("shop");
    assert_eq!(
        house.get("shop", "/v1/hello").json()["text"],
        "in two writes"
    );
    assert_eq!(
        house.control("GET /problems", "").json(),
        json!({ "problems": [] })
    );
}

#[test]
fn what_a_change_did_not_touch_lives_on() {
    let house = shop::open(&[]);
    let json = "Content-Type: application/json";
    let mut kept = house.wire("shop");
    let token = shop::login(&house);
    assert_eq!(
        kept.ask("POST", "/v1/items", &[json], r#"{"name":"nib"}"#)
            .status,
        201
    );
    house.control("PUT /apis/shop/faults/crash", r#"{"on":"GET /page"}"#);
    for word in ["second", "third"] {
        put(
            &own(&house),
            "routes/shop.json",
            &shop::ROUTES.replace("first", word),
        );
        house.reloaded("shop");
        assert_eq!(
            kept.ask("GET", "/v1/hello", &[], "").json()["text"],
            word,
            "on the same connection"
        );
        assert_eq!(
            kept.ask("GET", "/v1/me", &[&token], "").json()["name"],
            "Ani"
        );
        assert_eq!(
            kept.ask("GET", "/v1/items/3", &[], "").json()["data"]["name"],
            "nib"
        );
        assert_eq!(kept.ask("GET", "/v1/page", &[], "").json()["code"], "CRASH");
    }
    assert_eq!(
        house.control("GET /apis/shop/faults", "").json()["faults"][0]["hits"],
        2
    );
}

#[test]
fn a_new_api_gets_a_listener_of_its_own_and_one_that_goes_is_served_on() {
    let house = shop::open(&[]);
    let new = house.fixtures().join("bank");
    shop::build(&new);
    let told = house.wait("listening", |line| line["api"] == "bank");
    let url = told["url"].as_str().expect("a URL");
    let shown = house.control("GET /apis/bank", "").json();
    assert_eq!(
        (shown["url"].as_str(), &told["down"]),
        (Some(url), &json!(null))
    );
    let port = url
        .split([':', '/'])
        .nth(4)
        .and_then(|port| port.parse().ok())
        .expect("a port");
    let mut wire = Wire::to(port);
    assert_eq!(
        wire.ask("GET", "/v1/hello", &[], "").json()["text"],
        "first"
    );

    fs::remove_dir_all(&new).expect("it is removed");
    house.wait("problem", |line| {
        line["problems"].to_string().contains("gone")
    });
    assert_eq!(
        wire.ask("GET", "/v1/hello", &[], "").json()["text"],
        "first",
        "its last good version"
    );
    shop::build(&new);
    house.healed();
    put(
        &new,
        "routes/shop.json",
        &shop::ROUTES.replace("first", "back"),
    );
    house.wait("reload", |line| line["api"] == "bank");
    assert_eq!(wire.ask("GET", "/v1/hello", &[], "").status, 200);
}

#[test]
fn the_whole_folder_may_go_and_come_back() {
    let house = shop::open(&[]);
    let mut kept = house.wire("shop");
    fs::remove_dir_all(house.fixtures()).expect("it is removed");
    house.wait("problem", |line| {
        line["problems"].to_string().contains("cannot be read")
    });
    assert_eq!(
        kept.ask("GET", "/v1/hello", &[], "").json()["text"],
        "first"
    );
    shop::build(&own(&house));
    house.healed();
    assert_eq!(
        kept.ask("GET", "/v1/hello", &[], "").json()["text"],
        "first"
    );
    put(
        &own(&house),
        "routes/shop.json",
        &shop::ROUTES.replace("first", "back"),
    );
    house.reloaded("shop");
    assert_eq!(kept.ask("GET", "/v1/hello", &[], "").json()["text"], "back");
}

#[test]
fn a_folder_moved_away_and_another_put_in_its_place_is_served() {
    let house = shop::open(&[]);
    let aside = house.fixtures().with_file_name("aside");
    fs::rename(house.fixtures(), &aside).expect("it is moved");
    house.troubled();
    put(
        &aside.join("shop"),
        "routes/shop.json",
        &shop::ROUTES.replace("first", "moved"),
    );
    fs::rename(&aside, house.fixtures()).expect("it is moved back");
    house.healed();
    assert_eq!(house.get("shop", "/v1/hello").json()["text"], "moved");
}
