//! What stands in the columns of each page.
//!
//! Knows rows and lines. Must not know colours, sizes of the screen, or keys.

pub mod files;
pub mod report;
pub mod routes;
pub mod sessions;
pub mod state;

use super::model::Model;
use super::page::Page;

/// How many rows a column has.
pub fn rows(model: &Model, column: usize) -> usize {
    match (model.page, column) {
        (Page::Board, _) => 0,
        (Page::Routes, 0) => model.routes.shown.len(),
        (Page::Routes, _) => model.routes.told.lines.len(),
        (Page::State, 0) => state::parts(model).len(),
        (Page::State, 1) => state::count(model),
        (Page::State, _) => model.state.lines.len(),
        (Page::Report, 0) => report::count(model),
        (Page::Report, _) => model.report.evidence.len(),
        (Page::Files, 0) => files::count(model),
        (Page::Files, _) => model.file.len(),
    }
}
