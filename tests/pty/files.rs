//! Files that change under the running screen.

use std::fs;

use crate::house::{API, House, SIZES, copy};

#[test]
fn a_broken_save_shows_where_and_how_to_mend_it_and_a_good_one_heals() {
    for size in SIZES {
        let house = House::open(size);
        let (file, good) = (house.file("errors.json"), "errors.json");
        let text = fs::read_to_string(&file).expect(good);
        let line = 1 + text.lines().position(|line| line == "{").expect("a brace");
        let place = format!("errors.json:{line}:2");
        fs::write(&file, text.replacen("{\n", "{,\n", 1)).expect(good);
        house.screen.see(&place);
        house.screen.see("hint: there is one comma too many");
        assert_eq!(
            house.get("/dokter").status,
            200,
            "the last good version serves"
        );
        fs::write(&file, text).expect(good);
        house.screen.miss(&place);
    }
}

#[test]
fn a_folder_that_appears_is_served_and_one_that_goes_is_told() {
    let house = House::open((160, 50));
    let (from, to) = (
        house.fixtures.path().join(API),
        house.fixtures.path().join("later"),
    );
    copy(&from, &house.fixtures.path().join(".later"));
    fs::rename(house.fixtures.path().join(".later"), &to).expect("a folder");
    house.screen.see(&format!("Faults of {API}"));
    house.screen.see("later ");
    fs::remove_dir_all(&to).expect("a folder");
    house
        .screen
        .see("this folder is gone; its last good version is served on");
}

#[test]
fn e_opens_the_file_at_its_line_and_the_screen_comes_back() {
    let mut house = House::with((80, 24), |fixtures, command| {
        let said = fixtures.join("said");
        command.env("EDITOR", format!("printf '%s\\n' > {}", said.display()));
    });
    house.screen.press("e");
    house.screen.see("back from");
    let said = fs::read_to_string(house.fixtures.path().join("said")).expect("what was said");
    assert!(said.trim().ends_with("errors.json"), "{said}");
    house.screen.press("j");
    house.screen.see("▸2 ○");
}
