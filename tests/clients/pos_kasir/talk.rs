//! What POS Kasir's clients say: to people at the till, to their log, and to a browser that asks first.

use serde_json::{Value, json};
use tokio::net::TcpSocket;

use super::{Carrier, PASSWORD, Staff, meant_retry, open, pasted_retry};
use crate::clients::{Device, catalogue, plain};
use crate::house::{Answer, Ask};

/// The first sample: the status decides whether the body is a message or data.
fn load(device: &Device, ask: &Ask) -> Result<Value, String> {
    let answer = device.fetch(ask);
    if answer.status < 400 {
        return Ok(answer.json());
    }
    let message = plain(&answer.at("/message"));
    device.show(format!("API Error ({}): {message}", answer.status));
    Err(message)
}

/// The TypeScript sample: the body is read before the status is looked at.
fn in_typescript(device: &Device, ask: &Ask) -> Option<Value> {
    let Ok(answer) = device.reach(ask) else {
        device.show("Network error, check your connection (error)");
        return None;
    };
    let data = answer.json();
    let message = plain(&data["message"]);
    match answer.status {
        200..300 => return Some(data["data"].clone()),
        401 => device.open("/login"),
        403 => device.show("You do not have permission (error)"),
        404 => device.show("Resource not found (error)"),
        409 => device.show(format!("{message} (warning)")),
        500 => device.show("Server error, please try again (error)"),
        _ => device.show(format!("{message} (error)")),
    }
    None
}

/// The Python sample, with its usage: what is printed.
fn in_python(device: &Device, ask: &Ask) -> Option<Value> {
    let Ok(answer) = device.reach(ask) else {
        device.show("Network error");
        return None;
    };
    let data = answer.json();
    let (status, message) = (answer.status, plain(&data["message"]));
    match status {
        200..300 => return Some(data["data"].clone()),
        401 => {}
        403 => device.show(format!("Permission denied: {message}")),
        404 => device.show(format!("Not found: {message}")),
        409 => device.show(format!("Conflict: {message}")),
        500.. => device.show(format!("Server error: {message}")),
        _ => device.show(format!("API error: {message}")),
    }
    device.show(format!(
        "Failed to fetch product: {message} (Status: {status})"
    ));
    None
}

/// A port at which nobody listens, for as long as the socket lives.
fn nobody() -> (TcpSocket, u16) {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.bind(([127, 0, 0, 1], 0).into()).expect("a port");
    let port = socket.local_addr().expect("an address").port();
    (socket, port)
}

#[test]
fn each_status_is_told_to_people_as_the_samples_tell_it() {
    let house = open();
    let device = Device::on(&house);
    let cashier = Staff::signed_in(&device, "cashier", Carrier::Header);
    let manager = Staff::signed_in(&device, "manager", Carrier::Header);
    let broken = cashier
        .signed(&house.get("/categories"))
        .header("X-Mock-Fault", "internal-error");
    let taken = house
        .post("/categories")
        .json(&json!({ "name": "Makanan" }));
    let situations = [
        (
            house.get("/auth/me"),
            "opens /login",
            None,
            "Authorization header required (Status: 401)",
        ),
        (
            cashier.signed(&house.get("/activity-logs")),
            "shows You do not have permission (error)",
            Some("Permission denied: insufficient role"),
            "insufficient role (Status: 403)",
        ),
        (
            cashier.signed(&house.get("/products/00000000-0000-0000-0000-000000000000")),
            "shows Resource not found (error)",
            Some("Not found: Product not found"),
            "Product not found (Status: 404)",
        ),
        (
            manager.signed(&taken),
            "shows Category with this name already exists (warning)",
            Some("Conflict: Category with this name already exists"),
            "Category with this name already exists (Status: 409)",
        ),
        (
            broken,
            "shows Server error, please try again (error)",
            Some("Server error: Internal server error"),
            "Internal server error (Status: 500)",
        ),
        (
            cashier.signed(&house.get("/products/123")),
            "shows Invalid product ID format (error)",
            Some("API error: Invalid product ID format"),
            "Invalid product ID format (Status: 400)",
        ),
    ];
    for (ask, in_browser, printed, failed) in situations {
        assert_eq!(in_typescript(&device, &ask), None);
        assert_eq!(device.story.take()[1..], [in_browser]);
        assert_eq!(in_python(&device, &ask), None);
        let failed = format!("shows Failed to fetch product: {failed}");
        let printed = printed.map(|line| format!("shows {line}"));
        let expected: Vec<String> = printed.into_iter().chain([failed]).collect();
        assert_eq!(device.story.take()[1..], expected);
    }
}

