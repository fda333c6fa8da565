//! `weightctl restart`: ends the web program's processes. The web server starts
//! new ones at the next request, which read the configuration again.

use std::path::PathBuf;
use std::time::Duration;

use serde_json::json;
use weight_sync::config::find;

use crate::deployment::Deployment;
use crate::failure::Failure;
use crate::output::Output;
use crate::processes::{Running, end};

/// A request has 12 s for statements, and 15 s for the last one.
const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) fn run(given: Option<PathBuf>, output: &Output) -> Result<(), Failure> {
    let path = find(given).map_err(|error| Failure::Configuration(error.to_string()))?;
    let ended = end_all(&Deployment::of(&path))?;
    output.result(&json!({"ended": ended}), || match ended {
        0 => "no process of this deployment runs; the next request starts one".to_owned(),
        _ => format!("ended {ended}; the next request starts a new one"),
    });
    Ok(())
}

/// Ends all processes of a deployment; returns their number.
///
/// # Errors
/// The web directory is not known: processes of another site must stay.
pub(crate) fn end_all(deployment: &Deployment) -> Result<usize, Failure> {
    let Some(web) = &deployment.web else {
        let text = format!("the web directory of {} is not known", deployment.private.display());
        return Err(Failure::Failed(text).advise("./deploy.sh push records it"));
    };
    let running =
        Running::of(Some(web)).ok_or_else(|| Failure::Failed("there is no /proc".into()))?;
    let all = [running.current, running.replaced].concat();
    end(&all, PATIENCE);
    Ok(all.len())
}
