//! APIs that appear while others are served.

use std::sync::Arc;

use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::app::ports::{bind_api, listening, nameless_port};
use crate::app::secure::Secured;
use crate::catalog::api::Api;
use crate::cli::places::Places;
use crate::hub::Hub;
use crate::server::{self, Shutdown};

/// Listens for APIs that appear while we serve.
pub(super) async fn serve_new(
    mut new: mpsc::UnboundedReceiver<Arc<Api>>,
    hub: Hub,
    places: Places,
    secured: Arc<Secured>,
    mut shutdown: Shutdown,
) {
    let mut tasks = JoinSet::new();
    // A port given without a name was meant for the API that is served already; 0 is free for all.
    let any = nameless_port(&places).filter(|port| *port == 0);
    loop {
        let api = tokio::select! {
            _ = shutdown.wait_for(|closed| *closed) => break,
            api = new.recv() => match api {
                Some(api) => api,
                None => break,
            },
        };
        let Some(door) = hub.door(&api.name) else {
            continue;
        };
        match bind_api(&places, &secured, &door, any).await {
            Ok(bound) => {
                listening(&hub, &door, &bound);
                tasks.spawn(server::serve(bound, door, shutdown.clone()));
            }
            Err(why) => hub.set_address(&api.name, Err(why)),
        }
        hub.tell_address(&api.name);
    }
    while tasks.join_next().await.is_some() {}
}
