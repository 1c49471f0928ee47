//! Servers as processes of their own, so that what they use is theirs alone.

use std::io::{self, BufRead, BufReader, Read};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use portable_pty::{CommandBuilder, PtySize, native_pty_system};

/// A server that does not listen within this never will.
const PATIENCE: Duration = Duration::from_secs(30);
/// Rest between two looks at whether it listens.
const BLINK: Duration = Duration::from_micros(100);

/// A server, ended when it is dropped.
pub struct Server {
    child: Child,
    pub address: SocketAddr,
}

enum Child {
    Piped(std::process::Child),
    OnTerminal(Box<dyn portable_pty::Child + Send + Sync>),
}

/// What a process serves.
#[derive(Clone, Copy)]
pub enum Kind<'a> {
    /// A bare server or a galat without a journal: this program again, with these hidden arguments.
    Own(&'a str, &'a Path),
    /// A galat without a screen, serving the folder.
    Galat(&'a Path, &'a Path),
    /// The same with one more argument pair.
    GalatWith(&'a Path, &'a Path, [&'a str; 2]),
}

impl Server {
    pub fn start(kind: Kind<'_>) -> io::Result<Server> {
        let address = free_address()?;
        let mut command = match kind {
            Kind::Own(word, path) => {
                let mut command = Command::new(std::env::current_exe()?);
                command.arg(word).arg(path);
                command
            }
            Kind::Galat(binary, fixtures) | Kind::GalatWith(binary, fixtures, _) => {
                let mut command = Command::new(binary);
                command.args(["serve", "--headless", "--log", "off", "--control", "off"]);
                command.arg("--fixtures").arg(fixtures);
                command
            }
        };
        if let Kind::GalatWith(_, _, more) = kind {
            command.args(more);
        }
        command.arg("--port").arg(address.port().to_string());
        Server::piped(command, address)
    }

    /// A galat whose screen is open on a terminal that somebody reads; `None` when it shows none.
    pub fn screen(binary: &Path, fixtures: &Path) -> io::Result<Option<Server>> {
        let address = free_address()?;
        let size = PtySize {
            rows: 50,
            cols: 160,
            pixel_width: 0,
            pixel_height: 0,
        };
        let pty = native_pty_system()
            .openpty(size)
            .map_err(io::Error::other)?;
        let mut command = CommandBuilder::new(binary);
        command.args(["serve", "--control", "off", "--port"]);
        command.arg(address.port().to_string());
        command.arg("--fixtures");
        command.arg(fixtures);
        command.env("TERM", "xterm-256color");
        let child = pty.slave.spawn_command(command).map_err(io::Error::other)?;
        let mut shown = pty.master.try_clone_reader().map_err(io::Error::other)?;
        let master = pty.master;
        std::thread::spawn(move || {
            let _held = master;
            let mut buffer = [0; 64 << 10];
            while shown.read(&mut buffer).is_ok_and(|read| read > 0) {}
        });
        let mut server = Server {
            child: Child::OnTerminal(child),
            address,
        };
        // It listens before it shows: whether there is a screen is known once it had time to give up.
        let shown = server.listens().is_ok() && {
            std::thread::sleep(Duration::from_millis(300));
            !server.has_ended()
        };
        Ok(shown.then_some(server))
    }

    fn piped(mut command: Command, address: SocketAddr) -> io::Result<Server> {
        command.stdin(Stdio::piped()).stdout(Stdio::null());
        let mut server = Server {
            child: Child::Piped(command.spawn()?),
            address,
        };
        server.listens()?;
        Ok(server)
    }

    /// Waits until it takes connections.
    fn listens(&mut self) -> io::Result<()> {
        let deadline = Instant::now() + PATIENCE;
        while TcpStream::connect(self.address).is_err() {
            if self.has_ended() || Instant::now() > deadline {
                return Err(io::Error::other("the server does not listen"));
            }
            std::thread::sleep(BLINK);
        }
        Ok(())
    }

    fn has_ended(&mut self) -> bool {
        match &mut self.child {
            Child::Piped(child) => !matches!(child.try_wait(), Ok(None)),
            Child::OnTerminal(child) => !matches!(child.try_wait(), Ok(None)),
        }
    }

    fn pid(&self) -> u32 {
        match &self.child {
            Child::Piped(child) => child.id(),
            Child::OnTerminal(child) => child.process_id().unwrap_or(0),
        }
    }

    /// The processor time that its threads have used; `None` where the system does not tell.
    pub fn cpu(&self) -> Option<Duration> {
        let threads = std::fs::read_dir(format!("/proc/{}/task", self.pid())).ok()?;
        let used = threads.flatten().map(|thread| {
            let text = std::fs::read_to_string(thread.path().join("schedstat")).ok()?;
            text.split(' ').next()?.parse::<u64>().ok()
        });
        used.sum::<Option<u64>>().map(Duration::from_nanos)
    }

    /// The memory that it occupies, in KiB.
    pub fn memory(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid())).ok()?;
        let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
        line.split_whitespace().nth(1)?.parse().ok()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        match &mut self.child {
            Child::Piped(child) => {
                let _ = child.kill();
                let _ = child.wait();
            }
            Child::OnTerminal(child) => {
                let _ = child.kill();
                let _ = child.wait();
            }
        }
    }
}

/// A galat with its built-in APIs, and how long it took until it had answered once.
pub fn started(binary: &Path, nowhere: &Path) -> io::Result<(Server, Duration)> {
    let began = Instant::now();
    let mut child = Command::new(binary)
        .args(["--headless", "--log", "json", "--port", "0"])
        .args(["--control", "127.0.0.1:0"])
        .current_dir(nowhere)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()?;
    let stdout = child.stdout.take();
    let mut server = Server {
        child: Child::Piped(child),
        address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
    };
    let mut ready = String::new();
    let mut lines = BufReader::new(stdout.ok_or(io::ErrorKind::BrokenPipe)?);
    lines.read_line(&mut ready)?;
    let ready: serde_json::Value = serde_json::from_str(&ready)?;
    let url = ready["apis"][0]["url"].as_str().unwrap_or_default();
    let bare = url.trim_start_matches("http://");
    let (address, path) = bare.split_at(bare.find('/').unwrap_or(bare.len()));
    server.address = address.parse().map_err(io::Error::other)?;
    let request = format!("GET {path}/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
    super::client::once(server.address, request.as_bytes())?;
    Ok((server, began.elapsed()))
}

fn free_address() -> io::Result<SocketAddr> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()
}
