//! `release to`: the way back to an earlier release. The database keeps its
//! newer tables.

use super::configuration;
use super::dialogue::Dialogue;
use super::go_live::Switching;
use super::layout::Layout;
use super::names;
use super::report::say;
use super::state::State;
use super::sweep::sweep;
use crate::failure::Failure;
use crate::{lock, maintenance};

pub(super) fn run(named: Option<&str>, layout: &Layout) -> Result<(), Failure> {
    let web = layout.web()?;
    let mut dialogue = Dialogue::open()?;
    let _lock = lock::take(&layout.private)?;
    maintenance::refuse(&web)?;
    let before = State::read(layout);
    let target = target(named, layout, &before)?;
    configuration::try_with(&layout.release(&target), &layout.config()).map_err(|failure| {
        failure.advise(format!(
            "nothing has changed. Delete from {} what this release does not know, then run the same command again",
            layout.config().display()
        ))
    })?;
    sweep(layout, &web, None)?;
    let mode = before.mode;
    Switching { layout, web: &web, before }.go_live(&target, mode, &mut dialogue)
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
