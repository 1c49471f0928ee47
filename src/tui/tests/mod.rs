//! The screen driven and looked at.

mod countdown;
mod curls;
mod driver;
mod forms;
mod keyboard;
mod moving;
mod notices;
mod peeks;
mod pointer;
mod report;
mod routes;
mod running;
mod sales;
mod screens;
mod shop;
mod state;
