//! `weightctl backup`: writes all data to a compressed file that its owner alone
//! can read, and removes old ones.

use std::fs::{DirBuilder, DirEntry, File, OpenOptions};
use std::io::{BufWriter, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::Utc;
use clap::Args;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::json;
use weight_sync::handlers::service::Service;
use weight_sync::store::backup;

use crate::failure::Failure;
use crate::output::{Output, counted};
use crate::progress::Progress;

#[derive(Args)]
#[command(after_help = "\
Everything of one moment, while the service goes on; the service's own
connection and password are used. The file is SQL, compressed by gzip.

Examples:
  weightctl backup
  weightctl backup --output /mnt/stick/weights.sql.gz
  30 3 * * * $HOME/weight-sync/bin/weightctl backup --quiet     in the crontab

Copy backups to another machine, and weight-sync.toml once with them: without
its secret everybody has to sign in again.")]
pub(crate) struct Arguments {
    /// A new file [default: backup/weights-TIME.sql.gz beside the configuration]
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// How many backups to keep in the default folder
    #[arg(long, value_name = "COUNT", default_value_t = 14, conflicts_with = "output",
        value_parser = clap::value_parser!(u32).range(1..))]
    keep: u32,
    /// Print only what goes wrong, which cron mails
    #[arg(long)]
    quiet: bool,
}

/// The folder beside the configuration.
pub(crate) const FOLDER: &str = "backup";
const START: &str = "weights-";
/// The start of the name of a backup of what a restore replaces.
pub(crate) const BEFORE_RESTORE: &str = "before-restore-";
const END: &str = ".sql.gz";
/// The end of the name of a backup that is being written.
const PARTIAL: &str = ".partial";
/// No backup takes as long: a partial file of that age is a killed one's.
const LONG_AGO: Duration = Duration::from_secs(86_400);

pub(crate) fn run(
    arguments: &Arguments,
    service: &Service,
    output: &Output,
) -> Result<(), Failure> {
    let folder = service.settings.folder.clone().unwrap_or_default().join(FOLDER);
    let path = match &arguments.output {
        Some(path) => path.clone(),
        None => in_folder(&folder, START)?,
    };
    let rows = write(service, &path, !arguments.quiet && !output.is_json())?;
    let removed = match arguments.output {
        Some(_) => 0,
        None => rotate(&folder, arguments.keep)?,
    };
    if arguments.quiet {
        return Ok(());
    }
    let bytes = path.metadata().map_or(0, |metadata| metadata.len());
    let shown = path.display().to_string();
    let json = json!({"written": shown, "rows": rows, "bytes": bytes, "removed": removed});
    output.result(&json, || {
        let old = if removed > 0 {
            format!(", removed {}", counted(removed, "old backup"))
        } else {
            String::new()
        };
        format!("wrote {shown}: {}, {} KiB{old}", counted(rows, "row"), bytes.div_ceil(1024))
    });
    Ok(())
}

/// A new name in the folder of backups, which is made if needed.
pub(crate) fn in_folder(folder: &Path, start: &str) -> Result<PathBuf, Failure> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .map_err(|error| Failure::Failed(format!("{}: {error}", folder.display())))?;
    // With milliseconds, so that a second restore within a second has a name of its own.
    let time = Utc::now().format("%Y%m%dT%H%M%S%3fZ");
    Ok(folder.join(format!("{start}{time}{END}")))
}

/// Writes a backup to a new file, which appears when it is complete.
pub(crate) fn write(service: &Service, path: &Path, shows: bool) -> Result<u64, Failure> {
    let failed = |error: std::io::Error| Failure::Failed(format!("{}: {error}", path.display()));
    if path.exists() {
        return Err(Failure::Failed(format!("{} exists: name a new file", path.display())));
    }
    let mut partial = path.as_os_str().to_owned();
    partial.push(PARTIAL);
    let partial = PathBuf::from(partial);
    let _ = std::fs::remove_file(&partial);
    let options = OpenOptions::new().write(true).create_new(true).mode(0o600).to_owned();
    let file = options.open(&partial).map_err(failed)?;
    let rows = fill(service, file, shows).inspect_err(|_| {
        let _ = std::fs::remove_file(&partial);
    })?;
    std::fs::rename(&partial, path).map_err(failed)?;
    Ok(rows)
}

fn fill(service: &Service, file: File, shows: bool) -> Result<u64, Failure> {
    let mut database = service.database();
    let mut progress = Progress::new("rows", 0, shows);
    let mut out = GzEncoder::new(BufWriter::new(file), Compression::default());
    let rows =
        backup::write(&mut database, &mut out, &mut |done, total| progress.note_of(done, total))?;
    let written = out.finish().and_then(|mut out| out.flush().map(|()| out));
    let file =
        written.and_then(|out| out.into_inner().map_err(std::io::IntoInnerError::into_error));
    file.and_then(|file| file.sync_all()).map_err(|error| Failure::Failed(error.to_string()))?;
    Ok(rows)
}

/// Removes all but the newest backups, whose names sort by time, and what killed
/// ones have left; returns how many backups.
fn rotate(folder: &Path, keep: u32) -> Result<usize, Failure> {
    let failed = |error: std::io::Error| Failure::Failed(format!("{}: {error}", folder.display()));
    let mut backups: Vec<PathBuf> = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)?.flatten() {
        let name = entry.file_name();
        let Some(name) = name.to_str() else { continue };
        if name.starts_with(START) && name.ends_with(END) {
            backups.push(entry.path());
        } else if is_partial(name) && is_old(&entry) {
            std::fs::remove_file(entry.path()).map_err(failed)?;
        }
    }
    backups.sort();
    let keep = usize::try_from(keep).unwrap_or(usize::MAX);
    let old = backups.len().saturating_sub(keep);
    for path in backups.iter().take(old) {
        std::fs::remove_file(path).map_err(failed)?;
    }
    Ok(old)
}

fn is_partial(name: &str) -> bool {
    let whole = name.strip_suffix(PARTIAL).and_then(|name| name.strip_suffix(END));
    whole.is_some_and(|name| name.starts_with(START) || name.starts_with(BEFORE_RESTORE))
}

fn is_old(entry: &DirEntry) -> bool {
    let modified = entry.metadata().and_then(|metadata| metadata.modified());
    modified.ok().and_then(|time| time.elapsed().ok()).is_some_and(|age| age > LONG_AGO)
}
