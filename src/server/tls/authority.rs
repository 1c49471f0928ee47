//! A certificate authority of this user's own, made once and kept, so that it need be trusted only once.
//!
//! Knows its folder. It can vouch for this machine and for private networks, and for nobody else: whoever
//! trusts it and loses its key has lost nothing to the wider network (RFC 5280 section 4.2.1.10).

use std::fs;
use std::io::{self, Write};
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DnType, ExtendedKeyUsagePurpose,
    GeneralSubtree, IsCa, Issuer, KeyPair, KeyUsagePurpose, NameConstraints, date_time_ymd,
};
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

use super::{Tls, TlsError};
use crate::contract::time::Timestamp;

/// The certificate, to be trusted; and its key, which never leaves the folder.
const CERTIFICATE: &str = "ca.pem";
const KEY: &str = "ca-key.pem";

/// Names it vouches for, with all below them, and networks: loopback, private (RFC 1918), link-local, unique
/// local (RFC 4193).
const NAMES: [&str; 2] = ["localhost", "local"];
const NETWORKS: [(&str, u8); 8] = [
    ("127.0.0.0", 8),
    ("10.0.0.0", 8),
    ("172.16.0.0", 12),
    ("192.168.0.0", 16),
    ("169.254.0.0", 16),
    ("::1", 128),
    ("fe80::", 10),
    ("fc00::", 7),
];

/// The authority of one folder.
pub struct Authority {
    key: KeyPair,
    folder: PathBuf,
}

