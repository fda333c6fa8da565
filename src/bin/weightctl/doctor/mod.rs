//! `weightctl doctor`: checks whether this deployment is healthy and suggests
//! remedies.
//!
//! Each check is a function that returns a [`finding::Finding`]. Each file holds
//! the checks of one subject. docs/OPERATIONS.md lists all checks.

mod causes;
mod certificate;
mod cluster;
mod configuration;
mod cron;
mod database;
mod files;
mod finding;
mod google;
mod headers;
mod htaccess;
mod log;
mod mail;
mod privileges;
mod processes;
mod report;
mod schema;
mod secrets;
mod server;
mod tables;
mod web;

use std::path::PathBuf;

use clap::Args;
use serde_json::json;
use weight_sync::handlers::service::Service;

use crate::deployment::Deployment;
use crate::failure::Failure;
use crate::output::Output;
use crate::terminal::Paint;
use finding::{Finding, Level};
use report::Extent;

#[derive(Args)]
#[command(after_help = "\
Looks at the configuration, the files of the live release, the database, the
service through its public address, old processes, cron and the log. Changes
nothing that stays: it creates the log file where it is missing, takes back the
row that it writes, and the service counts its requests. To be run on the host,
as the user of the deployment; ./deploy.sh push ends with it.

Examples:
  weightctl doctor
  weightctl doctor --verbose
  0 7 * * * $HOME/weight-sync/bin/weightctl doctor --quiet     in the crontab: mails what is wrong

Exit codes: 0 all is well or there are warnings, 1 a check failed.

SSL_CERT_FILE names certificates (PEM) to trust in place of the public ones.
docs/OPERATIONS.md says more of each check.")]
pub(crate) struct Arguments {
    /// Let warnings count as failures
    #[arg(long)]
    strict: bool,
    /// Show every check, also what is well
    #[arg(long, short, conflicts_with = "quiet")]
    verbose: bool,
    /// Print only what is not well, which cron mails
    #[arg(long, short)]
    quiet: bool,
}

pub(crate) fn run(
    arguments: &Arguments,
    given: Option<PathBuf>,
    output: &Output,
) -> Result<(), Failure> {
    let findings = examine(given);
    let worst = findings.iter().map(|finding| finding.level).max().unwrap_or(Level::Pass);
    let json = json!({"result": worst.max(Level::Pass), "checks": findings});
    let extent = match (arguments.quiet, arguments.verbose) {
        (true, _) => Extent::Quiet,
        (_, true) => Extent::All,
        _ => Extent::Folded,
    };
    let text = report::text(&findings, extent, Paint::of_stdout());
    if output.is_json() || !text.is_empty() {
        output.result(&json, || text);
    }
    let limit = if arguments.strict { Level::Warn } else { Level::Fail };
    if worst >= limit { Err(Failure::Reported) } else { Ok(()) }
}

fn examine(given: Option<PathBuf>) -> Vec<Finding> {
    let (mut findings, loaded) = configuration::examine(given);
    let Some(loaded) = loaded else { return findings };
    let service = match Service::new(loaded.settings.clone()) {
        Ok(service) => service,
        Err(reason) => {
            // In the place of the first, that it is valid.
            findings.splice(..1, [configuration::unusable(&reason)]);
            return findings;
        }
    };
    let deployment = Deployment::of(&loaded.path);
    findings.push(configuration::hashing(&service));
    findings.extend(mail::examine(&service));
    let web = web::examine(&service, deployment.mode);
    findings.extend(files::examine(&deployment, web::answers(&web)));
    findings.extend(database::examine(&service));
    findings.extend(web);
    findings.extend(secrets::examine(&loaded));
    findings.push(processes::old_ones(&deployment));
    findings.extend(cron::examine(&service));
    findings.extend(google::examine(&service));
    findings.extend(log::examine(&loaded.settings.log, &deployment.private));
    causes::point_out(&mut findings);
    findings
}
