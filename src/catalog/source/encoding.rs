//! From bytes to text.
//!
//! Knows UTF-8 and the byte order marks editors leave. Must not know JSON.

use super::finding::Finding;

/// The text without its byte order mark; the finding's offset is one of the text read leniently.
pub(super) fn text(bytes: &[u8]) -> Result<&str, Finding> {
    let body = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") {
        return Err(Finding::whole("the file is UTF-16").say("save it as UTF-8"));
    }
    std::str::from_utf8(body).map_err(|error| {
        let at = bytes.len() - body.len() + error.valid_up_to();
        let range = at..at + char::REPLACEMENT_CHARACTER.len_utf8();
        Finding::new(range, "this is not UTF-8 text").say("save the file as UTF-8")
    })
}
