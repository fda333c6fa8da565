//! Compares the web directory's `.htaccess` with the release's. Lines may be
//! added by hand; none may be missing.

use std::path::Path;

use super::finding::{Check, FILES, Finding, PUSH};
use crate::mode::Mode;
use crate::output::counted;

const RULES: Check = Check(FILES, ".htaccess");

/// Without these the program is sent as a download, or everything is shown.
const LEAST: [&str; 2] = ["SetHandler", "RewriteRule"];

pub(super) fn examine(web: &Path, release: Option<&Path>, mode: Mode) -> Finding {
    let path = web.join(".htaccess");
    let shown = path.display();
    let Ok(text) = std::fs::read_to_string(&path) else {
        let reason = format!("{shown} is missing: no request reaches the program");
        return RULES.fail(reason, PUSH);
    };
    let original =
        release.and_then(|release| std::fs::read_to_string(release.join("htaccess")).ok());
    let Some(original) = original else {
        return match LEAST.iter().find(|word| !text.contains(**word)) {
            Some(word) => {
                RULES.fail(format!("{shown} has no {word}: it is not weight-sync's"), PUSH)
            }
            None => RULES.pass(format!("{shown} is there; there is no release to compare it with")),
        };
    };
    let expected = mode.htaccess(&original);
    let lost = missing(&expected, &text);
    match lost.as_slice() {
        [] => {
            let added = missing(&text, &expected).len();
            let more = if added > 0 {
                format!(", with {} of your own", counted(added, "line"))
            } else {
                String::new()
            };
            RULES.pass(format!("{shown} is the release's{more}"))
        }
        [only] if only == mode.directive() => RULES.warn(
            format!("{shown} lacks \"{only}\", with which the release was put live"),
            "./deploy.sh push --mode auto chooses again, and records its choice",
        ),
        [first, ..] => RULES.fail(
            format!("{shown} lacks {} of the release's: {first}", counted(lost.len(), "line")),
            PUSH,
        ),
    }
}

/// The lines of `expected` that `text` lacks, without comments. A line that is
/// expected twice must be there twice.
fn missing(expected: &str, text: &str) -> Vec<String> {
    let directives = |text: &str| {
        let lines = text.lines().map(str::trim);
        let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    let mut there = directives(text);
    let mut missing = directives(expected);
    missing.retain(|line| match there.iter().position(|other| other == line) {
        Some(place) => {
            there.swap_remove(place);
            false
        }
        None => true,
    });
    missing
}

#[cfg(test)]
mod tests {
    use super::super::finding::Level;
    use super::*;

    const ORIGINAL: &str = "# a comment\nCGIPassAuth On\nSetHandler fcgid-script\n\
        <IfModule !mod_fcgid.c>\nSetHandler cgi-script\n</IfModule>\n";

    #[test]
    fn a_line_may_be_added_and_none_may_be_missing() {
        let cgi = ORIGINAL.replace("fcgid-script", "cgi-script");
        for (text, mode, level) in [
            (ORIGINAL.to_owned(), Mode::Fcgid, Level::Pass),
            (cgi.clone(), Mode::Cgi, Level::Pass),
            (format!("{ORIGINAL}SetEnvIf Authorization .+ X=$0\n"), Mode::Fcgid, Level::Pass),
            (ORIGINAL.replace("# a comment\n", ""), Mode::Fcgid, Level::Pass),
            (cgi, Mode::Fcgid, Level::Warn),
            (ORIGINAL.to_owned(), Mode::Cgi, Level::Warn),
            (ORIGINAL.replace("CGIPassAuth On\n", ""), Mode::Fcgid, Level::Fail),
            (ORIGINAL.replace("CGIPassAuth On\n", "# CGIPassAuth On\n"), Mode::Fcgid, Level::Fail),
            ("Options +Indexes\n".to_owned(), Mode::Fcgid, Level::Fail),
        ] {
            let folder = tempfile::tempdir().unwrap();
            std::fs::write(folder.path().join(".htaccess"), &text).unwrap();
            std::fs::write(folder.path().join("htaccess"), ORIGINAL).unwrap();
            let found = examine(folder.path(), Some(folder.path()), mode);
            assert_eq!(found.level, level, "{text}: {}", found.reason);
        }
    }
}
