//! The routes page: every route that fits the filter, and what is told of the selected one.
//!
//! Knows what a route takes, gives and may answer instead. Must not switch anything.

use std::sync::Arc;

use http::StatusCode;
use serde_json::Value;

use crate::contract::fault::FaultView;
use crate::contract::glance::{ApiGlance, ErrorView, RouteView};
use crate::contract::path::Scope;
use crate::tui::paper::Paper;
use crate::tui::sheet::Line;
use crate::tui::theme::{Role, role_of_status};
use crate::tui::width::clean;
use crate::tui::words;

/// What the screen remembers of the routes.
#[derive(Debug, Default)]
pub struct Routes {
    /// The filter, as written.
    pub text: String,
    /// The places of the routes that fit it.
    pub shown: Vec<usize>,
    pub told: Told,
    /// Of which route that is.
    pub told_of: Option<Arc<str>>,
    /// What `shown` was made from.
    of: Option<(Arc<Vec<RouteView>>, String)>,
}

/// What is told of one route.
#[derive(Debug, Default, PartialEq)]
pub struct Told {
    pub lines: Vec<Line>,
    /// The lines that are switches, and the error of each.
    pub errors: Vec<(usize, Arc<str>)>,
}

impl Routes {
    /// Finds the routes that fit the filter, if they or it have changed.
    pub fn find(&mut self, routes: Option<&Arc<Vec<RouteView>>>) {
        let Some(routes) = routes else {
            (self.shown, self.of) = (Vec::new(), None);
            return;
        };
        if let Some((known, text)) = &self.of
            && Arc::ptr_eq(known, routes)
            && *text == self.text
        {
            return;
        }
        let words: Vec<String> = self
            .text
            .split_whitespace()
            .map(str::to_lowercase)
            .collect();
        let fits = |(place, route): (usize, &RouteView)| fits(route, &words).then_some(place);
        self.shown = routes.iter().enumerate().filter_map(fits).collect();
        self.of = Some((routes.clone(), self.text.clone()));
    }

    /// The route in this row.
    pub fn route<'a>(&self, api: &'a ApiGlance, row: usize) -> Option<&'a RouteView> {
        api.routes.get(*self.shown.get(row)?)
    }
}

impl Told {
    /// The error that a line switches.
    pub fn error(&self, line: usize) -> Option<&Arc<str>> {
        let mut errors = self.errors.iter();
        errors.find(|(place, _)| *place == line).map(|(_, id)| id)
    }
}

/// Whether every word stands somewhere in what is known of the route.
fn fits(route: &RouteView, words: &[String]) -> bool {
    if words.is_empty() {
        return true;
    }
    let about = route.about.as_deref().unwrap_or_default();
    let mut text = format!("{} {} {} {about}", route.method, route.path, route.auth);
    for more in route.errors.iter().chain(&route.limits) {
        text.push(' ');
        text.push_str(more);
    }
    let text = text.to_lowercase();
    words.iter().all(|word| text.contains(word.as_str()))
}

/// The fault that gives this error on this route alone, to this session or (`None`) to all.
pub fn own_fault<'a>(
    api: &'a ApiGlance,
    route: &RouteView,
    error: &str,
    session: Option<&str>,
) -> Option<&'a FaultView> {
    let mut faults = api.faults.iter();
    faults.find(|fault| {
        let spec = &fault.spec;
        *fault.fault == *error
            && spec.on.as_deref() == Some(&*route.name)
            && spec.session.as_deref() == session
    })
}

/// Under which id that fault is switched on: no other fault has it.
pub fn own_id(api: &ApiGlance, route: &RouteView, error: &str, session: Option<&str>) -> String {
    let mut id = format!("{error}.{}", slug(&route.name));
    if let Some(session) = session {
        id = format!("{id}.{}", slug(session));
    }
    let taken = |id: &str| api.faults.iter().any(|fault| *fault.id == *id);
    let numbered = (2..).map(|n| format!("{id}-{n}"));
    let mut ids = std::iter::once(id.clone()).chain(numbered);
    ids.find(|id| !taken(id)).unwrap_or_default()
}

