//! A walk through what the screen can do beside switching faults, with the real binary.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use portable_pty::CommandBuilder;

use crate::house::{API, House, SIZES};
use crate::terminal::Terminal;

/// What was put on the clipboard last.
fn copied(house: &House) -> String {
    let packed = house.screen.wait_bytes("a copy", |bytes| {
        let text = String::from_utf8_lossy(bytes);
        let (_, rest) = text.rsplit_once("\x1b]52;c;")?;
        let (packed, _) = rest.split_once('\x07')?;
        STANDARD.decode(packed).ok()
    });
    String::from_utf8(packed).expect("text")
}

/// Writes a line on the command line and does it.
fn say(house: &mut House, line: &str) {
    house.screen.press(":");
    house.screen.see("┏ Do ━");
    house.screen.write_text(line);
    house.screen.see(&format!(":{line}"));
    house.screen.press("enter");
}

#[test]
fn anything_is_done_by_its_name() {
    for size in SIZES {
        let mut house = House::open(size);
        say(
            &mut house,
            "fault on internal-server-error,on=GET /dokter,times=1",
        );
        house.screen.see("internal-server-error is on");
        assert_eq!(house.get("/dokter").status, 500);
        house.screen.see("internal-server-error has lifted");
        say(&mut house, "clock advance 15m");
        house.screen.see("clock +15m");
        house.screen.press("u");
        house.screen.miss("clock +15m");
        say(&mut house, "clo sto");
        house.screen.see("clock stopped");
        say(&mut house, "fault on nonsense");
        house.screen.see("nonsense");
        say(&mut house, "theme plain");
        house.screen.see("the theme is plain");
        say(&mut house, "reset");
        house.screen.see("everything is as at the start");
        say(&mut house, "quit");
        assert_eq!(house.screen.end().0, 0);
    }
}

#[test]
fn a_request_is_found_read_folded_and_sent_again() {
    for size in SIZES {
        let mut house = House::open(size);
        house.get("/dokter");
        house.screen.see("/api/dokter");
        house.screen.press("tab enter /");
        house.screen.write_text("per_page");
        house.screen.see("/per_page  1 of ");
        house.screen.press("enter");
        house.screen.press("space");
        house.screen.see("\"pagination\": { … ");
        house.screen.press("z z");
        house.screen.press("esc");
        house.screen.see("Traffic");
        house.screen.press("r");
        house.screen.see("sent again");
        house.screen.see("2 requests");
    }
}

#[test]
fn a_route_is_chosen_in_the_editor_and_the_fault_meets_only_it() {
    for size in SIZES {
        let mut house = House::open(size);
        house.screen.press("j j enter");
        house.screen.see("Edit internal-server-error");
        house.screen.write_text("get/dokter");
        house.screen.see("▸ on ");
        house.screen.press("tab");
        house.screen.see("on=GET /dokter");
        house.screen.press("ctrl-y");
        house.screen.see("copied the command line");
        assert!(copied(&house).starts_with(&format!(
            "galat fault on '{API}/internal-server-error,on=GET /dokter"
        )));
        house.screen.press("ctrl-t");
        house.screen.see("copied the step");
        assert!(copied(&house).starts_with("{ \"fault\": "));
        house.screen.press("enter");
        house.screen.see("internal-server-error is on");
        assert_eq!(house.get("/health").status, 200);
    }
}

#[test]
fn the_fields_of_a_validation_fault_are_ticked_from_a_list() {
    let mut house = House::open((120, 40));
    house.screen.press("j j j enter");
    house.screen.see("Edit registration-validation");
    house.screen.write_text("POST /auth/register");
    house.screen.see("on=POST /auth/register");
    for _ in 0..20 {
        if house.screen.text().contains("▸ fields") {
            break;
        }
        house.screen.press("down");
        house.screen.see("▸ ");
    }
    house.screen.see("▸ fields");
    house.screen.press("ctrl-n tab");
    house.screen.see("[x] ");
    house.screen.press("esc");
    house.screen.miss("Edit registration-validation");
}

#[test]
fn a_room_sees_the_countdown_and_who_met_it() {
    for size in SIZES {
        let mut house = House::open(size);
        house.switch_on(2);
        assert_eq!(house.get("/dokter").status, 429);
        house.screen.press("p");
        house.screen.see("GET /api/dokter  429");
        house.screen.see("on every request");
        house.screen.press("2");
        house.screen.see("no fault is on");
        house.screen.press("p");
        house.screen.see("Traffic");
    }
}

#[test]
fn what_was_done_is_saved_as_a_scenario_that_can_be_checked() {
    let mut house = House::open((120, 40));
    house.switch_on(3);
    house.get("/dokter");
    house.screen.press("3");
    house.wait_off(3);
    let file = house.fixtures.path().join("recorded.json");
    house.screen.press("S");
    house.screen.see("save scenarios/recorded-");
    house.screen.press("ctrl-u");
    house.screen.write_text(&format!("save {}", file.display()));
    house.screen.press("enter");
    house.screen.see("written");
    let scenario = std::fs::read_to_string(&file).expect("a scenario");
    assert!(scenario.contains("internal-server-error"), "{scenario}");
    let check = std::process::Command::new(env!("CARGO_BIN_EXE_galat"))
        .arg("check")
        .arg(&file)
        .output();
    let check = check.expect("galat");
    assert!(
        check.status.success(),
        "{}",
        String::from_utf8_lossy(&check.stdout)
    );
}

#[test]
fn a_scenario_that_is_served_is_shown_step_by_step() {
    for size in SIZES {
        let house = House::with(size, |fixtures, command| {
            let file = fixtures.join("show.json");
            let text = format!(
                r#"{{ "apis": ["{API}"], "steps": [
                    {{ "fault": "internal-server-error" }},
                    {{ "wait": {{ "for": "GET /dokter" }} }},
                    {{ "clear": "*" }},
                    {{ "wait": {{ "for": "GET /appointments" }} }}
                ] }}"#
            );
            std::fs::write(&file, text).expect("a file");
            command.arg("--scenario");
            command.arg(file);
        });
        house.screen.see("Scenario show  step 2 of 4");
        assert_eq!(house.get("/dokter").status, 500);
        house.screen.see("step 4 of 4");
        house.get("/appointments");
        house.screen.see("has ended: passed");
    }
}

#[test]
fn the_filter_completes_what_is_typed() {
    let mut house = House::open((120, 40));
    house.get("/dokter");
    house.screen.see("/api/dokter");
    house.screen.press("/");
    house.screen.write_text("stat");
    house.screen.press("tab");
    house.screen.see("/ status:");
    house.screen.write_text("5x");
    house.screen.press("tab");
    house.screen.see("/ status:5xx");
    house.screen.see("0 of 1 match");
}

#[test]
fn ctrl_z_gives_the_terminal_to_the_shell_and_fg_takes_it_again() {
    let mut command = CommandBuilder::new("sh");
    let galat = env!("CARGO_BIN_EXE_galat");
    let script = format!(
        "set -m; {galat} --port 0 --control 127.0.0.1:0 --theme dark {API}; echo \"the shell has it\"; read line; fg; echo over"
    );
    command.args(["-c", &script]);
    command.env("TERM", "xterm-256color");
    let mut screen = Terminal::open((80, 24), command);
    screen.see("1-4 fault");
    screen.press("ctrl-z");
    screen.see("the shell has it");
    screen.miss("1-4 fault");
    screen.press("enter");
    screen.see("1-4 fault");
    screen.press("?");
    screen.see("show every key");
    screen.press("esc");
    screen.miss("show every key");
    screen.press("q");
    screen.see("over");
    screen.end();
}
