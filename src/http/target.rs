//! The request target, which alone decides the route. Apache decodes PATH_INFO
//! twice and merges its slashes, so it is not used.

use http::Uri;
use http::uri::Scheme;

/// Reads the target of a request line: origin form, or absolute form
/// (RFC 9112 section 3.2). Path and query stay percent-encoded.
///
/// `None` for other forms and for a fragment, which [`Uri`] would drop.
pub fn parse(text: &str) -> Option<Uri> {
    let uri: Uri = text.parse().ok()?;
    let is_web = uri.scheme().is_none_or(|scheme| [Scheme::HTTP, Scheme::HTTPS].contains(scheme));
    (is_web && uri.path().starts_with('/') && !text.contains('#')).then_some(uri)
}

/// Decodes `%XX` once. `None` for a broken escape, invalid UTF-8 or a control
/// character. A `+` stays a plus: no parameter of the API holds a space, and
/// the offset of a time (`+01:00`) is often sent unescaped.
pub fn percent_decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let high = char::from(rest.next()?).to_digit(16)?;
            let low = char::from(rest.next()?).to_digit(16)?;
            bytes.push(u8::try_from(high * 16 + low).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    let decoded = String::from_utf8(bytes).ok()?;
    (!decoded.chars().any(char::is_control)).then_some(decoded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_of_a_target_give_path_and_query() {
        for (text, path, query) in [
            ("/api/health", "/api/health", ""),
            ("/api/health?", "/api/health", ""),
            ("/a?b=c?d", "/a", "b=c?d"),
            ("//api/%2Fhealth%00", "//api/%2Fhealth%00", ""),
            ("http://example.org/api/health?x=1", "/api/health", "x=1"),
            ("HTTPS://example.org/", "/", ""),
            ("/api?u=http://x/", "/api", "u=http://x/"),
            ("http://host", "/", ""),
            ("http://host?x=1", "/", "x=1"),
        ] {
            let target = parse(text).unwrap();
            let found = (target.path(), target.query().unwrap_or_default());
            assert_eq!(found, (path, query), "{text}");
        }
    }

    #[test]
    fn what_is_no_target_is_refused() {
        for text in ["", "*", "api/health", "host", "ftp://host/", "/api/health#x", "/a b", "/a\0"]
        {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn escapes_are_decoded_once() {
        assert_eq!(percent_decode("a%2541+b").as_deref(), Some("a%41+b"));
        for broken in ["%", "%4", "%zz", "%ff", "%00", "%0a", "%+1"] {
            assert_eq!(percent_decode(broken), None, "{broken}");
        }
    }
}
