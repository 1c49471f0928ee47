//! The table of routes: which one a request meets, as fast for the ten-thousandth as for the first.
//!
//! Knows methods and paths. Must not know what routes do.

use std::collections::HashMap;

use http::Method;
use smallvec::SmallVec;

use crate::contract::path::{PathPattern, Segment};

/// Which route stands where.
#[derive(Debug, Default)]
pub struct RouteTable {
    /// Paths without parameters, whole.
    fixed: HashMap<String, Vec<Entry>>,
    /// Paths with parameters, by segments; the root is node 0.
    nodes: Vec<Node>,
}

#[derive(Debug, Clone)]
struct Entry {
    method: Method,
    route: usize,
}

#[derive(Debug, Default)]
struct Node {
    literals: HashMap<String, usize>,
    parameter: Option<usize>,
    entries: Vec<Entry>,
}

/// The values of a path's parameters, in order, still percent-encoded.
pub type Bindings<'a> = SmallVec<[&'a str; 4]>;

/// What a request meets.
#[derive(Debug, PartialEq, Eq)]
pub enum Met<'a> {
    Route(usize, Bindings<'a>),
    /// The path is known with other methods only.
    OtherMethods(Vec<Method>),
    Nothing,
}

impl RouteTable {
    /// Adds a route; gives back the route that stands there already.
    pub fn add(
        &mut self,
        method: Method,
        pattern: &PathPattern,
        route: usize,
    ) -> Result<(), usize> {
        if self.nodes.is_empty() {
            self.nodes.push(Node::default());
        }
        let entries = if pattern.parameters().next().is_none() {
            self.fixed.entry(fixed_text(pattern)).or_default()
        } else {
            let node = self.node_for(pattern);
            &mut self.nodes[node].entries
        };
        if let Some(twin) = entries.iter().find(|entry| entry.method == method) {
            return Err(twin.route);
        }
        entries.push(Entry { method, route });
        Ok(())
    }

    fn node_for(&mut self, pattern: &PathPattern) -> usize {
        let mut at = 0;
        for segment in pattern.segments() {
            let next = match segment {
                Segment::Literal(text) => self.nodes[at].literals.get(text).copied(),
                Segment::Parameter(_) => self.nodes[at].parameter,
            };
            at = next.unwrap_or_else(|| {
                let new = self.nodes.len();
                self.nodes.push(Node::default());
                match segment {
                    Segment::Literal(text) => {
                        self.nodes[at].literals.insert(text.clone(), new);
                    }
                    Segment::Parameter(_) => self.nodes[at].parameter = Some(new),
                }
                new
            });
        }
        at
    }

    /// The route of a method and a path (without the base, percent-encoded as sent). HEAD meets GET.
    pub fn find<'a>(&self, method: &Method, path: &'a str) -> Met<'a> {
        let mut allowed = Vec::new();
        if let Some(entries) = self.fixed.get(path) {
            if let Some(route) = pick(entries, method) {
                return Met::Route(route, Bindings::new());
            }
            allowed.extend(entries.iter().map(|entry| entry.method.clone()));
        }
        let segments: SmallVec<[&str; 8]> =
            path.strip_prefix('/').unwrap_or(path).split('/').collect();
        let mut bindings = Bindings::new();
        if !self.nodes.is_empty()
            && let Some(route) = self.descend(0, &segments, method, &mut bindings, &mut allowed)
        {
            return Met::Route(route, bindings);
        }
        if allowed.is_empty() {
            Met::Nothing
        } else {
            Met::OtherMethods(with_implied(allowed))
        }
    }

    /// Literal segments before parameters, stepping back where a branch leads nowhere.
    fn descend<'a>(
        &self,
        at: usize,
        segments: &[&'a str],
        method: &Method,
        bindings: &mut Bindings<'a>,
        allowed: &mut Vec<Method>,
    ) -> Option<usize> {
        let node = &self.nodes[at];
        let Some((first, rest)) = segments.split_first() else {
            let found = pick(&node.entries, method);
            if found.is_none() {
                allowed.extend(node.entries.iter().map(|entry| entry.method.clone()));
            }
            return found;
        };
        if let Some(next) = node.literals.get(*first)
            && let Some(route) = self.descend(*next, rest, method, bindings, allowed)
        {
            return Some(route);
        }
        let next = node.parameter.filter(|_| !first.is_empty())?;
        bindings.push(first);
        let found = self.descend(next, rest, method, bindings, allowed);
        if found.is_none() {
            bindings.pop();
        }
        found
    }
}

