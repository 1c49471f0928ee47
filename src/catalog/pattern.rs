//! Patterns of random texts: `req_########`, `sk_live_****`.
//!
//! Knows which places are random. Must not have chance of its own: bytes are handed in.

use compact_str::CompactString;
use smallvec::SmallVec;

/// How a random text looks. `#` is a digit, `*` a lower-case letter or digit, `?` a hexadecimal
/// digit; everything else stands for itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RandomPattern(String);

const LOWER: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";
const HEX: &[u8; 16] = b"0123456789abcdef";

impl RandomPattern {
    pub fn new(text: impl Into<String>) -> RandomPattern {
        RandomPattern(text.into())
    }

    /// One such text; `draw(n)` gives a number below n.
    pub fn text(&self, mut draw: impl FnMut(u64) -> u64) -> CompactString {
        let filled = |byte| match byte {
            b'#' => b'0' + (draw(10) % 10) as u8,
            b'*' => LOWER[(draw(36) % 36) as usize],
            b'?' => HEX[(draw(16) % 16) as usize],
            other => other,
        };
        // Byte by byte: each answer has such a text, and only ASCII stands for something else.
        let bytes: SmallVec<[u8; 64]> = self.0.bytes().map(filled).collect();
        CompactString::from_utf8(&bytes).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_keeps_its_text_and_fills_its_places() {
        let mut n = 0;
        let text = RandomPattern::new("req_##-**-??").text(|below| {
            n += 7;
            n % below
        });
        assert_eq!(text.len(), "req_##-**-??".len());
        assert!(
            text.starts_with("req_") && !text.contains(['#', '*', '?']),
            "{text}"
        );
    }
}
