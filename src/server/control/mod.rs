//! The control API: everything anybody may ask of a running galat, as JSON, on a port of its own.
//!
//! Knows its calls and who may make them. Must not know how anything is done: it says commands to the hub
//! and shows what the hub shows. No definition can shadow it, no fault can hit it.
//!
//! `calls` is the list of calls, `guard` says who may make them, `openapi.json` describes them to others.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use http_body_util::{BodyExt, Either};
use hyper::body::Body as _;
use hyper::service::service_fn;
use tower::ServiceExt;

use super::line::Desk;
use super::serve::{Manners, accept};
use super::{Shutdown, listen::Bound};
use crate::hub::Hub;

mod calls;
mod change;
mod events;
mod guard;
mod journal;
mod look;
mod openapi;
mod refused;
mod strict;

pub use guard::Guard;

/// A screen, a test run, some curls.
const MANNERS: Manners = Manners {
    most: 256,
    ..Manners::USUAL
};
/// The longest body of a call.
const LONGEST_BODY: usize = 1 << 20;

/// What every call has at hand.
#[derive(Clone)]
struct Room {
    hub: Hub,
    shutdown: Shutdown,
}

/// Serves the control API until the house closes.
pub async fn serve(bound: Bound, hub: Hub, guard: Guard, shutdown: Shutdown) {
    serve_with(
        MANNERS,
        bound,
        router(hub, guard, shutdown.clone()),
        shutdown,
    )
    .await;
}

async fn serve_with(manners: Manners, bound: Bound, router: Router, shutdown: Shutdown) {
    let made = move |_, desk: Arc<Desk>| {
        let router = router.clone();
        let calls = service_fn(move |request| {
            desk.begin();
            let call = router.clone().oneshot(request);
            let desk = Arc::clone(&desk);
            async move {
                let said = call.await;
                said.map(|said| said.map(|body| Either::Right(engaged(body, desk))))
            }
        });
        (calls, |head| refused::unread(head).map(Either::Right))
    };
    accept(bound, manners, shutdown, made).await;
}

/// A body of which nothing is known of its end, such as that of `/events`, keeps its connection engaged.
fn engaged(body: Body, desk: Arc<Desk>) -> Body {
    let serving = Serving(desk);
    match body.size_hint().exact() {
        Some(_) => body,
        None => Body::new(body.map_frame(move |frame| {
            let _until_then = &serving;
            frame
        })),
    }
}

/// An answer that is not given yet.
struct Serving(Arc<Desk>);

impl Drop for Serving {
    fn drop(&mut self) {
        self.0.done();
    }
}

/// All calls behind their guard. The shutdown ends the streams of `/events`.
pub fn router(hub: Hub, guard: Guard, shutdown: Shutdown) -> Router {
    guarded(calls::router(), guard).with_state(Room { hub, shutdown })
}

/// Puts what holds for every call around calls: the guard, the refusals of unknown ones, the limit of bodies,
/// the number of each reply.
fn guarded<S: Clone + Send + Sync + 'static>(calls: Router<S>, guard: Guard) -> Router<S> {
    calls
        .fallback(refused::no_such_call)
        .method_not_allowed_fallback(refused::wrong_method)
        .layer(DefaultBodyLimit::max(LONGEST_BODY))
        .layer(from_fn_with_state(guard, guard::check))
        .layer(from_fn(guard::number))
}

#[cfg(test)]
mod tests;
