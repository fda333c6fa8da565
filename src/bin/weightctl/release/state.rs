//! What is live, and where the ways back lead.

use serde::Serialize;

use super::layout::Layout;
use super::names::{is_verified, older_verified};
use crate::mode::Mode;
use crate::records::{LIVE, MODE, SWITCHING};

/// The records of the private folder, and what follows from them.
#[derive(Debug, Serialize)]
pub(super) struct State {
    /// The release in the web directory.
    pub(super) live: Option<String>,
    pub(super) mode: Mode,
    /// The release whose switch was not verified.
    pub(super) switching: Option<String>,
    /// The release to return to if a switch fails.
    pub(super) good: Option<String>,
    /// The target of a rollback.
    pub(super) back: Option<String>,
}

impl State {
    pub(super) fn read(layout: &Layout) -> Self {
        let live = layout.record(LIVE);
        let switching = layout.record(SWITCHING);
        let older = |name: &String| older_verified(layout, name);
        let good = live.as_ref().and_then(|live| {
            if is_verified(layout, live) { Some(live.clone()) } else { older(live) }
        });
        let back = match &switching {
            // A rollback was interrupted: repeat it instead of going one
            // release further.
            Some(name) if is_verified(layout, name) => Some(name.clone()),
            // A push was interrupted while it renamed files.
            Some(name) if live.as_ref() != Some(name) => good.clone(),
            _ => live.as_ref().and_then(older),
        };
        let mode = layout.record(MODE).and_then(|word| Mode::parse(&word)).unwrap_or(Mode::Fcgid);
        Self { live, mode, switching, good, back }
    }
}

#[cfg(test)]
mod tests {
    use super::super::layout::VERIFIED;
    use super::*;

    const OLD: &str = "0.9.0-20200101T000000Z";
    const MIDDLE: &str = "0.10.0-20200102T000000Z";
    const NEW: &str = "0.2.0-20200103T000000Z";

    /// The ways back with these records and these verified releases.
    fn ways(live: &str, switching: &str, verified: &[&str]) -> [Option<String>; 2] {
        let folder = tempfile::tempdir().unwrap();
        let layout = Layout { private: folder.path().to_owned() };
        for name in [OLD, MIDDLE, NEW] {
            let release = layout.release(name).0;
            std::fs::create_dir_all(&release).unwrap();
            if verified.contains(&name) {
                std::fs::write(release.join(VERIFIED), "").unwrap();
            }
        }
        for (record, name) in [(LIVE, live), (SWITCHING, switching)] {
            std::fs::write(layout.private.join(record), format!("{name}\n")).unwrap();
        }
        let state = State::read(&layout);
        [state.good, state.back]
    }

    #[test]
    fn the_way_back_leads_to_a_verified_release_and_finishes_what_was_interrupted() {
        let some = |name: &str| Some(name.to_owned());
        for (what, live, switching, verified, good, back) in [
            ("all is well", NEW, "", &[OLD, MIDDLE, NEW][..], some(NEW), some(MIDDLE)),
            ("nothing to go back to", OLD, "", &[OLD], some(OLD), None),
            ("an unverified one between", NEW, "", &[OLD, NEW], some(NEW), some(OLD)),
            ("a push ended after its switch", NEW, NEW, &[OLD, MIDDLE], some(MIDDLE), some(MIDDLE)),
            ("a push ended in its switch", MIDDLE, NEW, &[OLD, MIDDLE], some(MIDDLE), some(MIDDLE)),
            ("a rollback ended", NEW, OLD, &[OLD, MIDDLE, NEW], some(NEW), some(OLD)),
            ("a first push ended", NEW, NEW, &[], None, None),
            ("nothing is live", "", "", &[OLD], None, None),
        ] {
            assert_eq!(ways(live, switching, verified), [good, back], "{what}");
        }
    }
}
