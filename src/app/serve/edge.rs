//! What the screen asks of the world beyond its terminal: a request sent again, a scenario written down.
//!
//! Knows sockets and files through other rooms. Must not know the screen.

use std::io;
use std::path::Path;

use http::header;

use crate::contract::exchange::Exchange;
use crate::contract::line::counted;
use crate::contract::time::Span;
use crate::hub::Hub;
use crate::scenario::{Batch, Connector, Ready, send};
use crate::store;
use crate::tui::Edge;

/// So long the answer to a repeated request may take: as long as any fault delays one.
const PATIENCE: Span = Span::seconds(3600);
/// What belongs to the connection that the request came on.
const CONNECTION: [header::HeaderName; 5] = [
    header::HOST,
    header::CONNECTION,
    header::CONTENT_LENGTH,
    header::TRANSFER_ENCODING,
    header::EXPECT,
];

/// The edge of a galat that serves.
pub(super) struct Served {
    hub: Hub,
    connector: Connector,
}

impl Served {
    pub fn new(hub: &Hub, connector: &Connector) -> Served {
        Served {
            hub: hub.clone(),
            connector: connector.clone(),
        }
    }
}

impl Edge for Served {
    fn repeat(&mut self, seq: u64) -> io::Result<()> {
        let exchange = self.hub.exchange(seq);
        let exchange = exchange.ok_or_else(|| io::Error::other("the journal has forgotten it"))?;
        let api = self.hub.api(&exchange.api).map_err(io::Error::other)?;
        if let Some(why) = api.down {
            return Err(io::Error::other(format!("{} is down: {why}", api.name)));
        }
        let batch = again(&exchange);
        let connector = self.connector.clone();
        tokio::spawn(async move { send(&connector, origin(&api.url), &batch).await });
        Ok(())
    }

    fn save(&mut self, file: &str) -> io::Result<String> {
        let mut scenario = self.hub.recording(true);
        store::save_scenario(Path::new(file), &mut scenario)?;
        let steps = counted(scenario.steps.len() as u64, "step");
        Ok(format!(
            "{file} written: {steps}; play it with galat run {file}"
        ))
    }
}

/// The request as it came.
fn again(exchange: &Exchange) -> Batch {
    let request = &exchange.request;
    let mut headers = exchange.heads.request().to_map();
    for name in CONNECTION {
        headers.remove(name);
    }
    Batch {
        api: exchange.api.to_string(),
        request: Ready {
            method: request.method.clone(),
            target: exchange.target().to_owned(),
            headers,
            body: bytes::Bytes::copy_from_slice(request.bytes()),
            timeout: PATIENCE,
        },
        times: 1,
        at_once: false,
    }
}

/// Scheme, host and port of an address: the target has the base path already.
fn origin(url: &str) -> &str {
    let host = url.find("://").map_or(0, |at| at + 3);
    url[host..]
        .find('/')
        .map_or(url, |slash| &url[..host + slash])
}
