//! Real processes of the web program, started as mod_fcgid starts them, with their own database.

use std::fs::File;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

use super::{Site, WEIGHT_API};
use crate::support::contract::{Door, assert_described};
use crate::support::database::TestDatabase;
use crate::support::proxy::Proxy;
use crate::support::waiting::wait_until;
use crate::support::{Answer, Request, User, fastcgi};

struct Process {
    child: Child,
    socket: PathBuf,
}

/// One or more FastCGI processes of one site.
pub(crate) struct Server {
    pub(crate) site: Site,
    processes: Vec<Process>,
    turn: AtomicUsize,
    /// Stops the database's clock for the processes.
    proxy: Option<Proxy>,
}

impl Server {
    pub(crate) fn start() -> Self {
        Self::with(&[], 1)
    }

    /// Starts `processes` processes with settings (`WEIGHT_SYNC_…`).
    pub(crate) fn with(settings: &[(&str, &str)], processes: usize) -> Self {
        Self::over(Site::new(settings), processes)
    }

    pub(crate) fn over(site: Site, processes: usize) -> Self {
        Self::under(site, processes, ":")
    }

    /// Starts processes from a shell that first runs `conditions`, for example `ulimit -n 16`.
    pub(crate) fn under(site: Site, processes: usize, conditions: &str) -> Self {
        let configs: Vec<PathBuf> =
            (0..processes).map(|number| site.config_of_process(number)).collect();
        Self::with_configs(site, &configs, conditions)
    }

    /// Starts one process for each configuration.
    pub(crate) fn with_configs(site: Site, configs: &[PathBuf], conditions: &str) -> Self {
        let processes = configs
            .iter()
            .enumerate()
            .map(|(number, config)| {
                let socket = site.folder.join(&format!("{number}.sock"));
                let child = spawn(&socket, config, &site.folder.join("log"), conditions);
                Process { child, socket }
            })
            .collect();
        Self { site, processes, turn: AtomicUsize::new(0), proxy: None }
    }

    /// Starts processes with a proxy between them and the database.
    pub(crate) fn behind_proxy(settings: &[(&str, &str)], processes: usize) -> (Proxy, Self) {
        let site = Site::new(settings);
        let proxy = Proxy::before(&site);
        (proxy, Self::over(site, processes))
    }

    /// Starts processes for which the database's clock is stopped.
    pub(crate) fn with_stopped_clock(settings: &[(&str, &str)], processes: usize) -> Self {
        Self::over_stopped_clock(Site::new(settings), processes)
    }

    /// Starts processes of an existing site, for which the database's clock is stopped.
    pub(crate) fn over_stopped_clock(site: Site, processes: usize) -> Self {
        let proxy = Proxy::before(&site);
        proxy.stop_clock();
        let mut server = Self::over(site, processes);
        server.proxy = Some(proxy);
        server
    }

    /// Moves the database's stopped clock forward by `seconds`.
    pub(crate) fn advance_clock(&self, seconds: i64) {
        self.proxy.as_ref().expect("a server with a stopped clock").advance_clock(seconds);
    }

    /// Replaces the processes by new ones of the same site, which read the configuration again.
    pub(crate) fn restarted(mut self) -> Self {
        for (number, process) in self.processes.iter_mut().enumerate() {
            let _ = process.child.kill();
            let _ = process.child.wait();
            std::fs::remove_file(&process.socket).expect("the socket was there");
            let log = self.site.folder.join("log");
            let config = self.site.config_of_process(number);
            process.child = spawn(&process.socket, &config, &log, ":");
        }
        self
    }

    /// Sends a request to the next process in turn.
    #[track_caller]
    pub(crate) fn send(&self, request: &Request) -> Answer {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        self.send_to(turn % self.processes.len(), request)
    }

    /// Sends a request to one process. The response must be complete and match the OpenAPI document.
    #[track_caller]
    pub(crate) fn send_to(&self, process: usize, request: &Request) -> Answer {
        let exchange = fastcgi::exchange(
            &self.processes[process].socket,
            &request.parameters(WEIGHT_API),
            &request.body,
        )
        .unwrap_or_else(|error| panic!("no answer: {error}; log: {}", self.log()));
        assert_eq!(
            exchange.end.map(|(_, protocol)| protocol),
            Some(0),
            "END_REQUEST, complete; log: {}",
            self.log()
        );
        let answer = Answer::parse(&exchange.stdout);
        answer.assert_common_headers();
        assert_described(request, &answer, Door::Program);
        answer
    }

    /// Registers a user with a unique address.
    pub(crate) fn user(&self) -> User<'_> {
        User::register(self)
    }

    pub(crate) fn database(&self) -> &TestDatabase {
        &self.site.database
    }

    /// The processes' output on stderr.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.site.folder.join("log")).unwrap_or_default()
    }

    /// The process ids, for signals.
    pub(crate) fn process_ids(&self) -> Vec<u32> {
        self.processes.iter().map(|process| process.child.id()).collect()
    }

    /// Whether every started process still runs.
    pub(crate) fn all_alive(&mut self) -> bool {
        self.processes.iter_mut().all(|process| matches!(process.child.try_wait(), Ok(None)))
    }

    /// The socket of one process.
    pub(crate) fn socket(&self, process: usize) -> &Path {
        &self.processes[process].socket
    }

    /// Waits until one process ends and returns its status.
    #[track_caller]
    pub(crate) fn wait(&mut self, process: usize) -> ExitStatus {
        let child = &mut self.processes[process].child;
        let mut status = None;
        wait_until("the process has ended", || {
            status = child.try_wait().expect("a child");
            status.is_some()
        });
        status.expect("it has ended")
    }
}

fn spawn(socket: &Path, config: &Path, log: &Path, conditions: &str) -> Child {
    let listener = UnixListener::bind(socket).expect("a socket can be bound");
    let log = File::options().create(true).append(true).open(log).expect("a log file");
    Command::new("bash")
        .args(["-c", &format!("{conditions}; exec \"$0\""), WEIGHT_API])
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("WEIGHT_SYNC_CONFIG", config)
        .current_dir(Path::new(WEIGHT_API).parent().expect("a folder"))
        .stdin(Stdio::from(OwnedFd::from(listener)))
        .stdout(log.try_clone().expect("a second handle"))
        .stderr(log)
        .spawn()
        .expect("weight-api starts")
}

impl Drop for Server {
    fn drop(&mut self) {
        for process in &mut self.processes {
            let _ = process.child.kill();
            let _ = process.child.wait();
        }
        if std::thread::panicking() {
            eprintln!("log of the server:\n{}", self.log());
        }
    }
}
