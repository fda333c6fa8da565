//! Query parameters.

use super::field::{Field, FieldCode, FromText, Refusal};
use super::target::percent_decode;

/// Reads one parameter of a percent-encoded query. A name without `=` has an
/// empty value. Names that no route reads are ignored.
pub fn parameter<T: FromText>(query: &str, name: &'static str) -> Field<T> {
    let undecodable = || Refusal::new(FieldCode::InvalidFormat, "is not percent-encoded UTF-8");
    let mut field = Field::absent(name);
    for pair in query.split('&') {
        let (sent, value) = pair.split_once('=').unwrap_or((pair, ""));
        if percent_decode(sent).as_deref() == Some(name) {
            let text = percent_decode(value).ok_or_else(undecodable);
            field.set(|| T::from_text(&text?).map(Some));
        }
    }
    field
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::field::FieldErrors;

    fn read(query: &str, name: &'static str) -> Result<Option<String>, String> {
        let mut errors = FieldErrors::default();
        let value = parameter(query, name).optional(&mut errors);
        let errors = errors.check(Some(value));
        errors.map_err(|errors| serde_json::to_value(errors).unwrap()[0]["code"].to_string())
    }

    #[test]
    fn a_plus_in_an_offset_survives() {
        let query = "since=2026-01-01T00:00:00+01:00&limit=5&x";
        assert_eq!(read(query, "since"), Ok(Some("2026-01-01T00:00:00+01:00".to_owned())));
        assert_eq!(read(query, "limit"), Ok(Some("5".to_owned())));
        assert_eq!(read(query, "x"), Ok(Some(String::new())));
        assert_eq!(read(query, "y"), Ok(None));
    }

    #[test]
    fn repeated_and_undecodable_parameters_are_refused() {
        let query = "limit=1&lim%69t=2&since=%ff";
        assert_eq!(read(query, "limit"), Err("\"duplicate\"".to_owned()));
        assert_eq!(read(query, "since"), Err("\"invalid_format\"".to_owned()));
    }
}
