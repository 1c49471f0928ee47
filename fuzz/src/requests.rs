//! Requests, faults and moves of the clock, in any order, to any of the built-in APIs.

use std::sync::Arc;

use bytes::Bytes;
use galat::catalog::api::{Api, Body, Route};
use galat::catalog::effect::Change;
use galat::contract::clock::ClockStart;
use galat::contract::command::Command;
use galat::contract::fault::FaultSpec;
use galat::contract::request::{Request, RequestBody, Unreadable};
use galat::contract::time::Span;
use galat::contract::wire::WIRE_FAULTS;
use galat::hub::{ApiDoor, Hub, Settings};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri};
use serde_json::{Value, json};

use super::choices::Choices;
use super::judge::wrong;
use super::reach::Reach;
use super::values::Values;

/// Steps of one run at most.
const STEPS: usize = 64;

/// Always the same, as everything that does not come of the bytes.
const START: &str = "stopped@2030-01-02T03:04:05Z";
/// A run begins with so many logins: without one there is not much to see.
const LOGINS: usize = 3;

const METHODS: [&str; 8] = [
    "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "BREW",
];
const IDS: [&str; 8] = [
    "1",
    "2",
    "0",
    "-1",
    "x",
    "%00",
    "%FF%FE",
    "99999999999999999999",
];
const TYPES: [&str; 6] = [
    "application/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=b",
    "multipart/form-data",
    "text/plain",
    "application/json; charset=\"",
];
const HEADERS: [&str; 9] = [
    "authorization",
    "x-mock-session",
    "x-mock-fault",
    "prefer",
    "cookie",
    "x-api-key",
    "business",
    "secret",
    "idempotency-key",
];

/// A hub with one API, and what was learned from its answers.
struct House<'r> {
    hub: Hub,
    door: ApiDoor,
    api: Arc<Api>,
    values: Values,
    turn: u64,
    /// The latest answer was that nobody knows who asks.
    stranger: bool,
    /// One of galat's own definitions.
    built_in: bool,
    reach: &'r mut Reach,
}

impl House<'_> {
    fn of(api: Arc<Api>, built_in: bool, reach: &mut Reach) -> Option<House<'_>> {
        let settings = Settings {
            seed: 7,
            clock: START.parse().unwrap_or(ClockStart::Stopped),
            plain: false,
        };
        let hub = Hub::new(settings, vec![api.clone()]);
        Some(House {
            door: hub.door(&api.name)?,
            hub,
            values: Values::of(&api),
            api,
            turn: 0,
            stranger: false,
            built_in,
            reach,
        })
    }

    fn ask(&mut self, method: &str, target: &str, headers: HeaderMap, body: RequestBody) {
        let (Ok(method), Ok(uri)) = (method.parse::<Method>(), target.parse::<Uri>()) else {
            return;
        };
        self.turn += 1;
        let (seq, reply) = self.door.answer(Arc::new(Request {
            method,
            uri,
            headers,
            body,
            peer: ([127, 0, 0, 1], 9).into(),
            connection: 1,
            turn: self.turn,
        }));
        let exchange = self.hub.exchange(seq);
        let exchange = exchange.unwrap_or_else(|| panic!("{target} is not in the journal"));
        if let Some(wrong) = wrong(&self.api, &exchange, &reply, self.built_in) {
            let steps: Vec<String> = exchange.steps.iter().map(ToString::to_string).collect();
            let (method, status) = (&exchange.request.method, reply.status);
            let body = String::from_utf8_lossy(&reply.body);
            panic!(
                "{wrong}: {} {method} {target}: {status} {:?} {steps:?}\n{body}",
                self.api.name, exchange.reason
            );
        }
        self.stranger = reply.status == StatusCode::UNAUTHORIZED;
        self.reach.note(&self.api, &exchange);
        let _ = serde_json::from_slice(&reply.body).map(|json: Value| {
            self.values.learn(&json);
            self.values.learn_tokens(&json);
        });
    }
}

/// A run of steps, chosen by these bytes.
pub fn requests(data: &[u8]) {
    requests_reaching(data, &mut Reach::default());
}