fn fixed_text(pattern: &PathPattern) -> String {
    let mut text = String::new();
    for segment in pattern.segments() {
        if let Segment::Literal(literal) = segment {
            text.push('/');
            text.push_str(literal);
        }
    }
    if text.is_empty() {
        "/".to_owned()
    } else {
        text
    }
}

fn pick(entries: &[Entry], method: &Method) -> Option<usize> {
    let of = |wanted: &Method| {
        entries
            .iter()
            .find(|entry| entry.method == *wanted)
            .map(|entry| entry.route)
    };
    of(method).or_else(|| {
        if *method == Method::HEAD {
            of(&Method::GET)
        } else {
            None
        }
    })
}

/// The methods for `Allow` (RFC 9110 section 10.2.1): HEAD goes with GET, OPTIONS always.
fn with_implied(mut methods: Vec<Method>) -> Vec<Method> {
    if methods.contains(&Method::GET) {
        methods.push(Method::HEAD);
    }
    methods.push(Method::OPTIONS);
    let mut seen = Vec::new();
    for method in methods {
        if !seen.contains(&method) {
            seen.push(method);
        }
    }
    seen
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(routes: &[&str]) -> RouteTable {
        let mut table = RouteTable::default();
        for (n, route) in routes.iter().enumerate() {
            let (method, path) = route.split_once(' ').expect("a route");
            let pattern = PathPattern::parse(path).expect(path);
            table
                .add(method.parse().expect(method), &pattern, n)
                .expect("no twin");
        }
        table
    }

    #[test]
    fn a_request_meets_the_most_literal_route_and_steps_back_when_that_leads_nowhere() {
        let table = table(&[
            "GET /a/{x}",
            "GET /a/stats",
            "GET /a/{x}/b",
            "GET /a/stats/c",
            "POST /a",
        ]);
        for (method, path, met) in [
            (Method::GET, "/a/stats", Some((1, vec![]))),
            (Method::GET, "/a/7", Some((0, vec!["7"]))),
            (Method::GET, "/a/stats/b", Some((2, vec!["stats"]))),
            (Method::GET, "/a/stats/c", Some((3, vec![]))),
            (Method::HEAD, "/a/7", Some((0, vec!["7"]))),
            (Method::GET, "/a/", None),
            (Method::GET, "/b", None),
        ] {
            let found = match table.find(&method, path) {
                Met::Route(route, bindings) => Some((route, bindings.to_vec())),
                _ => None,
            };
            assert_eq!(found, met, "{method} {path}");
        }
    }

    #[test]
    fn a_known_path_with_another_method_says_which_are_allowed() {
        let table = table(&["GET /a/{x}", "DELETE /a/{y}"]);
        let Met::OtherMethods(allowed) = table.find(&Method::POST, "/a/7") else {
            panic!("no methods")
        };
        assert_eq!(
            allowed,
            [Method::GET, Method::DELETE, Method::HEAD, Method::OPTIONS]
        );
    }

    #[test]
    fn the_same_route_twice_is_refused_whatever_its_parameters_are_called() {
        let mut table = table(&["GET /a/{x}"]);
        let twin = PathPattern::parse("/a/{y}").expect("a path");
        assert_eq!(table.add(Method::GET, &twin, 9), Err(0));
    }
}
