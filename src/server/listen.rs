//! Taking a port before anything is served on it.
//!
//! Knows addresses, and which flag moves which listener. Must not know what is served.

use std::io;
use std::net::{IpAddr, SocketAddr};

use tokio::net::{TcpListener, TcpSocket, lookup_host};

use super::tls::Tls;

/// A port that is ours; nobody is answered on it yet.
#[derive(Debug)]
pub struct Bound {
    pub(super) listener: TcpListener,
    host: String,
    address: SocketAddr,
    pub(super) tls: Option<Tls>,
}

/// Who listens, so that a failure can name the flag that helps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Listener {
    /// An API, by its name.
    Api(String),
    /// The control API.
    Control,
}

/// Why a port could not be taken.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.sentence())]
pub struct BindError {
    pub host: String,
    pub port: u16,
    pub listener: Listener,
    /// What the system said.
    pub source: io::Error,
}

/// How far from a port in use the suggested one is; past the neighbours, which other APIs like to have.
const NEXT: u16 = 10;

/// Connections that may wait to be accepted; the system may have a limit of its own. When more come at once,
/// some are lost: a crowd of a thousand is no rarity.
const BACKLOG: u32 = 4096;

/// Takes a port, any free one for port 0. Connections queue from here on and are answered once it is served.
pub async fn bind(host: &str, port: u16, listener: Listener) -> Result<Bound, BindError> {
    match take(host, port).await {
        Ok(bound) => Ok(bound),
        Err(source) => Err(BindError {
            host: host.to_owned(),
            port,
            listener,
            source,
        }),
    }
}

/// A port that was ours and stays so: nobody else can take it, and who connects is refused.
#[derive(Debug)]
pub(super) struct Held {
    socket: TcpSocket,
    host: String,
    address: SocketAddr,
    tls: Option<Tls>,
}

impl Held {
    /// Closes a port and holds it.
    pub(super) fn close(bound: Bound) -> io::Result<Held> {
        let Bound {
            listener,
            host,
            address,
            tls,
        } = bound;
        let socket = match address {
            SocketAddr::V4(_) => TcpSocket::new_v4()?,
            SocketAddr::V6(_) => TcpSocket::new_v6()?,
        };
        drop(listener);
        socket.set_reuseaddr(true)?; // connections of before may still be closing
        socket.bind(address)?;
        socket.set_reuseaddr(false)?; // who else asks for the port with the same flag does not get it
        Ok(Held {
            socket,
            host,
            address,
            tls,
        })
    }

    /// Listens again.
    pub(super) fn open(self) -> io::Result<Bound> {
        let Held {
            socket,
            host,
            address,
            tls,
        } = self;
        socket.set_reuseaddr(true)?; // listening asks for the port once more
        Ok(Bound {
            listener: socket.listen(BACKLOG)?,
            host,
            address,
            tls,
        })
    }
}

async fn take(host: &str, port: u16) -> io::Result<Bound> {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let mut listener = Err(io::ErrorKind::AddrNotAvailable.into());
    for address in lookup_host((bare, port)).await? {
        listener = listening(address);
        if listener.is_ok() {
            break;
        }
    }
    let listener = listener?;
    Ok(Bound {
        address: listener.local_addr()?,
        listener,
        host: bare.to_owned(),
        tls: None,
    })
}

fn listening(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    // Elsewhere the flag would let two have one port.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

impl Bound {
    /// The same port, to be spoken to within TLS; `None` leaves it bare.
    pub fn within(self, tls: Option<Tls>) -> Bound {
        Bound { tls, ..self }
    }

    /// `https` within TLS.
    pub fn scheme(&self) -> &'static str {
        match self.tls {
            Some(_) => "https",
            None => "http",
        }
    }

    /// The real address, with the real port.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The real port.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// The host as it was asked for, without brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Whether only this machine can reach it.
    pub fn is_loopback(&self) -> bool {
        self.address.ip().to_canonical().is_loopback()
    }

    /// Where a client on this machine reaches it: `http://127.0.0.1:4010`.
    pub fn url(&self) -> String {
        let ip = match self.address.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(std::net::Ipv4Addr::LOCALHOST),
            IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(std::net::Ipv6Addr::LOCALHOST),
            ip => ip,
        };
        format!("{}://{}", self.scheme(), SocketAddr::new(ip, self.port()))
    }
}

