//! `weightctl user export`.

use std::fs::{File, OpenOptions, remove_file};
use std::io::stdout;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use serde_json::json;
use weight_sync::domain::user::UserId;
use weight_sync::handlers::accounts::export_document;
use weight_sync::store::Database;
use weight_sync::store::accounts::principal;
use weight_sync::store::weights::UserWeights;

use crate::failure::Failure;
use crate::output::Output;

/// Writes the document to a new file and reports its path. Without a path,
/// writes only the document to standard output, with or without `--json`.
pub(crate) fn export(
    id: &UserId,
    path: Option<&Path>,
    database: &mut Database<'_>,
    output: &Output,
) -> Result<(), Failure> {
    let unknown = || Failure::Failed(format!("there is no user {id}"));
    let principal = principal::find(database, id)?.ok_or_else(unknown)?;
    let mut weights = UserWeights::of(&principal, database);
    let Some(path) = path else {
        export_document::write(&mut weights, stdout().lock())?;
        return Ok(());
    };
    if let Err(error) = export_document::write(&mut weights, new_file(path)?) {
        // An incomplete file could be mistaken for a complete one.
        let _ = remove_file(path);
        return Err(error.into());
    }
    let shown = path.display().to_string();
    output.result(&json!({"written": shown, "id": id.as_str()}), || format!("wrote {shown}"));
    Ok(())
}

fn new_file(path: &Path) -> Result<File, Failure> {
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    file.map_err(|error| Failure::Failed(format!("{}: {error}", path.display())))
}
