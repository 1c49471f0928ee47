//! Requests, faults and moves of the clock, in any order, to any of the built-in APIs.

use std::sync::Arc;

use bytes::Bytes;
use galat::catalog::api::Api;
use galat::catalog::template::{Key, Template};
use galat::contract::clock::ClockStart;
use galat::contract::command::Command;
use galat::contract::exchange::Exchange;
use galat::contract::explain::Reason;
use galat::contract::fault::FaultSpec;
use galat::contract::reply::Reply;
use galat::contract::request::{Request, RequestBody};
use galat::contract::time::Span;
use galat::contract::wire::WIRE_FAULTS;
use galat::hub::{ApiDoor, Hub, Settings};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri};
use serde_json::{Value, json};

/// Steps of one run at most.
const STEPS: usize = 64;

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

/// Bytes as choices, until there are none.
struct Choices<'a>(&'a [u8]);

impl<'a> Choices<'a> {
    fn byte(&mut self) -> u8 {
        match self.0.split_first() {
            Some((first, rest)) => {
                self.0 = rest;
                *first
            }
            None => 0,
        }
    }

    fn of<'t>(&mut self, all: &[&'t str]) -> &'t str {
        all[usize::from(self.byte()) % all.len()]
    }

    fn below(&mut self, most: usize) -> usize {
        let wide = usize::from(self.byte()) << 8 | usize::from(self.byte());
        wide % most.max(1)
    }

    fn bytes(&mut self) -> &'a [u8] {
        let most = usize::from(self.byte()).min(self.0.len());
        let (some, rest) = self.0.split_at(most);
        self.0 = rest;
        some
    }

    fn text(&mut self) -> String {
        String::from_utf8_lossy(self.bytes()).into_owned()
    }
}

/// A hub with one API, and what was learned from its answers.
struct House {
    hub: Hub,
    door: ApiDoor,
    api: Arc<Api>,
    tokens: Vec<String>,
    turn: u64,
}

impl House {
    fn of(api: Arc<Api>) -> Option<House> {
        let settings = Settings {
            seed: 7,
            clock: ClockStart::Stopped,
            plain: false,
        };
        let hub = Hub::new(settings, vec![api.clone()]);
        Some(House {
            door: hub.door(&api.name)?,
            hub,
            api,
            tokens: Vec::new(),
            turn: 0,
        })
    }

    fn ask(&mut self, method: &str, target: &str, headers: HeaderMap, body: RequestBody) {
        let (Ok(method), Ok(uri)) = (method.parse::<Method>(), target.parse::<Uri>()) else {
            return;
        };
        self.turn += 1;
        let (seq, reply) = self.door.answer(Request {
            method,
            uri,
            headers,
            body,
            peer: ([127, 0, 0, 1], 9).into(),
            connection: 1,
            turn: self.turn,
        });
        let exchange = self.hub.exchange(seq);
        let exchange = exchange.unwrap_or_else(|| panic!("{target} is not in the journal"));
        self.check(&exchange, &reply);
        let _ = serde_json::from_slice(&reply.body).map(|json: Value| self.learn(&json));
    }

    /// Keeps texts that look like tokens.
    fn learn(&mut self, json: &Value) {
        match json {
            Value::Object(map) => map.iter().for_each(|(key, value)| match value.as_str() {
                Some(text) if key.contains("token") && self.tokens.len() < 16 => {
                    self.tokens.push(text.to_owned());
                }
                _ => self.learn(value),
            }),
            Value::Array(list) => list.iter().for_each(|item| self.learn(item)),
            _ => {}
        }
    }

    /// No panic behind it, a status that the definition knows, the envelope.
    fn check(&self, exchange: &Exchange, reply: &Reply) {
        let steps: Vec<String> = exchange.steps.iter().map(ToString::to_string).collect();
        let told = || {
            let Exchange {
                request, reason, ..
            } = exchange;
            let (method, uri) = (&request.method, exchange.target());
            let body = String::from_utf8_lossy(&reply.body);
            format!(
                "{method} {uri}: {} {reason:?} {steps:?}\n{body}",
                reply.status
            )
        };
        let broken = steps.iter().any(|step| step.contains("fault of galat"));
        assert!(!broken, "{}", told());
        // A wire fault edits what was decided.
        if !exchange.faults.is_empty() || reply.damage.is_some() {
            return;
        }
        let Some(reason) = &exchange.reason else {
            assert!(reply.status.as_u16() < 400, "{}", told());
            return;
        };
        let id = match reason {
            Reason::Error(id) | Reason::Fault(id) => id,
        };
        let Some(error) = self.api.error(id).map(|at| &self.api.errors[at]) else {
            let wire = WIRE_FAULTS.iter().any(|kind| kind.name == &**id);
            assert!(wire, "{}", told());
            return;
        };
        assert_eq!(reply.status, error.status, "{}", told());
        if error.body.is_none() && exchange.request.method != Method::HEAD {
            let body: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
            for key in keys(&self.api.envelope) {
                assert!(body.get(&key).is_some(), "no {key}: {}", told());
            }
        }
    }
}

