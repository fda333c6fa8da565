//! Query parameters.

use super::target::percent_decode;

/// The parameters of a query, decoded, in the order in which they were sent.
#[derive(Debug, Default)]
pub struct Query(Vec<(String, Value)>);

/// A parameter's value, or the fact that its escapes are broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// The decoded text.
    Text(String),
    /// Broken percent-encoding, invalid UTF-8 or a control character.
    Undecodable,
}

/// What a query says of one parameter.
#[derive(Debug, PartialEq, Eq)]
pub enum Parameter<'a> {
    /// It is not there.
    Absent,
    /// It is there once.
    Text(&'a str),
    /// It is there, but can't be decoded.
    Undecodable,
    /// It is there more than once.
    Repeated,
}

impl Query {
    /// Takes `name=value` pairs apart; a name without `=` has an empty value.
    pub fn parse(query: &str) -> Self {
        let pairs = query.split('&').filter(|pair| !pair.is_empty());
        Self(
            pairs
                .filter_map(|pair| {
                    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                    let value = percent_decode(value).map_or(Value::Undecodable, Value::Text);
                    Some((percent_decode(name)?, value))
                })
                .collect(),
        )
    }

    /// Looks a parameter up. Unknown ones are never asked for and so ignored.
    pub fn get(&self, name: &str) -> Parameter<'_> {
        let mut found = self.0.iter().filter(|(key, _)| key == name);
        match (found.next(), found.next()) {
            (None, _) => Parameter::Absent,
            (Some(_), Some(_)) => Parameter::Repeated,
            (Some((_, Value::Text(text))), None) => Parameter::Text(text),
            (Some((_, Value::Undecodable)), None) => Parameter::Undecodable,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plus_in_an_offset_survives() {
        let query = Query::parse("since=2026-01-01T00:00:00+01:00&limit=5&x");
        assert_eq!(query.get("since"), Parameter::Text("2026-01-01T00:00:00+01:00"));
        assert_eq!(query.get("limit"), Parameter::Text("5"));
        assert_eq!(query.get("x"), Parameter::Text(""));
        assert_eq!(query.get("y"), Parameter::Absent);
    }

    #[test]
    fn repeated_and_broken_parameters_are_told_apart() {
        let query = Query::parse("limit=1&limit=2&since=%ff");
        assert_eq!(query.get("limit"), Parameter::Repeated);
        assert_eq!(query.get("since"), Parameter::Undecodable);
    }
}
