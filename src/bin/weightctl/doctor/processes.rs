//! Processes of the web program that were started before the last deployment.

use super::finding::{Check, Finding};
use crate::deployment::Deployment;
use crate::processes::Running;

const OLD: Check = Check("processes", "old processes");

/// mod_fcgid identifies programs by inode and keeps up to three idle processes
/// of a replaced program without limit. They run the old code.
pub(super) fn old_ones(deployment: &Deployment) -> Finding {
    let Some(running) = Running::of(deployment.web.as_deref()) else {
        return OLD.skip("there is no /proc");
    };
    if running.replaced.is_empty() {
        return OLD.pass(format!("none; {} of the current program run", running.current.len()));
    }
    let ids: Vec<String> = running.replaced.iter().map(ToString::to_string).collect();
    let ids = ids.join(" ");
    OLD.warn(
        format!("{} still run a program that was replaced: {ids}", running.replaced.len()),
        format!("weightctl restart, or kill {ids}: they finish their request"),
    )
}
