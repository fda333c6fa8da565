//! `weightctl user create|list|delete` and `weightctl token`.

use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::support::site::{WEIGHTCTL, assert_code, said};
use crate::support::{Request, Server, WEIGHT, weighing};

#[test]
fn a_created_user_can_log_in_and_use_a_token() {
    let server = Server::start();
    let made = server.site.weightctl_json(&["user", "create", "--email", "Ada@example.org"]);
    let password = made["password"].as_str().expect("a generated password");
    assert!(password.len() >= 12);
    let body = json!({"email": "ada@example.org", "password": password});
    let login = server.send(&Request::new("POST", "/api/auth/login").json(&body)).expect(200);
    assert_eq!(login["user"]["id"], made["id"]);

    let token = server.site.weightctl_json(&["token", "ada@example.org"]);
    assert_eq!(token["expires_in"], 900);
    assert_eq!(token["user"]["id"], made["id"]);
    server.send(&Request::get(WEIGHT).bearer(token["access_token"].as_str().unwrap())).expect(200);

    let plain =
        server.site.weightctl_ok(&["token", made["id"].as_str().unwrap(), "--expires-in", "300"]);
    assert_eq!(plain.lines().count(), 1, "the token alone: {plain}");
    server.send(&Request::get(WEIGHT).bearer(plain.trim())).expect(200);

    let again = server.site.weightctl(&["user", "create", "--email", "ada@EXAMPLE.org"]);
    assert_code(&again, 1);
    assert_code(&server.site.weightctl(&["token", "nobody@example.org"]), 1);
    assert_code(&server.site.weightctl(&["user", "delete", "nobody@example.org", "--yes"]), 1);
}

#[test]
fn a_password_can_be_given_on_stdin() {
    let server = Server::start();
    let create = |password: &str, email: &str| {
        let mut child = Command::new(WEIGHTCTL)
            .arg("--config")
            .arg(&server.site.config)
            .args(["--json", "user", "create", "--email", email, "--password-stdin"])
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        std::io::Write::write_all(&mut child.stdin.take().unwrap(), password.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    };
    let output = create("a password of my own\n", "ada@example.org");
    assert_code(&output, 0);
    let made: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(
        made.get("password").is_none_or(Value::is_null),
        "only a generated one is printed: {made}"
    );
    let body = json!({"email": "ada@example.org", "password": "a password of my own"});
    server.send(&Request::new("POST", "/api/auth/login").json(&body)).expect(200);
    assert!(!create("short\n", "bob@example.org").status.success());
}

#[test]
fn user_list_prints_the_users() {
    let server = Server::start();
    let user = server.user();
    let list = server.site.weightctl_json(&["user", "list"]);
    assert!(
        list.to_string().contains(&user.id) && list.to_string().contains(&user.email),
        "{list}"
    );
    assert!(server.site.weightctl_ok(&["user", "list"]).contains(&user.email));
}

#[test]
fn user_delete_needs_yes_and_cascades_to_every_table() {
    let server = Server::start();
    let (user, other) = (server.user(), server.user());
    user.create(&weighing(75.5));
    other.create(&weighing(75.5));
    let deleted = user.create_id(&weighing(76.5));
    user.delete(&deleted).expect(204);

    let refused = server.site.weightctl(&["user", "delete", &user.email]);
    assert!(!refused.status.success(), "{}", said(&refused));
    assert_eq!(user.list().len(), 1);

    let deleted = server.site.weightctl_json(&["user", "delete", &user.email, "--yes"]);
    assert_eq!(deleted["id"], user.id.as_str());
    assert_eq!(deleted["deleted"]["weight_entries"], 2);
    assert_eq!(deleted["deleted"]["users"], 1);

    let columns = server.database().rows(
        "SELECT table_name FROM information_schema.columns WHERE table_schema = DATABASE() AND column_name = 'user_id'",
    );
    assert!(columns.len() >= 3, "{columns:?}");
    for table in columns {
        let table = table.trim_matches('\'');
        let left = server
            .database()
            .count(&format!("SELECT COUNT(*) FROM {table} WHERE user_id = ?"), (&user.id,));
        assert_eq!(left, 0, "{table}");
    }
    assert_eq!(server.database().count("SELECT COUNT(*) FROM users WHERE id = ?", (&user.id,)), 0);
    assert_eq!(other.list().len(), 1);
    user.get(WEIGHT).problem(401, "account_gone");
}
