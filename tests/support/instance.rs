//! A complete site as `./deploy.sh local` makes it: Apache, mod_fcgid, the static binary; its database stands on the
//! server of all tests, or on one of its own.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::contract::{Door, assert_described};
use super::database::TestDatabase;
use super::folder::Folder;
use super::port::Port;
use super::server::said;
use super::{Answer, Request};

const DEPLOY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/deploy.sh");

/// Settings for all instances: tests may be quick, as on a development machine.
const SETTINGS: [(&str, &str); 4] = [
    ("WEIGHT_SYNC_ACCOUNTS_ARGON2_MEMORY_KIB", "1024"),
    ("WEIGHT_SYNC_RATE_LIMIT_REQUESTS_PER_MINUTE", "100000"),
    ("WEIGHT_SYNC_RATE_LIMIT_REGISTER_PER_ADDRESS_PER_HOUR", "0"),
    ("WEIGHT_SYNC_RATE_LIMIT_LOGIN_PER_ADDRESS_PER_MINUTE", "0"),
];

/// How long is waited for what is sure to come: a machine may have ten other things to do.
pub(crate) const PATIENCE: Duration = Duration::from_secs(180);

/// How a database ran before it was stopped.
pub(crate) struct StoppedDatabase {
    command: Vec<String>,
    user: u32,
    group: u32,
}

/// Stopped when dropped.
pub(crate) struct Instance {
    folder: Folder,
    pub(crate) base_url: String,
    pub(crate) status: Value,
    agent: ureq::Agent,
    /// Of this instance alone, and started again by a test.
    restarted: Option<Child>,
    /// On the server of all tests.
    _database: Option<TestDatabase>,
    /// Apache's and the database's own: instances of others may be started at the same moment.
    ports: [Port; 2],
}

impl Instance {
    pub(crate) fn start() -> Self {
        Self::with(&[])
    }

    pub(crate) fn with(settings: &[(&str, &str)]) -> Self {
        let database = TestDatabase::create();
        let url = database.url();
        let all: Vec<_> =
            settings.iter().copied().chain([("WEIGHT_SYNC_DATABASE_URL", url.as_str())]).collect();
        Self::made(&all, Some(database))
    }

    /// With a MariaDB of its own, which takes seconds to make.
    pub(crate) fn with_own_database(settings: &[(&str, &str)]) -> Self {
        Self::made(settings, None)
    }

    fn made(settings: &[(&str, &str)], database: Option<TestDatabase>) -> Self {
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            // Apache ends connections that are kept, perhaps at the moment in which one is used again.
            .max_idle_connections(0)
            .timeout_global(Some(PATIENCE))
            .build()
            .new_agent();
        let folder = Folder::new();
        let mut instance = Self {
            folder,
            base_url: String::new(),
            status: Value::Null,
            agent,
            restarted: None,
            _database: database,
            ports: [Port::take(), Port::take()],
        };
        let binaries = std::env::var("WEIGHT_SYNC_TEST_BINARIES").unwrap_or_else(|_| {
            panic!("WEIGHT_SYNC_TEST_BINARIES is not set: start the tests by tests/run, which builds the static binaries")
        });
        let [port, database_port] = instance.ports.each_ref().map(|port| port.number.to_string());
        let ports = ["--port", &port, "--database-port", &database_port];
        let arguments = [&["--detach", "--binaries", &binaries], &ports[..]].concat();
        let output = instance.deploy(&arguments, settings);
        let stdout = String::from_utf8_lossy(&output.stdout);
        let ready = stdout
            .lines()
            .rev()
            .find_map(|line| line.trim().strip_prefix("ready ").map(str::to_owned));
        instance.base_url = ready
            .unwrap_or_else(|| panic!("deploy.sh said no 'ready': {}", said(&output)))
            .trim_end_matches('/')
            .to_owned();
        let status = instance.deploy(&["status", "--json"], &[]);
        instance.status =
            serde_json::from_slice(&status.stdout).unwrap_or_else(|_| panic!("{}", said(&status)));
        instance
    }

    fn deploy(&self, arguments: &[&str], settings: &[(&str, &str)]) -> Output {
        // Output goes to files: a daemon that kept a pipe open would keep the test waiting for ever.
        let (stdout, stderr) = (self.folder.join("deploy.out"), self.folder.join("deploy.err"));
        let status = Command::new(DEPLOY)
            .arg("local")
            .args(arguments)
            .arg("--directory")
            .arg(self.directory())
            .env_remove("WEIGHT_SYNC_DATABASE_URL")
            .env_remove("WEIGHT_SYNC_CONFIG")
            .envs(SETTINGS)
            .envs(settings.iter().copied())
            .stdin(Stdio::null())
            .stdout(std::fs::File::create(&stdout).expect("a file"))
            .stderr(std::fs::File::create(&stderr).expect("a file"))
            .status()
            .expect("deploy.sh starts");
        let output = Output {
            status,
            stdout: std::fs::read(stdout).unwrap_or_default(),
            stderr: std::fs::read(stderr).unwrap_or_default(),
        };
        assert!(status.success(), "deploy.sh local {arguments:?}: {}", said(&output));
        output
    }