/// The same; adds to what was reached.
pub fn requests_reaching(data: &[u8], reach: &mut Reach) {
    let mut choices = Choices(data);
    let apis = super::apis();
    let Some(api) = apis.get(usize::from(choices.byte()) % apis.len().max(1)) else {
        return;
    };
    let Some(mut house) = House::of(api.clone(), true, reach) else {
        return;
    };
    for step in 0..STEPS {
        if choices.0.is_empty() {
            break;
        }
        match choices.byte() % 16 {
            _ if step < LOGINS => request(&mut house, true, &mut choices),
            0 => change(&house, &mut choices),
            1 => fault(&house, &mut choices),
            login => {
                let login = house.stranger && login < 10;
                request(&mut house, login, &mut choices);
            }
        }
    }
}

fn change(house: &House<'_>, choices: &mut Choices<'_>) {
    let api = house.api.name.to_string();
    let command = match choices.byte() % 16 {
        0 => Command::Reset { api: Some(api) },
        1 => Command::ExpireTokens { api, session: None },
        2 => Command::LiftFaults { api },
        3 => Command::StopClock,
        4 => Command::ResumeClock,
        5 => Command::ClearJournal,
        _ => Command::Advance {
            by: Span(i64::from(choices.byte()) * if choices.byte() < 40 { 60_000 } else { 1_000 }),
        },
    };
    let _ = house.hub.apply(command);
}

fn fault(house: &House<'_>, choices: &mut Choices<'_>) {
    let errors = house.api.errors.iter().map(|error| error.id.to_string());
    let wire = WIRE_FAULTS.iter().map(|kind| kind.name.to_owned());
    let all: Vec<String> = errors.chain(wire).collect();
    let id = all[choices.below(all.len())].clone();
    let more = choices.text();
    let spec = FaultSpec::parse_line(&format!("{}/{id}{more}", house.api.name));
    let mut spec = spec.map_or_else(|_| FaultSpec::default(), |(_, _, spec)| spec);
    if spec.times.is_none() && choices.byte() < 230 {
        spec.times = Some(1 + u64::from(choices.byte() % 3));
    }
    let api = house.api.name.to_string();
    let _ = house.hub.apply(Command::SwitchFault { api, id, spec });
}

/// A request for a route, mostly as the route wants it; for one that issues tokens, if `login`.
fn request(house: &mut House<'_>, login: bool, choices: &mut Choices<'_>) {
    let issues = |route: &Route| {
        let mut changes = route.effects.iter().map(|effect| &effect.change);
        changes.any(|change| matches!(change, Change::Issue { .. }))
    };
    let mut at = choices.below(house.api.routes.len());
    if login {
        let routes = house.api.routes.iter().enumerate();
        let logins: Vec<usize> = routes
            .filter(|(_, route)| issues(route))
            .map(|(at, _)| at)
            .collect();
        at = logins.get(at % logins.len().max(1)).copied().unwrap_or(at);
    }
    let (Some(route), Some(view)) = (house.api.routes.get(at), house.api.route_views.get(at))
    else {
        return;
    };
    let (method, path) = (view.method.clone(), view.path.clone());
    let (method, mut target) = match choices.byte() % 32 {
        0 => (
            choices.of(&METHODS).to_owned(),
            filled(house, path, choices),
        ),
        1 => (method, format!("/{}", choices.text())),
        _ => (method, filled(house, path, choices)),
    };
    if choices.byte() < 32 {
        target = format!("{target}?{}", choices.text());
    }
    let mut headers = HeaderMap::new();
    let mut put = |name: &str, value: &[u8]| {
        let name = HeaderName::from_bytes(name.as_bytes());
        if let (Ok(name), Ok(value)) = (name, HeaderValue::from_bytes(value)) {
            headers.append(name, value);
        }
    };
    if choices.byte() < 230
        && let Some(token) = house.values.token(choices)
    {
        put("authorization", format!("Bearer {token}").as_bytes());
    }
    if !house.values.pairs.is_empty() && choices.byte() < 224 {
        let (id, secret) = &house.values.pairs[choices.below(house.values.pairs.len())];
        put("business", id.as_bytes());
        put("secret", secret.as_bytes());
    }
    for _ in 0..(choices.byte() % 8).saturating_sub(5) {
        let name = choices.of(&HEADERS);
        put(name, choices.bytes());
    }
    let kind = if choices.byte() < 224 {
        TYPES[0]
    } else {
        choices.of(&TYPES)
    };
    put("content-type", kind.as_bytes());
    let body = match (choices.byte() % 32, &route.body) {
        (0, _) => RequestBody::TooLarge,
        (1, _) => RequestBody::Broken("it broke off".to_owned()),
        (2, _) => unreadable(choices),
        (3 | 4, _) => RequestBody::Whole(Bytes::copy_from_slice(choices.bytes())),
        (5..=9, _) => RequestBody::Whole(documented(&view.fields, choices)),
        (_, Some(body)) => RequestBody::Whole(fitting(house, body, choices)),
        (_, None) => RequestBody::Whole(Bytes::new()),
    };
    house.ask(&method, &target, headers, body);
}