/// The keys that an envelope has whatever is in it.
fn keys(envelope: &Template) -> Vec<String> {
    let Template::Map(entries) = envelope else {
        return Vec::new();
    };
    let always = entries
        .iter()
        .filter_map(|(key, value)| match (key, value) {
            (Key::Name(name), Template::Literal(_) | Template::Map(_)) => Some(name.to_string()),
            _ => None,
        });
    always.collect()
}

/// A run of steps, chosen by these bytes.
pub fn requests(data: &[u8]) {
    let mut choices = Choices(data);
    let apis = super::apis();
    let Some(api) = apis.get(usize::from(choices.byte()) % apis.len().max(1)) else {
        return;
    };
    let Some(mut house) = House::of(api.clone()) else {
        return;
    };
    for _ in 0..STEPS {
        if choices.0.is_empty() {
            break;
        }
        match choices.byte() % 16 {
            0 => change(&house, &mut choices),
            1 | 2 => fault(&house, &mut choices),
            _ => request(&mut house, &mut choices),
        }
    }
}

fn change(house: &House, choices: &mut Choices<'_>) {
    let api = house.api.name.to_string();
    let command = match choices.byte() % 7 {
        0 => Command::Reset { api: Some(api) },
        1 => Command::ExpireTokens { api, session: None },
        2 => Command::LiftFaults { api },
        3 => Command::StopClock,
        4 => Command::ResumeClock,
        5 => Command::ClearJournal,
        _ => Command::Advance {
            by: Span(i64::from(choices.byte()) * 60_000),
        },
    };
    let _ = house.hub.apply(command);
}

fn fault(house: &House, choices: &mut Choices<'_>) {
    let errors = house.api.errors.iter().map(|error| error.id.to_string());
    let wire = WIRE_FAULTS.iter().map(|kind| kind.name.to_owned());
    let all: Vec<String> = errors.chain(wire).collect();
    let id = all[choices.below(all.len())].clone();
    let more = choices.text();
    let spec = FaultSpec::parse_line(&format!("{}/{id}{more}", house.api.name));
    let spec = spec.map_or_else(|_| FaultSpec::default(), |(_, _, spec)| spec);
    let api = house.api.name.to_string();
    let _ = house.hub.apply(Command::SwitchFault { api, id, spec });
}

fn request(house: &mut House, choices: &mut Choices<'_>) {
    let route = house.api.route_views[choices.below(house.api.route_views.len())].clone();
    let (method, mut target) = match choices.byte() % 8 {
        0 => (choices.of(&METHODS).to_owned(), route.path.clone()),
        1 => (route.method.clone(), format!("/{}", choices.text())),
        _ => (route.method.clone(), route.path.clone()),
    };
    while let (Some(from), Some(to)) = (target.find('{'), target.find('}')) {
        if from > to {
            break;
        }
        target.replace_range(from..=to, choices.of(&IDS));
    }
    if choices.byte() < 64 {
        target = format!("{target}?{}", choices.text());
    }
    let mut headers = HeaderMap::new();
    let mut put = |name: &str, value: &[u8]| {
        let name = HeaderName::from_bytes(name.as_bytes());
        if let (Ok(name), Ok(value)) = (name, HeaderValue::from_bytes(value)) {
            headers.append(name, value);
        }
    };
    if !house.tokens.is_empty() && choices.byte() < 192 {
        let token = &house.tokens[choices.below(house.tokens.len())];
        put("authorization", format!("Bearer {token}").as_bytes());
    }
    for _ in 0..choices.byte() % 3 {
        let name = choices.of(&HEADERS);
        put(name, choices.bytes());
    }
    put("content-type", choices.of(&TYPES).as_bytes());
    let body = match choices.byte() % 8 {
        0 => RequestBody::TooLarge,
        1 => RequestBody::Broken("it broke off".to_owned()),
        2 | 3 => RequestBody::Whole(Bytes::copy_from_slice(choices.bytes())),
        _ => RequestBody::Whole(documented(&route.fields, choices)),
    };
    house.ask(&method, &target, headers, body);
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
    let Some(mut house) = House::of(api) else {
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
    let Some(mut house) = House::of(known.clone()) else {
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
