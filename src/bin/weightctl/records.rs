//! The records of a deployment: small files of one line in the private folder
//! that say what is live, written by `release`, and what is under way.

use std::path::Path;

/// The record of the release in the web directory.
pub(crate) const LIVE: &str = "live";
/// The record of how it runs: `fcgid` or `cgi`.
pub(crate) const MODE: &str = "mode";
/// The record of the release whose switch has not been verified yet.
pub(crate) const SWITCHING: &str = "switching";
/// The record of the web directory's path.
pub(crate) const WEB: &str = "web";

/// The record of a restore that has taken the service offline: the backup's path.
pub(crate) const RESTORING: &str = "restoring";

/// The line of a record, unless it is missing or empty.
pub(crate) fn read(private: &Path, name: &str) -> Option<String> {
    let text = std::fs::read_to_string(private.join(name)).ok()?;
    let line = text.lines().next()?.trim();
    (!line.is_empty()).then(|| line.to_owned())
}
