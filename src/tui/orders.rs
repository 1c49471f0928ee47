//! The one table of orders: everything that may be said on the command line of the screen, by name.
//!
//! Knows names, arguments and what stands for what. Must not know how anything is done.

use super::keys::{Action, Binding, TABLE};
use super::page::Page;

/// One row of the table.
#[derive(Debug, PartialEq)]
pub struct Order {
    pub name: &'static str,
    /// How its argument is written; empty when it takes none.
    pub takes: &'static str,
    pub does: Does,
    pub help: &'static str,
}

/// What an order does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Does {
    /// What a key does.
    Act(Action),
    FaultOn,
    FaultOff,
    FaultEdit,
    Advance,
    TakeBack,
    StopClock,
    ResumeClock,
    Reset,
    Api,
    Session,
    Filter,
    Find,
    Theme,
    Save,
}

const fn order(name: &'static str, takes: &'static str, does: Does, help: &'static str) -> Order {
    Order {
        name,
        takes,
        does,
        help,
    }
}

/// What a key does too: its help is the key's.
const fn act(name: &'static str, action: Action) -> Order {
    order(name, "", Does::Act(action), "")
}

use Action as A;
use Does as D;

/// Every order there is.
#[rustfmt::skip]
pub const ORDERS: &[Order] = &[
    order("fault on", "API/FAULT[,key=value…]", D::FaultOn, "switch a fault on, or change it"),
    order("fault off", "ID", D::FaultOff, "lift a fault of the API shown"),
    order("fault edit", "ID", D::FaultEdit, "edit the scope and parameters of a fault"),
    act("fault toggle", A::Toggle),
    act("fault clear", A::ClearFaults),
    act("headline 1", A::Headline(0)),
    act("headline 2", A::Headline(1)),
    act("headline 3", A::Headline(2)),
    act("headline 4", A::Headline(3)),
    act("expire tokens", A::ExpireTokens),
    act("undo", A::Undo),
    order("reset", "[API]", D::Reset, "state, tokens, limits and faults as at the start (cannot be undone)"),
    order("clock advance", "TIME", D::Advance, "move the clock forward, as 15m"),
    order("clock back", "TIME", D::TakeBack, "take back a move of the clock"),
    order("clock stop", "", D::StopClock, "stop the clock"),
    order("clock resume", "", D::ResumeClock, "let the clock run again"),
    act("clock toggle", A::ClockStop),
    act("clock forward", A::ClockForward),
    act("clock backward", A::ClockBack),
    act("clock step", A::ClockStep),
    order("api", "NAME", D::Api, "show another API"),
    act("api next", A::NextApi),
    act("api previous", A::PreviousApi),
    order("session", "[NAME]", D::Session, "watch and break one client alone; all without a name"),
    order("filter", "[WORDS]", D::Filter, "show only traffic that fits; all without words"),
    act("filter write", A::Filter),
    act("follow", A::Follow),
    act("all apis", A::AllApis),
    act("forget traffic", A::ClearJournal),
    act("copy curl", A::CopyCurl),
    act("repeat", A::Repeat),
    act("wide", A::Wide),
    order("find", "[WORDS]", D::Find, "look for words in the detail"),
    act("find next", A::FindNext),
    act("find previous", A::FindPrevious),
    act("fold", A::Fold),
    act("fold all", A::FoldAll),
    act("open file", A::OpenFile),
    act("open problem", A::OpenProblem),
    act("next problem", A::NextProblem),
    act("edit", A::EditFault),
    act("present", A::Present),
    order("save", "FILE", D::Save, "save what was done as a scenario"),
    act("save write", A::Save),
    order("theme", "dark|light|plain", D::Theme, "colours for a dark or a light terminal, or none"),
    act("page board", A::Page(Page::Board)),
    act("page routes", A::Page(Page::Routes)),
    act("page state", A::Page(Page::State)),
    act("page report", A::Page(Page::Report)),
    act("page files", A::Page(Page::Files)),
    act("page next", A::NextPage),
    act("page previous", A::PreviousPage),
    act("deeper", A::Deeper),
    act("copy selected", A::CopyItem),
    act("token expire", A::ExpireToken),
    act("token revoke", A::RevokeToken),
    act("sessions", A::Sessions),
    act("pane next", A::NextPane),
    act("pane previous", A::PreviousPane),
    act("suspend", A::Suspend),
    act("help", A::Help),
    act("quit", A::Quit),
];

impl Order {
    /// What it does, in a few words, and the key that does the same.
    pub fn about(&self) -> String {
        let Does::Act(action) = self.does else {
            return match self.takes {
                "" => self.help.to_owned(),
                takes => format!("{takes}  {}", self.help),
            };
        };
        match binding(action) {
            Some(binding) => format!("{}  ({})", binding.help, key(binding, action)),
            None => String::new(),
        }
    }
}

fn binding(action: Action) -> Option<&'static Binding> {
    TABLE.iter().find(|binding| binding.means(action).is_some())
}

fn key(binding: &Binding, action: Action) -> String {
    let nth = binding.means(action).unwrap_or(0);
    binding.key(nth)
}

/// The order that a line begins with, and what stands behind it. Of two that fit the longer is meant.
pub fn read(line: &str) -> Option<(&'static Order, &str)> {
    let line = line.trim_start();
    let fits = |order: &&Order| {
        line.strip_prefix(order.name)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    };
    let order = ORDERS
        .iter()
        .filter(fits)
        .max_by_key(|order| order.name.len())?;
    Some((order, line[order.name.len()..].trim()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::keys::Place;

    #[test]
    fn everything_that_a_key_does_in_a_pane_can_be_said_by_name() {
        for binding in TABLE.iter().filter(|binding| {
            !matches!(
                binding.place,
                Place::Moving
                    | Place::Typing
                    | Place::Help
                    | Place::Filter
                    | Place::Find
                    | Place::Search
                    | Place::Editor
                    | Place::Picker
                    | Place::Command
                    | Place::Choosing
                    | Place::Presenting
            ) && binding.action != A::Back
                && binding.action != A::Command
        }) {
            for nth in 0..binding.keys.len() {
                let action = binding.nth(nth);
                let said = ORDERS.iter().any(|order| order.does == D::Act(action));
                assert!(said, "no order for {action:?}, which is {}", binding.help);
            }
        }
    }

    #[test]
    fn every_order_has_a_name_of_its_own_and_says_what_it_does() {
        for (nth, order) in ORDERS.iter().enumerate() {
            let again = ORDERS[..nth].iter().any(|other| other.name == order.name);
            assert!(!again, "{} twice", order.name);
            assert!(!order.about().is_empty(), "{}", order.name);
        }
    }

    #[test]
    fn the_longest_name_that_a_line_begins_with_is_meant() {
        let cases = [
            ("clock advance 15m", Some(("clock advance", "15m"))),
            (
                "  fault on shop/sold-out,times=3 ",
                Some(("fault on", "shop/sold-out,times=3")),
            ),
            ("api next", Some(("api next", ""))),
            ("api shop", Some(("api", "shop"))),
            ("apis", None),
            ("", None),
        ];
        for (line, expected) in cases {
            let found = read(line).map(|(order, rest)| (order.name, rest));
            assert_eq!(found, expected, "{line}");
        }
    }
}
