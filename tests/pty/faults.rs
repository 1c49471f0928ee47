//! The main job: a key is pressed, and a real client meets the fault.

use crate::house::{House, SIZES};

#[test]
fn key_1_expires_the_tokens_of_a_signed_in_client_and_u_undoes_it() {
    for size in SIZES {
        let mut house = House::open(size);
        let token = house.sign_in();
        assert_eq!(house.get_as(&token, "/appointments").status, 200);
        house.switch_on(1);
        let refused = house.get_as(&token, "/appointments");
        assert_eq!(refused.status, 401);
        assert_eq!(refused.header("x-mock-reason"), Some("fault:expired-token"));
        house.screen.see("401 fault expired-token");
        house.screen.press("u");
        house.wait_off(1);
        assert_eq!(house.get_as(&token, "/appointments").status, 200);
    }
}

#[test]
fn key_2_counts_down_the_seconds_that_the_client_is_told() {
    for size in SIZES {
        let mut house = House::open(size);
        house.switch_on(2);
        house.screen.wait("less than the whole", |seen| {
            seen.contains("59s").then_some(())
        });
        // The second may turn between a look at the screen and the answer: then neither is wrong.
        let same = (0..100).any(|_| {
            let before = house.seconds(2);
            let limited = house.get("/dokter");
            assert_eq!(limited.status, 429);
            let told = limited
                .header("retry-after")
                .and_then(|told| told.parse().ok());
            assert!(told <= before, "{told:?} where {before:?} was shown");
            told == before
        });
        assert!(same, "the screen and the client are told the same");
        house.screen.press("c");
        house.screen.see("clock stopped");
        let told = house
            .get("/dokter")
            .header("retry-after")
            .and_then(|told| told.parse().ok());
        assert_eq!(told, house.seconds(2), "exactly, while the clock stands");
    }
}

#[test]
fn moving_the_clock_lifts_the_rate_limit() {
    for size in SIZES {
        let mut house = House::open(size);
        house.switch_on(2);
        assert_eq!(house.get("/dokter").status, 429);
        house.screen.press("+");
        house.wait_off(2);
        house.screen.see("clock +1m");
        assert_eq!(house.get("/dokter").status, 200);
        house.screen.press("-");
        house.screen.miss("clock +1m");
    }
}

#[test]
fn the_request_id_of_a_server_error_is_found_with_the_filter() {
    for size in SIZES {
        let mut house = House::open(size);
        house.get("/dokter");
        house.switch_on(3);
        let (first, second) = (house.get("/dokter"), house.get("/dokter"));
        assert_eq!((first.status, second.status), (500, 500));
        let id = first.header("x-request-id").expect("an id").to_owned();
        assert!(first.body.contains(&id) && !second.body.contains(&id));
        house.screen.press(&format!("/ {id} enter"));
        house.screen.see("1 of 3 match");
        house.screen.press("enter");
        house.screen.see("enter wide");
        house.screen.see(&format!("id {id}"));
        house.screen.press("esc");
        house.screen.see("enter detail");
        house.screen.press("esc");
        house.screen.miss("match");
    }
}

#[test]
fn key_4_refuses_what_was_right_and_space_lets_it_through_again() {
    for size in SIZES {
        let mut house = House::open(size);
        house.switch_on(4);
        assert_eq!(house.get("/dokter").status, 422);
        house.screen.press("down down down space");
        house.wait_off(4);
        assert_eq!(house.get("/dokter").status, 200);
    }
}

#[test]
fn the_editor_sets_a_scope_and_how_often_and_the_fault_lifts_itself() {
    for size in SIZES {
        let mut house = House::open(size);
        house.screen.press("down down enter");
        house.screen.see("which requests: METHOD /path");
        house.screen.press("GET space /dokter down often");
        house
            .screen
            .see("! `often` is no whole number of 1 or more");
        house.screen.press("enter");
        house.screen.press("ctrl-u 2");
        house.screen.see("a whole number, 1 or more");
        house.screen.see("times=2");
        house.screen.press("enter");
        house.screen.see("0 hits · 2 left · on GET /dokter");
        assert_eq!(house.get("/health").status, 200, "not in its scope");
        assert_eq!(house.get("/dokter").status, 500);
        house.screen.see("1 hit · 1 left");
        assert_eq!(house.get("/dokter").status, 500);
        house.wait_off(3);
        house.screen.see("internal-server-error has lifted");
        assert_eq!(house.get("/dokter").status, 200);
    }
}

#[test]
fn x_expires_every_token_now_and_a_new_one_works() {
    let mut house = House::open((80, 24));
    let token = house.sign_in();
    house.screen.press("x");
    house.screen.see("is expired now (1 token)");
    let refused = house.get_as(&token, "/appointments");
    assert_eq!(refused.status, 401);
    assert_eq!(refused.header("x-mock-reason"), Some("error:expired-token"));
    assert_eq!(house.get_as(&house.sign_in(), "/appointments").status, 200);
}

#[test]
fn a_click_on_a_switch_switches_and_a_click_elsewhere_selects() {
    for size in SIZES {
        let mut house = House::open(size);
        house
            .screen
            .wait("the board", |seen| seen.contains("3 ○").then_some(()));
        let (line, _) = house.row(3);
        house.screen.click(3, line);
        house.screen.see("internal-server-error is on");
        assert_eq!(house.get("/dokter").status, 500);
        house.screen.click(3, line);
        house.screen.see("internal-server-error is off");
        let (line, _) = house.row(2);
        house.screen.click(20, line);
        house.screen.see("▸2 ○");
        assert_eq!(house.get("/dokter").status, 200);
    }
}
