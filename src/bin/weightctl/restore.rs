//! `weightctl restore`: puts a backup in the place of all data: offline, with
//! the present data kept, and with a new epoch.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use clap::Args;
use flate2::read::MultiGzDecoder;
use serde_json::json;
use weight_sync::handlers::service::Service;
use weight_sync::store::backup::{BackupError, check, restore};

use crate::backup::{in_folder, write};
use crate::deployment::Deployment;
use crate::failure::Failure;
use crate::output::{Output, counted};
use crate::progress::Progress;
use crate::{lock, maintenance};

#[derive(Args)]
#[command(after_help = "\
Reads the whole file first; takes the service offline; writes what is there now
to backup/before-restore-TIME.sql.gz; loads the backup; applies newer
migrations; renews the epoch, so that every device offers its entries again;
brings the service back.

Examples:
  weightctl restore ~/weight-sync/backup/weights-20260102T033000Z.sql.gz --yes
  weightctl doctor")]
pub(crate) struct Arguments {
    /// A file that weightctl backup wrote
    file: PathBuf,
    /// Needed, because what was written since the backup is replaced
    #[arg(long)]
    yes: bool,
    /// Do not keep what is there now, where it cannot be read
    #[arg(long)]
    discard: bool,
}

pub(crate) fn run(
    arguments: &Arguments,
    config: &Path,
    service: &Service,
    output: &Output,
) -> Result<(), Failure> {
    let file = &arguments.file;
    let checked = check(open(file)?).map_err(|error| wrong(file, error))?;
    if !arguments.yes {
        return Err(Failure::Usage(format!(
            "this replaces all data by the {} of {}: add --yes",
            counted(checked.rows, "row"),
            file.display()
        )));
    }
    let deployment = Deployment::of(config);
    let _lock = lock::take(&deployment.private)?;
    let was_online = match deployment.web {
        Some(_) => maintenance::begin(&deployment)?,
        None => false,
    };
    let kept = match arguments.discard {
        true => None,
        false => match keep(service, &deployment) {
            Ok(path) => Some(path),
            Err(failure) => {
                if was_online {
                    maintenance::end(&deployment)?;
                }
                return Err(failure);
            }
        },
    };
    let mut progress = Progress::new("statements", checked.statements, !output.is_json());
    let mut database = service.database();
    let epoch = restore(&mut database, &checked, open(file)?, &mut |done| progress.note(done))
        .map_err(|error| {
            wrong(file, error).advise("The service stays offline: restore once more")
        })?;
    drop(progress);
    if was_online {
        maintenance::end(&deployment)?;
    }
    let kept = kept.map(|path| path.display().to_string());
    let json = json!({"rows": checked.rows, "epoch": epoch, "kept": kept, "online": was_online});
    output.result(&json, || {
        let kept = kept.map(|path| format!("\nwhat was there before: {path}")).unwrap_or_default();
        let state = match was_online {
            true => "the service is back",
            false => "the service is as it was: weightctl maintenance off, if it is offline",
        };
        format!(
            "restored {}; the epoch is now {epoch}; {state}{kept}",
            counted(checked.rows, "row")
        )
    });
    Ok(())
}

fn keep(service: &Service, deployment: &Deployment) -> Result<PathBuf, Failure> {
    let path = in_folder(&deployment.private.join("backup"), "before-restore-")?;
    write(service, &path, false).map_err(|error| {
        error.advise(
            "what is there now cannot be kept, so nothing was changed; --discard goes on without",
        )
    })?;
    Ok(path)
}

fn open(path: &Path) -> Result<BufReader<MultiGzDecoder<File>>, Failure> {
    let file = File::open(path);
    let file = file.map_err(|error| Failure::Failed(format!("{}: {error}", path.display())))?;
    Ok(BufReader::new(MultiGzDecoder::new(file)))
}

fn wrong(path: &Path, error: BackupError) -> Failure {
    match error {
        BackupError::Database(error) => error.into(),
        other => Failure::Failed(format!("{}: {other}", path.display())),
    }
}
