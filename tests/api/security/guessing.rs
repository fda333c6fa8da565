//! Attack: find out who has an account, or exhaust the hosting account's memory by many logins.

use std::collections::BTreeSet;
use std::fs::File;

use serde_json::json;

use crate::support::site::Site;
use crate::support::user::PASSWORD;
use crate::support::{Request, Server};

/// 19 MiB for a hash, as in production, but in one pass, because tests run a slow build.
const MEMORY_KIB: u64 = 19_456;
const HASHING: (&str, &str) = ("WEIGHT_SYNC_ACCOUNTS_ARGON2_MEMORY_KIB", "19456");

/// The peak resident memory of a process.
fn peak_kib(id: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

/// Without a hash, the answer for an unknown address would come ten times as fast. The test measures the memory of the
/// hash, because timing is unreliable on a busy machine.
#[test]
fn a_login_hashes_the_password_whether_the_address_is_known_or_not() {
    let server = Server::with(&[HASHING], 3);
    server.site.weightctl_ok(&["user", "create", "--email", "ada@example.org"]);
    server.database().execute("INSERT INTO users (id) VALUES ('no-password')", ());
    server.database().execute(
        "INSERT INTO credentials (user_id, email, created_at) VALUES ('no-password', 'none@example.org', NOW())",
        (),
    );
    let mut answers = BTreeSet::new();
    for (process, email) in
        ["ada@example.org", "nobody@example.org", "none@example.org"].into_iter().enumerate()
    {
        let id = server.process_ids()[process];
        server.send_to(process, &Request::get("/api/health")).expect(200);
        let before = peak_kib(id);
        let body = json!({"email": email, "password": "a wrong password"});
        let login = Request::new("POST", "/api/auth/login").json(&body);
        let mut problem = server.send_to(process, &login).problem(401, "invalid_credentials");
        problem["request_id"].take();
        answers.insert(problem.to_string());
        assert!(peak_kib(id) > before + MEMORY_KIB / 2, "{email}: {before} KiB before");
    }
    assert_eq!(answers.len(), 1, "{answers:#?}");
}

#[test]
fn a_login_without_a_free_hash_slot_gets_503_with_retry_after_hashes_nothing_and_counts_no_guess() {
    let one_guess = ("WEIGHT_SYNC_RATE_LIMIT_LOGIN_PER_ACCOUNT_PER_MINUTE", "1");
    let site = Site::new(&[HASHING, ("WEIGHT_SYNC_ACCOUNTS_CONCURRENT_HASHES", "2"), one_guess]);
    site.weightctl_ok(&["user", "create", "--email", "ada@example.org"]);
    let folder = site.config.parent().unwrap().join("hash-slots");
    let slots: Vec<File> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| File::options().write(true).open(entry.unwrap().path()).unwrap())
        .collect();
    assert_eq!(slots.len(), 2, "one for each hash that is allowed at once");
    slots.iter().for_each(|slot| slot.lock().unwrap());
    let server = Server::over(site, 2);
    server.send_to(0, &Request::get("/api/health")).expect(200);
    let before: Vec<u64> = server.process_ids().into_iter().map(peak_kib).collect();

    let answer = server.login("ada@example.org", PASSWORD);

    answer.problem(503, "server_busy");
    let seconds: u32 = answer.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=60).contains(&seconds));
    for (id, before) in server.process_ids().into_iter().zip(before) {
        assert!(peak_kib(id) < before + MEMORY_KIB / 2, "{before} KiB before, {}", peak_kib(id));
    }
    // The kernel frees the slots of an ended process.
    drop(slots);
    server.login("ada@example.org", PASSWORD).problem(401, "invalid_credentials");
}

#[test]
fn login_works_without_a_usable_slot_folder_and_config_check_reports_it() {
    let server = Server::start();
    let folder = server.site.folder.join("hash-slots");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::write(&folder, "in the way").unwrap();
    let user = server.user();
    server.login(&user.email, PASSWORD).expect(200);
    let said = server.site.weightctl_ok(&["config", "check"]);
    assert!(said.contains("hash-slots"), "{said}");
    std::fs::remove_file(&folder).unwrap();
    let said = server.site.weightctl_ok(&["config", "check"]);
    assert!(!said.contains("hash-slots"), "{said}");
}
