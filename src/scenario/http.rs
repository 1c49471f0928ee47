//! Requests that galat sends itself: each on a connection of its own, over real sockets.
//!
//! Knows sockets and patience. Must not know what is sent or what is expected of the answer.

use std::fmt;
use std::pin::pin;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use http::uri::Scheme;
use http::{HeaderMap, Method, Request, Uri, header};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::ClientConfig;
use tokio_rustls::rustls::pki_types::ServerName;

use crate::contract::scenario::Outcome;
use crate::contract::time::Span;

/// The longest answer that is read, in bytes.
const LONGEST: usize = 8 << 20;

/// The same request, once or several times.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch {
    pub api: String,
    pub request: Ready,
    pub times: u64,
    pub at_once: bool,
}

/// A request that is ready to be sent.
#[derive(Debug, Clone, PartialEq)]
pub struct Ready {
    pub method: Method,
    /// Path and query, below the API's base.
    pub target: String,
    pub headers: HeaderMap,
    pub body: Bytes,
    /// How long its answer may take, in real time.
    pub timeout: Span,
}

/// What became of a request.
#[derive(Debug, Clone)]
pub struct Answer {
    pub outcome: Outcome,
    /// The status, if the head of an answer came.
    pub status: Option<u16>,
    pub headers: HeaderMap,
    /// What came of the body.
    pub body: Bytes,
    /// What went wrong on the way.
    pub why: Option<String>,
}

impl Answer {
    /// A request that no answer came to.
    pub fn none(outcome: Outcome, why: String) -> Answer {
        Answer {
            outcome,
            status: None,
            headers: HeaderMap::new(),
            body: Bytes::new(),
            why: Some(why),
        }
    }

    /// The body as JSON; null when it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

impl fmt::Display for Answer {
    /// `429`, `200, broken off: …`, `lost: connection refused`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.status, self.outcome) {
            (Some(status), Outcome::Answered) => write!(f, "{status}"),
            (Some(status), Outcome::Timeout) => write!(f, "{status}, and its body not in time"),
            (Some(status), _) => write!(f, "{status}, broken off"),
            (None, outcome) => f.write_str(outcome.name()),
        }?;
        match &self.why {
            Some(why) => write!(f, ": {why}"),
            None => Ok(()),
        }
    }
}

/// How an API is reached: bare, or within TLS if its URL says so.
#[derive(Clone, Default)]
pub struct Connector {
    tls: Option<TlsConnector>,
}

/// A connection, whatever it is within.
trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

impl Connector {
    /// Within TLS, trusting whom this trusts.
    pub fn within(trust: Arc<ClientConfig>) -> Connector {
        Connector {
            tls: Some(TlsConnector::from(trust)),
        }
    }

    async fn connect(&self, uri: &Uri) -> Result<Box<dyn Stream>, String> {
        let authority = uri.authority().ok_or("the API has no address")?;
        let stream = TcpStream::connect(authority.as_str()).await;
        let stream = stream.map_err(|error| said(&error))?;
        let _ = stream.set_nodelay(true); // slower without, no worse
        match &self.tls {
            Some(tls) if uri.scheme() == Some(&Scheme::HTTPS) => {
                let host = authority.host().trim_matches(['[', ']']).to_owned();
                let name = ServerName::try_from(host).map_err(|error| said(&error))?;
                let stream = tls.connect(name, stream).await;
                Ok(Box::new(stream.map_err(|error| said(&error))?))
            }
            _ => Ok(Box::new(stream)),
        }
    }
}

/// Sends a batch to an API at its URL; the answers in the order in which they were sent.
pub async fn send(connector: &Connector, base: &str, batch: &Batch) -> Vec<Answer> {
    let mut answers = Vec::new();
    if !batch.at_once {
        for _ in 0..batch.times {
            answers.push(one(connector, base, &batch.request).await);
        }
        return answers;
    }
    let mut under_way = JoinSet::new();
    for n in 0..batch.times {
        let (base, request) = (base.to_owned(), batch.request.clone());
        let connector = connector.clone();
        under_way.spawn(async move { (n, one(&connector, &base, &request).await) });
    }
    let mut numbered = under_way.join_all().await;
    numbered.sort_by_key(|(n, _)| *n);
    numbered.into_iter().map(|(_, answer)| answer).collect()
}

/// What has come so far of an answer.
#[derive(Default)]
struct Coming {
    head: Option<(u16, HeaderMap)>,
    body: BytesMut,
}

/// One request and its answer.
async fn one(connector: &Connector, base: &str, request: &Ready) -> Answer {
    let mut coming = Coming::default();
    let ask = ask(connector, base, request, &mut coming);
    let asked = tokio::time::timeout(request.timeout.into(), ask).await;
    let (outcome, why) = match asked {
        Ok(Ok(())) => (Outcome::Answered, None),
        Ok(Err(why)) if coming.head.is_some() => (Outcome::Broken, Some(why)),
        Ok(Err(why)) => (Outcome::Lost, Some(why)),
        Err(_) => {
            let why = format!("nothing more within {}", request.timeout);
            (Outcome::Timeout, Some(why))
        }
    };
    let (status, headers) = match coming.head {
        Some((status, headers)) => (Some(status), headers),
        None => (None, HeaderMap::new()),
    };
    Answer {
        outcome,
        status,
        headers,
        body: coming.body.freeze(),
        why,
    }
}

async fn ask(
    connector: &Connector,
    base: &str,
    request: &Ready,
    coming: &mut Coming,
) -> Result<(), String> {
    let uri: Uri = format!("{base}{}", request.target)
        .parse()
        .map_err(|error| format!("cannot be asked for: {error}"))?;
    let authority = uri.authority().map(ToString::to_string);
    let authority = authority.ok_or("the API has no address")?;
    let stream = connector.connect(&uri).await?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream))
        .await
        .map_err(|error| said(&error))?;
    let request = with_head(request, &uri, &authority)?;
    let mut answered = pin!(async move {
        let answer = sender.send_request(request).await;
        taken(answer.map_err(|error| said(&error))?, coming).await
    });
    tokio::select! {
        biased;
        answered = &mut answered => answered,
        // The connection may end before its last bytes were taken; an error it has is the answer's too.
        _ = connection => answered.await,
    }
}

async fn taken(answer: http::Response<Incoming>, coming: &mut Coming) -> Result<(), String> {
    let (head, mut body) = answer.into_parts();
    coming.head = Some((head.status.as_u16(), head.headers));
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| said(&error))?;
        if let Some(data) = frame.data_ref() {
            coming.body.extend_from_slice(data);
        }
        if coming.body.len() > LONGEST {
            return Err(format!("it is longer than {} MiB", LONGEST >> 20));
        }
    }
    Ok(())
}

fn with_head(ready: &Ready, uri: &Uri, authority: &str) -> Result<Request<Full<Bytes>>, String> {
    let target = uri.path_and_query().map_or("/", |target| target.as_str());
    let mut request = Request::builder()
        .method(ready.method.clone())
        .uri(target)
        .header(header::HOST, authority)
        .header(header::CONNECTION, "close");
    for (name, value) in &ready.headers {
        request = request.header(name, value);
    }
    let request = request.body(Full::new(ready.body.clone()));
    request.map_err(|error| format!("cannot be sent: {error}"))
}

/// An error in its own words and those of what caused it.
fn said(error: &(dyn std::error::Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    let words: Vec<String> = causes.map(ToString::to_string).collect();
    words.join(": ")
}
