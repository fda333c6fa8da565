//! Colours for a terminal; files and programs get plain text.

use std::io::{IsTerminal, stdout};

#[derive(Clone, Copy)]
pub(crate) enum Colour {
    Red,
    Green,
    Yellow,
    Dim,
}

/// Colours text if colours are on.
#[derive(Clone, Copy)]
pub(crate) struct Paint {
    is_on: bool,
}

impl Paint {
    /// On for a terminal other than TERM=dumb. CLICOLOR_FORCE turns it on for a
    /// pipe that ends at a terminal; NO_COLOR (no-color.org) always turns it off.
    pub(crate) fn of_stdout() -> Self {
        let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let is_wanted = is_set("CLICOLOR_FORCE") || (stdout().is_terminal() && !is_dumb);
        Self { is_on: is_wanted && !is_set("NO_COLOR") }
    }

    #[cfg(test)]
    pub(crate) fn off() -> Self {
        Self { is_on: false }
    }

    pub(crate) fn text(self, colour: Colour, text: &str) -> String {
        if !self.is_on {
            return text.to_owned();
        }
        let code = match colour {
            Colour::Red => "31",
            Colour::Green => "32",
            Colour::Yellow => "33",
            Colour::Dim => "2",
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }
}
