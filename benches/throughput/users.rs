//! The users of a site. Each client is a user of its own, as on a real site.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::support::folder::random_name;
use crate::support::site::Instance;
use crate::support::user::{text, with};
use crate::support::{Request, SYNC, weighing};

/// Entries that a user already has: two a week for ten years.
pub(crate) const ENTRIES: usize = 1000;

pub(crate) struct User {
    pub(crate) id: String,
    /// An access token that is good for a day.
    pub(crate) token: String,
    /// A cursor with nothing after it; empty for a user without entries.
    pub(crate) newest: String,
}

/// Creates users without entries.
pub(crate) fn create(instance: &Instance, count: usize) -> Vec<User> {
    let user = |_| {
        let email = format!("{}@example.org", random_name());
        instance.weightctl_ok(&["user", "create", "--email", &email]);
        let token = instance.weightctl_ok(&["token", &email, "--expires-in", "86400"]);
        let token = token.trim().to_owned();
        User { id: user_id(&token), token, newest: String::new() }
    };
    (0..count).map(user).collect()
}

/// Creates users with [`ENTRIES`] entries each.
pub(crate) fn create_with_entries(instance: &Instance, count: usize) -> Vec<User> {
    let mut users = create(instance, count);
    for user in &mut users {
        let send = |request: Request| {
            instance.send_to_any_release(&request.bearer(&user.token)).expect(200)
        };
        for batch in 0..ENTRIES / 100 {
            let entries: Value = (0..100).map(|number| entry(batch * 100 + number)).collect();
            let body = json!({"device_id": "pixel-8", "entries": entries});
            send(Request::new("POST", SYNC).json(&body));
        }
        let page = send(Request::get(&format!("{SYNC}?since=2100-01-01T00:00:00Z")));
        user.newest = text(&page["sync"]["next_since"]).to_owned();
    }
    users
}

fn entry(hours: usize) -> Value {
    let (month, day, hour) = (hours / 24 / 28 + 1, hours / 24 % 28 + 1, hours % 24);
    let more = json!({"local_id": format!("seed-{hours}"),
        "timestamp": format!("2020-{month:02}-{day:02}T{hour:02}:00:00Z")});
    with(weighing(75.5), &more)
}

/// The user id in a token's claims.
fn user_id(token: &str) -> String {
    let claims = token.split('.').nth(1).expect("a token has three parts");
    let claims = BASE64_URL_SAFE_NO_PAD.decode(claims).expect("base64");
    let claims: Value = serde_json::from_slice(&claims).expect("JSON");
    text(&claims["sub"]).to_owned()
}
