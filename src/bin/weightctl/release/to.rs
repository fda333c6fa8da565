//! `release to`: the way back to an earlier release. The database keeps its
//! newer tables.

use std::process::{Command, Stdio};

use super::dialogue::Dialogue;
use super::go_live::Switching;
use super::layout::Layout;
use super::report::say;
use super::state::State;
use super::sweep::sweep;
use super::{lock, names};
use crate::failure::Failure;
use crate::maintenance;

pub(super) fn run(named: Option<&str>, layout: &Layout) -> Result<(), Failure> {
    let web = layout.web()?;
    maintenance::refuse(&web)?;
    let mut dialogue = Dialogue::open()?;
    let _lock = lock::take(layout)?;
    let before = State::read(layout);
    let target = target(named, layout, &before)?;
    check_configuration(layout, &target)?;
    sweep(layout, &web, None)?;
    let mode = before.mode;
    Switching { layout, web: &web, before }.go_live(&target, mode, &mut dialogue)
}

/// Asks the release's own `weightctl`: with a setting that came after the
/// release, it would answer no request.
fn check_configuration(layout: &Layout, name: &str) -> Result<(), Failure> {
    let config = layout.config();
    let weightctl = layout.release(name).weightctl();
    if !weightctl.exists() {
        // Adopted from a deployment by hand, which had none.
        return Ok(());
    }
    let checked = Command::new(&weightctl)
        .args(["config", "check", "--config"])
        .arg(&config)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| Failure::Failed(format!("{}: {error}", weightctl.display())))?;
    if checked.status.success() {
        return Ok(());
    }
    let reason = String::from_utf8_lossy(&checked.stderr);
    let reason = reason.trim().trim_start_matches("error: ");
    let failure = Failure::Failed(format!("{name} cannot use the configuration: {reason}"));
    let config = config.display();
    Err(failure.advise(format!(
        "nothing has changed. Delete from {config} what this release does not know, then run the same command again"
    )))
}

fn target(named: Option<&str>, layout: &Layout, before: &State) -> Result<String, Failure> {
    let Some(name) = named else {
        let live = before.live.as_deref().unwrap_or("the live one");
        let back = before.back.clone().ok_or_else(|| {
            Failure::Failed(format!("there is no verified release older than {live}"))
        })?;
        if before.switching.as_ref() == Some(&back) {
            say(&format!("the way back to {back} was interrupted: it is finished first"));
        }
        return Ok(back);
    };
    let mut releases = names::all(layout);
    // One that has never passed is removed with what interrupted runs left.
    releases.retain(|one| one.is_verified || before.live.as_ref() == Some(&one.name));
    if releases.iter().any(|release| release.name == name) {
        return Ok(name.to_owned());
    }
    let known: Vec<_> = releases.into_iter().map(|release| release.name).collect();
    Err(Failure::Failed(format!("there is no release {name}; there are: {}", known.join(", "))))
}
