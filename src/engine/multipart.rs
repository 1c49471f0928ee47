//! Multipart bodies (RFC 7578) as JSON: texts as strings, files as what is known of them.
//!
//! Knows the format. Must not know routes.

use std::convert::Infallible;
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use serde_json::{Map, Value as Json, json};

/// The parts of a body by name; a file is `{"filename", "content_type", "size"}`, and an image's first bytes
/// tell its `width` and `height` in pixels besides.
pub fn parts(content_type: &str, bytes: &[u8]) -> Result<Json, String> {
    let boundary = multer::parse_boundary(content_type).map_err(|error| error.to_string())?;
    let whole = Bytes::copy_from_slice(bytes);
    let stream = tokio_stream::once(Ok::<Bytes, Infallible>(whole));
    let mut multipart = multer::Multipart::new(stream, boundary);
    let read = async move {
        let mut parts = Map::new();
        while let Some(field) = multipart
            .next_field()
            .await
            .map_err(|error| error.to_string())?
        {
            let name = field.name().unwrap_or_default().to_owned();
            let file = field.file_name().map(str::to_owned);
            let kind = field.content_type().map(ToString::to_string);
            let content = field.bytes().await.map_err(|error| error.to_string())?;
            let value = match file {
                Some(filename) => file_of(&filename, kind, &content),
                None => Json::String(String::from_utf8_lossy(&content).into_owned()),
            };
            parts.insert(name, value);
        }
        Ok(Json::Object(parts))
    };
    at_once(read).unwrap_or_else(|| Err("the body ends before its last part".to_owned()))
}

fn file_of(filename: &str, kind: Option<String>, content: &[u8]) -> Json {
    let mut known = json!({"filename": filename, "content_type": kind, "size": content.len()});
    if let Ok(image) = imagesize::blob_size(content) {
        known["width"] = Json::from(image.width);
        known["height"] = Json::from(image.height);
    }
    known
}

/// Runs a future whose input is all there already; `None` if it waits all the same.
fn at_once<T>(future: impl Future<Output = T>) -> Option<T> {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    match future.as_mut().poll(&mut context) {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_multipart_body_gives_texts_and_what_is_known_of_files() {
        let body = "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--x\r\nContent-Disposition: form-data; \
                    name=\"f\"; filename=\"p.png\"\r\nContent-Type: image/png\r\n\r\nabc\r\n--x--\r\n";
        let read = parts("multipart/form-data; boundary=x", body.as_bytes()).expect("parts");
        assert_eq!(
            read,
            json!({"a": "1", "f": {"filename": "p.png", "content_type": "image/png", "size": 3}})
        );
        let image = body.replace("abc", "GIF89a\u{40}\u{1}\u{20}\u{0}\u{0}\u{0}\u{0}");
        let read = parts("multipart/form-data; boundary=x", image.as_bytes()).expect("parts");
        assert_eq!(
            (&read["f"]["width"], &read["f"]["height"]),
            (&json!(320), &json!(32))
        );
        assert!(parts("multipart/form-data; boundary=x", b"--x\r\nContent").is_err());
        assert!(parts("multipart/form-data", b"").is_err());
    }
}
