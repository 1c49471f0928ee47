//! Where galat listens: one port for each API, one for the control API.

use std::path::PathBuf;

use clap::Args;

/// Where everything listens.
#[derive(Debug, Clone, Args)]
pub struct Places {
    /// Address to listen on
    #[arg(
        long,
        env = "GALAT_HOST",
        default_value = "127.0.0.1",
        value_name = "ADDR"
    )]
    pub host: String,
    /// Port of the one API served, or API=PORT; 0 takes any free one
    #[arg(
        long,
        env = "GALAT_PORT",
        value_name = "N|API=N",
        value_delimiter = ','
    )]
    pub port: Vec<Port>,
    /// Where the control API listens, or `off`
    #[arg(
        long,
        env = "GALAT_CONTROL",
        default_value = "127.0.0.1:4009",
        value_name = "ADDR|off"
    )]
    pub control: Control,
    /// What callers of the control API must show; without it, a new one each time if other machines can reach it
    #[arg(
        long,
        env = "GALAT_TOKEN",
        hide_env_values = true,
        value_name = "TOKEN"
    )]
    pub token: Option<Token>,
}

/// TLS on the port of every API. The control API is spoken to without.
#[derive(Debug, Clone, Default, Args)]
pub struct Secure {
    /// Speak TLS, with a certificate by an authority of your own that is made at the first start
    #[arg(long, env = "GALAT_TLS")]
    pub tls: bool,
    /// Where that authority is kept [default: galat/tls among your data]
    #[arg(long, env = "GALAT_TLS_DIR", value_name = "DIR")]
    pub tls_dir: Option<PathBuf>,
    /// Speak TLS with this certificate instead (PEM; those that vouch for it after it)
    #[arg(
        long,
        env = "GALAT_TLS_CERT",
        value_name = "FILE",
        requires = "tls_key"
    )]
    pub tls_cert: Option<PathBuf>,
    /// The key of --tls-cert (PEM)
    #[arg(
        long,
        env = "GALAT_TLS_KEY",
        value_name = "FILE",
        requires = "tls_cert"
    )]
    pub tls_key: Option<PathBuf>,
}

impl Places {
    /// Free ports of this machine, for everything.
    pub fn free() -> Places {
        let host = "127.0.0.1".to_owned();
        Places {
            host: host.clone(),
            port: vec![Port { api: None, port: 0 }],
            control: Control::At { host, port: 0 },
            token: None,
        }
    }
}

/// A port, for one API or for the only one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Port {
    pub api: Option<String>,
    pub port: u16,
}

impl std::str::FromStr for Port {
    type Err = String;

    fn from_str(text: &str) -> Result<Port, String> {
        let (api, number) = match text.split_once('=') {
            Some((api, number)) => (Some(api.to_owned()), number),
            None => (None, text),
        };
        let port = number
            .parse()
            .map_err(|_| format!("`{number}` is no port; write a number from 0 to 65535"))?;
        Ok(Port { api, port })
    }
}

/// Where the control API listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Control {
    Off,
    At { host: String, port: u16 },
}

impl std::str::FromStr for Control {
    type Err = String;

    fn from_str(text: &str) -> Result<Control, String> {
        if text == "off" {
            return Ok(Control::Off);
        }
        let bad = || format!("`{text}` is no address; write one like 127.0.0.1:4009, or `off`");
        let text = text
            .strip_prefix("http://")
            .unwrap_or(text)
            .trim_end_matches('/');
        let (host, port) = match text.rsplit_once(':') {
            Some((host, port)) => (host, port),
            None => ("127.0.0.1", text),
        };
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let host = if host.is_empty() { "127.0.0.1" } else { host };
        Ok(Control::At {
            host: host.to_owned(),
            port: port.parse().map_err(|_| bad())?,
        })
    }
}

/// A token that callers of the control API must show: long enough not to be guessed, and fit for a header.
#[derive(Clone)]
pub struct Token(String);

impl Token {
    /// At least so many characters.
    const LEAST: usize = 16;

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Token {
    /// A token is nobody's to read in a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(…)")
    }
}

impl std::str::FromStr for Token {
    type Err = String;

    fn from_str(text: &str) -> Result<Token, String> {
        if text.len() < Token::LEAST {
            return Err(format!(
                "it is too short to be a secret; take {} characters or more",
                Token::LEAST
            ));
        }
        match text.bytes().all(|byte| byte.is_ascii_graphic()) {
            true => Ok(Token(text.to_owned())),
            false => Err("it does not fit into a header; take ASCII without spaces".to_owned()),
        }
    }
}
