//! Checks that no private file can be fetched from the web.

use std::path::Path;

use weight_sync::config::Loaded;

use super::finding::{Check, Finding};
use crate::fetch::{Answered, ask};

const PLACE: Check = Check("secrets", "place");
const UNREACHABLE: Check = Check("secrets", "secrets");

/// Paths under which other sites have exposed private files.
const PATHS: [&str; 8] = [
    "/weight-sync.toml",
    "/weight-sync/weight-sync.toml",
    "/weight-sync/log/requests.log",
    "/log/requests.log",
    "/api",
    "/.htaccess",
    "/.git/config",
    "/weight-sync/",
];

/// Texts that only private files contain.
const SIGNS: [&[u8]; 6] =
    [b"mysql://", b"[[auth.secrets]]", b"\x7fELF", b"SetHandler", b"[core]", b"\"request_id\":\""];

pub(super) fn examine(loaded: &Loaded) -> Vec<Finding> {
    vec![place(&loaded.path), unreachable(&loaded.settings.server.public_url)]
}

/// The configuration must not lie in or below the web directory.
fn place(path: &Path) -> Finding {
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let is_web =
        |folder: &&Path| ["api", ".htaccess"].iter().any(|name| folder.join(name).is_file());
    match path.ancestors().skip(1).find(is_web) {
        Some(folder) => PLACE.fail(
            format!("{} lies in the web directory {}", path.display(), folder.display()),
            "move its folder beside the web directory, and change the password and the secret",
        ),
        None => PLACE.pass("the configuration lies outside the web directory"),
    }
}

fn unreachable(url: &str) -> Finding {
    if url.is_empty() {
        return UNREACHABLE.skip("server.public_url is not set");
    }
    let mut open = Vec::new();
    for path in PATHS {
        match ask(&format!("{url}{path}"), None) {
            Ok(answer) if gives_away(&answer) => open.push(path),
            Ok(_) => {}
            Err(error) => return UNREACHABLE.skip(error),
        }
    }
    if open.is_empty() {
        let count = PATHS.len();
        return UNREACHABLE.pass(format!("none of {count} usual addresses gives anything away"));
    }
    UNREACHABLE.fail(
        format!("anybody can fetch {}", open.join(", ")),
        "put the release's .htaccess back, and change the password and the secret",
    )
}

/// Checks the status too, because a problem response contains `request_id`.
fn gives_away(answer: &Answered) -> bool {
    let says = |sign: &&[u8]| answer.body.windows(sign.len()).any(|part| part == *sign);
    answer.status == 200 && SIGNS.iter().any(says)
}
