//! The picture of the screen in the README: drawn as SVG from what a pseudo-terminal shows of a real run.
//!
//!     GALAT_PICTURE=docs/screen.svg cargo test --test pty picture
//!
//! draws it anew.

use std::fmt::Write;

use vt100::{Cell, Color, Screen};

use crate::house::House;

const SIZE: (u16, u16) = (132, 40);
/// Columns and rows of one cell, in the picture's units.
const CELL: (f64, f64) = (8.4, 18.0);
const BACKGROUND: &str = "#1a1c22";
const FOREGROUND: &str = "#d5d9e0";
/// The terminal's sixteen colours; those beyond the eighth are their bright ones.
const COLOURS: [&str; 8] = [
    "#3b3f4a", "#f0717a", "#9ccc6d", "#ebbf69", "#6cb2f2", "#c792ea", "#62c9d4", "#d5d9e0",
];

/// How a run of cells looks.
#[derive(Clone, Copy, PartialEq)]
struct Look {
    colour: &'static str,
    bold: bool,
    dim: bool,
    inverse: bool,
}

impl Look {
    fn of(cell: &Cell) -> Look {
        let colour = match cell.fgcolor() {
            Color::Idx(nth) => COLOURS[usize::from(nth) % COLOURS.len()],
            Color::Default | Color::Rgb(..) => FOREGROUND,
        };
        Look {
            colour,
            bold: cell.bold(),
            dim: cell.dim(),
            inverse: cell.inverse(),
        }
    }
}

/// A run of cells of one row that look the same.
struct Run {
    look: Look,
    column: u16,
    columns: u16,
    text: String,
}

fn runs(screen: &Screen, row: u16) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for column in 0..screen.size().1 {
        let Some(cell) = screen
            .cell(row, column)
            .filter(|cell| !cell.is_wide_continuation())
        else {
            continue;
        };
        let (look, columns) = (Look::of(cell), 1 + u16::from(cell.is_wide()));
        let text = if cell.has_contents() {
            cell.contents()
        } else {
            " "
        };
        match runs.last_mut().filter(|run| run.look == look) {
            Some(run) => {
                run.text.push_str(text);
                run.columns += columns;
            }
            None => runs.push(Run {
                look,
                column,
                columns,
                text: text.to_owned(),
            }),
        }
    }
    runs
}

/// The screen as an SVG; its text stays text.
fn svg(screen: &Screen) -> String {
    let (rows, columns) = screen.size();
    let (width, height) = (f64::from(columns) * CELL.0, f64::from(rows) * CELL.1);
    let (whole_width, whole_height) = (width + 24.0, height + 24.0);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"-12 -12 {whole_width:.0} {whole_height:.0}\" \
         font-family=\"ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace\" font-size=\"14\" \
         xml:space=\"preserve\" style=\"white-space:pre\">\n\
         <rect x=\"-12\" y=\"-12\" width=\"{whole_width:.0}\" height=\"{whole_height:.0}\" rx=\"8\" fill=\"{BACKGROUND}\"/>\n"
    );
    for row in 0..rows {
        for run in runs(screen, row) {
            draw(&mut out, row, &run);
        }
    }
    out.push_str("</svg>\n");
    out
}

fn draw(out: &mut String, row: u16, run: &Run) {
    let (x, y) = (f64::from(run.column) * CELL.0, f64::from(row) * CELL.1);
    let width = f64::from(run.columns) * CELL.0;
    let (mut fill, look) = (run.look.colour, run.look);
    if look.inverse {
        let _ = writeln!(
            out,
            "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{:.1}\" fill=\"{fill}\"/>",
            CELL.1
        );
        fill = BACKGROUND;
    }
    let text = run.text.trim_end();
    let indent = text.len() - text.trim_start().len();
    let text = text.trim_start();
    if text.is_empty() {
        return;
    }
    let trailing = run.text.len() - run.text.trim_end().len();
    let (x, width) = (
        x + indent as f64 * CELL.0,
        width - (indent + trailing) as f64 * CELL.0,
    );
    let bold = if look.bold {
        " font-weight=\"bold\""
    } else {
        ""
    };
    let dim = if look.dim { " opacity=\"0.6\"" } else { "" };
    let text = text
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    let _ = writeln!(
        out,
        "<text x=\"{x:.1}\" y=\"{:.1}\" textLength=\"{width:.1}\" lengthAdjust=\"spacingAndGlyphs\" \
         fill=\"{fill}\"{bold}{dim}>{text}</text>",
        y + 13.5
    );
}

/// What somebody works with for a while: a client that signs in, looks around, mistypes, and is then limited.
fn busy(port: &str) -> House {
    let mut house = House::built_in(SIZE, port);
    let token = house.sign_in();
    for path in [
        "/dokter",
        "/dokter?page=2",
        "/appointments",
        "/nowhere",
        "/auth/profile",
    ] {
        house.get_as(&token, path);
    }
    house.get("/appointments");
    house.switch_on(3);
    house.get_as(&token, "/dokter");
    house.screen.press("3");
    house.wait_off(3);
    house.switch_on(2);
    house.get_as(&token, "/appointments");
    house.screen.see("429 fault api-rate-limited");
    house.screen.press(":");
    house.screen.write_text("clock advance 20s");
    house.screen.press("enter");
    house.screen.see("the clock is 20s further");
    house
}

#[test]
fn the_picture_of_the_readme_shows_what_a_real_screen_shows() {
    let wanted = std::env::var_os("GALAT_PICTURE");
    let house = busy(if wanted.is_some() { "4010" } else { "0" });
    let (picture, text) = house.screen.look(|screen| (svg(screen), screen.contents()));
    let words = text.split(|c: char| !c.is_alphanumeric());
    for word in words.filter(|word| word.len() > 3) {
        assert!(picture.contains(word), "{word} is not in the picture");
    }
    assert_eq!(
        picture.matches("<text").count(),
        picture.matches("</text>").count()
    );
    if let Some(file) = wanted {
        let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
        let folder = file.parent().expect("a folder");
        std::fs::create_dir_all(folder).expect("a folder");
        std::fs::write(&file, picture).expect("a file");
    }
}

#[test]
fn the_picture_that_the_readme_names_is_there() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = std::fs::read_to_string(root.join("README.md")).expect("the README");
    assert!(readme.contains("](docs/screen.svg)"));
    assert!(readme.contains("GALAT_PICTURE=docs/screen.svg cargo test --test pty picture"));
    let picture = std::fs::read_to_string(root.join("docs/screen.svg")).expect("the picture");
    for shown in ["Faults", "Traffic", "Detail", "api-rate-limited", "429"] {
        assert!(picture.contains(shown), "{shown}");
    }
}
