//! Attack: read the database or a backup, and sign in with its contents.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;
use sha2::Digest;

use crate::support::site::SECRET;
use crate::support::user::PASSWORD;
use crate::support::{Request, Server, WEIGHT};

/// Every row of every table as text, binary columns in hexadecimal digits.
fn everything(server: &Server) -> String {
    let database = server.database();
    let tables = database
        .rows("SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()");
    assert!(tables.len() >= 9, "{tables:?}");
    let mut all = String::new();
    for table in tables {
        let table = table.trim_matches('\'').to_owned();
        for row in database.rows(&format!("SELECT * FROM `{table}`")) {
            all.push_str(&format!("{table}: {row}\n"));
        }
    }
    all
}

#[test]
fn no_table_contains_a_usable_token_password_or_secret() {
    let server = Server::with(
        &[
            ("WEIGHT_SYNC_RATE_LIMIT_REFRESH_PER_ACCOUNT_PER_MINUTE", "100"),
            ("WEIGHT_SYNC_RATE_LIMIT_LOGIN_PER_ACCOUNT_PER_MINUTE", "100"),
            ("WEIGHT_SYNC_RATE_LIMIT_LOGIN_PER_ADDRESS_PER_MINUTE", "100"),
        ],
        1,
    );
    let user = server.user();
    user.get(WEIGHT).expect(200);
    let body = json!({"refresh_token": user.refresh_token});
    let refreshed = server.auth("refresh", &body).expect(200);
    let body = json!({"email": user.email, "password": PASSWORD});
    let tablet = server.auth("login", &body).expect(200);
    let body = json!({"current_password": PASSWORD, "new_password": "a newer horse battery"});
    let changed = user.send(Request::new("PUT", "/api/account/password").json(&body));
    let changed = changed.expect(200);

    let printed = server.site.weightctl_ok(&["--json", "user", "reset-password", &user.email]);
    let printed: serde_json::Value = serde_json::from_str(&printed).unwrap();
    let code = printed["code"].as_str().unwrap();

    let all = everything(&server);

    assert!(all.contains("one_time_codes: "), "the code must be there");
    assert!(all.contains(&user.email), "the address must be there: is the reader right?");
    let mut secrets = vec![
        user.token.clone(),
        user.refresh_token.clone(),
        PASSWORD.to_owned(),
        "a newer horse battery".to_owned(),
        SECRET.to_owned(),
        code.to_owned(),
        code.replace('-', ""),
    ];
    for tokens in [&refreshed, &tablet, &changed] {
        for name in ["access_token", "refresh_token"] {
            secrets.push(tokens[name].as_str().unwrap().to_owned());
        }
    }
    let lowered = all.to_lowercase();
    for secret in secrets {
        assert!(!all.contains(&secret), "{secret} in {all}");
        for part in secret.split('.').filter(|part| part.len() > 30) {
            assert!(!all.contains(part), "{part} in {all}");
            // Decoded, as a binary column would hold it.
            if let Ok(bytes) = URL_SAFE_NO_PAD.decode(part) {
                let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
                assert!(!lowered.contains(&hex), "{hex} in {all}");
            }
        }
    }
}

#[test]
fn the_stored_hash_of_a_refresh_token_is_not_accepted_as_a_token() {
    let server = Server::start();
    server.user();
    let stored = server.database().rows("SELECT HEX(token_hash) FROM device_sessions").remove(0);
    let hex = stored.trim_matches('\'').to_owned();
    let bytes: Vec<u8> = (0..hex.len() / 2)
        .map(|place| u8::from_str_radix(&hex[place * 2..place * 2 + 2], 16).unwrap())
        .collect();
    assert_eq!(bytes.len(), 32);
    for claimed in [hex.clone(), hex.to_lowercase(), URL_SAFE_NO_PAD.encode(&bytes)] {
        let body = json!({"refresh_token": claimed});
        server.auth("refresh", &body).problem(401, "invalid_refresh_token");
    }
}

#[test]
fn addresses_cannot_be_found_by_hashing_all_of_them() {
    let limits = [
        ("WEIGHT_SYNC_RATE_LIMIT_LOGIN_PER_ACCOUNT_PER_MINUTE", "100"),
        ("WEIGHT_SYNC_RATE_LIMIT_LOGIN_PER_ADDRESS_PER_MINUTE", "100"),
    ];
    let server = Server::with(&limits, 1);
    let user = server.user();
    server.login(&user.email, "a wrong password").problem(401, "invalid_credentials");
    let all = everything(&server).to_lowercase();
    assert!(all.contains("login-as:") && all.contains("device_sessions: "), "{all}");
    let network = std::net::Ipv4Addr::new(192, 0, 2, 1).octets();
    for known in [user.email.as_bytes(), &network] {
        let digest = sha2::Sha256::digest(known);
        let hex: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        assert!(!all.contains(&hex), "{hex} in {all}");
    }
}
