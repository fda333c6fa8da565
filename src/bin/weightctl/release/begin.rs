//! `release begin`: an upload becomes a release, is tried, and becomes live.

use std::fs::Permissions;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use clap::Args;
use weight_sync::handlers::service::Service;
use weight_sync::store::migrations::{MigrationError, migrate};

use super::adopt::adopt;
use super::configuration::{self, Given};
use super::dialogue::Dialogue;
use super::files::{sync_folder, walk};
use super::go_live::Switching;
use super::layout::{Layout, Release, UPLOADING};
use super::probe::{Probe, Wanted};
use super::report::{say, step, warn};
use super::state::State;
use super::sweep::sweep;
use super::{names, space};
use crate::deployment::PROGRAM;
use crate::failure::Failure;
use crate::output::counted;
use crate::{lock, maintenance};

#[derive(Args)]
pub(crate) struct Arguments {
    /// The site's web directory
    #[arg(long, value_name = "DIRECTORY")]
    web: PathBuf,
    /// The site's address, for a new configuration
    #[arg(long, value_name = "URL")]
    base_url: String,
    /// How to run the program
    #[arg(long, value_enum, default_value = "auto")]
    mode: Wanted,
    /// Put the given settings into the configuration that is there
    #[arg(long)]
    reconfigure: bool,
}

/// The version of this program, which is the release's.
const VERSION: &str = env!("CARGO_PKG_VERSION");

pub(super) fn run(arguments: &Arguments, layout: &Layout) -> Result<(), Failure> {
    let mut dialogue = Dialogue::open()?;
    let upload = Upload(own_upload(layout)?);
    let web = prepare(&arguments.web, layout)?;
    let given = given(&mut dialogue)?;
    let _lock = lock::take(&layout.private)?;
    maintenance::refuse(&web)?;
    step("preparing the host");
    sweep(layout, &web, Some(&upload.0))?;
    adopt(layout, &web)?;
    let before = State::read(layout);
    warn_of_interrupted(&before);
    space::check(&Release(upload.0.clone()), &web, layout)?;
    let name = accept(&upload.0, layout)?;
    let service = configuration::ensure(layout, &given, &arguments.base_url, arguments.reconfigure);
    let outcome = service.and_then(|service| {
        let probe = Probe { layout, web: &web, name: &name };
        probe.measure_cold_start()?;
        let mode = probe.choose(arguments.mode, &mut dialogue)?;
        dialogue.require_open()?;
        apply_migrations(&service)?;
        probe.check_health(VERSION)?;
        Switching { layout, web: &web, before }.go_live(&name, mode, &mut dialogue)
    });
    if outcome.is_err()
        && let Err(failure) = super::prune::remove_unverified(layout)
    {
        warn(failure.message());
    }
    outcome
}

/// An upload, which is removed if it does not become a release.
struct Upload(PathBuf);

