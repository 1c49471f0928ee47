//! Accepting connections and letting them go in good order.
//!
//! Knows ports, limits and patience. Must not know what is said on a connection.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot, watch};
use tokio::task::JoinSet;

use super::answer::{Answer, api_service};
use super::attend::{Connection, Service, attend};
use super::door::Door;
use super::line::Desk;
use super::listen::{Bound, Held};
use super::unread::Unread;
use super::{Shutdown, closing};

/// How many a listener bears, and for how long.
#[derive(Debug, Clone, Copy)]
pub(super) struct Manners {
    /// Connections at one time; more wait in the system's queue.
    pub most: usize,
    /// How long a request's head may take, and how long a connection may say nothing; a little more at most.
    pub patience: Duration,
}

impl Manners {
    /// Those of an API.
    pub(super) const USUAL: Manners = Manners {
        most: 10_000,
        patience: Duration::from_secs(30),
    };
}

/// How long requests under way may take to end once the house closes.
pub(super) const LAST_ORDERS: Duration = Duration::from_secs(2);
/// Rest after a failure to accept that will not pass by itself at once, as when files run out.
const BREATH: Duration = Duration::from_millis(50);

/// Serves one API until the house closes.
pub async fn serve<D: Door>(bound: Bound, door: D, shutdown: Shutdown) {
    serve_with(Manners::USUAL, bound, door, shutdown).await;
}

/// Serves in rounds: one ends when a fault closes the port, the next begins when it is lifted.
pub(super) async fn serve_with<D: Door>(
    manners: Manners,
    mut bound: Bound,
    door: D,
    mut shutdown: Shutdown,
) {
    let api = api_service(door.clone());
    let mut refusing = door.refusing();
    let mut rounds = JoinSet::new();
    loop {
        let (end, ended) = watch::channel(false);
        let api = api.clone();
        let seated = move |peer, desk| api.seated(peer, desk);
        let (closed, is_closed) = oneshot::channel();
        rounds.spawn(accept_until(bound, manners, ended, closed, seated));
        let refused = tokio::select! {
            () = closing(&mut shutdown) => false,
            refused = refusing.wait_for(|refusing| *refusing) => refused.is_ok(),
        };
        let _ = end.send(true);
        if !refused {
            break;
        }
        let Ok(bound_before) = is_closed.await else {
            break; // the round ended in a panic, which was shown
        };
        let held = Held::close(bound_before);
        door.shut(Some("a fault refuses all connections".to_owned()));
        tokio::select! {
            () = closing(&mut shutdown) => break,
            _ = refusing.wait_for(|refusing| !*refusing) => {}
        }
        match held.and_then(Held::open) {
            Ok(again) => bound = again,
            Err(error) => {
                door.shut(Some(format!("its port cannot be opened again: {error}")));
                break;
            }
        }
        door.shut(None);
    }
    while rounds.join_next().await.is_some() {}
}

/// Accepts connections and gives each the service made for it, and who answers a head that cannot be read.
/// Ends when the house closes and the requests under way have ended, or have had their time. Dropped, it drops
/// its connections.
pub(super) async fn accept<M, S, R>(bound: Bound, manners: Manners, shutdown: Shutdown, make: M)
where
    M: Fn(SocketAddr, Arc<Desk>) -> (S, R),
    S: Service,
    R: Fn(Unread) -> Answer + Send + 'static,
{
    accept_until(bound, manners, shutdown, oneshot::channel().0, make).await;
}

/// The same; gives the port back when it accepts no more and only connections are left.
async fn accept_until<M, S, R>(
    bound: Bound,
    manners: Manners,
    mut shutdown: Shutdown,
    closed: oneshot::Sender<Bound>,
    make: M,
) where
    M: Fn(SocketAddr, Arc<Desk>) -> (S, R),
    S: Service,
    R: Fn(Unread) -> Answer + Send + 'static,
{
    let places = Arc::new(Semaphore::new(manners.most));
    let graceful = GracefulShutdown::new();
    let mut connections = JoinSet::new();
    loop {
        let (stream, peer, place) = tokio::select! {
            () = closing(&mut shutdown) => break,
            Some(_) = connections.join_next() => continue,
            arrived = arrival(&bound.listener, &places) => match arrived {
                Some(arrived) => arrived,
                None => break,
            },
        };
        let desk = Arc::<Desk>::default();
        let (service, refuse) = make(peer, desk.clone());
        let connection = Connection {
            stream,
            tls: bound.tls.clone(),
            desk,
            watcher: graceful.watcher(),
            patience: manners.patience,
            shutdown: shutdown.clone(),
        };
        let talk = attend(connection, service, refuse);
        connections.spawn(async move {
            talk.await;
            drop(place);
        });
    }
    drop(closed.send(bound));
    let _ = tokio::time::timeout(LAST_ORDERS, graceful.shutdown()).await;
    connections.shutdown().await;
}

/// The next connection, once there is a place for it.
async fn arrival(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> Option<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let place = Arc::clone(places).acquire_owned().await.ok()?;
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                // Without it small answers wait for the client's acknowledgement.
                let _ = stream.set_nodelay(true);
                return Some((stream, peer, place));
            }
            Err(error) if passes(&error) => {}
            Err(_) => tokio::time::sleep(BREATH).await,
        }
    }
}

/// Whether a failure to accept is that one connection's, gone before it was taken.
fn passes(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    matches!(
        error.kind(),
        ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted
    )
}