    pub(crate) fn directory(&self) -> PathBuf {
        self.folder.join("instance")
    }

    /// The document root.
    pub(crate) fn web(&self) -> PathBuf {
        self.directory().join("web")
    }

    /// Sends by HTTP.
    #[track_caller]
    pub(crate) fn send(&self, request: &Request) -> Answer {
        let answer = send_by(&self.agent, &self.base_url, request)
            .unwrap_or_else(|error| panic!("{}: {error}", request.method));
        assert_described(request, &answer, Door::Apache);
        answer
    }

    /// Sends a head as it is: for targets that a decent client would not let pass.
    #[track_caller]
    pub(crate) fn send_raw(&self, head: &str, body: &[u8]) -> Answer {
        self.send_bytes(head.as_bytes(), body)
    }

    /// The same, for heads that are no UTF-8.
    #[track_caller]
    pub(crate) fn send_bytes(&self, head: &[u8], body: &[u8]) -> Answer {
        self.talk(&[head, format!("\r\nContent-Length: {}", body.len()).as_bytes()].concat(), body)
    }

    /// Sends a body that is already in chunks.
    #[track_caller]
    pub(crate) fn send_chunked(&self, head: &str, body: &[u8]) -> Answer {
        self.talk(head.as_bytes(), body)
    }

