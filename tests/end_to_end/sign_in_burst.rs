//! Many people sign in at once, as after a release of the app: Apache starts many processes, which share a few hashing
//! slots. `tests/api/security/guessing.rs` checks that no login hashes without a slot.

use serde_json::{Value, json};

use crate::support::site::Instance;
use crate::support::{Answer, Request};

#[test]
fn fifty_simultaneous_sign_ins_succeed_or_get_503_with_retry_after() {
    let instance = Instance::with(&[
        ("WEIGHT_SYNC_ACCOUNTS_ARGON2_MEMORY_KIB", "19456"),
        ("WEIGHT_SYNC_ACCOUNTS_CONCURRENT_HASHES", "3"),
        ("WEIGHT_SYNC_RATE_LIMIT_LOGIN_PER_ACCOUNT_PER_MINUTE", "0"),
    ]);
    let made = instance.weightctl_ok(&["--json", "user", "create", "--email", "ada@example.org"]);
    let made: Value = serde_json::from_str(&made).unwrap();
    let body = json!({"email": "ada@example.org", "password": made["password"]});
    let request = Request::new("POST", "/api/auth/login").json(&body);
    instance.send(&request).expect(200);

    let answers: Vec<Answer> = std::thread::scope(|scope| {
        let people: Vec<_> = (0..50).map(|_| scope.spawn(|| instance.send(&request))).collect();
        people.into_iter().map(|thread| thread.join().unwrap()).collect()
    });

    for answer in &answers {
        let is_told_to_wait = answer.status == 503 && answer.header("retry-after").is_some();
        assert!(answer.status == 200 || is_told_to_wait, "{} {}", answer.status, answer.text());
    }
    assert!(answers.iter().any(|answer| answer.status == 200));
    let slots = std::fs::read_dir(instance.directory().join("weight-sync/hash-slots")).unwrap();
    assert_eq!(slots.count(), 3);
}