impl Drop for Upload {
    fn drop(&mut self) {
        // One that became a release has another name.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The folder of this program, which deploy.sh has just filled.
fn own_upload(layout: &Layout) -> Result<PathBuf, Failure> {
    let program = std::env::current_exe().map_err(|error| Failure::Failed(error.to_string()))?;
    let folder = program.parent().unwrap_or(&program).to_owned();
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    if folder.parent() == Some(&layout.releases()) && name.ends_with(UPLOADING) {
        return Ok(folder);
    }
    Err(Failure::Usage(format!("{} is not an upload: deploy.sh calls this", folder.display())))
}

/// Checks the folders. Returns the web directory without links, as /proc shows
/// the path of a process's program.
fn prepare(web: &Path, layout: &Layout) -> Result<PathBuf, Failure> {
    let refused = |text: String| Err(Failure::Failed(text));
    let shown = web.display();
    let web = std::fs::canonicalize(web).map_err(|error| {
        Failure::Failed(format!(
            "the web directory {shown} cannot be used: {error}. The host's panel makes it with the site"
        ))
    })?;
    if web.join(PROGRAM).is_dir() {
        return refused(format!(
            "{shown}/{PROGRAM} is a directory, and the program's file has that name: move it away first"
        ));
    }
    if layout.private.starts_with(&web) {
        return refused(format!(
            "{} lies inside the web directory: its secrets could be fetched",
            layout.private.display()
        ));
    }
    // suexec answers 500 for a group-writable directory, and the reason is in a
    // log that customers cannot read.
    restrict(&web, 0o022)?;
    restrict(&layout.private, 0o077)?;
    Ok(web)
}

/// Takes permissions of others away.
fn restrict(folder: &Path, unwanted: u32) -> Result<(), Failure> {
    let shown = folder.display();
    let failed = |error: std::io::Error| Failure::Failed(format!("{shown}: {error}"));
    let found = std::fs::metadata(folder).map_err(failed)?;
    if found.uid() != rustix::process::geteuid().as_raw() {
        return Err(Failure::Failed(format!(
            "{shown} belongs to another user (id {}), so nothing can be installed there: let the \
             host's panel give the site to this user",
            found.uid()
        )));
    }
    let mode = found.mode() & 0o7777;
    if mode & unwanted == 0 {
        return Ok(());
    }
    std::fs::set_permissions(folder, Permissions::from_mode(mode & !unwanted)).map_err(failed)
}

/// Reads the settings from the caller, so that no other user can see them among
/// a process's arguments.
fn given(dialogue: &mut Dialogue) -> Result<Given, Failure> {
    let mut given = Vec::new();
    loop {
        let line = dialogue
            .line()
            .map_err(|gone| Failure::Failed(format!("no settings: {}", gone.reason())))?;
        if line.is_empty() {
            return Ok(given);
        }
        let (name, value) = line.split_once('=').ok_or_else(|| {
            Failure::Usage("the settings must be lines of NAME=value up to an empty line".into())
        })?;
        given.push((name.to_owned(), value.to_owned()));
    }
}

fn warn_of_interrupted(before: &State) {
    let Some(unfinished) = &before.switching else { return };
    let good = before.good.as_ref();
    let last = good.map(|good| format!("; the last release that passed is {good}"));
    warn(&format!(
        "an earlier run ended before {unfinished} had passed its smoke test{}",
        last.unwrap_or_default()
    ));
}

/// Makes the complete upload a release, and flushes it to the disk.
fn accept(upload: &Path, layout: &Layout) -> Result<String, Failure> {
    let name = names::new_name(layout, VERSION)?;
    let target = layout.release(&name).0;
    let upload_files = || -> std::io::Result<()> {
        for file in walk(upload)? {
            std::fs::File::open(&file)?.sync_all()?;
        }
        for folder in ["", "public_html"] {
            sync_folder(&upload.join(folder))?;
        }
        std::fs::rename(upload, &target)?;
        sync_folder(&layout.releases())
    };
    upload_files().map_err(|error| Failure::Failed(format!("{}: {error}", upload.display())))?;
    say(&format!("this is release {name}"));
    Ok(name)
}

fn apply_migrations(service: &Service) -> Result<(), Failure> {
    step(
        "applying missing migrations; the program before goes on, since each migration suits it too",
    );
    let applied = migrate(&mut service.database(), &mut |name| say(&format!("applying {name}")));
    match applied {
        Ok(report) => {
            if let Some(table) = &report.adopted {
                say(&crate::migrate::describe(table));
            }
            let (new, before) = (report.applied.len(), report.already_applied);
            say(&format!("{} applied, {before} before", counted(new, "migration")));
            Ok(())
        }
        Err(error) => {
            let left = match error {
                MigrationError::Statement { .. } => {
                    "The program that was live goes on; remove the cause and push again"
                }
                _ => "What was live is unchanged",
            };
            let failure = Failure::from(error);
            let text = format!("{}. {left}", failure.message());
            Err(failure.with_message(text))
        }
    }
}