/// The letters and digits of a text, small, in words parted by `-`.
pub fn slug(text: &str) -> String {
    let text = text.to_lowercase();
    let words = text.split(|c: char| !c.is_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words.join("-")
}

/// Everything there is to know of a route, in lines of at most this width.
pub fn told(api: &ApiGlance, route: &RouteView, session: Option<&str>, width: usize) -> Told {
    let mut paper = Paper::plain(width);
    first_lines(&mut paper, route);
    let errors = errors(&mut paper, api, route, session);
    goes_in(&mut paper, route);
    comes_out(&mut paper, route);
    Told {
        lines: paper.lines,
        errors,
    }
}

fn first_lines(paper: &mut Paper, route: &RouteView) {
    let name = clean(&format!("{} {}", route.method, route.path));
    paper.write(2, vec![(Role::Strong, name)]);
    if let Some(about) = &route.about {
        paper.write(0, vec![(Role::Plain, clean(about))]);
    }
    let who = match route.auth.as_str() {
        "none" => "anybody may call it".to_owned(),
        "any" => "for callers who are signed in".to_owned(),
        roles => format!("for the role {}", roles.replace(", ", " or ")),
    };
    paper.write(0, vec![(Role::Muted, clean(&who))]);
    if !route.limited.is_empty() {
        let limits = format!("limited by {}", route.limited.join(", "));
        paper.write(2, vec![(Role::Muted, clean(&limits))]);
    }
}

fn errors(
    paper: &mut Paper,
    api: &ApiGlance,
    route: &RouteView,
    session: Option<&str>,
) -> Vec<(usize, Arc<str>)> {
    let known = |id: &String| api.catalogue.iter().find(|error| *error.id == **id);
    let errors: Vec<&ErrorView> = route.errors.iter().filter_map(known).collect();
    paper.title(
        "May answer instead",
        "space: on this route alone".to_owned(),
    );
    if errors.is_empty() {
        paper.write(
            0,
            vec![(Role::Muted, "(no error is documented)".to_owned())],
        );
    }
    let mut places = Vec::new();
    for error in errors {
        places.push((paper.lines.len(), error.id.clone()));
        let on = own_fault(api, route, &error.id, session).is_some();
        let (mark, strong) = match on {
            true => ((Role::Bad, "● ".to_owned()), Role::Strong),
            false => ((Role::Muted, "○ ".to_owned()), Role::Plain),
        };
        let mut line = vec![
            mark,
            (role_of_status(error.status), format!("{} ", error.status)),
            (strong, clean(&error.id)),
        ];
        if !on && is_met(api, route, &error.id) {
            line.push((Role::Warn, " (met by another fault)".to_owned()));
        }
        line.push((Role::Muted, format!("  {}", clean(&words::message(error)))));
        paper.write(6, line);
    }
    places
}

/// Whether a fault with another scope gives this error here too.
fn is_met(api: &ApiGlance, route: &RouteView, error: &str) -> bool {
    let path = route.name.split_once(' ').map_or("", |(_, path)| path);
    let faults = api.faults.iter().filter(|fault| *fault.fault == *error);
    faults
        .filter_map(|fault| Scope::parse(&fault.on).ok())
        .any(|scope| scope.reaches(&route.method, path))
}

fn goes_in(paper: &mut Paper, route: &RouteView) {
    if route.fields.is_empty() {
        return;
    }
    paper.title(
        "Goes in",
        "the fields of the body, and what is said of wrong ones".to_owned(),
    );
    for field in &route.fields {
        paper.write(2, vec![(Role::JsonKey, clean(&field.field))]);
        for message in &field.messages {
            let text = format!("  {}", clean(message));
            paper.write(4, vec![(Role::Muted, text)]);
        }
    }
}

fn comes_out(paper: &mut Paper, route: &RouteView) {
    let gives = &route.gives;
    let status = StatusCode::from_u16(gives.status).map(words::status);
    paper.title("Comes out", status.unwrap_or_default());
    if let Some(about) = &gives.about {
        paper.write(0, vec![(Role::Plain, clean(about))]);
    }
    match gives.answer.as_deref() {
        Some(Value::String(file)) if file.starts_with('@') => {
            let text = format!("what stands in {}", &file[1..]);
            paper.write(2, vec![(Role::Plain, clean(&text))]);
        }
        Some(answer) => {
            let text = answer.to_string();
            paper.body(text.as_bytes(), text.len());
        }
        None => {}
    }
}
