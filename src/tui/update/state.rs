//! The state page: tokens ended one by one, and what is selected copied.
//!
//! Knows which command a key stands for. Must not change what is shown: the next glance does.

use super::changes::refuse;
use super::{pages, watch};
use crate::contract::command::{Command, TokenEnd};
use crate::tui::message::{Asked, Effect};
use crate::tui::model::Model;
use crate::tui::page::Page;
use crate::tui::pages::files;
use crate::tui::pages::state::{Part, Selected, part, selected, told};

/// The selected token has ended from now on.
pub fn end_token(model: &mut Model, end: TokenEnd) -> Vec<Effect> {
    let Some(Selected::Token(token)) = selected(model) else {
        return refuse(model, "there is no token to end");
    };
    let done = match end {
        TokenEnd::Expired => "expired",
        TokenEnd::Revoked => "revoked",
    };
    let said = format!("the {} token {} is {done} now", token.kind, token.token);
    let command = Command::EndToken {
        api: model.api.to_string(),
        session: model.watched.as_ref().map(|name| name.to_string()),
        token: token.id.clone(),
        end,
    };
    Asked::new(command, said).send()
}

/// To what is selected; a session is watched from now on.
pub fn deeper(model: &mut Model) -> Vec<Effect> {
    if model.browse().depth > 0
        && let Some(Selected::Client(client)) = selected(model)
    {
        return watch::watch(model, Some(client.name));
    }
    pages::into(model)
}

/// Copies what is selected on the page.
pub fn copy(model: &mut Model) -> Vec<Effect> {
    let row = model.browse().lists[0].at;
    let copied = match model.page {
        Page::Board => None,
        Page::Routes => super::routes::selected(model).map(|(api, route)| {
            let origin = crate::tui::curl::origin(&api.url);
            (format!("{origin}{}", route.path), "the address")
        }),
        Page::Report => model.report.card.as_ref().map(|card| {
            let marks = card.rules.iter();
            let lines =
                marks.map(|mark| format!("{}: {}: {}\n", mark.rule, mark.verdict, mark.why));
            let text = format!("{}\n{}", card.summary(), lines.collect::<String>());
            (text, "the report card")
        }),
        Page::Files => files::row(model, row).map(|row| {
            let (file, line) = row.place();
            match (row, line) {
                (files::Row::Authority(_), _) => {
                    let trust = model.glance.trust.iter().flat_map(|trust| trust.told());
                    let lines = trust.map(|line| format!("{line}\n"));
                    (lines.collect(), "how to trust it")
                }
                (_, 0) => (file.into_owned(), "the path"),
                (_, line) => (format!("{file}:{line}"), "the path"),
            }
        }),
        Page::State => selected(model).map(|selected| {
            let text = serde_json::to_string_pretty(&told(selected, &model.zone));
            let what = match part(model) {
                Some(Part::Collection(_)) => "the record",
                _ => "what is selected",
            };
            (text.unwrap_or_default(), what)
        }),
    };
    match copied {
        Some((text, what)) => vec![Effect::Copy {
            text,
            said: format!("copied {what}"),
        }],
        None => refuse(model, "there is nothing to copy"),
    }
}
