//! Calls of the control API, over HTTP.
//!
//! Knows sockets, patience, the token, and whether it is a galat that answers. Must not know what is asked.

use std::error::Error;
use std::io;
use std::time::Duration;

use bytes::Bytes;
use http::uri::Authority;
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::sync::OnceCell;

use super::failed::Failed;
use crate::contract::line::clean;

/// How long a connection may take to come about.
const CONNECT: Duration = Duration::from_secs(5);
/// How long an answer may take, all of it.
const ANSWER: Duration = Duration::from_secs(30);
/// A peer that is gone without a word is noticed by this.
const ALIVE: Duration = Duration::from_secs(30);
/// How the control API numbers each of its replies; nobody else does so.
const NUMBERED: (&str, &str) = ("x-request-id", "control-");

/// A running galat, called by its control API.
pub struct Galat {
    url: String,
    token: Option<HeaderValue>,
    http: Client<HttpConnector, Full<Bytes>>,
    /// What it said of its health, once it has been asked.
    health: OnceCell<Value>,
}

impl Galat {
    /// The galat whose control API listens there. Nothing is asked of it yet.
    pub fn at(place: &Authority, token: Option<&str>) -> Result<Galat, Failed> {
        let mut connector = HttpConnector::new();
        connector.set_connect_timeout(Some(CONNECT));
        connector.set_keepalive(Some(ALIVE));
        let token = token.map(|token| HeaderValue::try_from(format!("Bearer {token}")));
        Ok(Galat {
            url: format!("http://{place}"),
            token: token.transpose().map_err(|_| Failed::Token {
                message: "what was given cannot be a token".to_owned(),
            })?,
            http: Client::builder(TokioExecutor::new()).build(connector),
            health: OnceCell::new(),
        })
    }

    /// Where it is called.
    pub fn url(&self) -> &str {
        &self.url
    }

    pub(super) async fn get(&self, path: &str) -> Result<Value, Failed> {
        self.call(Method::GET, path, None).await
    }

    pub(super) async fn delete(&self, path: &str) -> Result<Value, Failed> {
        self.change(Method::DELETE, path, None).await
    }

    pub(super) async fn post(&self, path: &str, body: Option<Value>) -> Result<Value, Failed> {
        self.change(Method::POST, path, body).await
    }

    pub(super) async fn put(&self, path: &str, body: Value) -> Result<Value, Failed> {
        self.change(Method::PUT, path, Some(body)).await
    }

    /// One call that changes something. Somebody else who listens there is not asked for it.
    async fn change(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Result<Value, Failed> {
        let health = async || self.get("/health").await;
        self.health.get_or_try_init(health).await?;
        self.call(method, path, body).await
    }

    /// One call and its whole answer.
    async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Result<Value, Failed> {
        let answered = async {
            let answer = self.send(method, path, body).await?;
            let whole = answer.into_body().collect().await;
            let bytes = whole.map_err(|error| self.failed(&error))?.to_bytes();
            serde_json::from_slice(&bytes).map_err(|_| self.stranger("its answer is no JSON"))
        };
        in_time(&self.url, answered).await
    }

    /// One call whose answer does not end.
    pub(super) async fn stream(&self, path: &str) -> Result<Incoming, Failed> {
        let answer = in_time(&self.url, self.send(Method::GET, path, None)).await?;
        Ok(answer.into_body())
    }

    /// The head of an answer that is a galat's and no refusal.
    async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Result<Response<Incoming>, Failed> {
        let asked = format!("{method} {path}");
        let request = self.request(method, path, body);
        let request = request.map_err(|error| self.stranger(&error.to_string()))?;
        let answer = self.http.request(request).await;
        let answer = answer.map_err(|error| self.failed(&error))?;
        let numbered = answer.headers().get(NUMBERED.0);
        if !numbered.is_some_and(|number| number.as_bytes().starts_with(NUMBERED.1.as_bytes())) {
            let status = answer.status();
            return Err(self.stranger(&format!("it answered {asked} with {status}")));
        }
        match answer.status() {
            status if status.is_success() => Ok(answer),
            status => Err(self.refused(status, answer).await),
        }
    }

    fn request(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> http::Result<Request<Full<Bytes>>> {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.url));
        if let Some(token) = &self.token {
            request = request.header(header::AUTHORIZATION, token);
        }
        if body.is_some() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        let body = body.map(|body| body.to_string()).unwrap_or_default();
        request.body(Full::from(body))
    }

