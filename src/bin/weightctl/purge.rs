//! `weightctl purge`, for cron.

use std::io::{IsTerminal, stderr};
use std::time::{Duration, Instant};

use clap::Args;
use serde_json::json;
use weight_sync::handlers::service::Service;
use weight_sync::store::daily_counts;
use weight_sync::store::purge::purge;

use crate::failure::Failure;
use crate::last_purge::LastPurge;
use crate::output::Output;

#[derive(Args)]
pub(crate) struct Arguments {
    /// Age of the tombstones to remove: a number with s, m, h or d
    /// [default: sync.tombstone_retention_days]
    #[arg(long, value_name = "AGE", value_parser = age)]
    older_than: Option<u32>,
    /// Only count what would be removed
    #[arg(long)]
    dry_run: bool,
    /// Print only what goes wrong, which cron mails
    #[arg(long, conflicts_with = "dry_run")]
    quiet: bool,
}

const SECONDS_OF_A_DAY: u32 = 86_400;

/// Parses an age such as `90d` into seconds.
fn age(text: &str) -> Result<u32, String> {
    let wrong = || format!("{text} is not an age: write 90d, 12h, 30m or 45s");
    let unit = text.chars().last().ok_or_else(wrong)?;
    let number = text.strip_suffix(unit).and_then(|number| number.parse::<u32>().ok());
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3600,
        'd' => SECONDS_OF_A_DAY,
        _ => return Err(wrong()),
    };
    number.and_then(|number| number.checked_mul(seconds)).ok_or_else(wrong)
}

pub(crate) fn run(
    arguments: &Arguments,
    service: &Service,
    output: &Output,
) -> Result<(), Failure> {
    let days = service.settings.sync.tombstone_retention_days;
    let older_than = arguments.older_than.unwrap_or(days.saturating_mul(SECONDS_OF_A_DAY));
    let mut database = service.database();
    let mut progress = Progress { output, shown_at: Instant::now() };
    let mut tell = |removed| progress.tell(removed);
    let result = purge(&mut database, older_than, arguments.dry_run, &mut tell);
    if let (Err(error), false) = (&result, arguments.dry_run) {
        // In a database outage this fails too; the purge's error is reported.
        let _ = LastPurge::failed(&error.to_string()).keep(&mut database);
    }
    let purged = result?.ok_or_else(|| Failure::Busy("another purge is running".into()))?;
    if !arguments.dry_run {
        daily_counts::record_totals(&mut database, purged.tombstones_left)?;
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
            "{verb} {} tombstones of {} users, {} sessions, {} rate counters",
            purged.tombstones, purged.users, purged.sessions, purged.rate_counters
        )
    });
    Ok(())
}

/// Prints a line every ten seconds, on a terminal only: cron mails any output.
struct Progress<'o> {
    output: &'o Output,
    shown_at: Instant,
}

impl Progress<'_> {
    fn tell(&mut self, tombstones: u64) {
        if stderr().is_terminal() && self.shown_at.elapsed() >= Duration::from_secs(10) {
            self.shown_at = Instant::now();
            self.output.progress(&format!("{tombstones} tombstones so far"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_is_a_number_with_a_unit() {
        assert_eq!(age("90d"), Ok(7_776_000));
        assert_eq!(age("0s"), Ok(0));
        for wrong in ["", "d", "90", "-1d", "1y", "99999999d", "1.5h", "9ü"] {
            assert!(age(wrong).is_err(), "{wrong}");
        }
    }
}
