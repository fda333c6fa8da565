//! `weightctl maintenance on|off`: takes the service offline by moving the
//! program away, for which `.htaccess` answers 503 and apps wait.

use std::path::{Path, PathBuf};

use clap::Subcommand;
use serde_json::json;
use weight_sync::config::find;

use crate::deployment::{AWAY, Deployment, PROGRAM};
use crate::failure::Failure;
use crate::lock;
use crate::output::Output;
use crate::records::RESTORING;
use crate::restart::end_all;

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Takes the service offline: requests get 503, and apps wait
    #[command(after_help = "\
Examples:
  weightctl maintenance on
  weightctl maintenance off")]
    On,
    /// Brings it back
    #[command(after_help = "Example:\n  weightctl maintenance off")]
    Off,
}

pub(crate) fn run(
    command: &Command,
    given: Option<PathBuf>,
    output: &Output,
) -> Result<(), Failure> {
    let path = find(given).map_err(|error| Failure::Configuration(error.to_string()))?;
    let deployment = Deployment::of(&path);
    let is_on = matches!(command, Command::On);
    let _lock = lock::take(&deployment.private)?;
    let has_changed = if is_on { begin(&deployment)? } else { end(&deployment)? };
    output.result(&json!({"maintenance": is_on, "changed": has_changed}), || {
        match (is_on, has_changed) {
            (true, true) => {
                "the service is offline: requests get 503. Back: weightctl maintenance off"
            }
            (true, false) => "the service was offline already",
            (false, true) => "the service is back",
            (false, false) => "the service was not in maintenance",
        }
        .to_owned()
    });
    Ok(())
}

/// Takes the service offline, and waits until its processes have ended. `false`
/// if it was offline. Needs the lock, as [`end`] does.
pub(crate) fn begin(deployment: &Deployment) -> Result<bool, Failure> {
    let web = web(deployment)?;
    if !web.join(PROGRAM).exists() {
        return Ok(false);
    }
    rename(&web.join(PROGRAM), &web.join(AWAY))?;
    end_all(deployment)?;
    Ok(true)
}

/// Brings the service back. `false` if it was not in maintenance. A program
/// that was deployed meanwhile stays.
pub(crate) fn end(deployment: &Deployment) -> Result<bool, Failure> {
    let has_changed = bring_back(web(deployment)?)?;
    // The next restore must not bring back what somebody takes offline after this.
    let _ = std::fs::remove_file(deployment.private.join(RESTORING));
    Ok(has_changed)
}

fn bring_back(web: &Path) -> Result<bool, Failure> {
    let (program, away) = (web.join(PROGRAM), web.join(AWAY));
    if !away.exists() {
        return Ok(false);
    }
    if program.exists() {
        std::fs::remove_file(&away)
            .map_err(|error| Failure::Failed(format!("{}: {error}", away.display())))?;
        return Ok(false);
    }
    rename(&away, &program)?;
    Ok(true)
}

/// Refuses to go on while the site of that web directory is in maintenance: a
/// release that becomes live would end it.
pub(crate) fn refuse(web: &Path) -> Result<(), Failure> {
    if web.join(AWAY).exists() {
        return Err(Failure::Failed("the site is in maintenance".to_owned())
            .advise("end it first: ./deploy.sh ctl maintenance off"));
    }
    Ok(())
}

fn web(deployment: &Deployment) -> Result<&Path, Failure> {
    deployment.web.as_deref().ok_or_else(|| {
        Failure::Failed("the web directory is not known".to_owned())
            .advise("./deploy.sh push records it")
    })
}

fn rename(from: &Path, to: &Path) -> Result<(), Failure> {
    std::fs::rename(from, to).map_err(|error| {
        Failure::Failed(format!("{} to {}: {error}", from.display(), to.display()))
    })
}
