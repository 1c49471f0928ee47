//! A certificate that clients of the tests trust: by an authority of its own, made once.

#![allow(dead_code)] // each binary uses a part of it

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::{SystemTime, UNIX_EPOCH};

use galat::contract::time::Timestamp;
use galat::server::tls::{Authority, Tls};
use tempfile::TempDir;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// A name for this machine, beside the usual ones: to browsers another site.
pub const ELSEWHERE: &str = "app.localhost";

/// The authority, and a certificate by it for this machine.
pub struct Trusted {
    pub tls: Tls,
    /// What clients are to trust.
    pub authority: PathBuf,
    _folder: TempDir,
}

/// Today, for certificates.
pub fn today() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let since = since.expect("it is later than 1970").as_millis();
    Timestamp(i64::try_from(since).expect("it is not that late"))
}

pub fn trusted() -> &'static Trusted {
    static TRUSTED: OnceLock<Trusted> = OnceLock::new();
    TRUSTED.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder");
        let authority = Authority::of(&folder.path().join("tls")).expect("an authority");
        let certificate = authority.certificate();
        let hosts = ["localhost", "127.0.0.1", ELSEWHERE].map(str::to_owned);
        Trusted {
            tls: authority.vouch(&hosts, today()).expect("a certificate"),
            authority: certificate,
            _folder: folder,
        }
    })
}

impl Trusted {
    /// A client that trusts the authority and nobody else, and prefers these protocols.
    pub fn client(&self, protocols: &[&str]) -> Arc<ClientConfig> {
        client(&self.authority, protocols)
    }
}

/// A client that trusts the authority of this file and nobody else, and prefers these protocols.
pub fn client(authority: &std::path::Path, protocols: &[&str]) -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    let authority = CertificateDer::from_pem_file(authority).expect("a certificate");
    roots.add(authority).expect("an authority");
    let provider = Arc::new(ring::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = protocols
        .iter()
        .map(|name| name.as_bytes().into())
        .collect();
    Arc::new(config)
}
