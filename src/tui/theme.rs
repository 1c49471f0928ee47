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

/// Colours for a dark or a light terminal, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    Dark,
    Light,
    Plain,
}

impl Theme {
    /// The themes by the names under which people choose them.
    pub const NAMED: [(&'static str, Theme); 3] = [
        ("dark", Theme::Dark),
        ("light", Theme::Light),
        ("plain", Theme::Plain),
    ];

    pub fn named(name: &str) -> Option<Theme> {
        let mut themes = Theme::NAMED.iter();
        themes
            .find(|(known, _)| *known == name)
            .map(|(_, theme)| *theme)
    }

    /// By the value of `NO_COLOR` (no-color.org), where present and not empty means no colours; else by what the
    /// terminal says of its background.
    pub fn by_no_color(value: Option<&OsStr>, is_light: impl FnOnce() -> bool) -> Theme {
        match value {
            Some(value) if !value.is_empty() => Theme::Plain,
            _ if is_light() => Theme::Light,
            _ => Theme::Dark,
        }
    }

    pub fn style(self, role: Role) -> Style {
        let modifiers = match role {
            Role::Strong | Role::Bad | Role::Accent | Role::Title => Modifier::BOLD,
            Role::Muted => Modifier::DIM,
            _ => Modifier::empty(),
        };
        let style = Style::new().add_modifier(modifiers);
        match self.colour(role) {
            Some(colour) => style.fg(colour),
            None => style,
        }
    }

    /// Yellow and cyan are not to be read on a light background.
    fn colour(self, role: Role) -> Option<Color> {
        let light = self == Theme::Light;
        match role {
            _ if self == Theme::Plain => None,
            Role::Plain | Role::Strong | Role::Muted | Role::Title => None,
            Role::Good | Role::JsonText => Some(Color::Green),
            Role::Warn | Role::JsonWord if light => Some(Color::Magenta),
            Role::Warn | Role::JsonWord => Some(Color::Yellow),
            Role::Bad => Some(Color::Red),
            Role::Accent | Role::JsonKey if light => Some(Color::Blue),
            Role::Accent | Role::JsonKey => Some(Color::Cyan),
            Role::JsonNumber => Some(Color::Magenta),
        }
    }

    /// The selected row of the pane that hears the keyboard.
    pub fn selected(self) -> Style {
        Style::new().add_modifier(Modifier::REVERSED)
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
        for (value, light, theme) in [
            (None, false, Theme::Dark),
            (None, true, Theme::Light),
            (Some(""), true, Theme::Light),
            (Some("1"), true, Theme::Plain),
        ] {
            let value = value.map(OsStr::new);
            assert_eq!(Theme::by_no_color(value, || light), theme, "{value:?}");
        }
        let bad = Theme::Plain.style(Role::Bad);
        assert_eq!((bad.fg, bad.add_modifier), (None, Modifier::BOLD));
    }

    #[test]
    fn no_theme_asks_for_a_colour_that_cannot_be_read_on_its_background() {
        use Role::*;
        let all = [
            Plain, Strong, Muted, Good, Warn, Bad, Accent, Title, JsonKey, JsonText, JsonNumber,
            JsonWord,
        ];
        for role in all {
            let light = Theme::Light.style(role).fg;
            assert!(
                !matches!(light, Some(Color::Yellow | Color::Cyan | Color::White)),
                "{role:?}"
            );
            let dark = Theme::Dark.style(role).fg;
            assert!(
                !matches!(dark, Some(Color::Blue | Color::Black)),
                "{role:?}"
            );
        }
    }
}
