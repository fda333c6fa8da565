//! `weightctl doctor`: checks whether this deployment is healthy and suggests
//! remedies.
//!
//! Each check is a function that returns a [`finding::Finding`]. Each file holds
//! the checks of one subject. docs/OPERATIONS.md lists all checks.

mod certificate;
mod cluster;
mod configuration;
mod cron;
mod database;
mod finding;
mod google;
mod log;
mod privileges;
mod processes;
mod report;
mod schema;
mod secrets;
mod server;
mod web;

use std::path::PathBuf;

use clap::Args;
use serde_json::json;
use weight_sync::handlers::service::Service;

use crate::failure::Failure;
use crate::output::Output;
use crate::terminal::Paint;
use finding::{Finding, Level};

#[derive(Args)]
#[command(after_help = "\
Looks at the configuration, the database, the service through its public
address, old processes, cron and the log. Changes nothing, but creates the log
file where it is missing. To be run on the host, as the user of the deployment;
./deploy.sh push ends with it.

Exit codes: 0 all is well or there are warnings, 1 a check failed.

SSL_CERT_FILE names certificates (PEM) to trust in place of the public ones.
docs/OPERATIONS.md says more of each check.")]
pub(crate) struct Arguments {
    /// Let warnings count as failures
    #[arg(long)]
    strict: bool,
}

pub(crate) fn run(
    arguments: &Arguments,
    given: Option<PathBuf>,
    output: &Output,
) -> Result<(), Failure> {
    let findings = examine(given);
    let worst = findings.iter().map(|finding| finding.level).max().unwrap_or(Level::Pass);
    let json = json!({"result": worst.max(Level::Pass), "checks": findings});
    output.result(&json, || report::text(&findings, Paint::of_stdout()));
    let limit = if arguments.strict { Level::Warn } else { Level::Fail };
    if worst >= limit { Err(Failure::Reported) } else { Ok(()) }
}

fn examine(given: Option<PathBuf>) -> Vec<Finding> {
    let (mut findings, loaded) = configuration::examine(given);
    let Some(loaded) = loaded else { return findings };
    let service = match Service::new(loaded.settings.clone()) {
        Ok(service) => service,
        Err(reason) => {
            findings.push(configuration::unusable(&reason));
            return findings;
        }
    };
    findings.push(configuration::hashing(&service));
    findings.extend(database::examine(&service));
    findings.extend(web::examine(&service));
    findings.extend(secrets::examine(&loaded));
    findings.push(processes::old_ones());
    findings.extend(cron::examine(&service));
    findings.extend(google::examine(&service));
    findings.extend(log::examine(&loaded.settings.log));
    findings
}
