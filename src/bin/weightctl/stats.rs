//! `weightctl stats`.

use std::io::{IsTerminal, stdout};

use clap::Args;
use serde::Serialize;
use serde_json::json;
use weight_sync::domain::user::UserId;
use weight_sync::handlers::service::Service;
use weight_sync::store::Database;
use weight_sync::store::accounts::credentials;
use weight_sync::store::daily_counts::{Day, recent, size};

use crate::failure::Failure;
use crate::last_purge::LastPurge;
use crate::logs::{Busiest, busiest};
use crate::output::{Output, counted};
use crate::terminal::{Colour, Paint};

#[derive(Args)]
#[command(after_help = "\
requests   all of them, except what Apache answered by itself
syncs      uploads and downloads that were answered
conflicts  reported to clients (bulk), and 409 and 412 of single writes
rejected   refused for what they were: no token, a wrong field (4xx)
limited    beyond a rate limit (429)
errors     faults of the service or its database (5xx)
users, entries, tombstones (deletions that are remembered): as the purge of
that day left them

Days are days of UTC. The processes count in memory and write once a minute;
what a killed one had is missing. Plain CGI counts only requests that used
the database.

Examples:
  weightctl stats
  weightctl stats --days 90 --json | jq '.days[].requests'
  weightctl stats --users 5       the busiest, as far as the log goes back")]
pub(crate) struct Arguments {
    /// How many days, today included
    #[arg(long, value_name = "COUNT", default_value_t = 14,
        value_parser = clap::value_parser!(u32).range(1..=3660))]
    days: u32,
    /// Also the users with the most requests in the log, at most so many
    #[arg(long, value_name = "COUNT", num_args = 0..=1, default_missing_value = "10")]
    users: Option<usize>,
}

const BAR: u64 = 24;

pub(crate) fn run(
    arguments: &Arguments,
    service: &Service,
    output: &Output,
) -> Result<(), Failure> {
    let mut database = service.database();
    let size = size(&mut database)?;
    let days = recent(&mut database, arguments.days)?;
    let last_purge = LastPurge::load(&mut database)?;
    let users = match arguments.users {
        Some(count) => Some(with_addresses(count, service, &mut database)?),
        None => None,
    };
    let mut json = json!({"totals": size, "last_purge": last_purge, "days": days});
    if let (Some(users), Some(object)) = (&users, json.as_object_mut()) {
        object.insert("busiest".into(), json!(users));
    }
    output.result(&json, || {
        let head = format!(
            "{}, {}, {}; {}\n\n",
            counted(size.users, "user"),
            counted(size.live_entries, "entry"),
            counted(size.tombstones, "tombstone"),
            last_purge.map_or_else(|| "never purged".to_owned(), |purge| purge.to_string())
        );
        let table = table(&days, stdout().is_terminal(), Paint::of_stdout());
        head + &table + &users.as_deref().map(list).unwrap_or_default()
    });
    Ok(())
}

/// A user with the most requests.
#[derive(Serialize)]
struct User {
    #[serde(flatten)]
    counted: Busiest,
    /// `None` if the account was deleted, or signs in elsewhere.
    email: Option<String>,
}

fn with_addresses(
    count: usize,
    service: &Service,
    database: &mut Database<'_>,
) -> Result<Vec<User>, Failure> {
    let log = &service.settings.log;
    let path = log.file.as_deref().ok_or_else(|| {
        Failure::Failed("log.file is not set, so nobody's requests are known".to_owned())
            .advise("weightctl config set log.file log/requests.log")
    })?;
    let busiest = busiest(path, log.keep, count)
        .map_err(|error| Failure::Failed(format!("{}: {error}", path.display())))?;
    let mut users = Vec::new();
    for counted in busiest {
        let found = match UserId::parse(&counted.user_id) {
            Some(id) => credentials::by_user(database, &id)?,
            None => None,
        };
        users.push(User { email: found.and_then(|found| found.account.email), counted });
    }
    Ok(users)
}

fn list(users: &[User]) -> String {
    let mut lines = vec![format!("\n\n{:>8}  {:>7}  user", "requests", "limited")];
    lines.extend(users.iter().map(|user| {
        let Busiest { user_id, requests, limited } = &user.counted;
        let email = user.email.as_deref().unwrap_or("-");
        format!("{requests:>8}  {limited:>7}  {user_id}  {email}")
    }));
    lines.join("\n")
}

const HEADS: [&str; 10] = [
    "day",
    "requests",
    "syncs",
    "conflicts",
    "rejected",
    "limited",
    "errors",
    "users",
    "entries",
    "tombstones",
];

fn table(days: &[Day], has_bars: bool, paint: Paint) -> String {
    let mut lines = vec![HEADS.map(str::to_owned).to_vec()];
    lines.extend(days.iter().map(cells));
    let width = |column: usize| {
        let cells = lines.iter().filter_map(|line| line.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..HEADS.len()).map(width).collect();
    let most = days.iter().map(|day| day.counts.requests).max().unwrap_or(0);
    let mut text: Vec<String> = Vec::new();
    let bars =
        std::iter::once(String::new()).chain(days.iter().map(|day| bar(day.counts.requests, most)));
    for (line, bar) in lines.iter().zip(bars) {
        let padded = line.iter().zip(&widths).map(|(cell, width)| format!("{cell:>width$}"));
        let mut row = padded.collect::<Vec<_>>().join("  ");
        if has_bars && !bar.is_empty() {
            row.push_str("  ");
            row.push_str(&paint.text(Colour::Green, &bar));
        }
        text.push(row);
    }
    text.join("\n")
}

fn cells(day: &Day) -> Vec<String> {
    let counts = &day.counts;
    let counts = [
        counts.requests,
        counts.syncs,
        counts.conflicts,
        counts.rejected,
        counts.limited,
        counts.errors,
    ];
    let size = match day.size {
        Some(size) => [size.users, size.live_entries, size.tombstones].map(|n| n.to_string()),
        None => ["-", "-", "-"].map(str::to_owned),
    };
    let mut cells = vec![day.day.to_string()];
    cells.extend(counts.map(|number| number.to_string()));
    cells.extend(size);
    cells
}

/// Draws a bar in eighths of a character. Any value above 0 is visible.
fn bar(value: u64, most: u64) -> String {
    const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    let Some(eighths) = value.saturating_mul(BAR * 8).checked_div(most) else {
        return String::new();
    };
    let eighths = eighths.max(u64::from(value > 0));
    let whole = usize::try_from(eighths / 8).unwrap_or(0);
    let rest = usize::try_from(eighths % 8).unwrap_or(0);
    "█".repeat(whole) + EIGHTHS.get(rest).unwrap_or(&"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_as_long_as_its_share() {
        assert_eq!(bar(0, 0), "");
        assert_eq!(bar(0, 10), "");
        assert_eq!(bar(10, 10), "█".repeat(24));
        assert_eq!(bar(5, 10), "█".repeat(12));
        assert_eq!(bar(1, 1_000_000), "▏");
        assert_eq!(bar(1, 48), "▌");
    }
}
