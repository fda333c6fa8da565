//! Eight phones write continuously during a deployment, two of them over a slow connection.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::{Value, json};

use crate::shared_host::SharedHost;
use crate::support::waiting::SetOnDrop;
use crate::support::waiting::{PATIENCE, wait_until};
use crate::support::{Answer, Request, SYNC, WEIGHT, weighing};

const WRITERS: usize = 8;
/// The number of phones with a slow connection.
const SLOW_ONES: usize = 2;

/// The responses that the phones received.
#[derive(Default)]
pub(crate) struct Seen {
    pub(crate) requests: AtomicUsize,
    pub(crate) failures: Mutex<Vec<String>>,
    /// The number of health requests that each version answered.
    pub(crate) versions: Mutex<BTreeMap<String, usize>>,
}

impl Seen {
    /// Waits until this version has answered a phone.
    #[track_caller]
    pub(crate) fn wait_for(&self, version: &str) {
        wait_until(&format!("{version} is met"), || {
            self.versions.lock().unwrap().contains_key(version)
        });
    }

    fn count(
        &self,
        what: &str,
        status: u16,
        answer: Result<Answer, ureq::Error>,
    ) -> Option<Answer> {
        self.requests.fetch_add(1, Ordering::SeqCst);
        let failure = match answer {
            Ok(answer) if answer.status == status => return Some(answer),
            Ok(answer) => format!("{what}: {} {}", answer.status, answer.text()),
            Err(error) => format!("{what}: {error}"),
        };
        self.failures.lock().unwrap().push(failure);
        None
    }
}

/// Lets eight users write until `work` is done. Checks that exactly the acknowledged entries are stored, each once.
pub(crate) fn while_eight_write(host: &SharedHost, work: impl FnOnce(&Seen)) -> Seen {
    let (seen, done) = (Seen::default(), AtomicBool::new(false));
    let tokens: Vec<String> = (0..WRITERS).map(|_| host.token()).collect();
    std::thread::scope(|scope| {
        let phones: Vec<_> = tokens
            .iter()
            .enumerate()
            .map(|(number, token)| {
                let write = if number < SLOW_ONES { write_slowly_until } else { write_until };
                let (done, seen) = (&done, &seen);
                scope.spawn(move || write(host, token, done, seen))
            })
            .collect();
        let over = SetOnDrop(&done);
        work(&seen);
        drop(over);
        for (token, phone) in tokens.iter().zip(phones) {
            let mut acknowledged = phone.join().expect("a phone");
            let mut stored = stored(host, token);
            acknowledged.sort();
            stored.sort();
            assert!(!acknowledged.is_empty(), "every phone has written");
            assert_eq!(stored, acknowledged, "what is stored is what was acknowledged, each once");
        }
    });
    seen
}

/// Repeats a write, an upload of three, a pull and a health request. Returns the acknowledged keys.
fn write_until(host: &SharedHost, token: &str, done: &AtomicBool, seen: &Seen) -> Vec<String> {
    let mut acknowledged = Vec::new();
    for turn in 0.. {
        if done.load(Ordering::SeqCst) {
            break;
        }
        let mut entry = weighing(75.5);
        entry["local_id"] = json!(format!("one-{turn}"));
        let post = Request::new("POST", WEIGHT).json(&entry).bearer(token);
        if seen.count("create", 201, host.try_send(&post)).is_some() {
            acknowledged.push(format!("one-{turn}"));
        }
        let entries: Vec<Value> = (0..3)
            .map(|number| {
                let mut entry = weighing(80.0);
                entry["local_id"] = json!(format!("three-{turn}-{number}"));
                entry
            })
            .collect();
        let upload = Request::new("POST", SYNC).json(&json!({"entries": entries})).bearer(token);
        if let Some(answer) = seen.count("upload", 200, host.try_send(&upload)) {
            let answer = answer.json();
            let synced = answer["synced"].as_array().expect("results");
            acknowledged.extend(
                synced.iter().map(|one| one["local_id"].as_str().expect("an id").to_owned()),
            );
        }
        let pull = Request::get(&format!("{SYNC}?limit=5")).bearer(token);
        seen.count("pull", 200, host.try_send(&pull));
        if let Some(health) = seen.count("health", 200, host.try_send(&Request::get("/api/health")))
        {
            let version = health.json()["version"].as_str().unwrap_or_default().to_owned();
            *seen.versions.lock().unwrap().entry(version).or_default() += 1;
        }
        // Leaves processor time to the deployment.
        std::thread::sleep(Duration::from_millis(50));
    }
    acknowledged
}

/// Uploads so slowly that an upload is always in progress when the program is replaced. Apache chooses the process when
/// a request begins, and forwards the request when it has arrived completely.
fn write_slowly_until(
    host: &SharedHost,
    token: &str,
    done: &AtomicBool,
    seen: &Seen,
) -> Vec<String> {
    let mut acknowledged = Vec::new();
    for turn in 0.. {
        if done.load(Ordering::SeqCst) {
            break;
        }
        let mut entry = weighing(90.0);
        entry["local_id"] = json!(format!("slow-{turn}"));
        let body = entry.to_string();
        // Plain HTTP is allowed on loopback.
        let head = format!(
            "POST {WEIGHT} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        let answer = trickle(host.site.http_port, &[head.as_bytes(), body.as_bytes()].concat());
        seen.requests.fetch_add(1, Ordering::SeqCst);
        match answer {
            Ok(text) if text.starts_with("HTTP/1.1 201 ") => {
                acknowledged.push(format!("slow-{turn}"))
            }
            other => seen.failures.lock().unwrap().push(format!("slow upload: {other:?}")),
        }
    }
    acknowledged
}

/// Sends the last bytes one by one, over about four seconds.
fn trickle(port: u16, bytes: &[u8]) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let (most, rest) = bytes.split_at(bytes.len() - 40);
    stream.write_all(most)?;
    for byte in rest {
        std::thread::sleep(Duration::from_millis(100));
        stream.write_all(&[*byte])?;
    }
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

/// The `local_id` of every entry, pulled as by a new device.
fn stored(host: &SharedHost, token: &str) -> Vec<String> {
    let (mut stored, mut since) = (Vec::new(), String::new());
    loop {
        let page =
            host.send(&Request::get(&format!("{SYNC}?limit=250{since}")).bearer(token)).expect(200);
        let data = page["data"].as_array().expect("data");
        stored
            .extend(data.iter().map(|entry| entry["local_id"].as_str().expect("an id").to_owned()));
        if page["sync"]["has_more"] != true {
            return stored;
        }
        let next = page["sync"]["next_since"].as_str().expect("a cursor");
        since = format!("&since={}", crate::support::user::encoded(next));
    }
}
