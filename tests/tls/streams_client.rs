//! A client of HTTP/2 that sees streams and the frames that end them.

use std::time::Duration;

use bytes::Bytes;
use h2::Reason;
use h2::client::{Builder, SendRequest};
use http::{HeaderMap, Request};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::runtime::Runtime;
use tokio::task::JoinHandle;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;

use crate::house::{House, trusted};

/// Guards against hanging.
const PATIENCE: Duration = Duration::from_secs(20);

/// One connection.
pub struct Client {
    runtime: Runtime,
    sender: SendRequest<Bytes>,
    /// Ends with the connection, and says how that ended.
    ends: JoinHandle<Result<(), h2::Error>>,
}

/// A request that was sent.
pub struct Sent(JoinHandle<Came>);

/// What came of a request.
#[derive(Debug, PartialEq, Eq)]
pub struct Came {
    /// Of the head, if one came.
    pub status: Option<u16>,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
    /// Why the stream ended early, if it did.
    pub reason: Option<Reason>,
}

/// Something that waits, with a guard against hanging.
fn within<T>(runtime: &Runtime, what: impl Future<Output = T>) -> T {
    let patient = runtime.block_on(async { tokio::time::timeout(PATIENCE, what).await });
    patient.expect("it does not hang")
}

impl Client {
    /// Bare, knowing in advance that HTTP/2 is spoken.
    pub fn bare(house: &House) -> Client {
        Client::over(house, async |stream| stream)
    }

    /// Within TLS, which chooses HTTP/2.
    pub fn secure(house: &House) -> Client {
        Client::over(house, async |stream| {
            let connector = TlsConnector::from(trusted().client(&["h2", "http/1.1"]));
            let name = ServerName::try_from("localhost").expect("a name");
            let stream = connector.connect(name, stream).await;
            let stream = stream.expect("a handshake");
            assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
            stream
        })
    }

    fn over<S>(house: &House, wrap: impl AsyncFnOnce(TcpStream) -> S) -> Client
    where
        S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a runtime");
        let port = house.port();
        let (sender, ends) = within(&runtime, async move {
            let stream = TcpStream::connect(("127.0.0.1", port)).await;
            let stream = wrap(stream.expect("a connection")).await;
            let (sender, connection) = Builder::new().handshake(stream).await.expect("a preface");
            (sender, tokio::spawn(connection))
        });
        Client {
            runtime,
            sender,
            ends,
        }
    }

    /// Sends a request, and waits for no answer.
    pub fn send(&mut self, line: &str, headers: &[(&str, &str)]) -> Sent {
        let (method, path) = line.split_once(' ').expect("a method and a path");
        let mut request = Request::builder()
            .method(method)
            .uri(format!("https://shop.localhost{path}"));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(()).expect("a request");
        let sent = self.sender.send_request(request, true);
        Sent(self.runtime.spawn(async move {
            match sent {
                Ok((answer, _)) => heard(answer).await,
                Err(error) => Came::not(error),
            }
        }))
    }

    /// Sends a request, and takes the head of its answer and nothing of its body.
    pub fn hold(&mut self, line: &str) -> Sent {
        let (method, path) = line.split_once(' ').expect("a method and a path");
        let request = Request::builder()
            .method(method)
            .uri(format!("https://shop.localhost{path}"));
        let request = request.body(()).expect("a request");
        let (answer, _) = self.sender.send_request(request, true).expect("a stream");
        let answer = within(&self.runtime, answer).expect("a head");
        Sent(self.runtime.spawn(async move {
            let _unread = answer;
            std::future::pending().await
        }))
    }

    /// What comes of a request that was sent.
    pub fn hear(&self, sent: Sent) -> Came {
        within(&self.runtime, sent.0).expect("it does not panic")
    }

    /// A request and what comes of it.
    pub fn ask(&mut self, line: &str, headers: &[(&str, &str)]) -> Came {
        let sent = self.send(line, headers);
        self.hear(sent)
    }

    /// Waits for the connection's end; whether that was in good order.
    pub fn ends_well(self) -> bool {
        let ended = within(&self.runtime, self.ends);
        ended.expect("it does not panic").is_ok()
    }
}

impl Sent {
    /// Wants no answer any more: resets the stream.
    pub fn give_up(self) {
        self.0.abort();
    }
}

impl Came {
    fn not(error: h2::Error) -> Came {
        Came {
            status: None,
            headers: HeaderMap::new(),
            body: Vec::new(),
            reason: Some(error.reason().unwrap_or_else(|| panic!("{error:?}"))),
        }
    }

    /// Status, length of the body, reason of an early end.
    pub fn in_short(&self) -> (Option<u16>, usize, Option<Reason>) {
        (self.status, self.body.len(), self.reason)
    }
}

async fn heard(answer: h2::client::ResponseFuture) -> Came {
    let (head, mut body) = match answer.await {
        Ok(answer) => answer.into_parts(),
        Err(error) => return Came::not(error),
    };
    let mut came = Came {
        status: Some(head.status.as_u16()),
        headers: head.headers,
        body: Vec::new(),
        reason: None,
    };
    while let Some(piece) = body.data().await {
        match piece {
            Ok(piece) => {
                let _ = body.flow_control().release_capacity(piece.len());
                came.body.extend_from_slice(&piece);
            }
            Err(error) => {
                came.reason = Some(error.reason().unwrap_or_else(|| panic!("{error:?}")));
                break;
            }
        }
    }
    came
}
