//! Path patterns: `/users/{id}` parsed once, and the scope patterns of faults with `*`.
//!
//! Knows text. Must not know routes.

/// A piece of a path pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Segment {
    Literal(String),
    /// `{name}`: one segment, whatever it is.
    Parameter(String),
}

/// A route's path, parsed once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathPattern {
    segments: Vec<Segment>,
}

impl PathPattern {
    /// Parses `/users/{id}`; the error says what is wrong with it.
    pub fn parse(text: &str) -> Result<PathPattern, String> {
        let rest = text
            .strip_prefix('/')
            .ok_or_else(|| format!("the path `{text}` must start with `/`"))?;
        if rest.is_empty() {
            return Ok(PathPattern {
                segments: Vec::new(),
            });
        }
        let mut segments: Vec<Segment> = Vec::new();
        for part in rest.split('/') {
            let segment = segment(part)?;
            if let Segment::Parameter(name) = &segment
                && segments.contains(&segment)
            {
                return Err(format!(
                    "the parameter `{{{name}}}` stands twice in `{text}`"
                ));
            }
            segments.push(segment);
        }
        Ok(PathPattern { segments })
    }

    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// The names of the parameters, in order.
    pub fn parameters(&self) -> impl Iterator<Item = &str> {
        self.segments.iter().filter_map(|segment| match segment {
            Segment::Parameter(name) => Some(name.as_str()),
            Segment::Literal(_) => None,
        })
    }
}

fn segment(part: &str) -> Result<Segment, String> {
    if part.is_empty() {
        return Err("the path has an empty segment (`//`, or a `/` at its end)".to_owned());
    }
    match part
        .strip_prefix('{')
        .and_then(|rest| rest.strip_suffix('}'))
    {
        Some(name) if is_name(name) => Ok(Segment::Parameter(name.to_owned())),
        Some(name) => Err(format!(
            "`{{{name}}}` is no parameter; its name must be letters, digits and `_`"
        )),
        None if part.contains(['{', '}', '*', '?', '#']) => Err(format!(
            "`{part}` is no path segment; a parameter fills a whole segment, as `/{{id}}/`"
        )),
        None => Ok(Segment::Literal(part.to_owned())),
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && !text.starts_with(|c: char| c.is_ascii_digit())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// Which requests a fault is for: `GET /users/*`, `* /auth/*`, `POST /orders/{id}/pay`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    text: String,
    method: Option<String>,
    path: Option<Vec<String>>,
}

impl Scope {
    /// Everything.
    pub fn everything() -> Scope {
        Scope {
            text: "*".to_owned(),
            method: None,
            path: None,
        }
    }

    /// Parses a scope; the error says how one is written.
    pub fn parse(text: &str) -> Result<Scope, String> {
        let trimmed = text.trim();
        if trimmed.is_empty() || trimmed == "*" || trimmed == "* *" {
            return Ok(Scope::everything());
        }
        let (method, path) = match trimmed.split_once(char::is_whitespace) {
            Some((method, path)) => (Some(method), path.trim()),
            None if trimmed.starts_with('/') => (None, trimmed),
            None => (Some(trimmed), "*"),
        };
        let method = method.filter(|method| *method != "*");
        if let Some(method) = method
            && !METHODS.contains(&method.to_uppercase().as_str())
        {
            return Err(format!(
                "`{method}` is no method; write a scope like `GET /orders/*`"
            ));
        }
        if path != "*" && !path.starts_with('/') {
            return Err(format!(
                "the path `{path}` must start with `/`; write a scope like `GET /orders/*`"
            ));
        }
        Ok(Scope {
            text: trimmed.to_owned(),
            method: method.map(str::to_uppercase),
            path: (path != "*").then(|| path.split('/').skip(1).map(str::to_owned).collect()),
        })
    }

    pub fn is_everything(&self) -> bool {
        self.method.is_none() && self.path.is_none()
    }

    /// Whether a request with this method and path (without the base) is in scope. `*` stands for any
    /// run of segments at the end and for one segment elsewhere; `{name}` and `{*}` for one segment.
    pub fn covers(&self, method: &str, path: &str) -> bool {
        let method_fits = self
            .method
            .as_deref()
            .is_none_or(|own| own == method || (own == "GET" && method == "HEAD"));
        method_fits
            && self.path.as_deref().is_none_or(|own| {
                let given: Vec<&str> = path.split('/').skip(1).collect();
                segments_fit(own, &given)
            })
    }
}

impl Scope {
    /// Whether some request that a route with parameters (`/users/{id}`) answers is in scope.
    pub fn reaches(&self, method: &str, pattern: &str) -> bool {
        self.method
            .as_deref()
            .is_none_or(|own| own == method || (own == "HEAD" && method == "GET"))
            && self.path.as_deref().is_none_or(|own| {
                let parts: Vec<&str> = pattern.split('/').skip(1).collect();
                segments_reach(own, &parts)
            })
    }
}

fn segments_reach(own: &[String], parts: &[&str]) -> bool {
    match (own.split_first(), parts.split_first()) {
        (None, None) => true,
        (Some((first, [])), _) if first == "*" => true,
        (Some((first, own)), Some((one, parts))) => {
            (first == "*" || first.starts_with('{') || one.starts_with('{') || first == one)
                && segments_reach(own, parts)
        }
        _ => false,
    }
}

impl std::fmt::Display for Scope {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

/// The methods an API may use (RFC 9110 section 9, RFC 5789).
pub const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

fn segments_fit(own: &[String], given: &[&str]) -> bool {
    match (own.split_first(), given.split_first()) {
        (None, None) => true,
        (Some((first, [])), _) if first == "*" => true,
        (Some((first, own)), Some((one, given))) => {
            (first == "*" || first.starts_with('{') || first == one) && segments_fit(own, given)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_covers_what_it_says_and_nothing_else() {
        for (scope, request, covered) in [
            ("*", "GET /a", true),
            ("GET", "GET /a/b", true),
            ("GET", "POST /a/b", false),
            ("GET /a/*", "GET /a/b/c", true),
            ("GET /a/*", "GET /b", false),
            ("get /a", "HEAD /a", true),
            ("* /a/{id}", "DELETE /a/7", true),
            ("/a/*/c", "GET /a/b/c", true),
            ("/a/*/c", "GET /a/b/d", false),
            ("/a", "GET /a/b", false),
        ] {
            let (method, path) = request.split_once(' ').expect("a request line");
            let parsed = Scope::parse(scope).expect(scope);
            assert_eq!(parsed.covers(method, path), covered, "{scope} on {request}");
        }
    }

    #[test]
    fn nonsense_is_no_scope() {
        for text in ["FETCH /a", "GET a", "orders"] {
            assert!(Scope::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_path_pattern_says_what_is_wrong_with_it() {
        for text in [
            "users",
            "/a//b",
            "/a/",
            "/a/x{id}",
            "/a/{}",
            "/a/{1}",
            "/{id}/{id}",
        ] {
            assert!(PathPattern::parse(text).is_err(), "{text}");
        }
    }
}
