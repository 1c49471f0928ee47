//! What a meaning looks like: colours out of the terminal's own sixteen, and modifiers.
//!
//! Knows roles and styles. Must not know panes. Nothing is told by colour alone, so that the plain theme loses
//! nothing; black and white are never named, so that dark and light terminals both work.

use std::ffi::OsStr;

use ratatui::style::{Color, Modifier, Style};

/// What a piece of text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Plain,
    /// Worth the first look.
    Strong,
    /// Worth the last look.
    Muted,
    Good,
    /// Refused by the rules, or about to end.
    Warn,
    Bad,
    /// Where the keyboard is.
    Accent,
    /// A title between lines.
    Title,
    JsonKey,
    JsonText,
    JsonNumber,
    JsonWord,
}

/// Colours or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    colour: bool,
}

impl Theme {
    pub const COLOUR: Theme = Theme { colour: true };
    pub const PLAIN: Theme = Theme { colour: false };

    /// By the value of `NO_COLOR` (no-color.org): present and not empty means no colours.
    pub fn by_no_color(value: Option<&OsStr>) -> Theme {
        match value {
            Some(value) if !value.is_empty() => Theme::PLAIN,
            _ => Theme::COLOUR,
        }
    }

    pub fn style(self, role: Role) -> Style {
        let modifiers = match role {
            Role::Strong | Role::Bad | Role::Accent | Role::Title => Modifier::BOLD,
            Role::Muted => Modifier::DIM,
            _ => Modifier::empty(),
        };
        let style = Style::new().add_modifier(modifiers);
        match colour(role) {
            Some(colour) if self.colour => style.fg(colour),
            _ => style,
        }
    }

    /// The selected row of the pane that hears the keyboard.
    pub fn selected(self) -> Style {
        Style::new().add_modifier(Modifier::REVERSED)
    }
}

fn colour(role: Role) -> Option<Color> {
    match role {
        Role::Plain | Role::Strong | Role::Muted | Role::Title => None,
        Role::Good | Role::JsonText => Some(Color::Green),
        Role::Warn | Role::JsonWord => Some(Color::Yellow),
        Role::Bad => Some(Color::Red),
        Role::Accent | Role::JsonKey => Some(Color::Cyan),
        Role::JsonNumber => Some(Color::Magenta),
    }
}

/// What a status means for the one who reads traffic.
pub fn role_of_status(status: u16) -> Role {
    match status {
        200..300 => Role::Good,
        400..500 => Role::Warn,
        500.. => Role::Bad,
        _ => Role::Plain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_color_takes_the_colours_and_leaves_the_modifiers() {
        for (value, theme) in [
            (None, Theme::COLOUR),
            (Some(""), Theme::COLOUR),
            (Some("1"), Theme::PLAIN),
        ] {
            assert_eq!(
                Theme::by_no_color(value.map(OsStr::new)),
                theme,
                "{value:?}"
            );
        }
        let bad = Theme::PLAIN.style(Role::Bad);
        assert_eq!((bad.fg, bad.add_modifier), (None, Modifier::BOLD));
    }
}
