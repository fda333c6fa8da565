//! Counts requests by user, over all that the log still has.

use std::collections::HashMap;
use std::path::Path;

use serde::{Deserialize, Serialize};
use weight_sync::app::log::LogFile;

use super::tail::Tail;

/// A user's requests.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Busiest {
    pub(crate) user_id: String,
    pub(crate) requests: u64,
    /// Refused because of a rate limit.
    pub(crate) limited: u64,
}

#[derive(Deserialize)]
struct Line {
    user_id: Option<String>,
    #[serde(default)]
    status: u16,
}

/// The `count` users with the most requests.
pub(crate) fn busiest(path: &Path, keep: u32, count: usize) -> std::io::Result<Vec<Busiest>> {
    let mut tail = Tail::new(LogFile::all(path, keep), path.to_owned());
    let mut users: HashMap<String, Busiest> = HashMap::new();
    while let Some(line) = tail.next()? {
        // A line that a full disk cut off is not JSON.
        let Ok(Line { user_id: Some(user_id), status }) = serde_json::from_str(&line) else {
            continue;
        };
        let user = users.entry(user_id).or_default();
        user.requests += 1;
        user.limited += u64::from(status == 429);
    }
    let named = |(user_id, user)| Busiest { user_id, ..user };
    let mut all: Vec<Busiest> = users.into_iter().map(named).collect();
    all.sort_by(|one, other| {
        other.requests.cmp(&one.requests).then_with(|| one.user_id.cmp(&other.user_id))
    });
    all.truncate(count);
    Ok(all)
}