/// A path with its parameters filled: with ids that are known, or with what no id looks like.
fn filled(house: &House<'_>, mut target: String, choices: &mut Choices<'_>) -> String {
    while let (Some(from), Some(to)) = (target.find('{'), target.find('}')) {
        if from > to {
            break;
        }
        let known = house.values.named(&target[from + 1..to], choices);
        let known = known.or_else(|| house.values.named("id", choices));
        let value = match known {
            Some(Value::String(text)) if choices.byte() < 200 => text,
            Some(Value::Number(number)) if choices.byte() < 200 => number.to_string(),
            _ => choices.of(&IDS).to_owned(),
        };
        target.replace_range(from..=to, &value.replace(['{', '}', ' '], ""));
    }
    target
}

/// A head that could not be read.
fn unreadable(choices: &mut Choices<'_>) -> RequestBody {
    RequestBody::Headless(Box::new(Unreadable {
        why: choices.text(),
        too_long: choices.byte().is_multiple_of(2),
        came: choices.text(),
    }))
}

/// A body that the route asks for, mostly.
fn fitting(house: &House<'_>, body: &Body, choices: &mut Choices<'_>) -> Bytes {
    let mut schema = match &body.fields {
        Some(fields) => fields.schema.clone(),
        None => json!({}),
    };
    for name in &body.required {
        let known = &mut schema["properties"][name];
        if known.is_null() {
            *known = json!({ "type": "string" });
        }
    }
    let fit = house.values.object(&schema, 0, choices);
    Bytes::from(fit.to_string())
}

/// The route's own fields, with values that fit or do not.
fn documented(fields: &[galat::contract::glance::FieldView], choices: &mut Choices<'_>) -> Bytes {
    let mut body = serde_json::Map::new();
    for field in fields {
        let value = match choices.byte() % 10 {
            0 => continue,
            1 => Value::Null,
            2 => json!(-1),
            3 => json!(1e300),
            4 => json!([choices.text()]),
            5 => json!({ "...": choices.text() }),
            6 => json!("TestPass123!"),
            7 => json!("pasien@example.com"),
            8 => json!(true),
            _ => json!(choices.text()),
        };
        body.insert(field.field.to_string(), value);
    }
    Bytes::from(Value::Object(body).to_string())
}

/// Asks a definition for each of its routes once, as it is.
pub fn ask_all(api: Arc<Api>) {
    let mut reach = Reach::default();
    let Some(mut house) = House::of(api, false, &mut reach) else {
        return;
    };
    for route in house.api.route_views.clone().iter() {
        let target = route.path.replace(['{', '}'], "");
        let body = RequestBody::Whole(Bytes::from_static(b"{}"));
        house.ask(&route.method, &target, HeaderMap::new(), body);
    }
}

/// Switches a fault on in whichever API is meant, and asks for a route.
pub fn switch_on(api: &str, id: &str, spec: FaultSpec) {
    let all = super::apis();
    let Some(known) = all.iter().find(|known| *known.name == *api).or(all.first()) else {
        return;
    };
    let mut reach = Reach::default();
    let Some(mut house) = House::of(known.clone(), true, &mut reach) else {
        return;
    };
    let (api, id) = (known.name.to_string(), id.to_owned());
    if house
        .hub
        .apply(Command::SwitchFault { api, id, spec })
        .is_ok()
        && let Some(route) = known.route_views.first()
    {
        let target = route.path.replace(['{', '}'], "");
        let body = RequestBody::Whole(Bytes::new());
        house.ask(&route.method, &target, HeaderMap::new(), body);
    }
}