#[test]
fn a_product_that_is_there_is_in_data_for_every_sample() {
    let house = open();
    let device = Device::on(&house);
    let cashier = Staff::signed_in(&device, "cashier", Carrier::Header);
    let first = cashier
        .call(&house.get("/products?limit=1"))
        .at("/data/products/0/id");
    let ask = cashier.signed(&house.get(&format!("/products/{}", plain(&first))));
    let whole = load(&device, &ask).expect("a product");
    assert_eq!(whole["data"]["id"], first);
    assert_eq!(in_typescript(&device, &ask), Some(whole["data"].clone()));
    assert_eq!(in_python(&device, &ask), Some(whole["data"].clone()));
}

#[test]
fn a_client_that_looks_at_the_status_first_tells_status_and_message() {
    let house = open();
    let device = Device::on(&house);
    let wrong = house
        .post("/auth/login")
        .json(&json!({ "email": "admin@example.com", "password": "salah" }));
    assert!(load(&device, &wrong).is_err());
    device.did(&[
        "POST /auth/login -> 401",
        "shows API Error (401): Invalid username or password",
    ]);
}

#[test]
fn where_nobody_answers_the_samples_say_so_and_try_three_times() {
    let house = open();
    let device = Device::on(&house);
    let (_socket, port) = nobody();
    let ask = Ask::new(port, "GET", "/api/v1/products");
    let alone = "GET /products -> nobody answers";
    in_typescript(&device, &ask);
    device.did(&[alone, "shows Network error, check your connection (error)"]);
    in_python(&device, &ask);
    device.did(&[alone, "shows Network error"]);
    assert!(pasted_retry(&device, &ask).is_err());
    device.did(&[alone, alone, alone]);
    assert!(meant_retry(&device, &ask).is_err());
    device.did(&[alone, "waits 1 s", alone, "waits 2 s", alone]);
}

#[test]
fn every_error_is_json_with_a_message_an_object_and_no_data() {
    let house = open();
    for (id, status) in catalogue(&house) {
        let answer = house.get("/products").header("X-Mock-Fault", &id).send();
        let json = answer.json();
        assert_eq!(u64::from(answer.status), status, "{id}");
        assert!(
            json["message"].is_string() && json["error"].is_object() && json["data"].is_null(),
            "{answer}"
        );
        assert!(
            json.as_object()
                .is_some_and(|keys| keys.keys().eq(["message", "error", "data"])),
            "{answer}"
        );
    }
}

/// The page's `validateProduct`.
fn complaints(product: &Value) -> Vec<&'static str> {
    let rules = [
        (
            product["name"]
                .as_str()
                .is_none_or(|name| name.chars().count() < 3),
            "Name must be at least 3 characters",
        ),
        (
            product["price"].as_f64() <= Some(0.0),
            "Price must be greater than 0",
        ),
        (
            product["stock"].as_f64() < Some(0.0),
            "Stock cannot be negative",
        ),
    ];
    rules
        .into_iter()
        .filter_map(|(broken, text)| broken.then_some(text))
        .collect()
}

