//! Entity tags (RFC 9110 section 8.8.3) and `If-Match` (section 13.1.1).

/// The tag of a version: its `updated_at` as rendered, in quotes. Any client
/// can form it from its copy of the entry.
pub fn entity_tag(updated_at: impl std::fmt::Display) -> String {
    format!("\"{updated_at}\"")
}

/// Whether an `If-Match` field allows a write over the version `current` (a tag
/// in quotes).
///
/// A weak tag, or a tag with the `-gzip` that mod_deflate appends, counts as
/// the original tag: a host may turn compression on, and a client can only send
/// back what it received.
pub fn if_match_allows(field: &str, current: &str) -> bool {
    field.split(',').map(str::trim).any(|tag| {
        let tag = tag.strip_prefix("W/").unwrap_or(tag);
        let plain = tag.strip_suffix("-gzip\"").map(|start| format!("{start}\""));
        plain.as_deref().unwrap_or(tag) == current
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_matches_itself_even_if_weak_compressed_or_in_a_list() {
        let current = entity_tag("2026-01-06T20:30:00Z");
        for field in [
            "\"2026-01-06T20:30:00Z\"",
            "W/\"2026-01-06T20:30:00Z\"",
            "\"2026-01-06T20:30:00Z-gzip\"",
            "\"x\", \"2026-01-06T20:30:00Z\"",
        ] {
            assert!(if_match_allows(field, &current), "{field}");
        }
        for field in ["\"x\"", "*", "2026-01-06T20:30:00Z", "", "\"2026-01-06T20:30:00.001Z\""] {
            assert!(!if_match_allows(field, &current), "{field}");
        }
    }
}
