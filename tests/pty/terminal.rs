//! A pseudo-terminal with a program in it: keys in, what a person sees out.
//!
//! Knows bytes, keys and the picture they make. Must not know what the program is. Nothing here waits for time to
//! pass: it waits for something to be seen, and the deadline only keeps a broken program from hanging the tests.

use std::io::{Read, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use vt100::{MouseProtocolMode, Parser};

const DEADLINE: Duration = Duration::from_secs(60);
/// What a terminal is told at the end of every frame without a cursor.
const FRAME: &[u8] = b"\x1b[?25l";

/// What has come out of the program so far.
struct Out {
    parser: Parser,
    bytes: Vec<u8>,
    ended: bool,
}

pub struct Terminal {
    master: Box<dyn MasterPty + Send>,
    keys: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    out: Arc<(Mutex<Out>, Condvar)>,
    /// The modes of the line before the program started, as text.
    modes: String,
}

impl Terminal {
    pub fn open((columns, rows): (u16, u16), command: CommandBuilder) -> Terminal {
        let pair = native_pty_system()
            .openpty(size(columns, rows))
            .expect("a pseudo-terminal");
        let modes = format!("{:?}", pair.master.get_termios());
        let child = pair.slave.spawn_command(command).expect("a child");
        let out = Arc::new((
            Mutex::new(Out {
                parser: Parser::new(rows, columns, 0),
                bytes: Vec::new(),
                ended: false,
            }),
            Condvar::new(),
        ));
        let reader = pair.master.try_clone_reader().expect("a reader");
        let into = out.clone();
        thread::spawn(move || read(reader, &into));
        Terminal {
            keys: pair.master.take_writer().expect("a writer"),
            master: pair.master,
            child,
            out,
            modes,
        }
    }

    /// Presses keys: `enter`, `ctrl-c`, or letters to be typed; parted by spaces.
    pub fn press(&mut self, keys: &str) {
        for key in keys.split(' ') {
            let bytes: &[u8] = match key {
                "enter" => b"\r",
                "esc" => b"\x1b",
                "tab" => b"\t",
                "space" => b" ",
                "down" => b"\x1b[B",
                "ctrl-c" => b"\x03",
                "ctrl-n" => b"\x0e",
                "ctrl-t" => b"\x14",
                "ctrl-y" => b"\x19",
                "ctrl-z" => b"\x1a",
                "ctrl-u" => b"\x15",
                letters => letters.as_bytes(),
            };
            self.write(bytes);
        }
    }

    /// Types a text with spaces in it.
    pub fn write_text(&mut self, text: &str) {
        self.write(text.as_bytes());
    }

    /// Clicks with the left button; columns and rows count from 0.
    pub fn click(&mut self, column: usize, row: usize) {
        let (column, row) = (column + 1, row + 1);
        self.write(format!("\x1b[<0;{column};{row}M\x1b[<0;{column};{row}m").as_bytes());
    }

    /// Moves the mouse about without a button.
    pub fn hover(&mut self, times: usize) {
        let moves: String = (0..times)
            .map(|nth| format!("\x1b[<35;{};7M", 5 + nth % 40))
            .collect();
        self.write(moves.as_bytes());
    }

    fn write(&mut self, bytes: &[u8]) {
        self.keys.write_all(bytes).expect("a terminal that reads");
        self.keys.flush().expect("a terminal that reads");
    }

    pub fn resize(&mut self, columns: u16, rows: u16) {
        self.out().parser.screen_mut().set_size(rows, columns);
        self.master.resize(size(columns, rows)).expect("a size");
    }

    /// What is seen now.
    pub fn text(&self) -> String {
        self.out().parser.screen().contents()
    }

    /// Reads the picture itself.
    pub fn look<T>(&self, read: impl FnOnce(&vt100::Screen) -> T) -> T {
        read(self.out().parser.screen())
    }

    /// Waits until what is seen gives an answer.
    pub fn wait<T>(&self, what: &str, mut seen: impl FnMut(&str) -> Option<T>) -> T {
        self.until(what, |out| seen(&out.parser.screen().contents()))
    }

    /// Waits until this is seen.
    pub fn see(&self, text: &str) {
        self.wait(text, |seen| seen.contains(text).then_some(()));
    }

    /// Waits until this is not seen any more.
    pub fn miss(&self, text: &str) {
        self.wait(&format!("no {text}"), |seen| {
            (!seen.contains(text)).then_some(())
        });
    }

    /// Waits until something is among all bytes that came.
    pub fn wait_bytes<T>(&self, what: &str, find: impl Fn(&[u8]) -> Option<T>) -> T {
        self.until(what, |out| find(&out.bytes))
    }

    pub fn byte_count(&self) -> usize {
        self.out().bytes.len()
    }

    /// How many frames were drawn.
    pub fn frames(&self) -> usize {
        let out = self.out();
        out.bytes
            .windows(FRAME.len())
            .filter(|bytes| *bytes == FRAME)
            .count()
    }

    fn until<T>(&self, what: &str, mut find: impl FnMut(&Out) -> Option<T>) -> T {
        let start = Instant::now();
        let mut out = self.out();
        loop {
            if let Some(found) = find(&out) {
                return found;
            }
            let text = out.parser.screen().contents();
            assert!(!out.ended, "ended before: {what}\n{text}");
            let left = DEADLINE.saturating_sub(start.elapsed());
            assert!(!left.is_zero(), "never came: {what}\n{text}");
            out = self.out.1.wait_timeout(out, left).expect("no poison").0;
        }
    }

    fn out(&self) -> MutexGuard<'_, Out> {
        self.out.0.lock().expect("no poison")
    }

    pub fn terminate(&self) {
        let id = self.child.process_id().expect("a child that runs");
        let ended = std::process::Command::new("kill")
            .arg(id.to_string())
            .status();
        assert!(ended.expect("kill").success());
    }

    /// Waits for the end; the exit code and what is seen then. The terminal must be as it was.
    pub fn end(mut self) -> (u32, String) {
        let start = Instant::now();
        let mut out = self.out();
        while !out.ended {
            let left = DEADLINE.saturating_sub(start.elapsed());
            assert!(
                !left.is_zero(),
                "never ended\n{}",
                out.parser.screen().contents()
            );
            out = self.out.1.wait_timeout(out, left).expect("no poison").0;
        }
        let screen = out.parser.screen();
        assert!(!screen.alternate_screen(), "the alternate screen is left");
        assert!(!screen.hide_cursor(), "the cursor is shown");
        assert!(!screen.bracketed_paste(), "pastes are plain again");
        assert_eq!(screen.mouse_protocol_mode(), MouseProtocolMode::None);
        let text = screen.contents();
        drop(out);
        let modes = format!("{:?}", self.master.get_termios());
        assert_eq!(modes, self.modes, "the line is no longer raw");
        let code = self.child.wait().expect("an end").exit_code();
        (code, text)
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill(); // it may have ended by itself
        let _ = self.child.wait();
    }
}

fn size(cols: u16, rows: u16) -> PtySize {
    PtySize {
        rows,
        cols,
        pixel_width: 0,
        pixel_height: 0,
    }
}

fn read(mut reader: Box<dyn Read + Send>, out: &(Mutex<Out>, Condvar)) {
    let mut buffer = [0; 8192];
    loop {
        let count = reader.read(&mut buffer).unwrap_or(0); // an error says that nobody writes any more
        // A test that failed while it held the lock has said so already.
        let mut out_now = out.0.lock().unwrap_or_else(PoisonError::into_inner);
        out_now.parser.process(&buffer[..count]);
        out_now.bytes.extend_from_slice(&buffer[..count]);
        out_now.ended = count == 0;
        out.1.notify_all();
        if count == 0 {
            return;
        }
    }
}
