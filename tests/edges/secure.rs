//! `--tls`: an authority that is made once, kept by its owner, and trusted by real clients; or a given certificate.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConnection, StreamOwned};

use super::house::{House, run_in};
use super::shop;
use super::trusted::client;
use super::wire::DEADLINE;

/// A folder for an authority, as an option.
fn place(folder: &TempDir) -> String {
    folder.path().join("tls").display().to_string()
}

/// A house within TLS by the authority of a folder.
fn secured(folder: &TempDir, more: &[&str]) -> House {
    let place = place(folder);
    let options = ["--tls", "--tls-dir", &place];
    House::of(shop::folder(), &[&options, more].concat())
}

/// What a client that trusts this authority alone hears, or why it hears nothing.
fn ask(house: &House, authority: &Path, name: &str) -> std::io::Result<String> {
    let stream = TcpStream::connect(("127.0.0.1", house.port("shop")))?;
    stream.set_read_timeout(Some(DEADLINE))?;
    let name = ServerName::try_from(name.to_owned()).expect("a name");
    let client = ClientConnection::new(client(authority, &["http/1.1"]), name);
    let mut stream = StreamOwned::new(client.expect("a client"), stream);
    stream.write_all(b"GET /v1/hello HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
    let mut said = String::new();
    stream.read_to_string(&mut said)?;
    Ok(said)
}

#[test]
fn an_authority_is_made_once_and_trusted_from_then_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let first = secured(&folder, &[]);
    let url = first.ready["apis"][0]["url"].as_str().expect("a URL");
    assert!(url.starts_with("https://127.0.0.1:"), "{url}");
    assert!(
        first.ready["control"]
            .as_str()
            .is_some_and(|url| url.starts_with("http://"))
    );
    let authority = first.ready["tls"]["authority"]
        .as_str()
        .expect("a file")
        .to_owned();
    let authority = Path::new(&authority);
    let kept = std::fs::read(authority).expect("it is there");
    for name in ["localhost", "127.0.0.1", "::1"] {
        let said = ask(&first, authority, name).expect("an answer");
        assert!(said.starts_with("HTTP/1.1 "), "{said}");
    }
    assert!(ask(&first, authority, "shop.example").is_err());
    drop(first);
    let second = secured(&folder, &[]);
    assert_eq!(std::fs::read(authority).expect("it is there"), kept);
    assert!(ask(&second, authority, "localhost").is_ok());
}

#[cfg(unix)]
#[test]
fn the_authoritys_key_is_its_owners_alone_and_used_no_more_when_others_may_read_it() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a folder");
    let house = secured(&folder, &[]);
    let key = folder.path().join("tls/ca-key.pem");
    let mode = |path: &Path| {
        std::fs::metadata(path)
            .expect("a file")
            .permissions()
            .mode()
    };
    assert_eq!(mode(&key) & 0o777, 0o600);
    drop(house);
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).expect("its owner may");
    let said = run_in(
        folder.path(),
        &[
            "--headless",
            "--tls",
            "--tls-dir",
            "tls",
            "--port",
            "0",
            "--control",
            "off",
        ],
    );
    assert_eq!(said.code, 2);
    assert!(said.err.contains("chmod 600"), "{}", said.err);
}

#[test]
fn a_given_certificate_is_shown_as_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let key = rcgen::KeyPair::generate().expect("a key");
    let params = rcgen::CertificateParams::new(["shop.example".to_owned()]).expect("a name");
    let certificate = params.self_signed(&key).expect("a certificate");
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("it is written");
        path.display().to_string()
    };
    let (shown, kept) = (
        file("c.pem", &certificate.pem()),
        file("k.pem", &key.serialize_pem()),
    );
    let house = House::of(shop::folder(), &["--tls-cert", &shown, "--tls-key", &kept]);
    assert_eq!(house.ready["tls"], Value::Object(Default::default()));
    assert!(ask(&house, Path::new(&shown), "shop.example").is_ok());
}

#[test]
fn what_is_no_certificate_is_refused_with_what_would_be_one() {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in [("none.pem", ""), ("text.pem", "a text")] {
        std::fs::write(folder.path().join(name), text).expect("it is written");
    }
    std::fs::create_dir(folder.path().join("broken")).expect("a folder");
    std::fs::write(folder.path().join("broken/ca-key.pem"), "no key").expect("it is written");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::Permissions::from_mode(0o600);
        std::fs::set_permissions(folder.path().join("broken/ca-key.pem"), mode).expect("ours");
    }
    for (options, hint) in [
        (
            &["--tls-cert", "none.pem", "--tls-key", "none.pem"][..],
            "BEGIN",
        ),
        (
            &["--tls-cert", "text.pem", "--tls-key", "text.pem"],
            "BEGIN",
        ),
        (
            &["--tls-cert", "gone.pem", "--tls-key", "gone.pem"],
            "cannot read gone.pem",
        ),
        (&["--tls-cert", "none.pem"], "--tls-key"),
        (&["--tls", "--tls-dir", "broken"], "delete the folder"),
        (&["--tls", "--tls-dir", "none.pem/below"], "cannot keep"),
        (
            &["--tls", "--tls-dir", "ca", "--host", "shop.example"],
            "--tls-cert",
        ),
    ] {
        let usual = ["--headless", "--port", "0", "--control", "off"];
        let said = run_in(folder.path(), &[&usual, options].concat());
        assert_eq!(said.code, 2, "{options:?}");
        assert!(said.err.contains(hint), "{options:?}: {}", said.err);
    }
}

#[test]
fn a_scenario_is_played_within_tls_and_its_client_told_whom_to_trust() {
    let folder = tempfile::tempdir().expect("a folder");
    shop::build(&folder.path().join("fixtures/shop"));
    let put = |name: &str, step: &str| {
        let text = format!(r#"{{ "apis": ["shop"], "steps": [{step}] }}"#);
        shop::put(folder.path(), name, &text);
    };
    put(
        "alone.json",
        r#"{ "send": { "request": "GET /hello", "expect": { "status": 200 } } }"#,
    );
    put("client.json", r#"{ "wait": { "exit": "20s" } }"#);
    let client = r#"case "$GALAT_URL" in https://*) test -s "$GALAT_TLS_CA" ;; *) false ;; esac"#;
    for words in [
        &["alone.json"][..],
        &["client.json", "--", "sh", "-c", client],
    ] {
        let tls = ["run", "--tls", "--tls-dir", "tls"];
        let said = run_in(folder.path(), &[&tls, words].concat());
        assert_eq!(said.code, 0, "{} {}", said.out, said.err);
    }
}

#[test]
fn a_galat_within_tls_is_asked_without_it_and_says_so_to_who_tries() {
    let folder = tempfile::tempdir().expect("a folder");
    let house = secured(&folder, &[]);
    let asked = |scheme: &str| {
        let control = format!("{scheme}://127.0.0.1:{}", house.control_port());
        let on = "fault on shop/crash,times=1 --control";
        let words: Vec<&str> = on.split(' ').chain([control.as_str()]).collect();
        run_in(folder.path(), &words)
    };
    let said = asked("https");
    assert_eq!((said.code, said.out.as_str()), (2, ""));
    assert!(said.err.contains("does not speak https"), "{}", said.err);
    assert_eq!(asked("http").code, 0);
    let authority = folder.path().join("tls/ca.pem");
    let said = ask(&house, &authority, "localhost").expect("an answer");
    assert!(said.starts_with("HTTP/1.1 500 "), "{said}");
}
