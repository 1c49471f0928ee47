//! TLS, as the APIs speak it: whom clients are to trust, and how a person has them do so.
//!
//! Knows the commands and the menus of systems and browsers. Must not know certificates.

use std::path::PathBuf;

use serde::Serialize;

use super::shell::quoted;

/// What must be trusted for the APIs to be spoken to within TLS.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Trust {
    /// The certificate of galat's own authority, a file; a given certificate needs none of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authority: Option<PathBuf>,
}

/// How one kind of client comes to trust the authority.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    pub client: &'static str,
    /// An option, a variable, a whole command of a shell, or where in the menus it is.
    pub how: String,
}

impl Trust {
    /// The authority's file, if there is something to trust.
    pub fn file(&self) -> Option<String> {
        let file = self.authority.as_ref()?;
        Some(file.display().to_string())
    }

    /// How clients come to trust the authority on this system; nothing where it vouches for nothing.
    pub fn ways(&self) -> Vec<Way> {
        let Some(file) = self.file() else {
            return Vec::new();
        };
        let word = quoted(&file);
        let tools = [
            ("curl", format!("--cacert {word}")),
            ("Node.js", format!("NODE_EXTRA_CA_CERTS={word}")),
        ];
        let ways = tools.into_iter().chain(of_the_system(&file, &word));
        ways.map(|(client, how)| Way { client, how }).collect()
    }

    /// The same as lines for people, the first of them the fact.
    pub fn told(&self) -> Vec<String> {
        let Some(file) = self.file() else {
            return Vec::new();
        };
        let ways = self.ways();
        let column = ways.iter().map(|way| way.client.len()).max().unwrap_or(0);
        let lines = ways
            .iter()
            .map(|Way { client, how }| format!("{client:<column$}  {how}"));
        let fact = format!("certificates are by {file}; have your client trust it, once:");
        std::iter::once(fact).chain(lines).collect()
    }
}

/// The ways of this system, and of the browsers that do not go by it: the file as it is, and as a word of a shell.
fn of_the_system(file: &str, word: &str) -> Vec<(&'static str, String)> {
    if cfg!(target_os = "macos") {
        let add = "security add-trusted-cert -k ~/Library/Keychains/login.keychain-db";
        return vec![("system", format!("{add} {word}"))];
    }
    if cfg!(windows) {
        let add = "certutil -user -addstore Root";
        return vec![("system", format!("{add} \"{file}\""))];
    }
    let place = "/usr/local/share/ca-certificates/galat.crt";
    // certutil is in the package libnss3-tools.
    let kept = "mkdir -p ~/.pki/nssdb && certutil -d sql:$HOME/.pki/nssdb";
    let menu = "Settings, Privacy & Security, View Certificates, Authorities, Import";
    vec![
        (
            "system",
            format!("sudo cp {word} {place} && sudo update-ca-certificates"),
        ),
        ("Chromium", format!("{kept} -A -t C,, -n galat -i {word}")),
        ("Firefox", format!("{menu}: {file}")),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_os = "linux")]
    #[test]
    fn every_client_is_told_of_in_words_that_a_shell_reads() {
        let trust = Trust {
            authority: Some("/home/ani's/ca.pem".into()),
        };
        let told = trust.told();
        let told: Vec<&str> = told.iter().map(String::as_str).collect();
        assert_eq!(
            told,
            [
                "certificates are by /home/ani's/ca.pem; have your client trust it, once:",
                r"curl      --cacert '/home/ani'\''s/ca.pem'",
                r"Node.js   NODE_EXTRA_CA_CERTS='/home/ani'\''s/ca.pem'",
                r"system    sudo cp '/home/ani'\''s/ca.pem' /usr/local/share/ca-certificates/galat.crt && sudo update-ca-certificates",
                r"Chromium  mkdir -p ~/.pki/nssdb && certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n galat -i '/home/ani'\''s/ca.pem'",
                "Firefox   Settings, Privacy & Security, View Certificates, Authorities, Import: /home/ani's/ca.pem",
            ]
        );
    }

    #[test]
    fn of_a_certificate_that_others_vouch_for_nothing_is_told() {
        assert_eq!(Trust::default().told(), Vec::<String>::new());
        assert_eq!(Trust::default().ways(), []);
    }
}
