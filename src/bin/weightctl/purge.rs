//! `weightctl purge`, for cron.

use clap::Args;
use serde_json::json;
use weight_sync::handlers::service::Service;
use weight_sync::store::purge::purge;
use weight_sync::store::{Database, daily_counts};

use crate::duration;
use crate::failure::Failure;
use crate::last_purge::LastPurge;
use crate::output::{Output, counted};
use crate::progress::Progress;

#[derive(Args)]
#[command(after_help = "\
Safe to end at any moment, and to run beside the service.

Examples:
  weightctl purge --dry-run
  weightctl purge
  15 4 * * * $HOME/weight-sync/bin/weightctl purge --quiet     in the crontab")]
pub(crate) struct Arguments {
    /// Age of the tombstones to remove: a number with s, m, h or d
    /// [default: sync.tombstone_retention_days]
    #[arg(long, value_name = "AGE", value_parser = duration::parse)]
    older_than: Option<u32>,
    /// Only count what would be removed
    #[arg(long)]
    dry_run: bool,
    /// Print only what goes wrong, which cron mails
    #[arg(long, conflicts_with = "dry_run")]
    quiet: bool,
}

const SECONDS_OF_A_DAY: u32 = 86_400;

pub(crate) fn run(
    arguments: &Arguments,
    service: &Service,
    output: &Output,
) -> Result<(), Failure> {
    let days = service.settings.sync.tombstone_retention_days;
    let older_than = arguments.older_than.unwrap_or(days.saturating_mul(SECONDS_OF_A_DAY));
    let mut database = service.database();
    let shows = !arguments.quiet && !arguments.dry_run && !output.is_json();
    let total = if shows { expected(&mut database, older_than)? } else { 0 };
    let mut progress = Progress::new("tombstones", total, shows);
    let mut tell = |removed| progress.note(removed);
    let result = purge(&mut database, older_than, arguments.dry_run, &mut tell);
    drop(progress);
    if let (Err(error), false) = (&result, arguments.dry_run) {
        // In a database outage this fails too; the purge's error is reported.
        let _ = LastPurge::failed(&error.to_string()).keep(&mut database);
    }
    let purged =
        result?.ok_or_else(|| Failure::Busy("another purge, or a restore, is running".into()))?;
    if !arguments.dry_run {
        daily_counts::record_size(&mut database, purged.tombstones_left)?;
        LastPurge::done(purged.tombstones).keep(&mut database)?;
    }
    if purged.repaired_users > 0 {
        output.warning(&format!(
            "repaired the totals of {} user(s): something other than weight-sync changed \
             weight_entries. Their devices will notice what is missing and offer it again",
            purged.repaired_users
        ));
    }
    if arguments.quiet {
        return Ok(());
    }
    let json = json!({"dry_run": arguments.dry_run, "older_than_seconds": older_than,
        "tombstones": purged.tombstones, "users": purged.users,
        "repaired_users": purged.repaired_users, "sessions": purged.sessions,
        "rate_counters": purged.rate_counters});
    output.result(&json, || {
        let verb = if arguments.dry_run { "would remove" } else { "removed" };
        format!(
            "{verb} {} of {}, {}, {}",
            counted(purged.tombstones, "tombstone"),
            counted(purged.users, "user"),
            counted(purged.sessions, "session"),
            counted(purged.rate_counters, "rate counter")
        )
    });
    Ok(())
}

/// How many tombstones there are to remove, which is counted in a moment. Zero,
/// which is unknown, where another purge is running.
fn expected(database: &mut Database<'_>, older_than: u32) -> Result<u64, Failure> {
    let purged = purge(database, older_than, true, &mut |_| ())?;
    Ok(purged.map_or(0, |purged| purged.tombstones))
}
