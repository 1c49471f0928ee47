//! A real browser without a window: it opens one page of the test's own, whose script tells what it finds.
//!
//! The page lies on a server of its own, so that to it galat is another origin. No driver: the script sends
//! its findings to the server that it came from, and the browser is ended by its id, with its children.

use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::State;
use axum::response::{Html, IntoResponse};
use axum::routing::{get, post};
use galat::contract::trust::Trust;
use hyper::server::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::service::TowerToHyperService;
use serde_json::Value;
use tempfile::TempDir;
use tokio::net::TcpListener;

use super::house::{ELSEWHERE, House, Plan, trusted};

pub const MISSING: &str = "there is no Chromium on this machine; install the package `chromium`";
pub const TRUSTLESS: &str = "there is no Chromium on this machine, or no certutil by which it learns whom to trust; \
    install the packages `chromium` and `libnss3-tools`";

/// So long a page may take, from the start of the browser.
const PATIENCE: Duration = Duration::from_secs(90);

/// Names for one machine: to a browser `app.test` and `127.0.0.1` are different sites, `127.0.0.1` with two
/// ports is one.
const NAMES: &str = "--host-resolver-rules=MAP *.test 127.0.0.1";

/// What every page begins with.
const PRELUDE: &str = include_str!("pages/prelude.js");

/// The browser that is on this machine.
#[derive(Clone)]
pub struct Browser {
    file: PathBuf,
    /// Its pages and galat are within TLS.
    secure: bool,
    /// The shell command by which it comes to trust an authority, as galat tells a user to.
    trust: Option<String>,
}

/// A page: its script, what it is given, and what the test does for it when it asks.
pub struct Page {
    script: &'static str,
    /// Under which name of this machine it lies: `127.0.0.1`, `localhost`; none is that of another site.
    on: Option<&'static str>,
    given: Value,
    please: Box<dyn Fn(&str) -> Value + Send + Sync>,
}

impl Page {
    /// A page on another site than galat, that asks for nothing.
    pub fn new(script: &'static str, given: Value) -> Page {
        Page {
            script,
            on: None,
            given,
            please: Box::new(|what| panic!("nobody does `{what}` for this page")),
        }
    }

    /// Puts it under another name of this machine.
    pub fn on(mut self, name: &'static str) -> Page {
        self.on = Some(name);
        self
    }

    /// Does what it asks for.
    pub fn who_asks(mut self, please: impl Fn(&str) -> Value + Send + Sync + 'static) -> Page {
        self.please = Box::new(please);
        self
    }
}

/// A page being served.
struct Served {
    html: String,
    please: Box<dyn Fn(&str) -> Value + Send + Sync>,
    found: Sender<Value>,
}

impl Browser {
    /// The browser, if one is here and starts: some packages are only a pointer to another shop.
    pub fn find() -> Option<Browser> {
        static FOUND: OnceLock<Option<Browser>> = OnceLock::new();
        let find = || {
            let file = super::on_path(&["chromium", "chromium-browser", "google-chrome"])?;
            let asked = Command::new(&file).arg("--version").output().ok()?;
            asked.status.success().then_some(Browser {
                file,
                secure: false,
                trust: None,
            })
        };
        FOUND.get_or_init(find).clone()
    }

    /// The same one, that speaks TLS and trusts galat's authority.
    pub fn find_trusting() -> Option<Browser> {
        super::on_path(&["certutil"])?;
        let trust = Some(trust()?);
        let file = Browser::find()?.file;
        Some(Browser {
            file,
            secure: true,
            trust,
        })
    }

    /// The same one with pages of its own outside TLS, that trusts whom this command has it trust.
    pub fn made_to_trust(&self, command: &str) -> Browser {
        Browser {
            file: self.file.clone(),
            secure: false,
            trust: Some(command.to_owned()),
        }
    }

    /// Opens a house that speaks as this browser does.
    pub fn house(&self, plan: Plan) -> House {
        match self.secure {
            true => plan.secured().open(),
            false => plan.open(),
        }
    }

    /// What addresses begin with.
    pub fn scheme(&self) -> &'static str {
        if self.secure { "https" } else { "http" }
    }

    /// Whether it speaks TLS, and HTTP/2 within.
    pub fn is_secure(&self) -> bool {
        self.secure
    }

    /// A name for this machine that is another site than `127.0.0.1`.
    pub fn other_site(&self) -> &'static str {
        // One for which galat's authority may vouch.
        if self.secure { ELSEWHERE } else { "app.test" }
    }

    /// Opens a page, and gives what its script has found.
    pub fn open(&self, page: Page) -> Value {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a runtime");
        let (found, findings) = channel();
        let on = page.on.unwrap_or(self.other_site());
        let port = runtime.block_on(serve(Served::new(page, found), self.secure));
        let mut window = Window::open(self, &format!("{}://{on}:{port}/", self.scheme()));
        let found = window.findings(&findings);
        drop(window);
        drop(runtime); // and with it what the page could ask for
        if let Some(failed) = found.get("failed") {
            panic!(
                "the page's script failed: {}",
                failed.as_str().unwrap_or_default()
            );
        }
        found
    }
}

