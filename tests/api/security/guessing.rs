//! Attack: find out who has an account, or sign in so often that the account's memory is used up.

use std::collections::BTreeSet;
use std::fs::File;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;

use crate::support::processes::resident_kib;
use crate::support::site::Site;
use crate::support::user::PASSWORD;
use crate::support::waiting::PATIENCE;
use crate::support::waiting::SetOnDrop;
use crate::support::{Answer, Request, Server};

/// As in production: 19 MiB for a hash. One pass only, since tests run a slow build on a busy machine.
const MEMORY_KIB: u64 = 19_456;
const HASHING: (&str, &str) = ("WEIGHT_SYNC_ACCOUNTS_ARGON2_MEMORY_KIB", "19456");

fn login(server: &Server, email: &str, password: &str) -> Answer {
    let body = json!({"email": email, "password": password});
    server.send(&Request::new("POST", "/api/auth/login").json(&body))
}

/// What a process has computed so far, in hundredths of a second. Unlike the time on a clock, it is the same on a busy
/// machine.
fn computed(id: u32) -> u64 {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap();
    let (_, behind_the_name) = stat.rsplit_once(") ").unwrap();
    let (user, system) = (11, 12);
    let fields: Vec<&str> = behind_the_name.split(' ').collect();
    [user, system].iter().map(|place| fields[*place].parse::<u64>().unwrap()).sum()
}

#[test]
fn the_time_of_a_login_does_not_tell_whether_the_address_is_known() {
    let server = Server::with(&[("WEIGHT_SYNC_ACCOUNTS_ARGON2_MEMORY_KIB", "8192")], 1);
    let user = server.user();
    server.database().execute("INSERT INTO users (id) VALUES ('no-password')", ());
    server.database().execute(
        "INSERT INTO credentials (user_id, email, created_at) VALUES ('no-password', 'none@example.org', NOW())",
        (),
    );
    let addresses = [user.email.as_str(), "nobody@example.org", "none@example.org"];
    let process = server.process_ids()[0];
    let mut texts = BTreeSet::new();
    let work = addresses.map(|address| {
        let before = computed(process);
        for _ in 0..30 {
            let answer = login(&server, address, "a wrong password");
            let mut problem = answer.problem(401, "invalid_credentials");
            problem.as_object_mut().unwrap().remove("request_id");
            texts.insert(problem.to_string());
        }
        computed(process) - before
    });
    assert_eq!(texts.len(), 1, "{texts:#?}");
    let (least, most) = (work.iter().min().unwrap(), work.iter().max().unwrap());
    // Without the same work for an unknown address it is answered ten times as fast.
    assert!(*most < *least * 2, "known, unknown, without password: {work:?}");
}