    /// What a refusal says.
    async fn refused(&self, status: StatusCode, answer: Response<Incoming>) -> Failed {
        let said = match answer.into_body().collect().await {
            Ok(body) => serde_json::from_slice::<Value>(&body.to_bytes()).unwrap_or_default(),
            Err(error) => return self.failed(&error),
        };
        let text = |key: &str| {
            let text = said["error"][key].as_str();
            text.map(|text| clean(text).into_owned())
        };
        match text("message") {
            Some(message) if status == StatusCode::UNAUTHORIZED => Failed::Token { message },
            Some(message) => Failed::Refused {
                message,
                hint: text("hint"),
            },
            None => self.stranger(&format!("it refuses with {status} and does not say why")),
        }
    }

    /// An answer as the type that it should have.
    pub(super) fn read<T: DeserializeOwned>(&self, answer: &Value) -> Result<T, Failed> {
        T::deserialize(answer)
            .map_err(|error| self.stranger(&format!("its answer cannot be read: {error}")))
    }

    /// The list of this name in an answer.
    pub(super) fn list(&self, mut answer: Value, name: &str) -> Result<Vec<Value>, Failed> {
        match answer.get_mut(name).map(Value::take) {
            Some(Value::Array(list)) => Ok(list),
            _ => Err(self.stranger(&format!("its answer has no list `{name}`"))),
        }
    }

    fn stranger(&self, why: &str) -> Failed {
        Failed::Stranger {
            url: self.url.clone(),
            why: why.to_owned(),
        }
    }

    /// What a failure of a connection means.
    pub(super) fn failed(&self, error: &(dyn Error + 'static)) -> Failed {
        let url = self.url.clone();
        let legacy = error.downcast_ref::<hyper_util::client::legacy::Error>();
        if legacy.is_some_and(hyper_util::client::legacy::Error::is_connect) {
            let why = match cause::<io::Error>(error) {
                Some(io) if io.kind() == io::ErrorKind::ConnectionRefused => {
                    "nothing listens there".to_owned()
                }
                Some(io) if io.kind() == io::ErrorKind::TimedOut => {
                    format!("no connection within {} s", CONNECT.as_secs())
                }
                Some(io) => io.to_string(),
                None => error.to_string(),
            };
            return Failed::Unreachable { url, why };
        }
        match cause::<hyper::Error>(error) {
            Some(hyper) if hyper.is_parse() => self.stranger("it does not speak HTTP"),
            hyper => {
                let why = hyper.map_or_else(|| error.to_string(), ToString::to_string);
                Failed::Broke { url, why }
            }
        }
    }
}

/// Waits for an answer, but not for ever.
async fn in_time<T>(
    url: &str,
    answered: impl Future<Output = Result<T, Failed>>,
) -> Result<T, Failed> {
    let answered = tokio::time::timeout(ANSWER, answered).await;
    answered.unwrap_or_else(|_| {
        Err(Failed::Silent {
            url: url.to_owned(),
            seconds: ANSWER.as_secs(),
        })
    })
}

/// The first of an error's causes that is of this type.
fn cause<'a, E: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a E> {
    std::iter::successors(Some(error), |&error| error.source())
        .find_map(|error| error.downcast_ref())
}

/// A name as one piece of a path.
pub(super) fn piece(name: &str) -> String {
    utf8_percent_encode(name, NON_ALPHANUMERIC).to_string()
}
