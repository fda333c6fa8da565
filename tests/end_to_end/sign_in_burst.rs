//! Fifty people sign in at once, as after a release of the app: Apache starts a crowd of processes, and a host kills an
//! account whose processes take too much memory.

use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::json;

use crate::support::processes::resident_kib;
use crate::support::site::Instance;
use crate::support::waiting::SetOnDrop;
use crate::support::{Answer, Request};

const PEOPLE: usize = 50;
const HASHES_AT_ONCE: usize = 3;
const HASH_KIB: u64 = 19_456;

fn signal(name: &str, ids: &[u32]) {
    let ids = ids.iter().map(ToString::to_string);
    // One of them may just have ended.
    let _ = Command::new("kill").arg(name).args(ids).status();
}

#[test]
fn fifty_sign_ins_at_once_are_all_answered_and_take_the_memory_of_a_few() {
    let instance = Instance::with(&[
        ("WEIGHT_SYNC_ACCOUNTS_ARGON2_MEMORY_KIB", "19456"),
        ("WEIGHT_SYNC_ACCOUNTS_CONCURRENT_HASHES", "3"),
        ("WEIGHT_SYNC_RATE_LIMIT_LOGIN_PER_ACCOUNT_PER_MINUTE", "0"),
    ]);
    let made = instance.weightctl_ok(&["--json", "user", "create", "--email", "ada@example.org"]);
    let made: serde_json::Value = serde_json::from_str(&made).unwrap();
    let body = json!({"email": "ada@example.org", "password": made["password"]});
    let request = Request::new("POST", "/api/auth/login").json(&body);
    instance.send(&request).expect(200);

    let is_over = AtomicBool::new(false);
    let (answers, looks) = std::thread::scope(|scope| {
        let observer = scope.spawn(|| {
            let mut looks = Vec::new();
            while !is_over.load(Ordering::SeqCst) {
                let ids = instance.program_ids();
                // Stopped, so that nobody begins while the others are being looked at.
                signal("-STOP", &ids);
                let kib: Vec<u64> = ids.iter().filter_map(|id| resident_kib(*id)).collect();
                signal("-CONT", &ids);
                let hashing = kib.iter().filter(|kib| **kib > HASH_KIB * 2 / 3).count();
                looks.push((ids.len(), hashing, kib.iter().sum::<u64>()));
                std::thread::sleep(Duration::from_millis(5));
            }
            looks
        });
        let people: Vec<_> = (0..PEOPLE).map(|_| scope.spawn(|| instance.send(&request))).collect();
        let over = SetOnDrop(&is_over);
        let answers: Vec<Answer> =
            people.into_iter().map(|thread| thread.join().unwrap()).collect();
        drop(over);
        (answers, observer.join().unwrap())
    });

    for answer in &answers {
        // Busy: on a machine so slow that not all had their turn in ten seconds.
        assert!(
            answer.status == 200
                || (answer.status == 503 && answer.header("retry-after").is_some()),
            "{} {}",
            answer.status,
            answer.text()
        );
    }
    assert!(answers.iter().any(|answer| answer.status == 200));
    let processes = looks.iter().map(|look| look.0).max().unwrap_or(0);
    let hashing = looks.iter().map(|look| look.1).max().unwrap_or(0);
    let kib = looks.iter().map(|look| look.2).max().unwrap_or(0);
    println!("{processes} processes, at most {hashing} hashing, together {kib} KiB");
    assert!(processes > HASHES_AT_ONCE, "a crowd of processes took part: {processes}");
    assert!((1..=HASHES_AT_ONCE).contains(&hashing), "{hashing} hash at once");
    assert!(instance.directory().join("weight-sync/hash-slots").is_dir());
}
