//! The load: raw keep-alive connections over loopback, each with one request under way.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Barrier;
use std::time::{Duration, Instant};

use super::shop::Sample;

/// An answer that does not come within this is a failure of the run.
const PATIENCE: Duration = Duration::from_secs(10);
/// Threads that send; each serves its share of the connections in turn.
const THREADS: usize = 2;

/// What came back for one request.
pub struct Received {
    pub status: u16,
    pub content_type: String,
    pub body: Vec<u8>,
}

/// One keep-alive connection.
struct Line {
    stream: TcpStream,
    buffer: Vec<u8>,
    filled: usize,
}

/// Where the parts of an answer lie in the buffer.
struct Extent {
    head: usize,
    end: usize,
}

impl Line {
    fn open(address: SocketAddr) -> io::Result<Line> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let buffer = vec![0; 64 << 10];
        Ok(Line {
            stream,
            buffer,
            filled: 0,
        })
    }

    fn send(&mut self, request: &[u8]) -> io::Result<()> {
        self.stream.write_all(request)
    }

    /// Reads one answer, which has to have a length.
    fn receive(&mut self) -> io::Result<Extent> {
        self.filled = 0;
        let mut whole = None;
        loop {
            let read = self.stream.read(&mut self.buffer[self.filled..])?;
            if read == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            self.filled += read;
            if whole.is_none() {
                whole = extent(&self.buffer[..self.filled]);
            }
            if let Some(extent) = whole.take_if(|extent| extent.end <= self.filled) {
                return Ok(extent);
            }
        }
    }

    fn status(&self) -> u16 {
        let digits = std::str::from_utf8(&self.buffer[9..12]).unwrap_or_default();
        digits.parse().unwrap_or(0)
    }
}

fn extent(bytes: &[u8]) -> Option<Extent> {
    let head = bytes.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let length = header(&bytes[..head], "content-length")?.parse::<usize>();
    Some(Extent {
        head,
        end: head + length.ok()?,
    })
}

fn header<'a>(head: &'a [u8], name: &str) -> Option<&'a str> {
    head.split(|byte| *byte == b'\n').find_map(|line| {
        let (found, value) = std::str::from_utf8(line).ok()?.split_once(':')?;
        found.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

/// Asks once, on a connection of its own.
pub fn once(address: SocketAddr, request: &[u8]) -> io::Result<Received> {
    let mut line = Line::open(address)?;
    line.send(request)?;
    let Extent { head, end } = line.receive()?;
    Ok(Received {
        status: line.status(),
        content_type: header(&line.buffer[..head], "content-type")
            .unwrap_or_default()
            .to_owned(),
        body: line.buffer[head..end].to_vec(),
    })
}

/// A load: what is asked, over how many connections, how often.
pub struct Load<'a> {
    pub sample: &'a Sample,
    pub connections: usize,
    pub count: usize,
}

impl Load<'_> {
    fn threads(&self) -> usize {
        THREADS.min(self.connections)
    }

    /// How many connections each thread serves.
    fn lines(&self) -> usize {
        self.connections.div_ceil(self.threads())
    }

    fn laps(&self) -> usize {
        self.count.div_ceil(self.threads() * self.lines())
    }

    /// How many requests are really sent: every connection sends as many as every other.
    pub fn really_sent(&self) -> usize {
        self.laps() * self.threads() * self.lines()
    }

    /// Sends it and gives the time that it took. `begun` is called when every connection has been answered
    /// once, just before the time starts.
    pub fn send(&self, address: SocketAddr, begun: impl FnOnce()) -> io::Result<Duration> {
        let start = Barrier::new(self.threads() + 1);
        std::thread::scope(|scope| {
            let sender = |_| scope.spawn(|| self.share(address, &start));
            let senders: Vec<_> = (0..self.threads()).map(sender).collect();
            start.wait();
            begun();
            let started = Instant::now();
            start.wait();
            for sender in senders {
                let sent = sender.join();
                sent.map_err(|_| io::Error::other("a sender broke"))??;
            }
            Ok(started.elapsed())
        })
    }

    /// One thread's share of it.
    fn share(&self, address: SocketAddr, start: &Barrier) -> io::Result<()> {
        let wire = self.sample.wire();
        let opened: io::Result<Vec<Line>> =
            (0..self.lines()).map(|_| Line::open(address)).collect();
        let warm = opened.and_then(|mut lines| self.lap(&mut lines, &wire).map(|()| lines));
        // Both meetings are kept whatever happened, or the others would wait for ever.
        start.wait();
        start.wait();
        let mut lines = warm?;
        (0..self.laps()).try_for_each(|_| self.lap(&mut lines, &wire))
    }

    /// One request on each connection: all are sent, then all are read.
    fn lap(&self, lines: &mut [Line], wire: &[u8]) -> io::Result<()> {
        lines.iter_mut().try_for_each(|line| line.send(wire))?;
        for line in lines {
            line.receive()?;
            if !self.sample.statuses.contains(&line.status()) {
                let (was, due) = (line.status(), self.sample.statuses);
                let what = format!(
                    "status {was} for {}, where {due:?} was due",
                    self.sample.path
                );
                return Err(io::Error::other(what));
            }
        }
        Ok(())
    }
}
