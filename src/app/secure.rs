//! TLS as the command line asks for it: which certificate, and how clients come to trust it.
//!
//! Knows the options and their files. Must not know what is spoken.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use etcetera::base_strategy::BaseStrategy;

use super::ports::lan_address;
use crate::cli::places::Secure;
use crate::contract::trust::Trust;
use crate::hub::Hub;
use crate::scenario::Connector;
use crate::server::tls::{Authority, Tls};

/// What the ports of the APIs speak.
#[derive(Default)]
pub struct Secured {
    pub tls: Option<Tls>,
    /// Whom clients are to trust.
    pub trust: Option<Trust>,
}

impl Secured {
    /// What was asked for: nothing, a given certificate, or one for this host by galat's own authority.
    pub fn by(options: &Secure, host: &str, hub: &Hub) -> Result<Secured, String> {
        let (tls, authority) = match (&options.tls_cert, &options.tls_key) {
            (Some(certificate), Some(key)) => (given(certificate, key)?, None),
            _ if options.tls => {
                let (tls, authority) = generated(options.tls_dir.as_deref(), host, hub)?;
                (tls, Some(authority))
            }
            _ => return Ok(Secured::default()),
        };
        Ok(Secured {
            tls: Some(tls),
            trust: Some(Trust { authority }),
        })
    }

    /// How requests of galat's own reach its APIs.
    pub fn connector(&self) -> Result<Connector, String> {
        let Some(tls) = &self.tls else {
            return Ok(Connector::default());
        };
        let client = tls.own_client().map_err(|error| error.to_string())?;
        Ok(Connector::within(client))
    }
}

fn given(certificate: &Path, key: &Path) -> Result<Tls, String> {
    let read = |path: &Path| {
        std::fs::read(path).map_err(|error| format!("cannot read {}: {error}", path.display()))
    };
    Tls::from_pem(&read(certificate)?, &read(key)?).map_err(|error| {
        let (certificate, key) = (certificate.display(), key.display());
        format!("cannot speak TLS with {certificate} and {key}: {error}")
    })
}

fn generated(folder: Option<&Path>, host: &str, hub: &Hub) -> Result<(Tls, PathBuf), String> {
    let folder = match folder {
        Some(folder) => std::path::absolute(folder).map_err(|error| error.to_string())?,
        None => etcetera::base_strategy::choose_native_strategy()
            .map_err(|error| format!("{error}; say where with --tls-dir"))?
            .data_dir()
            .join("galat")
            .join("tls"),
    };
    let mut hosts: Vec<String> = ["localhost", "127.0.0.1", "::1"].map(str::to_owned).into();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    match SocketAddr::new(bare.parse().unwrap_or([127, 0, 0, 1].into()), 0).ip() {
        everywhere if everywhere.is_unspecified() => {
            hosts.extend(lan_address().map(|ip| ip.to_string()));
        }
        _ if hosts.iter().all(|known| known != bare) => hosts.push(bare.to_owned()),
        _ => {}
    }
    let clock = hub.clock();
    let today = crate::contract::time::Timestamp(clock.now.0 - clock.offset_ms);
    let authority = Authority::of(&folder).map_err(|error| error.to_string())?;
    let certificate = authority.certificate();
    let tls = authority.vouch(&hosts, today);
    Ok((tls.map_err(|error| error.to_string())?, certificate))
}
