//! A house that is open: everything listens and is answered, until it is closed.
//!
//! Knows the order of start and stop. Must not know what people see of it.

use tokio::sync::watch;
use tokio::task::JoinSet;

use super::lifts::lift_in_time;
use super::ports::{AllBound, listening};
use super::secure::Secured;
use crate::hooks;
use crate::hub::Hub;
use crate::log::Ready;
use crate::server::{self, Shutdown, control};

/// What is at work while a house is open.
pub struct Open {
    /// Where everything listens.
    pub ready: Ready,
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
}

impl Open {
    /// Begins to answer on everything that was bound.
    pub fn new(hub: &Hub, bound: AllBound, secured: &Secured) -> Open {
        let (stop, shutdown) = watch::channel(false);
        let mut tasks = JoinSet::new();
        let mut ready = begin(hub, bound, &shutdown, &mut tasks);
        ready.tls = secured.trust.clone();
        hub.set_trust(secured.trust.clone());
        tasks.spawn(lift_in_time(hub.clone(), shutdown.clone()));
        tasks.spawn(hooks::deliver(hub.clone(), shutdown));
        Open { ready, stop, tasks }
    }

    /// Does one more thing while the house is open; `task` ends when it closes.
    pub fn also(&mut self, task: impl Future<Output = ()> + Send + 'static) {
        self.tasks.spawn(task);
    }

    /// Turns true when the house closes.
    pub fn shutdown(&self) -> Shutdown {
        self.stop.subscribe()
    }

    /// Closes it in good order: requests under way are answered first.
    pub async fn close(mut self) {
        let _ = self.stop.send(true);
        while self.tasks.join_next().await.is_some() {}
    }

    /// Closes it at once: nobody is there any more to be answered.
    pub async fn abandon(mut self) {
        self.tasks.shutdown().await;
    }
}

/// What everything listens on makes the first line.
fn begin(hub: &Hub, bound: AllBound, shutdown: &Shutdown, tasks: &mut JoinSet<()>) -> Ready {
    let mut ready = Ready {
        control: None,
        token: None,
        apis: Vec::new(),
        tls: None,
        seed: hub.seed(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        clock: hub.clock(),
    };
    if let Some((bound, guard)) = bound.control {
        ready.control = Some(bound.url());
        ready.token = guard.token().map(str::to_owned);
        tasks.spawn(control::serve(bound, hub.clone(), guard, shutdown.clone()));
    }
    for (bound, door) in bound.apis {
        ready.apis.push(listening(hub, &door, &bound));
        tasks.spawn(server::serve(bound, door, shutdown.clone()));
    }
    ready
}
