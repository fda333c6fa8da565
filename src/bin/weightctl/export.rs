//! `weightctl user export`.

use std::fs::{OpenOptions, remove_file};
use std::io::{Write, stdout};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use serde_json::json;
use weight_sync::handlers::Cut;
use weight_sync::handlers::accounts::export_document::{beginning, send_entries};
use weight_sync::handlers::service::Service;
use weight_sync::store::accounts::principal;
use weight_sync::store::weights::UserWeights;

use crate::failure::Failure;
use crate::output::Output;
use crate::user::find;

/// The document itself to standard output, whatever form other results take;
/// or to a file, and where it is.
pub(crate) fn export(
    named: &str,
    path: Option<&Path>,
    service: &Service,
    output: &Output,
) -> Result<(), Failure> {
    let mut database = service.database();
    let id = find(&mut database, named)?;
    let unknown = || Failure::Failed(format!("there is no user {id}"));
    let principal = principal::find(&mut database, &id)?.ok_or_else(unknown)?;
    let mut weights = UserWeights::of(&principal, &mut database);
    let exported = weights.open_export()?;
    let mut target: Box<dyn Write> = match path {
        Some(path) => Box::new(new_file(path)?),
        None => Box::new(stdout().lock()),
    };
    let head = beginning(&id, &exported).map_err(Cut::from);
    let written = head
        .and_then(|head| Ok(target.write_all(&head)?))
        .and_then(|()| send_entries(&mut weights, &mut |piece| target.write_all(piece)))
        .and_then(|()| Ok(target.flush()?));
    if let (Err(_), Some(path)) = (&written, path) {
        // Later somebody would take the part for the whole.
        let _ = remove_file(path);
    }
    written.map_err(|cut| match cut {
        Cut::ClientGone(error) => Failure::Failed(format!("the export cannot be written: {error}")),
        Cut::Store(error) => error.into(),
        Cut::Unwritable(error) => Failure::Failed(error.to_string()),
    })?;
    if let Some(path) = path {
        let shown = path.display().to_string();
        output.result(&json!({"written": shown, "id": id.as_str()}), || format!("wrote {shown}"));
    }
    Ok(())
}

fn new_file(path: &Path) -> Result<std::fs::File, Failure> {
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    file.map_err(|error| Failure::Failed(format!("{}: {error}", path.display())))
}
