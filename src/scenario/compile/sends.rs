//! Steps that send a request.

use std::sync::Arc;

use http::uri::PathAndQuery;
use http::{HeaderName, HeaderValue, Method};

use super::super::plan::{Act, Body, Sending, Wanted};
use super::super::saved;
use super::{Check, of_api};
use crate::catalog::api::Api;
use crate::catalog::routes::Met;
use crate::catalog::spot::Spot;
use crate::contract::nearest::did_you_mean;
use crate::contract::path::{METHODS, Scope};
use crate::contract::scenario::{Answered, By, Outcome, SendStep, Status};
use crate::contract::time::Span;

/// How long galat waits for an answer when the step does not say.
const TIMEOUT: Span = Span::seconds(10);

impl Check<'_> {
    pub(super) fn send(&mut self, spot: &Spot<'_>, send: &SendStep) -> Option<(String, Act)> {
        let api = self.api(spot, send.api.as_deref())?;
        self.filled_by_earlier(spot, send);
        self.headers_fit(&spot.to("headers"), send);
        let body = self.body(spot, send);
        if let Some(expect) = &send.expect {
            self.answered(&spot.to("expect"), expect);
        }
        let request = self.request(&spot.to("request"), send, &api);
        for (name, pointer) in &send.save {
            self.pointer(&spot.to("save").to(name), pointer);
            self.saved.insert(name.clone());
        }
        let (method, target) = request?;
        let times = send.times.unwrap_or(1);
        let said = format!(
            "send {}{}{}{}",
            match (times, send.at_once) {
                (1, _) => String::new(),
                (times, true) => format!("{times} × at once "),
                (times, false) => format!("{times} × "),
            },
            of_api(self.names.len() > 1, &api.name),
            send.request,
            send.expect.as_ref().map(promised).unwrap_or_default(),
        );
        let sending = Sending {
            instead: self.instead(send, &api),
            api: api.name.to_string(),
            method,
            target,
            headers: send.headers.clone(),
            session: send.session.clone(),
            body,
            times,
            at_once: send.at_once,
            timeout: send.timeout.unwrap_or(TIMEOUT),
            within: send.within,
            expect: send.expect.clone(),
            save: send.save.clone(),
        };
        Some((said, Act::Send(Box::new(sending))))
    }

    /// What a client under test is to send instead: the same method and path, answered with the same status.
    fn instead(&self, send: &SendStep, api: &Arc<Api>) -> Option<Wanted> {
        if send.by == By::Galat {
            return None;
        }
        let path = send.request.split('?').next().unwrap_or_default();
        let status = send
            .expect
            .as_ref()
            .and_then(|expect| match expect.outcome {
                Some(Outcome::Lost) => Some(Status::Lost),
                _ => expect.status,
            });
        Some(Wanted {
            api: api.clone(),
            named: self.names.len() > 1,
            scope: Scope::parse(&saved::pattern(path)).ok()?,
            session: send.session.clone(),
            status,
        })
    }

    fn filled_by_earlier(&mut self, spot: &Spot<'_>, send: &SendStep) {
        self.saved_before(&spot.to("request"), &send.request);
        let headers = send.headers.iter().map(|header| ("headers", header));
        let form = send.form.iter().flatten().map(|field| ("form", field));
        for (key, (name, text)) in headers.chain(form) {
            self.saved_before(&spot.to(key).to(name), text);
        }
        if let Some(json) = &send.json {
            self.saved_before(&spot.to("json"), &json.to_string());
        }
        if let Some(text) = &send.text {
            self.saved_before(&spot.to("text"), text);
        }
    }

    fn headers_fit(&mut self, spot: &Spot<'_>, send: &SendStep) {
        for (name, value) in &send.headers {
            let place = spot.to(name);
            if HeaderName::from_bytes(name.as_bytes()).is_err() {
                self.push(place.key_problem(format!("`{name}` is no header's name")));
            }
            if HeaderValue::from_str(&saved::anything(value)).is_err() {
                self.push(place.problem("this cannot stand in a header"));
            }
        }
    }

    /// The body; a problem if there are several.
    fn body(&mut self, spot: &Spot<'_>, send: &SendStep) -> Body {
        let json = send.json.clone().map(|json| ("json", Body::Json(json)));
        let form = send.form.clone().map(|form| ("form", Body::Form(form)));
        let text = send.text.clone().map(|text| ("text", Body::Text(text)));
        let mut bodies = json.into_iter().chain(form).chain(text);
        let Some((first, body)) = bodies.next() else {
            return Body::None;
        };
        if let Some((second, _)) = bodies.next() {
            let place = spot.to(second);
            let problem = place.key_problem(format!("the request has its body in `{first}`"));
            self.push(problem.with_hint("one request has one body; leave one of them out"));
        }
        body
    }

    fn answered(&mut self, spot: &Spot<'_>, expect: &Answered) {
        for (pointer, value) in &expect.body {
            let place = spot.to("body").to(pointer);
            self.pointer(&place, pointer);
            self.saved_before(&place, &value.to_string());
        }
        for (name, value) in &expect.headers {
            self.saved_before(&spot.to("headers").to(name), value);
        }
        let lost = matches!(expect.outcome, Some(Outcome::Lost | Outcome::Timeout));
        let told = expect.status.is_some() || !expect.headers.is_empty() || !expect.body.is_empty();
        if expect.status == Some(Status::Lost) {
            let problem = spot.to("status").problem("no answer is expected otherwise");
            self.push(problem.with_hint("write \"outcome\": \"lost\""));
        } else if lost && told {
            let problem = spot.to("outcome").problem("no answer comes, then");
            self.push(problem.with_hint("leave out what is expected of it"));
        }
    }

    fn pointer(&mut self, spot: &Spot<'_>, pointer: &str) {
        if !pointer.is_empty() && !pointer.starts_with('/') {
            let problem = spot.problem(format!("`{pointer}` is no JSON pointer"));
            self.push(problem.with_hint("write it like /data/token"));
        }
    }

    /// Method and target; a problem where no route would be met and none is meant to be.
    fn request(&mut self, spot: &Spot<'_>, send: &SendStep, api: &Api) -> Option<(Method, String)> {
        let parts = send.request.split_once(' ');
        let parts = parts.map(|(method, target)| (method, target.trim()));
        let Some((method, target)) = parts.filter(|(_, target)| target.starts_with('/')) else {
            let problem = spot.problem(format!("`{}` is no request", send.request));
            self.push(problem.with_hint("write it like `GET /items?page=2`"));
            return None;
        };
        let known = METHODS.contains(&method);
        let Some(method) = Method::from_bytes(method.as_bytes()).ok().filter(|_| known) else {
            let problem = spot.problem(format!("`{method}` is no method"));
            self.push(problem.with_hint_if(did_you_mean(method, METHODS)));
            return None;
        };
        let Ok(uri) = saved::anything(target).parse::<PathAndQuery>() else {
            let problem = spot.problem(format!("`{target}` cannot be asked for"));
            self.push(problem.with_hint("percent-encode what stands in no path, as %20"));
            return None;
        };
        let met = api.table.find(&method, uri.path());
        let meant = |status| {
            let expected = send.expect.as_ref().and_then(|expect| expect.status);
            expected.is_some_and(|expected| expected.fits(Some(status)))
        };
        match met {
            Met::Nothing if !meant(404) => {
                let names = api.routes.iter().map(|route| &*route.name);
                let problem = spot.problem(format!("no route of {} has this path", api.name));
                self.push(problem.with_hint_if(did_you_mean(&send.request, names)));
            }
            Met::OtherMethods(allowed) if !meant(405) => {
                let allowed: Vec<&str> = allowed.iter().map(Method::as_str).collect();
                let problem = spot.problem(format!("{} has no such route", api.name));
                self.push(problem.with_hint(format!("this path takes {}", allowed.join(", "))));
            }
            _ => {}
        }
        Some((method, target.to_owned()))
    }
}

/// ` -> 200`, or what else is to become of it.
fn promised(expect: &Answered) -> String {
    match (expect.status, expect.outcome) {
        (Some(status), Some(Outcome::Broken)) => format!(" -> {status}, broken off"),
        (Some(status), _) => format!(" -> {status}"),
        (None, Some(outcome)) => format!(" -> {}", outcome.name()),
        (None, None) => String::new(),
    }
}
