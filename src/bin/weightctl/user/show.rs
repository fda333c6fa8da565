//! `weightctl user show`.

use serde_json::json;
use weight_sync::domain::time::UtcTime;
use weight_sync::handlers::service::Service;
use weight_sync::store::accounts::{directory, own_sessions};

use super::find;
use crate::failure::Failure;
use crate::output::Output;
use crate::session;

pub(super) fn run(named: &str, service: &Service, output: &Output) -> Result<(), Failure> {
    let mut database = service.database();
    let id = find(&mut database, named)?;
    let user = directory::details(&mut database, &id)?;
    let sessions = own_sessions::list(&mut database, &id)?;
    let used = sessions.first().map(|session| session.last_used_at);
    let json = json!({
        "id": id.as_str(), "email": user.email, "created_at": user.created_at,
        "has_password": user.has_password, "google_linked_at": user.google_linked_at,
        "live_entries": user.live_entries, "stored_entries": user.stored_entries,
        "last_write_at": user.last_write_at, "last_used_at": used, "bytes": user.bytes,
        "sessions": sessions.iter().map(session::json).collect::<Vec<_>>(),
    });
    output.result(&json, || {
        let or_never = |time: Option<UtcTime>, otherwise: &str| {
            time.map_or_else(|| otherwise.to_owned(), |time| time.to_string())
        };
        let signs_in = match (user.has_password, user.google_linked_at.is_some()) {
            (true, true) => "with a password and with Google",
            (true, false) => "with a password",
            (false, true) => "with Google",
            (false, false) => "at another backend",
        };
        let deleted = user.stored_entries.saturating_sub(user.live_entries);
        let lines = [
            format!("id          {}", id.as_str()),
            format!("address     {}", user.email.as_deref().unwrap_or("-")),
            format!("signs in    {signs_in}"),
            format!("created     {}", or_never(user.created_at, "-")),
            format!("entries     {}, and {deleted} deletions", user.live_entries),
            format!("space       about {} KiB", user.bytes / 1024),
            format!("last write  {}", or_never(user.last_write_at, "never")),
            format!("last used   {}", or_never(used, "not signed in")),
            format!("sessions    {}", sessions.len()),
        ];
        let listed = sessions.iter().map(|one| format!("  {}", session::line(one)));
        lines.into_iter().chain(listed).collect::<Vec<_>>().join("\n")
    });
    Ok(())
}
