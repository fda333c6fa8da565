//! Filters and formats one line of the log.

use std::str::FromStr;

use serde::Deserialize;

use crate::terminal::{Colour, Paint};

/// The fields that are read from a line. Any of them may be missing.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Line {
    time: String,
    request_id: String,
    method: String,
    route: String,
    status: u16,
    code: Option<String>,
    user_id: Option<String>,
    milliseconds: f64,
    statements: u32,
    cause: Option<String>,
}

/// A status such as 404, or a class such as 5xx.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StatusPattern {
    Exactly(u16),
    Class(u16),
}

impl FromStr for StatusPattern {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("{text} is not a status: write 404 or 4xx");
        let (class, is_class) = match text.strip_suffix("xx") {
            Some(class) => (class, true),
            None => (text, false),
        };
        let number: u16 = class.parse().map_err(|_| wrong())?;
        match (is_class, number) {
            (true, 1..=5) => Ok(Self::Class(number)),
            (false, 100..=599) => Ok(Self::Exactly(number)),
            _ => Err(wrong()),
        }
    }
}

impl StatusPattern {
    fn matches(self, status: u16) -> bool {
        match self {
            Self::Exactly(number) => status == number,
            Self::Class(class) => status / 100 == class,
        }
    }
}

/// The format in which lines are printed.
#[derive(Clone, Copy)]
pub(super) enum Form {
    AsItIs,
    Pretty(Paint),
}

/// Selects the lines to print; what is `None` selects all.
#[derive(Default)]
pub(super) struct Filter {
    /// The beginning of a request id.
    pub(super) request: Option<String>,
    pub(super) status: Option<StatusPattern>,
    /// A time in the form of the lines', from which on they count.
    pub(super) since: Option<String>,
    /// A user's id.
    pub(super) user: Option<String>,
    /// A part of the route.
    pub(super) route: Option<String>,
    /// More than so many milliseconds.
    pub(super) slower: Option<f64>,
}

impl Filter {
    /// Formats the line if the filter selects it. A line that is not valid JSON
    /// (cut off by a full disk) is printed unchanged, but only without a filter.
    pub(super) fn shown(&self, text: &str, form: Form) -> Option<String> {
        let Ok(line) = serde_json::from_str::<Line>(text) else {
            return self.selects_all().then(|| text.to_owned());
        };
        self.selects(&line).then(|| match form {
            Form::AsItIs => text.to_owned(),
            Form::Pretty(paint) => line.pretty(paint),
        })
    }
}

impl Filter {
    fn selects_all(&self) -> bool {
        let texts = [&self.request, &self.since, &self.user, &self.route];
        texts.iter().all(|text| text.is_none()) && self.status.is_none() && self.slower.is_none()
    }

    fn selects(&self, line: &Line) -> bool {
        fn fits<T>(filter: Option<&T>, fits: impl FnOnce(&T) -> bool) -> bool {
            filter.is_none_or(fits)
        }
        fits(self.status.as_ref(), |status| status.matches(line.status))
            && fits(self.request.as_ref(), |id| line.request_id.starts_with(id.as_str()))
            && fits(self.since.as_ref(), |since| line.time >= *since)
            && fits(self.user.as_ref(), |user| line.user_id.as_ref() == Some(user))
            && fits(self.route.as_ref(), |part| line.route.contains(part.as_str()))
            && fits(self.slower.as_ref(), |limit| line.milliseconds > *limit)
    }
}

impl Line {
    fn pretty(&self, paint: Paint) -> String {
        let colour = match self.status {
            0..400 => Colour::Green,
            400..500 => Colour::Yellow,
            _ => Colour::Red,
        };
        let mut text = format!(
            "{:<27} {} {:<7}{} {}",
            self.time,
            paint.text(colour, &self.status.to_string()),
            self.method.replace(char::is_control, " "),
            if self.route.is_empty() { "-" } else { &self.route },
            paint.text(
                Colour::Dim,
                &format!("{:.1} ms, {} statements", self.milliseconds, self.statements)
            ),
        );
        for part in [&self.code, &self.user_id].into_iter().flatten() {
            text.push(' ');
            text.push_str(part);
        }
        text.push(' ');
        text.push_str(&paint.text(Colour::Dim, &self.request_id));
        if let Some(cause) = &self.cause {
            // A database's message may contain line breaks, and client input
            // may contain terminal escape sequences.
            let cause = cause.replace(char::is_control, " ");
            let cause: Vec<&str> = cause.split_whitespace().collect();
            text.push_str("\n    ");
            text.push_str(&paint.text(colour, &cause.join(" ")));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_a_number_or_a_class() {
        assert_eq!("404".parse(), Ok(StatusPattern::Exactly(404)));
        assert_eq!("5xx".parse(), Ok(StatusPattern::Class(5)));
        for wrong in ["", "xx", "6xx", "0xx", "99", "600", "5x", "abc", "404xx"] {
            assert!(wrong.parse::<StatusPattern>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_clients_words_give_no_command_to_the_terminal() {
        let all = Filter::default();
        let line = r#"{"method":"\u001b[2J","cause":"unknown variant `\u001b]0;x\u0007\u009b2J`"}"#;
        let shown = all.shown(line, Form::Pretty(Paint::off())).unwrap();
        assert!(shown.contains("unknown variant"), "{shown}");
        assert!(!shown.chars().any(|letter| letter.is_control() && letter != '\n'), "{shown:?}");
    }

    #[test]
    fn a_line_that_is_no_json_is_shown_where_all_are() {
        let all = Filter::default();
        assert_eq!(all.shown("{\"sta", Form::AsItIs).as_deref(), Some("{\"sta"));
        let some = Filter { status: Some(StatusPattern::Class(5)), ..Filter::default() };
        assert_eq!(some.shown("{\"sta", Form::AsItIs), None);
    }

    #[test]
    fn lines_are_selected_by_time_user_route_and_duration() {
        let line = r#"{"time":"2026-11-29T00:00:00.000000Z","route":"/api/account","user_id":"anna",
            "milliseconds":20.5}"#;
        let some = |text: &str| Some(text.to_owned());
        let all = Filter::default;
        for (filter, is_selected) in [
            (Filter { since: some("2026-11-29T00:00:00.000000Z"), ..all() }, true),
            (Filter { since: some("2026-11-29T00:00:00.000001Z"), ..all() }, false),
            (Filter { user: some("anna"), ..all() }, true),
            (Filter { user: some("ann"), ..all() }, false),
            (Filter { route: some("account"), ..all() }, true),
            (Filter { route: some("login"), ..all() }, false),
            (Filter { slower: Some(20.0), ..all() }, true),
            (Filter { slower: Some(20.5), ..all() }, false),
        ] {
            assert_eq!(filter.shown(line, Form::AsItIs).is_some(), is_selected);
        }
    }
}
