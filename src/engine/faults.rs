//! The faults in force: which requests they hit, how long they last.
//!
//! Knows scopes, tallies and countdowns. Must not know how an error is worded.

use std::collections::HashMap;
use std::sync::Arc;

use super::chance;
use crate::contract::definition::FaultStyle;
use crate::contract::fault::{FaultSpec, FaultView, Stage, Told};
use crate::contract::path::Scope;
use crate::contract::time::{Span, Timestamp};
use crate::contract::wire::WireFault;

/// One fault in force.
#[derive(Debug, Clone)]
pub struct Standing {
    pub id: Arc<str>,
    pub spec: FaultSpec,
    pub scope: Scope,
    /// The id of the error, or the name of the wire fault.
    pub fault: Arc<str>,
    pub kind: Kind,
    /// How its error tells of the wait.
    pub told: Told,
    pub since: Timestamp,
    /// The first token that was not issued yet when it was switched on, by session.
    pub serials: HashMap<Arc<str>, u64>,
    pub seen: u64,
    pub hits: u64,
    /// How often each session met it on each route, for its draws.
    drawn: HashMap<(Arc<str>, Arc<str>), u64>,
    /// The countdown's end and length.
    pub window: Option<(Timestamp, Span)>,
    /// When `ttl` lifts it.
    pub ttl_ends: Option<Timestamp>,
    /// `times` has been reached.
    pub spent: bool,
}

/// What a fault does to those it hits.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// Answers with an error of the catalogue.
    Error(FaultStyle),
    /// Damages the answer on its way out, or keeps the request from being answered.
    Wire(WireFault),
}

/// What a fault decides about a request in its scope.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    Pass(String),
    /// Why, and which draw of this session on this route it is.
    Hit(String, u64),
}

/// One request as faults see it.
#[derive(Debug, Clone, Copy)]
pub struct Sight<'a> {
    pub seed: u64,
    pub session: &'a Arc<str>,
    pub route: &'a Arc<str>,
    pub method: &'a str,
    /// Without the base.
    pub path: &'a str,
}

/// Every fault in force, in the order in which they were switched on.
#[derive(Debug, Clone, Default)]
pub struct Faults(pub Vec<Standing>);

/// A wait when neither the fault nor the error says how long: 30 seconds.
pub const COUNTDOWN: Span = Span::seconds(30);

impl Standing {
    pub fn new(
        id: &str,
        spec: FaultSpec,
        scope: Scope,
        (fault, kind): (Arc<str>, Kind),
        now: Timestamp,
    ) -> Standing {
        Standing {
            id: Arc::from(id),
            ttl_ends: spec.ttl.map(|ttl| now + ttl),
            told: Told::of(&spec.with),
            spec,
            scope,
            fault,
            kind,
            since: now,
            serials: HashMap::new(),
            seen: 0,
            hits: 0,
            drawn: HashMap::new(),
            window: None,
            spent: false,
        }
    }

    /// Opens the countdown: `retry_after` of the spec, else the error's own. It ends on a whole second, and so
    /// does a `ttl` that cuts it short: what is told of the end is then the same in every form.
    pub fn open_window(&mut self, default_seconds: Option<i64>, now: Timestamp) {
        let given = self
            .spec
            .with
            .get("retry_after")
            .and_then(serde_json::Value::as_i64);
        let span = given.or(default_seconds).map_or(COUNTDOWN, Span::seconds);
        self.window = Some((now.after(span), span));
        self.ttl_ends = self.spec.ttl.map(|ttl| now.after(ttl));
    }

    /// Whether a request is in its scope.
    pub fn sees(&self, sight: &Sight<'_>) -> bool {
        self.spec
            .session
            .as_deref()
            .is_none_or(|session| session == &**sight.session)
            && self.scope.covers(sight.method, sight.path)
    }

