//! What the screen costs: nothing when nothing changes, thirty frames a second when everything does.

use std::time::Instant;

use crate::client;
use crate::house::House;

#[test]
fn events_that_change_nothing_draw_nothing() {
    let mut house = House::open((80, 24));
    house.screen.see("1-4 fault");
    let mut help = |moves: usize| {
        let before = house.screen.frames();
        house.screen.hover(moves);
        house.screen.press("?");
        house.screen.see("show every key");
        house.screen.press("esc");
        house.screen.miss("show every key");
        house.screen.frames() - before
    };
    help(0);
    // Each move of the mouse is an event that the program reads, and says nothing.
    let frames = help(80);
    assert!(frames <= 4, "{frames} frames for one look at the help");
}

#[test]
fn a_burst_of_requests_is_drawn_thirty_times_a_second_at_most() {
    let house = House::open((160, 50));
    house.screen.see("1-4 fault");
    let (start, frames, bytes) = (
        Instant::now(),
        house.screen.frames(),
        house.screen.byte_count(),
    );
    client::burst(&format!("{}/health", house.url), 5000, 100);
    house.screen.see("5000 requests");
    let seconds = start.elapsed().as_secs_f64();
    let (frames, bytes) = (
        house.screen.frames() - frames,
        house.screen.byte_count() - bytes,
    );
    assert!(
        frames as f64 <= seconds * 30.0 + 3.0,
        "{frames} frames in {seconds} s"
    );
    let each = bytes / frames.max(1);
    assert!(each < 40_000, "{each} bytes a frame");
}
