//! The request target, which alone decides the route. Apache decodes PATH_INFO
//! twice and merges its slashes, so it is not used.

/// Path and query as the client sent them, percent-encoding kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    path: String,
    query: String,
}

impl Target {
    /// Reads the target of a request line: origin form, or absolute form,
    /// whose scheme and host are dropped (RFC 9112 section 3.2).
    ///
    /// `None` where it is neither.
    pub fn parse(text: &str) -> Option<Self> {
        let origin_form = match text.split_once("://") {
            Some((scheme, rest)) if is_scheme(scheme) => {
                let at = rest.find(['/', '?'])?;
                rest.get(at..)?
            }
            _ => text,
        };
        let (path, query) = origin_form.split_once('?').unwrap_or((origin_form, ""));
        path.starts_with('/').then(|| Self { path: path.to_owned(), query: query.to_owned() })
    }

    /// The path, still percent-encoded.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The query without its `?`, still percent-encoded; empty when absent.
    pub fn query(&self) -> &str {
        &self.query
    }
}

fn is_scheme(text: &str) -> bool {
    text.eq_ignore_ascii_case("http") || text.eq_ignore_ascii_case("https")
}

/// Decodes `%XX` once. `None` for a broken escape, invalid UTF-8 or a control
/// character. A `+` stays a plus: no parameter of ours holds a space, and the
/// offset of a time (`+01:00`) is often sent unescaped.
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
            ("http://example.org/api/health?x=1", "/api/health", "x=1"),
            ("HTTPS://example.org/", "/", ""),
            ("/api?u=http://x/", "/api", "u=http://x/"),
        ] {
            let target = Target::parse(text).unwrap();
            assert_eq!((target.path(), target.query()), (path, query), "{text}");
        }
    }

    #[test]
    fn what_is_no_target_is_refused() {
        for text in ["", "*", "api/health", "ftp://host/", "http://host", "http://host?x=1"] {
            assert_eq!(Target::parse(text), None, "{text}");
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
