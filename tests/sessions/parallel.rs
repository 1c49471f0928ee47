//! A hundred clients at once, over real sockets.

use std::sync::Barrier;

use serde_json::{Value, json};

use crate::house::{Ask, House, shop, sign_in};

const CLIENTS: usize = 100;

/// What one client does in its session; whatever it sees of another's is a panic.
fn client(house: &House, n: usize, together: &Barrier) {
    let name = format!("test {n} of many");
    let ask = |line: &str| house.ask(line).session(&name);
    together.wait();
    let token = sign_in(house, Some(&name));
    ask("GET /me").bearer(&token).send().expect(200);
    for nth in 0..=n % 3 {
        let made = ask("POST /items")
            .json(&json!({ "name": format!("{name}, {nth}") }))
            .send();
        assert_eq!(made.expect(201).at("/data/id"), 4 + nth);
    }
    let items = ask("GET /items").send().expect(200).at("/data");
    let own = items.as_array().expect("items")[3..].iter();
    assert_eq!(own.clone().count(), 1 + n % 3, "{name}");
    assert!(
        own.clone()
            .all(|item| item["name"].to_string().contains(&name)),
        "{items}"
    );
    let few = |ask: Ask| [(); 4].map(|()| ask.send().status);
    assert_eq!(few(ask("GET /few")), [200, 200, 200, 429], "{name}");
    let id = format!("own-{n}");
    let spec = json!({ "fault": "crash", "session": name, "on": "GET /ping", "after": 1, "times": 1 + n % 2 });
    house.switch_on(&id, spec);
    let expected = [200, 500, if n % 2 == 1 { 500 } else { 200 }, 200];
    assert_eq!(few(ask("GET /ping")), expected, "{name}");
    ask("POST /logout").bearer(&token).send().expect(200);
    ask("GET /me").bearer(&token).send().expect(401);
}

fn requests(n: usize) -> usize {
    2 + (1 + n % 3) + 1 + 4 + 4 + 2
}

#[test]
fn a_hundred_clients_at_once_never_see_one_another() {
    let limits = json!({ "limits": { "few": { "count": 3, "window": "1m", "error": "busy" } } });
    let routes = json!({ "GET /few": { "limit": "few", "answer": {} } });
    let shop = shop()
        .with("api.json", limits)
        .with("routes/items.json", routes);
    let house = shop.open();
    let together = Barrier::new(CLIENTS);
    std::thread::scope(|scope| {
        for n in 0..CLIENTS {
            let (house, together) = (&house, &together);
            scope.spawn(move || client(house, n, together));
        }
    });
    for n in 0..CLIENTS {
        let session = format!("test%20{n}%20of%20many");
        let journal = house
            .control(&format!("GET @/journal?session={session}&limit=1000"))
            .send();
        let rows = journal.expect(200).at("/exchanges");
        let rows: &Vec<Value> = rows.as_array().expect("rows");
        assert_eq!(rows.len(), requests(n), "{session}");
        let name = format!("test {n} of many");
        assert!(rows.iter().all(|row| row["session"] == name), "{session}");
        let state = house
            .control(&format!("GET /state?session={session}"))
            .send()
            .expect(200);
        assert_eq!(state.at("/limits/0/used"), 3, "{session}");
    }
    let untouched = house.state();
    assert_eq!(
        untouched["collections"]["items"].as_array().map(Vec::len),
        Some(3)
    );
    assert_eq!(untouched["tokens"], json!([]));
    assert_eq!(house.faults(), Vec::<String>::new());
}
