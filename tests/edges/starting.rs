//! Starting: what cannot be done is one sentence, and the exit code says so.

use std::net::TcpListener;

use super::house::{House, fixtures, run};
use super::shop;

/// The one sentence of a start that failed.
#[track_caller]
fn refused(args: &[&str]) -> String {
    let said = run(args);
    assert_eq!((said.code, said.out.as_str()), (2, ""), "{}", said.err);
    assert_eq!(said.err.trim_end().lines().count(), 1, "{}", said.err);
    said.err.trim_end().to_owned()
}

#[test]
fn a_port_in_use_is_named_with_the_flag_that_moves_it() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("an address").port();
    let folder = shop::folder();
    let place = fixtures(&folder);
    let place = place.to_str().expect("UTF-8");
    let wanted = format!("shop={port}");
    let said = refused(&[
        "--headless",
        "--fixtures",
        place,
        "--control",
        "off",
        "--port",
        &wanted,
    ]);
    assert!(
        said.contains(&format!("port {port} is in use")) && said.contains("--port shop="),
        "{said}"
    );
    let address = format!("127.0.0.1:{port}");
    let said = refused(&[
        "--headless",
        "--fixtures",
        place,
        "--port",
        "0",
        "--control",
        &address,
    ]);
    assert!(
        said.contains(&format!("port {port} is in use")) && said.contains("--control 127.0.0.1:"),
        "{said}"
    );
}

#[test]
fn the_port_that_is_asked_for_is_taken() {
    let free = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = free.local_addr().expect("an address").port();
    drop(free);
    let house = House::of(shop::folder(), &["--port", &format!("shop={port}")]);
    assert_eq!(house.port("shop"), port);
}

#[test]
fn names_that_are_not_there_are_refused_with_those_that_are() {
    let folder = shop::folder();
    let place = fixtures(&folder);
    let place = place.to_str().expect("UTF-8");
    let start = ["--headless", "--fixtures", place, "--control", "off"];
    let with = |more: &[&'static str]| refused(&[&start[..], more].concat());
    for (more, part) in [
        (&["shp"][..], "did you mean `shop`"),
        (&["--port", "shp=1"], "did you mean `shop`"),
        (
            &["--port", "0", "--fault", "shp/crash"],
            "did you mean `shop`",
        ),
        (
            &["--port", "0", "--fault", "shop/crahs"],
            "did you mean `crash`",
        ),
        (&["--port", "0", "--fault", "shop/crash,times=-1"], "times"),
        (&["--port", "0", "--fault", "crash"], "write one like"),
    ] {
        let said = with(more);
        assert!(said.contains(part), "{more:?}: {said}");
    }
    let near = run(&["serve", "telemedicin"]);
    assert!(
        near.err.contains("did you mean `telemedicine`"),
        "{}",
        near.err
    );
    let absent = run(&["--fixtures", "/nowhere/at/all"]);
    assert_eq!(absent.code, 2);
    assert!(absent.err.contains("does not exist"), "{}", absent.err);
}

#[test]
fn a_broken_api_is_told_and_the_others_are_served() {
    let folder = shop::folder();
    let bank = fixtures(&folder).join("bank");
    shop::build(&bank);
    shop::put(&bank, "errors.json", "{ broken");
    let house = House::of(folder, &[]);
    assert_eq!(house.ready["apis"].as_array().map(Vec::len), Some(1));
    let told = house.troubled();
    assert!(
        told[0]["file"]
            .as_str()
            .is_some_and(|file| file.ends_with("bank/errors.json")),
        "{told:?}"
    );
    assert_eq!(house.get("shop", "/v1/hello").status, 200);
    shop::put(&bank, "errors.json", shop::ERRORS);
    house.wait("listening", |line| line["api"] == "bank");
}

#[test]
fn with_nothing_that_can_be_served_it_says_every_problem_and_ends() {
    let folder = shop::folder();
    shop::put(&fixtures(&folder).join("shop"), "errors.json", "{ broken");
    let said = run(&[
        "--headless",
        "--fixtures",
        fixtures(&folder).to_str().expect("UTF-8"),
    ]);
    assert_eq!((said.code, said.out.as_str()), (2, ""));
    assert!(said.err.contains("errors.json:1:"), "{}", said.err);
    assert!(said.err.contains("nothing to serve"), "{}", said.err);
}

#[test]
fn faults_of_the_start_are_in_force_and_told() {
    let house = shop::open(&["--fault", "shop/crash,on=GET /hello,times=1"]);
    house.wait("fault", |line| line["fault"]["id"] == "crash");
    assert_eq!(house.get("shop", "/v1/hello").status, 500);
    assert_eq!(house.get("shop", "/v1/hello").status, 200);
}