impl BindError {
    fn sentence(&self) -> String {
        let BindError { host, port, .. } = self;
        match self.source.kind() {
            io::ErrorKind::AddrInUse => {
                let next = port.checked_add(NEXT).unwrap_or(port - NEXT);
                let (one, any) = (self.flag(next), self.flag(0));
                format!(
                    "port {port} is in use; choose another with {one}, or any free one with {any}"
                )
            }
            io::ErrorKind::PermissionDenied => {
                let flag = self.flag(0);
                format!(
                    "port {port} may not be taken by this user; choose one above 1023, or any free one with {flag}"
                )
            }
            io::ErrorKind::AddrNotAvailable => {
                let flag = self.host_flag();
                format!("this machine has no address {host}; choose one of its own with {flag}")
            }
            _ => {
                let (flag, source) = (self.host_flag(), &self.source);
                format!(
                    "cannot listen on port {port} of {host} ({source}); choose another address with {flag}"
                )
            }
        }
    }

    fn flag(&self, port: u16) -> String {
        match &self.listener {
            Listener::Api(name) => format!("--port {name}={port}"),
            Listener::Control => format!("--control {}:{port}", bracketed(&self.host)),
        }
    }

    fn host_flag(&self) -> String {
        match &self.listener {
            Listener::Api(_) => "--host 127.0.0.1".to_owned(),
            Listener::Control => format!("--control 127.0.0.1:{}", self.port),
        }
    }
}

fn bracketed(host: &str) -> String {
    match host.contains(':') && !host.starts_with('[') {
        true => format!("[{host}]"),
        false => host.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn port_0_gives_the_real_port() {
        let bound = bind("127.0.0.1", 0, Listener::Control).await.unwrap();
        assert_ne!(bound.port(), 0);
        assert_eq!(bound.url(), format!("http://127.0.0.1:{}", bound.port()));
        assert!(bound.is_loopback());
    }

    #[tokio::test]
    async fn a_port_in_use_is_told_with_the_flag_that_moves_it() {
        let first = bind("127.0.0.1", 0, Listener::Control).await.unwrap();
        let port = first.port();
        let next = port.checked_add(10).unwrap_or(port - 10);
        let said = |listener| async move {
            let refused = bind("127.0.0.1", port, listener).await;
            refused.unwrap_err().to_string()
        };
        assert_eq!(
            said(Listener::Api("shop".into())).await,
            format!(
                "port {port} is in use; choose another with --port shop={next}, or any free one with --port shop=0"
            )
        );
        assert_eq!(
            said(Listener::Control).await,
            format!(
                "port {port} is in use; choose another with --control 127.0.0.1:{next}, or any free one with --control 127.0.0.1:0"
            )
        );
    }

    #[tokio::test]
    async fn an_address_of_another_machine_is_told_with_the_flag_that_moves_it() {
        // 192.0.2.0/24 is nobody's (RFC 5737).
        let refused = bind("192.0.2.1", 0, Listener::Api("shop".into())).await;
        assert_eq!(
            refused.unwrap_err().to_string(),
            "this machine has no address 192.0.2.1; choose one of its own with --host 127.0.0.1"
        );
    }

    #[test]
    fn an_address_in_brackets_keeps_them_in_the_flag() {
        let refused = BindError {
            host: "::1".into(),
            port: 4009,
            listener: Listener::Control,
            source: io::ErrorKind::AddrInUse.into(),
        };
        assert!(refused.to_string().contains("--control [::1]:4019"));
    }
}
