//! Checks the security headers of the account page, which Apache sets by
//! mod_headers; the program sets those of the API by itself.

use super::finding::{Check, Finding};
use crate::fetch::{Answered, ask};

const HEADERS: Check = Check("web", "headers");

const PAGE: &str = "/account/";
/// The last only where the site has TLS.
const EXPECTED: [&str; 5] = [
    "content-security-policy",
    "x-content-type-options",
    "x-frame-options",
    "referrer-policy",
    "strict-transport-security",
];

pub(super) fn examine(url: &str) -> Finding {
    match ask(&format!("{url}{PAGE}"), None) {
        Ok(page) if page.status == 200 => judge(&page, url.starts_with("https://")),
        Ok(page) => HEADERS.fail(
            format!("{url}{PAGE} answers {}: the account page is not there", page.status),
            "see the check pages; app stores demand this page",
        ),
        Err(error) => HEADERS.fail(format!("{url}{PAGE}: {error}"), "see the check health"),
    }
}

fn judge(page: &Answered, has_tls: bool) -> Finding {
    let expected = EXPECTED.iter().take(if has_tls { 5 } else { 4 });
    let lost: Vec<&str> = expected.copied().filter(|name| page.header(name).is_none()).collect();
    if lost.is_empty() {
        return HEADERS.pass("the account page has its security headers");
    }
    HEADERS.warn(
        format!("the account page lacks {}", lost.join(", ")),
        "ask the host for mod_headers, or look for what removes them on the way",
    )
}
