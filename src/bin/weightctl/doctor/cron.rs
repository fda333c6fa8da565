//! Cron: whether the crontab runs the purge and fetches Google's keys, by a
//! program that is there, and how the last purge ended.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use chrono::{TimeDelta, Utc};
use weight_sync::handlers::service::Service;

use super::finding::{Check, Finding};
use crate::deployment::this_program;
use crate::last_purge::LastPurge;

const CRON: Check = Check("cron", "cron");
const PURGE: Check = Check("cron", "last purge");

const INSTALL: &str = "./deploy.sh cron install, or a line of your own: docs/OPERATIONS.md, Cron";
/// Allows one missed night.
const LONG_AGO: TimeDelta = TimeDelta::days(2);

pub(super) fn examine(service: &Service) -> Vec<Finding> {
    vec![installed(service.settings.google.is_configured()), last_run(service)]
}

fn installed(needs_keys: bool) -> Finding {
    let output = Command::new("crontab").arg("-l").stdin(Stdio::null()).output();
    let Ok(output) = output else {
        return CRON.skip("there is no crontab command here");
    };
    let table = String::from_utf8_lossy(&output.stdout);
    let jobs: &[&str] = if needs_keys { &["purge", "google-keys refresh"] } else { &["purge"] };
    let mut shown = Vec::new();
    for job in jobs {
        let lines: Vec<&str> =
            table.lines().map(str::trim).filter(|line| runs(line, job)).collect();
        let Some(first) = lines.first() else {
            return CRON.warn(format!("no line of the crontab runs weightctl {job}"), INSTALL);
        };
        let programs: Vec<PathBuf> = lines.iter().filter_map(|line| program(line)).collect();
        let own = std::env::current_exe().and_then(|path| path.canonicalize()).ok();
        let runs_own = programs.iter().any(|program| program.canonicalize().ok() == own);
        if let Some(gone) = programs.iter().find(|program| !program.is_file()) {
            let reason = format!("the crontab runs {}, which is not there", gone.display());
            return if runs_own {
                CRON.warn(
                    format!("{reason}: a line of another deployment"),
                    "remove the line: crontab -e",
                )
            } else {
                CRON.fail(reason, INSTALL)
            };
        }
        if !programs.is_empty() && !runs_own {
            let reason = format!("{first}: that is another weightctl than this one");
            return CRON
                .warn(reason, format!("let it be {}, or run that one's doctor", this_program()));
        }
        shown.push(*first);
    }
    CRON.pass(shown.join("; "))
}

fn runs(line: &str, job: &str) -> bool {
    !line.starts_with('#') && line.contains("weightctl") && line.contains(job)
}

/// The absolute path of the weightctl that a line runs. `None` if it has none:
/// then cron's PATH decides.
fn program(line: &str) -> Option<PathBuf> {
    let mut words = line.split_whitespace().map(|word| word.trim_matches(['"', '\'']));
    let word = words.find(|word| word.ends_with("weightctl"))?;
    let home = || std::env::var("HOME").unwrap_or_default();
    let path = ["$HOME/", "${HOME}/", "~/"].iter().find_map(|start| word.strip_prefix(start));
    let path = path.map_or_else(|| word.to_owned(), |rest| format!("{}/{rest}", home()));
    path.starts_with('/').then(|| PathBuf::from(path))
}

fn last_run(service: &Service) -> Finding {
    let last = match LastPurge::load(&mut service.database()) {
        Ok(Some(last)) => last,
        Ok(None) => return PURGE.warn("has never run", INSTALL),
        Err(_) => return PURGE.skip("see the check database"),
    };
    let said = last.to_string();
    let Some(at) = last.at() else { return PURGE.skip(said) };
    if last.failure.is_some() {
        PURGE.fail(said, "run weightctl purge by hand and see")
    } else if Utc::now() - at > LONG_AGO {
        PURGE.warn(format!("{said}: that is long ago"), "look whether cron runs, and mails you")
    } else {
        PURGE.pass(said)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_of_a_line_is_its_absolute_path() {
        let path = |line| program(line).map(|path| path.display().to_string());
        let home = std::env::var("HOME").unwrap_or_default();
        for (line, expected) in [
            ("15 4 * * * /home/me/bin/weightctl purge", Some("/home/me/bin/weightctl".to_owned())),
            ("15 4 * * * \"$HOME/bin/weightctl\" purge", Some(format!("{home}/bin/weightctl"))),
            ("15 4 * * * weightctl purge", None),
        ] {
            assert_eq!(path(line), expected, "{line}");
        }
    }
}
