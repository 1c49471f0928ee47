//! One client: what came of one session of one API.

use std::collections::HashMap;
use std::sync::Arc;

use super::Facts;
use super::calls::{Call, calls};
use super::fate::Fate;
use crate::contract::card::{CardSettings, FaultSpan, RouteFacts};
use crate::contract::exchange::Exchange;

/// One exchange and what became of it.
#[derive(Debug, Clone, Copy)]
pub struct Attempt<'f> {
    pub exchange: &'f Arc<Exchange>,
    pub fate: Fate,
    /// What is known of its route.
    pub route: Option<&'f RouteFacts>,
}

/// What came of one session of one API.
#[derive(Debug)]
pub struct Client<'f> {
    /// Every request, oldest first.
    pub all: Vec<Attempt<'f>>,
    /// The same, attempts of one request together.
    pub calls: Vec<Call<'f>>,
    /// The faults of its API.
    pub faults: Vec<&'f FaultSpan>,
    /// Whether the API has a route that refreshes tokens.
    pub can_refresh: bool,
}

/// Every client, in the order of their first requests.
pub fn clients<'f>(facts: &'f Facts, settings: &CardSettings) -> Vec<Client<'f>> {
    let mut places: HashMap<(&str, &str), usize> = HashMap::new();
    let mut sorted: Vec<Vec<Attempt<'f>>> = Vec::new();
    for exchange in &facts.exchanges {
        let place = *places
            .entry((&*exchange.api, &*exchange.session))
            .or_insert_with(|| {
                sorted.push(Vec::new());
                sorted.len() - 1
            });
        let routes = facts.routes.get(&exchange.api);
        let route = exchange.route.as_ref().zip(routes);
        sorted[place].push(Attempt {
            exchange,
            fate: Fate::of(exchange),
            route: route.and_then(|(name, routes)| routes.get(name)),
        });
    }
    let client = |all: Vec<Attempt<'f>>| {
        let api = all.first().map(|attempt| &attempt.exchange.api);
        let routes = api.and_then(|api| facts.routes.get(api));
        let of_api = |fault: &&FaultSpan| api == Some(&fault.api);
        Client {
            calls: calls(&all, settings),
            faults: facts.faults.iter().filter(of_api).collect(),
            can_refresh: routes.is_some_and(|routes| routes.values().any(RouteFacts::refreshes)),
            all,
        }
    };
    sorted.into_iter().map(client).collect()
}

impl Attempt<'_> {
    pub fn seq(&self) -> u64 {
        self.exchange.seq
    }

    /// Whether it asks for a fresh token.
    pub fn refreshes(&self) -> bool {
        self.route.is_some_and(RouteFacts::refreshes)
    }

    /// `#4 GET /v1/items`
    pub fn said(&self) -> String {
        format!(
            "#{} {} {}",
            self.exchange.seq,
            self.exchange.request.method,
            self.exchange.path()
        )
    }

    /// What became of it: `429`, `an answer that never came`.
    pub fn outcome(&self) -> String {
        use crate::contract::exchange::How;
        let how = self.exchange.ending.get().map(|ending| ending.how);
        match (how, self.exchange.seen()) {
            (Some(How::ClientLeft), _) => "an answer it did not wait for".to_owned(),
            (Some(How::Broken), _) => "an answer that broke off".to_owned(),
            (_, None) => "no answer".to_owned(),
            (_, Some(status)) => status.to_string(),
        }
    }
}
