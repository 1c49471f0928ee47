//! However the screen ends, the terminal is a terminal again.

use std::future::poll_fn;
use std::task::Poll;

use galat::hub::{Hub, Settings};
use portable_pty::CommandBuilder;

use crate::house::House;
use crate::terminal::Terminal;

/// Set for the child of the test that panics.
const CHILD: &str = "GALAT_TEST_PANICS";

#[test]
fn q_and_ctrl_c_leave_with_0() {
    for key in ["q", "ctrl-c", "? ctrl-c", "/ ctrl-c"] {
        let mut house = House::open((80, 24));
        house.screen.see("1-4 fault");
        house.screen.press(key);
        assert_eq!(house.screen.end().0, 0, "{key}");
    }
}

#[test]
fn a_signal_leaves_with_0() {
    let house = House::open((80, 24));
    house.screen.see("1-4 fault");
    house.screen.terminate();
    assert_eq!(house.screen.end().0, 0);
}

#[test]
fn q_leaves_although_a_client_holds_a_connection() {
    let mut house = House::open((80, 24));
    let host = house
        .url
        .strip_prefix("http://")
        .and_then(|rest| rest.split('/').next());
    let held = std::net::TcpStream::connect(host.expect("a host")).expect("a listener");
    house.screen.press("q");
    assert_eq!(house.screen.end().0, 0);
    drop(held);
}

#[test]
fn a_panic_gives_the_terminal_back_before_it_is_told() {
    let mut command = CommandBuilder::new(std::env::current_exe().expect("this test"));
    command.args(["--exact", "leaving::a_screen_that_panics", "--nocapture"]);
    command.env(CHILD, "1");
    command.env("RUST_BACKTRACE", "0");
    let (code, text) = Terminal::open((80, 24), command).end();
    assert_ne!(code, 0);
    assert!(text.contains("as tests do"), "{text}");
}

/// An edge that is never asked.
struct Nowhere;

impl galat::tui::Edge for Nowhere {
    fn repeat(&mut self, seq: u64) -> std::io::Result<()> {
        panic!("#{seq} is sent again");
    }

    fn save(&mut self, file: &str) -> std::io::Result<String> {
        panic!("{file} is written");
    }
}

/// No test but the child of the one above.
#[test]
fn a_screen_that_panics() {
    if std::env::var_os(CHILD).is_none() {
        return;
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let hub = Hub::new(Settings::default(), Vec::new());
    let mut polls = 0;
    let panics = poll_fn(move |_| {
        polls += 1;
        assert!(polls < 2, "panics after the first frame, as tests do");
        Poll::<()>::Pending
    });
    let ended = runtime.expect("a runtime").block_on(galat::tui::open(
        hub,
        Some(galat::tui::Theme::Dark),
        Box::new(Nowhere),
        panics,
    ));
    panic!("it ended: {ended:?}");
}
