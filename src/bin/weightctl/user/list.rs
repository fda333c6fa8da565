//! `weightctl user list`.

use chrono::NaiveDate;
use clap::{Args, ValueEnum};
use serde_json::{Value, json};
use weight_sync::domain::time::UtcTime;
use weight_sync::handlers::service::Service;
use weight_sync::store::accounts::directory::{Order, Query, UserSummary, list};

use crate::failure::Failure;
use crate::output::Output;

#[derive(Args)]
#[command(after_help = "\
Examples:
  weightctl user list --sort used --limit 20
  weightctl user list --search example.org
  weightctl user list --since 2026-11-01 --json")]
pub(crate) struct Arguments {
    /// Only users whose address or id contains this
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
    /// Only users who were created on this day (UTC) or later
    #[arg(long, value_name = "YYYY-MM-DD")]
    since: Option<NaiveDate>,
    /// The order
    #[arg(long, value_enum, default_value_t = Sort::Id)]
    sort: Sort,
    /// At most so many
    #[arg(long, value_name = "COUNT")]
    limit: Option<u32>,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Sort {
    /// By id: the oldest first
    Id,
    /// By address
    Email,
    /// The newest first
    Created,
    /// Most entries first
    Entries,
    /// Last used first
    Used,
}

pub(super) fn run(
    arguments: &Arguments,
    service: &Service,
    output: &Output,
) -> Result<(), Failure> {
    let midnight = |day: NaiveDate| UtcTime::parse(&format!("{day}T00:00:00Z"));
    let since = arguments.since.map(midnight).transpose();
    let query = Query {
        search: arguments.search.clone().unwrap_or_default().to_lowercase(),
        since: since
            .map_err(|_| Failure::Usage("--since is not a day of these centuries".into()))?,
        limit: arguments.limit.unwrap_or(u32::MAX),
        order: match arguments.sort {
            Sort::Id => Order::Id,
            Sort::Email => Order::Email,
            Sort::Created => Order::Created,
            Sort::Entries => Order::Entries,
            Sort::Used => Order::Used,
        },
    };
    let users = list(&mut service.database(), &query)?;
    let json: Vec<Value> = users
        .iter()
        .map(|user| {
            json!({"id": user.id.as_str(), "email": user.email, "live_entries": user.live_entries,
                "created_at": user.created_at, "last_used_at": user.last_used_at})
        })
        .collect();
    output.result(&json!({"users": json}), || table(&users));
    Ok(())
}

fn table(users: &[UserSummary]) -> String {
    let mut lines = vec![format!(
        "{:<36}  {:>8}  {:<10}  {:<10}  {}",
        "ID", "ENTRIES", "CREATED", "USED", "EMAIL"
    )];
    lines.extend(users.iter().map(|user| {
        let email = user.email.as_deref().unwrap_or("-");
        let (created, used) = (day(user.created_at), day(user.last_used_at));
        let (id, entries) = (user.id.as_str(), user.live_entries);
        format!("{id:<36}  {entries:>8}  {created:<10}  {used:<10}  {email}")
    }));
    lines.join("\n")
}

fn day(time: Option<UtcTime>) -> String {
    time.map_or_else(|| "-".to_owned(), |time| time.to_string().chars().take(10).collect())
}
