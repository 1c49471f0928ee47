//! The screen driven and looked at.

mod curls;
mod driver;
mod forms;
mod keyboard;
mod pointer;
mod running;
mod screens;
mod shop;
