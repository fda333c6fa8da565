//! Rotation of the signing secret, which ends no session.

use serde_json::json;

use super::access_tokens::{claims, signed, signed_with};
use crate::support::Server;
use crate::support::site::{SECRET, Site};
use crate::support::user::text;

const NEWER: &str = "a newer secret of the tests, of more than 32 bytes";

/// Puts a newer secret first in the list, and removes the others unless `keep_old`.
fn rotate(site: &Site, keep_old: bool) {
    let text = std::fs::read_to_string(&site.config).unwrap();
    let mut settings: toml::Table = text.parse().unwrap();
    let secrets = settings["auth"]["secrets"].as_array_mut().unwrap();
    if !keep_old {
        secrets.clear();
    }
    let newer = [("kid", "newer"), ("secret", NEWER)];
    let newer = newer.map(|(name, value)| (name.to_owned(), toml::Value::from(value)));
    secrets.insert(0, toml::Table::from_iter(newer).into());
    std::fs::write(&site.config, settings.to_string()).unwrap();
}

#[test]
fn tokens_of_the_old_secret_stay_valid_until_they_expire() {
    let server = Server::start();
    let user = server.user();
    let (id, token, refresh_token) =
        (user.id.clone(), user.token.clone(), user.refresh_token.clone());
    let theirs = signed(&claims(&id, 900));
    let expiring = signed(&claims(&id, -1));
    rotate(&server.site, true);
    let server = server.restarted();
    let get = |token: &str| server.list(token);

    get(&token).expect(200);
    get(&theirs).expect(200);
    get(&expiring).problem(401, "token_expired");
    let body = json!({"refresh_token": refresh_token});
    let tokens = server.auth("refresh", &body).expect(200);
    let newer = text(&tokens["access_token"]);
    get(newer).expect(200);
    get(&signed_with(&claims(&id, 900), jsonwebtoken::Algorithm::HS256, NEWER)).expect(200);
    let header = jsonwebtoken::decode_header(newer).unwrap();
    assert_eq!(header.kid.as_deref(), Some("newer"), "the first secret signs");

    // The operator removes the old secret when all its access tokens have expired.
    rotate(&server.site, false);
    let newer = newer.to_owned();
    let server = server.restarted();
    let get = |token: &str| server.list(token);
    get(&newer).expect(200);
    get(&token).problem(401, "invalid_token");
    get(&theirs).problem(401, "invalid_token");
    // An app with an access token of the old secret refreshes it.
    let body = json!({"refresh_token": tokens["refresh_token"]});
    server.auth("refresh", &body).expect(200);
}

#[test]
fn a_kid_selects_the_only_secret_that_is_tried() {
    let server = Server::start();
    let user = server.user();
    let id = user.id.clone();
    rotate(&server.site, true);
    let server = server.restarted();
    let by = |kid: &str, secret: &str| {
        let mut header = jsonwebtoken::Header::new(jsonwebtoken::Algorithm::HS256);
        header.typ = Some("at+jwt".to_owned());
        header.kid = Some(kid.to_owned());
        let key = jsonwebtoken::EncodingKey::from_secret(secret.as_bytes());
        let token = jsonwebtoken::encode(&header, &claims(&id, 900), &key).unwrap();
        server.list(&token)
    };
    by("newer", NEWER).expect(200);
    by("newer", SECRET).problem(401, "invalid_token");
    by("unknown", NEWER).problem(401, "invalid_token");
    by("", NEWER).problem(401, "invalid_token");
}
