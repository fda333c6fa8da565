//! The configuration on the host: written once, and only after a connection
//! with it. Its secrets never leave the host.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use weight_sync::config::{Loaded, Settings, from_environment, load, with_environment, write_new};
use weight_sync::handlers::service::Service;
use weight_sync::store::migrations::{self, MigrationError};

use super::files::sync_folder;
use super::layout::{Layout, Release};
use super::report::{step, warn};
use crate::failure::Failure;
use crate::records::LIVE;

/// Settings as `WEIGHT_SYNC_<SECTION>_<KEY>` and value.
pub(super) type Given = Vec<(String, String)>;

const URL: &str = "WEIGHT_SYNC_DATABASE_URL";
/// What a host needs besides the given settings.
const LOG_FILE: (&str, &str) = ("WEIGHT_SYNC_LOG_FILE", "log/requests.log");
const PUBLIC_URL: &str = "WEIGHT_SYNC_SERVER_PUBLIC_URL";

/// The file that becomes the configuration once a connection was made with it.
pub(super) fn candidate(layout: &Layout) -> PathBuf {
    layout.private.join("weight-sync.toml.candidate")
}

/// Writes the configuration where there is none, or changes the given settings
/// if `is_to_change`; checks it and connects to its database.
///
/// # Errors
/// [`Failure::Configuration`] or [`Failure::Unreachable`]; then the
/// configuration is what it was. The message says how to correct it.
pub(super) fn ensure(
    layout: &Layout,
    given: &Given,
    base_url: &str,
    is_to_change: bool,
) -> Result<Service, Failure> {
    let path = layout.config();
    let shown = path.display();
    if !path.exists() {
        step(&format!("writing {shown}, readable by its owner only"));
        let mut all = vec![(PUBLIC_URL, base_url), LOG_FILE]
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect::<Given>();
        all.extend(given.iter().cloned());
        let settings = from_environment(all).map_err(|error| invalid(&error))?;
        return keep(
            layout,
            &settings,
            &format!(
                "Nothing was kept: correct {URL} (mysql://user:password@host:3306/name, as the host's \
             panel shows them) and run the same command again"
            ),
        );
    }
    let text = std::fs::read_to_string(&path)
        .map_err(|error| Failure::Configuration(format!("{shown}: {error}")))?;
    let differing = differing(&text, given);
    if is_to_change {
        if differing.is_empty() {
            warn(&format!("nothing to reconfigure: {shown} has the given settings already"));
        }
        step(&format!("changing {} in {shown}", differing.join(", ")));
        let settings = with_environment(&text, given.clone()).map_err(|error| invalid(&error))?;
        return keep(layout, &settings, &format!("{shown} is as it was"));
    }
    if !differing.is_empty() {
        warn(&format!(
            "ignored, because {shown} says otherwise: {}. To change the file: ./deploy.sh push --reconfigure",
            differing.join(", ")
        ));
    }
    let loaded = load(&path).map_err(|error| Failure::Configuration(error.to_string()))?;
    connect(
        loaded,
        &format!(
            "What was live is unchanged. To correct the URL in {shown}: {URL}='mysql://…' ./deploy.sh push --reconfigure"
        ),
    )
}

fn invalid(error: &dyn std::fmt::Display) -> Failure {
    Failure::Configuration(error.to_string())
}

/// The names of given settings that a configuration's text has differently.
fn differing(text: &str, given: &Given) -> Vec<String> {
    let changed = |pair: &(String, String)| {
        let before = toml::from_str::<Settings>(text).ok()?;
        let after = with_environment(text, [pair.clone()]).ok()?;
        (toml::to_string(&before).ok()? != toml::to_string(&after).ok()?).then(|| pair.0.clone())
    };
    given.iter().filter_map(changed).collect()
}

/// The release that is live reads the configuration until the switch, and
/// again if the new one fails.
fn suits_live(layout: &Layout, candidate: &Path) -> Result<(), Failure> {
    let Some(live) = layout.record(LIVE) else { return Ok(()) };
    try_with(&layout.release(&live), candidate).map_err(|failure| {
        failure.advise("nothing has changed. Push without --reconfigure first, then again with it")
    })
}

/// Lets a release's own `weightctl` read a configuration: with a setting that
/// came after the release, it would answer no request.
pub(super) fn try_with(release: &Release, config: &Path) -> Result<(), Failure> {
    let weightctl = release.weightctl();
    if !weightctl.exists() {
        // Adopted from a deployment by hand, which had none.
        return Ok(());
    }
    let checked = Command::new(&weightctl)
        .args(["config", "check", "--config"])
        .arg(config)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| Failure::Failed(format!("{}: {error}", weightctl.display())))?;
    if checked.status.success() {
        return Ok(());
    }
    let reason = String::from_utf8_lossy(&checked.stderr);
    let reason = reason.trim().trim_start_matches("error: ");
    let name = release.0.file_name().unwrap_or_default().display();
    Err(Failure::Failed(format!("{name} cannot use the configuration: {reason}")))
}

/// Writes the candidate, tries it, and makes it the configuration.
fn keep(layout: &Layout, settings: &Settings, advice: &str) -> Result<Service, Failure> {
    let candidate = candidate(layout);
    let tried = write_new(&candidate, settings, true)
        .and_then(|()| load(&candidate))
        .map_err(|error| Failure::Configuration(error.to_string()).advise(advice))
        .and_then(|loaded| connect(loaded, advice))
        .and_then(|service| suits_live(layout, &candidate).map(|()| service));
    if tried.is_err() {
        let _ = std::fs::remove_file(&candidate);
        return tried;
    }
    std::fs::rename(&candidate, layout.config())
        .and_then(|()| sync_folder(&layout.private))
        .map_err(|error| Failure::Failed(format!("{}: {error}", layout.config().display())))?;
    tried
}

/// Connects to the database, and compares its migrations with this program's.
/// Returns a service for migrating.
fn connect(loaded: Loaded, advice: &str) -> Result<Service, Failure> {
    step("connecting to the database");
    let mut settings = loaded.settings;
    let service = Service::new(settings.clone()).map_err(Failure::Configuration)?;
    let status = migrations::status(&mut service.database());
    match status {
        Ok(_) => {
            crate::migrate::be_patient(&mut settings.database);
            Service::new(settings).map_err(Failure::Configuration)
        }
        Err(MigrationError::Store(error)) if error.is_outage() => {
            Err(Failure::Unreachable(error.to_string()).advise(advice))
        }
        Err(MigrationError::Newer(name)) => Err(Failure::Failed(format!(
            "this release is older than the database, which has the migration {name}. To go back to a \
             release that is on the host: ./deploy.sh rollback"
        ))),
        Err(error) => Err(Failure::Failed(format!("{error}. What was live is unchanged"))),
    }
}