/// Sends logins of many people at once, each of them known, and answers what came back.
fn burst(server: &Server, addresses: &[String]) -> Vec<Answer> {
    std::thread::scope(|scope| {
        let threads: Vec<_> =
            addresses.iter().map(|email| scope.spawn(|| login(server, email, PASSWORD))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

fn signal(signal: Signal, ids: &[u32]) {
    for id in ids {
        let pid = Pid::from_raw(i32::try_from(*id).unwrap()).unwrap();
        kill_process(pid, signal).unwrap();
    }
}

/// Whether all threads of a process stand still: each does so when it next gets a processor.
fn has_stopped(id: u32) -> bool {
    let tasks = std::fs::read_dir(format!("/proc/{id}/task")).unwrap();
    tasks.flatten().all(|task| {
        let stat = std::fs::read_to_string(task.path().join("stat"));
        stat.map_or(true, |stat| stat.rsplit_once(") ").unwrap().1.starts_with('T'))
    })
}

/// How many processes hold the memory of a hash, all of them stopped meanwhile: one that is stopped while it
/// hashes keeps its slot, so that nobody begins while the others are being looked at.
fn hashing_now(ids: &[u32], idle_kib: u64) -> usize {
    signal(Signal::STOP, ids);
    let begun = Instant::now();
    while !ids.iter().all(|id| has_stopped(*id)) {
        assert!(begun.elapsed() < PATIENCE, "they do not stop");
        std::thread::sleep(Duration::from_millis(1));
    }
    let kib: Vec<u64> = ids.iter().filter_map(|id| resident_kib(*id)).collect();
    signal(Signal::CONT, ids);
    kib.iter().filter(|kib| **kib > idle_kib + MEMORY_KIB * 2 / 3).count()
}

#[test]
fn of_fifty_logins_at_once_through_many_processes_no_more_hash_than_there_are_slots_and_all_get_an_answer()
 {
    let site = Site::new(&[
        HASHING,
        ("WEIGHT_SYNC_ACCOUNTS_CONCURRENT_HASHES", "2"),
        // Whoever waits for a slot keeps a connection: nobody waits for that as well.
        ("WEIGHT_SYNC_DATABASE_POOL_MAX", "8"),
    ]);
    // glibc would keep the memory after a process's first hash; the static binary's allocator gives it back.
    let server = Server::under(site, 12, "export MALLOC_MMAP_THRESHOLD_=131072");
    let addresses: Vec<String> = (0..50).map(|number| format!("{number}@example.org")).collect();
    let user = server.user();
    for process in 0..12 {
        server.send_to(process, &Request::get("/api/health")).expect(200);
    }
    let hash = server.database().rows("SELECT password_hash FROM credentials").remove(0);
    for email in &addresses {
        server.database().execute("INSERT INTO users (id) VALUES (?)", (email,));
        let statement = format!(
            "INSERT INTO credentials (user_id, email, password_hash, created_at) VALUES (?, ?, {hash}, NOW())"
        );
        server.database().execute(&statement, (email, email));
    }
    let ids = server.process_ids();
    let idle_kib = ids.iter().filter_map(|id| resident_kib(*id)).max().unwrap();
    let is_over = AtomicBool::new(false);
    let (answers, seen) = std::thread::scope(|scope| {
        let observer = scope.spawn(|| {
            let mut seen = Vec::new();
            while !is_over.load(Ordering::SeqCst) {
                seen.push(hashing_now(&ids, idle_kib));
                std::thread::sleep(Duration::from_millis(20));
            }
            seen
        });
        let over = SetOnDrop(&is_over);
        let answers = burst(&server, &addresses);
        drop(over);
        (answers, observer.join().unwrap())
    });
    let most = seen.iter().max().copied().unwrap_or(0);
    assert!((1..=2).contains(&most), "{most} at once, of {} looks", seen.len());
    for answer in &answers {
        match answer.status {
            200 => {}
            // A machine so slow that not all had their turn in ten seconds, or behind those who waited for theirs.
            503 => {
                let code = answer.code();
                assert!(["server_busy", "database_unavailable"].contains(&&*code), "{code}");
                assert!(answer.header("retry-after").is_some());
            }
            other => panic!("{other}: {}", answer.text()),
        }
    }
    assert!(answers.iter().any(|answer| answer.status == 200));
    login(&server, &user.email, PASSWORD).expect(200);
}

#[test]
fn without_a_slot_nothing_is_hashed_and_the_answer_is_503_with_retry_after() {
    let site = Site::new(&[HASHING, ("WEIGHT_SYNC_ACCOUNTS_CONCURRENT_HASHES", "1")]);
    site.weightctl_ok(&["user", "create", "--email", "ada@example.org"]);
    let folder = site.config.parent().unwrap().join("hash-slots");
    let slots: Vec<File> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| File::options().write(true).open(entry.unwrap().path()).unwrap())
        .collect();
    assert_eq!(slots.len(), 1);
    slots[0].lock().unwrap();
    let server = Server::over(site, 2);
    server.send_to(0, &Request::get("/api/health")).expect(200);
    let before: Vec<u64> = server.process_ids().into_iter().map(peak_kib).collect();

    let answer = login(&server, "ada@example.org", PASSWORD);

    answer.problem(503, "server_busy");
    let seconds: u32 = answer.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=60).contains(&seconds));
    for (id, before) in server.process_ids().into_iter().zip(before) {
        assert!(peak_kib(id) < before + MEMORY_KIB / 2, "{before} KiB before, {}", peak_kib(id));
    }
    // Everybody else is served meanwhile, and a dead process's slot is free at once.
    drop(slots);
    login(&server, "ada@example.org", PASSWORD).problem(401, "invalid_credentials");
}

/// The most memory that a process has ever held.
fn peak_kib(id: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

#[test]
fn where_the_slots_cannot_be_made_people_sign_in_all_the_same_and_config_check_tells() {
    let server = Server::start();
    let folder = server.site.folder.join("hash-slots");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::write(&folder, "in the way").unwrap();
    let user = server.user();
    login(&server, &user.email, PASSWORD).expect(200);
    let said = server.site.weightctl_ok(&["config", "check"]);
    assert!(said.contains("hash-slots"), "{said}");
    std::fs::remove_file(&folder).unwrap();
    let said = server.site.weightctl_ok(&["config", "check"]);
    assert!(!said.contains("hash-slots"), "{said}");
}
