//! Checks whether the database's schema matches this program.

use weight_sync::store::Database;
use weight_sync::store::migrations::{MigrationError, status};

use super::finding::{Check, DATABASE, Finding};
use crate::deployment::this_program;
use crate::output::counted;

pub(super) const NAME: &str = "schema";
const SCHEMA: Check = Check(DATABASE, NAME);

pub(super) fn examine(database: &mut Database<'_>) -> Finding {
    match status(database) {
        Ok(report) if report.pending.is_empty() => {
            SCHEMA.pass(format!("up to date, {}", counted(report.already_applied, "migration")))
        }
        Ok(report) => SCHEMA.fail(
            format!("these migrations are missing: {}", report.pending.join(", ")),
            format!("{} migrate", this_program()),
        ),
        Err(error) => {
            let remedy = match &error {
                MigrationError::Newer(_) => {
                    "this weightctl is older than the database: ./deploy.sh push of the newer version"
                }
                MigrationError::Edited(_) => {
                    "./deploy.sh push of a released version: its migrations never change"
                }
                _ => "weightctl migrate --status says more",
            };
            SCHEMA.fail(error.to_string(), remedy)
        }
    }
}
