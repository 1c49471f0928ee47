//! Carries a player's wishes out over a hub: commands, requests, waits.
//!
//! Knows the hub and the runtime. Must not decide anything: the player does.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use super::http::{self, Answer, Batch, Connector};
use super::plan::Plan;
use super::player::{Do, Failure, Played, Player, Verdict, around};
use super::world::{Client, World};
use crate::contract::card::{self, Card, Mark, Rule};
use crate::contract::exchange::Exchange;
use crate::contract::scenario::{Outcome, ScenarioNews, ScenarioState};
use crate::contract::time::Moment;
use crate::hub::{CardScope, Hub, MOST_BYTES, MOST_EXCHANGES};

/// A scenario that was played.
#[derive(Debug)]
pub struct Run {
    pub plan: Arc<Plan>,
    /// What became of each step.
    pub played: Vec<Played>,
    pub began: Moment,
    pub ended: Moment,
    /// How many requests came.
    pub requests: u64,
    /// How many of them were forgotten before the end.
    pub forgotten: u64,
    /// Somebody ended it before its end.
    pub interrupted: bool,
    /// How the client behaved.
    pub card: Card,
    /// The rules that the client was held to and broke.
    pub broken: Vec<(Rule, Failure)>,
}

impl Run {
    /// Whether everything expected came true.
    pub fn passed(&self) -> bool {
        let failed = |played: &Played| matches!(played.verdict, Verdict::Failed(_));
        !self.interrupted && self.broken.is_empty() && !self.played.iter().any(failed)
    }
}

/// From when on a scenario counts what comes: taken before any client can come.
#[derive(Clone)]
pub struct Start {
    at: Moment,
    /// The newest exchange before it.
    newest: u64,
    /// How requests of galat's own reach the APIs.
    connector: Connector,
    client: watch::Receiver<Client>,
}

impl Start {
    /// With this client command, or none.
    pub fn with(self, client: watch::Receiver<Client>) -> Start {
        Start { client, ..self }
    }

    /// Reaches the APIs in this way.
    pub fn over(self, connector: Connector) -> Start {
        Start { connector, ..self }
    }

    /// From now on.
    pub fn of(hub: &Hub) -> Start {
        Start {
            at: hub.moment(),
            newest: hub.glance().newest,
            connector: Connector::default(),
            client: watch::channel(Client::None).1,
        }
    }
}

/// Plays a plan to its end, or until `stop` is ready, telling the hub and `tell` of each step. `begin` is called
/// once all is in force that stands before the first thing expected of a client: what it refuses ends the play.
pub async fn play(
    hub: &Hub,
    plan: Arc<Plan>,
    start: Start,
    begin: impl FnOnce() -> Result<(), String>,
    stop: Pin<&mut (dyn Future<Output = ()> + Send)>,
    tell: impl FnMut(&ScenarioNews),
) -> Result<Run, String> {
    let mut stage = Stage {
        hub,
        client: start.client,
        seen: Seen {
            newest: start.newest,
            ..Seen::default()
        },
        told: 0,
        waiting: None,
        after: start.newest,
        tell,
        plan: plan.clone(),
        connector: start.connector,
    };
    hub.set_card_settings(plan.report.clone());
    let mut player = Player::new(plan.clone());
    let interrupted = stage.lead(&mut player, begin, stop).await?;
    let look = stage.look();
    let card = stage.card(None, None, &look);
    let run = Run {
        broken: stage.broken(&card),
        card,
        plan,
        played: player.played().to_vec(),
        began: start.at,
        ended: hub.moment(),
        requests: stage.seen.newest - start.newest,
        forgotten: stage.seen.forgotten,
        interrupted,
    };
    stage.say_ended(&run);
    Ok(run)
}

