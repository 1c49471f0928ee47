//! curl, the command.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use super::faults::{Row, Way, told};
use super::house::trusted;

pub const MISSING: &str = "there is no curl on this machine; install the package `curl`";

/// Where curl is, if it is here.
pub fn find() -> Option<PathBuf> {
    super::on_path(&["curl"])
}

/// What curl says of the last of so many requests on one connection: the status and the body's kind, its exit
/// code where that is not 0, or both.
pub fn ask(curl: &std::path::Path, url: &str, row: &Row, way: Way) -> String {
    let mut command = Command::new(curl);
    command.args(["--disable", "--silent", "--noproxy", "*", "--write-out"]);
    command.arg("\n%{http_code} %{content_type}\n");
    if way != Way::Bare {
        command.arg("--cacert").arg(&trusted().authority);
        command.arg(if way == Way::Streams {
            "--http2"
        } else {
            "--http1.1"
        });
    }
    if let Some(patience) = row.patience_ms {
        command.args(["--max-time", &(patience as f64 / 1000.0).to_string()]);
    }
    command.args(std::iter::repeat_n(url, row.asks));
    let output = command.stdin(Stdio::null()).output().expect("curl runs");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut lines = said.trim_end_matches('\n').rsplit('\n');
    let (status, kind) = lines
        .next()
        .and_then(|line| line.split_once(' '))
        .expect("what was asked for");
    let code = output.status.code().expect("a code");
    let reason = (code != 0).then(|| format!("exit {code}"));
    told(
        status.parse().ok(),
        kind,
        lines.next().unwrap_or(""),
        reason,
    )
}
