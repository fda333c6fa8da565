//! The releases on the host and their names, VERSION-TIME. The time orders
//! them, since versions do not sort as text.

use std::time::{Duration, Instant};

use chrono::Utc;

use super::layout::{Layout, UPLOADING, VERIFIED};
use crate::failure::Failure;

/// How long to wait for a second that no release has yet.
const PATIENCE: Duration = Duration::from_secs(10);

/// A release on the host.
pub(super) struct Named {
    pub(super) name: String,
    pub(super) is_verified: bool,
}

/// The part of a name after the version; `None` for the name of anything else.
pub(super) fn time_of(name: &str) -> Option<&str> {
    let (_, time) = name.rsplit_once('-')?;
    let is_time = time.ends_with('Z') && time.starts_with(|first: char| first.is_ascii_digit());
    is_time.then_some(time)
}

/// The part of a name before the time.
pub(super) fn version_of(name: &str) -> &str {
    name.rsplit_once('-').map_or(name, |(version, _)| version)
}

/// All releases, newest first.
pub(super) fn all(layout: &Layout) -> Vec<Named> {
    let entries = std::fs::read_dir(layout.releases()).into_iter().flatten().flatten();
    let mut found: Vec<Named> = entries
        .filter(|entry| entry.path().is_dir())
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| time_of(name).is_some() && !name.ends_with(UPLOADING))
        .map(|name| Named { is_verified: is_verified(layout, &name), name })
        .collect();
    found.sort_by(|one, other| key(&other.name).cmp(&key(&one.name)));
    found
}

fn key(name: &str) -> (&str, &str) {
    (time_of(name).unwrap_or_default(), name)
}

pub(super) fn is_verified(layout: &Layout, name: &str) -> bool {
    layout.release(name).0.join(VERIFIED).is_file()
}

/// The newest verified release that is older than `name`.
pub(super) fn older_verified(layout: &Layout, name: &str) -> Option<String> {
    let releases = all(layout).into_iter();
    let mut older = releases.filter(|one| one.is_verified && time_of(&one.name) < time_of(name));
    older.next().map(|one| one.name)
}

/// A name for a new release, later than all others: a push may follow another
/// one within a second.
pub(super) fn new_name(layout: &Layout, version: &str) -> Result<String, Failure> {
    let newest = all(layout).into_iter().next().map(|one| one.name).unwrap_or_default();
    let begun = Instant::now();
    loop {
        let time = Utc::now().format("%Y%m%dT%H%M%SZ").to_string();
        if Some(time.as_str()) > time_of(&newest) {
            return Ok(format!("{version}-{time}"));
        }
        if begun.elapsed() > PATIENCE {
            let folder = layout.release(&newest).0;
            return Err(Failure::Failed(format!(
                "the release {newest} is from the future: the clock here says {time}. Correct it, or remove {}",
                folder.display()
            )));
        }
        std::thread::sleep(Duration::from_millis(200));
    }
}
