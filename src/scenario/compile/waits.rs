//! Steps that wait.

use super::super::plan::{Act, Wait, wait_said};
use super::Check;
use crate::catalog::spot::Spot;
use crate::contract::definition::Ordered;
use crate::contract::scenario::{self, RequestWait};
use crate::contract::time::Span;

/// How long a wait for quiet takes at most when it does not say.
const QUIET: Span = Span::seconds(30);

impl Check<'_> {
    pub(super) fn wait(&mut self, spot: &Spot<'_>, wait: &scenario::Wait) -> Option<(String, Act)> {
        let (said, wait) = match wait {
            scenario::Wait::Time(time) => (format!("wait {time}"), Wait::Time(*time)),
            scenario::Wait::Request(wait) => self.wait_for(spot, wait)?,
            scenario::Wait::Quiet(wait) => (
                format!("wait until it has been quiet for {}", wait.quiet),
                Wait::Quiet {
                    quiet: wait.quiet,
                    within: wait.within.unwrap_or(QUIET),
                },
            ),
            scenario::Wait::Exit(wait) => (
                "wait for the client to end".to_owned(),
                Wait::Exit { within: wait.exit },
            ),
        };
        Some((said, Act::Wait(wait)))
    }

    fn wait_for(&mut self, spot: &Spot<'_>, wait: &RequestWait) -> Option<(String, Wait)> {
        let api = self.api(spot, wait.api.as_deref())?;
        let session = wait.session.as_ref();
        let wanted = self.wanted(&spot.to("for"), api, &wait.request, session, wait.status)?;
        let count = wait.count.unwrap_or(1);
        let said = wait_said(&wanted, count);
        let wait = Wait::Requests {
            wanted,
            count,
            since: wait.since,
            within: wait.within,
            save: Ordered::new(),
        };
        Some((said, wait))
    }
}