impl Served {
    fn new(page: Page, found: Sender<Value>) -> Served {
        let html = format!(
            "<!doctype html><meta charset=\"utf-8\"><title>a page</title><body><script type=\"module\">\n\
             const given = {};\nconst found = {{}};\n{PRELUDE}\n\
             try {{\n{}\n}} catch (error) {{ found.failed = String(error.stack) }}\n\
             await fetch('/found', {{ method: 'POST', body: JSON.stringify(found) }});\n</script>",
            page.given, page.script
        );
        Served {
            html,
            please: page.please,
            found,
        }
    }
}

async fn serve(served: Served, secure: bool) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await;
    let listener = listener.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let router = Router::new()
        .route(
            "/",
            get(|State(page): State<Arc<Served>>| async move { Html(page.html.clone()) }),
        )
        .route("/please", post(please))
        .route("/found", post(found))
        .with_state(Arc::new(served));
    match secure {
        true => drop(tokio::spawn(serve_within_tls(listener, router))),
        false => drop(tokio::spawn(
            async move { axum::serve(listener, router).await },
        )),
    }
    port
}

/// The page over HTTP/2, with a certificate by galat's authority.
async fn serve_within_tls(listener: TcpListener, router: Router) {
    while let Ok((stream, _)) = listener.accept().await {
        let router = TowerToHyperService::new(router.clone());
        tokio::spawn(async move {
            // A browser opens connections that it then has no use for.
            let Ok(stream) = trusted().tls.accept(stream).await else {
                return;
            };
            let protocol = http2::Builder::new(TokioExecutor::new());
            let _ = protocol
                .serve_connection(TokioIo::new(stream), router)
                .await;
        });
    }
}

/// The shell command by which galat tells to have Chromium trust its authority, where it does so for a user alone.
fn trust() -> Option<String> {
    let authority = Some(trusted().authority.clone());
    let ways = Trust { authority }.ways();
    let way = ways.into_iter().find(|way| way.client == "Chromium")?;
    Some(way.how)
}

async fn please(State(page): State<Arc<Served>>, what: String) -> impl IntoResponse {
    let done = tokio::task::spawn_blocking(move || (page.please)(&what)).await;
    done.expect("it does not panic").to_string()
}

async fn found(State(page): State<Arc<Served>>, found: String) {
    let found = serde_json::from_str(&found).expect("JSON");
    let _ = page.found.send(found); // nobody waits any more after the deadline
}

/// A browser that runs, with everything it keeps. Ended when dropped.
struct Window {
    child: Child,
    _home: TempDir,
}

impl Window {
    fn open(browser: &Browser, url: &str) -> Window {
        let home = tempfile::tempdir().expect("a folder");
        if let Some(trust) = &browser.trust {
            let mut shell = Command::new("sh");
            shell.args(["-c", trust]);
            let trusts = shell.env("HOME", home.path()).stdin(Stdio::null()).status();
            assert!(trusts.expect("a shell").success(), "it is made to trust");
        }
        let child = Command::new(&browser.file)
            .args([
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                NAMES,
            ])
            .arg(format!("--user-data-dir={}", home.path().display()))
            .arg(url)
            .env("HOME", home.path())
            .env("TMPDIR", home.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0) // its children with it, so that they can be ended with it
            .spawn()
            .expect("the browser starts");
        Window { child, _home: home }
    }

    fn findings(&mut self, findings: &Receiver<Value>) -> Value {
        let until = Instant::now() + PATIENCE;
        loop {
            match findings.recv_timeout(Duration::from_millis(200)) {
                Ok(found) => return found,
                Err(RecvTimeoutError::Disconnected) => panic!("the page's server is gone"),
                Err(RecvTimeoutError::Timeout) => {}
            }
            if let Some(status) = self.child.try_wait().expect("its state") {
                panic!("the browser ended by itself: {status}");
            }
            assert!(
                Instant::now() < until,
                "the page found nothing in {PATIENCE:?}"
            );
        }
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        let group = format!("-{}", self.child.id());
        let _ = Command::new("kill")
            .args(["-s", "KILL", "--", &group])
            .stderr(Stdio::null())
            .status();
        let _ = self.child.wait();
    }
}