/// Why there is no authority, or no certificate by it.
#[derive(Debug, thiserror::Error)]
pub enum AuthorityError {
    #[error("cannot keep a certificate authority in {}: {source}", folder.display())]
    Folder { folder: PathBuf, source: io::Error },
    #[error(
        "the certificate authority in {} is damaged: {why}; delete the folder for a new one, which must then be trusted anew",
        folder.display()
    )]
    Damaged { folder: PathBuf, why: String },
    #[error("{} can be read by others; run `chmod 600 {}`", .0.display(), .0.display())]
    Exposed(PathBuf),
    #[error(
        "the generated certificate cannot be for {0}, which is neither this machine nor on a private network; \
         give one of your own with --tls-cert and --tls-key"
    )]
    Elsewhere(String),
    #[error("cannot make a certificate: {0}")]
    Making(#[from] rcgen::Error),
    #[error(transparent)]
    Unusable(#[from] TlsError),
}

impl Authority {
    /// The one in a folder; made if there is none.
    pub fn of(folder: &Path) -> Result<Authority, AuthorityError> {
        if !folder.join(KEY).exists() && !folder.join(CERTIFICATE).exists() {
            make(folder)?;
        }
        let damaged = |why: String| AuthorityError::Damaged {
            folder: folder.to_owned(),
            why,
        };
        let key = folder.join(KEY);
        let text = fs::read_to_string(&key).map_err(|error| damaged(format!("{KEY}: {error}")))?;
        kept_to_its_owner(&key)?;
        let certificate = fs::read(folder.join(CERTIFICATE));
        certificate.map_err(|error| damaged(format!("{CERTIFICATE}: {error}")))?;
        Ok(Authority {
            key: KeyPair::from_pem(&text).map_err(|error| damaged(format!("{KEY}: {error}")))?,
            folder: folder.to_owned(),
        })
    }

    /// The file to be trusted.
    pub fn certificate(&self) -> PathBuf {
        self.folder.join(CERTIFICATE)
    }

    /// A certificate for these names and addresses, good from the day before `today` for a year.
    pub fn vouch(self, hosts: &[String], today: Timestamp) -> Result<Tls, AuthorityError> {
        if let Some(host) = hosts.iter().find(|host| !vouches_for(host)) {
            return Err(AuthorityError::Elsewhere(host.clone()));
        }
        let mut params = CertificateParams::new(hosts)?;
        let (year, month, day) = day_before(today);
        params.not_before = date_time_ymd(year, month, day);
        // Systems refuse certificates of more than 398 days; a day of February may be missing next year.
        params.not_after = date_time_ymd(year + 1, month, day.min(28));
        params.distinguished_name.push(DnType::CommonName, "galat");
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        let key = KeyPair::generate()?;
        let issuer = Issuer::new(own_params(), self.key);
        let certificate = params.signed_by(&key, &issuer)?;
        let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
        Ok(Tls::new(vec![certificate.der().clone()], key)?)
    }
}

/// Whether the authority may say who this is.
fn vouches_for(host: &str) -> bool {
    match host.parse::<IpAddr>() {
        Ok(IpAddr::V4(ip)) => ip.is_loopback() || ip.is_private() || ip.is_link_local(),
        Ok(IpAddr::V6(ip)) => {
            ip.is_loopback() || ip.is_unicast_link_local() || ip.is_unique_local()
        }
        Err(_) => NAMES
            .iter()
            .any(|name| host == *name || host.ends_with(&format!(".{name}"))),
    }
}

/// What the authority says of itself. The same at each start, with the same key: what it signs then leads
/// back to the certificate that was trusted.
fn own_params() -> CertificateParams {
    let mut params = CertificateParams::default();
    params.not_before = date_time_ymd(2025, 1, 1);
    params.not_after = date_time_ymd(2045, 1, 1);
    let name = &mut params.distinguished_name;
    name.push(DnType::CommonName, "galat, mock servers of this user");
    name.push(DnType::OrganizationName, "galat");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let names = NAMES
        .iter()
        .map(|name| GeneralSubtree::DnsName((*name).to_owned()));
    let networks = NETWORKS.iter().filter_map(|(address, prefix)| {
        let address = address.parse().ok()?;
        let network = CidrSubnet::from_addr_prefix(address, *prefix);
        Some(GeneralSubtree::IpAddress(network))
    });
    params.name_constraints = Some(NameConstraints {
        permitted_subtrees: names.chain(networks).collect(),
        excluded_subtrees: Vec::new(),
    });
    params
}

/// The folder with both files, whole or not at all: another galat may be starting beside this one.
fn make(folder: &Path) -> Result<(), AuthorityError> {
    let key = KeyPair::generate()?;
    let certificate = own_params().self_signed(&key)?.pem();
    let failed = |source| AuthorityError::Folder {
        folder: folder.to_owned(),
        source,
    };
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    let beside = folder.with_file_name(format!(".{name}.{}", std::process::id()));
    let made = written(&beside, &certificate, &key.serialize_pem())
        .and_then(|()| fs::rename(&beside, folder));
    if let Err(error) = made {
        let _ = fs::remove_dir_all(&beside);
        if !folder.join(KEY).exists() {
            return Err(failed(error));
        }
    }
    Ok(())
}

fn written(folder: &Path, certificate: &str, key: &str) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    fs::write(folder.join(CERTIFICATE), certificate)?;
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(folder.join(KEY))?.write_all(key.as_bytes())
}

#[cfg(unix)]
fn kept_to_its_owner(key: &Path) -> Result<(), AuthorityError> {
    use std::os::unix::fs::PermissionsExt;
    let mode = fs::metadata(key).map_or(0, |metadata| metadata.permissions().mode());
    match mode & 0o077 {
        0 => Ok(()),
        _ => Err(AuthorityError::Exposed(key.to_owned())),
    }
}

/// A user's own folders are closed to others elsewhere.
#[cfg(not(unix))]
fn kept_to_its_owner(_key: &Path) -> Result<(), AuthorityError> {
    Ok(())
}

fn day_before(at: Timestamp) -> (i32, u8, u8) {
    const DAY: i64 = 24 * 60 * 60 * 1000;
    let at = jiff::Timestamp::from_millisecond(at.0 - DAY).unwrap_or_default();
    let date = jiff::tz::TimeZone::UTC.to_datetime(at).date();
    (
        date.year().into(),
        date.month().unsigned_abs(),
        date.day().unsigned_abs(),
    )
}
