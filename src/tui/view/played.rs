//! The scenario that is played: its name, how far it is, and its latest steps with what came of them.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::contract::scenario::{ScenarioNews, ScenarioState};
use crate::tui::model::Model;
use crate::tui::theme::Role;
use crate::tui::width::{clean, cut};

pub fn draw(frame: &mut Frame, area: Rect, model: &Model) {
    let Some(news) = model.glance.scenario.last().filter(|_| !area.is_empty()) else {
        return;
    };
    let room = usize::from(area.width);
    let steps = model.steps();
    let failed = steps.iter().filter(|step| step.is_bad()).count();
    let mut lines = vec![heading(news, failed, model)];
    let shown = usize::from(area.height - 1);
    let hidden = steps.len().saturating_sub(shown);
    lines.extend(steps[hidden..].iter().map(|step| line(step, room, model)));
    frame.render_widget(Paragraph::new(lines), area);
}

fn heading<'a>(news: &ScenarioNews, failed: usize, model: &Model) -> Line<'a> {
    let theme = model.theme;
    let (said, role) = match news.state {
        ScenarioState::EndedPassed => ("has ended: passed".to_owned(), Role::Good),
        ScenarioState::EndedFailed => ("has ended: failed".to_owned(), Role::Bad),
        ScenarioState::Interrupted => ("was interrupted".to_owned(), Role::Bad),
        _ => (format!("step {} of {}", news.step, news.of), Role::Plain),
    };
    let failed = match failed {
        0 => String::new(),
        count => format!("  {count} failed"),
    };
    Line::from(vec![
        Span::styled(" Scenario ", theme.style(Role::Muted)),
        Span::styled(clean(&news.name), theme.style(Role::Strong)),
        Span::styled(format!("  {said}"), theme.style(role)),
        Span::styled(failed, theme.style(Role::Bad)),
    ])
}

fn line<'a>(news: &ScenarioNews, room: usize, model: &Model) -> Line<'a> {
    let (sign, role) = match news.state {
        ScenarioState::Waiting => ("…", Role::Accent),
        ScenarioState::Done => ("·", Role::Plain),
        ScenarioState::Passed => ("✓", Role::Good),
        _ => ("✗", Role::Bad),
    };
    let came = match (&news.expected, &news.came) {
        (Some(expected), Some(came)) => format!(": expected {expected}, came {came}"),
        _ => String::new(),
    };
    let text = format!("{:>3}  {}{came}", news.step, news.what);
    let text = cut(&clean(&text), room.saturating_sub(5));
    let role_of_text = match news.state {
        ScenarioState::Waiting => Role::Strong,
        ScenarioState::Failed => Role::Bad,
        _ => Role::Plain,
    };
    Line::from(vec![
        Span::styled(format!("  {sign} "), model.theme.style(role)),
        Span::styled(text, model.theme.style(role_of_text)),
    ])
}
