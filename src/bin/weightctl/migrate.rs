//! `weightctl migrate`.

use clap::Args;
use weight_sync::config::DatabaseSettings;
use weight_sync::handlers::service::Service;
use weight_sync::store::accounts::users_table::UsersTable;
use weight_sync::store::migrations;

use crate::failure::Failure;
use crate::output::{Output, counted};

#[derive(Args)]
#[command(after_help = "\
Each migration works beside the program before it, so the service may go on.

Examples:
  weightctl migrate --status
  weightctl migrate")]
pub(crate) struct Arguments {
    /// Only say what has been applied and what is missing
    #[arg(long)]
    status: bool,
}

/// Time limit of a migration's statement, which may rewrite a whole table. With
/// a request's time-out the client would give up while the database goes on, and
/// the next run would find the migration half applied.
const STATEMENT_SECONDS: u64 = 3600;

/// Raises the read time-out to [`STATEMENT_SECONDS`].
pub(crate) fn be_patient(database: &mut DatabaseSettings) {
    database.read_timeout_seconds = STATEMENT_SECONDS;
}

pub(crate) fn run(
    arguments: &Arguments,
    service: &Service,
    output: &Output,
) -> Result<(), Failure> {
    let mut database = service.database();
    if arguments.status {
        let report = migrations::status(&mut database)?;
        let pending = report.pending.len();
        output.result(&report, || {
            let list = report.pending.join(", ");
            let applied = counted(report.already_applied, "migration");
            match pending {
                0 => format!("{applied} applied, nothing missing"),
                _ => format!("{applied} applied, missing: {list}"),
            }
        });
        return Ok(());
    }
    let report = migrations::migrate(&mut database, &mut |name| {
        output.progress(&format!("applying {name}"))
    })?;
    output.result(&report, || {
        let done = match report.applied.len() {
            0 => {
                format!(
                    "nothing to do: {} applied before",
                    counted(report.already_applied, "migration")
                )
            }
            applied => {
                format!(
                    "applied {}, {} before",
                    counted(applied, "migration"),
                    report.already_applied
                )
            }
        };
        let adopted = report.adopted.as_ref().map(describe);
        [Some(done), adopted].into_iter().flatten().collect::<Vec<_>>().join("\n")
    });
    Ok(())
}

/// Describes to the administrator what adopting another backend's table means.
pub(crate) fn describe(table: &UsersTable) -> String {
    let adopted = format!("adopted the users table that was there (id {})", table.id_type);
    if table.required_columns.is_empty() {
        return adopted;
    }
    let columns = table.required_columns.join(", ");
    format!(
        "{adopted}; it needs values that are not known here ({columns}): nobody can register \
         here, set accounts.registration_open = false"
    )
}