    /// Decides about one request in its scope, and counts it.
    pub fn decide(&mut self, sight: &Sight<'_>) -> Verdict {
        self.seen += 1;
        let after = self.spec.after.unwrap_or(0);
        if self.seen <= after {
            return Verdict::Pass(format!(
                "it lets the first {after} through, this is number {}",
                self.seen
            ));
        }
        let counted = self.seen - after;
        if let Some(every) = self.spec.every.filter(|every| *every > 1)
            && !counted.is_multiple_of(every)
        {
            return Verdict::Pass(format!("it hits each {every}th, this is number {counted}"));
        }
        let mut why = String::from("it hits every request in its scope");
        let n = self.next_draw(sight);
        if let Some(chance) = self.spec.chance {
            let drawn = chance::share(sight.seed, &[sight.session, sight.route, &self.id], n);
            if drawn >= chance {
                return Verdict::Pass(format!(
                    "drew {drawn:.2}, and {drawn:.2} is not below {chance:.2}"
                ));
            }
            why = format!("drew {drawn:.2} < {chance:.2}");
        }
        self.hits += 1;
        if let Some(times) = self.spec.times {
            why = format!("hit {} of {times}", self.hits);
            self.spent = self.hits >= times;
        }
        Verdict::Hit(why, n)
    }

    /// Counts its draws for this session on this route, if it draws at all.
    fn next_draw(&mut self, sight: &Sight<'_>) -> u64 {
        let spread = matches!(
            self.kind,
            Kind::Wire(WireFault::Latency(_) | WireFault::Garbage(_))
        );
        if self.spec.chance.is_none() && !spread {
            return 0;
        }
        let drawn = self
            .drawn
            .entry((sight.session.clone(), sight.route.clone()))
            .or_insert(0);
        *drawn += 1;
        *drawn - 1
    }

    /// Whether it is the error fault of this style.
    pub fn is(&self, style: FaultStyle) -> bool {
        self.kind == Kind::Error(style)
    }

    /// When it lifts by the clock.
    pub fn lifts_at(&self) -> Option<Timestamp> {
        let window = self
            .window
            .filter(|_| !self.repeats())
            .map(|(ends, _)| ends);
        match (window, self.ttl_ends) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        }
    }

    /// How long a client has to wait now: until the window ends, or the fault does.
    pub fn countdown(&self, now: Timestamp) -> Option<Span> {
        let (ends, _) = self.window?;
        let ends = self.ttl_ends.map_or(ends, |ttl| ttl.min(ends));
        Some(now.until(ends))
    }

    pub fn repeats(&self) -> bool {
        self.spec
            .with
            .get("repeat")
            .and_then(serde_json::Value::as_bool)
            .unwrap_or(false)
    }

    pub fn is_before(&self) -> bool {
        self.spec.stage == Stage::Before
    }

    /// The fault as people see it.
    pub fn view(&self, api: &Arc<str>, status: Option<u16>, now: Timestamp) -> FaultView {
        let shown_end = self
            .window
            .map(|(ends, _)| ends)
            .into_iter()
            .chain(self.ttl_ends)
            .min();
        let whole = self
            .window
            .map(|(_, span)| span)
            .into_iter()
            .chain(self.spec.ttl)
            .min();
        FaultView {
            api: api.clone(),
            id: self.id.clone(),
            fault: self.fault.clone(),
            status,
            on: self.scope.to_string(),
            spec: self.spec.clone(),
            seen: self.seen,
            hits: self.hits,
            since: self.since,
            lifts_at: self.lifts_at(),
            left_s: shown_end.map(|ends| now.until(ends).seconds_up()),
            window_s: whole.map(Span::seconds_up),
            times_left: self.spec.times.map(|times| times.saturating_sub(self.hits)),
            note: (status.is_none() && matches!(self.kind, Kind::Error(_)))
                .then(|| format!("the API has no error `{}` at present", self.fault)),
        }
    }
}

