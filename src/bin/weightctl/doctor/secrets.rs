//! Checks that no private file can be fetched from the web.

use std::path::Path;

use weight_sync::config::Loaded;

use super::finding::{Check, Finding};
use crate::fetch::ask;

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

/// Texts of files that hold secrets. Looked for in responses with status 200
/// only, because a problem contains `request_id`.
const SECRETS: [&[u8]; 4] = [b"mysql://", b"[[auth.secrets]]", b"[core]", b"\"request_id\":\""];
/// Texts of files that are private, and no secret.
const OTHERS: [&[u8]; 2] = [b"\x7fELF", b"SetHandler"];

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
    let (mut open, mut gives_secrets) = (Vec::new(), false);
    for path in PATHS {
        match ask(&format!("{url}{path}"), None) {
            Ok(answer) if answer.status == 200 => {
                let has = |signs: &[&[u8]]| signs.iter().any(|sign| answer.has(sign));
                gives_secrets |= has(&SECRETS);
                if has(&SECRETS) || has(&OTHERS) {
                    open.push(path);
                }
            }
            Ok(_) => {}
            // The check https fails then.
            Err(error) => return UNREACHABLE.skip(error),
        }
    }
    if open.is_empty() {
        let count = PATHS.len();
        return UNREACHABLE.pass(format!("none of {count} usual addresses gives anything away"));
    }
    UNREACHABLE.fail(
        format!("anybody can fetch {}", open.join(", ")),
        if gives_secrets {
            "put the release's .htaccess back, then change the database's password, and weightctl secret rotate"
        } else {
            "put the release's .htaccess back (./deploy.sh push); no secret was among it"
        },
    )
}
