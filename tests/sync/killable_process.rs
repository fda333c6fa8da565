//! A process of the web program that a test can kill during a request.

use std::os::fd::OwnedFd;
use std::os::unix::net::UnixListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use crate::support::folder::random_name;
use crate::support::site::WEIGHT_API;
use crate::support::{Answer, Request, Server, fastcgi};

pub(crate) struct Process {
    child: Child,
    socket: PathBuf,
}

impl Process {
    pub(crate) fn start(server: &Server) -> Self {
        let socket = server.site.folder.join(&format!("{}.sock", random_name()));
        let listener = UnixListener::bind(&socket).expect("a socket can be bound");
        let child = Command::new(WEIGHT_API)
            .env_clear()
            .env("WEIGHT_SYNC_CONFIG", &server.site.config)
            .stdin(Stdio::from(OwnedFd::from(listener)))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("weight-api starts");
        Self { child, socket }
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// The answer; `None` if the process died before it answered.
    pub(crate) fn send(&self, request: &Request) -> Option<Answer> {
        let parameters = request.parameters(WEIGHT_API);
        let exchange = fastcgi::exchange(&self.socket, &parameters, &request.body).ok()?;
        exchange.end.map(|_| Answer::parse(&exchange.stdout))
    }

    pub(crate) fn end(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_file(&self.socket);
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.end();
    }
}

/// SIGKILL.
pub(crate) fn kill(process: u32) {
    let process = rustix::process::Pid::from_raw(process.cast_signed()).expect("a process id");
    rustix::process::kill_process(process, rustix::process::Signal::KILL).expect("it lives");
}