#[test]
fn what_the_client_would_not_send_the_server_would_not_take() {
    let house = open();
    let device = Device::on(&house);
    let manager = Staff::signed_in(&device, "manager", Carrier::Header);
    let product = |name: &str, price: i64, stock: i64| json!({ "name": name, "price": price, "cost_price": 1, "stock": stock });
    let products = [
        (
            product("Te", 5000, 1),
            "Name must be at least 3 characters",
            "name",
            "length must be at least 3",
        ),
        (
            product("Teh", 0, 1),
            "Price must be greater than 0",
            "price",
            "must be greater than 0",
        ),
        (
            product("Teh", 5000, -1),
            "Stock cannot be negative",
            "stock",
            "must be greater than or equal to 0",
        ),
    ];
    for (product, complaint, field, reason) in products {
        assert_eq!(complaints(&product), [complaint]);
        let answer = device.fetch(&manager.signed(&house.post("/products").json(&product)));
        assert_eq!(
            answer.expect(400).at("/error"),
            json!({ "field": field, "reason": reason })
        );
    }
    let all = product("", 0, -1);
    assert_eq!(complaints(&all).len(), 3);
    let good = product("Teh Poci", 5000, 0);
    assert_eq!(complaints(&good), Vec::<&str>::new());
    device
        .fetch(&manager.signed(&house.post("/products").json(&good)))
        .expect(201);
}

#[test]
fn what_the_client_logs_of_a_failure_is_found_in_the_journal() {
    let house = open();
    let device = Device::on(&house);
    let cashier = Staff::signed_in(&device, "cashier", Carrier::Header);
    let user = cashier.call(&house.get("/auth/me")).at("/data/id");
    house.advance("90s");
    house.switch_on("internal-error", json!({}));
    let answer = cashier.call(&house.get("/categories")).expect(500);
    let (method, endpoint) = answer.asked.split_once(' ').expect("a line");
    let logged = json!({
        "timestamp": answer.told("date"),
        "message": answer.at("/message"),
        "status": answer.status,
        "endpoint": endpoint,
        "method": method,
        "userId": user,
    });
    let kept = house.newest();
    assert_eq!(
        (
            &logged["status"],
            &logged["endpoint"],
            &logged["method"],
            &logged["message"]
        ),
        (
            &kept["status"],
            &kept["path"],
            &kept["method"],
            &kept["response"]["body"]["message"]
        )
    );
    assert_eq!(
        (&logged["timestamp"], &kept["at"]),
        (
            &json!("Tue, 01 Jan 2030 00:01:30 GMT"),
            &json!("2030-01-01T00:01:30Z")
        )
    );
    let staff = house.state()["collections"]["users"].clone();
    let cashier = staff
        .as_array()
        .expect("users")
        .iter()
        .find(|each| each["id"] == logged["userId"]);
    assert_eq!(cashier.expect("the cashier")["username"], "cashier");
}

/// Whether a page of this origin may read the answer, cookies and all.
fn readable(answer: &Answer) -> bool {
    answer.header("Access-Control-Allow-Origin") == Some("https://till.example")
        && answer.header("Access-Control-Allow-Credentials") == Some("true")
}

#[test]
fn a_browser_of_another_origin_may_ask_and_read_whatever_is_answered() {
    let house = open();
    let device = Device::on(&house);
    let from = |ask: Ask| ask.header("Origin", "https://till.example");
    let asked = from(house.ask("OPTIONS /products"))
        .header("Access-Control-Request-Method", "GET")
        .header(
            "Access-Control-Request-Headers",
            "authorization,content-type",
        );
    let body = json!({ "email": "cashier@example.com", "password": PASSWORD });
    let login = device
        .fetch(&from(house.post("/auth/login").json(&body)))
        .expect(200);
    let token = plain(&login.at("/data/Token"));
    for fault in [None, Some("internal-error")] {
        if let Some(fault) = fault {
            house.switch_on(fault, json!({}));
        }
        let preflight = device.fetch(&asked);
        assert!(
            preflight.status < 300 && readable(&preflight),
            "{preflight}"
        );
        let allowed = preflight
            .told("Access-Control-Allow-Headers")
            .to_lowercase();
        assert!(
            allowed.contains("authorization") && allowed.contains("content-type"),
            "{allowed}"
        );
        let products = device.fetch(&from(house.get("/products")).bearer(&token));
        let expected = if fault.is_some() { 500 } else { 200 };
        assert!(readable(&products.expect(expected)));
        assert!(readable(&device.fetch(&from(house.get("/nowhere")))));
    }
    house.lift_all();
    assert!(readable(
        &device.fetch(&from(house.get("/products"))).expect(401)
    ));
    assert!(readable(&login));
}
