//! Checks whether the database's schema matches this program.

use weight_sync::store::Database;
use weight_sync::store::migrations::{MigrationError, status};

use super::finding::{Check, DATABASE, Finding};

const SCHEMA: Check = Check(DATABASE, "schema");

pub(super) fn examine(database: &mut Database<'_>) -> Finding {
    match status(database) {
        Ok(report) if report.pending.is_empty() => {
            SCHEMA.pass(format!("up to date, {} steps", report.already_applied))
        }
        Ok(report) => SCHEMA.fail(
            format!("these steps are missing: {}", report.pending.join(", ")),
            "weightctl migrate",
        ),
        Err(error) => {
            let remedy = match &error {
                MigrationError::Newer(_) => "this weightctl is older than the database: deploy",
                MigrationError::Edited(_) => "restore the released programs: steps never change",
                _ => "weightctl migrate --status says more",
            };
            SCHEMA.fail(error.to_string(), remedy)
        }
    }
}