    #[track_caller]
    fn talk(&self, head: &[u8], body: &[u8]) -> Answer {
        let address = self.base_url.trim_start_matches("http://");
        let mut stream = TcpStream::connect(address).expect("Apache listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a time-out");
        let rest = format!("\r\nHost: {address}\r\nConnection: close\r\n\r\n");
        stream.write_all(&[head, rest.as_bytes()].concat()).expect("Apache reads");
        // Apache may answer and close before it has read a body that is too large.
        let _ = stream.write_all(body);
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes);
        let place = bytes
            .windows(2)
            .position(|pair| pair == b"\r\n")
            .unwrap_or_else(|| panic!("no status line in {bytes:?}"));
        let line = String::from_utf8_lossy(&bytes[..place]).into_owned();
        let status = line.split(' ').nth(1).unwrap_or_else(|| panic!("no status in {line}"));
        let mut answer =
            Answer::parse(&[format!("Status: {status}").as_bytes(), &bytes[place..]].concat());
        if answer.header("transfer-encoding") == Some("chunked") {
            answer.body = dechunked(&answer.body);
        }
        let mut words = head.split(|byte| *byte == b' ');
        let method = String::from_utf8_lossy(words.next().unwrap_or_default());
        let request = Request::new(&method, words.next().unwrap_or_default());
        assert_described(&request, &answer, Door::Apache);
        answer
    }

    /// Runs this instance's own `weightctl`.
    #[track_caller]
    pub(crate) fn weightctl_ok(&self, arguments: &[&str]) -> String {
        let output = Command::new(self.directory().join("weight-sync/bin/weightctl"))
            .arg("--config")
            .arg(self.directory().join("weight-sync/weight-sync.toml"))
            .args(arguments)
            .output()
            .expect("weightctl starts");
        assert!(output.status.success(), "weightctl {arguments:?}: {}", said(&output));
        String::from_utf8(output.stdout).expect("UTF-8")
    }

    /// A user's access token, made by `weightctl` with no registration.
    #[track_caller]
    pub(crate) fn token(&self) -> String {
        let email = format!("{}@example.org", super::folder::random_name());
        self.weightctl_ok(&["user", "create", "--email", &email]);
        self.weightctl_ok(&["token", &email]).trim().to_owned()
    }

    /// The processes of this instance's web program.
    pub(crate) fn program_ids(&self) -> Vec<u32> {
        let web = self.web();
        processes(|id| executable(id).is_some_and(|path| path.starts_with(&web)))
    }

    /// Apache's processes, without ours.
    pub(crate) fn apache_ids(&self) -> Vec<u32> {
        let folder = self.directory().join("apache");
        processes(|id| {
            let names_folder =
                arguments(id).iter().any(|argument| argument.contains(&*folder.to_string_lossy()));
            names_folder && executable(id).is_some_and(|path| path.ends_with("apache2"))
        })
    }

    pub(crate) fn database_ids(&self) -> Vec<u32> {
        let folder = self.directory().join("mariadb");
        processes(|id| {
            let names_folder =
                arguments(id).iter().any(|argument| argument.contains(&*folder.to_string_lossy()));
            names_folder
                && executable(id).is_some_and(|path| {
                    path.file_name().is_some_and(|name| is_database(&name.to_string_lossy()))
                })
        })
    }

    /// Stops the database and answers what is needed for starting it again.
    pub(crate) fn stop_database(&mut self) -> StoppedDatabase {
        let ids = self.database_ids();
        let [id] = ids[..] else { panic!("one database process expected, found {ids:?}") };
        let metadata = std::fs::metadata(format!("/proc/{id}")).expect("it runs");
        let stopped =
            StoppedDatabase { command: arguments(id), user: metadata.uid(), group: metadata.gid() };
        assert!(Command::new("kill").arg(id.to_string()).status().expect("kill").success());
        wait_until("the database has stopped", || {
            !Path::new(&format!("/proc/{id}")).exists() || is_zombie(id)
        });
        stopped
    }

    pub(crate) fn start_database(&mut self, stopped: &StoppedDatabase) {
        let mut command = Command::new(&stopped.command[0]);
        command
            .args(&stopped.command[1..])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let ours = std::fs::metadata("/proc/self").expect("/proc").uid();
        if stopped.user != ours {
            command.uid(stopped.user).gid(stopped.group);
        }
        self.restarted = Some(command.spawn().expect("the database starts"));
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        if std::thread::panicking() {
            for log in logs(&self.directory()) {
                let text = std::fs::read_to_string(&log).unwrap_or_default();
                let lines: Vec<&str> = text.lines().rev().take(15).collect();
                eprintln!(
                    "end of {}:\n{}",
                    log.display(),
                    lines.into_iter().rev().collect::<Vec<_>>().join("\n")
                );
            }
        }
        let _ = Command::new(DEPLOY)
            .args(["local", "stop", "--directory"])
            .arg(self.directory())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        if let Some(mut child) = self.restarted.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Waits for a condition; never asserts how long it took.
#[track_caller]
pub(crate) fn wait_until(what: &str, mut condition: impl FnMut() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !condition() {
        assert!(Instant::now() < end, "waited in vain until {what}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// Sends by HTTP to any server.
pub(crate) fn send_by(
    agent: &ureq::Agent,
    base_url: &str,
    request: &Request,
) -> Result<Answer, ureq::Error> {
    let target = std::str::from_utf8(&request.target).expect("a target in UTF-8");
    // A line that is kept may be closed by the server at the moment in which the next request is sent.
    let mut builder = ureq::http::Request::builder()
        .method(request.method.as_str())
        .uri(format!("{base_url}{target}"))
        .header("Connection", "close");
    for (name, value) in request.headers.iter().filter(|(name, _)| name != "Host") {
        builder = builder.header(name, value.as_slice());
    }
    let mut answer =
        if request.body.is_empty() && !matches!(request.method.as_str(), "POST" | "PUT") {
            agent.run(builder.body(()).expect("a request"))
        } else {
            agent.run(builder.body(request.body.as_slice()).expect("a request"))
        }?;
    Ok(Answer {
        status: answer.status().as_u16(),
        headers: answer
            .headers()
            .iter()
            .map(|(name, value)| (name.to_string(), value.to_str().unwrap_or_default().to_owned()))
            .collect(),
        body: answer.body_mut().read_to_vec()?,
    })
}

fn dechunked(mut bytes: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some(end) = bytes.windows(2).position(|pair| pair == b"\r\n") {
        let size = usize::from_str_radix(String::from_utf8_lossy(&bytes[..end]).trim(), 16)
            .expect("a chunk size");
        if size == 0 {
            break;
        }
        body.extend_from_slice(&bytes[end + 2..end + 2 + size]);
        bytes = &bytes[end + 4 + size..];
    }
    body
}

fn processes(matching: impl Fn(u32) -> bool) -> Vec<u32> {
    let entries = std::fs::read_dir("/proc").expect("/proc");
    entries
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter(|id| matching(*id))
        .collect()
}

fn executable(id: u32) -> Option<PathBuf> {
    std::fs::read_link(format!("/proc/{id}/exe")).ok()
}

fn arguments(id: u32) -> Vec<String> {
    let bytes = std::fs::read(format!("/proc/{id}/cmdline")).unwrap_or_default();
    String::from_utf8_lossy(&bytes).split_terminator('\0').map(str::to_owned).collect()
}

fn is_database(name: &str) -> bool {
    matches!(name, "mariadbd" | "mysqld")
}

fn is_zombie(id: u32) -> bool {
    std::fs::read_to_string(format!("/proc/{id}/stat")).is_ok_and(|stat| stat.contains(") Z "))
}

/// Resident memory of a process in KiB.
pub(crate) fn resident_kib(id: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:")?.trim().trim_end_matches(" kB").parse().ok())
}

fn logs(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                folders.push(path);
            } else if path
                .file_name()
                .is_some_and(|name| name.to_string_lossy().ends_with("error.log"))
            {
                found.push(path);
            }
        }
    }
    found
}