impl Faults {
    pub fn get(&self, id: &str) -> Option<&Standing> {
        self.0.iter().find(|fault| &*fault.id == id)
    }

    /// Forgets what concerns a session that is forgotten: one of its name that is met later is another.
    pub fn forget(&mut self, session: &str) {
        for fault in &mut self.0 {
            fault.serials.remove(session);
            fault.drawn.retain(|(known, _), _| **known != *session);
        }
    }

    /// Takes away what has run out by the clock or by its hits, and opens repeated countdowns anew.
    pub fn sweep(&mut self, now: Timestamp) -> Vec<Standing> {
        let mut lifted = Vec::new();
        self.0.retain_mut(|fault| {
            if fault.spent || fault.lifts_at().is_some_and(|at| at <= now) {
                lifted.push(fault.clone());
                return false;
            }
            if let Some((ends, span)) = fault
                .window
                .filter(|(ends, span)| *ends <= now && span.0 > 0)
            {
                let missed = (now.0 - ends.0) / span.0;
                fault.window = Some((ends + Span(span.0 * (missed + 1)), span));
            }
            true
        });
        lifted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standing(spec: FaultSpec) -> Standing {
        Standing::new(
            "x",
            spec,
            Scope::everything(),
            (Arc::from("x"), Kind::Error(FaultStyle::Answer)),
            Timestamp(0),
        )
    }

    fn hits(spec: FaultSpec, requests: u64) -> Vec<u64> {
        let (session, route): (Arc<str>, Arc<str>) = (Arc::from("default"), Arc::from("GET /a"));
        let sight = Sight {
            seed: 7,
            session: &session,
            route: &route,
            method: "GET",
            path: "/a",
        };
        let mut fault = standing(spec);
        let mut hit = Vec::new();
        for n in 1..=requests {
            if fault.spent {
                break;
            }
            if matches!(fault.decide(&sight), Verdict::Hit(..)) {
                hit.push(n);
            }
        }
        hit
    }

    #[test]
    fn after_every_and_times_pick_the_requests_they_say() {
        let spec = |after, every, times| FaultSpec {
            after,
            every,
            times,
            ..FaultSpec::default()
        };
        for (spec, expected) in [
            (spec(None, None, Some(2)), vec![1, 2]),
            (spec(Some(2), None, Some(2)), vec![3, 4]),
            (spec(None, Some(3), None), vec![3, 6, 9]),
            (spec(Some(1), Some(2), Some(2)), vec![3, 5]),
        ] {
            assert_eq!(hits(spec, 10), expected);
        }
    }

    #[test]
    fn chance_replays() {
        let spec = FaultSpec {
            chance: Some(0.3),
            ..FaultSpec::default()
        };
        let first = hits(spec.clone(), 1000);
        assert_eq!(first, hits(spec, 1000));
        assert!((250..350).contains(&first.len()), "{}", first.len());
    }

    #[test]
    fn a_repeated_countdown_opens_anew_and_a_plain_one_lifts() {
        let mut with = serde_json::Map::new();
        with.insert("retry_after".into(), 30.into());
        let mut plain = standing(FaultSpec {
            with: with.clone(),
            ..FaultSpec::default()
        });
        plain.open_window(None, Timestamp(0));
        with.insert("repeat".into(), true.into());
        let mut repeated = standing(FaultSpec {
            with,
            ..FaultSpec::default()
        });
        repeated.open_window(None, Timestamp(0));
        let mut faults = Faults(vec![plain, repeated]);
        assert_eq!(faults.sweep(Timestamp(29_999)).len(), 0);
        assert_eq!(faults.sweep(Timestamp(30_000)).len(), 1);
        assert_eq!(
            faults.0[0].countdown(Timestamp(31_000)),
            Some(Span::seconds(29))
        );
        faults.sweep(Timestamp(95_000));
        assert_eq!(
            faults.0[0].countdown(Timestamp(95_000)),
            Some(Span::seconds(25))
        );
    }
}
