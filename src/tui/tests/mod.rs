//! The screen driven and looked at.

mod commanding;
mod countdown;
mod curls;
mod driver;
mod editing;
mod forms;
mod keyboard;
mod moving;
mod notices;
mod peeks;
mod pointer;
mod presenting;
mod reading;
mod report;
mod routes;
mod running;
mod sales;
mod screens;
mod shop;
mod state;

/// The sizes at which every screen is looked at.
const SIZES: [(u16, u16); 3] = [(80, 24), (120, 40), (160, 50)];
