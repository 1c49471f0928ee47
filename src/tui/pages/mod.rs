//! What stands in the columns of each page.
//!
//! Knows rows and lines. Must not know colours, sizes of the screen, or keys.

pub mod routes;

use super::model::Model;
use super::page::Page;

/// How many rows a column has.
pub fn rows(model: &Model, column: usize) -> usize {
    match (model.page, column) {
        (Page::Board, _) => 0,
        (Page::Routes, 0) => model.routes.shown.len(),
        (Page::Routes, _) => model.routes.told.lines.len(),
    }
}
