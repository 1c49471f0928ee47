//! The list of the control API's calls: one line each, read by the router, by `GET /` and by the test that
//! holds `openapi.json` to it.

use axum::Router;
use axum::handler::Handler;
use axum::middleware::from_fn;
use axum::routing::{MethodFilter, MethodRouter, on};

use super::{Room, change, events, journal, look, openapi, strict};

/// One call.
pub(super) struct Call {
    pub method: &'static str,
    pub path: &'static str,
    route: MethodRouter<Room>,
}

fn get<H: Handler<T, Room>, T: 'static>(path: &'static str, handler: H) -> Call {
    call("GET", MethodFilter::GET, path, handler)
}

fn put<H: Handler<T, Room>, T: 'static>(path: &'static str, handler: H) -> Call {
    call("PUT", MethodFilter::PUT, path, handler).bare()
}

fn post<H: Handler<T, Room>, T: 'static>(path: &'static str, handler: H) -> Call {
    call("POST", MethodFilter::POST, path, handler).bare()
}

/// One whose query says more.
fn post_queried<H: Handler<T, Room>, T: 'static>(path: &'static str, handler: H) -> Call {
    call("POST", MethodFilter::POST, path, handler)
}

fn delete<H: Handler<T, Room>, T: 'static>(path: &'static str, handler: H) -> Call {
    call("DELETE", MethodFilter::DELETE, path, handler).bare()
}

fn call<H: Handler<T, Room>, T: 'static>(
    method: &'static str,
    filter: MethodFilter,
    path: &'static str,
    handler: H,
) -> Call {
    let route = on(filter, handler);
    Call {
        method,
        path,
        route,
    }
}

impl Call {
    /// It changes something, and takes no query.
    fn bare(self) -> Call {
        let route = self.route.route_layer(from_fn(strict::no_query));
        Call { route, ..self }
    }
}

/// Every call there is.
pub(super) fn calls() -> Vec<Call> {
    vec![
        get("/", look::index),
        get("/health", look::health),
        get("/openapi.json", openapi::describe),
        get("/apis", look::apis),
        get("/apis/{api}", look::api),
        get("/apis/{api}/routes", look::routes),
        get("/apis/{api}/errors", look::errors),
        get("/apis/{api}/state", look::state),
        get("/apis/{api}/faults", look::faults),
        delete("/apis/{api}/faults", change::lift_faults),
        put("/apis/{api}/faults/{id}", change::switch_fault),
        delete("/apis/{api}/faults/{id}", change::lift_fault),
        post("/apis/{api}/tokens/expire", change::expire_tokens),
        post_queried("/apis/{api}/tokens/{id}/expire", change::expire_token),
        post_queried("/apis/{api}/tokens/{id}/revoke", change::revoke_token),
        post("/apis/{api}/reset", change::reset_api),
        post("/reset", change::reset),
        get("/journal", journal::list),
        delete("/journal", change::clear_journal),
        get("/scenario", look::scenario),
        get("/report", look::report),
        get("/events", events::stream),
        get("/clock", look::clock),
        post("/clock/advance", change::advance_clock),
        post("/clock/stop", change::stop_clock),
        post("/clock/resume", change::resume_clock),
        get("/problems", look::problems),
    ]
}

pub(super) fn router() -> Router<Room> {
    calls().into_iter().fold(Router::new(), |router, call| {
        router.route(call.path, call.route)
    })
}
