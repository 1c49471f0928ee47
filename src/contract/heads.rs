//! The heads of an exchange as the journal keeps them: in one piece of memory, whatever their number.
//!
//! Knows names and values. Must not know what they mean. A journal of ten thousand exchanges is memory that
//! no processor has near: the fewer pieces a row has, the less a request waits for it.

use http::{HeaderMap, HeaderName, HeaderValue, Uri};

/// The target of a request, its headers, and those of its answer.
#[derive(Debug, Clone, Default)]
pub struct Heads {
    /// The target, then a line `name:value` and a line feed for each header. No value holds one (RFC 9110
    /// section 5.5), no name a colon (section 5.1).
    text: Box<[u8]>,
    /// Where the request's headers begin.
    request: u32,
    /// Where the answer's begin.
    reply: u32,
}

impl Heads {
    /// Puts them together. What does not fit into 4 GiB is left out, and no edge takes a head as long.
    pub fn of(target: &Uri, request: &HeaderMap, reply: &[(HeaderName, HeaderValue)]) -> Heads {
        let target = target.path_and_query().map_or("", |target| target.as_str());
        let mut room = target.len();
        let length = |name: &HeaderName, value: &HeaderValue| name.as_str().len() + value.len() + 2;
        room += request
            .iter()
            .map(|(name, value)| length(name, value))
            .sum::<usize>();
        room += reply
            .iter()
            .map(|(name, value)| length(name, value))
            .sum::<usize>();
        let mut text = Vec::with_capacity(room);
        text.extend_from_slice(target.as_bytes());
        let request_at = text.len();
        for (name, value) in request {
            write(&mut text, name, value);
        }
        let reply_at = text.len();
        for (name, value) in reply {
            write(&mut text, name, value);
        }
        let (Ok(request), Ok(reply)) = (u32::try_from(request_at), u32::try_from(reply_at)) else {
            return Heads::default();
        };
        Heads {
            text: text.into_boxed_slice(),
            request,
            reply,
        }
    }

    /// Path and query as sent.
    pub fn target(&self) -> &str {
        let target = self.text.get(..self.request as usize);
        target
            .and_then(|target| std::str::from_utf8(target).ok())
            .filter(|target| !target.is_empty())
            .unwrap_or("/")
    }

    /// The request's headers; names are lower case, in the order in which hyper gives them.
    pub fn request(&self) -> Lines<'_> {
        let (from, to) = (self.request as usize, self.reply as usize);
        Lines(self.text.get(from..to).unwrap_or_default())
    }

    /// The answer's headers, in the order in which they were put.
    pub fn reply(&self) -> Lines<'_> {
        Lines(self.text.get(self.reply as usize..).unwrap_or_default())
    }

    /// How many bytes they take.
    pub fn len(&self) -> usize {
        self.text.len()
    }

    /// Whether nothing at all is kept.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }
}

fn write(text: &mut Vec<u8>, name: &HeaderName, value: &HeaderValue) {
    text.extend_from_slice(name.as_str().as_bytes());
    text.push(b':');
    text.extend_from_slice(value.as_bytes());
    text.push(b'\n');
}

/// Headers one by one: the name, and the bytes of the value.
#[derive(Debug, Clone, Copy)]
pub struct Lines<'a>(&'a [u8]);

impl<'a> Lines<'a> {
    /// The first value of a header, as text; `None` when absent or not UTF-8.
    pub fn get(self, name: &str) -> Option<&'a str> {
        std::str::from_utf8(self.all(name).next()?).ok()
    }

    /// All of them as a map, to be sent again.
    pub fn to_map(self) -> HeaderMap {
        let pairs = self.filter_map(|(name, value)| {
            Some((
                name.parse::<HeaderName>().ok()?,
                HeaderValue::from_bytes(value).ok()?,
            ))
        });
        let mut map = HeaderMap::new();
        pairs.for_each(|(name, value)| {
            map.append(name, value);
        });
        map
    }

    /// Every value of a header, in order.
    pub fn all(self, name: &str) -> impl Iterator<Item = &'a [u8]> {
        let named = move |(known, _): &(&str, _)| known.eq_ignore_ascii_case(name);
        self.filter(named).map(|(_, value)| value)
    }
}

impl<'a> Iterator for Lines<'a> {
    type Item = (&'a str, &'a [u8]);

    fn next(&mut self) -> Option<(&'a str, &'a [u8])> {
        let end = self.0.iter().position(|byte| *byte == b'\n')?;
        let (line, rest) = (&self.0[..end], &self.0[end + 1..]);
        self.0 = rest;
        let colon = line.iter().position(|byte| *byte == b':')?;
        let name = std::str::from_utf8(&line[..colon]).ok()?;
        Some((name, &line[colon + 1..]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_what_was_said() {
        let mut request = HeaderMap::new();
        for (name, value) in [
            ("host", "a:1"),
            ("cookie", "a=1"),
            ("cookie", "b=2"),
            ("x-empty", ""),
        ] {
            request.append(name, HeaderValue::from_static(value));
        }
        let latin = HeaderValue::from_bytes(b"caf\xe9").unwrap();
        let reply = [
            (
                http::header::CONTENT_TYPE,
                HeaderValue::from_static("text/plain"),
            ),
            (http::header::SERVER, latin),
        ];
        let heads = Heads::of(&Uri::from_static("/a?b=c"), &request, &reply);
        assert_eq!(heads.target(), "/a?b=c");
        let asked: Vec<_> = heads.request().collect();
        let expected: [(&str, &[u8]); 4] = [
            ("host", b"a:1"),
            ("cookie", b"a=1"),
            ("cookie", b"b=2"),
            ("x-empty", b""),
        ];
        assert_eq!(asked, expected);
        let said: Vec<_> = heads.reply().collect();
        let expected: [(&str, &[u8]); 2] =
            [("content-type", b"text/plain"), ("server", b"caf\xe9")];
        assert_eq!(said, expected);
        assert_eq!(heads.request().get("cookie"), Some("a=1"));
        assert_eq!(heads.request().get("server"), None);
        assert_eq!(heads.reply().get("server"), None, "it is no text");
        assert_eq!(Heads::default().target(), "/");
    }
}
