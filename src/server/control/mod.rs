//! The control API: everything anybody may ask of a running galat, as JSON, on a port of its own.
//!
//! Knows its calls and who may make them. Must not know how anything is done: it says commands to the hub
//! and shows what the hub shows. No definition can shadow it, no fault can hit it.
//!
//! `calls` is the list of calls, `guard` says who may make them, `openapi.json` describes them to others.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};

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
    let router = router(hub, guard, shutdown.clone());
    let made = move |_, _| (router.clone(), refused::unread);
    accept(bound, MANNERS, shutdown, made).await;
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
