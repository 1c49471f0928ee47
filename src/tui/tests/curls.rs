//! Copied commands run as they stand.

use super::sales::{Sale, traffic};
use crate::contract::shell::quoted;
use crate::contract::trust::Trust;
use crate::tui::curl::written;

const BASE: &str = "http://127.0.0.1:4100/v1";

fn curl(sale: Sale) -> String {
    written(&sale.done(), BASE, None).0
}

#[test]
fn each_request_has_its_command() {
    let plain = |sale| Sale {
        headers: &[],
        ..sale
    };
    let cases = [
        (
            plain(Sale::default()),
            "curl http://127.0.0.1:4100/v1/orders",
        ),
        (
            plain(Sale {
                target: "/v1/orders?page=2&q=a%20b",
                ..Sale::default()
            }),
            "curl 'http://127.0.0.1:4100/v1/orders?page=2&q=a%20b'",
        ),
        (
            plain(Sale {
                target: "/v1/../x?ids[]=1",
                ..Sale::default()
            }),
            "curl --globoff --path-as-is 'http://127.0.0.1:4100/v1/../x?ids[]=1'",
        ),
        (
            plain(Sale {
                method: "DELETE",
                ..Sale::default()
            }),
            "curl -X DELETE http://127.0.0.1:4100/v1/orders",
        ),
        (
            plain(Sale {
                method: "HEAD",
                ..Sale::default()
            }),
            "curl --head http://127.0.0.1:4100/v1/orders",
        ),
        (
            plain(Sale {
                method: "POST",
                ..Sale::default()
            }),
            "curl -X POST http://127.0.0.1:4100/v1/orders",
        ),
        (
            Sale {
                method: "POST",
                body: "it's @me",
                headers: &[
                    ("content-type", "text/plain"),
                    ("content-length", "8"),
                    ("x-empty", ""),
                ],
                ..Sale::default()
            },
            r"curl http://127.0.0.1:4100/v1/orders -H 'content-type: text/plain' -H 'x-empty;' --data-raw 'it'\''s @me'",
        ),
        (
            plain(Sale {
                body: "a\r\nb",
                ..Sale::default()
            }),
            "printf %s YQ0KYg== | base64 -d | curl -X GET http://127.0.0.1:4100/v1/orders -H 'content-type:' --data-binary @-",
        ),
    ];
    for (sale, command) in cases {
        assert_eq!(curl(sale), command);
    }
}

#[test]
fn within_tls_it_names_the_authority_that_is_to_be_trusted() {
    let sale = || Sale {
        headers: &[],
        ..Sale::default()
    };
    let by = |authority: Option<&str>| Trust {
        authority: authority.map(Into::into),
    };
    let cases = [
        (
            "https",
            by(Some("/home/ani's/ca.pem")),
            r"curl --cacert '/home/ani'\''s/ca.pem' https://127.0.0.1:4100/v1/orders",
        ),
        (
            "https",
            by(None), // a certificate that somebody else vouches for
            "curl https://127.0.0.1:4100/v1/orders",
        ),
    ];
    for (scheme, trust, command) in cases {
        let base = BASE.replace("http", scheme);
        assert_eq!(written(&sale().done(), &base, Some(&trust)).0, command);
    }
}

#[test]
fn a_body_that_was_not_kept_whole_is_said_to_be_so() {
    let sold = traffic().pop().expect("traffic");
    assert!(written(&sold, BASE, None).1);
}

/// The shell itself is asked what it reads.
#[cfg(unix)]
#[test]
fn a_shell_reads_back_exactly_what_was_quoted() {
    let texts = [
        "",
        "plain",
        "two words",
        "it's",
        "''",
        "a\"b",
        "$HOME `id` $(id)",
        "a\\",
        "\n",
        "*?[]{}~#!;&|<>",
        "在庫 é",
        "-n",
        "=x",
        "{\"a\": 'b'}",
        "'\\''",
    ];
    for text in texts {
        let script = format!("printf '%s.' {}", quoted(text));
        let out = std::process::Command::new("sh")
            .arg("-c")
            .arg(&script)
            .output();
        let out = out.expect("a shell").stdout;
        assert_eq!(
            String::from_utf8_lossy(&out),
            format!("{text}."),
            "{script}"
        );
    }
}
