//! CORS: what a page in a browser may send, read, and rely on.

use super::house::House;
use super::shop;

const ORIGIN: &str = "Origin: http://localhost:5173";

fn preflight(house: &House, path: &str) -> super::wire::Answer {
    let asks = [
        "Access-Control-Request-Method: PUT",
        "Access-Control-Request-Headers: x-own, authorization",
    ];
    house.ask(
        "shop",
        &format!("OPTIONS {path}"),
        &[ORIGIN, asks[0], asks[1]],
        "",
    )
}

#[test]
fn every_answer_can_be_read_by_the_page_that_asked() {
    let house = shop::open(&[]);
    house.control("PUT /apis/shop/faults/crash", r#"{"on":"GET /hello"}"#);
    for (line, status) in [
        ("GET /v1/page", 200),
        ("GET /v1/me", 401),
        ("GET /v1/nowhere", 404),
        ("DELETE /v1/page", 405),
        ("GET /v1/slow", 200),
        ("GET /v1/slow", 200),
        ("GET /v1/slow", 429),
        ("GET /v1/hello", 500),
        ("OPTIONS /v1/page", 204),
    ] {
        let answer = house.ask("shop", line, &[ORIGIN], "");
        assert_eq!(answer.status, status, "{line}");
        assert_eq!(
            answer.header("access-control-allow-origin"),
            "http://localhost:5173",
            "{line}"
        );
        assert_eq!(
            answer.header("access-control-allow-credentials"),
            "true",
            "{line}"
        );
        assert!(
            answer.header("vary").to_lowercase().contains("origin"),
            "{line}"
        );
        let exposed = answer
            .header("access-control-expose-headers")
            .to_lowercase();
        for name in [
            "retry-after",
            "x-request-id",
            "www-authenticate",
            "location",
            "x-mock-reason",
            "x-shop-left",
        ] {
            assert!(exposed.contains(name), "{line}: {name} in {exposed}");
        }
    }
}

#[test]
fn a_preflight_is_granted_consumes_no_limit_and_meets_no_fault() {
    let house = shop::open(&[]);
    house.control("PUT /apis/shop/faults/crash", r#"{"times":1}"#);
    for _ in 0..5 {
        let granted = preflight(&house, "/v1/slow");
        assert!([200, 204].contains(&granted.status));
        assert_eq!(
            granted.header("access-control-allow-origin"),
            "http://localhost:5173"
        );
        assert_eq!(granted.header("access-control-allow-methods"), "PUT");
        assert!(
            granted
                .header("access-control-allow-headers")
                .contains("x-own")
        );
    }
    assert_eq!(
        house.control("GET /journal", "").json()["exchanges"],
        serde_json::json!([])
    );
    let answers: Vec<u16> = (0..4)
        .map(|_| house.get("shop", "/v1/slow").status)
        .collect();
    assert_eq!(
        answers,
        [500, 200, 200, 429],
        "one fault and two requests, all still there"
    );
}

#[test]
fn a_preflight_is_granted_where_nothing_is_so_that_the_404_can_be_read() {
    let house = shop::open(&[]);
    assert_eq!(
        preflight(&house, "/v1/nowhere").header("access-control-allow-methods"),
        "PUT"
    );
}

#[test]
fn who_is_no_browser_hears_nothing_of_cors() {
    let house = shop::open(&[]);
    let answer = house.get("shop", "/v1/hello");
    assert!(
        !answer
            .headers
            .iter()
            .any(|(name, _)| name.starts_with("access-control-"))
    );
    assert_eq!(
        answer.header("vary"),
        "Origin",
        "a cache may keep this answer for a browser"
    );
}
