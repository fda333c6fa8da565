//! The configuration on the host: written once, and only after a connection
//! with it. Its secrets never leave the host.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use weight_sync::config::{
    ConfigError, Loaded, Settings, from_environment, load, set, with_environment, write_new,
};
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
/// if `is_to_change`; checks it and connects to its database. `base_url` is the
/// site's address, unless a setting gives another one.
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
    let mut given = given.clone();
    if !given.iter().any(|(name, _)| name == PUBLIC_URL) {
        given.insert(0, (PUBLIC_URL.to_owned(), base_url.to_owned()));
    }
    if !path.exists() {
        step(&format!("writing {shown}, readable by its owner only"));
        given.insert(0, (LOG_FILE.0.to_owned(), LOG_FILE.1.to_owned()));
        let settings = from_environment(given).map_err(|error| invalid(&error))?;
        return keep(
            layout,
            &settings,
            &format!(
                "Nothing was kept: correct {URL} (mysql://user:password@host:3306/name, as the host's \
             panel shows them) and run the same command again"
            ),
        );
    }
    match load(&path) {
        // A wrong value may be what is to be changed.
        Err(ConfigError::Invalid { .. }) if is_to_change => {}
        Err(error) => return Err(invalid(&error)),
        Ok(_) => {}
    }
    let text =
        std::fs::read_to_string(&path).map_err(|error| invalid(&format!("{shown}: {error}")))?;
    let mut differing = differing(&text, &given);
    if is_to_change && !differing.is_empty() {
        step(&format!("changing {} in {shown}", named(&differing)));
        let settings = with_environment(&text, given).map_err(|error| invalid(&error))?;
        return keep(layout, &settings, &format!("{shown} is as it was"));
    }
    // Before a first release is live, the address in the file is the one that
    // an earlier push was given and failed with.
    if layout.record(LIVE).is_none()
        && let Some(at) = differing.iter().position(|(name, _)| name == PUBLIC_URL)
    {
        let address = differing.remove(at).1;
        step(&format!("correcting server.public_url in {shown} to {address}"));
        set(&path, "server.public_url", &address)
            .and_then(|changed| changed.write())
            .map_err(|error| invalid(&error))?;
    }
    if is_to_change {
        warn(&format!("nothing to reconfigure: {shown} has the given settings already"));
    } else if !differing.is_empty() {
        warn(&format!(
            "ignored, because {shown} says otherwise: {}. To change the file: ./deploy.sh push --reconfigure",
            named(&differing)
        ));
    }
    connect(
        load(&path).map_err(|error| invalid(&error))?,
        &format!(
            "What was live is unchanged. To correct the URL in {shown}: {URL}='mysql://…' ./deploy.sh push --reconfigure"
        ),
    )
}

fn invalid(error: &dyn std::fmt::Display) -> Failure {
    Failure::Configuration(error.to_string())
}

/// The given settings that a configuration's text has differently.
fn differing(text: &str, given: &Given) -> Given {
    let before = with_environment(text, []).ok();
    let is_same = |pair: &(String, String)| {
        let after = with_environment(text, [pair.clone()]).ok()?;
        Some(toml::to_string(before.as_ref()?).ok()? == toml::to_string(&after).ok()?)
    };
    given.iter().filter(|pair| is_same(pair) != Some(true)).cloned().collect()
}

/// The names of settings; with the address, which no variable need have given.
fn named(given: &Given) -> String {
    let name = |(name, value): &(String, String)| match name.as_str() {
        PUBLIC_URL => format!("{name} ({value})"),
        _ => name.clone(),
    };
    given.iter().map(name).collect::<Vec<_>>().join(", ")
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
