//! Words as a shell reads them.
//!
//! Knows POSIX quoting. Must not know what is said to the shell.

/// A word that a POSIX shell reads as exactly this text.
pub fn quoted(text: &str) -> String {
    let harmless = |c: char| c.is_ascii_alphanumeric() || "-_./:=@%+,".contains(c);
    if !text.is_empty() && text.chars().all(harmless) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}
