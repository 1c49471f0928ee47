//! The kinds of faults, and what a client that meets one of them may see, to the byte.

use galat::contract::exchange::Exchange;
use serde_json::{Value, json};

use crate::wire::raw::{End, Heard, parted};

/// One kind.
pub struct Kind {
    pub fault: &'static str,
    /// The fault's keys, in JSON.
    keys: &'static str,
    sees: Sees,
    /// How the journal says that its answers went out.
    pub how: &'static str,
}

/// What its client sees.
enum Sees {
    /// The answer as it should be.
    All,
    /// So many bytes of its body, then the end; -1 is half of them.
    Part(i64, End),
    Nothing(End),
    /// The end if the connection was used before, else all.
    NothingIfUsed,
    Noise(usize),
    HalfInOneChunk,
    BrokenJson,
    Mislabelled,
    Page,
    WithoutCors,
    /// An error of the API, with this status and this word in its body.
    Error(u16, &'static str),
    /// The same to a POST; all to a GET.
    ErrorToPosts(u16, &'static str),
}

const fn kind(fault: &'static str, keys: &'static str, how: &'static str, sees: Sees) -> Kind {
    Kind {
        fault,
        keys,
        sees,
        how,
    }
}

/// All of them but `refuse`, which is the port's and meets everybody.
pub static KINDS: [Kind; 20] = [
    kind("latency", r#"{"with":{"max":3}}"#, "sent", Sees::All),
    kind(
        "hang",
        r#"{"with":{"for":2}}"#,
        "lost",
        Sees::Nothing(End::Closed),
    ),
    kind("reset", "{}", "lost", Sees::Nothing(End::Reset)),
    kind(
        "reset",
        r#"{"with":{"bytes":31}}"#,
        "broken",
        Sees::Part(31, End::Reset),
    ),
    kind("empty", "{}", "lost", Sees::Nothing(End::Closed)),
    kind("truncate", "{}", "broken", Sees::Part(-1, End::Closed)),
    kind("malformed-chunk", "{}", "broken", Sees::HalfInOneChunk),
    kind(
        "garbage",
        r#"{"with":{"bytes":77}}"#,
        "lost",
        Sees::Noise(77),
    ),
    kind(
        "dribble",
        r#"{"with":{"chunks":3,"over":4}}"#,
        "sent",
        Sees::All,
    ),
    kind("bandwidth", r#"{"with":{"rate":500}}"#, "sent", Sees::All),
    kind("slow-headers", r#"{"with":{"over":10}}"#, "sent", Sees::All),
    kind("stale-connection", "{}", "lost", Sees::NothingIfUsed),
    kind("malformed-json", "{}", "sent", Sees::BrokenJson),
    kind("wrong-content-type", "{}", "sent", Sees::Mislabelled),
    kind(
        "html-page",
        r#"{"with":{"status":503}}"#,
        "sent",
        Sees::Page,
    ),
    kind("no-cors", "{}", "sent", Sees::WithoutCors),
    kind("crash", "{}", "sent", Sees::Error(500, "CRASH")),
    kind(
        "expired",
        r#"{"with":{"sticky":true}}"#,
        "sent",
        Sees::Error(401, "EXPIRED"),
    ),
    kind(
        "busy",
        r#"{"with":{"repeat":true}}"#,
        "sent",
        Sees::Error(429, "BUSY"),
    ),
    kind(
        "invalid",
        r#"{"with":{"fields":"*"}}"#,
        "sent",
        Sees::ErrorToPosts(422, "mark it"),
    ),
];

/// One request.
pub struct Asked {
    pub session: String,
    pub mark: String,
    pub posts: bool,
    /// It is the first on its connection.
    pub fresh: bool,
}

impl Asked {
    pub fn request(&self, token: &str) -> String {
        let Asked { session, mark, .. } = self;
        let headers = format!(
            "HTTP/1.1\r\nHost: shop\r\nOrigin: http://{session}.test\r\nAuthorization: Bearer {token}\r\n\
             X-Mock-Session: {session}\r\nX-Mark: {mark}\r\n"
        );
        match self.posts {
            false => format!("GET /v1/marks/{mark} {headers}\r\n"),
            true => {
                let body = json!({ "mark": mark }).to_string();
                let length = body.len();
                format!(
                    "POST /v1/marks {headers}Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
                )
            }
        }
    }

    /// The body of its answer, to the letter.
    fn whole(&self) -> Vec<u8> {
        let Asked { session, mark, .. } = self;
        json!({ "for": session, "mark": mark, "head": mark })
            .to_string()
            .into_bytes()
    }
}

impl Kind {
    /// The fault as it is switched on.
    pub fn spec(&self) -> Value {
        let mut spec: Value = serde_json::from_str(self.keys).expect("JSON");
        spec["fault"] = self.fault.into();
        spec
    }

    /// Whether this may come for it; the reason why not.
    pub fn judge(&self, asked: &Asked, heard: &Heard, exchange: &Exchange) -> Result<(), String> {
        let whole = asked.whole();
        let body = |status, headers| answer(heard, status, asked, exchange, headers);
        let right = match &self.sees {
            Sees::All => body(200, CORS)? == whole,
            Sees::NothingIfUsed if asked.fresh => body(200, CORS)? == whole,
            Sees::NothingIfUsed => ended(heard, b"", End::Closed),
            Sees::Nothing(end) => ended(heard, b"", *end),
            Sees::Noise(most) => matches!(heard, Heard::Ended(bytes, End::Closed)
                if bytes.len() == *most && bytes.iter().all(|byte| !byte.is_ascii())),
            Sees::Part(kept, end) => {
                let kept = usize::try_from(*kept).unwrap_or(whole.len() / 2);
                part(heard, asked, exchange)? == (&whole[..kept], *end)
            }
            Sees::HalfInOneChunk => {
                let (first, last) = whole.split_at(whole.len().div_ceil(2));
                let size = format!("{:x}\r\n", first.len());
                let framed = [size.as_bytes(), first, b"\r\nno-chunk\r\n", last].concat();
                part(heard, asked, exchange)? == (&framed[..], End::Closed)
            }
            Sees::BrokenJson => {
                let body = body(200, CORS)?;
                whole.starts_with(&body) && serde_json::from_slice::<Value>(&body).is_err()
            }
            Sees::Mislabelled => body(200, "content-type: text/html\r\n")? == whole,
            Sees::Page => body(503, CORS)?.starts_with(b"<!DOCTYPE html>"),
            Sees::WithoutCors => body(200, "")? == whole,
            Sees::Error(status, word) => says(&body(*status, CORS)?, asked, word),
            Sees::ErrorToPosts(status, word) => match asked.posts {
                true => says(&body(*status, CORS)?, asked, word),
                false => body(200, CORS)? == whole,
            },
        };
        right
            .then_some(())
            .ok_or_else(|| "that is not it".to_owned())
    }
}

/// What every answer to a page has, but for those of `no-cors`.
const CORS: &str = "access-control-allow-credentials: true\r\n";

/// The body of an answer that is whole, with this status, these headers, and the request's own id and origin.
fn answer(
    heard: &Heard,
    status: u16,
    asked: &Asked,
    exchange: &Exchange,
    headers: &str,
) -> Result<Vec<u8>, String> {
    let Heard::Whole(head, body) = heard else {
        return Err("it is not whole".to_owned());
    };
    own(head, asked, exchange)?;
    let right = head.starts_with(&format!("http/1.1 {status} ")) && head.contains(headers);
    match right && head.contains("access-control-") != headers.is_empty() {
        true => Ok(body.clone()),
        false => Err(format!("it is no {status} with `{headers}`")),
    }
}

/// The body as far as it came, and how the connection ended.
fn part<'a>(
    heard: &'a Heard,
    asked: &Asked,
    exchange: &Exchange,
) -> Result<(&'a [u8], End), String> {
    let Heard::Ended(bytes, end) = heard else {
        return Err("it is whole".to_owned());
    };
    let (head, body) = parted(bytes);
    own(&head, asked, exchange)?;
    Ok((body, *end))
}

/// The head is that of the answer which the journal has for this request, and for its origin.
fn own(head: &str, asked: &Asked, exchange: &Exchange) -> Result<(), String> {
    let id = format!("x-request-id: {}\r\n", exchange.request_id).to_lowercase();
    let origin = format!(
        "access-control-allow-origin: http://{}.test\r\n",
        asked.session
    );
    let barred = !head.contains("access-control-");
    match head.contains(&id) && (barred || head.contains(&origin)) {
        true => Ok(()),
        false => Err(format!("it is somebody else's: there is no {id}")),
    }
}

fn ended(heard: &Heard, with: &[u8], how: End) -> bool {
    matches!(heard, Heard::Ended(bytes, end) if bytes == with && *end == how)
}

/// An error's body names the request's mark and the word.
fn says(body: &[u8], asked: &Asked, word: &str) -> bool {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    body["head"] == asked.mark && body["error"].to_string().contains(word)
}