/// What is needed to do what a player wants, and what was told of it.
struct Stage<'h, T> {
    hub: &'h Hub,
    client: watch::Receiver<Client>,
    seen: Seen,
    /// Of so many steps news was told.
    told: usize,
    /// The step of which was told that it waits.
    waiting: Option<usize>,
    /// The newest exchange before its beginning.
    after: u64,
    tell: T,
    plan: Arc<Plan>,
    connector: Connector,
}

/// Exchanges since the scenario began, as many as the journal would keep.
#[derive(Default)]
struct Seen {
    list: Vec<Arc<Exchange>>,
    bytes: usize,
    newest: u64,
    forgotten: u64,
}

/// How things stood when they were looked at.
struct Look {
    at: Moment,
    stopped: bool,
    client: Client,
}

impl<T: FnMut(&ScenarioNews)> Stage<'_, T> {
    /// Does what the player wants until it wants no more; whether it was stopped before.
    async fn lead(
        &mut self,
        player: &mut Player,
        begin: impl FnOnce() -> Result<(), String>,
        mut stop: Pin<&mut (dyn Future<Output = ()> + Send)>,
    ) -> Result<bool, String> {
        let mut heard = 0;
        let mut begin = Some(begin);
        loop {
            let look = self.look();
            let wish = player.next(&self.world(&look));
            self.say_played(player.played());
            if player.played().len() >= self.plan.preparations()
                && let Some(begin) = begin.take()
            {
                begin()?;
            }
            let done = async {
                match wish {
                    Do::Done => return true,
                    Do::Wait { until } => {
                        self.say_waiting(player.played().len());
                        self.wait(&mut heard, until, look.at.tick).await;
                    }
                    Do::Apply(command) => {
                        let came = self.hub.apply(command).map(drop);
                        let look = self.look();
                        player.applied(came, &self.world(&look));
                    }
                    Do::Send(batch) => {
                        let answers = self.send(&batch).await;
                        let look = self.look();
                        player.answered(&answers, &self.world(&look));
                    }
                    Do::Grade { api, session } => {
                        let card = self.card(api.as_deref(), session.as_deref(), &look);
                        player.graded(&card, &self.world(&look));
                    }
                    Do::Look { api, session } => {
                        let state = self.hub.state(&api, session.as_deref());
                        player.looked(state, &self.world(&look));
                    }
                }
                false
            };
            let done = tokio::select! {
                biased;
                () = &mut stop => None,
                done = done => Some(done),
            };
            match done {
                Some(true) => return Ok(false),
                Some(false) => {}
                None => {
                    let look = self.look();
                    player.stop(&self.world(&look));
                    return Ok(true);
                }
            }
        }
    }

    /// The client first, then what was asked: whatever it asked before its end is then there.
    fn look(&mut self) -> Look {
        let client = self.client.borrow_and_update().clone();
        let (at, stopped) = (self.hub.moment(), self.hub.clock().stopped);
        self.seen.take(self.hub);
        Look {
            at,
            stopped,
            client,
        }
    }

    fn world<'w>(&'w self, look: &'w Look) -> World<'w> {
        World {
            at: look.at,
            stopped: look.stopped,
            seen: &self.seen.list,
            client: &look.client,
        }
    }

    /// The report card so far. A client that has ended, or that galat is itself, asks nothing more.
    fn card(&self, api: Option<&str>, session: Option<&str>, look: &Look) -> Card {
        let over = match look.client {
            Client::Ended(_) => true,
            Client::Running | Client::Others => false,
            Client::None => self.told == self.plan.steps.len(),
        };
        let after = self.after;
        self.hub.card(CardScope {
            api,
            session,
            after,
            over,
        })
    }

    /// The rules that the client is held to and has broken, with the exchanges that show it.
    fn broken(&self, card: &Card) -> Vec<(Rule, Failure)> {
        let broken = card.rules.iter().filter(|mark| {
            mark.verdict == card::Verdict::Failed && self.plan.report.require.holds(mark.rule)
        });
        let failure = |mark: &Mark| {
            let shown: Vec<u64> = mark.evidence.iter().map(|shown| shown.exchange).collect();
            let does = mark.rule.definition().does;
            let mut failure = Failure::new(format!("a client that {does}"), mark.why.clone());
            failure.around = around(&self.seen.list, &shown);
            (mark.rule, failure)
        };
        broken.map(failure).collect()
    }

    async fn wait(&mut self, heard: &mut u64, until: Option<i64>, tick: i64) {
        let due = async {
            match until {
                Some(until) => {
                    let left = (until - tick).max(1).unsigned_abs();
                    tokio::time::sleep(Duration::from_millis(left)).await;
                }
                None => std::future::pending().await,
            }
        };
        let client = async {
            if self.client.changed().await.is_err() {
                std::future::pending().await // nobody tells of it any more
            }
        };
        tokio::select! {
            () = self.hub.changed(heard) => {}
            () = client => {}
            () = due => {}
        }
    }

    async fn send(&self, batch: &Batch) -> Vec<Answer> {
        match self.hub.api(&batch.api) {
            Ok(api) => http::send(&self.connector, &api.url, batch).await,
            Err(refusal) => vec![Answer::none(Outcome::Lost, refusal.message)],
        }
    }

    /// Tells of the steps that were played since.
    fn say_played(&mut self, played: &[Played]) {
        while let Some(step) = played.get(self.told) {
            let place = self.told;
            self.told += 1;
            let (state, expected, came) = match &step.verdict {
                Verdict::Done => (ScenarioState::Done, None, None),
                Verdict::Passed(came) => (ScenarioState::Passed, None, came.clone()),
                Verdict::Failed(failure) => {
                    let (expected, came) = (failure.expected.clone(), failure.came.clone());
                    (ScenarioState::Failed, Some(expected), Some(came))
                }
                Verdict::Skipped => continue,
            };
            self.say(place, state, expected, came);
        }
    }

    fn say_waiting(&mut self, place: usize) {
        if self.waiting != Some(place) {
            self.waiting = Some(place);
            self.say(place, ScenarioState::Waiting, None, None);
        }
    }

    fn say_ended(&mut self, run: &Run) {
        let played = run.played.iter();
        let played = played.filter(|step| !matches!(step.verdict, Verdict::Skipped));
        let state = match (run.interrupted, run.passed()) {
            (true, _) => ScenarioState::Interrupted,
            (false, true) => ScenarioState::EndedPassed,
            (false, false) => ScenarioState::EndedFailed,
        };
        self.say(played.count().saturating_sub(1), state, None, None);
    }

    fn say(
        &mut self,
        place: usize,
        state: ScenarioState,
        expected: Option<String>,
        came: Option<String>,
    ) {
        let Some(step) = self.plan.steps.get(place) else {
            return;
        };
        let news = ScenarioNews {
            name: self.plan.name.clone(),
            step: place + 1,
            of: self.plan.steps.len(),
            what: step.title().to_owned(),
            state,
            expected,
            came,
        };
        (self.tell)(&news);
        self.hub.tell_scenario(news);
    }
}

impl Seen {
    /// Takes in what has come since; the oldest go when there is no room.
    fn take(&mut self, hub: &Hub) {
        let (missed, fresh) = hub.exchanges_since(self.newest);
        self.forgotten += missed;
        if let Some(last) = fresh.last() {
            self.newest = last.seq;
        }
        self.bytes += fresh
            .iter()
            .map(|exchange| exchange.weight())
            .sum::<usize>();
        self.list.extend(fresh);
        let mut gone = 0;
        while self.list.len() - gone > MOST_EXCHANGES
            || (self.bytes > MOST_BYTES && gone + 1 < self.list.len())
        {
            self.bytes -= self.list[gone].weight();
            gone += 1;
        }
        self.list.drain(..gone);
        self.forgotten += gone as u64;
    }
}
