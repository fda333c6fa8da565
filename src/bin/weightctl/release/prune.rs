//! Which releases stay on the host.

use super::layout::Layout;
use super::names;
use super::report::say;
use crate::failure::Failure;
use crate::records::{LIVE, SWITCHING};

/// The number of verified releases that a push keeps.
pub(super) const KEPT: usize = 5;

/// Removes all but the newest `keep` verified releases; never the live one, one
/// being switched to, or the one to go back to. Returns the removed names.
pub(super) fn prune(layout: &Layout, keep: usize) -> Result<Vec<String>, Failure> {
    let releases = names::all(layout);
    let stays = kept(layout);
    let verified = releases.into_iter().filter(|release| release.is_verified);
    let names = verified.skip(keep).map(|release| release.name);
    remove(layout, names.filter(|name| !stays.contains(name)).collect(), "the old release")
}

/// Removes the releases of failed pushes.
pub(super) fn remove_unverified(layout: &Layout) -> Result<(), Failure> {
    let stays = kept(layout);
    let unverified = names::all(layout).into_iter().filter(|release| !release.is_verified);
    let names = unverified.map(|release| release.name);
    remove(layout, names.filter(|name| !stays.contains(name)).collect(), "an unverified release")
        .map(drop)
}

fn kept(layout: &Layout) -> Vec<String> {
    let live = layout.record(LIVE);
    let back = live.as_ref().and_then(|live| names::older_verified(layout, live));
    [live, layout.record(SWITCHING), back].into_iter().flatten().collect()
}

fn remove(layout: &Layout, names: Vec<String>, what: &str) -> Result<Vec<String>, Failure> {
    for name in &names {
        say(&format!("removing {what} {name}"));
        let folder = layout.release(name).0;
        std::fs::remove_dir_all(&folder)
            .map_err(|error| Failure::Failed(format!("{}: {error}", folder.display())))?;
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::super::layout::VERIFIED;
    use super::*;

    fn layout_with(verified: &[u32], unverified: &[u32]) -> (tempfile::TempDir, Layout) {
        let folder = tempfile::tempdir().unwrap();
        let layout = Layout { private: folder.path().to_owned() };
        for day in verified.iter().chain(unverified) {
            let release = layout.release(&name(*day)).0;
            std::fs::create_dir_all(&release).unwrap();
            if verified.contains(day) {
                std::fs::write(release.join(VERIFIED), "").unwrap();
            }
        }
        (folder, layout)
    }

    fn name(day: u32) -> String {
        format!("0.1.0-202001{day:02}T000000Z")
    }

    fn days(layout: &Layout) -> Vec<String> {
        names::all(layout).into_iter().map(|release| release.name).collect()
    }

    #[test]
    fn failed_pushes_do_not_displace_releases_to_go_back_to() {
        let (_folder, layout) = layout_with(&[1, 2, 3, 9], &[4, 5, 6, 7, 8]);
        std::fs::write(layout.private.join(LIVE), name(9)).unwrap();
        prune(&layout, 3).unwrap();
        assert!(days(&layout).contains(&name(2)) && !days(&layout).contains(&name(1)));
        remove_unverified(&layout).unwrap();
        assert_eq!(days(&layout), [9, 3, 2].map(name));
    }

    #[test]
    fn the_live_release_and_the_one_before_it_stay_however_old() {
        let (_folder, layout) = layout_with(&[1, 2, 3, 4, 5], &[6]);
        std::fs::write(layout.private.join(LIVE), name(2)).unwrap();
        std::fs::write(layout.private.join(SWITCHING), name(6)).unwrap();
        prune(&layout, 1).unwrap();
        remove_unverified(&layout).unwrap();
        assert_eq!(days(&layout), [6, 5, 2, 1].map(name));
    }
}
