//! What may be switched on: every fault of an API with all that it takes, out of the tables that the engine
//! checks by.

use serde::Serialize;
use serde_json::Value;

use crate::contract::glance::ErrorView;
use crate::contract::param::Param;
use crate::contract::wire::{Alias, WIRE_FAULTS, WireKind};

/// One fault that may be switched on.
#[derive(Debug, Clone, Serialize)]
pub struct Offer<'a> {
    pub fault: &'a str,
    pub kind: OfferKind,
    /// The error's status; a wire fault has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The error's message, or what the client sees of a wire fault.
    pub about: &'a str,
    pub params: Vec<Taken<'a>>,
    /// What a wire fault does instead on HTTP/2.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub http2: &'static str,
    /// Names by which other tools know it.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub aliases: &'static [Alias],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum OfferKind {
    /// An error of the API's catalogue.
    Error,
    /// Damage on the wire, the same for every API.
    Wire,
}

/// One parameter that a fault takes.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub enum Taken<'a> {
    /// The error's own: a value for its template, with the documented example's as its default.
    Own { name: &'a str, default: &'a Value },
    /// One that galat itself understands.
    Known(&'static Param),
}

impl Taken<'_> {
    pub fn name(&self) -> &str {
        match self {
            Taken::Own { name, .. } => name,
            Taken::Known(param) => param.name,
        }
    }
}

/// Everything that may be switched on for an API: its errors, then what may happen on the wire.
pub fn offers(catalogue: &[ErrorView]) -> Vec<Offer<'_>> {
    let mut offers: Vec<Offer<'_>> = catalogue.iter().map(of_error).collect();
    for kind in &WIRE_FAULTS {
        // What the API itself documents under a name comes first.
        if !catalogue.iter().any(|error| *error.id == *kind.name) {
            offers.push(of_wire(kind));
        }
    }
    offers
}

fn of_error(error: &ErrorView) -> Offer<'_> {
    let own = error
        .params
        .iter()
        .filter(|(name, _)| !error.takes().any(|param| param.name == *name));
    let own = own.map(|(name, default)| Taken::Own { name, default });
    Offer {
        fault: &error.id,
        kind: OfferKind::Error,
        status: Some(error.status),
        about: &error.message,
        params: own.chain(error.takes().map(Taken::Known)).collect(),
        http2: "",
        aliases: &[],
    }
}

fn of_wire(kind: &'static WireKind) -> Offer<'static> {
    Offer {
        fault: kind.name,
        kind: OfferKind::Wire,
        status: None,
        about: kind.about,
        params: kind.params.iter().map(Taken::Known).collect(),
        http2: kind.http2,
        aliases: kind.aliases,
    }
}
