//! The report card: when it is judged again, and the way from a rule to an exchange that shows it.
//!
//! Knows when. Must not judge.

use std::time::{Duration, Instant};

use super::{filter, pages};
use crate::contract::card::Card;
use crate::tui::ROWS;
use crate::tui::message::Effect;
use crate::tui::model::{Focus, Model};
use crate::tui::page::Page;
use crate::tui::pages::report;
use crate::tui::peek::Peek;

/// It is judged again no sooner: that takes longer than a look at anything else.
const PAUSE: Duration = Duration::from_millis(500);

/// Takes in what was looked for, and says whether the next look judges again.
pub fn take(model: &mut Model, peek: &mut Peek, at: Instant) {
    let report = &mut model.report;
    if let Some(card) = peek.card.take() {
        report.card = Some(Card::clone(&card));
        (report.judged, report.due) = (Some(at), false);
    }
    if model.page == Page::Report {
        report.evidence = std::mem::take(&mut peek.evidence);
    }
    let since = report
        .judged
        .map(|judged| at.saturating_duration_since(judged));
    report.due |= since.is_none_or(|since| since >= PAUSE);
}

/// To the exchange that is selected, in the traffic and with all the room; from a rule to its evidence.
pub fn deeper(model: &mut Model) -> Vec<Effect> {
    let found = report::selected(model).filter(|_| model.browse().depth > 0);
    let Some((seq, id)) = found.map(|exchange| (exchange.seq, exchange.request_id.clone())) else {
        return pages::into(model);
    };
    // What is too old for the list is found by its id.
    let old = model.glance.newest.saturating_sub(seq) >= ROWS as u64;
    let text = if old {
        format!("id:{id}")
    } else {
        String::new()
    };
    filter::set(model, &text);
    (model.page, model.focus, model.wide) = (Page::Board, Focus::Detail, true);
    model.traffic.list.clear();
    model.traffic.selected = Some(seq);
    model.traffic.follow = false;
    vec![Effect::Look]
}
