//! Reading the detail: looking for words in it, folding what is not of interest.
//!
//! Knows lines and marks. Must not know what the lines say.

use crate::tui::field::{Edit, Field};
use crate::tui::model::{Finding, Focus, Model, Notice, Overlay};
use crate::tui::page::Page;
use crate::tui::sheet::{Folds, all_folds};

/// Opens the line in which the words are typed. Everything is unfolded: what is not written cannot be found.
pub fn open(model: &mut Model) {
    (model.page, model.focus) = (Page::Board, Focus::Detail);
    refold(model, Folds::new());
    let (from, before) = (model.detail.at, std::mem::take(&mut model.detail.find));
    model.detail.found.clear();
    model.overlay = Overlay::Seek(Finding {
        field: Field::default(),
        from,
        before,
    });
}

pub fn typed(model: &mut Model, edit: Edit) {
    if let Overlay::Seek(finding) = &mut model.overlay {
        finding.field.edit(edit);
        let (words, from) = (finding.field.text().to_owned(), finding.from);
        look(model, &words, from);
    }
}

/// Keeps what is written; looks on for the words before when nothing is.
pub fn keep(model: &mut Model) {
    if let Overlay::Seek(finding) = std::mem::replace(&mut model.overlay, Overlay::None)
        && finding.field.text().is_empty()
    {
        look(model, &finding.before, finding.from + 1);
    }
}

/// Looks for words; the mark goes to the first place at or below a line, or stays.
pub fn look(model: &mut Model, words: &str, from: usize) {
    let detail = &mut model.detail;
    detail.find = words.to_owned();
    detail.found = detail.sheet.find(words);
    let below = detail.found.iter().find(|line| **line >= from);
    detail.at = *below.or(detail.found.first()).unwrap_or(&from);
}

/// Looks for words from the mark on, as the command line says.
pub fn find(model: &mut Model, words: &str) {
    (model.page, model.focus) = (Page::Board, Focus::Detail);
    refold(model, Folds::new());
    let from = model.detail.at;
    look(model, words, from);
    if !words.is_empty() && model.detail.found.is_empty() {
        refuse(model, words);
    }
}

/// Looks for nothing any more.
pub fn give_up(model: &mut Model) {
    if let Overlay::Seek(finding) = &model.overlay {
        let from = finding.from;
        model.overlay = Overlay::None;
        look(model, "", from);
    }
}

/// To the next place, or the one before; around at the ends.
pub fn go(model: &mut Model, by: isize) {
    let detail = &mut model.detail;
    let found = &detail.found;
    let next = match by {
        1.. => found
            .iter()
            .find(|line| **line > detail.at)
            .or(found.first()),
        _ => found
            .iter()
            .rev()
            .find(|line| **line < detail.at)
            .or(found.last()),
    };
    match next {
        Some(line) => detail.at = *line,
        None => {
            let words = detail.find.clone();
            refuse(model, &words);
        }
    }
}

fn refuse(model: &mut Model, words: &str) {
    let why = match words {
        "" => "nothing is looked for; / in the detail looks for words".to_owned(),
        words => format!("`{words}` is nowhere in this request and its answer"),
    };
    model.notice = Some(Notice::Refused(why));
}

/// Folds what the marked line belongs to, or unfolds it.
pub fn fold(model: &mut Model) {
    let detail = &model.detail;
    let Some(Some(fold)) = detail.sheet.folds.get(detail.at).copied() else {
        let why = "nothing can be folded here; go to a line of JSON".to_owned();
        model.notice = Some(Notice::Refused(why));
        return;
    };
    let mut folded = detail.folded.clone();
    if !folded.remove(&fold) {
        folded.insert(fold);
        // The mark stays on what was folded: its first line.
        let first = detail.sheet.folds.iter().position(|of| *of == Some(fold));
        model.detail.at = first.unwrap_or(model.detail.at);
    }
    refold(model, folded);
}

/// Folds everything below the first level, or unfolds all.
pub fn fold_all(model: &mut Model) {
    let folded = match model.exchange() {
        Some(exchange) if model.detail.folded.is_empty() => all_folds(exchange),
        _ => Folds::new(),
    };
    refold(model, folded);
}

fn refold(model: &mut Model, folded: Folds) {
    if model.detail.folded != folded {
        model.detail.folded = folded;
        model.detail.folding += 1;
    }
}
